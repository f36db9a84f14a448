//! What is kept of devices: which there are, what they last said of themselves, and what they said.

use silverbell_domain::{
    DeviceId, DistrictId, Flag, Position, Protocol, SeniorId, SignalKind, TicketId, UnixMs,
};

/// A device to put in.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDevice {
    /// Identity.
    pub id: DeviceId,
    /// The district of its senior.
    pub district: DistrictId,
    /// Whose it is.
    pub senior: SeniorId,
    /// What it speaks.
    pub protocol: Protocol,
    /// What it calls itself.
    pub ident: String,
    /// SHA-256 of its key, where the protocol has keys.
    pub key_sha256: Option<[u8; 32]>,
    /// Its model's name in the settings, if its firmware is peculiar.
    pub model: Option<String>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Identity.
    pub id: DeviceId,
    /// The district of its senior.
    pub district: DistrictId,
    /// Whose it is.
    pub senior: SeniorId,
    /// What it speaks.
    pub protocol: Protocol,
    /// What it calls itself.
    pub ident: String,
    /// SHA-256 of its key.
    pub key_sha256: Option<[u8; 32]>,
    /// Its model's name in the settings.
    pub model: Option<String>,
}

/// What a device last said of itself. Each fact is the newest; what is not known stays as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceState {
    /// Which.
    pub device: DeviceId,
    /// When anything came from it.
    pub heard_at: UnixMs,
    /// Its charge, percent, and when it said so.
    pub battery: Option<(u8, UnixMs)>,
    /// Where it was.
    pub position: Option<Position>,
    /// When its key was pressed, or it alarmed by itself.
    pub pressed_at: Option<UnixMs>,
    /// When it was put on an equipment ticket.
    pub worked_at: Option<UnixMs>,
}

impl DeviceState {
    /// Returns the same, noted now at the latest: what lies ahead was noted before the clock was set back,
    /// and nothing newer would ever be believed.
    #[must_use]
    pub fn not_after(mut self, now: UnixMs) -> Self {
        self.heard_at = self.heard_at.min(now);
        self.battery = self.battery.map(|(percent, at)| (percent, at.min(now)));
        self.position = self.position.map(|it| Position { at: it.at.min(now), ..it });
        self.pressed_at = self.pressed_at.map(|at| at.min(now));
        self.worked_at = self.worked_at.map(|at| at.min(now));
        self
    }

    /// Takes over what is newer.
    pub fn merge(&mut self, other: &Self) {
        self.heard_at = self.heard_at.max(other.heard_at);
        self.pressed_at = self.pressed_at.max(other.pressed_at);
        self.worked_at = self.worked_at.max(other.worked_at);
        if other.battery.map(|(_, at)| at) >= self.battery.map(|(_, at)| at) {
            self.battery = other.battery;
        }
        if other.position.map(|it| it.at) >= self.position.map(|it| it.at) {
            self.position = other.position;
        }
    }
}

/// Which devices are asked for. What is `None` does not matter; what is not known of a device never
/// fits, but for its last press.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceFilter {
    /// Heard, but not since then.
    pub silent_since: Option<UnixMs>,
    /// Heard after that: ahead of the clock, before it was set back.
    pub heard_after: Option<UnixMs>,
    /// At most so much charge, percent.
    pub battery_at_most: Option<u8>,
    /// Not pressed since then, or never.
    pub unpressed_since: Option<UnixMs>,
}

/// Some devices of a district with what they last said of themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct DevicePage {
    /// Those that can be read.
    pub devices: Vec<(Device, Option<DeviceState>)>,
    /// Where the next page begins, `None` after the last one.
    pub next: Option<DeviceId>,
}

/// Something that a device said and that was no alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceReport {
    /// The district.
    pub district: DistrictId,
    /// Which.
    pub device: DeviceId,
    /// When it came.
    pub received_at: UnixMs,
    /// What it says, most urgent first.
    pub kinds: Vec<SignalKind>,
    /// Battery charge, percent.
    pub battery_pct: Option<u8>,
    /// Where it was.
    pub position: Option<Position>,
    /// The bytes.
    pub raw: Vec<u8>,
}

/// Something that a device said.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceSignal {
    /// When it came.
    pub received_at: UnixMs,
    /// What it says, most urgent first.
    pub kinds: Vec<SignalKind>,
    /// The ticket that it opened or joined, if it is an alarm.
    pub ticket: Option<TicketId>,
    /// What was doubted, if it is an alarm.
    pub flags: Vec<Flag>,
    /// Battery charge, percent.
    pub battery_pct: Option<u8>,
    /// Where it was.
    pub position: Option<Position>,
    /// The bytes.
    pub raw: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{LatLon, PositionSource};
    use uuid::Uuid;

    use super::*;

    fn state(at: i64) -> DeviceState {
        DeviceState {
            device: DeviceId(Uuid::nil()),
            heard_at: UnixMs(at),
            battery: None,
            position: None,
            pressed_at: None,
            worked_at: None,
        }
    }

    #[test]
    fn each_fact_is_the_newest_and_what_is_not_said_takes_nothing_away() {
        let place = |at| Position {
            point: LatLon { lat: 24.5, lon: 117.7 },
            accuracy_m: None,
            source: PositionSource::Gps,
            at: UnixMs(at),
        };
        let mut kept = DeviceState {
            battery: Some((40, UnixMs(5))),
            position: Some(place(9)),
            pressed_at: Some(UnixMs(3)),
            ..state(9)
        };
        let whole = kept.clone();
        kept.merge(&state(1));
        assert_eq!(kept, whole);
        // What lay in the device during a tunnel comes later and is older.
        let late =
            DeviceState { battery: Some((35, UnixMs(10))), position: Some(place(2)), ..state(10) };
        kept.merge(&late);
        let expected =
            DeviceState { heard_at: UnixMs(10), battery: Some((35, UnixMs(10))), ..whole };
        assert_eq!(kept, expected);
    }

    #[test]
    fn what_was_noted_ahead_of_the_clock_is_overtaken_by_what_comes_now() {
        let ahead = DeviceState {
            battery: Some((40, UnixMs(900))),
            pressed_at: Some(UnixMs(900)),
            ..state(900)
        };
        let mut kept = ahead.not_after(UnixMs(10));
        let news = DeviceState { battery: Some((35, UnixMs(10))), ..state(10) };
        kept.merge(&news);
        assert_eq!((kept.heard_at, kept.battery), (UnixMs(10), Some((35, UnixMs(10)))));
        assert_eq!(kept.pressed_at, Some(UnixMs(10)));
    }
}
