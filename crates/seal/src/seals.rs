//! Sealing and opening.

use std::sync::Arc;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use zeroize::Zeroizing;

use crate::{DataKey, Fingerprint};

/// The layout of a seal: this byte, the key's fingerprint, the nonce, what is sealed with its tag.
const LAYOUT: u8 = 1;

/// Where the nonce begins, and where it ends.
const NONCE: std::ops::Range<usize> = 9..21;

/// Where nonces come from: the system's randomness in service, counted in tests.
pub trait Nonces: Send + Sync {
    /// Returns 96 bits that do not come twice but by a rare chance.
    fn nonce(&self) -> [u8; 12];
}

/// Why something cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no key.
    #[error("there is no data key to seal this with: look at what the service said at its start")]
    NoKey,
    /// More than 64 GiB.
    #[error("this is too large to be sealed")]
    TooLarge,
}

/// Why something sealed cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Another key is needed.
    #[error(
        "sealed with another data key (its fingerprint is {0}): set server.data_key, or \
         server.former_data_keys, to the key that this was sealed with"
    )]
    OtherKey(Fingerprint),
    /// It is not what was sealed, or not where it was.
    #[error("what was sealed is damaged; restore it from a backup, or enter it anew")]
    Damaged,
}

/// Something sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// With which key.
    pub with: Fingerprint,
    /// What is kept.
    pub bytes: Vec<u8>,
}

/// The keys at hand: everything is sealed with the present one, and opened with that or a former one.
pub struct Seals {
    /// `None` when it could not be read: then nothing is sealed, and everything else goes on.
    present: Option<DataKey>,
    former: Vec<DataKey>,
    nonces: Arc<dyn Nonces>,
    /// For tags while there is no key.
    salt: DataKey,
}

impl std::fmt::Debug for Seals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seals").field("present", &self.present).finish_non_exhaustive()
    }
}

impl Seals {
    /// Joins the keys and where nonces come from.
    #[must_use]
    pub fn new(
        present: impl Into<Option<DataKey>>,
        former: Vec<DataKey>,
        nonces: Arc<dyn Nonces>,
    ) -> Self {
        let mut salt = [0; 32];
        for part in salt.chunks_mut(12) {
            part.copy_from_slice(&nonces.nonce()[..part.len()]);
        }
        Self { present: present.into(), former, nonces, salt: DataKey::new(salt) }
    }

    /// Returns which key seals.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.present.as_ref().map(DataKey::fingerprint)
    }

    /// Returns whether what this key sealed can be opened.
    #[must_use]
    pub fn knows(&self, key: Fingerprint) -> bool {
        self.key(key).is_some()
    }

    /// Seals bytes. `about` says what they are of and has to be told again to open them.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, about: &str, plain: &[u8]) -> Result<Seal, SealError> {
        let present = self.present.as_ref().ok_or(SealError::NoKey)?;
        let nonce = self.nonces.nonce();
        let payload = Payload { msg: plain, aad: about.as_bytes() };
        let closed = cipher(present).encrypt(&Nonce::from(nonce), payload);
        let closed = closed.map_err(|_| SealError::TooLarge)?;
        let with = present.fingerprint();
        Ok(Seal { with, bytes: [&[LAYOUT], &with.0[..], &nonce, &closed].concat() })
    }

    /// Opens what was sealed.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, about: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (head, closed) = sealed.split_at_checked(NONCE.end).ok_or(OpenError::Damaged)?;
        let mut key = [0; 8];
        key.copy_from_slice(&head[1..NONCE.start]);
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&head[NONCE]);
        if head[0] != LAYOUT {
            return Err(OpenError::Damaged);
        }
        let key = Fingerprint(key);
        let key = self.key(key).ok_or(OpenError::OtherKey(key))?;
        let payload = Payload { msg: closed, aad: about.as_bytes() };
        let plain = cipher(key).decrypt(&Nonce::from(nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| OpenError::Damaged)
    }

    /// Returns a tag of something short, a request with a door code in it for instance, by which it is
    /// recognised and from which it cannot be guessed.
    #[must_use]
    pub fn tag(&self, message: &[u8]) -> [u8; 32] {
        self.present.as_ref().unwrap_or(&self.salt).tag(message)
    }

    /// Returns whether the present key made this tag, or the beginning of it. A former key's no longer
    /// count: what they were used for in public is over.
    #[must_use]
    pub fn is_tag(&self, message: &[u8], tag: &[u8]) -> bool {
        self.present.as_ref().unwrap_or(&self.salt).is_tag(message, tag)
    }

    fn key(&self, fingerprint: Fingerprint) -> Option<&DataKey> {
        let mut keys = self.present.iter().chain(&self.former);
        keys.find(|key| key.fingerprint() == fingerprint)
    }
}

