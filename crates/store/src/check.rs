//! What may be wrong with what is kept, and how that is said. A backend reads the rows as they lie
//! there and hands them in; the judgements and their wording are here, once.
//!
//! A row that makes no sense is a complaint and never the end of the check. A complaint names the
//! table, the identity and the columns, never what they hold: it may be shown to anybody.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use silverbell_domain::{
    DeadlineKind, DistrictId, Event, Flag, KeyEntry, LatLon, OfferId, Position, Protocol,
    Responder, Senior, Shift, SignalId, SignalKind, Ticket, TicketId,
};
use uuid::Uuid;

use crate::fold::{EventBody, offer_row};
use crate::{
    CallRecord, GENESIS, Subject, UserRole, body_sha256, chain_hash, needs_column, needs_of,
    phones, stays_of,
};

/// How many complaints about one kind of thing are listed; the rest of them is counted.
pub const MAX_COMPLAINTS: usize = 20;

/// What was found to be wrong.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    kinds: Vec<Kind>,
}

/// The complaints about one kind of thing.
#[derive(Clone, Debug)]
struct Kind {
    of: &'static str,
    listed: Vec<String>,
    more: u64,
}

impl Findings {
    /// Notes a complaint about one kind of thing, a table for instance.
    pub fn add(&mut self, of: &'static str, complaint: impl Into<String>) {
        let known = self.kinds.iter_mut().position(|kind| kind.of == of);
        let position = known.unwrap_or_else(|| {
            self.kinds.push(Kind { of, listed: Vec::new(), more: 0 });
            self.kinds.len() - 1
        });
        let Some(kind) = self.kinds.get_mut(position) else { return };
        if kind.listed.len() < MAX_COMPLAINTS {
            kind.listed.push(complaint.into());
        } else {
            kind.more += 1;
        }
    }

    /// Returns the complaints in words, those about one kind of thing together; empty when all is
    /// well.
    #[must_use]
    pub fn in_words(self) -> Vec<String> {
        let mut words = Vec::new();
        for Kind { of, listed, more } in self.kinds {
            words.extend(listed);
            if more > 0 {
                words.push(format!("… and {more} more complaints about {of}"));
            }
        }
        words
    }

    /// Complains about the columns that do not agree with the document beside them.
    fn agree(&mut self, of: &'static str, which: &str, document: &str, columns: &[(&str, bool)]) {
        let disagreeing: Vec<&str> =
            columns.iter().filter(|(_, agrees)| !agrees).map(|(name, _)| *name).collect();
        if !disagreeing.is_empty() {
            let names = disagreeing.join(", ");
            self.add(of, format!("{which}: its columns and its {document} disagree: {names}"));
        }
    }

    /// Complains about columns that hold nothing that is known.
    fn sensible(&mut self, of: &'static str, which: &str, columns: &[(&str, bool)]) {
        let senseless: Vec<&str> =
            columns.iter().filter(|(_, sensible)| !sensible).map(|(name, _)| *name).collect();
        if !senseless.is_empty() {
            self.add(of, format!("{which} cannot be read: {}", senseless.join(", ")));
        }
    }

    /// Returns a document; complains when it cannot be read. Why is not said, for that would quote it.
    fn document<T: DeserializeOwned>(
        &mut self,
        of: &'static str,
        which: &str,
        name: &str,
        bytes: &[u8],
    ) -> Option<T> {
        let read = serde_json::from_slice(bytes);
        if let Err(error) = &read {
            let (line, column) = (error.line(), error.column());
            self.add(of, format!("{which} cannot be read: {name}, line {line}, column {column}"));
        }
        read.ok()
    }
}

fn is_id(text: &str) -> bool {
    Uuid::parse_str(text).is_ok()
}

fn is<T: DeserializeOwned>(word: &str) -> bool {
    serde_json::from_value::<T>(word.into()).is_ok()
}

fn reads<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    serde_json::from_slice::<T>(bytes).is_ok()
}

fn is_hash(bytes: &[u8]) -> bool {
    bytes.len() == 32
}

