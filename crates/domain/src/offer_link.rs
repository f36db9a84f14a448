//! The one-time link to an offer: whoever is asked reads and answers it without a log-in, on the one
//! phone that opened it.

use serde::{Deserialize, Serialize};

use crate::{By, Event, NewEvent, Offer, OfferId, OfferState, Policy, Refusal, Ticket, UnixMs};

/// Nobody is at work on one offer for longer, milliseconds: 12 hours.
const LONGEST_MS: i64 = 12 * 3_600_000;

/// How it ended can be read for so long afterwards, milliseconds: 30 minutes.
const AFTERWARDS_MS: i64 = 30 * 60_000;

/// The phone that opened the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedLink {
    /// SHA-256 of the secret that this phone was given, hexadecimal.
    pub secret_sha256: String,
    /// When.
    pub at: UnixMs,
}

impl Offer {
    /// Returns whether a phone that shows a secret of this hash is the one that opened the link, and may
    /// still read: as long as the job lasts, and how it ended for a little while.
    #[must_use]
    pub fn is_open_to(&self, secret_sha256: &str, now: UnixMs) -> bool {
        let opened = self.link.as_ref().filter(|link| link.secret_sha256 == secret_sha256);
        opened.is_some_and(|link| {
            let is_young = now.since_ms(link.at) < LONGEST_MS;
            is_young && self.ended_at().is_none_or(|at| now.since_ms(at) < AFTERWARDS_MS)
        })
    }

    /// Returns when the responder was bound by it no more.
    const fn ended_at(&self) -> Option<UnixMs> {
        match self.state {
            OfferState::Offered
            | OfferState::Accepted { .. }
            | OfferState::OnScene { .. }
            | OfferState::Escorting { .. } => None,
            OfferState::Done { done_at, .. } => Some(done_at),
            OfferState::Declined { declined_at, .. } => Some(declined_at),
            OfferState::Expired { expired_at } => Some(expired_at),
            OfferState::Withdrawn { withdrawn_at, .. } => Some(withdrawn_at),
        }
    }
}

impl Ticket {
    /// The link to an offer is opened by a phone that is given this secret. The same secret again changes
    /// nothing: the first answer was lost on its way.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`]; [`Refusal::State`] when the offer is over, or another phone opened it.
    pub fn open_link(
        &mut self,
        id: OfferId,
        secret_sha256: &str,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        let offer = self.offers.iter_mut().find(|offer| offer.id == id);
        let offer = offer.ok_or(Refusal::NoSuchOffer)?;
        if offer.is_open_to(secret_sha256, now) {
            return Ok(Vec::new());
        }
        if !offer.state.is_active() {
            return Err(Refusal::State("this offer is over"));
        }
        if offer.link.is_some() {
            return Err(Refusal::State("this link was opened on another phone; call the centre"));
        }
        offer.link = Some(OpenedLink { secret_sha256: secret_sha256.to_owned(), at: now });
        let responder = offer.responder;
        // Looking is not doing: the quiet watchdog goes on.
        self.reschedule(policy);
        let event = Event::LinkOpened { offer: id, responder };
        Ok(vec![NewEvent { at: now, by: By::Link { responder }, event }])
    }
}
