//! Which way streets run: along the river, along the main roads, and as each village lies.
//!
//! A direction that means the same forwards and backwards is kept as its double angle (cosine
//! and sine), so that directions can be added up; streets cross at right angles to it.

use super::super::plane::{HALF, Pt, noise, pt};
use super::super::{terrain, villages};
use super::Line;

/// Metres between two points of the raster.
const CELL_M: f64 = 100.0;
/// How far main roads make themselves felt, metres.
const MAIN_REACH_M: f64 = 450.0;
/// How far the river makes itself felt, metres.
const RIVER_REACH_M: f64 = 650.0;

/// The directions, worked out once on a raster.
pub(super) struct Field {
    columns: usize,
    cells: Vec<Pt>,
}

/// The two kinds of streets that cross at right angles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Along,
    Across,
}

impl Field {
    pub(super) fn new(mains: &[Line]) -> Self {
        let sources = sources(mains);
        let (columns, rows) = (index(2.0 * HALF.x) + 2, index(2.0 * HALF.y) + 2);
        let cells = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| corner(column, row)))
            .map(|at| direction_at(at, &sources))
            .collect();
        Self { columns, cells }
    }

    /// Returns the direction of the streets of this family at `p`, one of the two.
    pub(super) fn at(&self, p: Pt, family: Family, wobble: f64) -> Pt {
        let double = self.double_at(p).unit();
        let cos = ((1.0 + double.x) / 2.0).max(0.0).sqrt();
        let sin = ((1.0 - double.x) / 2.0).max(0.0).sqrt();
        let along = pt(cos, if double.y < 0.0 { -sin } else { sin });
        let along = along.turned(wobble * noise(pt(p.x / 260.0, p.y / 260.0), 5));
        match family {
            Family::Along => along,
            Family::Across => along.left(),
        }
    }

    fn double_at(&self, p: Pt) -> Pt {
        let (x, y) = ((p.x + HALF.x) / CELL_M, (p.y + HALF.y) / CELL_M);
        let (column, row) = (index(x * CELL_M), index(y * CELL_M));
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let cell = |dx: usize, dy: usize| {
            self.cells.get((row + dy) * self.columns + column + dx).copied().unwrap_or_default()
        };
        let zero = pt(0.0, 0.0);
        zero.plus(cell(0, 0), (1.0 - fx) * (1.0 - fy))
            .plus(cell(1, 0), fx * (1.0 - fy))
            .plus(cell(0, 1), (1.0 - fx) * fy)
            .plus(cell(1, 1), fx * fy)
    }
}

struct Source {
    at: Pt,
    double: Pt,
    reach_m: f64,
}

fn sources(mains: &[Line]) -> Vec<Source> {
    let villages = villages::all().map(|(_, village)| Source {
        at: village.at,
        double: doubled(village.lie).plus(pt(0.0, 0.0), 1.0),
        reach_m: 420.0,
    });
    let roads = mains.iter().flat_map(|main| {
        main.points.windows(2).step_by(4).map(|pair| Source {
            at: pair[0],
            double: doubled(pair[1].minus(pair[0])),
            reach_m: MAIN_REACH_M,
        })
    });
    villages.chain(roads).collect()
}

fn direction_at(at: Pt, sources: &[Source]) -> Pt {
    // Somewhere far from everything streets run roughly east, drifting slowly.
    let drift = pt(1.0, 0.0).turned(0.35 * noise(pt(at.x / 2_600.0, at.y / 2_600.0), 3));
    let mut sum = pt(0.0, 0.0).plus(doubled(drift), 0.3);
    let (_, slope) = terrain::river_at(at.x);
    let near = decay(terrain::river_clearance(at).max(0.0) / RIVER_REACH_M);
    sum = sum.plus(doubled(pt(1.0, slope)), 1.6 * near);
    for source in sources {
        sum = sum.plus(source.double, decay(source.at.distance(at) / source.reach_m));
    }
    sum
}

/// Falls from 1 to a quarter at 1 and on to nothing (a bell without an exponential).
fn decay(distance: f64) -> f64 {
    let square = 1.0 + distance * distance;
    1.0 / (square * square)
}

fn doubled(direction: Pt) -> Pt {
    let unit = direction.unit();
    pt(unit.x * unit.x - unit.y * unit.y, 2.0 * unit.x * unit.y)
}

fn corner(column: usize, row: usize) -> Pt {
    let metres = |index: usize| f64::from(u32::try_from(index).unwrap_or(0)) * CELL_M;
    pt(metres(column) - HALF.x, metres(row) - HALF.y)
}

/// Returns the raster's index of a distance from its edge.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn index(metres: f64) -> usize {
    (metres / CELL_M).floor().max(0.0) as usize
}
