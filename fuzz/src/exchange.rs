//! Telephone exchanges.
//!
//! An input is a size of pieces, and the stream that comes in such pieces.

use std::collections::HashMap;

use silverbell_protocols::telephone::{CallEvent, Lines, ami, esl};

/// Largest message kept: less than an input, so that the bound is met.
pub const MAX_MESSAGE: usize = 512;

/// Bytes that may be held of one line more.
const MAX_LINE: usize = 8 * 1024;

/// What both exchanges' sides of a connection have in common.
pub trait Talk {
    fn push(&mut self, bytes: &[u8]);
    fn next(&mut self) -> Option<CallEvent>;
    fn reconnected(&mut self);
    fn calls(&self) -> usize;
    fn held(&self) -> (usize, usize);
}

macro_rules! talk {
    ($kind:ty) => {
        impl Talk for $kind {
            fn push(&mut self, bytes: &[u8]) {
                self.push(bytes);
            }
            fn next(&mut self) -> Option<CallEvent> {
                self.next()
            }
            fn reconnected(&mut self) {
                self.reconnected();
            }
            fn calls(&self) -> usize {
                self.calls()
            }
            fn held(&self) -> (usize, usize) {
                self.held()
            }
        }
    };
}

talk!(ami::Talk);
talk!(esl::Talk);

/// Returns the lines of an exchange: with a trunk of this name, or told by usual words.
pub fn lines(choice: u8, trunk: &str) -> Lines {
    let trunks = if choice.is_multiple_of(2) { vec![trunk.to_owned()] } else { Vec::new() };
    Lines { area: None, trunks }
}

/// Checks what a talk makes of an input; `empty_list` says that there are no calls.
pub fn check<T: Talk>(new: impl Fn(u8) -> T, empty_list: &[u8], input: &[u8]) {
    let Some((&size, stream)) = input.split_first() else { return };
    let mut talk = new(size);
    let mut told = hear(&mut talk, stream);
    let mut cut = Vec::new();
    let mut in_pieces = new(size);
    for piece in stream.chunks(1 + usize::from(size)) {
        cut.extend(hear(&mut in_pieces, piece));
    }
    assert_eq!(cut, told, "the same bytes, in pieces and in one");
    talk.reconnected();
    assert_eq!(talk.held().0, 0, "bytes are held of a connection that is gone");
    told.extend(hear(&mut talk, empty_list));
    assert_eq!(talk.calls(), 0, "a call is left of which the exchange knows nothing");
    check_order(&told);
}

/// Returns what is told of these bytes.
pub fn hear(talk: &mut impl Talk, bytes: &[u8]) -> Vec<CallEvent> {
    talk.push(bytes);
    let told = std::iter::from_fn(|| talk.next()).collect();
    let (held, things) = talk.held();
    assert!(held <= 2 * MAX_MESSAGE + MAX_LINE && things <= 4 * 1024, "{held} bytes, {things}");
    told
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Unknown,
    Ringing,
    Answered,
    Ended,
}

/// Checks that each call begins once, is answered at most once, and ends, once.
fn check_order(told: &[CallEvent]) {
    let mut calls = HashMap::new();
    for event in told {
        let state = calls.entry(event.call()).or_insert(State::Unknown);
        let (follows, next) = match event {
            CallEvent::Ringing { .. } => (*state == State::Unknown, State::Ringing),
            CallEvent::Caller { .. } => (matches!(state, State::Ringing | State::Answered), *state),
            CallEvent::Answered { .. } => (*state == State::Ringing, State::Answered),
            // A click-to-call may end before anybody was called.
            CallEvent::Ended { .. } => (*state < State::Ended, State::Ended),
        };
        assert!(follows, "{event:?} after {state:?}: {told:?}");
        *state = next;
    }
    assert!(calls.values().all(|state| *state == State::Ended), "a call never ends: {told:?}");
}
