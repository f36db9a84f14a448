//! Folding: many commands become one set of rows. Pure, so that both backends fold alike: a backend
//! reads the [`Context`] of a batch, lets [`Fold`] apply each command to it in order, and writes the
//! [`Batch`] of rows in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use silverbell_domain::{
    Alarm, Caller, DeadlineKind, DeviceId, DistrictId, Flag, KnownDevice, NewEvent, Offer, OfferId,
    Policy, Protocol, ResponderId, SAME_BYTES_WITHIN_MS, SeniorId, SignalId, TeamRole, Ticket,
    TicketId, UnixMs, UserId, join, open_from_alarm,
};

use crate::{
    Advance, Commit, Committed, FactsRow, GENESIS, Happened, Herald, Idempotency, NewOutbox,
    Recorded, StoreError, TicketCommit, chain_hash,
};

/// One address may open so many tickets of unknown devices in [`FLOOD_WINDOW_MS`]; further signals
/// join the last of them (contract, "Devices").
const UNKNOWN_PER_SOURCE: u32 = 20;

/// See [`UNKNOWN_PER_SOURCE`].
const FLOOD_WINDOW_MS: i64 = 600_000;

/// Returns the hash by which the bytes of a signal are recognised.
#[must_use]
pub fn body_sha256(raw: &[u8]) -> [u8; 32] {
    Sha256::digest(raw).into()
}

/// A command that is folded.
#[derive(Clone, Debug)]
pub enum FoldItem {
    /// Record an alarm; the identity is for the ticket, if one is opened.
    Alarm(Box<Alarm>, TicketId),
    /// Apply a commit.
    Commit(Box<Commit>),
}

/// What a folded command is answered, once the batch is durable.
#[derive(Clone, Debug)]
pub enum Reply {
    /// To an alarm.
    Recorded(Recorded),
    /// To a commit.
    Committed(Committed),
}

/// A signal that is kept already and may be the same as one that comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSignal {
    /// Identity.
    pub id: SignalId,
    /// Over which protocol.
    pub protocol: Protocol,
    /// From which ident.
    pub ident: String,
    /// The device's own identity of the event.
    pub event_id: Option<String>,
    /// Hash of its bytes.
    pub body_sha256: [u8; 32],
    /// Whether the device proved to be it.
    pub verified: bool,
    /// When it came.
    pub received_at: UnixMs,
    /// Its ticket.
    pub ticket: TicketId,
    /// Whether it joined that ticket.
    pub joined: bool,
}

/// A ticket as it is kept.
#[derive(Clone, Debug)]
pub struct StoredTicket {
    /// The ticket; a backend may leave it out where only version and chain are needed.
    pub ticket: Option<Arc<Ticket>>,
    /// Number of its last event.
    pub version: u64,
    /// Number within the district.
    pub number: u64,
    /// Hash of its last event.
    pub chain: [u8; 32],
}

/// How many tickets of unknown devices one address opened lately.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnknownCaller {
    /// Opened within the window.
    pub opened: u32,
    /// The last of them that is still open.
    pub last_open: Option<TicketId>,
}

impl UnknownCaller {
    /// Returns since when tickets count.
    #[must_use]
    pub const fn window_start(now: UnixMs) -> UnixMs {
        UnixMs(now.0 - FLOOD_WINDOW_MS)
    }
}

impl SeenSignal {
    /// Returns since when a signal without an own identity can be the same as one that comes now.
    #[must_use]
    pub const fn window_start(now: UnixMs) -> UnixMs {
        UnixMs(now.0 - SAME_BYTES_WITHIN_MS)
    }
}

