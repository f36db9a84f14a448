//! Cuts the byte stream into frames.
//!
//! A delimiter never stands inside a frame, so every stretch between two of them may be one, whatever
//! its length says: two frames may share a delimiter or have two, noise or a lost delimiter spoils
//! no other frame. What is no frame is told by [`Frame::read`].

use super::escape::Delimiter;
use super::header::{Frame, without_leading_zeros};
use super::id;

/// Largest frame kept by default, bytes: the standard's largest, every byte escaped, takes 2 KiB, and
/// makers pass it.
pub const DEFAULT_MAX_FRAME: usize = 8 * 1024;

/// Longest sentence in brackets, bytes; real ones have 32.
const MAX_SENTENCE: usize = 256;

/// Longest number in a sentence, digits.
const MAX_NUMBER: usize = 20;

const PLAIN: u8 = Delimiter::Plain.byte();
const ALTERNATE: u8 = Delimiter::Alternate.byte();

/// What was cut out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Frame(Frame),
    /// `(number,…)`, as some makers ask for the time.
    Sentence {
        ident: String,
        raw: Vec<u8>,
    },
}

/// What stands before the unread bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nothing: the connection begins, and the first delimiter may be lost.
    Nothing,
    /// A delimiter, which may have ended a frame, may begin one, or both.
    Delimiter,
    /// Noise.
    Noise,
}

/// One step forward.
struct Step {
    length: usize,
    before: Before,
    cut: Option<Cut>,
}

/// Collects bytes and gives frames. Holds at most one unfinished frame of the bound's size once
/// [`Self::next_cut`] has returned `None`.
#[derive(Clone, Debug)]
pub(super) struct FrameBuffer {
    bytes: Vec<u8>,
    /// Where the unread part begins.
    start: usize,
    before: Before,
    /// Whether this device marks its frames with [`Delimiter::Alternate`]: one was read.
    alternate: bool,
    max_frame: usize,
    closed: bool,
}