// --- Districts ---------------------------------------------------------------------------------

/// A district and what is kept of its history.
#[derive(Clone, Debug)]
pub struct DistrictColumns {
    /// Slug.
    pub id: String,
    /// Number of the last event, by the counter.
    pub last_seq: i64,
    /// Number of the last ticket, by the counter.
    pub last_number: i64,
    /// How many events there are.
    pub events: i64,
    /// The highest number of an event; 0 without any.
    pub newest_event: i64,
    /// The highest number of a ticket; 0 without any.
    pub newest_ticket: i64,
}

/// Returns the words for a district whose counters are behind its history.
#[must_use]
pub fn behind(district: &str) -> String {
    format!(
        "district {district}: its numbers are behind its history, so that the next SOS cannot be \
         kept; run `silverbell check` and restore what is older than the rest"
    )
}

impl Findings {
    /// Judges a district's numbers: each event has the next one, and the counters are the last ones.
    /// Numbers count up from 1 and are unique, so that none is missing when there are as many events
    /// as the highest number says.
    pub fn district(&mut self, row: &DistrictColumns) {
        const OF: &str = "districts";
        let id = &row.id;
        if row.last_seq < row.newest_event || row.last_number < row.newest_ticket {
            self.add(OF, behind(id));
        }
        // What the service made up itself is removed after a day.
        if DistrictId::new(id).is_canary() {
            return;
        }
        if row.last_seq > row.newest_event {
            let gone = format!("{} to {}", row.newest_event.saturating_add(1), row.last_seq);
            self.add(OF, format!("district {id}: the end of its history is gone, events {gone}"));
        }
        if row.last_number > row.newest_ticket {
            let gone = format!("{} to {}", row.newest_ticket.saturating_add(1), row.last_number);
            self.add(OF, format!("district {id}: its last tickets are gone, {gone}"));
        }
        if row.events != row.newest_event {
            let missing = row.newest_event.saturating_sub(row.events);
            self.add(OF, format!("district {id}: its history has gaps, {missing} events are gone"));
        }
    }
}

// --- Tickets -----------------------------------------------------------------------------------

/// A ticket's row.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct TicketColumns {
    pub district: String,
    pub id: String,
    pub number: i64,
    pub senior: Option<String>,
    pub unknown_ident: Option<String>,
    pub source_addr: Option<String>,
    pub kind: String,
    pub emergency: bool,
    pub open: bool,
    pub urgency: i64,
    pub version: i64,
    pub received_at: i64,
    pub closed_at: Option<i64>,
    pub chain: Vec<u8>,
    pub state: Vec<u8>,
}

/// An offer's row.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct OfferColumns {
    pub district: String,
    pub id: String,
    pub ticket: String,
    pub responder: String,
    pub role: String,
    pub status: String,
    pub active: bool,
    pub engaged: bool,
}

/// An event's row.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct EventColumns {
    pub district: String,
    pub seq: i64,
    pub at: i64,
    pub name: String,
    pub body: Vec<u8>,
    pub hash: Vec<u8>,
}

/// What lies beside a ticket's row.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The rows of the offers that its document names.
    pub offers: Vec<OfferColumns>,
    /// The kinds of its deadlines.
    pub deadlines: Vec<String>,
    /// Its events, by number.
    pub events: Vec<EventColumns>,
}

/// A signal that a ticket's history names; it must be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedSignal {
    /// The ticket.
    pub ticket: String,
    /// The district of both.
    pub district: String,
    /// The signal.
    pub signal: SignalId,
}

/// A ticket's row whose document was looked at: it says which offers have to be read.
#[derive(Clone, Debug)]
pub struct KeptTicket {
    row: TicketColumns,
    ticket: Option<Ticket>,
}

const TICKETS: &str = "tickets";

impl KeptTicket {
    /// Looks at a ticket's row, and complains about its document when that cannot be read.
    pub fn new(row: TicketColumns, findings: &mut Findings) -> Self {
        let which = which_ticket(&row);
        let ticket = findings.document(TICKETS, &which, "state", &row.state);
        Self { row, ticket }
    }