/// What a batch needs to know, read in its own transaction.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The devices that speak, as far as they are known.
    pub devices: HashMap<(Protocol, String), KnownDevice>,
    /// Signals that may be the same as those that come.
    pub seen: Vec<SeenSignal>,
    /// Tickets that alarms may join or that commits change. Whoever is in one of the next two is
    /// here with its document.
    pub tickets: HashMap<TicketId, StoredTicket>,
    /// Open emergencies by senior.
    pub open_by_senior: HashMap<SeniorId, TicketId>,
    /// Open tickets by unknown ident (`protocol/ident`).
    pub open_by_ident: HashMap<String, TicketId>,
    /// What unknown devices did, by address.
    pub unknown_callers: HashMap<String, UnknownCaller>,
    /// Number of the last event and the last ticket of each district.
    pub counters: BTreeMap<DistrictId, (u64, u64)>,
}

/// Writes bytes as a document can hold them.
fn as_hex<S: Serializer>(bytes: &impl AsRef<[u8]>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(bytes))
}

/// A signal to write. Bytes are hex where rows are written as a document.
#[derive(Clone, Debug, Serialize)]
pub struct SignalRow {
    /// The district.
    pub district: DistrictId,
    /// Identity.
    pub id: SignalId,
    /// Protocol.
    pub protocol: Protocol,
    /// Ident.
    pub ident: String,
    /// Device.
    pub device: Option<DeviceId>,
    /// Kind.
    pub kind: silverbell_domain::SignalKind,
    /// The device's own identity of the event.
    pub event_id: Option<String>,
    /// Hash of its bytes.
    #[serde(serialize_with = "as_hex")]
    pub body_sha256: [u8; 32],
    /// Whether the device proved to be it.
    pub verified: bool,
    /// By our clock.
    pub received_at: UnixMs,
    /// By the device's clock.
    pub pressed_at: Option<UnixMs>,
    /// Its ticket.
    pub ticket: TicketId,
    /// Whether it joined.
    pub joined: bool,
    /// What is doubtful, JSON.
    pub flags: Vec<Flag>,
    /// Where the device says it is.
    pub position: Option<silverbell_domain::Position>,
    /// Percent.
    pub battery_pct: Option<u8>,
    /// Where it came from.
    pub source_addr: String,
    /// The bytes.
    #[serde(serialize_with = "as_hex")]
    pub raw: Vec<u8>,
}

/// A ticket to write.
#[derive(Clone, Debug, Serialize)]
pub struct TicketRow {
    /// The district.
    pub district: DistrictId,
    /// Identity.
    pub id: TicketId,
    /// Number in the district.
    pub number: u64,
    /// Senior.
    pub senior: Option<SeniorId>,
    /// Ident of an unknown device.
    pub unknown_ident: Option<String>,
    /// Address of an unknown device.
    pub source_addr: Option<String>,
    /// Kind.
    pub kind: &'static str,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Whether it is open.
    pub open: bool,
    /// 1 to 4.
    pub urgency: u8,
    /// Number of its last event.
    pub version: u64,
    /// When it was received.
    pub received_at: UnixMs,
    /// When it was closed.
    pub closed_at: Option<UnixMs>,
    /// Hash of its last event.
    #[serde(serialize_with = "as_hex")]
    pub chain: [u8; 32],
    /// The ticket's document.
    pub state: String,
    /// Whether it is new, or something changed by which it is found; where not, a backend may
    /// leave its indexes alone.
    pub found_anew: bool,
}

/// What the database must guard of an offer.
#[derive(Clone, Debug, Serialize)]
pub struct OfferRow {
    /// The district.
    pub district: DistrictId,
    /// Identity.
    pub id: OfferId,
    /// Ticket.
    pub ticket: TicketId,
    /// Responder.
    pub responder: ResponderId,
    /// Place in the team.
    pub role: TeamRole,
    /// Status.
    pub status: &'static str,
    /// Whether the responder is bound by it, in an emergency.
    pub active: bool,
    /// Whether the place is held by it.
    pub engaged: bool,
}

