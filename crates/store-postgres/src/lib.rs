//! The store of many nodes: PostgreSQL, one folding writer a node, and a pool of readers.
//!
//! Everything queued is written in one transaction, and nobody is answered before it is durable. A
//! batch that fails for what is in it is repeated item by item behind savepoints, so one bad item
//! harms only itself. Other nodes may write to the same database: a batch is written only if the
//! districts it was decided on have not been written to since; if they have, they are locked first and
//! everything is read again. So each district's events are numbered without gaps.
//!
//! A server that is lost, or not there yet, is not the end: the writer connects again and again, and
//! sees each time to it that the database has today's tables, for it may be another than before. A
//! commit whose answer was lost is looked up, never guessed: each transaction leaves the batch's
//! number in the writer's own row.
//!
//! What this node commits is announced here. What other nodes commit is not: a follower sees a gap
//! in the numbers at the next announcement and reads the district anew.
//!
//! Any PostgreSQL from 13 on, reached directly: a pooler that hands out a connection for each
//! transaction would lose what ours set.

mod admin;
mod aside;
mod backup;
mod batch;
mod calls;
mod check;
mod connect;
mod desks;
mod devices;
mod error;
mod facts;
mod keys;
mod link;
mod months;
mod outbox;
mod photos;
mod push;
mod read;
mod registry;
mod rows;
mod schema;
mod shifts;
mod store;
mod text;
mod write_rows;
mod writer;

use silverbell_store::{Intake, StoreError, WriterHandle};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPool;
use tokio::sync::watch;

pub use backup::{dump, load};
pub use writer::Writer;

use crate::link::Tables;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    readers: PgPool,
    tables: watch::Receiver<Tables>,
    writer: WriterHandle,
}

/// Opens the database at this address, `postgres://user:password@host/silverbell`, without reaching
/// for it: that is the writer's part. As soon as it is run, it connects, migrates as needed, and
/// writes; as long as that does not work it tries again by itself, at least every second, and every
/// five seconds where only a person can help: a newer database, another encoding than UTF-8, a wrong
/// password. Meanwhile every call is answered [`StoreError::Unavailable`] with the reason: a write
/// within 1.8 s, a read within 5 s, at once as long as the tables are not there. Nothing has to be
/// opened again when the reason is gone.
///
/// Over a network the address ends with `?sslmode=verify-full`: without it, whoever stands between
/// reads and changes what is kept. The server's certificate has to come from an authority that the
/// system trusts or that is in the PEM file `&sslrootcert=…`.
///
/// The address may hold a password: no error repeats it. Needs a tokio runtime around it.
///
/// # Errors
/// [`StoreError::Unavailable`] when the address cannot be read.
pub fn open(address: &str, intake: Intake) -> Result<(PostgresStore, Writer), StoreError> {
    let options = connect::options(address)?;
    let readers = connect::readers(&options);
    let (sender, tables) = watch::channel(Tables::Unknown);
    let (handle, writer) = Writer::new(options, sender, intake);
    Ok((PostgresStore { readers, tables, writer: handle }, writer))
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
            error::unavailable(error)
        }
        other => StoreError::Unavailable(format!("the database cannot be migrated: {other}")),
    }
}
