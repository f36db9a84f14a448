//! Road networks drawn in ASCII, built as an import builds them.
//!
//! ```text
//! A---B>>>C      - |      a street, both ways
//!     |   :      > < ^ v  a street, one way for e-bikes and cars
//!     #   :      = :      a footway
//!     |   :      #        a gate
//!     D===+      %        a bollard: no cars
//!            P   letters, digits, + crossings; where nothing joins them, places beside the roads
//! ```
//! One character is one cell. Streets bend only at crossings.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use silverbell_domain::{LatLon, Travel};
use silverbell_roads::{
    Access, Delays, Directions, ImportReport, NetworkBuilder, NodeId, Restriction, RoadClass,
    RoadMap, RoadSpeeds, Speed, TurnRule, WayId, WayUse,
};

use crate::metres_per_second;
use crate::streets::{Cell, point_of};

/// A drawing to which turns are still added.
#[derive(Debug)]
pub struct RoadDrawing {
    cell_m: f64,
    cells: BTreeMap<Cell, char>,
    builder: NetworkBuilder,
    nodes: HashMap<Cell, NodeId>,
    /// Ways by the cells they join.
    ways: Vec<(Cell, Cell, WayId)>,
}

/// A road map that was drawn.
#[derive(Clone, Debug)]
pub struct DrawnRoads {
    cell_m: f64,
    places: BTreeMap<char, Cell>,
    /// The map, at [`round_speeds`].
    pub map: Arc<RoadMap>,
    /// What became of the drawing.
    pub report: ImportReport,
}

/// Returns speeds with which times can be counted off: [`metres_per_second`] everywhere, 10 s at a
/// gate, and beside the roads a metre a second without detour.
///
/// # Panics
/// Never: the speeds are good.
#[must_use]
#[expect(clippy::expect_used, reason = "the speeds are good")]
pub fn round_speeds() -> RoadSpeeds {
    let mut speeds = RoadSpeeds::default();
    for travel in Travel::ALL {
        for class in RoadClass::ALL {
            speeds.set_kmh(travel, class, metres_per_second(travel) * 3.6).expect("a good speed");
        }
        speeds.set_delays(travel, Delays { gate_s: 10.0, lights_s: 0.0, private_s: 0.0 });
    }
    speeds.off_road = Speed { mps: 1.0, detour: 1.0 };
    speeds
}

impl RoadDrawing {
    /// Returns the drawing with cells `cell_m` metres wide and high.
    #[must_use]
    pub fn new(cell_m: f64, map: &str) -> Self {
        let mut cells = BTreeMap::new();
        for (y, line) in (0..).zip(map.lines()) {
            for (x, sign) in (0..).zip(line.chars()).filter(|(_, sign)| !sign.is_whitespace()) {
                cells.insert((x, y), sign);
            }
        }
        let builder = NetworkBuilder::new();
        let mut drawing = Self { cell_m, cells, builder, nodes: HashMap::new(), ways: Vec::new() };
        let crossings: Vec<Cell> = drawing
            .cells
            .iter()
            .filter(|(_, sign)| is_crossing(**sign))
            .map(|(at, _)| *at)
            .collect();
        for from in crossings {
            for step in [(1, 0), (0, 1), (-1, 0), (0, -1)] {
                drawing.draw_way(from, step);
            }
        }
        drawing
    }

    /// Forbids the turn from one street into another at a crossing; all three are places, the streets
    /// join them.
    #[must_use]
    pub fn no_turn(self, from: char, via: char, to: char, binds: &[Travel]) -> Self {
        self.restrict(TurnRule::No, [from, via, to], binds)
    }

    /// Forbids every other turn.
    #[must_use]
    pub fn only_turn(self, from: char, via: char, to: char, binds: &[Travel]) -> Self {
        self.restrict(TurnRule::Only, [from, via, to], binds)
    }

    /// Builds the map.
    ///
    /// # Panics
    /// When nobody can travel on what was drawn.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a wrong drawing is a mistake in the test")]
    pub fn build(self) -> DrawnRoads {
        let (network, report) = self.builder.build().expect("roads are drawn");
        let is_place = |(_, sign): &(&Cell, &char)| is_place(**sign);
        let places =
            self.cells.iter().filter(is_place).map(|(cell, sign)| (*sign, *cell)).collect();
        let map = Arc::new(RoadMap::new(network, round_speeds()));
        DrawnRoads { cell_m: self.cell_m, places, map, report }
    }