/// A deadline to write.
#[derive(Clone, Debug, Serialize)]
pub struct DeadlineRow {
    /// The district.
    pub district: DistrictId,
    /// Ticket.
    pub ticket: TicketId,
    /// Kind.
    pub kind: DeadlineKind,
    /// When.
    pub at: UnixMs,
}

/// An event to write.
#[derive(Clone, Debug, Serialize)]
pub struct EventRow {
    /// The district.
    pub district: DistrictId,
    /// Number.
    pub seq: u64,
    /// Ticket.
    pub ticket: TicketId,
    /// When.
    pub at: UnixMs,
    /// What.
    pub name: &'static str,
    /// The bytes that are hashed.
    pub body: String,
    /// Their hash in the ticket's chain.
    #[serde(serialize_with = "as_hex")]
    pub hash: [u8; 32],
}

/// A message to write.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxRow {
    /// Identity.
    pub id: uuid::Uuid,
    /// The district.
    pub district: DistrictId,
    /// Ticket.
    pub ticket: Option<TicketId>,
    /// Kind.
    pub kind: String,
    /// Facts, JSON.
    pub payload: String,
    /// Urgency.
    pub urgency: u8,
    /// Not before.
    pub due_at: UnixMs,
    /// Not after.
    pub expires_at: Option<UnixMs>,
}

/// The rows of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// New signals.
    pub signals: Vec<SignalRow>,
    /// New and changed tickets.
    pub tickets: Vec<TicketRow>,
    /// New and changed offers.
    pub offers: Vec<OfferRow>,
    /// The deadlines of all those tickets; every older one of theirs goes.
    pub deadlines: Vec<DeadlineRow>,
    /// What reports know of closed tickets, and whose row goes.
    pub facts: Vec<FactsRow>,
    /// New events.
    pub events: Vec<EventRow>,
    /// New messages.
    pub outbox: Vec<OutboxRow>,
    /// Requests to remember.
    pub idempotency: Vec<Idempotency>,
    /// The districts' counters: last event, last ticket.
    pub counters: BTreeMap<DistrictId, (u64, u64)>,
    /// What to announce once it is durable.
    pub advances: Vec<Advance>,
}

/// A request to remember, as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRow<'a> {
    /// Who.
    pub user: UserId,
    /// The key.
    pub key: &'a str,
    /// Hash of the request, hex.
    pub fingerprint: String,
    /// What it was about, JSON.
    pub subject: String,
    /// When.
    pub at: UnixMs,
}

/// A district's counters to write.
#[derive(Clone, Debug, Serialize)]
pub struct CounterRow<'a> {
    /// The district.
    pub id: &'a DistrictId,
    /// Number of its last event.
    pub last_seq: u64,
    /// Number of its last ticket.
    pub last_number: u64,
}

impl Batch {
    /// Returns the requests to remember as rows.
    pub fn request_rows(&self) -> impl Iterator<Item = RequestRow<'_>> {
        self.idempotency.iter().map(|request| RequestRow {
            user: request.user,
            key: &request.key,
            fingerprint: hex::encode(request.fingerprint),
            subject: serde_json::json!(request.subject).to_string(),
            at: request.at,
        })
    }

    /// Returns the districts' counters as rows.
    pub fn counter_rows(&self) -> impl Iterator<Item = CounterRow<'_>> {
        self.counters.iter().map(|(id, &(last_seq, last_number))| CounterRow {
            id,
            last_seq,
            last_number,
        })
    }
}

/// The bytes of an event: what the chain hashes and the timeline shows.
#[derive(Serialize, Deserialize)]
pub(crate) struct EventBody {
    pub(crate) seq: u64,
    pub(crate) ticket: TicketId,
    #[serde(flatten)]
    pub(crate) event: NewEvent,
}

/// A batch in the making.
#[derive(Debug)]
pub struct Fold<'a> {
    context: Context,
    policy: &'a Policy,
    default_district: &'a DistrictId,
    herald: Option<&'a dyn Herald>,
    /// What this batch has changed, as it is now.
    changed: BTreeMap<TicketId, Arc<Ticket>>,
    /// Those of them that are new or found by other things than before.
    found_anew: BTreeSet<TicketId>,
    rows: Batch,
    advances: BTreeMap<DistrictId, Advance>,
}

