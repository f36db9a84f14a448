//! The store's interface, the reading half: writes go to the writer.

use std::time::Duration;

use async_trait::async_trait;
use silverbell_domain::{
    Answers, CallId, DeviceId, DistrictId, LatLon, OfferId, Protocol, Responder, ResponderId,
    Senior, SeniorId, Ticket, TicketId, UnixMs, UserId,
};
use silverbell_store::{
    CallRecord, Device, DeviceFilter, DevicePage, DeviceSignal, DeviceState, District,
    DistrictState, Home, Idempotency, NewOutbox, SeniorQuery, Session, Store, StoreError,
    TicketPage, TimelineRow, User, WriterHandle,
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::connect::within;
use crate::error::store_error;
use crate::link::Tables;
use crate::{PostgresStore, calls, check, devices, outbox, read};

/// How long a read may take, its turn included.
const READ_WITHIN: Duration = Duration::from_secs(5);

/// How long a read waits for the writer's first try.
const FIRST_TRY_WITHIN: Duration = Duration::from_millis(1_500);

impl PostgresStore {
    /// Reads, within a time: the statements have their own limits, but a server that vanished says
    /// nothing.
    async fn reading<T>(
        &self,
        call: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        self.has_tables().await?;
        within(READ_WITHIN, call).await.map_err(store_error)
    }

    /// Refuses with the writer's reason while there is nothing to read from; waits for its first
    /// try.
    async fn has_tables(&self) -> Result<(), StoreError> {
        let mut tables = self.tables.clone();
        let known = tables.wait_for(|tables| !matches!(tables, Tables::Unknown));
        let known = timeout(FIRST_TRY_WITHIN, known).await.ok().and_then(Result::ok);
        match known.as_deref() {
            Some(Tables::There) => Ok(()),
            Some(Tables::Missing(why)) => Err(why.clone()),
            Some(Tables::Unknown) | None => {
                Err(StoreError::Unavailable("the database has not been reached yet".into()))
            }
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn writer(&self) -> &WriterHandle {
        &self.writer
    }

    async fn district_state(&self, district: &DistrictId) -> Result<DistrictState, StoreError> {
        self.reading(read::district_state(&self.readers, district)).await
    }

    async fn answers(
        &self,
        district: &DistrictId,
        since: UnixMs,
    ) -> Result<Vec<(ResponderId, Answers)>, StoreError> {
        self.reading(read::answers(&self.readers, district, since)).await
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.reading(read::ticket(&self.readers, id)).await
    }

    async fn ticket_of_offer(&self, id: OfferId) -> Result<Option<Ticket>, StoreError> {
        self.reading(read::ticket_of_offer(&self.readers, id)).await
    }

    async fn open_emergency_of(&self, senior: SeniorId) -> Result<Option<Ticket>, StoreError> {
        self.reading(read::open_emergency_of(&self.readers, senior)).await
    }

    async fn tickets(
        &self,
        districts: &[DistrictId],
        open: bool,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets(&self.readers, districts, open, page)).await
    }

    async fn tickets_received(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets_received(&self.readers, district, from, to)).await
    }

    async fn timeline(&self, id: TicketId) -> Result<Vec<TimelineRow>, StoreError> {
        self.reading(read::timeline(&self.readers, id)).await
    }

    async fn districts(&self) -> Result<Vec<District>, StoreError> {
        self.reading(read::districts(&self.readers)).await
    }

    async fn senior(&self, id: SeniorId) -> Result<Option<Senior>, StoreError> {
        self.reading(read::senior(&self.readers, id)).await
    }

    async fn senior_names(&self, ids: &[SeniorId]) -> Result<Vec<(SeniorId, String)>, StoreError> {
        self.reading(read::senior_names(&self.readers, ids)).await
    }

    async fn find_seniors(
        &self,
        districts: &[DistrictId],
        query: SeniorQuery,
        limit: u32,
    ) -> Result<Vec<Senior>, StoreError> {
        self.reading(read::find_seniors(&self.readers, districts, query, limit)).await
    }

    async fn pressed_often(
        &self,
        district: &DistrictId,
        since: UnixMs,
        at_least: u32,
    ) -> Result<Vec<(SeniorId, u32)>, StoreError> {
        self.reading(read::pressed_often(&self.readers, district, since, at_least)).await
    }

    async fn home_bounds(&self, district: &DistrictId) -> Result<Option<[f64; 4]>, StoreError> {
        self.reading(read::home_bounds(&self.readers, district)).await
    }

    async fn homes(&self, district: &DistrictId) -> Result<Vec<Home>, StoreError> {
        self.reading(read::homes(&self.readers, district)).await
    }

    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError> {
        self.reading(read::responder(&self.readers, id)).await
    }

    async fn positions_of(
        &self,
        subject: Uuid,
        from: UnixMs,
        to: UnixMs,
        every_ms: i64,
    ) -> Result<Vec<(UnixMs, LatLon)>, StoreError> {
        self.reading(read::positions_of(&self.readers, subject, from, to, every_ms)).await
    }

    async fn device(&self, protocol: Protocol, ident: &str) -> Result<Option<Device>, StoreError> {
        self.reading(devices::device(&self.readers, protocol, ident)).await
    }

    async fn device_by_key(&self, key_sha256: &[u8; 32]) -> Result<Option<Device>, StoreError> {
        self.reading(devices::device_by_key(&self.readers, key_sha256)).await
    }

    async fn device_by_id(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        self.reading(devices::device_by_id(&self.readers, id)).await
    }

    async fn devices_of(&self, senior: SeniorId) -> Result<Vec<Device>, StoreError> {
        self.reading(devices::devices_of(&self.readers, senior)).await
    }

    async fn devices(
        &self,
        district: &DistrictId,
        filter: DeviceFilter,
        after: Option<DeviceId>,
        limit: u32,
    ) -> Result<DevicePage, StoreError> {
        let found = devices::devices(&self.readers, district, filter, after, limit);
        self.reading(found).await
    }

    async fn device_state(&self, device: &Device) -> Result<Option<DeviceState>, StoreError> {
        self.reading(devices::state(&self.readers, device)).await
    }

    async fn device_signals(
        &self,
        device: &Device,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<DeviceSignal>, StoreError> {
        self.reading(devices::signals(&self.readers, device, since, limit)).await
    }

    async fn tickets_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets_of(&self.readers, senior, limit)).await
    }

    async fn call(&self, id: CallId) -> Result<Option<CallRecord>, StoreError> {
        self.reading(calls::call(&self.readers, id)).await
    }

    async fn calls(
        &self,
        district: &DistrictId,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError> {
        self.reading(calls::calls(&self.readers, district, since, limit)).await
    }

    async fn open_calls(&self, before: UnixMs, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        self.reading(calls::open_calls(&self.readers, before, limit)).await
    }

    async fn calls_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        self.reading(calls::calls_of(&self.readers, senior, limit)).await
    }

    async fn outbox_waiting(&self, kind: &'static str) -> Result<u64, StoreError> {
        self.reading(outbox::waiting(&self.readers, kind)).await
    }

    async fn outbox_message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError> {
        self.reading(outbox::message(&self.readers, id)).await
    }

    async fn user_by_name(&self, username: &str) -> Result<Option<User>, StoreError> {
        self.reading(read::user_by_name(&self.readers, username)).await
    }

    async fn user_names(&self, ids: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
        self.reading(read::user_names(&self.readers, ids)).await
    }

    async fn session(
        &self,
        token_sha256: &[u8; 32],
        now: UnixMs,
    ) -> Result<Option<Session>, StoreError> {
        self.reading(read::session(&self.readers, token_sha256, now)).await
    }

    async fn idempotent(&self, user: UserId, key: &str) -> Result<Option<Idempotency>, StoreError> {
        self.reading(read::idempotent(&self.readers, user, key)).await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.has_tables().await?;
        check::check(&self.readers).await.map_err(store_error)
    }
}
