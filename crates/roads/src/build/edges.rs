//! Cuts ways into edges where the roads of one way of travelling meet.

use silverbell_domain::Travel;

use super::{Directions, NetworkBuilder, bit};

/// Edges of one way of travelling, before they are numbered.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub(super) edges: Vec<Edge>,
    /// Vertices beyond the builder's nodes: which node each stands at. A closed node has a vertex of
    /// its own for each way that ends there, so that none leads through.
    pub(super) extra: Vec<u32>,
}

/// A stretch of a way between two vertices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) way: u32,
    /// Its first and last place in [`NetworkBuilder::way_nodes`].
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) directions: Directions,
}

/// Returns the edges of a way of travelling.
pub(super) fn cut(builder: &NetworkBuilder, travel: Travel) -> Cut {
    let crossings = crossings(builder, travel);
    let mut cut = Cut::default();
    for (number, way) in builder.ways.iter().enumerate() {
        let directions = way.usage.access[travel as usize].directions;
        let range = way.range();
        if directions == Directions::Neither || range.len() < 2 {
            continue;
        }
        let mut first = range.start;
        let mut from = cut.vertex(builder, travel, builder.way_nodes[first]);
        for last in range.start + 1..range.end {
            let node = builder.way_nodes[last];
            if last + 1 < range.end && !crossings[node as usize] {
                continue;
            }
            let to = cut.vertex(builder, travel, node);
            cut.edges.push(Edge { way: number as u32, first, last, from, to, directions });
            first = last;
            from = cut.vertex(builder, travel, node);
        }
    }
    cut
}

impl Cut {
    /// Returns the vertex of an edge that ends at this node.
    fn vertex(&mut self, builder: &NetworkBuilder, travel: Travel, node: u32) -> u32 {
        if builder.nodes[node as usize].closed & bit(travel) == 0 {
            return node;
        }
        self.extra.push(node);
        (builder.nodes.len() + self.extra.len() - 1) as u32
    }
}

/// Returns for each node whether edges end there: more than one stretch of road meets, or something
/// stands there.
fn crossings(builder: &NetworkBuilder, travel: Travel) -> Vec<bool> {
    let mut uses = vec![0_u8; builder.nodes.len()];
    for way in &builder.ways {
        if way.usage.access[travel as usize].directions == Directions::Neither {
            continue;
        }
        let nodes = &builder.way_nodes[way.range()];
        for node in nodes.iter().chain(nodes.first()).chain(nodes.last()) {
            uses[*node as usize] = uses[*node as usize].saturating_add(1);
        }
    }
    let mut crossings: Vec<bool> = uses.iter().map(|uses| *uses > 1).collect();
    for (crossing, node) in crossings.iter_mut().zip(&builder.nodes) {
        *crossing |= node.lights || (node.gates | node.closed) & bit(travel) != 0;
    }
    for restriction in builder.restrictions.iter().filter(|r| r.binds[travel as usize]) {
        if let Some(crossing) = crossings.get_mut(restriction.via.0 as usize) {
            *crossing = true;
        }
    }
    crossings
}
