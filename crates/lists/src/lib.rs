//! Lists of people as CSV: bytes in, rows and named faults out, and back. Pure.
//!
//! Offices keep lists in spreadsheets. What they save differs: UTF-8 with a mark or without, GB18030,
//! commas, semicolons or tabs, line breaks in quotes. All of it is read; what cannot be is said in words,
//! row by row, and nothing of what stands in a row is quoted, for it is somebody's.

mod cell;
mod fault;
mod people;
mod seniors;
mod table;
mod text;

pub use cell::{Delimiter, protected, unprotected};
pub use fault::{BadRow, ListError};
pub use people::{RESPONDER_COLUMNS, ResponderRow, read_responders, responder_record};
pub use seniors::{SENIOR_COLUMNS, SeniorRow, read_seniors, senior_columns, senior_record};
pub use table::{List, MOST_ROWS, write};
pub use text::Encoding;

#[cfg(test)]
mod tests;
