//! The invariants, looked at from outside: by going through all tickets, with memories of their own.

use std::collections::{HashMap, HashSet};

use silverbell_domain::{
    DeadlineKind, Event, Handling, MAX_WORD_MIN, Offer, Policy, SAME_BYTES_WITHIN_MS, SeniorId,
    SignalId, TeamRole, Ticket, TicketId, UnixMs, Urgency, WorkingSet,
};
use silverbell_laboratory::{Line, World};
use silverbell_store::{Advance, GENESIS, Happened, Recorded, SignalRow, chain_hash, verify_chain};

/// The loop has a second; a commit that the board learns of late, or misses, costs it two more.
const LOOP_MS: i64 = 3_000;

/// What is remembered of a ticket from step to step.
#[derive(Debug)]
struct Memory {
    /// How many events it has, and the hash of the last.
    events: usize,
    head: [u8; 32],
    /// How many signals were recorded with it.
    signals: u32,
    urgency: Urgency,
    /// How it ended, if it has.
    ending: Option<Handling>,
    position_at: Option<UnixMs>,
    /// When it was last changed, when anything was last told of it, and when somebody was last called to it; true time.
    changed_at: i64,
    news_at: i64,
    told_at: i64,
}

/// The invariants of `silverbell-domain`, checked step by step.
#[derive(Debug, Default)]
pub struct Invariants {
    tickets: HashMap<TicketId, Memory>,
    /// The open emergency of each senior after the last step.
    emergencies: HashMap<SeniorId, TicketId>,
    acknowledged: Vec<(SignalId, TicketId)>,
    /// When each signal was received, by the service's clock.
    received_at: HashMap<SignalId, UnixMs>,
    restarts: u64,
    was_board_current: bool,
    last_seq: u64,
    digest: u64,
}

type Checked = Result<(), String>;

macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

impl Invariants {
    /// Checks what the last step did, and the world as it stands after it.
    ///
    /// # Errors
    /// The invariant that is broken, by its number, and how.
    pub fn check(&mut self, world: &World<'_>) -> Checked {
        let ledger = world.ledger();
        if let Some(complaint) = ledger.complaints.first() {
            return Err(format!("6 or worse: {complaint}"));
        }
        for signal in &ledger.signals {
            self.check_signal(signal, world)?;
        }
        for advance in &ledger.advances {
            self.check_advance(advance, world)?;
        }
        for (press, recorded) in &ledger.acknowledged {
            self.acknowledged.push((recorded.signal, recorded.ticket));
            check_acknowledged((recorded.signal, recorded.ticket), world)?;
            self.check_not_swallowed(*press, recorded, world)?;
        }
        if self.restarts != world.restarts() {
            self.restarts = world.restarts();
            self.check_all_acknowledged(world)?;
        }
        self.check_open_tickets(world)?;
        // It changes with a commit, or by learning of one.
        let may_have_changed = !ledger.advances.is_empty() || !self.was_board_current;
        self.was_board_current = world.is_board_current();
        if may_have_changed && self.was_board_current { check_board(world) } else { Ok(()) }
    }