    /// Returns the ticket's identity as its row has it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// Returns the offers that the document names.
    pub fn offers(&self) -> impl Iterator<Item = OfferId> {
        self.ticket.iter().flat_map(|ticket| &ticket.offers).map(|offer| offer.id)
    }

    /// Judges the ticket with all that lies beside it, and returns the signals that its history
    /// names.
    pub fn judge(&self, beside: &Beside, findings: &mut Findings) -> Vec<NamedSignal> {
        let which = which_ticket(&self.row);
        if let Some(ticket) = &self.ticket {
            self.columns(&which, ticket, findings);
            offers(&which, ticket, &beside.offers, findings);
        }
        self.deadlines(&which, &beside.deadlines, findings);
        self.history(&which, &beside.events, findings)
    }

    fn columns(&self, which: &str, ticket: &Ticket, findings: &mut Findings) {
        let row = &self.row;
        let columns = [
            ("district", row.district == *ticket.district.0),
            ("id", row.id == ticket.id.to_string()),
            ("number", row.number.cast_unsigned() == ticket.number),
            ("senior", row.senior == ticket.senior.map(|id| id.to_string())),
            ("unknown_ident", row.unknown_ident == ticket.unknown_ident),
            ("source_addr", row.source_addr == ticket.source_addr),
            ("kind", row.kind == ticket.kind.as_str()),
            ("emergency", row.emergency == ticket.is_emergency()),
            ("open", row.open == ticket.is_open()),
            ("urgency", row.urgency == i64::from(ticket.urgency.as_u8())),
            ("version", row.version.cast_unsigned() == ticket.version),
            ("received_at", row.received_at == ticket.times.received.0),
            ("closed_at", row.closed_at == ticket.times.closed.map(|at| at.0)),
        ];
        findings.agree(TICKETS, which, "document", &columns);
    }

    /// Invariant 4: an open ticket always waits for something to happen by itself; a closed one only
    /// to be called back or filed away.
    fn deadlines(&self, which: &str, kinds: &[String], findings: &mut Findings) {
        let open = self.ticket.as_ref().map_or(self.row.open, Ticket::is_open);
        // Nobody is told of what the service made up itself.
        let is_canary = DistrictId::new(&self.row.district).is_canary();
        if open && kinds.is_empty() && !is_canary {
            findings.add(TICKETS, format!("{which} is open and has no deadline"));
        }
        let of_closed = |kind: &String| {
            DeadlineKind::ALL.iter().any(|it| it.as_str() == *kind && it.is_of_closed())
        };
        if !open && !kinds.iter().all(of_closed) {
            findings.add(TICKETS, format!("{which} is closed and has deadlines"));
        }
        if !kinds.iter().all(|kind| is::<DeadlineKind>(kind)) {
            findings.add(TICKETS, format!("{which} has a deadline of an unknown kind"));
        }
    }

    /// Invariant 5: each event is as it was, and none is missing at the end.
    fn history(
        &self,
        which: &str,
        events: &[EventColumns],
        findings: &mut Findings,
    ) -> Vec<NamedSignal> {
        let mut named = Vec::new();
        let mut previous = GENESIS.to_vec();
        for row in events {
            let event = format!("{which}: event {} of its history", row.seq);
            let intact = is_intact(&previous, row);
            previous.clone_from(&row.hash);
            if !intact {
                findings.add("events", format!("{event} was altered"));
                continue;
            }
            let body = findings.document::<EventBody>("events", &event, "body", &row.body);
            let Some(body) = body else { continue };
            let columns = [
                ("district", row.district == self.row.district),
                ("seq", row.seq.cast_unsigned() == body.seq),
                ("ticket", self.row.id == body.ticket.to_string()),
                ("at", row.at == body.event.at.0),
                ("name", row.name == body.event.event.name()),
            ];
            findings.agree("events", &event, "body", &columns);
            named.extend(signal_of(&body.event.event).map(|signal| NamedSignal {
                ticket: self.row.id.clone(),
                district: self.row.district.clone(),
                signal,
            }));
        }
        match events.last() {
            None => findings.add(TICKETS, format!("{which} has no history")),
            Some(_) if previous != self.row.chain => {
                findings.add(TICKETS, format!("{which}: the end of its history is gone"));
            }
            Some(last) if last.seq != self.row.version => {
                let words = format!("{which}: its version is not the number of its last event");
                findings.add(TICKETS, words);
            }
            Some(_) => {}
        }
        named
    }
}

