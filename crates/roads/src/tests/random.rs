//! Small random networks: one-way streets, gates, private ground, forbidden turns, several streets
//! between the same crossings, loops.

use proptest::prelude::*;
use silverbell_domain::{LatLon, Travel};

use crate::{
    Access, Directions, NetworkBuilder, NodeId, Restriction, RoadClass, RoadMap, RoadSpeeds,
    TurnRule, WayUse,
};

const CORNER: LatLon = LatLon { lat: 24.5, lon: 117.7 };

/// A square of about a kilometre.
const SIDE: f64 = 0.01;

pub(super) fn place() -> impl Strategy<Value = LatLon> {
    (0.0..SIDE, 0.0..SIDE)
        .prop_map(|(lat, lon)| LatLon { lat: CORNER.lat + lat, lon: CORNER.lon + lon })
}

pub(super) fn travel() -> impl Strategy<Value = Travel> {
    prop::sample::select(Travel::ALL.to_vec())
}

fn usage() -> impl Strategy<Value = WayUse> {
    let directions = prop::sample::select(vec![
        Directions::Both,
        Directions::Both,
        Directions::Along,
        Directions::Against,
        Directions::Neither,
    ]);
    let access = (directions, prop::bool::weighted(0.2))
        .prop_map(|(directions, private)| Access { directions, private });
    let class = prop::sample::select(RoadClass::ALL.to_vec());
    (class, prop::bool::weighted(0.1), [access.clone(), access.clone(), access])
        .prop_map(|(class, no_stop, access)| WayUse { class, no_stop, access })
}

#[derive(Clone, Debug)]
struct Drawn {
    nodes: Vec<LatLon>,
    ways: Vec<(Vec<usize>, WayUse)>,
    gates: Vec<(usize, Travel)>,
    closed: Vec<(usize, Travel)>,
    lights: Vec<usize>,
    turns: Vec<(usize, usize, usize, bool, [bool; 3])>,
}

impl Drawn {
    fn build(&self) -> Option<RoadMap> {
        let mut builder = NetworkBuilder::new();
        let nodes: Vec<NodeId> = self.nodes.iter().map(|at| builder.node(*at)).collect();
        let mut ways = Vec::new();
        for (through, usage) in &self.ways {
            let through: Vec<NodeId> = through.iter().map(|n| nodes[n % nodes.len()]).collect();
            ways.push((builder.way(&through, *usage), through));
        }
        self.gates.iter().for_each(|(n, travel)| builder.gate(nodes[n % nodes.len()], *travel));
        self.closed.iter().for_each(|(n, travel)| builder.close(nodes[n % nodes.len()], *travel));
        self.lights.iter().for_each(|n| builder.lights(nodes[n % nodes.len()]));
        for (from, to, at_end, only, binds) in &self.turns {
            let (from, through) = &ways[from % ways.len()];
            let via = through[if *at_end % 2 == 0 { 0 } else { through.len() - 1 }];
            let rule = if *only { TurnRule::Only } else { TurnRule::No };
            let to = vec![ways[to % ways.len()].0];
            builder.restrict(Restriction { from: vec![*from], via, to, rule, binds: *binds });
        }
        Some(RoadMap::new(builder.build().ok()?.0, RoadSpeeds::default()))
    }
}

/// Returns a road map, mostly with a few dozen edges.
pub(super) fn map() -> impl Strategy<Value = RoadMap> {
    let ways = prop::collection::vec((prop::collection::vec(0..1_000_usize, 2..6), usage()), 5..40);
    let some = |max| prop::collection::vec((0..1_000_usize, travel()), 0..max);
    let turn = (0..1_000_usize, 0..1_000_usize, 0..2_usize, any::<bool>(), any::<[bool; 3]>());
    (
        prop::collection::vec(place(), 4..24),
        ways,
        some(3),
        some(3),
        prop::collection::vec(0..1_000_usize, 0..3),
        prop::collection::vec(turn, 0..6),
    )
        .prop_map(|(nodes, ways, gates, closed, lights, turns)| Drawn {
            nodes,
            ways,
            gates,
            closed,
            lights,
            turns,
        })
        .prop_filter_map("nobody can travel there", |drawn| drawn.build())
}
