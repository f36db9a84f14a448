//! A store as it would be if nothing were ever lost and nobody were in a hurry: lists in memory,
//! looked through from end to end. It says what the contract says, not how a store keeps it.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use serde_json::json;
use silverbell_domain::{
    Alarm, By, Caller, Eta, EtaSource, Kind, KnownDevice, NewEvent, Offer, OfferId, OfferState,
    Policy, Protocol, Refusal, SignalId, TeamRole, Ticket, TicketId, UnixMs, Urgency, join,
    open_by_hand, open_from_alarm,
};
use silverbell_testkit::{Press, START, aide, device_of, longwen, nth_uuid, operator, senior};

use super::steps::{Key, Move, Presser, SENIORS, Step, any_step};
use crate::contract::alarms::helped;
use crate::contract::{device, watch};
use crate::{
    Commit, Constraint, Idempotency, NewOutbox, OutboxItem, OutboxResult, Recorded, StoreError,
    Subject, TicketCommit, TimelineRow,
};

/// The only kind of message there is.
pub(super) const KIND: &str = "locate_device";

const ETA: Eta = Eta { s: 240, source: EtaSource::Roads };

/// Everything that is kept, what was asked last, and what has to be answered to that.
#[derive(Clone)]
pub(super) struct World {
    policy: Policy,
    now: UnixMs,
    /// So many identities were given.
    given: u64,
    /// The number of the last event.
    pub(super) seq: u64,
    /// In the order in which they were opened.
    pub(super) tickets: Vec<Kept>,
    signals: Vec<Signal>,
    outbox: Vec<Message>,
    pub(super) requests: Vec<Idempotency>,
    last_commit: Option<Commit>,
    pub(super) asked: Ask,
    pub(super) answer: Answer,
}

/// A ticket with its past.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) ticket: Ticket,
    /// As it was before.
    before: Option<Ticket>,
    pub(super) timeline: Vec<TimelineRow>,
}

#[derive(Clone, Debug)]
struct Signal {
    said: Said,
    at: UnixMs,
    recorded: Recorded,
}

/// What makes two signals the same, beside the time.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    protocol: Protocol,
    ident: String,
    verified: bool,
    /// Counts only from a device that proved to be it.
    event: Option<String>,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Message {
    message: NewOutbox,
    attempts: u32,
    failures: u32,
    leased_until: UnixMs,
    is_finished: bool,
}

/// What the store is asked.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Nothing,
    Record(Box<Alarm>, TicketId),
    Commit(Commit),
    Lease { now: UnixMs, until: UnixMs, limit: u32 },
    Finish { id: uuid::Uuid, attempts: u32, result: OutboxResult },
}

/// What it has to answer.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Nothing,
    /// One of these: after the clock was set back, two may be the first.
    Recorded(Vec<Recorded>),
    Committed(Vec<Ticket>),
    /// One of these: a commit may break two rules at once.
    Refused(Vec<StoreError>),
    Leased(Vec<OutboxItem>),
}

impl std::fmt::Debug for World {
    /// A failure is told by its steps; this is only where they begin.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tickets, {} signals", self.tickets.len(), self.signals.len())
    }
}

impl ReferenceStateMachine for World {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::empty()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        any_step()
    }

    fn apply(mut world: Self, step: &Step) -> Self {
        world.take(step);
        world
    }
}

impl World {
    fn empty() -> Self {
        Self {
            policy: Policy::default(),
            now: START,
            given: 0,
            seq: 0,
            tickets: Vec::new(),
            signals: Vec::new(),
            outbox: Vec::new(),
            requests: Vec::new(),
            last_commit: None,
            asked: Ask::Nothing,
            answer: Answer::Nothing,
        }
    }

    fn take(&mut self, step: &Step) {
        self.now = self.now.plus_s(1);
        self.asked = self.ask(step);
        self.answer = match self.asked.clone() {
            Ask::Nothing => Answer::Nothing,
            Ask::Record(alarm, new_ticket) => self.record(*alarm, new_ticket),
            Ask::Commit(commit) => self.commit(commit),
            Ask::Lease { now, until, limit } => self.lease(now, until, limit),
            Ask::Finish { id, attempts, result } => self.finish(id, attempts, &result),
        };
    }

