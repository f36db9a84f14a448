//! Messages made of modules: a type, a length, and so many bytes each.

use super::message::Message;
use super::parts::{self, CellForm, GpsForm};
use super::reader::Reader;
use super::status;
use crate::Notice;

/// Reads a frame of modules with lengths of two bytes (0x70).
pub(super) fn modular(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    while reader.left() > 0 {
        let (module, length) = (reader.u16()?, usize::from(reader.u16()?));
        let bytes = reader.slice(length)?;
        // A module that cannot be read does not hide those behind it.
        let _ = module_of(message, module, &mut Reader::new(bytes, length));
    }
    Some(())
}

fn module_of(message: &mut Message, module: u16, reader: &mut Reader<'_>) -> Option<()> {
    match module {
        0x11 => message.report.cells.extend(parts::cell(reader, CellForm::Gsm).flatten()),
        0x33 => {
            let at = parts::unix_time(reader)?;
            // Satellites stand before the height here.
            reader.skip(2)?;
            message.take_gps(parts::place(reader, GpsForm::Full, at)?);
        }
        0x34 => event(message, reader.u8()?),
        _ => {}
    }
    Some(())
}

fn event(message: &mut Message, event: u8) {
    match event {
        0x12 => message.alarms.take_notice(Notice::Removed),
        0x14 => message.alarms.take_notice(Notice::GeofenceEnter),
        0x15 => message.alarms.take_notice(Notice::GeofenceExit),
        0x1a => message.alarms.take_low_battery(),
        0x1d => message.alarms.take_notice(Notice::PowerOff),
        0x20 => message.alarms.take_notice(Notice::Vibration),
        0x21 => message.alarms.take_notice(Notice::Unplugged),
        0x23 => message.alarms.take_notice(Notice::Tampered),
        _ => {}
    }
}

/// Reads modules with lengths of one byte behind a status or a position (0x36, 0x37, 0x39).
pub(super) fn short(message: &mut Message, reader: &mut Reader<'_>) {
    while let (true, Some(module), Some(length)) =
        (reader.left() > 3, reader.u16(), reader.u8().map(usize::from))
    {
        match (module, reader.slice(length)) {
            (_, None) => return,
            (0x6a, Some(&[percent])) => message.report.battery_pct = status::charge_pct(percent),
            (0x3b, Some(&[high, low])) => {
                let metres = f64::from(u16::from_be_bytes([high, low])) / 100.0;
                if let Some(fix) = message.report.fix.as_mut().filter(|_| metres > 0.0) {
                    fix.accuracy_m = Some(metres);
                }
            }
            (_, Some(_)) => {}
        }
    }
}

/// Returns whether these bytes are nothing but modules with lengths of one byte.
pub(super) fn are_short(mut bytes: &[u8]) -> bool {
    while let [_, _, length, rest @ ..] = bytes {
        let Some(behind) = rest.get(usize::from(*length)..) else { return false };
        bytes = behind;
    }
    bytes.is_empty()
}
