//! The hand-over to others: in whose hands the senior is, the links to the card, and a death.

use std::sync::Arc;

use silverbell_domain::{
    CardLink, Close, EscalationTarget, Handover, HandoverStep, Kind, Outcome, SeniorId, Ticket,
    TicketId, UnixMs, UserId,
};
use silverbell_store::NewOutbox;
use uuid::Uuid;

use super::registry::RegistryRefused;
use super::{ATTEMPTS, Actor, Beside};
use crate::{Dispatcher, UseCaseError};

/// The kind of an outbox row that says that a senior has died: what follows from it is done until it is.
pub(crate) const DIED: &str = "died";

/// So many of a senior's last tickets are looked through.
const LOOKED_THROUGH: u32 = 500;

/// A link to the card that is given to somebody outside.
#[derive(Clone, Debug)]
pub struct NewCardLink {
    /// SHA-256 of its secret, hexadecimal.
    pub secret_sha256: String,
    /// For whom.
    pub to: String,
    /// Whether the door codes are on it.
    pub with_codes: bool,
    /// How long it can be read, minutes.
    pub valid_min: u32,
}

type Changed = Result<Arc<Ticket>, UseCaseError>;

/// Errors of every call: [`UseCaseError::NotFound`], [`UseCaseError::Conflict`] with the ticket as
/// it is, [`UseCaseError::Invalid`], [`UseCaseError::Store`].
#[allow(clippy::missing_errors_doc, reason = "the same for all, said once above")]
impl Dispatcher {
    /// Says in whose hands the senior is; `is_at_desk`: an operator does, and not whoever escorts.
    pub async fn hand_over(
        &self,
        id: TicketId,
        step: HandoverStep,
        facts: Handover,
        note: Option<String>,
        is_at_desk: bool,
        actor: &Actor,
    ) -> Changed {
        let by = actor.person();
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            let (facts, note) = (facts.clone(), note.clone());
            ticket.hand_over(by, step, facts, note, is_at_desk, now, self.policy())
        })
        .await
    }

    /// Gives somebody outside a link to the card. Returns the link's identity.
    pub async fn share_card(
        &self,
        id: TicketId,
        new: NewCardLink,
        actor: &Actor,
    ) -> Result<(Arc<Ticket>, Uuid), UseCaseError> {
        let NewCardLink { secret_sha256, to, with_codes, valid_min } = new;
        let link = self.ids.next();
        let shared = self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            let link = CardLink {
                id: link,
                secret_sha256: secret_sha256.clone(),
                to: to.trim().to_owned(),
                with_codes,
                by: actor.user,
                given_at: now,
                expires_at: now.plus_s(60 * i64::from(valid_min)),
                revoked_at: None,
                readings: 0,
            };
            ticket.share_card(link, now, self.policy())
        });
        Ok((shared.await?, link))
    }

    /// Takes a link to the card back.
    pub async fn revoke_card(&self, id: TicketId, link: Uuid, actor: &Actor) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.revoke_card(actor.user, link, now, self.policy())
        })
        .await
    }

    /// Somebody outside opens a link: noted before anything is shown.
    pub async fn read_card(&self, id: TicketId, link: Uuid, secret_sha256: &str) -> Changed {
        self.change(id, None, |ticket, now| {
            ticket.read_card(link, secret_sha256, now, self.policy())
        })
        .await
    }

    /// An operator opens the card.
    pub async fn card_opened(&self, id: TicketId, actor: &Actor) -> Changed {
        self.change(id, None, |ticket, now| Ok(ticket.card_opened(actor.user, now, self.policy())))
            .await
    }

    // --- Death -----------------------------------------------------------------------------------

    /// Notes that 120 or the police confirmed a death.
    pub async fn state_death(
        &self,
        id: TicketId,
        confirmed_by: EscalationTarget,
        reference: &str,
        actor: &Actor,
    ) -> Changed {
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.state_death(actor.user, confirmed_by, reference, now, self.policy())
        })
        .await
    }

    /// A second person signs a death. What follows is written with the signature, and done by
    /// [`Self::died`], also after a restart.
    pub async fn sign_death(&self, id: TicketId, actor: &Actor) -> Changed {
        let known = self.ticket(id).await?;
        let row = NewOutbox {
            id: self.ids.next(),
            district: known.district,
            ticket: Some(id),
            kind: DIED.into(),
            payload: serde_json::json!({}),
            urgency: known.urgency,
            due_at: self.clock.now(),
            expires_at: None,
        };
        let idempotency = actor.idempotency.as_ref();
        let beside = Beside { messages: &[row], ..Beside::default() };
        let changed = self
            .try_change_beside(id, idempotency, beside, |ticket, now| {
                ticket.sign_death(actor.user, now, self.policy())
            })
            .await?;
        self.settled(changed, idempotency).await
    }

    /// Does what follows from a death that was signed: the file says it, nobody is called back or
    /// visited any more, and the devices are fetched. Doing it again changes nothing.
    pub(crate) async fn died(&self, id: TicketId) -> Result<(), UseCaseError> {
        let ticket = self.ticket(id).await?;
        let signed = ticket.death.as_ref().and_then(|death| death.signed.map(|it| (it, death)));
        let Some(((by, at), death)) = signed else { return Ok(()) };
        let senior = death.senior;
        if !self.note_in_file(senior, id, (by, at)).await? {
            return Ok(());
        }
        for other in self.store.tickets_of(senior, LOOKED_THROUGH).await? {
            // What calls or visits; a complaint is still looked into.
            let is_other_work = match other.kind {
                Kind::Wellbeing | Kind::Service | Kind::CareCall | Kind::Callback => {
                    other.is_open()
                }
                Kind::Sos
                | Kind::Fall
                | Kind::Silent
                | Kind::Help
                | Kind::Call
                | Kind::Wandering
                | Kind::Equipment
                | Kind::Consult
                | Kind::Complaint
                | Kind::Drill => false,
            };
            let close = Close {
                outcome: Outcome::Deceased,
                cause: None,
                note: None,
                hospital: None,
                duplicate_of: None,
                witness: Some(death.reference.clone()),
            };
            let ended = self.change(other.id, None, |ticket, now| {
                if is_other_work && ticket.is_open() {
                    return ticket.close(by, close.clone(), now, self.policy());
                }
                Ok(ticket.cancel_aftercare(now, self.policy()))
            });
            match ended.await {
                Err(UseCaseError::Store(error)) => return Err(error.into()),
                Err(error) => tracing::warn!(ticket = %other.id, %error, "a ticket stays as it is"),
                Ok(_) => {}
            }
        }
        if self.is_signed(id).await? { self.fetch_devices(senior, at).await } else { Ok(()) }
    }

    async fn is_signed(&self, ticket: TicketId) -> Result<bool, UseCaseError> {
        let death = self.ticket(ticket).await?.death;
        Ok(death.is_some_and(|death| death.signed.is_some()))
    }

    /// Returns whether there is such a file, and the signature still stands: whoever takes it back
    /// waits for the same turn.
    async fn note_in_file(
        &self,
        id: SeniorId,
        ticket: TicketId,
        (by, died_at): (UserId, UnixMs),
    ) -> Result<bool, UseCaseError> {
        let _turn = self.turn_to_change(id.0).await;
        if !self.is_signed(ticket).await? {
            return Ok(false);
        }
        match self.say_in_file(id, by, |said| said.or(Some(died_at))).await {
            Err(UseCaseError::NotFound(_)) => Ok(false),
            said => said.map(|()| true),
        }
    }

    /// Says in a senior's file whether this person is dead. It is a change of the file as others are, so
    /// that nobody who read the file before, a list or a form, writes the old word over it.
    async fn say_in_file(
        &self,
        id: SeniorId,
        by: UserId,
        died_at: impl Fn(Option<UnixMs>) -> Option<UnixMs> + Send,
    ) -> Result<(), UseCaseError> {
        let mut left = ATTEMPTS;
        loop {
            left -= 1;
            let known = self.store.senior(id).await?.ok_or(UseCaseError::NotFound("senior"))?;
            let mut senior = known.clone();
            senior.plan.needs.died_at = died_at(known.plan.needs.died_at);
            match self.registry(by).write_senior(&known, senior).await {
                Err(RegistryRefused::Changed) if left > 0 => {}
                ended => return Ok(ended.map(drop)?),
            }
        }
    }

    /// Takes back that a senior is dead: the record was wrong. First where it was signed, so that nothing
    /// goes on following from it; whoever has the work of fetching the devices is told.
    pub async fn is_alive(&self, id: SeniorId, actor: &Actor) -> Result<(), UseCaseError> {
        for ticket in self.store.tickets_of(id, LOOKED_THROUGH).await? {
            if ticket.death.as_ref().is_none_or(|death| death.senior != id) {
                continue;
            }
            let revoked = self.change(ticket.id, None, |ticket, now| {
                Ok(ticket.revoke_death(actor.user, now, self.policy()))
            });
            revoked.await?;
        }
        {
            let _turn = self.turn_to_change(id.0).await;
            self.say_in_file(id, actor.user, |_| None).await?;
        }
        self.leave_devices(id, actor).await
    }
}