    /// Puts a step in the words of the store; nothing if there is nothing to do it to.
    fn ask(&mut self, step: &Step) -> Ask {
        let now = self.now;
        match step {
            Step::Press(key) => self.press(key),
            Step::OpenByHand { senior: n, kind } => {
                let ticket = TicketId(self.next());
                Ask::Commit(opened(ticket, *n, *kind, now, &self.policy))
            }
            Step::Commit { moves, stale, message_due_s, key } => {
                let Some(mut commit) = self.moved(moves, *stale) else { return Ask::Nothing };
                commit.outbox = message_due_s.iter().map(|s| self.message(&commit, *s)).collect();
                commit.idempotency = key.map(|key| request(key, commit.tickets[0].ticket.id, now));
                Ask::Commit(commit)
            }
            Step::Repeat => self.last_commit.clone().map_or(Ask::Nothing, Ask::Commit),
            Step::Lease { for_s, limit } => {
                Ask::Lease { now, until: now.plus_s(*for_s), limit: *limit }
            }
            Step::Finish { message, late_by, how } => {
                let Some(message) = picked(&self.outbox, *message) else { return Ask::Nothing };
                let attempts = message.attempts.saturating_sub(*late_by);
                Ask::Finish { id: message.message.id, attempts, result: how.at(now) }
            }
            Step::Wait { s } => {
                self.now = now.plus_s(*s);
                Ask::Nothing
            }
        }
    }

    fn next(&mut self) -> uuid::Uuid {
        self.given += 1;
        nth_uuid(100, self.given)
    }

    // --- Signals -------------------------------------------------------------------------------

    fn press(&mut self, key: &Key) -> Ask {
        let press = match key.of {
            Presser::Device(n) => Press::of(n),
            Presser::Impostor(n) => Press::of(n).wrong_key(),
            Presser::Watch(n) => Press::unknown(&watch(n).ident).over(Protocol::Watch),
            Presser::Stranger(n) => Press::unknown(&format!("stranger-{n}")),
        };
        let press = press.kind(key.kind()).bytes(&[b'0' + key.body]).at(self.now);
        let press = match key.event {
            Some(event) => press.id(&format!("e-{event}")),
            None => press,
        };
        // Each from another address: this is not about floods.
        let press = press.from_addr(&format!("192.0.2.{}", self.given));
        let alarm = press.alarm(&silverbell_testkit::CountingIds::default());
        let alarm = Alarm { id: SignalId(self.next()), ..alarm };
        Ask::Record(Box::new(alarm), TicketId(self.next()))
    }

