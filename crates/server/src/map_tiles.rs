//! The map that operators look at: an archive of tiles, the configured one, or what was made of the
//! imported extract, or the demo's streets; replaced while the service runs.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use silverbell_api::{MapFile, MapInUse, MapOrigin};
use silverbell_tiles::{About, Drawing};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::map_file;

/// Returns where the map lies that is made of an extract.
pub(crate) fn imported(data: &Path) -> PathBuf {
    data.join("map.pmtiles")
}

/// Returns where the map of the demo lies.
pub(crate) fn demo(data: &Path) -> PathBuf {
    data.join("demo.pmtiles")
}

/// What was drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    pub(crate) bytes: u64,
    pub(crate) tiles: u64,
    pub(crate) features: u64,
    pub(crate) left_out: u64,
}

/// Reads an extract of OpenStreetMap and puts its map in place of the one that was there. A running
/// service notices.
pub(crate) fn import(extract: &Path, data: &Path, progress: impl FnMut(u64, u64)) -> Result<Drawn> {
    let reading = || format!("cannot draw {}", extract.display());
    let file = File::open(extract).with_context(reading)?;
    let drawing = silverbell_tiles::read_extract(BufReader::new(file), progress);
    put(&drawing.with_context(reading)?, &imported(data))
}

/// Writes a drawing where a map lies, whole or not at all.
pub(crate) fn put(drawing: &Drawing, place: &Path) -> Result<Drawn> {
    let mut written = Err(silverbell_tiles::TilesError::Empty);
    map_file::put_file(place, |file| {
        written = silverbell_tiles::write(drawing, file);
        match &written {
            Ok(_) => Ok(()),
            Err(error) => Err(std::io::Error::other(error.to_string())),
        }
    })?;
    let silverbell_tiles::Written { tiles, features } = written?;
    let bytes = std::fs::metadata(place).map_or(0, |about| about.len());
    Ok(Drawn { bytes, tiles, features, left_out: drawing.left_out })
}

/// Returns where a map may lie, the one that wins first.
fn places(config: &Config) -> Vec<(MapOrigin, PathBuf)> {
    let configured = config.map_tiles().map(|place| (MapOrigin::Configured, place));
    let ours =
        [(MapOrigin::Imported, imported(&config.data)), (MapOrigin::Demo, demo(&config.data))];
    configured.into_iter().chain(ours).collect()
}

/// Opens a map; `None` when there is none where there need not be one.
fn open(origin: MapOrigin, place: &Path) -> Result<Option<MapFile>> {
    let advice = || {
        let advice = match origin {
            MapOrigin::Configured => "server.map_tiles wants a PMTiles file that can be read",
            MapOrigin::Imported => "import the extract again",
            MapOrigin::Demo => "remove it, and start the demo again",
        };
        format!("{}: {advice}", place.display())
    };
    // Looked at before it is opened: to open a pipe waits for whoever writes into it.
    match std::fs::metadata(place) {
        Err(error) if error.kind() == ErrorKind::NotFound && origin != MapOrigin::Configured => {
            return Ok(None);
        }
        Ok(metadata) if !metadata.is_file() => {
            return Err(anyhow::Error::msg("not a file")).with_context(advice);
        }
        looked => looked.with_context(advice)?,
    };
    let file = File::open(place).with_context(advice)?;
    let metadata = file.metadata().with_context(advice)?;
    let about = silverbell_tiles::inspect(BufReader::new(&file)).with_context(advice)?;
    let About { bounds, min_zoom, max_zoom, attribution } = about;
    let (len, version) = (metadata.len(), map_file::version(&metadata));
    Ok(Some(MapFile { file, len, version, origin, bounds, min_zoom, max_zoom, attribution }))
}

/// Returns what is wrong with the maps that are there.
pub(crate) fn faults(config: &Config) -> Vec<anyhow::Error> {
    let places = places(config).into_iter();
    places.filter_map(|(origin, place)| open(origin, &place).err()).collect()
}

/// Opens the first map there is, and again whenever there is another file. Without one operators see
/// people and no streets. A file that cannot be used takes no map away, and is tried again.
pub(crate) async fn follow(config: Config, in_use: MapInUse, stop: CancellationToken) {
    let looked_at = places(&config).into_iter().map(|(_, place)| place).collect();
    let take = move || take(&config, &in_use);
    map_file::follow(looked_at, "a map cannot be drawn", take, stop).await;
}

fn take(config: &Config, in_use: &MapInUse) -> Result<()> {
    let mut fault = None;
    for (origin, place) in places(config) {
        match open(origin, &place) {
            Ok(None) => {}
            Ok(Some(map)) => {
                if in_use.get().is_none_or(|known| known.version != map.version) {
                    tracing::info!(
                        bytes = map.len,
                        origin = origin.as_str(),
                        "there is a map to look at"
                    );
                    in_use.set(Some(map));
                }
                return fault.map_or(Ok(()), Err);
            }
            // What was read of it before is still open, and better than the next one.
            Err(error) if in_use.get().is_some_and(|known| known.origin == origin) => {
                return Err(error);
            }
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    in_use.set(None);
    fault.map_or(Ok(()), Err)
}
