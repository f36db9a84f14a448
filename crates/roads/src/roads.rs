//! Travel times between places: by road where a map is known, by straight line elsewhere.

use std::collections::HashMap;
use std::sync::Arc;

use silverbell_domain::{Eta, EtaSource, LatLon, Travel};

use crate::map::search::Search;
use crate::network::{NO_STOP, NONE};
use crate::people::by_line::ByLine;
use crate::{HORIZON_MS, Purpose, RoadMap, Route, Snap, Speeds};

/// Travel times between places.
#[derive(Clone, Debug, Default)]
pub struct Roads {
    speeds: Speeds,
    map: Option<Arc<RoadMap>>,
}

impl Roads {
    /// Returns travel times on this map, and by straight line at these speeds where it ends, or
    /// without one.
    #[must_use]
    pub const fn new(speeds: Speeds, map: Option<Arc<RoadMap>>) -> Self {
        Self { speeds, map }
    }

    /// Returns the speeds for the straight line.
    #[must_use]
    pub const fn speeds(&self) -> Speeds {
        self.speeds
    }

    /// Returns the map, if there is one.
    #[must_use]
    pub fn map(&self) -> Option<&RoadMap> {
        self.map.as_deref()
    }

    /// Returns the time from one place to another, however long it is.
    #[must_use]
    pub fn eta(&self, from: LatLon, travel: Travel, to: LatLon) -> Eta {
        let ms = self.map().and_then(|map| map.time_ms(from, travel, to));
        self.by_road(ms).unwrap_or_else(|| self.speeds.eta(from, travel, to))
    }

    /// Returns the time from each place to each door, a row for each place.
    #[must_use]
    pub fn matrix(&self, from: &[(LatLon, Travel)], doors: &[LatLon]) -> Vec<Eta> {
        let pairs = from.iter().flat_map(|start| doors.iter().map(move |door| (start, door)));
        let by_line = |((place, travel), door): (&(LatLon, Travel), &LatLon)| {
            self.speeds.eta(*place, *travel, *door)
        };
        match self.map() {
            None => pairs.map(by_line).collect(),
            Some(map) => pairs
                .zip(map.matrix_ms(from, doors))
                .map(|(pair, ms)| self.by_road(ms).unwrap_or_else(|| by_line(pair)))
                .collect(),
        }
    }

    /// Returns the way from one place to another, `None` without a map or off its edge.
    #[must_use]
    pub fn route(&self, from: LatLon, travel: Travel, to: LatLon) -> Option<Route> {
        self.map()?.route(from, travel, to)
    }

    /// Returns for each door the time of whoever of these people is there first, as
    /// [`crate::PeopleIndex`] would find him; `None` when there is nobody. One search from all people
    /// at once, however many doors there are.
    #[must_use]
    pub fn coverage(&self, people: &[(LatLon, Travel)], doors: &[LatLon]) -> Vec<Option<Eta>> {
        let Some(map) = self.map() else {
            let by_line = all_by_line(people.iter().copied());
            return doors.iter().map(|door| self.nearest_by_line(&by_line, *door, &ALL)).collect();
        };
        let mut seated = Vec::new();
        let mut off_map = Vec::new();
        for (place, travel) in people {
            match map.snap(*place, *travel, Purpose::Depart) {
                Some(snap) => seated.push((*place, *travel, snap)),
                None => off_map.push((*place, *travel)),
            }
        }
        let off_map = all_by_line(off_map.into_iter());
        let on_map = all_by_line(seated.iter().map(|(place, travel, _)| (*place, *travel)));
        let snaps: Vec<Snap> = seated.into_iter().map(|(.., snap)| snap).collect();
        let mut search = map.searches().take();
        spread(map, &snaps, HORIZON_MS, &mut search);
        let on_edge = by_edge(&snaps);
        let first = |door: &LatLon| {
            let on_roads = ALL.map(|travel| map.snap(*door, travel, Purpose::Arrive));
            let by_road_ms = on_roads
                .iter()
                .flatten()
                .filter_map(|snap| arrival_ms(map, &search, &on_edge, *snap));
            let by_road_ms = by_road_ms.min().filter(|ms| *ms <= HORIZON_MS);
            let (reachable, not): (Vec<Travel>, Vec<Travel>) =
                ALL.iter().partition(|travel| on_roads[**travel as usize].is_some());
            let by_road = self.by_road(by_road_ms).or_else(|| {
                let mut eta = self.nearest_by_line(&on_map, *door, &reachable)?;
                eta.s = eta.s.max(HORIZON_MS / 1_000);
                Some(eta)
            });
            let by_line = [
                self.nearest_by_line(&off_map, *door, &ALL),
                self.nearest_by_line(&on_map, *door, &not),
            ];
            [by_road].into_iter().chain(by_line).flatten().min_by_key(|eta| eta.s)
        };
        doors.iter().map(first).collect()
    }

