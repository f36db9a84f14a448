//! Positions, and alarms with a position: GPS, a cell, a status, in many layouts.

use super::kind;
use super::layout::{StatusForm, is_vxt01, layout};
use super::message::{Message, ident};
use super::modules;
use super::parts::{self, CellForm, GpsForm};
use super::reader::Reader;
use super::status;

/// Reads a frame of one of these types.
pub(super) fn read(
    message: &mut Message,
    reader: &mut Reader<'_>,
    told_length: usize,
    zone_s: i64,
) -> Option<()> {
    match message.kind {
        kind::LBS_3 => x1(message, reader, zone_s),
        kind::STATUS_MODULES if !is_position(reader) => modules_status(message, reader),
        // Many cells of a Space10X, in a layout that nobody has described.
        kind::LBS_ALARM if told_length >= 0x17 => {
            message.alarms.take_nothing();
            None
        }
        kind::FENCE if told_length == 0x0c => status::status(message, reader),
        kind::GPS_LBS_8 => gps_first(message, reader, zone_s),
        kind::ALARM_MODULES => alarm_modules(message, reader, zone_s),
        _ => ordinary(message, reader, told_length, zone_s),
    }
}

fn ordinary(
    message: &mut Message,
    reader: &mut Reader<'_>,
    told_length: usize,
    zone_s: i64,
) -> Option<()> {
    let names_itself = name(message, reader, zone_s)?;
    let layout = layout(message.kind, told_length, reader, names_itself);
    message.speeds = is_vxt01(message.kind, told_length, reader);
    if layout.has_gps {
        message.read_gps(reader, zone_s)?;
    }
    if let Some(form) = layout.cell.filter(|_| reader.left() > 0) {
        let cell = match (message.kind, layout.has_length) {
            (_, true) => parts::cell_block(reader, form)?,
            (_, false) => parts::cell(reader, form)?,
        };
        message.report.cells.extend(cell);
    }
    match layout.status {
        Some(form) => read_status(message, reader, form),
        None => read_tail(message, reader, told_length),
    }
}

/// Reads what stands before GPS in the frames of some firmware: who it is, and when. Told by the
/// times: where none is, but would be behind a name, the name is.
fn name(message: &mut Message, reader: &mut Reader<'_>, zone_s: i64) -> Option<bool> {
    let bytes = reader.rest();
    let is_nameless = parts::is_time(bytes, 0);
    match message.kind {
        kind::GPS_LBS if !is_nameless && parts::is_time(bytes, 8) => {}
        kind::CARD => {}
        kind::GPS_LBS_UTC | kind::GPS_LBS_DRIVER
            if !is_nameless && parts::is_time(bytes, 9) && parts::is_time(bytes, 15) =>
        {
            reader.skip(1)?;
            message.named = Some(ident(reader.take()?));
            message.report.at = parts::time(reader, zone_s)?;
            return Some(true);
        }
        _ => return Some(false),
    }
    message.named = Some(ident(reader.take()?));
    Some(true)
}

fn read_status(message: &mut Message, reader: &mut Reader<'_>, form: StatusForm) -> Option<()> {
    match form {
        StatusForm::Plain => return status::status(message, reader),
        StatusForm::TwoVoltages => {
            status::bits(message, reader)?;
            reader.skip(4)?;
        }
        StatusForm::Network => {
            reader.skip(1)?;
            status::bits(message, reader)?;
            reader.skip(2)?;
            message.report.battery_pct = status::charge(reader.u8()?);
            reader.skip(1)?;
        }
    }
    status::code(message, reader)
}

/// Reads what stands behind the cell where there is no status: ignition, reason, whether it was kept
/// while there was no network; in frames of type 0x12, what their length tells.
fn read_tail(message: &mut Message, reader: &mut Reader<'_>, told_length: usize) -> Option<()> {
    match (message.kind, told_length) {
        (kind::GPS_LBS, 0x24) => {
            status::bits(message, reader)?;
            reader.skip(2)?;
            status::extension(message, reader)
        }
        // S5: bits, voltage, signal, alarm code.
        (kind::GPS_LBS, 0x2b) => {
            status::bits(message, reader)?;
            reader.skip(3)?;
            status::code(message, reader)
        }
        // Wetrust: odometer, a card behind its length, whether there is an alarm.
        (kind::GPS_LBS, 0x29) => {
            reader.skip(4)?;
            let card = usize::from(reader.u8()?);
            reader.skip(card)?;
            if reader.own_u8()? > 0 {
                message.alarms.take_unnamed();
            }
            Some(())
        }
        (kind::GPS_LBS_UTC | kind::GPS_LBS_4 | kind::GPS_LBS_5, _) if reader.left() >= 3 => {
            read_reason(message, reader)
        }
        (kind::GPS_LBS_MODULES, _) => {
            read_reason(message, reader)?;
            modules::short(message, reader);
            Some(())
        }
        (kind::STATUS_MODULES, _) => read_reason(message, reader),
        _ if matches!(reader.left(), 3 | 7) => read_reason(message, reader),
        _ => Some(()),
    }
}

fn read_reason(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(2)?;
    message.report.buffered = reader.u8()? > 0;
    Some(())
}

/// Reads an X1's position (0x34).
fn x1(message: &mut Message, reader: &mut Reader<'_>, zone_s: i64) -> Option<()> {
    reader.skip(4)?;
    message.read_gps(reader, zone_s)?;
    // Terminal, odometer.
    reader.skip(2 + 4)?;
    let cell = parts::cell(reader, CellForm::Wide)?;
    message.report.cells.extend(cell);
    Some(())
}

/// Returns whether a frame of type 0x36 is a position (VL103), not a status with modules.
fn is_position(reader: &Reader<'_>) -> bool {
    let bytes = reader.rest();
    let has_modules = bytes.get(5..).is_some_and(modules::are_short);
    bytes.len() >= 18 && parts::is_time(bytes, 0) && !has_modules
}

fn modules_status(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    status::status(message, reader)?;
    reader.skip(1)?;
    modules::short(message, reader);
    Some(())
}

fn gps_first(message: &mut Message, reader: &mut Reader<'_>, zone_s: i64) -> Option<()> {
    message.read_gps(reader, zone_s)?;
    reader.skip(1)?;
    message.report.buffered = reader.u8()? > 0;
    cell_of_type(message, reader)
}

fn alarm_modules(message: &mut Message, reader: &mut Reader<'_>, zone_s: i64) -> Option<()> {
    message.take_gps(parts::gps(reader, GpsForm::Full, zone_s)?);
    cell_of_type(message, reader)?;
    modules_status(message, reader)
}

/// Reads a cell behind its type, 3 and more for 4G, and its strength.
fn cell_of_type(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    let is_4g = reader.u8()? >= 3;
    let cell = parts::cell(reader, if is_4g { CellForm::Lte } else { CellForm::Gsm })?;
    message.report.cells.extend(cell);
    reader.skip(if is_4g { 2 } else { 1 })
}
