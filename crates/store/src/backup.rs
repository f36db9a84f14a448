//! A backup: every row of the store as text, bound to no backend, so that what one wrote another
//! can read.
//!
//! The format is lines of JSON. First what it is, then each table's name and columns followed by
//! its rows (a list of values each), and last how many rows there were and the SHA-256 of all the
//! lines before. Bytes are hexadecimal, flags `true` and `false`, texts as they were said. Rows come
//! in the order of their key, so that the same rows are the same backup, whoever writes it.

use std::io::{BufRead, ErrorKind, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::StoreError;

/// What the first line calls itself.
const MAGIC: &str = "silverbell backup";

/// The version of the format.
const FORMAT: u32 = 1;

/// The longest line, bytes. A row is a ticket's document at most, of which a few hundred KiB would
/// be extraordinary.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// How many rows are read at once, at most.
const ROWS_AT_ONCE: usize = 500;

/// How much is read at once before another row is, at most, bytes.
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// What a column holds, and so how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text as somebody or something said it; a backend may keep it otherwise.
    Text,
    /// A document of ours, JSON: every backend keeps its bytes as they are.
    Document,
    /// A UUID.
    Id,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// Yes or no.
    Flag,
    /// Bytes, written in hexadecimal.
    Bytes,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in every backend.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A table, of the same name and columns in every backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns by which its rows are ordered: its key, or all where it has none.
    pub key: &'static [&'static str],
    /// Its columns.
    pub columns: &'static [Column],
}

macro_rules! tables {
    ($($table:ident [$($key:ident)+] { $($column:ident $kind:ident),+ $(,)? })+) => {
        &[$(Table {
            name: stringify!($table),
            key: &[$(stringify!($key)),+],
            columns: &[$(Column { name: stringify!($column), kind: Kind::$kind }),+],
        }),+]
    };
}

