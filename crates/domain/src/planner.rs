//! The planner: looks at a district as it stands and says what should be true. Pure: the same
//! working set, time and travel times give the same decisions.

use std::collections::{BTreeSet, HashMap};

use crate::candidates::{Surroundings, asked_in_vain, considered, is_ruled_out};
use crate::index::Rank;
use crate::{
    By, Candidate, Considered, DeadlineKind, EscalationReason, EscalationTarget, Event, Ids,
    NewEvent, Offer, OfferCommand, OfferId, OfferState, Person, Policy, ResponderId, ResponderRole,
    Step, TeamRole, Ticket, TicketId, TravelTimes, UnixMs, WidenReason, WithdrawReason, WorkingSet,
};

/// How many of the considered are kept with an offer.
const KEPT_REASONS: usize = 20;

/// What should become true of one ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The ticket as it should be, its whole set of deadlines with it.
    pub ticket: Ticket,
    /// The version that was looked at.
    pub expected_version: u64,
    /// What happened.
    pub events: Vec<NewEvent>,
}

/// Plans every open ticket that is in `dirty`, has a deadline that is due, or wants people while
/// somebody is free: the most urgent first, then the one received first. Nobody is asked for two
/// tickets in one round, and who is let go of in a round can be asked in the next, by whichever
/// ticket then comes first: no decision waits for another's commit. Callers look again after every
/// round that decided something.
#[must_use]
pub fn plan(
    set: &WorkingSet,
    dirty: &BTreeSet<TicketId>,
    now: UnixMs,
    travel: &dyn TravelTimes,
    policy: &Policy,
    ids: &dyn Ids,
) -> Vec<Decision> {
    let dirty = dirty.iter().filter_map(|id| set.tickets().get(id));
    let changed: BTreeSet<Rank> = dirty.chain(set.due(now)).map(|ticket| ticket.rank()).collect();
    let (mut changed, mut waiting) = (changed.into_iter().peekable(), set.waiting().peekable());
    if changed.peek().is_none() && waiting.peek().is_none() {
        return Vec::new();
    }
    let mut round = Round::new(set, now, travel, policy, ids);
    let mut decisions = Vec::new();
    loop {
        // Once nobody is free, those who only wait need not be looked at, however many they are.
        let waits = waiting.peek().filter(|_| !round.free.is_empty());
        let Some(rank) = changed.peek().into_iter().chain(waits).min().copied() else { break };
        let has_changed = changed.next_if_eq(&rank).is_some();
        waiting.next_if_eq(&rank);
        let Some(ticket) = set.tickets().get(&rank.2) else { continue };
        if has_changed || round.can_staff(ticket) {
            decisions.extend(round.decide(ticket));
        }
    }
    decisions
}

struct Round<'a> {
    set: &'a WorkingSet,
    travel: &'a dyn TravelTimes,
    policy: &'a Policy,
    ids: &'a dyn Ids,
    now: UnixMs,
    /// Who can be asked: on duty, lately heard of, bound by no emergency, not asked in this round.
    free: HashMap<ResponderId, ResponderRole>,
    /// Who was asked in this round, and for which ticket.
    claimed: HashMap<ResponderId, TicketId>,
}

impl<'a> Round<'a> {
    fn new(
        set: &'a WorkingSet,
        now: UnixMs,
        travel: &'a dyn TravelTimes,
        policy: &'a Policy,
        ids: &'a dyn Ids,
    ) -> Self {
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        let is_free = |person: &&Person| {
            person.staleness_ms(now, stale_ms).is_some_and(|age_ms| age_ms <= stale_ms)
                && set.engagement(person.responder.id).is_none()
        };
        let free = set.people.values().filter(is_free);
        let free = free.map(|person| (person.responder.id, person.responder.role)).collect();
        Self { set, travel, policy, ids, now, free, claimed: HashMap::new() }
    }

    fn decide(&mut self, before: &Ticket) -> Option<Decision> {
        let mut ticket = before.clone();
        let was_ahead = ticket.pull_back(self.now, self.policy);
        let mut events = self.fire_due(&mut ticket);
        events.extend(self.withdraw_off_duty(&mut ticket));
        events.extend(self.staff(&mut ticket));
        ticket.reschedule(self.policy);
        let differs = was_ahead || !events.is_empty() || ticket.deadlines != before.deadlines;
        differs.then_some(Decision { ticket, expected_version: before.version, events })
    }

