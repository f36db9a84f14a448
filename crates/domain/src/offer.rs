//! The offer machine: a dispatch offered to one responder.
//!
//! `Offered → Accepted → OnScene → [Escorting] → Done`, or `Declined`, `Expired`, `Withdrawn`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    CallId, Eta, InvalidTransition, LatLon, OfferId, OpenedLink, ResponderId, SafetyWord, UnixMs,
    WithdrawReason,
};

/// A place in the team that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    /// 主责: an aide.
    Lead,
    /// 协助: a rescuer or an aide.
    Support,
}

impl TeamRole {
    /// The team of an emergency.
    pub const TEAM: [Self; 2] = [Self::Lead, Self::Support];

    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Support => "support",
        }
    }
}

/// How sure it is that somebody arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// The responder says so.
    Claimed,
    /// Position, senior or operator agree.
    Confirmed,
}

/// Where an offer stands; each state carries its own facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is a time or a fact named by its type")]
pub enum OfferState {
    /// Waiting for the responder (待接单).
    Offered,
    /// On the way, or about to go.
    Accepted { accepted_at: UnixMs, departed_at: Option<UnixMs>, lapsed_at: Option<UnixMs> },
    /// At the door.
    OnScene {
        accepted_at: UnixMs,
        departed_at: Option<UnixMs>,
        on_scene_at: UnixMs,
        arrival: Arrival,
        with_senior_at: Option<UnixMs>,
    },
    /// Taking the senior to hospital.
    Escorting { accepted_at: UnixMs, on_scene_at: UnixMs, escorting_at: UnixMs },
    /// Part done.
    Done { accepted_at: UnixMs, on_scene_at: UnixMs, done_at: UnixMs },
    /// Said no, or gave it back before arriving.
    Declined { declined_at: UnixMs, reason: Option<String> },
    /// Did not answer in time.
    Expired { expired_at: UnixMs },
    /// Taken back.
    Withdrawn { withdrawn_at: UnixMs, why: WithdrawReason },
}

/// What can be done to an offer.
#[derive(Clone, Debug, PartialEq)]
pub enum OfferCommand {
    /// The responder says yes.
    Accept,
    /// The responder says no, or gives it back before arriving.
    Decline(Option<String>),
    /// The responder sets out.
    Depart,
    /// The responder is at the door. Always recorded, even when accepting was forgotten or the
    /// offer is over.
    OnScene(Arrival),
    /// The responder sees the senior.
    WithSenior(Arrival),
    /// The responder goes along to hospital.
    Escort,
    /// The responder's part is done.
    Done,
    /// The deadline passed.
    Expire,
    /// It is taken back.
    Withdraw(WithdrawReason),
}

/// What a command did.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The offer moved to this state.
    Moved(OfferState),
    /// The step was passed already; nothing changes, and a repeated tap is no error.
    Already,
    /// It happened and belongs on record, but the offer stays as it is.
    Recorded,
}

