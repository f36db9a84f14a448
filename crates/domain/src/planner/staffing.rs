//! Who is still free, and whom a ticket asks that has the choice of all of them.

use std::collections::HashMap;

use crate::candidates::{asked_in_vain, is_ruled_out};
use crate::{
    Candidate, Policy, ResponderId, ResponderRole, TeamRole, Ticket, TicketId, UnixMs, WorkingSet,
};

/// Who can still be asked in this look, and who was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    /// On duty, lately heard of, bound by no emergency, not asked in this look.
    free: HashMap<ResponderId, ResponderRole>,
    aides: usize,
    /// Who was asked in this look, and for which ticket.
    claimed: HashMap<ResponderId, TicketId>,
}

impl Pool {
    pub(crate) fn new(set: &WorkingSet, policy: &Policy, now: UnixMs) -> Self {
        let free = set.people.values().filter(|person| set.is_free(person, policy, now));
        let free: HashMap<_, _> =
            free.map(|person| (person.responder.id, person.responder.role)).collect();
        let aides = free.values().filter(|role| role.may_be(TeamRole::Lead)).count();
        Self { free, aides, claimed: HashMap::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.free.is_empty()
    }

    /// Returns how many could lead.
    pub(crate) fn aides(&self) -> usize {
        self.aides
    }

    /// Returns how many could support only.
    pub(crate) fn rescuers(&self) -> usize {
        self.free.len() - self.aides
    }

    pub(crate) fn is_free(&self, responder: ResponderId) -> bool {
        self.free.contains_key(&responder)
    }

    pub(crate) fn claimed(&self) -> &HashMap<ResponderId, TicketId> {
        &self.claimed
    }

    /// Takes out somebody who is asked for this ticket.
    pub(crate) fn claim(&mut self, responder: ResponderId, ticket: TicketId) {
        if let Some(role) = self.free.remove(&responder) {
            self.aides -= usize::from(role.may_be(TeamRole::Lead));
            self.claimed.insert(responder, ticket);
        }
    }

    /// Returns whether there is somebody to ask for an empty place in the team. Cheap, so that on a
    /// storm night the way of everybody to every door is not reckoned for nothing.
    pub(crate) fn can_staff(&self, ticket: &Ticket) -> bool {
        ticket.wants_people() && ticket.vacancies().any(|role| self.has_somebody_for(ticket, role))
    }

    /// Returns whether there is somebody to ask for this place.
    pub(crate) fn has_somebody_for(&self, ticket: &Ticket, role: TeamRole) -> bool {
        let mut free = self.free.iter();
        free.any(|(id, who)| who.may_be(role) && !is_ruled_out(ticket, *id))
    }

    /// Fills these places in the team from the candidates, nearest first, and takes out who is
    /// chosen: for each place whoever the rules prefer, as if no other ticket waited.
    pub(crate) fn first_choices(
        &mut self,
        ticket: &Ticket,
        places: &[TeamRole],
        candidates: &[Candidate],
        policy: &Policy,
    ) -> Vec<(TeamRole, Candidate)> {
        let mut ring_min = ticket.ring_min;
        let mut choices = Vec::with_capacity(places.len());
        for &role in places {
            let Some(choice) = self.choose(ticket, ring_min, role, candidates, policy) else {
                continue;
            };
            // Asking beyond the ring widens it, for the next place as well.
            ring_min = ring_min.max(choice.ring_min.unwrap_or_else(|| policy.widest_ring_min()));
            self.claim(choice.responder, ticket.id);
            choices.push((role, *choice));
        }
        choices
    }

    /// In the ring the nearest who was not asked yet, then who was asked longest ago; when nobody
    /// is left there, the same in the next ring that has somebody; at last whoever is nearest,
    /// though too late: waiting would only make it later.
    fn choose<'c>(
        &self,
        ticket: &Ticket,
        ring_min: u16,
        role: TeamRole,
        candidates: &'c [Candidate],
        policy: &Policy,
    ) -> Option<&'c Candidate> {
        let askable: Vec<&Candidate> = candidates
            .iter()
            .filter(|c| c.may_be(role) && c.reason.is_askable() && self.is_free(c.responder))
            .collect();
        let within = |ring_min: u16| {
            let inside = move |c: &&&Candidate| c.ring_min.is_some_and(|ring| ring <= ring_min);
            preferred(ticket, askable.iter().filter(inside).copied(), policy)
        };
        let next_ring = || askable.iter().filter_map(|c| c.ring_min).min();
        within(ring_min)
            .or_else(|| next_ring().and_then(within))
            .or_else(|| preferred(ticket, askable.iter().copied(), policy))
    }

    /// Returns who else to ask for a place that is asked of somebody already: whom the rules prefer
    /// of those in the ring whom nothing speaks against.
    pub(crate) fn choose_beside<'c>(
        &self,
        ticket: &Ticket,
        role: TeamRole,
        candidates: &'c [Candidate],
        policy: &Policy,
    ) -> Option<&'c Candidate> {
        let fresh = candidates
            .iter()
            .filter(|c| c.may_be(role) && c.reason.is_free() && self.is_free(c.responder));
        preferred(ticket, fresh, policy)
    }
}

/// Returns the nearest who was not asked yet; then whoever was asked longest ago; then the nearest of
/// those who have a rest or are about to go home. Of those who are nearly equally near, whoever
/// speaks the senior's language; then whoever went out longest ago.
fn preferred<'c>(
    ticket: &Ticket,
    nearest_first: impl Iterator<Item = &'c Candidate>,
    policy: &Policy,
) -> Option<&'c Candidate> {
    let (spared, others): (Vec<&Candidate>, Vec<&Candidate>) =
        nearest_first.partition(|c| c.is_spared);
    let (asked, fresh): (Vec<&Candidate>, Vec<&Candidate>) =
        others.into_iter().partition(|c| asked_in_vain(ticket, c.responder));
    let asked_at = |c: &&Candidate| ticket.last_offer_to(c.responder).map(|offer| offer.offered_at);
    let fairest = |nearest: &Candidate| {
        let as_near = nearest.eta.s.saturating_add(policy.dispatch.equal_within_s);
        let equals = fresh.iter().filter(|c| c.eta.s <= as_near && c.ring_min == nearest.ring_min);
        equals.min_by_key(|c| (!c.speaks_dialect, c.last_accepted)).copied()
    };
    fresh
        .first()
        .and_then(|nearest| fairest(nearest))
        .or_else(|| asked.into_iter().min_by_key(asked_at))
        .or_else(|| spared.first().copied())
}
