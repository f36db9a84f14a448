//! The map of the roads: one file in the data directory, mapped into memory, and replaced while the
//! service runs.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{BufReader, BufWriter, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// How many drafts of this process there were: each has a name of its own.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

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
    // Two imports at once must not write into one draft.
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = place.with_extension(format!("draft-{}-{number}", std::process::id()));
    let write = || -> std::io::Result<()> {
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
        let mut to = BufWriter::new(&file);
        network.write(&mut to)?;
        to.flush()?;
        drop(to);
        // A service maps it: it is replaced, never changed.
        file.set_permissions(Permissions::from_mode(0o400))?;
        give_to_owner_of(data, &file)?;
        file.sync_all()?;
        std::fs::rename(&draft, &place)?;
        File::open(data)?.sync_all()
    };
    let written = write();
    if written.is_err() {
        // Half a draft is of no use; if it cannot be removed either, it harms nobody.
        drop(std::fs::remove_file(&draft));
    }
    written.with_context(|| format!("cannot write {}", place.display()))
}

/// The service need not run as whoever imports.
fn give_to_owner_of(data: &Path, file: &File) -> std::io::Result<()> {
    let (wanted, is) = (std::fs::metadata(data)?, file.metadata()?);
    if (wanted.uid(), wanted.gid()) == (is.uid(), is.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(wanted.uid()), Some(wanted.gid()))
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

/// What became of a look at the file.
enum Look {
    Opened(Arc<RoadMap>),
    Gone,
    /// It is there and cannot be used.
    Unusable(anyhow::Error),
}

fn look(data: &Path, speeds: RoadSpeeds) -> Look {
    match open(data, speeds) {
        Ok(Some(map)) => Look::Opened(Arc::new(map)),
        Ok(None) => Look::Gone,
        Err(error) => Look::Unusable(error),
    }
}

/// Opens the map, and again whenever there is another file. A service runs without: every time is then
/// by straight line, and says so. A file that cannot be used takes no map away, and is tried again.
pub(crate) async fn follow(
    data: PathBuf,
    speeds: RoadSpeeds,
    dispatcher: Arc<Dispatcher>,
    stop: CancellationToken,
) {
    let mut every = interval(LOOK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The file that is in use, and the last one that could not be used.
    let (mut used, mut unusable) = (None, None);
    let mut is_first = true;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let there = identity(&file(&data));
        if there == used && !is_first {
            continue;
        }
        let (looked_in, at_speeds) = (data.clone(), speeds.clone());
        let to = dispatcher.clone();
        // An extract of a province takes seconds to check, and seating everybody anew some time, too.
        let looked = spawn_blocking(move || match look(&looked_in, at_speeds) {
            Look::Opened(map) => {
                tracing::info!(bytes = map.network().file_len(), "travel times are by road");
                to.set_map(Some(map));
                Ok(())
            }
            Look::Gone => {
                tracing::info!("there are no roads: travel times are by straight line");
                to.set_map(None);
                Ok(())
            }
            Look::Unusable(error) => Err(error),
        });
        match looked.await {
            Ok(Ok(())) => used = there,
            Ok(Err(error)) => {
                // Said once for each file; a passing fault may be over at the next look.
                if unusable != there || is_first {
                    tracing::error!("the roads cannot be used, times stay as they are: {error:#}");
                }
                unusable = there;
            }
            Err(error) => {
                tracing::error!(%error, "the roads could not be opened");
                used = there;
            }
        }
        is_first = false;
    }
}

fn identity(file: &Path) -> Option<Identity> {
    let about = std::fs::metadata(file).ok()?;
    Some((about.dev(), about.ino(), about.mtime(), about.mtime_nsec()))
}
