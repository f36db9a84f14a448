//! The report of place and state, `0200`, which other messages hold too.

use super::bytes::{Reader, bit};
use super::draft::Draft;
use super::items;
use crate::Notice;

/// Altitude, speed and course, which nobody needs here.
const MOTION_LENGTH: usize = 6;

/// Bits of the alarm flags, as the standard and Traccar know them. Overspeed, fatigue, faults of
/// antenna, screen and camera, parking and routes are a vehicle's, and passed over.
const EMERGENCY: u32 = 0;
/// Undervoltage of the main power; 18 is the driving time of the day by the standard, a low battery
/// in small devices, as Traccar takes it.
const LOW_BATTERY: [u32; 2] = [7, 18];
/// Collision and rollover, as early warning or alarm: what a device on a person feels in a fall.
const COLLISIONS: [u32; 2] = [29, 30];
const NOTICES: [(u32, Notice); 6] = [
    (8, Notice::Unplugged),
    (15, Notice::Vibration),
    (16, Notice::Tampered),
    (17, Notice::Tampered),
    (26, Notice::Tampered),
    (28, Notice::Vibration),
];
/// An area was entered or left; additional information tells which.
pub(super) const AREA: u32 = 20;

/// Reads a report. Never fails: what is cut off is not there, and an alarm stands first.
pub(super) fn read(body: &[u8]) -> Draft {
    let mut draft = Draft::default();
    let _ = read_into(&mut draft, &mut Reader::new(body));
    draft
}

/// Reads as far as it goes: alarm flags, place, motion, time, additional information.
fn read_into(draft: &mut Draft, bytes: &mut Reader<'_>) -> Option<()> {
    let flags = bytes.u32()?;
    take_flags(draft, flags);
    draft.take_place(bytes)?;
    bytes.take(MOTION_LENGTH)?;
    draft.take_time(bytes)?;
    items::read(draft, flags, bytes);
    Some(())
}

fn take_flags(draft: &mut Draft, flags: u32) {
    let any = |bits: [u32; 2]| bits.into_iter().any(|number| bit(flags, number));
    draft.sos = bit(flags, EMERGENCY);
    draft.fall = any(COLLISIONS);
    draft.low_battery = any(LOW_BATTERY);
    for (number, notice) in NOTICES {
        if bit(flags, number) {
            draft.note(notice);
        }
    }
}

#[cfg(test)]
#[path = "location_tests.rs"]
mod tests;
