//! Backup and restore of the embedded database: an online copy, and a new file from one.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use silverbell_store::{
    BackupError, BackupReader, BackupWriter, Column, Kind, Rows, StoreError, TABLES, Table,
};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::error::{store_error, unavailable};
use crate::{MIGRATOR, create_private, migration, options};

/// Why a backup or a restore did not work.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The backup's side.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The database's side.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Restoring never writes over what is there.
    #[error("there is a database already: move {0} away, and what lies beside it")]
    Occupied(PathBuf),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(unavailable(error))
    }
}

/// Writes every row into a backup, as they are at one moment; SOS go on being kept meanwhile.
///
/// # Errors
/// When the database cannot be read or the backup not be written.
pub async fn dump<W: Write + Send>(
    file: &Path,
    out: &mut BackupWriter<W>,
) -> Result<(), CopyError> {
    let mut connection = options(file)?.read_only(true).connect().await?;
    // One snapshot of everything: a reader sees the database as it was when it began.
    let mut snapshot = connection.begin().await?;
    refuse_a_newer_schema(&mut snapshot).await?;
    for table in TABLES {
        out.table(table)?;
        let query = sqlx::query_scalar::<_, String>(AssertSqlSafe(select(table)));
        let mut rows = query.fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await? {
            out.row(&row)?;
        }
    }
    Ok(())
}

/// What a newer program added would be missing from the copy.
async fn refuse_a_newer_schema(connection: &mut SqliteConnection) -> Result<(), CopyError> {
    let newest = sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations");
    let newest = newest.fetch_one(connection).await?.unwrap_or(0);
    if MIGRATOR.version_exists(newest) {
        return Ok(());
    }
    Err(migration(MigrateError::VersionMissing(newest)).into())
}

/// Makes a database from a backup, where none is yet. It gets its name only when it is whole.
///
/// # Errors
/// When there is one already, when the backup is damaged or newer, and when it cannot be written;
/// there is no database then.
pub async fn load<R: BufRead + Send>(
    file: &Path,
    input: &mut BackupReader<R>,
) -> Result<(), CopyError> {
    // A log that another database left behind would be read into this one.
    for ending in ["", "-wal", "-shm"] {
        let there = beside(file, ending);
        if there.exists() {
            return Err(CopyError::Occupied(there));
        }
    }
    let unfinished = beside(file, ".restoring");
    remove(&unfinished);
    let loaded = fill(&unfinished, input).await;
    if let Err(error) = loaded {
        remove(&unfinished);
        return Err(error);
    }
    std::fs::rename(&unfinished, file).map_err(BackupError::Io)?;
    // The new name must survive a power cut, as the rows do.
    if let Some(folder) = file.parent() {
        let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(BackupError::Io)?;
    }
    Ok(())
}

async fn fill<R: BufRead + Send>(
    file: &Path,
    input: &mut BackupReader<R>,
) -> Result<(), CopyError> {
    create_private(file)?;
    let mut connection = options(file)?.connect().await?;
    MIGRATOR.run(&mut connection).await.map_err(migration)?;
    let mut all = connection.begin().await?;
    while let Some(rows) = input.rows()? {
        insert(&mut all, &rows).await?;
    }
    all.commit().await?;
    // Everything into the one file that gets the name: the log beside it does not.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(connection.close().await?)
}

async fn insert(connection: &mut SqliteConnection, rows: &Rows) -> Result<(), CopyError> {
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name).collect();
    let values: Vec<String> = rows.columns.iter().enumerate().map(value).collect();
    let (table, names, values) = (rows.table, names.join(", "), values.join(", "));
    let sql = format!("INSERT INTO {table} ({names}) SELECT {values} FROM jsonb_each(?)");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(&rows.rows);
    match query.execute(connection).await.map_err(store_error) {
        Ok(_) => Ok(()),
        Err(StoreError::Violates(rule)) => {
            Err(BackupError::Damaged(format!("rows of {table} contradict each other: {rule:?}"))
                .into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the query of a table's rows, each as a JSON list. The names are constants of ours.
fn select(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(written).collect();
    format!("SELECT json_array({}) FROM {}", columns.join(", "), table.name)
}

fn written(column: &Column) -> String {
    let name = column.name;
    match column.kind {
        Kind::Text | Kind::Id | Kind::Integer => name.to_owned(),
        // To the last digit: by itself SQLite writes fifteen.
        Kind::Real => format!("iif({name} IS NULL, NULL, json(printf('%!.17g', {name})))"),
        Kind::Flag => format!("json(iif({name}, 'true', 'false'))"),
        Kind::Bytes => format!("iif({name} IS NULL, NULL, lower(hex({name})))"),
    }
}

fn value((position, column): (usize, &Column)) -> String {
    match column.kind {
        Kind::Text | Kind::Id | Kind::Integer | Kind::Real | Kind::Flag => {
            format!("value ->> {position}")
        }
        Kind::Bytes => format!("unhex(value ->> {position})"),
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes what an interrupted restore left; that it is not there is no error.
fn remove(unfinished: &Path) {
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(beside(unfinished, ending)));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "these are tests")]

    use super::*;

    #[tokio::test]
    async fn every_table_and_column_of_the_schema_is_in_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("schema.db");
        create_private(&file).unwrap();
        let mut connection = options(&file).unwrap().connect().await.unwrap();
        MIGRATOR.run(&mut connection).await.unwrap();
        let columns = "SELECT t.name || '.' || c.name
            FROM sqlite_schema AS t CROSS JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx_%'";
        let mut kept: Vec<String> =
            sqlx::query_scalar(columns).fetch_all(&mut connection).await.unwrap();
        let mut copied: Vec<String> = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(|c| format!("{}.{}", table.name, c.name)))
            .collect();
        kept.sort_unstable();
        copied.sort_unstable();
        assert_eq!(copied, kept);
    }
}