    #[expect(clippy::expect_used, reason = "a wrong name is a mistake in the test")]
    fn restrict(mut self, rule: TurnRule, [from, via, to]: [char; 3], binds: &[Travel]) -> Self {
        let cell = |name: char| {
            let found = self.cells.iter().find(|(_, sign)| **sign == name);
            *found.expect("the place is drawn").0
        };
        let [from, at, to] = [from, via, to].map(cell);
        let between = |a: Cell, b: Cell| {
            let joins = |(x, y, way): &(Cell, Cell, WayId)| {
                ((*x, *y) == (a, b) || (*x, *y) == (b, a)).then_some(*way)
            };
            self.ways.iter().filter_map(joins).collect()
        };
        let restriction = Restriction {
            from: between(from, at),
            via: self.nodes[&at],
            to: between(at, to),
            rule,
            binds: Travel::ALL.map(|travel| binds.contains(&travel)),
        };
        self.builder.restrict(restriction);
        self
    }

    /// Draws the street that leaves a crossing in this direction. One between two crossings is drawn
    /// from the left or from above.
    fn draw_way(&mut self, from: Cell, step: Cell) {
        let mut way = vec![from];
        let mut signs = Vec::new();
        let mut here = from;
        let reached_crossing = loop {
            here = (here.0 + step.0, here.1 + step.1);
            match self.cells.get(&here) {
                Some(sign) if is_crossing(*sign) => {
                    way.push(here);
                    break true;
                }
                Some(sign) if leads(*sign, step) => {
                    way.push(here);
                    signs.push(*sign);
                }
                _ => break false,
            }
        };
        let is_backwards = step.0 + step.1 < 0;
        if way.len() < 2 || (reached_crossing && is_backwards) {
            return;
        }
        let nodes: Vec<NodeId> = way.iter().map(|cell| self.node(*cell)).collect();
        let id = self.builder.way(&nodes, usage(&signs, is_backwards));
        self.ways.push((from, way[way.len() - 1], id));
    }

    fn node(&mut self, cell: Cell) -> NodeId {
        if let Some(node) = self.nodes.get(&cell) {
            return *node;
        }
        let node = self.builder.node(point_of(cell, self.cell_m));
        match self.cells.get(&cell) {
            Some('#') => Travel::ALL.into_iter().for_each(|travel| self.builder.gate(node, travel)),
            Some('%') => self.builder.close(node, Travel::Car),
            _ => {}
        }
        self.nodes.insert(cell, node);
        node
    }
}

impl DrawnRoads {
    /// Returns the map of a drawing with cells `cell_m` metres wide and high.
    #[must_use]
    pub fn drawn(cell_m: f64, map: &str) -> Self {
        RoadDrawing::new(cell_m, map).build()
    }

    /// Returns where a place lies.
    ///
    /// # Panics
    /// When it is not drawn.
    #[must_use]
    #[expect(clippy::panic, reason = "a wrong name is a mistake in the test")]
    pub fn at(&self, name: char) -> LatLon {
        match self.places.get(&name) {
            Some(cell) => point_of(*cell, self.cell_m),
            None => panic!("{name} is not drawn"),
        }
    }

    /// Returns the point on the straight line between two places, 0 at the first, 1 at the second.
    #[must_use]
    pub fn between(&self, from: char, to: char, part: f64) -> LatLon {
        let (a, b) = (self.at(from), self.at(to));
        LatLon { lat: a.lat + (b.lat - a.lat) * part, lon: a.lon + (b.lon - a.lon) * part }
    }

    /// Returns the whole seconds by road from one place to another; `None` off the map.
    #[must_use]
    pub fn seconds(&self, from: char, travel: Travel, to: char) -> Option<u32> {
        self.map.time_ms(self.at(from), travel, self.at(to)).map(|ms| (ms + 500) / 1_000)
    }
}

fn is_place(sign: char) -> bool {
    sign.is_ascii_alphanumeric() && sign != 'v'
}

fn is_crossing(sign: char) -> bool {
    is_place(sign) || "+#%".contains(sign)
}

fn leads(sign: char, (dx, _): Cell) -> bool {
    if dx == 0 { "|^v:".contains(sign) } else { "-<>=".contains(sign) }
}

fn usage(signs: &[char], is_backwards: bool) -> WayUse {
    let has = |which: &str| signs.iter().any(|sign| which.contains(*sign));
    let mut usage = WayUse::open(RoadClass::Residential);
    if has("=:") {
        usage = WayUse::open(RoadClass::Footway);
        usage.access[1..].fill(Access::default());
    }
    let (along, against) = if is_backwards { ("<^", ">v") } else { (">v", "<^") };
    let one_way = if has(along) { Directions::Along } else { Directions::Against };
    if has(along) || has(against) {
        usage.access[1..].iter_mut().for_each(|access| access.directions = one_way);
    }
    usage
}
