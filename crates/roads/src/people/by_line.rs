//! People by place, for the straight line.

use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};
use silverbell_domain::{Eta, EtaSource, LatLon, Travel};

use crate::Speeds;

/// Mean radius of the earth, metres (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point on the sphere, metres from the earth's centre. The chord between two such points grows
/// with the distance over the ground, so the nearest by chord is the nearest, on the whole globe and
/// without choosing a projection.
type Chord = [f64; 3];

type Entry<T> = GeomWithData<Chord, T>;

/// People by place, one tree for each way of travelling.
#[derive(Clone, Debug)]
pub(crate) struct ByLine<T: Copy + Ord> {
    trees: [RTree<Entry<T>>; 3],
}

impl<T: Copy + Ord> Default for ByLine<T> {
    fn default() -> Self {
        Self { trees: std::array::from_fn(|_| RTree::new()) }
    }
}

impl<T: Copy + Ord> ByLine<T> {
    /// Puts somebody who is not in it.
    pub(crate) fn insert(&mut self, who: T, travel: Travel, place: LatLon) {
        self.trees[travel as usize].insert(Entry::new(chord(place), who));
    }

    /// Takes somebody out.
    pub(crate) fn remove(&mut self, who: T, travel: Travel, place: LatLon) {
        self.trees[travel as usize].remove(&Entry::new(chord(place), who));
    }

    /// Returns whether nobody travels like this.
    pub(crate) fn is_empty(&self, travel: Travel) -> bool {
        self.trees[travel as usize].size() == 0
    }

    /// Returns those who travel like this, nearest first.
    pub(crate) fn nearest(
        &self,
        travel: Travel,
        door: LatLon,
        speeds: Speeds,
    ) -> impl Iterator<Item = (T, Eta)> {
        let here = chord(door);
        // Of several at one time the tree gives any first; sorted, the answer is always the same.
        let mut nearest = self.trees[travel as usize]
            .nearest_neighbor_iter(&here)
            .map(move |entry| {
                let metres = over_ground_m(entry.geom().distance_2(&here).sqrt());
                (speeds.eta_for(travel, metres).s, entry.data)
            })
            .peekable();
        let mut same = Vec::new();
        std::iter::from_fn(move || {
            if same.is_empty() {
                let (s, who) = nearest.next()?;
                same.push((s, who));
                while let Some(next) = nearest.next_if(|(other_s, _)| *other_s == s) {
                    same.push(next);
                }
                same.sort_unstable_by(|a, b| b.cmp(a));
            }
            let (s, who) = same.pop()?;
            Some((who, Eta { s, source: EtaSource::StraightLine }))
        })
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