fn which_ticket(row: &TicketColumns) -> String {
    format!("ticket {} ({})", row.number, row.id)
}

fn is_intact(previous: &[u8], row: &EventColumns) -> bool {
    let (Ok(previous), Ok(body)) = (previous.try_into(), std::str::from_utf8(&row.body)) else {
        return false;
    };
    row.hash == chain_hash(previous, body)
}

const fn signal_of(event: &Event) -> Option<SignalId> {
    match event {
        Event::TicketOpened { signal, .. } => *signal,
        Event::SignalJoined { signal, .. } => Some(*signal),
        _ => None,
    }
}

fn offers(which: &str, ticket: &Ticket, rows: &[OfferColumns], findings: &mut Findings) {
    let rows: HashMap<&str, &OfferColumns> = rows.iter().map(|row| (&*row.id, row)).collect();
    for offer in &ticket.offers {
        let id = offer.id.to_string();
        let Some(row) = rows.get(&*id) else {
            findings.add("offers", format!("{which}: its offer {id} has no row"));
            continue;
        };
        let expected = offer_row(ticket, offer);
        let columns = [
            ("district", row.district == *expected.district.0),
            ("ticket", row.ticket == expected.ticket.to_string()),
            ("responder", row.responder == expected.responder.to_string()),
            ("role", row.role == expected.role.as_str()),
            ("status", row.status == expected.status),
            ("active", row.active == expected.active),
            ("engaged", row.engaged == expected.engaged),
        ];
        findings.agree("offers", &format!("offer {id} of {which}"), "ticket's document", &columns);
    }
}

impl Findings {
    /// Notes a signal that a ticket's history names and that is not there.
    pub fn signal_gone(&mut self, ticket: &str, signal: &str) {
        let words = format!("signal {signal} is gone; the history of ticket {ticket} names it");
        self.add("signals", words);
    }

    /// Notes an offer's row of which no ticket's document knows.
    pub fn offer_of_nobody(&mut self, offer: &str) {
        self.add("offers", format!("offer {offer} is in no ticket's document"));
    }

    /// Notes an event of a ticket that is not there.
    pub fn event_of_nothing(&mut self, district: &str, seq: i64) {
        self.add("events", format!("event {seq} of district {district} is of no ticket"));
    }

    /// Notes a deadline of a ticket that is not there.
    pub fn deadline_of_nothing(&mut self, ticket: &str) {
        self.add(
            "deadlines",
            format!("there is a deadline of ticket {ticket}, which is not there"),
        );
    }
}

// --- Signals -----------------------------------------------------------------------------------

/// A signal's row, and the district of its ticket where that is there.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct SignalColumns {
    pub district: String,
    pub id: String,
    pub protocol: String,
    pub device: Option<String>,
    pub kind: String,
    pub body_sha256: Vec<u8>,
    pub ticket: String,
    pub flags: Vec<u8>,
    pub position: Option<Vec<u8>>,
    pub battery_pct: Option<i64>,
    pub raw: Vec<u8>,
    pub ticket_district: Option<String>,
}

