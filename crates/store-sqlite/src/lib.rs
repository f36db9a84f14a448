//! The embedded store: SQLite in WAL mode with `synchronous=FULL`, one folding writer, and a pool
//! of readers.
//!
//! Everything queued is written in one transaction with one fsync, and nobody is answered before
//! it. A batch that fails is rolled back and repeated item by item behind savepoints, so one bad
//! item harms only itself. An fsync error ends the writer, and with it the process: what the disk
//! then holds is unknown, and a restart recovers from the log.

mod admin;
mod aside;
mod backup;
mod batch;
mod calls;
mod check;
mod checkpoint;
mod desks;
mod devices;
mod error;
mod facts;
mod file;
mod keys;
mod months;
mod outbox;
mod photos;
mod push;
mod read;
mod registry;
mod rows;
mod shifts;
mod store;
mod writer;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use silverbell_store::{Intake, StoreError, WriterHandle};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};

pub use backup::{dump, load};
pub use writer::Writer;

use crate::error::unavailable;
use crate::file::OpenFile;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Readers beside the one writer.
const READERS: u32 = 4;

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    writer: WriterHandle,
    file: Arc<OpenFile>,
}

/// Opens the database, creating and migrating it as needed. The writer does nothing until it is
/// run; when it ends with an error, the process must end, too.
///
/// # Errors
/// [`StoreError::Unavailable`] when the file cannot be opened or is newer than this program.
pub async fn open(file: &Path, intake: Intake) -> Result<(SqliteStore, Writer), StoreError> {
    create_private(file)?;
    let options = options(file)?;
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(unavailable)?;
    MIGRATOR.run_direct(None, &mut connection, false).await.map_err(migration)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(Duration::from_secs(2))
        .connect_with(options.clone().read_only(true))
        .await
        .map_err(unavailable)?;
    let for_copying = SqliteConnection::connect_with(&options).await.map_err(unavailable)?;
    let file = Arc::new(OpenFile::of(file)?);
    let (handle, writer) = Writer::new(connection, for_copying, intake);
    Ok((SqliteStore { readers, writer: handle, file }, writer))
}

/// What lies in it is sensitive by law: only its owner reads it. The log beside it takes after it.
fn create_private(file: &Path) -> Result<(), StoreError> {
    let created = OpenOptions::new().create(true).append(true).mode(0o600).open(file);
    created.map(drop).map_err(|error| {
        StoreError::Unavailable(format!("{} cannot be written: {error}", file.display()))
    })
}

fn options(file: &Path) -> Result<SqliteConnectOptions, StoreError> {
    let options = SqliteConnectOptions::from_str("sqlite://")
        .map_err(unavailable)?
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(1_500))
        .pragma("trusted_schema", "OFF")
        // KiB, negative: 16 MiB hold the pages that every SOS touches.
        .pragma("cache_size", "-16000")
        // A statement of many rows keeps what it would have to undo: in memory, not in a file.
        .pragma("temp_store", "MEMORY")
        // The log is copied beside the writer; only when that falls behind, the writer does it
        // (64 MiB).
        .pragma("wal_autocheckpoint", "16000")
        // What a long backup let the log grow by is given back.
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(200)
        .disable_statement_logging();
    Ok(options)
}

fn migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::Unavailable(format!(
            "the database was written by a newer silverbell (migration {version} is unknown here); \
             run that version, or restore a backup into an empty directory"
        )),
        MigrateError::VersionMismatch(version) => StoreError::Unavailable(format!(
            "migration {version} of the database differs from this program's; \
             the file belongs to another build"
        )),
        other => StoreError::Unavailable(format!("the database cannot be migrated: {other}")),
    }
}
