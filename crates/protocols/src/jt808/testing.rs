//! Frames for tests, of devices that do not exist.

use super::escape::Delimiter;
use super::header::check_byte;

/// Returns the bytes of hexadecimal digits; spaces do not count.
pub(super) fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).unwrap()
}

/// Returns a frame of these digits, check byte, escapes and delimiters added.
pub(super) fn framed(content: &str) -> Vec<u8> {
    enclosed(Delimiter::Plain, &bytes(content))
}

pub(super) fn enclosed(delimiter: Delimiter, content: &[u8]) -> Vec<u8> {
    delimiter.enclose(&[content, &[check_byte(content)]].concat())
}

/// Returns a frame of 2013 of the device 123456, its length right.
pub(super) fn frame(message: u16, serial: u16, body: &[u8]) -> Vec<u8> {
    let header = format!("{message:04x} {:04x} 000000123456 {serial:04x}", body.len());
    enclosed(Delimiter::Plain, &[bytes(&header), body.to_vec()].concat())
}

/// Returns one packet of a message of the device 123456.
pub(super) fn packet(message: u16, total: u16, index: u16, body: &[u8]) -> Vec<u8> {
    let attributes = 0x2000 | body.len();
    let header =
        format!("{message:04x} {attributes:04x} 000000123456 {index:04x} {total:04x} {index:04x}");
    enclosed(Delimiter::Plain, &[bytes(&header), body.to_vec()].concat())
}

/// Returns the body of a location: alarm flags, state, 22.5 N 113.9 E, 2026-07-21 02:03:04 UTC, and
/// additional information.
pub(super) fn location(flags: u32, state: u32, items: &str) -> Vec<u8> {
    let place = "015752a0 06c9f9e0 0000 0000 0000 260721100304";
    [bytes(&format!("{flags:08x} {state:08x} {place}")), bytes(items)].concat()
}
