//! What became of the rows of a list.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use crate::id::StationId;

/// So many bad rows are named.
const NAMED: usize = 5;

/// What became of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows, headers and empty lines left out.
    pub rows: u64,
    /// Cells that are on the map.
    pub cells: u64,
    /// Access points that are on the map.
    pub access_points: u64,
    /// Rows that name a station again.
    pub repeated: u64,
    /// Rows of countries that are not wanted.
    pub unwanted: u64,
    /// Access points whose address is made up: it may be anywhere.
    pub made_up: u64,
    /// Rows that cannot be used.
    pub bad: u64,
    /// The first of them.
    pub first_bad: Vec<BadRow>,
    /// Cells of each country.
    pub countries: BTreeMap<u16, u64>,
}

impl Report {
    pub(super) fn add_bad(&mut self, bad: impl FnOnce() -> BadRow) {
        self.bad += 1;
        if self.first_bad.len() < NAMED {
            self.first_bad.push(bad());
        }
    }

    pub(super) fn add_kept(&mut self, id: StationId) {
        match id.country() {
            Some(country) => {
                self.cells += 1;
                *self.countries.entry(country).or_default() += 1;
            }
            None => self.access_points += 1,
        }
    }
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The list it is in.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// Why it cannot be used.
    pub reason: Reason,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}: {}", self.file, self.line, self.reason)
    }
}

/// Why a row cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No known kind of radio.
    #[error("radio is none of GSM, UMTS, LTE, NR, CDMA and WIFI")]
    Radio,
    /// No country.
    #[error("mcc is no country's (200 to 799)")]
    Country,
    /// No network.
    #[error("net is no network's")]
    Network,
    /// No area.
    #[error("area is none that can be")]
    Area,
    /// No cell.
    #[error("cell is none that can be")]
    Cell,
    /// No hardware address.
    #[error("mac is no hardware address")]
    Mac,
    /// It is nowhere.
    #[error("lat and lon name no place")]
    Place,
    /// It is everywhere.
    #[error("the range is kilometres: this access point moves")]
    Moves,
    /// Too long.
    #[error("the line is too long")]
    TooLong,
}

/// Why a list cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[source] io::Error),
    /// It is cut off within what gzip packed.
    #[error("it ends too early: download it again")]
    CutOff,
    /// A header without a column that is needed.
    #[error(
        "its header names no column \"{column}\"; needed are radio, mcc, net, area, cell, lon and lat, \
         or for access points mac, lat and lon"
    )]
    Column {
        /// The first one that is missing.
        column: &'static str,
    },
    /// No row is left.
    #[error("nothing in it is wanted ({rows} rows)")]
    Nothing {
        /// How many rows there are.
        rows: u64,
    },
    /// More rows are bad than not.
    #[error("{} of {} rows are bad, so it was not taken: {}", .0.bad, .0.rows, named(.0))]
    MostlyBad(Box<Report>),
    /// More than fit into memory.
    #[error("it has more than {most} rows: choose countries (--mcc)")]
    TooMany {
        /// How many are taken.
        most: usize,
    },
}

impl From<io::Error> for ImportError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutOff,
            _ => Self::Read(error),
        }
    }
}

fn named(report: &Report) -> String {
    let rows: Vec<_> = report.first_bad.iter().map(BadRow::to_string).collect();
    rows.join("; ")
}
