//! What is sent to a device: answers, byte for byte as Traccar gives them.

use jiff::civil::DateTime;
use silverbell_domain::UnixMs;

use super::crc::crc;
use super::cut::STOP;
use super::{Frame, Message, kind};

/// Returns the answer to a frame, `None` for one that expects none or that came truncated.
///
/// Send it only after what the frame says is durable: it tells the device not to repeat.
pub(super) fn ack(frame: &Frame, message: &Message, now: UnixMs) -> Option<Vec<u8>> {
    if frame.truncated || !message.is_complete {
        return None;
    }
    match (frame.kind, frame.long) {
        (kind::ADDRESS_REQUEST, _) => Some(address()),
        (kind::TIME_REQUEST, _) => short(kind::TIME_REQUEST, &time(now), [0; 2]),
        _ if frame.is_counted() => counted(frame),
        (kind::GPS_LBS_STATUS | kind::WIFI_5, true) | (kind::MULTIMEDIA, _) => {
            Some(long(frame.kind, &[], frame.serial?))
        }
        _ if is_answered(frame) => short(frame.kind, &[], frame.serial?),
        _ => None,
    }
}

/// Returns whether a frame gets the ordinary answer, its type and serial number. Long ones do only
/// where Traccar reads their type.
fn is_answered(frame: &Frame) -> bool {
    match (frame.kind, frame.told_length()) {
        (kind::LBS_MULTIPLE_3, length) => length != 0x2e,
        (kind::LBS_3, length) => length == 0x37,
        (
            kind::STRING_UTC
            | kind::PHOTO_INFO
            | kind::GPS_LBS_8
            | kind::COMMAND..=0x82
            | kind::OBD
            | kind::INFO
            | kind::SERIAL
            | kind::WIFI_4,
            _,
        ) => false,
        (kind::STATUS_MODULES, _) => !frame.long,
        _ => !frame.long || kind::is_read(frame.kind),
    }
}

/// Answers the question for an address: there is none to be had.
fn address() -> Vec<u8> {
    let text = b"NA&&NA&&0##";
    let content = [&[11, 0, 0, 0, 0], &text[..]].concat();
    long(kind::ADDRESS_RESPONSE, &content, [0; 2])
}

/// Returns year, month, day, hour, minute and second, UTC, a byte each.
fn time(now: UnixMs) -> [u8; 6] {
    let utc = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    let civil: DateTime = jiff::tz::TimeZone::UTC.to_datetime(utc);
    let year = u8::try_from(civil.year() - 2_000).unwrap_or_default();
    let rest = [civil.month(), civil.day(), civil.hour(), civil.minute(), civil.second()];
    let [month, day, hour, minute, second] = rest.map(i8::cast_unsigned);
    [year, month, day, hour, minute, second]
}

/// Answers a Wi-Fi frame, which has neither length nor checksum: its type and its time.
fn counted(frame: &Frame) -> Option<Vec<u8>> {
    let head_and_time = frame.raw.get(3..10)?;
    Some([&[0x78, 0x78, 0x00], head_and_time, &STOP].concat())
}

/// Writes a frame with a length of one byte; `None` if the content is too long for it.
pub(super) fn short(kind: u8, content: &[u8], serial: [u8; 2]) -> Option<Vec<u8>> {
    let length = u8::try_from(content.len() + 5).ok()?;
    Some(finished(&[0x78, 0x78, length, kind], content, serial))
}

/// Writes a frame with a length of two bytes. Our own contents are short.
fn long(kind: u8, content: &[u8], serial: [u8; 2]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len() + 5).unwrap_or(u16::MAX).to_be_bytes();
    finished(&[0x79, 0x79, high, low, kind], content, serial)
}

fn finished(head: &[u8], content: &[u8], serial: [u8; 2]) -> Vec<u8> {
    let mut frame = [head, content, &serial].concat();
    let sum = crc(frame.get(2..).unwrap_or_default());
    frame.extend(sum);
    frame.extend(STOP);
    frame
}
