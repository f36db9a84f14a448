//! What alarms are named, and what is made of them.

use silverbell_domain::SignalKind;

use crate::{Doubt, Notice};

/// What an alarm code means for a person's safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Sos,
    Fall,
    LowBattery,
    Notice(Notice),
    /// Of the vehicle or the device itself, or nothing at all.
    Nothing,
    Unknown,
}

/// Returns what an alarm code means: the maker's table (JM-VL03 V1.1.2), and what Traccar's decoder
/// adds. Where models differ, the meaning for a person's device counts. Of codes above 0xff the upper
/// byte stands beside the language.
const fn meaning(code: u16) -> Meaning {
    match code {
        0x01 => Meaning::Sos,
        // A collision is felt as a fall is, and somebody may lie there as well.
        0x23 | 0x2c => Meaning::Fall,
        0x0e | 0x0f | 0x19 => Meaning::LowBattery,
        0x02 => Meaning::Notice(Notice::Unplugged),
        0x03 | 0x09 => Meaning::Notice(Notice::Vibration),
        0x04 => Meaning::Notice(Notice::GeofenceEnter),
        0x05 => Meaning::Notice(Notice::GeofenceExit),
        0x11 | 0x15 => Meaning::Notice(Notice::PowerOff),
        0x0c | 0x13 | 0x25 | 0x32 => Meaning::Notice(Notice::Tampered),
        0x18 => Meaning::Notice(Notice::Removed),
        // Normal, speed, blind spots, first fix, SIM, flight mode, door, false base station, deep
        // sleep; driving; jamming, locks, fuel, temperature, idling; a card, ignition on and off.
        0x00
        | 0x06
        | 0x0a
        | 0x0b
        | 0x0d
        | 0x10
        | 0x12
        | 0x14
        | 0x17
        | 0x20
        | 0x1a
        | 0x1b
        | 0x26..=0x2b
        | 0x2e
        | 0x30
        | 0x33
        | 0x34
        | 0x53
        | 0x5b
        | 0x5c
        | 0xc9
        | 0xea
        | 0xfe
        | 0xff
        | 0x0107
        | 0x010b => Meaning::Nothing,
        _ => Meaning::Unknown,
    }
}

/// Returns what an event of a camera means (JC100, JC400).
const fn event_meaning(event: u8) -> Meaning {
    match event {
        0x01 => Meaning::Sos,
        0x93 => Meaning::Fall,
        0x0e => Meaning::LowBattery,
        0x80 => Meaning::Notice(Notice::Vibration),
        0x88 => Meaning::Notice(Notice::Unplugged),
        // Temperature, speed, hard driving.
        0x76 | 0x87 | 0x90..=0x92 => Meaning::Nothing,
        _ => Meaning::Unknown,
    }
}

/// The alarms of one frame, all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Alarms {
    sos: bool,
    fall: bool,
    low_battery: bool,
    notices: Vec<Notice>,
    /// Whether a code was sent that has no name we know.
    unnamed: bool,
    /// Whether an alarm was raised without a code.
    raised: bool,
    /// Whether the code was there at all.
    is_read: bool,
}

impl Alarms {
    /// Takes the status bits 3 to 5, which name an alarm; `speeds` if 7 is too fast (VXT01).
    pub(super) fn take_status(&mut self, status: u8, speeds: bool) {
        self.take(match status >> 3 & 7 {
            1 => Meaning::Notice(Notice::Vibration),
            2 => Meaning::Notice(Notice::Unplugged),
            3 => Meaning::LowBattery,
            4 => Meaning::Sos,
            // In or out is not told: outside is the graver.
            6 => Meaning::Notice(Notice::GeofenceExit),
            7 if !speeds => Meaning::Notice(Notice::Removed),
            _ => Meaning::Nothing,
        });
    }

    /// Takes an alarm code.
    pub(super) fn take_code(&mut self, code: u16) {
        self.is_read = true;
        self.take(meaning(code));
    }

    /// Takes a byte that is an alarm code in some firmware and something else in other: only an SOS
    /// counts.
    pub(super) fn take_doubtful_code(&mut self, code: u8) {
        self.is_read = true;
        self.sos |= code == 0x01;
    }

    /// Takes the event of a camera.
    pub(super) fn take_event(&mut self, event: u8) {
        self.is_read = true;
        self.take(event_meaning(event));
    }

    /// Takes an alarm that names nothing, "general" in Traccar.
    pub(super) fn take_unnamed(&mut self) {
        self.is_read = true;
        self.raised = true;
    }

