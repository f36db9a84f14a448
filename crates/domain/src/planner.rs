//! The planner: looks at a district as it stands and says what should be true. Pure: the same
//! working set, time and travel times give the same decisions.

mod due;
mod follow;
pub(crate) mod staffing;

use std::collections::{BTreeSet, HashMap};

use crate::answers::any_accepts_pct;
use crate::candidates::{Surroundings, considered};
use crate::index::Rank;
use crate::round::{Context, MAX_PLACES, decide};
use crate::{
    By, Candidate, Considered, Ids, NewEvent, OfferId, Policy, Reason, ResponderId, RoundNote,
    TeamRole, Ticket, TicketId, TravelTimes, UnixMs, Urgency, WidenReason, WorkingSet,
};
use staffing::Pool;

/// How many of the considered are kept with an offer.
const KEPT_REASONS: usize = 20;

/// The most tickets of one round; the next ones wait for the next round of the same look.
const MAX_SEEKING: usize = MAX_PLACES / TeamRole::TEAM.len();

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
/// somebody is free: the most urgent first, then the one received first. Tickets of one urgency that
/// compete for the same people are staffed as one round (see `round.rs`); a round takes in the
/// tickets received first, as many as there are people for. So a less urgent ticket never takes
/// somebody whom a more urgent one needs, and nobody who waits longer is passed over for ever because
/// others, who pressed later, are nearer.
///
/// Nobody is asked for two tickets in one look, and who is let go of in a look can be asked in the
/// next, by whichever ticket then comes first: no decision waits for another's commit. Callers look
/// again after every look that decided something.
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
    let mut planner = Planner::new(Context { set, travel, policy, now }, ids);
    loop {
        planner.close_round_unless(|round, pool| !round.is_spent(pool));
        // Once nobody is free, those who only wait need not be looked at, however many they are.
        let waits = waiting.peek().filter(|_| !planner.pool.is_empty());
        let Some(rank) = changed.peek().into_iter().chain(waits).min().copied() else { break };
        let has_changed = changed.next_if_eq(&rank).is_some();
        waiting.next_if_eq(&rank);
        let Some(ticket) = set.tickets().get(&rank.2) else { continue };
        planner.close_round_unless(|round, _| round.urgency == Some(rank.0));
        if has_changed || planner.pool.can_staff(ticket) {
            planner.take_in(ticket);
        }
    }
    planner.close_round_unless(|_, _| false);
    planner.decisions
}

/// Returns whom the planner would ask for the empty places of a ticket that is held, if the hold ended
/// now and no other ticket waited: the team that is planned and shown.
#[must_use]
pub fn planned_team(
    held: &Ticket,
    set: &WorkingSet,
    now: UnixMs,
    travel: &dyn TravelTimes,
    policy: &Policy,
) -> Vec<(TeamRole, ResponderId)> {
    let mut ticket = held.clone();
    if ticket.held_until.take().is_none() || !ticket.wants_people() {
        return Vec::new();
    }
    let mut pool = Pool::new(set, policy, now);
    let claimed = HashMap::new();
    let around = Surroundings { set, claimed: &claimed, travel, policy, now };
    let candidates = considered(&ticket, &around);
    let places: Vec<TeamRole> = ticket.vacancies().collect();
    let choices = pool.first_choices(&ticket, &places, &candidates, policy);
    choices.into_iter().map(|(role, choice)| (role, choice.responder)).collect()
}

/// A ticket on which everything is decided but whom to ask.
struct Draft<'a> {
    before: &'a Ticket,
    ticket: Ticket,
    events: Vec<NewEvent>,
    was_ahead: bool,
    seeks: bool,
}

/// The tickets looked at since the last round, in the order in which they are served.
#[derive(Default)]
struct OpenRound<'a> {
    urgency: Option<Urgency>,
    drafts: Vec<Draft<'a>>,
    /// How many of them seek people; how many a lead, and how many a whole team.
    seeking: usize,
    leads: usize,
    teams: usize,
}

impl OpenRound<'_> {
    /// Returns whether there are as many tickets as people could serve, however they are given to
    /// them: all aides lead, and who supports is a rescuer or, of two aides at one door, the second.
    fn is_spent(&self, pool: &Pool) -> bool {
        let (aides, rescuers) = (pool.aides(), pool.rescuers());
        let enough = self.leads >= aides && self.teams >= rescuers + aides / 2;
        self.seeking > 0 && (enough || self.seeking >= (aides + rescuers).min(MAX_SEEKING))
    }
}

