//! A responder, or an operator for one on the telephone, takes a step with an offer.

use std::sync::Arc;

use silverbell_domain::{
    Arrival, By, OfferCommand, OfferId, OfferState, Person, ResponderId, Ticket, UnixMs, UserId,
    trail_m,
};
use silverbell_store::{Constraint, Idempotency};

use super::{Actor, Changed};
use crate::{Dispatcher, UseCaseError};

/// Of a way to a door a position is looked at so often: phones tell one in ten seconds while they move.
const TRAIL_EVERY_MS: i64 = 10_000;

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

    /// Whoever is asked sees the offer on the page: a sign of life, and nobody tells of it by other ways
    /// any more. What was seen before, or is answered or over, stays as it is.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn see_offer(&self, id: OfferId, user: UserId) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let offer = ticket.offer(id).ok_or(UseCaseError::NotFound("offer"))?;
        if let Some(board) = self.board(&ticket.district) {
            board.heard(offer.responder, None, self.clock.now());
        }
        let by = By::Person { user };
        self.change(ticket.id, None, |ticket, now| ticket.see_offer(id, by, now)).await
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
        let by = if on_behalf { By::OnBehalf { user: actor.user } } else { actor.person() };
        self.step_offer_by(id, command, by, actor.idempotency.as_ref()).await
    }

    /// As [`Self::step_offer`], for whoever it is.
    pub(crate) async fn step_offer_by(
        &self,
        id: OfferId,
        command: OfferCommand,
        by: By,
        idempotency: Option<&Idempotency>,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let responder = ticket.offer(id).map(|offer| offer.responder);
        let responder = responder.ok_or(UseCaseError::NotFound("offer"))?;
        let board = self.board(&ticket.district);
        let person = board.as_ref().and_then(|board| board.person(responder));
        let on_behalf = matches!(by, By::OnBehalf { .. });
        if let Some(board) = &board {
            board.heard(responder, None, self.clock.now());
        }
        let waits = match (&command, ticket.senior) {
            (OfferCommand::WithSenior(_), Some(senior)) => {
                let sex = self.store.senior(senior).await?.map(|senior| senior.sex);
                self.waits_for(&ticket, responder, sex).await?
            }
            _ => Vec::new(),
        };
        let travelled_m = match &command {
            OfferCommand::OnScene(_) | OfferCommand::WithSenior(_) => {
                self.travelled_m(&ticket, id).await
            }
            OfferCommand::Accept
            | OfferCommand::Decline(_)
            | OfferCommand::Depart
            | OfferCommand::Escort
            | OfferCommand::Done
            | OfferCommand::Expire
            | OfferCommand::Withdraw(_) => None,
        };
        let distance = |ticket: &Ticket, now| distance_m(person.as_ref()?, ticket, now);
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
            let mut events = ticket.step_offer(id, command, by, distance_m, now, self.policy())?;
            ticket.note_travelled(id, travelled_m);
            if !events.is_empty() && !waits.is_empty() {
                let desk = board.as_ref().map(|board| board.read(|inner| inner.set.desk));
                let desk = desk.unwrap_or_default();
                let why = waits.clone();
                events.extend(ticket.went_in_alone(id, why, desk, now, self.policy()));
            }
            Ok(events)
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

    /// Returns how far the holder of an offer has come since accepting it, by the phone's positions. What
    /// cannot be read holds nobody up at the door.
    async fn travelled_m(&self, ticket: &Ticket, id: OfferId) -> Option<u32> {
        let offer = ticket.offer(id)?;
        let OfferState::Accepted { accepted_at, .. } = offer.state else { return None };
        let (from, to) = (accepted_at, self.clock.now());
        let trail = self.store.positions_of(offer.responder.0, from, to, TRAIL_EVERY_MS).await;
        let trail = trail.inspect_err(|error| {
            tracing::debug!(ticket = %ticket.id, %error, "how far it was to the door is not known");
        });
        trail_m(&trail.ok()?)
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
