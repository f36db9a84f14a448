//! The roads that are measured on: the largest extract there is, or a town drawn for the purpose.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use silverbell_domain::LatLon;
use silverbell_roads::{Network, NetworkBuilder, NodeId, RoadClass, RoadMap, WayUse, import};

/// Where extracts lie if none is named: beside the project.
const BESIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/osm");

/// How extracts are named.
const ENDING: &str = ".osm.pbf";

/// The drawn town: so many streets each way, and degrees between them (about 110 m).
const STREETS: usize = 80;
const BETWEEN_DEG: f64 = 0.001;

/// What is measured on.
#[derive(Debug)]
pub(super) struct Ground {
    /// Where it comes from; `None` of the drawn town.
    pub(super) extract: Option<PathBuf>,
    /// The map.
    pub(super) map: Arc<RoadMap>,
    /// People, as many as are ever looked among.
    pub(super) people: Vec<LatLon>,
    /// Doors to which somebody goes.
    pub(super) doors: Vec<LatLon>,
}

/// Returns the extracts, the largest first; none if none was named and none lies beside the project.
pub(in crate::parts) fn extracts(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if named.is_empty() && Path::new(BESIDE).is_dir() {
        found = in_folder(Path::new(BESIDE))?;
    }
    for path in named {
        if path.is_dir() {
            found.extend(in_folder(path)?);
        } else if path.is_file() {
            found.push(path.clone());
        } else {
            bail!("there is no extract {}", path.display());
        }
    }
    let len = |path: &PathBuf| path.metadata().map_or(0, |metadata| metadata.len());
    found.sort_by_key(|path| std::cmp::Reverse(len(path)));
    Ok(found)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = folder.read_dir().with_context(|| format!("cannot read {}", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.to_string_lossy().ends_with(ENDING)).collect())
}

/// Returns an extract's name without its ending.
pub(super) fn name_of(extract: &Path) -> String {
    let name = extract.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(ENDING).unwrap_or(&name).to_owned()
}

/// Imports an extract; returns its network and the seconds that took.
pub(in crate::parts) fn imported(extract: &Path) -> Result<(Network, f64)> {
    let reading = || format!("cannot import {}", extract.display());
    let started = Instant::now();
    let file = File::open(extract).with_context(reading)?;
    let (network, _) = import(BufReader::new(file), |_, _| {}).with_context(reading)?;
    Ok((network, started.elapsed().as_secs_f64()))
}

/// Draws a town of streets that cross at right angles, where all may go both ways.
pub(in crate::parts) fn drawn() -> Result<Network> {
    let mut builder = NetworkBuilder::new();
    let at = |row: usize, column: usize| LatLon {
        lat: 24.5 + row as f64 * BETWEEN_DEG,
        lon: 117.7 + column as f64 * BETWEEN_DEG,
    };
    let crossings: Vec<NodeId> = (0..STREETS * STREETS)
        .map(|number| builder.node(at(number / STREETS, number % STREETS)))
        .collect();
    for street in 0..STREETS {
        let usage = WayUse::open(RoadClass::Residential);
        builder.way(&crossings[street * STREETS..][..STREETS], usage);
        let across: Vec<NodeId> = crossings.iter().skip(street).step_by(STREETS).copied().collect();
        builder.way(&across, usage);
    }
    let (network, _) = builder.build().context("the drawn town")?;
    Ok(network)
}

#[cfg(test)]
mod tests {
    use silverbell_roads::RoadSpeeds;

    use super::*;

    #[test]
    fn the_drawn_town_is_all_reached() {
        let map = RoadMap::new(drawn().unwrap(), RoadSpeeds::default());
        let [from, to] = map.bounds().unwrap();
        assert!(map.time_ms(from, silverbell_domain::Travel::Car, to).is_some());
    }

    #[test]
    fn an_extract_that_is_named_and_missing_is_no_matter_of_course() {
        let refused = extracts(&["nowhere.osm.pbf".into()]).unwrap_err();
        assert_eq!(refused.to_string(), "there is no extract nowhere.osm.pbf");
    }
}
