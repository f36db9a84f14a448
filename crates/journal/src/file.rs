//! Making, reading and replacing the file.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Result, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::format;

/// Makes the file.
pub(crate) fn make(path: &Path, capacity: usize) -> Result<()> {
    write_draft(path, capacity, format::beginning())?;
    put_draft_in_place(path)
}

/// Opens the file and reads it. One that is too small is enlarged.
pub(crate) fn read(path: &Path, capacity: usize) -> Result<(File, Vec<u8>)> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let size = bytes.len();
    if size < capacity {
        bytes.resize(capacity, 0);
        file.write_all_at(&bytes[size..], size as u64)?;
        file.sync_all()?;
    }
    Ok((file, bytes))
}

/// Removes what a crash left of a draft: what it holds is in the file, too, or was recorded.
pub(crate) fn remove_draft(path: &Path) {
    // One that stays is removed before the next is written.
    let _ = std::fs::remove_file(beside(path, "draft"));
}

/// Writes a file beside this one, filled up with zeros, that holds these bytes when this returns.
pub(crate) fn write_draft(path: &Path, capacity: usize, mut bytes: Vec<u8>) -> Result<File> {
    bytes.resize(capacity.max(bytes.len()), 0);
    write_private(&beside(path, "draft"), &bytes)
}

/// Lets the file that was drafted take the place of this one, for good when this returns.
pub(crate) fn put_draft_in_place(path: &Path) -> Result<()> {
    std::fs::rename(beside(path, "draft"), path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Writes what was found in a damaged file beside it.
pub(crate) fn copy_damaged(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let copy = beside(path, "damaged");
    write_private(&copy, bytes)?;
    Ok(copy)
}

fn beside(path: &Path, word: &str) -> PathBuf {
    path.with_added_extension(word)
}

/// Writes a file anew that only its owner reads, on the disk when this returns.
fn write_private(path: &Path, bytes: &[u8]) -> Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file)
}
