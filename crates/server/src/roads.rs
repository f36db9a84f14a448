//! The map of the roads: one file in the data directory, mapped into memory, and replaced while the
//! service runs.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{BufReader, BufWriter, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use silverbell_dispatcher::Dispatcher;
use silverbell_mapped_file::MappedFile;
use silverbell_roads::{ImportReport, Network, RoadMap, RoadSpeeds};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether there is another file.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Which file it is: a new one has another number or time.
type Identity = (u64, u64, i64, i64);

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
    let place = file(data);
    let draft = place.with_extension("draft");
    let write = || -> std::io::Result<()> {
        // What is left of an earlier try may be read-only.
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
        let mut to = BufWriter::new(&file);
        network.write(&mut to)?;
        to.flush()?;
        drop(to);
        // A service maps it: it is replaced, never changed.
        file.set_permissions(Permissions::from_mode(0o400))?;
        file.sync_all()?;
        std::fs::rename(&draft, &place)
    };
    write().with_context(|| format!("cannot write {}", place.display()))
}

/// Opens the map; `None` when there is none.
pub(crate) fn open(data: &Path, speeds: RoadSpeeds) -> Result<Option<RoadMap>> {
    let place = file(data);
    let bytes = match MappedFile::open(&place) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes.with_context(|| format!("cannot open {}", place.display()))?,
    };
    let advice = || format!("{}: import the extract again", place.display());
    RoadMap::open(bytes, speeds).map(Some).with_context(advice)
}

/// Opens the map for a service, which also runs without: every time is then by straight line, and
/// says so.
pub(crate) fn open_if_sound(data: &Path, speeds: RoadSpeeds) -> Option<Arc<RoadMap>> {
    match open(data, speeds) {
        Ok(Some(map)) => {
            tracing::info!(bytes = map.network().file_len(), "travel times are by road");
            Some(Arc::new(map))
        }
        Ok(None) => {
            tracing::info!("no roads were imported: travel times are by straight line");
            None
        }
        Err(error) => {
            tracing::error!(
                "the roads cannot be used, travel times are by straight line: {error:#}"
            );
            None
        }
    }
}

/// Looks for another file, and takes it.
#[derive(Debug)]
pub(crate) struct Follower {
    data: PathBuf,
    speeds: RoadSpeeds,
    known: Option<Identity>,
}

impl Follower {
    /// Begins with the file that is there; open the map after this, so that none is missed.
    pub(crate) fn new(data: &Path, speeds: RoadSpeeds) -> Self {
        Self { data: data.to_owned(), speeds, known: identity(&file(data)) }
    }

    pub(crate) async fn run(mut self, dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            let now = identity(&file(&self.data));
            if now == self.known {
                continue;
            }
            self.known = now;
            let (data, speeds) = (self.data.clone(), self.speeds.clone());
            // An extract of a province takes seconds to check.
            match spawn_blocking(move || open_if_sound(&data, speeds)).await {
                Ok(map) => dispatcher.set_map(map),
                Err(error) => tracing::error!(%error, "the roads cannot be opened"),
            }
        }
    }
}

fn identity(file: &Path) -> Option<Identity> {
    let about = std::fs::metadata(file).ok()?;
    Some((about.dev(), about.ino(), about.mtime(), about.mtime_nsec()))
}
