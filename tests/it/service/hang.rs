//! A database that answers nobody who wants to write.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::{Database, TestService};

/// Holds the lock that every write needs, as a disk that hangs would, until it is dropped.
pub(crate) enum Hung {
    Embedded(SqliteConnection),
    Postgres(PgConnection),
}

impl Hung {
    pub(crate) async fn close(self) {
        match self {
            Self::Embedded(connection) => connection.close().await.unwrap(),
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

/// Takes that lock.
pub(crate) async fn hang(service: &TestService) -> Hung {
    match &service.database {
        Database::Embedded => {
            let file = service.data().join("silverbell.db");
            let mut connection =
                SqliteConnectOptions::new().filename(file).connect().await.unwrap();
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
            Hung::Embedded(connection)
        }
        Database::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            let lock =
                "BEGIN; SELECT 1 FROM writers FOR UPDATE; SELECT 1 FROM districts FOR UPDATE";
            sqlx::raw_sql(lock).execute(&mut connection).await.unwrap();
            Hung::Postgres(connection)
        }
    }
}
