//! Cuts the byte stream into frames, by brackets.

use std::borrow::Cow;

use crate::name;

/// Largest frame kept by default, bytes. The largest ordinary report, with 7 cells and 20 access
/// points, takes about 1 KiB; voice comes in chunks below this.
pub const DEFAULT_MAX_FRAME: usize = 16 * 1024;

/// Longest name of a maker, bytes; real ones have two letters.
const MAX_MAKER: usize = 8;

/// Longest ident, bytes, by which the beginning of a frame is known *inside* another one that lost
/// its end: as long as a registered one may be. Real ones have 10 or 15 digits. A frame's own ident
/// is bounded by the frame alone, for an SOS is never passed over for its sender's odd name.
const MAX_IDENT: usize = 128;

/// Marks the next byte as escaped, in voice and pictures.
const ESCAPE: u8 = 0x7d;

/// One frame, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The maker's code, mostly two letters (`3G`, `SG`, `ZJ`, `CS`), repeated in every answer.
    pub maker: String,
    /// What the device calls itself, as it is registered: without padding, and what is no UTF-8 in
    /// escapes, so that two such devices stay two. Empty if the frame names nobody.
    pub ident: String,
    /// `maker*ident*`, byte for byte: every answer begins with it.
    pub head: Vec<u8>,
    /// The running number of the form with five parts, repeated in the answer.
    pub index: Option<String>,
    /// Command and fields, escapes undone.
    pub content: Vec<u8>,
    /// The bytes as they came, brackets included.
    pub raw: Vec<u8>,
    /// Whether the end is missing: another frame began, the connection closed, or the frame was
    /// too large. Such a frame is never acknowledged, so that the device repeats it.
    pub truncated: bool,
}

/// What a [`FrameBuffer`] had to throw away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameStats {
    /// Bytes outside any frame.
    pub skipped_bytes: u64,
    /// Frames whose end is missing because another began or the connection closed.
    pub truncated: u64,
    /// Frames that passed the bound.
    pub oversize: u64,
    /// Bracketed bytes that have no maker and ident.
    pub malformed: u64,
}

/// Collects bytes and gives frames.
///
/// Holds at most one unfinished frame of the bound's size once [`Self::next_frame`] has returned
/// `None`; before that, also what was pushed since.
#[derive(Clone, Debug)]
pub struct FrameBuffer {
    bytes: Vec<u8>,
    /// Where the unread part begins.
    start: usize,
    /// Up to where no closing bracket is, so that no byte is searched twice.
    searched: usize,
    max_frame: usize,
    closed: bool,
    stats: FrameStats,
}

impl Default for FrameBuffer {
    fn default() -> Self {
        Self::new(DEFAULT_MAX_FRAME)
    }
}

