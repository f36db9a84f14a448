//! Connections: what each kind of them sets, and how long anything may take.
//!
//! Over a network `?sslmode=verify-full` is the mode to use. What the address leaves out is `prefer`:
//! TLS if the server has it, whoever the server is.

use std::str::FromStr;
use std::time::Duration;

use silverbell_store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

/// Readers beside the one writer.
const READERS: u32 = 4;

/// How long a connection may take to come about, TLS and password included.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// How long the writer waits for a lock.
pub(crate) const LOCK_WITHIN: Duration = Duration::from_secs(1);

/// How long a reader waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(2);

/// Begins a transaction whose statements all see the same moment.
pub(crate) const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// What holds for every connection. The last of equal settings counts, so that nothing the address
/// says can make a commit less durable. A peer that is gone is noticed within seconds, and with it
/// go the locks it held.
const ALWAYS: [(&str, &str); 7] = [
    ("synchronous_commit", "on"),
    // A plan that was compiled pays for no query of ours.
    ("jit", "off"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

/// The writer: few are asked, many are kept, so every table is entered by its index, whatever it
/// looked like when the plan was made. Its statements are bounded by the locks they wait for and by
/// the writer's own patience, not by the server: a timeout that falls into a commit which waits for
/// a standby would make it a success that is on one machine only.
const WRITING: [(&str, &str); 6] = [
    ("statement_timeout", "0"),
    // See `LOCK_WITHIN`.
    ("lock_timeout", "1s"),
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

const READING: [(&str, &str); 2] =
    [("statement_timeout", "4s"), ("default_transaction_read_only", "on")];

/// A node that starts waits while another migrates.
const MIGRATING: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "60s")];

/// Backup and restore: they take as long as they take, wait for nobody's lock for long, and may
/// pause as long as the file's disk does. Rows are read in the order of an index: what is sorted
/// lies on the server's disk, and an SOS needs that.
const COPYING: [(&str, &str); 5] = [
    ("statement_timeout", "0"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "0"),
    ("tcp_user_timeout", "0"),
    ("enable_sort", "off"),
];

/// The check reads everything and takes as long as that takes.
const CHECKING: [(&str, &str); 2] =
    [("statement_timeout", "0"), ("default_transaction_read_only", "on")];

/// What may stand behind the question mark of an address. The library would pass over a mistyped
/// `sslmode` and connect without it.
const PARAMETERS: [&str; 11] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "options",
];

fn refuse_unknown_parameters(address: &str) -> Result<(), StoreError> {
    let (_, query) = address.split_once('?').unwrap_or_default();
    let names = query.split('&').filter(|part| !part.is_empty());
    for name in names.map(|part| part.split('=').next().unwrap_or(part)) {
        if !PARAMETERS.contains(&name) {
            return Err(StoreError::Unavailable(format!(
                "the database's address has a parameter that is none: {name:?}; there are {}",
                PARAMETERS.join(", ")
            )));
        }
    }
    Ok(())
}

/// Returns what the address says, with what holds for every connection.
pub(crate) fn options(address: &str) -> Result<PgConnectOptions, StoreError> {
    refuse_unknown_parameters(address)?;
    // The reason is not repeated: it might quote the address, and with it the password.
    let malformed = |_| {
        StoreError::Unavailable(
            "the database's address cannot be read; it looks like postgres://user@host/silverbell"
                .into(),
        )
    };
    Ok(PgConnectOptions::from_str(address)
        .map_err(malformed)?
        .application_name("silverbell")
        .options(ALWAYS)
        .statement_cache_capacity(200)
        .disable_statement_logging())
}

/// Returns the options of the writer's connection.
pub(crate) fn writing(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options(WRITING)
}

/// Returns the options of the connection that migrates.
pub(crate) fn migrating(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options(MIGRATING)
}

/// Returns the options of a connection that makes a backup, or a database from one.
pub(crate) fn copying(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options(COPYING)
}

/// Returns the options of the connection that checks, from those of the readers.
pub(crate) fn checking(readers: &PgPool) -> PgConnectOptions {
    let readers = readers.connect_options();
    PgConnectOptions::clone(&readers).options(CHECKING)
}

/// Returns the pool of readers, which connects when it is first asked.
pub(crate) fn readers(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(TURN_WITHIN)
        .connect_lazy_with(options.clone().options(READING))
}

/// Connects within a second or not at all.
pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    within(CONNECT_WITHIN, PgConnection::connect_with(options)).await
}

/// Gives a call up after a time: a peer that vanished says nothing.
pub(crate) async fn within<T>(
    time: Duration,
    call: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(time, call).await.unwrap_or_else(|_| Err(no_answer()))
}

/// Returns the error of a peer that says nothing.
pub(crate) fn no_answer() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_parameter_is_refused_and_its_value_not_repeated() {
        let refused = options("postgres://me@host/db?sslmod=verify-full").map(drop);
        let said = refused.map_err(|error| error.to_string());
        assert!(matches!(&said, Err(words) if words.contains("sslmod\"")), "{said:?}");
        let refused = options("postgres://me@host/db?pasword=hunter2").map(drop);
        let said = refused.map_err(|error| error.to_string());
        assert!(matches!(&said, Err(words) if !words.contains("hunter2")), "{said:?}");
        assert!(options("postgres://me@host/db?sslmode=verify-full&host=/run").is_ok());
    }
}
