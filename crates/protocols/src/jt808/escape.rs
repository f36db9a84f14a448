//! The two ways in which frames are marked off, and their escapes.

/// How a frame is marked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// `7e … 7e`, as the standard has it.
    Plain,
    /// `e7 … e7`, of some makers, with numbers of seven bytes.
    Alternate,
}

impl Delimiter {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Plain => 0x7e,
            Self::Alternate => 0xe7,
        }
    }

    /// Returns the bytes that may not stand inside a frame, each with the pair that stands for it.
    const fn escapes(self) -> &'static [(u8, [u8; 2])] {
        match self {
            Self::Plain => &[(0x7d, [0x7d, 0x01]), (0x7e, [0x7d, 0x02])],
            Self::Alternate => &[
                (0xe6, [0xe6, 0x01]),
                (0xe7, [0xe6, 0x02]),
                (0x3e, [0x3e, 0x01]),
                (0x3d, [0x3e, 0x02]),
            ],
        }
    }

    /// Undoes the escapes. An escape before anything else stays as it is: the device forgot to
    /// escape it, and a byte dropped would shift all that follows.
    pub(super) fn unescape(self, bytes: &[u8]) -> Vec<u8> {
        let mut plain = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some((&first, after)) = rest.split_first() {
            let escaped = rest.split_first_chunk::<2>().and_then(|(pair, after)| {
                let (byte, _) = self.escapes().iter().find(|(_, escape)| escape == pair)?;
                Some((*byte, after))
            });
            let (byte, after) = escaped.unwrap_or((first, after));
            plain.push(byte);
            rest = after;
        }
        plain
    }

    /// Returns a frame on the wire: escaped and between its delimiters.
    pub(super) fn enclose(self, content: &[u8]) -> Vec<u8> {
        let mut frame = vec![self.byte()];
        for &byte in content {
            match self.escapes().iter().find(|(plain, _)| *plain == byte) {
                Some((_, escape)) => frame.extend_from_slice(escape),
                None => frame.push(byte),
            }
        }
        frame.push(self.byte());
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        let wire = [0x7e, 0x30, 0x7d, 0x02, 0x08, 0x7d, 0x01, 0x55, 0x7e];
        let plain = [0x30, 0x7e, 0x08, 0x7d, 0x55];
        assert_eq!(Delimiter::Plain.enclose(&plain), wire);
        assert_eq!(Delimiter::Plain.unescape(&wire[1..8]), plain);
    }

    #[test]
    fn every_byte_comes_back_and_no_delimiter_stands_inside() {
        let all: Vec<u8> = (0..=255).collect();
        for delimiter in [Delimiter::Plain, Delimiter::Alternate] {
            let wire = delimiter.enclose(&all);
            let inner = &wire[1..wire.len() - 1];
            assert!(!inner.contains(&delimiter.byte()));
            assert_eq!(delimiter.unescape(inner), all);
        }
    }

    #[test]
    fn an_escape_of_nothing_stays_and_shifts_nothing() {
        assert_eq!(Delimiter::Plain.unescape(&[0x7d, 0x03, 0x7d]), [0x7d, 0x03, 0x7d]);
        assert_eq!(Delimiter::Plain.unescape(&[0x7d, 0x7d, 0x02]), [0x7d, 0x7e]);
    }
}
