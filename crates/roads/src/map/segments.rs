//! The nearest road to a place: a static tree of boxes over the segments of one way of travelling.
//!
//! Edges lie along a Hilbert curve, so eight points in a row are near each other: the tree is the
//! boxes of each eight, then of each eight of those, and needs no room for anything else.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::geometry::{Bounds, Plane};
use crate::network::Tables;

/// Points in a leaf, boxes in a node.
const FANOUT: usize = 8;

/// The segments of one way of travelling.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    /// The points of all their lines.
    points: Range<u32>,
    /// The edge that the first point of each leaf belongs to.
    edge_of_leaf: Vec<u32>,
    /// Boxes of leaves, then of the level above, and so on to the root.
    levels: Vec<Vec<Bounds>>,
}

/// A place on a road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OnEdge {
    pub(crate) edge: u32,
    /// Where the segment begins: the number of its first point within the line of the edge.
    pub(crate) segment: u32,
    /// How far along the segment, 0 to 1.
    pub(crate) t: f64,
    /// How far from the place that was asked for.
    pub(crate) gap_m: f64,
}

/// Which of several places is taken, smallest first: the nearest to a centimetre; of those the one
/// that is no worse for going on; then the lowest number, so that the answer is always the same.
type Rank = (u64, bool, u32, u32);

/// The best place so far.
struct Best {
    found: Option<(Rank, OnEdge)>,
    /// What is no nearer than this, squared, is not looked at.
    limit2: f64,
}

impl Segments {
    /// Returns the tree of the edges in this range.
    pub(crate) fn new(tables: &Tables<'_>, edges: Range<u32>) -> Self {
        let point = |edge: u32| tables.first_point[edge as usize];
        let points = point(edges.start)..point(edges.end);
        if edges.is_empty() {
            return Self::default();
        }
        let mut edge_of_leaf = Vec::with_capacity(points.len() / FANOUT + 1);
        let mut leaves = Vec::with_capacity(points.len() / FANOUT + 1);
        let mut edge = edges.start;
        for first in points.clone().step_by(FANOUT) {
            while point(edge + 1) <= first {
                edge += 1;
            }
            // One more, the end of the last segment; of another edge it does no harm.
            let until = (first + FANOUT as u32 + 1).min(points.end);
            let of_leaf = &tables.points[first as usize..until as usize];
            edge_of_leaf.push(edge);
            leaves.push(around(of_leaf.iter().map(|point| Bounds::of(*point))));
        }
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let level = below.chunks(FANOUT).map(|boxes| around(boxes.iter().copied())).collect();
            levels.push(level);
        }
        Self { points, edge_of_leaf, levels }
    }

    /// Returns the box around all of it, `None` without any.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        self.levels.last()?.first().copied()
    }

    /// Returns the best place on a road within `max_m` metres. `is_worse` says of an edge, and of the
    /// end of it where the place lies (0 first, 1 last), whether another at the same distance is
    /// preferred; `None` that it must not be taken at all.
    pub(crate) fn nearest(
        &self,
        tables: &Tables<'_>,
        plane: &Plane,
        max_m: f64,
        is_worse: impl Fn(u32, Option<usize>) -> Option<bool>,
    ) -> Option<OnEdge> {
        let mut best = Best { found: None, limit2: max_m * max_m };
        let mut open = BinaryHeap::with_capacity(128);
        open.push(Reverse(entry(0.0, self.levels.len().checked_sub(1)?, 0)));
        while let Some(Reverse(next)) = open.pop() {
            let (distance2, level, place) = read(next);
            if distance2 >= best.limit2 {
                break;
            }
            if level == 0 {
                self.look_at_leaf(tables, plane, place, &is_worse, &mut best);
                continue;
            }
            let below = &self.levels[level - 1];
            let first = place * FANOUT;
            for (child, bounds) in (first..).zip(&below[first..(first + FANOUT).min(below.len())]) {
                let distance2 = plane.distance2_to_box(bounds);
                if distance2 < best.limit2 {
                    open.push(Reverse(entry(distance2, level - 1, child)));
                }
            }
        }
        best.found.map(|(_, on_edge)| on_edge)
    }

    fn look_at_leaf(
        &self,
        tables: &Tables<'_>,
        plane: &Plane,
        leaf: usize,
        is_worse: &impl Fn(u32, Option<usize>) -> Option<bool>,
        best: &mut Best,
    ) {
        let mut edge = self.edge_of_leaf[leaf];
        let [mut first, mut last] = ends_of(tables, edge);
        let begin = self.points.start + (leaf * FANOUT) as u32;
        for point in begin..(begin + FANOUT as u32).min(self.points.end) {
            if point > last {
                edge += 1;
                [first, last] = ends_of(tables, edge);
            }
            if point == last {
                continue; // no segment leads from one edge to the next
            }
            let ends = &tables.points[point as usize..point as usize + 2];
            let (distance2, t) = plane.distance2_to_segment(ends[0], ends[1]);
            if distance2 >= best.limit2 {
                continue;
            }
            let at_first = point == first && t <= 0.0;
            let at_last = point + 1 == last && t >= 1.0;
            let at_end = if at_first { Some(0) } else { at_last.then_some(1) };
            let Some(worse) = is_worse(edge, at_end) else { continue };
            let gap_m = distance2.sqrt();
            let cm = (gap_m * 100.0) as u64;
            let rank = (cm, worse, edge, point);
            if best.found.as_ref().is_none_or(|(known, _)| rank < *known) {
                let segment = point - first;
                best.found = Some((rank, OnEdge { edge, segment, t, gap_m }));
                // Others within the same centimetre still count.
                best.limit2 = best.limit2.min(((cm + 1) as f64 / 100.0).powi(2));
            }
        }
    }
}

/// Returns the first and the last point of an edge.
fn ends_of(tables: &Tables<'_>, edge: u32) -> [u32; 2] {
    let edge = edge as usize;
    [tables.first_point[edge], tables.first_point[edge + 1] - 1]
}

/// Returns a box to look at as one number, nearest first: squared distance, level, place.
fn entry(distance2: f64, level: usize, place: usize) -> u64 {
    // A hair less than it is, so that rounding never hides a box. The bits of floats that are not
    // negative are in the order of the floats.
    let distance2 = (distance2 * (1.0 - 1e-6)) as f32;
    u64::from(distance2.to_bits()) << 32 | (level as u64) << 28 | place as u64
}

fn read(entry: u64) -> (f64, usize, usize) {
    let distance2 = f64::from(f32::from_bits((entry >> 32) as u32));
    (distance2, (entry >> 28 & 0xf) as usize, (entry & 0xfff_ffff) as usize)
}

fn around(boxes: impl Iterator<Item = Bounds>) -> Bounds {
    boxes.fold(Bounds::NOTHING, Bounds::join)
}
