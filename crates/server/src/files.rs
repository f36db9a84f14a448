//! The data directory.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use silverbell_domain::DistrictId;

/// Keeps a second service off the same data directory for as long as it lives.
#[derive(Debug)]
pub(crate) struct DataLock(#[expect(dead_code, reason = "held, not read")] File);

/// Makes the data directory.
pub(crate) fn prepare(data: &Path) -> Result<()> {
    // What lies in it is sensitive by law: only its owner reads it.
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.map_err(in_words)
        .with_context(|| format!("cannot make the data directory {}", data.display()))
}

/// Says what to do, where it is known.
fn in_words(error: std::io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            "a file is where a directory should be; move it away, or choose another --data"
        }
        ErrorKind::IsADirectory => {
            "a directory is where a file should be; move it away, or choose another --data"
        }
        ErrorKind::PermissionDenied => {
            "permission denied; it has to belong to the user that silverbell runs as"
        }
        ErrorKind::ReadOnlyFilesystem => {
            "the file system is read-only; mount it writable, or choose another --data"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full; free space in the file system of the data directory"
        }
        _ => return error.into(),
    };
    anyhow::Error::msg(advice)
}

/// Takes the lock of the data directory.
pub(crate) fn lock(data: &Path) -> Result<DataLock> {
    let path = data.join("silverbell.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(in_words)
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

/// What every SQLite database begins with.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// Says in words what SQLite would say in numbers: a database that cannot be read and written, or
/// that is none. One that is not there yet is fine.
pub(crate) fn check_database(file: &Path) -> Result<()> {
    let mut start = Vec::new();
    let opened = OpenOptions::new().read(true).write(true).open(file);
    let read = opened.and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut start));
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(in_words(error))
            .with_context(|| format!("cannot read and write the database {}", file.display())),
        Ok(_) if start.is_empty() || start == SQLITE => Ok(()),
        Ok(_) => bail!(
            "{} is no SQLite database; restore a backup, or choose another --data",
            file.display()
        ),
    }
}

/// Returns a district's map.
pub(crate) fn map_file(data: &Path, district: &DistrictId) -> PathBuf {
    data.join(format!("map-{district}.geojson"))
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
    write().map_err(in_words).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(outcome: Result<()>) -> String {
        format!("{:#}", outcome.expect_err("refused"))
    }

    #[test]
    fn a_file_where_the_data_directory_should_be_is_said_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("data");
        std::fs::write(&file, "").expect("written");
        for data in [file.clone(), file.join("deeper")] {
            let said = said(prepare(&data));
            assert!(said.contains("choose another --data") && said.contains("data"), "{said}");
        }
    }

    #[test]
    fn a_database_that_is_none_is_said_in_words_and_a_new_one_is_fine() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = database(folder.path());
        check_database(&file).expect("not there yet");
        std::fs::write(&file, "").expect("written");
        check_database(&file).expect("empty: SQLite fills it");
        std::fs::write(&file, "a letter to grandmother").expect("written");
        assert!(said(check_database(&file)).contains("no SQLite database"));
        assert!(said(check_database(folder.path())).contains("a directory is where"));
    }
}
