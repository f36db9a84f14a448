//! An operator opens a ticket from a telephone call.

use std::sync::Arc;

use silverbell_domain::{Kind, SeniorId, Ticket, TicketId, open_by_hand};
use silverbell_store::{Commit, Constraint, StoreError, Subject, TicketCommit};

use super::Actor;
use crate::{Dispatcher, UseCaseError};

/// A ticket that was opened, or the open emergency that the call belongs to.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The ticket.
    pub ticket: Arc<Ticket>,
    /// Whether it was open before.
    pub joined: bool,
}

impl Dispatcher {
    /// Opens a ticket by hand. A call for help while the senior's emergency is open joins it.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`] for an unknown senior; [`UseCaseError::Store`].
    pub async fn open_ticket(
        &self,
        senior: SeniorId,
        kind: Kind,
        note: Option<String>,
        actor: &Actor,
    ) -> Result<Opened, UseCaseError> {
        let senior = self.store.senior(senior).await?.ok_or(UseCaseError::NotFound("senior"))?;
        let now = self.clock.now();
        let id = TicketId(self.ids.next());
        let policy = self.policy();
        let (mut ticket, opened) = open_by_hand(id, &senior, kind, actor.user, now, policy);
        let mut events = vec![opened];
        if let Some(text) = note.clone() {
            events.extend(ticket.note(actor.user, text, now, policy));
        }
        let part = TicketCommit { ticket, expected_version: 0, events };
        let idempotency = actor.idempotency.clone().map(|mut request| {
            request.subject = Subject::Ticket(id);
            request
        });
        let commit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency };
        match self.store.commit(commit).await {
            Ok(committed) => {
                let ticket = committed.tickets.into_iter().next();
                let ticket = ticket.ok_or(UseCaseError::NotFound("ticket"))?;
                Ok(Opened { ticket, joined: false })
            }
            Err(StoreError::Violates(Constraint::OneOpenEmergency)) => {
                self.join_call(senior.id, note, actor).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn join_call(
        &self,
        senior: SeniorId,
        note: Option<String>,
        actor: &Actor,
    ) -> Result<Opened, UseCaseError> {
        let open = self.store.open_emergency_of(senior).await?;
        let open = open.ok_or(UseCaseError::NotFound("open emergency; try again"))?;
        let Some(text) = note else {
            return Ok(Opened { ticket: Arc::new(open), joined: true });
        };
        let ticket = self.note(open.id, text, actor).await?;
        Ok(Opened { ticket, joined: true })
    }
}