    /// Returns the points of roads that somebody of these people reaches within `limit_s` seconds (an
    /// hour at the most), with the seconds, rounded up, of whoever is there first; and every person's
    /// own place with 0. Bridges, tunnels and motorways, where nobody in a vehicle can step out, are
    /// left out. There is a point every 50 m at the least. Empty without a map.
    #[must_use]
    pub fn reach(&self, people: &[(LatLon, Travel)], limit_s: u32) -> Vec<(LatLon, u32)> {
        let Some(map) = self.map() else { return Vec::new() };
        let limit_ms = limit_s.saturating_mul(1_000).min(HORIZON_MS);
        let snap = |(place, travel): &(LatLon, Travel)| map.snap(*place, *travel, Purpose::Depart);
        let snaps: Vec<Snap> = people.iter().filter_map(snap).collect();
        let mut search = map.searches().take();
        spread(map, &snaps, limit_ms, &mut search);
        let mut reached: Vec<(LatLon, u32)> = people.iter().map(|(place, _)| (*place, 0)).collect();
        let tables = map.tables();
        for edge in 0..tables.edge_nodes.len() as u32 {
            let [tail, _, back_tail, _] = tables.edge_nodes[edge as usize];
            let is_reached = |node| node != NONE && search.reached_ms(node).is_some();
            if tables.tags[edge as usize][1] & NO_STOP == 0
                && (is_reached(tail) || is_reached(back_tail))
            {
                let points = map.points_of(edge).into_iter();
                let timed = points.filter_map(|(at, snap)| {
                    Some((at, arrival_ms(map, &search, &HashMap::new(), snap)?))
                });
                let within = timed.filter(|(_, ms)| *ms <= limit_ms);
                reached.extend(within.map(|(at, ms)| (at, ms.div_ceil(1_000))));
            }
        }
        reached
    }

    fn by_road(&self, ms: Option<u32>) -> Option<Eta> {
        ms.map(|ms| Eta { s: ms.div_ceil(1_000), source: EtaSource::Roads })
    }

    fn nearest_by_line(
        &self,
        people: &ByLine<usize>,
        door: LatLon,
        travel: &[Travel],
    ) -> Option<Eta> {
        let nearest = |travel: &Travel| people.nearest(*travel, door, self.speeds).next();
        travel.iter().filter_map(nearest).map(|(_, eta)| eta).min_by_key(|eta| eta.s)
    }
}

const ALL: [Travel; 3] = Travel::ALL;

fn all_by_line(people: impl Iterator<Item = (LatLon, Travel)>) -> ByLine<usize> {
    let mut by_line = ByLine::default();
    for (number, (place, travel)) in people.enumerate() {
        by_line.insert(number, travel, place);
    }
    by_line
}

/// Searches away from everybody at once.
fn spread(map: &RoadMap, people: &[Snap], limit_ms: u32, search: &mut Search) {
    let (tables, times) = (map.tables(), map.times());
    search.begin(times.out.nodes(), limit_ms);
    for snap in people {
        for (node, ms) in snap.exits(&tables, times).into_iter().flatten() {
            search.reach(node, ms);
        }
    }
    while search.settle(&times.out).is_some() {}
}

fn by_edge(people: &[Snap]) -> HashMap<u32, Vec<Snap>> {
    let mut by_edge: HashMap<u32, Vec<Snap>> = HashMap::new();
    for snap in people {
        by_edge.entry(snap.edge).or_default().push(*snap);
    }
    by_edge
}

/// Returns when somebody is first at a place on the roads.
fn arrival_ms(
    map: &RoadMap,
    search: &Search,
    on_edge: &HashMap<u32, Vec<Snap>>,
    at: Snap,
) -> Option<u32> {
    let (tables, times) = (map.tables(), map.times());
    let entrances = at.entrances(&tables, times).into_iter().flatten();
    let by_node = entrances.filter_map(|(node, ms)| Some(search.reached_ms(node)? + ms));
    let neighbours = on_edge.get(&at.edge).into_iter().flatten();
    let direct = neighbours.filter_map(|person| person.direct_ms(at, &tables, times));
    by_node.chain(direct).min()
}
