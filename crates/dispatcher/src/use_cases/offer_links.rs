//! Whoever is asked answers by the one-time link of the offer, without a log-in.

use std::sync::Arc;

use silverbell_domain::{By, HelpWanted, OfferCommand, OfferId, ResponderId, Ticket};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// The link to an offer is opened by a phone that keeps this secret.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Conflict`] when the offer is over or another phone
    /// opened it; [`UseCaseError::Store`].
    pub async fn open_offer_link(
        &self,
        id: OfferId,
        secret_sha256: &str,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        self.change(ticket.id, None, |ticket, now| {
            ticket.open_link(id, secret_sha256, now, self.policy())
        })
        .await
    }

    /// Takes a step with an offer for whoever opened its link. A step already passed changes nothing.
    ///
    /// # Errors
    /// As of [`Self::step_offer`].
    pub async fn step_offer_by_link(
        &self,
        id: OfferId,
        command: OfferCommand,
        responder: ResponderId,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        self.step_offer_by(id, command, By::Link { responder }, None).await
    }

    /// Whoever opened the link and goes, or is there, asks for support or 120.
    ///
    /// # Errors
    /// As of [`Self::ask_help`].
    pub async fn ask_help_by_link(
        &self,
        id: OfferId,
        what: HelpWanted,
        responder: ResponderId,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        self.ask_help_by(id, what, By::Link { responder }, None).await
    }
}
