//! Why a use case did not happen.

use std::sync::Arc;

use silverbell_domain::{Refusal, Ticket};
use silverbell_store::StoreError;

/// Why a use case did not happen.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UseCaseError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The state does not allow it; the ticket is as it is in `current`.
    #[error("{why}")]
    Conflict {
        /// Why, in words.
        why: String,
        /// The ticket as it is now.
        current: Option<Arc<Ticket>>,
    },
    /// The request lacks or contradicts something.
    #[error("{0}")]
    Invalid(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UseCaseError {
    /// Returns a refusal of the domain with the ticket as it is.
    #[must_use]
    pub fn refused(refusal: Refusal, ticket: Arc<Ticket>) -> Self {
        match refusal {
            Refusal::State(why) => Self::Conflict { why: why.into(), current: Some(ticket) },
            Refusal::NoSuchOffer => Self::NotFound("offer"),
            Refusal::Invalid(why) => Self::Invalid(why.into()),
        }
    }
}
