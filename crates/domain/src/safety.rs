//! The aide's own safety: the own SOS is an SOS, whoever is alone at a door gives a word now and then,
//! and at night, with the other sex or where something is known to be dangerous one waits for the
//! partner or a witness. Nothing of it ever keeps anybody from helping: it is told, and somebody looks.

use serde::{Deserialize, Serialize};

use crate::{
    By, Desk, EscalationReason, Event, Flag, HelpWanted, Hours, LatLon, NewEvent, Offer, OfferId,
    OfferState, Policy, Position, PositionSource, Refusal, Responder, ResponderId, Rung, Sex,
    Ticket, TicketId, Times, UnixMs, Urgency, Who,
};

/// Nobody says at a door "I am fine for longer than this", minutes.
pub const MAX_WORD_MIN: u32 = 120;

/// The word that somebody at a door has to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyWord {
    /// Until when.
    pub due_at: UnixMs,
    /// When it was told that none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_at: Option<UnixMs>,
}

/// What is known to be dangerous where a senior lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hazard {
    /// A dog that bites.
    Dog,
    /// Somebody who was violent.
    Violence,
    /// An infection.
    Infection,
    /// The building: stairs, gas, wires.
    Building,
}

impl Hazard {
    /// Every hazard.
    pub const ALL: [Self; 4] = [Self::Dog, Self::Violence, Self::Infection, Self::Building];

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dog => "dog",
            Self::Violence => "violence",
            Self::Infection => "infection",
            Self::Building => "building",
        }
    }

    /// Returns the hazard of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hazard| hazard.as_str() == word)
    }
}

/// Why nobody goes in alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// It is night.
    Night,
    /// The senior is of the other sex.
    OtherSex,
    /// Something is known to be dangerous.
    Danger,
}

impl WaitReason {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::OtherSex => "other_sex",
            Self::Danger => "danger",
        }
    }
}

/// Returns why this responder should wait at the door for the partner, or for a witness from the village
/// committee; empty once somebody else of the team is there. `sex` is the senior's, `minute` that of
/// the district's day.
#[must_use]
pub fn waits_for(
    ticket: &Ticket,
    responder: &Responder,
    sex: Option<Sex>,
    minute: u16,
    policy: &Policy,
) -> Vec<WaitReason> {
    let is_there = |offer: &&Offer| {
        offer.responder != responder.id && matches!(offer.state, OfferState::OnScene { .. })
    };
    if ticket.offers.iter().any(|offer| is_there(&offer)) {
        return Vec::new();
    }
    let rules = &policy.safety;
    let night = Hours::parse(&rules.night).filter(|_| rules.wait_at_night);
    let is_other = |own: Sex| sex.is_some_and(|senior| senior != own);
    let danger = ticket.needs.hazards.iter().any(|it| matches!(it, Hazard::Violence | Hazard::Dog));
    let holds = [
        (WaitReason::Night, night.is_some_and(|night| night.contains(minute))),
        (WaitReason::OtherSex, rules.wait_for_other_sex && responder.sex.is_some_and(is_other)),
        (WaitReason::Danger, danger),
    ];
    holds.into_iter().filter_map(|(why, holds)| holds.then_some(why)).collect()
}

impl Offer {
    /// From now on a word is due every so often; 0: none.
    pub(crate) fn expect_word(&mut self, after_s: u32, now: UnixMs) {
        let due_at = now.plus_s(after_s.into());
        self.word = (after_s > 0).then_some(SafetyWord { due_at, missed_at: None });
    }

    /// A step is a word, and never shortens what was agreed on.
    pub(crate) fn word_was_given(&mut self, after_s: u32, now: UnixMs) {
        let agreed = self.word.map(|word| word.due_at);
        self.expect_word(after_s, now);
        if let (Some(word), Some(agreed)) = (&mut self.word, agreed) {
            word.due_at = word.due_at.max(agreed);
        }
    }

    const fn is_at_a_door(&self) -> bool {
        matches!(self.state, OfferState::OnScene { .. } | OfferState::Escorting { .. })
    }