impl FrameBuffer {
    /// Returns an empty buffer for frames of at most `max_frame` bytes, brackets included.
    #[must_use]
    pub const fn new(max_frame: usize) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            searched: 0,
            max_frame,
            closed: false,
            stats: FrameStats { skipped_bytes: 0, truncated: 0, oversize: 0, malformed: 0 },
        }
    }

    /// Appends what was received. Take all frames out before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.searched = self.searched.saturating_sub(self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Says that no more bytes will come: what is left is then given as truncated frames, for an
    /// SOS whose last bytes were lost with the connection is still an SOS.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Returns how many bytes are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pending().len()
    }

    /// Returns whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pending().is_empty()
    }

    /// Returns what is held as the truncated frames it would be if nothing more came, and keeps it:
    /// the rest may yet come.
    #[must_use]
    pub fn unfinished(&self) -> Vec<Frame> {
        let mut copy = self.clone();
        copy.close();
        std::iter::from_fn(|| copy.next_frame()).collect()
    }

    /// Returns what was thrown away so far.
    #[must_use]
    pub const fn stats(&self) -> FrameStats {
        self.stats
    }

    /// Returns the next frame, or `None` until more bytes are pushed.
    pub fn next_frame(&mut self) -> Option<Frame> {
        while self.skip_to_bracket() {
            let end = self.find_end();
            let fits = end.is_some_and(|end| end <= self.max_frame);
            let overflow = end.unwrap_or(self.pending().len()) > self.max_frame;
            let frame = if fits || overflow || self.closed {
                let length = if fits { end } else { None };
                self.cut(length)
            } else {
                return None;
            };
            if frame.is_some() {
                return frame;
            }
        }
        None
    }

    /// Takes the first frame out: whole if it is `length` long and holds no beginning of another.
    fn cut(&mut self, length: Option<usize>) -> Option<Frame> {
        let pending = self.pending();
        let bound = length.unwrap_or(pending.len().min(self.max_frame));
        let head = pending.get(..bound).unwrap_or_default();
        if let Some(next) = next_header(head, |header| matches!(header, Header::Is { .. })) {
            return self.cut_truncated(next);
        }
        if length.is_some() {
            return self.cut_whole(bound);
        }
        if pending.len() <= self.max_frame {
            return self.cut_truncated(pending.len());
        }
        // A header that the bound cuts in two may begin a good frame: keep it.
        let next = next_header(head, |header| matches!(header, Header::Unfinished));
        self.cut_oversize(next.unwrap_or(bound))
    }

    fn cut_whole(&mut self, length: usize) -> Option<Frame> {
        let frame = self.pending().get(..length).and_then(Frame::whole);
        self.start += length;
        if frame.is_none() {
            self.stats.malformed += 1;
        }
        frame
    }

    fn cut_truncated(&mut self, length: usize) -> Option<Frame> {
        self.stats.truncated += 1;
        self.cut_open(length)
    }

    fn cut_oversize(&mut self, length: usize) -> Option<Frame> {
        self.stats.oversize += 1;
        self.cut_open(length)
    }

    fn cut_open(&mut self, length: usize) -> Option<Frame> {
        let frame = self.pending().get(..length).and_then(Frame::truncated);
        self.start += length;
        frame
    }

    fn skip_to_bracket(&mut self) -> bool {
        let pending = self.pending();
        let found = pending.iter().position(|&byte| byte == b'[');
        let garbage = found.unwrap_or(pending.len());
        self.start += garbage;
        self.stats.skipped_bytes += garbage as u64;
        found.is_some()
    }

    /// Returns the length up to the first closing bracket, that one included.
    fn find_end(&mut self) -> Option<usize> {
        let from = self.searched.max(self.start);
        let unsearched = self.bytes.get(from..).unwrap_or_default();
        let found = unsearched.iter().position(|&byte| byte == b']');
        self.searched = from + found.unwrap_or(unsearched.len());
        found.map(|offset| from + offset + 1 - self.start)
    }

    fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

impl Frame {
    /// Reads a frame from `[` to `]`.
    fn whole(raw: &[u8]) -> Option<Self> {
        let inner = raw.strip_prefix(b"[")?.strip_suffix(b"]")?;
        Self::read(raw, inner, false)
    }

    /// Reads a frame that begins with `[` and has no end; `None` if not even a command is there.
    fn truncated(raw: &[u8]) -> Option<Self> {
        let frame = Self::read(raw, raw.strip_prefix(b"[")?, true)?;
        let half_a_length = frame.content.iter().all(u8::is_ascii_hexdigit);
        (!half_a_length).then_some(frame)
    }

    fn read(raw: &[u8], inner: &[u8], truncated: bool) -> Option<Self> {
        let Header::Is { maker, ident, rest } = Header::read(inner, inner.len()) else {
            return None;
        };
        let (index, content) = split_rest(rest);
        Some(Self {
            maker: text(maker),
            ident: ident_of(ident),
            head: inner.strip_suffix(rest).unwrap_or_default().to_vec(),
            index: index.map(text),
            content: unescape(content).into_owned(),
            raw: raw.to_vec(),
            truncated,
        })
    }
}

