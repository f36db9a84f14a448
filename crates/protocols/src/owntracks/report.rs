//! What a message says.

use serde_json::Value;
use silverbell_domain::{LatLon, SignalKind};

use crate::alarm_words::Alarms;
use crate::{Fix, Notice, Report, Wifi, json};

/// Reads a message; each part that cannot be read is left out. A kind that tells nothing of the
/// device's place or state is a heartbeat.
pub(super) fn read(message: &Value) -> Report {
    let message = Message(message);
    let kind = message.text("_type").unwrap_or_else(|| "location".into());
    let is_location = kind == "location";
    // The place of a waypoint is not the device's.
    let tells_place = is_location || kind == "transition";
    let point = message.number("lat").zip(message.number("lon")).filter(|_| tells_place);
    let accuracy_m = message.read("acc", json::metres);
    let fix =
        point.and_then(|(lat, lon)| LatLon::new(lat, lon)).map(|point| Fix { point, accuracy_m });
    let mut alarms = message.alarms(is_location).finish(fix.is_some());
    alarms.notices.extend(message.crossing(&kind));
    Report {
        signals: alarms.signals,
        fix,
        wifi: message.wifi().into_iter().collect(),
        battery_pct: message.read("batt", json::percent),
        at: message.read("tst", json::moment).filter(|_| tells_place),
        notices: alarms.notices,
        doubts: alarms.doubts,
        ..Report::default()
    }
}

/// One message.
#[derive(Clone, Copy)]
struct Message<'a>(&'a Value);

impl Message<'_> {
    fn text(self, name: &str) -> Option<String> {
        self.0.get(name).and_then(json::text)
    }

    fn read<T>(self, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        read(&self.text(name)?)
    }

    fn number(self, name: &str) -> Option<f64> {
        self.read(name, json::number)
    }

    fn alarms(self, is_location: bool) -> Alarms {
        let mut alarms = Alarms::default();
        self.add_alarm_field(&mut alarms);
        for (name, kind) in [("sos", SignalKind::Sos), ("fall", SignalKind::Fall)] {
            self.text(name).into_iter().for_each(|value| alarms.add_flag(kind, &value));
        }
        // A region may be called «SOS»; going there is no alarm.
        for name in ["event", "poi", "tag", "desc"].into_iter().filter(|_| is_location) {
            self.text(name).into_iter().for_each(|value| alarms.add_if_alarm(&value));
        }
        match self.text("t").as_deref() {
            Some("9") => alarms.add("lowBattery"),
            Some("e") => alarms.add("powerCut"),
            _ => {}
        }
        alarms
    }

    fn add_alarm_field(self, alarms: &mut Alarms) {
        match self.0.get("alarm") {
            Some(Value::Array(list)) => {
                list.iter().filter_map(json::text).for_each(|word| alarms.add(&word));
            }
            Some(Value::Object(inside)) if !inside.is_empty() => alarms.add("object"),
            Some(plain) => json::text(plain).into_iter().for_each(|word| alarms.add(&word)),
            None => {}
        }
    }

    /// Returns which way the device crossed the border of a region.
    fn crossing(self, kind: &str) -> Option<Notice> {
        match self.text("event").filter(|_| kind == "transition").as_deref() {
            Some("enter") => Some(Notice::GeofenceEnter),
            Some("leave") => Some(Notice::GeofenceExit),
            _ => None,
        }
    }

    /// Returns the access point that the phone is connected to.
    fn wifi(self) -> Option<Wifi> {
        let mac = self.text("BSSID")?.to_ascii_lowercase();
        let is_octet =
            |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_mac = mac.split(':').count() == 6 && mac.split(':').all(is_octet);
        is_mac.then_some(Wifi { mac, dbm: None })
    }
}
