//! An operator opens a ticket from a telephone call.

use std::sync::Arc;

use silverbell_domain::{
    Channel, FromCall, Kind, Refusal, Senior, SeniorId, Ticket, TicketId, UnixMs, note_call,
    open_by_hand, open_from_call,
};
use silverbell_store::{
    CallRecord, Commit, Constraint, Idempotency, StoreError, Subject, TicketCommit,
};

use super::Actor;
use crate::{Dispatcher, UseCaseError};

/// How often a call is taken anew when the emergency it belongs to was closed, or another one
/// opened, just then.
const ATTEMPTS: u32 = 3;

/// What the history says of a call that joined and was given no note.
const CALLED_AGAIN: &str = "又来电 · called again";

/// A ticket that was opened, or the open emergency that the call belongs to.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The ticket.
    pub ticket: Arc<Ticket>,
    /// Whether it was open before.
    pub joined: bool,
}

impl Opened {
    /// Returns what a request that was carried out before, at this time, had done. It joined a
    /// ticket that a device opened, or that was opened before the request came. (Two operators who
    /// take calls of the same senior in the same milliseconds may both be told that they opened the
    /// ticket: it is the same one.)
    #[must_use]
    pub fn before(ticket: Arc<Ticket>, request_at: UnixMs) -> Self {
        let joined = ticket.channel != Channel::Call || ticket.times.opened < request_at;
        Self { ticket, joined }
    }
}

impl Dispatcher {
    /// Opens a ticket by hand. A call for help while the senior's emergency is open joins it, and
    /// is told in its history. Opened from a telephone call, it counts from when that rang, is
    /// answered by who opens it, and has the call in its history; see [`Self::tie_call`] for the
    /// call's own record.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`] for an unknown senior; [`UseCaseError::Conflict`] when the
    /// senior's emergencies open and close faster than a call can be taken;
    /// [`UseCaseError::Store`].
    pub async fn open_ticket(
        &self,
        senior: SeniorId,
        kind: Kind,
        note: Option<String>,
        call: Option<&CallRecord>,
        actor: &Actor,
    ) -> Result<Opened, UseCaseError> {
        let senior = self.store.senior(senior).await?.ok_or(UseCaseError::NotFound("senior"))?;
        let note = note.filter(|text| !text.trim().is_empty());
        for _ in 0..ATTEMPTS {
            match self.open_anew(&senior, kind, note.clone(), call, actor).await {
                Ok(ticket) => return Ok(Opened { ticket, joined: false }),
                Err(error) => {
                    // The same request may have come twice at once: the other one did it.
                    if let Some(opened) = self.opened_before(&error, actor).await? {
                        return Ok(opened);
                    }
                    if error != StoreError::Violates(Constraint::OneOpenEmergency) {
                        return Err(error.into());
                    }
                }
            }
            let Some(open) = self.store.open_emergency_of(senior.id).await? else { continue };
            let text = note.clone().unwrap_or_else(|| CALLED_AGAIN.into());
            match self.join_call(open.id, kind, text, call, actor).await {
                Ok(ticket) => return Ok(Opened { ticket, joined: true }),
                Err(UseCaseError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let why = "the senior's emergency opens and closes too fast; try again".to_owned();
        Err(UseCaseError::Conflict { why, current: None })
    }

    async fn open_anew(
        &self,
        senior: &Senior,
        kind: Kind,
        note: Option<String>,
        call: Option<&CallRecord>,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, StoreError> {
        let (now, policy) = (self.clock.now(), self.policy());
        let id = TicketId(self.ids.next());
        let (mut ticket, mut events) = match call {
            None => {
                let (ticket, opened) = open_by_hand(id, senior, kind, actor.person(), now, policy);
                (ticket, vec![opened])
            }
            Some(call) => {
                let from = FromCall {
                    call: call.id,
                    outgoing: call.outgoing,
                    rang_at: call.ringing_at,
                    answered_at: call.answered_at,
                    result: call.result.clone(),
                };
                open_from_call(id, senior, kind, from, actor.user, now, policy)
            }
        };
        if let Some(text) = note {
            events.extend(ticket.note(actor.user, text, now, policy));
        }
        if kind == Kind::Silent {
            // It was opened just now, and is an emergency: nothing refuses that.
            events.extend(ticket.no_voice(actor.user, None, now, policy).unwrap_or_default());
        }
        let part = TicketCommit { ticket, expected_version: 0, events };
        let idempotency = about(actor, id).idempotency;
        let outbox = self.to_tell(&part);
        let commit = Commit { tickets: vec![part], outbox, idempotency };
        let ticket = self.store.commit(commit).await?.tickets.into_iter().next();
        ticket.ok_or_else(|| StoreError::Corrupt("a commit returned no ticket".into()))
    }

    /// Notes the call on the open emergency; refused when it was closed meanwhile.
    async fn join_call(
        &self,
        open: TicketId,
        kind: Kind,
        text: String,
        call: Option<&CallRecord>,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        self.change(open, about(actor, open).idempotency.as_ref(), |ticket, now| {
            if !ticket.is_open() {
                return Err(Refusal::State("the ticket was closed meanwhile"));
            }
            let mut events = ticket.note(actor.user, text.clone(), now, self.policy());
            if kind == Kind::Silent {
                events.extend(ticket.no_voice(actor.user, None, now, self.policy())?);
            }
            // A call that joined by itself stands in the history already.
            let new = call.filter(|call| call.ticket != Some(ticket.id));
            events.extend(new.map(|call| {
                let result = call.result.clone();
                note_call(ticket, call.id, call.outgoing, result, now, self.policy())
            }));
            Ok(events)
        })
        .await
    }

    /// Returns what the same request has done already, where that may be why it failed now.
    async fn opened_before(
        &self,
        error: &StoreError,
        actor: &Actor,
    ) -> Result<Option<Opened>, UseCaseError> {
        let StoreError::Violates(_) = error else { return Ok(None) };
        let Some(request) = &actor.idempotency else { return Ok(None) };
        let known = self.store.idempotent(request.user, &request.key).await?;
        let known = known.filter(|known| known.fingerprint == request.fingerprint);
        let Some(Idempotency { subject: Subject::Ticket(id), at, .. }) = known else {
            return Ok(None);
        };
        Ok(Some(Opened::before(Arc::new(self.ticket(id).await?), at)))
    }
}

/// Returns the person with a request that is about this ticket.
fn about(actor: &Actor, id: TicketId) -> Actor {
    let mut actor = actor.clone();
    if let Some(request) = &mut actor.idempotency {
        request.subject = Subject::Ticket(id);
    }
    actor
}
