//! What a lane needs of the store.

use std::sync::Arc;

use async_trait::async_trait;
use silverbell_store::{Lease, NewOutbox, OutboxItem, OutboxResult, Store, StoreError};
use uuid::Uuid;

/// The outbox of the store, and no more of it.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leases messages; see [`Store::lease_outbox`].
    async fn lease(&self, lease: Lease) -> Result<Vec<OutboxItem>, StoreError>;

    /// Records what became of a message; see [`Store::finish_outbox`].
    async fn finish(&self, id: Uuid, attempts: u32, result: OutboxResult)
    -> Result<(), StoreError>;

    /// Counts those neither delivered nor given up; see [`Store::outbox_waiting`].
    async fn waiting(&self, kind: &'static str) -> Result<u64, StoreError>;

    /// Returns a message; see [`Store::outbox_message`].
    async fn message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError>;
}

#[async_trait]
impl Outbox for Arc<dyn Store> {
    async fn lease(&self, lease: Lease) -> Result<Vec<OutboxItem>, StoreError> {
        self.lease_outbox(lease).await
    }

    async fn finish(
        &self,
        id: Uuid,
        attempts: u32,
        result: OutboxResult,
    ) -> Result<(), StoreError> {
        self.finish_outbox(id, attempts, result).await
    }

    async fn waiting(&self, kind: &'static str) -> Result<u64, StoreError> {
        self.outbox_waiting(kind).await
    }

    async fn message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError> {
        self.outbox_message(id).await
    }
}
