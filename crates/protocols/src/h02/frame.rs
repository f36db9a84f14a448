//! Cuts the byte stream into frames.
//!
//! Text ends at its `#`, binary records after [`binary::LENGTH`] bytes. What was cut short is
//! found out by what begins inside it: `*HQ,` in either, a binary record in text, and in a binary
//! record another one of the same device.

use super::binary;

/// Largest frame kept by default, bytes. The largest real one, history of 100 points, takes 8 KiB.
pub const DEFAULT_MAX_FRAME: usize = 16 * 1024;

/// Bytes of `*HQ,`.
const TEXT_HEAD: usize = 4;

/// Where, counted from the beginning of a binary record with a short ident, the next frame may stand:
/// the records of real devices have tails of several lengths, which nothing announces.
const BOUNDARIES: [usize; 3] = [binary::LENGTH, 45, 48];

/// The same behind a record with a long ident.
const LONG_BOUNDARY: usize = 42;

/// One frame, as it came, without the tail of a binary record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) raw: Vec<u8>,
    /// Whether the end is missing: another frame began, the connection closed, or the frame was
    /// too large.
    pub(super) truncated: bool,
}

/// Whether a frame begins somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Text,
    Binary,
    /// More bytes will tell.
    Undecided,
    Not,
}

/// Where the frame at the beginning ends, and from where to read on.
struct Cut {
    length: usize,
    advance: usize,
    truncated: bool,
}

/// Collects bytes and gives frames.
///
/// Holds at most one unfinished frame of the bound's size once [`Self::next_frame`] has returned
/// `None`.
#[derive(Clone, Debug)]
pub(super) struct FrameBuffer {
    bytes: Vec<u8>,
    /// Where the unread part begins.
    start: usize,
    /// How much of the unread part holds no end of a text, so that no byte is searched often.
    searched: usize,
    /// How many bytes ago the last whole binary record began, while its tail may last.
    since_binary: Option<usize>,
    /// Whether bytes were skipped that belong to no frame: then a frame may begin anywhere.
    in_noise: bool,
    max_frame: usize,
    closed: bool,
}

