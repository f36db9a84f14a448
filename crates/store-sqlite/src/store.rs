//! The store's interface, each call handed to the writer or to the readers.

use std::sync::Arc;

use async_trait::async_trait;
use silverbell_domain::{
    Alarm, DistrictId, OfferId, Protocol, Responder, ResponderId, Senior, SeniorId, Ticket,
    TicketId, UnixMs, UserId,
};
use silverbell_store::{
    Advance, Commit, Committed, Device, District, DistrictState, FoldItem, Idempotency,
    LastPosition, NewDevice, NewSession, NewUser, OutboxItem, OutboxResult, PositionRow, Recorded,
    Reply, SeniorQuery, Session, Store, StoreError, TicketPage, TimelineRow, User,
};
use tokio::sync::{broadcast, oneshot};

use crate::admin::AdminWrite;
use crate::error::{corrupt, store_error};
use crate::writer::{Answer, Request, Write};
use crate::{SqliteStore, read};

impl SqliteStore {
    /// Hands a write to the writer and waits until it is durable. A caller that goes away does not
    /// take its write with it.
    async fn write(&self, write: Write) -> Result<Answer, StoreError> {
        let (answer, answered) = oneshot::channel();
        let gone = |_| StoreError::Unavailable("the writer has ended".into());
        self.requests.send(Request { write, answer }).await.map_err(|_| gone(()))?;
        answered.await.map_err(|_| gone(()))?
    }

    async fn admin(&self, write: AdminWrite) -> Result<(), StoreError> {
        self.write(Write::Admin(write)).await.map(drop)
    }
}

fn unexpected() -> StoreError {
    corrupt("the writer", "answered something else than it was asked")
}

#[async_trait]
impl Store for SqliteStore {
    async fn record_alarm(
        &self,
        alarm: Alarm,
        new_ticket: TicketId,
    ) -> Result<Recorded, StoreError> {
        match self.write(Write::Fold(FoldItem::Alarm(Box::new(alarm), new_ticket))).await? {
            Answer::Reply(Reply::Recorded(recorded)) => Ok(recorded),
            Answer::Reply(Reply::Committed(_)) | Answer::Outbox(_) | Answer::Done => {
                Err(unexpected())
            }
        }
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        match self.write(Write::Fold(FoldItem::Commit(Box::new(commit)))).await? {
            Answer::Reply(Reply::Committed(committed)) => Ok(committed),
            Answer::Reply(Reply::Recorded(_)) | Answer::Outbox(_) | Answer::Done => {
                Err(unexpected())
            }
        }
    }

    fn advances(&self) -> broadcast::Receiver<Arc<Advance>> {
        self.advances.subscribe()
    }

    async fn district_state(&self, district: &DistrictId) -> Result<DistrictState, StoreError> {
        read::district_state(&self.readers, district).await.map_err(store_error)
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        read::ticket(&self.readers, id).await.map_err(store_error)
    }

    async fn ticket_of_offer(&self, id: OfferId) -> Result<Option<Ticket>, StoreError> {
        read::ticket_of_offer(&self.readers, id).await.map_err(store_error)
    }

    async fn open_emergency_of(&self, senior: SeniorId) -> Result<Option<Ticket>, StoreError> {
        read::open_emergency_of(&self.readers, senior).await.map_err(store_error)
    }