impl<'a> Fold<'a> {
    /// Begins a batch on what was read.
    #[must_use]
    pub fn new(context: Context, policy: &'a Policy, default_district: &'a DistrictId) -> Self {
        Self {
            context,
            policy,
            default_district,
            herald: None,
            changed: BTreeMap::new(),
            found_anew: BTreeSet::new(),
            rows: Batch::default(),
            advances: BTreeMap::new(),
        }
    }

    /// Lets somebody tell of the events.
    #[must_use]
    pub fn with_herald(self, herald: Option<&'a dyn Herald>) -> Self {
        Self { herald, ..self }
    }

    /// Applies one command to the batch.
    ///
    /// # Errors
    /// [`StoreError::Stale`] for a commit whose ticket has moved on; the batch is as before.
    pub fn apply(&mut self, item: &FoldItem) -> Result<Reply, StoreError> {
        match item {
            FoldItem::Alarm(alarm, new_ticket) => {
                self.record(alarm, *new_ticket).map(Reply::Recorded)
            }
            FoldItem::Commit(commit) => self.commit(commit).map(Reply::Committed),
        }
    }

    /// Ends the batch.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a ticket cannot be written down.
    pub fn finish(mut self) -> Result<Batch, StoreError> {
        for (id, ticket) in &self.changed {
            let Some(stored) = self.context.tickets.get(id) else { continue };
            let found_anew = self.found_anew.contains(id);
            self.rows.tickets.push(ticket_row(ticket, &stored.chain, found_anew)?);
            self.rows.offers.extend(ticket.offers.iter().map(|offer| offer_row(ticket, offer)));
            self.rows.deadlines.extend(ticket.deadlines.iter().map(|deadline| DeadlineRow {
                district: ticket.district.clone(),
                ticket: ticket.id,
                kind: deadline.kind,
                at: deadline.at,
            }));
            self.rows.facts.extend(FactsRow::of(ticket));
        }
        // Who lets go is written before who takes hold, or the unique indexes would see both.
        self.rows.tickets.sort_by_key(|row| row.open);
        self.rows.offers.sort_by_key(|row| (row.active, row.engaged));
        self.rows.counters = self.context.counters;
        self.rows.advances = self.advances.into_values().collect();
        Ok(self.rows)
    }

    // --- Alarms --------------------------------------------------------------------------------

    fn record(&mut self, alarm: &Alarm, new_ticket: TicketId) -> Result<Recorded, StoreError> {
        let device = self.context.devices.get(&(alarm.protocol, alarm.ident.clone())).cloned();
        let verified = device.as_ref().is_some_and(|device| device.vouches_for(alarm));
        let body_sha256 = body_sha256(&alarm.raw);
        // What came with a wrong key never occupies an id.
        let event_id = alarm.event_id.as_ref().filter(|_| verified);
        if let Some(first) = self.same_signal(alarm, event_id, verified, &body_sha256) {
            return Ok(Recorded {
                signal: first.id,
                ticket: first.ticket,
                joined: first.joined,
                duplicate: true,
                is_canary: is_canarys(device.as_ref()),
                device: device.filter(|_| verified).map(|device| device.id),
            });
        }
        let mut alarm = alarm.clone();
        if event_id.is_some() && self.is_id_reused(&alarm) {
            alarm.flags.push(Flag::IdReused);
        }
        let caller = match &device {
            Some(device) => Caller::Known { device, verified },
            None => Caller::Unknown { district: self.default_district },
        };
        let (ticket, joined) = self.open_or_join(&mut alarm, caller, new_ticket)?;
        let seen = SeenSignal {
            id: alarm.id,
            protocol: alarm.protocol,
            ident: alarm.ident.clone(),
            event_id: event_id.cloned(),
            body_sha256,
            verified,
            received_at: alarm.received_at,
            ticket: ticket.id,
            joined,
        };
        let is_canary = is_canarys(device.as_ref());
        let device = device.map(|device| device.id);
        self.rows.signals.push(signal_row(&alarm, &seen, &ticket, device));
        self.context.seen.push(seen);
        let device = device.filter(|_| verified);
        Ok(Recorded {
            signal: alarm.id,
            ticket: ticket.id,
            joined,
            duplicate: false,
            device,
            is_canary,
        })
    }

