//! One frame: its header in both versions, its body, its check byte.

use super::bytes::Reader;
use super::escape::Delimiter;
use super::id;

/// The part of the attributes that tells how long the body is, bytes.
const LENGTH: u16 = 0x03ff;

/// Says that the message comes in several packets; the header then numbers them.
const IN_PACKETS: u16 = 1 << 13;

/// Says that the header is that of 2019: a version, and a number of twenty digits.
const OF_2019: u16 = 1 << 14;

/// How a device is addressed: every frame to it says this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) delimiter: Delimiter,
    /// The version of a header of 2019.
    pub(super) version: Option<u8>,
    /// The telephone number, two digits a byte; not so with some makers, see [`Self::number`].
    pub(super) phone: Vec<u8>,
}

impl Address {
    /// Returns the number with its leading zeros: twelve or twenty digits. Some makers write an IMEI
    /// without its last digit as a binary number of six bytes, which shows by its letters; then the
    /// IMEI is returned.
    pub(super) fn number(&self) -> String {
        let digits = hex::encode(&self.phone);
        let Ok([high, low @ ..]) = <[u8; 6]>::try_from(&self.phone[..]) else { return digits };
        if digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return digits;
        }
        let [a, b, c, d, e] = low;
        let imei = u64::from_be_bytes([0, 0, high, a, b, c, d, e]);
        format!("{imei}{}", luhn(imei))
    }

    /// Returns whether the number begins with zeros, as one of twenty digits does: no telephone
    /// number and no IMEI is that long.
    fn is_padded(&self) -> bool {
        self.phone.starts_with(&[0, 0])
    }

    /// Returns the number as the device is registered: without leading zeros.
    pub(super) fn ident(&self) -> String {
        without_leading_zeros(&self.number()).to_owned()
    }
}

/// Strips leading zeros, all but one: firmware pads one number to twelve or to twenty digits.
pub(super) fn without_leading_zeros(number: &str) -> &str {
    match number.trim_start_matches('0') {
        "" if !number.is_empty() => "0",
        stripped => stripped,
    }
}

/// Returns the last digit of an IMEI.
fn luhn(mut number: u64) -> u64 {
    let mut sum = 0;
    let mut doubled = true;
    while number > 0 {
        let digit = number % 10 * if doubled { 2 } else { 1 };
        sum += digit / 10 + digit % 10;
        doubled = !doubled;
        number /= 10;
    }
    (10 - sum % 10) % 10
}

/// Which packet of a message this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) total: u16,
    /// Counted from 1.
    pub(super) index: u16,
}

/// One frame, escapes undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The bytes as they came, delimiters included.
    pub(super) raw: Vec<u8>,
    pub(super) address: Address,
    pub(super) id: u16,
    pub(super) attributes: u16,
    pub(super) serial: u16,
    pub(super) packet: Option<Packet>,
    pub(super) body: Vec<u8>,
    /// Whether the end is missing: no delimiter came, or the frame is shorter than it says and its
    /// check byte is wrong. Such a frame is never acknowledged, so that the device repeats it.
    pub(super) truncated: bool,
    /// Whether the check byte is right.
    pub(super) checks: bool,
}

impl Frame {
    /// Reads what stands between two delimiters; `ended` says whether the second is there. `None`
    /// if there is no header, or if it is noise: an unknown message whose check byte or length is
    /// wrong.
    pub(super) fn read(raw: Vec<u8>, inner: &[u8], by: Delimiter, ended: bool) -> Option<Self> {
        let plain = by.unescape(inner);
        let (content, checks) = match plain.split_last() {
            Some((&check, content)) if ended => (content, check_byte(content) == check),
            _ => (&plain[..], false),
        };
        let said = Self::read_header(content, by, true);
        let believed = said.as_ref().is_some_and(|said| said.fits() || said.address.is_padded());
        let older = if checks && !believed { Self::older_location(content, by) } else { None };
        let mut frame = older.or(said)?;
        let length = usize::from(frame.attributes & LENGTH);
        frame.truncated = !ended || frame.body.len() < length && !checks;
        if frame.truncated && ended {
            // What stands in the check byte's place is the last that came of the body.
            frame.body.extend(plain.last());
        }
        let is_sound = checks && frame.fits() || id::is_known(frame.id);
        is_sound.then_some(Self { raw, checks, ..frame })
    }

    /// Returns whether the body is as long as the header says.
    pub(super) fn fits(&self) -> bool {
        self.body.len() == usize::from(self.attributes & LENGTH)
    }

    /// Reads a location whose firmware says 2019 and writes the older header (SmallChi's Test5_3):
    /// read as it says, its alarm would be lost. Other messages are answered as they say.
    fn older_location(content: &[u8], by: Delimiter) -> Option<Self> {
        let older = Self::read_header(content, by, false)?;
        (older.fits() && id::is_location(older.id)).then_some(older)
    }

    /// Reads a header; `may_be_new` says whether it may be that of 2019.
    fn read_header(content: &[u8], delimiter: Delimiter, may_be_new: bool) -> Option<Self> {
        let bytes = &mut Reader::new(content);
        let id = bytes.u16()?;
        let attributes = bytes.u16()?;
        let is_lock = id::has_short_serial(id);
        let is_new = attributes & OF_2019 != 0 && may_be_new && !is_lock;
        let version = if is_new { Some(bytes.u8()?) } else { None };
        let phone = bytes.take(phone_length(version, delimiter))?.to_vec();
        let serial = if is_lock { bytes.u8()?.into() } else { bytes.u16()? };
        let packet = if attributes & IN_PACKETS != 0 && !is_lock { packet(bytes) } else { None };
        let body = bytes.rest().to_vec();
        let address = Address { delimiter, version, phone };
        let (truncated, checks, raw) = (false, false, Vec::new());
        Some(Self { raw, address, id, attributes, serial, packet, body, truncated, checks })
    }
}

const fn phone_length(version: Option<u8>, delimiter: Delimiter) -> usize {
    match (version, delimiter) {
        (Some(_), _) => 10,
        (None, Delimiter::Plain) => 6,
        (None, Delimiter::Alternate) => 7,
    }
}

fn packet(bytes: &mut Reader<'_>) -> Option<Packet> {
    Some(Packet { total: bytes.u16()?, index: bytes.u16()? })
}

/// Returns the exclusive or of all bytes.
pub(super) fn check_byte(content: &[u8]) -> u8 {
    content.iter().fold(0, |check, byte| check ^ byte)
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
