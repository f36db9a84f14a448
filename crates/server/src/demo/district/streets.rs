//! The streets of the demo district: grown, not measured, but drawn like those of a town on a
//! southern Chinese river.

mod drawing;
mod field;
mod geojson;
mod grid;
mod mains;
mod network;
mod planar;
mod route;
mod street_names;
mod trace;

use std::sync::Arc;

use silverbell_domain::LatLon;

use super::dice::{Dice, Stream};
use super::plane::{Pt, pt};
use super::{terrain, villages};
use field::Field;
use planar::Piece;
use trace::Tracer;

/// How important a street is, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum StreetClass {
    /// A trunk road (主干道).
    Trunk,
    /// A secondary road (次干道).
    Secondary,
    /// A lane among houses (支路、村道).
    Residential,
    /// A blind alley, on foot or by e-bike (巷弄).
    Path,
}

impl StreetClass {
    /// Returns the word used in the map's GeoJSON.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Trunk => "trunk",
            Self::Secondary => "secondary",
            Self::Residential => "residential",
            Self::Path => "path",
        }
    }
}

/// A straight stretch of street between two nodes; passable both ways.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edge {
    /// Index of the node where it begins.
    pub(crate) from: usize,
    /// Index of the node where it ends.
    pub(crate) to: usize,
    /// How important it is.
    pub(crate) class: StreetClass,
    /// The street's name.
    pub(crate) name: Arc<str>,
    /// Whether it crosses the river.
    pub(crate) bridge: bool,
    /// Metres from where the street's house numbers begin.
    pub(crate) along_m: f64,
}

/// The street network: one piece, every node reachable from every other.
#[derive(Clone, Debug)]
pub(crate) struct Streets {
    /// The nodes, WGS-84.
    pub(crate) nodes: Vec<LatLon>,
    /// The stretches between them.
    pub(crate) edges: Vec<Edge>,
    /// From each node: the edge and the node at its other end.
    joints: Vec<Vec<(usize, usize)>>,
}

/// A line as drawn, before it is cut at the crossings.
#[derive(Clone, Debug)]
struct Line {
    points: Vec<Pt>,
    class: StreetClass,
    name: Arc<str>,
}

/// How far a road is led on to meet the next one, metres.
const ROAD_REACH_M: f64 = 620.0;
/// How far a lane is led on, as a multiple of the usual gap between lanes.
const LANE_REACH: f64 = 1.4;
/// A blind end of a lane that is shorter is no lane, metres.
const STUB_M: f64 = 14.0;

impl Streets {
    /// Grows the network: the same every time.
    #[must_use]
    pub(super) fn generate() -> Self {
        let mut dice = Dice::new(Stream::Streets);
        let mut lines = mains::lines();
        let drawn = lines.len();
        let field = Field::new(&lines);
        let mut tracer = Tracer::new(&field, &lines);

        let roads = tracer.secondary(&mut dice);
        lines.extend(street_names::roads(roads, &mut dice));
        planar::lead_ends(&mut lines, drawn, ROAD_REACH_M);

        let first_lane = lines.len();
        for (_, village) in villages::all() {
            let first = lines.len();
            lines.extend(street_names::lanes(village, tracer.lanes(village, &mut dice)));
            planar::lead_ends(&mut lines, first, LANE_REACH * village.lane_spacing_m());
        }
        for line in &mut lines {
            line.points = planar::simplify(&line.points);
        }
        let alleys = trace::alleys(&lines[first_lane..], &mut dice);
        lines.extend(alleys);
        Self::from_lines(&lines, drawn)
    }

    fn from_lines(lines: &[Line], drawn: usize) -> Self {
        let (nodes, mut pieces) = planar::cut(lines);
        drop_stubs(&nodes, &mut pieces, lines, drawn);
        let (links, belongs) = planar::join(&nodes, &pieces);
        let link_name: Arc<str> = "村道".into();

        let mut edges: Vec<Edge> = pieces
            .iter()
            .filter_map(|piece| Some((piece, lines.get(piece.line)?)))
            .map(|(piece, line)| Edge {
                from: piece.from,
                to: piece.to,
                class: line.class,
                name: Arc::clone(&line.name),
                bridge: is_bridge(nodes[piece.from], nodes[piece.to]),
                along_m: piece.along_m,
            })
            .collect();
        edges.extend(links.into_iter().map(|(from, to)| Edge {
            from,
            to,
            class: planar::LINK_CLASS,
            name: Arc::clone(&link_name),
            bridge: false,
            along_m: 0.0,
        }));
        edges.retain(|edge| belongs[edge.from]);
        Self::numbered_anew(&nodes, edges)
    }

    /// Leaves out the nodes that no edge uses.
    fn numbered_anew(nodes: &[Pt], mut edges: Vec<Edge>) -> Self {
        let mut new = vec![None; nodes.len()];
        let mut kept = Vec::new();
        for node in edges.iter_mut().flat_map(|edge| [&mut edge.from, &mut edge.to]) {
            let old = *node;
            *node = *new[old].get_or_insert_with(|| {
                kept.push(nodes[old].on_globe());
                kept.len() - 1
            });
        }
        let mut joints = vec![Vec::new(); kept.len()];
        for (at, edge) in edges.iter().enumerate() {
            joints[edge.from].push((at, edge.to));
            joints[edge.to].push((at, edge.from));
        }
        Self { nodes: kept, edges, joints }
    }

    /// Returns an edge's ends on the flat sheet.
    pub(super) fn ends(&self, edge: &Edge) -> (Pt, Pt) {
        (Pt::of(self.nodes[edge.from]), Pt::of(self.nodes[edge.to]))
    }
}

fn is_bridge(a: Pt, b: Pt) -> bool {
    let middle = pt((a.x + b.x) / 2.0, (a.y + b.y) / 2.0);
    [a, middle, b].into_iter().any(|p| terrain::river_clearance(p) < 0.0)
}

/// Leaves out blind ends: of grown roads all (they end at a crossing), of lanes the stubs.
fn drop_stubs(nodes: &[Pt], pieces: &mut Vec<Piece>, lines: &[Line], drawn: usize) {
    loop {
        let mut degree = vec![0_u32; nodes.len()];
        for piece in pieces.iter() {
            degree[piece.from] += 1;
            degree[piece.to] += 1;
        }
        let before = pieces.len();
        pieces.retain(|piece| {
            let is_blind = degree[piece.from] == 1 || degree[piece.to] == 1;
            let length_m = nodes[piece.from].distance(nodes[piece.to]);
            let droppable = match lines.get(piece.line).map(|line| line.class) {
                Some(StreetClass::Secondary) => piece.line >= drawn,
                Some(StreetClass::Residential) => length_m < STUB_M,
                _ => false,
            };
            !(is_blind && droppable)
        });
        if pieces.len() == before {
            return;
        }
    }
}
