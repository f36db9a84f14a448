//! Forbidden turns, by splitting the node where they are forbidden.
//!
//! At such a node every direction of every edge gets a vertex of its own, and turns of no length
//! join those that may be made. It costs a few vertices at the few crossings that forbid something,
//! while a graph of turns everywhere would be three times as large. To turn round on the spot is
//! allowed where no sign forbids it: somebody in a hurry would, and at a dead end one must.

use std::collections::HashMap;

use silverbell_domain::Travel;

use super::edges::{Cut, Edge};
use super::{NetworkBuilder, Restriction, TurnRule};
use crate::network::NONE;

/// Edges between vertices, and the turns between vertices.
#[derive(Debug)]
pub(super) struct Turned {
    pub(super) edges: Vec<Edge>,
    /// For each edge as in `Tables::edge_nodes`, but vertices.
    pub(super) ends: Vec<[u32; 4]>,
    pub(super) turns: Vec<[u32; 2]>,
    /// At which of the builder's nodes each vertex stands.
    pub(super) node_of: Vec<u32>,
    pub(super) rules_applied: u64,
    pub(super) rules_skipped: u64,
}

/// One direction of an edge that meets the node: into it, or out of it.
#[derive(Clone, Copy, Debug)]
struct Arm {
    edge: usize,
    /// Where its vertex stands in [`Turned::ends`].
    slot: usize,
    way: u32,
}

/// Returns the edges with every forbidden turn taken out.
pub(super) fn expand(builder: &NetworkBuilder, travel: Travel, cut: Cut) -> Turned {
    let ends = cut.edges.iter().map(ends_of).collect();
    let node_of = (0..builder.nodes.len() as u32).chain(cut.extra).collect();
    let mut turned = Turned {
        edges: cut.edges,
        ends,
        turns: Vec::new(),
        node_of,
        rules_applied: 0,
        rules_skipped: 0,
    };
    let mut rules_at: HashMap<u32, Vec<&Restriction>> = HashMap::new();
    let mut order = Vec::new();
    for restriction in builder.restrictions.iter().filter(|r| r.binds[travel as usize]) {
        let via = restriction.via.0;
        rules_at.entry(via).or_insert_with(|| {
            order.push(via);
            Vec::new()
        });
        rules_at.entry(via).or_default().push(restriction);
    }
    let edges_at = edges_at(&turned.edges, &rules_at);
    for via in order {
        if let (Some(rules), Some(edges)) = (rules_at.get(&via), edges_at.get(&via)) {
            turned.split(via, edges, rules);
        }
    }
    turned
}

fn ends_of(edge: &Edge) -> [u32; 4] {
    let [tail, head] = if edge.directions.along() { [edge.from, edge.to] } else { [NONE; 2] };
    let [back_tail, back_head] =
        if edge.directions.against() { [edge.to, edge.from] } else { [NONE; 2] };
    [tail, head, back_tail, back_head]
}

fn edges_at(
    edges: &[Edge],
    rules_at: &HashMap<u32, Vec<&Restriction>>,
) -> HashMap<u32, Vec<usize>> {
    let mut at: HashMap<u32, Vec<usize>> = HashMap::new();
    for (number, edge) in edges.iter().enumerate() {
        for end in [edge.from, edge.to] {
            if rules_at.contains_key(&end) {
                let edges = at.entry(end).or_default();
                if edges.last() != Some(&number) {
                    edges.push(number);
                }
            }
        }
    }
    at
}

impl Turned {
    /// Takes the forbidden turns out of one node.
    fn split(&mut self, via: u32, edges: &[usize], rules: &[&Restriction]) {
        let (into, out) = (self.arms(via, edges, [1, 3]), self.arms(via, edges, [0, 2]));
        let applied = |rule: &&&Restriction| binds(rule, &into, &out);
        let rules_applied: Vec<&Restriction> = rules.iter().filter(applied).copied().collect();
        self.rules_applied += rules_applied.len() as u64;
        self.rules_skipped += (rules.len() - rules_applied.len()) as u64;
        if rules_applied.is_empty() {
            return;
        }
        let entered = self.own_vertices(via, &into);
        let left = self.own_vertices(via, &out);
        for (from, entered) in into.iter().zip(&entered) {
            for (to, left) in out.iter().zip(&left) {
                if !is_forbidden(&rules_applied, from.way, to.way) {
                    self.turns.push([*entered, *left]);
                }
            }
        }
    }

    /// Returns the directions that have this node in one of these slots.
    fn arms(&self, via: u32, edges: &[usize], slots: [usize; 2]) -> Vec<Arm> {
        let arms = edges.iter().flat_map(|edge| {
            let way = self.edges[*edge].way;
            slots.map(|slot| Arm { edge: *edge, slot, way })
        });
        arms.filter(|arm| self.ends[arm.edge][arm.slot] == via).collect()
    }

    fn own_vertices(&mut self, via: u32, arms: &[Arm]) -> Vec<u32> {
        let own = |arm: &Arm| {
            let vertex = self.node_of.len() as u32;
            self.node_of.push(via);
            self.ends[arm.edge][arm.slot] = vertex;
            vertex
        };
        arms.iter().map(own).collect()
    }
}

/// Returns whether a rule can be kept: one comes from there, and somewhere one is told to go there.
fn binds(rule: &Restriction, into: &[Arm], out: &[Arm]) -> bool {
    into.iter().any(|arm| is_of(arm.way, &rule.from))
        && out.iter().any(|arm| is_of(arm.way, &rule.to))
}

fn is_forbidden(rules: &[&Restriction], from: u32, to: u32) -> bool {
    let of = |wanted: TurnRule| {
        rules.iter().filter(move |rule| rule.rule == wanted && is_of(from, &rule.from))
    };
    let forbidden = of(TurnRule::No).any(|rule| is_of(to, &rule.to));
    let prescribed = of(TurnRule::Only).next().is_some();
    forbidden || (prescribed && !of(TurnRule::Only).any(|rule| is_of(to, &rule.to)))
}

fn is_of(way: u32, ways: &[super::WayId]) -> bool {
    ways.iter().any(|of| of.0 == way)
}
