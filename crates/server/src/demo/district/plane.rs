//! The district on a flat sheet: metres east and north of its centre.
//!
//! Only `+ − × ÷ √` are used on the way to a coordinate. Sines and exponentials differ in the
//! last bit from one machine's library to the next, and the district must not.

use silverbell_domain::LatLon;

/// The middle of the district.
pub(super) const CENTRE: LatLon = LatLon { lat: 24.5, lon: 117.7 };
/// Half the district's extent to the east and to the north, metres.
pub(super) const HALF: Pt = Pt { x: 6_000.0, y: 5_000.0 };

/// Metres to a degree of latitude, and of longitude at 24.5° N.
const M_PER_DEG: Pt = Pt { x: 101_183.0, y: 111_195.0 };

/// A point, or a step, in metres east (`x`) and north (`y`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pt {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Returns the point `x` metres east and `y` metres north of the centre.
pub(super) const fn pt(x: f64, y: f64) -> Pt {
    Pt { x, y }
}

impl Pt {
    pub(super) fn plus(self, step: Self, times: f64) -> Self {
        pt(self.x + step.x * times, self.y + step.y * times)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        pt(self.x - other.x, self.y - other.y)
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub(super) fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub(super) fn distance(self, other: Self) -> f64 {
        self.minus(other).length()
    }

    /// Returns the direction of this step, east if it leads nowhere.
    pub(super) fn unit(self) -> Self {
        let length = self.length();
        if length < 1e-9 { pt(1.0, 0.0) } else { pt(self.x / length, self.y / length) }
    }

    /// Returns this step turned a quarter to the left.
    pub(super) fn left(self) -> Self {
        pt(-self.y, self.x)
    }

    /// Returns this step turned by twice the arc tangent of `t` (about 2 `t` radians).
    pub(super) fn turned(self, t: f64) -> Self {
        let (square, whole) = (t * t, 1.0 + t * t);
        let (cos, sin) = ((1.0 - square) / whole, 2.0 * t / whole);
        pt(self.x * cos - self.y * sin, self.x * sin + self.y * cos)
    }

    pub(super) fn is_inside_district(self) -> bool {
        self.x.abs() <= HALF.x && self.y.abs() <= HALF.y
    }

    /// Returns the place on the globe, to six decimals (11 cm).
    pub(super) fn on_globe(self) -> LatLon {
        let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
        LatLon {
            lat: rounded(CENTRE.lat + self.y / M_PER_DEG.y),
            lon: rounded(CENTRE.lon + self.x / M_PER_DEG.x),
        }
    }

    /// Returns where a place on the globe lies on the sheet.
    pub(super) fn of(place: LatLon) -> Self {
        pt((place.lon - CENTRE.lon) * M_PER_DEG.x, (place.lat - CENTRE.lat) * M_PER_DEG.y)
    }
}

/// Returns the distance from `p` to the straight line between `a` and `b`.
pub(super) fn distance_to_segment(p: Pt, a: Pt, b: Pt) -> f64 {
    let along = b.minus(a);
    let share = (p.minus(a).dot(along) / along.dot(along).max(1e-9)).clamp(0.0, 1.0);
    p.distance(a.plus(along, share))
}

/// Returns the length of a line through these points.
pub(super) fn length_of(line: &[Pt]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// Returns smooth noise in −1 to 1 that changes over about one unit of `at`.
pub(super) fn noise(at: Pt, salt: u64) -> f64 {
    let (x0, y0) = (at.x.floor(), at.y.floor());
    let (fx, fy) = (smooth(at.x - x0), smooth(at.y - y0));
    let corner = |dx: f64, dy: f64| lattice(x0 + dx, y0 + dy, salt);
    let south = corner(0.0, 0.0) * (1.0 - fx) + corner(1.0, 0.0) * fx;
    let north = corner(0.0, 1.0) * (1.0 - fx) + corner(1.0, 1.0) * fx;
    south * (1.0 - fy) + north * fy
}

fn smooth(t: f64) -> f64 {
    t * t * (3.0 - 2.0 * t)
}

/// Returns a number in −1 to 1 that belongs to a whole-numbered point (SplitMix64's mixer).
#[expect(clippy::cast_possible_truncation, reason = "whole numbers of a few thousands at most")]
#[expect(clippy::cast_sign_loss, reason = "any bits do, as long as they are always the same")]
fn lattice(x: f64, y: f64, salt: u64) -> f64 {
    let mut z = (x as i64 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (y as i64 as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ salt.wrapping_mul(0x1656_67B1_9E37_79F9);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    f64::from((z >> 32) as u32) / 2_147_483_648.0 - 1.0
}

/// A rounded, slightly irregular patch: a village, a pond, a hill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blob {
    pub(super) at: Pt,
    /// Half its length and half its breadth.
    pub(super) half: Pt,
    /// The direction of its length.
    pub(super) lie: Pt,
    pub(super) salt: u64,
}

/// Points of a blob's outline; the sine and cosine are those of a 48th of a turn.
const OUTLINE: usize = 48;
const TURN_COS: f64 = 0.991_444_861_373_810_4;
const TURN_SIN: f64 = 0.130_526_192_220_051_6;

impl Blob {
    /// Returns about how many metres `p` lies outside, negative inside.
    pub(super) fn clearance(&self, p: Pt) -> f64 {
        let lie = self.lie.unit();
        let step = p.minus(self.at);
        let scaled = pt(step.dot(lie) / self.half.x, step.dot(lie.left()) / self.half.y);
        let edge = self.edge(scaled.unit());
        (scaled.length() / edge - 1.0) * self.half.x.min(self.half.y)
    }

    pub(super) fn contains(&self, p: Pt) -> bool {
        self.clearance(p) < 0.0
    }

    /// Returns the closed outline, counter-clockwise as GeoJSON wants it.
    pub(super) fn outline(&self) -> Vec<Pt> {
        let lie = self.lie.unit();
        let mut spoke = pt(1.0, 0.0);
        let mut ring = Vec::with_capacity(OUTLINE + 1);
        for _ in 0..OUTLINE {
            let edge = self.edge(spoke);
            let along = self.at.plus(lie, spoke.x * edge * self.half.x);
            ring.push(along.plus(lie.left(), spoke.y * edge * self.half.y));
            spoke = pt(
                spoke.x * TURN_COS - spoke.y * TURN_SIN,
                spoke.x * TURN_SIN + spoke.y * TURN_COS,
            );
        }
        ring.extend(ring.first().copied());
        ring
    }

    /// Returns how far out the edge lies in this direction, about 1.
    fn edge(&self, spoke: Pt) -> f64 {
        1.0 + 0.30 * noise(pt(spoke.x * 1.7 + 9.0, spoke.y * 1.7 + 9.0), self.salt)
    }
}
