//! The file of a network: a header, then one table after another, little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `SBROADS` and a line feed |
//! | 8..12 | version of this format |
//! | 12..16 | CRC-32 of everything from byte 16 on |
//! | 16..24 | length of the file |
//! | 24..40, 40..56 | where the nodes, the edges of each way of travelling begin |
//! | 56..184 | where each table begins and how many bytes it has |
//! | 192.. | the tables, each beginning at a multiple of 64 |
//!
//! A flipped byte before 12 is another magic or version; every later one changes the checksum.

use std::ops::Range;

use super::Parts;

const MAGIC: [u8; 8] = *b"SBROADS\n";
const VERSION: u32 = 1;
const TABLES: usize = 8;
const HEADER_LEN: usize = 192;

/// Tables begin at multiples of a cache line.
const ALIGNED_TO: usize = 64;

/// The tables, in the order of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Section {
    NodePoint,
    Order,
    EdgeNodes,
    LengthDm,
    Tags,
    FirstPoint,
    Points,
    Turns,
}

/// Bytes of one entry of each table.
const ENTRY_LEN: [usize; TABLES] = [8, 4, 16, 4, 4, 4, 8, 8];

/// Why a road map cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// Something else.
    #[error("this is no road map of silverbell; make one with its import from an .osm.pbf file")]
    NotAMap,
    /// Written by another version.
    #[error(
        "the road map has format {found}, this version reads {VERSION}; import the roads again"
    )]
    OtherVersion {
        /// Its format.
        found: u32,
    },
    /// Cut off, or something was added.
    #[error(
        "the road map has {found_len} bytes and should have {expected_len}: it was not copied whole; \
         copy it again, or import the roads again"
    )]
    WrongLength {
        /// Bytes there are.
        found_len: u64,
        /// Bytes there should be.
        expected_len: u64,
    },
    /// At least one byte is not what was written.
    #[error(
        "the road map is damaged (checksum {found:08x}, expected {expected:08x}); copy it again, or \
         import the roads again, and have a look at the disk"
    )]
    Damaged {
        /// Checksum of what is there.
        found: u32,
        /// Checksum of what was written.
        expected: u32,
    },
    /// The checksum is right and yet it contradicts itself.
    #[error("the road map contradicts itself: {what}; import the roads again")]
    Contradiction {
        /// What is wrong.
        what: &'static str,
    },
}

/// Where everything lies in a file.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) node_base: [u32; 4],
    pub(crate) edge_base: [u32; 4],
    pub(crate) sections: [Range<usize>; TABLES],
}

impl Layout {
    /// Returns where everything lies, once the bytes are known to be those that were written.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, MapError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(MapError::NotAMap);
        }
        let found_len = bytes.len() as u64;
        if bytes.len() < HEADER_LEN {
            return Err(MapError::WrongLength { found_len, expected_len: HEADER_LEN as u64 });
        }
        let found = u32_at(bytes, 8);
        if found != VERSION {
            return Err(MapError::OtherVersion { found });
        }
        let expected_len = u64_at(bytes, 16);
        if expected_len != found_len {
            return Err(MapError::WrongLength { found_len, expected_len });
        }
        let (found, expected) = (crc32fast::hash(&bytes[16..]), u32_at(bytes, 12));
        if found != expected {
            return Err(MapError::Damaged { found, expected });
        }
        if cfg!(target_endian = "big") {
            return Err(contradiction("its numbers are little-endian, this machine's are not"));
        }
        let bases = |at: usize| [0, 1, 2, 3].map(|n| u32_at(bytes, at + 4 * n));
        let mut sections = [const { 0..0 }; TABLES];
        for (n, section) in sections.iter_mut().enumerate() {
            *section = section_at(bytes, n)?;
        }
        Ok(Self { node_base: bases(24), edge_base: bases(40), sections })
    }
}

/// Returns the bytes of table number `n`.
fn section_at(bytes: &[u8], n: usize) -> Result<Range<usize>, MapError> {
    let (from, len) = (u64_at(bytes, 56 + 16 * n), u64_at(bytes, 64 + 16 * n));
    let until = from.checked_add(len).filter(|until| *until <= bytes.len() as u64);
    let (Ok(from), Some(Ok(until))) = (usize::try_from(from), until.map(usize::try_from)) else {
        return Err(contradiction("a table lies outside of the file"));
    };
    if from % ALIGNED_TO != 0 || (until - from) % ENTRY_LEN[n] != 0 {
        return Err(contradiction("a table does not hold whole entries"));
    }
    Ok(from..until)
}

pub(super) const fn contradiction(what: &'static str) -> MapError {
    MapError::Contradiction { what }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at + 4)) << 32 | u64::from(u32_at(bytes, at))
}

/// Returns the file of a network.
pub(crate) fn to_bytes(parts: &Parts) -> Vec<u8> {
    let tables: [&[u8]; TABLES] = [
        bytemuck::cast_slice(&parts.node_point),
        bytemuck::cast_slice(&parts.order),
        bytemuck::cast_slice(&parts.edge_nodes),
        bytemuck::cast_slice(&parts.length_dm),
        bytemuck::cast_slice(&parts.tags),
        bytemuck::cast_slice(&parts.first_point),
        bytemuck::cast_slice(&parts.points),
        bytemuck::cast_slice(&parts.turns),
    ];
    let mut bytes = vec![0; HEADER_LEN];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    let bases = parts.node_base.iter().chain(&parts.edge_base);
    for (base, field) in bases.zip(bytes[24..56].chunks_exact_mut(4)) {
        field.copy_from_slice(&base.to_le_bytes());
    }
    for (n, table) in tables.into_iter().enumerate() {
        let field = 56 + 16 * n;
        let from = bytes.len() as u64;
        bytes[field..field + 8].copy_from_slice(&from.to_le_bytes());
        bytes[field + 8..field + 16].copy_from_slice(&(table.len() as u64).to_le_bytes());
        bytes.extend_from_slice(table);
        bytes.resize(bytes.len().next_multiple_of(ALIGNED_TO), 0);
    }
    let len = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&len.to_le_bytes());
    let checksum = crc32fast::hash(&bytes[16..]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    bytes
}
