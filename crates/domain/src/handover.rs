//! The hand-over to 120, 110 or 119: what became of the senior in the hands of others, and the links by
//! which they read the card.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    By, EscalationTarget, Event, Handling, NewEvent, Outcome, Policy, Refusal, Ticket, UnixMs,
    UserId,
};

/// A ticket has so many links to its card.
const MAX_CARDS: usize = 20;

/// A link is opened so often: more than a crew and a hospital need, fewer than fill a history.
const MAX_READINGS: u32 = 100;

/// A text of a hand-over has at most so many characters.
const MAX_CHARS: usize = 200;

/// A note has at most so many characters.
const MAX_NOTE: usize = 2_000;

/// How far a hand-over has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverStep {
    /// The ambulance, the police or the fire brigade is at the door.
    Arrived,
    /// At the hospital.
    AtHospital,
    /// Somebody else has taken the senior over (移交).
    HandedOver,
}

impl HandoverStep {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Arrived, Self::AtHospital, Self::HandedOver];

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::AtHospital => "at_hospital",
            Self::HandedOver => "handed_over",
        }
    }
}

/// In whose hands the senior is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handover {
    /// Which hospital.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hospital: Option<String>,
    /// Who took the senior over: a doctor, a nurse, a relative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_over_by: Option<String>,
}

impl Handover {
    /// Returns whether nothing is known.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A link by which somebody outside reads the card, for a time. The link's secret is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLink {
    /// Identity.
    pub id: Uuid,
    /// SHA-256 of the secret, hexadecimal.
    pub secret_sha256: String,
    /// For whom: 120, a hospital.
    pub to: String,
    /// Whether the door codes are on it, as long as whoever gave it owns the ticket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_codes: bool,
    /// Who gave it.
    pub by: UserId,
    /// When.
    pub given_at: UnixMs,
    /// Until when it can be read.
    pub expires_at: UnixMs,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<UnixMs>,
    /// How often it was read.
    #[serde(default)]
    pub readings: u32,
}

impl CardLink {
    /// Returns whether it can be read.
    #[must_use]
    pub fn is_valid(&self, now: UnixMs) -> bool {
        // A clock that was set back makes no link younger.
        let is_in_time = now < self.expires_at && !self.given_at.is_ahead_of(now);
        is_in_time && self.revoked_at.is_none() && self.readings < MAX_READINGS
    }
}

type Moved = Result<Vec<NewEvent>, Refusal>;

