//! The parts that most messages are made of: time, GPS, one telephone cell.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use silverbell_domain::{LatLon, UnixMs};

use super::reader::Reader;
use crate::Cell;

/// What coordinates are counted in: parts of a degree.
const PER_DEGREE: f64 = 1_800_000.0;

/// The shortest that stands behind a cell with a length, bytes: bits, charge, signal, alarm code.
const MIN_BEHIND_CELL: usize = 4;

const POSITIONED: u16 = 1 << 12;
const WEST: u16 = 1 << 11;
const NORTH: u16 = 1 << 10;

/// What GPS says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gps {
    /// The receiver's time; `None` if it is none.
    pub(super) at: Option<UnixMs>,
    /// `None` for 0,0 and for what is off the globe.
    pub(super) point: Option<LatLon>,
    /// Whether the device vouches for the point.
    pub(super) is_valid: bool,
}

/// How speed and flags stand in GPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GpsForm {
    /// Satellites, point, speed, flags.
    Full,
    /// Point, flags.
    Bare,
    /// Satellites, point, flags, speed of two bytes (JC400).
    Swapped,
}

/// Reads year, month, day, hour, minute and second, a byte each, in a zone so many seconds east.
///
/// `None` if they are not there; `Some(None)` if they are no time.
pub(super) fn time(reader: &mut Reader<'_>, zone_s: i64) -> Option<Option<UnixMs>> {
    reader.take().map(|bytes| instant(bytes, zone_s))
}

/// Returns the time that six bytes tell, `None` for no time.
pub(super) fn instant(bytes: [u8; 6], zone_s: i64) -> Option<UnixMs> {
    let [year, month, day, hour, minute, second] = bytes.map(|byte| i8::try_from(byte).ok());
    let year = 2_000 + i16::from(year?);
    let civil = DateTime::new(year, month?, day?, hour?, minute?, second?, 0).ok()?;
    let utc = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(UnixMs(utc.as_millisecond()).plus_s(-zone_s))
}

/// Returns whether a time stands here in the bytes.
pub(super) fn is_time(bytes: &[u8], at: usize) -> bool {
    let part = bytes.get(at..).and_then(<[u8]>::first_chunk);
    part.is_some_and(|&part| instant(part, 0).is_some())
}

/// Reads seconds since 1970; 0 is an unset clock.
pub(super) fn unix_time(reader: &mut Reader<'_>) -> Option<Option<UnixMs>> {
    let seconds = i64::from(reader.u32()?);
    Some((seconds != 0).then_some(UnixMs(0).plus_s(seconds)))
}

/// Reads time and GPS.
pub(super) fn gps(reader: &mut Reader<'_>, form: GpsForm, zone_s: i64) -> Option<Gps> {
    let at = time(reader, zone_s)?;
    place(reader, form, at)
}

/// Reads GPS behind its time.
pub(super) fn place(reader: &mut Reader<'_>, form: GpsForm, at: Option<UnixMs>) -> Option<Gps> {
    if form != GpsForm::Bare {
        reader.skip(1)?;
    }
    let (lat, lon) = (reader.u32()?, reader.u32()?);
    if form == GpsForm::Full {
        reader.skip(1)?;
    }
    let flags = reader.u16()?;
    if form == GpsForm::Swapped {
        reader.skip(2)?;
    }
    Some(Gps { at, point: point(lat, lon, flags), is_valid: flags & POSITIONED != 0 })
}

fn point(lat: u32, lon: u32, flags: u16) -> Option<LatLon> {
    let lat = f64::from(lat) / PER_DEGREE;
    let lon = f64::from(lon) / PER_DEGREE;
    let lat = if flags & NORTH == 0 { -lat } else { lat };
    LatLon::new(lat, if flags & WEST == 0 { lon } else { -lon })
}

/// How wide the codes of a cell are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellForm {
    /// Area 2 bytes, cell 3: GSM.
    Gsm,
    /// Area 2 bytes, cell 4.
    Wide,
    /// Network 2 bytes, area 2 bytes, cell 4.
    WideNetwork,
    /// Network 2 bytes, area 2 bytes, cell 4 or 8 (SL4X).
    Padlock,
    /// Area 4 bytes, cell 8: 4G.
    Lte,
}

/// Reads a cell; `Some(None)` where the device hears none. The top bit of the country says that the
/// network's code has two bytes.
pub(super) fn cell(reader: &mut Reader<'_>, form: CellForm) -> Option<Option<Cell>> {
    let country = reader.u16()?;
    let two = matches!(form, CellForm::WideNetwork | CellForm::Padlock) || country & 0x8000 != 0;
    let mnc = if two { reader.u16()? } else { u16::from(reader.u8()?) };
    let (lac, cid) = codes(reader, form)?;
    let cell = Cell { mcc: country & 0x7fff, mnc, lac, cid, dbm: None };
    Some((lac != 0 || cid != 0).then_some(cell))
}

/// Reads area and cell.
pub(super) fn codes(reader: &mut Reader<'_>, form: CellForm) -> Option<(u32, u64)> {
    let lac = if form == CellForm::Lte { reader.u32()? } else { u32::from(reader.u16()?) };
    let cid = match form {
        CellForm::Gsm => reader.u24()?.into(),
        CellForm::Wide | CellForm::WideNetwork => reader.u32()?.into(),
        CellForm::Lte => reader.u64()?,
        // No cell's code has more than 28 bits: where 8 bytes are sent, 4 are zero.
        CellForm::Padlock if reader.ahead().starts_with(&[0; 4]) => reader.u64()?,
        CellForm::Padlock => reader.u32()?.into(),
    };
    Some((lac, cid))
}

/// Reads a block of a cell behind its length, which counts itself in some firmware and not in other
/// (traccar/traccar PR 3481), and may hold more than the cell. One that leaves no room for what
/// stands behind it lies, lest it hide an alarm.
pub(super) fn cell_block(reader: &mut Reader<'_>, form: CellForm) -> Option<Option<Cell>> {
    let length = usize::from(reader.u8()?);
    if length == 0 {
        skip_zeros(reader);
        return Some(None);
    }
    let before = reader.left();
    let form = if length >= 15 && form == CellForm::Gsm { CellForm::Lte } else { form };
    let cell = cell(reader, form)?;
    let used = before.saturating_sub(reader.left());
    let more = length.saturating_sub(used + 1);
    if reader.left() >= more + MIN_BEHIND_CELL {
        reader.skip(more)?;
    }
    Some(cell)
}

/// Skips what firmware leaves in place of a cell, lest its zeros be read as a status.
fn skip_zeros(reader: &mut Reader<'_>) {
    for (block, behind) in [(45, 0), (8, MIN_BEHIND_CELL)] {
        let zeros = reader.rest().get(..block).is_some_and(|part| part.iter().all(|&b| b == 0));
        if zeros && reader.left() >= block + behind && reader.skip(block).is_some() {
            return;
        }
    }
}

/// Returns a strength in dBm: sent as its magnitude, in newer firmware as it is.
pub(super) fn dbm(byte: u8) -> i16 {
    let signed = i16::from(byte.cast_signed());
    if signed < 0 { signed } else { -signed }
}