    fn same_signal(
        &self,
        alarm: &Alarm,
        event_id: Option<&String>,
        verified: bool,
        body_sha256: &[u8; 32],
    ) -> Option<&SeenSignal> {
        let now = alarm.received_at;
        // After the clock was set back, what lies ahead came nobody knows when: a new press is never
        // taken for it.
        let lately = |at: UnixMs| at >= SeenSignal::window_start(now) && !at.is_ahead_of(now);
        self.context.seen.iter().find(|seen| {
            seen.protocol == alarm.protocol
                && seen.ident == alarm.ident
                && seen.verified == verified
                && seen.body_sha256 == *body_sha256
                && seen.event_id.as_ref() == event_id
                && (event_id.is_some() || lately(seen.received_at))
        })
    }

    fn is_id_reused(&self, alarm: &Alarm) -> bool {
        self.context.seen.iter().any(|seen| {
            seen.protocol == alarm.protocol
                && seen.ident == alarm.ident
                && seen.verified
                && seen.event_id == alarm.event_id
        })
    }

    fn open_or_join(
        &mut self,
        alarm: &mut Alarm,
        caller: Caller<'_>,
        new_ticket: TicketId,
    ) -> Result<(Arc<Ticket>, bool), StoreError> {
        if let Some(open) = self.open_ticket_for(alarm, caller) {
            let stored = self.context.tickets.get(&open).and_then(|stored| stored.ticket.clone());
            let stored = stored.ok_or_else(|| {
                StoreError::Corrupt(format!("ticket {open} is open and cannot be read"))
            })?;
            let mut ticket = Ticket::clone(&stored);
            let event = join(&mut ticket, alarm, caller, self.policy);
            return Ok((self.put(ticket, vec![event])?, true));
        }
        let (mut ticket, event) = open_from_alarm(new_ticket, alarm, caller, self.policy);
        ticket.number = self.next_number(&ticket.district);
        if ticket.unknown_ident.is_some() {
            let unknown =
                self.context.unknown_callers.entry(alarm.source_addr.clone()).or_default();
            unknown.opened += 1;
            unknown.last_open = Some(ticket.id);
        }
        Ok((self.put(ticket, vec![event])?, false))
    }

    fn open_ticket_for(&self, alarm: &mut Alarm, caller: Caller<'_>) -> Option<TicketId> {
        match caller {
            Caller::Known { device, .. } => {
                self.context.open_by_senior.get(&device.senior).copied()
            }
            Caller::Unknown { .. } => {
                let ident = format!("{}/{}", alarm.protocol.as_str(), alarm.ident);
                if let Some(own) = self.context.open_by_ident.get(&ident) {
                    return Some(*own);
                }
                let unknown = self.context.unknown_callers.get(&alarm.source_addr)?;
                let flooded = unknown.opened >= UNKNOWN_PER_SOURCE;
                let joins = unknown.last_open.filter(|_| flooded)?;
                alarm.flags.push(Flag::SourceFlood);
                Some(joins)
            }
        }
    }

    fn next_number(&mut self, district: &DistrictId) -> u64 {
        let (_, last_number) = self.context.counters.entry(district.clone()).or_default();
        *last_number += 1;
        *last_number
    }

    // --- Commits -------------------------------------------------------------------------------

