//! Backup and restore of a PostgreSQL database: a copy while everybody goes on, and an empty
//! database filled from one. The format is every backend's, so this is also the way from the
//! embedded database to this one, and back.

use std::io::{BufRead, Write};

use futures_util::TryStreamExt;
use serde_json::Value;
use silverbell_store::{
    BackupError, BackupReader, BackupWriter, Column, CopyError, Kind, Rows, StoreError, TABLES,
    Table,
};
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgArguments, PgConnection, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use uuid::Uuid;

use crate::connect::{self, SNAPSHOT};
use crate::error::{Failure, is_constraint, unavailable};
use crate::text::{escaped, unescaped};
use crate::{MIGRATOR, migration, schema};

fn failed(error: sqlx::Error) -> CopyError {
    CopyError::Store(unavailable(error))
}

async fn connected(address: &str) -> Result<PgConnection, CopyError> {
    let options = connect::copying(&connect::options(address)?);
    connect::connect(&options).await.map_err(failed)
}

// --- Backup ------------------------------------------------------------------------------------

/// Writes every row of the database at this address into a backup, as they are at one moment; SOS
/// go on being kept meanwhile. Not in it is `writers`, see [`TABLES`].
///
/// # Errors
/// When there is nothing of ours, when a newer program wrote it, when the database cannot be read,
/// and when the backup cannot be written.
pub async fn dump<W: Write + Send>(
    address: &str,
    out: &mut BackupWriter<W>,
) -> Result<(), CopyError> {
    let mut connection = connected(address).await?;
    let mut snapshot = connection.begin_with(SNAPSHOT).await.map_err(failed)?;
    refuse_a_newer_schema(&mut snapshot).await?;
    for table in TABLES {
        out.table(table)?;
        match table.key {
            // District by district, for the index of the key knows another order of texts than the
            // backup's, which is that of their bytes.
            ["district", ..] => {
                for district in districts_of(&mut snapshot, table).await.map_err(failed)? {
                    dump_rows(&mut snapshot, table, Some(&district), out).await?;
                }
            }
            _ => dump_rows(&mut snapshot, table, None, out).await?,
        }
    }
    snapshot.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// What a newer program added would be missing from the copy.
async fn refuse_a_newer_schema(connection: &mut PgConnection) -> Result<(), CopyError> {
    if !exists(connection, "_sqlx_migrations").await.map_err(failed)? {
        return Err(CopyError::Store(StoreError::Unavailable(
            "there is nothing of silverbell in this database: look at the address".into(),
        )));
    }
    let newest = sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations");
    let newest = newest.fetch_one(connection).await.map_err(failed)?.unwrap_or(0);
    if MIGRATOR.version_exists(newest) {
        return Ok(());
    }
    Err(migration(MigrateError::VersionMissing(newest)).into())
}

/// Returns the districts that a table has rows of, in the order of their bytes: one look into the
/// index for each.
async fn districts_of(
    snapshot: &mut PgConnection,
    table: &Table,
) -> Result<Vec<String>, sqlx::Error> {
    let sql = format!("SELECT min(district) FROM {} WHERE district > $1 OR $1 IS NULL", table.name);
    let mut districts: Vec<String> = Vec::new();
    loop {
        let next = sqlx::query_scalar(AssertSqlSafe(sql.clone())).bind(districts.last());
        let Some(next) = next.fetch_one(&mut *snapshot).await? else { break };
        districts.push(next);
    }
    districts.sort_unstable();
    Ok(districts)
}

/// Returns the query of a table's rows, those of one district where its key begins with that. The
/// names are constants of ours.
fn select(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(selected).collect();
    let (only, order) = match table.key {
        ["district", rest @ ..] => (" WHERE district = $1", rest),
        key => ("", key),
    };
    let order: Vec<String> = order.iter().map(|name| ordered(table, name)).collect();
    let (columns, order) = (columns.join(", "), order.join(", "));
    format!("SELECT {columns} FROM {}{only} ORDER BY {order}", table.name)
}

fn selected(column: &Column) -> String {
    match column.kind {
        // Whole numbers of any width.
        Kind::Integer => format!("{}::bigint", column.name),
        Kind::Text | Kind::Document | Kind::Id | Kind::Real | Kind::Flag | Kind::Bytes => {
            column.name.to_owned()
        }
    }
}

fn ordered(table: &Table, name: &str) -> String {
    let is_text = |column: &Column| column.name == name && column.kind == Kind::Text;
    let by_bytes = if table.columns.iter().any(is_text) { " COLLATE \"C\"" } else { "" };
    format!("{name}{by_bytes}")
}

async fn dump_rows<W: Write + Send>(
    snapshot: &mut PgConnection,
    table: &Table,
    district: Option<&str>,
    out: &mut BackupWriter<W>,
) -> Result<(), CopyError> {
    let mut query = sqlx::query(AssertSqlSafe(select(table)));
    if let Some(district) = district {
        query = query.bind(district);
    }
    let mut rows = query.fetch(snapshot);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let values = table.columns.iter().enumerate().map(|column| written(&row, column));
        let values: Result<Vec<Value>, sqlx::Error> = values.collect();
        out.row(&values.map_err(|_| CopyError::unreadable_row(table))?)?;
    }
    Ok(())
}

