//! What must be kept: the commands and queries that every backend offers, and what they promise.
//!
//! No caller holds a transaction. The write side is a few commands, each applied whole or not at
//! all; callers read, decide in `domain`, and commit with the versions they read. Both backends
//! fold: everything queued goes into one transaction, and nobody is answered before it is durable.
//! The queue, the [`Writer`] and the writing half of [`Store`] are here, once; a backend reads,
//! and writes batches.
//! What is committed is announced as [`Advance`]s, in the order of the district's event numbers,
//! and nothing else is ever announced.

mod advance;
mod answers;
mod backup;
mod calls;
mod chain;
pub mod check;
mod command;
mod commit_times;
#[cfg(feature = "contract")]
pub mod contract;
mod desks;
mod devices;
mod error;
mod facts;
mod fold;
mod found;
mod keys;
mod months;
mod pinyin;
mod push;
mod query;
mod registry;
mod shifts;
mod unreadable;
mod write;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use silverbell_domain::{
    Alarm, Answers, CallId, Category, DeadlineKind, DeviceId, DistrictId, KeyEntry, KeyId, LatLon,
    OfferId, OperatorDesk, PhotoId, Protocol, Responder, ResponderId, ResponseFacts, Senior,
    SeniorId, Shift, Ticket, TicketId, UnixMs, UserId, Weather,
};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

pub use advance::{Advance, Happened};
pub use answers::{AnswerCount, answers_of, first_id_of, ids_within};
pub use backup::{
    BackupError, BackupReader, BackupWriter, Column, CopyError, Kind, Rows, TABLES, Table,
};
pub use calls::{CallFact, CallNews, CallParty, CallQuality, CallRecord, UNKNOWN_END};
pub use chain::{GENESIS, Link, chain_hash, verify_chain};
pub use command::{
    Commit, Committed, Idempotency, LastPosition, Lease, NewOutbox, NewSession, NewUser,
    OutboxItem, OutboxResult, PositionRow, Recorded, Subject, TicketCommit, urgency_of,
};
pub use commit_times::{COMMITS_OF, CommitTimes};
pub use desks::{DeskWrite, NoteReader, SeatedDesk, ShownNote};
pub use devices::{
    Device, DeviceFilter, DevicePage, DeviceReport, DeviceSignal, DeviceState, NewDevice,
};
pub use error::{Constraint, StoreError};
pub use facts::{FACTS_VERSION, FactsRow, PackedFacts};
pub use fold::{
    Batch, Context, CounterRow, DeadlineRow, EventRow, Fold, FoldItem, OfferRow, OutboxRow, Reply,
    RequestRow, SeenSignal, SignalRow, StoredTicket, TicketRow, UnknownCaller, body_sha256,
};
pub use found::{Asked, DeviceRow, OpenRow, SeenRow};
pub use keys::{
    Access, AccessAct, Face, KeyWrite, Photo, Sealed, StoredKey, Thing, sealed_face, sealed_key,
    sealed_photo,
};
pub use months::ClosedMonth;
pub use pinyin::{pinyin_column, pinyin_letters, pinyin_pattern, pinyin_rank};
pub use push::{PUSH_SUBSCRIPTIONS_AT_MOST, PushSubscription, PushWrite};
pub use query::{
    District, DistrictState, Home, SeniorQuery, Session, TicketPage, TimelineRow, User, UserRole,
    needs_column, needs_of, phones, stays_of, weather_of,
};
pub use registry::{DeviceChange, DistrictCounts, FileWrite, RegistryChange, Replaces, SeniorPage};
pub use shifts::{ShiftsChange, ShiftsRemoved};
pub use unreadable::{readable, unreadable};
pub use write::{
    AdminWrite, Answer, MADE_UP_AT_ONCE, MADE_UP_KEPT_S, Write, Written, responder_changed,
    responders_changed, split,
};
pub use writer::{Backend, Herald, Intake, Writer, WriterHandle};

