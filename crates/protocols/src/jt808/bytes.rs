//! Reads bytes in order, big-endian, and never past their end.

/// What is left to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns what is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Returns the next bytes, `None` if there are fewer; then nothing is taken.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.chunk().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_be_bytes)
    }

    pub(super) fn u24(&mut self) -> Option<u32> {
        self.chunk().map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_be_bytes)
    }

    /// Returns the next item, as additional information comes: its kind, its length in one byte, its
    /// value. `None` if it is not all there.
    pub(super) fn item(&mut self) -> Option<(u8, &'a [u8])> {
        let kind = self.u8()?;
        let length = self.u8()?;
        Some((kind, self.take(length.into())?))
    }
}

/// Returns whether a bit is set, the lowest being 0.
pub(super) const fn bit(value: u32, number: u32) -> bool {
    value >> number & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_big_endian_and_what_is_missing_is_not_read() {
        let mut bytes = Reader::new(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(
            (bytes.u8(), bytes.u16(), bytes.u24()),
            (Some(1), Some(0x203), Some(0x0004_0506))
        );
        assert_eq!((bytes.u32(), bytes.u16(), bytes.u8()), (Some(0x0708_090a), None, Some(11)));
        assert_eq!((bytes.u8(), bytes.take(1), bytes.take(0)), (None, None, Some(&[][..])));
    }

    #[test]
    fn an_item_that_ends_too_early_is_none() {
        assert_eq!(Reader::new(&[0x30, 1, 9]).item(), Some((0x30, &[9][..])));
        assert_eq!(Reader::new(&[0x30, 2, 9]).item(), None);
        assert_eq!(Reader::new(&[0x30]).item(), None);
    }

    #[test]
    fn bits_are_counted_from_the_lowest() {
        assert!(bit(1, 0) && bit(1 << 31, 31) && !bit(2, 0));
    }
}
