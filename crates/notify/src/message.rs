//! A message as it lies in the outbox.

use serde::{Deserialize, Serialize};
use silverbell_domain::{DistrictId, Kind, TicketId, UnixMs, Urgency};
use silverbell_store::NewOutbox;
use uuid::Uuid;

use crate::news::TicketNews;

/// The version of the payload. It is raised when an older program could misread a newer payload.
pub const PAYLOAD_VERSION: u32 = 1;

/// How a message goes out. Its word is the kind of the outbox's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A text message.
    Sms,
    /// A telephone call that reads the text out.
    Voice,
    /// A request to somebody's system.
    Webhook,
    /// A push to a responder's browsers.
    Push,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 4] = [Self::Sms, Self::Voice, Self::Webhook, Self::Push];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Webhook => "webhook",
            Self::Push => "push",
        }
    }
}

/// A language of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// How an emergency ended, as far as the family is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Somebody was there and helped.
    Helped,
    /// Taken to hospital.
    Hospital,
    /// Helped on the telephone.
    Phone,
    /// Otherwise.
    Other,
}

/// What is said, with what is filled in. The texts are in `templates/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", content = "fields", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields are what a text names in braces")]
pub enum Template {
    /// To the family: the emergency is confirmed, help is coming.
    FamilyConfirmed { senior: String },
    /// To the family: somebody is with the senior.
    FamilyOnScene { senior: String },
    /// To the family: it is over.
    FamilyClosed { senior: String, ended: Ended },
    /// To the family: a press that was no emergency, when it is over.
    FamilyAccidental { senior: String },
    /// To the family: so many presses in a day or in a week, all of them no emergency.
    FamilyAccidentalDigest { senior: String, count: u32, is_weekly: bool },
    /// To a responder, with a one-time link.
    OfferSms { address: String, minutes: u32, link: String },
    /// To a responder by telephone: 1 accepts, 2 declines.
    OfferVoice { address: String, minutes: u32 },
    /// To a responder who accepted by telephone, with a one-time link.
    OfferAccepted { address: String, link: String },
    /// To a responder who is needed no more.
    OfferWithdrawn { address: String },
    /// To a responder's browsers: somebody is asked. The page has the words.
    OfferPush { village: String, minutes: u32, kind: Kind, deadline: UnixMs },
    /// To a responder's browsers: needed no more.
    OfferPushWithdrawn { village: String, kind: Kind },
    /// To whoever leads, by telephone: nobody takes care of this ticket; 1 confirms.
    LeaderCall { number: u64, minutes: u32 },
    /// To whoever makes the roster: people are missing on duty.
    ShiftGap { from: String, until: String },
    /// To a responder: whether the way to him works; 1 confirms.
    Probe {},
    /// To somebody's system: it has no text.
    TicketNews(Box<TicketNews>),
}

impl Template {
    /// Returns the name of its text.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::FamilyConfirmed { .. } => "family_confirmed",
            Self::FamilyOnScene { .. } => "family_on_scene",
            Self::FamilyClosed { ended: Ended::Helped, .. } => "family_closed_helped",
            Self::FamilyClosed { ended: Ended::Hospital, .. } => "family_closed_hospital",
            Self::FamilyClosed { ended: Ended::Phone, .. } => "family_closed_phone",
            Self::FamilyClosed { ended: Ended::Other, .. } => "family_closed_other",
            Self::FamilyAccidental { .. } => "family_accidental",
            Self::FamilyAccidentalDigest { is_weekly: false, .. } => "family_accidental_day",
            Self::FamilyAccidentalDigest { is_weekly: true, .. } => "family_accidental_week",
            Self::OfferSms { .. } => "offer_sms",
            Self::OfferVoice { .. } => "offer_voice",
            Self::OfferAccepted { .. } => "offer_accepted",
            Self::OfferWithdrawn { .. } => "offer_withdrawn",
            Self::OfferPush { .. } => "offer_push",
            Self::OfferPushWithdrawn { .. } => "offer_push_withdrawn",
            Self::LeaderCall { .. } => "leader_call",
            Self::ShiftGap { .. } => "shift_gap",
            Self::Probe {} => "probe",
            Self::TicketNews(_) => "ticket_news",
        }
    }

    /// Returns what is filled in, by name.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::FamilyConfirmed { senior }
            | Self::FamilyOnScene { senior }
            | Self::FamilyClosed { senior, .. }
            | Self::FamilyAccidental { senior } => vec![("senior", senior.clone())],
            Self::FamilyAccidentalDigest { senior, count, .. } => {
                vec![("senior", senior.clone()), ("count", count.to_string())]
            }
            Self::OfferSms { address, minutes, link } => vec![
                ("address", address.clone()),
                ("minutes", minutes.to_string()),
                ("link", link.clone()),
            ],
            Self::OfferVoice { address, minutes } => {
                vec![("address", address.clone()), ("minutes", minutes.to_string())]
            }
            Self::OfferAccepted { address, link } => {
                vec![("address", address.clone()), ("link", link.clone())]
            }
            Self::OfferWithdrawn { address } => vec![("address", address.clone())],
            Self::LeaderCall { number, minutes } => {
                vec![("number", number.to_string()), ("minutes", minutes.to_string())]
            }
            Self::ShiftGap { from, until } => {
                vec![("from", from.clone()), ("until", until.clone())]
            }
            Self::Probe {}
            | Self::TicketNews(_)
            | Self::OfferPush { .. }
            | Self::OfferPushWithdrawn { .. } => Vec::new(),
        }
    }

    /// Returns the keys that somebody who is called may press.
    #[must_use]
    pub const fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::OfferVoice { .. } => &["1", "2"],
            Self::LeaderCall { .. } | Self::Probe {} => &["1"],
            Self::FamilyConfirmed { .. }
            | Self::FamilyOnScene { .. }
            | Self::FamilyClosed { .. }
            | Self::FamilyAccidental { .. }
            | Self::FamilyAccidentalDigest { .. }
            | Self::TicketNews(_)
            | Self::OfferSms { .. }
            | Self::OfferAccepted { .. }
            | Self::OfferWithdrawn { .. }
            | Self::OfferPush { .. }
            | Self::OfferPushWithdrawn { .. }
            | Self::ShiftGap { .. } => &[],
        }
    }
}