/// Returns a column's value as it is written.
fn written(row: &PgRow, (position, column): (usize, &Column)) -> Result<Value, sqlx::Error> {
    Ok(match column.kind {
        Kind::Text => row.try_get::<Option<String>, _>(position)?.map(unescaped).into(),
        Kind::Document => row.try_get::<Option<String>, _>(position)?.into(),
        Kind::Id => row.try_get::<Option<Uuid>, _>(position)?.map(|id| id.to_string()).into(),
        Kind::Integer => row.try_get::<Option<i64>, _>(position)?.into(),
        Kind::Real => row.try_get::<Option<f64>, _>(position)?.into(),
        Kind::Flag => row.try_get::<Option<bool>, _>(position)?.into(),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(position)?.map(hex::encode).into(),
    })
}

// --- Restore -----------------------------------------------------------------------------------

/// Fills an empty database from a backup, migrating it as needed, in one transaction: all of the
/// backup or nothing. Nobody else reads or writes it meanwhile.
///
/// # Errors
/// When the database holds anything of ours already or a silverbell is connected to it, when the
/// backup is damaged or newer, and when the database cannot be written; it is as empty as before
/// then.
pub async fn load<R: BufRead + Send>(
    address: &str,
    input: &mut BackupReader<R>,
) -> Result<(), CopyError> {
    let mut connection = connected(address).await?;
    schema::refuse_other_encodings(&mut connection).await.map_err(Failure::in_words)?;
    // Before anything is changed, and before a lock is asked for: behind it, the writers of a
    // database in service would have to wait.
    refuse_what_is_in_use(&mut connection).await?;
    MIGRATOR.run_direct(None, &mut connection, false).await.map_err(migration)?;
    fill(&mut connection, input).await?;
    connection.close().await.map_err(failed)
}

async fn fill<R: BufRead + Send>(
    connection: &mut PgConnection,
    input: &mut BackupReader<R>,
) -> Result<(), CopyError> {
    let tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    let tables = tables.join(", ");
    let mut all = connection.begin().await.map_err(failed)?;
    // A node that starts now would find no district and put in its own: it has to wait even for
    // reading. Who has read already is still connected.
    let lock = format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE");
    all.execute(AssertSqlSafe(lock)).await.map_err(failed)?;
    refuse_what_is_in_use(&mut all).await?;
    while let Some(rows) = input.rows()? {
        insert(&mut all, &rows).await?;
    }
    // The readers' plans are good from the first minute on.
    all.execute(AssertSqlSafe(format!("ANALYZE {tables}"))).await.map_err(failed)?;
    all.commit().await.map_err(failed)
}

/// Restoring never writes over what is there, and never beside somebody who writes.
async fn refuse_what_is_in_use(connection: &mut PgConnection) -> Result<(), CopyError> {
    for table in TABLES {
        if !exists(connection, table.name).await.map_err(failed)? {
            continue;
        }
        let anything = format!("SELECT EXISTS (SELECT FROM {})", table.name);
        let anything = sqlx::query_scalar(AssertSqlSafe(anything));
        if anything.fetch_one(&mut *connection).await.map_err(failed)? {
            return Err(CopyError::Occupied(format!(
                "there is something in this database already ({}): stop every silverbell that uses \
                 it, create a new one (createdb --encoding UTF8 --template template0) and restore \
                 into that",
                table.name
            )));
        }
    }
    let others = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'silverbell'
             AND pid <> pg_backend_pid()"#
    );
    if others.fetch_one(connection).await.map_err(failed)? > 0 {
        return Err(CopyError::Occupied(
            "a silverbell is connected to this database: stop it, on every node, and restore again"
                .into(),
        ));
    }
    Ok(())
}

