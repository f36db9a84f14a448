//! Asterisk's side of a connection.

use std::collections::{BTreeSet, VecDeque};

use super::super::calls::Calls;
use super::super::{CallEvent, CallResult, Direction, Lines, Link, Message, Party, Reader, Style};
use super::action::{OURS, PRIVACY, ask_privacy};

const STYLE: Style = Style { starts, body: |_| 0 };

/// The most questions that wait to be sent; the oldest are given up.
const MAX_ASKS: usize = 256;

/// What Asterisk has said on a connection, and what is to be asked of it.
#[derive(Clone, Debug)]
pub struct Talk {
    reader: Reader,
    pub(super) calls: Calls,
    pub(super) lines: Lines,
    pub(super) link: Link,
    asks: VecDeque<Vec<u8>>,
}

/// Every message begins with one of these; only one kind of event holds a response.
fn starts(open: &Message, key: &str) -> bool {
    key.eq_ignore_ascii_case("Event")
        || key.eq_ignore_ascii_case("Response") && open.get("Event") != "OriginateResponse"
}

impl Talk {
    /// Returns the talk of a new connection, for messages of at most `max_message` bytes.
    #[must_use]
    pub fn new(lines: Lines, max_message: usize) -> Self {
        Self {
            reader: Reader::new(STYLE, max_message),
            calls: Calls::default(),
            lines,
            link: Link::Opening,
            asks: VecDeque::new(),
        }
    }

    /// Appends what was received. Take everything out by [`Self::next`] before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reader.push(bytes);
    }

    /// Returns what happened next, `None` until more is pushed.
    #[expect(clippy::should_implement_trait, reason = "more may come after None")]
    pub fn next(&mut self) -> Option<CallEvent> {
        loop {
            if let Some(event) = self.calls.next_event() {
                self.ask_about(&event);
                return Some(event);
            }
            let message = self.reader.next()?;
            self.hear(&message);
        }
    }

    /// Returns what is to be sent now, one request at a time.
    pub fn to_send(&mut self) -> Option<Vec<u8>> {
        self.asks.pop_front()
    }

    /// Returns how far the connection has come.
    #[must_use]
    pub const fn link(&self) -> Link {
        self.link
    }

    /// Begins a new connection to the same exchange. The calls known are kept until the list of
    /// calls tells otherwise.
    pub fn reconnected(&mut self) {
        self.reader.clear();
        self.asks.clear();
        self.link = Link::Opening;
        self.calls.list();
    }

    /// Returns how many calls are in progress.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Returns the names of the calls in progress that the exchange has told of since it was
    /// connected. Once it has answered `list_calls`, there are no others.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        self.calls.names()
    }

    /// Returns how much is held: bytes of an unfinished message, and things remembered.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        (self.reader.size(), self.calls.memory() + self.asks.len())
    }

    fn ask_about(&mut self, event: &CallEvent) {
        let CallEvent::Ringing { call, direction: Direction::Incoming, .. } = event else { return };
        self.asks.extend(ask_privacy(call));
        if self.asks.len() > MAX_ASKS {
            self.asks.pop_front();
        }
    }

    fn hear(&mut self, message: &Message) {
        if !message.get("Response").is_empty() && message.get("Event").is_empty() {
            self.hear_response(message);
        } else {
            self.hear_event(message);
        }
    }

    fn hear_response(&mut self, message: &Message) {
        let (id, is_success) = (message.get("ActionID"), message.get("Response") == "Success");
        if message.get("Message").starts_with("Authentication") {
            self.link = if is_success { Link::Open } else { Link::Refused };
        } else if message.get("Response") == "Goodbye" {
            self.link = Link::Closed;
        } else if let Some(call) = id.strip_prefix(PRIVACY) {
            self.hear_privacy(call, message.get("Value"));
        } else if !is_success && !id.is_empty() && !id.starts_with(OURS) {
            self.calls.failed(id, CallResult::Failed);
        }
    }

    /// Hears whether a caller's number may be shown: `prohib_passed_screen` and the like forbid it.
    fn hear_privacy(&mut self, call: &str, presentation: &str) {
        if presentation.starts_with("prohib") {
            self.calls.caller(call, Party { withheld: true, ..Party::default() });
        }
    }
}

#[cfg(test)]
#[path = "talk_tests.rs"]
mod tests;
