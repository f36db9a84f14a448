//! Telling people outside: what has happened that somebody has to hear of, and what became of each
//! message. Who that is, and by which way, is decided when the message goes out: a number that was
//! changed meanwhile is the new one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    By, EscalationReason, EscalationTarget, Event, NewEvent, OfferId, ResponderId, Ticket, UnixMs,
};

/// Something that somebody outside has to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "occasion", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is named by the type it has")]
pub enum Occasion {
    /// An emergency is confirmed, or its hold ended, or nobody speaks: the family.
    FamilyConfirmed,
    /// Somebody is at the door: the family, as far as it was told.
    FamilyOnScene,
    /// It is over: the family, as far as it was told.
    FamilyClosed,
    /// Somebody is asked, and has not answered on the page: by text.
    OfferText { offer: OfferId },
    /// …and has not answered the text either: by a voice call.
    OfferCall { offer: OfferId },
    /// Somebody who was told of an offer is needed no more.
    OfferWithdrawn { offer: OfferId },
    /// What nobody takes care of has climbed to the leader: by a voice call, each time.
    Leader { at: UnixMs },
}

/// Returns what these events give occasion to, each with when it is due. A text goes to whoever is
/// asked `offer_text_after_s` after the page, a call `offer_call_after_s` after that.
#[must_use]
pub fn occasions(
    events: &[NewEvent],
    offer_text_after_s: u32,
    offer_call_after_s: u32,
) -> Vec<(Occasion, UnixMs)> {
    let mut due = Vec::new();
    for NewEvent { at, event, .. } in events {
        match event {
            Event::Confirmed {} | Event::HoldEnded {} | Event::NoVoice { .. } => {
                due.push((Occasion::FamilyConfirmed, *at));
            }
            Event::OnScene { .. } => due.push((Occasion::FamilyOnScene, *at)),
            Event::Closed { .. } => due.push((Occasion::FamilyClosed, *at)),
            Event::Offered { offer, .. } => {
                let text_at = at.plus_s(offer_text_after_s.into());
                due.push((Occasion::OfferText { offer: *offer }, text_at));
                let call_at = text_at.plus_s(offer_call_after_s.into());
                due.push((Occasion::OfferCall { offer: *offer }, call_at));
            }
            Event::Withdrawn { offer, .. } => {
                due.push((Occasion::OfferWithdrawn { offer: *offer }, *at));
            }
            Event::Escalated { to: EscalationTarget::Leader, why, .. }
                if *why != EscalationReason::ByHand =>
            {
                due.push((Occasion::Leader { at: *at }, *at));
            }
            // Nothing else concerns anybody outside.
            _ => {}
        }
    }
    due
}

/// To whom a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "whom", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is named by the type it has")]
pub enum Whom {
    /// One of the senior's contacts.
    Contact { name: String, relation: String },
    /// A responder.
    Responder { responder: ResponderId },
    /// 值班领导
    Leader,
}

/// How far a message has come. It only goes forward; a failure is an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It waits to be handed over.
    Queued,
    /// A gateway has it.
    Sent,
    /// It reached the telephone.
    Delivered,
    /// The call was answered.
    Answered,
    /// Given up, or lost on the way.
    Failed,
    /// Whoever was called pressed a key.
    Acknowledged,
}

/// A message of a ticket, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketMessage {
    /// The outbox row's id; of what could not even be written, one of its own.
    pub id: Uuid,
    /// To whom.
    #[serde(flatten)]
    pub whom: Whom,
    /// `sms`, `voice` or `webhook`.
    pub channel: String,
    /// The text's name: `family_confirmed`, …
    pub text: String,
    /// How far.
    pub state: MessageState,
    /// Why it failed, in words without anybody's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When that was.
    pub at: UnixMs,
}

/// A ticket shows so many messages, the newest; all are in its history.
const MESSAGES_SHOWN: usize = 100;

impl Ticket {
    /// Notes how far a message has come. `None` when that is no news: receipts come twice, and may
    /// overtake each other.
    pub fn note_message(&mut self, message: TicketMessage) -> Option<NewEvent> {
        let known = self.messages.iter_mut().find(|known| known.id == message.id);
        if known.as_ref().is_some_and(|known| known.state >= message.state) {
            return None;
        }
        let is_family = matches!(message.whom, Whom::Contact { .. });
        if is_family && (MessageState::Sent..=MessageState::Answered).contains(&message.state) {
            self.times.family_told.get_or_insert(message.at);
        }
        let at = message.at;
        match known {
            Some(known) => *known = message.clone(),
            None => self.messages.push(message.clone()),
        }
        if self.messages.len() > MESSAGES_SHOWN {
            self.messages.remove(0);
        }
        let event = Event::Message { message: Box::new(message) };
        Some(NewEvent { at, by: By::Machine, event })
    }

    /// Returns the messages with this text that were written for this ticket.
    pub fn messages_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a TicketMessage> {
        self.messages.iter().filter(move |message| message.text == text)
    }
}
