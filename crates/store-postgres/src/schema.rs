//! What the database has to be before anything is written: in UTF-8, and with today's tables.

use std::time::Duration;

use silverbell_store::StoreError;
use sqlx::Connection;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::time::timeout;

use crate::connect::{connect, migrating, no_answer, within};
use crate::error::{Failure, is_undefined_table};
use crate::{MIGRATOR, migration};

/// How long the migrations may take, their turn included: a table of a big station is rewritten in
/// minutes. Nobody waits for it, but a server that vanished meanwhile has to be noticed some day.
const MIGRATE_WITHIN: Duration = Duration::from_secs(1_800);

/// How long the end of a connection may take that is not needed any more.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// A name in Chinese has to come back as it went in.
pub(crate) async fn refuse_other_encodings(connection: &mut PgConnection) -> Result<(), Failure> {
    let encoding = sqlx::query_scalar!(r#"SELECT current_setting('server_encoding') AS "name!""#)
        .fetch_one(connection)
        .await?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(Failure::Unfit(StoreError::Unavailable(format!(
        "the database's encoding is {encoding}: create it anew with encoding UTF8 \
         (createdb --encoding UTF8 --template template0)"
    ))))
}

/// Returns whether every migration of today's was applied, and refuses what another program applied.
/// Takes no lock, unlike migrating.
pub(crate) async fn is_todays(connection: &mut PgConnection) -> Result<bool, Failure> {
    let applied = sqlx::query!("SELECT version, checksum, success FROM _sqlx_migrations")
        .fetch_all(connection)
        .await;
    let applied = match applied {
        Ok(applied) => applied,
        Err(error) if is_undefined_table(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let unfit = |error| Err(Failure::Unfit(migration(error)));
    for row in &applied {
        match MIGRATOR.iter().find(|ours| ours.version == row.version) {
            None => return unfit(MigrateError::VersionMissing(row.version)),
            Some(ours) if *ours.checksum != *row.checksum => {
                return unfit(MigrateError::VersionMismatch(row.version));
            }
            Some(_) => {}
        }
    }
    Ok(applied.len() == MIGRATOR.iter().count() && applied.iter().all(|row| row.success))
}

/// Migrates as needed, on a connection of its own; nodes that start at once do it one by one.
pub(crate) async fn migrate(options: &PgConnectOptions) -> Result<(), Failure> {
    let mut connection = connect(&migrating(options)).await?;
    let migrated = timeout(MIGRATE_WITHIN, MIGRATOR.run_direct(None, &mut connection, false)).await;
    // It holds the lock of the migrations if they failed. Whether it ends well does not matter.
    drop(within(CLOSE_WITHIN, connection.close()).await);
    match migrated {
        Ok(Ok(())) => Ok(()),
        Ok(Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _))) => {
            Err(error.into())
        }
        Ok(Err(error)) => Err(Failure::Unfit(migration(error))),
        Err(_) => Err(no_answer().into()),
    }
}