impl Findings {
    /// Judges a signal: its bytes are those that came, it can be read, its ticket is there.
    pub fn signal(&mut self, row: &SignalColumns) {
        const OF: &str = "signals";
        let which = format!("signal {}", row.id);
        if row.body_sha256 != body_sha256(&row.raw) {
            self.add(OF, format!("{which}: its bytes were altered"));
        }
        match &row.ticket_district {
            None => self.add(OF, format!("{which}: its ticket {} is not there", row.ticket)),
            Some(district) if *district != row.district => {
                self.add(OF, format!("{which} and its ticket are of different districts"));
            }
            Some(_) => {}
        }
        let columns = [
            ("id", is_id(&row.id)),
            ("protocol", Protocol::parse(&row.protocol).is_some()),
            ("device", row.device.as_deref().is_none_or(is_id)),
            ("kind", is::<SignalKind>(&row.kind)),
            ("flags", reads::<Vec<Flag>>(&row.flags)),
            ("position", row.position.as_deref().is_none_or(reads::<Position>)),
            ("battery_pct", row.battery_pct.is_none_or(|pct| u8::try_from(pct).is_ok())),
        ];
        self.sensible(OF, &which, &columns);
    }
}

// --- People ------------------------------------------------------------------------------------

/// A shift's row.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct ShiftColumns {
    pub id: String,
    pub responder: String,
    pub from_at: i64,
    pub to_at: i64,
}

/// A senior's row.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct SeniorColumns {
    pub district: String,
    pub id: String,
    pub name: String,
    pub born: String,
    pub village: String,
    pub address: String,
    pub phones: String,
    pub lat: f64,
    pub lon: f64,
    pub needs: String,
    pub file: Vec<u8>,
}

impl Findings {
    /// Judges a senior's file.
    pub fn senior(&mut self, row: &SeniorColumns) {
        const OF: &str = "seniors";
        let which = format!("senior {}", row.id);
        let Some(senior) = self.document::<Senior>(OF, &which, "file", &row.file) else { return };
        let columns = [
            ("district", row.district == *senior.district.0),
            ("id", row.id == senior.id.to_string()),
            ("name", row.name == senior.name),
            ("born", row.born == senior.born),
            ("village", row.village == senior.village),
            ("address", row.address == senior.address),
            ("phones", row.phones == phones(&senior)),
            (
                "needs",
                row.needs.is_empty() == needs_column(&senior).is_empty()
                    && needs_of(&row.needs) == senior.plan.needs
                    && stays_of(&row.needs) == stays_of(&needs_column(&senior)),
            ),
            ("lat", is_same_degree(row.lat, senior.home.lat)),
            ("lon", is_same_degree(row.lon, senior.home.lon)),
        ];
        self.agree(OF, &which, "file", &columns);
        let on_globe = LatLon::new(row.lat, row.lon).is_some();
        self.sensible(OF, &which, &[("home", on_globe)]);
    }

    /// Judges a responder's file.
    pub fn responder(&mut self, district: &str, id: &str, file: &[u8]) {
        const OF: &str = "responders";
        let which = format!("responder {id}");
        let Some(read) = self.document::<Responder>(OF, &which, "file", file) else { return };
        let columns =
            [("district", *district == *read.district.0), ("id", id == read.id.to_string())];
        self.agree(OF, &which, "file", &columns);
    }

    /// Judges a shift; `before` is the end of the same person's one before it, in the order of their
    /// beginnings.
    pub fn shift(&mut self, row: &ShiftColumns, before: Option<i64>) {
        const OF: &str = "shifts";
        let which = format!("shift {}", row.id);
        let lasts_ms = row.to_at.checked_sub(row.from_at);
        let columns = [
            ("id", is_id(&row.id)),
            ("responder", is_id(&row.responder)),
            ("from_at, to_at", lasts_ms.is_some_and(|ms| (1..=Shift::LONGEST_MS).contains(&ms))),
        ];
        self.sensible(OF, &which, &columns);
        if before.is_some_and(|end| end > row.from_at) {
            let who = &row.responder;
            self.add(OF, format!("{which}: responder {who} has another one at the same time"));
        }
    }

    /// Judges a device.
    pub fn device(&mut self, id: &str, protocol: &str, key_sha256: Option<&[u8]>) {
        let columns = [
            ("id", is_id(id)),
            ("protocol", Protocol::parse(protocol).is_some()),
            ("key_sha256", key_sha256.is_none_or(is_hash)),
        ];
        self.sensible("devices", &format!("device {id}"), &columns);
    }