/// The part of a frame that tells it from noise: `maker*ident*`.
enum Header<'a> {
    Is { maker: &'a [u8], ident: &'a [u8], rest: &'a [u8] },
    Unfinished,
    Not,
}

impl<'a> Header<'a> {
    /// Reads what follows a `[`. The maker tells a frame from noise; an ident may hold anything but
    /// what parts frames and fields.
    fn read(bytes: &'a [u8], max_ident: usize) -> Self {
        let (maker, bytes) = match word(bytes, MAX_MAKER, u8::is_ascii_alphanumeric) {
            Word::Is([], _) | Word::Not => return Self::Not,
            Word::Unfinished => return Self::Unfinished,
            Word::Is(maker, bytes) => (maker, bytes),
        };
        match word(bytes, max_ident, |byte| !b"[],".contains(byte)) {
            Word::Is(ident, rest) => Self::Is { maker, ident, rest },
            Word::Unfinished => Self::Unfinished,
            Word::Not => Self::Not,
        }
    }
}

/// Bytes of a kind up to a `*`, and what follows it.
enum Word<'a> {
    Is(&'a [u8], &'a [u8]),
    Unfinished,
    Not,
}

fn word(bytes: &[u8], max: usize, kind: fn(&u8) -> bool) -> Word<'_> {
    let (part, rest) = split_at_star(bytes.get(..=max).unwrap_or(bytes));
    match rest {
        _ if part.len() > max || !part.iter().all(kind) => Word::Not,
        Some(_) => Word::Is(part, bytes.get(part.len() + 1..).unwrap_or_default()),
        None => Word::Unfinished,
    }
}

/// Returns where, after the first byte, a `[` stands that is followed by such a header.
fn next_header(bytes: &[u8], is_such: fn(&Header<'_>) -> bool) -> Option<usize> {
    let brackets = bytes.iter().enumerate().skip(1).filter(|&(_, &byte)| byte == b'[');
    brackets
        .map(|(at, _)| at)
        .find(|at| is_such(&Header::read(bytes.get(at + 1..).unwrap_or_default(), MAX_IDENT)))
}

/// Parts `length*content` or `index*length*content` into the index and the content.
///
/// No command is a hexadecimal number, so such a part is a length; a `*` in the name of a Wi-Fi
/// network stands behind the commas of the command. A frame without a length is read, too.
fn split_rest(rest: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (first, Some(after)) = split_at_star(rest) else { return (None, rest) };
    match split_at_star(after) {
        (length, Some(content)) if is_hex(length) && !first.contains(&b',') => {
            (Some(first), content)
        }
        _ if is_hex(first) => (None, after),
        _ => (None, rest),
    }
}

fn split_at_star(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut parts = bytes.splitn(2, |&byte| byte == b'*');
    (parts.next().unwrap_or_default(), parts.next())
}

fn is_hex(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn ident_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => name::kept(text),
        Err(_) => name::kept(&bytes.escape_ascii().to_string()),
    }
}

/// Undoes the escapes of voice and pictures. A byte `7d` before anything else stays as it is: it
/// is a brace in the name of a Wi-Fi network.
fn unescape(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&ESCAPE) {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        let follower = rest.clone().next();
        match follower.filter(|_| byte == ESCAPE).and_then(escaped) {
            Some(original) => {
                plain.push(original);
                rest.next();
            }
            None => plain.push(byte),
        }
    }
    Cow::Owned(plain)
}

/// Returns what stands for this byte after an escape.
const fn escaped(follower: u8) -> Option<u8> {
    match follower {
        0x01 => Some(ESCAPE),
        0x02 => Some(b'['),
        0x03 => Some(b']'),
        0x04 => Some(b','),
        0x05 => Some(b'*'),
        _ => None,
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
