//! The frames of a .osm.pbf file, one after another, each within its bounds.
//!
//! `osmpbf` reads a frame; which bytes are one is found here, because at the end of a file it takes a
//! frame that was cut off for the end.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use osmpbf::{BlobDecode, BlobReader, PrimitiveBlock};

use super::ImportError;

/// The most that the format allows for the header of a frame, bytes.
const MAX_HEADER_LEN: u32 = 64 * 1024;

/// The most that the format allows for the rest of a frame, bytes.
const MAX_BLOB_LEN: u64 = 32 * 1024 * 1024;

/// What a reader of this format must know and this one does.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// Reads the blocks of a file.
#[derive(Debug)]
pub struct Frames<R> {
    reader: R,
    at: u64,
    len: u64,
}

impl<R: Read + Seek> Frames<R> {
    /// Begins at the beginning.
    ///
    /// # Errors
    /// When the file is empty or cannot be read.
    pub fn new(mut reader: R) -> Result<Self, ImportError> {
        let len = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        if len == 0 {
            return Err(ImportError::Empty);
        }
        Ok(Self { reader, at: 0, len })
    }

    /// Begins at the beginning again.
    fn rewind(&mut self) -> Result<(), ImportError> {
        self.reader.rewind()?;
        self.at = 0;
        Ok(())
    }

    /// Shows every block of elements to `look`, from the beginning, and says after each how many bytes
    /// were read and how many there are.
    ///
    /// # Errors
    /// In words, when the file is damaged, cut off or cannot be read.
    pub fn each_block<E: From<ImportError>>(
        &mut self,
        mut look: impl FnMut(&PrimitiveBlock) -> Result<(), E>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), E> {
        self.rewind()?;
        loop {
            let begun_at = self.at;
            let Some(block) = self.next_block()? else { return Ok(()) };
            // The decoder panics at numbers that no file should have, an unknown kind of member for
            // instance. Nothing of what was read so far is used then.
            let looked = catch_unwind(AssertUnwindSafe(|| look(&block)));
            looked.map_err(|_| ImportError::Damaged {
                at: begun_at,
                error: "an element makes no sense".to_owned(),
            })??;
            progress(self.at, self.len);
        }
    }

    /// Returns the next block of elements, `None` at the end.
    fn next_block(&mut self) -> Result<Option<PrimitiveBlock>, ImportError> {
        while self.at < self.len {
            let begun_at = self.at;
            let frame = self.frame()?;
            let blob = match BlobReader::new(&frame[..]).next() {
                Some(Ok(blob)) => blob,
                Some(Err(error)) => return Err(damaged(begun_at, &error)),
                None => return Err(ImportError::Damaged { at: begun_at, error: String::new() }),
            };
            match blob.decode().map_err(|error| damaged(begun_at, &error))? {
                BlobDecode::OsmData(block) => return Ok(Some(block)),
                BlobDecode::OsmHeader(header) => {
                    let unknown = header
                        .required_features()
                        .iter()
                        .find(|feature| !KNOWN_FEATURES.contains(&feature.as_str()));
                    if let Some(feature) = unknown {
                        return Err(ImportError::Feature { feature: feature.clone() });
                    }
                }
                BlobDecode::Unknown(_) => {} // the format says to skip it
            }
        }
        Ok(None)
    }

    /// Returns the bytes of the next frame: the length of its header, the header, the blob.
    fn frame(&mut self) -> Result<Vec<u8>, ImportError> {
        let is_first = self.at == 0;
        let begun_at = self.at;
        let wrong = |error: &str| match is_first {
            true => ImportError::NotPbf,
            false => ImportError::Damaged { at: begun_at, error: error.to_owned() },
        };
        let mut frame = Vec::new();
        self.read(4, &mut frame).map_err(|error| if is_first { wrong("") } else { error })?;
        let header_len = frame.iter().fold(0, |len, byte| len << 8 | u32::from(*byte));
        if header_len == 0 || header_len > MAX_HEADER_LEN {
            return Err(wrong("the header of a frame is too long"));
        }
        self.read(u64::from(header_len), &mut frame)?;
        let header = BlobReader::new_seekable(Cursor::new(&frame[..]))
            .ok()
            .and_then(|mut header| header.next_header_skip_blob())
            .and_then(Result::ok)
            .ok_or_else(|| wrong("the header of a frame cannot be read"))?;
        if is_first && header.0.blob_type() != osmpbf::BlobType::OsmHeader {
            return Err(ImportError::NotPbf);
        }
        let blob_len = u64::try_from(header.0.get_blob_size()).unwrap_or(u64::MAX);
        if blob_len > MAX_BLOB_LEN {
            return Err(wrong("a frame is too long"));
        }
        self.read(blob_len, &mut frame)?;
        Ok(frame)
    }

    fn read(&mut self, len: u64, into: &mut Vec<u8>) -> Result<(), ImportError> {
        let read = (&mut self.reader).take(len).read_to_end(into)? as u64;
        self.at += read;
        if read < len {
            return Err(ImportError::CutOff { len: self.len, missing: len - read });
        }
        Ok(())
    }
}

fn damaged(at: u64, error: &osmpbf::Error) -> ImportError {
    ImportError::Damaged { at, error: error.to_string() }
}
