//! What callers ask the store to write.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use silverbell_domain::{
    CallId, DeviceId, DistrictId, KeyId, LatLon, NewEvent, OfferId, PhotoId, PositionSource,
    ResponderId, SeniorId, ShiftNoteId, SignalId, Ticket, TicketId, UnixMs, Urgency, UserId,
};
use uuid::Uuid;

use crate::UserRole;

/// What became of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The signal; for a duplicate the first one.
    pub signal: SignalId,
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// Whether it joined an open ticket.
    pub joined: bool,
    /// Whether it was recorded before.
    pub duplicate: bool,
    /// Whose signal it is, if the device is known and proved to be it.
    pub device: Option<DeviceId>,
    /// Whether the service made the alarm up itself (自检).
    pub is_canary: bool,
}

/// One ticket's part of a commit.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketCommit {
    /// The ticket as it shall be, offers and deadlines with it. Version and, for a new ticket,
    /// number are the store's to give.
    pub ticket: Ticket,
    /// The version that was read; 0 for a new ticket.
    pub expected_version: u64,
    /// What happened, in order; may be empty when only deadlines changed.
    pub events: Vec<NewEvent>,
}

/// Changes that become true together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The tickets, all of one district.
    pub tickets: Vec<TicketCommit>,
    /// Messages to people and devices outside that these changes cause.
    pub outbox: Vec<NewOutbox>,
    /// The key of the person's request, so that a repeat is answered and not carried out.
    pub idempotency: Option<Idempotency>,
}

/// A commit that was applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The tickets as they are now, in the order of the commit.
    pub tickets: Vec<Arc<Ticket>>,
}

/// What a request was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A ticket.
    Ticket(TicketId),
    /// An offer.
    Offer(OfferId),
    /// A telephone call.
    Call(CallId),
    /// An entry of the register of keys.
    Key(KeyId),
    /// A photo.
    Photo(PhotoId),
    /// A shift note.
    ShiftNote(ShiftNoteId),
    /// A senior's file.
    Senior(SeniorId),
    /// A responder's file.
    Responder(ResponderId),
    /// A device.
    Device(DeviceId),
}

/// A person's request that must not be carried out twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Who.
    pub user: UserId,
    /// The `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of method, path and body: the same key with another request is a mistake.
    pub fingerprint: [u8; 32],
    /// What it was about.
    pub subject: Subject,
    /// When.
    pub at: UnixMs,
}

/// A message to the outside, written in the transaction that causes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOutbox {
    /// Identity, so that a repeat is recognised at the other end.
    pub id: Uuid,
    /// The district.
    pub district: DistrictId,
    /// The ticket that causes it.
    pub ticket: Option<TicketId>,
    /// What: `locate_device`, …
    pub kind: String,
    /// The facts, JSON.
    pub payload: serde_json::Value,
    /// The most urgent go first.
    pub urgency: Urgency,
    /// Not before.
    pub due_at: UnixMs,
    /// Of no use to anybody from then on.
    pub expires_at: Option<UnixMs>,
}

/// Returns the urgency of this number, as a database holds it; it holds no others.
#[must_use]
pub const fn urgency_of(number: i64) -> Urgency {
    match number {
        ..=1 => Urgency::Extreme,
        2 => Urgency::Urgent,
        3 => Urgency::Normal,
        4.. => Urgency::Routine,
    }
}

/// Which messages are leased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Of this kind only.
    pub kind: &'static str,
    /// The present.
    pub now: UnixMs,
    /// Nobody else gets them before then.
    pub until: UnixMs,
    /// How many at most.
    pub limit: u32,
    /// Only those whose time has passed.
    pub only_expired: bool,
}

/// A leased message.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxItem {
    /// The message.
    pub message: NewOutbox,
    /// How often it was leased, this time included.
    pub attempts: u32,
    /// How often it was tried in vain, as far as that says something about the message.
    pub failures: u32,
}

/// What became of a leased message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxResult {
    /// Delivered.
    Delivered(UnixMs),
    /// Tried in vain; again at this time.
    Retry(UnixMs),
    /// Not tried, or in vain for a reason that is not the message's; again at this time.
    Later(UnixMs),
    /// Given up, with the reason.
    Failed(UnixMs, String),
}

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq)]
pub struct NewUser {
    /// Identity.
    pub id: UserId,
    /// Log-in name.
    pub username: String,
    /// Name to show.
    pub display_name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// What this person may do.
    pub role: UserRole,
    /// The responder this person is.
    pub responder: Option<ResponderId>,
    /// The districts served.
    pub districts: Vec<DistrictId>,
}

/// A session to keep. The token itself is never kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSession {
    /// SHA-256 of the token.
    pub token_sha256: [u8; 32],
    /// Whose.
    pub user: UserId,
    /// From when.
    pub created_at: UnixMs,
    /// Until when.
    pub expires_at: UnixMs,
}

/// The last known position of a responder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastPosition {
    /// Who.
    pub responder: ResponderId,
    /// Where and when it was true; `None` while only a sign of life is known.
    pub position: Option<(LatLon, UnixMs)>,
    /// The last sign of life.
    pub heard_at: UnixMs,
}

/// A row of the history of positions.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionRow {
    /// The district.
    pub district: DistrictId,
    /// The device or responder.
    pub subject: Uuid,
    /// Where.
    pub point: LatLon,
    /// Radius of uncertainty, metres.
    pub accuracy_m: Option<f64>,
    /// How it became known.
    pub source: PositionSource,
    /// When it was true.
    pub at: UnixMs,
    /// When it came.
    pub received_at: UnixMs,
}
