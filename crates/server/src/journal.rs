//! The journal of alarms in the data directory.

use std::path::Path;

use anyhow::Result;
use silverbell_dispatcher::Journal;
use silverbell_domain::{Alarm, SignalId};
use silverbell_journal::DEFAULT_CAPACITY_BYTES;

/// The journal's file in the data directory.
const FILE: &str = "alarms.journal";

/// The journal on the disk.
pub(crate) struct FileJournal(silverbell_journal::Journal);

impl FileJournal {
    /// Opens the journal of a data directory, or makes it.
    ///
    /// # Errors
    /// When it cannot be read and written: what comes while the store is away would be lost.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let path = data.join(FILE);
        let (journal, left) = silverbell_journal::Journal::open(&path, DEFAULT_CAPACITY_BYTES)?;
        if let Some(damage) = journal.damage() {
            let (pieces, copy) = (damage.pieces, &damage.copy);
            tracing::error!(pieces, ?copy, "the journal of alarms was damaged; look at the copy");
        }
        if !left.is_empty() {
            tracing::warn!(count = left.len(), "alarms wait in the journal to be recorded");
        }
        Ok(Self(journal))
    }
}

impl Journal for FileJournal {
    fn waiting(&self) -> Vec<Alarm> {
        self.0.alarms().cloned().collect()
    }

    fn keep(&mut self, alarms: &[Alarm]) -> Vec<Result<(), String>> {
        if self.0.is_broken()
            && let Err(error) = self.0.reopen()
        {
            return vec![Err(error.to_string()); alarms.len()];
        }
        let kept = self.0.keep_all(alarms).into_iter();
        kept.map(|kept| kept.map(drop).map_err(in_words)).collect()
    }

    fn forget(&mut self, recorded: &[SignalId]) -> Result<(), String> {
        self.0.recorded(recorded).map_err(in_words)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn in_words(error: silverbell_journal::JournalError) -> String {
    error.to_string()
}