/// Every table that a backup holds, in an order in which what is referred to comes first. Not among
/// them is PostgreSQL's `writers`: what a process committed last is of use to that process alone.
pub const TABLES: &[Table] = tables! {
    districts [id] {
        id Text, name Text, time_zone Text, last_seq Integer, last_number Integer, weather Text,
    }
    seniors [district id] {
        district Text, id Id, name Text, born Text, village Text, address Text, phones Text,
        lat Real, lon Real, file Document, needs Text, pinyin Text,
    }
    responders [district id] { district Text, id Id, file Document }
    shifts [district id] {
        district Text, id Id, responder Id, from_at Integer, to_at Integer,
    }
    devices [id] {
        id Id, protocol Text, ident Text, district Text, senior Id, key_sha256 Bytes, model Text,
    }
    users [id] {
        id Id, username Text, display_name Text, password_hash Text, role Text, responder Id,
    }
    user_districts [user_id district] { user_id Id, district Text }
    desks [user_id] {
        user_id Id, state Text, since Integer, seen_at Integer, sound_heard_at Integer,
    }
    shift_notes [district id] { district Text, id Id, user_id Id, at Integer, text Text, open_tickets Integer }
    shift_note_reads [district note user_id] { district Text, note Id, user_id Id, at Integer }
    closed_months [district month] {
        district Text, month Text, closed_at Integer, closed_by Id, sha256 Bytes, report Document,
    }
    sessions [token_sha256] { token_sha256 Bytes, user_id Id, created_at Integer, expires_at Integer }
    idempotency_keys [user_id key] { user_id Id, key Text, fingerprint Bytes, subject Document, at Integer }
    tickets [district id] {
        district Text, id Id, number Integer, senior Id, unknown_ident Text, source_addr Text,
        kind Text, emergency Flag, open Flag, urgency Integer, version Integer,
        received_at Integer, closed_at Integer, chain Bytes, state Document,
    }
    ticket_facts [district received_at ticket] {
        district Text, received_at Integer, ticket Id, version Integer, facts Bytes,
    }
    offers [district id] {
        district Text, id Id, ticket Id, responder Id, role Text, status Text, active Flag,
        engaged Flag,
    }
    signals [district id] {
        district Text, id Id, protocol Text, ident Text, device Id, kind Text, event_id Text,
        body_sha256 Bytes, verified Flag, received_at Integer, pressed_at Integer, ticket Id,
        joined Flag, flags Document, position Document, battery_pct Integer, source_addr Text, raw Bytes,
    }
    events [district seq] {
        district Text, seq Integer, ticket Id, at Integer, name Text, body Document, hash Bytes,
    }
    deadlines [district ticket kind] { district Text, ticket Id, kind Text, at Integer }
    outbox [id] {
        id Id, district Text, ticket Id, kind Text, payload Document, due_at Integer,
        attempts Integer, leased_until Integer, finished_at Integer, failure Text,
        urgency Integer, expires_at Integer, failures Integer,
    }
    last_positions [district responder] {
        district Text, responder Id, lat Real, lon Real, at Integer, heard_at Integer,
    }
    positions [received_at subject at source district lat lon accuracy_m] {
        district Text, subject Id, at Integer, received_at Integer, lat Real, lon Real,
        accuracy_m Real, source Text,
    }
    device_states [district device] {
        district Text, device Id, heard_at Integer, battery_pct Integer, battery_at Integer,
        position Document, position_at Integer, pressed_at Integer, worked_at Integer,
    }
    device_reports [received_at device kinds raw district battery_pct position] {
        district Text, device Id, received_at Integer, kinds Document, battery_pct Integer,
        position Document, raw Bytes,
    }
    keys [district id] {
        district Text, id Id, senior Id, out_since Integer, retired Flag, version Integer,
        entry Document, sealed_with Text, sealed Bytes,
    }
    photos [district id] {
        district Text, id Id, ticket Id, at Integer, sealed_with Text, sealed Bytes,
    }
    faces [district senior] {
        district Text, senior Id, at Integer, sealed_with Text, sealed Bytes,
    }
    push_subscriptions [endpoint_sha256] {
        endpoint_sha256 Bytes, responder Id, session_sha256 Bytes, at Integer, sealed_with Text,
        sealed Bytes,
    }
    access_log [district id] {
        district Text, id Id, at Integer, user_id Id, thing Text, thing_id Id, act Text, ticket Id,
        allowed Flag, why Text,
    }
    calls [id] { id Id, district Text, senior Id, ringing_at Integer, record Document, open Flag }
};

/// Why a backup cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file cannot be read or written.
    #[error("the backup cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// It is something else.
    #[error("this is not a backup of silverbell")]
    Foreign,
    /// A later version wrote it.
    #[error("a newer silverbell wrote this backup ({0}): restore it with that version")]
    Newer(String),
    /// It is not what was written.
    #[error("the backup is damaged: {0}; take another copy of it, nothing was restored")]
    Damaged(String),
}

/// Why a backup of a database, or a database from a backup, was not made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The backup's side.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The database's side.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Restoring never writes over what is there; what to do about it, in words.
    #[error("{0}")]
    Occupied(String),
}

#[derive(Serialize, Deserialize)]
struct Head {
    is: String,
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct End {
    rows: u64,
    sha256: String,
}

/// A line of a backup that is not a row.
#[derive(Deserialize)]
#[serde(untagged)]
enum Mark {
    Table(TableLine),
    End(End),
}

impl CopyError {
    /// Returns the error of a row that cannot be read; without what it holds, which is somebody's.
    #[must_use]
    pub fn unreadable_row(table: &Table) -> Self {
        let words = format!("a row of {} cannot be read: run `silverbell check`", table.name);
        Self::Store(StoreError::Corrupt(words))
    }

