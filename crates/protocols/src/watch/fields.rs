//! The fields of a report of place and state, as `UD`, `AL` and `WT` carry it.

use silverbell_domain::{LatLon, UnixMs};

use super::network;
use crate::{Cell, Wifi};

/// Where the status stands, counted from the speed, that follows the coordinates.
const STATUS: usize = 8;

/// How many fields the charge stands before the status.
const BATTERY_BEFORE_STATUS: usize = 3;

/// Where else the status may stand in firmware that leaves out or adds fields, likeliest first.
const STATUS_ELSEWHERE: [usize; 4] = [7, 9, 6, 10];

/// A report, each part `None` that cannot be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields {
    pub(super) at: Option<UnixMs>,
    /// Whether the device vouches for the coordinates.
    pub(super) fixed: bool,
    pub(super) point: Option<LatLon>,
    pub(super) battery_pct: Option<u8>,
    pub(super) status: Option<u32>,
    pub(super) cells: Vec<Cell>,
    pub(super) wifi: Vec<Wifi>,
    pub(super) accuracy_m: Option<f64>,
}

/// Returns whether the fields begin like a report: `ddmmyy,hhmmss` and `A` or `V`.
pub(super) fn looks_like_report(fields: &[&str]) -> bool {
    let [date, time, validity, ..] = fields else { return false };
    pairs(date).is_some() && pairs(time).is_some() && matches!(validity.trim(), "A" | "V")
}

/// Reads a report. Never fails: an alarm must not be lost for a field.
///
/// Fields: date, time, validity, latitude, N or S, longitude, E or W, speed (km/h), course,
/// altitude (m), satellites, signal, battery (%), steps, tumbles, status (hexadecimal), network.
pub(super) fn read(fields: &[&str]) -> Fields {
    let (latitude, rest) = coordinate(fields.get(3..).unwrap_or_default(), "NS");
    let (longitude, rest) = coordinate(rest, "EW");
    let status_at = find_status(rest);
    let battery_at = status_at.saturating_sub(BATTERY_BEFORE_STATUS);
    let tail = rest.get(status_at + 1..).unwrap_or_default();
    Fields {
        at: time(fields),
        fixed: fields.get(2).is_some_and(|validity| validity.trim() == "A"),
        point: latitude.zip(longitude).and_then(|(lat, lon)| LatLon::new(lat, lon)),
        battery_pct: rest.get(battery_at).and_then(|field| percent(field)),
        status: rest.get(status_at).and_then(|field| hexadecimal(field)),
        cells: network::cells(tail),
        wifi: network::wifi(tail),
        accuracy_m: network::accuracy_m(tail),
    }
}

/// Reads a number of degrees and its hemisphere, which may be empty or missing altogether; gives
/// the fields that follow.
fn coordinate<'a>(fields: &'a [&'a str], hemispheres: &str) -> (Option<f64>, &'a [&'a str]) {
    let [degrees, rest @ ..] = fields else { return (None, fields) };
    let degrees: Option<f64> = degrees.trim().parse().ok();
    match rest {
        [letter, rest @ ..] if hemispheres.contains(letter.trim()) => {
            let negative = matches!(letter.trim(), "S" | "W");
            (degrees.map(|value| if negative { -value.abs() } else { value }), rest)
        }
        _ => (degrees, rest),
    }
}

/// Returns where the status stands: eight hexadecimal digits, at its place or near it; else its
/// place, for old firmware writes four digits or one.
fn find_status(fields: &[&str]) -> usize {
    let is_long = |at: &usize| {
        fields.get(*at).is_some_and(|field| field.len() == 8 && hexadecimal(field).is_some())
    };
    std::iter::once(STATUS).chain(STATUS_ELSEWHERE).find(is_long).unwrap_or(STATUS)
}

fn hexadecimal(field: &str) -> Option<u32> {
    u32::from_str_radix(field.trim(), 16).ok()
}

/// Reads a charge in percent; more than 100 is a device's word for unknown.
pub(super) fn percent(field: &str) -> Option<u8> {
    field.trim().parse().ok().filter(|&percent| percent <= 100)
}

/// Reads `ddmmyy,hhmmss`, UTC as Traccar takes it, of the years 2000 to 2099.
fn time(fields: &[&str]) -> Option<UnixMs> {
    let (day, month, year) = pairs(fields.first()?)?;
    let (hour, minute, second) = pairs(fields.get(1)?)?;
    let year = 2000 + i16::from(year);
    let civil = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(UnixMs(zoned.timestamp().as_millisecond()))
}

/// Reads six digits as three numbers.
fn pairs(field: &str) -> Option<(i8, i8, i8)> {
    let field = field.trim();
    if field.len() != 6 || !field.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let pair = |from: usize| field.get(from..from + 2)?.parse().ok();
    Some((pair(0)?, pair(2)?, pair(4)?))
}
