//! The store of many nodes: PostgreSQL, one folding writer a node, and a pool of readers.
//!
//! Everything queued is written in one transaction, and nobody is answered before it is durable. A
//! batch that fails for what is in it is repeated item by item behind savepoints, so one bad item
//! harms only itself. Other nodes may write to the same database: a transaction first locks the
//! districts it writes to, then reads what it decides on, so that each district's events are
//! numbered without gaps.
//!
//! A server that is lost is not the end: the writer connects again. A commit whose answer was lost
//! is looked up, never guessed: each transaction leaves the batch's number in the writer's own row.
//!
//! What this node commits is announced here. What other nodes commit is not: a follower sees a gap
//! in the numbers at the next announcement and reads the district anew.
//!
//! Any PostgreSQL from 13 on, reached directly: a pooler that hands out a connection for each
//! transaction would lose what ours set.

mod admin;
mod batch;
mod connect;
mod error;
mod read;
mod rows;
mod store;
mod text;
mod writer;

use std::sync::Arc;

use silverbell_domain::{DistrictId, Policy};
use silverbell_store::{Advance, StoreError};
use sqlx::Connection;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnection, PgPool};
use tokio::sync::{broadcast, mpsc};

pub use writer::Writer;

use crate::error::unavailable;
use crate::writer::Request;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How many requests wait for the writer before callers wait, too.
const QUEUE: usize = 4_096;

/// How many steps a follower may lag behind before it has to read anew.
const ADVANCES: usize = 8_192;

/// What recording an alarm follows.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Urgencies, holds and deadlines.
    pub policy: Policy,
    /// Where the tickets of unknown devices go.
    pub default_district: DistrictId,
}

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    readers: PgPool,
    requests: mpsc::Sender<Request>,
    advances: broadcast::Sender<Arc<Advance>>,
}

/// Opens the database at this address (`postgres://…`), migrating it as needed. The writer does
/// nothing until it is run. The address may hold a password: no error repeats it.
///
/// # Errors
/// [`StoreError::Unavailable`] when the server cannot be reached, does not let us in, or the
/// database is newer than this program.
pub async fn open(address: &str, intake: Intake) -> Result<(PostgresStore, Writer), StoreError> {
    let options = connect::options(address)?;
    let mut connection =
        connect::connect(&connect::migrating(&options)).await.map_err(unavailable)?;
    refuse_other_encodings(&mut connection).await?;
    MIGRATOR.run_direct(None, &mut connection, false).await.map_err(migration)?;
    let id = writer::register(&mut connection).await.map_err(unavailable)?;
    connection.close().await.map_err(unavailable)?;
    let readers = connect::readers(&options);
    let (requests, queue) = mpsc::channel(QUEUE);
    let (advances, _) = broadcast::channel(ADVANCES);
    let writer = Writer::new(connect::writing(&options), id, queue, advances.clone(), intake);
    Ok((PostgresStore { readers, requests, advances }, writer))
}

/// A name in Chinese has to come back as it went in.
async fn refuse_other_encodings(connection: &mut PgConnection) -> Result<(), StoreError> {
    let encoding = sqlx::query_scalar!(r#"SELECT current_setting('server_encoding') AS "name!""#)
        .fetch_one(connection)
        .await
        .map_err(unavailable)?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(StoreError::Unavailable(format!(
        "the database's encoding is {encoding}: create it anew with encoding UTF8 \
         (createdb --encoding UTF8 --template template0)"
    )))
}

fn migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::Unavailable(format!(
            "the database was written by a newer silverbell (migration {version} is unknown here); \
             run that version, or restore a backup into an empty database"
        )),
        MigrateError::VersionMismatch(version) => StoreError::Unavailable(format!(
            "migration {version} of the database differs from this program's; \
             the database belongs to another build"
        )),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            unavailable(error)
        }
        other => StoreError::Unavailable(format!("the database cannot be migrated: {other}")),
    }
}