    /// Returns the error of rows that the database does not take. `rule` names the rule, and nothing
    /// that a row holds.
    #[must_use]
    pub fn broken_rule(table: &str, rule: impl std::fmt::Display) -> Self {
        let words = format!("rows of {table} break a rule of the database ({rule})");
        BackupError::Damaged(words).into()
    }
}

impl BackupError {
    /// Returns the error of a value that is not of its column's kind.
    #[must_use]
    pub fn senseless(column: &str) -> Self {
        Self::Damaged(format!("a value of {column} makes no sense"))
    }
}

/// Writes a backup.
#[derive(Debug)]
pub struct BackupWriter<W> {
    out: W,
    hash: Sha256,
    rows: u64,
}

impl<W: Write> BackupWriter<W> {
    /// Begins a backup.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W) -> Result<Self, BackupError> {
        let mut writer = Self { out, hash: Sha256::new(), rows: 0 };
        writer.json(&Head { is: MAGIC.into(), format: FORMAT })?;
        Ok(writer)
    }

    /// Begins a table: its rows follow.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn table(&mut self, table: &Table) -> Result<(), BackupError> {
        let columns = table.columns.iter().map(|column| column.name.to_owned()).collect();
        self.json(&TableLine { table: table.name.into(), columns })
    }

    /// Writes a row: the values of the table's columns, in their order.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, row: &[Value]) -> Result<(), BackupError> {
        self.rows += 1;
        self.json(&row)
    }

    /// Ends the backup; returns what it was written to, and how many rows there are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(W, u64), BackupError> {
        let sha256 = hex::encode(self.hash.clone().finalize());
        let rows = self.rows;
        self.json(&End { rows, sha256 })?;
        self.out.flush()?;
        Ok((self.out, rows))
    }

    fn json(&mut self, value: &impl Serialize) -> Result<(), BackupError> {
        let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
        self.line(&text)
    }

    fn line(&mut self, text: &str) -> Result<(), BackupError> {
        self.hash.update(text.as_bytes());
        self.hash.update(b"\n");
        self.out.write_all(text.as_bytes())?;
        Ok(self.out.write_all(b"\n")?)
    }
}

/// Some rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The table's name.
    pub table: &'static str,
    /// The columns, in the order of the values.
    pub columns: Vec<Column>,
    /// A JSON list of rows, a list of values each.
    pub rows: String,
}

impl Rows {
    /// Returns the rows one by one.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] when they cannot be read or one has more or fewer values than columns.
    pub fn values(&self) -> Result<Vec<Vec<Value>>, BackupError> {
        let rows: Vec<Vec<Value>> = serde_json::from_str(&self.rows)
            .map_err(|_| damaged(&format!("a row of {} cannot be read", self.table)))?;
        if rows.iter().any(|row| row.len() != self.columns.len()) {
            return Err(damaged(&format!("a row of {} is too short or too long", self.table)));
        }
        Ok(rows)
    }
}

/// Reads a backup. What it returns may be kept only once it has returned `None`: only then is it
/// known that nothing was missing and nothing altered.
#[derive(Debug)]
pub struct BackupReader<R> {
    input: R,
    hash: Sha256,
    rows: u64,
    table: Option<(&'static str, Vec<Column>)>,
    /// A line that was read and not used yet.
    next: Option<String>,
}

impl<R: BufRead> BackupReader<R> {
    /// Begins to read a backup.
    ///
    /// # Errors
    /// [`BackupError::Foreign`], [`BackupError::Newer`], and when it cannot be read.
    pub fn new(input: R) -> Result<Self, BackupError> {
        let mut reader = Self { input, hash: Sha256::new(), rows: 0, table: None, next: None };
        let line = reader.line().map_err(|error| match error {
            BackupError::Damaged(_) => BackupError::Foreign,
            other => other,
        })?;
        let head: Head = serde_json::from_str(&line).map_err(|_| BackupError::Foreign)?;
        if head.is != MAGIC {
            return Err(BackupError::Foreign);
        }
        if head.format > FORMAT {
            return Err(BackupError::Newer(format!("format {}", head.format)));
        }
        reader.hashed(&line);
        Ok(reader)
    }

