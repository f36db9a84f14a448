//! What PostgreSQL's errors mean: for callers, and for the writer that has to go on.

use std::collections::BTreeSet;

use silverbell_domain::DistrictId;
use silverbell_store::{Constraint, StoreError};

/// No such table.
const NO_TABLE: &str = "42P01";

/// Why a connection did not come about or a transaction was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database or the way to it.
    Database(sqlx::Error),
    /// These districts have to be locked, too, which was not known before.
    Unlocked(BTreeSet<DistrictId>),
    /// The database is there and not as this program needs it, in words.
    Unfit(StoreError),
}

/// Without a row's contents, which the database gives as details: they are somebody's.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Unlocked(_) => f.write_str("another district has to be locked"),
            Self::Unfit(error) => error.fmt(f),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// What helps against a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// A new connection: this one is gone, or leads to a database that cannot be written, or
    /// without tables, which are made when a connection comes about.
    Reconnect,
    /// Another try: nobody's fault, others were in the way.
    Repeat,
    /// Nothing: one of the writes is to blame.
    Blame,
}

impl Failure {
    pub(crate) fn remedy(&self) -> Remedy {
        let error = match self {
            Self::Database(error) => error,
            Self::Unlocked(_) => return Remedy::Repeat,
            Self::Unfit(_) => return Remedy::Reconnect,
        };
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::BeginFailed
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Remedy::Reconnect,
            _ => code(error).map_or(Remedy::Blame, |code| remedy_of(&code)),
        }
    }

    /// Returns whether a connection came to nothing for a reason that does not pass by itself.
    pub(crate) fn needs_a_person(&self) -> bool {
        let Self::Database(error) = self else { return matches!(self, Self::Unfit(_)) };
        match code(error) {
            // Authorization, no such database.
            Some(code) => {
                code.starts_with("28")
                    || code.starts_with("3D")
                    || remedy_of(&code) == Remedy::Blame
            }
            None => is_distrust(error) || matches!(error, sqlx::Error::Configuration(_)),
        }
    }

    /// Returns whether somebody else has written the same thing.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    pub(crate) fn in_words(self) -> StoreError {
        match self {
            Self::Database(error) => store_error(error),
            Self::Unlocked(_) => {
                StoreError::Unavailable("too many nodes write to the same district".into())
            }
            Self::Unfit(error) => error,
        }
    }
}

fn remedy_of(code: &str) -> Remedy {
    match code {
        // Serialization failure, deadlock, lock or statement timeout.
        "40001" | "40P01" | "55P03" | "57014" => Remedy::Repeat,
        // Read-only, too many connections, timeout of an idle transaction, no such table.
        "25006" | "53300" | "25P03" | NO_TABLE => Remedy::Reconnect,
        // Connection, operator's intervention, authorization, no such database.
        _ if ["08", "57P", "28", "3D"].iter().any(|class| code.starts_with(class)) => {
            Remedy::Reconnect
        }
        _ => Remedy::Blame,
    }
}

/// Returns the error in the store's own words.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    if let Some(own) = own(&error) {
        return own.clone();
    }
    if is_unreadable(&error) {
        // Without what could not be read, of which the decoder's words quote some: it is somebody's.
        return StoreError::Corrupt("run `silverbell check`, which names it".into());
    }
    match violated(&error) {
        Some(constraint) => StoreError::Violates(constraint),
        None => unavailable(error),
    }
}

/// Returns whether a row was found and makes no sense: another try reads the same.
fn is_unreadable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. })
}

/// Returns the error that we ourselves put into the database's.
fn own(error: &sqlx::Error) -> Option<&StoreError> {
    match error {
        sqlx::Error::Decode(inner) => inner.downcast_ref(),
        _ => None,
    }
}

/// Returns the error as "try again later", with what to do about it where that is known.
pub(crate) fn unavailable(error: sqlx::Error) -> StoreError {
    let advice = match code(&error).as_deref() {
        Some("25006") => {
            "the database is read-only, a standby perhaps: the address must lead to the primary"
        }
        Some("53300") => {
            "the database server has no connection left: raise max_connections or the role's limit"
        }
        Some("53100") => "the disk of the database server is full: free space there",
        Some("57P03") => "the database server is starting up or shutting down",
        Some("28P01" | "28000") => {
            "the database server does not accept user and password: correct the address"
        }
        Some("3D000") => "the database does not exist: create it (createdb)",
        Some("42501") => {
            "the user may not do that: make it the owner of the database and what is in it"
        }
        Some("55P03" | "57014") => "the database was busy for too long",
        Some(NO_TABLE) => "the database has lost its tables: was it replaced by another?",
        Some(_) => "the database refused",
        None if is_distrust(&error) => {
            "no connection that is secured as the address demands: look at its sslmode and \
             sslrootcert, and at the server's certificate"
        }
        None => match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => "the database cannot be reached",
            _ => "the database failed",
        },
    };
    StoreError::Unavailable(format!("{advice} ({error})"))
}

/// Returns whether there is no such table.
pub(crate) fn is_undefined_table(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some(NO_TABLE)
}

/// Returns whether TLS did not come about: what is wrong with a certificate comes as invalid data.
fn is_distrust(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// Returns whether a row breaks a rule of the database: a key, a reference, a range, a check.
pub(crate) fn is_constraint(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

fn violated(error: &sqlx::Error) -> Option<Constraint> {
    if matches!(error, sqlx::Error::RowNotFound) {
        return Some(Constraint::NoSuchThing);
    }
    let database = error.as_database_error()?;
    if database.constraint() == Some("shifts_one_at_a_time") {
        return Some(Constraint::ShiftsOverlap);
    }
    if database.is_foreign_key_violation() {
        return Some(Constraint::NoSuchThing);
    }
    if !database.is_unique_violation() {
        return None;
    }
    Some(match database.constraint() {
        Some("offers_one_holder") => Constraint::PlaceTaken,
        Some("offers_one_active") => Constraint::ResponderBusy,
        Some("tickets_one_open_emergency" | "tickets_one_open_unknown") => {
            Constraint::OneOpenEmergency
        }
        Some(_) | None => Constraint::Taken,
    })
}
