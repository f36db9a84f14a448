//! How long ways take: by straight line, on a map, or from a table that somebody else reckoned.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use silverbell_domain::{Eta, EtaSource, LatLon, ResponderId, Travel, TravelTimes};
use silverbell_roads::{PeopleIndex, RoadMap, Speeds};

/// How long ways take.
#[derive(Clone, Debug)]
pub enum Ways {
    /// By straight line at these speeds, or by road where a map is given.
    Reckoned(Speeds, Option<Arc<RoadMap>>),
    /// As a table says.
    Table(Arc<Table>),
}

impl Default for Ways {
    fn default() -> Self {
        Self::Reckoned(Speeds::default(), None)
    }
}

impl Ways {
    /// Returns an index of nobody.
    pub(crate) fn index(&self) -> Box<dyn Index> {
        match self {
            Self::Reckoned(speeds, map) => Box::new(PeopleIndex::new(*speeds, map.clone())),
            Self::Table(table) => {
                Box::new(OnTable { table: table.clone(), people: BTreeMap::new() })
            }
        }
    }
}

/// People by place, who can be looked for by time.
pub(crate) trait Index: TravelTimes + fmt::Debug {
    /// Puts somebody at a place, wherever they were before.
    fn put(&mut self, who: ResponderId, travel: Travel, at: LatLon);
    /// Takes somebody out.
    fn remove(&mut self, who: ResponderId);
}

impl Index for PeopleIndex {
    fn put(&mut self, who: ResponderId, travel: Travel, at: LatLon) {
        Self::put(self, who, travel, at);
    }

    fn remove(&mut self, who: ResponderId) {
        Self::remove(self, who);
    }
}

/// Times from some places to some doors, each place known by its point. Nobody is found who is elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Table {
    seconds: HashMap<(Point, Point), u32>,
}

/// A point that can be looked up: its degrees, bit by bit.
type Point = (u64, u64);

const fn point(at: LatLon) -> Point {
    (at.lat.to_bits(), at.lon.to_bits())
}

impl Table {
    /// What is not in the table takes this long, seconds: whoever is called away half-way.
    pub const ELSEWHERE_S: u32 = 1_200;

    /// Notes how long the way takes from a place to a door.
    pub fn put(&mut self, from: LatLon, door: LatLon, seconds: u32) {
        self.seconds.insert((point(from), point(door)), seconds);
    }

    fn known(&self, from: LatLon, door: LatLon) -> Option<Eta> {
        let s = self.seconds.get(&(point(from), point(door))).copied();
        s.or_else(|| (from == door).then_some(0)).map(|s| Eta { s, source: EtaSource::Roads })
    }

    fn eta(&self, from: LatLon, door: LatLon) -> Eta {
        let elsewhere = Eta { s: Self::ELSEWHERE_S, source: EtaSource::StraightLine };
        self.known(from, door).unwrap_or(elsewhere)
    }
}

/// People at the places of a table.
#[derive(Debug)]
struct OnTable {
    table: Arc<Table>,
    people: BTreeMap<ResponderId, LatLon>,
}

impl TravelTimes for OnTable {
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a> {
        let eta = |(who, at): (&ResponderId, &LatLon)| Some((*who, self.table.known(*at, door)?));
        let mut all: Vec<(ResponderId, Eta)> = self.people.iter().filter_map(eta).collect();
        all.sort_unstable_by_key(|(who, eta)| (eta.s, *who));
        Box::new(all.into_iter())
    }

    fn eta(&self, from: LatLon, _: Travel, door: LatLon) -> Eta {
        self.table.eta(from, door)
    }
}

impl Index for OnTable {
    fn put(&mut self, who: ResponderId, _: Travel, at: LatLon) {
        self.people.insert(who, at);
    }

    fn remove(&mut self, who: ResponderId) {
        self.people.remove(&who);
    }
}
