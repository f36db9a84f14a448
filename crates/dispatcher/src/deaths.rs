//! What follows from a death is done, whatever comes in between.

use std::sync::Arc;
use std::time::Duration;

use silverbell_store::{Lease, OutboxItem, OutboxResult};
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::use_cases::DIED;
use crate::{Dispatcher, UseCaseError};

/// Looked at so often.
const EVERY: Duration = Duration::from_secs(1);

/// So many at once; nobody else takes them for so long, seconds.
const AT_ONCE: u32 = 16;
const LEASE_S: i64 = 60;

/// What failed is tried again after this, seconds.
const AGAIN_S: i64 = 30;

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        if !matches!(dispatcher.store.outbox_waiting(DIED).await, Ok(1..)) {
            continue;
        }
        let now = dispatcher.clock.now();
        let until = now.plus_s(LEASE_S);
        let lease = Lease { kind: DIED, now, until, limit: AT_ONCE, only_expired: false };
        let leased = dispatcher.store.lease_outbox(lease).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "what follows from a death waits");
            Vec::new()
        });
        for item in leased {
            dispatcher.see_to_death(item).await;
        }
    }
}

impl Dispatcher {
    async fn see_to_death(&self, item: OutboxItem) {
        let done = match item.message.ticket {
            Some(ticket) => self.died(ticket).await,
            None => Ok(()),
        };
        let now = self.clock.now();
        let result = match done {
            Ok(()) => OutboxResult::Delivered(now),
            Err(UseCaseError::Store(error)) => {
                tracing::warn!(%error, "what follows from a death is done later");
                OutboxResult::Later(now.plus_s(AGAIN_S))
            }
            Err(error) => OutboxResult::Failed(now, error.to_string()),
        };
        let finished = self.store.finish_outbox(item.message.id, item.attempts, result).await;
        if let Err(error) = finished {
            tracing::debug!(%error, "what follows from a death is done again");
        }
    }
}