/// One look at a district.
pub(crate) struct Planner<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) policy: &'a Policy,
    pub(crate) now: UnixMs,
    ids: &'a dyn Ids,
    pool: Pool,
    round: OpenRound<'a>,
    decisions: Vec<Decision>,
}

impl<'a> Planner<'a> {
    fn new(context: Context<'a>, ids: &'a dyn Ids) -> Self {
        let Context { set, policy, now, .. } = context;
        let pool = Pool::new(set, policy, now);
        let (round, decisions) = (OpenRound::default(), Vec::new());
        Self { context, ids, policy, now, pool, round, decisions }
    }

    pub(crate) fn claimed(&self) -> &HashMap<ResponderId, TicketId> {
        self.pool.claimed()
    }

    pub(crate) fn is_free(&self, responder: ResponderId) -> bool {
        self.pool.is_free(responder)
    }

    // --- Rounds --------------------------------------------------------------------------------

    /// Takes a ticket into the open round.
    fn take_in(&mut self, before: &'a Ticket) {
        let mut ticket = before.clone();
        let was_ahead = ticket.pull_back(self.now, self.policy);
        let mut events = self.fire_due(&mut ticket);
        events.extend(self.withdraw_off_duty(&mut ticket));
        events.extend(self.hand_on_interrupted(&mut ticket));
        let seeks = self.pool.can_staff(&ticket);
        let round = &mut self.round;
        round.urgency = Some(before.urgency);
        if seeks {
            round.seeking += 1;
            round.leads += usize::from(ticket.vacancies().any(|role| role == TeamRole::Lead));
            round.teams += usize::from(ticket.vacancies().eq(TeamRole::TEAM));
        }
        round.drafts.push(Draft { before, ticket, events, was_ahead, seeks });
    }