    /// Judges what a device last said of itself, or said.
    pub fn said(&mut self, of: &'static str, row: &SaidColumns) {
        let which = format!("{of} of device {}", row.device);
        match &row.device_district {
            None => self.add(of, format!("{which}: the device is not there")),
            Some(district) if *district != row.district => {
                self.add(of, format!("{which} is of another district than the device"));
            }
            Some(_) => {}
        }
        let columns = [
            ("device", is_id(&row.device)),
            ("kinds", row.kinds.as_deref().is_none_or(reads::<Vec<SignalKind>>)),
            ("position", row.position.as_deref().is_none_or(reads::<Position>)),
            ("battery_pct", row.battery_pct.is_none_or(|pct| u8::try_from(pct).is_ok())),
        ];
        self.sensible(of, &which, &columns);
    }

    /// Judges a telephone call, and returns the ticket that it names.
    pub fn call(&mut self, row: &CallColumns) -> Option<NamedTicket> {
        let which = format!("call {}", row.id);
        let call = self.document::<CallRecord>(CALLS, &which, "record", &row.record)?;
        let columns = [
            ("id", row.id == call.id.to_string()),
            ("district", row.district == *call.district.0),
            ("senior", row.senior == call.senior.map(|id| id.to_string())),
            ("ringing_at", row.ringing_at == call.ringing_at.0),
        ];
        self.agree(CALLS, &which, "record", &columns);
        let (id, district) = (row.id.clone(), row.district.clone());
        call.ticket.map(|ticket| NamedTicket { call: id, district, ticket })
    }

    /// Judges an entry of the register of keys: its district, id, senior and document.
    pub fn key(&mut self, district: &str, id: &str, senior: &str, entry: &[u8]) {
        let which = format!("key {id}");
        let Some(key) = self.document::<KeyEntry>(KEYS, &which, "entry", entry) else { return };
        let columns = [
            ("id", id == key.id.to_string()),
            ("district", district == &*key.district.0),
            ("senior", senior == key.senior.to_string()),
        ];
        self.agree(KEYS, &which, "entry", &columns);
    }

    /// Notes a call that is tied to a ticket which is not there.
    pub fn ticket_gone(&mut self, call: &str, ticket: &str) {
        self.add(CALLS, format!("call {call} is tied to ticket {ticket}, which is not there"));
    }

    /// Judges somebody who can log in.
    pub fn user(&mut self, id: &str, role: &str, responder: Option<&str>) {
        let columns = [
            ("id", is_id(id)),
            ("role", UserRole::parse(role).is_some()),
            ("responder", responder.is_none_or(is_id)),
        ];
        self.sensible("users", &format!("user {id}"), &columns);
    }

    /// Judges a request that is remembered. Its key is the client's and not named.
    pub fn request(&mut self, user: &str, fingerprint: &[u8], subject: &[u8]) {
        let columns = [
            ("user_id", is_id(user)),
            ("fingerprint", is_hash(fingerprint)),
            ("subject", reads::<Subject>(subject)),
        ];
        self.sensible("idempotency_keys", &format!("a request of user {user}"), &columns);
    }

    /// Judges a message to the outside.
    pub fn message(&mut self, id: &str, row: &MessageColumns) {
        let columns = [
            ("id", is_id(id)),
            ("ticket", row.ticket.as_deref().is_none_or(is_id)),
            ("payload", reads::<serde_json::Value>(&row.payload)),
            ("attempts", u32::try_from(row.attempts).is_ok()),
            ("urgency", (1..=4).contains(&row.urgency)),
            ("failures", u32::try_from(row.failures).is_ok()),
        ];
        self.sensible("outbox", &format!("message {id}"), &columns);
    }

