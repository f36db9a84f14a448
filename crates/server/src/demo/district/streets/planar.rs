//! From drawn lines to a graph: loose ends are led to the next street, crossings become nodes,
//! and everything hangs together.

use super::super::plane::{Pt, distance_to_segment};
use super::super::terrain;
use super::grid::Grid;
use super::{Line, StreetClass};

/// Crossings nearer than this are one.
const SNAP_M: f64 = 9.0;
/// No piece of a street is longer, so that a node is never far.
const LONGEST_M: f64 = 140.0;
/// A point of a line may be left out if the line moves by less.
const TOLERANCE_M: f64 = 2.5;

/// A stretch of a line between two nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) line: usize,
    /// Metres from the line's beginning.
    pub(super) along_m: f64,
}

/// Leads the ends of the lines from `first` on to the next street straight ahead, if there is
/// one within `reach_m` and no water between.
pub(super) fn lead_ends(lines: &mut [Line], first: usize, reach_m: f64) {
    let segments = segments(lines);
    let grid = index(&segments);
    for (at, line) in lines.iter_mut().enumerate().skip(first) {
        for is_end in [false, true] {
            let Some((tip, way)) = tip(line, is_end) else { continue };
            let Some(hit_m) = ahead(tip, way, reach_m, at, &segments, &grid) else { continue };
            if is_dry(tip, tip.plus(way, hit_m)) {
                let end = tip.plus(way, hit_m + 1.0);
                if is_end { line.points.push(end) } else { line.points.insert(0, end) }
            }
        }
    }
}

/// Leaves out the points that hardly bend a line (Ramer, Douglas and Peucker).
pub(super) fn simplify(points: &[Pt]) -> Vec<Pt> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    let off = |p: &Pt| distance_to_segment(*p, first, last);
    let worst = (1..points.len() - 1).max_by(|a, b| off(&points[*a]).total_cmp(&off(&points[*b])));
    match worst {
        Some(at) if off(&points[at]) > TOLERANCE_M => {
            let mut kept = simplify(&points[..=at]);
            kept.pop();
            kept.extend(simplify(&points[at..]));
            kept
        }
        _ => vec![first, last],
    }
}

/// Cuts the lines where they cross. Returns the nodes and the pieces between them.
pub(super) fn cut(lines: &[Line]) -> (Vec<Pt>, Vec<Piece>) {
    let segments = segments(lines);
    let cuts = cuts(&segments);
    let mut nodes = Nodes { points: Vec::new(), grid: Grid::new(60.0) };
    let mut pieces: Vec<Piece> = Vec::new();
    for (segment, shares) in segments.iter().zip(cuts) {
        let length_m = segment.a.distance(segment.b);
        let mut before = (nodes.at(segment.a), 0.0);
        for share in shares {
            let node = nodes.at(segment.a.plus(segment.b.minus(segment.a), share));
            if node != before.0 {
                pieces.push(Piece {
                    from: before.0,
                    to: node,
                    line: segment.line,
                    along_m: segment.along_m + length_m * before.1,
                });
                before = (node, share);
            }
        }
    }
    drop_doubles(&mut pieces, lines);
    (nodes.points, pieces)
}

#[derive(Clone, Copy)]
struct Segment {
    a: Pt,
    b: Pt,
    line: usize,
    along_m: f64,
}

fn segments(lines: &[Line]) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (line, Line { points, .. }) in lines.iter().enumerate() {
        let mut along_m = 0.0;
        for pair in points.windows(2) {
            segments.push(Segment { a: pair[0], b: pair[1], line, along_m });
            along_m += pair[0].distance(pair[1]);
        }
    }
    segments
}

fn index(segments: &[Segment]) -> Grid<usize> {
    let mut grid = Grid::new(150.0);
    for (at, segment) in segments.iter().enumerate() {
        grid.put_between(segment.a, segment.b, at);
    }
    grid
}

/// Returns where along each segment it is cut, rising, always ending with 1.
fn cuts(segments: &[Segment]) -> Vec<Vec<f64>> {
    let mut cuts: Vec<Vec<f64>> = segments
        .iter()
        .map(|segment| {
            let mut pieces = 1.0;
            while segment.a.distance(segment.b) / pieces > LONGEST_M {
                pieces += 1.0;
            }
            let mut shares = vec![1.0];
            let mut share = 1.0 / pieces;
            while share < 0.999 {
                shares.push(share);
                share += 1.0 / pieces;
            }
            shares
        })
        .collect();
    let grid = index(segments);
    for (at, segment) in segments.iter().enumerate() {
        let middle = segment.a.plus(segment.b.minus(segment.a), 0.5);
        let reach_m = segment.a.distance(segment.b) / 2.0;
        for other in grid.near(middle, reach_m).filter(|other| *other > at) {
            if let Some((mine, theirs)) = crossing(segment, &segments[other]) {
                cuts[at].push(mine);
                cuts[other].push(theirs);
            }
        }
    }
    cuts.iter_mut().for_each(|shares| shares.sort_by(f64::total_cmp));
    cuts
}

/// Returns where two segments cross, as shares of each.
fn crossing(one: &Segment, other: &Segment) -> Option<(f64, f64)> {
    let (r, s) = (one.b.minus(one.a), other.b.minus(other.a));
    let across = r.cross(s);
    if across.abs() < 1e-9 {
        return None;
    }
    let gap = other.a.minus(one.a);
    let (mine, theirs) = (gap.cross(s) / across, gap.cross(r) / across);
    ((0.0..=1.0).contains(&mine) && (0.0..=1.0).contains(&theirs)).then_some((mine, theirs))
}

