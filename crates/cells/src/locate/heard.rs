//! What is heard and known: which of it agrees, and where its middle is.

use silverbell_domain::LatLon;

use super::Circle;

/// A station that is heard, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) point: LatLon,
    /// How far it is heard.
    pub(super) range_m: f64,
    /// How much it says of where the device is.
    pub(super) weight: f64,
}

/// Returns those that can be heard at one place: the largest group that agrees with one of them; of
/// groups as large the one of the first. Stations move house, and lists have mistakes.
pub(super) fn agreeing(heard: &[Heard], agree: impl Fn(&Heard, &Heard) -> bool) -> Vec<Heard> {
    let group = |one: &Heard| -> Vec<Heard> {
        heard.iter().filter(|other| agree(one, other)).copied().collect()
    };
    // The last of equals would win: so backwards.
    heard.iter().rev().map(group).max_by_key(Vec::len).unwrap_or_default()
}

/// Returns the middle of what is heard, by weight, and how far from it the device may be.
///
/// The device is within the range of each station, so no further from the middle than that station
/// and its range: the least of these bounds holds. Ranges are measured badly, so it is never less than
/// how far the stations lie apart (root mean square).
pub(super) fn middle(heard: &[Heard]) -> Option<Circle> {
    let origin = heard.first()?.point;
    let all: f64 = heard.iter().map(|one| one.weight).sum();
    let mean = |part: fn(LatLon, LatLon) -> f64| {
        heard.iter().map(|one| one.weight * part(one.point, origin)).sum::<f64>() / all
    };
    let centre = moved(origin, mean(|point, origin| point.lat - origin.lat), mean(east))?;
    let away_m = |one: &Heard| one.point.distance_m(centre);
    let square_m = heard.iter().map(|one| one.weight * away_m(one).powi(2)).sum::<f64>() / all;
    let bound_m = heard.iter().map(|one| away_m(one) + one.range_m).fold(f64::INFINITY, f64::min);
    Some(Circle { centre, radius_m: bound_m.max(square_m.sqrt()) })
}

/// Returns how many degrees a point lies east of another, across the date line, too.
fn east(point: LatLon, of: LatLon) -> f64 {
    wrapped(point.lon - of.lon)
}

/// Returns the same longitude between −180 and 180 degrees.
fn wrapped(lon: f64) -> f64 {
    if lon.abs() <= 180.0 { lon } else { lon - 360.0_f64.copysign(lon) }
}

/// Returns the point so many degrees north and east.
fn moved(from: LatLon, north: f64, east: f64) -> Option<LatLon> {
    LatLon::new((from.lat + north).clamp(-90.0, 90.0), wrapped(from.lon + east))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64, range_m: f64, weight: f64) -> Heard {
        Heard { point: LatLon { lat, lon }, range_m, weight }
    }

    #[test]
    fn one_station_is_its_place_and_its_range() {
        let circle = middle(&[at(24.5, 117.6, 300.0, 0.1)]).expect("a place");
        assert_eq!(circle.centre, LatLon { lat: 24.5, lon: 117.6 });
        assert!((circle.radius_m - 300.0).abs() < 1e-6);
        assert!(middle(&[]).is_none());
    }

    #[test]
    fn the_middle_lies_towards_what_weighs_more_and_within_the_least_bound() {
        let circle = middle(&[at(24.5, 117.6, 1_000.0, 3.0), at(24.504, 117.6, 1_000.0, 1.0)]);
        let circle = circle.expect("a place");
        assert!((circle.centre.lat - 24.501).abs() < 1e-9);
        // 111 m from the first, whose range is 1,000 m.
        assert!((1_105.0..1_120.0).contains(&circle.radius_m), "{circle:?}");
    }

    #[test]
    fn stations_far_apart_widen_the_circle_whatever_their_ranges_say() {
        let circle = middle(&[at(24.5, 117.6, 10.0, 1.0), at(24.502, 117.6, 10.0, 1.0)]);
        assert!(circle.expect("a place").radius_m > 110.0);
    }

    #[test]
    fn the_date_line_is_no_gap() {
        let circle = middle(&[at(-17.0, 179.999, 50.0, 1.0), at(-17.0, -179.999, 50.0, 1.0)]);
        let circle = circle.expect("a place");
        assert!(circle.centre.lon.abs() > 179.99 && circle.radius_m < 300.0, "{circle:?}");
    }

    #[test]
    fn the_largest_group_is_chosen_and_of_equal_ones_the_first() {
        let near = |a: &Heard, b: &Heard| a.point.distance_m(b.point) < 500.0;
        let (here, there) = (at(24.5, 117.6, 50.0, 1.0), at(25.5, 117.6, 50.0, 1.0));
        assert_eq!(agreeing(&[there, here, here], near).len(), 2);
        assert_eq!(agreeing(&[there, here], near)[0].point, there.point);
        assert!(agreeing(&[], near).is_empty());
    }
}
