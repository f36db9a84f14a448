//! Binary records: the fields of a report in binary-coded decimals.
//!
//! `$`, ident (10 digits), `hhmmss`, `ddmmyy`, latitude (`ddmmffff`), charge, longitude
//! (`dddmmffff`) and four flags, speed and course (three digits each), status. In one form the ident
//! has 15 digits and half a byte of padding. A tail follows that differs by maker. Records that
//! begin with `X` tell the mileage in place of the ident: the device is the connection's.

use silverbell_domain::{LatLon, UnixMs};

use super::fields;
use super::frame::{Frame, Start};
use super::status::{self, Options, Said};
use crate::{Fix, Report};

/// Bytes of a record. Longer ones have a tail that we do not need.
pub(super) const LENGTH: usize = 32;

/// Bytes that tell a record from noise: up to the course of the longer form.
pub(super) const HEAD: usize = CLOCK_BEHIND_LONG_IDENT + PLACED;

/// Where the time stands behind an ident of 10 digits, and of 15.
const CLOCK: usize = 6;
const CLOCK_BEHIND_LONG_IDENT: usize = 9;

/// Bytes from the time to the end of the course, and of the status.
const PLACED: usize = 19;
const SAID: usize = PLACED + 4;

/// The least and the most of hour, minute, second, day, month, year. A clock that was never set
/// tells zeros.
const CLOCK_MAX: [u8; 6] = [23, 59, 59, 31, 12, 99];

/// Bytes of the shorter ident, and how many at least must be seen again where a record begins again.
const IDENT: usize = 5;
const SAME_IDENT: usize = 2;

const VALID: u8 = 1 << 1;
const NORTH: u8 = 1 << 2;
const EAST: u8 = 1 << 3;

/// What a record says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    /// `None` in a record that names no device.
    pub(super) ident: Option<String>,
    pub(super) report: Report,
}

/// Returns whether a record begins here: the time and the date must be such. The longer form is
/// rare, and easily seen where it is not; there, everything must make sense.
pub(super) fn head(bytes: &[u8]) -> Start {
    let short = clock(bytes.get(CLOCK..).unwrap_or_default());
    if short != Start::Not {
        return short;
    }
    let said = bytes.get(CLOCK_BEHIND_LONG_IDENT..).unwrap_or_default();
    let has_digits = |count| bytes.iter().skip(1).take(count).all(|byte| decimal(*byte).is_some());
    match clock(said) {
        _ if !bytes.starts_with(b"$") || !has_digits(7) => Start::Not,
        Start::Binary if said.len() < PLACED => Start::Undecided,
        Start::Binary if !makes_sense(said) => Start::Not,
        start => start,
    }
}

/// Returns where a record with the shorter ident would begin inside one with the longer: both have the
/// same clock, so the latter may be a part of what was cut short, and the former.
pub(super) fn shorter_inside(bytes: &[u8]) -> Option<usize> {
    let is_longer = clock(bytes.get(CLOCK..).unwrap_or_default()) == Start::Not;
    let inside = CLOCK_BEHIND_LONG_IDENT - CLOCK;
    (is_longer && bytes.get(inside) == Some(&b'$')).then_some(inside)
}

fn clock(bytes: &[u8]) -> Start {
    let fits = |(byte, max): (&u8, u8)| decimal(*byte).is_some_and(|value| value <= max);
    if !bytes.iter().zip(CLOCK_MAX).all(fits) {
        return Start::Not;
    }
    if bytes.len() < CLOCK_MAX.len() { Start::Undecided } else { Start::Binary }
}

/// Returns whether a record begins again at this mark inside it: the ident follows a second time.
/// Where the first one was cut within its ident, there must be a clock, too.
pub(super) fn begins_again(record: &[u8], at: usize, no_more_comes: bool) -> Start {
    let (first, second) = record.split_at_checked(at).unwrap_or_default();
    let [first, rest] = [first, second].map(|part| part.get(1..).unwrap_or_default());
    let expected = first.get(..IDENT).unwrap_or(first);
    let seen = rest.get(..expected.len()).unwrap_or(rest);
    if expected.len() < SAME_IDENT || !expected.starts_with(seen) {
        return Start::Not;
    }
    let is_enough = seen.len() == expected.len() || no_more_comes && seen.len() >= SAME_IDENT;
    match head(second) {
        _ if is_enough && first.len() >= IDENT => Start::Binary,
        head if is_enough && head != Start::Undecided => head,
        _ if no_more_comes => Start::Not,
        _ => Start::Undecided,
    }
}

/// Returns how many bytes of a record say something.
pub(super) fn said_length(record: &[u8]) -> usize {
    clock_at(record) + SAID
}