    /// Returns the next rows; `None` at the end of a backup that is whole.
    ///
    /// # Errors
    /// [`BackupError::Damaged`], [`BackupError::Newer`], and when it cannot be read.
    pub fn rows(&mut self) -> Result<Option<Rows>, BackupError> {
        loop {
            let line = self.take()?;
            if line.starts_with('[') {
                return self.rows_from(line).map(Some);
            }
            match serde_json::from_str(&line).map_err(|_| damaged("a line cannot be read"))? {
                Mark::Table(table) => {
                    self.table = Some(known(&table)?);
                    self.hashed(&line);
                }
                Mark::End(end) => return self.end(&end),
            }
        }
    }

    /// Collects rows from this one on.
    fn rows_from(&mut self, first: String) -> Result<Rows, BackupError> {
        let (table, columns) =
            self.table.clone().ok_or_else(|| damaged("a row without a table"))?;
        let mut rows = String::from("[");
        let mut line = first;
        for count in 1.. {
            self.hashed(&line);
            self.rows += 1;
            rows.push_str(&line);
            line = self.line()?;
            if !line.starts_with('[') || count >= ROWS_AT_ONCE || rows.len() >= BYTES_AT_ONCE {
                break;
            }
            rows.push(',');
        }
        self.next = Some(line);
        rows.push(']');
        Ok(Rows { table, columns, rows })
    }

    fn end(&mut self, end: &End) -> Result<Option<Rows>, BackupError> {
        if end.rows != self.rows || end.sha256 != hex::encode(self.hash.clone().finalize()) {
            return Err(damaged("it is not what was written"));
        }
        if self.input.read(&mut [0]).map_err(unreadable)? > 0 {
            return Err(damaged("there is something behind its end"));
        }
        Ok(None)
    }

    fn take(&mut self) -> Result<String, BackupError> {
        match self.next.take() {
            Some(line) => Ok(line),
            None => self.line(),
        }
    }

    fn line(&mut self) -> Result<String, BackupError> {
        let mut line = String::new();
        let mut input = (&mut self.input).take(LONGEST_LINE);
        let length = input.read_line(&mut line).map_err(unreadable)?;
        if length == 0 || line.pop() != Some('\n') {
            return Err(damaged("its end is missing"));
        }
        Ok(line)
    }

    fn hashed(&mut self, line: &str) {
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
    }
}

/// What cannot be unpacked is damaged; anything else is the disk's.
fn unreadable(error: std::io::Error) -> BackupError {
    match error.kind() {
        ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
            damaged("it cannot be unpacked")
        }
        _ => error.into(),
    }
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.into())
}

