//! A file as bytes in memory, read from the disk page by page as it is needed, and shared with whoever
//! else maps it. The one place in the house with unsafe code.

use std::fs::File;
use std::io;
use std::path::Path;

/// A file that is mapped for reading.
#[derive(Debug)]
pub struct MappedFile(memmap2::Mmap);

impl MappedFile {
    /// Maps a file. It must not be changed in place while it is mapped, only replaced by another of
    /// its name: what is written into it would be seen, and what is cut off would end the process.
    ///
    /// # Errors
    /// When the file cannot be opened or mapped.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        #[expect(unsafe_code, reason = "there is no other way to map a file")]
        // SAFETY: the mapping is for reading only and owned by the value that is returned. That nobody
        // changes the file underneath is the caller's promise above: ours are written under another
        // name, made read-only, and renamed.
        let map = unsafe { memmap2::Mmap::map(&file)? };
        Ok(Self(map))
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_file_reads_as_its_bytes_even_after_it_was_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, draft) = (folder.path().join("map"), folder.path().join("draft"));
        std::fs::write(&file, "one").expect("written");
        let mapped = MappedFile::open(&file).expect("mapped");
        std::fs::write(&draft, "another").expect("written");
        std::fs::rename(&draft, &file).expect("replaced");
        assert_eq!(mapped.as_ref(), b"one");
        assert_eq!(MappedFile::open(&file).expect("mapped").as_ref(), b"another");
    }

    #[test]
    fn an_empty_file_is_no_bytes_and_a_directory_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("map");
        std::fs::write(&file, "").expect("written");
        assert_eq!(MappedFile::open(&file).expect("mapped").as_ref(), b"");
        assert!(MappedFile::open(folder.path()).is_err());
        assert!(MappedFile::open(&folder.path().join("nothing")).is_err());
    }
}
