//! What is wrong with a list.

use std::fmt;

use serde::Serialize;
use silverbell_domain::Fault;

use crate::MOST_ROWS;

/// A row that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its line in the file, the first is 1.
    pub line: u64,
    /// Its column, empty for the row as a whole.
    pub column: String,
    /// A word for programs.
    pub code: String,
    /// What is wrong and what would be right; nothing of the row is quoted.
    pub detail: String,
}

impl BadRow {
    /// Returns what is wrong with a row.
    #[must_use]
    pub fn new(line: u64, column: &str, code: &str, detail: impl Into<String>) -> Self {
        Self { line, column: column.into(), code: code.into(), detail: detail.into() }
    }

    /// Returns a fault of a file as one of the row that says it; fields are called as columns are.
    #[must_use]
    pub fn of(line: u64, fault: Fault) -> Self {
        let Fault { field, code, detail } = fault;
        let column = match field.strip_prefix("contacts[").and_then(|rest| rest.split_once("].")) {
            Some((n, name)) => {
                let n: usize = n.parse().unwrap_or(0);
                format!("contact{}_{name}", n + 1)
            }
            None => match &*field {
                "gate" => "gate_lat".into(),
                other if other.starts_with("temporary") => "temporary".into(),
                _ => field,
            },
        };
        Self { line, column, code, detail }
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, code, detail } = self;
        let code = code.replace('_', " ");
        match &**column {
            "" => write!(f, "line {line}: {code}: {detail}"),
            column => write!(f, "line {line}, {column}: {code}: {detail}"),
        }
    }
}

/// Why a file is no list at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Nothing in it.
    #[error("the file is empty: it has to begin with a line of column names")]
    Empty,
    /// A workbook.
    #[error("this is a workbook (xlsx), or another packed file: open it and save it as CSV UTF-8")]
    Xlsx,
    /// An old workbook.
    #[error("this is an old workbook (xls): open it and save it as CSV UTF-8")]
    Xls,
    /// A PDF.
    #[error("this is a PDF: a list has to be saved as CSV where it was made")]
    Pdf,
    /// A page.
    #[error("this is a web page: a list has to be saved as CSV where it was made")]
    Html,
    /// No text.
    #[error("this is no text in UTF-8 or GB18030: save the list as CSV UTF-8")]
    NotText,
    /// Columns that have to be there.
    #[error("columns are missing: {}; the first line has to name the columns", .0.join(", "))]
    MissingColumns(Vec<String>),
    /// A column that is there twice.
    #[error("the column {0} is there twice: take one of them out")]
    ColumnTwice(String),
    /// A quote without an end.
    #[error("line {0}: a quotation mark is opened here and never closed")]
    OpenQuote(u64),
    /// Too many rows.
    #[error("more than {MOST_ROWS} rows: divide the list")]
    TooManyRows,
}

impl ListError {
    /// Returns a word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::NotText => "not_text",
            Self::MissingColumns(_) => "missing_columns",
            Self::ColumnTwice(_) => "column_twice",
            Self::OpenQuote(_) => "unbalanced_quote",
            Self::TooManyRows => "too_many_rows",
        }
    }

    /// Returns the line that it is about; 1 where it is the first or all of them.
    #[must_use]
    pub const fn line(&self) -> u64 {
        match self {
            Self::OpenQuote(line) => *line,
            _ => 1,
        }
    }
}
