//! Cutting lines and rings at the edges of tiles, one edge at a time: with edges that run along the
//! axes this is exact, needs no search for crossings, and keeps the parts in their order.

use geo::Coord;

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    X,
    Y,
}

impl Axis {
    const fn of(self, at: Coord<f64>) -> f64 {
        match self {
            Self::X => at.x,
            Self::Y => at.y,
        }
    }

    /// Returns where the way from `a` to `b` has this value.
    fn crossing(self, a: Coord<f64>, b: Coord<f64>, value: f64) -> Coord<f64> {
        let share = (value - self.of(a)) / (self.of(b) - self.of(a));
        match self {
            Self::X => Coord { x: value, y: a.y + share * (b.y - a.y) },
            Self::Y => Coord { x: a.x + share * (b.x - a.x), y: value },
        }
    }
}

/// Returns the parts of a line between two values on an axis.
pub(crate) fn line(points: &[Coord<f64>], axis: Axis, from: f64, to: f64) -> Vec<Vec<Coord<f64>>> {
    let mut parts = Vec::new();
    let mut part: Vec<Coord<f64>> = Vec::new();
    for pair in points.windows(2) {
        let [a, b] = [pair[0], pair[1]];
        let (low, high) = (axis.of(a).min(axis.of(b)), axis.of(a).max(axis.of(b)));
        if high < from || low > to {
            end(&mut part, &mut parts);
            continue;
        }
        let enters = enter(axis, a, b, from, to);
        let leaves = enter(axis, b, a, from, to);
        if part.last() != Some(&enters) {
            end(&mut part, &mut parts);
            part.push(enters);
        }
        part.push(leaves);
        if leaves != b {
            end(&mut part, &mut parts);
        }
    }
    end(&mut part, &mut parts);
    parts
}

/// Returns the first point of the way from `a` to `b` that is inside.
fn enter(axis: Axis, a: Coord<f64>, b: Coord<f64>, from: f64, to: f64) -> Coord<f64> {
    match axis.of(a) {
        value if value < from => axis.crossing(a, b, from),
        value if value > to => axis.crossing(a, b, to),
        _ => a,
    }
}

fn end(part: &mut Vec<Coord<f64>>, parts: &mut Vec<Vec<Coord<f64>>>) {
    if part.len() > 1 {
        parts.push(std::mem::take(part));
    } else {
        part.clear();
    }
}

/// Returns the part of a ring between two values on an axis; empty when nothing is inside. Parts that
/// were apart hang together along the edge, where nobody looks.
pub(crate) fn ring(points: &[Coord<f64>], axis: Axis, from: f64, to: f64) -> Vec<Coord<f64>> {
    let above = half(points, axis, from, |value, edge| value >= edge);
    half(&above, axis, to, |value, edge| value <= edge)
}

fn half(
    points: &[Coord<f64>],
    axis: Axis,
    edge: f64,
    is_inside: impl Fn(f64, f64) -> bool,
) -> Vec<Coord<f64>> {
    let mut kept = Vec::with_capacity(points.len());
    let Some(mut before) = points.last().copied() else { return kept };
    for at in points.iter().copied() {
        let (was, is) = (is_inside(axis.of(before), edge), is_inside(axis.of(at), edge));
        if was != is {
            kept.push(axis.crossing(before, at, edge));
        }
        if is {
            kept.push(at);
        }
        before = at;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(places: &[(f64, f64)]) -> Vec<Coord<f64>> {
        places.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_lines() {
        let there_and_back = points(&[(0.0, 0.0), (20.0, 0.0), (20.0, 5.0), (0.0, 5.0)]);
        let parts = line(&there_and_back, Axis::X, -1.0, 10.0);
        assert_eq!(parts, [points(&[(0.0, 0.0), (10.0, 0.0)]), points(&[(10.0, 5.0), (0.0, 5.0)])]);
    }

    #[test]
    fn a_line_that_only_passes_is_cut_at_both_edges() {
        let passing = points(&[(-10.0, -10.0), (30.0, 30.0)]);
        assert_eq!(line(&passing, Axis::Y, 0.0, 10.0), [points(&[(0.0, 0.0), (10.0, 10.0)])]);
        assert!(line(&passing, Axis::Y, 40.0, 50.0).is_empty());
    }

    #[test]
    fn a_line_inside_stays_as_it_is() {
        let inside = points(&[(1.0, 1.0), (2.0, 3.0), (4.0, 1.0)]);
        assert_eq!(line(&inside, Axis::X, 0.0, 10.0), std::slice::from_ref(&inside));
    }

    #[test]
    fn a_ring_around_everything_becomes_the_edges() {
        let wide = points(&[(-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0)]);
        let cut = ring(&ring(&wide, Axis::X, 0.0, 10.0), Axis::Y, 0.0, 10.0);
        assert_eq!(cut.len(), 4);
        assert!(cut.iter().all(|at| [0.0, 10.0].contains(&at.x) && [0.0, 10.0].contains(&at.y)));
        assert!(ring(&wide, Axis::X, 200.0, 300.0).is_empty());
    }
}
