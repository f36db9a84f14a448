//! What can go wrong, in words. No text here holds anything of an alarm.

use std::path::{Path, PathBuf};

/// Why a call to the journal failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error(
        "cannot {doing} the journal of alarms {path}: {error}; see that its disk works and has room \
         and that the file belongs to the user that silverbell runs as"
    )]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file, or what lies beside it.
        path: PathBuf,
        /// What the system said.
        error: String,
    },
    /// A newer silverbell wrote the file.
    #[error(
        "the journal of alarms {path} is of format {format}, which this version does not know; start \
         the newer silverbell again, which records what waits there, or move the file away and record \
         those alarms later"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// No room is left. Nothing old is dropped for something new.
    #[error(
        "the journal of alarms {path} is full: {waiting} alarms wait in {capacity} bytes; this one was \
         not kept; it empties itself once the store is back"
    )]
    Full {
        /// The file.
        path: PathBuf,
        /// So many alarms wait.
        waiting: usize,
        /// Its size, bytes.
        capacity: usize,
    },
    /// The alarm is longer than any that the gateway lets in, or cannot be written so that it could be
    /// read again.
    #[error("an alarm that takes {bytes} bytes cannot be kept in the journal of alarms {path}")]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What it would take, bytes.
        bytes: usize,
    },
    /// Writing failed before, and what the file holds since then is unknown.
    #[error(
        "the journal of alarms {path} could not be written before and takes nothing until it is \
         reopened; see that its disk works and has room"
    )]
    Broken {
        /// The file.
        path: PathBuf,
    },
}

impl JournalError {
    pub(crate) fn io<'a>(
        doing: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(std::io::Error) -> Self + use<'a> {
        move |error| Self::Io { doing, path: path.into(), error: error.to_string() }
    }
}
