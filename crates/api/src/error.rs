//! From use cases to HTTP: one exhaustive match.

use silverbell_dispatcher::{Dispatcher, UseCaseError};
use silverbell_domain::OfferId;
use silverbell_store::StoreError;
use silverbell_web::Problem;

use crate::view;

/// What the store being away is answered with, seconds.
const RETRY_AFTER_S: u32 = 2;

/// Which thing a 409 shows as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shown {
    Ticket,
    Offer(OfferId),
}

/// Returns a failure of the store.
pub(crate) fn store_problem(error: StoreError) -> Problem {
    match error {
        StoreError::Unavailable(_) => {
            tracing::error!(%error, "the store is not available");
            Problem::unavailable("the store is not available; try again", RETRY_AFTER_S)
        }
        StoreError::Stale(_) | StoreError::Violates(_) => {
            Problem::conflict("somebody else was faster; read it again", None)
        }
        StoreError::Corrupt(_) => {
            tracing::error!(%error, "the store cannot be read");
            Problem::internal()
        }
    }
}

/// Returns a failure of a use case.
pub(crate) fn problem(error: UseCaseError, shown: Shown, dispatcher: &Dispatcher) -> Problem {
    match error {
        UseCaseError::NotFound(what) => Problem::not_found(format!("there is no such {what}")),
        UseCaseError::Invalid(why) => Problem::unprocessable(why),
        UseCaseError::Store(error) => store_problem(error),
        UseCaseError::Conflict { why, current } => {
            let now = dispatcher.clock().now();
            let current = current.and_then(|ticket| match shown {
                Shown::Ticket => {
                    serde_json::to_value(view::ticket(&ticket, dispatcher.policy(), now)).ok()
                }
                Shown::Offer(id) => ticket
                    .offer(id)
                    .and_then(|offer| serde_json::to_value(view::offer(&ticket, offer)).ok()),
            });
            Problem::conflict(why, current)
        }
    }
}
