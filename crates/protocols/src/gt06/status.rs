//! Status: what heartbeats and alarms say of the device.

use super::kind;
use super::message::Message;
use super::reader::Reader;

/// Reads status bits, charge, signal strength and alarm code.
pub(super) fn status(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    bits(message, reader)?;
    message.report.battery_pct = own(reader)?.and_then(charge);
    reader.skip(1)?;
    code(message, reader)
}

/// Reads a byte, which is nothing if the content has ended and the serial number begun. Frames that
/// short are read and answered, but what they do not say is not made up.
fn own(reader: &mut Reader<'_>) -> Option<Option<u8>> {
    let is_content = reader.left() > 0;
    Some(Some(reader.u8()?).filter(|_| is_content))
}

/// Reads the status bits, of which three name an alarm.
pub(super) fn bits(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    if let Some(status) = own(reader)? {
        message.alarms.take_status(status, message.speeds);
    }
    Some(())
}

/// Reads the alarm code. In newer alarm frames the upper half of the language belongs to it.
pub(super) fn code(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    if message.speeds {
        return extension(message, reader);
    }
    let code = own(reader)?.map(u16::from);
    let has_more =
        matches!(message.kind, kind::ALARM_FENCES | kind::ALARM_4G | kind::ALARM_MODULES);
    let language = reader.rest().first().copied().unwrap_or_default();
    let upper = if has_more { u16::from(language >> 4) << 8 } else { 0 };
    if let Some(code) = code {
        message.alarms.take_code(upper | code);
    }
    Some(())
}

/// Reads the last byte of a VXT01's status, an extension that nobody has described. Its voltage has
/// two bytes, so that it stands one further.
pub(super) fn extension(message: &mut Message, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(1)?;
    if let Some(code) = own(reader)? {
        message.alarms.take_doubtful_code(code);
    }
    Some(())
}

/// Returns the charge, percent: sent in seven steps, 0 empty to 6 full, or as it is. The steps are
/// spread evenly, as Traccar does.
pub(super) const fn charge(byte: u8) -> Option<u8> {
    match byte {
        0..=6 => Some((byte as u16 * 100 / 6) as u8),
        7..=100 => Some(byte),
        _ => None,
    }
}

/// Reads the heartbeat 0x13, of three layouts.
pub(super) fn heartbeat(
    message: &mut Message,
    reader: &mut Reader<'_>,
    told_length: usize,
) -> Option<()> {
    // Bits, two bytes of signal and satellites, alarm, language, charge in percent, mode, …
    if told_length == 0x13 || reader.left() == 16 {
        bits(message, reader)?;
        reader.skip(2)?;
        code(message, reader)?;
        reader.skip(1)?;
        message.report.battery_pct = charge_pct(reader.u8()?);
        return Some(());
    }
    status(message, reader)
}

/// Returns a charge that is sent in percent.
pub(super) fn charge_pct(byte: u8) -> Option<u8> {
    Some(byte).filter(|&percent| percent <= 100)
}
