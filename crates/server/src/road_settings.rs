//! The settings under `roads`: how fast one gets on, and what holds one up.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use silverbell_domain::Travel;
use silverbell_roads::{Delays, RoadClass, RoadSpeeds, Speeds};

/// Km/h for each kind of road. Unknown kinds are refused where files are merged with the defaults.
type Kmh = HashMap<String, f64>;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoadSettings {
    walk_kmh: Kmh,
    ebike_kmh: Kmh,
    car_kmh: Kmh,
    walk_delay_s: Delay,
    ebike_delay_s: Delay,
    car_delay_s: Delay,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    gate: f64,
    lights: f64,
    private: f64,
}

impl RoadSettings {
    /// Returns the speeds on roads; beside them one walks as fast as `travel` says.
    pub(crate) fn speeds(&self, beside: Speeds) -> Result<RoadSpeeds> {
        let mut speeds = RoadSpeeds::default();
        speeds.off_road = beside.walk;
        let ways = [
            (Travel::Walk, "walk", &self.walk_kmh, &self.walk_delay_s),
            (Travel::Ebike, "ebike", &self.ebike_kmh, &self.ebike_delay_s),
            (Travel::Car, "car", &self.car_kmh, &self.car_delay_s),
        ];
        for (travel, word, kmh, delay) in ways {
            for class in RoadClass::ALL {
                let key = || format!("roads.{word}_kmh.{}", class.as_str());
                let kmh = *kmh.get(class.as_str()).with_context(key)?;
                speeds.set_kmh(travel, class, kmh).with_context(key)?;
            }
            let Delay { gate, lights, private } = *delay;
            for (name, seconds) in [("gate", gate), ("lights", lights), ("private", private)] {
                if !(0.0..=3_600.0).contains(&seconds) {
                    bail!("roads.{word}_delay_s.{name}: 0 to 3600 seconds");
                }
            }
            speeds
                .set_delays(travel, Delays { gate_s: gate, lights_s: lights, private_s: private });
        }
        Ok(speeds)
    }
}
