//! What the names and values of a report say.

use silverbell_domain::{LatLon, SignalKind};

use super::pairs::Pairs;
use crate::alarm_words::Alarms;
use crate::network::MAX_ENTRIES;
use crate::{Cell, Fix, Report, Wifi, json};

/// Reads a report; each part that cannot be read is left out.
pub(super) fn read(pairs: &Pairs) -> Report {
    let point = point(pairs);
    let is_valid = pairs.first(&["valid"]).is_none_or(is_yes);
    let accuracy_m = pairs.read(&["accuracy"], json::metres);
    let fix = point.filter(|_| is_valid).map(|point| Fix { point, accuracy_m });
    let alarms = alarms(pairs).finish(fix.is_some());
    Report {
        signals: alarms.signals,
        fix,
        stale_point: point.filter(|_| !is_valid),
        cells: pairs.all("cell").filter_map(cell).take(MAX_ENTRIES).collect(),
        wifi: pairs.all("wifi").filter_map(wifi).take(MAX_ENTRIES).collect(),
        battery_pct: pairs.read(&["batt"], json::percent).or_else(|| pairs.read(&["level"], level)),
        at: pairs.read(&["timestamp", "time"], json::moment),
        buffered: false,
        notices: alarms.notices,
        doubts: alarms.doubts,
    }
}

fn alarms(pairs: &Pairs) -> Alarms {
    let mut alarms = Alarms::default();
    pairs.all("alarm").for_each(|value| alarms.add(value));
    for (name, kind) in [
        ("sos", SignalKind::Sos),
        ("panic", SignalKind::Sos),
        ("help", SignalKind::Help),
        ("fall", SignalKind::Fall),
    ] {
        pairs.all(name).for_each(|value| alarms.add_flag(kind, value));
    }
    for name in ["event", "key"] {
        pairs.all(name).for_each(|value| alarms.add_if_alarm(value));
    }
    alarms
}

fn point(pairs: &Pairs) -> Option<LatLon> {
    let lat = pairs.read(&["lat", "latitude"], json::number);
    let lon = pairs.read(&["lon", "longitude"], json::number);
    let pair = lat.zip(lon).or_else(|| pairs.read(&["location"], two_numbers));
    pair.and_then(|(lat, lon)| LatLon::new(lat, lon))
}

fn two_numbers(value: &str) -> Option<(f64, f64)> {
    let (lat, lon) = value.split_once(',')?;
    Some((json::number(lat)?, json::number(lon)?))
}

fn is_yes(value: &str) -> bool {
    let value = value.trim();
    value.eq_ignore_ascii_case("true") || value == "1"
}

/// Reads a charge from 0 to 1; less says unknown.
fn level(value: &str) -> Option<u8> {
    json::percent(&(json::number(value)? * 100.0).to_string())
}

/// Reads `mcc,mnc,lac,cid` and perhaps the strength.
fn cell(value: &str) -> Option<Cell> {
    let fields: Vec<_> = value.split(',').map(str::trim).collect();
    let [mcc, mnc, lac, cid, rest @ ..] = &fields[..] else { return None };
    Some(Cell {
        mcc: mcc.parse().ok()?,
        mnc: mnc.parse().ok()?,
        lac: lac.parse().ok()?,
        cid: cid.parse().ok()?,
        dbm: rest.first().and_then(|field| strength(field)),
    })
}

/// Reads `mac,strength`.
fn wifi(value: &str) -> Option<Wifi> {
    let mut fields = value.split(',');
    let mac = fields.next()?.trim().to_ascii_lowercase().replace('-', ":");
    let is_octet =
        |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mac = mac.split(':').count() == 6 && mac.split(':').all(is_octet);
    is_mac.then(|| Wifi { mac, dbm: fields.next().and_then(strength) })
}

fn strength(field: &str) -> Option<i16> {
    let given: i16 = field.trim().parse().ok()?;
    Some(given.saturating_abs().saturating_neg())
}
