//! Washington DC, 2012: calls in order, with the minutes of driving from each station.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use silverbell_domain::{LatLon, UnixMs};
use silverbell_laboratory::{Press, Scenario, Table, Ways};

const STATIONS: usize = 35;

/// The columns before the stations: hour, day, month, year, neighbourhood, seconds since the last call.
const BEFORE: usize = 6;

/// Places have no coordinates in the data, only times between them: a point stands for a name.
fn point(kind: f64, n: usize) -> LatLon {
    LatLon { lat: kind, lon: n as f64 / 100.0 }
}

/// Returns the calls, coming at so many percent of their rate, with a crew at every `apart`th station.
pub(crate) fn scenario(file: &Path, apart: usize, pct: i64) -> Result<Scenario> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let mut scenario = crate::city(UnixMs(0));
    let mut table = Table::default();
    // A minute for everybody to come on duty.
    let mut at = scenario.from.plus_s(60);
    for (n, line) in text.lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let since_s: i64 = fields[BEFORE - 1].parse().context("seconds since the last call")?;
        at = UnixMs(at.0 + since_s * 100_000 / pct);
        let door = point(38.0, n);
        for station in 0..STATIONS {
            // What is not known is not near.
            let Ok(minutes) = fields[BEFORE + station].parse::<f64>() else { continue };
            let seconds = (minutes * 60.0).ceil() as u32;
            table.put(point(39.0, station), door, seconds);
            table.put(door, point(39.0, station), seconds);
        }
        scenario.doors.push(door);
        scenario.presses.push(Press::sos(at, n, true));
    }
    scenario.to = at;
    let stations = (0..STATIONS).step_by(apart);
    scenario.staff = stations.flat_map(|n| crate::crew(point(39.0, n), scenario.from)).collect();
    scenario.ways = Ways::Table(Arc::new(table));
    Ok(scenario)
}