impl Ticket {
    /// Somebody says in whose hands the senior is. A time once set stays; later words are in the
    /// history, and the last ones are shown. Also of a closed ticket: a hospital is often known later.
    /// `is_at_desk`: an operator, and not whoever escorts.
    ///
    /// # Errors
    /// [`Refusal::State`] once it is filed away; [`Refusal::Invalid`] when the hospital is missing, or a
    /// text is too long.
    #[allow(clippy::too_many_arguments, reason = "each is one fact of the record")]
    pub fn hand_over(
        &mut self,
        by: By,
        step: HandoverStep,
        facts: Handover,
        note: Option<String>,
        is_at_desk: bool,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        self.must_not_be_archived()?;
        let facts =
            Handover { hospital: said(facts.hospital)?, taken_over_by: said(facts.taken_over_by)? };
        if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
            return Err(Refusal::Invalid("note: at most 2000 characters"));
        }
        let knows_hospital = facts.hospital.is_some() || self.handover.hospital.is_some();
        if step == HandoverStep::AtHospital && !knows_hospital {
            return Err(Refusal::Invalid("at_hospital: say which (`hospital`)"));
        }
        // Where only the police or the fire brigade were called, it is not the ambulance.
        let only_others = self.times.ambulance_called.is_none()
            && [EscalationTarget::Police, EscalationTarget::Fire]
                .iter()
                .any(|to| self.escalated_to.contains(to));
        let fact = match step {
            HandoverStep::Arrived if only_others => None,
            HandoverStep::Arrived => Some(&mut self.times.ambulance_arrived),
            HandoverStep::AtHospital => Some(&mut self.times.at_hospital),
            HandoverStep::HandedOver => Some(&mut self.times.handed_over),
        };
        fact.into_iter().for_each(|fact| _ = fact.get_or_insert(now));
        let Handover { hospital, taken_over_by } = facts.clone();
        self.handover.hospital = hospital.or_else(|| self.handover.hospital.take());
        self.handover.taken_over_by = taken_over_by.or_else(|| self.handover.taken_over_by.take());
        let event = Event::HandedOver { step, handover: facts, note };
        // Whoever escorts does not sit at the desk: what climbs there goes on.
        Ok(if is_at_desk {
            self.moved(by, now, event, policy)
        } else {
            self.happened(by, now, event, policy)
        })
    }

    /// An operator gives somebody outside a link to the card.
    ///
    /// # Errors
    /// [`Refusal::State`] once it is filed away; [`Refusal::Invalid`] when it is said to nobody, or too
    /// many have one.
    pub fn share_card(&mut self, link: CardLink, now: UnixMs, policy: &Policy) -> Moved {
        self.must_not_be_archived()?;
        let to = said(Some(link.to.clone()))?;
        if to.is_none() {
            return Err(Refusal::Invalid("to: say who gets the link, 120 for instance"));
        }
        if self.cards.len() >= MAX_CARDS {
            return Err(Refusal::Invalid("too many links to this card; hand over a printed one"));
        }
        let by = By::Person { user: link.by };
        let event =
            Event::CardShared { link: link.id, to: link.to.clone(), expires_at: link.expires_at };
        self.cards.push(link);
        Ok(self.moved(by, now, event, policy))
    }

    /// An operator takes a link back.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when there is no such link.
    pub fn revoke_card(&mut self, by: UserId, link: Uuid, now: UnixMs, policy: &Policy) -> Moved {
        let known = self.cards.iter_mut().find(|known| known.id == link);
        let known = known.ok_or(Refusal::Invalid("link: this ticket has no such link"))?;
        if known.revoked_at.is_some() {
            return Ok(Vec::new());
        }
        known.revoked_at = Some(now);
        let event = Event::CardRevoked { link };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    /// Somebody opens a link. Every reading stands in the history before the card is shown.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is no link of this ticket, or no longer one (expired, taken back, or the
    /// ticket was no emergency after all): which of them, nobody is told.
    pub fn read_card(
        &mut self,
        link: Uuid,
        secret_sha256: &str,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        let outcome = self.handling.closing().map(|closing| closing.outcome);
        let was_nothing = matches!(
            outcome,
            Some(
                Outcome::Accidental
                    | Outcome::DeviceFault
                    | Outcome::Nuisance
                    | Outcome::Test
                    | Outcome::Duplicate
            )
        );
        let known = self.cards.iter_mut().find(|known| known.id == link && !was_nothing);
        let known = known.filter(|it| it.secret_sha256 == secret_sha256 && it.is_valid(now));
        let known = known.ok_or(Refusal::State("this link is not valid, or no longer"))?;
        known.readings += 1;
        let to = known.to.clone();
        // Reading is not doing: the watchdogs go on.
        self.reschedule(policy);
        Ok(vec![NewEvent { at: now, by: By::Outside, event: Event::CardRead { link, to } }])
    }

    /// An operator opens the card, or prints it.
    pub fn card_opened(&mut self, by: UserId, now: UnixMs, policy: &Policy) -> Vec<NewEvent> {
        self.reschedule(policy);
        vec![NewEvent { at: now, by: By::Person { user: by }, event: Event::CardOpened {} }]
    }

    pub(crate) fn must_not_be_archived(&self) -> Result<(), Refusal> {
        match self.handling {
            Handling::Archived { .. } => Err(Refusal::State("the ticket is filed away")),
            Handling::Waiting
            | Handling::Answered { .. }
            | Handling::Closed { .. }
            | Handling::FollowedUp { .. } => Ok(()),
        }
    }
}

/// Returns what was said, nothing for blanks.
fn said(text: Option<String>) -> Result<Option<String>, Refusal> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_CHARS) {
        return Err(Refusal::Invalid("a text has at most 200 characters; the rest is a `note`"));
    }
    Ok(text)
}
