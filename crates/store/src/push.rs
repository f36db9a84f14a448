//! Where the browsers of responders are woken by push.

use silverbell_domain::{ResponderId, UnixMs};

use crate::Sealed;

/// So many browsers of a responder are woken: of more, the one that was heard of longest ago goes.
pub const PUSH_SUBSCRIPTIONS_AT_MOST: u32 = 5;

/// A browser of a responder that wants to be woken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushSubscription {
    /// SHA-256 of its endpoint, by which it is known: a browser wakes whoever used it last.
    pub endpoint_sha256: [u8; 32],
    /// Whose.
    pub responder: ResponderId,
    /// SHA-256 of the token of the session that asked for it: at its log-out it goes.
    pub session_sha256: [u8; 32],
    /// When the browser last said so.
    pub at: UnixMs,
    /// The endpoint and its keys.
    pub sealed: Sealed,
}

/// A change of what is kept of browsers to be woken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushWrite {
    /// A browser wants to be woken, for the first time or again.
    Put(PushSubscription),
    /// A browser of this responder no longer does.
    Forget {
        /// Whose.
        responder: ResponderId,
        /// SHA-256 of its endpoint.
        endpoint_sha256: [u8; 32],
    },
}
