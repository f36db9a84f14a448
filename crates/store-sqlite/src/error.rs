//! What SQLite's errors mean for callers.

use silverbell_store::{Constraint, StoreError};

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

/// Returns the error as "try again later".
pub(crate) fn unavailable(error: sqlx::Error) -> StoreError {
    match error.as_database_error().and_then(|e| e.code()).as_deref() {
        Some("13") => StoreError::Unavailable(
            "the disk is full: free space in the data directory's file system".into(),
        ),
        Some(_) | None => StoreError::Unavailable(error.to_string()),
    }
}

fn violated(error: &sqlx::Error) -> Option<Constraint> {
    if matches!(error, sqlx::Error::RowNotFound) {
        return Some(Constraint::NoSuchThing);
    }
    let database = error.as_database_error()?;
    // The words of the trigger that refuses it.
    if database.message().contains("shifts_one_at_a_time") {
        return Some(Constraint::ShiftsOverlap);
    }
    if database.is_foreign_key_violation() {
        return Some(Constraint::NoSuchThing);
    }
    if !database.is_unique_violation() {
        return None;
    }
    // SQLite names the columns of the index, not the index.
    let message = database.message();
    Some(if message.contains("offers.ticket") {
        Constraint::PlaceTaken
    } else if message.contains("offers.responder") {
        Constraint::ResponderBusy
    } else if message.contains("tickets.senior") || message.contains("tickets.unknown_ident") {
        Constraint::OneOpenEmergency
    } else {
        Constraint::Taken
    })
}

/// Returns whether a row breaks a rule of the database: a key, a reference, a type, a check.
pub(crate) fn is_constraint(error: &sqlx::Error) -> bool {
    const CONSTRAINT: i64 = 19;
    primary(error) == Some(CONSTRAINT)
}

/// Returns whether the disk failed in a way after which its contents are unknown: any I/O error of
/// a write or a sync. SQLite itself would go on, we must not.
pub(crate) fn is_fatal(error: &sqlx::Error) -> bool {
    const IOERR: i64 = 10;
    primary(error) == Some(IOERR)
}

/// Returns SQLite's primary result code.
fn primary(error: &sqlx::Error) -> Option<i64> {
    const PRIMARY: i64 = 0xff;
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & PRIMARY)
}
