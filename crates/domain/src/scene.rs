//! What whoever is on the way or at the door tells the centre: that the address is wrong, and how the
//! senior is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ticket::words;
use crate::{
    By, Desk, EscalationReason, Event, LatLon, NewEvent, OfferId, OfferState, Outcome, Policy,
    Position, PositionSource, Refusal, ResponderId, Rung, Ticket, UnixMs, UserId,
};

/// The longest words of a report or of a doubt, characters.
pub const MAX_SCENE_TEXT: usize = 500;

words! {
    /// Whether the senior is awake.
    Consciousness {
        /// Awake, and answers.
        Clear = "clear",
        /// Awake or drowsy, and answers wrongly or slowly.
        Confused = "confused",
        /// Does not answer and does not move when shaken.
        Unresponsive = "unresponsive",
    }
}

words! {
    /// How the senior breathes.
    BreathingState {
        /// Quietly.
        Normal = "normal",
        /// With effort, fast, or rattling.
        Laboured = "laboured",
        /// Not at all, or only gasps.
        Absent = "absent",
    }
}

words! {
    /// Whether the senior is in pain.
    Pain {
        /// None.
        None = "none",
        /// Bearable.
        Some = "some",
        /// Hardly bearable.
        Severe = "severe",
    }
}

words! {
    /// What was done on the spot.
    FirstAid {
        /// Chest compressions.
        Cpr = "cpr",
        /// A defibrillator.
        Aed = "aed",
        /// Laid on the side.
        RecoveryPosition = "recovery_position",
        /// A bleeding stopped or a wound dressed.
        Dressing = "dressing",
        /// Helped to take the own medicine.
        OwnMedicine = "own_medicine",
        /// Helped up or to bed.
        HelpedUp = "helped_up",
        /// Kept warm and calm.
        KeptWarm = "kept_warm",
    }
}

/// How a senior was found (现场情况), as whoever is there says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneReport {
    /// Whether awake.
    pub conscious: Consciousness,
    /// How breathing.
    pub breathing: BreathingState,
    /// Whether there was a fall; `None` while nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fell: Option<bool>,
    /// Whether in pain; `None` while nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pain: Option<Pain>,
    /// What was done.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub measures: BTreeSet<FirstAid>,
    /// How it ends, as whoever is there sees it. The operator closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Anything else, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl SceneReport {
    /// Returns whether a life is in danger: who reads it has to act, not only to know.
    #[must_use]
    pub const fn is_grave(&self) -> bool {
        matches!(self.conscious, Consciousness::Unresponsive)
            || matches!(self.breathing, BreathingState::Laboured | BreathingState::Absent)
    }
}

/// What a phone without a signal told so long ago is dated no earlier, milliseconds: nobody's night is longer.
const OLDEST_MS: i64 = 12 * 3_600_000;

/// Returns when something was told: by the phone, but never in the future, and no clock makes it ancient.
fn told_at(at: UnixMs, now: UnixMs) -> UnixMs {
    at.clamp(UnixMs(now.0.saturating_sub(OLDEST_MS)), now)
}

/// The last report from a door, with from whom and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedScene {
    /// By which offer.
    pub offer: OfferId,
    /// By whom.
    pub responder: ResponderId,
    /// When.
    pub at: UnixMs,
    /// What.
    pub report: SceneReport,
}

/// Whoever goes says that the senior is not where the ticket says (地址不符), and an operator has not
/// decided yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceDoubt {
    /// By which offer.
    pub offer: OfferId,
    /// By whom.
    pub responder: ResponderId,
    /// When.
    pub at: UnixMs,
    /// Where the senior is instead, where a place was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Where, in words; may be empty when a place was told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What whoever finds the address wrong tells instead.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldPlace {
    /// Where the senior is, with the radius of uncertainty in metres, where known.
    pub place: Option<(LatLon, Option<f64>)>,
    /// Where, in words; may be empty when a place is told.
    pub text: String,
    /// When it was told, by the phone.
    pub at: UnixMs,
}

