//! What can be read of an object that is no JSON: cut off on the way, or written by firmware that
//! knows JSON from hearsay.
//!
//! Each member stands for itself: one that cannot be read is passed over, the others are taken. A
//! member counts only when its end is there: half an ident is another device, and half a latitude
//! another village. Every byte is looked at a fixed number of times, and nothing deeper than
//! [`MAX_DEPTH`] is entered, so neither length nor nesting costs more than the reading.

use serde_json::{Map, Value};

/// How deep values are followed: a list of positions, a position, what it says.
const MAX_DEPTH: usize = 3;

/// What is left of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Remains {
    /// The members that can be read.
    pub(crate) members: Map<String, Value>,
    /// Whether the closing bracket is missing.
    pub(crate) is_cut: bool,
}

/// Reads what is left of an object, however little; `None` if it does not begin as one.
pub(crate) fn read(text: &str) -> Option<Remains> {
    let (members, end) = object(text, MAX_DEPTH)?;
    Some(Remains { members, is_cut: end.is_cut() })
}

/// Returns the text without what stands around values: spaces, the zeros that end strings in C,
/// byte-order marks, and bytes that are no text, such as erased flash memory.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{feff}' | '\u{fffd}')
    })
}

fn object(text: &str, depth: usize) -> Option<(Map<String, Value>, Pieces<'_>)> {
    let depth = depth.checked_sub(1)?;
    let mut pieces = Pieces::of(text.strip_prefix('{')?);
    let members = pieces.by_ref().filter_map(|piece| member(&piece, depth)).collect();
    Some((members, pieces))
}

fn member(piece: &Piece<'_>, depth: usize) -> Option<(String, Value)> {
    let (name, rest) = string(trim(piece.text))?;
    let text = rest.trim_start().strip_prefix(':')?;
    Some((name, value(&Piece { text, ..*piece }, depth)?))
}

/// Reads a value of which the end is there.
fn value(piece: &Piece<'_>, depth: usize) -> Option<Value> {
    let text = trim(piece.text);
    match text.as_bytes().first()? {
        b'"' => string(text).filter(|(_, rest)| rest.is_empty()).map(|(text, _)| text.into()),
        b'{' => object(text, depth).filter(|(_, end)| end.is_clean()).map(|(it, _)| it.into()),
        b'[' => list(text, depth).map(Value::Array),
        _ if piece.is_ended => scalar(text),
        _ => None,
    }
}

/// Reads a list, also one that is cut off: what stands before the cut is whole. What cannot be read
/// is null.
fn list(text: &str, depth: usize) -> Option<Vec<Value>> {
    let depth = depth.checked_sub(1)?;
    let pieces = Pieces::of(text.strip_prefix('[')?);
    let pieces = pieces.filter(|piece| !trim(piece.text).is_empty());
    Some(pieces.map(|piece| value(&piece, depth).unwrap_or_default()).collect())
}

/// Reads a number or a literal. A number as JSON does not write it (`.5`, `+1`, `007`) stays a
/// text, which whoever wants a number reads as one: an ident `007` is not the ident `7`.
fn scalar(text: &str) -> Option<Value> {
    let odd_number = || text.parse().is_ok_and(f64::is_finite).then(|| text.into());
    serde_json::from_str(text).ok().or_else(odd_number)
}

/// Reads a string that has its end, and returns what follows. Control characters in it, which JSON
/// forbids, are left out.
fn string(text: &str) -> Option<(String, &str)> {
    let mut inside = Inside::default();
    let end = text.bytes().position(|byte| inside.passes(byte) && !inside.is_string)?;
    let (quoted, rest) = text.split_at_checked(end + 1)?;
    let quoted: String = quoted.chars().filter(|letter| !letter.is_control()).collect();
    Some((serde_json::from_str(&quoted).ok()?, rest))
}

/// What stands between two commas, or a comma and a bracket.
struct Piece<'a> {
    text: &'a str,
    /// Whether the comma or bracket is there.
    is_ended: bool,
}

/// The pieces of an object or a list, behind its opening bracket.
struct Pieces<'a> {
    rest: &'a str,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
    Cut,
}

impl<'a> Pieces<'a> {
    const fn of(rest: &'a str) -> Self {
        Self { rest, state: State::Open }
    }

    fn is_cut(&self) -> bool {
        self.state == State::Cut
    }

    /// Returns whether the closing bracket was there and nothing stands behind it.
    fn is_clean(&self) -> bool {
        self.state == State::Closed && trim(self.rest).is_empty()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.state != State::Open {
            return None;
        }
        let mut inside = Inside::default();
        let end = self.rest.bytes().position(|byte| inside.ends_at(byte));
        // What ends a piece is one byte wide, so that no letter is cut in two.
        let (text, behind) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
        self.state = match behind.as_bytes().first() {
            None => State::Cut,
            Some(b',') => State::Open,
            Some(_) => State::Closed,
        };
        self.rest = behind.get(1..).unwrap_or_default();
        Some(Piece { text, is_ended: end.is_some() })
    }
}

/// What the bytes passed so far have opened.
#[derive(Default)]
struct Inside {
    is_string: bool,
    is_escape: bool,
    brackets: usize,
}

impl Inside {
    /// Passes a byte; returns whether it is a quotation mark that begins or ends a string.
    fn passes(&mut self, byte: u8) -> bool {
        let is_plain = !std::mem::take(&mut self.is_escape);
        self.is_escape = is_plain && self.is_string && byte == b'\\';
        let is_mark = is_plain && byte == b'"';
        self.is_string ^= is_mark;
        is_mark
    }

    /// Passes a byte; returns whether it ends the piece it stands in.
    fn ends_at(&mut self, byte: u8) -> bool {
        if self.passes(byte) || self.is_string {
            return false;
        }
        match byte {
            b',' | b'}' | b']' if self.brackets == 0 => return true,
            b'{' | b'[' => self.brackets += 1,
            b'}' | b']' => self.brackets -= 1,
            _ => {}
        }
        false
    }
}

#[cfg(test)]
#[path = "damaged_tests.rs"]
mod tests;
