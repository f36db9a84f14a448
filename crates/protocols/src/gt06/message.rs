//! What a frame says.

use silverbell_domain::SignalKind;

use super::alarm::Alarms;
use super::parts::{self, Gps, GpsForm};
use super::reader::Reader;
use super::{Frame, events, kind, layout, located, modules, network, status, text};
use crate::{Doubt, Fix, Report, name};

/// The farthest zone there is, minutes east or west.
const MAX_ZONE_MIN: i64 = 14 * 60;

/// What a frame says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The frame's type.
    pub kind: u8,
    /// In every protocol's words.
    pub report: Report,
    /// Whether the frame is as long as its type must be. One that is not gets no answer.
    pub is_complete: bool,
    pub(super) login: Option<Login>,
    /// What the device calls itself in a frame that is no log-in; few do.
    pub(super) named: Option<String>,
    pub(super) photo: Option<Photo>,
    pub(super) alarms: Alarms,
    /// Whether the status says "too fast" where others say "taken off" (VXT01).
    pub(super) speeds: bool,
}

/// What a log-in tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) ident: String,
    /// How far east of Greenwich the device's clock is set, seconds.
    pub(super) zone_s: i64,
}

/// What is told of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Photo {
    /// There is one, of so many bytes.
    Is { id: u32, length: u32 },
    /// Here are so many bytes of it.
    Part { id: u32, length: u32 },
}

/// Returns what a frame says, of a device whose clock is set so many seconds east of Greenwich.
/// Never fails: an unknown or unreadable frame is a heartbeat, but for an alarm.
#[must_use]
pub fn decode(frame: &Frame, zone_s: i64) -> Message {
    let mut message = Message { kind: frame.kind, ..Message::default() };
    message.is_complete = message.read(frame, zone_s).is_some();
    message.conclude(frame);
    message
}

impl Message {
    /// Reads the content; `None` if it ends too early.
    fn read(&mut self, frame: &Frame, zone_s: i64) -> Option<()> {
        let reader = &mut frame.reader();
        let told = frame.told_length();
        match (frame.kind, frame.long) {
            (kind::LOGIN, _) => self.log_in(reader, told),
            (kind::STATUS, _) => status::heartbeat(self, reader, told),
            (kind::HEARTBEAT, _) => status::bits(self, reader),
            (kind::WIFI | kind::WIFI_2, _) if frame.is_counted() => {
                network::counted(self, reader, told)
            }
            (kind::WIFI_4, _) => network::addresses(self, reader),
            (kind::STRING, _) => text::short(self, reader),
            (kind::STRING_UTC, _) => text::long(self, reader),
            (kind::EVENT, _) => events::camera(self, reader, told, zone_s),
            (kind::GPS_LBS_STATUS | kind::WIFI_5, true) => events::az735(self, reader, zone_s),
            (kind::PHOTO_INFO, _) => self.announce_photo(reader),
            (kind::STATUS_MODULES, true) => self.take_photo(reader),
            (kind::MODULAR, _) => modules::modular(self, reader),
            (kind::DEVICE_STATUS | kind::PERIPHERAL, _) => {
                self.report.at = parts::unix_time(reader)?;
                Some(())
            }
            (kind::OBD | kind::BLUETOOTH, _) => {
                self.report.at = parts::time(reader, zone_s)?;
                Some(())
            }
            (kind::INFO, true) => self.take_info(reader, zone_s),
            (kind::BATTERY, _) => {
                reader.skip(8)?;
                self.report.at = parts::unix_time(reader)?;
                Some(())
            }
            _ if layout::is_list(frame.kind, told) => network::list(self, reader, told, zone_s),
            _ if layout::is_located(frame.kind) => located::read(self, reader, told, zone_s),
            _ => Some(()),
        }
    }

    fn log_in(&mut self, reader: &mut Reader<'_>, told_length: usize) -> Option<()> {
        let ident = ident(reader.take()?);
        let has_zone = told_length > 15 && reader.left() >= 4;
        let [_, _] = reader.take()?;
        let zone_s = if has_zone { reader.u16().map_or(0, zone_s) } else { 0 };
        self.login = Some(Login { ident, zone_s });
        Some(())
    }

    fn announce_photo(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        // Time, fix, point, camera, source, format.
        reader.skip(6 + 1 + 8 + 1 + 1 + 1)?;
        let length = reader.u32()?;
        self.photo = Some(Photo::Is { id: reader.u32()?, length });
        Some(())
    }

    fn take_photo(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let id = reader.u32()?;
        reader.skip(4)?;
        self.photo = Some(Photo::Part { id, length: reader.u16()?.into() });
        Some(())
    }

    /// Reads the time of the one kind of information that has one (doors).
    fn take_info(&mut self, reader: &mut Reader<'_>, zone_s: i64) -> Option<()> {
        if reader.u8()? == 0x05 && reader.left() >= 7 {
            self.report.at = parts::time(reader, zone_s)?;
        }
        Some(())
    }

    /// Takes what GPS says. A time told before is the device's; that of an old fix says nothing.
    pub(super) fn take_gps(&mut self, gps: Gps) {
        let Gps { at, point, is_valid } = gps;
        if is_valid || self.report.at.is_none() {
            self.report.at = at;
        }
        self.report.fix = point.filter(|_| is_valid).map(|point| Fix { point, accuracy_m: None });
        self.report.stale_point = point.filter(|_| !is_valid);
    }

    /// Reads GPS with its time.
    pub(super) fn read_gps(&mut self, reader: &mut Reader<'_>, zone_s: i64) -> Option<()> {
        self.take_gps(parts::gps(reader, GpsForm::Full, zone_s)?);
        Some(())
    }

    fn conclude(&mut self, frame: &Frame) {
        let verdict =
            std::mem::take(&mut self.alarms).verdict(kind::is_alarm(frame.kind, frame.long));
        let report = &mut self.report;
        report.signals = verdict.signals;
        report.notices = verdict.notices;
        report.doubts = verdict.doubts;
        if report.fix.is_some() {
            report.signals.push(SignalKind::Position);
        }
        if report.signals.is_empty() {
            report.signals.push(SignalKind::Heartbeat);
        }
        let is_alarm = report.alarm().is_some();
        let doubts = [
            (Doubt::Delayed, report.buffered && is_alarm),
            (Doubt::Truncated, frame.truncated),
            (Doubt::Checksum, frame.checksum == Some(false) && is_alarm),
        ];
        let held = doubts.into_iter().filter_map(|(doubt, holds)| holds.then_some(doubt));
        report.doubts.extend(held);
    }
}

/// Returns the 15 digits that eight bytes hold behind a half byte of filling.
pub(super) fn ident(bytes: [u8; 8]) -> String {
    let digits = hex::encode(bytes);
    name::kept(digits.get(1..).unwrap_or_default())
}

/// Returns the seconds east that a log-in tells: hours times 100 and minutes in the upper 12 bits, bit
/// 3 for west. 0 for a zone that cannot be.
fn zone_s(bits: u16) -> i64 {
    let (hours, minutes) = (i64::from(bits >> 4) / 100, i64::from(bits >> 4) % 100);
    let east_min = hours * 60 + minutes;
    if east_min > MAX_ZONE_MIN || minutes >= 60 {
        return 0;
    }
    if bits & 8 == 0 { east_min * 60 } else { -east_min * 60 }
}
