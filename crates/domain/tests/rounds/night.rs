//! Nights drawn at random: doors and people on a map without streets, so that a way is a straight
//! line and can be reckoned by hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use silverbell_domain::{
    Answers, Caller, Decision, Eta, EtaSource, Event, LatLon, OfferId, OfferState, Person, Policy,
    Responder, ResponderId, RoundNote, Senior, SignalKind, TeamRole, Ticket, TicketId, Travel,
    TravelTimes, UnixMs, Urgency, WorkingSet, open_from_alarm, plan,
};
use silverbell_testkit::{
    CountingIds, Press, START, aide, device_of, longwen, nth_uuid, operator, rescuer, senior,
};

/// The town's corner, and metres per degree there.
const CORNER: LatLon = LatLon { lat: 24.5, lon: 117.7 };
const LAT_M: f64 = 111_195.0;
const LON_M: f64 = 101_180.0;

/// An e-bike in town: 5.5 m/s, ways 1.35 times the straight line.
const METRES_PER_SECOND: f64 = 5.5 / 1.35;

/// Returns the place so many metres north and east of the corner.
pub(crate) fn at(north_m: f64, east_m: f64) -> LatLon {
    LatLon { lat: CORNER.lat + north_m / LAT_M, lon: CORNER.lon + east_m / LON_M }
}

/// Seeded chance.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Returns a number from 0 up to `end`.
    pub(crate) fn below(&mut self, end: f64) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0) * end
    }

    pub(crate) fn place(&mut self, side_m: f64) -> LatLon {
        at(self.below(side_m), self.below(side_m))
    }
}

/// Everybody in a straight line.
#[derive(Clone, Debug, Default)]
pub(crate) struct StraightLines(pub(crate) Vec<(ResponderId, LatLon)>);

impl TravelTimes for StraightLines {
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a> {
        let ways = self.0.iter().map(|(id, place)| (*id, self.eta(*place, Travel::Ebike, door)));
        let mut ways: Vec<_> = ways.collect();
        ways.sort_by_key(|(id, eta)| (eta.s, *id));
        Box::new(ways.into_iter())
    }

    fn eta(&self, from: LatLon, _: Travel, door: LatLon) -> Eta {
        let s = (from.distance_m(door) / METRES_PER_SECOND).ceil();
        Eta { s: s as u32, source: EtaSource::StraightLine }
    }
}

/// A district at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Night {
    pub(crate) set: WorkingSet,
    pub(crate) travel: StraightLines,
    pub(crate) policy: Policy,
    pub(crate) now: UnixMs,
}

/// What a night's decisions come to. The smaller is the better one, read from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Figures {
    /// Seniors with nobody at the door inside each ring, and with nobody on the way at all.
    pub(crate) outside: Vec<u32>,
    pub(crate) no_lead: u32,
    pub(crate) no_support: u32,
    pub(crate) worst_s: u32,
    pub(crate) total_s: u64,
}

impl Night {
    pub(crate) fn new() -> Self {
        let set = WorkingSet::new(longwen());
        let (travel, policy) = (StraightLines::default(), Policy::default());
        Self { set, travel, policy, now: START.plus_s(600) }
    }

    fn person(&mut self, responder: Responder, place: LatLon) -> ResponderId {
        let id = responder.id;
        let responder = Arc::new(Responder { standby: place, ..responder });
        let signs = (Some(self.now), Some((place, self.now)));
        let person = Person {
            responder,
            heard_at: signs.0,
            position: signs.1,
            answers: Answers::default(),
            on_call: None,
        };
        self.set.people.insert(id, person);
        self.travel.0.push((id, place));
        id
    }

    pub(crate) fn aide(&mut self, n: u32, place: LatLon) -> ResponderId {
        self.person(aide(n), place)
    }

    pub(crate) fn rescuer(&mut self, n: u32, place: LatLon) -> ResponderId {
        self.person(rescuer(n), place)
    }

    /// The `n`th senior pressed so many seconds ago.
    pub(crate) fn sos(&mut self, n: u32, door: LatLon, ago_s: i64) -> TicketId {
        self.alarm(n, door, ago_s, SignalKind::Sos)
    }

    pub(crate) fn alarm(&mut self, n: u32, door: LatLon, ago_s: i64, kind: SignalKind) -> TicketId {
        let device = device_of(&Senior { home: door, ..senior(n) }, n);
        let press = Press::of(n).at(self.now.plus_s(-ago_s)).kind(kind);
        let alarm = press.alarm(&CountingIds::default());
        let id = TicketId(nth_uuid(100, n.into()));
        let caller = Caller::Known { device: &device, verified: true };
        let (ticket, _) = open_from_alarm(id, &alarm, caller, &self.policy);
        self.put(ticket);
        id
    }

