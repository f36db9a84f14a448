//! What others' systems hear of tickets: ids, numbers, kinds and times; nobody's name, number, place or
//! health. Written in the transaction of the event that it tells.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use silverbell_domain::{
    DistrictId, EscalationTarget, Event, Kind, OfferId, Outcome, TicketId, Times, UnixMs, Urgency,
};
use silverbell_store::{Happened, Herald, NewOutbox};
use uuid::{Builder, Uuid};

use crate::family::identity;
use crate::message::{About, Channel, Lang, Message, Template};
use crate::settings::WebhookSettings;

/// The words of the settings, each with the event's own.
const EVENTS: [(&str, &str); 22] = [
    ("opened", "ticket_opened"),
    ("joined", "signal_joined"),
    ("answered", "answered"),
    ("verified", "verified"),
    ("confirmed", "confirmed"),
    ("hold_ended", "hold_ended"),
    ("no_voice", "no_voice"),
    ("offered", "offered"),
    ("accepted", "accepted"),
    ("declined", "declined"),
    ("expired", "expired"),
    ("withdrawn", "withdrawn"),
    ("departed", "departed"),
    ("on_scene", "on_scene"),
    ("with_senior", "with_senior"),
    ("escorting", "escorting"),
    ("done", "done"),
    ("widened", "widened"),
    ("escalated", "escalated"),
    ("closed", "closed"),
    ("reopened", "reopened"),
    ("followed_up", "followed_up"),
];

/// What is told unless the settings say otherwise: that it began, how far it is, and how it ended.
pub const USUAL_EVENTS: [&str; 7] =
    ["opened", "confirmed", "accepted", "on_scene", "escalated", "closed", "reopened"];

/// It is of use for so long, seconds: a receiver may be away for a night.
const OF_USE_S: i64 = 86_400;

/// What news are about.
pub(crate) const ABOUT_TICKET: &str = "ticket";

/// Something that happened to a ticket, and the ticket after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNews {
    /// The settings' word for it.
    pub event: String,
    /// The number of the event in its district.
    pub seq: u64,
    /// When it happened.
    pub at: UnixMs,
    /// The district.
    pub district: DistrictId,
    /// The ticket.
    pub ticket: TicketId,
    /// Its number, as people say it.
    pub number: u64,
    /// What it is about.
    pub kind: Kind,
    /// How urgent.
    pub urgency: Urgency,
    /// Whether it is open.
    pub is_open: bool,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The offer, of what happened to one.
    pub offer: Option<OfferId>,
    /// To whom it was escalated.
    pub to: Option<EscalationTarget>,
    /// The facts in time.
    pub times: Times,
}

/// Returns the settings' words for events, or those of them that there are not.
pub(crate) fn unknown_events(words: &[String]) -> Vec<&str> {
    let is_known = |word: &str| EVENTS.iter().any(|(known, _)| *known == word);
    words.iter().map(String::as_str).filter(|word| !is_known(word)).collect()
}

/// Returns every word for an event.
pub(crate) fn known_events() -> String {
    EVENTS.map(|(word, _)| word).join(", ")
}

/// Who hears of what.
#[derive(Clone, Debug)]
pub struct Webhooks(Vec<Hearer>);

#[derive(Clone, Debug)]
struct Hearer {
    id: String,
    events: Vec<String>,
    /// Empty: all.
    districts: Vec<String>,
}

impl Webhooks {
    /// Returns who hears of what by these settings; `None` where nobody does.
    #[must_use]
    pub fn herald(settings: &[WebhookSettings]) -> Option<Arc<dyn Herald>> {
        let hearer = |it: &WebhookSettings| Hearer {
            id: it.id.clone(),
            events: it.events.clone(),
            districts: it.districts.clone(),
        };
        let hearers: Vec<Hearer> = settings.iter().map(hearer).collect();
        (!hearers.is_empty()).then(|| Arc::new(Self(hearers)) as Arc<dyn Herald>)
    }
}

