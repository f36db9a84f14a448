//! Where no street can go: the river, ponds and hills.

use super::plane::{Blob, HALF, Pt, noise, pt};

/// The middle of the river, from west to east. It never turns back west, so that its bank at any
/// `x` is one number and the question "is this in the water?" is cheap.
const RIVER: [Pt; 11] = [
    pt(-7_400.0, -500.0),
    pt(-6_300.0, -620.0),
    pt(-5_200.0, -1_050.0),
    pt(-4_000.0, -1_780.0),
    pt(-2_500.0, -1_820.0),
    pt(-1_000.0, -1_240.0),
    pt(500.0, -1_330.0),
    pt(1_900.0, -2_180.0),
    pt(3_500.0, -2_480.0),
    pt(5_200.0, -1_850.0),
    pt(7_400.0, -2_000.0),
];
/// Metres between two points of the drawn bank.
const BANK_STEP_M: f64 = 75.0;

/// Standing water.
const PONDS: [Blob; 7] = [
    Blob { at: pt(-1_180.0, 1_130.0), half: pt(370.0, 190.0), lie: pt(5.0, 2.0), salt: 1 },
    Blob { at: pt(2_950.0, 2_450.0), half: pt(210.0, 130.0), lie: pt(2.0, 3.0), salt: 2 },
    Blob { at: pt(-4_350.0, -3_850.0), half: pt(260.0, 120.0), lie: pt(4.0, -1.0), salt: 3 },
    Blob { at: pt(4_150.0, -300.0), half: pt(120.0, 75.0), lie: pt(1.0, 2.0), salt: 4 },
    Blob { at: pt(-4_700.0, 900.0), half: pt(130.0, 70.0), lie: pt(3.0, -2.0), salt: 5 },
    Blob { at: pt(1_250.0, -4_350.0), half: pt(150.0, 80.0), lie: pt(3.0, 2.0), salt: 6 },
    Blob { at: pt(-2_450.0, 3_900.0), half: pt(140.0, 95.0), lie: pt(2.0, -3.0), salt: 7 },
];

/// Wooded hills, and the park around the lake.
const HILLS: [Blob; 5] = [
    Blob { at: pt(4_850.0, 3_950.0), half: pt(1_250.0, 750.0), lie: pt(3.0, -1.0), salt: 11 },
    Blob { at: pt(-4_600.0, 4_100.0), half: pt(1_150.0, 620.0), lie: pt(4.0, 1.0), salt: 12 },
    Blob { at: pt(4_900.0, -4_250.0), half: pt(950.0, 480.0), lie: pt(3.0, 1.0), salt: 13 },
    Blob { at: pt(-2_900.0, -4_550.0), half: pt(520.0, 260.0), lie: pt(3.0, -1.0), salt: 14 },
    Blob { at: pt(1_550.0, 4_450.0), half: pt(420.0, 300.0), lie: pt(3.0, 2.0), salt: 15 },
];

/// The lake's park: green on the map, streets may touch it.
const LAKE_PARK: Blob =
    Blob { at: pt(-1_180.0, 1_130.0), half: pt(480.0, 285.0), lie: pt(5.0, 2.0), salt: 1 };

/// Returns where the middle of the river lies at this `x`, and its slope there: a cubic through
/// the points above with the neighbours' slope at each.
pub(super) fn river_at(x: f64) -> (f64, f64) {
    let last = RIVER.len() - 3;
    let at = (1..=last).rev().find(|&i| RIVER[i].x <= x).unwrap_or(1);
    let (a, b) = (RIVER[at], RIVER[at + 1]);
    let slope = |i: usize| (RIVER[i + 1].y - RIVER[i - 1].y) / (RIVER[i + 1].x - RIVER[i - 1].x);
    let (width, t) = (b.x - a.x, (x - a.x) / (b.x - a.x));
    let (ma, mb) = (slope(at) * width, slope(at + 1) * width);
    let rise = b.y - a.y;
    let (c2, c3) = (3.0 * rise - 2.0 * ma - mb, ma + mb - 2.0 * rise);
    let y = a.y + t * (ma + t * (c2 + t * c3));
    (y, (ma + t * (2.0 * c2 + t * 3.0 * c3)) / width)
}

fn river_half_width(x: f64) -> f64 {
    105.0 + 24.0 * noise(pt(x / 1_300.0, 0.5), 77)
}

/// Returns about how many metres `p` lies from the river, negative in it.
pub(super) fn river_clearance(p: Pt) -> f64 {
    let (y, slope) = river_at(p.x);
    (p.y - y).abs() / (1.0 + slope * slope).sqrt() - river_half_width(p.x)
}

/// Returns about how many metres `p` lies from the nearest place where no street can go.
pub(super) fn clearance(p: Pt) -> f64 {
    let solid = PONDS.iter().chain(&HILLS).map(|blob| blob.clearance(p));
    solid.fold(river_clearance(p), f64::min)
}

/// Returns the line that follows the river at `gap` metres from the bank, north for `side` 1,
/// south for −1.
pub(super) fn along_river(gap: f64, side: f64) -> Vec<Pt> {
    let mut line = Vec::new();
    let mut x = -HALF.x;
    while x <= HALF.x {
        let (y, slope) = river_at(x);
        let normal = pt(-slope, 1.0).unit();
        line.push(pt(x, y).plus(normal, side * (river_half_width(x) + gap)));
        x += BANK_STEP_M;
    }
    line
}

/// Returns the outlines of the water, closed and counter-clockwise: the river first.
pub(super) fn water() -> Vec<Vec<Pt>> {
    let mut river = along_river(0.0, -1.0);
    river.extend(along_river(0.0, 1.0).into_iter().rev());
    river.extend(river.first().copied());
    std::iter::once(river).chain(PONDS.iter().map(Blob::outline)).collect()
}

/// Returns the outlines of hills and parks.
pub(super) fn green() -> Vec<Vec<Pt>> {
    HILLS.iter().chain([&LAKE_PARK]).map(Blob::outline).collect()
}

/// The river's name.
pub(super) const RIVER_NAME: &str = "龙津江";
/// The lake's name.
pub(super) const LAKE_NAME: &str = "银湖";