    /// Judges a responder's last position, WGS-84 degrees.
    pub fn last_position(&mut self, responder: &str, position: (Option<f64>, Option<f64>)) {
        let point = match position {
            (Some(lat), Some(lon)) => LatLon::new(lat, lon).is_some(),
            (lat, lon) => lat.is_none() && lon.is_none(),
        };
        let columns = [("responder", is_id(responder)), ("lat, lon", point)];
        self.sensible("last_positions", &format!("the position of {responder}"), &columns);
    }
}

// --- What devices and callers said -------------------------------------------------------------

const CALLS: &str = "calls";
const KEYS: &str = "keys";

/// What a device said, and the district of the device where that is there.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct SaidColumns {
    pub district: String,
    pub device: String,
    pub kinds: Option<Vec<u8>>,
    pub battery_pct: Option<i64>,
    pub position: Option<Vec<u8>>,
    pub device_district: Option<String>,
}

/// A message to the outside.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct MessageColumns {
    pub ticket: Option<String>,
    pub payload: Vec<u8>,
    pub attempts: i64,
    pub urgency: i64,
    pub failures: i64,
}

/// A telephone call's row.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the columns")]
pub struct CallColumns {
    pub district: String,
    pub id: String,
    pub senior: Option<String>,
    pub ringing_at: i64,
    pub record: Vec<u8>,
}

/// A ticket that a call names; it must be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedTicket {
    /// The call.
    pub call: String,
    /// The district of both.
    pub district: String,
    /// The ticket.
    pub ticket: TicketId,
}

/// A tenth of a millimetre is no difference.
fn is_same_degree(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(payload: &str) -> MessageColumns {
        let payload = payload.as_bytes().to_vec();
        MessageColumns { ticket: None, payload, attempts: 0, urgency: 1, failures: 0 }
    }

    #[test]
    fn much_that_is_wrong_with_one_thing_hides_nothing_else() {
        let mut findings = Findings::default();
        for n in 0..1_000 {
            findings.message(&format!("m-{n}"), &message("{}"));
        }
        findings.user("u", "king", None);
        let words = findings.in_words();
        assert_eq!(words.len(), MAX_COMPLAINTS + 2);
        assert_eq!(words[MAX_COMPLAINTS], "… and 980 more complaints about outbox");
        assert_eq!(words[MAX_COMPLAINTS + 1], "user u cannot be read: id, role");
    }

    #[test]
    fn a_district_whose_numbers_do_not_fit_is_told_how() {
        let judged_of = |id: &str, last_seq, last_number, events, newest_event, newest_ticket| {
            let id = id.into();
            let mut findings = Findings::default();
            findings.district(&DistrictColumns {
                id,
                last_seq,
                last_number,
                events,
                newest_event,
                newest_ticket,
            });
            findings.in_words().join("\n")
        };
        let judged = |last_seq, last_number, events, newest_event, newest_ticket| {
            judged_of("longwen", last_seq, last_number, events, newest_event, newest_ticket)
        };
        assert_eq!(judged(7, 2, 7, 7, 2), "");
        assert_eq!(judged(0, 0, 0, 0, 0), "");
        assert!(judged(6, 2, 7, 7, 2).contains("behind its history"));
        assert!(judged(7, 1, 7, 7, 2).contains("behind its history"));
        assert!(judged(9, 2, 7, 7, 2).contains("events 8 to 9"));
        assert!(judged(7, 3, 7, 7, 2).contains("tickets are gone, 3 to 3"));
        assert!(judged(7, 2, 5, 7, 2).contains("gaps, 2 events"));
        assert_eq!(judged_of("canary", 9, 3, 2, 7, 2), "", "what was made up may be gone");
        assert!(judged_of("canary", 6, 2, 7, 7, 2).contains("behind its history"));
    }

    #[test]
    fn nothing_that_a_row_holds_is_quoted() {
        let mut findings = Findings::default();
        findings.responder("longwen", "r", r#"{"id":"王秀英"}"#.as_bytes());
        findings.message("m", &message("王秀英"));
        let words = findings.in_words();
        assert_eq!(words.len(), 2);
        assert!(!words.iter().any(|words| words.contains("王秀英")), "{words:?}");
    }
}
