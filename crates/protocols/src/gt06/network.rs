//! Messages of many cells and Wi-Fi access points, for a position without satellites.

use super::kind;
use super::message::Message;
use super::parts::{self, CellForm, dbm};
use super::reader::Reader;
use crate::network::MAX_ENTRIES;
use crate::{Cell, Wifi};

/// Reads the frame whose length is a count: time in decimal digits, so many access points, cells.
pub(super) fn counted(message: &mut Message, reader: &mut Reader<'_>, count: usize) -> Option<()> {
    message.report.at = parts::instant(reader.take()?.map(from_digits), 0);
    for _ in 0..count {
        let mac = reader.take()?;
        push_wifi(message, mac, reader.u8()?);
    }
    let count = reader.u8()?;
    let (mcc, mnc) = (reader.u16()?, u16::from(reader.u8()?));
    for _ in 0..count {
        let (lac, cid) = (u32::from(reader.u16()?), u64::from(reader.u16()?));
        let dbm = Some(dbm(reader.u8()?));
        push_cell(message, Cell { mcc, mnc, lac, cid, dbm });
    }
    Some(())
}

/// Returns 17 for 0x17.
fn from_digits(byte: u8) -> u8 {
    (byte >> 4) * 10 + (byte & 0xf)
}

/// Reads access points without their strength (0xf3): time, count, two bytes and an address each.
pub(super) fn addresses(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    message.report.at = parts::time(reader, 0)?;
    for _ in 0..reader.u8()? {
        reader.skip(2)?;
        let mac = reader.take()?;
        push(&mut message.report.wifi, wifi(mac, None));
    }
    Some(())
}

/// How the list of cells of a type is laid out.
struct Form {
    codes: CellForm,
    /// How many cells; `None` if a count says it.
    count: Option<u8>,
    /// Whether the timing advance stands before the network, not behind the cells.
    advance_first: bool,
    two_byte_network: bool,
    has_wifi: bool,
}

fn form(kind: u8, told_length: usize) -> Form {
    let s20 = kind == kind::LBS_MULTIPLE_3 && told_length == 0x31;
    let padlock = kind == kind::LBS_3;
    let codes = match kind {
        kind::LBS_4G | kind::WIFI_4G => CellForm::Lte,
        kind::WIFI_5 | kind::LBS_3 => CellForm::Wide,
        _ => CellForm::Gsm,
    };
    Form {
        codes,
        count: match kind {
            kind::WIFI_ALARM => None,
            kind::WIFI_5 => Some(6),
            _ if s20 => None,
            _ => Some(7),
        },
        advance_first: s20 || padlock,
        two_byte_network: padlock,
        has_wifi: matches!(
            kind,
            kind::LBS_EXTEND | kind::LBS_WIFI | kind::WIFI_4G | kind::WIFI_5 | kind::WIFI_ALARM
        ),
    }
}

/// Reads time, cells and, in some types, access points.
pub(super) fn list(
    message: &mut Message,
    reader: &mut Reader<'_>,
    told_length: usize,
    zone_s: i64,
) -> Option<()> {
    let mut form = form(message.kind, told_length);
    message.report.at = parts::time(reader, zone_s)?;
    if form.advance_first {
        reader.skip(1)?;
    }
    let country = reader.u16()?;
    let two = form.two_byte_network || country & 0x8000 != 0;
    let mnc = if two { reader.u16()? } else { u16::from(reader.u8()?) };
    if message.kind == kind::WIFI_ALARM && reader.u8()? > 0 {
        form.codes = CellForm::Lte;
    }
    let count = form.count.or_else(|| reader.u8())?;
    for _ in 0..count {
        let (lac, cid) = parts::codes(reader, form.codes)?;
        let dbm = Some(dbm(reader.u8()?));
        push_cell(message, Cell { mcc: country & 0x7fff, mnc, lac, cid, dbm });
    }
    if !form.advance_first {
        reader.skip(1)?;
    }
    if form.has_wifi { access_points(message, reader) } else { Some(()) }
}

fn access_points(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    for _ in 0..reader.u8()? {
        let mac = reader.take()?;
        push_wifi(message, mac, reader.u8()?);
    }
    Some(())
}

/// Reads cells of one network without a count, to the end of these bytes.
pub(super) fn more_cells(message: &mut Message, bytes: &[u8]) {
    let Some(Cell { mcc, mnc, .. }) = message.report.cells.first().cloned() else { return };
    let mut reader = Reader::new(bytes, bytes.len());
    while let (Some((lac, cid)), Some(strength)) =
        (parts::codes(&mut reader, CellForm::Gsm), reader.u8())
    {
        push_cell(message, Cell { mcc, mnc, lac, cid, dbm: Some(dbm(strength)) });
    }
}

/// Reads access points without a count, to the end of these bytes.
pub(super) fn more_wifi(message: &mut Message, bytes: &[u8]) {
    let mut reader = Reader::new(bytes, bytes.len());
    while let (Some(mac), Some(strength)) = (reader.take(), reader.u8()) {
        push_wifi(message, mac, strength);
    }
}

/// Keeps a cell, but for the places of a list that are not filled.
fn push_cell(message: &mut Message, cell: Cell) {
    if cell.lac != 0 {
        push(&mut message.report.cells, cell);
    }
}

fn push_wifi(message: &mut Message, mac: [u8; 6], strength: u8) {
    if mac != [0; 6] {
        push(&mut message.report.wifi, wifi(mac, Some(dbm(strength))));
    }
}

fn wifi(mac: [u8; 6], dbm: Option<i16>) -> Wifi {
    Wifi { mac: mac.map(|byte| format!("{byte:02x}")).join(":"), dbm }
}

/// Keeps an entry once: firmware fills its lists by repeating what it has.
fn push<T: PartialEq>(entries: &mut Vec<T>, entry: T) {
    if entries.len() < MAX_ENTRIES && !entries.contains(&entry) {
        entries.push(entry);
    }
}
