//! Travel times, behind a trait: by road where a map is known, by straight line elsewhere.

use serde::{Deserialize, Serialize};

use crate::{LatLon, ResponderId, Travel};

/// How an ETA was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EtaSource {
    /// Over the road network.
    Roads,
    /// Straight line times a detour factor: no roads are known here, or none leads there in an hour.
    StraightLine,
}

/// A travel time to a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eta {
    /// Seconds, rounded up.
    pub s: u32,
    /// How it was found.
    pub source: EtaSource,
}

/// Who is how far away, by time.
pub trait TravelTimes {
    /// Returns everybody whose place is known, nearest by time first, each once. Lazy: asking for
    /// five of ten thousand costs about five.
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a>;

    /// Returns the time from one place to a door.
    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta;

    /// Returns the same times with those to some doors reckoned beforehand, where that costs less than
    /// looking around each of them; `None` where it does not. Beyond an hour the order may differ.
    fn reckoned<'a>(&'a self, doors: &[LatLon]) -> Option<Box<dyn TravelTimes + 'a>> {
        let _ = doors;
        None
    }
}