/// Everything that is kept. Errors of every call: [`StoreError::Unavailable`] when the store
/// cannot be reached or written, and those named at the call.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Returns the way to the writer, to which every write below goes.
    fn writer(&self) -> &WriterHandle;

    // --- Signals and tickets -------------------------------------------------------------------

    /// Records an alarm in one transaction: the signal, the ticket it opens or joins, the event,
    /// the deadlines. Durable when it returns. The same event again is answered with the first
    /// answer. `new_ticket` is the identity the ticket gets if one is opened.
    async fn record_alarm(
        &self,
        alarm: Alarm,
        new_ticket: TicketId,
    ) -> Result<Recorded, StoreError> {
        let item = FoldItem::Alarm(Box::new(alarm), new_ticket);
        match self.writer().write(Write::Fold(item)).await? {
            Answer::Reply(Reply::Recorded(recorded)) => Ok(recorded),
            Answer::Reply(Reply::Committed(_))
            | Answer::Outbox(_)
            | Answer::Purged { .. }
            | Answer::Call(_)
            | Answer::Done => Err(unexpected()),
        }
    }

    /// Applies a commit whole. Durable when it returns.
    ///
    /// [`StoreError::Stale`] when a ticket has another version than the commit expects,
    /// [`StoreError::Violates`] when the database's own invariants forbid it.
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        match self.writer().write(Write::Fold(FoldItem::Commit(Box::new(commit)))).await? {
            Answer::Reply(Reply::Committed(committed)) => Ok(committed),
            Answer::Reply(Reply::Recorded(_))
            | Answer::Outbox(_)
            | Answer::Purged { .. }
            | Answer::Call(_)
            | Answer::Done => Err(unexpected()),
        }
    }

    /// Follows what is committed on this node, in order for each district. A receiver that lags
    /// reads the district anew.
    fn advances(&self) -> broadcast::Receiver<Arc<Advance>> {
        self.writer().advances()
    }

    /// Follows whether the store was connected anew: marked changed then. What was read before may be
    /// of another database, or of a later moment.
    fn reconnected(&self) -> watch::Receiver<u64> {
        self.writer().reconnected()
    }

    /// Returns a district as it stands: the number of its last event, the open tickets with their
    /// deadlines, everybody who could go, and the last known positions, read in one snapshot.
    async fn district_state(&self, district: &DistrictId) -> Result<DistrictState, StoreError>;

    /// Returns how everybody in a district answered the offers made since then, as far as they are
    /// settled. Identities of offers tell their time (UUIDv7).
    async fn answers(
        &self,
        district: &DistrictId,
        since: UnixMs,
    ) -> Result<Vec<(ResponderId, Answers)>, StoreError>;

    /// Returns a ticket.
    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError>;

    /// Returns the ticket an offer belongs to.
    async fn ticket_of_offer(&self, id: OfferId) -> Result<Option<Ticket>, StoreError>;

    /// Returns the senior's open emergency ticket.
    async fn open_emergency_of(&self, senior: SeniorId) -> Result<Option<Ticket>, StoreError>;

    /// Returns a page of open or closed tickets, most urgent, then newest first.
    async fn tickets(
        &self,
        districts: &[DistrictId],
        open: bool,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, StoreError>;

    /// Returns the tickets of a district that were received from `from` on and before `to`, open and
    /// closed, in the order in which they were received, without their deadlines. Bound the span: all
    /// of them are returned. One that cannot be read is left out and hides no other.
    async fn tickets_received(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError>;

    /// Returns what reports know of the tickets of a district that were received from `from` on and before
    /// `to`, packed; `None` when the rows of closed tickets are not all there yet, or not all of this
    /// version: read [`tickets_received`](Self::tickets_received) then. Bound the span.
    async fn packed_facts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Option<PackedFacts>, StoreError>;

    /// Returns what reports know of the tickets of a district that were received from `from` on and before
    /// `to`, in the order of receiving. Bound the span.
    async fn ticket_facts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<ResponseFacts>, StoreError> {
        let packed = self.packed_facts(district, from, to).await?;
        if let Some(facts) = packed.and_then(|packed| packed.unpack()) {
            return Ok(facts);
        }
        let mut facts: Vec<ResponseFacts> = self
            .tickets_received(district, from, to)
            .await?
            .iter()
            .map(ResponseFacts::of)
            .collect();
        facts.sort_unstable_by_key(|facts| (facts.times.received, facts.number));
        Ok(facts)
    }

    /// Returns the closed tickets of a span, at most `limit`, whose facts are not kept yet, or in another
    /// version.
    async fn facts_missing(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError>;

    /// Keeps the facts of these tickets of a district, as far as they are closed. Bound the list: an SOS
    /// waits behind it.
    async fn keep_facts(
        &self,
        district: &DistrictId,
        tickets: Vec<TicketId>,
    ) -> Result<(), StoreError> {
        let district = district.clone();
        self.writer().admin(AdminWrite::Facts { district, tickets }).await
    }

    /// Returns why the service is free for these seniors; whose file cannot be read is left out.
    async fn categories_of(
        &self,
        ids: &[SeniorId],
    ) -> Result<Vec<(SeniorId, Category)>, StoreError>;

    /// Returns closed tickets of these districts that a deadline of this kind waits for, due before then,
    /// the longest due first. Of the kinds that follow closed tickets only.
    async fn tickets_due(
        &self,
        districts: &[DistrictId],
        kind: DeadlineKind,
        before: UnixMs,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, StoreError>;

    /// Returns the tickets with this number, one of each district at most.
    async fn tickets_numbered(
        &self,
        districts: &[DistrictId],
        number: u64,
    ) -> Result<Vec<Ticket>, StoreError>;

    /// Returns the tickets of a district that are closed and were closed from `from` on and before `to`,
    /// in the order of closing, without their deadlines. Bound the span: all of them are returned. One
    /// that cannot be read is left out and hides no other.
    async fn tickets_closed(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Ticket>, StoreError>;

    /// Returns a ticket's history, oldest first.
    async fn timeline(&self, id: TicketId) -> Result<Vec<TimelineRow>, StoreError>;

    // --- People --------------------------------------------------------------------------------

    /// Returns the districts.
    async fn districts(&self) -> Result<Vec<District>, StoreError>;

    /// Puts in a district, or replaces its name and time zone.
    async fn put_district(&self, district: District) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::District(district)).await
    }

    /// Keeps what the weather forbids in a district.
    async fn set_weather(
        &self,
        district: &DistrictId,
        weather: Option<Weather>,
    ) -> Result<(), StoreError> {
        let district = district.clone();
        self.writer().admin(AdminWrite::Weather { district, weather }).await
    }

    /// Returns a senior's file.
    async fn senior(&self, id: SeniorId) -> Result<Option<Senior>, StoreError>;

    /// Returns the names of these seniors.
    async fn senior_names(&self, ids: &[SeniorId]) -> Result<Vec<(SeniorId, String)>, StoreError>;

    /// Finds seniors, at most `limit`.
    async fn find_seniors(
        &self,
        districts: &[DistrictId],
        query: SeniorQuery,
        limit: u32,
    ) -> Result<Vec<Senior>, StoreError>;

    /// Puts in seniors, all or none.
    async fn put_seniors(&self, seniors: Vec<Senior>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Seniors(seniors)).await
    }

    /// Replaces a senior's file. [`StoreError::Violates`] when there is no such senior.
    async fn update_senior(&self, senior: Senior) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::UpdateSenior(Box::new(senior))).await
    }

    /// Returns the seniors of a district who had at least so many emergencies since then, with their
    /// number, and for whom no visit was opened since then or is open; at most 100.
    async fn pressed_often(
        &self,
        district: &DistrictId,
        since: UnixMs,
        at_least: u32,
    ) -> Result<Vec<(SeniorId, u32)>, StoreError>;

    /// Returns the south, west, north and east ends of the homes of a district, WGS-84 degrees.
    async fn home_bounds(&self, district: &DistrictId) -> Result<Option<[f64; 4]>, StoreError>;

    /// Returns where the seniors of a district live now; those whose home cannot be read are left out.
    async fn homes(&self, district: &DistrictId, now: UnixMs) -> Result<Vec<Home>, StoreError>;

    /// Returns a page of a list of seniors.
    async fn seniors(
        &self,
        districts: &[DistrictId],
        page: SeniorPage,
    ) -> Result<Vec<Senior>, StoreError>;

    /// Returns at most `limit` seniors of a district in the order of their ids, after `after`. One whose
    /// file cannot be read is left out and hides no other, so that fewer than `limit` are not the last.
    async fn seniors_from(
        &self,
        district: &DistrictId,
        after: Option<SeniorId>,
        limit: u32,
    ) -> Result<(Vec<Senior>, Option<SeniorId>), StoreError>;

    /// Returns these seniors, as far as there are such; bound the list.
    async fn seniors_of(&self, ids: &[SeniorId]) -> Result<Vec<Senior>, StoreError>;

    /// Returns how many seniors and devices a district has.
    async fn district_counts(&self, district: &DistrictId) -> Result<DistrictCounts, StoreError>;

    /// Changes a district's registry, all of it or nothing, and announces changed responders.
    ///
    /// [`StoreError::Violates`]: `Taken` when something new, or the request's key, is there already;
    /// `NoSuchThing` when a file was changed since it was read, or is not there.
    async fn change_registry(&self, change: RegistryChange) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Registry(Box::new(change))).await
    }

    /// Announces responders as they are kept now: what a command beside this service changed.
    async fn tell_responders(
        &self,
        district: &DistrictId,
        ids: Vec<ResponderId>,
    ) -> Result<(), StoreError> {
        let district = district.clone();
        self.writer().admin(AdminWrite::TellResponders { district, ids }).await
    }

    /// Reckons how at most so many seniors' names are spoken of whom that is not kept yet. Returns whether
    /// there are more: call it again then, not at once.
    async fn fill_pinyin(&self, limit: u32) -> Result<bool, StoreError> {
        let fill = AdminWrite::FillPinyin { limit };
        match self.writer().write(Write::Admin(fill)).await? {
            Answer::Purged { is_more } => Ok(is_more),
            Answer::Reply(_) | Answer::Outbox(_) | Answer::Call(_) | Answer::Done => {
                Err(unexpected())
            }
        }
    }

    /// Puts in responders, all or none.
    async fn put_responders(&self, responders: Vec<Responder>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Responders(responders)).await
    }

    /// Returns everybody who goes out for a district or did, in the order of their ids. One whose file
    /// cannot be read is left out and hides no other.
    async fn responders(&self, district: &DistrictId) -> Result<Vec<Responder>, StoreError>;

    /// Returns by which names these responders log in, as far as they do.
    async fn responder_logins(
        &self,
        ids: &[ResponderId],
    ) -> Result<Vec<(ResponderId, String)>, StoreError>;

    /// Returns a responder.
    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError>;

    /// Keeps the duty and the way of travelling that a responder's file says, and announces it. The rest of
    /// the file is the registry's ([`Self::change_registry`]), and stays as it is kept.
    async fn update_responder(&self, responder: Responder) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::UpdateResponder(Box::new(responder))).await
    }

    /// Returns the shifts of a district that run at some time from `from` on and before `to`, in the
    /// order in which they begin. One that cannot be read is left out and hides no other.
    async fn shifts(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<Shift>, StoreError>;

    /// Changes a district's roster, all of it or nothing. [`StoreError::Violates`] when somebody would
    /// have to be in two places at once, is not there, or when the shift that goes is not.
    async fn change_shifts(&self, change: ShiftsChange) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Shifts(Box::new(change))).await
    }

    /// Changes what is kept of desks and shift notes. [`StoreError::Violates`] when the note that was
    /// read is not there.
    async fn write_desk(&self, write: DeskWrite) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Desk(Box::new(write))).await
    }

    /// Returns the desk of a person, whether somebody sits there or not.
    async fn desk(&self, user: UserId) -> Result<Option<OperatorDesk>, StoreError>;

    /// Returns the desks that gave a sign of life since then, of people who serve one of these districts
    /// or all of them, by name; at most `limit`.
    async fn desks(
        &self,
        districts: &[DistrictId],
        seen_since: UnixMs,
        limit: u32,
    ) -> Result<Vec<SeatedDesk>, StoreError>;

    /// Returns the shift notes of these districts since then, newest first; at most `limit`.
    async fn shift_notes(
        &self,
        districts: &[DistrictId],
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<ShownNote>, StoreError>;

    /// Closes a month. [`StoreError::Violates`]: `Taken` when it is closed already.
    async fn close_month(&self, month: ClosedMonth) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::CloseMonth(Box::new(month))).await
    }

    /// Returns a month of a district that is closed.
    async fn closed_month(
        &self,
        district: &DistrictId,
        month: &str,
    ) -> Result<Option<ClosedMonth>, StoreError>;

    /// Returns the closed months of these districts without their reports, latest first; at most `limit`.
    async fn closed_months(
        &self,
        districts: &[DistrictId],
        limit: u32,
    ) -> Result<Vec<ClosedMonth>, StoreError>;

    /// Puts in devices, all or none. [`StoreError::Violates`] when (protocol, ident) is taken.
    async fn put_devices(&self, devices: Vec<NewDevice>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Devices(devices)).await
    }

    /// Returns the device of this protocol and ident.
    async fn device(&self, protocol: Protocol, ident: &str) -> Result<Option<Device>, StoreError>;

    /// Returns the device that has this key.
    async fn device_by_key(&self, key_sha256: &[u8; 32]) -> Result<Option<Device>, StoreError>;

    /// Puts in people who can log in, all or none. [`StoreError::Violates`] when a name is taken.
    async fn put_users(&self, users: Vec<NewUser>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Users(users)).await
    }

    /// Returns who has this name.
    async fn user_by_name(&self, username: &str) -> Result<Option<User>, StoreError>;

    /// Returns the names of these people.
    async fn user_names(&self, ids: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError>;

    /// Keeps a session.
    async fn put_session(&self, session: NewSession) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Session(session)).await
    }

    /// Returns the session of this token's hash with its user, unless it has ended at `now`.
    async fn session(
        &self,
        token_sha256: &[u8; 32],
        now: UnixMs,
    ) -> Result<Option<Session>, StoreError>;

    /// Moves a session's end.
    async fn extend_session(
        &self,
        token_sha256: &[u8; 32],
        expires_at: UnixMs,
    ) -> Result<(), StoreError> {
        self.writer()
            .admin(AdminWrite::ExtendSession { token_sha256: *token_sha256, expires_at })
            .await
    }

    /// Ends a session.
    async fn end_session(&self, token_sha256: &[u8; 32]) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::EndSession { token_sha256: *token_sha256 }).await
    }

    /// Returns what a person's earlier request with this key was about and what it asked for.
    async fn idempotent(&self, user: UserId, key: &str) -> Result<Option<Idempotency>, StoreError>;

    // --- Positions -----------------------------------------------------------------------------

    /// Keeps the last positions of responders, replacing older ones.
    async fn put_last_positions(&self, positions: Vec<LastPosition>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::LastPositions(positions)).await
    }

    /// Appends to the history of positions.
    async fn append_positions(&self, rows: Vec<PositionRow>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Positions(rows)).await
    }

    /// Returns where a device or responder was from `from` on and before `to`, in the order of time: of
    /// every `every_ms` the first position. Positions that cannot be read are left out.
    async fn positions_of(
        &self,
        subject: Uuid,
        from: UnixMs,
        to: UnixMs,
        every_ms: i64,
    ) -> Result<Vec<(UnixMs, LatLon)>, StoreError>;

    // --- Devices' care -------------------------------------------------------------------------

    /// Returns a device.
    async fn device_by_id(&self, id: DeviceId) -> Result<Option<Device>, StoreError>;

    /// Keeps what devices last said of themselves; each fact only if it is newer. What is kept from
    /// after `now` was noted before the clock was set back, and counts as noted now.
    async fn put_device_states(
        &self,
        states: Vec<DeviceState>,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::DeviceStates { states, now }).await
    }

    /// Returns a senior's devices.
    async fn devices_of(&self, senior: SeniorId) -> Result<Vec<Device>, StoreError>;

    /// Returns at most `limit` devices of a district in the order of their ids, after `after`, with
    /// what they last said of themselves. One that cannot be read is left out and hides no other.
    async fn devices(
        &self,
        district: &DistrictId,
        filter: DeviceFilter,
        after: Option<DeviceId>,
        limit: u32,
    ) -> Result<DevicePage, StoreError>;

    /// Returns what a device last said of itself, `None` if it never said anything.
    async fn device_state(&self, device: &Device) -> Result<Option<DeviceState>, StoreError>;

    /// Appends what devices said that was no alarm.
    async fn append_device_reports(&self, rows: Vec<DeviceReport>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::DeviceReports(rows)).await
    }

    /// Returns at most `limit` of what a device said since then, alarms and the rest, latest first.
    async fn device_signals(
        &self,
        device: &Device,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<DeviceSignal>, StoreError>;

    // --- Calls -----------------------------------------------------------------------------------

    /// Returns at most `limit` tickets of a senior, the latest first.
    async fn tickets_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<Ticket>, StoreError>;

    /// Returns at most `limit` tickets with an offer to a responder that was made from `from` on and before
    /// `to`, in the order of the offers. The identities of offers tell when they were made; those made
    /// within an hour of either end may be among them.
    async fn tickets_offered_to(
        &self,
        district: &DistrictId,
        responder: ResponderId,
        span: (UnixMs, UnixMs),
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError>;

    /// Folds what was learnt into a call's record and returns it as it is now. Of two who write at
    /// once neither is lost.
    ///
    /// [`StoreError::Violates`] when the request's key was used before; then nothing is kept.
    async fn learn_of_call(&self, news: CallNews) -> Result<CallRecord, StoreError> {
        match self.writer().write(Write::Admin(AdminWrite::Call(Box::new(news)))).await? {
            Answer::Call(call) => Ok(*call),
            Answer::Reply(_) | Answer::Outbox(_) | Answer::Purged { .. } | Answer::Done => {
                Err(unexpected())
            }
        }
    }

    /// Returns a call.
    async fn call(&self, id: CallId) -> Result<Option<CallRecord>, StoreError>;

    /// Returns at most `limit` calls of a district that began since then, the latest first.
    async fn calls(
        &self,
        district: &DistrictId,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError>;

    /// Returns the calls of a district that began from `from` on and before `to`, in that order. Bound the
    /// span: all of them are returned. One that cannot be read is left out and hides no other.
    async fn calls_begun(
        &self,
        district: &DistrictId,
        from: UnixMs,
        to: UnixMs,
    ) -> Result<Vec<CallRecord>, StoreError>;

    /// Returns at most `limit` calls of all districts that began before then and of which no end is
    /// kept, the oldest first.
    async fn open_calls(&self, before: UnixMs, limit: u32) -> Result<Vec<CallRecord>, StoreError>;

    /// Returns at most `limit` calls of a senior, the latest first.
    async fn calls_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<CallRecord>, StoreError>;

    // --- Keys, photos, and who looked at them ----------------------------------------------------

    /// Puts in or changes entries of the register of keys, with their lines of the log, all or none.
    ///
    /// [`StoreError::Violates`]: `Taken` when an entry or the request's key is there already,
    /// `NoSuchThing` when an entry has another version than was read, or there is no such senior.
    async fn put_keys(&self, keys: Vec<KeyWrite>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Keys(keys)).await
    }

    /// Returns an entry of the register, whatever became of it.
    async fn key(&self, id: KeyId) -> Result<Option<StoredKey>, StoreError>;

    /// Returns a senior's entries that are in use, oldest first; one that cannot be read hides no other.
    async fn keys_of(&self, senior: SeniorId) -> Result<Vec<KeyEntry>, StoreError>;

    /// Returns at most `limit` keys of a district that somebody has, those out longest first.
    async fn keys_out(
        &self,
        district: &DistrictId,
        limit: u32,
    ) -> Result<Vec<KeyEntry>, StoreError>;

    /// Appends a line to the log of what is locked up.
    async fn log_access(&self, access: Access) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Access(Box::new(access))).await
    }

    /// Returns at most `limit` lines of the log about a thing, the latest first.
    async fn accesses(&self, thing: Thing, limit: u32) -> Result<Vec<Access>, StoreError>;

    /// Puts in a photo.
    async fn put_photo(&self, photo: Photo) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Photo(Box::new(photo))).await
    }

    /// Removes a photo that became part of no ticket.
    async fn drop_photo(&self, id: PhotoId) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::DropPhoto(id)).await
    }

    /// Keeps a senior's face instead of an older one, or none any more.
    async fn put_face(
        &self,
        senior: SeniorId,
        face: Option<Face>,
        access: Access,
    ) -> Result<(), StoreError> {
        let access = Box::new(access);
        self.writer().admin(AdminWrite::Face { senior, face: face.map(Box::new), access }).await
    }

    /// Returns a senior's face.
    async fn face(&self, senior: SeniorId) -> Result<Option<Face>, StoreError>;

    /// Returns when a senior's face came, `None` when there is none.
    async fn face_at(&self, senior: SeniorId) -> Result<Option<UnixMs>, StoreError>;

    /// Returns a photo.
    async fn photo(&self, id: PhotoId) -> Result<Option<Photo>, StoreError>;

    /// Keeps or forgets where a browser is woken by push. [`StoreError::Violates`] when there is no such
    /// responder.
    async fn write_push(&self, write: PushWrite) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Push(Box::new(write))).await
    }

    /// Returns the browsers of a responder that are to be woken, the one heard of last first.
    async fn push_subscriptions(
        &self,
        responder: ResponderId,
    ) -> Result<Vec<PushSubscription>, StoreError>;

    /// Returns the fingerprints of the data keys that anything is sealed with, and how many things.
    async fn sealed_with(&self) -> Result<Vec<(String, u64)>, StoreError>;

    // --- Outbox --------------------------------------------------------------------------------

    /// Leases messages that are due, the most urgent first, then those that have been due longest:
    /// nobody else gets them before the lease ends. A payload that cannot be read is `null`.
    async fn lease_outbox(&self, lease: Lease) -> Result<Vec<OutboxItem>, StoreError> {
        match self.writer().write(Write::Admin(AdminWrite::LeaseOutbox(lease))).await? {
            Answer::Outbox(mut items) => {
                // Databases return the rows of an update in any order.
                items.sort_by_key(|item| {
                    let message = &item.message;
                    (message.urgency, message.due_at, message.id)
                });
                Ok(items)
            }
            Answer::Reply(_) | Answer::Call(_) | Answer::Purged { .. } | Answer::Done => {
                Err(unexpected())
            }
        }
    }

    /// Records what became of a leased message. `attempts` is the lease's: whoever comes back after
    /// somebody else has leased the message can still say that it was delivered, nothing else.
    async fn finish_outbox(
        &self,
        id: Uuid,
        attempts: u32,
        result: OutboxResult,
    ) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::FinishOutbox { id, attempts, result }).await
    }

    /// Returns how many messages of a kind are neither delivered nor given up.
    async fn outbox_waiting(&self, kind: &'static str) -> Result<u64, StoreError>;

    /// Returns a message, whatever became of it; `None` once it is removed, long after its end.
    async fn outbox_message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError>;

    // --- Housekeeping --------------------------------------------------------------------------

    /// Removes what need not be kept: sessions that ended before `now`, idempotency keys before
    /// `keys_before`, and a bounded number of positions from before `positions_before` and of messages
    /// that were finished before `messages_before`, for an SOS waits behind this; and closed tickets of
    /// the district [`CANARY`](silverbell_domain::CANARY) that are older than [`MADE_UP_KEPT_S`], with
    /// their history. Returns whether there is more to remove: call it again then, not at once.
    async fn purge(
        &self,
        now: UnixMs,
        positions_before: UnixMs,
        keys_before: UnixMs,
        messages_before: UnixMs,
    ) -> Result<bool, StoreError> {
        let purge = AdminWrite::Purge { now, positions_before, keys_before, messages_before };
        match self.writer().write(Write::Admin(purge)).await? {
            Answer::Purged { is_more } => Ok(is_more),
            Answer::Reply(_) | Answer::Outbox(_) | Answer::Call(_) | Answer::Done => {
                Err(unexpected())
            }
        }
    }

    /// Proves that an SOS could be kept now: a write of what is there already.
    async fn probe(&self) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Probe).await
    }

    /// Checks the whole store and returns what is wrong with it, in words; empty when all is well.
    async fn check(&self) -> Result<Vec<String>, StoreError>;
}

fn unexpected() -> StoreError {
    StoreError::Corrupt("the writer answered something else than it was asked".into())
}
