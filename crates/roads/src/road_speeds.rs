//! How fast each way of travelling gets on, on each kind of road, and what holds it up.

use silverbell_domain::Travel;

use crate::{RoadClass, Speed};

/// What holds one up at a point, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delays {
    /// At a gate or barrier that can be passed.
    pub gate_s: f64,
    /// At traffic lights, on the average.
    pub lights_s: f64,
    /// At the edge of private ground: each time it is entered or left.
    pub private_s: f64,
}

/// Speeds and delays. They are no part of a map's file: other speeds need no new import.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadSpeeds {
    kmh: [[f64; RoadClass::ALL.len()]; 3],
    delays: [Delays; 3],
    /// On foot between the road and a place beside it: a door, a bench in the park.
    pub off_road: Speed,
}

/// A speed that nobody travels at.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{kmh} km/h is no speed for {travel:?} on {class:?}; give one from 0.5 to 200")]
pub struct BadSpeed {
    /// The way of travelling.
    pub travel: Travel,
    /// The kind of road.
    pub class: RoadClass,
    /// What was given.
    pub kmh: f64,
}

impl Default for RoadSpeeds {
    /// Returns speeds to begin with, for a Chinese town; a service that measures its own sets them.
    ///
    /// - On foot 4.5 km/h as in `config/silverbell.toml`; steps 2 km/h (GraphHopper's slow foot).
    /// - E-bike 20 km/h as in `config/silverbell.toml`, below the 25 km/h that GB 17761-2018 lets
    ///   one do; 15 km/h, the legal limit in a lane (Road Traffic Safety Law, article 58), where
    ///   walkers are about; less among them.
    /// - Car: the lowest design speed of the kind of road (JTG B01-2014: motorway 80; CJJ 37-2012:
    ///   expressway 60, arterial 40, secondary 30, branch 20), which is what one may count on in
    ///   traffic; below that OSRM's `car.lua`: service road 15, living street 10.
    /// - Lights 2 s (OSRM's `traffic_light_penalty`); a gate 30 s in a car (Valhalla's `gate_cost`),
    ///   less without one; private ground as a gate, for a barrier nobody has mapped.
    fn default() -> Self {
        let delays = |gate_s, lights_s, private_s| Delays { gate_s, lights_s, private_s };
        Self {
            kmh: [Travel::Walk, Travel::Ebike, Travel::Car]
                .map(|travel| RoadClass::ALL.map(|class| usual_kmh(travel, class))),
            delays: [delays(5.0, 0.0, 0.0), delays(10.0, 2.0, 10.0), delays(30.0, 2.0, 30.0)],
            off_road: Speed { mps: 1.25, detour: 1.35 },
        }
    }
}

const fn usual_kmh(travel: Travel, class: RoadClass) -> f64 {
    use RoadClass as C;
    match (travel, class) {
        (Travel::Walk, C::Steps) => 2.0,
        (Travel::Walk, _) => 4.5,
        (Travel::Ebike, C::LivingStreet | C::Service | C::Driveway) => 15.0,
        (Travel::Ebike, C::Track | C::Path) => 12.0,
        (Travel::Ebike, C::Pedestrian | C::Footway) => 8.0,
        (Travel::Ebike, C::Steps) => 2.0,
        (Travel::Ebike, _) => 20.0,
        (Travel::Car, C::Motorway) => 80.0,
        (Travel::Car, C::Trunk) => 60.0,
        (Travel::Car, C::Primary) => 40.0,
        (Travel::Car, C::Secondary | C::Tertiary | C::Link) => 30.0,
        (Travel::Car, C::Unclassified | C::Residential) => 20.0,
        (Travel::Car, C::Service) => 15.0,
        (Travel::Car, _) => 10.0,
    }
}

impl RoadSpeeds {
    /// Returns the speed on a kind of road, km/h.
    #[must_use]
    pub fn kmh(&self, travel: Travel, class: RoadClass) -> f64 {
        self.kmh[travel as usize][class as usize]
    }

    /// Sets the speed on a kind of road, 0.5 to 200 km/h.
    ///
    /// # Errors
    /// When it is outside that range, or no number.
    pub fn set_kmh(&mut self, travel: Travel, class: RoadClass, kmh: f64) -> Result<(), BadSpeed> {
        if !(0.5..=200.0).contains(&kmh) {
            return Err(BadSpeed { travel, class, kmh });
        }
        self.kmh[travel as usize][class as usize] = kmh;
        Ok(())
    }

    /// Returns what holds this way of travelling up.
    #[must_use]
    pub const fn delays(&self, travel: Travel) -> Delays {
        self.delays[travel as usize]
    }

    /// Sets what holds this way of travelling up; what is negative or no number counts as nothing.
    pub const fn set_delays(&mut self, travel: Travel, delays: Delays) {
        self.delays[travel as usize] = delays;
    }

    /// Returns the milliseconds for a length in decimetres on a kind of road.
    pub(crate) fn run_ms(&self, travel: Travel, class: RoadClass, length_dm: u32) -> u32 {
        bounded_ms(f64::from(length_dm) * 360.0 / self.kmh(travel, class))
    }

    /// Returns the milliseconds on foot between the road and a place so many metres beside it.
    pub(crate) fn off_road_ms(&self, gap_m: f64) -> u32 {
        in_ms(gap_m * self.off_road.detour / self.off_road.mps)
    }
}

/// The longest single stretch, 74 hours: so that sums of a few never overflow 32 bits.
const MAX_MS: f64 = (1_u32 << 28) as f64;

/// Returns seconds as milliseconds, 0 at the least; no number counts as for ever.
pub(crate) fn in_ms(s: f64) -> u32 {
    bounded_ms(s * 1_000.0)
}

fn bounded_ms(ms: f64) -> u32 {
    if ms.is_nan() { MAX_MS as u32 } else { ms.round().clamp(0.0, MAX_MS) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilometre_on_foot_takes_800_seconds() {
        let speeds = RoadSpeeds::default();
        assert_eq!(speeds.run_ms(Travel::Walk, RoadClass::Residential, 10_000), 800_000);
        assert_eq!(speeds.off_road_ms(125.0), 135_000);
    }

    #[test]
    fn a_speed_nobody_travels_at_is_refused_in_words() {
        let mut speeds = RoadSpeeds::default();
        for kmh in [0.0, -5.0, 201.0, f64::NAN, f64::INFINITY] {
            let refused = speeds.set_kmh(Travel::Car, RoadClass::Primary, kmh);
            let words = refused.expect_err("refused").to_string();
            assert!(words.contains("is no speed for Car on Primary"), "{words}");
        }
        speeds.set_kmh(Travel::Car, RoadClass::Primary, 25.0).expect("a speed");
        assert!((speeds.kmh(Travel::Car, RoadClass::Primary) - 25.0).abs() < f64::EPSILON);
    }

    #[test]
    fn no_stretch_is_long_enough_to_overflow() {
        assert_eq!(in_ms(f64::INFINITY), 1 << 28);
        assert_eq!(in_ms(f64::NAN), 1 << 28);
        assert_eq!(in_ms(-1.0), 0);
    }
}
