//! What a device only passes on, `0900`: its first byte says what. Read for place and time.

use silverbell_domain::LatLon;

use super::bytes::Reader;
use super::draft::Draft;
use crate::Notice;

/// Reads a message. What is not known says only that the device is alive.
pub(super) fn read(body: &[u8]) -> Draft {
    let mut draft = Draft::default();
    let _ = read_into(&mut draft, &mut Reader::new(body));
    draft
}

fn read_into(draft: &mut Draft, bytes: &mut Reader<'_>) -> Option<()> {
    match bytes.u8()? {
        0x53 | 0x54 => {
            draft.take_place(bytes)?;
            bytes.take(6)?;
            draft.take_time(bytes)
        }
        0xf0 => read_vehicle(draft, bytes),
        0xf3 => read_crash(draft, bytes),
        0xff => {
            draft.take_time(bytes)?;
            let (latitude, longitude) = (bytes.u32()?.cast_signed(), bytes.u32()?.cast_signed());
            draft.fixed = true;
            draft.point = LatLon::new(f64::from(latitude) / 1e6, f64::from(longitude) / 1e6);
            Some(())
        }
        _ => None,
    }
}

/// Reads a vehicle's own computer: time, whether it is history, what vehicle, what kind, a list, and
/// the place behind it.
fn read_vehicle(draft: &mut Draft, bytes: &mut Reader<'_>) -> Option<()> {
    draft.take_time(bytes)?;
    draft.buffered = bytes.u8()? > 0;
    bytes.u8()?;
    match bytes.u8()? {
        1 => skip_measures(bytes)?,
        2 => skip_faults(bytes)?,
        3 => read_events(draft, bytes)?,
        _ => return None,
    }
    draft.take_place(bytes)
}

fn skip_measures(bytes: &mut Reader<'_>) -> Option<()> {
    for _ in 0..bytes.u8()? {
        bytes.u16()?;
        let length = bytes.u8()?;
        bytes.take(length.into())?;
    }
    Some(())
}

fn skip_faults(bytes: &mut Reader<'_>) -> Option<()> {
    for _ in 0..bytes.u16()? {
        bytes.u32()?;
        for _ in 0..bytes.u16()? {
            bytes.take(8)?;
            let length = bytes.u16()?;
            bytes.take(length.into())?;
        }
    }
    Some(())
}

fn read_events(draft: &mut Draft, bytes: &mut Reader<'_>) -> Option<()> {
    for _ in 0..bytes.u8()? {
        match bytes.item()?.0 {
            0x02 => draft.note(Notice::Unplugged),
            // Collisions.
            0x26..=0x28 => draft.fall = true,
            _ => {}
        }
    }
    Some(())
}

/// Reads items of two bytes kind and two bytes length, of which one is the time.
fn read_crash(draft: &mut Draft, bytes: &mut Reader<'_>) -> Option<()> {
    loop {
        let (kind, length) = (bytes.u16()?, bytes.u16()?);
        let mut value = Reader::new(bytes.take(length.into())?);
        if kind == 0x0006 {
            draft.take_time(&mut value)?;
        }
    }
}
