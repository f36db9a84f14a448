//! The store's interface, the reading half: writes go to the writer.

use async_trait::async_trait;
use silverbell_domain::{
    Answers, CallId, DeviceId, DistrictId, LatLon, OfferId, Protocol, Responder, ResponderId,
    Senior, SeniorId, Ticket, TicketId, UnixMs, UserId,
};
use silverbell_store::{
    AdminWrite, CallRecord, Device, DeviceFilter, DevicePage, DeviceSignal, DeviceState, District,
    DistrictState, Home, Idempotency, NewOutbox, SeniorQuery, Session, Store, StoreError,
    TicketPage, TimelineRow, User, WriterHandle,
};
use uuid::Uuid;

use crate::error::store_error;
use crate::{SqliteStore, calls, check, devices, outbox, read};

#[async_trait]
impl Store for SqliteStore {
    fn writer(&self) -> &WriterHandle {
        &self.writer
    }

    async fn district_state(&self, district: &DistrictId) -> Result<DistrictState, StoreError> {
        read::district_state(&self.readers, district).await.map_err(store_error)
    }

    async fn answers(
        &self,
        district: &DistrictId,
        since: UnixMs,
    ) -> Result<Vec<(ResponderId, Answers)>, StoreError> {
        read::answers(&self.readers, district, since).await.map_err(store_error)
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

    async fn tickets_received(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError> {
        read::tickets_received(&self.readers, district, from, to).await.map_err(store_error)
    }

    async fn timeline(&self, id: TicketId) -> Result<Vec<TimelineRow>, StoreError> {
        read::timeline(&self.readers, id).await.map_err(store_error)
    }

    async fn districts(&self) -> Result<Vec<District>, StoreError> {
        read::districts(&self.readers).await.map_err(store_error)
    }

    async fn senior(&self, id: SeniorId) -> Result<Option<Senior>, StoreError> {
        read::senior(&self.readers, id).await.map_err(store_error)
    }

    async fn senior_names(&self, ids: &[SeniorId]) -> Result<Vec<(SeniorId, String)>, StoreError> {
        read::senior_names(&self.readers, ids).await.map_err(store_error)
    }

    async fn find_seniors(
        &self,
        districts: &[DistrictId],
        query: SeniorQuery,
        limit: u32,
    ) -> Result<Vec<Senior>, StoreError> {
        read::find_seniors(&self.readers, districts, query, limit).await.map_err(store_error)
    }

    async fn pressed_often(
        &self,
        district: &DistrictId,
        since: UnixMs,
        at_least: u32,
    ) -> Result<Vec<(SeniorId, u32)>, StoreError> {
        read::pressed_often(&self.readers, district, since, at_least).await.map_err(store_error)
    }

    async fn home_bounds(&self, district: &DistrictId) -> Result<Option<[f64; 4]>, StoreError> {
        read::home_bounds(&self.readers, district).await.map_err(store_error)
    }

    async fn homes(&self, district: &DistrictId) -> Result<Vec<Home>, StoreError> {
        read::homes(&self.readers, district).await.map_err(store_error)
    }

    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError> {
        read::responder(&self.readers, id).await.map_err(store_error)
    }

    async fn positions_of(
        &self,
        subject: Uuid,
        from: UnixMs,
        to: UnixMs,
        every_ms: i64,
    ) -> Result<Vec<(UnixMs, LatLon)>, StoreError> {
        read::positions_of(&self.readers, subject, from, to, every_ms).await.map_err(store_error)
    }

    async fn device(&self, protocol: Protocol, ident: &str) -> Result<Option<Device>, StoreError> {
        devices::device(&self.readers, protocol, ident).await.map_err(store_error)
    }

    async fn device_by_key(&self, key_sha256: &[u8; 32]) -> Result<Option<Device>, StoreError> {
        devices::device_by_key(&self.readers, key_sha256).await.map_err(store_error)
    }

    async fn device_by_id(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        devices::device_by_id(&self.readers, id).await.map_err(store_error)
    }

    async fn devices_of(&self, senior: SeniorId) -> Result<Vec<Device>, StoreError> {
        devices::devices_of(&self.readers, senior).await.map_err(store_error)
    }

    async fn devices(
        &self,
        district: &DistrictId,
        filter: DeviceFilter,
        after: Option<DeviceId>,
        limit: u32,
    ) -> Result<DevicePage, StoreError> {
        let found = devices::devices(&self.readers, district, filter, after, limit);
        found.await.map_err(store_error)
    }

    async fn device_state(&self, device: &Device) -> Result<Option<DeviceState>, StoreError> {
        devices::state(&self.readers, device).await.map_err(store_error)
    }

    async fn device_signals(
        &self,
        device: &Device,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<DeviceSignal>, StoreError> {
        devices::signals(&self.readers, device, since, limit).await.map_err(store_error)
    }

    async fn tickets_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        read::tickets_of(&self.readers, senior, limit).await.map_err(store_error)
    }

    async fn call(&self, id: CallId) -> Result<Option<CallRecord>, StoreError> {
        calls::call(&self.readers, id).await.map_err(store_error)
    }

    async fn calls(
        &self,
        district: &DistrictId,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError> {
        calls::calls(&self.readers, district, since, limit).await.map_err(store_error)
    }

    async fn open_calls(&self, before: UnixMs, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        calls::open_calls(&self.readers, before, limit).await.map_err(store_error)
    }

    async fn calls_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        calls::calls_of(&self.readers, senior, limit).await.map_err(store_error)
    }

    async fn outbox_waiting(&self, kind: &'static str) -> Result<u64, StoreError> {
        outbox::waiting(&self.readers, kind).await.map_err(store_error)
    }

    async fn outbox_message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError> {
        outbox::message(&self.readers, id).await.map_err(store_error)
    }

    async fn user_by_name(&self, username: &str) -> Result<Option<User>, StoreError> {
        read::user_by_name(&self.readers, username).await.map_err(store_error)
    }

    async fn user_names(&self, ids: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
        read::user_names(&self.readers, ids).await.map_err(store_error)
    }

    async fn session(
        &self,
        token_sha256: &[u8; 32],
        now: UnixMs,
    ) -> Result<Option<Session>, StoreError> {
        read::session(&self.readers, token_sha256, now).await.map_err(store_error)
    }

    async fn idempotent(&self, user: UserId, key: &str) -> Result<Option<Idempotency>, StoreError> {
        read::idempotent(&self.readers, user, key).await.map_err(store_error)
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.file.is_still_there()?;
        self.writer().admin(AdminWrite::Probe).await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        check::check(&self.readers).await.map_err(store_error)
    }
}