/// What a message is about, for whoever hears of its receipts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// A word of the dispatcher: `offer`, `family`, …
    pub kind: String,
    /// Of that kind, which.
    pub subject: Uuid,
}

/// A message to somebody outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// How it goes out.
    pub channel: Channel,
    /// A telephone number, a webhook's id, or the responder whose browsers are woken.
    pub to: String,
    /// What is said.
    #[serde(flatten)]
    pub template: Template,
    /// In which language.
    pub lang: Lang,
    /// How urgent.
    pub urgency: Urgency,
    /// It is of no use from then on, and not sent.
    pub expires_at: UnixMs,
    /// What it is about.
    pub about: About,
}

/// A payload as it is kept.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    message: T,
}

/// Why a payload is no message. Quotes nothing of it: it holds a person's number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A later program wrote it.
    #[error("a newer silverbell wrote this message (version {0}): update this node")]
    Newer(u32),
    /// It is something else, or damaged.
    #[error("the payload is no message of version {PAYLOAD_VERSION}")]
    Damaged,
}

impl Message {
    /// Returns the row of the outbox that sends it: write it in the transaction that causes it.
    #[must_use]
    pub fn into_outbox(
        self,
        id: Uuid,
        district: DistrictId,
        ticket: Option<TicketId>,
        due_at: UnixMs,
    ) -> NewOutbox {
        let (channel, urgency, expires_at) = (self.channel, self.urgency, self.expires_at);
        let payload = Versioned { version: PAYLOAD_VERSION, message: self };
        NewOutbox {
            id,
            district,
            ticket,
            kind: channel.as_str().into(),
            // Texts, numbers and names only: writing them cannot fail.
            payload: serde_json::to_value(payload).unwrap_or_default(),
            urgency,
            due_at,
            expires_at: Some(expires_at),
        }
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Unreadable`]
    pub fn read(payload: &serde_json::Value) -> Result<Self, Unreadable> {
        let version = payload.get("version").and_then(serde_json::Value::as_u64);
        match version.and_then(|version| u32::try_from(version).ok()) {
            Some(version) if version > PAYLOAD_VERSION => return Err(Unreadable::Newer(version)),
            Some(_) | None => {}
        }
        let read = Versioned::<Self>::deserialize(payload).map_err(|_| Unreadable::Damaged)?;
        Ok(read.message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use silverbell_testkit::{START, longwen, nth_uuid};

    use super::*;

    fn message() -> Message {
        Message {
            channel: Channel::Sms,
            to: "13800000000".into(),
            template: Template::OfferSms {
                address: "步文街道 12 号".into(),
                minutes: 4,
                link: "https://sos.example.cn/o#t".into(),
            },
            lang: Lang::Zh,
            urgency: Urgency::Extreme,
            expires_at: START.plus_s(60),
            about: About { kind: "offer".into(), subject: nth_uuid(1, 1) },
        }
    }

    #[test]
    fn a_message_is_read_as_it_was_written() {
        let row = message().into_outbox(nth_uuid(2, 1), longwen(), None, START);
        assert_eq!((&*row.kind, row.urgency), ("sms", Urgency::Extreme));
        assert_eq!(row.expires_at, Some(START.plus_s(60)));
        assert_eq!(row.payload["version"], 1);
        assert_eq!(row.payload["template"], "offer_sms");
        assert_eq!(row.payload["fields"]["minutes"], 4);
        assert_eq!(Message::read(&row.payload), Ok(message()));
        let probe = Message { template: Template::Probe {}, ..message() };
        let row = probe.clone().into_outbox(nth_uuid(2, 1), longwen(), None, START);
        assert_eq!(Message::read(&row.payload), Ok(probe));
    }

    #[test]
    fn a_payload_that_is_damaged_or_of_a_newer_program_is_said_and_not_quoted() {
        assert_eq!(Message::read(&json!({"version": 2})), Err(Unreadable::Newer(2)));
        for damaged in [json!(null), json!({}), json!({"version": 1, "to": "13800000000"})] {
            assert_eq!(Message::read(&damaged), Err(Unreadable::Damaged));
        }
        assert!(!Unreadable::Damaged.to_string().contains("138"));
    }
}