impl Ticket {
    /// Whoever goes says that the address is wrong, and where the senior is instead. Nothing moves by it:
    /// whoever has the ticket decides. It climbs until a person acts, and stands on the screen until somebody
    /// has decided.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`]; [`Refusal::State`] while the offer is not accepted, or over.
    pub fn doubt_place(
        &mut self,
        id: OfferId,
        told: ToldPlace,
        by: By,
        desk: Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        self.must_be_open()?;
        let offer = self.offer(id).ok_or(Refusal::NoSuchOffer)?;
        if !offer.state.is_engaged() {
            return Err(Refusal::State("only who has accepted and is not done can say it"));
        }
        let responder = offer.responder;
        let ToldPlace { place, text, at } = told;
        let at = told_at(at, now);
        let source = PositionSource::Gps;
        let position = place.map(|(point, accuracy_m)| Position { point, accuracy_m, source, at });
        let event = Event::AddressDoubted { offer: id, responder, position, text: text.clone() };
        let doubt = PlaceDoubt { offer: id, responder, at, position, text };
        self.place_doubt = Some(Box::new(doubt));
        let mut events = vec![NewEvent { at: now, by, event }];
        self.active_at = self.active_at.max(now);
        events.extend(self.raise(EscalationReason::AddressDoubted, Rung::Owner, desk, now, policy));
        self.reschedule(policy);
        Ok(events)
    }

    /// An operator finds the address right after all. A place that is set anew answers a doubt as well.
    /// `doubted_at` is that of the doubt that was read: one that came meanwhile is not put aside unread.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed, nobody doubts, or another doubt came.
    pub fn keep_place(
        &mut self,
        by: UserId,
        doubted_at: Option<UnixMs>,
        reason: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        self.must_be_open()?;
        let nobody = Refusal::State("nobody says that the address is wrong");
        let doubt = self.place_doubt.as_deref().ok_or(nobody)?;
        if doubted_at.is_some_and(|read| read != doubt.at) {
            return Err(Refusal::State("something else was told meanwhile: read it first"));
        }
        self.place_doubt = None;
        Ok(self.moved(By::Person { user: by }, now, Event::AddressKept { reason }, policy))
    }

    /// Whoever is at the door, or is done there, tells how the senior is, `at` by the phone; the newest
    /// report stands. A life in danger is told on to whoever has the ticket, and climbs until a person acts,
    /// also when it is over by the next report: somebody has to look.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`]; [`Refusal::State`] before the door was reached, and for a life in danger on
    /// a closed ticket, where nobody would be alarmed.
    #[allow(clippy::too_many_arguments, reason = "each is one fact of the record")]
    pub fn report_scene(
        &mut self,
        id: OfferId,
        report: SceneReport,
        at: UnixMs,
        by: By,
        desk: Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        let offer = self.offer(id).ok_or(Refusal::NoSuchOffer)?;
        let was_there = match offer.state {
            OfferState::OnScene { .. } | OfferState::Escorting { .. } | OfferState::Done { .. } => {
                true
            }
            OfferState::Offered
            | OfferState::Accepted { .. }
            | OfferState::Declined { .. }
            | OfferState::Expired { .. }
            | OfferState::Withdrawn { .. } => false,
        };
        if !was_there {
            return Err(Refusal::State(
                "only who is at the door, or was, can tell how it is there",
            ));
        }
        let responder = offer.responder;
        let event = Event::SceneReported { offer: id, responder, report: report.clone() };
        let is_grave = report.is_grave();
        if is_grave && !self.is_open() {
            let words = "the ticket is closed and nobody would be alarmed: telephone the centre";
            return Err(Refusal::State(words));
        }
        let at = told_at(at, now);
        // What waited for a signal is older than what a partner told meanwhile. But no clock of a phone hides a
        // life in danger behind a calm word: it stands until somebody tells otherwise after it.
        if is_grave || self.scene.as_deref().is_none_or(|known| known.at <= at) {
            self.scene = Some(Box::new(ReportedScene { offer: id, responder, at, report }));
        }
        let mut events = vec![NewEvent { at: now, by, event }];
        self.active_at = self.active_at.max(now);
        if is_grave {
            let why = EscalationReason::GraveScene;
            events.extend(self.raise(why, Rung::Owner, desk, now, policy));
        }
        self.reschedule(policy);
        Ok(events)
    }
}
