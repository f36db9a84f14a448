//! The store's interface, the reading half: writes go to the writer.

use async_trait::async_trait;
use silverbell_domain::{
    Answers, CallId, Category, DeadlineKind, DeviceId, DistrictId, KeyEntry, KeyId, LatLon,
    OfferId, OperatorDesk, PhotoId, Protocol, Responder, ResponderId, Senior, SeniorId, Shift,
    Ticket, TicketId, UnixMs, UserId,
};
use silverbell_store::{
    Access, AdminWrite, CallRecord, ClosedMonth, Device, DeviceFilter, DevicePage, DeviceSignal,
    DeviceState, District, DistrictCounts, DistrictState, Face, Home, Idempotency, NewOutbox,
    PackedFacts, Photo, PushSubscription, SeatedDesk, SeniorPage, SeniorQuery, Session, ShownNote,
    Store, StoreError, StoredKey, Thing, TicketPage, TimelineRow, User, WriterHandle,
};
use uuid::Uuid;

use crate::error::store_error;
use crate::{
    SqliteStore, calls, check, desks, devices, facts, keys, months, outbox, photos, push, read,
    registry, shifts,
};

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

    async fn packed_facts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Option<PackedFacts>, StoreError> {
        facts::packed(&self.readers, district, from, to).await.map_err(store_error)
    }

    async fn facts_missing(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError> {
        facts::missing(&self.readers, district, (from, to), limit).await.map_err(store_error)
    }

    async fn categories_of(
        &self,
        ids: &[SeniorId],
    ) -> Result<Vec<(SeniorId, Category)>, StoreError> {
        facts::categories(&self.readers, ids).await.map_err(store_error)
    }

    async fn tickets_due(
        &self,
        districts: &[DistrictId],
        kind: DeadlineKind,
        before: UnixMs,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, StoreError> {
        read::tickets_due(&self.readers, districts, kind, before, page).await.map_err(store_error)
    }

    async fn tickets_numbered(
        &self,
        districts: &[DistrictId],
        number: u64,
    ) -> Result<Vec<Ticket>, StoreError> {
        read::tickets_numbered(&self.readers, districts, number).await.map_err(store_error)
    }

    async fn tickets_received(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError> {
        read::tickets_received(&self.readers, district, from, to).await.map_err(store_error)
    }

    async fn tickets_closed(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError> {
        read::tickets_closed(&self.readers, district, from, to).await.map_err(store_error)
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

    async fn homes(&self, district: &DistrictId, now: UnixMs) -> Result<Vec<Home>, StoreError> {
        read::homes(&self.readers, district, now).await.map_err(store_error)
    }

    async fn seniors(
        &self,
        districts: &[DistrictId],
        page: SeniorPage,
    ) -> Result<Vec<Senior>, StoreError> {
        registry::seniors(&self.readers, districts, &page).await.map_err(store_error)
    }

    async fn seniors_from(
        &self,
        district: &DistrictId,
        after: Option<SeniorId>,
        limit: u32,
    ) -> Result<(Vec<Senior>, Option<SeniorId>), StoreError> {
        registry::seniors_from(&self.readers, district, after, limit).await.map_err(store_error)
    }

    async fn seniors_of(&self, ids: &[SeniorId]) -> Result<Vec<Senior>, StoreError> {
        registry::seniors_of(&self.readers, ids).await.map_err(store_error)
    }

    async fn district_counts(&self, district: &DistrictId) -> Result<DistrictCounts, StoreError> {
        registry::counts(&self.readers, district).await.map_err(store_error)
    }

    async fn responders(&self, district: &DistrictId) -> Result<Vec<Responder>, StoreError> {
        registry::responders(&self.readers, district).await.map_err(store_error)
    }

    async fn responder_logins(
        &self,
        ids: &[ResponderId],
    ) -> Result<Vec<(ResponderId, String)>, StoreError> {
        registry::logins(&self.readers, ids).await.map_err(store_error)
    }

    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError> {
        read::responder(&self.readers, id).await.map_err(store_error)
    }

    async fn shifts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Shift>, StoreError> {
        shifts::shifts(&self.readers, district, from, to).await.map_err(store_error)
    }

    async fn desk(&self, user: UserId) -> Result<Option<OperatorDesk>, StoreError> {
        desks::desk(&self.readers, user).await.map_err(store_error)
    }

    async fn desks(
        &self,
        districts: &[DistrictId],
        seen_since: UnixMs,
        limit: u32,
    ) -> Result<Vec<SeatedDesk>, StoreError> {
        desks::desks(&self.readers, districts, seen_since, limit).await.map_err(store_error)
    }

    async fn shift_notes(
        &self,
        districts: &[DistrictId],
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<ShownNote>, StoreError> {
        desks::notes(&self.readers, districts, since, limit).await.map_err(store_error)
    }

    async fn closed_month(
        &self,
        district: &DistrictId,
        month: &str,
    ) -> Result<Option<ClosedMonth>, StoreError> {
        months::closed_month(&self.readers, district, month).await.map_err(store_error)
    }

    async fn closed_months(
        &self,
        districts: &[DistrictId],
        limit: u32,
    ) -> Result<Vec<ClosedMonth>, StoreError> {
        months::closed_months(&self.readers, districts, limit).await.map_err(store_error)
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

    async fn tickets_offered_to(
        &self,
        district: &DistrictId,
        responder: ResponderId,
        span: (UnixMs, UnixMs),
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let found = read::tickets_offered_to(&self.readers, district, responder, span, limit);
        found.await.map_err(store_error)
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

    async fn calls_begun(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<CallRecord>, StoreError> {
        calls::calls_begun(&self.readers, district, from, to).await.map_err(store_error)
    }

    async fn open_calls(&self, before: UnixMs, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        calls::open_calls(&self.readers, before, limit).await.map_err(store_error)
    }

    async fn calls_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        calls::calls_of(&self.readers, senior, limit).await.map_err(store_error)
    }

    async fn key(&self, id: KeyId) -> Result<Option<StoredKey>, StoreError> {
        keys::key(&self.readers, id).await.map_err(store_error)
    }

    async fn keys_of(&self, senior: SeniorId) -> Result<Vec<KeyEntry>, StoreError> {
        keys::keys_of(&self.readers, senior).await.map_err(store_error)
    }

    async fn keys_out(
        &self,
        district: &DistrictId,
        limit: u32,
    ) -> Result<Vec<KeyEntry>, StoreError> {
        keys::keys_out(&self.readers, district, limit).await.map_err(store_error)
    }

    async fn accesses(&self, thing: Thing, limit: u32) -> Result<Vec<Access>, StoreError> {
        keys::accesses(&self.readers, thing, limit).await.map_err(store_error)
    }

    async fn face(&self, senior: SeniorId) -> Result<Option<Face>, StoreError> {
        photos::face(&self.readers, senior).await.map_err(store_error)
    }

    async fn face_at(&self, senior: SeniorId) -> Result<Option<UnixMs>, StoreError> {
        photos::face_at(&self.readers, senior).await.map_err(store_error)
    }

    async fn photo(&self, id: PhotoId) -> Result<Option<Photo>, StoreError> {
        photos::photo(&self.readers, id).await.map_err(store_error)
    }

    async fn push_subscriptions(
        &self,
        responder: ResponderId,
    ) -> Result<Vec<PushSubscription>, StoreError> {
        push::of(&self.readers, responder).await.map_err(store_error)
    }

    async fn sealed_with(&self) -> Result<Vec<(String, u64)>, StoreError> {
        keys::sealed_with(&self.readers).await.map_err(store_error)
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