impl Hearer {
    fn hears(&self, word: &str, district: &DistrictId) -> bool {
        // Nobody outside is told of a made-up alarm.
        !district.is_canary()
            && self.events.iter().any(|event| event == word)
            && (self.districts.is_empty() || self.districts.iter().any(|it| **it == *district.0))
    }
}

impl Herald for Webhooks {
    fn tells(&self, happened: &Happened) -> Vec<NewOutbox> {
        let Happened { seq, at, event, ticket, .. } = happened;
        let word = EVENTS.iter().find(|(_, name)| *name == event.name()).map(|(word, _)| *word);
        let Some(word) = word.filter(|_| ticket.is_emergency()) else { return Vec::new() };
        let news = || TicketNews {
            event: word.into(),
            seq: *seq,
            at: *at,
            district: ticket.district.clone(),
            ticket: ticket.id,
            number: ticket.number,
            kind: ticket.kind,
            urgency: ticket.urgency,
            is_open: ticket.is_open(),
            outcome: ticket.handling.closing().map(|closing| closing.outcome),
            offer: offer(event),
            to: if let Event::Escalated { to, .. } = event { Some(*to) } else { None },
            times: ticket.times.clone(),
        };
        let message = |hearer: &Hearer| {
            let message = Message {
                channel: Channel::Webhook,
                to: hearer.id.clone(),
                template: Template::TicketNews(Box::new(news())),
                lang: Lang::Zh,
                // All alike, so that they go out in the order in which things happened.
                urgency: Urgency::Normal,
                expires_at: at.plus_s(OF_USE_S),
                about: About { kind: ABOUT_TICKET.into(), subject: ticket.id.0 },
            };
            let id = ordered_identity(&hearer.id, &ticket.district, *seq);
            message.into_outbox(id, ticket.district.clone(), Some(ticket.id), *at)
        };
        let hearers = self.0.iter().filter(|hearer| hearer.hears(word, &ticket.district));
        hearers.map(message).collect()
    }
}

/// Returns the identity of what a hearer is told of an event. It begins with the event's number: of
/// what is due in the same millisecond, what happened first goes first.
fn ordered_identity(hearer: &str, district: &DistrictId, seq: u64) -> Uuid {
    let mut bytes = *identity(&["news", hearer, &district.0, &seq.to_string()]).as_bytes();
    bytes[..6].copy_from_slice(&seq.to_be_bytes()[2..]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn offer(event: &Event) -> Option<OfferId> {
    let (Event::Offered { offer, .. }
    | Event::Accepted { offer, .. }
    | Event::Declined { offer, .. }
    | Event::Expired { offer, .. }
    | Event::Withdrawn { offer, .. }
    | Event::Departed { offer, .. }
    | Event::OnScene { offer, .. }
    | Event::WithSenior { offer, .. }
    | Event::Escorting { offer, .. }
    | Event::Done { offer, .. }) = event
    else {
        return None;
    };
    Some(*offer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_first_goes_first() {
        let district = DistrictId::new("longwen");
        let of = |seq| ordered_identity("hospital", &district, seq).to_string();
        assert!([1, 2, 255, 256, 65_536, 1 << 40].map(of).is_sorted());
        assert_ne!(of(1), ordered_identity("police", &district, 1).to_string());
        assert_eq!(of(7), of(7));
    }

    #[test]
    fn the_usual_events_are_known_and_every_word_is_of_one_event() {
        let usual = USUAL_EVENTS.map(String::from);
        assert_eq!(unknown_events(&usual), Vec::<&str>::new());
        assert_eq!(unknown_events(&["closed".into(), "eaten".into()]), ["eaten"]);
        for (n, (word, event)) in EVENTS.iter().enumerate() {
            let later = EVENTS[n + 1..].iter();
            assert!(later.clone().all(|(other, name)| other != word && name != event), "{word}");
        }
    }
}