    /// Asks people for the tickets of the open round, unless it can stay open.
    fn close_round_unless(&mut self, stays_open: impl Fn(&OpenRound<'_>, &Pool) -> bool) {
        if self.round.drafts.is_empty() || stays_open(&self.round, &self.pool) {
            return;
        }
        let mut drafts = std::mem::take(&mut self.round).drafts;
        self.staff(&mut drafts);
        for Draft { before, mut ticket, events, was_ahead, .. } in drafts {
            ticket.reschedule(self.policy);
            if was_ahead || !events.is_empty() || ticket.deadlines != before.deadlines {
                let expected_version = before.version;
                self.decisions.push(Decision { ticket, expected_version, events });
            }
        }
    }

    fn staff(&mut self, drafts: &mut [Draft<'a>]) {
        let mut seeking: Vec<&mut Draft<'a>> = drafts.iter_mut().filter(|d| d.seeks).collect();
        match seeking.as_mut_slice() {
            [] => {}
            [alone] => self.staff_alone(alone),
            several => self.staff_together(several),
        }
        for draft in drafts {
            self.ask_more(draft);
        }
    }

    /// Asks more people at once for a place, as long as it is not likely enough that one of those
    /// asked accepts. Never while another ticket waits for people.
    fn ask_more(&mut self, draft: &mut Draft<'a>) {
        let Context { set, travel, policy, now } = self.context;
        let has_anybody = |ticket: &Ticket| {
            let mut places = ticket.unlikely_places(policy);
            places.any(|role| self.pool.has_somebody_for(ticket, role))
        };
        let others_wait = || set.waiting().any(|rank| rank.2 != draft.before.id);
        if !draft.ticket.may_be_offered() || !has_anybody(&draft.ticket) || others_wait() {
            return;
        }
        let claimed = self.pool.claimed().clone();
        let around = Surroundings { set, claimed: &claimed, travel, policy, now };
        let candidates = considered(&draft.ticket, &around);
        for _ in 0..policy.dispatch.at_once_max {
            let places: Vec<TeamRole> = draft.ticket.unlikely_places(policy).collect();
            for role in places {
                let ticket = &draft.ticket;
                let beside = self.pool.choose_beside(ticket, role, &candidates, policy).copied();
                let Some(choice) = beside else { continue };
                self.pool.claim(choice.responder, draft.ticket.id);
                self.ask(draft, role, &choice, kept(&candidates), None);
            }
        }
    }

    /// Asks for every empty place the nearest who is free.
    fn staff_alone(&mut self, draft: &mut Draft<'a>) {
        let Context { set, travel, policy, now } = self.context;
        let claimed = self.pool.claimed();
        let around = Surroundings { set, claimed, travel, policy, now };
        let candidates = considered(&draft.ticket, &around);
        let places: Vec<TeamRole> = draft.ticket.vacancies().collect();
        let choices = self.pool.first_choices(&draft.ticket, &places, &candidates, policy);
        for (role, choice) in choices {
            self.ask(draft, role, &choice, kept(&candidates), None);
        }
    }

    fn staff_together(&mut self, drafts: &mut [&mut Draft<'a>]) {
        let tickets: Vec<&Ticket> = drafts.iter().map(|draft| &draft.ticket).collect();
        let decided = decide(self.context, &self.pool, &tickets);
        if decided.plain.is_some() {
            // Decided at once: whoever is asked for another ticket was not there for this one.
            for (&(at, _), choice) in &decided.picks {
                self.pool.claim(choice.responder, drafts[at].ticket.id);
            }
        }
        for (at, (draft, mut candidates)) in drafts.iter_mut().zip(decided.considered).enumerate() {
            self.mark_claimed(draft.ticket.id, &mut candidates);
            let places = (at, TeamRole::Lead)..=(at, TeamRole::Support);
            for (&place, choice) in decided.picks.range(places) {
                self.pool.claim(choice.responder, draft.ticket.id);
                let note = decided.plain.as_ref().and_then(|p| p.note(place, choice.responder));
                self.ask(draft, place.1, choice, kept(&candidates), note);
            }
        }
    }

    /// Who is asked for another ticket in this look is busy to this one.
    fn mark_claimed(&self, ticket: TicketId, candidates: &mut [Candidate]) {
        for candidate in candidates.iter_mut().filter(|c| c.reason.is_askable()) {
            let claimed = self.pool.claimed().get(&candidate.responder);
            if claimed.is_some_and(|other| *other != ticket) {
                candidate.reason = Reason::Busy;
            }
        }
    }

    /// Offers a place to somebody, and widens the search where that goes beyond the ring.
    fn ask(
        &self,
        draft: &mut Draft<'a>,
        role: TeamRole,
        choice: &Candidate,
        considered: Vec<Considered>,
        note: Option<RoundNote>,
    ) {
        let ticket = &mut draft.ticket;
        let needed = choice.ring_min.unwrap_or_else(|| self.policy.widest_ring_min());
        if needed > ticket.ring_min {
            draft.events.extend(self.widen(ticket, Some(needed), WidenReason::NobodyLeft));
        }
        draft.events.push(ticket.make_offer(
            OfferId(self.ids.next()),
            choice.responder,
            role,
            choice.eta,
            By::Machine,
            self.now,
            self.policy,
            considered,
            note,
        ));
        if let Some(offer) = ticket.offers.last_mut() {
            offer.chance_pct = choice.chance_pct;
        }
    }
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
        self.may_be_offered() && self.vacancies().next().is_some()
    }

    /// Returns whether the machine may ask anybody at all.
    fn may_be_offered(&self) -> bool {
        self.is_open()
            && self.is_emergency()
            && (self.senior.is_some() || self.in_distress.is_some())
            && self.held_until.is_none()
            && self.destination().is_some()
    }

    /// Returns the places that are asked of somebody, but not surely enough. Who would come too late was
    /// asked for want of anybody nearer, and stands in the way of nobody who has come free since.
    fn unlikely_places(&self, policy: &Policy) -> impl Iterator<Item = TeamRole> {
        let is_unlikely = |role: &TeamRole| {
            let in_time = self
                .offers
                .iter()
                .filter(|offer| offer.role == *role && offer.is_waited_for() && !offer.overdue);
            let count = in_time.clone().count();
            let chance_pct = any_accepts_pct(in_time.map(|offer| offer.chance_pct));
            self.is_asked(*role)
                && count < usize::from(policy.dispatch.at_once_max)
                && chance_pct < policy.dispatch.accept_target_pct
        };
        TeamRole::TEAM.into_iter().filter(is_unlikely)
    }

    /// Returns the places in the team that are empty and asked of nobody.
    pub(crate) fn vacancies(&self) -> impl Iterator<Item = TeamRole> {
        let is_vacant = |role: &TeamRole| self.holder(*role).is_none() && !self.is_asked(*role);
        TeamRole::TEAM.into_iter().filter(is_vacant)
    }
}