async fn exists(connection: &mut PgConnection, table: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT to_regclass($1) IS NOT NULL AS "exists!""#, table)
        .fetch_one(connection)
        .await
}

/// Writes rows in one statement, each column as one array.
async fn insert(connection: &mut PgConnection, rows: &Rows) -> Result<(), CopyError> {
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name).collect();
    let arrays: Vec<String> = (1..).zip(&rows.columns).map(array).collect();
    let (table, names, arrays) = (rows.table, names.join(", "), arrays.join(", "));
    let sql = format!(
        "INSERT INTO {table} ({names}) SELECT {names} FROM unnest({arrays}) AS w ({names})"
    );
    let values = rows.values()?;
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (position, column) in rows.columns.iter().enumerate() {
        query = bind(query, &values, position, column)?;
    }
    match query.execute(connection).await {
        Ok(_) => Ok(()),
        // PostgreSQL's message names the rule; what a row holds would be in its details.
        Err(error) if is_constraint(&error) => Err(CopyError::broken_rule(table, error)),
        Err(error) => Err(failed(error)),
    }
}

fn array((number, column): (usize, &Column)) -> String {
    let kind = match column.kind {
        Kind::Text | Kind::Document => "text",
        Kind::Id => "uuid",
        Kind::Integer => "bigint",
        Kind::Real => "double precision",
        Kind::Flag => "boolean",
        Kind::Bytes => "bytea",
    };
    format!("${number}::{kind}[]")
}

type Insert = Query<'static, Postgres, PgArguments>;

fn bind(
    query: Insert,
    rows: &[Vec<Value>],
    position: usize,
    column: &Column,
) -> Result<Insert, BackupError> {
    let text = |value: &Value| value.as_str().map(|text| escaped(text).into_owned());
    let document = |value: &Value| value.as_str().map(str::to_owned);
    let id = |value: &Value| value.as_str()?.parse::<Uuid>().ok();
    let bytes = |value: &Value| hex::decode(value.as_str()?).ok();
    let name = column.name;
    Ok(match column.kind {
        Kind::Text => query.bind(cells(rows, position, name, text)?),
        Kind::Document => query.bind(cells(rows, position, name, document)?),
        Kind::Id => query.bind(cells(rows, position, name, id)?),
        Kind::Integer => query.bind(cells(rows, position, name, Value::as_i64)?),
        Kind::Real => query.bind(cells(rows, position, name, Value::as_f64)?),
        Kind::Flag => query.bind(cells(rows, position, name, Value::as_bool)?),
        Kind::Bytes => query.bind(cells(rows, position, name, bytes)?),
    })
}

/// Returns a column of the rows; `None` is what is missing, and what cannot be read is an error.
fn cells<T>(
    rows: &[Vec<Value>],
    position: usize,
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<Option<T>>, BackupError> {
    let cell = |row: &Vec<Value>| {
        let value = row.get(position).filter(|value| !value.is_null());
        let Some(value) = value else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| BackupError::senseless(name))
    };
    rows.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "these are tests")]

    use silverbell_testkit_postgres::Server;

    use super::*;

    /// What is sorted lies on the server's disk, and a table may be as large as what is left of it.
    #[tokio::test]
    async fn no_large_table_is_sorted_as_a_whole() {
        let server = Server::start().unwrap();
        let mut connection = connected(&server.url("postgres")).await.unwrap();
        MIGRATOR.run_direct(None, &mut connection, false).await.unwrap();
        for table in TABLES.iter().filter(|table| table.name != "districts") {
            let sql = format!("EXPLAIN {}", select(table).replace("$1", "'longwen'"));
            let plan: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
            let sorts = |step: &String| step.contains("Sort  (") && !step.contains("Incremental");
            assert!(!plan.iter().any(sorts), "{}: {plan:?}", table.name);
        }
    }
}
