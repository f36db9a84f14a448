//! Whether the fast ways of reckoning a time agree with a plain search, to the second: on a whole
//! extract, from everywhere to everywhere.
//!
//! The matrix climbs the hierarchy; `nearest` is Dijkstra's search from the door against the traffic,
//! `coverage` Dijkstra's search from the people. All three are held against one another; the tests of
//! the crate hold each against a Dijkstra of its own that knows no tricks. Both searches end at an
//! hour: so the same is done again at eight times the speed, where nearly everything lies within it.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use silverbell_domain::{Eta, EtaSource, LatLon, ResponderId, Travel, TravelTimes};
use silverbell_roads::{HORIZON_MS, PeopleIndex, RoadClass, RoadMap, RoadSpeeds, Roads, Speeds};

use super::places::{Chance, somebody};

/// So many sources and so many targets.
pub(super) const PLACES: usize = 316;

const SEED: u64 = 316;

/// How much faster everybody is the second time, and the fastest speed there is, km/h.
const FASTER: f64 = 8.0;
const FASTEST_KMH: f64 = 200.0;

/// What was compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Compared {
    /// Pairs, each held against both searches.
    pub(super) pairs: usize,
    /// Those of them within an hour, whose seconds must be equal.
    pub(super) timed: usize,
    /// Those on which a search and the matrix do not agree.
    pub(super) apart: usize,
}

impl Compared {
    /// Returns both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            timed: self.timed + other.timed,
            apart: self.apart + other.apart,
        }
    }
}

/// Compares all that can be asked on a map, at its own speeds and at faster ones.
pub(super) fn compare(map: &Arc<RoadMap>) -> Result<[Compared; 2]> {
    let mut chance = Chance::of(SEED);
    let from = chance.places(map, PLACES)?;
    let doors = chance.places(map, PLACES)?;
    let faster = Arc::new(map.with_speeds(faster(map.speeds())?));
    let on = |map: &Arc<RoadMap>| {
        let each = Travel::ALL.map(|travel| compare_one(map, travel, &from, &doors));
        each.into_iter().fold(Compared::default(), Compared::and)
    };
    Ok([on(map), on(&faster)])
}

/// Returns these speeds, faster.
fn faster(speeds: &RoadSpeeds) -> Result<RoadSpeeds> {
    let mut faster = speeds.clone();
    for travel in Travel::ALL {
        for class in RoadClass::ALL {
            let kmh = speeds.kmh(travel, class) * FASTER;
            faster.set_kmh(travel, class, kmh.min(FASTEST_KMH))?;
        }
    }
    faster.off_road.mps *= FASTER;
    Ok(faster)
}

fn compare_one(map: &Arc<RoadMap>, travel: Travel, from: &[LatLon], doors: &[LatLon]) -> Compared {
    let people: Vec<(LatLon, Travel)> = from.iter().map(|place| (*place, travel)).collect();
    let matrix = map.matrix_ms(&people, doors);
    let against_traffic = by_nearest(map, &people, doors);
    let roads = Roads::new(Speeds::default(), Some(map.clone()));
    let mut compared = Compared { pairs: matrix.len(), ..Compared::default() };
    for (row, person) in people.iter().enumerate() {
        let with_traffic = roads.coverage(&[*person], doors);
        for (column, forward) in with_traffic.into_iter().enumerate() {
            let ms = matrix[row * doors.len() + column].filter(|ms| *ms <= HORIZON_MS);
            let backward = against_traffic[column].get(&somebody(row)).copied();
            compared.timed += usize::from(ms.is_some());
            compared.apart += usize::from(!agree(ms, forward) || !agree(ms, backward));
        }
    }
    compared
}

/// Returns for each door what the search from it found of everybody.
fn by_nearest(
    map: &Arc<RoadMap>,
    people: &[(LatLon, Travel)],
    doors: &[LatLon],
) -> Vec<HashMap<ResponderId, Eta>> {
    let mut index = PeopleIndex::new(Speeds::default(), Some(map.clone()));
    for (n, (place, travel)) in people.iter().enumerate() {
        index.put(somebody(n), *travel, *place);
    }
    doors.iter().map(|door| index.nearest(*door).collect()).collect()
}

/// Returns whether a search found what the matrix says; beyond the hour it must have found no road.
fn agree(ms: Option<u32>, found: Option<Eta>) -> bool {
    match ms {
        Some(ms) => found == Some(Eta { s: ms.div_ceil(1_000), source: EtaSource::Roads }),
        None => found.is_some_and(|eta| eta.source == EtaSource::StraightLine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::roads::ground;

    #[test]
    fn a_second_more_is_not_the_same() {
        let eta = |s, source| Some(Eta { s, source });
        assert!(agree(Some(1_001), eta(2, EtaSource::Roads)));
        assert!(!agree(Some(1_001), eta(1, EtaSource::Roads)));
        assert!(!agree(Some(1_001), eta(2, EtaSource::StraightLine)));
        assert!(agree(None, eta(4_000, EtaSource::StraightLine)));
        assert!(!agree(None, None));
    }

    #[test]
    fn faster_speeds_are_speeds() {
        let map = RoadMap::new(ground::drawn().unwrap(), RoadSpeeds::default());
        let faster = faster(map.speeds()).unwrap();
        assert!(faster.kmh(Travel::Walk, RoadClass::Residential) > 30.0);
    }
}
