//! Numbers what stays along the Hilbert curve and appends it to the tables.

use silverbell_domain::Travel;

use super::edges::Edge;
use super::parts::Whole;
use super::turns::Turned;
use super::{Directions, NetworkBuilder, PartReport, bit};
use crate::geometry::{Point, hilbert, length_m};
use crate::network::{NO_STOP, NONE, Parts, end};

/// Appends the part of one way of travelling.
pub(super) fn append(
    builder: &NetworkBuilder,
    travel: Travel,
    turned: &Turned,
    whole: &Whole,
    parts: &mut Parts,
) -> PartReport {
    let edges = kept_edges(builder, turned, whole);
    let mut report = PartReport { islands: whole.islands, ..PartReport::default() };
    report.nodes_dropped = whole.dropped;
    if edges.is_empty() {
        return report;
    }
    let number_of = append_nodes(builder, turned, whole, parts);
    let first_edge = parts.edge_nodes.len();
    let first_turn = parts.turns.len();
    let is_public = public_nodes(builder, travel);
    for (edge, ends) in &edges {
        let numbers = ends.map(|vertex| number_of.get(vertex as usize).copied().unwrap_or(NONE));
        let line = line_of(builder, edge);
        let metres = length_m(&line);
        report.length_km += metres / 1_000.0;
        parts.edge_nodes.push(numbers);
        parts.length_dm.push(((metres * 10.0).round() as u32).max(1));
        parts.tags.push(tags_of(builder, travel, edge, &is_public));
        parts.points.extend_from_slice(&line);
        parts.first_point.push(parts.points.len() as u32);
    }
    let stays = |[from, to]: &&[u32; 2]| [from, to].iter().all(|v| whole.stays[**v as usize]);
    let number = |turn: &[u32; 2]| turn.map(|vertex| number_of[vertex as usize]);
    parts.turns.extend(turned.turns.iter().filter(stays).map(number));
    append_order(parts, travel, first_edge, first_turn);
    report.nodes = u64::from(parts.node_point.len() as u32 - parts.node_base[travel as usize]);
    report.edges = edges.len() as u64;
    report
}

/// Returns the edges of which a direction stays, near each other in space, with their vertices.
fn kept_edges<'a>(
    builder: &NetworkBuilder,
    turned: &'a Turned,
    whole: &Whole,
) -> Vec<(&'a Edge, [u32; 4])> {
    let stays = |vertex: u32| vertex != NONE && whole.stays[vertex as usize];
    let direction = |tail, head| if stays(tail) && stays(head) { [tail, head] } else { [NONE; 2] };
    let mut edges: Vec<(u64, &Edge, [u32; 4])> = turned
        .edges
        .iter()
        .zip(&turned.ends)
        .filter_map(|(edge, [a, b, c, d])| {
            let ([a, b], [c, d]) = (direction(*a, *b), direction(*c, *d));
            let first = builder.nodes[builder.way_nodes[edge.first] as usize].point;
            (a != NONE || c != NONE).then_some((hilbert(first), edge, [a, b, c, d]))
        })
        .collect();
    // Stable: edges that begin at one point stay in the order of their ways.
    edges.sort_by_key(|(along, ..)| *along);
    edges.into_iter().map(|(_, edge, ends)| (edge, ends)).collect()
}

/// Appends the vertices that stay, and returns the number of each.
fn append_nodes(
    builder: &NetworkBuilder,
    turned: &Turned,
    whole: &Whole,
    parts: &mut Parts,
) -> Vec<u32> {
    let point_of = |vertex: u32| builder.nodes[turned.node_of[vertex as usize] as usize].point;
    let vertices = 0..turned.node_of.len() as u32;
    let mut vertices: Vec<(u64, u32)> = vertices
        .filter(|vertex| whole.stays[*vertex as usize])
        .map(|vertex| (hilbert(point_of(vertex)), vertex))
        .collect();
    vertices.sort_unstable();
    let mut number_of = vec![NONE; turned.node_of.len()];
    for (_, vertex) in vertices {
        number_of[vertex as usize] = parts.node_point.len() as u32;
        parts.node_point.push(point_of(vertex));
    }
    number_of
}

/// Returns for each node whether a way meets there that is open to everybody who travels like this.
fn public_nodes(builder: &NetworkBuilder, travel: Travel) -> Vec<bool> {
    let mut public = vec![false; builder.nodes.len()];
    for way in &builder.ways {
        let access = way.usage.access[travel as usize];
        if access.directions != Directions::Neither && !access.private {
            for node in &builder.way_nodes[way.range()] {
                public[*node as usize] = true;
            }
        }
    }
    public
}

fn line_of(builder: &NetworkBuilder, edge: &Edge) -> Vec<Point> {
    let nodes = &builder.way_nodes[edge.first..=edge.last];
    nodes.iter().map(|node| builder.nodes[*node as usize].point).collect()
}

fn tags_of(builder: &NetworkBuilder, travel: Travel, edge: &Edge, is_public: &[bool]) -> [u8; 4] {
    let usage = &builder.ways[edge.way as usize].usage;
    // Walkers can be met anywhere, on a bridge too.
    let no_stop = usage.no_stop && travel != Travel::Walk;
    let at = |place: usize| {
        let number = builder.way_nodes[place] as usize;
        let node = &builder.nodes[number];
        let private = usage.access[travel as usize].private && is_public[number];
        let bits = [
            (node.gates & bit(travel) != 0, end::GATE),
            (node.lights, end::LIGHTS),
            (private, end::PRIVATE),
        ];
        bits.iter().filter(|(is, _)| *is).map(|(_, bit)| bit).sum()
    };
    [usage.class as u8, if no_stop { NO_STOP } else { 0 }, at(edge.first), at(edge.last)]
}

/// Appends the order in which the nodes of the part are contracted: nested dissection along flows,
/// the slow half of a contraction hierarchy, and the half that does not depend on speeds.
fn append_order(parts: &mut Parts, travel: Travel, first_edge: usize, first_turn: usize) {
    let base = parts.node_base[travel as usize];
    let nodes = &parts.node_point[base as usize..];
    let ends = parts.edge_nodes[first_edge..].iter().flat_map(|[a, b, c, d]| [[*a, *b], [*c, *d]]);
    let arcs = ends.filter(|[tail, _]| *tail != NONE).chain(parts.turns[first_turn..].to_vec());
    let (tails, heads): (Vec<u32>, Vec<u32>) = arcs
        .filter(|[tail, head]| tail != head)
        .map(|[tail, head]| (tail - base, head - base))
        .unzip();
    let degrees =
        |axis: usize| -> Vec<f32> { nodes.iter().map(|point| point[axis] as f32 / 1e7).collect() };
    let order = cch::inertial_order(nodes.len() as u32, &tails, &heads, &degrees(0), &degrees(1));
    parts.order.extend(order.into_iter().map(|node| node + base));
}
