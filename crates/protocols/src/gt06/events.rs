//! Alarms of their own layout: cameras (0x95) and the AZ735.

use super::kind;
use super::message::Message;
use super::network;
use super::parts::{self, CellForm, GpsForm};
use super::reader::Reader;
use crate::Notice;

/// Reads a camera's event: time, in longer frames GPS, event, data, names of files.
pub(super) fn camera(
    message: &mut Message,
    reader: &mut Reader<'_>,
    told_length: usize,
    zone_s: i64,
) -> Option<()> {
    let is_jc400 = reader.rest().starts_with(&[0xff, 0xff]);
    if told_length <= 5 + 7 {
        message.report.at = parts::time(reader, zone_s)?;
    } else if is_jc400 {
        reader.skip(3)?;
        message.take_gps(parts::gps(reader, GpsForm::Swapped, zone_s)?);
        reader.skip(2)?;
    } else {
        message.take_gps(parts::gps(reader, GpsForm::Bare, zone_s)?);
    }
    message.alarms.take_event(reader.own_u8()?);
    Some(())
}

/// Reads an AZ735's position (0x32) or alarm (0x33): time, then GPS, a cell, more cells and access
/// points, each behind its length, a status.
pub(super) fn az735(message: &mut Message, reader: &mut Reader<'_>, zone_s: i64) -> Option<()> {
    message.report.at = parts::time(reader, zone_s)?;
    if reader.u8()? > 0 {
        let gps = parts::place(reader, GpsForm::Full, message.report.at)?;
        message.take_gps(gps);
    }
    let has_cell = reader.ahead().first().is_some_and(|&length| length > 0);
    let cell = parts::cell_block(reader, CellForm::Gsm)?;
    message.report.cells.extend(cell);
    if has_cell {
        reader.skip(1)?;
    }
    let cells = usize::from(reader.u8()?);
    network::more_cells(message, reader.slice(cells)?);
    let wifi = usize::from(reader.u8()?);
    network::more_wifi(message, reader.slice(wifi)?);
    let status = reader.own_u8()?;
    if message.kind == kind::WIFI_5 {
        az735_alarm(message, status);
    }
    Some(())
}

fn az735_alarm(message: &mut Message, status: u8) {
    match status {
        // Armed and disarmed.
        0xa0 | 0xa1 => message.alarms.take_nothing(),
        0xa2 | 0xa3 => message.alarms.take_low_battery(),
        0xa5 => message.alarms.take_notice(Notice::Tampered),
        // 0xa4 is "alarm", without saying which.
        _ => message.alarms.take_unnamed(),
    }
}
