//! Candidates: who could go, and why or why not.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    Eta, OfferId, OfferState, Person, Policy, ResponderId, ResponderRole, TeamRole, Ticket,
    TicketId, TravelTimes, UnixMs, WorkingSet,
};

/// How many responders are given a reason; the rest are only counted (design §6).
const REASONED: usize = 20;

/// Why a responder is or is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "value", rename_all = "snake_case")]
pub enum Reason {
    /// Could be asked.
    Free,
    /// At work that an emergency interrupts: could be asked.
    Interruptible,
    /// Is asked for this ticket at present.
    Offered,
    /// Has accepted this ticket.
    Engaged,
    /// Did the part on this ticket.
    Done,
    /// On another ticket.
    Busy,
    /// Pressed the own SOS.
    InDistress,
    /// Position or sign of life too old: its age in seconds.
    Stale(u32),
    /// The arrival does not fit the ring searched at present: the ETA in minutes, rounded up.
    OutsideRing(u32),
    /// The arrival fits no ring any more, and would still be asked: the ETA in minutes, rounded up.
    Overdue(u32),
    /// Did not answer; asked again after everybody else.
    Expired,
    /// Has a rest; asked after everybody else.
    Resting,
    /// The shift would be over before the arrival; asked after everybody else.
    ShiftEnds,
    /// Said no; asked again only by hand.
    Declined,
    /// The offer was taken back by hand; asked again only by hand.
    Withdrawn,
}

impl Reason {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Interruptible => "interruptible",
            Self::Offered => "offered",
            Self::Engaged => "engaged",
            Self::Done => "done",
            Self::Busy => "busy",
            Self::InDistress => "in_distress",
            Self::Stale(_) => "stale",
            Self::OutsideRing(_) => "outside_ring",
            Self::Overdue(_) => "overdue",
            Self::Expired => "expired",
            Self::Resting => "resting",
            Self::ShiftEnds => "shift_ends",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Returns the figure in the reason: minutes of the ETA, or age in seconds.
    #[must_use]
    pub const fn value(self) -> Option<u32> {
        match self {
            Self::Stale(value) | Self::OutsideRing(value) | Self::Overdue(value) => Some(value),
            Self::Free
            | Self::Interruptible
            | Self::Offered
            | Self::Engaged
            | Self::Done
            | Self::Busy
            | Self::InDistress
            | Self::Expired
            | Self::Resting
            | Self::ShiftEnds
            | Self::Declined
            | Self::Withdrawn => None,
        }
    }

    /// Returns whether the machine may ask such a responder, now or once the ring is wider.
    #[must_use]
    pub const fn is_askable(self) -> bool {
        match self {
            Self::Free
            | Self::Interruptible
            | Self::Expired
            | Self::Resting
            | Self::ShiftEnds
            | Self::OutsideRing(_)
            | Self::Overdue(_) => true,
            Self::Offered
            | Self::Engaged
            | Self::Done
            | Self::Busy
            | Self::InDistress
            | Self::Stale(_)
            | Self::Declined
            | Self::Withdrawn => false,
        }
    }

    /// Returns whether nothing speaks against asking now.
    #[must_use]
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Free | Self::Interruptible)
    }

    /// Returns the reason in English; `ring_min` is the ring searched at present.
    #[must_use]
    pub fn in_words(self, ring_min: u16) -> String {
        match self {
            Self::Free => "free".into(),
            Self::Interruptible => "at work that can be interrupted".into(),
            Self::Offered => "asked, waiting for the answer".into(),
            Self::Engaged => "accepted this ticket".into(),
            Self::Done => "has done the part on this ticket".into(),
            Self::Busy => "busy on another ticket".into(),
            Self::InDistress => "pressed the own SOS".into(),
            Self::Stale(age_s) if age_s < 60 => format!("position {age_s} s old"),
            Self::Stale(age_s) => format!("position {} min old", age_s / 60),
            Self::OutsideRing(eta_min) => {
                format!("{eta_min} min: outside the {ring_min}-minute circle")
            }
            Self::Overdue(eta_min) => format!("{eta_min} min: later than the rescue circle allows"),
            Self::Expired => "did not answer in time".into(),
            Self::Resting => "has a rest".into(),
            Self::ShiftEnds => "the shift ends before the arrival".into(),
            Self::Declined => "declined".into(),
            Self::Withdrawn => "taken back by an operator".into(),
        }
    }
}

