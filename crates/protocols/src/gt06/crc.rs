//! The checksum: CRC-16/X-25, "CRC-ITU" in the makers' documents.

/// A checksum in the making.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crc(u16);

impl Crc {
    /// Returns the checksum of no bytes.
    pub(super) const fn new() -> Self {
        Self(0xffff)
    }

    /// Returns the checksum with one more byte.
    pub(super) fn with(self, byte: u8) -> Self {
        let Self(mut sum) = self;
        sum ^= u16::from(byte);
        for _ in 0..8 {
            let carry = sum & 1;
            sum = (sum >> 1) ^ (0x8408 * carry);
        }
        Self(sum)
    }

    /// Returns what stands in the frame, high byte first.
    pub(super) const fn bytes(self) -> [u8; 2] {
        (!self.0).to_be_bytes()
    }
}

/// Returns the checksum of these bytes as it stands in the frame.
pub(super) fn crc(bytes: &[u8]) -> [u8; 2] {
    bytes.iter().fold(Crc::new(), |sum, &byte| sum.with(byte)).bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_catalogue() {
        assert_eq!(crc(b"123456789"), [0x90, 0x6e]);
        assert_eq!(crc(b""), [0, 0]);
    }

    #[test]
    fn the_checksum_of_a_real_ack_is_right() {
        assert_eq!(crc(&[0x05, 0x01, 0x00, 0x01]), [0xd9, 0xdc]);
    }
}