impl OfferState {
    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted { .. } => "accepted",
            Self::OnScene { .. } => "on_scene",
            Self::Escorting { .. } => "escorting",
            Self::Done { .. } => "done",
            Self::Declined { .. } => "declined",
            Self::Expired { .. } => "expired",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Returns whether the responder is bound by it (invariant 3).
    #[must_use]
    pub const fn is_active(&self) -> bool {
        match self {
            Self::Offered
            | Self::Accepted { .. }
            | Self::OnScene { .. }
            | Self::Escorting { .. } => true,
            Self::Done { .. }
            | Self::Declined { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => false,
        }
    }

    /// Returns whether somebody said yes and is still bound.
    #[must_use]
    pub const fn is_engaged(&self) -> bool {
        match self {
            Self::Accepted { .. } | Self::OnScene { .. } | Self::Escorting { .. } => true,
            Self::Offered
            | Self::Done { .. }
            | Self::Declined { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => false,
        }
    }

    /// Returns whether the place in the team needs nobody else.
    #[must_use]
    pub const fn fills_place(&self) -> bool {
        self.is_engaged() || matches!(self, Self::Done { .. })
    }

    /// Applies a command at a time. To arrive on an expired offer is to accept it at the door;
    /// whether the place is still free is for the ticket to say.
    ///
    /// # Errors
    /// [`InvalidTransition`] when the state does not allow the command.
    pub fn apply(self, command: OfferCommand, now: UnixMs) -> Result<Step, InvalidTransition> {
        match command {
            OfferCommand::Accept => self.accept(now),
            OfferCommand::Decline(reason) => self.decline(reason, now),
            OfferCommand::Depart => self.depart(now),
            OfferCommand::OnScene(arrival) => self.on_scene(arrival, now),
            OfferCommand::WithSenior(arrival) => self.with_senior(arrival, now),
            OfferCommand::Escort => self.escort(now),
            OfferCommand::Done => self.done(now),
            OfferCommand::Expire => self.expire(now),
            OfferCommand::Withdraw(why) => self.withdraw(why, now),
        }
    }

    fn accept(self, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Offered => Ok(Step::Moved(Self::Accepted {
                accepted_at: now,
                departed_at: None,
                lapsed_at: None,
            })),
            Self::Accepted { .. }
            | Self::OnScene { .. }
            | Self::Escorting { .. }
            | Self::Done { .. } => Ok(Step::Already),
            Self::Declined { .. } | Self::Expired { .. } | Self::Withdrawn { .. } => {
                Err(InvalidTransition)
            }
        }
    }

    fn decline(self, reason: Option<String>, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Offered | Self::Accepted { .. } => {
                Ok(Step::Moved(Self::Declined { declined_at: now, reason }))
            }
            Self::Declined { .. } => Ok(Step::Already),
            Self::OnScene { .. }
            | Self::Escorting { .. }
            | Self::Done { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => Err(InvalidTransition),
        }
    }

    fn depart(self, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Accepted { accepted_at, departed_at: None, lapsed_at } => {
                Ok(Step::Moved(Self::Accepted { accepted_at, departed_at: Some(now), lapsed_at }))
            }
            Self::Accepted { departed_at: Some(_), .. }
            | Self::OnScene { .. }
            | Self::Escorting { .. }
            | Self::Done { .. } => Ok(Step::Already),
            Self::Offered
            | Self::Declined { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => Err(InvalidTransition),
        }
    }

    fn on_scene(self, arrival: Arrival, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Offered | Self::Expired { .. } => Ok(Step::Moved(Self::OnScene {
                accepted_at: now,
                departed_at: None,
                on_scene_at: now,
                arrival,
                with_senior_at: None,
            })),
            Self::Accepted { accepted_at, departed_at, .. } => Ok(Step::Moved(Self::OnScene {
                accepted_at,
                departed_at,
                on_scene_at: now,
                arrival,
                with_senior_at: None,
            })),
            Self::OnScene {
                accepted_at,
                departed_at,
                on_scene_at,
                arrival: Arrival::Claimed,
                with_senior_at,
            } if arrival == Arrival::Confirmed => Ok(Step::Moved(Self::OnScene {
                accepted_at,
                departed_at,
                on_scene_at,
                arrival,
                with_senior_at,
            })),
            Self::OnScene { .. } | Self::Escorting { .. } | Self::Done { .. } => Ok(Step::Already),
            Self::Declined { .. } | Self::Withdrawn { .. } => Ok(Step::Recorded),
        }
    }

    fn with_senior(self, seen: Arrival, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Accepted { accepted_at, departed_at, .. } => Ok(Step::Moved(Self::OnScene {
                accepted_at,
                departed_at,
                on_scene_at: now,
                arrival: seen,
                with_senior_at: Some(now),
            })),
            Self::OnScene {
                accepted_at,
                departed_at,
                on_scene_at,
                arrival,
                with_senior_at: None,
            } => Ok(Step::Moved(Self::OnScene {
                accepted_at,
                departed_at,
                on_scene_at,
                arrival: arrival.or(seen),
                with_senior_at: Some(now),
            })),
            Self::OnScene { with_senior_at: Some(_), .. }
            | Self::Escorting { .. }
            | Self::Done { .. } => Ok(Step::Already),
            Self::Offered
            | Self::Declined { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => Err(InvalidTransition),
        }
    }

    fn escort(self, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::OnScene { accepted_at, on_scene_at, .. } => {
                Ok(Step::Moved(Self::Escorting { accepted_at, on_scene_at, escorting_at: now }))
            }
            Self::Escorting { .. } | Self::Done { .. } => Ok(Step::Already),
            Self::Offered
            | Self::Accepted { .. }
            | Self::Declined { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => Err(InvalidTransition),
        }
    }

    fn done(self, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::OnScene { accepted_at, on_scene_at, .. }
            | Self::Escorting { accepted_at, on_scene_at, .. } => {
                Ok(Step::Moved(Self::Done { accepted_at, on_scene_at, done_at: now }))
            }
            Self::Done { .. } => Ok(Step::Already),
            Self::Offered
            | Self::Accepted { .. }
            | Self::Declined { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. } => Err(InvalidTransition),
        }
    }

    fn expire(self, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Offered => Ok(Step::Moved(Self::Expired { expired_at: now })),
            Self::Expired { .. } => Ok(Step::Already),
            Self::Accepted { .. }
            | Self::OnScene { .. }
            | Self::Escorting { .. }
            | Self::Done { .. }
            | Self::Declined { .. }
            | Self::Withdrawn { .. } => Err(InvalidTransition),
        }
    }

    fn withdraw(self, why: WithdrawReason, now: UnixMs) -> Result<Step, InvalidTransition> {
        match self {
            Self::Offered
            | Self::Accepted { .. }
            | Self::OnScene { .. }
            | Self::Escorting { .. } => Ok(Step::Moved(Self::Withdrawn { withdrawn_at: now, why })),
            Self::Withdrawn { .. } => Ok(Step::Already),
            Self::Done { .. } | Self::Declined { .. } | Self::Expired { .. } => {
                Err(InvalidTransition)
            }
        }
    }
}