fn cipher(key: &DataKey) -> Aes256GcmSiv {
    Aes256GcmSiv::new(key.bytes().into())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counted(AtomicU8);

    impl Nonces for Counted {
        fn nonce(&self) -> [u8; 12] {
            [self.0.fetch_add(1, Ordering::Relaxed); 12]
        }
    }

    fn seals(present: u8, former: &[u8]) -> Seals {
        let former = former.iter().map(|&byte| DataKey::new([byte; 32])).collect();
        Seals::new(DataKey::new([present; 32]), former, Arc::new(Counted::default()))
    }

    #[test]
    fn what_is_sealed_opens_as_it_was_and_shows_nothing() {
        let seals = seals(1, &[]);
        let sealed = seals.seal("a", b"4711#").expect("sealed").bytes;
        assert!(!sealed.windows(5).any(|bytes| bytes == b"4711#"));
        assert_eq!(&**seals.open("a", &sealed).expect("opened"), b"4711#");
        let again = seals.seal("a", b"4711#").expect("sealed").bytes;
        assert_ne!(sealed, again, "twice is not the same");
    }

    #[test]
    fn a_changed_byte_and_another_place_are_noticed() {
        let seals = seals(1, &[]);
        let sealed = seals.seal("a", b"4711#").expect("sealed").bytes;
        assert_eq!(seals.open("b", &sealed), Err(OpenError::Damaged));
        for at in (0..1).chain(NONCE.start..sealed.len()) {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seals.open("a", &changed), Err(OpenError::Damaged), "byte {at}");
        }
        for length in 0..sealed.len() {
            assert!(seals.open("a", &sealed[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_former_key_still_opens_and_a_strange_one_is_named() {
        let old = seals(1, &[]);
        let sealed = old.seal("a", b"4711#").expect("sealed").bytes;
        assert_eq!(&**seals(2, &[1]).open("a", &sealed).expect("opened"), b"4711#");
        let strange = seals(2, &[3]).open("a", &sealed).expect_err("not ours");
        assert_eq!(strange, OpenError::OtherKey(old.fingerprint().expect("a key")));
        assert!(strange.to_string().contains("server.former_data_keys"));
        let old_key = old.fingerprint().expect("a key");
        assert!(old.knows(old_key) && !seals(2, &[3]).knows(old_key));
    }

    #[test]
    fn without_a_key_nothing_is_sealed_and_former_seals_open() {
        let sealed = seals(1, &[]).seal("a", b"4711#").expect("sealed").bytes;
        let nonces = Arc::new(Counted::default());
        let keyless = Seals::new(None, vec![DataKey::new([1; 32])], nonces);
        assert_eq!(keyless.seal("a", b"x"), Err(SealError::NoKey));
        assert_eq!(&**keyless.open("a", &sealed).expect("opened"), b"4711#");
        assert_eq!(keyless.tag(b"x"), keyless.tag(b"x"));
    }

    #[test]
    fn a_tag_depends_on_the_key() {
        assert_eq!(seals(1, &[]).tag(b"x"), seals(1, &[2]).tag(b"x"));
        assert_ne!(seals(1, &[]).tag(b"x"), seals(2, &[1]).tag(b"x"));
    }

    #[test]
    fn a_tag_is_known_by_its_beginning_under_the_present_key_alone() {
        let tag = seals(1, &[]).tag(b"x");
        assert!(seals(1, &[]).is_tag(b"x", &tag[..16]));
        assert!(!seals(1, &[]).is_tag(b"y", &tag[..16]), "another message");
        assert!(!seals(2, &[1]).is_tag(b"x", &tag[..16]), "a former key");
        assert!(!seals(1, &[]).is_tag(b"x", b""), "nothing is the beginning of no tag");
    }
}
