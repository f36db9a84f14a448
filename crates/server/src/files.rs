//! The data directory.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use axum::body::Bytes;
use silverbell_domain::DistrictId;

/// Keeps a second service off the same data directory for as long as it lives.
#[derive(Debug)]
pub(crate) struct DataLock(#[expect(dead_code, reason = "held, not read")] File);

/// Makes the data directory.
pub(crate) fn prepare(data: &Path) -> Result<()> {
    // What lies in it is sensitive by law: only its owner reads it.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("cannot make the data directory {}", data.display()))
}

/// Takes the lock of the data directory.
pub(crate) fn lock(data: &Path) -> Result<DataLock> {
    let path = data.join("silverbell.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot write in the data directory {}", data.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(DataLock(file)),
        Err(std::fs::TryLockError::WouldBlock) => bail!(
            "another silverbell serves {}; stop it, or give this one its own --data",
            data.display()
        ),
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// Returns the embedded database's file.
pub(crate) fn database(data: &Path) -> PathBuf {
    data.join("silverbell.db")
}

/// Returns a district's map.
pub(crate) fn map_file(data: &Path, district: &DistrictId) -> PathBuf {
    data.join(format!("map-{district}.geojson"))
}

/// Reads the maps of these districts, as far as there are any.
pub(crate) fn maps(data: &Path, districts: &[DistrictId]) -> BTreeMap<DistrictId, Bytes> {
    districts
        .iter()
        .filter_map(|id| Some((id.clone(), std::fs::read(map_file(data, id)).ok()?.into())))
        .collect()
}

/// Writes a file that only its owner reads, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let draft = path.with_extension("draft");
    let write = || -> std::io::Result<()> {
        let mut file =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
