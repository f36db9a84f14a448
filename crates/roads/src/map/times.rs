//! What every stretch takes at given speeds: computed when a map is opened, and again when speeds
//! change.

use silverbell_domain::Travel;

use crate::network::{NONE, Tables, end};
use crate::road_speeds::in_ms;
use crate::{RoadClass, RoadSpeeds};

/// An arc as a search meets it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    /// The other end.
    pub(crate) node: u32,
    /// What it takes.
    pub(crate) ms: u32,
}

/// Arcs sorted by the node they belong to.
#[derive(Debug)]
pub(crate) struct Star {
    first: Vec<u32>,
    pub(crate) arcs: Vec<Arc>,
}

impl Star {
    /// Returns the arcs of a node.
    pub(crate) fn of(&self, node: u32) -> &[Arc] {
        &self.arcs[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// Returns where the arcs of a node begin.
    pub(crate) fn first(&self) -> &[u32] {
        &self.first
    }

    /// Returns how many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.first.len() - 1
    }
}

/// A direction of an edge, or a turn.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    tail: u32,
    head: u32,
    ms: u32,
    edge: u32,
}

/// Times at given speeds.
#[derive(Debug)]
pub(crate) struct Times {
    /// From end to end of each edge, without what stands at its ends.
    pub(crate) run_ms: Vec<u32>,
    /// Arcs by tail, to search away from people.
    pub(crate) out: Star,
    /// The edge of each arc of `out`; [`NONE`] for a turn.
    pub(crate) edge_of_out: Vec<u32>,
    /// Arcs by head, to search towards a door against the traffic.
    pub(crate) into: Star,
    /// By way of travelling and [`end`] bits: what leaving an edge there takes, and entering it.
    leave_ms: [[u32; 8]; 3],
    enter_ms: [[u32; 8]; 3],
}

impl Times {
    /// Returns the times of a network at these speeds.
    pub(crate) fn new(tables: &Tables<'_>, speeds: &RoadSpeeds) -> Self {
        let mut times = Self {
            run_ms: run_ms(tables, speeds),
            out: Star { first: Vec::new(), arcs: Vec::new() },
            edge_of_out: Vec::new(),
            into: Star { first: Vec::new(), arcs: Vec::new() },
            leave_ms: Travel::ALL.map(|travel| at_end_ms(speeds, travel, end::ALL)),
            // Gate and lights are passed when one leaves the edge before them.
            enter_ms: Travel::ALL.map(|travel| at_end_ms(speeds, travel, end::PRIVATE)),
        };
        let stretches = times.stretches(tables);
        let nodes = tables.node_point.len();
        times.out = star(nodes, &stretches, |stretch| (stretch.tail, stretch.head));
        times.into = star(nodes, &stretches, |stretch| (stretch.head, stretch.tail));
        times.edge_of_out = sorted(nodes, &stretches, |stretch| stretch.tail).1;
        times
    }

    /// Returns what it takes to leave an edge at its first or last end.
    pub(crate) fn leave_ms(&self, tables: &Tables<'_>, edge: u32) -> [u32; 2] {
        let [_, _, first, last] = tables.tags[edge as usize];
        let of = &self.leave_ms[tables.travel_of(edge) as usize];
        [first, last].map(|bits| of[usize::from(bits & end::ALL)])
    }

    /// Returns what it takes to enter an edge at its first or last end.
    pub(crate) fn enter_ms(&self, tables: &Tables<'_>, edge: u32) -> [u32; 2] {
        let [_, _, first, last] = tables.tags[edge as usize];
        let of = &self.enter_ms[tables.travel_of(edge) as usize];
        [first, last].map(|bits| of[usize::from(bits & end::ALL)])
    }

    fn stretches(&self, tables: &Tables<'_>) -> Vec<Stretch> {
        let mut stretches = Vec::with_capacity(2 * tables.edge_nodes.len() + tables.turns.len());
        for (edge, [tail, head, back_tail, back_head]) in
            (0..).zip(tables.edge_nodes.iter().copied())
        {
            let run_ms = self.run_ms[edge as usize];
            let (enter_ms, leave_ms) = (self.enter_ms(tables, edge), self.leave_ms(tables, edge));
            if tail != NONE {
                let ms = enter_ms[0] + run_ms + leave_ms[1];
                stretches.push(Stretch { tail, head, ms, edge });
            }
            if back_tail != NONE {
                let ms = enter_ms[1] + run_ms + leave_ms[0];
                stretches.push(Stretch { tail: back_tail, head: back_head, ms, edge });
            }
        }
        let turns = tables.turns.iter();
        stretches.extend(turns.map(|[tail, head]| Stretch {
            tail: *tail,
            head: *head,
            ms: 0,
            edge: NONE,
        }));
        stretches
    }
}

fn run_ms(tables: &Tables<'_>, speeds: &RoadSpeeds) -> Vec<u32> {
    let edges = tables.length_dm.iter().zip(tables.tags).zip(0..);
    let time = |((length_dm, [class, ..]), edge): ((&u32, &[u8; 4]), u32)| {
        let class = RoadClass::from_number(*class).unwrap_or(RoadClass::Path);
        speeds.run_ms(tables.travel_of(edge), class, *length_dm)
    };
    edges.map(time).collect()
}

/// Returns what it takes by bits, of which only those in `counted` do.
fn at_end_ms(speeds: &RoadSpeeds, travel: Travel, counted: u8) -> [u32; 8] {
    let delays = speeds.delays(travel);
    let of_bit = [
        (end::GATE, in_ms(delays.gate_s)),
        (end::LIGHTS, in_ms(delays.lights_s)),
        (end::PRIVATE, in_ms(delays.private_s)),
    ];
    std::array::from_fn(|bits| {
        let met = of_bit.iter().filter(|(bit, _)| bits as u8 & counted & bit != 0);
        // The longest alone: where there is a gate to private ground, the gate is what takes time.
        met.map(|(_, ms)| *ms).max().unwrap_or(0)
    })
}

fn star(nodes: usize, stretches: &[Stretch], ends: impl Fn(&Stretch) -> (u32, u32)) -> Star {
    let (first, order) = sorted_by(nodes, stretches, |stretch| ends(stretch).0);
    let arc = |place: u32| {
        let stretch = &stretches[place as usize];
        Arc { node: ends(stretch).1, ms: stretch.ms }
    };
    Star { first, arcs: order.into_iter().map(arc).collect() }
}

fn sorted(
    nodes: usize,
    stretches: &[Stretch],
    by: impl Fn(&Stretch) -> u32,
) -> (Vec<u32>, Vec<u32>) {
    let (first, order) = sorted_by(nodes, stretches, by);
    (first, order.into_iter().map(|place| stretches[place as usize].edge).collect())
}

/// Returns where the stretches of each node begin, and the stretches in that order (a stable counting
/// sort: the same network always gives the same arcs).
fn sorted_by(
    nodes: usize,
    stretches: &[Stretch],
    by: impl Fn(&Stretch) -> u32,
) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0_u32; nodes + 1];
    for stretch in stretches {
        first[by(stretch) as usize + 1] += 1;
    }
    for node in 0..nodes {
        first[node + 1] += first[node];
    }
    let mut next = first.clone();
    let mut order = vec![0; stretches.len()];
    for (place, stretch) in (0..).zip(stretches) {
        let slot = &mut next[by(stretch) as usize];
        order[*slot as usize] = place;
        *slot += 1;
    }
    (first, order)
}
