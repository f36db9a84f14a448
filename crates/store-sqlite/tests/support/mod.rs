//! A store in a directory of its own, and the back door of its database.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use silverbell_domain::Policy;
use silverbell_store::contract::{Backdoor, Writing};
use silverbell_store::{Intake, Store};
use silverbell_store_sqlite::open;
use silverbell_testkit::longwen;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection};
use tempfile::TempDir;

/// Returns an empty store that is running, and its back door.
pub(crate) async fn make_store() -> (Arc<dyn Store>, SqliteBackdoor) {
    let back = SqliteBackdoor::new();
    let (store, writer) = open(&back.file(), intake()).await.unwrap();
    tokio::spawn(writer.run());
    (Arc::new(store), back)
}

/// Returns what recording follows in these tests.
pub(crate) fn intake() -> Intake {
    Intake { policy: Policy::default(), default_district: longwen(), herald: None }
}

/// A directory with a database, and a tool for it.
#[derive(Clone, Debug)]
pub(crate) struct SqliteBackdoor {
    directory: Arc<TempDir>,
}

impl SqliteBackdoor {
    pub(crate) fn new() -> Self {
        Self { directory: Arc::new(tempfile::tempdir().unwrap()) }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("silverbell.db")
    }
}

async fn connect(file: &Path) -> SqliteConnection {
    let options =
        SqliteConnectOptions::new().filename(file).busy_timeout(std::time::Duration::from_secs(5));
    SqliteConnection::connect_with(&options).await.unwrap()
}

#[async_trait]
impl Backdoor for SqliteBackdoor {
    async fn execute(&self, sql: &str) -> Result<(), String> {
        let mut connection = connect(&self.file()).await;
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
        done.map(drop).map_err(|error| error.to_string())
    }

    async fn count(&self, sql: &str) -> i64 {
        let mut connection = connect(&self.file()).await;
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap()
    }

    async fn tamper(&self, table: &str, sql: &str) {
        let mut connection = connect(&self.file()).await;
        let guards: Vec<(String, String)> = sqlx::query_as(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1",
        )
        .bind(table)
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let down: Vec<String> = guards.iter().map(|(n, _)| format!("DROP TRIGGER {n};")).collect();
        let up: Vec<String> = guards.into_iter().map(|(_, sql)| format!("{sql};")).collect();
        self.execute(&format!("{} {sql}; {}", down.concat(), up.concat())).await.unwrap();
    }
    async fn open_again(&self) -> (Arc<dyn Store>, Writing) {
        let (store, writer) = open(&self.file(), intake()).await.unwrap();
        (Arc::new(store), Box::pin(async move { writer.run().await.unwrap() }))
    }
}
