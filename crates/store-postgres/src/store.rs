//! The store's interface, the reading half: writes go to the writer.

use std::time::Duration;

use async_trait::async_trait;
use silverbell_domain::{
    Answers, CallId, Category, DeadlineKind, DeviceId, DistrictId, KeyEntry, KeyId, LatLon,
    OfferId, OperatorDesk, PhotoId, Protocol, Responder, ResponderId, Senior, SeniorId, Shift,
    Ticket, TicketId, UnixMs, UserId,
};
use silverbell_store::{
    Access, CallRecord, ClosedMonth, Device, DeviceFilter, DevicePage, DeviceSignal, DeviceState,
    District, DistrictCounts, DistrictState, Face, Home, Idempotency, NewOutbox, PackedFacts,
    Photo, PushSubscription, SeatedDesk, SeniorPage, SeniorQuery, Session, ShownNote, Store,
    StoreError, StoredKey, Thing, TicketPage, TimelineRow, User, WriterHandle,
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::connect::within;
use crate::error::store_error;
use crate::link::Tables;
use crate::{
    PostgresStore, calls, check, desks, devices, facts, keys, months, outbox, photos, push, read,
    registry, shifts,
};

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

    async fn packed_facts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Option<PackedFacts>, StoreError> {
        self.reading(facts::packed(&self.readers, district, from, to)).await
    }

    async fn facts_missing(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError> {
        self.reading(facts::missing(&self.readers, district, (from, to), limit)).await
    }

    async fn categories_of(
        &self,
        ids: &[SeniorId],
    ) -> Result<Vec<(SeniorId, Category)>, StoreError> {
        self.reading(facts::categories(&self.readers, ids)).await
    }

    async fn tickets_due(
        &self,
        districts: &[DistrictId],
        kind: DeadlineKind,
        before: UnixMs,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets_due(&self.readers, districts, kind, before, page)).await
    }

    async fn tickets_numbered(
        &self,
        districts: &[DistrictId],
        number: u64,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets_numbered(&self.readers, districts, number)).await
    }

    async fn tickets_received(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets_received(&self.readers, district, from, to)).await
    }

    async fn tickets_closed(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.reading(read::tickets_closed(&self.readers, district, from, to)).await
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

    async fn homes(&self, district: &DistrictId, now: UnixMs) -> Result<Vec<Home>, StoreError> {
        self.reading(read::homes(&self.readers, district, now)).await
    }

    async fn seniors(
        &self,
        districts: &[DistrictId],
        page: SeniorPage,
    ) -> Result<Vec<Senior>, StoreError> {
        self.reading(registry::seniors(&self.readers, districts, &page)).await
    }

    async fn seniors_from(
        &self,
        district: &DistrictId,
        after: Option<SeniorId>,
        limit: u32,
    ) -> Result<(Vec<Senior>, Option<SeniorId>), StoreError> {
        self.reading(registry::seniors_from(&self.readers, district, after, limit)).await
    }

    async fn seniors_of(&self, ids: &[SeniorId]) -> Result<Vec<Senior>, StoreError> {
        self.reading(registry::seniors_of(&self.readers, ids)).await
    }

    async fn district_counts(&self, district: &DistrictId) -> Result<DistrictCounts, StoreError> {
        self.reading(registry::counts(&self.readers, district)).await
    }

    async fn responders(&self, district: &DistrictId) -> Result<Vec<Responder>, StoreError> {
        self.reading(registry::responders(&self.readers, district)).await
    }

    async fn responder_logins(
        &self,
        ids: &[ResponderId],
    ) -> Result<Vec<(ResponderId, String)>, StoreError> {
        self.reading(registry::logins(&self.readers, ids)).await
    }

    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError> {
        self.reading(read::responder(&self.readers, id)).await
    }

    async fn shifts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Shift>, StoreError> {
        self.reading(shifts::shifts(&self.readers, district, from, to)).await
    }

    async fn desk(&self, user: UserId) -> Result<Option<OperatorDesk>, StoreError> {
        self.reading(desks::desk(&self.readers, user)).await
    }

    async fn desks(
        &self,
        districts: &[DistrictId],
        seen_since: UnixMs,
        limit: u32,
    ) -> Result<Vec<SeatedDesk>, StoreError> {
        self.reading(desks::desks(&self.readers, districts, seen_since, limit)).await
    }

    async fn shift_notes(
        &self,
        districts: &[DistrictId],
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<ShownNote>, StoreError> {
        self.reading(desks::notes(&self.readers, districts, since, limit)).await
    }

    async fn closed_month(
        &self,
        district: &DistrictId,
        month: &str,
    ) -> Result<Option<ClosedMonth>, StoreError> {
        self.reading(months::closed_month(&self.readers, district, month)).await
    }

    async fn closed_months(
        &self,
        districts: &[DistrictId],
        limit: u32,
    ) -> Result<Vec<ClosedMonth>, StoreError> {
        self.reading(months::closed_months(&self.readers, districts, limit)).await
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

    async fn tickets_offered_to(
        &self,
        district: &DistrictId,
        responder: ResponderId,
        span: (UnixMs, UnixMs),
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let found = read::tickets_offered_to(&self.readers, district, responder, span, limit);
        self.reading(found).await
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

    async fn calls_begun(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<CallRecord>, StoreError> {
        self.reading(calls::calls_begun(&self.readers, district, from, to)).await
    }

    async fn open_calls(&self, before: UnixMs, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        self.reading(calls::open_calls(&self.readers, before, limit)).await
    }

    async fn calls_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<CallRecord>, StoreError> {
        self.reading(calls::calls_of(&self.readers, senior, limit)).await
    }

    async fn key(&self, id: KeyId) -> Result<Option<StoredKey>, StoreError> {
        self.reading(keys::key(&self.readers, id)).await
    }

    async fn keys_of(&self, senior: SeniorId) -> Result<Vec<KeyEntry>, StoreError> {
        self.reading(keys::keys_of(&self.readers, senior)).await
    }

    async fn keys_out(
        &self,
        district: &DistrictId,
        limit: u32,
    ) -> Result<Vec<KeyEntry>, StoreError> {
        self.reading(keys::keys_out(&self.readers, district, limit)).await
    }

    async fn accesses(&self, thing: Thing, limit: u32) -> Result<Vec<Access>, StoreError> {
        self.reading(keys::accesses(&self.readers, thing, limit)).await
    }

    async fn face(&self, senior: SeniorId) -> Result<Option<Face>, StoreError> {
        self.reading(photos::face(&self.readers, senior)).await
    }

    async fn face_at(&self, senior: SeniorId) -> Result<Option<UnixMs>, StoreError> {
        self.reading(photos::face_at(&self.readers, senior)).await
    }

    async fn photo(&self, id: PhotoId) -> Result<Option<Photo>, StoreError> {
        self.reading(photos::photo(&self.readers, id)).await
    }

    async fn push_subscriptions(
        &self,
        responder: ResponderId,
    ) -> Result<Vec<PushSubscription>, StoreError> {
        self.reading(push::of(&self.readers, responder)).await
    }

    async fn sealed_with(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.reading(keys::sealed_with(&self.readers)).await
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
