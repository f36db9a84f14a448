//! Places: WGS-84 points, and where somebody is thought to be, with its source, radius and age.

use serde::{Deserialize, Serialize};

use crate::UnixMs;

/// Mean radius of the earth, metres (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point in WGS-84 degrees, always finite and on the globe.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatLon {
    /// Latitude in degrees, −90 to 90.
    pub lat: f64,
    /// Longitude in degrees, −180 to 180.
    pub lon: f64,
}

impl LatLon {
    /// Returns the point, or `None` where the numbers name no place: not finite, off the globe,
    /// or 0,0, which devices send when they have no fix (traccar/traccar#5156).
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        let on_globe = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        let null_island = lat.abs() < 1e-6 && lon.abs() < 1e-6;
        (on_globe && !null_island).then_some(Self { lat, lon })
    }

    /// Returns the great-circle distance in metres (haversine).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_dlat = (lat2 - lat1) / 2.0;
        let half_dlon = (other.lon - self.lon).to_radians() / 2.0;
        let h = half_dlat.sin().powi(2) + lat1.cos() * lat2.cos() * half_dlon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }
}

/// How a position became known, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PositionSource {
    /// Set by an operator on the map.
    Pin,
    /// Satellites.
    Gps,
    /// Wi-Fi access points.
    Wifi,
    /// Telephone cells.
    Cell,
    /// The senior's address: where to go when nothing better is known.
    Home,
}

/// Where somebody is thought to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// The point, WGS-84.
    #[serde(flatten)]
    pub point: LatLon,
    /// Radius of uncertainty in metres, where known.
    pub accuracy_m: Option<f64>,
    /// How it became known.
    pub source: PositionSource,
    /// When it was true, by the device's clock (clamped to the time of receipt).
    pub at: UnixMs,
}