    /// Puts a ticket in as it is after all that happened to it.
    pub(crate) fn put(&mut self, mut ticket: Ticket) {
        ticket.reschedule(&self.policy);
        self.set.put(Arc::new(ticket));
    }

    /// Asks somebody by hand.
    pub(crate) fn offer(&mut self, ticket: TicketId, role: TeamRole, who: ResponderId) {
        let mut after = Ticket::clone(&self.set.tickets()[&ticket]);
        let place = self.set.people[&who].responder.standby;
        let door = after.destination().expect("a door");
        let eta = self.travel.eta(place, Travel::Ebike, door);
        let offer = OfferId(nth_uuid(101, after.offers.len() as u64));
        let asked = after.assign(operator(1), offer, who, role, eta, self.now, &self.policy);
        asked.expect("somebody who is free");
        self.set.put(Arc::new(after));
    }

    /// Returns everybody who pressed, in the order in which they are served.
    pub(crate) fn in_order(&self) -> Vec<Arc<Ticket>> {
        let mut tickets: Vec<_> = self.set.tickets().values().cloned().collect();
        tickets.sort_by_key(|t| (t.urgency, t.times.received, t.id));
        tickets
    }

    pub(crate) fn plan(&self) -> Vec<Decision> {
        let all: BTreeSet<TicketId> = self.set.tickets().keys().copied().collect();
        let ids = CountingIds::default();
        plan(&self.set, &all, self.now, &self.travel, &self.policy, &ids)
    }

    /// Returns the night after one look.
    pub(crate) fn planned(&self) -> Self {
        let mut after = self.clone();
        self.plan().into_iter().for_each(|decision| after.put(decision.ticket));
        after
    }

    /// Returns the night after each ticket was planned alone, one after the other: the nearest who
    /// is free, and nobody thinks of those who come later.
    pub(crate) fn planned_one_by_one(&self) -> Self {
        let mut after = self.clone();
        after.set.clear_tickets();
        for ticket in self.in_order() {
            after.set.put(ticket);
            after = after.planned();
        }
        after
    }

    /// Returns who is asked for which place of which ticket.
    pub(crate) fn asked(&self) -> BTreeSet<(TicketId, TeamRole, ResponderId)> {
        let of = |ticket: &Arc<Ticket>| -> Vec<_> {
            let active = ticket.offers.iter().filter(|offer| offer.state.is_active());
            active.map(|offer| (ticket.id, offer.role, offer.responder)).collect()
        };
        self.set.tickets().values().flat_map(of).collect()
    }

    /// Reckons, from the offers alone, what the seniors of this urgency can expect.
    pub(crate) fn figures(&self, urgency: Urgency) -> Figures {
        let rings = &self.policy.dispatch.rings_min;
        let (mut outside, mut empty) = (vec![0; rings.len() + 1], [0, 0]);
        let (mut worst_s, mut total_s) = (0, 0);
        for ticket in self.set.tickets().values().filter(|t| t.urgency == urgency) {
            let going = ticket.offers.iter().filter(|o| o.state.is_active());
            let first = going.clone().map(|o| o.offered_at.plus_s(o.eta.s.into())).min();
            let ends = rings.iter().map(|ring| ticket.times.received.plus_s(60 * i64::from(*ring)));
            let missed = ends.filter(|end| first.is_none_or(|first| first > *end)).count();
            let missed = missed + usize::from(first.is_none());
            outside.iter_mut().take(missed).for_each(|count| *count += 1);
            for (place, role) in TeamRole::TEAM.iter().enumerate() {
                empty[place] += u32::from(!going.clone().any(|o| o.role == *role));
            }
            for offer in going.filter(|o| matches!(o.state, OfferState::Offered)) {
                worst_s = worst_s.max(offer.eta.s);
                total_s += u64::from(offer.eta.s);
            }
        }
        let [no_lead, no_support] = empty;
        Figures { outside, no_lead, no_support, worst_s, total_s }
    }
}

/// Returns the notes of a look, each with the ticket and the place.
pub(crate) fn notes(decisions: &[Decision]) -> Vec<(TicketId, TeamRole, RoundNote)> {
    let of = |decision: &Decision| -> Vec<_> {
        let offered = decision.events.iter().filter_map(|event| match &event.event {
            Event::Offered { role, round: Some(note), .. } => Some((*role, note.as_ref().clone())),
            _ => None,
        });
        offered.map(|(role, note)| (decision.ticket.id, role, note)).collect()
    };
    decisions.iter().flat_map(of).collect()
}
