//! Where everybody on duty is, so that the nearest are found without looking at all.

use std::collections::HashMap;

use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};
use silverbell_domain::{Eta, LatLon, ResponderId, Travel, TravelTimes};

use crate::Speeds;

/// Mean radius of the earth, metres (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point on the sphere, metres from the earth's centre. The chord between two such points grows
/// with the distance over the ground, so the nearest by chord is the nearest, on the whole globe and
/// without choosing a projection.
type Chord = [f64; 3];

type Entry = GeomWithData<Chord, ResponderId>;

/// An index of people by place, one tree for each way of travelling.
#[derive(Clone, Debug, Default)]
pub struct PeopleIndex {
    speeds: Speeds,
    trees: [RTree<Entry>; 3],
    places: HashMap<ResponderId, (Travel, LatLon)>,
}

impl PeopleIndex {
    /// Returns an empty index.
    #[must_use]
    pub fn new(speeds: Speeds) -> Self {
        Self { speeds, ..Self::default() }
    }

    /// Puts somebody at a place, wherever he was before.
    pub fn put(&mut self, who: ResponderId, travel: Travel, place: LatLon) {
        if self.places.get(&who) == Some(&(travel, place)) {
            return;
        }
        self.remove(who);
        self.trees[tree_of(travel)].insert(Entry::new(chord(place), who));
        self.places.insert(who, (travel, place));
    }

    /// Takes somebody out.
    pub fn remove(&mut self, who: ResponderId) {
        if let Some((travel, place)) = self.places.remove(&who) {
            self.trees[tree_of(travel)].remove(&Entry::new(chord(place), who));
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
}

impl TravelTimes for PeopleIndex {
    /// Merges the three trees by time: each gives its people nearest first, and a way of travelling
    /// does not change the order within its tree.
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a> {
        let here = chord(door);
        let mut heads = Travel::ALL.map(|travel| {
            let speeds = self.speeds;
            let nearest = self.trees[tree_of(travel)].nearest_neighbor_iter(&here);
            nearest
                .map(move |entry| {
                    let metres = over_ground_m(entry.geom().distance_2(&here).sqrt());
                    (entry.data, speeds.eta_for(travel, metres))
                })
                .peekable()
        });
        Box::new(std::iter::from_fn(move || {
            let soonest = heads
                .iter_mut()
                .enumerate()
                .filter_map(|(tree, head)| head.peek().map(|(who, eta)| (eta.s, *who, tree)))
                .min()?;
            heads[soonest.2].next()
        }))
    }

    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta {
        self.speeds.eta(from, travel, door)
    }
}

const fn tree_of(travel: Travel) -> usize {
    match travel {
        Travel::Walk => 0,
        Travel::Ebike => 1,
        Travel::Car => 2,
    }
}

fn chord(place: LatLon) -> Chord {
    let (lat, lon) = (place.lat.to_radians(), place.lon.to_radians());
    [
        EARTH_RADIUS_M * lat.cos() * lon.cos(),
        EARTH_RADIUS_M * lat.cos() * lon.sin(),
        EARTH_RADIUS_M * lat.sin(),
    ]
}

fn over_ground_m(chord_m: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * (chord_m / (2.0 * EARTH_RADIUS_M)).min(1.0).asin()
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
            let mut index = PeopleIndex::new(Speeds::default());
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
        let mut index = PeopleIndex::new(Speeds::default());
        index.put(somebody(1), Travel::Walk, LatLon { lat: 24.505, lon: 117.7 });
        index.put(somebody(2), Travel::Car, LatLon { lat: 24.51, lon: 117.7 });
        let order: Vec<ResponderId> = index.nearest(door).map(|(who, _)| who).collect();
        assert_eq!(order, [somebody(2), somebody(1)]);
        assert!(index.nearest(door).all(|(_, eta)| eta.source == EtaSource::StraightLine));
    }

    #[test]
    fn forty_people_at_one_depot_are_all_found_and_removed() {
        let depot = LatLon { lat: 24.5, lon: 117.7 };
        let mut index = PeopleIndex::new(Speeds::default());
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
