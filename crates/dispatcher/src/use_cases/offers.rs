//! A responder, or an operator for one on the telephone, takes a step with an offer.

use std::sync::Arc;

use silverbell_domain::{Arrival, By, OfferCommand, OfferId, Person, ResponderId, Ticket, UnixMs};
use silverbell_store::Constraint;

use super::{Actor, Changed};
use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Returns an offer's ticket.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn ticket_of_offer(&self, id: OfferId) -> Result<Ticket, UseCaseError> {
        let ticket = self.store.ticket_of_offer(id).await?;
        ticket.ok_or(UseCaseError::NotFound("offer"))
    }

    /// Returns an offer's ticket as the board has it, which may lag a moment behind the store; from
    /// the store when the board does not have it. For rights, never for answers.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn glance_of_offer(&self, id: OfferId) -> Result<Arc<Ticket>, UseCaseError> {
        let mut boards = self.boards().into_iter();
        let on_board =
            boards.find_map(|board| board.read(|inner| inner.set.ticket_of_offer(id).cloned()));
        match on_board {
            Some(ticket) => Ok(ticket),
            None => self.ticket_of_offer(id).await.map(Arc::new),
        }
    }

    /// Takes a step with an offer. A step already passed changes nothing and is no error.
    /// `on_behalf` when an operator does it for a responder on the telephone (代接单).
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Conflict`] with the ticket as it is;
    /// [`UseCaseError::Store`].
    pub async fn step_offer(
        &self,
        id: OfferId,
        command: OfferCommand,
        on_behalf: bool,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let responder = ticket.offer(id).map(|offer| offer.responder);
        let responder = responder.ok_or(UseCaseError::NotFound("offer"))?;
        let board = self.board(&ticket.district);
        let person = board.as_ref().and_then(|board| board.person(responder));
        let by = if on_behalf { By::OnBehalf { user: actor.user } } else { actor.person() };
        if let Some(board) = &board {
            board.heard(responder, None, self.clock.now());
        }
        let distance = |ticket: &Ticket, now| distance_m(person.as_ref()?, ticket, now);
        let idempotency = actor.idempotency.as_ref();
        let take = |ticket: &mut Ticket, now| {
            let distance_m = distance(ticket, now);
            // An operator who speaks with the responder at the door vouches for the arrival.
            let arrival =
                if on_behalf { Arrival::Confirmed } else { Arrival::from_distance(distance_m) };
            let command = match &command {
                OfferCommand::OnScene(_) => OfferCommand::OnScene(arrival),
                OfferCommand::WithSenior(_) => OfferCommand::WithSenior(arrival),
                other => other.clone(),
            };
            ticket.step_offer(id, command, by, distance_m, now, self.policy())
        };
        let arrives = matches!(command, OfferCommand::OnScene(_));
        match self.try_change(ticket.id, idempotency, take).await? {
            // The offer expired, and another emergency has the responder: it keeps him, but that
            // somebody is at the door is never lost.
            Changed::Violates(Constraint::ResponderBusy, _) if arrives => {
                self.change(ticket.id, idempotency, |ticket, now| {
                    ticket.note_arrival(id, by, distance(ticket, now), now, self.policy())
                })
                .await
            }
            changed => self.settled(changed, idempotency).await,
        }
    }

    /// Returns the open tickets on which a responder is asked or goes.
    #[must_use]
    pub fn tickets_of(&self, responder: ResponderId) -> Vec<Arc<Ticket>> {
        let Some(board) = self.board_of(responder) else { return Vec::new() };
        board.read(|inner| inner.set.tickets_of(responder).cloned().collect())
    }
}

/// How far the responder's last position, not older than two minutes, is from the door.
fn distance_m(person: &Person, ticket: &Ticket, now: UnixMs) -> Option<u32> {
    const RECENT_MS: i64 = 120_000;
    let (point, _) = person.position.filter(|(_, at)| now.since_ms(*at) <= RECENT_MS)?;
    // Metres on a globe fit.
    Some(ticket.destination()?.distance_m(point).round() as u32)
}