    fn record(&mut self, mut alarm: Alarm, new_ticket: TicketId) -> Answer {
        let now = alarm.received_at;
        let device = known(&alarm);
        let verified = device.as_ref().is_some_and(|device| device.vouches_for(&alarm));
        let said = Said {
            protocol: alarm.protocol,
            ident: alarm.ident.clone(),
            verified,
            event: alarm.event_id.clone().filter(|_| verified),
            bytes: alarm.raw.clone(),
        };
        let is_same = |earlier: &&Signal| {
            let ago_s = now.since_ms(earlier.at) as f64 / 1_000.0;
            earlier.said == said && (said.event.is_some() || (-5.0..=600.0).contains(&ago_s))
        };
        let first: Vec<&Signal> = self.signals.iter().filter(is_same).collect();
        if !first.is_empty() {
            let again = |first: &Signal| Recorded { duplicate: true, ..first.recorded };
            return Answer::Recorded(first.into_iter().map(again).collect());
        }

        let is_reused = |earlier: &Signal| {
            let Said { protocol, ident, event, .. } = &earlier.said;
            event.is_some()
                && (*protocol, ident, event) == (said.protocol, &said.ident, &said.event)
        };
        if self.signals.iter().any(is_reused) {
            alarm.flags.push(silverbell_domain::Flag::IdReused);
        }
        let district = longwen();
        let caller = match &device {
            Some(device) => Caller::Known { device, verified },
            None => Caller::Unknown { district: &district },
        };
        let unknown = Some(format!("{}/{}", alarm.protocol.as_str(), alarm.ident));
        let is_theirs = |ticket: &Ticket| match &device {
            Some(device) => ticket.is_emergency() && ticket.senior == Some(device.senior),
            None => ticket.unknown_ident == unknown,
        };
        let mut all = self.tickets.iter().map(|kept| &kept.ticket);
        let joined = all.find(|ticket| ticket.is_open() && is_theirs(ticket)).cloned();
        let (ticket, event) = match joined.clone() {
            Some(mut ticket) => {
                let event = join(&mut ticket, &alarm, caller, &self.policy);
                (ticket, event)
            }
            None => open_from_alarm(new_ticket, &alarm, caller, &self.policy),
        };
        let recorded = Recorded {
            signal: alarm.id,
            ticket: ticket.id,
            joined: joined.is_some(),
            duplicate: false,
            device: device.as_ref().filter(|_| verified).map(|device| device.id),
            is_canary: false,
        };
        self.keep(ticket, vec![event]);
        self.signals.push(Signal { said, at: now, recorded });
        Answer::Recorded(vec![recorded])
    }

    /// Keeps a ticket as it is now, with what happened, and returns it.
    fn keep(&mut self, mut ticket: Ticket, events: Vec<NewEvent>) -> Ticket {
        let mut rows = Vec::new();
        for event in events {
            self.seq += 1;
            ticket.version = self.seq;
            rows.push(TimelineRow { seq: self.seq, event });
        }
        match self.tickets.iter_mut().find(|kept| kept.ticket.id == ticket.id) {
            Some(kept) => {
                kept.before = Some(std::mem::replace(&mut kept.ticket, ticket.clone()));
                kept.timeline.extend(rows);
            }
            None => {
                ticket.number = self.tickets.len() as u64 + 1;
                self.tickets.push(Kept { ticket: ticket.clone(), before: None, timeline: rows });
            }
        }
        ticket
    }

    // --- Commits -------------------------------------------------------------------------------

    /// Returns the commit of these moves, on what was read, or on what was read too long ago.
    fn moved(&mut self, moves: &[(usize, Move)], stale: bool) -> Option<Commit> {
        let mut tickets: Vec<TicketCommit> = Vec::new();
        for (which, how) in moves {
            // Rows are written one by one: a senior cannot be handed from one open ticket to another
            // within a commit. Nobody does that.
            if moves.len() > 1 && matches!(how, Move::Verify { .. }) {
                continue;
            }
            // Beginning with this one, the first that allows the move.
            let part = (0..self.tickets.len()).find_map(|more| {
                let kept = picked(&self.tickets, which + more)?;
                let old = kept.before.clone().filter(|_| stale);
                let mut ticket = old.unwrap_or_else(|| kept.ticket.clone());
                let expected_version = ticket.version;
                let is_moved = tickets.iter().any(|part| part.ticket.id == ticket.id);
                let events = self.carry_out(how, &mut ticket).ok().filter(|_| !is_moved)?;
                Some(TicketCommit { ticket, expected_version, events })
            });
            tickets.extend(part);
        }
        (!tickets.is_empty()).then_some(Commit { tickets, outbox: Vec::new(), idempotency: None })
    }

