//! Backup and restore of the embedded database: an online copy, and a new file from one.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use serde_json::Value;
use silverbell_store::{
    BackupError, BackupReader, BackupWriter, Column, CopyError, Kind, Rows, TABLES, Table,
};
use sqlx::migrate::MigrateError;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row, Sqlite};

use crate::error::{is_constraint, unavailable};
use crate::{MIGRATOR, create_private, migration, options};

fn failed(error: sqlx::Error) -> CopyError {
    CopyError::Store(unavailable(error))
}

/// Writes every row into a backup, as they are at one moment; SOS go on being kept meanwhile.
///
/// # Errors
/// When the database cannot be read or the backup not be written.
pub async fn dump<W: Write + Send>(
    file: &Path,
    out: &mut BackupWriter<W>,
) -> Result<(), CopyError> {
    let mut connection = options(file)?.read_only(true).connect().await.map_err(failed)?;
    // One snapshot of everything: a reader sees the database as it was when it began.
    let mut snapshot = connection.begin().await.map_err(failed)?;
    refuse_a_newer_schema(&mut snapshot).await?;
    for table in TABLES {
        out.table(table)?;
        let mut rows = sqlx::query(AssertSqlSafe(select(table))).fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let values = table.columns.iter().enumerate().map(|column| written(&row, column));
            let values: Result<Vec<Value>, sqlx::Error> = values.collect();
            out.row(&values.map_err(|_| CopyError::unreadable_row(table))?)?;
        }
    }
    Ok(())
}

/// What a newer program added would be missing from the copy.
async fn refuse_a_newer_schema(connection: &mut SqliteConnection) -> Result<(), CopyError> {
    let newest = sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations");
    let newest = newest.fetch_one(connection).await.map_err(failed)?.unwrap_or(0);
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
            return Err(CopyError::Occupied(format!(
                "there is a database already: move {} away, and what lies beside it",
                there.display()
            )));
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
    let mut connection = options(file)?.connect().await.map_err(failed)?;
    MIGRATOR.run(&mut connection).await.map_err(migration)?;
    let mut all = connection.begin().await.map_err(failed)?;
    while let Some(rows) = input.rows()? {
        insert(&mut all, &rows).await?;
    }
    all.commit().await.map_err(failed)?;
    // Everything into the one file that gets the name: the log beside it does not.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// Writes rows in one statement, each value bound: as a text, SQLite reads a number's last digit
/// wrongly now and then.
async fn insert(connection: &mut SqliteConnection, rows: &Rows) -> Result<(), CopyError> {
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name).collect();
    let row = format!("({})", vec!["?"; names.len()].join(", "));
    let values = rows.values()?;
    let (table, names, all) = (rows.table, names.join(", "), vec![row; values.len()].join(", "));
    let mut query =
        sqlx::query(AssertSqlSafe(format!("INSERT INTO {table} ({names}) VALUES {all}")));
    for row in &values {
        for (column, value) in rows.columns.iter().zip(row) {
            query = bind(query, column, value)?;
        }
    }
    match query.execute(connection).await {
        Ok(_) => Ok(()),
        // SQLite names the rule and never what a row holds.
        Err(error) if is_constraint(&error) => Err(CopyError::broken_rule(table, error)),
        Err(error) => Err(failed(error)),
    }
}

/// Returns the query of a table's rows in their order. The names are constants of ours.
fn select(table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let order: Vec<String> = table.key.iter().map(|name| ordered(table, name)).collect();
    format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, order.join(", "))
}

/// By themselves the databases do not agree on where a missing number belongs.
fn ordered(table: &Table, name: &str) -> String {
    let is_real = |column: &Column| column.name == name && column.kind == Kind::Real;
    let last = if table.columns.iter().any(is_real) { " NULLS LAST" } else { "" };
    format!("{name}{last}")
}

/// Returns a column's value as it is written.
fn written(row: &SqliteRow, (position, column): (usize, &Column)) -> Result<Value, sqlx::Error> {
    Ok(match column.kind {
        Kind::Text | Kind::Document | Kind::Id => {
            row.try_get::<Option<String>, _>(position)?.into()
        }
        Kind::Integer => row.try_get::<Option<i64>, _>(position)?.into(),
        Kind::Real => row.try_get::<Option<f64>, _>(position)?.into(),
        Kind::Flag => row.try_get::<Option<bool>, _>(position)?.into(),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(position)?.map(hex::encode).into(),
    })
}

type Insert = Query<'static, Sqlite, SqliteArguments>;

fn bind(query: Insert, column: &Column, value: &Value) -> Result<Insert, BackupError> {
    if value.is_null() {
        return Ok(query.bind(None::<i64>));
    }
    let bound = match column.kind {
        Kind::Text | Kind::Document | Kind::Id => {
            value.as_str().map(|text| query.bind(text.to_owned()))
        }
        Kind::Integer => value.as_i64().map(|number| query.bind(number)),
        Kind::Real => value.as_f64().map(|number| query.bind(number)),
        Kind::Flag => value.as_bool().map(|flag| query.bind(flag)),
        Kind::Bytes => {
            value.as_str().and_then(|text| hex::decode(text).ok()).map(|bytes| query.bind(bytes))
        }
    };
    bound.ok_or_else(|| BackupError::senseless(column.name))
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

    /// Returns a connection to an empty database, and what has to live as long as it.
    async fn schema() -> (SqliteConnection, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("schema.db");
        create_private(&file).unwrap();
        let mut connection = options(&file).unwrap().connect().await.unwrap();
        MIGRATOR.run(&mut connection).await.unwrap();
        (connection, folder)
    }

    /// What is sorted lies in memory, and a table may be larger than that.
    #[tokio::test]
    async fn no_table_is_sorted_as_a_whole() {
        let (mut connection, _folder) = schema().await;
        for table in TABLES {
            let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", select(table))));
            for step in plan.fetch_all(&mut connection).await.unwrap() {
                let step: String = step.get("detail");
                let sorts = step.contains("TEMP B-TREE") && !step.contains("LAST");
                assert!(!sorts, "{}: {step}", table.name);
            }
        }
    }

    #[tokio::test]
    async fn every_table_and_column_of_the_schema_is_in_a_backup() {
        let (mut connection, _folder) = schema().await;
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