impl FrameBuffer {
    /// Returns an empty buffer for frames of at most `max_frame` bytes, delimiters included.
    pub(super) const fn new(max_frame: usize) -> Self {
        let before = Before::Nothing;
        Self { bytes: Vec::new(), start: 0, before, alternate: false, max_frame, closed: false }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) const fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending().is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.pending().len()
    }

    /// Returns the next frame or sentence, `None` until more bytes are pushed.
    pub(super) fn next_cut(&mut self) -> Option<Cut> {
        loop {
            let step = self.step()?;
            self.start += step.length;
            self.before = step.before;
            if let Some(Cut::Frame(frame)) = &step.cut
                && frame.checks
            {
                self.alternate = frame.address.delimiter == Delimiter::Alternate;
            }
            if step.cut.is_some() {
                return step.cut;
            }
        }
    }

    fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Returns the next step, `None` if it cannot be told yet.
    fn step(&self) -> Option<Step> {
        let pending = self.pending();
        match (*pending.first()?, self.before) {
            (PLAIN, _) => Some(Step::skip(1, Before::Delimiter)),
            (b'(', _) => self.step_sentence(pending),
            (ALTERNATE, _) => self.step_alternate(pending),
            (_, Before::Delimiter) => self.step_plain(pending),
            (_, Before::Nothing) => match self.begins_known(pending)? {
                true => self.step_plain(pending),
                false => Some(Step::skip(0, Before::Noise)),
            },
            (_, Before::Noise) => {
                let is_start = |byte: &u8| matches!(*byte, PLAIN | ALTERNATE | b'(');
                let noise = pending.iter().position(is_start).unwrap_or(pending.len());
                Some(Step::skip(noise, Before::Noise))
            }
        }
    }

    /// Returns whether a known message begins here, `None` if that cannot be told yet.
    fn begins_known(&self, bytes: &[u8]) -> Option<bool> {
        match bytes.first_chunk() {
            Some(number) => Some(id::is_known(u16::from_be_bytes(*number))),
            None if self.closed => Some(false),
            None => None,
        }
    }

    /// Steps over a stretch up to a delimiter, which stays there for what follows.
    fn step_plain(&self, pending: &[u8]) -> Option<Step> {
        let opener = usize::from(self.before == Before::Delimiter);
        let bound = self.max_frame.saturating_sub(opener);
        let end = pending.iter().position(|&byte| byte == PLAIN);
        let (length, before) = match end {
            Some(end) if end < bound => (end + 1, Before::Delimiter),
            _ if end.unwrap_or(pending.len()) > bound || end.is_some() => (bound, Before::Noise),
            _ if self.closed => (pending.len(), Before::Noise),
            _ => return None,
        };
        let ended = before == Before::Delimiter;
        let stretch = pending.get(..length).unwrap_or_default();
        let inner = stretch.get(..length - usize::from(ended)).unwrap_or_default();
        let raw = [&[PLAIN][..opener], stretch].concat();
        let frame = Frame::read(raw, inner, Delimiter::Plain, ended);
        Some(Step { length, before, cut: frame.map(Cut::Frame) })
    }

    /// Steps over a frame between alternate delimiters. Such a byte is mostly noise, or stands in a
    /// plain frame whose beginning is lost: until one was read whose check byte is right, no other
    /// is believed, and never one that holds a plain frame.
    fn step_alternate(&self, pending: &[u8]) -> Option<Step> {
        let skip = Some(Step::skip(1, Before::Noise));
        let inner = pending.get(1..).unwrap_or_default();
        if !self.begins_known(inner)? {
            return skip;
        }
        let end = inner.iter().position(|&byte| byte == ALTERNATE).map(|at| at + 2);
        // No farther than this frame reaches, so that it does not matter what has arrived.
        let reach = end.unwrap_or(pending.len()).min(self.max_frame);
        if holds_plain_frame(pending.get(..reach).unwrap_or_default()) {
            return skip;
        }
        let whole = end.filter(|&end| end <= self.max_frame);
        let frame = whole.and_then(|end| read_alternate(pending, end, true));
        if frame.as_ref().is_some_and(|frame| frame.checks) {
            return Some(Step::cut(whole?, frame));
        }
        let is_over = self.closed || end.is_some() || pending.len() > self.max_frame;
        match frame {
            _ if !is_over => None,
            _ if !self.alternate => skip,
            Some(frame) if !frame.truncated => Some(Step::cut(whole?, Some(frame))),
            // What ends it may begin the next, and so may a plain delimiter.
            _ => {
                let end = end.map_or(pending.len(), |end| end - 1).min(self.max_frame);
                let plain = pending.iter().take(end).position(|&byte| byte == PLAIN);
                let end = plain.unwrap_or(end);
                Some(Step::cut(end, read_alternate(pending, end, false)))
            }
        }
    }

    /// Steps over a sentence, or over a bracket that begins none.
    fn step_sentence(&self, pending: &[u8]) -> Option<Step> {
        let skip = Some(Step::skip(1, Before::Noise));
        let bound = self.max_frame.min(MAX_SENTENCE);
        let inner = pending.get(1..).unwrap_or_default();
        let is_text = |byte: u8| matches!(byte, 0x20..0x7e) && !b"()".contains(&byte);
        match inner.iter().position(|&byte| !is_text(byte)) {
            Some(at) if inner.get(at) == Some(&b')') && at + 2 <= bound => {
                let raw = pending.get(..at + 2).unwrap_or_default();
                sentence(raw).map_or(skip, |cut| {
                    Some(Step { length: at + 2, before: Before::Nothing, cut: Some(cut) })
                })
            }
            None if !self.closed && pending.len() < bound => None,
            _ => skip,
        }
    }
}

impl Step {
    const fn skip(length: usize, before: Before) -> Self {
        Self { length, before, cut: None }
    }

    fn cut(length: usize, frame: Option<Frame>) -> Self {
        Self { length, before: Before::Nothing, cut: frame.map(Cut::Frame) }
    }
}

fn read_alternate(pending: &[u8], length: usize, ended: bool) -> Option<Frame> {
    let raw = pending.get(..length)?;
    let inner = raw.get(1..length - usize::from(ended))?;
    Frame::read(raw.to_vec(), inner, Delimiter::Alternate, ended)
}

/// Returns whether there is a plain frame whose check byte is right and that is as long as it says.
fn holds_plain_frame(bytes: &[u8]) -> bool {
    let last = bytes.iter().rposition(|&byte| byte == PLAIN);
    let ended = bytes.get(..last.unwrap_or_default()).unwrap_or_default();
    ended.split(|&byte| byte == PLAIN).skip(1).any(|inner| {
        let frame = Frame::read(Vec::new(), inner, Delimiter::Plain, true);
        frame.is_some_and(|frame| frame.checks && frame.fits())
    })
}

/// Reads a sentence; `None` if it does not begin with a number.
fn sentence(raw: &[u8]) -> Option<Cut> {
    let text = std::str::from_utf8(raw).ok()?;
    let (number, _) = text.strip_prefix('(')?.split_once(',')?;
    let is_number = (1..=MAX_NUMBER).contains(&number.len())
        && number.bytes().all(|digit| digit.is_ascii_digit());
    let ident = without_leading_zeros(number).to_owned();
    is_number.then(|| Cut::Sentence { ident, raw: raw.to_vec() })
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
