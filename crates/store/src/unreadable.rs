//! What is kept and cannot be read any more: left out, so that the rest is served, and said aloud.

use std::fmt::Display;

use metrics::counter;

/// Returns what was read of a row; where it cannot be read, notes that the row is left out.
pub fn readable<T, E>(table: &'static str, id: impl Display, read: Result<T, E>) -> Option<T> {
    if read.is_err() {
        unreadable(table, id);
    }
    read.ok()
}

/// Notes that a row is left out because it cannot be read: in the log by its identity, without what
/// it holds, and in `silverbell_store_unreadable_total` by its table, each time it is met.
pub fn unreadable(table: &'static str, id: impl Display) {
    tracing::error!(table, %id, "a row cannot be read and is left out: run `silverbell check`");
    counter!("silverbell_store_unreadable_total", "table" => table).increment(1);
}
