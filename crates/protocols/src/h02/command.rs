//! Our own commands: `*HQ,ident,command,hhmmss,…#`.
//!
//! The makers have not agreed on them, so each device is asked as its kind understands. No kind has
//! a command to ring. `R8` is never sent: it makes the device call a number and listen.

use silverbell_domain::UnixMs;

use super::ack::clock;
use crate::Command;

/// How many numbers the key calls; a longer list is cut.
const SOS_NUMBERS: usize = 3;

/// How long a device looks for satellites before it tells where it is, seconds.
const SEARCH_S: u8 = 60;

/// What kind of device it is, by what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Vehicle trackers of SinoTrack, and what nothing else is known of. `D1` with the count 1 asks
    /// for one report, `R7` ends an alarm, which is otherwise repeated.
    #[default]
    Tracker,
    /// Devices that call themselves by an IMEI (Huasun): `CR` asks for a report.
    Imei,
    /// Pendants and watches of Reachfar, known by `LINK` and `NBR`: `LOC` asks for a report, `S8`
    /// sets three numbers, `R7` as above.
    Pendant,
}

/// How a device is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) ident: String,
    pub(super) maker: String,
    pub(super) dialect: Dialect,
}

impl Address {
    /// Returns the command's bytes, `None` if the device knows no such command.
    pub(super) fn command(&self, asked: &Command, now: UnixMs) -> Option<Vec<u8>> {
        let clock = clock(now);
        let content = match (asked, self.dialect) {
            (Command::Locate, Dialect::Tracker) => format!("D1,{clock},{SEARCH_S},1"),
            (Command::Locate, Dialect::Imei) => "CR".to_owned(),
            (Command::Locate, Dialect::Pendant) => format!("LOC,{clock},{SEARCH_S}"),
            (Command::Answered, Dialect::Tracker | Dialect::Pendant) => format!("R7,{clock}"),
            (Command::SosNumbers(numbers), Dialect::Pendant) => {
                format!("S8,{clock},{}", listed(numbers)?)
            }
            (Command::Answered, Dialect::Imei)
            | (Command::SosNumbers(_), Dialect::Tracker | Dialect::Imei)
            | (Command::Ring, _) => return None,
        };
        Some(format!("*{},{},{content}#", self.maker, self.ident).into_bytes())
    }
}

/// Writes the numbers, of which an empty one is none; `None` where one would end the command.
fn listed(numbers: &[String]) -> Option<String> {
    let listed = (0..SOS_NUMBERS).map(|at| numbers.get(at).map_or("", String::as_str));
    let listed: Vec<_> = listed.collect();
    listed.iter().all(|number| !number.contains(['#', '*', ','])).then(|| listed.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = UnixMs(1_795_305_600_000 + 3_723_000);

    fn ask(dialect: Dialect, asked: &Command) -> Option<String> {
        let address = Address { ident: "42".into(), maker: "TH".into(), dialect };
        String::from_utf8(address.command(asked, NOW)?).ok()
    }

    #[test]
    fn each_kind_is_asked_in_its_words() {
        let locate = |dialect| ask(dialect, &Command::Locate);
        assert_eq!(locate(Dialect::Tracker).as_deref(), Some("*TH,42,D1,010203,60,1#"));
        assert_eq!(locate(Dialect::Imei).as_deref(), Some("*TH,42,CR#"));
        assert_eq!(locate(Dialect::Pendant).as_deref(), Some("*TH,42,LOC,010203,60#"));
        let answered = |dialect| ask(dialect, &Command::Answered);
        assert_eq!(answered(Dialect::Pendant).as_deref(), Some("*TH,42,R7,010203#"));
        assert_eq!(answered(Dialect::Tracker).as_deref(), Some("*TH,42,R7,010203#"));
        assert_eq!(answered(Dialect::Imei), None);
    }

    #[test]
    fn only_pendants_take_numbers_and_none_that_ends_the_command() {
        let numbers = Command::SosNumbers(vec!["0596120".into(), "13800000000".into()]);
        let asked = ask(Dialect::Pendant, &numbers);
        assert_eq!(asked.as_deref(), Some("*TH,42,S8,010203,0596120,13800000000,#"));
        assert_eq!(ask(Dialect::Tracker, &numbers), None);
        assert_eq!(ask(Dialect::Imei, &numbers), None);
        assert_eq!(ask(Dialect::Pendant, &Command::SosNumbers(vec!["12#".into()])), None);
        assert_eq!(ask(Dialect::Pendant, &Command::Ring), None);
    }
}
