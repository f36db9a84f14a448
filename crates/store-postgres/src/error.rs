//! What PostgreSQL's errors mean: for callers, and for the writer that has to go on.

use std::collections::BTreeSet;

use silverbell_domain::DistrictId;
use silverbell_store::{Constraint, StoreError};

/// Why a transaction was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database or the way to it.
    Database(sqlx::Error),
    /// These districts have to be locked, too, which was not known before.
    Unlocked(BTreeSet<DistrictId>),
}

/// Without a row's contents, which the database gives as details: they are somebody's.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Unlocked(_) => f.write_str("another district has to be locked"),
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
    /// A new connection: this one is gone, or leads to a server that cannot write.
    Reconnect,
    /// Another try: nobody's fault, others were in the way.
    Repeat,
    /// Nothing: one of the writes is to blame.
    Blame,
}

impl Failure {
    pub(crate) fn remedy(&self) -> Remedy {
        let Self::Database(error) = self else { return Remedy::Repeat };
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
        }
    }
}

fn remedy_of(code: &str) -> Remedy {
    match code {
        // Serialization failure, deadlock, lock or statement timeout.
        "40001" | "40P01" | "55P03" | "57014" => Remedy::Repeat,
        // Read-only, too many connections, timeout of an idle transaction.
        "25006" | "53300" | "25P03" => Remedy::Reconnect,
        // Connection, operator's intervention, authorization, no such database.
        _ if ["08", "57P", "28", "3D"].iter().any(|class| code.starts_with(class)) => {
            Remedy::Reconnect
        }
        _ => Remedy::Blame,
    }
}

/// Returns the error in the store's own words.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match violated(&error) {
        Some(constraint) => StoreError::Violates(constraint),
        None => unavailable(error),
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
        Some(_) => "the database refused",
        None => match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => "the database cannot be reached",
            _ => "the database failed",
        },
    };
    StoreError::Unavailable(format!("{advice} ({error})"))
}

/// Returns what was read and makes no sense.
pub(crate) fn corrupt(what: &str, error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{what}: {error}"))
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

fn violated(error: &sqlx::Error) -> Option<Constraint> {
    if matches!(error, sqlx::Error::RowNotFound) {
        return Some(Constraint::NoSuchThing);
    }
    let database = error.as_database_error()?;
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
