//! Additional information of a location: items of kind, length and value. Beside the standard's few,
//! every maker has its own, told apart by length where two use one number.

use super::bytes::{Reader, bit};
use super::draft::Draft;
use super::location::AREA;
use super::{extension, network};
use crate::Notice;

/// Reads all items; the first that does not end ends them.
pub(super) fn read(draft: &mut Draft, flags: u32, bytes: &mut Reader<'_>) {
    let mut area = None;
    while let Some((kind, value)) = bytes.item() {
        if kind == 0x12 {
            area = area_of(value);
        }
        read_charge(draft, kind, value);
        network::read_item(draft, kind, value);
        read_alarm(draft, kind, value);
    }
    if bit(flags, AREA) {
        // Where it is not told whether somebody came or went, the graver of the two.
        draft.note(area.unwrap_or(Notice::GeofenceExit));
    }
}

/// Reads which way an area was crossed: kind, area in four bytes, 0 in and 1 out.
fn area_of(value: &[u8]) -> Option<Notice> {
    match value.get(5)? {
        0 => Some(Notice::GeofenceEnter),
        _ => Some(Notice::GeofenceExit),
    }
}

/// Reads what tells the battery's charge.
fn read_charge(draft: &mut Draft, kind: u8, value: &[u8]) {
    match (kind, value) {
        // In the standard, 02 and 06 are fuel and temperature of two bytes.
        (0x02 | 0x06 | 0xd4 | 0xe1 | 0xe9, &[percent]) => draft.charge(Some(percent)),
        (0x56, &[tenths, ..]) => draft.charge(tenths.checked_mul(10)),
        (0x68, &[high, low]) => {
            draft.charge(u8::try_from(u16::from_be_bytes([high, low]) / 100).ok());
        }
        (0xe3 | 0xe4, &[_, percent, ..]) => draft.charge(Some(percent)),
        // Voltage in four bytes, whether it charges, and the charge.
        (0xf7, &[_, _, _, _, _, percent, ..]) => draft.charge(Some(percent)),
        (0xfe, &[percent]) => draft.charge(Some(percent)),
        (0xfe, value) => read_marked(draft, value),
        _ => {}
    }
}

/// Reads the item `fe` of five bytes or more: a mark and the charge, or the mark `7c` and alarms.
fn read_marked(draft: &mut Draft, value: &[u8]) {
    match *value {
        [0x7c, ref items @ ..] => {
            let mut bytes = Reader::new(items);
            while let Some((kind, alarms)) = bytes.item() {
                let alarms = Reader::new(alarms).u32().filter(|_| kind == 1).unwrap_or_default();
                draft.fall |= bit(alarms, 3);
                if bit(alarms, 4) {
                    draft.note(Notice::Tampered);
                }
            }
        }
        // Two bytes are a voltage, four a distance.
        [_, percent, _, _, _, ..] | [_, percent, _] => draft.charge(Some(percent)),
        _ => {}
    }
}

/// Reads what names alarms.
fn read_alarm(draft: &mut Draft, kind: u8, value: &[u8]) {
    match (kind, value.len()) {
        (0xd0, 4..) if value.get(3).is_some_and(|bits| bits & 1 << 3 != 0) => {
            draft.note(Notice::Vibration);
        }
        (0xe7, 8) => read_alarm_word(draft, value),
        (0xe8, 4..) => extension::read_event(draft, value),
        (0xeb, _) => extension::read(draft, value),
        _ => {}
    }
}

/// Reads the alarm word of small trackers: bit 0 shaken, bits 1 to 3 the SOS key.
fn read_alarm_word(draft: &mut Draft, value: &[u8]) {
    let word = u32::from(Reader::new(value).u16().unwrap_or_default());
    if bit(word, 0) {
        draft.note(Notice::Vibration);
    }
    draft.sos |= (1..=3).any(|number| bit(word, number));
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;
