//! People outside are told: the occasion is written with the change that causes it, the messages once
//! it is known who is to hear of it, and what becomes of them as it is learnt.

use std::collections::HashSet;
use std::sync::Arc;

use silverbell_domain::{
    By, CallId, MessageState, OfferCommand, OfferId, Ticket, TicketId, TicketMessage, UnixMs, Whom,
    occasions,
};
use silverbell_store::{Constraint, NewOutbox, TicketCommit};
use uuid::Uuid;

use super::{ATTEMPTS, Beside, Changed};
use crate::{Dispatcher, UseCaseError};

/// The kind of an outbox row that is an [`Occasion`](silverbell_domain::Occasion), and no message yet.
pub const TELL: &str = "tell";

/// The text of a call to somebody who is asked.
const OFFER_CALL: &str = "offer_voice";

/// What was learnt of a message.
#[derive(Clone, Debug)]
pub struct MessageNews {
    /// The message.
    pub id: Uuid,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed.
    pub why: Option<String>,
    /// When.
    pub at: UnixMs,
}

impl Dispatcher {
    /// Returns the occasions that a change gives to tell somebody outside; none where nobody can be
    /// told.
    pub(crate) fn to_tell(&self, part: &TicketCommit) -> Vec<NewOutbox> {
        let Some(tells) = self.settings.tells.filter(|_| part.ticket.is_emergency()) else {
            return Vec::new();
        };
        let due = occasions(&part.events, tells);
        let row = |(occasion, due_at)| NewOutbox {
            id: self.ids.next(),
            district: part.ticket.district.clone(),
            ticket: Some(part.ticket.id),
            kind: TELL.into(),
            // Words and identities: writing them cannot fail.
            payload: serde_json::to_value(occasion).unwrap_or_default(),
            urgency: part.ticket.urgency,
            due_at,
            expires_at: None,
        };
        due.into_iter().map(row).collect()
    }

    /// Writes messages for a ticket, with the lines in its history. What was written before, by
    /// another node or before a restart, is not written again; what is given twice is written once.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn queue_messages(
        &self,
        ticket: TicketId,
        messages: Vec<(TicketMessage, Option<NewOutbox>)>,
    ) -> Result<(), UseCaseError> {
        if messages.is_empty() {
            return Ok(());
        }
        for attempt in 0..ATTEMPTS {
            let known = self.ticket(ticket).await?;
            let mut seen: HashSet<Uuid> = known.messages.iter().map(|message| message.id).collect();
            let (mut notes, mut rows) = (Vec::new(), Vec::new());
            for (note, row) in &messages {
                // A line that the history no longer shows may have a row still.
                let is_new = seen.insert(note.id)
                    && (attempt == 0 || self.store.outbox_message(note.id).await?.is_none());
                if is_new {
                    notes.push(note.clone());
                    rows.extend(row.clone());
                }
            }
            if notes.is_empty() {
                return Ok(());
            }
            let note = |ticket: &mut Ticket, _| {
                Ok(notes.iter().filter_map(|note| ticket.note_message(note.clone())).collect())
            };
            let beside = Beside { messages: &rows, ..Beside::default() };
            match self.try_change_beside(ticket, None, beside, note).await? {
                // Somebody else wrote one of them at the same moment: the others are still to be written.
                Changed::Violates(Constraint::Taken, _) => {}
                changed => return self.settled(changed, None).await.map(drop),
            }
        }
        let why = "its messages are written by somebody else again and again".to_owned();
        Err(UseCaseError::Conflict { why, current: None })
    }

    /// Notes what was learnt of a message of a ticket.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn message_is(
        &self,
        ticket: TicketId,
        news: MessageNews,
    ) -> Result<(), UseCaseError> {
        let noted = self.change(ticket, None, |ticket, _| {
            let known = ticket.messages.iter().find(|message| message.id == news.id).cloned();
            let note = known.and_then(|known| {
                let (state, why, at) = (news.state, news.why.clone(), news.at.max(known.at));
                ticket.note_message(TicketMessage { state, why, at, ..known })
            });
            Ok(note.into_iter().collect())
        });
        noted.await.map(drop)
    }

    /// A gateway has a message: if it is a call to somebody who is asked, the offer does not expire while
    /// the telephone rings.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn message_rings(&self, ticket: TicketId, id: Uuid) -> Result<(), UseCaseError> {
        let rings = self.change(ticket, None, |ticket, now| {
            let called = ticket.messages.iter().find(|it| it.id == id && it.text == OFFER_CALL);
            let offer = called.and_then(|it| match it.whom {
                Whom::Responder { responder } => ticket.last_offer_to(responder),
                Whom::Contact { .. } | Whom::Leader => None,
            });
            match offer.map(|offer| offer.id) {
                Some(offer) => ticket.rings(offer, CallId(id), now, self.policy()),
                None => Ok(Vec::new()),
            }
        });
        rings.await.map(drop)
    }

    /// Whoever is asked has pressed a key on the telephone.
    ///
    /// # Errors
    /// [`UseCaseError`]: the offer is over, for instance.
    pub async fn answer_by_telephone(
        &self,
        offer: OfferId,
        accepts: bool,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(offer).await?;
        let responder = ticket.offer(offer).map(|offer| offer.responder);
        let by = By::Telephone { responder: responder.ok_or(UseCaseError::NotFound("offer"))? };
        let command = || {
            if accepts { OfferCommand::Accept } else { OfferCommand::Decline(None) }
        };
        self.change(ticket.id, None, |ticket, now| {
            ticket.step_offer(offer, command(), by, None, now, self.policy())
        })
        .await
    }

    /// The leader has heard that nobody takes care of a ticket: it climbs no further for now. Its other
    /// deadlines go on.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn leader_heard(&self, ticket: TicketId) -> Result<(), UseCaseError> {
        let heard = self.change(ticket, None, |ticket, now| {
            Ok(ticket.leader_heard(now, self.policy()).into_iter().collect())
        });
        heard.await.map(drop)
    }
}
