//! The kept side: what a database would have, with its rules, in memory. Rows come out of the store's
//! own fold, so recording, joining and numbering are the product's.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use silverbell_domain::{
    Alarm, Deadline, DistrictId, KnownDevice, OfferId, Policy, Protocol, Responder, ResponderId,
    SeniorId, SignalId, Ticket, TicketId, UserId,
};
use silverbell_store::{
    Advance, Batch, Constraint, Context, Fold, FoldItem, Link, OfferRow, Reply, SeenSignal,
    SignalRow, StoreError, StoredTicket, TicketRow, UnknownCaller,
};

/// A ticket as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The ticket.
    pub ticket: Arc<Ticket>,
    /// Hash of its last event.
    pub chain: [u8; 32],
    /// The document from which it would be read.
    state: String,
}

/// What a database would have of one district.
#[derive(Debug)]
pub struct Database {
    district: DistrictId,
    policy: Policy,
    devices: HashMap<(Protocol, String), KnownDevice>,
    tickets: BTreeMap<TicketId, Kept>,
    open: BTreeSet<TicketId>,
    by_senior: HashMap<SeniorId, TicketId>,
    by_ident: HashMap<String, TicketId>,
    active: HashMap<ResponderId, OfferId>,
    ticket_of_offer: HashMap<OfferId, TicketId>,
    seen: HashMap<(Protocol, String), Vec<SeenSignal>>,
    signals: HashMap<SignalId, TicketId>,
    requests: HashSet<(UserId, String)>,
    responders: BTreeMap<ResponderId, Arc<Responder>>,
    counters: (u64, u64),
    /// The history of each ticket; a laboratory that only measures does not keep it.
    history: Option<HashMap<TicketId, Vec<Link>>>,
}

/// What a write did.
#[derive(Debug)]
pub struct Written {
    /// What the caller is answered.
    pub reply: Reply,
    /// What is announced.
    pub advance: Option<Arc<Advance>>,
    /// The signals that were recorded.
    pub signals: Vec<SignalRow>,
}

impl Database {
    /// Returns the database of a district in which nothing has happened.
    #[must_use]
    pub fn new(
        district: DistrictId,
        policy: Policy,
        devices: HashMap<(Protocol, String), KnownDevice>,
        responders: impl Iterator<Item = Responder>,
        keeps_history: bool,
    ) -> Self {
        Self {
            district,
            policy,
            devices,
            tickets: BTreeMap::new(),
            open: BTreeSet::new(),
            by_senior: HashMap::new(),
            by_ident: HashMap::new(),
            active: HashMap::new(),
            ticket_of_offer: HashMap::new(),
            seen: HashMap::new(),
            signals: HashMap::new(),
            requests: HashSet::new(),
            responders: responders.map(|person| (person.id, Arc::new(person))).collect(),
            counters: (0, 0),
            history: keeps_history.then(HashMap::new),
        }
    }

    // --- Reading -------------------------------------------------------------------------------

    /// Returns every ticket, the closed ones too.
    #[must_use]
    pub const fn tickets(&self) -> &BTreeMap<TicketId, Kept> {
        &self.tickets
    }

    /// Returns the open tickets.
    pub fn open(&self) -> impl Iterator<Item = &Arc<Ticket>> {
        self.open.iter().filter_map(|id| self.tickets.get(id)).map(|kept| &kept.ticket)
    }

