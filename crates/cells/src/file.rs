//! The file of a map: a header, then the stations in the order of their identities, little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `SBCELLS` and a line feed |
//! | 8..12 | version of this format |
//! | 12..16 | CRC-32 of everything from byte 16 on |
//! | 16..24 | length of the file |
//! | 24..32 | zero |
//! | 32.. | stations of 32 bytes each |
//!
//! A flipped byte before 12 is another magic or version; every later one changes the checksum.

use std::io::{self, Write};

use crate::record::{RECORD_LEN, Record, id_in, u32_at, u64_at};

const MAGIC: [u8; 8] = *b"SBCELLS\n";
const VERSION: u32 = 1;

/// Bytes before the first station.
pub(crate) const HEADER_LEN: usize = 32;

/// Where the checksum begins to count.
const CHECKED_FROM: usize = 16;

/// Why a map of cells cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// Something else.
    #[error("this is no map of cells of silverbell; make one with its import from a .csv file")]
    NotAMap,
    /// Written by another version.
    #[error(
        "the map of cells has format {found}, this version reads {VERSION}; import the cells again"
    )]
    OtherVersion {
        /// Its format.
        found: u32,
    },
    /// Cut off, or something was added.
    #[error(
        "the map of cells has {found_len} bytes and should have {expected_len}: it was not copied \
         whole; copy it again, or import the cells again"
    )]
    WrongLength {
        /// Bytes there are.
        found_len: u64,
        /// Bytes there should be.
        expected_len: u64,
    },
    /// At least one byte is not what was written.
    #[error(
        "the map of cells is damaged (checksum {found:08x}, expected {expected:08x}); copy it again, \
         or import the cells again, and have a look at the disk"
    )]
    Damaged {
        /// Checksum of what is there.
        found: u32,
        /// Checksum of what was written.
        expected: u32,
    },
    /// The checksum is right and yet it contradicts itself.
    #[error("the map of cells contradicts itself: {what}; import the cells again")]
    Contradiction {
        /// What is wrong.
        what: &'static str,
    },
}

/// Says whether these bytes are a map as it was written. Reads all of them once.
pub(crate) fn check(bytes: &[u8]) -> Result<(), MapError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(MapError::NotAMap);
    }
    let found_len = bytes.len() as u64;
    let Some(checked) = bytes.get(CHECKED_FROM..).filter(|_| bytes.len() >= HEADER_LEN) else {
        return Err(MapError::WrongLength { found_len, expected_len: HEADER_LEN as u64 });
    };
    let found = u32_at(bytes, 8);
    if found != VERSION {
        return Err(MapError::OtherVersion { found });
    }
    let expected_len = u64_at(bytes, CHECKED_FROM);
    if expected_len != found_len {
        return Err(MapError::WrongLength { found_len, expected_len });
    }
    let (found, expected) = (crc32fast::hash(checked), u32_at(bytes, 12));
    if found != expected {
        return Err(MapError::Damaged { found, expected });
    }
    check_stations(bytes.get(HEADER_LEN..).unwrap_or_default())
}

fn check_stations(bytes: &[u8]) -> Result<(), MapError> {
    let contradiction = |what| Err(MapError::Contradiction { what });
    let (stations, rest) = bytes.as_chunks();
    if !rest.is_empty() {
        return contradiction("it ends within a station");
    }
    if !stations.is_sorted_by(|one, next| id_in(one) < id_in(next)) {
        return contradiction("its stations are not in order");
    }
    if !stations.iter().all(|station| Record::of(station).is_some()) {
        return contradiction("a station is nowhere");
    }
    Ok(())
}

/// Writes the file of these stations, which are in order.
pub(crate) fn write(
    records: impl ExactSizeIterator<Item = Record> + Clone,
    mut to: impl Write,
) -> io::Result<()> {
    let len = (HEADER_LEN + records.len() * RECORD_LEN) as u64;
    let mut checked = [0; HEADER_LEN - CHECKED_FROM];
    checked[..8].copy_from_slice(&len.to_le_bytes());
    // Twice through the stations, so that nothing has to be written into the middle of a file.
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&checked);
    records.clone().for_each(|record| checksum.update(&record.to_bytes()));
    to.write_all(&MAGIC)?;
    to.write_all(&VERSION.to_le_bytes())?;
    to.write_all(&checksum.finalize().to_le_bytes())?;
    to.write_all(&checked)?;
    for record in records {
        to.write_all(&record.to_bytes())?;
    }
    to.flush()
}
