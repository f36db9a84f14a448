//! Cuts the byte stream into frames.

use super::cut::{Cut, STOP, TAIL, counted_end, cut, header, is_start, sum_is_right};
use super::kind;
use super::reader::Reader;

/// Largest frame kept by default, bytes. Ordinary ones have up to 260; pictures come in pieces of
/// 1 KiB.
pub const DEFAULT_MAX_FRAME: usize = 16 * 1024;

/// One frame, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The type: 0x01 a log-in, 0x13 a heartbeat, 0x26 an alarm, …
    pub kind: u8,
    /// Whether it begins with `79 79` and has a length of two bytes.
    pub long: bool,
    /// The running number, repeated in the answer.
    pub serial: Option<[u8; 2]>,
    /// Whether the checksum is right; `None` for frames that have none.
    pub checksum: Option<bool>,
    /// The bytes as they came.
    pub raw: Vec<u8>,
    /// Whether the end is missing. Such a frame is never acknowledged, so that the device repeats it.
    pub truncated: bool,
    /// Where in the bytes the content ends.
    content_end: usize,
}

impl Frame {
    /// Reads a frame with its end.
    fn whole(raw: &[u8]) -> Option<Self> {
        let mut frame = Self::truncated(raw)?;
        frame.truncated = false;
        if kind::may_count(frame.kind) && counted_end(raw) == Some(raw.len()) {
            frame.content_end = raw.len() - STOP.len();
            return Some(frame);
        }
        let stop = if raw.ends_with(&STOP) { STOP.len() } else { 0 };
        let tail = TAIL - STOP.len() + stop;
        let content_end = raw.len().checked_sub(tail)?;
        frame.serial = raw.get(content_end..content_end + 2)?.try_into().ok();
        frame.checksum = Some(sum_is_right(raw, stop));
        frame.content_end = content_end.max(header(raw) + 1);
        Some(frame)
    }

    /// Reads a frame without its end; `None` if not even its type is there.
    fn truncated(raw: &[u8]) -> Option<Self> {
        let kind = *raw.get(header(raw))?;
        Some(Self {
            kind,
            long: header(raw) == 4,
            serial: None,
            checksum: None,
            raw: raw.to_vec(),
            truncated: true,
            content_end: raw.len(),
        })
    }

    /// Returns what the length says, which may be a lie or, in Wi-Fi frames, a count.
    pub(super) fn told_length(&self) -> usize {
        let length = self.raw.get(2..header(&self.raw)).unwrap_or_default();
        length.iter().fold(0, |length, &byte| length << 8 | usize::from(byte))
    }

    /// Returns whether a count of access points stands in the place of the length.
    pub(super) fn is_counted(&self) -> bool {
        // With 0x28 there are frames of this type that hold GPS and a card, and have a checksum.
        kind::may_count(self.kind) && (self.checksum.is_none() || self.told_length() != 0x28)
    }

    /// Returns a reader of the content.
    pub(super) fn reader(&self) -> Reader<'_> {
        let start = header(&self.raw) + 1;
        let bytes = self.raw.get(start..).unwrap_or_default();
        Reader::new(bytes, self.content_end.saturating_sub(start))
    }
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
    max_frame: usize,
    closed: bool,
}

impl FrameBuffer {
    /// Returns an empty buffer for frames of at most `max_frame` bytes.
    #[must_use]
    pub const fn new(max_frame: usize) -> Self {
        Self { bytes: Vec::new(), start: 0, max_frame, closed: false }
    }

    /// Appends what was received. Take all frames out before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Says that no more bytes will come: what is left is then given as truncated frames.
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

    /// Returns the next frame, or `None` until more bytes are pushed.
    pub fn next_frame(&mut self) -> Option<Frame> {
        while self.skip_to_start() {
            let cut = cut(self.pending(), self.max_frame, self.closed)?;
            let (length, frame) = match cut {
                Cut::Whole(length) => (length, self.front(length, Frame::whole)),
                Cut::Truncated(length) => (length, self.front(length, Frame::truncated)),
            };
            self.start += length;
            // What has neither an end nor a type that exists is noise.
            if let Some(frame) =
                frame.filter(|frame| !frame.truncated || kind::is_known(frame.kind))
            {
                return Some(frame);
            }
        }
        None
    }

    fn front(&self, length: usize, read: fn(&[u8]) -> Option<Frame>) -> Option<Frame> {
        self.pending().get(..length).and_then(read)
    }

    /// Drops what begins no frame, but for a last byte that may begin one.
    fn skip_to_start(&mut self) -> bool {
        let pending = self.pending();
        let found = pending.windows(2).position(is_start);
        let last = pending.last().filter(|&&byte| !self.closed && matches!(byte, 0x78 | 0x79));
        let noise = found.unwrap_or(pending.len() - usize::from(last.is_some()));
        self.start += noise;
        found.is_some()
    }

    fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}
