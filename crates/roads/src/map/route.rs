//! The way itself: its line, for a map and for somebody who has to find the door.

use silverbell_domain::{LatLon, Travel};

use super::RoadMap;
use super::snap::{Purpose, Snap, cut};
use crate::network::NONE;

/// The quickest way from one place to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Seconds, rounded up; the same as the ETA.
    pub eta_s: u32,
    /// How long it is in metres, with what is walked beside the road at both ends (straight line ×
    /// the detour factor of [`crate::RoadSpeeds::off_road`]).
    pub distance_m: f64,
    /// From the place to the door. The first and the last stretch lie beside the road.
    pub line: Vec<LatLon>,
}

/// One stretch of an edge, from and to in 65535ths of its length.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    edge: u32,
    from: u16,
    to: u16,
}

const FIRST: u16 = 0;
const LAST: u16 = u16::MAX;

impl RoadMap {
    /// Returns the quickest way from one place to another, `None` when either is off the map.
    #[must_use]
    pub fn route(&self, from: LatLon, travel: Travel, to: LatLon) -> Option<Route> {
        let start = self.snap(from, travel, Purpose::Depart)?;
        let goal = self.snap(to, travel, Purpose::Arrive)?;
        let direct_ms = start.direct_ms(goal, &self.tables(), self.times());
        let around = self.around(start, goal);
        let (ms, stretches) = match (direct_ms, around) {
            (Some(direct_ms), Some((ms, ..))) if direct_ms <= ms => {
                (direct_ms, on_edge(start, goal))
            }
            (Some(direct_ms), None) => (direct_ms, on_edge(start, goal)),
            (_, Some((ms, exit, entrance))) => (ms, self.stretches(start, exit, goal, entrance)?),
            (None, None) => return None,
        };
        let tables = self.tables();
        let mut line = vec![from];
        let mut on_road_m = 0.0;
        for stretch in stretches {
            let part = f64::from(stretch.from.abs_diff(stretch.to)) / f64::from(LAST);
            on_road_m += part * f64::from(tables.length_dm[stretch.edge as usize]) / 10.0;
            line.extend(cut(tables.line(stretch.edge), stretch.from, stretch.to));
        }
        line.push(to);
        line.dedup();
        let beside_m = (start.gap_m + goal.gap_m) * self.speeds().off_road.detour;
        Some(Route { eta_s: ms.div_ceil(1_000), distance_m: on_road_m + beside_m, line })
    }

    /// Returns what the quickest way over a node takes, and by which exit and entrance it leads: 0
    /// along the edge, 1 against it.
    fn around(&self, start: Snap, goal: Snap) -> Option<(u32, usize, usize)> {
        let (tables, times) = (self.tables(), self.times());
        let alone = |vias: [super::snap::Via; 2], which: usize| {
            let mut one = [None; 2];
            one[which] = vias[which];
            one
        };
        let (exits, entrances) = (start.exits(&tables, times), goal.entrances(&tables, times));
        let ways = [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter().filter_map(|(exit, entrance)| {
            let climb = self.hierarchy.from(alone(exits, exit));
            let descent = self.hierarchy.to(alone(entrances, entrance));
            Some((climb.meet_ms(&descent)?, exit, entrance))
        });
        ways.min()
    }

    /// Returns the stretches from an exit of one place to an entrance of another.
    fn stretches(
        &self,
        start: Snap,
        exit: usize,
        goal: Snap,
        entrance: usize,
    ) -> Option<Vec<Stretch>> {
        let (tables, times) = (self.tables(), self.times());
        let (from, _) = start.exits(&tables, times)[exit]?;
        let (to, _) = goal.entrances(&tables, times)[entrance]?;
        let nodes = self.hierarchy.path(from, to)?;
        let first = Stretch { edge: start.edge, from: start.along, to: [LAST, FIRST][exit] };
        let last = Stretch { edge: goal.edge, from: [FIRST, LAST][entrance], to: goal.along };
        let between = nodes.windows(2).filter_map(|pair| self.stretch(pair[0], pair[1]));
        Some(std::iter::once(first).chain(between).chain([last]).collect())
    }

    /// Returns the quickest edge from a node to the next, `None` for a turn, which has no length.
    fn stretch(&self, from: u32, to: u32) -> Option<Stretch> {
        let (out, edges) = (&self.times().out, &self.times().edge_of_out);
        let first = out.first()[from as usize] as usize;
        let arcs = out.of(from).iter().zip(&edges[first..]).filter(|(arc, _)| arc.node == to);
        let (_, edge) = arcs.min_by_key(|(arc, _)| arc.ms)?;
        if *edge == NONE {
            return None;
        }
        let [tail, head, ..] = self.tables().edge_nodes[*edge as usize];
        let ends = if (tail, head) == (from, to) { [FIRST, LAST] } else { [LAST, FIRST] };
        Some(Stretch { edge: *edge, from: ends[0], to: ends[1] })
    }
}

fn on_edge(start: Snap, goal: Snap) -> Vec<Stretch> {
    vec![Stretch { edge: start.edge, from: start.along, to: goal.along }]
}