impl FrameBuffer {
    /// Returns an empty buffer for frames of at most `max_frame` bytes, or of a binary record.
    pub(super) const fn new(max_frame: usize) -> Self {
        let max_frame = if max_frame < binary::LENGTH { binary::LENGTH } else { max_frame };
        Self {
            bytes: Vec::new(),
            start: 0,
            searched: 0,
            since_binary: None,
            in_noise: false,
            max_frame,
            closed: false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Says that no more bytes will come: what is left is then given as truncated frames.
    pub(super) const fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending().is_empty()
    }

    /// Returns the next frame, or `None` until more bytes are pushed.
    pub(super) fn next_frame(&mut self) -> Option<Frame> {
        loop {
            let start = self.skip_to_start();
            let cut = match start {
                Start::Not => return None,
                Start::Undecided if self.closed => {
                    self.advance(1);
                    continue;
                }
                Start::Undecided => return None,
                Start::Text => self.cut_text()?,
                Start::Binary => self.cut_binary()?,
            };
            if let Some(frame) = self.take(start, &cut) {
                return Some(frame);
            }
        }
    }

    fn take(&mut self, start: Start, cut: &Cut) -> Option<Frame> {
        let raw = self.pending().get(..cut.length).unwrap_or_default().to_vec();
        self.advance(cut.advance);
        self.since_binary = (start == Start::Binary && !cut.truncated).then_some(cut.advance);
        self.in_noise = cut.truncated;
        // Where a record was cut before its clock, the clock was the next frame's.
        (self::start(&raw) == start).then_some(Frame { raw, truncated: cut.truncated })
    }

    /// Skips what begins no frame.
    fn skip_to_start(&mut self) -> Start {
        loop {
            let pending = self.pending();
            let mut starts = (0..pending.len()).map(|at| (at, start_at(pending, at)));
            let at = match starts.find(|(_, start)| *start != Start::Not) {
                None => pending.len(),
                Some((at, Start::Binary)) => match self.prefer_boundary(at) {
                    Some(at) => at,
                    None => return Start::Undecided,
                },
                Some((at, _)) => at,
            };
            self.skip(at);
            match self.shorter_inside() {
                Some(inside) => self.skip(inside),
                None => return start(self.pending()),
            }
        }
    }

    fn skip(&mut self, count: usize) {
        let skipped = self.pending().get(..count).unwrap_or_default();
        self.in_noise |= skipped.iter().any(|byte| !b"\r\n".contains(byte));
        self.advance(count);
    }

    /// Returns where the next record begins if not here, `None` if more bytes will tell: a byte of the
    /// last record's tail may look like the mark of a record, most often the last one, a running
    /// number, right before a true one.
    fn prefer_boundary(&self, at: usize) -> Option<usize> {
        let Some(since) = self.since_binary else { return Some(at) };
        let ahead = BOUNDARIES.iter().filter_map(|boundary| boundary.checked_sub(since));
        let mut ahead = ahead.filter(|next| *next > at).peekable();
        if ahead.peek().is_none() || is_boundary(since + at) {
            return Some(at);
        }
        // No farther than the doubtful record reaches, so that it does not matter what has arrived.
        let pending = self.pending();
        let window = pending.get(..at + binary::LENGTH).unwrap_or(pending);
        let text = (at..window.len()).find(|&at| start_at(window, at) == Start::Text);
        if text.is_none() && window.len() < at + binary::LENGTH && !self.closed {
            return None;
        }
        let window = window.get(..text.unwrap_or(window.len())).unwrap_or(window);
        Some(ahead.find(|&next| start_at(window, next) == Start::Binary).unwrap_or(at))
    }

    /// Returns where in noise a shorter record begins in what looks like a longer one.
    fn shorter_inside(&self) -> Option<usize> {
        let pending = self.pending();
        let is_doubtful = self.in_noise && !self.since_binary.is_some_and(is_boundary);
        let is_record = |at: &usize| start_at(pending, *at) == Start::Binary;
        let inside = binary::shorter_inside(pending).filter(is_record)?;
        (is_doubtful && start(pending) == Start::Binary).then_some(inside)
    }

    fn cut_binary(&self) -> Option<Cut> {
        let pending = self.pending();
        let window = pending.get(..binary::LENGTH).unwrap_or(pending);
        let is_whole = window.len() == binary::LENGTH;
        match start_inside_binary(window, is_whole || self.closed) {
            Some((_, Start::Undecided)) => return None,
            Some((next, _)) => return Some(Cut { length: next, advance: next, truncated: true }),
            None => {}
        }
        let length = window.len();
        // The last bytes say nothing: a frame may begin there whose forerunner was cut short.
        let said = binary::said_length(window).min(length);
        // Nor need the last ones that say something be its own: they may begin a frame, too.
        let undecided = |at: &usize| start_at(window, *at) == Start::Undecided;
        let advance = (said.saturating_sub(TEXT_HEAD - 1)..said).find(undecided).unwrap_or(said);
        let truncated = !is_whole;
        (is_whole || self.closed).then_some(Cut { length, advance, truncated })
    }

    fn cut_text(&mut self) -> Option<Cut> {
        let pending = self.pending();
        let head = pending.get(..self.max_frame).unwrap_or(pending);
        let from = self.searched.saturating_sub(binary::HEAD).max(TEXT_HEAD);
        let (length, truncated) = match end_of_text(head, from, self.closed) {
            End::At(end) => (end, false),
            End::NextFrame(next) => (next, true),
            End::Wait if pending.len() > self.max_frame => (cut_oversize(head), true),
            End::Wait if self.closed => (head.len(), true),
            End::Wait => {
                self.searched = pending.len();
                return None;
            }
        };
        Some(Cut { length, advance: length, truncated })
    }

    fn advance(&mut self, count: usize) {
        self.start += count;
        self.searched = 0;
        let tail = |since: &usize| BOUNDARIES.iter().any(|boundary| since <= boundary);
        self.since_binary = self.since_binary.map(|since| since + count).filter(tail);
    }

    fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

/// Returns whether so many bytes behind the beginning of a record a frame is to be expected.
fn is_boundary(since: usize) -> bool {
    BOUNDARIES.contains(&since) || since == LONG_BOUNDARY
}

/// Returns whether these bytes begin a frame.
fn start(bytes: &[u8]) -> Start {
    match bytes {
        [b'*', rest @ ..] => text_start(rest),
        [b'$' | b'X', ..] => binary::head(bytes),
        _ => Start::Not,
    }
}

fn start_at(bytes: &[u8], at: usize) -> Start {
    start(bytes.get(at..).unwrap_or_default())
}

/// Returns whether text begins: two letters and a comma follow the `*`.
fn text_start(rest: &[u8]) -> Start {
    let expected = [u8::is_ascii_alphabetic, u8::is_ascii_alphabetic, |byte: &u8| *byte == b','];
    if !rest.iter().zip(expected).all(|(byte, is)| is(byte)) {
        return Start::Not;
    }
    if rest.len() < expected.len() { Start::Undecided } else { Start::Text }
}

/// Returns where another frame begins inside a binary record, which was then cut short.
fn start_inside_binary(record: &[u8], no_more_comes: bool) -> Option<(usize, Start)> {
    let start_at = |at: usize| match record.get(at..).unwrap_or_default() {
        [b'*', rest @ ..] if text_start(rest) == Start::Text => Start::Text,
        [b'$', ..] => binary::begins_again(record, at, no_more_comes),
        _ => Start::Not,
    };
    let mut starts = (1..record.len()).map(|at| (at, start_at(at)));
    starts.find(|(_, start)| *start != Start::Not)
}

/// How a text ends.
enum End {
    /// After these bytes.
    At(usize),
    /// Not: there another frame begins.
    NextFrame(usize),
    /// Unknown.
    Wait,
}

fn end_of_text(text: &[u8], from: usize, closed: bool) -> End {
    for (at, byte) in text.iter().enumerate().skip(from) {
        match byte {
            b'#' => return End::At(at + 1),
            b'*' if start_at(text, at) == Start::Text => return End::NextFrame(at),
            b'$' | b'X' => match start_of_record_in_text(text, at) {
                Start::Binary => return End::NextFrame(at),
                // Whatever follows may be a part of a record that began in a text cut short.
                Start::Undecided if !closed => return End::Wait,
                Start::Text | Start::Undecided | Start::Not => {}
            },
            _ => {}
        }
    }
    End::Wait
}

/// Returns whether a record begins in a text; where nothing but print follows up to a `#`, none does.
fn start_of_record_in_text(text: &[u8], at: usize) -> Start {
    let rest = text.get(at..).unwrap_or_default();
    let head = rest.get(..binary::HEAD).unwrap_or(rest);
    let print = head.iter().take_while(|byte| (b' '..=b'~').contains(byte));
    if print.into_iter().any(|&byte| byte == b'#') { Start::Not } else { binary::head(rest) }
}

/// Returns how much of a text that never ends is thrown away: all but what may begin a frame.
fn cut_oversize(head: &[u8]) -> usize {
    let from = head.len().saturating_sub(binary::HEAD).max(1);
    (from..head.len()).find(|&at| start_at(head, at) == Start::Undecided).unwrap_or(head.len())
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
