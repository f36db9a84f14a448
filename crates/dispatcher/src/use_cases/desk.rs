//! What an operator does to a ticket at the desk.

use std::sync::Arc;

use silverbell_domain::{
    Close, EscalationTarget, LatLon, OfferId, Outcome, Refusal, ResponderId, ResponderRole,
    SeniorId, SilenceStep, TeamRole, Ticket, TicketId, TravelTimes, UnixMs,
};

use super::Actor;
use crate::{Dispatcher, UseCaseError};

type Changed = Result<Arc<Ticket>, UseCaseError>;

/// Errors of every call: [`UseCaseError::NotFound`], [`UseCaseError::Conflict`] with the ticket as
/// it is, [`UseCaseError::Invalid`], [`UseCaseError::Store`].
#[allow(clippy::missing_errors_doc, reason = "the same for all, said once above")]
impl Dispatcher {
    /// The file popped up on the operator's screen.
    pub async fn seen(&self, id: TicketId, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            Ok(ticket.seen(actor.user, now, self.policy()))
        })
        .await
    }

    /// Answers a ticket, or takes it over with a reason.
    pub async fn answer(&self, id: TicketId, take_over: Option<String>, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.answer(actor.user, take_over.clone(), now, self.policy())
        })
        .await
    }

    /// Confirms an emergency.
    pub async fn confirm(&self, id: TicketId, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.confirm(actor.user, now, self.policy())
        })
        .await
    }

    /// Vouches for a doubtful ticket and says whose it is.
    pub async fn verify(&self, id: TicketId, senior: Option<SeniorId>, actor: &Actor) -> Changed {
        let senior = match senior {
            Some(senior) => {
                Some(self.store.senior(senior).await?.ok_or(UseCaseError::NotFound("senior"))?)
            }
            None => None,
        };
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            if senior.as_ref().is_some_and(|senior| senior.district != ticket.district) {
                return Err(Refusal::Invalid("another district's senior"));
            }
            ticket.verify(actor.user, senior.as_ref(), now, self.policy())
        })
        .await
    }

    /// Nobody speaks: presumed an emergency; or what was tried was in vain.
    pub async fn no_voice(
        &self,
        id: TicketId,
        after: Option<SilenceStep>,
        actor: &Actor,
    ) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.no_voice(actor.user, after, now, self.policy())
        })
        .await
    }

    /// Somebody was heard.
    pub async fn heard(&self, id: TicketId, note: Option<String>, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.voice_heard(actor.user, note.clone(), now, self.policy())
        })
        .await
    }

    /// Widens the search by a ring.
    pub async fn widen(&self, id: TicketId, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.widen(actor.user, now, self.policy())
        })
        .await
    }

    /// Corrects the place.
    pub async fn place(
        &self,
        id: TicketId,
        point: LatLon,
        text: Option<String>,
        reason: Option<String>,
        actor: &Actor,
    ) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.place(actor.user, point, text.clone(), reason.clone(), now, self.policy())
        })
        .await
    }

    /// Takes back the place that was set last.
    pub async fn take_back_place(&self, id: TicketId, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.take_back_place(actor.user, now, self.policy())
        })
        .await
    }

    /// Finds the place right that somebody on the way doubts.
    pub async fn keep_place(
        &self,
        id: TicketId,
        doubted_at: Option<UnixMs>,
        reason: Option<String>,
        actor: &Actor,
    ) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.keep_place(actor.user, doubted_at, reason.clone(), now, self.policy())
        })
        .await
    }

    /// Writes a note.
    pub async fn note(&self, id: TicketId, text: String, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            Ok(ticket.note(actor.user, text.clone(), now, self.policy()))
        })
        .await
    }

    /// Records that the family was told.
    pub async fn family_told(&self, id: TicketId, note: Option<String>, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.family_told(actor.user, note.clone(), now, self.policy())
        })
        .await
    }

    /// Records who was brought in.
    pub async fn escalate(
        &self,
        id: TicketId,
        to: EscalationTarget,
        reference: Option<String>,
        eta_min: Option<u32>,
        note: Option<String>,
        actor: &Actor,
    ) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            let (reference, note) = (reference.clone(), note.clone());
            ticket.escalate(actor.user, to, reference, eta_min, note, now, self.policy())
        })
        .await
    }

    /// Dispatches a responder by hand, over the planner.
    pub async fn assign(
        &self,
        id: TicketId,
        responder: ResponderId,
        role: TeamRole,
        reason: Option<&str>,
        actor: &Actor,
    ) -> Changed {
        let board = self.board_of(responder).ok_or(UseCaseError::NotFound("responder"))?;
        let person = board.person(responder).ok_or(UseCaseError::NotFound("responder"))?;
        if person.responder.left_at.is_some() {
            let why = "this responder left the service: send somebody else";
            return Err(UseCaseError::Invalid(why.into()));
        }
        if role == TeamRole::Lead && person.responder.role == ResponderRole::Rescuer {
            let why = "a rescuer supports an aide and cannot lead; assign as `support`";
            return Err(UseCaseError::Invalid(why.into()));
        }
        if board.read(|inner| inner.set.is_in_distress(responder)) {
            let why = "this responder pressed the own SOS: send somebody else";
            return Err(UseCaseError::Invalid(why.into()));
        }
        let offer = OfferId(self.ids.next());
        let policy = self.policy();
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            if person.responder.district != ticket.district {
                return Err(Refusal::Invalid("another district's responder"));
            }
            let from = person.place(now, stale_ms).map_or(person.responder.standby, |(at, _)| at);
            let door = ticket.destination().unwrap_or(from);
            let eta = board.read(|inner| inner.index.eta(from, inner.set.travel_of(&person), door));
            let mut events = ticket.assign(actor.user, offer, responder, role, eta, now, policy)?;
            if let Some(reason) = reason {
                events.extend(ticket.note(actor.user, reason.to_owned(), now, policy));
            }
            Ok(events)
        })
        .await
    }

    /// Closes a ticket.
    pub async fn close(&self, id: TicketId, close: Close, actor: &Actor) -> Changed {
        if let Some(other) = close.duplicate_of {
            let other = self.ticket(other).await.map_err(|error| match error {
                UseCaseError::NotFound(_) => {
                    UseCaseError::Invalid("duplicate_of: there is no such ticket".into())
                }
                error => error,
            })?;
            let ended = other.handling.closing().map(|closing| closing.outcome);
            if ended == Some(Outcome::Duplicate) {
                let why =
                    "duplicate_of: that ticket is a duplicate itself; name the one that counts";
                return Err(UseCaseError::Invalid(why.into()));
            }
        }
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.close(actor.user, close.clone(), now, self.policy())
        })
        .await
    }

    /// Opens a closed ticket again.
    pub async fn reopen(&self, id: TicketId, reason: String, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.reopen(actor.user, reason.clone(), now, self.policy())
        })
        .await
    }
}
