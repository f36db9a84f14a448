//! The words by which apps name alarms: Traccar's, and what people write for them.

use silverbell_domain::SignalKind;

use crate::{Doubt, Notice};

/// What the words of one report say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Alarms {
    /// Most urgent first, each once.
    pub(crate) signals: Vec<SignalKind>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) doubts: Vec<Doubt>,
}

/// What one word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Alarm(SignalKind),
    Notice(Notice),
    /// An alarm that concerns nobody here: speed, doors, engines.
    Nothing,
    Unknown,
}

impl Alarms {
    /// Adds a field that holds an alarm, or several parted by commas. A word that we do not know
    /// names an alarm that we do not know: an SOS in doubt.
    pub(crate) fn add(&mut self, field: &str) {
        for word in field.split([',', ';']).map(str::trim).filter(|word| !is_no(word)) {
            match read(word) {
                Word::Alarm(kind) => self.signals.push(kind),
                Word::Notice(notice) => self.notices.push(notice),
                Word::Nothing => {}
                Word::Unknown => {
                    self.signals.push(SignalKind::Sos);
                    self.doubts.push(Doubt::AlarmUnnamed);
                }
            }
        }
    }

    /// Adds a field that may hold an alarm beside other words.
    pub(crate) fn add_if_alarm(&mut self, field: &str) {
        if let Word::Alarm(kind) = read(field.trim()) {
            self.signals.push(kind);
        }
    }

    /// Adds a field whose name is an alarm and whose value says yes or no.
    pub(crate) fn add_flag(&mut self, kind: SignalKind, field: &str) {
        if !is_no(field.trim()) {
            self.signals.push(kind);
        }
    }

    /// Puts the signals in order, with a position or else a heartbeat.
    pub(crate) fn finish(mut self, has_fix: bool) -> Self {
        self.signals.extend(has_fix.then_some(SignalKind::Position));
        if self.signals.is_empty() {
            self.signals.push(SignalKind::Heartbeat);
        }
        self.signals.sort_unstable();
        self.signals.dedup();
        self.notices.dedup();
        self.doubts.dedup();
        self
    }
}

/// Returns whether a value says no.
fn is_no(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    matches!(value.as_str(), "" | "0" | "false" | "no" | "none" | "null" | "off" | "normal")
}

/// Reads a word, in capitals or not, its parts joined in any way.
fn read(word: &str) -> Word {
    let letters: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
    match letters.to_lowercase().as_str() {
        "sos" | "panic" | "emergency" | "求救" => Word::Alarm(SignalKind::Sos),
        "fall" | "falldown" | "falldetected" | "mandown" | "跌倒" => {
            Word::Alarm(SignalKind::Fall)
        }
        "help" => Word::Alarm(SignalKind::Help),
        "lowbattery" | "lowpower" => Word::Alarm(SignalKind::LowBattery),
        "geofenceexit" => Word::Notice(Notice::GeofenceExit),
        "geofenceenter" | "geofence" => Word::Notice(Notice::GeofenceEnter),
        "removing" => Word::Notice(Notice::Removed),
        "tampering" => Word::Notice(Notice::Tampered),
        "powercut" => Word::Notice(Notice::Unplugged),
        "poweroff" => Word::Notice(Notice::PowerOff),
        "vibration" | "movement" => Word::Notice(Notice::Vibration),
        "lowspeed" | "overspeed" | "fault" | "poweron" | "door" | "lock" | "unlock"
        | "gpsantennacut" | "tow" | "idle" | "highrpm" | "hardacceleration" | "hardbraking"
        | "hardcornering" | "lanechange" | "fatiguedriving" | "powerrestored" | "jamming"
        | "temperature" | "parking" | "bonnet" | "footbrake" | "fuelleak" => Word::Nothing,
        _ => Word::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use SignalKind::{Fall, Heartbeat, Help, LowBattery, Position, Sos};

    use super::*;

    fn said(field: &str) -> Alarms {
        let mut alarms = Alarms::default();
        alarms.add(field);
        alarms.finish(false)
    }

    #[test]
    fn alarms_are_known_in_any_writing() {
        for word in ["sos", "SOS", " S.O.S. ", "Panic", "emergency"] {
            assert_eq!(said(word).signals, [Sos], "{word}");
        }
        for word in ["fallDown", "fall_down", "FALL", "man-down"] {
            assert_eq!((said(word).signals, said(word).doubts), (vec![Fall], vec![]), "{word}");
        }
        assert_eq!(said("help").signals, [Help]);
    }

    #[test]
    fn no_word_hides_an_sos() {
        assert_eq!(said("lowBattery,sos").signals, [Sos, LowBattery]);
        assert_eq!(said("overspeed;geofenceExit;sos").signals, [Sos]);
    }

    #[test]
    fn an_unknown_alarm_is_an_sos_in_doubt() {
        for word in ["general", "accident", "true", "1", "x"] {
            let said = said(word);
            assert_eq!(
                (&said.signals[..], &said.doubts[..]),
                (&[Sos][..], &[Doubt::AlarmUnnamed][..]),
                "{word}"
            );
        }
    }

    #[test]
    fn lesser_alarms_and_a_no_are_no_emergency() {
        for word in ["", "0", "False", "none", "overspeed", "removing", "tow,door"] {
            assert_eq!(said(word).signals, [Heartbeat], "{word}");
        }
        assert_eq!(said("removing").notices, [Notice::Removed]);
    }

    #[test]
    fn other_words_beside_alarms_are_none() {
        let mut alarms = Alarms::default();
        for word in ["motionchange", "u", "sos", "enter"] {
            alarms.add_if_alarm(word);
        }
        alarms.add_flag(Fall, "false");
        alarms.add_flag(Sos, "yes");
        assert_eq!(alarms.finish(true).signals, [Sos, Position]);
    }
}
