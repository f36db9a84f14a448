//! A storm night: everybody presses within minutes, and one look at the district staffs them all.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use silverbell_domain::{
    Answers, Caller, Eta, LatLon, Person, Policy, Responder, ResponderId, Senior, TicketId, Travel,
    TravelTimes, UnixMs, WorkingSet, open_from_alarm, plan,
};
use silverbell_roads::{PeopleIndex, RoadMap, Speeds};
use silverbell_testkit::{
    CountingIds, Press, START, aide, device_of, longwen, nth_uuid, rescuer, senior,
};

use super::places::{Chance, travel_of};

/// How many press, and who is there: the aides and rescuers of the demo's district.
pub(super) const TICKETS: usize = 120;
pub(super) const AIDES: usize = 37;
pub(super) const RESCUERS: usize = 146;

/// Within so many seconds they press.
const WITHIN_S: f64 = 240.0;

/// The family of the tickets' identities.
const FAMILY: u8 = 51;

/// What a look at a storm came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// How many people were asked.
    pub(super) asked: usize,
    /// How often people were looked for, and how many were named.
    pub(super) searches: usize,
    pub(super) named: usize,
    /// How long that took, and all of it.
    pub(super) searched: Duration,
    pub(super) took: Duration,
}

/// A district in which all have pressed and nobody is asked yet.
pub(super) struct Storm {
    set: WorkingSet,
    by_road: PeopleIndex,
    by_line: PeopleIndex,
    policy: Policy,
    now: UnixMs,
}

impl Storm {
    /// Draws one.
    pub(super) fn drawn(map: &Arc<RoadMap>, seed: u64) -> Result<Self> {
        let mut chance = Chance::of(seed);
        let places = chance.places(map, AIDES + RESCUERS)?;
        let doors = chance.places(map, TICKETS)?;
        let mut storm = Self {
            set: WorkingSet::new(longwen()),
            by_road: PeopleIndex::new(Speeds::default(), Some(map.clone())),
            by_line: PeopleIndex::new(Speeds::default(), None),
            policy: Policy::default(),
            now: START.plus_s(600),
        };
        for (n, place) in (0..).zip(&places) {
            let is_aide = (n as usize) < AIDES;
            let responder = if is_aide { aide(n) } else { rescuer(n) };
            let travel = travel_of(n as usize);
            storm.post(Responder { standby: *place, travel, ..responder });
        }
        for (n, door) in (0..).zip(&doors) {
            let ago_s = (chance.share() * WITHIN_S) as i64;
            storm.press(n, Senior { home: *door, ..senior(n) }, ago_s);
        }
        Ok(storm)
    }

    fn post(&mut self, responder: Responder) {
        let (id, place) = (responder.id, responder.standby);
        self.by_road.put(id, responder.travel, place);
        self.by_line.put(id, responder.travel, place);
        let responder = Arc::new(responder);
        let (heard_at, position) = (Some(self.now), Some((place, self.now)));
        self.set.people.insert(
            id,
            Person { responder, heard_at, position, answers: Answers::default(), on_call: None },
        );
    }

    fn press(&mut self, n: u32, senior: Senior, ago_s: i64) {
        let device = device_of(&senior, n);
        let alarm = Press::of(n).at(self.now.plus_s(-ago_s)).alarm(&CountingIds::default());
        let caller = Caller::Known { device: &device, verified: true };
        let id = TicketId(nth_uuid(FAMILY, n.into()));
        let (mut ticket, _) = open_from_alarm(id, &alarm, caller, &self.policy);
        ticket.reschedule(&self.policy);
        self.set.put(Arc::new(ticket));
    }

    /// Plans all of it at once by road; returns what that took.
    pub(super) fn plan_by_road(&self) -> Duration {
        self.plan(&self.by_road).0
    }

    /// Plans the same by straight line.
    pub(super) fn plan_by_line(&self) -> Duration {
        self.plan(&self.by_line).0
    }

    /// Plans all of it by road and watches what is asked of the roads, which takes longer.
    pub(super) fn watch(&self) -> Look {
        let watched = Watched { index: &self.by_road, look: Cell::default() };
        let (took, asked) = self.plan(&watched);
        Look { asked, took, ..watched.look.get() }
    }

    /// Asks the map for every way of these people to these doors at once; returns what that took.
    pub(super) fn matrix(&self, map: &RoadMap) -> Duration {
        let people = self.set.people.values().map(|person| &person.responder);
        let from: Vec<(LatLon, Travel)> =
            people.map(|responder| (responder.standby, responder.travel)).collect();
        let doors: Vec<LatLon> =
            self.set.tickets().values().filter_map(|ticket| ticket.destination()).collect();
        let started = Instant::now();
        std::hint::black_box(map.matrix_ms(&from, &doors));
        started.elapsed()
    }

    fn plan(&self, travel: &dyn TravelTimes) -> (Duration, usize) {
        let all: BTreeSet<TicketId> = self.set.tickets().keys().copied().collect();
        let ids = CountingIds::default();
        let started = Instant::now();
        let decisions = plan(&self.set, &all, self.now, travel, &self.policy, &ids);
        let took = started.elapsed();
        let offers = decisions.iter().flat_map(|decision| &decision.ticket.offers);
        (took, offers.filter(|offer| offer.state.is_active()).count())
    }
}

/// Counts what is asked, and takes the time.
struct Watched<'a> {
    index: &'a PeopleIndex,
    look: Cell<Look>,
}

impl Watched<'_> {
    fn timed<T>(&self, ask: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let answer = ask();
        let look = self.look.get();
        self.look.set(Look { searched: look.searched + started.elapsed(), ..look });
        answer
    }
}

impl TravelTimes for Watched<'_> {
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a> {
        let mut people = self.timed(|| self.index.nearest(door));
        let look = self.look.get();
        self.look.set(Look { searches: look.searches + 1, ..look });
        Box::new(std::iter::from_fn(move || {
            let next = self.timed(|| people.next())?;
            let look = self.look.get();
            self.look.set(Look { named: look.named + 1, ..look });
            Some(next)
        }))
    }

    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta {
        self.timed(|| self.index.eta(from, travel, door))
    }
}

#[cfg(test)]
mod tests {
    use silverbell_roads::RoadSpeeds;

    use super::*;
    use crate::parts::roads::ground;

    #[test]
    fn everybody_who_is_free_is_asked() {
        let map = RoadMap::new(ground::drawn().unwrap(), RoadSpeeds::default());
        let storm = Storm::drawn(&Arc::new(map), 1).unwrap();
        let look = storm.watch();
        assert!(look.asked > TICKETS, "{look:?}");
        assert!(look.searches >= TICKETS && look.named > look.searches, "{look:?}");
    }
}