    /// Returns when it is noticed that no word came.
    fn word_due_at(&self) -> Option<UnixMs> {
        let word = self.word.filter(|word| word.missed_at.is_none() && self.is_at_a_door())?;
        Some(word.due_at)
    }

    /// Returns whether no word came from somebody who is still there.
    #[must_use]
    pub fn misses_word(&self) -> bool {
        self.is_at_a_door() && self.word.is_some_and(|word| word.missed_at.is_some())
    }
}

impl Ticket {
    /// Returns whether exactly one of the team is at the door.
    pub(crate) fn has_somebody_alone(&self) -> bool {
        let there = |offer: &&Offer| matches!(offer.state, OfferState::OnScene { .. });
        self.offers.iter().filter(there).count() == 1
    }

    pub(crate) fn safety_at(&self) -> Option<UnixMs> {
        self.offers.iter().filter_map(Offer::word_due_at).min()
    }

    /// Notes who has given no word in time.
    pub(crate) fn miss_words(&mut self, now: UnixMs) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in &mut self.offers {
            if offer.word_due_at().is_none_or(|at| at > now) {
                continue;
            }
            offer.word.iter_mut().for_each(|word| word.missed_at = Some(now));
            let event = Event::SafetyMissed { offer: offer.id, responder: offer.responder };
            events.push(NewEvent { at: now, by: By::Machine, event });
        }
        events
    }

    /// Somebody at the door says that all is well, or an operator who has talked to them does; the next
    /// word is due so many minutes later.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`]; [`Refusal::State`] of somebody who is not at the door;
    /// [`Refusal::Invalid`] beyond [`MAX_WORD_MIN`].
    pub fn give_word(
        &mut self,
        id: OfferId,
        minutes: Option<u32>,
        by: By,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        if minutes.is_some_and(|minutes| minutes == 0 || minutes > MAX_WORD_MIN) {
            return Err(Refusal::Invalid("minutes: 1 to 120"));
        }
        let offer = self.offers.iter_mut().find(|offer| offer.id == id);
        let offer = offer.ok_or(Refusal::NoSuchOffer)?;
        if !offer.is_at_a_door() {
            return Err(Refusal::State("only whoever is at the door says that all is well"));
        }
        offer.expect_word(minutes.map_or(policy.safety.word_every_s, |it| it * 60), now);
        let event = Event::SafetyWord { offer: id, responder: offer.responder };
        Ok(self.happened(by, now, event, policy))
    }

    /// A responder is with the senior alone though the rules ask to wait: it is in the history, the word is
    /// due sooner, and where something is known to be dangerous the desk is told.
    pub fn went_in_alone(
        &mut self,
        id: OfferId,
        why: Vec<WaitReason>,
        desk: Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        let Some(offer) = self.offers.iter_mut().find(|offer| offer.id == id) else {
            return Vec::new();
        };
        if let Some(word) = &mut offer.word {
            let left_ms = word.due_at.since_ms(now).max(0);
            word.due_at = UnixMs(now.0.saturating_add(left_ms / 2));
        }
        let is_dangerous = why.contains(&WaitReason::Danger);
        let event = Event::EnteredAlone { offer: id, responder: offer.responder, why };
        let mut events = vec![NewEvent { at: now, by: By::Machine, event }];
        if is_dangerous {
            let why = EscalationReason::EnteredAlone;
            events.extend(self.raise(why, Rung::Owner, desk, now, policy));
        }
        self.reschedule(policy);
        events
    }

    /// A responder pressed the own SOS again.
    pub fn distress_again(
        &mut self,
        responder: ResponderId,
        point: Option<LatLon>,
        by: By,
        now: UnixMs,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        self.signals = self.signals.saturating_add(1);
        if let Some(point) = point {
            self.position = Some(here(point, now));
            self.flags.remove(&Flag::NoPosition);
        }
        self.happened(by, now, Event::Distress { responder }, policy)
    }
}

