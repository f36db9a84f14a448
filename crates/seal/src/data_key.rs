//! The key that everything is sealed with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What a fingerprint is made of, beside the key.
const FINGERPRINT: &[u8] = b"silverbell data key";

/// 32 bytes that are never printed and wiped from memory when they go.
pub struct DataKey(SecretBox<[u8; 32]>);

/// Which key it is, without telling the key: what a seal names its key by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 8]);

/// A text that is no data key. What it says is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a data key is 32 bytes, as 64 hexadecimal digits or 44 characters of base64")]
pub struct BadDataKey;

impl DataKey {
    /// Returns the key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// Reads a key as people write it.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, BadDataKey> {
        let text = text.trim();
        let bytes = match text.len() {
            64 => hex::decode(text).ok(),
            _ => STANDARD.decode(text).ok(),
        };
        let bytes = Zeroizing::new(bytes.ok_or(BadDataKey)?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(BadDataKey);
        }
        key.copy_from_slice(&bytes);
        Ok(Self::new(*key))
    }

    /// Returns the key as it is written into a file.
    #[must_use]
    pub fn written(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.bytes()))
    }

    /// Returns which key it is.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut first = [0; 8];
        first.copy_from_slice(&self.tag(FINGERPRINT)[..8]);
        Fingerprint(first)
    }

    /// Returns a tag of a message that nobody can make, or try out, without the key.
    pub(crate) fn tag(&self, message: &[u8]) -> [u8; 32] {
        // A key of 32 bytes fits: HMAC takes keys of any length.
        let mut tag = [0; 32];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.bytes()) {
            mac.update(message);
            tag.copy_from_slice(&mac.finalize().into_bytes());
        }
        tag
    }

    /// Returns whether this is the beginning of the tag of a message, in the same time whatever it is.
    pub(crate) fn is_tag(&self, message: &[u8], tag: &[u8]) -> bool {
        Hmac::<Sha256>::new_from_slice(self.bytes()).is_ok_and(|mut mac| {
            mac.update(message);
            mac.verify_truncated_left(tag).is_ok()
        })
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DataKey").field(&self.fingerprint()).finish()
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = BadDataKey;

    fn from_str(text: &str) -> Result<Self, BadDataKey> {
        let bytes = hex::decode(text).map_err(|_| BadDataKey)?;
        bytes.try_into().map(Self).map_err(|_| BadDataKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_hexadecimal_and_in_base64_and_nothing_else() {
        let hexadecimal = "0101010101010101010101010101010101010101010101010101010101010101\n";
        let base64 = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
        let ones = DataKey::new([1; 32]).fingerprint();
        for text in [hexadecimal, base64] {
            assert_eq!(DataKey::read(text).expect("a key").fingerprint(), ones);
        }
        for wrong in ["", "secret", "0101", "AQEB", &"x".repeat(64)] {
            assert!(DataKey::read(wrong).is_err(), "{wrong}");
        }
        let again = DataKey::read(&DataKey::new([9; 32]).written()).expect("a key");
        assert_eq!(again.fingerprint(), DataKey::new([9; 32]).fingerprint());
    }

    #[test]
    fn a_key_is_never_printed() {
        let printed = format!("{:?}", DataKey::new([0xab; 32]));
        assert!(!printed.contains("abab") && !printed.contains("171, 171"), "{printed}");
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let own = DataKey::new([3; 32]).fingerprint();
        assert_eq!(own.to_string().parse(), Ok(own));
        assert!("x".parse::<Fingerprint>().is_err());
    }
}
