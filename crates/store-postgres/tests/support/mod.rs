//! A store in a database of its own, on one server that ends with the tests, and the back door of
//! its database.

#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::panic, reason = "these are tests")]

pub(crate) mod proxy;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use silverbell_domain::Policy;
use silverbell_store::contract::{Backdoor, Writing};
use silverbell_store::{Intake, Store, StoreError};
use silverbell_store_postgres::{PostgresStore, Writer, open};
use silverbell_testkit::longwen;
use silverbell_testkit_postgres::Server;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::OnceCell;
use tokio::time::sleep;

/// Returns an empty store that is running, and its back door.
pub(crate) async fn make_store() -> (Arc<dyn Store>, PostgresBackdoor) {
    let back = PostgresBackdoor::new().await;
    (back.run().await, back)
}

/// Returns what recording follows in these tests.
pub(crate) fn intake() -> Intake {
    Intake { policy: Policy::default(), default_district: longwen(), herald: None }
}

/// Runs a store on the database until it has today's tables, and ends it.
pub(crate) async fn set_up(url: &str) {
    let (store, writer) = open(url, intake()).unwrap();
    let running = tokio::spawn(writer.run());
    until_it_writes(&store).await;
    drop(store);
    running.await.unwrap().unwrap();
}

/// Waits until something can be written.
pub(crate) async fn until_it_writes(store: &dyn Store) {
    let mut last = Ok(());
    for _ in 0..600 {
        last = store.probe().await;
        if last.is_ok() {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("{last:?}");
}

/// Returns why nothing can be written, once the writer has tried and knows.
pub(crate) async fn refusal(store: &dyn Store) -> String {
    for _ in 0..600 {
        let why = words(store.probe().await);
        if !why.contains("not been reached yet") {
            return why;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("it never knew");
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
            set_up(&server.url("empty_silverbell")).await;
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
    pub(crate) fn open(&self) -> (PostgresStore, Writer) {
        open(&self.url, intake()).unwrap()
    }

    /// Opens the database with a writer that runs and has begun to serve: one more node.
    pub(crate) async fn run(&self) -> Arc<dyn Store> {
        let (store, writer) = self.open();
        tokio::spawn(writer.run());
        until_it_writes(&store).await;
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
            sleep(Duration::from_millis(5)).await;
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

    async fn tamper(&self, table: &str, sql: &str) {
        // What is removed row by row has a guard of its own.
        let guards: &[&str] = match table {
            "events" | "signals" => &["stay", "are_kept"],
            _ => &["stay"],
        };
        let all = |what: &str| -> String {
            let guard = |name| format!("ALTER TABLE {table} {what} TRIGGER {table}_{name}; ");
            guards.iter().map(guard).collect()
        };
        let (down, up) = (all("DISABLE"), all("ENABLE ALWAYS"));
        self.execute(&format!("{down} {sql}; {up}")).await.unwrap();
    }
    async fn open_again(&self) -> (Arc<dyn Store>, Writing) {
        let (store, writer) = self.open();
        (Arc::new(store), Box::pin(async move { writer.run().await.unwrap() }))
    }
}
