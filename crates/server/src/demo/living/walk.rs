//! Walking along a way by metres.

use silverbell_domain::LatLon;

/// Somebody's place, and the way still to go.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Walk {
    here: LatLon,
    /// The corners still ahead, the next one last.
    ahead: Vec<LatLon>,
    end: LatLon,
}

impl Walk {
    /// Stands still.
    pub(super) fn standing(here: LatLon) -> Self {
        Self { here, ahead: Vec::new(), end: here }
    }

    /// Sets out from here along a way whose first point is here.
    pub(super) fn along(here: LatLon, mut way: Vec<LatLon>) -> Self {
        let end = way.last().copied().unwrap_or(here);
        way.reverse();
        Self { here, ahead: way, end }
    }

    /// Returns where the walker is.
    pub(super) fn here(&self) -> LatLon {
        self.here
    }

    /// Returns where the way ends.
    pub(super) fn end(&self) -> LatLon {
        self.end
    }

    /// Returns whether there is no way left to go.
    pub(super) fn is_over(&self) -> bool {
        self.ahead.is_empty()
    }

    /// Goes on by so many metres, and stops at the end.
    pub(super) fn advance(&mut self, metres: f64) {
        let mut left = metres;
        while let Some(&corner) = self.ahead.last() {
            let stretch = self.here.distance_m(corner);
            if left < stretch {
                self.here = between(self.here, corner, left / stretch);
                return;
            }
            left -= stretch;
            self.here = corner;
            self.ahead.pop();
        }
    }
}

/// A straight line in degrees: within a district no different from the great circle.
fn between(from: LatLon, to: LatLon, share: f64) -> LatLon {
    LatLon {
        lat: from.lat + (to.lat - from.lat) * share,
        lon: from.lon + (to.lon - from.lon) * share,
    }
}

/// Metres to a degree of latitude.
const M_PER_DEG: f64 = 111_195.0;

/// Returns the place so many metres off in a direction (radians from north).
pub(super) fn beside(place: LatLon, metres: f64, direction: f64) -> LatLon {
    let north = metres * direction.cos();
    let east = metres * direction.sin();
    LatLon {
        lat: place.lat + north / M_PER_DEG,
        lon: place.lon + east / (M_PER_DEG * place.lat.to_radians().cos()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: LatLon = LatLon { lat: 24.5, lon: 117.7 };

    /// 300 m north, then 400 m east.
    fn corner_walk() -> Walk {
        let corner = beside(START, 300.0, 0.0);
        let end = beside(corner, 400.0, std::f64::consts::FRAC_PI_2);
        Walk::along(START, vec![START, corner, end])
    }

    #[test]
    fn a_walker_is_as_far_along_the_way_as_it_went_metres() {
        let mut walk = corner_walk();
        walk.advance(100.0);
        assert!((walk.here().distance_m(START) - 100.0).abs() < 0.5);
        walk.advance(350.0);
        let corner = beside(START, 300.0, 0.0);
        assert!((walk.here().distance_m(corner) - 150.0).abs() < 0.5, "around the corner");
        assert!(!walk.is_over());
    }

    #[test]
    fn many_small_steps_lead_as_far_as_a_large_one() {
        let (mut small, mut large) = (corner_walk(), corner_walk());
        (0..100).for_each(|_| small.advance(5.5));
        large.advance(550.0);
        assert!(small.here().distance_m(large.here()) < 0.5);
    }

    #[test]
    fn a_walker_stops_at_the_end() {
        let mut walk = corner_walk();
        walk.advance(10_000.0);
        assert!(walk.is_over());
        assert_eq!(walk.here(), walk.end());
        walk.advance(10.0);
        assert_eq!(walk.here(), walk.end());
    }

    #[test]
    fn who_stands_stays() {
        let mut walk = Walk::standing(START);
        walk.advance(50.0);
        assert_eq!((walk.here(), walk.is_over()), (START, true));
    }
}