impl Ticket {
    /// The phone of a responder in distress has moved: the team follows. Nothing when it says no news, so
    /// that a phone that reports every second does not fill a history.
    pub fn distress_moved(
        &mut self,
        position: Position,
        now: UnixMs,
        policy: &Policy,
    ) -> Option<NewEvent> {
        let position = Position { at: position.at.min(now), ..position };
        let is_news = self.position.is_none_or(|old| {
            let is_pin = old.source == PositionSource::Pin;
            let has_moved = old.point.distance_m(position.point) > MOVED_M;
            !is_pin && position.at >= old.at && (has_moved || position.at.since_ms(old.at) > OLD_MS)
        });
        if !is_news || !self.is_open() || self.in_distress.is_none() {
            return None;
        }
        self.position = Some(position);
        self.flags.remove(&Flag::NoPosition);
        self.reschedule(policy);
        Some(NewEvent { at: now, by: By::Device, event: Event::Located { position } })
    }

    /// Whoever goes to the senior, or is there, asks for support or 120: whoever has the ticket is told,
    /// and it climbs until a person acts; what is asked meanwhile climbs with it.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`]; [`Refusal::State`] while the offer is not accepted, or over.
    #[allow(clippy::too_many_arguments, reason = "each is one fact of the record")]
    pub fn ask_help(
        &mut self,
        id: OfferId,
        what: HelpWanted,
        by: By,
        desk: Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        let offer = self.offers.iter_mut().find(|offer| offer.id == id);
        let offer = offer.ok_or(Refusal::NoSuchOffer)?;
        if !offer.state.is_engaged() {
            return Err(Refusal::State("only who has accepted and is not done can ask for help"));
        }
        offer.help_asked.insert(what);
        let event = Event::HelpAsked { offer: id, responder: offer.responder, what };
        self.active_at = self.active_at.max(now);
        let mut events = vec![NewEvent { at: now, by, event }];
        events.extend(self.raise(EscalationReason::HelpAsked, Rung::Owner, desk, now, policy));
        self.reschedule(policy);
        Ok(events)
    }

    /// Somebody who accepted this ticket pressed the own SOS: whoever has it decides who goes instead.
    pub fn lost_to_distress(
        &mut self,
        responder: ResponderId,
        by: By,
        desk: Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        if !self.engages(responder) || !self.is_open() {
            return Vec::new();
        }
        let mut events = vec![NewEvent { at: now, by, event: Event::Distress { responder } }];
        let why = EscalationReason::ResponderInDistress;
        events.extend(self.raise(why, Rung::Owner, desk, now, policy));
        self.reschedule(policy);
        events
    }
}

/// A phone's new place is news when it is so far from the last, metres…
const MOVED_M: f64 = 30.0;

/// …or the last is older than this, milliseconds.
const OLD_MS: i64 = 60_000;

fn here(point: LatLon, now: UnixMs) -> Position {
    Position { point, accuracy_m: None, source: PositionSource::Gps, at: now }
}

/// What the ticket of a responder in distress is known by, so that there is one at a time.
#[must_use]
pub fn distress_ident(responder: ResponderId) -> String {
    format!("responder/{responder}")
}

/// Opens a ticket for a responder who pressed the own SOS: most urgent, at once, and to the last place
/// known, or to the one the phone told with it.
#[must_use]
pub fn open_distress(
    id: TicketId,
    responder: &Responder,
    place: Option<Position>,
    by: By,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let kind = crate::Kind::Sos;
    let times = Times::opened(Some(now), now, now);
    let mut ticket = Ticket::bare(id, responder.district.clone(), kind, times, policy);
    ticket.urgency = Urgency::Extreme;
    ticket.in_distress = Some(responder.id);
    ticket.unknown_ident = Some(distress_ident(responder.id));
    ticket.who =
        Some(Who { name: responder.name.clone(), born: String::new(), village: String::new() });
    ticket.signals = 1;
    ticket.position = place;
    ticket.flags.insert(Flag::ResponderInDistress);
    if place.is_none() {
        ticket.flags.insert(Flag::NoPosition);
    }
    ticket.reschedule(policy);
    let flags = ticket.flags.iter().copied().collect();
    let opened = Event::TicketOpened { signal: None, kind: None, flags };
    let pressed = Event::Distress { responder: responder.id };
    let events = [opened, pressed].map(|event| NewEvent { at: now, by, event });
    (ticket, events.into())
}
