//! The planner: looks at a district as it stands and says what should be true. Pure: the same
//! working set, time and travel times give the same decisions.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::candidates::{Surroundings, asked_in_vain, considered};
use crate::{
    By, Candidate, Considered, DeadlineKind, Engagement, EscalationReason, EscalationTarget, Event,
    Ids, NewEvent, Offer, OfferCommand, OfferId, OfferState, Policy, ResponderId, Step, TeamRole,
    Ticket, TicketId, TravelTimes, UnixMs, WidenReason, WithdrawReason, WorkingSet,
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

/// Plans every open ticket that is in `dirty`, or has a deadline that is due: the most urgent
/// first, then the one received first. Nobody is asked for two tickets in one round, and who is let
/// go of in a round is asked for another ticket in the next: no decision waits for another's commit.
/// Callers look again at the tickets that still want people after a round that let somebody go.
#[must_use]
pub fn plan(
    set: &WorkingSet,
    dirty: &BTreeSet<TicketId>,
    now: UnixMs,
    travel: &dyn TravelTimes,
    policy: &Policy,
    ids: &dyn Ids,
) -> Vec<Decision> {
    let due = set.tickets.values().filter(|ticket| is_due(ticket, now)).map(|ticket| ticket.id);
    let which = dirty.iter().copied().chain(due).collect();
    plan_these(set, &which, now, travel, policy, ids)
}

/// Plans these tickets and no others, for a caller who knows which are due without looking at all.
#[must_use]
pub fn plan_these(
    set: &WorkingSet,
    which: &BTreeSet<TicketId>,
    now: UnixMs,
    travel: &dyn TravelTimes,
    policy: &Policy,
    ids: &dyn Ids,
) -> Vec<Decision> {
    if which.is_empty() {
        return Vec::new();
    }
    let mut order: Vec<&Ticket> =
        which.iter().filter_map(|id| set.tickets.get(id)).map(AsRef::as_ref).collect();
    order.sort_by_key(|ticket| (ticket.urgency, ticket.times.received, ticket.id));

    let engagements = set.engagements();
    let mut round = Round { set, travel, policy, ids, now, engagements, claimed: HashSet::new() };
    order.into_iter().filter_map(|ticket| round.decide(ticket)).collect()
}

fn is_due(ticket: &Ticket, now: UnixMs) -> bool {
    ticket.next_deadline().is_some_and(|deadline| deadline.at <= now)
}

struct Round<'a> {
    set: &'a WorkingSet,
    travel: &'a dyn TravelTimes,
    policy: &'a Policy,
    ids: &'a dyn Ids,
    now: UnixMs,
    engagements: HashMap<ResponderId, (TicketId, Engagement)>,
    claimed: HashSet<ResponderId>,
}

impl Round<'_> {
    fn decide(&mut self, before: &Ticket) -> Option<Decision> {
        let mut ticket = before.clone();
        let mut events = self.fire_due(&mut ticket);
        events.extend(self.withdraw_off_duty(&mut ticket));
        events.extend(self.staff(&mut ticket));
        ticket.reschedule(self.policy);
        (!events.is_empty() || ticket.deadlines != before.deadlines).then_some(Decision {
            ticket,
            expected_version: before.version,
            events,
        })
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

    /// Asks somebody for every place in the team that is empty and asked of nobody.
    fn staff(&mut self, ticket: &mut Ticket) -> Vec<NewEvent> {
        if !ticket.wants_people() {
            return Vec::new();
        }
        let around = Surroundings {
            people: &self.set.people,
            engagements: &self.engagements,
            travel: self.travel,
            policy: self.policy,
            now: self.now,
        };
        let candidates = considered(ticket, &around);
        let mut events = Vec::new();
        for role in TeamRole::TEAM {
            if ticket.holder(role).is_some() || ticket.is_asked(role) {
                continue;
            }
            let Some(choice) = self.choose(ticket, role, &candidates) else { continue };
            let needed = choice.ring_min.unwrap_or_else(|| self.policy.widest_ring_min());
            if needed > ticket.ring_min {
                events.extend(self.widen(ticket, Some(needed), WidenReason::NobodyLeft));
            }
            self.claimed.insert(choice.responder);
            // To the tickets after this one, the responder is busy already.
            self.engagements.insert(choice.responder, (ticket.id, Engagement::Offered));
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
                c.may_be(role) && c.reason.is_askable() && !self.claimed.contains(&c.responder)
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
            && TeamRole::TEAM
                .into_iter()
                .any(|role| self.holder(role).is_none() && !self.is_asked(role))
    }
}