    fn carry_out(&mut self, how: &Move, ticket: &mut Ticket) -> Result<Vec<NewEvent>, Refusal> {
        let (now, policy, by) = (self.now, self.policy.clone(), operator(1));
        match how {
            Move::Answer { operator: n, take_over } => {
                let reason = take_over.then(|| "the shift ends".to_owned());
                ticket.answer(operator(*n), reason, now, &policy)
            }
            Move::Confirm => ticket.confirm(by, now, &policy),
            Move::Verify { senior: n } => {
                let whose = n.map(senior);
                ticket.verify(by, whose.as_ref(), now, &policy)
            }
            Move::Assign { aide: n, role } => {
                let (offer, who) = (OfferId(self.next()), aide(*n).id);
                ticket.assign(by, offer, who, *role, ETA, now, &policy)
            }
            Move::Offer { offer, command } => {
                let offer = picked(&ticket.offers, *offer).ok_or(Refusal::NoSuchOffer)?.id;
                ticket.step_offer(offer, command.clone(), By::Machine, None, now, &policy)
            }
            Move::Note => Ok(ticket.note(by, "他说肚子疼".into(), now, &policy)),
            Move::Close => ticket.close(by, helped(), now, &policy),
            Move::Reopen => ticket.reopen(by, "he called again".into(), now, &policy),
            Move::Postpone => {
                ticket.deadlines.iter_mut().for_each(|deadline| deadline.at = now.plus_s(90));
                Ok(Vec::new())
            }
            Move::Force { aide: n, role } => {
                ticket.offers.push(held(OfferId(self.next()), *n, *role, now));
                // Whatever is more than a deadline has an event.
                Ok(ticket.note(by, "forced".into(), now, &policy))
            }
        }
    }

    fn commit(&mut self, commit: Commit) -> Answer {
        let version = |id| {
            let kept = self.tickets.iter().find(|kept| kept.ticket.id == id);
            kept.map_or(0, |kept| kept.ticket.version)
        };
        let mut parts = commit.tickets.iter();
        if let Some(stale) = parts.find(|part| version(part.ticket.id) != part.expected_version) {
            return Answer::Refused(vec![StoreError::Stale(stale.ticket.id)]);
        }
        let mut after = self.clone();
        let mut tickets = Vec::new();
        for part in &commit.tickets {
            tickets.push(after.keep(part.ticket.clone(), part.events.clone()));
        }
        after.requests.extend(commit.idempotency.clone());
        after.outbox.extend(commit.outbox.iter().map(|message| Message {
            message: message.clone(),
            attempts: 0,
            failures: 0,
            leased_until: UnixMs(0),
            is_finished: false,
        }));
        let broken = after.broken_rules();
        if !broken.is_empty() {
            return Answer::Refused(broken.into_iter().map(StoreError::Violates).collect());
        }
        after.last_commit = Some(commit);
        *self = after;
        Answer::Committed(tickets)
    }

    fn broken_rules(&self) -> Vec<Constraint> {
        let all = || self.tickets.iter().map(|kept| &kept.ticket);
        let open = || all().filter(|ticket| ticket.is_open());
        let offers = |t: &Ticket| -> Vec<Offer> { t.offers.clone() };
        let seniors = open().filter(|ticket| ticket.is_emergency()).filter_map(|t| t.senior);
        let strangers = open().filter_map(|ticket| ticket.unknown_ident.clone());
        let bound = all().filter(|ticket| ticket.is_emergency()).flat_map(offers);
        let bound = bound.filter(|offer| offer.state.is_active()).map(|offer| offer.responder);
        let holds = |t: &Ticket| -> Vec<(TicketId, TeamRole)> {
            let engaged = t.offers.iter().filter(|offer| offer.state.is_engaged());
            engaged.map(|offer| (t.id, offer.role)).collect()
        };
        let keys = self.requests.iter().map(|request| (request.user, request.key.clone()));
        let messages = self.outbox.iter().map(|message| message.message.id);
        [
            (Constraint::OneOpenEmergency, has_twins(seniors) || has_twins(strangers)),
            (Constraint::ResponderBusy, has_twins(bound)),
            (Constraint::PlaceTaken, has_twins(all().flat_map(holds))),
            (Constraint::Taken, has_twins(keys) || has_twins(messages)),
        ]
        .into_iter()
        .filter_map(|(rule, is_broken)| is_broken.then_some(rule))
        .collect()
    }

    // --- Outbox --------------------------------------------------------------------------------