    /// Carries out every deadline that is due.
    fn fire_due(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let due: Vec<DeadlineKind> = DeadlineKind::ALL
            .into_iter()
            .filter(|&kind| ticket.due_at(kind, self.policy).is_some_and(|at| at <= self.now))
            .collect();
        due.into_iter().flat_map(|kind| self.fire(kind, ticket)).collect()
    }

    fn fire(&self, kind: DeadlineKind, ticket: &mut Ticket) -> Vec<NewEvent> {
        match kind {
            DeadlineKind::HoldEnds => {
                ticket.held_until = None;
                ticket.ring_since = self.now;
                vec![self.event(Event::HoldEnded {})]
            }
            DeadlineKind::OfferExpires => self.expire_offers(ticket),
            DeadlineKind::Widen => self.widen(ticket, None, WidenReason::Deadline),
            DeadlineKind::AnswerWithin => {
                ticket.watch.operators_alarmed_at = Some(self.now);
                vec![self.event(Event::OperatorsAlarmed {})]
            }
            DeadlineKind::NotAnswered => {
                ticket.watch.not_answered_at = Some(self.now);
                self.tell_supervisor(ticket, EscalationReason::NotAnswered)
            }
            DeadlineKind::NotAccepted => {
                ticket.watch.not_accepted_at = Some(self.now);
                self.tell_supervisor(ticket, EscalationReason::NotAccepted)
            }
            DeadlineKind::EtaLapsed => self.note_lapsed(ticket),
            DeadlineKind::Quiet => {
                ticket.watch.chased_at = Some(self.now);
                vec![self.event(Event::Chased {})]
            }
        }
    }

    fn event(&self, event: Event) -> NewEvent {
        NewEvent { at: self.now, by: By::Machine, event }
    }

    fn expire_offers(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in ticket.offers.iter_mut().filter(|offer| offer.deadline <= self.now) {
            let step = offer.state.clone().apply(OfferCommand::Expire, self.now);
            if let Ok(Step::Moved(state)) = step {
                offer.state = state;
                let event = Event::Expired { offer: offer.id, responder: offer.responder };
                events.push(self.event(event));
            }
        }
        events
    }

    fn widen(&self, ticket: &mut Ticket, to: Option<u16>, why: WidenReason) -> Vec<NewEvent> {
        let Some(ring_min) = to.or_else(|| self.policy.next_ring_min(ticket.ring_min)) else {
            return Vec::new();
        };
        ticket.ring_min = ring_min;
        ticket.ring_since = self.now;
        vec![self.event(Event::Widened { ring_min, why })]
    }

    fn tell_supervisor(&self, ticket: &mut Ticket, why: EscalationReason) -> Vec<NewEvent> {
        let to = EscalationTarget::Supervisor;
        ticket.escalated_to.insert(to);
        let event = Event::Escalated { to, why, reference: None, eta_min: None, note: None };
        vec![self.event(event)]
    }

    fn note_lapsed(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in &mut ticket.offers {
            let late = offer.lapses_at(self.policy).is_some_and(|at| at <= self.now);
            if let (true, OfferState::Accepted { lapsed_at, .. }) = (late, &mut offer.state) {
                *lapsed_at = Some(self.now);
                let event = Event::EtaLapsed { offer: offer.id, responder: offer.responder };
                events.push(self.event(event));
            }
        }
        events
    }

    /// Who went off duty after being asked is not waited for. Somebody off duty whom an operator
    /// asked by hand is: they are on the telephone.
    fn withdraw_off_duty(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let people = &self.set.people;
        let went_off = |offer: &Offer| {
            people.get(&offer.responder).is_none_or(|person| {
                !person.responder.on_duty && person.responder.duty_since >= offer.offered_at
            })
        };
        ticket.withdraw_all(
            |offer| matches!(offer.state, OfferState::Offered) && went_off(offer),
            WithdrawReason::OffDuty,
            By::Machine,
            self.now,
        )
    }

