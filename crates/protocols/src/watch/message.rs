//! What a frame says.

use silverbell_domain::SignalKind;

use super::Frame;
use super::fields::{self, Fields};
use crate::{Doubt, Fix, Notice, Report};

/// Longest command kept, characters. Real ones have up to 12; binary rubbish has no comma.
const MAX_COMMAND: usize = 32;

/// From this charge on, percent, a 4G watch may have been lying on its charger.
const CHARGED_PCT: u8 = 95;

/// Bits of the status. The upper half names alarms, the lower half states (the vendor's protocol
/// as quoted in traccar/traccar#4190), but for [`UNPLUGGED`], an undocumented alarm (#4801).
const SOS: u32 = 1 << 16;
const FALL: u32 = 1 << 21 | 1 << 22;
const LOW_BATTERY: u32 = 1 << 17;
const LOW_BATTERY_STATE: u32 = 1;
const GEOFENCE_EXIT: u32 = 1 << 18;
const GEOFENCE_EXIT_STATE: u32 = 1 << 1;
const GEOFENCE_ENTER: u32 = 1 << 19;
const GEOFENCE_ENTER_STATE: u32 = 1 << 2;
const REMOVED: u32 = 1 << 20;
const UNPLUGGED: u32 = 1 << 14;

/// What names an alarm: the upper half, and the one in the lower.
const ALARMS: u32 = 0xffff_0000 | UNPLUGGED;

/// Alarms that alone are no emergency.
const LESSER_ALARMS: u32 = LOW_BATTERY | GEOFENCE_EXIT | GEOFENCE_ENTER | REMOVED | UNPLUGGED;

/// What a frame says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The first word: `LK`, `UD`, `AL_LTE`, … Bounded, for it may be rubbish.
    pub command: String,
    /// The status as it came: alarms in the upper half, states in the lower.
    pub alarm_bits: Option<u32>,
    /// In every protocol's words. The time is read as UTC, as Traccar does.
    pub report: Report,
}

impl Message {
    /// Returns whether the command reports an alarm: `AL`, `AL_LTE`, `AL_WCDMA`, …
    #[must_use]
    pub fn is_alarm_command(&self) -> bool {
        starts_with(&self.command, "AL")
    }
}

/// Returns what a frame says. Never fails: an unknown or unreadable command is a heartbeat.
#[must_use]
pub fn decode(frame: &Frame) -> Message {
    let content = String::from_utf8_lossy(&frame.content);
    let mut fields = content.split(',');
    let command = fields.next().unwrap_or_default().trim().chars().take(MAX_COMMAND).collect();
    let mut fields: Vec<&str> = fields.collect();
    if frame.truncated {
        // Half of the last field is worse than none of it: 0001 is not 00010000.
        fields.pop();
    }
    let mut message = Message { command, ..Message::default() };
    if message.carries_report(&fields) {
        message.take_report(fields::read(&fields));
    } else if message.command == "LK" {
        message.report.battery_pct = fields.get(2).and_then(|field| fields::percent(field));
    }
    message.take_doubts(frame);
    message.take_signals();
    message
}

impl Message {
    fn carries_report(&self, fields: &[&str]) -> bool {
        let is_known = ["UD", "AL", "WT"].iter().any(|prefix| starts_with(&self.command, prefix));
        is_known || fields::looks_like_report(fields)
    }

    fn take_report(&mut self, report: Fields) {
        let Fields { at, fixed, point, battery_pct, status, cells, wifi, accuracy_m } = report;
        let status_bits = status.unwrap_or_default();
        self.report.at = at;
        self.report.fix = point.filter(|_| fixed).map(|point| Fix { point, accuracy_m });
        self.report.stale_point = point.filter(|_| !fixed);
        self.report.battery_pct = battery_pct;
        self.report.buffered = starts_with(&self.command, "UD2");
        self.alarm_bits = status;
        self.report.notices = notices(status_bits);
        self.report.cells = cells;
        self.report.wifi = wifi;
    }

    fn take_doubts(&mut self, frame: &Frame) {
        let doubts = [
            (Doubt::AlarmUnnamed, self.alarm_bits.is_some() && self.is_unnamed_alarm()),
            (Doubt::AlarmUnreadable, self.alarm_bits.is_none() && self.is_unnamed_alarm()),
            (Doubt::MaybeOffCharger, self.may_be_off_charger()),
            (Doubt::Delayed, self.report.buffered && self.has(SOS | FALL)),
            (Doubt::Truncated, frame.truncated),
        ];
        self.report.doubts =
            doubts.into_iter().filter_map(|(doubt, holds)| holds.then_some(doubt)).collect();
    }

    fn take_signals(&mut self) {
        let said = [
            (SignalKind::Sos, self.has(SOS) || self.is_unnamed_alarm()),
            (SignalKind::Fall, self.has(FALL)),
            (SignalKind::LowBattery, self.has(LOW_BATTERY | LOW_BATTERY_STATE)),
            (SignalKind::Position, self.report.fix.is_some()),
        ];
        self.report.signals =
            said.into_iter().filter_map(|(kind, holds)| holds.then_some(kind)).collect();
        if self.report.signals.is_empty() {
            self.report.signals.push(SignalKind::Heartbeat);
        }
    }

    /// Returns whether any of these bits is set.
    fn has(&self, bits: u32) -> bool {
        self.alarm_bits.is_some_and(|status| status & bits != 0)
    }

    /// Returns whether this is an alarm frame that leaves open what is the matter: no alarm named,
    /// or one that we do not know. States do not count: that the battery is low says nothing of
    /// why the watch calls.
    fn is_unnamed_alarm(&self) -> bool {
        let alarms = self.alarm_bits.unwrap_or_default() & ALARMS;
        let only_lesser = alarms != 0 && alarms & !LESSER_ALARMS == 0;
        self.is_alarm_command() && !only_lesser && !self.has(SOS | FALL)
    }

    fn may_be_off_charger(&self) -> bool {
        let is_4g = self.command.to_ascii_uppercase().contains("LTE");
        let is_charged = self.report.battery_pct.is_some_and(|percent| percent >= CHARGED_PCT);
        self.has(SOS) && (self.has(UNPLUGGED) || is_4g && is_charged)
    }
}

fn notices(status: u32) -> Vec<Notice> {
    let known = [
        (Notice::GeofenceExit, GEOFENCE_EXIT | GEOFENCE_EXIT_STATE),
        (Notice::GeofenceEnter, GEOFENCE_ENTER | GEOFENCE_ENTER_STATE),
        (Notice::Removed, REMOVED),
        (Notice::Unplugged, UNPLUGGED),
    ];
    known.into_iter().filter_map(|(notice, bits)| (status & bits != 0).then_some(notice)).collect()
}

/// Returns whether a command begins so, in capitals or not.
fn starts_with(command: &str, prefix: &str) -> bool {
    command.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