/// A responder with the way's time and a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub responder: ResponderId,
    /// Aide or rescuer.
    pub role: ResponderRole,
    /// How long the way takes.
    pub eta: Eta,
    /// The narrowest ring the arrival fits; `None` when it fits none any more.
    pub ring_min: Option<u16>,
    /// Why or why not.
    pub reason: Reason,
    /// How likely an offer is accepted, percent.
    pub chance_pct: u8,
    /// Which offer this person accepted last: whoever went out longest ago goes first of equals.
    pub last_accepted: Option<OfferId>,
    /// Whether the person speaks the language that the senior speaks best.
    pub speaks_dialect: bool,
    /// Whether the person has a rest or is about to go home: asked after everybody else.
    pub is_spared: bool,
}

impl Candidate {
    /// Returns whether this person may take this place in the team.
    #[must_use]
    pub const fn may_be(&self, role: TeamRole) -> bool {
        self.role.may_be(role)
    }
}

/// What a decision keeps of a candidate, so that it can be understood later.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Considered {
    /// Who.
    pub responder: ResponderId,
    /// How long the way takes.
    pub eta: Eta,
    /// Why or why not.
    pub reason: Reason,
}

/// What the reasons are drawn from.
pub(crate) struct Surroundings<'a> {
    pub(crate) set: &'a WorkingSet,
    /// Who was asked in this round already, and for which ticket.
    pub(crate) claimed: &'a HashMap<ResponderId, TicketId>,
    pub(crate) travel: &'a dyn TravelTimes,
    pub(crate) policy: &'a Policy,
    pub(crate) now: UnixMs,
}

impl Surroundings<'_> {
    fn engaged_on(&self, responder: ResponderId) -> Option<TicketId> {
        let bound = || self.set.engagement(responder).map(|(ticket, _)| ticket);
        self.claimed.get(&responder).copied().or_else(bound)
    }
}

/// Returns the nearest responders on duty with a reason each, nearest by time first: at least the
/// 20 nearest, and as many more as it takes to find somebody who can be asked for every place.
#[must_use]
pub fn consider(
    ticket: &Ticket,
    set: &WorkingSet,
    travel: &dyn TravelTimes,
    policy: &Policy,
    now: UnixMs,
) -> Vec<Candidate> {
    let claimed = HashMap::new();
    considered(ticket, &Surroundings { set, claimed: &claimed, travel, policy, now })
}

pub(crate) fn considered(ticket: &Ticket, around: &Surroundings<'_>) -> Vec<Candidate> {
    let mut outlook = Outlook::default();
    outlook.until_enough(ticket, around, |candidate| candidate.reason.is_free());
    outlook.found
}

/// Who is on duty around a door, nearest by time first, looked up as far as somebody wants to know:
/// with roads every step outwards costs something. No search is kept open between two looks, for a
/// storm has hundreds of doors; looking further begins again and passes over who is known.
#[derive(Default)]
pub(crate) struct Outlook {
    /// Those who were looked up so far.
    pub(crate) found: Vec<Candidate>,
    /// How many travel times that took: not everybody is on duty.
    passed: usize,
    /// Whether there is nobody else.
    is_complete: bool,
}

impl Outlook {
    /// Looks up the 20 nearest, and as many more as it takes to find a team among those who are
    /// free. One person can hold only one place: a team is as many people as it has places.
    pub(crate) fn until_enough(
        &mut self,
        ticket: &Ticket,
        around: &Surroundings<'_>,
        is_free: impl Fn(&Candidate) -> bool,
    ) {
        self.until(ticket, around, TeamRole::TEAM.len(), 1, is_free);
    }

    /// Looks up the 20 nearest, and as many more as it takes to find so many who are free, and so
    /// many of them who can lead.
    pub(crate) fn until(
        &mut self,
        ticket: &Ticket,
        around: &Surroundings<'_>,
        free: usize,
        leads: usize,
        is_free: impl Fn(&Candidate) -> bool,
    ) {
        let leads_free = |c: &Candidate| is_free(c) && c.may_be(TeamRole::Lead);
        let mut found_free = self.found.iter().filter(|c| is_free(c)).count();
        let mut found_leads = self.found.iter().filter(|c| leads_free(c)).count();
        let is_enough = |found: usize, found_free: usize, found_leads: usize| {
            found >= REASONED && found_free >= free && found_leads >= leads
        };
        if self.is_complete || is_enough(self.found.len(), found_free, found_leads) {
            return;
        }
        let Some(door) = ticket.destination() else { return };
        for (responder, eta) in around.travel.nearest(door).skip(self.passed) {
            self.passed += 1;
            let on_duty = around.set.people.get(&responder).filter(|p| p.is_on_duty());
            let Some(person) = on_duty else { continue };
            let candidate = candidate(ticket, person, eta, around);
            found_free += usize::from(is_free(&candidate));
            found_leads += usize::from(leads_free(&candidate));
            self.found.push(candidate);
            if is_enough(self.found.len(), found_free, found_leads) {
                return;
            }
        }
        self.is_complete = true;
    }
}

