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
    /// Somebody is asked, and has not seen it on the page: by a push to the browsers that asked for it.
    OfferPush { offer: OfferId },
    /// Somebody is asked, and has not answered on the page: by text.
    OfferText { offer: OfferId },
    /// …and has not answered the text either: by a voice call.
    OfferCall { offer: OfferId },
    /// Somebody accepted by telephone, or an operator for them, and has to read where to go.
    OfferAccepted { offer: OfferId },
    /// Somebody who was told of an offer is needed no more.
    OfferWithdrawn { offer: OfferId },
    /// What nobody takes care of has climbed to the leader: by a voice call, each time.
    Leader { at: UnixMs },
}

/// How soon whoever is asked is told by other ways than the page, as long as there is no sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tells {
    /// Whether telephones can be reached, by text or call: then rescuers are on call in their hours.
    pub has_telephones: bool,
    /// By push, after the offer, seconds; `None`: push is off.
    pub offer_push_after_s: Option<u32>,
    /// By text, after the offer, seconds.
    pub offer_text_after_s: u32,
    /// By a voice call, after the text, seconds.
    pub offer_call_after_s: u32,
}

/// Returns what these events give occasion to, each with when it is due.
#[must_use]
pub fn occasions(events: &[NewEvent], tells: Tells) -> Vec<(Occasion, UnixMs)> {
    let mut due = Vec::new();
    for NewEvent { at, by, event } in events {
        match event {
            Event::Confirmed {} | Event::HoldEnded {} | Event::NoVoice { .. } => {
                due.push((Occasion::FamilyConfirmed, *at));
            }
            Event::OnScene { .. } => due.push((Occasion::FamilyOnScene, *at)),
            Event::Closed { .. } => due.push((Occasion::FamilyClosed, *at)),
            Event::Offered { offer, .. } => {
                if let Some(after_s) = tells.offer_push_after_s {
                    let push_at = at.plus_s(after_s.into());
                    due.push((Occasion::OfferPush { offer: *offer }, push_at));
                }
                let text_at = at.plus_s(tells.offer_text_after_s.into());
                due.push((Occasion::OfferText { offer: *offer }, text_at));
                let call_at = text_at.plus_s(tells.offer_call_after_s.into());
                due.push((Occasion::OfferCall { offer: *offer }, call_at));
            }
            Event::Accepted { offer, .. }
                if matches!(by, By::Telephone { .. } | By::OnBehalf { .. }) =>
            {
                due.push((Occasion::OfferAccepted { offer: *offer }, *at));
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
    /// `sms`, `voice`, `push` or `webhook`.
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

impl TicketMessage {
    /// Returns whether it tells the family of an emergency, or of its end.
    #[must_use]
    pub fn is_of_emergency(&self) -> bool {
        FAMILY_TEXTS.contains(&&*self.text)
    }
}

/// The texts that tell the family of an emergency, in the order in which things happen.
const FAMILY_TEXTS: [&str; 6] = [
    "family_confirmed",
    "family_on_scene",
    "family_closed_helped",
    "family_closed_hospital",
    "family_closed_phone",
    "family_closed_other",
];

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
        if message.is_of_emergency()
            && (MessageState::Sent..=MessageState::Answered).contains(&message.state)
        {
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

    /// Returns the messages to the family about the emergency itself, as they were written. Lines that
    /// say why nobody could be told are among them.
    pub fn family_messages(&self) -> impl Iterator<Item = &TicketMessage> {
        self.messages.iter().filter(|message| message.is_of_emergency())
    }

    /// Returns whether anybody of the family was told of it, or is about to be.
    #[must_use]
    pub fn is_family_told(&self) -> bool {
        self.times.family_told.is_some()
            || self.family_messages().any(|message| message.state != MessageState::Failed)
    }

    /// Returns whether it is over and nothing was the matter.
    #[must_use]
    pub fn was_no_emergency(&self) -> bool {
        self.handling.closing().is_some_and(|closing| closing.outcome.is_no_emergency())
    }

    /// Returns the messages with this text that were written for this ticket.
    pub fn messages_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a TicketMessage> {
        self.messages.iter().filter(move |message| message.text == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Eta, EtaSource, ResponderId, TeamRole};

    const AT: UnixMs = UnixMs(1_000_000);

    fn offered() -> NewEvent {
        let event = Event::Offered {
            offer: OfferId(Uuid::from_u128(1)),
            responder: ResponderId(Uuid::from_u128(2)),
            role: TeamRole::Lead,
            eta: Eta { s: 240, source: EtaSource::StraightLine },
            ring_min: 10,
            overdue: false,
            considered: Vec::new(),
            round: None,
        };
        NewEvent { at: AT, by: By::Machine, event }
    }

    #[test]
    fn whoever_is_asked_is_pushed_texted_and_called_in_that_order() {
        let tells = |offer_push_after_s| Tells {
            has_telephones: true,
            offer_push_after_s,
            offer_text_after_s: 5,
            offer_call_after_s: 10,
        };
        let offer = OfferId(Uuid::from_u128(1));
        let text = (Occasion::OfferText { offer }, AT.plus_s(5));
        let call = (Occasion::OfferCall { offer }, AT.plus_s(15));
        let push = (Occasion::OfferPush { offer }, AT.plus_s(1));
        assert_eq!(occasions(&[offered()], tells(Some(1))), [push, text, call]);
        assert_eq!(occasions(&[offered()], tells(None)), [text, call], "as before push was");
    }
}
