//! Maps in the data directory: files that are mapped into memory, written whole or not at all, and
//! replaced while the service runs.

use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use silverbell_mapped_file::MappedFile;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether there is another file.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many drafts of this process there were: each has a name of its own.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// Which file it is: a new one has another number, time or length.
type Identity = (u64, u64, i64, i64, u64);

/// Writes a map where it lies, whole or not at all.
pub(crate) fn put(
    place: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<()> {
    put_file(place, |file| {
        let mut to = BufWriter::new(file);
        write(&mut to)?;
        to.flush()
    })
}

/// Writes a map that is not written from its beginning to its end, whole or not at all.
pub(crate) fn put_file(
    place: &Path,
    write: impl FnOnce(&File) -> std::io::Result<()>,
) -> Result<()> {
    // Two imports at once must not write into one draft.
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = place.with_extension(format!("draft-{}-{number}", std::process::id()));
    let data = place.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
        write(&file)?;
        // A service maps it: it is replaced, never changed.
        file.set_permissions(Permissions::from_mode(0o400))?;
        give_to_owner_of(data, &file)?;
        file.sync_all()?;
        std::fs::rename(&draft, place)?;
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

/// Maps the file of a map; `None` when there is none.
pub(crate) fn bytes(place: &Path) -> Result<Option<MappedFile>> {
    match MappedFile::open(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        bytes => bytes.map(Some).with_context(|| format!("cannot open {}", place.display())),
    }
}

/// Takes a map at once, and again whenever there is another file in one of its places. A file that cannot be used takes no
/// map away: it is said in these words, once for each file, and tried again.
pub(crate) async fn follow(
    places: Vec<PathBuf>,
    cannot_be_used: &'static str,
    take: impl Fn() -> Result<()> + Send + Sync + 'static,
    stop: CancellationToken,
) {
    let mut every = interval(LOOK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let take = Arc::new(take);
    // The file that is in use, and the last one that could not be used.
    let (mut used, mut unusable) = (None, None);
    let mut is_first = true;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let there: Vec<Option<Identity>> = places.iter().map(|place| identity(place)).collect();
        if Some(&there) == used.as_ref() && !is_first {
            continue;
        }
        // It is checked whole, which takes seconds for a large one.
        let take = take.clone();
        match spawn_blocking(move || take()).await {
            Ok(Ok(())) => used = Some(there),
            Ok(Err(error)) => {
                // Said once for each file; a passing fault may be over at the next look.
                if unusable.as_ref() != Some(&there) || is_first {
                    tracing::error!("{cannot_be_used}: {error:#}");
                }
                unusable = Some(there);
            }
            Err(error) => {
                tracing::error!(%error, "{cannot_be_used}: the map could not be opened");
                used = Some(there);
            }
        }
        is_first = false;
    }
}

fn identity(file: &Path) -> Option<Identity> {
    let about = std::fs::metadata(file).ok()?;
    Some(identity_of(&about))
}

fn identity_of(about: &Metadata) -> Identity {
    (about.dev(), about.ino(), about.mtime(), about.mtime_nsec(), about.len())
}

/// Returns a name for what is in a file, another one for every other content.
pub(crate) fn version(about: &Metadata) -> String {
    let (dev, ino, s, ns, len) = identity_of(about);
    let time = i128::from(s) * 1_000_000_000 + i128::from(ns);
    format!("{len:x}-{time:x}-{:x}", dev.rotate_left(32) ^ ino)
}
