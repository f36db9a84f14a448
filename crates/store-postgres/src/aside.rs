//! An open ticket that cannot be read, met by a press that would join it. Nobody can join it, and
//! while it counts as the senior's open emergency no other can be opened: the press would be refused.
//! So it counts no longer, the press opens a ticket of its own, and people are sent once more rather
//! than not at all. Its document, its history and that it is open stay for a person to look at.

use silverbell_domain::TicketId;
use silverbell_store::unreadable;
use sqlx::postgres::PgConnection;

/// Sets the ticket aside, in the transaction of the press.
pub(crate) async fn set_aside(
    transaction: &mut PgConnection,
    id: TicketId,
) -> Result<(), sqlx::Error> {
    unreadable("tickets", id);
    sqlx::query!("UPDATE tickets SET emergency = false, unknown_ident = NULL WHERE id = $1", id.0)
        .execute(transaction)
        .await?;
    Ok(())
}