    /// Checks what must be true once everything has run out.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_the_end(&mut self, world: &World<'_>) -> Checked {
        self.check_all_acknowledged(world)?;
        let mut counted = 0;
        for (id, kept) in world.database().tickets() {
            let (ticket, number) = (&kept.ticket, kept.ticket.number);
            ensure!(!ticket.is_open(), "the end: ticket {number} is open");
            ensure!(ticket.times.answered.is_some(), "the end: nobody ever owned ticket {number}");
            check_ended(ticket)?;
            let history = world.database().history(*id);
            verify_chain(history, &kept.chain)
                .map_err(|seq| format!("5: ticket {number}'s chain is broken at event {seq}"))?;
            counted += ticket.signals as usize;
        }
        let signals = world.database().signals();
        ensure!(counted == signals, "2: {signals} signals, and the tickets count {counted}");
        Ok(())
    }

    /// Returns a number that depends on everything that happened.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.digest
    }

    // --- 1 -------------------------------------------------------------------------------------

    fn check_all_acknowledged(&self, world: &World<'_>) -> Checked {
        self.acknowledged.iter().try_for_each(|ack| check_acknowledged(*ack, world))
    }

    // --- 2 -------------------------------------------------------------------------------------

    /// `emergencies` is what was open before this step: a repeat press has to be there.
    fn check_signal(&mut self, signal: &SignalRow, world: &World<'_>) -> Checked {
        let Some(ticket) = world.database().ticket(signal.ticket) else {
            return Err(format!("2: signal {} belongs to no ticket", signal.id));
        };
        let number = ticket.number;
        self.received_at.insert(signal.id, signal.received_at);
        ensure!(ticket.is_emergency(), "2: an SOS joined ticket {number}, which is no emergency");
        let open = ticket.senior.and_then(|senior| self.emergencies.get(&senior));
        let is_known = signal.device.is_some();
        if let (true, Some(open)) = (is_known, open) {
            ensure!(*open == signal.ticket, "2: ticket {number} is a twin of an open emergency");
            ensure!(signal.joined, "2: a repeat press did not join ticket {number}");
        }
        match self.tickets.get_mut(&signal.ticket) {
            Some(known) => {
                ensure!(signal.joined, "2: a signal that joined ticket {number} is said to be new");
                known.signals += 1;
                let raised = ticket.urgency < known.urgency || ticket.urgency == Urgency::Extreme;
                ensure!(raised, "2: a repeat press left the urgency of ticket {number} as it was");
            }
            None => ensure!(!signal.joined, "2: a signal joined a ticket that was not there"),
        }
        Ok(())
    }

    /// What is answered as a repeat is one: the same event of the same device, or its same bytes within
    /// ten minutes by the service's clock. Anything else would be a press that nobody hears of.
    fn check_not_swallowed(&self, press: usize, recorded: &Recorded, world: &World<'_>) -> Checked {
        let line = world.line_of(press);
        if !recorded.duplicate || line == Line::Device {
            return Ok(());
        }
        let Some(first_at) = self.received_at.get(&recorded.signal) else {
            return Err(format!("2: press {press} repeats a signal that was never recorded"));
        };
        let ago_ms = world.now().since_ms(*first_at);
        let is_repeat = (-UnixMs::AHEAD_MS..=SAME_BYTES_WITHIN_MS).contains(&ago_ms);
        ensure!(is_repeat, "2: press {press} is swallowed, as a repeat of {ago_ms} ms ago");
        Ok(())
    }

    // --- 5 and 7 -------------------------------------------------------------------------------

    fn check_advance(&mut self, advance: &Advance, world: &World<'_>) -> Checked {
        for ticket in &advance.rescheduled {
            if let Some(memory) = self.tickets.get_mut(&ticket.id) {
                memory.changed_at = world.true_ms();
            }
        }
        for happened in &advance.happened {
            self.last_seq += 1;
            let seq = happened.seq;
            ensure!(seq == self.last_seq, "5: event {seq} follows {}", self.last_seq - 1);
            self.remember(happened, world)?;
        }
        Ok(())
    }

    fn remember(&mut self, happened: &Happened, world: &World<'_>) -> Checked {
        let (ticket, t) = (&happened.ticket, world.true_ms());
        let number = ticket.number;
        let memory = self.tickets.entry(ticket.id).or_insert_with(|| Memory {
            events: 0,
            head: GENESIS,
            // The signal that opened it; none for one that was opened by hand.
            signals: ticket.signals.min(1),
            urgency: ticket.urgency,
            ending: None,
            position_at: None,
            changed_at: t,
            news_at: t,
            told_at: t,
        });
        let history = world.database().history(ticket.id);
        let Some(link) = history.get(memory.events) else {
            return Err(format!("5: event {} is not in ticket {number}'s history", happened.seq));
        };
        memory.events += 1;
        memory.head = chain_hash(&memory.head, &link.body);
        ensure!(memory.head == link.hash, "5: event {} is not chained", happened.seq);
        self.digest = self.digest.rotate_left(7) ^ u64::from_le_bytes(first_bytes(&memory.head));
        (memory.changed_at, memory.news_at) = (t, t);
        if calls_somebody(&happened.event) {
            memory.told_at = t;
        }
        match &happened.event {
            Event::Closed { .. } => {
                let user = happened.by.user();
                ensure!(user.is_some(), "5: ticket {number} was closed without a person");
            }
            Event::Reopened { .. } => memory.ending = None,
            // Others neither end a ticket nor begin it anew.
            _ => {}
        }
        let before = memory.ending.as_ref();
        let is_as_it_was = before.is_none_or(|before| *before == ticket.handling);
        ensure!(is_as_it_was, "5: the end of ticket {number} was changed");
        memory.ending = (!ticket.is_open()).then(|| ticket.handling.clone());
        memory.urgency = ticket.urgency;
        let signals = memory.signals;
        ensure!(
            signals == ticket.signals,
            "2: ticket {number} counts {} signals of {signals}",
            ticket.signals
        );
        let position_at = ticket.position.map(|position| position.at);
        if position_at != memory.position_at {
            memory.position_at = position_at;
            let is_future = position_at.is_some_and(|at| at.is_ahead_of(happened.at));
            ensure!(!is_future, "7: ticket {number} has a position from the future");
        }
        if ticket.is_open() { Ok(()) } else { check_ended(ticket) }
    }

    // --- 2, 3 and 4 ----------------------------------------------------------------------------

    fn check_open_tickets(&mut self, world: &World<'_>) -> Checked {
        let (mut bound, mut seniors) = (HashSet::new(), HashMap::new());
        for ticket in world.database().open() {
            let number = ticket.number;
            let is_emergency = ticket.is_emergency();
            if let Some(senior) = ticket.senior.filter(|_| is_emergency) {
                let other = seniors.insert(senior, ticket.id);
                ensure!(other.is_none(), "2: ticket {number} is a twin");
            }
            for offer in ticket.offers.iter().filter(|o| is_emergency && o.state.is_active()) {
                let is_new = bound.insert(offer.responder);
                ensure!(is_new, "3: {} is active on ticket {number} and another", offer.responder);
            }
            for role in TeamRole::TEAM {
                let holds = |offer: &&Offer| offer.role == role && offer.state.is_engaged();
                let holders = ticket.offers.iter().filter(holds).count();
                ensure!(holders <= 1, "3: {holders} hold a place of ticket {number}");
                let is_asked = ticket.is_asked(role);
                ensure!(holders == 0 || !is_asked, "3: a held place of ticket {number} is offered");
            }
            self.check_not_silent(ticket, world)?;
        }
        self.emergencies = seniors;
        Ok(())
    }

    fn check_not_silent(&self, ticket: &Ticket, world: &World<'_>) -> Checked {
        let number = ticket.number;
        let due = ticket.deadlines.iter().map(|deadline| deadline.at).min();
        let Some(due) = due else {
            return Err(format!("4: ticket {number} has no deadline"));
        };
        let (t, policy) = (world.true_ms(), world.policy());
        if !world.is_up() {
            return Ok(());
        }
        let since = |at: i64| t - at.max(world.disturbed_at());
        let quiet_s = i64::from(policy.watchdog.quiet_after_s);
        let Some(memory) = self.tickets.get(&ticket.id) else {
            return Err(format!("5: ticket {number} has no history"));
        };
        // A change can ask for something that is due already.
        let late_ms = since(world.true_time_of(due).max(memory.changed_at));
        ensure!(late_ms <= LOOP_MS, "4: ticket {number}'s deadline passed {late_ms} ms ago");
        if since(memory.changed_at) > LOOP_MS {
            // Not even one of them: another deadline that goes on would hide it.
            for deadline in &ticket.deadlines {
                let Some(longest_s) = longest_s(deadline.kind, policy) else { continue };
                let is_frozen = deadline.at.is_ahead_of(world.now().plus_s(longest_s));
                let (what, at) = (deadline.kind.as_str(), deadline.at);
                ensure!(!is_frozen, "4: {what} of ticket {number} is frozen until {at:?}");
            }
        }
        let quiet_ms = since(memory.news_at);
        ensure!(
            quiet_ms <= quiet_s * 1_000 + LOOP_MS,
            "4: no news of ticket {number} for {quiet_ms} ms"
        );
        let somebody_goes = ticket.offers.iter().any(|offer| offer.state.is_active());
        if ticket.owner().is_none() && !somebody_goes {
            let (answer, accept) =
                (policy.handling.supervisor_after_s, policy.dispatch.escalate_after_s);
            let bound_ms = i64::from(answer.max(accept)) * 1_000 + LOOP_MS;
            let silent_ms = since(memory.told_at);
            ensure!(
                silent_ms <= bound_ms,
                "4: nobody was called to ticket {number} for {silent_ms} ms"
            );
        }
        Ok(())
    }
}