    async fn tickets(
        &self,
        districts: &[DistrictId],
        open: bool,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, StoreError> {
        read::tickets(&self.readers, districts, open, page).await.map_err(store_error)
    }

    async fn timeline(&self, id: TicketId) -> Result<Vec<TimelineRow>, StoreError> {
        read::timeline(&self.readers, id).await.map_err(store_error)
    }

    async fn districts(&self) -> Result<Vec<District>, StoreError> {
        read::districts(&self.readers).await.map_err(store_error)
    }

    async fn put_district(&self, district: District) -> Result<(), StoreError> {
        self.admin(AdminWrite::District(district)).await
    }

    async fn senior(&self, id: SeniorId) -> Result<Option<Senior>, StoreError> {
        read::senior(&self.readers, id).await.map_err(store_error)
    }

    async fn find_seniors(
        &self,
        districts: &[DistrictId],
        query: SeniorQuery,
        limit: u32,
    ) -> Result<Vec<Senior>, StoreError> {
        read::find_seniors(&self.readers, districts, query, limit).await.map_err(store_error)
    }

    async fn put_seniors(&self, seniors: Vec<Senior>) -> Result<(), StoreError> {
        self.admin(AdminWrite::Seniors(seniors)).await
    }

    async fn home_bounds(&self, district: &DistrictId) -> Result<Option<[f64; 4]>, StoreError> {
        read::home_bounds(&self.readers, district).await.map_err(store_error)
    }

    async fn put_responders(&self, responders: Vec<Responder>) -> Result<(), StoreError> {
        self.admin(AdminWrite::Responders(responders)).await
    }

    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError> {
        read::responder(&self.readers, id).await.map_err(store_error)
    }

    async fn update_responder(&self, responder: Responder) -> Result<(), StoreError> {
        self.admin(AdminWrite::UpdateResponder(Box::new(responder))).await
    }

    async fn put_devices(&self, devices: Vec<NewDevice>) -> Result<(), StoreError> {
        self.admin(AdminWrite::Devices(devices)).await
    }

    async fn device(&self, protocol: Protocol, ident: &str) -> Result<Option<Device>, StoreError> {
        read::device(&self.readers, protocol, ident).await.map_err(store_error)
    }

    async fn device_by_key(&self, key_sha256: &[u8; 32]) -> Result<Option<Device>, StoreError> {
        read::device_by_key(&self.readers, key_sha256).await.map_err(store_error)
    }

    async fn put_users(&self, users: Vec<NewUser>) -> Result<(), StoreError> {
        self.admin(AdminWrite::Users(users)).await
    }

    async fn user_by_name(&self, username: &str) -> Result<Option<User>, StoreError> {
        read::user_by_name(&self.readers, username).await.map_err(store_error)
    }

    async fn user_names(&self, ids: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
        read::user_names(&self.readers, ids).await.map_err(store_error)
    }

    async fn put_session(&self, session: NewSession) -> Result<(), StoreError> {
        self.admin(AdminWrite::Session(session)).await
    }

    async fn session(
        &self,
        token_sha256: &[u8; 32],
        now: UnixMs,
    ) -> Result<Option<Session>, StoreError> {
        read::session(&self.readers, token_sha256, now).await.map_err(store_error)
    }

    async fn extend_session(
        &self,
        token_sha256: &[u8; 32],
        expires_at: UnixMs,
    ) -> Result<(), StoreError> {
        self.admin(AdminWrite::ExtendSession { token_sha256: *token_sha256, expires_at }).await
    }

    async fn end_session(&self, token_sha256: &[u8; 32]) -> Result<(), StoreError> {
        self.admin(AdminWrite::EndSession { token_sha256: *token_sha256 }).await
    }

    async fn idempotent(&self, user: UserId, key: &str) -> Result<Option<Idempotency>, StoreError> {
        read::idempotent(&self.readers, user, key).await.map_err(store_error)
    }

    async fn put_last_positions(&self, positions: Vec<LastPosition>) -> Result<(), StoreError> {
        self.admin(AdminWrite::LastPositions(positions)).await
    }

    async fn append_positions(&self, rows: Vec<PositionRow>) -> Result<(), StoreError> {
        self.admin(AdminWrite::Positions(rows)).await
    }

    async fn lease_outbox(
        &self,
        now: UnixMs,
        until: UnixMs,
        limit: u32,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        match self.write(Write::Admin(AdminWrite::LeaseOutbox { now, until, limit })).await? {
            Answer::Outbox(items) => Ok(items),
            Answer::Reply(_) | Answer::Done => Err(unexpected()),
        }
    }

    async fn finish_outbox(
        &self,
        id: uuid::Uuid,
        attempts: u32,
        result: OutboxResult,
    ) -> Result<(), StoreError> {
        self.admin(AdminWrite::FinishOutbox { id, attempts, result }).await
    }

    async fn purge(
        &self,
        now: UnixMs,
        positions_before: UnixMs,
        keys_before: UnixMs,
    ) -> Result<(), StoreError> {
        self.admin(AdminWrite::Purge { now, positions_before, keys_before }).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.admin(AdminWrite::Probe).await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        read::check(&self.readers).await.map_err(store_error)
    }
}
