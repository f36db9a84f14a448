//! A door is opened by force.

use std::sync::Arc;

use silverbell_domain::{EntrySaid, Ticket, TicketId};

use super::Actor;
use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Records how far a forced entry has come.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Conflict`] with the ticket as it is;
    /// [`UseCaseError::Invalid`]; [`UseCaseError::Store`].
    pub async fn force_entry(
        &self,
        id: TicketId,
        said: EntrySaid,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.force_entry(actor.user, &said, now, self.policy())
        })
        .await
    }
}