/// Finds a table and its columns among ours: a name out of a file never becomes a statement.
fn known(line: &TableLine) -> Result<(&'static str, Vec<Column>), BackupError> {
    let newer = |what: &str| BackupError::Newer(format!("{what} is unknown here"));
    let table = TABLES.iter().find(|table| table.name == line.table);
    let table = table.ok_or_else(|| newer(&line.table))?;
    let column = |name: &String| {
        let column = table.columns.iter().find(|column| column.name == name);
        column.copied().ok_or_else(|| newer(&format!("{}.{name}", table.name)))
    };
    Ok((table.name, line.columns.iter().map(column).collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "these are tests")]

    use super::*;

    fn written(rows: &[(&str, &[&str])]) -> String {
        let mut writer = BackupWriter::new(Vec::new()).unwrap();
        for (name, rows) in rows {
            writer.table(TABLES.iter().find(|table| table.name == *name).unwrap()).unwrap();
            for row in *rows {
                let values: Vec<Value> = serde_json::from_str(row).unwrap();
                writer.row(&values).unwrap();
            }
        }
        String::from_utf8(writer.finish().unwrap().0).unwrap()
    }

    fn read(text: &str) -> Result<Vec<(&'static str, String)>, BackupError> {
        let mut reader = BackupReader::new(text.as_bytes())?;
        let mut all = Vec::new();
        while let Some(rows) = reader.rows()? {
            all.push((rows.table, rows.rows));
        }
        Ok(all)
    }

    fn sample() -> String {
        written(&[
            ("districts", &[r#"["longwen","龙文区","Asia/Shanghai",2,1]"#]),
            ("seniors", &[]),
            ("deadlines", &[r#"["longwen","t","offer",1]"#, r#"["longwen","t","quiet",2]"#]),
        ])
    }

    #[test]
    fn what_was_written_is_read_table_by_table() {
        let read = read(&sample()).unwrap();
        let tables: Vec<_> = read.iter().map(|(table, _)| *table).collect();
        assert_eq!(tables, ["districts", "deadlines"]);
        assert_eq!(read[1].1, r#"[["longwen","t","offer",1],["longwen","t","quiet",2]]"#);
    }

    #[test]
    fn a_number_keeps_its_last_digit_and_a_row_its_length() {
        let row = |values: &str| {
            let text = written(&[("last_positions", &[values])]);
            BackupReader::new(text.as_bytes()).unwrap().rows().unwrap().unwrap().values()
        };
        let numbers = [i64::MAX, i64::MIN, 0];
        for (number, real) in numbers.into_iter().zip([0.1 + 0.2, f64::MAX, -5e-324]) {
            let values = vec![
                Value::from("longwen"),
                Value::from("r"),
                Value::from(real),
                Value::Null,
                Value::from(number),
                Value::from(1),
            ];
            let text = serde_json::to_string(&values).unwrap();
            assert_eq!(row(&text).unwrap(), [values]);
        }
        assert!(matches!(row("[1,2]"), Err(BackupError::Damaged(_))));
    }

    #[test]
    fn every_table_is_ordered_by_columns_of_its_own() {
        for table in TABLES {
            let known = |name: &&str| table.columns.iter().any(|column| column.name == *name);
            assert!(table.key.iter().all(known), "{}", table.name);
        }
    }

    #[test]
    fn many_rows_come_in_parts_and_none_is_lost() {
        let row = r#"["longwen","t","quiet",2]"#;
        let read = read(&written(&[("deadlines", &[row; 1_201])])).unwrap();
        let count = |rows: &str| serde_json::from_str::<Vec<Value>>(rows).unwrap().len();
        let sizes: Vec<_> = read.iter().map(|(_, rows)| count(rows)).collect();
        assert_eq!(sizes, [500, 500, 201]);
    }

    #[test]
    fn a_changed_byte_a_missing_end_and_an_addition_are_noticed() {
        let whole = sample();
        let cut = &whole[..whole.len() - 10];
        let lines: Vec<&str> = whole.lines().collect();
        let short = format!("{}\n", [&lines[..4], &lines[5..]].concat().join("\n"));
        let end_gone = format!("{}\n", lines[..lines.len() - 1].join("\n"));
        for text in [&*whole.replace("龙", "凤"), cut, &short, &end_gone, &format!("{whole}[]\n")]
        {
            let error = read(text).unwrap_err();
            assert!(matches!(error, BackupError::Damaged(_)), "{error}");
        }
    }

    #[test]
    fn something_else_and_something_newer_are_refused_in_words() {
        for text in ["", "SQLite format 3\0", "{}\n", "{\"is\":\"x\",\"format\":1}\n"] {
            assert!(matches!(read(text), Err(BackupError::Foreign)), "{text}");
        }
        let newer = "{\"is\":\"silverbell backup\",\"format\":2}\n";
        assert!(matches!(read(newer), Err(BackupError::Newer(_))));
        let column = sample().replace("\"time_zone\"", "\"moons\"");
        assert!(matches!(read(&column), Err(BackupError::Newer(_))));
    }
}