fn candidate(ticket: &Ticket, person: &Person, eta: Eta, around: &Surroundings<'_>) -> Candidate {
    let ring_min = fitting_ring(ticket, eta, around);
    let spared = spared(person, eta, around.now);
    let reason = reason(ticket, person, eta, ring_min, spared, around);
    Candidate {
        responder: person.responder.id,
        role: person.responder.role,
        eta,
        ring_min,
        reason,
        chance_pct: person.answers.chance_pct(),
        last_accepted: person.answers.last_accepted,
        speaks_dialect: ticket.needs.are_spoken_by(&person.responder.dialects),
        is_spared: spared.is_some(),
    }
}

/// Rest and the end of a shift are respected as long as there is somebody else.
fn spared(person: &Person, eta: Eta, now: UnixMs) -> Option<Reason> {
    let arrival = now.plus_s(i64::from(eta.s));
    if person.responder.rests_until.is_some_and(|until| now < until) {
        return Some(Reason::Resting);
    }
    let ends = person.shift_ends_at();
    ends.is_some_and(|ends| ends < arrival).then_some(Reason::ShiftEnds)
}

/// The promise's clock runs from `received`: what is left of a ring shrinks.
fn fitting_ring(ticket: &Ticket, eta: Eta, around: &Surroundings<'_>) -> Option<u16> {
    let arrival = around.now.plus_s(i64::from(eta.s));
    around
        .policy
        .dispatch
        .rings_min
        .iter()
        .copied()
        .find(|&ring| arrival <= ticket.promised_at().plus_s(i64::from(ring) * 60))
}

fn reason(
    ticket: &Ticket,
    person: &Person,
    eta: Eta,
    ring_min: Option<u16>,
    spared: Option<Reason>,
    around: &Surroundings<'_>,
) -> Reason {
    if let Some(reason) = history_with(ticket, person.responder.id) {
        return reason;
    }
    if around.engaged_on(person.responder.id).is_some_and(|other| other != ticket.id) {
        return Reason::Busy;
    }
    if around.set.is_in_distress(person.responder.id) {
        return Reason::InDistress;
    }
    let stale_ms = i64::from(around.policy.dispatch.position_stale_s) * 1_000;
    match person.staleness_ms(around.now, stale_ms) {
        Some(age_ms) if age_ms <= stale_ms => {}
        Some(age_ms) => return Reason::Stale(u32::try_from(age_ms / 1_000).unwrap_or(u32::MAX)),
        None => return Reason::Stale(u32::MAX),
    }
    let eta_min = eta.s.div_ceil(60);
    match ring_min {
        Some(ring) if ring <= ticket.ring_min => {}
        Some(_) => return Reason::OutsideRing(eta_min),
        None => return Reason::Overdue(eta_min),
    }
    if asked_in_vain(ticket, person.responder.id) {
        return Reason::Expired;
    }
    let is_at_work = || around.set.is_at_other_work(person.responder.id);
    spared.unwrap_or_else(|| if is_at_work() { Reason::Interruptible } else { Reason::Free })
}

/// What the responder has to do with this very ticket, where that decides: none of these reasons is
/// askable.
fn history_with(ticket: &Ticket, responder: ResponderId) -> Option<Reason> {
    match &ticket.last_offer_to(responder)?.state {
        OfferState::Offered => Some(Reason::Offered),
        OfferState::Accepted { .. } | OfferState::OnScene { .. } | OfferState::Escorting { .. } => {
            Some(Reason::Engaged)
        }
        OfferState::Done { .. } => Some(Reason::Done),
        OfferState::Declined { .. } => Some(Reason::Declined),
        OfferState::Withdrawn { why, .. } => match why {
            crate::WithdrawReason::ByHand | crate::WithdrawReason::Replaced => {
                Some(Reason::Withdrawn)
            }
            crate::WithdrawReason::PlaceTaken
            | crate::WithdrawReason::TicketClosed
            | crate::WithdrawReason::OffDuty
            | crate::WithdrawReason::Interrupted => None,
        },
        OfferState::Expired { .. } => None,
    }
}

/// Whether what the responder has to do with this very ticket forbids to ask.
pub(crate) fn is_ruled_out(ticket: &Ticket, responder: ResponderId) -> bool {
    history_with(ticket, responder).is_some()
}

/// Whether this responder let an offer of this ticket expire.
pub(crate) fn asked_in_vain(ticket: &Ticket, responder: ResponderId) -> bool {
    ticket.offers.iter().any(|offer| {
        offer.responder == responder && matches!(offer.state, OfferState::Expired { .. })
    })
}
