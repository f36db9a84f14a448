//! The key pair by which push services know us (VAPID, RFC 8292).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use secrecy::{ExposeSecret, SecretString};
use web_push::{PartialVapidSignatureBuilder, VapidSignatureBuilder};
use zeroize::Zeroizing;

/// A private key of P-256 and its public one. The private one is never printed.
#[derive(Clone)]
pub struct PushKey {
    secret: SecretString,
    signer: PartialVapidSignatureBuilder,
}

/// A text that is no such key. What it says is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a push key is a private key of P-256: 32 bytes in base64url without padding, 43 characters"
)]
pub struct BadPushKey;

impl PushKey {
    /// Returns the key of 32 random bytes. Hardly any are no key: nobody will ever meet them.
    ///
    /// # Errors
    /// [`BadPushKey`]: take others.
    pub fn of(random: &[u8; 32]) -> Result<Self, BadPushKey> {
        Self::read(&URL_SAFE_NO_PAD.encode(random))
    }

    /// Reads a key as it is written into a file.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, BadPushKey> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| BadPushKey)?;
        // The signer takes it for granted that it is one.
        SecretKey::from_slice(&Zeroizing::new(bytes)).map_err(|_| BadPushKey)?;
        let secret = SecretString::from(text.trim());
        let signer = VapidSignatureBuilder::from_base64_no_sub(secret.expose_secret());
        Ok(Self { signer: signer.map_err(|_| BadPushKey)?, secret })
    }

    /// Returns it as it is written into a file.
    #[must_use]
    pub const fn written(&self) -> &SecretString {
        &self.secret
    }

    /// Returns the public key as browsers want it: an uncompressed point in base64url.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.signer.get_public_key())
    }

    pub(crate) fn signer(&self) -> PartialVapidSignatureBuilder {
        self.signer.clone()
    }
}

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushKey").field("public", &self.public()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_never_printed() {
        let key = PushKey::of(&[7; 32]).expect("a key");
        let again = PushKey::read(key.written().expose_secret()).expect("the same");
        assert_eq!(again.public(), key.public());
        assert_eq!((key.public().len(), &key.public()[..1]), (87, "B"), "65 bytes, uncompressed");
        let shown = format!("{key:?}");
        assert!(!shown.contains(key.written().expose_secret()), "{shown}");
    }

    #[test]
    fn what_is_no_key_is_said_and_not_quoted() {
        for text in ["", "hush", &"A".repeat(43), &"_".repeat(43), &"A".repeat(64)] {
            let error = PushKey::read(text).expect_err("no key").to_string();
            assert!(error.contains("43 characters") && !error.contains("hush"), "{error}");
        }
    }
}
