//! Stations in memory, in the order of the map.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::file;
use crate::record::{RECORD_LEN, Record};

/// One row of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) record: Record,
    /// How often it was measured.
    pub(crate) samples: u32,
    /// When it was measured last, seconds since 1970.
    pub(crate) updated_s: u32,
}

/// Stations that were imported, each once, to be written as a map.
#[derive(Clone, Debug)]
pub struct Table(Vec<Row>);

impl Table {
    /// Puts rows in order. Of several that name the same station the one that was measured most often
    /// stays, of these the newest; whatever is left to choose does not depend on the order of rows.
    ///
    /// The kind of radio is no part of the name, for devices do not tell it.
    pub(crate) fn new(mut rows: Vec<Row>) -> Self {
        let rank =
            |row: &Row| (row.record.id, Reverse(row.samples), Reverse(row.updated_s), row.record);
        rows.sort_unstable_by_key(rank);
        rows.dedup_by_key(|row| row.record.id);
        Self(rows)
    }

    pub(crate) fn records(&self) -> impl ExactSizeIterator<Item = Record> + Clone {
        self.0.iter().map(|row| row.record)
    }

    /// Writes the map as it is read by [`crate::Cells::open`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        file::write(self.records(), to)
    }

    /// Returns how many bytes its file has.
    #[must_use]
    pub fn file_len(&self) -> usize {
        file::HEADER_LEN + self.0.len() * RECORD_LEN
    }
}
