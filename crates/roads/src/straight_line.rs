//! The straight line times a detour factor: what is known without roads.

use silverbell_domain::{Eta, EtaSource, LatLon, Travel};

/// How fast one way of travelling is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Metres per second on the way itself.
    pub mps: f64,
    /// How much longer the way is than the straight line.
    pub detour: f64,
}

/// How fast each way of travelling is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speeds {
    /// On foot.
    pub walk: Speed,
    /// Electric bicycle.
    pub ebike: Speed,
    /// Car, in town.
    pub car: Speed,
}

impl Default for Speeds {
    /// Returns the defaults of `config/silverbell.toml`, which names their sources.
    fn default() -> Self {
        Self {
            walk: Speed { mps: 1.25, detour: 1.35 },
            ebike: Speed { mps: 5.5, detour: 1.35 },
            car: Speed { mps: 7.0, detour: 1.4 },
        }
    }
}

impl Speeds {
    /// Returns the speed of a way of travelling.
    #[must_use]
    pub const fn of(&self, travel: Travel) -> Speed {
        match travel {
            Travel::Walk => self.walk,
            Travel::Ebike => self.ebike,
            Travel::Car => self.car,
        }
    }

    /// Returns the time for a straight-line distance in metres.
    #[must_use]
    pub fn eta_for(&self, travel: Travel, distance_m: f64) -> Eta {
        let speed = self.of(travel);
        let s = (distance_m * speed.detour / speed.mps).ceil();
        // A float cast saturates: half the globe on foot still fits.
        Eta { s: s as u32, source: EtaSource::StraightLine }
    }

    /// Returns the time from one place to another.
    #[must_use]
    pub fn eta(&self, from: LatLon, travel: Travel, to: LatLon) -> Eta {
        self.eta_for(travel, from.distance_m(to))
    }
}
