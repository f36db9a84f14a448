//! Reads a frame's content from the front.

/// A frame's bytes behind its type, read from the front.
///
/// Where a length lies, content may run into the serial number, and is read on as Traccar does; but
/// [`Self::left`] tells, for a serial number must not become an alarm.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// Returns a reader of bytes of which the first `end` are content.
    pub(super) fn new(bytes: &'a [u8], end: usize) -> Self {
        Self { bytes, at: 0, end: end.min(bytes.len()) }
    }

    /// Returns how many bytes of content are left.
    pub(super) const fn left(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    /// Returns the content that is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// Returns all that is left, content or not.
    pub(super) fn ahead(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        self.slice(count).map(|_| ())
    }

    pub(super) fn slice(&mut self, count: usize) -> Option<&'a [u8]> {
        let part = self.ahead().get(..count)?;
        self.at += count;
        Some(part)
    }

    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (part, _) = self.ahead().split_first_chunk()?;
        self.at += N;
        Some(*part)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take().map(|[byte]| byte)
    }

    /// Returns the next byte if it is content.
    pub(super) fn own_u8(&mut self) -> Option<u8> {
        if self.left() == 0 { None } else { self.u8() }
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    pub(super) fn u24(&mut self) -> Option<u32> {
        self.take().map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }
}