    pub(super) fn take_low_battery(&mut self) {
        self.is_read = true;
        self.take(Meaning::LowBattery);
    }

    pub(super) fn take_notice(&mut self, notice: Notice) {
        self.is_read = true;
        self.take(Meaning::Notice(notice));
    }

    /// Says that the frame raises no alarm.
    pub(super) fn take_nothing(&mut self) {
        self.is_read = true;
    }

    fn take(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Sos => self.sos = true,
            Meaning::Fall => self.fall = true,
            Meaning::LowBattery => self.low_battery = true,
            Meaning::Notice(notice) if !self.notices.contains(&notice) => {
                self.notices.push(notice);
            }
            Meaning::Notice(_) | Meaning::Nothing => {}
            Meaning::Unknown => self.unnamed = true,
        }
    }

    /// Returns what to say of these, in a frame that is sent for alarms or in another; in the other,
    /// what has no name is no alarm.
    pub(super) fn verdict(self, is_alarm_frame: bool) -> Verdict {
        let named = self.sos || self.fall;
        let unnamed = (self.raised || is_alarm_frame && self.unnamed) && !named;
        let unreadable = is_alarm_frame && !self.is_read && !named;
        Verdict {
            signals: kinds([
                (SignalKind::Sos, self.sos || unnamed || unreadable),
                (SignalKind::Fall, self.fall),
                (SignalKind::LowBattery, self.low_battery),
            ]),
            doubts: kinds([(Doubt::AlarmUnnamed, unnamed), (Doubt::AlarmUnreadable, unreadable)]),
            notices: self.notices,
        }
    }
}

/// What the alarms of a frame come to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) signals: Vec<SignalKind>,
    pub(super) doubts: Vec<Doubt>,
    pub(super) notices: Vec<Notice>,
}

fn kinds<T, const N: usize>(held: [(T, bool); N]) -> Vec<T> {
    held.into_iter().filter_map(|(kind, holds)| holds.then_some(kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u8, code: u16, is_alarm_frame: bool) -> Verdict {
        let mut alarms = Alarms::default();
        alarms.take_status(status, false);
        alarms.take_code(code);
        alarms.verdict(is_alarm_frame)
    }

    #[test]
    fn no_code_hides_an_sos_of_the_status_and_no_status_one_of_the_code() {
        for other in 0..=0xff_u8 {
            for is_alarm_frame in [false, true] {
                let by_status = verdict(other & !0x38 | 0x20, other.into(), is_alarm_frame);
                let by_code = verdict(other, 0x01, is_alarm_frame);
                assert_eq!(by_status.signals[0], SignalKind::Sos, "{other:02x}");
                assert_eq!((by_code.signals[0], by_code.doubts.len()), (SignalKind::Sos, 0));
            }
        }
    }

    #[test]
    fn an_unknown_code_is_an_sos_in_doubt_in_alarm_frames_only() {
        let unknown = (0..=0x1ff_u16).filter(|&code| meaning(code) == Meaning::Unknown);
        for code in unknown {
            let alarm = verdict(0, code, true);
            assert_eq!(alarm.signals, [SignalKind::Sos], "{code:02x}");
            assert_eq!(alarm.doubts, [Doubt::AlarmUnnamed]);
            assert!(verdict(0, code, false).signals.is_empty());
        }
    }

    #[test]
    fn falls_are_falls_and_lesser_alarms_no_emergency() {
        assert_eq!(verdict(0, 0x23, true).signals, [SignalKind::Fall]);
        assert_eq!(verdict(0x20, 0x2c, true).signals, [SignalKind::Sos, SignalKind::Fall]);
        assert_eq!(verdict(0x18, 0x19, true).signals, [SignalKind::LowBattery]);
        let removed = verdict(0x38, 0x18, true);
        assert_eq!((removed.signals.len(), removed.notices), (0, vec![Notice::Removed]));
        assert!(verdict(0x46, 0x00, true).signals.is_empty(), "code 0 is normal");
    }

    #[test]
    fn an_alarm_frame_without_its_code_is_an_sos_in_doubt() {
        let verdict = Alarms::default().verdict(true);
        assert_eq!(verdict.signals, [SignalKind::Sos]);
        assert_eq!(verdict.doubts, [Doubt::AlarmUnreadable]);
        assert!(Alarms::default().verdict(false).signals.is_empty());
    }
}