/// Reads a record, as far as it goes.
pub(super) fn read(frame: &Frame, options: Options) -> Record {
    let clock_at = clock_at(&frame.raw);
    let said = frame.raw.get(clock_at..).unwrap_or_default();
    let bits = part::<4>(said, 19).map(u32::from_be_bytes);
    let mut report = Report {
        at: moment(said),
        battery_pct: said.get(10).copied().and_then(charge),
        notices: bits.map(status::notices).unwrap_or_default(),
        ..Report::default()
    };
    if let Some((point, is_valid)) = place(said) {
        report.fix = is_valid.then_some(Fix { point, accuracy_m: None });
        report.stale_point = (!is_valid).then_some(point);
    }
    let sos = bits.is_some_and(|bits| status::is_sos(bits, options));
    status::finish(&mut report, Said { sos, low_battery: false, truncated: frame.truncated });
    Record { ident: ident(&frame.raw, clock_at), report }
}

/// Returns where the time stands: behind the shorter ident, unless only the longer one makes sense.
fn clock_at(record: &[u8]) -> usize {
    let has_clock = |said: &[u8]| clock(said) == Start::Binary;
    let [short, long] =
        [CLOCK, CLOCK_BEHIND_LONG_IDENT].map(|at| record.get(at..).unwrap_or_default());
    let is_long = record.starts_with(b"$") && has_clock(long) && makes_sense(long);
    let is_short = has_clock(short) && (makes_sense(short) || !is_long);
    if is_long && !is_short { CLOCK_BEHIND_LONG_IDENT } else { CLOCK }
}

/// Returns whether latitude, longitude and course are such.
fn makes_sense(said: &[u8]) -> bool {
    let coordinates =
        [latitude(said).map(|lat| lat <= 90.0), longitude(said).map(|(lon, _)| lon <= 180.0)];
    let course = part::<2>(said, 17).and_then(|[high, low]| number([high & 0x0f, low]));
    coordinates == [Some(true); 2] && course.is_some_and(|course| course <= 360)
}

fn ident(record: &[u8], clock_at: usize) -> Option<String> {
    let digits = hex::encode(record.strip_prefix(b"$")?.get(..clock_at - 1)?);
    // The longer one is padded by half a byte.
    let length = if clock_at == CLOCK { 10 } else { 15 };
    digits.get(..length).map(str::to_owned)
}

fn moment(said: &[u8]) -> Option<UnixMs> {
    let [hour, minute, second, day, month, year] = part::<6>(said, 0)?.map(decimal);
    let seconds = i64::from(hour?) * 3_600 + i64::from(minute?) * 60 + i64::from(second?);
    fields::utc(2000 + i64::from(year?), month?.into(), day?.into(), seconds)
}

/// Reads the charge: a step from 1 to 6, or percent. Traccar's reading.
const fn charge(byte: u8) -> Option<u8> {
    match byte {
        1..=3 => Some((byte - 1) * 10),
        4..=6 => Some((byte - 1) * 20),
        7..=100 => Some(byte),
        0xf1..=0xf6 => Some(byte - 0xf0),
        _ => None,
    }
}

/// Reads the point, and whether the device vouches for it.
fn place(said: &[u8]) -> Option<(LatLon, bool)> {
    let (lat, (lon, flags)) = (latitude(said)?, longitude(said)?);
    let lat = if flags & NORTH == 0 { -lat } else { lat };
    let lon = if flags & EAST == 0 { -lon } else { lon };
    Some((LatLon::new(lat, lon)?, flags & VALID != 0))
}

fn latitude(said: &[u8]) -> Option<f64> {
    number(part::<4>(said, 6)?).map(degrees)
}

/// Reads the longitude, nine digits, and the flags in the last half of a byte.
fn longitude(said: &[u8]) -> Option<(f64, u8)> {
    let [a, b, c, d, last] = part::<5>(said, 11)?;
    let digits =
        number([a, b, c, d])? * 10 + u32::from(Some(last >> 4).filter(|digit| *digit <= 9)?);
    Some((degrees(digits), last & 0x0f))
}

/// Reads degrees, and minutes with four decimals.
fn degrees(digits: u32) -> f64 {
    f64::from(digits / 1_000_000) + f64::from(digits % 1_000_000) / 600_000.0
}

/// Reads up to eight digits.
fn number<const N: usize>(bytes: [u8; N]) -> Option<u32> {
    bytes
        .iter()
        .try_fold(0, |value: u32, byte| value.checked_mul(100)?.checked_add(decimal(*byte)?.into()))
}

const fn decimal(byte: u8) -> Option<u8> {
    let (high, low) = (byte >> 4, byte & 0x0f);
    if high > 9 || low > 9 { None } else { Some(high * 10 + low) }
}

fn part<const N: usize>(bytes: &[u8], from: usize) -> Option<[u8; N]> {
    bytes.get(from..)?.first_chunk().copied()
}

#[cfg(test)]
#[path = "binary_tests.rs"]
mod tests;