    fn commit(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        for part in &commit.tickets {
            let version = self.context.tickets.get(&part.ticket.id).map_or(0, |s| s.version);
            if version != part.expected_version {
                return Err(StoreError::Stale(part.ticket.id));
            }
        }
        let mut tickets = Vec::with_capacity(commit.tickets.len());
        for TicketCommit { ticket, expected_version, events } in &commit.tickets {
            let mut ticket = ticket.clone();
            if *expected_version == 0 {
                ticket.number = self.next_number(&ticket.district);
            }
            tickets.push(self.put(ticket, events.clone())?);
        }
        self.rows.outbox.extend(commit.outbox.iter().map(outbox_row));
        self.rows.idempotency.extend(commit.idempotency.clone());
        Ok(Committed { tickets })
    }

    /// Numbers the events, chains them, and keeps the ticket as it is now.
    fn put(
        &mut self,
        mut ticket: Ticket,
        events: Vec<NewEvent>,
    ) -> Result<Arc<Ticket>, StoreError> {
        let (last_seq, _) = self.context.counters.entry(ticket.district.clone()).or_default();
        let advance = self.advances.entry(ticket.district.clone()).or_insert_with(|| Advance {
            district: ticket.district.clone(),
            prev: *last_seq,
            seq: *last_seq,
            happened: Vec::new(),
            rescheduled: Vec::new(),
            responders: Vec::new(),
        });
        let mut chain = self.context.tickets.get(&ticket.id).map_or(GENESIS, |s| s.chain);
        let first = *last_seq + 1;
        *last_seq += events.len() as u64;
        if !events.is_empty() {
            ticket.version = *last_seq;
        }
        advance.seq = *last_seq;
        let ticket = Arc::new(ticket);
        // Followers apply what was rescheduled after what happened: an older one must not undo it.
        advance.rescheduled.retain(|other| other.id != ticket.id);
        if events.is_empty() {
            advance.rescheduled.push(ticket.clone());
        }
        for (seq, event) in (first..).zip(events) {
            let body = EventBody { seq, ticket: ticket.id, event };
            let text = serde_json::to_string(&body).map_err(corrupt)?;
            chain = chain_hash(&chain, &text);
            let NewEvent { at, by, event } = body.event;
            self.rows.events.push(EventRow {
                district: ticket.district.clone(),
                seq,
                ticket: ticket.id,
                at,
                name: event.name(),
                body: text,
                hash: chain,
            });
            let happened = Happened { seq, at, by, event, ticket: ticket.clone() };
            let told = self.herald.map(|herald| herald.tells(&happened)).unwrap_or_default();
            self.rows.outbox.extend(told.iter().map(outbox_row));
            advance.happened.push(happened);
        }
        let stored = StoredTicket {
            ticket: Some(ticket.clone()),
            version: ticket.version,
            number: ticket.number,
            chain,
        };
        let before = self.context.tickets.get(&ticket.id).and_then(|s| s.ticket.as_deref());
        if is_found_anew(before, &ticket) {
            self.found_anew.insert(ticket.id);
        }
        self.note_open(&ticket);
        self.context.tickets.insert(ticket.id, stored);
        self.changed.insert(ticket.id, ticket.clone());
        Ok(ticket)
    }