/// Returns how far ahead a deadline of this kind can lie at most, seconds; `None` where that depends on a
/// way or takes days.
fn longest_s(kind: DeadlineKind, policy: &Policy) -> Option<i64> {
    let Policy { dispatch, handling, watchdog, escalation, silence, safety, .. } = policy;
    let s = match kind {
        DeadlineKind::HoldEnds => dispatch.hold_s.max(dispatch.unverified_after_s),
        DeadlineKind::OfferExpires => dispatch.offer_timeout_s.max(dispatch.rings_at_most_s),
        DeadlineKind::Widen => dispatch.widen_after_s,
        DeadlineKind::AnswerWithin => handling.answer_within_s,
        DeadlineKind::ShiftLead => handling.shift_lead_after_s,
        DeadlineKind::NotAnswered => handling.supervisor_after_s,
        DeadlineKind::NotAccepted => dispatch.escalate_after_s,
        DeadlineKind::Quiet => watchdog.quiet_after_s,
        DeadlineKind::Follow => watchdog.look_every_s.saturating_mul(4),
        DeadlineKind::SceneQuiet => watchdog.scene_word_s,
        DeadlineKind::Silence => silence.call_back_s.max(silence.contact_s),
        DeadlineKind::Climb => escalation.step_s,
        DeadlineKind::Safety => safety.word_every_s.max(MAX_WORD_MIN * 60),
        DeadlineKind::EtaLapsed
        | DeadlineKind::WorkDue
        | DeadlineKind::CallBack
        | DeadlineKind::Archive => return None,
    };
    Some(s.into())
}

