//! What can go wrong, by what the caller can do about it.

use silverbell_domain::TicketId;

/// A rule that the database itself keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// A senior has at most one open emergency (invariant 2).
    OneOpenEmergency,
    /// A responder is active on at most one emergency (invariant 3).
    ResponderBusy,
    /// A place in a team is held by at most one responder (invariant 3).
    PlaceTaken,
    /// A responder has one shift at a time.
    ShiftsOverlap,
    /// A name, an ident or an identity is taken.
    Taken,
    /// A reference to something that does not exist.
    NoSuchThing,
}

/// Why a call to the store failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The ticket has moved on: read it again, decide again.
    #[error("ticket {0} has changed meanwhile")]
    Stale(TicketId),
    /// The database's own rules forbid it: nothing was changed.
    #[error("the database does not allow it: {0:?}")]
    Violates(Constraint),
    /// The store cannot be reached or written at present; try again.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What was read makes no sense: a person has to look.
    #[error("the store holds something that cannot be read: {0}")]
    Corrupt(String),
}
