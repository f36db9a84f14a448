//! A road network at given speeds: what every stretch takes, the nearest road, the quickest way.

pub(crate) mod hierarchy;
pub(crate) mod pool;
mod route;
pub(crate) mod search;
mod segments;
mod snap;
pub(crate) mod times;

use std::sync::Arc;

use silverbell_domain::{LatLon, Travel};

pub use route::Route;
pub use search::HORIZON_MS;
pub use snap::{Purpose, SNAP_MAX_M, Snap};

use crate::geometry::{Bounds, place_of};
use crate::network::Tables;
use crate::{MapError, Network, RoadSpeeds};
use hierarchy::Hierarchy;
use pool::Pool;
use search::Search;
use segments::Segments;
use times::Times;

/// Roads at given speeds. Cheap to share, never changed: other speeds make another map, which shares
/// what does not depend on them.
pub struct RoadMap {
    ground: Arc<Ground>,
    speeds: RoadSpeeds,
    times: Times,
    hierarchy: Hierarchy,
    searches: Pool<Search>,
}

/// Short: its tables have millions of entries.
impl std::fmt::Debug for RoadMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoadMap").field("network", self.network()).finish_non_exhaustive()
    }
}

/// What does not depend on speeds.
pub(crate) struct Ground {
    network: Network,
    pub(crate) segments: [Segments; 3],
}

impl RoadMap {
    /// Returns the map in these bytes, which may be a mapped file, at these speeds.
    ///
    /// # Errors
    /// As [`Network::open`].
    pub fn open(
        bytes: impl AsRef<[u8]> + Send + Sync + 'static,
        speeds: RoadSpeeds,
    ) -> Result<Self, MapError> {
        Ok(Self::new(Network::open(bytes)?, speeds))
    }

    /// Returns a network at these speeds.
    #[must_use]
    pub fn new(network: Network, speeds: RoadSpeeds) -> Self {
        let tables = network.tables();
        let segments = Travel::ALL.map(|travel| Segments::new(&tables, tables.edges_of(travel)));
        let times = Times::new(&tables, &speeds);
        let shape = hierarchy::shape(&times.out, tables.order);
        let hierarchy = Hierarchy::new(shape, &times.out);
        let ground = Arc::new(Ground { network, segments });
        Self { ground, speeds, times, hierarchy, searches: Pool::default() }
    }

    /// Returns the same roads at other speeds.
    #[must_use]
    pub fn with_speeds(&self, speeds: RoadSpeeds) -> Self {
        let times = Times::new(&self.tables(), &speeds);
        let hierarchy = Hierarchy::new(self.hierarchy.shape(), &times.out);
        let ground = self.ground.clone();
        Self { ground, speeds, times, hierarchy, searches: Pool::default() }
    }

    /// Writes the network as it is read by [`RoadMap::open`]; speeds are no part of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, to: impl std::io::Write) -> std::io::Result<()> {
        self.ground.network.write(to)
    }

    /// Returns the network without speeds.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.ground.network
    }

    /// Returns the speeds.
    #[must_use]
    pub const fn speeds(&self) -> &RoadSpeeds {
        &self.speeds
    }

    /// Returns the south-western and the north-eastern corner of all roads.
    #[must_use]
    pub fn bounds(&self) -> Option<[LatLon; 2]> {
        let all = self.ground.segments.iter().filter_map(Segments::bounds).reduce(Bounds::join)?;
        Some([place_of(all.min), place_of(all.max)])
    }

    pub(crate) fn tables(&self) -> Tables<'_> {
        self.ground.network.tables()
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }

    pub(crate) const fn times(&self) -> &Times {
        &self.times
    }

    pub(crate) const fn searches(&self) -> &Pool<Search> {
        &self.searches
    }

    /// Returns what it takes from one place to another, milliseconds, `None` when either is off the
    /// map. The same as a search finds, to the millisecond.
    #[must_use]
    pub fn time_ms(&self, from: LatLon, travel: Travel, to: LatLon) -> Option<u32> {
        let from = self.snap(from, travel, Purpose::Depart)?;
        let to = self.snap(to, travel, Purpose::Arrive)?;
        let (tables, times) = (self.tables(), &self.times);
        let climb = self.hierarchy.from(from.exits(&tables, times));
        let descent = self.hierarchy.to(to.entrances(&tables, times));
        let direct_ms = from.direct_ms(to, &tables, times);
        [direct_ms, climb.meet_ms(&descent)].into_iter().flatten().min()
    }

    /// Returns what it takes from each place to each door, milliseconds, a row for each place; `None`
    /// when either is off the map.
    #[must_use]
    pub fn matrix_ms(&self, from: &[(LatLon, Travel)], doors: &[LatLon]) -> Vec<Option<u32>> {
        let (tables, times) = (self.tables(), &self.times);
        let mut matrix = vec![None; from.len() * doors.len()];
        for travel in Travel::ALL {
            let rows: Vec<(usize, Snap)> = (0..)
                .zip(from)
                .filter(|(_, (_, by))| *by == travel)
                .filter_map(|(row, (place, _))| {
                    Some((row, self.snap(*place, travel, Purpose::Depart)?))
                })
                .collect();
            let climbs: Vec<_> = rows
                .iter()
                .map(|(_, from)| self.hierarchy.from(from.exits(&tables, times)).reached())
                .collect();
            for (column, door) in doors.iter().enumerate().filter(|_| !rows.is_empty()) {
                let Some(to) = self.snap(*door, travel, Purpose::Arrive) else { continue };
                let descent = self.hierarchy.to(to.entrances(&tables, times));
                for ((row, from), climb) in rows.iter().zip(&climbs) {
                    let direct_ms = from.direct_ms(to, &tables, times);
                    let best_ms =
                        [direct_ms, descent.meet_list_ms(climb)].into_iter().flatten().min();
                    matrix[row * doors.len() + column] = best_ms;
                }
            }
        }
        matrix
    }
}