    /// Returns whether there is somebody to ask for an empty place in the team. Cheap, so that on a
    /// storm night the way of everybody to every door is not reckoned for nothing.
    fn can_staff(&self, ticket: &Ticket) -> bool {
        ticket.wants_people()
            && ticket.vacancies().any(|role| {
                let mut free = self.free.iter();
                free.any(|(id, who)| who.may_be(role) && !is_ruled_out(ticket, *id))
            })
    }

    /// Asks somebody for every place in the team that is empty and asked of nobody.
    fn staff(&mut self, ticket: &mut Ticket) -> Vec<NewEvent> {
        if !self.can_staff(ticket) {
            return Vec::new();
        }
        let candidates = considered(
            ticket,
            &Surroundings {
                set: self.set,
                claimed: &self.claimed,
                travel: self.travel,
                policy: self.policy,
                now: self.now,
            },
        );
        let mut events = Vec::new();
        let vacancies: Vec<TeamRole> = ticket.vacancies().collect();
        for role in vacancies {
            let Some(choice) = self.choose(ticket, role, &candidates) else { continue };
            let needed = choice.ring_min.unwrap_or_else(|| self.policy.widest_ring_min());
            if needed > ticket.ring_min {
                events.extend(self.widen(ticket, Some(needed), WidenReason::NobodyLeft));
            }
            self.free.remove(&choice.responder);
            self.claimed.insert(choice.responder, ticket.id);
            events.push(ticket.make_offer(
                OfferId(self.ids.next()),
                choice.responder,
                role,
                choice.eta,
                By::Machine,
                self.now,
                self.policy,
                kept(&candidates),
            ));
        }
        events
    }

    /// In the ring the nearest who was not asked yet, then who was asked longest ago; when nobody
    /// is left there, the same in the next ring that has somebody; at last whoever is nearest,
    /// though too late: waiting would only make it later.
    fn choose<'c>(
        &self,
        ticket: &Ticket,
        role: TeamRole,
        candidates: &'c [Candidate],
    ) -> Option<&'c Candidate> {
        let askable: Vec<&Candidate> = candidates
            .iter()
            .filter(|c| {
                c.may_be(role) && c.reason.is_askable() && self.free.contains_key(&c.responder)
            })
            .collect();
        let within = |ring_min: u16| {
            let inside = move |c: &&&Candidate| c.ring_min.is_some_and(|ring| ring <= ring_min);
            first_or_asked_longest_ago(ticket, askable.iter().filter(inside).copied())
        };
        let next_ring = || askable.iter().filter_map(|c| c.ring_min).min();
        within(ticket.ring_min)
            .or_else(|| next_ring().and_then(within))
            .or_else(|| first_or_asked_longest_ago(ticket, askable.iter().copied()))
    }
}

fn first_or_asked_longest_ago<'c>(
    ticket: &Ticket,
    nearest_first: impl Iterator<Item = &'c Candidate>,
) -> Option<&'c Candidate> {
    let (asked, fresh): (Vec<_>, Vec<_>) =
        nearest_first.partition(|c| asked_in_vain(ticket, c.responder));
    let asked_at = |c: &&Candidate| ticket.last_offer_to(c.responder).map(|offer| offer.offered_at);
    fresh.first().copied().or_else(|| asked.into_iter().min_by_key(asked_at))
}

fn kept(candidates: &[Candidate]) -> Vec<Considered> {
    candidates
        .iter()
        .take(KEPT_REASONS)
        .map(|c| Considered { responder: c.responder, eta: c.eta, reason: c.reason })
        .collect()
}

impl Ticket {
    /// Returns whether the machine should ask somebody now: an emergency of a known senior, no
    /// longer held, with a place to go to and a place in the team that is empty and asked of
    /// nobody.
    #[must_use]
    pub fn wants_people(&self) -> bool {
        self.is_open()
            && self.is_emergency()
            && self.senior.is_some()
            && self.held_until.is_none()
            && self.destination().is_some()
            && self.vacancies().next().is_some()
    }

    /// Returns the places in the team that are empty and asked of nobody.
    pub(crate) fn vacancies(&self) -> impl Iterator<Item = TeamRole> {
        let is_vacant = |role: &TeamRole| self.holder(*role).is_none() && !self.is_asked(*role);
        TeamRole::TEAM.into_iter().filter(is_vacant)
    }
}
