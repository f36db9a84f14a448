//! From lists of masts and access points to a table: OpenCellID's form, plain or packed by gzip.
//!
//! Every row is held in memory, 40 bytes each, and sorted there: fifty million of them, the whole
//! world, take two gigabytes, up to four while their list grows; a country ([`Wanted`]) a part of it.

mod columns;
mod lines;
mod report;
mod row;

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::Table;
use crate::table::Row;
use columns::{Columns, Fields};
use lines::{Line, Lines};
use row::Outcome;

pub use report::{BadRow, ImportError, Reason, Report};

/// Most rows that are taken: four times what OpenCellID has of the world, eight gigabytes.
const MAX_ROWS: usize = 200_000_000;

/// Bytes that are read at once.
const BUFFER_LEN: usize = 1 << 18;

/// It is said every so many rows how far it is.
const ROWS_BETWEEN_NEWS: u64 = 1 << 14;

/// What a file begins with that is packed by gzip (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What is wanted of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Country codes; all of them when empty. Access points belong to no country and are always
    /// wanted.
    pub countries: Vec<u16>,
}

impl Wanted {
    fn has(&self, country: u64) -> bool {
        self.countries.is_empty() || self.countries.iter().any(|one| u64::from(*one) == country)
    }
}

/// Reads one list after another, and makes one table of them.
#[derive(Debug)]
pub struct Import {
    wanted: Wanted,
    rows: Vec<Row>,
    report: Report,
}

impl Import {
    /// Returns an import that has read nothing yet.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, rows: Vec::new(), report: Report::default() }
    }

    /// Reads a list, packed by gzip or not. `name` is what its bad rows are named by; `progress` is
    /// told now and then how many bytes of it were read.
    ///
    /// # Errors
    /// [`ImportError`]; the import is then good for nothing.
    pub fn read(
        &mut self,
        name: &str,
        from: impl Read,
        mut progress: impl FnMut(u64),
    ) -> Result<(), ImportError> {
        let count = Cell::new(0);
        let mut from = BufReader::with_capacity(BUFFER_LEN, Counted { from, count: &count });
        let mut progress = || progress(count.get());
        if from.fill_buf()?.starts_with(&GZIP) {
            let unpacked = MultiGzDecoder::new(from);
            self.lines(name, BufReader::with_capacity(BUFFER_LEN, unpacked), &mut progress)?;
        } else {
            self.lines(name, from, &mut progress)?;
        }
        progress();
        Ok(())
    }

    fn lines(
        &mut self,
        name: &str,
        from: impl BufRead,
        progress: &mut impl FnMut(),
    ) -> Result<(), ImportError> {
        let mut lines = Lines::new(from);
        let mut form = Form { columns: Columns::OPENCELLID, first: None };
        while let Some(line) = lines.next()? {
            let outcome = match line {
                Line::TooLong => Err(Reason::TooLong),
                Line::Text(text) if text.is_empty() => continue,
                Line::Text(text) => {
                    let fields = Fields::of(&text);
                    if form.is_header(&text, &fields)? {
                        continue;
                    }
                    row::read(&form.columns, &fields, &self.wanted)
                }
            };
            self.note(name, lines.number(), outcome)?;
            if self.report.rows.is_multiple_of(ROWS_BETWEEN_NEWS) {
                progress();
            }
        }
        Ok(())
    }

    fn note(
        &mut self,
        name: &str,
        line: u64,
        outcome: Result<Outcome, Reason>,
    ) -> Result<(), ImportError> {
        self.report.rows += 1;
        match outcome {
            Ok(Outcome::Station(_)) if self.rows.len() == MAX_ROWS => {
                return Err(ImportError::TooMany { most: MAX_ROWS });
            }
            Ok(Outcome::Station(row)) => self.rows.push(row),
            Ok(Outcome::Unwanted) => self.report.unwanted += 1,
            Ok(Outcome::MadeUp) => self.report.made_up += 1,
            Err(reason) => self.report.add_bad(|| BadRow { file: name.to_owned(), line, reason }),
        }
        Ok(())
    }

    /// Returns the table, and what became of the rows.
    ///
    /// # Errors
    /// [`ImportError::Nothing`], [`ImportError::MostlyBad`]: such a list had better not take the place
    /// of one that is in use.
    pub fn finish(self) -> Result<(Table, Report), ImportError> {
        let Self { rows, mut report, .. } = self;
        let read = rows.len() as u64;
        if report.bad > read + report.unwanted + report.made_up {
            return Err(ImportError::MostlyBad(Box::new(report)));
        }
        if rows.is_empty() {
            return Err(ImportError::Nothing { rows: report.rows });
        }
        let table = Table::new(rows);
        table.records().for_each(|record| report.add_kept(record.id));
        report.repeated = read - report.cells - report.access_points;
        Ok((table, report))
    }
}

/// The form of a list.
struct Form {
    columns: Columns,
    /// Its first line.
    first: Option<String>,
}

impl Form {
    /// Returns whether a line is a header, and goes by it: the first line may be one, and so are later
    /// ones that are the same, for lists are joined end to end.
    fn is_header(&mut self, text: &str, fields: &Fields<'_>) -> Result<bool, ImportError> {
        if self.first.as_ref().is_some_and(|first| first != text) {
            return Ok(false);
        }
        self.first.get_or_insert_with(|| text.to_owned());
        let Some(columns) = Columns::named(fields) else { return Ok(false) };
        self.columns = columns?;
        Ok(true)
    }
}

/// Counts what is read through it.
struct Counted<'a, R> {
    from: R,
    count: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}
