//! Answers to commands, in text; the one to `WHERE#` holds a position.

use silverbell_domain::{LatLon, UnixMs};

use super::message::Message;
use super::parts::Gps;
use super::reader::Reader;

/// Longest text looked at, bytes.
const MAX_TEXT: usize = 1024;

/// Reads the answer of 0x15: a length, four bytes of the server's, text.
pub(super) fn short(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    let length = usize::from(reader.u8()?);
    if length > 0 {
        reader.skip(4)?;
        let text = reader.slice(length.checked_sub(4)?)?;
        take(message, &String::from_utf8_lossy(text));
    }
    Some(())
}

/// Reads the answer of 0x21: four bytes of the server's, 1 for ASCII or 2 for UTF-16, text.
pub(super) fn long(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(4)?;
    let is_ascii = reader.u8()? == 1;
    let bytes = reader.rest();
    let bytes = bytes.get(..MAX_TEXT).unwrap_or(bytes);
    if is_ascii {
        take(message, &String::from_utf8_lossy(bytes));
    } else {
        let (pairs, _) = bytes.as_chunks();
        let units: Vec<u16> = pairs.iter().map(|&pair| u16::from_be_bytes(pair)).collect();
        take(message, &String::from_utf16_lossy(&units));
    }
    Some(())
}

/// Takes the position of an answer such as `Current position!Lat:N54.739332,Lon:E25.273270,
/// Course:126.53,Speed:0.0000,DateTime:2017-05-26 10:27:47`. Another beginning ("Last position!")
/// is a fix of unknown age.
fn take(message: &mut Message, text: &str) {
    let (lat, lon) = (degrees(text, "Lat:", ['N', 'S']), degrees(text, "Lon:", ['E', 'W']));
    let Some(point) = lat.zip(lon).and_then(|(lat, lon)| LatLon::new(lat, lon)) else { return };
    let is_valid = text.starts_with("Current position!");
    message.take_gps(Gps { at: time(text), point: Some(point), is_valid });
}

fn degrees(text: &str, name: &str, [plus, minus]: [char; 2]) -> Option<f64> {
    let (_, value) = text.split_once(name)?;
    let value = value.split(',').next()?;
    match value.strip_prefix(minus) {
        Some(value) => value.parse().ok().map(|degrees: f64| -degrees),
        None => value.strip_prefix(plus)?.parse().ok(),
    }
}

fn time(text: &str) -> Option<UnixMs> {
    let (_, time) = text.split_once("DateTime:")?;
    let mut words = time.split_whitespace();
    let (date, time) = (words.next()?, words.next()?.get(..8)?);
    let civil: jiff::civil::DateTime = format!("{date}T{time}").parse().ok()?;
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(UnixMs(utc.as_millisecond()))
}