fn tip(line: &Line, is_end: bool) -> Option<(Pt, Pt)> {
    let points = &line.points;
    let (tip, inner) = if is_end {
        (points.last()?, points.get(points.len().checked_sub(2)?)?)
    } else {
        (points.first()?, points.get(1)?)
    };
    Some((*tip, tip.minus(*inner).unit()))
}

/// Returns after how many metres a ray meets a street other than its own.
fn ahead(
    tip: Pt,
    way: Pt,
    reach_m: f64,
    own: usize,
    segments: &[Segment],
    grid: &Grid<usize>,
) -> Option<f64> {
    let ray = Segment { a: tip, b: tip.plus(way, reach_m), line: own, along_m: 0.0 };
    let hits = grid.near(tip, reach_m).filter(|at| segments[*at].line != own);
    hits.filter_map(|at| crossing(&ray, &segments[at]))
        .map(|(share, _)| share * reach_m)
        .min_by(f64::total_cmp)
}

struct Nodes {
    points: Vec<Pt>,
    grid: Grid<usize>,
}

impl Nodes {
    /// Returns the node at this point: one that is there already, if it is near enough.
    fn at(&mut self, p: Pt) -> usize {
        let nearest = self
            .grid
            .near(p, SNAP_M)
            .min_by(|a, b| self.points[*a].distance(p).total_cmp(&self.points[*b].distance(p)));
        match nearest.filter(|at| self.points[*at].distance(p) < SNAP_M) {
            Some(at) => at,
            None => {
                self.points.push(p);
                self.grid.put(p, self.points.len() - 1);
                self.points.len() - 1
            }
        }
    }
}

/// Where two pieces join the same nodes, keeps the one of the higher class.
fn drop_doubles(pieces: &mut Vec<Piece>, lines: &[Line]) {
    let ends = |piece: &Piece| (piece.from.min(piece.to), piece.from.max(piece.to));
    let class = |piece: &Piece| lines.get(piece.line).map(|line| line.class);
    let place = |piece: &Piece| piece.along_m;
    pieces.sort_by(|a, b| {
        (ends(a), class(a), a.line)
            .cmp(&(ends(b), class(b), b.line))
            .then(place(a).total_cmp(&place(b)))
    });
    pieces.dedup_by_key(|piece| ends(piece));
    pieces.sort_by(|a, b| a.line.cmp(&b.line).then(place(a).total_cmp(&place(b))));
}

/// Joins what does not hang together by the shortest dry links and leaves out the rest, together
/// with blind stubs. Returns the links as lines of their own and which nodes belong.
pub(super) fn join(nodes: &[Pt], pieces: &[Piece]) -> (Vec<(usize, usize)>, Vec<bool>) {
    let mut parts = Parts((0..nodes.len()).collect());
    pieces.iter().for_each(|piece| parts.unite(piece.from, piece.to));
    let mut used = vec![false; nodes.len()];
    pieces.iter().for_each(|piece| (used[piece.from], used[piece.to]) = (true, true));
    let used: Vec<usize> = (0..nodes.len()).filter(|node| used[*node]).collect();
    let mut grid = Grid::new(150.0);
    used.iter().for_each(|node| grid.put(nodes[*node], *node));
    let mut main = parts.largest();
    let mut links = Vec::new();
    // Nearest first; each link may bring others within reach, so begin again until none is left.
    for reach_m in [80.0, 160.0, 280.0] {
        while let Some((from, to)) = shortest_link(nodes, &used, &mut parts, main, &grid, reach_m) {
            links.push((from, to));
            parts.unite(from, to);
            main = parts.of(main);
        }
    }
    (links, (0..nodes.len()).map(|node| parts.of(node) == main).collect())
}

fn shortest_link(
    nodes: &[Pt],
    used: &[usize],
    parts: &mut Parts,
    main: usize,
    grid: &Grid<usize>,
    reach_m: f64,
) -> Option<(usize, usize)> {
    let mut best: Option<(f64, usize, usize)> = None;
    for &from in used {
        let p = nodes[from];
        if parts.of(from) == main {
            continue;
        }
        for to in grid.near(p, reach_m) {
            let gap_m = nodes[to].distance(p);
            let nearer = gap_m < best.map_or(reach_m, |(best_m, ..)| best_m);
            if nearer && parts.of(to) == main && is_dry(p, nodes[to]) {
                best = Some((gap_m, from, to));
            }
        }
    }
    best.map(|(_, from, to)| (from, to))
}

fn is_dry(a: Pt, b: Pt) -> bool {
    (0..=10).all(|step| terrain::clearance(a.plus(b.minus(a), f64::from(step) / 10.0)) > 5.0)
}

/// Which nodes hang together (union-find).
struct Parts(Vec<usize>);

impl Parts {
    fn of(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[b] = a;
    }

    fn largest(&mut self) -> usize {
        let mut sizes = vec![0_usize; self.0.len()];
        for node in 0..self.0.len() {
            let part = self.of(node);
            sizes[part] += 1;
        }
        (0..sizes.len()).max_by_key(|part| sizes[*part]).unwrap_or(0)
    }
}

/// The class of a joining link.
pub(super) const LINK_CLASS: StreetClass = StreetClass::Residential;
