//! The status: 32 bits of negative logic.

use silverbell_domain::SignalKind;

use crate::{Doubt, Notice, Report};

const THEFT: u32 = 1;
const SOS: u32 = 1 << 1;
const GEOFENCE_ENTER: u32 = 1 << 4;
const GEOFENCE_EXIT: u32 = 1 << 7;
const SOS_OF_SOME: u32 = 1 << 18;
const BACKUP_BATTERY: u32 = 1 << 19;

/// What depends on the model and cannot be seen in its frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether a low bit 18 of the status is an SOS. Traccar always thinks so; in ordinary reports
    /// of many vehicle trackers it is low (traccar/traccar#746, #2920), so it must be asked for.
    pub bit_18_is_sos: bool,
}

/// What a frame says beside its fields.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) sos: bool,
    pub(super) low_battery: bool,
    pub(super) truncated: bool,
}

/// Returns whether the status reports an SOS, whatever else it reports.
pub(super) const fn is_sos(status: u32, options: Options) -> bool {
    let low = !status;
    low & SOS != 0 || options.bit_18_is_sos && low & SOS_OF_SOME != 0
}

/// Returns what the status reports that is no emergency.
pub(super) fn notices(status: u32) -> Vec<Notice> {
    let known = [
        (Notice::GeofenceExit, GEOFENCE_EXIT),
        (Notice::GeofenceEnter, GEOFENCE_ENTER),
        (Notice::Unplugged, BACKUP_BATTERY),
        (Notice::Vibration, THEFT),
    ];
    known.into_iter().filter_map(|(notice, bit)| (!status & bit != 0).then_some(notice)).collect()
}

/// Completes a report: what is to be recorded, and the doubts that every message can raise.
pub(super) fn finish(report: &mut Report, said: Said) {
    let signals = [
        (SignalKind::Sos, said.sos),
        (SignalKind::LowBattery, said.low_battery),
        (SignalKind::Position, report.fix.is_some()),
    ];
    report.signals = signals.into_iter().filter_map(|(kind, is)| is.then_some(kind)).collect();
    if report.signals.is_empty() {
        report.signals.push(SignalKind::Heartbeat);
    }
    let doubts =
        [(Doubt::Delayed, report.buffered && said.sos), (Doubt::Truncated, said.truncated)];
    report.doubts.extend(doubts.into_iter().filter_map(|(doubt, is)| is.then_some(doubt)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: u32 = 0xffff_ffff;

    #[test]
    fn bit_1_is_an_sos_beside_any_other_bit() {
        assert!(is_sos(0xffff_fbfd, Options::default()));
        assert!(is_sos(0, Options::default()));
        for bit in 0..32 {
            let status = QUIET & !SOS & !(1 << bit);
            assert!(is_sos(status, Options::default()), "{status:08x}");
        }
    }

    #[test]
    fn no_other_bit_is_an_sos_unless_it_is_asked_for() {
        for bit in (0..32).filter(|&bit| bit != 1) {
            let status = QUIET & !(1 << bit);
            assert!(!is_sos(status, Options::default()), "{status:08x}");
            assert_eq!(is_sos(status, Options { bit_18_is_sos: true }), bit == 18, "{status:08x}");
        }
    }

    #[test]
    fn lesser_alarms_are_told() {
        assert_eq!(notices(0xffff_fbff), []);
        assert_eq!(notices(0xffff_ffef), [Notice::GeofenceEnter]);
        assert_eq!(notices(0xffff_ff7f), [Notice::GeofenceExit]);
        assert_eq!(notices(0xfff7_fffe), [Notice::Unplugged, Notice::Vibration]);
    }
}
