//! The database under the service: the embedded one, or PostgreSQL for a second pass of all tests
//! (`SILVERBELL_TEST_DATABASE=postgres`).

use std::sync::atomic::{AtomicU32, Ordering};

use silverbell_testkit_postgres::Server;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::sync::OnceCell;

use super::TestService;
use super::template::{fill, template};

/// The database that the others are copies of.
const FILLED: &str = "filled_with_the_demo";

/// Where a service keeps its tickets.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// In its data directory.
    Embedded,
    /// In PostgreSQL, at this address.
    Postgres(String),
}

impl Database {
    /// Returns a database filled with the demo, of the kind that this pass is about.
    pub(crate) async fn of_this_pass() -> Self {
        if is_postgres() { Self::postgres().await } else { Self::Embedded }
    }

    /// Returns a PostgreSQL database filled with the demo, on the server that all tests share.
    pub(crate) async fn postgres() -> Self {
        static READY: OnceCell<()> = OnceCell::const_new();
        let server = Server::shared().unwrap();
        READY.get_or_init(async || Self::fill(server, FILLED).await).await;
        let name = new_name();
        let copy = format!("CREATE DATABASE {name} TEMPLATE {FILLED}");
        execute(&server.url("postgres"), &copy).await;
        Self::Postgres(server.url(&name))
    }

    /// Returns an empty PostgreSQL database on the server that all tests share.
    pub(crate) async fn empty_postgres() -> Self {
        let server = Server::shared().unwrap();
        let name = new_name();
        execute(&server.url("postgres"), &format!("CREATE DATABASE {name}")).await;
        Self::Postgres(server.url(&name))
    }

    /// Returns a PostgreSQL database filled with the demo on a server of one's own, to be stopped
    /// and started at will.
    pub(crate) async fn on(server: &Server) -> Self {
        Self::fill(server, FILLED).await;
        Self::Postgres(server.url(FILLED))
    }

    async fn fill(server: &Server, name: &str) {
        execute(&server.url("postgres"), &format!("CREATE DATABASE {name}")).await;
        let url = server.url(name);
        let filled = tokio::task::spawn_blocking(move || {
            let data = tempfile::tempdir().unwrap();
            fill(&template().binary, data.path(), Some(&url));
        });
        filled.await.unwrap();
    }

    /// Returns an empty one of the same kind; the embedded one is what its directory holds.
    pub(crate) async fn empty(&self) -> Self {
        match self {
            Self::Embedded => Self::Embedded,
            Self::Postgres(_) => Self::empty_postgres().await,
        }
    }

    /// Returns the variables that choose it.
    pub(crate) fn variables(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Embedded => Vec::new(),
            Self::Postgres(url) => vec![("DATABASE_URL", url)],
        }
    }

    /// Returns its name, on PostgreSQL.
    pub(crate) fn name(&self) -> String {
        let Self::Postgres(url) = self else { panic!("this is about PostgreSQL") };
        url.split(['/', '?']).nth(3).unwrap().to_owned()
    }

    /// Runs a statement past the service, on PostgreSQL.
    pub(crate) async fn execute(&self, sql: &str) {
        match self {
            Self::Embedded => panic!("this is about PostgreSQL"),
            Self::Postgres(url) => execute(url, sql).await,
        }
    }
}

impl TestService {
    /// Runs a statement past the service, on either database.
    pub(crate) async fn execute(&self, sql: &str) {
        match &self.database {
            Database::Embedded => {
                let file = self.data().join("silverbell.db");
                let mut connection =
                    SqliteConnectOptions::new().filename(file).connect().await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Database::Postgres(url) => execute(url, sql).await,
        }
    }
}

/// Returns whether this pass is the one on PostgreSQL.
pub(crate) fn is_postgres() -> bool {
    std::env::var("SILVERBELL_TEST_DATABASE").is_ok_and(|database| database == "postgres")
}

fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Runs a statement at an address.
pub(crate) async fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}