fn first_bytes(hash: &[u8; 32]) -> [u8; 8] {
    std::array::from_fn(|at| hash[at])
}

/// Whether an event calls somebody to a ticket.
fn calls_somebody(event: &Event) -> bool {
    matches!(
        event,
        Event::TicketOpened { .. }
            | Event::SignalJoined { .. }
            | Event::Offered { .. }
            | Event::OperatorsAlarmed { .. }
            | Event::Escalated { .. }
            | Event::Chased { .. }
            | Event::Reopened { .. }
    )
}

fn check_acknowledged((signal, ticket): (SignalId, TicketId), world: &World<'_>) -> Checked {
    let kept = world.database().ticket_of_signal(signal);
    ensure!(kept == Some(ticket), "1: signal {signal} was acknowledged and is not kept");
    ensure!(world.database().ticket(ticket).is_some(), "1: ticket {ticket} is gone");
    Ok(())
}

fn check_ended(ticket: &Ticket) -> Checked {
    let number = ticket.number;
    ensure!(ticket.handling.closing().is_some(), "5: ticket {number} ended without an outcome");
    ensure!(ticket.times.closed.is_some(), "5: ticket {number} ended at no time");
    ensure!(ticket.is_at_rest(), "5: ticket {number} ended and still has deadlines");
    let still = ticket.offers.iter().any(|offer| offer.state.is_active());
    ensure!(!still, "5: ticket {number} ended and somebody still goes");
    Ok(())
}

/// The board is what rereading would give; and nobody was heard in the future.
fn check_board(world: &World<'_>) -> Checked {
    let set = &world.board().set;
    let mut reread = WorkingSet::new(set.district.clone());
    reread.seq = world.database().seq();
    reread.people.clone_from(&set.people);
    for ticket in world.database().open() {
        reread.put(ticket.clone());
    }
    ensure!(reread == *set, "7: the board is not what is kept");
    let soonest =
        world.database().open().filter_map(|ticket| ticket.next_deadline()).min_by_key(|d| d.at);
    let due = soonest.map(|deadline| deadline.at);
    ensure!(due == set.next_due(), "4: the loop waits for another deadline than the next");
    if world.true_ms() - world.disturbed_at() > LOOP_MS {
        let now = world.now();
        let early = set.people.values().find(|person| {
            let heard = person.heard_at.is_some_and(|at| at.is_ahead_of(now));
            heard || person.position.is_some_and(|(_, at)| at.is_ahead_of(now))
        });
        ensure!(early.is_none(), "7: somebody was heard of in the future");
    }
    Ok(())
}
