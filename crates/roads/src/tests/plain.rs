//! The plainest way to answer: a list of arcs made anew from the tables, and Dijkstra to the end.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use silverbell_domain::{LatLon, Travel};

use crate::network::{NONE, end};
use crate::{Purpose, RoadClass, RoadMap, Snap};

/// Every arc by its tail: head and milliseconds.
pub(super) struct Plain<'a> {
    map: &'a RoadMap,
    arcs: HashMap<u32, Vec<(u32, u64)>>,
}

impl<'a> Plain<'a> {
    pub(super) fn new(map: &'a RoadMap) -> Self {
        let tables = map.tables();
        let mut arcs: HashMap<u32, Vec<(u32, u64)>> = HashMap::new();
        for edge in 0..tables.edge_nodes.len() as u32 {
            let [tail, head, back_tail, back_head] = tables.edge_nodes[edge as usize];
            let run_ms = Self::run_ms(map, edge);
            let [first, last] = [0, 1].map(|end| Self::bits(map, edge, end));
            if tail != NONE {
                let ms =
                    Self::enter_ms(map, edge, first) + run_ms + Self::leave_ms(map, edge, last);
                arcs.entry(tail).or_default().push((head, ms));
            }
            if back_tail != NONE {
                let ms =
                    Self::enter_ms(map, edge, last) + run_ms + Self::leave_ms(map, edge, first);
                arcs.entry(back_tail).or_default().push((back_head, ms));
            }
        }
        for [from, to] in tables.turns {
            arcs.entry(*from).or_default().push((*to, 0));
        }
        Self { map, arcs }
    }

    fn travel(map: &RoadMap, edge: u32) -> Travel {
        let is_of = |travel: &Travel| map.tables().edges_of(*travel).contains(&edge);
        Travel::ALL.into_iter().find(is_of).expect("every edge is travelled somehow")
    }

    fn bits(map: &RoadMap, edge: u32, end: usize) -> u8 {
        map.tables().tags[edge as usize][2 + end]
    }

    fn run_ms(map: &RoadMap, edge: u32) -> u64 {
        let class = RoadClass::ALL[usize::from(map.tables().tags[edge as usize][0])];
        let kmh = map.speeds().kmh(Self::travel(map, edge), class);
        // A decimetre at one km/h takes 360 ms.
        (f64::from(map.tables().length_dm[edge as usize]) * 360.0 / kmh).round() as u64
    }

    fn leave_ms(map: &RoadMap, edge: u32, bits: u8) -> u64 {
        let delays = map.speeds().delays(Self::travel(map, edge));
        let mut s: f64 = 0.0;
        for (bit, delay_s) in [
            (end::GATE, delays.gate_s),
            (end::LIGHTS, delays.lights_s),
            (end::PRIVATE, delays.private_s),
        ] {
            if bits & bit != 0 {
                s = s.max(delay_s);
            }
        }
        (s * 1_000.0).round() as u64
    }

    fn enter_ms(map: &RoadMap, edge: u32, bits: u8) -> u64 {
        Self::leave_ms(map, edge, bits & end::PRIVATE)
    }

    /// Returns what it takes from a place to every node.
    pub(super) fn from(&self, start: Snap) -> HashMap<u32, u64> {
        let map = self.map;
        let [_, head, _, back_head] = map.tables().edge_nodes[start.edge as usize];
        let (before_ms, run_ms) = self.before(start);
        let mut best: HashMap<u32, u64> = HashMap::new();
        let mut open = BinaryHeap::new();
        let gap_ms = u64::from(start.gap_ms);
        let last_ms = Self::leave_ms(map, start.edge, Self::bits(map, start.edge, 1));
        let first_ms = Self::leave_ms(map, start.edge, Self::bits(map, start.edge, 0));
        open.push(Reverse((gap_ms + run_ms - before_ms + last_ms, head)));
        open.push(Reverse((gap_ms + before_ms + first_ms, back_head)));
        while let Some(Reverse((ms, node))) = open.pop() {
            if node == NONE || best.contains_key(&node) {
                continue;
            }
            best.insert(node, ms);
            for (to, more_ms) in self.arcs.get(&node).into_iter().flatten() {
                open.push(Reverse((ms + more_ms, *to)));
            }
        }
        best
    }

    /// Returns what it takes to a place, given what it takes to every node.
    pub(super) fn to(&self, start: Snap, reached: &HashMap<u32, u64>, goal: Snap) -> Option<u64> {
        let map = self.map;
        let [tail, _, back_tail, _] = map.tables().edge_nodes[goal.edge as usize];
        let (before_ms, run_ms) = self.before(goal);
        let first_ms = Self::enter_ms(map, goal.edge, Self::bits(map, goal.edge, 0));
        let last_ms = Self::enter_ms(map, goal.edge, Self::bits(map, goal.edge, 1));
        let over_first = reached.get(&tail).map(|ms| ms + first_ms + before_ms);
        let over_last = reached.get(&back_tail).map(|ms| ms + last_ms + run_ms - before_ms);
        let mut ways = vec![over_first, over_last];
        if start.edge == goal.edge {
            let (from_ms, _) = self.before(start);
            let gap_ms = u64::from(start.gap_ms);
            let forward = tail != NONE && start.along <= goal.along;
            let backward = back_tail != NONE && start.along >= goal.along;
            ways.push((forward || backward).then(|| gap_ms + from_ms.abs_diff(before_ms)));
        }
        ways.into_iter().flatten().min().map(|ms| ms + u64::from(goal.gap_ms))
    }

    /// Returns what lies before the place on its edge, and the whole edge.
    fn before(&self, snap: Snap) -> (u64, u64) {
        let run_ms = Self::run_ms(self.map, snap.edge);
        ((run_ms * u64::from(snap.along) + 32_767) / 65_535, run_ms)
    }

    /// Returns what it takes from one place to another.
    pub(super) fn time_ms(&self, from: LatLon, travel: Travel, to: LatLon) -> Option<u64> {
        let start = self.map.snap(from, travel, Purpose::Depart)?;
        let goal = self.map.snap(to, travel, Purpose::Arrive)?;
        self.to(start, &self.from(start), goal)
    }
}