    /// Keeps the batch's own view of what is open, so that an alarm neither joins a ticket that was
    /// closed before it in the same batch nor opens a twin of one that was opened.
    fn note_open(&mut self, ticket: &Ticket) {
        let context = &mut self.context;
        let before = context.tickets.get(&ticket.id).and_then(|stored| stored.ticket.as_deref());
        // Another ticket may be the open one of the same senior or ident: that one stays.
        if let Some(senior) = before.and_then(|before| before.senior)
            && context.open_by_senior.get(&senior) == Some(&ticket.id)
        {
            context.open_by_senior.remove(&senior);
        }
        if let Some(ident) = before.and_then(|before| before.unknown_ident.as_ref())
            && context.open_by_ident.get(ident) == Some(&ticket.id)
        {
            context.open_by_ident.remove(ident);
        }
        if !ticket.is_open() || ticket.senior.is_some() {
            for caller in context.unknown_callers.values_mut() {
                caller.last_open = caller.last_open.filter(|id| *id != ticket.id);
            }
        }
        if !ticket.is_open() {
            return;
        }
        if let Some(senior) = ticket.senior.filter(|_| ticket.is_emergency()) {
            context.open_by_senior.insert(senior, ticket.id);
        }
        if let Some(ident) = &ticket.unknown_ident {
            context.open_by_ident.insert(ident.clone(), ticket.id);
        }
    }
}

fn corrupt(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("cannot be written as JSON: {error}"))
}

/// Returns whether the service made up itself what comes from this device.
fn is_canarys(device: Option<&KnownDevice>) -> bool {
    device.is_some_and(|device| device.district.is_canary())
}

/// Returns whether the ticket is looked for by something else than before, as far as is known.
fn is_found_anew(before: Option<&Ticket>, after: &Ticket) -> bool {
    let found_by = |ticket: &Ticket| {
        (ticket.senior, ticket.kind, ticket.urgency, ticket.is_open(), ticket.times.closed)
    };
    before.is_none_or(|before| {
        found_by(before) != found_by(after) || before.unknown_ident != after.unknown_ident
    })
}

fn ticket_row(
    ticket: &Ticket,
    chain: &[u8; 32],
    found_anew: bool,
) -> Result<TicketRow, StoreError> {
    Ok(TicketRow {
        district: ticket.district.clone(),
        id: ticket.id,
        number: ticket.number,
        senior: ticket.senior,
        unknown_ident: ticket.unknown_ident.clone(),
        source_addr: ticket.source_addr.clone(),
        kind: ticket.kind.as_str(),
        emergency: ticket.is_emergency(),
        open: ticket.is_open(),
        urgency: ticket.urgency.as_u8(),
        version: ticket.version,
        received_at: ticket.times.received,
        closed_at: ticket.times.closed,
        chain: *chain,
        state: serde_json::to_string(ticket).map_err(corrupt)?,
        found_anew,
    })
}

/// Returns what the database must guard of an offer.
pub(crate) fn offer_row(ticket: &Ticket, offer: &Offer) -> OfferRow {
    OfferRow {
        district: ticket.district.clone(),
        id: offer.id,
        ticket: ticket.id,
        responder: offer.responder,
        role: offer.role,
        status: offer.state.as_str(),
        active: ticket.is_emergency() && offer.state.is_active(),
        engaged: offer.state.is_engaged(),
    }
}

fn signal_row(
    alarm: &Alarm,
    seen: &SeenSignal,
    ticket: &Ticket,
    device: Option<DeviceId>,
) -> SignalRow {
    SignalRow {
        district: ticket.district.clone(),
        id: alarm.id,
        protocol: alarm.protocol,
        ident: alarm.ident.clone(),
        device,
        kind: alarm.kind,
        event_id: seen.event_id.clone(),
        body_sha256: seen.body_sha256,
        verified: seen.verified,
        received_at: alarm.received_at,
        pressed_at: alarm.pressed_at,
        ticket: ticket.id,
        joined: seen.joined,
        flags: alarm.flags.clone(),
        position: alarm.position,
        battery_pct: alarm.battery_pct,
        source_addr: alarm.source_addr.clone(),
        raw: alarm.raw.clone(),
    }
}

fn outbox_row(message: &NewOutbox) -> OutboxRow {
    OutboxRow {
        id: message.id,
        district: message.district.clone(),
        ticket: message.ticket,
        kind: message.kind.clone(),
        payload: message.payload.to_string(),
        urgency: message.urgency.as_u8(),
        due_at: message.due_at,
        expires_at: message.expires_at,
    }
}
