//! Where everybody on duty is, so that the nearest are found without looking at all.

pub(crate) mod by_line;
mod nearest;
mod reckoned;
mod seats;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use silverbell_domain::{Eta, EtaSource, LatLon, ResponderId, Travel, TravelTimes};

use crate::{HORIZON_MS, Purpose, RoadMap, Roads, Speeds};
use by_line::ByLine;
use nearest::{ByRoad, door_on};
use reckoned::{MAX_PEOPLE, Reckoned};
use seats::Seats;

/// An index of people by place: by road where a map is known, by straight line elsewhere.
///
/// Everybody is found, nearest first, once each:
/// - who is reached by road within an hour ([`HORIZON_MS`]), by the time that takes;
/// - who is off the map, or everybody who travels in a way for which the *door* is off the map, by
///   straight line × detour, among the others by time;
/// - who is on the map and is not reached within the hour, by straight line × detour, but at an hour
///   at the least: the road is longer than that, whatever the line says. It may lie across a river.
#[derive(Debug, Default)]
pub struct PeopleIndex {
    roads: Roads,
    places: HashMap<ResponderId, Place>,
    seats: Seats,
    /// How many have a seat, by way of travelling.
    seated: [usize; 3],
    /// Those without a seat.
    off_map: ByLine<ResponderId>,
}

/// Where somebody is.
#[derive(Clone, Copy, Debug)]
struct Place {
    travel: Travel,
    at: LatLon,
    seat: Option<u32>,
}

impl PeopleIndex {
    /// Returns an empty index, of people on this map if there is one.
    #[must_use]
    pub fn new(speeds: Speeds, map: Option<Arc<RoadMap>>) -> Self {
        Self { seats: seats_of(map.as_deref()), roads: Roads::new(speeds, map), ..Self::default() }
    }

    /// Puts everybody on another map, or on the same roads at other speeds.
    pub fn set_map(&mut self, map: Option<Arc<RoadMap>>) {
        let places = std::mem::take(&mut self.places);
        *self = Self::new(self.roads.speeds(), map);
        for (who, place) in places {
            self.put(who, place.travel, place.at);
        }
    }

    /// Returns the travel times on which it rests, for what concerns places rather than people.
    #[must_use]
    pub const fn roads(&self) -> &Roads {
        &self.roads
    }

    /// Puts somebody at a place, wherever he was before.
    pub fn put(&mut self, who: ResponderId, travel: Travel, at: LatLon) {
        if self.places.get(&who).is_some_and(|known| known.travel == travel && known.at == at) {
            return;
        }
        self.remove(who);
        let snapped =
            self.roads.map().and_then(|map| Some((map, map.snap(at, travel, Purpose::Depart)?)));
        let seat = snapped.map(|(map, snap)| self.seats.take(who, snap, map));
        match seat {
            Some(_) => self.seated[travel as usize] += 1,
            None => self.off_map.insert(who, travel, at),
        }
        self.places.insert(who, Place { travel, at, seat });
    }

    /// Takes somebody out.
    pub fn remove(&mut self, who: ResponderId) {
        let Some(Place { travel, at, seat }) = self.places.remove(&who) else { return };
        match seat {
            Some(seat) => {
                self.seats.leave(seat);
                self.seated[travel as usize] -= 1;
            }
            None => self.off_map.remove(who, travel, at),
        }
    }

    /// Returns how many people are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Returns those on the map who travel like this and whom `is_left`, nearest by straight line
    /// first. It looks at everybody, which nobody asks for often: those on the map are in no tree by
    /// straight line, for that would cost each of their moves as much as all the rest of it.
    fn seated_by_line<'a>(
        &'a self,
        travel: &[Travel],
        door: LatLon,
        is_left: impl Fn(u32) -> bool,
    ) -> impl Iterator<Item = (ResponderId, Eta)> + 'a {
        let eta_s = |place: &Place| self.roads.speeds().eta(place.at, place.travel, door).s;
        let left = self.places.iter().filter(|(_, place)| {
            travel.contains(&place.travel) && place.seat.is_some_and(&is_left)
        });
        let mut by_s: BinaryHeap<Reverse<(u32, ResponderId)>> =
            left.map(|(who, place)| Reverse((eta_s(place), *who))).collect();
        std::iter::from_fn(move || {
            let Reverse((s, who)) = by_s.pop()?;
            Some((who, Eta { s, source: EtaSource::StraightLine }))
        })
    }
}

fn seats_of(map: Option<&RoadMap>) -> Seats {
    Seats::new(map.map_or(0, |map| map.tables().node_point.len()))
}

/// Whoever is not reached by road within the horizon takes longer, whatever the straight line says.
fn beyond_horizon((who, mut eta): (ResponderId, Eta)) -> (ResponderId, Eta) {
    eta.s = eta.s.max(HORIZON_MS / 1_000);
    (who, eta)
}

type People<'a> = Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a>;

fn boxed<'a>(people: impl Iterator<Item = (ResponderId, Eta)> + 'a) -> People<'a> {
    Box::new(people)
}

/// Merges people by time; each of the lists is sorted by it already. Of several at one second, who
/// is found by road comes first: that is known, the straight line is a guess.
fn merged<'a>(lists: Vec<People<'a>>) -> impl Iterator<Item = (ResponderId, Eta)> + 'a {
    let mut heads: Vec<_> = lists.into_iter().map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        let soonest = heads
            .iter_mut()
            .enumerate()
            .filter_map(|(list, head)| {
                let (who, eta) = head.peek()?;
                Some((eta.s, eta.source == EtaSource::StraightLine, *who, list))
            })
            .min()?;
        heads[soonest.3].next()
    })
}

