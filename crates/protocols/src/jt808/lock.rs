//! The report of electronic locks, `5501` and `5502`: another layout under the same header.

use silverbell_domain::LatLon;

use super::bytes::{Reader, bit};
use super::draft::Draft;
use super::{id, time};
use crate::{Cell, Notice};

/// Reads a report. `5502` tells what was kept while there was no network, without a fix.
pub(super) fn read(message: u16, body: &[u8]) -> Draft {
    let is_blind = message == id::LOCK_BLIND;
    let mut draft = Draft { fixed: !is_blind, buffered: is_blind, ..Draft::default() };
    let _ = read_into(&mut draft, &mut Reader::new(body));
    draft
}

/// Reads time, place, speed, course, signal, satellites, distance, charge, cell, product, state,
/// alarms, additional information.
fn read_into(draft: &mut Draft, bytes: &mut Reader<'_>) -> Option<()> {
    draft.at = time::of_lock(bytes.take(6)?);
    draft.point = point(&hex::encode(bytes.take(9)?));
    bytes.take(8)?;
    draft.charge(Some(bytes.u8()?));
    let (cid, lac) = (bytes.u32()?, bytes.u16()?);
    let product = bytes.u8()?;
    let _state = bytes.u16()?;
    take_alarms(draft, product, bytes.u16()?.into());
    take_cell(draft, cid, lac, bytes);
    Some(())
}

/// Reads degrees and minutes in ten-thousandths, `DDMMMMMM DDDMMMMMM`, and the sides: bit 1 north,
/// bit 2 east. Bit 0 says whether there is a fix; Traccar does not believe it, and the message's
/// number tells it better.
fn point(digits: &str) -> Option<LatLon> {
    let sides = u8::from_str_radix(digits.get(17..18)?, 16).ok()?;
    let latitude = degrees(digits.get(0..2)?, digits.get(2..8)?)?;
    let longitude = degrees(digits.get(8..11)?, digits.get(11..17)?)?;
    let north = if sides & 1 << 1 == 0 { -latitude } else { latitude };
    let east = if sides & 1 << 2 == 0 { -longitude } else { longitude };
    LatLon::new(north, east)
}

fn degrees(whole: &str, minutes: &str) -> Option<f64> {
    let (whole, minutes): (u32, u32) = (whole.parse().ok()?, minutes.parse().ok()?);
    Some(f64::from(whole) + f64::from(minutes) / 10_000.0 / 60.0)
}

fn take_alarms(draft: &mut Draft, product: u8, alarms: u32) {
    match product {
        1 | 2 => draft.low_battery = bit(alarms, 0),
        3 => {
            draft.low_battery = bit(alarms, 1) || bit(alarms, 3);
            let notices =
                [(2, Notice::Vibration), (5, Notice::GeofenceEnter), (6, Notice::GeofenceExit)];
            for (_, notice) in notices.into_iter().filter(|(number, _)| bit(alarms, *number)) {
                draft.note(notice);
            }
        }
        _ => {}
    }
}

/// Keeps the cell; country and network stand in an item, or are not told and left 0.
fn take_cell(draft: &mut Draft, cid: u32, lac: u16, bytes: &mut Reader<'_>) {
    if cid == 0 || lac == 0 {
        return;
    }
    let mut cell = Cell { mcc: 0, mnc: 0, lac: lac.into(), cid: cid.into(), dbm: None };
    while let Some((kind, value)) = bytes.item() {
        if let (0x0a, &[high, low, network]) = (kind, value) {
            cell.mcc = u16::from_be_bytes([high, low]);
            cell.mnc = network.into();
        }
    }
    draft.cells.push(cell);
}
