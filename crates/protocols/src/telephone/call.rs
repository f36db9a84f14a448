//! A call and its legs.

use std::collections::BTreeSet;

use super::cause::Verdict;
use super::{CallResult, Direction, Number, Party};

/// What a leg leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A recorder, an announcer: nobody.
    #[default]
    Machine,
    /// A leg between two parts of the exchange.
    Inner,
    /// A telephone of the exchange.
    Seat,
    /// A line to the outside.
    Outside,
}

impl Place {
    /// Returns whether there can be a person.
    pub(super) const fn is_person(self) -> bool {
        matches!(self, Self::Seat | Self::Outside)
    }
}

/// What one message says of one leg.
#[derive(Clone, Debug, Default)]
pub(super) struct Sight {
    pub(super) leg: String,
    /// The call in whose name the message speaks of it.
    pub(super) call: String,
    /// Its telephone or line.
    pub(super) name: String,
    pub(super) place: Place,
    /// Whether the exchange began it; else its other end did, or it is not told.
    pub(super) called_out: bool,
    pub(super) from: Party,
    pub(super) to: Option<Number>,
}

#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) call: String,
    pub(super) name: String,
    pub(super) place: Place,
    /// The bridge it is in: those in one hear each other.
    pub(super) bridge: Option<String>,
    /// Whether it was seen since the connection began.
    pub(super) is_seen: bool,
    pub(super) born: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// What its first leg tells, once that was seen.
    pub(super) first: Option<First>,
    pub(super) to: Option<Number>,
    /// Its legs that are not over.
    pub(super) open: BTreeSet<String>,
    /// Whether somebody outside calls or is called.
    pub(super) is_outside: bool,
    pub(super) is_told: bool,
    /// By whom it was answered.
    pub(super) answered: Option<Option<String>>,
    /// Whom it seemed answered by before its first leg was seen.
    pub(super) early: Option<(String, Place, String)>,
    /// Whether its caller hung up.
    pub(super) caller_left: bool,
    /// Whether it was asked for by name, so that its end is told even if nobody was called.
    pub(super) is_asked: bool,
    pub(super) verdict: Verdict,
    pub(super) recording: Option<String>,
    pub(super) born: u64,
}

#[derive(Clone, Debug)]
pub(super) struct First {
    pub(super) direction: Direction,
    pub(super) place: Place,
    pub(super) from: Party,
}

impl Call {
    /// Returns how it went, if it is over now.
    pub(super) fn result(&self) -> CallResult {
        let incoming = self.first.as_ref().map(|first| first.direction == Direction::Incoming);
        match (self.answered.is_some(), incoming) {
            (true, _) => CallResult::Completed,
            (false, Some(true)) if self.caller_left => CallResult::Abandoned,
            (false, Some(true)) => CallResult::Missed,
            (false, Some(false) | None) => self.verdict.result(),
        }
    }
}