const fn surely() -> u8 {
    100
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_sure(chance_pct: &u8) -> bool {
    *chance_pct == 100
}

/// How the way of somebody who accepted goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// How long it still took when it last got shorter, seconds.
    pub left_s: u32,
    /// When that was.
    pub at: UnixMs,
    /// Since when it has not got shorter, or nothing was heard, for too long.
    pub stuck_at: Option<UnixMs>,
    /// Where it led.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<LatLon>,
}

/// What is known of an arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtDoor {
    /// How far from the door the responder was when last looked at, metres.
    pub distance_m: Option<u32>,
    /// When it was said that nothing agrees with the arrival.
    pub doubted_at: Option<UnixMs>,
    /// When it was last said that no word comes from the door.
    pub quiet_at: Option<UnixMs>,
}

/// A voice call to somebody who is asked. The offer does not expire while it rings; once its time is
/// over, others are asked beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rings {
    /// The call.
    pub call: CallId,
    /// It rings until then at most.
    pub until: UnixMs,
    /// Whether others are asked beside.
    pub is_beside: bool,
}

/// A dispatch offered to one responder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Identity.
    pub id: OfferId,
    /// To whom.
    pub responder: ResponderId,
    /// For which place in the team.
    pub role: TeamRole,
    /// How long the way was thought to take when it was offered.
    pub eta: Eta,
    /// The narrowest ring the arrival fits, minutes; the widest when it fits none.
    pub ring_min: u16,
    /// Whether the arrival fits no ring any more (预计超时).
    pub overdue: bool,
    /// When.
    pub offered_at: UnixMs,
    /// Until when it can be accepted.
    pub deadline: UnixMs,
    /// From when the present step is timed instead of from `accepted_at` or `on_scene_at`, which lay in
    /// the future after the clock had been set back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_from: Option<UnixMs>,
    /// How the way went on, once accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    /// What is known of the arrival, once claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<AtDoor>,
    /// How likely it was thought that it would be accepted, percent.
    #[serde(default = "surely", skip_serializing_if = "is_sure")]
    pub chance_pct: u8,
    /// The voice call by which it is told, while that rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rings: Option<Rings>,
    /// The phone that opened its one-time link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<OpenedLink>,
    /// When it was first seen on the page: from then on nobody is told of it by other ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<UnixMs>,
    /// The word that is due from whoever is at a door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<SafetyWord>,
    /// What this responder asked the centre for on the way or at the door.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub help_asked: BTreeSet<HelpWanted>,
    /// Whether a nearer responder was suggested already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nearer_suggested: bool,
    /// How far it was to the door by the phone's positions, metres; `None` where they do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travelled_m: Option<u32>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: OfferState,
}

/// What whoever goes to a senior needs beside what they can do themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HelpWanted {
    /// Another pair of hands.
    Support,
    /// 120. People dial it; the machine tells whoever owns the ticket.
    Ambulance,
}

impl HelpWanted {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Ambulance => "ambulance",
        }
    }
}

impl Offer {
    /// Returns when something happens by itself to an offer that nobody answers.
    #[must_use]
    pub fn next_expiry(&self) -> UnixMs {
        match self.rings {
            Some(rings) if rings.is_beside => rings.until.max(self.deadline),
            Some(_) | None => self.deadline,
        }
    }

    /// Lets others be asked beside, once the time is over and the call still rings. Returns whether
    /// that has just begun.
    pub(crate) fn goes_on_ringing(&mut self, now: UnixMs) -> bool {
        let is_asked = matches!(self.state, OfferState::Offered);
        let rings = self.rings.as_mut().filter(|rings| is_asked && now < rings.until);
        rings.is_some_and(|rings| !std::mem::replace(&mut rings.is_beside, true))
    }

    /// Returns whether this offer is waited for before anybody else is asked for its place.
    #[must_use]
    pub fn is_waited_for(&self) -> bool {
        matches!(self.state, OfferState::Offered) && self.rings.is_none_or(|it| !it.is_beside)
    }

    /// Returns whether nobody has given a sign of life: neither seen, nor its link opened, nor answered, and
    /// waited for.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        self.seen_at.is_none() && self.link.is_none() && self.is_waited_for()
    }

    /// Returns whether the responder does not come nearer.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        matches!(self.state, OfferState::Accepted { .. })
            && self.way.is_some_and(|way| way.stuck_at.is_some())
    }

    /// Returns whether the responder says to be at the door, and nothing agrees yet.
    #[must_use]
    pub const fn is_arrival_claimed(&self) -> bool {
        matches!(self.state, OfferState::OnScene { arrival: Arrival::Claimed, .. })
    }

    /// Returns whether it was noticed that no word comes from the door.
    #[must_use]
    pub fn is_quiet_on_scene(&self) -> bool {
        matches!(self.state, OfferState::OnScene { with_senior_at: None, .. })
            && self.door.is_some_and(|door| door.quiet_at.is_some())
    }
}
