//! The hand-off to 120: people dial it, and which one follows the place, not the telephone. Who dials
//! 120 from the centre reaches the centre's own city; a senior who fell in the next city needs the next
//! city's.

use serde::{Deserialize, Serialize};

use crate::LatLon;

/// Beyond this nobody says whose ambulance it is, metres: a prefecture-level city is seldom wider.
const WITHIN_M: f64 = 150_000.0;

/// A dispatch centre of 120.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyCentre {
    /// The city it serves.
    pub city: String,
    /// What to dial from here.
    pub dial: String,
    /// The middle of the city, WGS-84 degrees.
    pub lat: f64,
    /// The middle of the city, WGS-84 degrees.
    pub lon: f64,
}

impl EmergencyCentre {
    /// Returns the centre that is nearest to a place, `None` when none is near. Near the border of two
    /// cities it may be the wrong one: it is shown with its city, and a person decides.
    #[must_use]
    pub fn nearest(centres: &[Self], place: LatLon) -> Option<&Self> {
        let from = |centre: &Self| Some(LatLon::new(centre.lat, centre.lon)?.distance_m(place));
        let near = centres.iter().filter_map(|centre| Some((centre, from(centre)?)));
        let nearest = near.min_by(|(_, a), (_, b)| a.total_cmp(b));
        nearest.filter(|(_, distance_m)| *distance_m <= WITHIN_M).map(|(centre, _)| centre)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre(city: &str, lat: f64, lon: f64) -> EmergencyCentre {
        EmergencyCentre { city: city.into(), dial: "120".into(), lat, lon }
    }

    #[test]
    fn who_fell_in_the_next_city_gets_its_ambulance() {
        let centres = [centre("漳州", 24.513, 117.647), centre("厦门", 24.480, 118.089)];
        let city = |lat, lon| {
            let place = LatLon::new(lat, lon).unwrap();
            EmergencyCentre::nearest(&centres, place).map(|centre| &*centre.city)
        };
        assert_eq!(city(24.52, 117.70), Some("漳州"));
        assert_eq!(city(24.47, 118.10), Some("厦门"));
        assert_eq!(city(39.9, 116.4), None, "nobody's here");
    }
}
