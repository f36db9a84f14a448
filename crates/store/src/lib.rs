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
#[cfg(feature = "contract")]
pub mod contract;
mod devices;
mod error;
mod fold;
mod found;
mod query;
mod unreadable;
mod write;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use silverbell_domain::{
    Alarm, Answers, CallId, DeviceId, DistrictId, LatLon, OfferId, Protocol, Responder,
    ResponderId, Senior, SeniorId, Ticket, TicketId, UnixMs, UserId,
};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

pub use advance::{Advance, Happened};
pub use answers::{AnswerCount, answers_of, first_id_of};
pub use backup::{
    BackupError, BackupReader, BackupWriter, Column, CopyError, Kind, Rows, TABLES, Table,
};
pub use calls::{CallFact, CallNews, CallParty, CallRecord, UNKNOWN_END};
pub use chain::{GENESIS, Link, chain_hash, verify_chain};
pub use command::{
    Commit, Committed, Idempotency, LastPosition, Lease, NewOutbox, NewSession, NewUser,
    OutboxItem, OutboxResult, PositionRow, Recorded, Subject, TicketCommit, urgency_of,
};
pub use devices::{
    Device, DeviceFilter, DevicePage, DeviceReport, DeviceSignal, DeviceState, NewDevice,
};
pub use error::{Constraint, StoreError};
pub use fold::{
    Batch, Context, CounterRow, DeadlineRow, EventRow, Fold, FoldItem, OfferRow, OutboxRow, Reply,
    RequestRow, SeenSignal, SignalRow, StoredTicket, TicketRow, UnknownCaller, body_sha256,
};
pub use found::{Asked, DeviceRow, OpenRow, SeenRow};
pub use query::{
    District, DistrictState, Home, SeniorQuery, Session, TicketPage, TimelineRow, User, UserRole,
    needs_column, needs_of, phones,
};
pub use unreadable::{readable, unreadable};
pub use write::{AdminWrite, Answer, Write, Written, responder_changed, split};
pub use writer::{Backend, Intake, Writer, WriterHandle};

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

    /// Returns a ticket's history, oldest first.
    async fn timeline(&self, id: TicketId) -> Result<Vec<TimelineRow>, StoreError>;

    // --- People --------------------------------------------------------------------------------

    /// Returns the districts.
    async fn districts(&self) -> Result<Vec<District>, StoreError>;

    /// Puts in a district, or replaces its name and time zone.
    async fn put_district(&self, district: District) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::District(district)).await
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

    /// Returns where the seniors of a district live; those whose home cannot be read are left out.
    async fn homes(&self, district: &DistrictId) -> Result<Vec<Home>, StoreError>;

    /// Puts in responders, all or none.
    async fn put_responders(&self, responders: Vec<Responder>) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::Responders(responders)).await
    }

    /// Returns a responder.
    async fn responder(&self, id: ResponderId) -> Result<Option<Responder>, StoreError>;

    /// Keeps a changed responder, duty for instance, and announces it.
    async fn update_responder(&self, responder: Responder) -> Result<(), StoreError> {
        self.writer().admin(AdminWrite::UpdateResponder(Box::new(responder))).await
    }

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

    /// Returns at most `limit` calls of all districts that began before then and of which no end is
    /// kept, the oldest first.
    async fn open_calls(&self, before: UnixMs, limit: u32) -> Result<Vec<CallRecord>, StoreError>;

    /// Returns at most `limit` calls of a senior, the latest first.
    async fn calls_of(&self, senior: SeniorId, limit: u32) -> Result<Vec<CallRecord>, StoreError>;

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

    /// Returns a message, whatever became of it.
    async fn outbox_message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError>;

    // --- Housekeeping --------------------------------------------------------------------------

    /// Removes what need not be kept: sessions that ended before `now`, idempotency keys before
    /// `keys_before`, and a bounded number of positions from before `positions_before`, for an SOS
    /// waits behind this. Returns whether there is more to remove: call it again then, not at once.
    async fn purge(
        &self,
        now: UnixMs,
        positions_before: UnixMs,
        keys_before: UnixMs,
    ) -> Result<bool, StoreError> {
        let purge = AdminWrite::Purge { now, positions_before, keys_before };
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
