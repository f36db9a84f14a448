//! A store in a database of its own, on one server that ends with the tests, and the back door of
//! its database.

#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::panic, reason = "these are tests")]

pub(crate) mod proxy;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use silverbell_domain::Policy;
use silverbell_store::contract::Backdoor;
use silverbell_store::{Store, StoreError};
use silverbell_store_postgres::{Intake, PostgresStore, Writer, open};
use silverbell_testkit::longwen;
use silverbell_testkit_postgres::Server;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::OnceCell;

/// Returns an empty store that is running, and its back door.
pub(crate) async fn make_store() -> (Arc<dyn Store>, PostgresBackdoor) {
    let back = PostgresBackdoor::new().await;
    (back.run().await, back)
}

/// Returns what recording follows in these tests.
pub(crate) fn intake() -> Intake {
    Intake { policy: Policy::default(), default_district: longwen() }
}

/// A database, and a tool for it.
#[derive(Clone, Debug)]
pub(crate) struct PostgresBackdoor {
    /// The address of the database.
    pub(crate) url: String,
    /// Its name.
    pub(crate) name: String,
}

impl PostgresBackdoor {
    /// Returns a database with today's schema on the server that all tests share.
    pub(crate) async fn new() -> Self {
        static TEMPLATE: OnceCell<()> = OnceCell::const_new();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = Server::shared().unwrap();
        let admin = Self::of(server, "postgres");
        let make_template = || async {
            admin.execute("CREATE DATABASE empty_silverbell").await.unwrap();
            drop(open(&server.url("empty_silverbell"), intake()).await.unwrap());
        };
        TEMPLATE.get_or_init(make_template).await;
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE empty_silverbell");
        admin.execute(&create).await.unwrap();
        Self::of(server, &name)
    }

    /// Returns the tool for a database that exists.
    pub(crate) fn of(server: &Server, name: &str) -> Self {
        Self { url: server.url(name), name: name.into() }
    }

    /// Opens the database with a writer that waits.
    pub(crate) async fn open(&self) -> (PostgresStore, Writer) {
        open(&self.url, intake()).await.unwrap()
    }

    /// Opens the database with a writer that runs: one more node.
    pub(crate) async fn run(&self) -> Arc<dyn Store> {
        let (store, writer) = self.open().await;
        tokio::spawn(writer.run());
        Arc::new(store)
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    /// Waits until some store waits for a lock in this database.
    pub(crate) async fn wait_for_a_waiter(&self) {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'silverbell'
            AND datname = current_database() AND wait_event_type = 'Lock'";
        while self.count(waiting).await == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Ends every connection of the stores, as an administrator would.
    pub(crate) async fn terminate_stores(&self) {
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'silverbell' AND datname = current_database()",
        )
        .await
        .unwrap();
    }
}

/// Returns the words of a refusal that must be "not available".
pub(crate) fn words<T: std::fmt::Debug>(refused: Result<T, StoreError>) -> String {
    match refused {
        Err(StoreError::Unavailable(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[async_trait]
impl Backdoor for PostgresBackdoor {
    async fn execute(&self, sql: &str) -> Result<(), String> {
        let mut connection = self.connect().await;
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
        done.map(drop).map_err(|error| error.to_string())
    }

    async fn count(&self, sql: &str) -> i64 {
        let mut connection = self.connect().await;
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap()
    }

    async fn tamper_with_event(&self, seq: u64) {
        let tampering = format!(
            "ALTER TABLE events DISABLE TRIGGER events_stay;
             UPDATE events SET body = replace(body, '{{\"seq\"', '{{\"sEq\"') WHERE seq = {seq};
             ALTER TABLE events ENABLE ALWAYS TRIGGER events_stay;"
        );
        self.execute(&tampering).await.unwrap();
    }
}
