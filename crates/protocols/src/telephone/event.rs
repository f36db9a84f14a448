//! What an exchange says of a call, in every exchange's common words.

use super::number::{AreaCode, Number, is_withheld};

/// The longest name kept, characters.
const MAX_NAME: usize = 64;

/// Names that hide somebody. `<unknown>` is not among them: most callers have no name.
const HIDING_NAMES: [&str; 6] =
    ["anonymous", "private", "withheld", "restricted", "blocked", "匿名"];

/// One thing that happened to a call. A call's `Ringing` comes first and once, its `Answered` at
/// most once, its `Ended` last and once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallEvent {
    /// A call has begun: pop the caller's file up, or record that somebody is called.
    Ringing {
        /// The exchange's name of the call, the same in all its events; for a click-to-call the
        /// id that was given to it.
        call: String,
        /// Who began it.
        direction: Direction,
        /// Who calls: somebody outside, or a seat.
        from: Party,
        /// The number called, if it is told.
        to: Option<Number>,
    },
    /// More is known of who calls than `Ringing` told: the number came late, or it is withheld.
    Caller {
        /// The exchange's name of the call.
        call: String,
        /// All that is known now.
        from: Party,
    },
    /// A person has answered: a seat an incoming call, the number called an outgoing one.
    /// Announcements, menus and queues answer nothing.
    Answered {
        /// The exchange's name of the call.
        call: String,
        /// The seat that answered an incoming call, as the exchange names it: `PJSIP/agent1`, `1001`.
        by: Option<String>,
    },
    /// The call is over.
    Ended {
        /// The exchange's name of the call.
        call: String,
        /// How it went.
        result: CallResult,
        /// Where the exchange keeps its recording: a file's name there.
        recording: Option<String>,
    },
}

impl CallEvent {
    /// Returns the exchange's name of the call.
    #[must_use]
    pub fn call(&self) -> &str {
        match self {
            Self::Ringing { call, .. }
            | Self::Caller { call, .. }
            | Self::Answered { call, .. }
            | Self::Ended { call, .. } => call,
        }
    }
}

/// Who began a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Somebody calls us.
    Incoming,
    /// We call somebody.
    Outgoing,
}

impl Direction {
    /// Returns the word for records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }
}

/// One end of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The number, `None` if it is not told. A carrier may tell a centre the number of a caller who
    /// withheld it: see [`Self::withheld`].
    pub number: Option<Number>,
    /// Whether the caller asked that the number be not shown. It then serves to find the file of a
    /// person in need, and stands on no screen or list that does not need it.
    pub withheld: bool,
    /// The name sent along; of a seat, how the exchange names it.
    pub name: Option<String>,
}

impl Party {
    /// Reads a caller's number and name as an exchange writes them.
    #[must_use]
    pub fn read(number: &str, name: &str, area: Option<&AreaCode>) -> Self {
        let hides = HIDING_NAMES.contains(&name.trim().to_lowercase().as_str());
        let withheld = hides || is_withheld(number);
        let name = Some(name.trim()).filter(|name| !hides && !is_withheld(name) && *name != number);
        let name = name.map(|name| name.chars().take(MAX_NAME).collect());
        Self { number: Number::read(number, area), withheld, name }
    }
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallResult {
    /// It was answered by a person, and is over.
    Completed,
    /// Incoming: the caller hung up before an answer. A senior is called back.
    Abandoned,
    /// Incoming: nobody answered, and the exchange gave up.
    Missed,
    /// Outgoing: engaged.
    Busy,
    /// Outgoing: it rang and nobody came, or the seat gave up.
    NoAnswer,
    /// Outgoing: refused by hand (拒接).
    Refused,
    /// Outgoing: switched off (关机), or out of reach of the mobile network.
    SwitchedOff,
    /// Outgoing: no such number (空号).
    NoSuchNumber,
    /// Outgoing: suspended for want of credit (停机).
    NoCredit,
    /// Outgoing: cannot be reached (无法接通).
    Unreachable,
    /// Outgoing: our own line, exchange or seat failed; the number was perhaps never called.
    Failed,
}

impl CallResult {
    /// Every result.
    pub const ALL: [Self; 11] = [
        Self::Completed,
        Self::Abandoned,
        Self::Missed,
        Self::Busy,
        Self::NoAnswer,
        Self::Refused,
        Self::SwitchedOff,
        Self::NoSuchNumber,
        Self::NoCredit,
        Self::Unreachable,
        Self::Failed,
    ];

    /// Returns the word for records, which an exchange's dialplan may use, too: see [`super::cause`].
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
            Self::Missed => "missed",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Refused => "refused",
            Self::SwitchedOff => "switched_off",
            Self::NoSuchNumber => "no_such_number",
            Self::NoCredit => "no_credit",
            Self::Unreachable => "unreachable",
            Self::Failed => "failed",
        }
    }

    /// Returns the result of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_has_its_own_word() {
        for result in CallResult::ALL {
            assert_eq!(CallResult::from_word(result.as_str()), Some(result));
        }
        assert_eq!(CallResult::from_word(" Switched_Off "), Some(CallResult::SwitchedOff));
        assert_eq!(CallResult::from_word("gone"), None);
    }

    #[test]
    fn a_name_that_hides_marks_the_number_withheld_and_keeps_it() {
        let hidden = Party::read("13900139000", "Anonymous", None);
        assert!(hidden.withheld && hidden.name.is_none());
        assert_eq!(hidden.number.unwrap().as_str(), "13900139000");
    }

    #[test]
    fn a_caller_without_a_name_hides_nothing() {
        let plain = Party::read("13900139000", "<unknown>", None);
        assert_eq!((plain.withheld, plain.name), (false, None));
        let named = Party::read("13900139000", "王秀英", None);
        assert_eq!(named.name.as_deref(), Some("王秀英"));
        assert_eq!(Party::read("13900139000", "13900139000", None).name, None);
    }

    #[test]
    fn a_number_that_is_not_told_is_withheld() {
        for written in ["anonymous", "<unknown>", "", "s", "sip:anonymous@anonymous.invalid"] {
            let party = Party::read(written, "", None);
            assert_eq!((party.withheld, party.number), (true, None), "{written}");
        }
    }
}
