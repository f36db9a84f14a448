//! The hash chain of a ticket's history: sha256(previous ‖ bytes), so that one changed byte shows.

use sha2::{Digest, Sha256};

/// The hash before a ticket's first event.
pub const GENESIS: [u8; 32] = [0; 32];

/// One event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The number of the event in its district.
    pub seq: u64,
    /// The bytes that were hashed.
    pub body: String,
    /// The hash that was kept.
    pub hash: [u8; 32],
}

/// Returns the hash of an event from the hash before it and its bytes.
#[must_use]
pub fn chain_hash(previous: &[u8; 32], body: &str) -> [u8; 32] {
    Sha256::new().chain_update(previous).chain_update(body.as_bytes()).finalize().into()
}

/// Checks a ticket's history, oldest first, against the hash kept with the ticket.
///
/// # Errors
/// The number of the first event whose bytes or hash were changed; 0 when the end is missing.
pub fn verify_chain(links: &[Link], head: &[u8; 32]) -> Result<(), u64> {
    let mut previous = GENESIS;
    for link in links {
        if chain_hash(&previous, &link.body) != link.hash {
            return Err(link.seq);
        }
        previous = link.hash;
    }
    if previous == *head { Ok(()) } else { Err(0) }
}
