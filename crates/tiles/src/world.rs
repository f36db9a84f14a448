//! Where things lie on the flat square that tiles are cut from.

use geo::Coord;

/// Units along an edge of a tile.
pub(crate) const EXTENT: f64 = 4096.0;

/// The northern and southern edge of the square, degrees.
const MAX_LAT: f64 = 85.051_128_779_806_6;

/// A place on Web Mercator's square, from the north-west corner to the east and to the south, in units
/// of 2⁻³² of an edge: about a centimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct World {
    pub(crate) x: u32,
    pub(crate) y: u32,
}

impl World {
    /// Returns where a place lies; `None` for one off the square, or off the globe.
    #[must_use]
    pub fn of(lat: f64, lon: f64) -> Option<Self> {
        // Not a number is in no range.
        if !(-MAX_LAT..=MAX_LAT).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
            return None;
        }
        let x = (lon + 180.0) / 360.0;
        let y = 0.5 - lat.to_radians().tan().asinh() / (2.0 * std::f64::consts::PI);
        // A cast stays within the range of its type.
        let units = |share: f64| (share * 4_294_967_296.0) as u32;
        Some(Self { x: units(x), y: units(y) })
    }

    /// Returns latitude and longitude, degrees.
    pub(crate) fn degrees(self) -> (f64, f64) {
        let share = |units: u32| f64::from(units) / 4_294_967_296.0;
        let lat = ((0.5 - share(self.y)) * 2.0 * std::f64::consts::PI).sinh().atan().to_degrees();
        (lat, share(self.x) * 360.0 - 180.0)
    }

    /// Returns the place in units of the tiles of a zoom, counted from the corner of the square.
    pub(crate) fn at_zoom(self, zoom: u8) -> Coord<f64> {
        let scale = EXTENT * f64::from(1_u32 << zoom) / 4_294_967_296.0;
        Coord { x: f64::from(self.x) * scale, y: f64::from(self.y) * scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_keeps_where_it_is_to_a_few_centimetres() {
        for (lat, lon) in [(24.51, 117.66), (-33.9, 18.4), (0.0, 0.0), (85.0, -179.9)] {
            let (back_lat, back_lon) = World::of(lat, lon).expect("on the square").degrees();
            assert!((back_lat - lat).abs() < 1e-6 && (back_lon - lon).abs() < 1e-6, "{lat} {lon}");
        }
    }

    #[test]
    fn the_middle_of_the_map_is_the_corner_of_the_middle_tiles() {
        let middle = World::of(0.0, 0.0).expect("on the square").at_zoom(1);
        assert!((middle.x - EXTENT).abs() < 1e-3 && (middle.y - EXTENT).abs() < 1e-3);
    }

    #[test]
    fn what_is_not_on_the_square_has_no_place() {
        for (lat, lon) in
            [(f64::NAN, 0.0), (0.0, f64::NAN), (90.0, 0.0), (0.0, 180.1), (f64::INFINITY, 0.0)]
        {
            assert_eq!(World::of(lat, lon), None, "{lat} {lon}");
        }
    }
}
