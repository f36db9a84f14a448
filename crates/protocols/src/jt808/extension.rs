//! The items `e8` and `eb`, which hold items of their own.

use super::bytes::{Reader, bit};
use super::draft::Draft;
use super::network;
use crate::Notice;

/// Reads an event `e8`: its number, a length, and what belongs to it (Jimi). Locks send three bytes
/// under the same number, which are none.
pub(super) fn read_event(draft: &mut Draft, value: &[u8]) {
    let mut bytes = Reader::new(value);
    let Some(event) = bytes.u16() else { return };
    let _length = bytes.u8();
    match event {
        0x0405 | 0x0416 | 0x0417 => draft.fall = true,
        0x0406 | 0x0407 => draft.note(Notice::Vibration),
        0x0408 => draft.note(Notice::GeofenceEnter),
        0x0409 => draft.note(Notice::GeofenceExit),
        0x0c01 => draft.sos = true,
        0x0c02 | 0x0c0f => draft.low_battery = true,
        0x0c05 => draft.unnamed = true,
        0x0c0e => draft.note(Notice::Unplugged),
        0x0c10 => draft.note(Notice::PowerOff),
        0x0c12 => draft.note(Notice::Tampered),
        0x2003 => draft.charge(bytes.u16().and_then(sixths)),
        0x2005 => read_states(draft, &mut bytes),
        _ => {}
    }
}

/// Reads whether it charges, and the charge in sixths.
fn sixths(state: u16) -> Option<u8> {
    let [_, sixths] = state.to_be_bytes();
    let percent = u16::from(sixths) * 100 / 6;
    u8::try_from(percent).ok().filter(|_| (1..=6).contains(&sixths))
}

/// Reads states: number in two bytes, length, value.
fn read_states(draft: &mut Draft, bytes: &mut Reader<'_>) {
    while let Some(state) = bytes.u16() {
        let Some(value) = bytes.u8().and_then(|length| bytes.take(length.into())) else { return };
        if state == 0x0003 {
            draft.charge(value.first().copied());
        }
    }
}

/// Reads `eb`: cells of one country, the name of a time zone, or items each with its length before
/// it, which counts its kind.
pub(super) fn read(draft: &mut Draft, value: &[u8]) {
    if network::read_one_country(draft, value) || value.iter().all(u8::is_ascii_graphic) {
        return;
    }
    let mut bytes = Reader::new(value);
    while let Some(length) = bytes.u16() {
        let Some(item) = bytes.take(length.into()) else { return };
        let mut item = Reader::new(item);
        if let Some(kind) = item.u16() {
            read_item(draft, kind, item.rest());
        }
    }
}

fn read_item(draft: &mut Draft, kind: u16, value: &[u8]) {
    // The states are 1 at rest: what is missing is at rest.
    let states = Reader::new(value).u32().unwrap_or(u32::MAX);
    match kind {
        0x0089 => read_first_states(draft, states),
        0x00c5 => read_second_states(draft, states),
        0x00c6 => draft.low_battery |= matches!(value, [3 | 4, ..]),
        0x00a8 | 0x00e1 => draft.charge(value.first().copied()),
        0x00b9 => draft.wifi.extend(network::wifi_in_text(value.get(1..).unwrap_or_default())),
        0x00d8 => network::take_cell(draft, value),
        _ => {}
    }
}

/// States of BSJ and SeeWorld (traccar/traccar#5848).
fn read_first_states(draft: &mut Draft, states: u32) {
    let alarms = [(0, Notice::Unplugged), (4, Notice::Vibration), (12, Notice::Removed)];
    for (_, notice) in alarms.into_iter().filter(|(number, _)| !bit(states, *number)) {
        draft.note(notice);
    }
}

fn read_second_states(draft: &mut Draft, states: u32) {
    for (_, notice) in [(6, Notice::Vibration), (14, Notice::Tampered)]
        .into_iter()
        .filter(|(number, _)| !bit(states, *number))
    {
        draft.note(notice);
    }
}
