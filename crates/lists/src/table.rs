//! From text to a table, and back.

use std::collections::HashMap;

use crate::cell::{Delimiter, unprotected};
use crate::text::{self, Encoding};
use crate::{BadRow, ListError};

/// A list has at most so many rows.
pub const MOST_ROWS: usize = 100_000;

/// What was read of a list.
#[derive(Clone, Debug)]
pub struct List<T> {
    /// The rows that can be understood.
    pub rows: Vec<T>,
    /// Those that cannot.
    pub bad: Vec<BadRow>,
    /// How the text was read.
    pub encoding: Encoding,
    /// What stands between fields.
    pub delimiter: Delimiter,
    /// Columns that mean nothing here.
    pub unknown_columns: Vec<String>,
}

/// A table: where each known column is, and the rows with their lines.
pub(crate) struct Table {
    columns: HashMap<String, usize>,
    width: usize,
    rows: Vec<(u64, csv::StringRecord)>,
    encoding: Encoding,
    delimiter: Delimiter,
    unknown: Vec<String>,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
    pub(crate) line: u64,
}

impl Row<'_> {
    /// Returns whether the table has such a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.table.columns.contains_key(column)
    }

    /// Returns a cell, trimmed; empty where there is no such column.
    pub(crate) fn cell(&self, column: &str) -> &str {
        let place = self.table.columns.get(column);
        let cell = place.and_then(|place| self.record.get(*place)).unwrap_or_default();
        unprotected(cell.trim_matches([' ', '\u{3000}', '\n', '\r'])).trim()
    }
}

impl Table {
    /// Reads a table. `known` says how a column is called that is known by the name in the file.
    pub(crate) fn read(
        bytes: &[u8],
        known: impl Fn(&str) -> Option<String>,
        required: &[&str],
    ) -> Result<Self, ListError> {
        let (text, encoding) = text::read(bytes)?;
        if let Some(line) = open_quote(&text) {
            return Err(ListError::OpenQuote(line));
        }
        let delimiter = Delimiter::of(&text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter.sign() as u8)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        // Of a text no record fails to be read.
        let Some(Ok(header)) = records.next() else { return Err(ListError::Empty) };
        let (mut columns, mut unknown) = (HashMap::new(), Vec::new());
        for (place, name) in header.iter().enumerate() {
            let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
            match known(&name) {
                Some(column) => {
                    if columns.insert(column.clone(), place).is_some() {
                        return Err(ListError::ColumnTwice(column));
                    }
                }
                None if name.is_empty() => {}
                None => unknown.push(name.chars().take(64).collect()),
            }
        }
        let missing = required.iter().filter(|column| !columns.contains_key(**column));
        let missing: Vec<String> = missing.map(|column| (*column).to_owned()).collect();
        if !missing.is_empty() {
            return Err(ListError::MissingColumns(missing));
        }
        let (mut rows, mut lines) = (Vec::new(), Lines::of(&text));
        for record in records {
            let record = record.map_err(|_| ListError::NotText)?;
            let line = lines.line_at(record.position().map_or(0, csv::Position::byte));
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if rows.len() >= MOST_ROWS {
                return Err(ListError::TooManyRows);
            }
            rows.push((line, record));
        }
        Ok(Self { columns, width: header.len(), rows, encoding, delimiter, unknown })
    }

    /// Has every row understood.
    pub(crate) fn understood<T>(self, read: impl Fn(Row<'_>) -> Result<T, Vec<BadRow>>) -> List<T> {
        let (mut rows, mut bad) = (Vec::with_capacity(self.rows.len()), Vec::new());
        for (line, record) in &self.rows {
            if record.len() != self.width {
                let words = format!("{} fields instead of {}", record.len(), self.width);
                bad.push(BadRow::new(*line, "", "wrong_fields", words));
                continue;
            }
            match read(Row { table: &self, record, line: *line }) {
                Ok(row) => rows.push(row),
                Err(faults) => bad.extend(faults),
            }
        }
        let Self { encoding, delimiter, unknown: unknown_columns, .. } = self;
        List { rows, bad, encoding, delimiter, unknown_columns }
    }
}

/// Counts lines as an editor does: where a record begins, the break before it may still be to come.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn of(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// Returns the line of the record that begins there; not before the one asked about last.
    fn line_at(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.at, self.text.len());
        let breaks = self.text[from..].iter().take_while(|sign| matches!(sign, b'\r' | b'\n'));
        let begin = from + breaks.count();
        let passed = self.text[self.at..begin].iter().filter(|sign| **sign == b'\n').count();
        (self.at, self.line) = (begin, self.line + passed as u64);
        self.line
    }
}

/// Returns on which line a quotation mark is opened that is never closed.
fn open_quote(text: &str) -> Option<u64> {
    let delimiter = Delimiter::of(text).sign();
    let (mut line, mut opened, mut is_first) = (1_u64, None, true);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        line += u64::from(sign == '\n');
        match (sign, opened) {
            ('"', Some(_)) => {
                // Two of them are one that is meant.
                if signs.next_if_eq(&'"').is_none() {
                    opened = None;
                }
                is_first = false;
            }
            ('"', None) if is_first => opened = Some(line),
            _ => is_first = sign == '\n' || sign == '\r' || sign == delimiter,
        }
    }
    opened
}

/// Writes a list as spreadsheets read it: UTF-8 with its mark, lines that end in CR LF.
#[must_use]
pub fn write(columns: &[String], records: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(&mut bytes);
        // Into memory: writing cannot fail.
        drop(writer.write_record(columns));
        for record in records {
            drop(writer.write_record(record));
        }
        drop(writer.flush());
    }
    bytes
}