    /// Returns a ticket.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Arc<Ticket>> {
        self.tickets.get(&id).map(|kept| &kept.ticket)
    }

    /// Returns the ticket an offer belongs to.
    #[must_use]
    pub fn ticket_of_offer(&self, id: OfferId) -> Option<&Arc<Ticket>> {
        self.ticket(*self.ticket_of_offer.get(&id)?)
    }

    /// Returns a senior's open emergency.
    #[must_use]
    pub fn emergency_of(&self, senior: SeniorId) -> Option<&Arc<Ticket>> {
        self.ticket(*self.by_senior.get(&senior)?)
    }

    /// Returns the ticket of a signal that is kept.
    #[must_use]
    pub fn ticket_of_signal(&self, signal: SignalId) -> Option<TicketId> {
        self.signals.get(&signal).copied()
    }

    /// Returns how many signals are kept.
    #[must_use]
    pub fn signals(&self) -> usize {
        self.signals.len()
    }

    /// Returns a ticket's history, oldest first; empty where none is kept.
    #[must_use]
    pub fn history(&self, id: TicketId) -> &[Link] {
        self.history.as_ref().and_then(|all| all.get(&id)).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of the last event.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.counters.0
    }

    /// Returns everybody who could go.
    pub fn responders(&self) -> impl Iterator<Item = &Arc<Responder>> {
        self.responders.values()
    }

    /// Returns whether a person's request was carried out.
    pub(crate) fn knows_request(&self, user: UserId, key: &str) -> bool {
        self.requests.contains(&(user, key.to_owned()))
    }

    /// Returns the open tickets as a restart would read them: from their documents, with the deadlines
    /// from their rows.
    ///
    /// # Errors
    /// The ticket that cannot be read, and why.
    pub(crate) fn reread(&self) -> Result<Vec<Ticket>, String> {
        let read = |id: &TicketId| {
            let kept = self.tickets.get(id).ok_or_else(|| format!("{id} is open and not kept"))?;
            let ticket: Ticket =
                serde_json::from_str(&kept.state).map_err(|why| format!("{id}: {why}"))?;
            let deadlines: Vec<Deadline> = kept.ticket.deadlines.clone();
            let (version, number) = (kept.ticket.version, kept.ticket.number);
            Ok(Ticket { version, number, deadlines, ..ticket })
        };
        self.open.iter().map(read).collect()
    }

    // --- Writing -------------------------------------------------------------------------------

    /// Applies one command in a transaction of its own: all of it or nothing.
    ///
    /// # Errors
    /// As the store's: stale, or against a rule of the database.
    pub fn write(&mut self, item: &FoldItem) -> Result<Written, StoreError> {
        let context = self.context(item);
        let mut fold = Fold::new(context, &self.policy, &self.district);
        let reply = fold.apply(item)?;
        let mut batch = fold.finish()?;
        self.allows(&batch)?;
        let signals = std::mem::take(&mut batch.signals);
        let advance = batch.advances.pop().map(Arc::new);
        let changed: Vec<Arc<Ticket>> = advance
            .iter()
            .flat_map(|advance| {
                let happened = advance.happened.iter().map(|happened| happened.ticket.clone());
                happened.chain(advance.rescheduled.iter().cloned())
            })
            .collect();
        self.keep(batch, &signals, &changed);
        Ok(Written { reply, advance, signals })
    }

    /// Keeps a changed responder and returns what is announced.
    pub fn update_responder(&mut self, responder: Responder) -> Advance {
        let responder = Arc::new(responder);
        self.responders.insert(responder.id, responder.clone());
        Advance {
            district: self.district.clone(),
            prev: self.counters.0,
            seq: self.counters.0,
            happened: Vec::new(),
            rescheduled: Vec::new(),
            responders: vec![responder],
        }
    }

    fn context(&self, item: &FoldItem) -> Context {
        let mut context = Context::default();
        context.counters.insert(self.district.clone(), self.counters);
        match item {
            FoldItem::Alarm(alarm, _) => self.context_of_alarm(alarm, &mut context),
            FoldItem::Commit(commit) => {
                for part in &commit.tickets {
                    self.put_ticket(part.ticket.id, &mut context);
                }
            }
        }
        context
    }

    fn context_of_alarm(&self, alarm: &Alarm, context: &mut Context) {
        let key = (alarm.protocol, alarm.ident.clone());
        context.seen = self.seen.get(&key).cloned().unwrap_or_default();
        if let Some(device) = self.devices.get(&key) {
            if let Some(open) = self.by_senior.get(&device.senior) {
                context.open_by_senior.insert(device.senior, *open);
                self.put_ticket(*open, context);
            }
            context.devices.insert(key, device.clone());
            return;
        }
        let ident = format!("{}/{}", alarm.protocol.as_str(), alarm.ident);
        if let Some(open) = self.by_ident.get(&ident) {
            context.open_by_ident.insert(ident, *open);
            self.put_ticket(*open, context);
        }
        let since = UnknownCaller::window_start(alarm.received_at);
        let of_address = self.tickets.values().map(|kept| &kept.ticket).filter(|ticket| {
            ticket.source_addr.as_ref() == Some(&alarm.source_addr) && ticket.times.opened >= since
        });
        let mut caller = UnknownCaller::default();
        for ticket in of_address {
            caller.opened += 1;
            if ticket.is_open() && ticket.senior.is_none() {
                caller.last_open = Some(ticket.id);
            }
        }
        if let Some(last) = caller.last_open {
            self.put_ticket(last, context);
        }
        context.unknown_callers.insert(alarm.source_addr.clone(), caller);
    }

    fn put_ticket(&self, id: TicketId, context: &mut Context) {
        let Some(kept) = self.tickets.get(&id) else { return };
        let stored = StoredTicket {
            ticket: Some(kept.ticket.clone()),
            version: kept.ticket.version,
            number: kept.ticket.number,
            chain: kept.chain,
        };
        context.tickets.insert(id, stored);
    }

    /// The unique indexes of the database.
    fn allows(&self, batch: &Batch) -> Result<(), StoreError> {
        for row in batch.tickets.iter().filter(|row| row.open && row.emergency) {
            let other = row.senior.and_then(|senior| self.by_senior.get(&senior));
            if other.is_some_and(|other| *other != row.id) {
                return Err(StoreError::Violates(Constraint::OneOpenEmergency));
            }
        }
        let lets_go = |offer: OfferId| batch.offers.iter().any(|r| r.id == offer && !r.active);
        for (at, row) in batch.offers.iter().enumerate() {
            let before = &batch.offers[..at];
            if row.active && self.is_bound_elsewhere(row, lets_go)
                || before.iter().any(|b| row.active && b.active && b.responder == row.responder)
            {
                return Err(StoreError::Violates(Constraint::ResponderBusy));
            }
            let same_place = |b: &&OfferRow| b.ticket == row.ticket && b.role == row.role;
            if row.engaged && before.iter().filter(same_place).any(|b| b.engaged) {
                return Err(StoreError::Violates(Constraint::PlaceTaken));
            }
        }
        for request in &batch.idempotency {
            if self.knows_request(request.user, &request.key) {
                return Err(StoreError::Violates(Constraint::Taken));
            }
        }
        Ok(())
    }

    fn is_bound_elsewhere(&self, row: &OfferRow, lets_go: impl Fn(OfferId) -> bool) -> bool {
        let held = self.active.get(&row.responder);
        held.is_some_and(|offer| *offer != row.id && !lets_go(*offer))
    }

    fn keep(&mut self, batch: Batch, signals: &[SignalRow], changed: &[Arc<Ticket>]) {
        if let Some(counters) = batch.counters.get(&self.district) {
            self.counters = *counters;
        }
        for row in signals {
            self.signals.insert(row.id, row.ticket);
            let seen = self.seen.entry((row.protocol, row.ident.clone())).or_default();
            seen.push(SeenSignal {
                id: row.id,
                protocol: row.protocol,
                ident: row.ident.clone(),
                event_id: row.event_id.clone(),
                body_sha256: row.body_sha256,
                verified: row.verified,
                received_at: row.received_at,
                ticket: row.ticket,
                joined: row.joined,
            });
        }
        for row in &batch.offers {
            self.ticket_of_offer.insert(row.id, row.ticket);
            if row.active {
                self.active.insert(row.responder, row.id);
            } else if self.active.get(&row.responder) == Some(&row.id) {
                self.active.remove(&row.responder);
            }
        }
        for TicketRow { id, chain, state, .. } in batch.tickets {
            let Some(ticket) = changed.iter().rev().find(|ticket| ticket.id == id) else {
                continue;
            };
            self.keep_ticket(Kept { ticket: ticket.clone(), chain, state });
        }
        if let Some(history) = &mut self.history {
            for event in batch.events {
                let link = Link { seq: event.seq, body: event.body, hash: event.hash };
                history.entry(event.ticket).or_default().push(link);
            }
        }
        let requests = batch.idempotency.into_iter().map(|request| (request.user, request.key));
        self.requests.extend(requests);
    }

    fn keep_ticket(&mut self, mut kept: Kept) {
        let ticket = &kept.ticket;
        let id = ticket.id;
        let before = self.tickets.get(&id).map(|before| before.ticket.clone());
        if let Some(senior) = before.as_ref().and_then(|before| before.senior)
            && self.by_senior.get(&senior) == Some(&id)
        {
            self.by_senior.remove(&senior);
        }
        if let Some(ident) = &ticket.unknown_ident {
            self.by_ident.remove(ident);
        }
        if ticket.is_open() {
            self.open.insert(id);
            if let Some(senior) = ticket.senior.filter(|_| ticket.is_emergency()) {
                self.by_senior.insert(senior, id);
            }
            if let Some(ident) = &ticket.unknown_ident {
                self.by_ident.insert(ident.clone(), id);
            }
        } else {
            self.open.remove(&id);
            // Nobody reads it again: a year of documents would fill the memory.
            kept.state = String::new();
        }
        self.tickets.insert(id, kept);
    }

    /// Returns a responder's file.
    #[must_use]
    pub fn responder(&self, id: ResponderId) -> Option<&Arc<Responder>> {
        self.responders.get(&id)
    }
}
