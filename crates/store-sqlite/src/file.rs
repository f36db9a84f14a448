//! The files of the database, as they were when it was opened. SQLite goes on writing into a file
//! that somebody removed or replaced; the next start would find something else, or nothing.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use silverbell_store::StoreError;

/// The database's file and its log, which holds what was acknowledged last.
#[derive(Debug)]
pub(crate) struct OpenFile {
    files: [(PathBuf, Identity); 2],
}

/// Device and inode.
type Identity = (u64, u64);

impl OpenFile {
    /// Remembers the files of an open database.
    pub(crate) fn of(file: &Path) -> Result<Self, StoreError> {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let log = PathBuf::from(log);
        let file = file.to_owned();
        let identities = (identity(&file)?, identity(&log)?);
        Ok(Self { files: [(file, identities.0), (log, identities.1)] })
    }

    /// Returns an error in words when a file is gone or another one has its name.
    pub(crate) fn is_still_there(&self) -> Result<(), StoreError> {
        for (path, opened) in &self.files {
            if identity(path)? != *opened {
                return Err(StoreError::Unavailable(format!(
                    "{} was replaced while it was in use: what is kept now will be lost; stop \
                     silverbell and put the file back",
                    path.display()
                )));
            }
        }
        Ok(())
    }
}

/// Without opening the file: closing it again would take away SQLite's locks on it.
fn identity(path: &Path) -> Result<Identity, StoreError> {
    let found = std::fs::metadata(path).map_err(|error| {
        StoreError::Unavailable(format!(
            "{} is gone: what is kept now will be lost; stop silverbell and put the file back \
             ({error})",
            path.display()
        ))
    })?;
    Ok((found.dev(), found.ino()))
}
