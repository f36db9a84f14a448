//! Points, distances and the order of places in space.

use silverbell_domain::LatLon;

/// Latitude and longitude in units of 1e-7 degrees, as OSM keeps them: about a centimetre.
pub(crate) type Point = [i32; 2];

/// Units of a [`Point`] in a degree.
const PER_DEGREE: f64 = 1e7;

/// Metres in one unit of latitude, on the sphere of [`LatLon::distance_m`].
const M_PER_UNIT: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0 / PER_DEGREE;

/// Returns the nearest point to a place.
pub(crate) fn point_of(place: LatLon) -> Point {
    [(place.lat * PER_DEGREE).round() as i32, (place.lon * PER_DEGREE).round() as i32]
}

/// Returns the place of a point.
pub(crate) fn place_of([lat, lon]: Point) -> LatLon {
    LatLon { lat: f64::from(lat) / PER_DEGREE, lon: f64::from(lon) / PER_DEGREE }
}

/// Returns whether a point lies on the globe.
pub(crate) const fn is_on_globe([lat, lon]: Point) -> bool {
    lat.unsigned_abs() <= 900_000_000 && lon.unsigned_abs() <= 1_800_000_000
}

/// Returns how long a line is, in metres.
pub(crate) fn length_m(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| place_of(pair[0]).distance_m(place_of(pair[1]))).sum()
}

/// The flat map around one place, in metres: within the few hundred metres in which roads are
/// looked for it differs from the sphere by less than a millimetre a metre. A map that crosses the
/// 180th meridian is not joined there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    lat: f64,
    lon: f64,
    m_per_lon: f64,
}

impl Plane {
    /// Returns the map whose middle is this place.
    pub(crate) fn around(place: LatLon) -> Self {
        let m_per_lon = M_PER_UNIT * place.lat.to_radians().cos();
        Self { lat: place.lat * PER_DEGREE, lon: place.lon * PER_DEGREE, m_per_lon }
    }

    /// Returns where a point lies on it: metres to the east and to the north.
    pub(crate) fn xy(&self, [lat, lon]: Point) -> [f64; 2] {
        [(f64::from(lon) - self.lon) * self.m_per_lon, (f64::from(lat) - self.lat) * M_PER_UNIT]
    }

    /// Returns how far the middle is from a box of points, squared; 0 inside.
    pub(crate) fn distance2_to_box(&self, bounds: &Bounds) -> f64 {
        let [west, south] = self.xy(bounds.min);
        let [east, north] = self.xy(bounds.max);
        let outside = |low: f64, high: f64| low.max(-high).max(0.0);
        outside(west, east).powi(2) + outside(south, north).powi(2)
    }

    /// Returns how far the middle is from a segment, squared, and where on the segment the nearest
    /// point lies, 0 to 1.
    pub(crate) fn distance2_to_segment(&self, from: Point, to: Point) -> (f64, f64) {
        let ([ax, ay], [bx, by]) = (self.xy(from), self.xy(to));
        let (dx, dy) = (bx - ax, by - ay);
        let length2 = dx * dx + dy * dy;
        let t = if length2 > 0.0 { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
        // At the end itself its own numbers: two segments that meet there must agree exactly.
        let [x, y] = if t >= 1.0 { [bx, by] } else { [ax + t * dx, ay + t * dy] };
        (x * x + y * y, t)
    }
}

/// A box of points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The south-western corner.
    pub(crate) min: Point,
    /// The north-eastern corner.
    pub(crate) max: Point,
}

impl Bounds {
    /// The box that holds nothing.
    pub(crate) const NOTHING: Self = Self { min: [i32::MAX; 2], max: [i32::MIN; 2] };

    /// Returns the smallest box around both.
    pub(crate) fn join(self, other: Self) -> Self {
        let [lat, lon] = [0, 1].map(|axis| self.min[axis].min(other.min[axis]));
        let [lat_max, lon_max] = [0, 1].map(|axis| self.max[axis].max(other.max[axis]));
        Self { min: [lat, lon], max: [lat_max, lon_max] }
    }

    /// Returns the box of one point.
    pub(crate) const fn of(point: Point) -> Self {
        Self { min: point, max: point }
    }
}

/// Returns the place of a point on the Hilbert curve through the globe: what lies near each other
/// on the curve lies near each other on the ground, so that a search stays in the cache.
pub(crate) fn hilbert([lat, lon]: Point) -> u64 {
    let mut x = (i64::from(lon) + 1_800_000_000) as u32;
    let mut y = (i64::from(lat) + 900_000_000) as u32;
    let mut along = 0;
    let mut side = 1_u32 << 31;
    while side > 0 {
        let (right, upper) = (u64::from(x & side > 0), u64::from(y & side > 0));
        along += u64::from(side) * u64::from(side) * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
        side >>= 1;
    }
    along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_curve_are_neighbours_on_the_ground() {
        // Of a grid of 16 × 16 points sorted along the curve, each is next to the one before.
        let mut points: Vec<Point> = (0..256).map(|n| [(n / 16) << 24, (n % 16) << 24]).collect();
        points.sort_by_key(|point| hilbert([point[0] - 900_000_000, point[1] - 1_800_000_000]));
        let step =
            |pair: &[Point]| (pair[0][0] - pair[1][0]).abs() + (pair[0][1] - pair[1][1]).abs();
        assert!(points.windows(2).all(|pair| step(pair) == 1 << 24));
    }

    #[test]
    fn the_flat_map_agrees_with_the_sphere_nearby() {
        let here = LatLon { lat: 49.41, lon: 8.69 };
        let there = LatLon { lat: 49.413, lon: 8.694 };
        let [x, y] = Plane::around(here).xy(point_of(there));
        assert!((x.hypot(y) - here.distance_m(there)).abs() < 0.2);
    }

    #[test]
    fn the_nearest_point_of_a_segment_is_never_beyond_its_ends() {
        let plane = Plane::around(LatLon { lat: 0.0, lon: 10.0 });
        let (from, to) = ([10_000, 100_010_000], [10_000, 100_020_000]);
        let (distance2, t) = plane.distance2_to_segment(from, to);
        assert!((t - 0.0).abs() < f64::EPSILON);
        let [x, y] = plane.xy(from);
        assert!((distance2 - (x * x + y * y)).abs() < 1e-9);
        assert_eq!(plane.distance2_to_segment(from, from).1, 0.0);
    }
}
