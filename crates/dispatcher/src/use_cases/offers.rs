//! A responder, or an operator for one on the telephone, takes a step with an offer.

use std::sync::Arc;

use silverbell_domain::{Arrival, By, OfferCommand, OfferId, Person, ResponderId, Ticket, UnixMs};

use super::Actor;
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
        let on_board = self.boards().into_iter().find_map(|board| {
            board.read(|inner| {
                let mut tickets = inner.set.tickets.values();
                tickets.find(|ticket| ticket.offer(id).is_some()).cloned()
            })
        });
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
        self.change(ticket.id, actor.idempotency.as_ref(), |ticket, now| {
            let distance_m = person.as_ref().and_then(|p| distance_m(p, ticket, now));
            // An operator who speaks with the responder at the door vouches for the arrival.
            let arrival =
                if on_behalf { Arrival::Confirmed } else { Arrival::from_distance(distance_m) };
            let command = match &command {
                OfferCommand::OnScene(_) => OfferCommand::OnScene(arrival),
                OfferCommand::WithSenior(_) => OfferCommand::WithSenior(arrival),
                other => other.clone(),
            };
            ticket.step_offer(id, command, by, distance_m, now, self.policy())
        })
        .await
    }

    /// Returns the open tickets on which a responder is asked or goes.
    #[must_use]
    pub fn tickets_of(&self, responder: ResponderId) -> Vec<Arc<Ticket>> {
        let Some(board) = self.board_of(responder) else { return Vec::new() };
        board.read(|inner| {
            let tickets = inner.set.tickets.values();
            tickets.filter(|ticket| is_on(ticket, responder)).cloned().collect()
        })
    }
}

fn is_on(ticket: &Ticket, responder: ResponderId) -> bool {
    ticket.offers.iter().any(|o| o.responder == responder && o.state.is_active())
}

/// How far the responder's last position, not older than two minutes, is from the door.
fn distance_m(person: &Person, ticket: &Ticket, now: UnixMs) -> Option<u32> {
    const RECENT_MS: i64 = 120_000;
    let (point, _) = person.position.filter(|(_, at)| now.since_ms(*at) <= RECENT_MS)?;
    // Metres on a globe fit.
    Some(ticket.destination()?.distance_m(point).round() as u32)
}