    fn message(&mut self, commit: &Commit, due_s: i64) -> NewOutbox {
        NewOutbox {
            id: self.next(),
            district: longwen(),
            ticket: Some(commit.tickets[0].ticket.id),
            kind: KIND.into(),
            payload: json!({"n": self.given}),
            urgency: [Urgency::Extreme, Urgency::Urgent, Urgency::Normal, Urgency::Routine]
                [self.given as usize % 4],
            due_at: self.now.plus_s(due_s),
            expires_at: None,
        }
    }

    fn lease(&mut self, now: UnixMs, until: UnixMs, limit: u32) -> Answer {
        let is_free = |message: &&mut Message| {
            !message.is_finished && message.message.due_at <= now && message.leased_until <= now
        };
        let mut due: Vec<&mut Message> = self.outbox.iter_mut().filter(is_free).collect();
        due.sort_by_key(|message| {
            let message = &message.message;
            (message.urgency, message.due_at, message.id)
        });
        let leased = due.into_iter().take(limit as usize).map(|message| {
            message.attempts += 1;
            message.leased_until = until;
            OutboxItem {
                message: message.message.clone(),
                attempts: message.attempts,
                failures: message.failures,
            }
        });
        Answer::Leased(leased.collect())
    }

    fn finish(&mut self, id: uuid::Uuid, attempts: u32, result: &OutboxResult) -> Answer {
        let delivered = matches!(result, OutboxResult::Delivered(_));
        for message in self.outbox.iter_mut().filter(|message| message.message.id == id) {
            if message.is_finished || (message.attempts != attempts && !delivered) {
                continue;
            }
            message.leased_until = UnixMs(0);
            match result {
                OutboxResult::Delivered(_) | OutboxResult::Failed(..) => message.is_finished = true,
                OutboxResult::Retry(at) => {
                    message.failures += 1;
                    message.message.due_at = *at;
                }
                OutboxResult::Later(at) => message.message.due_at = *at,
            }
        }
        Answer::Nothing
    }
}

/// Returns the newest but `n`, going round.
fn picked<T>(of: &[T], n: usize) -> Option<&T> {
    of.iter().rev().nth(n % of.len().max(1))
}

fn has_twins<T: PartialEq>(all: impl Iterator<Item = T>) -> bool {
    let all: Vec<T> = all.collect();
    all.iter().enumerate().any(|(n, one)| all[..n].contains(one))
}

/// Returns the device that an alarm names, if it is one of ours.
fn known(alarm: &Alarm) -> Option<KnownDevice> {
    (0..SENIORS).find_map(|n| {
        [device(n), watch(n)].into_iter().find_map(|ours| {
            let is_it = (ours.protocol, &ours.ident) == (alarm.protocol, &alarm.ident);
            let about = device_of(&senior(n), n);
            is_it.then_some(KnownDevice { id: ours.id, key_sha256: ours.key_sha256, ..about })
        })
    })
}

fn opened(id: TicketId, n: u32, kind: Kind, now: UnixMs, policy: &Policy) -> Commit {
    let (ticket, event) =
        open_by_hand(id, &senior(n), kind, By::Person { user: operator(1) }, now, policy);
    let part = TicketCommit { ticket, expected_version: 0, events: vec![event] };
    Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None }
}

fn request(key: u8, ticket: TicketId, now: UnixMs) -> Idempotency {
    Idempotency {
        user: operator(1),
        key: format!("key-{key}"),
        fingerprint: [key; 32],
        subject: Subject::Ticket(ticket),
        at: now,
    }
}

fn held(id: OfferId, n: u32, role: TeamRole, now: UnixMs) -> Offer {
    Offer {
        id,
        responder: aide(n).id,
        role,
        eta: ETA,
        ring_min: 10,
        overdue: false,
        offered_at: now,
        deadline: now.plus_s(30),
        counts_from: None,
        link: None,
        way: None,
        door: None,
        chance_pct: 100,
        rings: None,
        seen_at: None,
        word: None,
        help_asked: std::collections::BTreeSet::new(),
        nearer_suggested: false,
        travelled_m: None,
        state: OfferState::Accepted { accepted_at: now, departed_at: None, lapsed_at: None },
    }
}