impl TravelTimes for PeopleIndex {
    fn nearest<'a>(&'a self, door: LatLon) -> People<'a> {
        let speeds = self.roads.speeds();
        let off_map = &self.off_map;
        let travel = Travel::ALL.into_iter().filter(|travel| !off_map.is_empty(*travel));
        let mut lists: Vec<People<'a>> =
            travel.map(|travel| boxed(off_map.nearest(travel, door, speeds))).collect();
        if let Some(map) = self.roads.map() {
            let on_roads = door_on(map, door);
            let (reachable, not): (Vec<Travel>, Vec<Travel>) =
                Travel::ALL.iter().partition(|travel| on_roads[**travel as usize].is_some());
            if !not.is_empty() {
                lists.push(boxed(self.seated_by_line(&not, door, |_| true)));
            }
            let seated = reachable.iter().map(|travel| self.seated[*travel as usize]).sum();
            let mut by_road = Some(ByRoad::new(map, &self.seats, seated, &on_roads));
            let mut unreached: Option<People<'a>> = None;
            lists.push(boxed(std::iter::from_fn(move || {
                if let Some(next) = by_road.as_mut().and_then(Iterator::next) {
                    return Some(next);
                }
                if let Some(by_road) = by_road.take() {
                    let is_left = |seat| !by_road.has_told(seat);
                    let left = self.seated_by_line(&reachable, door, is_left);
                    unreached = Some(boxed(left.map(beyond_horizon)));
                }
                unreached.as_mut()?.next()
            })));
        }
        match lists.len() {
            1 => lists.remove(0),
            _ => boxed(merged(lists)),
        }
    }

    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta {
        self.roads.eta(from, travel, door)
    }

    fn reckoned<'a>(&'a self, doors: &[LatLon]) -> Option<Box<dyn TravelTimes + 'a>> {
        let pays = self.roads.map().is_some() && self.len() <= MAX_PEOPLE;
        pays.then(|| Box::new(Reckoned::new(self, doors)) as Box<dyn TravelTimes>)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use silverbell_domain::{EtaSource, LatLon, ResponderId, Travel, TravelTimes};

    use super::PeopleIndex;
    use crate::Speeds;

    fn somebody(n: usize) -> ResponderId {
        format!("00000000-0000-7000-8000-{n:012}").parse().expect("a UUID")
    }

    fn place() -> impl Strategy<Value = (LatLon, Travel)> {
        (24.3..24.7_f64, 117.4..117.9_f64, 0..3_usize)
            .prop_map(|(lat, lon, t)| (LatLon { lat, lon }, Travel::ALL[t]))
    }

    proptest! {
        #[test]
        fn nearest_by_time_equals_brute_force(
            people in prop::collection::vec(place(), 0..60),
            moved in prop::collection::vec(place(), 0..60),
            (door, _) in place(),
        ) {
            let mut index = PeopleIndex::new(Speeds::default(), None);
            for (n, (at, travel)) in people.iter().enumerate() {
                index.put(somebody(n), *travel, *at);
            }
            for (n, (at, travel)) in moved.iter().enumerate().take(people.len()) {
                index.put(somebody(n), *travel, *at);
            }
            prop_assert_eq!(index.len(), people.len());
            let found: Vec<u32> = index.nearest(door).map(|(_, eta)| eta.s).collect();
            let mut brute: Vec<u32> = people
                .iter()
                .enumerate()
                .map(|(n, old)| moved.get(n).unwrap_or(old))
                .map(|(at, travel)| Speeds::default().eta(*at, *travel, door).s)
                .collect();
            brute.sort_unstable();
            // The two formulas for the distance round differently: a second at the most.
            prop_assert_eq!(found.len(), brute.len());
            for (a, b) in found.iter().zip(&brute) {
                prop_assert!(a.abs_diff(*b) <= 1, "{} and {}", a, b);
            }
            prop_assert!(found.is_sorted());
        }
    }

    #[test]
    fn a_car_further_away_comes_before_a_walker_nearby() {
        let door = LatLon { lat: 24.5, lon: 117.7 };
        let mut index = PeopleIndex::new(Speeds::default(), None);
        index.put(somebody(1), Travel::Walk, LatLon { lat: 24.505, lon: 117.7 });
        index.put(somebody(2), Travel::Car, LatLon { lat: 24.51, lon: 117.7 });
        let order: Vec<ResponderId> = index.nearest(door).map(|(who, _)| who).collect();
        assert_eq!(order, [somebody(2), somebody(1)]);
        assert!(index.nearest(door).all(|(_, eta)| eta.source == EtaSource::StraightLine));
    }

    #[test]
    fn forty_people_at_one_depot_are_all_found_and_removed() {
        let depot = LatLon { lat: 24.5, lon: 117.7 };
        let mut index = PeopleIndex::new(Speeds::default(), None);
        for n in 0..40 {
            index.put(somebody(n), Travel::Ebike, depot);
        }
        assert_eq!(index.nearest(depot).count(), 40);
        for n in 0..40 {
            index.remove(somebody(n));
        }
        assert!(index.is_empty());
        assert_eq!(index.nearest(depot).count(), 0);
    }
}
