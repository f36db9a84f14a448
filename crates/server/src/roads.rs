//! The map of the roads: one file in the data directory, mapped into memory, and replaced while the
//! service runs.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use silverbell_dispatcher::Dispatcher;
use silverbell_roads::{ImportReport, Network, RoadMap, RoadSpeeds};
use tokio_util::sync::CancellationToken;

use crate::map_file;

/// Returns where the map lies.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join("roads.map")
}

/// Reads an extract of OpenStreetMap and puts its roads in place of those that were there. A running
/// service notices.
pub(crate) fn import(
    extract: &Path,
    data: &Path,
    progress: impl FnMut(u64, u64),
) -> Result<(u64, ImportReport)> {
    let reading = || format!("cannot import {}", extract.display());
    let file = File::open(extract).with_context(reading)?;
    let (network, report) =
        silverbell_roads::import(BufReader::new(file), progress).with_context(reading)?;
    put(&network, data)?;
    Ok((network.file_len() as u64, report))
}

/// Writes a network where the map lies, whole or not at all.
pub(crate) fn put(network: &Network, data: &Path) -> Result<()> {
    map_file::put(&file(data), |to| network.write(to))
}

/// Opens the map; `None` when there is none.
pub(crate) fn open(data: &Path, speeds: RoadSpeeds) -> Result<Option<RoadMap>> {
    let place = file(data);
    let Some(bytes) = map_file::bytes(&place)? else { return Ok(None) };
    let advice = || format!("{}: import the extract again", place.display());
    RoadMap::open(bytes, speeds).map(Some).with_context(advice)
}

/// Opens the map, and again whenever there is another file. A service runs without: every time is then
/// by straight line, and says so. A file that cannot be used takes no map away, and is tried again.
pub(crate) async fn follow(
    data: PathBuf,
    speeds: RoadSpeeds,
    dispatcher: Arc<Dispatcher>,
    stop: CancellationToken,
) {
    let place = file(&data);
    let take = move || {
        match open(&data, speeds.clone())? {
            Some(map) => {
                tracing::info!(bytes = map.network().file_len(), "travel times are by road");
                dispatcher.set_map(Some(Arc::new(map)));
            }
            None => {
                tracing::info!("there are no roads: travel times are by straight line");
                dispatcher.set_map(None);
            }
        }
        Ok(())
    };
    map_file::follow(vec![place], "the roads cannot be used, times stay as they are", take, stop)
        .await;
}
