//! Following who is on the way and who claims to be at the door: two pieces of evidence for an
//! arrival, and nobody is believed to come who does not.

use super::Planner;
use crate::candidates::Surroundings;
use crate::candidates::considered;
use crate::{
    Arrival, EscalationReason, Event, LatLon, NewEvent, Offer, OfferCommand, OfferState, Person,
    ResponderId, Rung, Step, Ticket, Way,
};

/// Whoever has less than this to go is as good as there, seconds: the position of a phone among
/// houses is no surer.
const NEARLY_THERE_S: u32 = 60;

/// A door that was corrected by more than this is another one, metres.
const MOVED_M: f64 = 30.0;

/// A way that became so much shorter is moved along again, seconds.
const MOVES_AGAIN_S: u32 = 30;

impl Planner<'_> {
    /// Looks at everybody who is on the way or claims to be at the door.
    pub(crate) fn follow(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        ticket.watch.followed_at = Some(self.now);
        let Some(door) = ticket.destination() else { return Vec::new() };
        let mut events = Vec::new();
        let mut raised = Vec::new();
        for offer in &mut ticket.offers {
            match offer.state {
                OfferState::Accepted { .. } => {
                    self.follow_way(offer, door, &mut events, &mut raised)
                }
                OfferState::OnScene { arrival: Arrival::Claimed, .. } => {
                    self.follow_arrival(offer, door, &mut events, &mut raised);
                }
                OfferState::OnScene { arrival: Arrival::Confirmed, .. }
                | OfferState::Offered
                | OfferState::Escorting { .. }
                | OfferState::Done { .. }
                | OfferState::Declined { .. }
                | OfferState::Expired { .. }
                | OfferState::Withdrawn { .. } => {}
            }
        }
        ticket.end_climb_without_cause();
        for why in raised {
            events.extend(self.raise(ticket, why, Rung::Owner));
        }
        events.extend(self.suggest_nearer(ticket));
        events
    }

    /// A way has to become shorter by a quarter of the time that passes; whoever has not been heard
    /// of does not count as moving.
    fn follow_way(
        &self,
        offer: &mut Offer,
        door: LatLon,
        events: &mut Vec<NewEvent>,
        raised: &mut Vec<EscalationReason>,
    ) {
        let OfferState::Accepted { accepted_at, .. } = offer.state else { return };
        let since = offer.counts_from.unwrap_or(accepted_at);
        let first = Way { left_s: offer.eta.s, at: since, stuck_at: None, door: Some(door) };
        let way = *offer.way.get_or_insert(first);
        let left_s = self.way_left_s(offer.responder, door);
        if way.door.is_none_or(|old| old.distance_m(door) > MOVED_M) {
            // It leads elsewhere now: whoever goes there is not going away.
            let left_s = left_s.unwrap_or(way.left_s);
            offer.way = Some(Way { left_s, at: self.now, stuck_at: None, door: Some(door) });
            return;
        }
        let passed_s = self.now.since_s(way.at).max(0);
        let gained_s = left_s.map_or(0, |left_s| i64::from(way.left_s) - i64::from(left_s));
        let is_there = left_s.is_some_and(|left_s| left_s <= NEARLY_THERE_S);
        let moved = match way.stuck_at {
            Some(_) => gained_s >= i64::from(MOVES_AGAIN_S),
            None => gained_s * 4 >= passed_s,
        };
        let (id, responder) = (offer.id, offer.responder);
        if let Some(left_s) = left_s.filter(|_| moved || is_there) {
            offer.way = Some(Way { left_s, at: self.now, stuck_at: None, ..way });
            if way.stuck_at.is_some() {
                events.push(self.event(Event::MovingAgain { offer: id, responder }));
            }
        } else if way.stuck_at.is_none() && passed_s >= i64::from(self.policy.watchdog.not_moving_s)
        {
            offer.way = Some(Way { stuck_at: Some(self.now), ..way });
            let heard = left_s.is_some();
            events.push(self.event(Event::NotMoving { offer: id, responder, heard }));
            raised.push(EscalationReason::NotMoving);
        }
    }

    /// The position of who claims to be at the door agrees, or does not for too long.
    fn follow_arrival(
        &self,
        offer: &mut Offer,
        door: LatLon,
        events: &mut Vec<NewEvent>,
        raised: &mut Vec<EscalationReason>,
    ) {
        let OfferState::OnScene { on_scene_at, .. } = offer.state else { return };
        let on_scene_at = offer.counts_from.unwrap_or(on_scene_at);
        // Metres on a globe fit.
        let distance = |(_, at): (&Person, LatLon)| at.distance_m(door).round() as u32;
        let distance_m = self.fresh_place(offer.responder).map(distance);
        let mut known = offer.door.unwrap_or_default();
        known.distance_m = distance_m.or(known.distance_m);
        let (id, responder) = (offer.id, offer.responder);
        if let Some(distance_m) = distance_m
            && Arrival::from_distance(Some(distance_m)) == Arrival::Confirmed
        {
            let command = OfferCommand::OnScene(Arrival::Confirmed);
            if let Ok(Step::Moved(state)) = offer.state.clone().apply(command, self.now) {
                offer.state = state;
            }
            events.push(self.event(Event::ArrivalConfirmed { offer: id, responder, distance_m }));
        } else if known.doubted_at.is_none()
            && self.now.since_s(on_scene_at) >= i64::from(self.policy.watchdog.arrival_within_s)
        {
            known.doubted_at = Some(self.now);
            events.push(self.event(Event::ArrivalDoubted { offer: id, responder, distance_m }));
            raised.push(EscalationReason::ArrivalDoubted);
        }
        offer.door = Some(known);
    }

    /// Asks for a word from whoever has been at the door for too long without one.
    pub(crate) fn note_quiet_scene(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in &mut ticket.offers {
            if offer.quiet_on_scene_at(self.policy).is_some_and(|at| at <= self.now) {
                offer.door.get_or_insert_default().quiet_at = Some(self.now);
                let event = Event::SceneQuiet { offer: offer.id, responder: offer.responder };
                events.push(self.event(event));
            }
        }
        events.extend(self.raise(ticket, EscalationReason::SceneQuiet, Rung::Owner));
        events
    }

    /// Suggests, once an offer, whoever is free and nearer by `dispatch.nearer_by_s` than who
    /// accepted. Only a person replaces somebody who is on the way.
    fn suggest_nearer(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let nearer_by_s = self.policy.dispatch.nearer_by_s;
        let door = ticket.destination();
        let left = |offer: &Offer| self.way_left_s(offer.responder, door?);
        let far = |offer: &Offer| {
            let is_on_the_way = matches!(offer.state, OfferState::Accepted { .. });
            let left_s = left(offer).filter(|_| is_on_the_way && !offer.nearer_suggested)?;
            (left_s > nearer_by_s).then_some(left_s)
        };
        if !ticket.offers.iter().any(|offer| far(offer).is_some()) {
            return Vec::new();
        }
        let crate::round::Context { set, travel, policy, now } = self.context;
        let claimed = self.claimed();
        let candidates = considered(ticket, &Surroundings { set, claimed, travel, policy, now });
        let mut events = Vec::new();
        for offer in &mut ticket.offers {
            let Some(left_s) = far(offer) else { continue };
            let nearer = candidates.iter().find(|c| {
                c.reason.is_free()
                    && c.may_be(offer.role)
                    && self.is_free(c.responder)
                    && c.eta.s.saturating_add(nearer_by_s) <= left_s
            });
            if let Some(nearer) = nearer {
                offer.nearer_suggested = true;
                let (offer, responder, eta) = (offer.id, nearer.responder, nearer.eta);
                events.push(self.event(Event::NearerFree { offer, responder, eta, left_s }));
            }
        }
        events
    }

    /// Where somebody is, if that was heard lately.
    fn fresh_place(&self, responder: ResponderId) -> Option<(&Person, LatLon)> {
        let stale_ms = i64::from(self.policy.dispatch.position_stale_s) * 1_000;
        let person = self.context.set.people.get(&responder)?;
        let (place, at) = person.position?;
        (self.now.since_ms(at) <= stale_ms).then_some((person, place))
    }

    fn way_left_s(&self, responder: ResponderId, door: LatLon) -> Option<u32> {
        let (person, place) = self.fresh_place(responder)?;
        Some(self.context.travel.eta(place, self.context.set.travel_of(person), door).s)
    }
}
