//! Seeded chance: people and doors near roads, the same in every run.

use std::sync::Arc;

use anyhow::{Context, Result};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use silverbell_domain::{LatLon, ResponderId, Travel};
use silverbell_roads::{PeopleIndex, Purpose, RoadMap, Speeds};
use silverbell_testkit::nth_uuid;

/// So near to a road that can be walked on a place must be, metres; and how often one is drawn
/// before the last one is taken as it is.
const NEAR_M: f64 = 100.0;
const DRAWS: usize = 1_000;

/// How far somebody moves between two positions at the most, metres each way.
const STEP_M: f64 = 50.0;
const METRES_PER_DEGREE: f64 = 111_195.0;

/// The family of the people's identities.
const PEOPLE: u8 = 50;

/// Seeded chance.
#[derive(Debug)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// Returns the chance of a seed.
    pub(super) fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Returns a number from 0 up to 1.
    pub(super) fn share(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    /// Returns one of them.
    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get((self.share() * all.len() as f64) as usize).copied()
    }

    /// Returns places anywhere on the map, near its roads.
    pub(super) fn places(&mut self, map: &RoadMap, count: usize) -> Result<Vec<LatLon>> {
        let [low, high] = map.bounds().context("a map without roads")?;
        Ok((0..count).map(|_| self.place(map, low, high)).collect())
    }

    fn place(&mut self, map: &RoadMap, low: LatLon, high: LatLon) -> LatLon {
        let mut place = low;
        for _ in 0..DRAWS {
            place = LatLon {
                lat: low.lat + self.share() * (high.lat - low.lat),
                lon: low.lon + self.share() * (high.lon - low.lon),
            };
            let snap = map.snap(place, Travel::Walk, Purpose::Arrive);
            if snap.is_some_and(|snap| snap.gap_m <= NEAR_M) {
                break;
            }
        }
        place
    }

    /// Returns a place some tens of metres from this one.
    pub(super) fn step(&mut self, from: LatLon) -> LatLon {
        let mut aside = || (self.share() * 2.0 - 1.0) * STEP_M / METRES_PER_DEGREE;
        let (north, east) = (aside(), aside() / from.lat.to_radians().cos());
        LatLon { lat: from.lat + north, lon: from.lon + east }
    }
}

/// Returns how the `n`th of the people travels: a third each way.
pub(super) fn travel_of(n: usize) -> Travel {
    Travel::ALL[n % Travel::ALL.len()]
}

/// Returns who the `n`th of the people is.
pub(super) fn somebody(n: usize) -> ResponderId {
    ResponderId(nth_uuid(PEOPLE, n as u64))
}

/// Returns the people at these places, in an index on the map.
pub(super) fn index_of(map: &Arc<RoadMap>, places: &[LatLon]) -> PeopleIndex {
    let mut index = PeopleIndex::new(Speeds::default(), Some(map.clone()));
    for (n, place) in places.iter().enumerate() {
        index.put(somebody(n), travel_of(n), *place);
    }
    index
}
