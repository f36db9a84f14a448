//! Copies the log into the database beside the writer, so that an SOS seldom waits for that.

use std::sync::Arc;

use silverbell_store::StoreError;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Notify;

use crate::error::{is_fatal, unavailable};

/// After so many writes there is something worth copying.
const EVERY: usize = 256;

/// The writer's side: says when there is something to copy.
#[derive(Debug, Default)]
pub(crate) struct Worth {
    written: usize,
    notify: Arc<Notify>,
}

impl Worth {
    /// Notes what was written.
    pub(crate) fn wrote(&mut self, writes: usize) {
        self.written += writes;
        if self.written >= EVERY {
            self.written = 0;
            self.notify.notify_one();
        }
    }
}

/// Copies on a connection of its own.
#[derive(Debug)]
pub(crate) struct Copier {
    connection: SqliteConnection,
    worth: Arc<Notify>,
}

impl Copier {
    pub(crate) fn new(connection: SqliteConnection, worth: &Worth) -> Self {
        Self { connection, worth: worth.notify.clone() }
    }

    /// Copies whenever it is worth it. Ends only when the disk failed: the process must end, too.
    pub(crate) async fn run(mut self) -> StoreError {
        loop {
            self.worth.notified().await;
            // PASSIVE waits for nobody and keeps nobody waiting. What it had to leave, the next
            // one takes, or at the latest the writer itself (wal_autocheckpoint).
            let copied = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
            match copied.execute(&mut self.connection).await {
                Ok(_) => {}
                Err(error) if is_fatal(&error) => {
                    return StoreError::Unavailable(format!("the disk failed: {error}"));
                }
                Err(error) => {
                    let error = unavailable(error);
                    tracing::warn!(%error, "the log was not copied; it will be again");
                }
            }
        }
    }
}
