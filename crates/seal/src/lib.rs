//! Seals what is sensitive before it is kept, so that neither the database nor a backup gives it away.
//!
//! AES-256-GCM-SIV under a data key: a nonce that came twice would give away only that the same was
//! sealed twice. What a seal is about (`key/longwen/…`) is authenticated with it, so that bytes moved
//! from one row to another do not open. Each seal names its key by the key's fingerprint: a key can be
//! replaced, and what former keys sealed still opens.
//!
//! ```
//! use std::sync::Arc;
//! use silverbell_seal::{DataKey, Nonces, Seals};
//!
//! struct Counted;
//! impl Nonces for Counted {
//!     fn nonce(&self) -> [u8; 12] { [7; 12] }
//! }
//!
//! let seals = Seals::new(DataKey::new([1; 32]), Vec::new(), Arc::new(Counted));
//! let sealed = seals.seal("key/longwen/1", b"4711#").unwrap();
//! assert_eq!(&**seals.open("key/longwen/1", &sealed.bytes).unwrap(), b"4711#");
//! assert!(seals.open("key/longwen/2", &sealed.bytes).is_err());
//! ```

mod data_key;
mod seals;

pub use data_key::{BadDataKey, DataKey, Fingerprint};
pub use seals::{Nonces, OpenError, Seal, SealError, Seals};
