//! Events: what happened to a ticket, in the order of the district's numbers.

use serde::{Deserialize, Serialize};

use crate::{
    CallId, Cause, Considered, DeviceWork, Eta, Flag, OfferId, Outcome, Position, ResponderId,
    RoundNote, SeniorId, SignalId, SignalKind, SilenceStep, TeamRole, TicketId, TicketMessage,
    UnixMs, UserId,
};

/// Who made something happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum By {
    /// A device.
    Device,
    /// The dispatcher's loop.
    Machine,
    /// A person who was logged in.
    Person {
        /// Who.
        user: UserId,
    },
    /// A responder who pressed a key on the telephone.
    Telephone {
        /// Who.
        responder: ResponderId,
    },
    /// An operator on behalf of a responder who was on the telephone (代接单).
    OnBehalf {
        /// The operator.
        user: UserId,
    },
}

impl By {
    /// Returns the person, where it was one.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Person { user } | Self::OnBehalf { user } => Some(user),
            Self::Device | Self::Machine | Self::Telephone { .. } => None,
        }
    }
}

/// To whom a ticket is escalated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EscalationTarget {
    /// 120: ambulance.
    #[serde(rename = "120")]
    Ambulance,
    /// 110: police.
    #[serde(rename = "110")]
    Police,
    /// 119: fire brigade.
    #[serde(rename = "119")]
    Fire,
    /// 班长
    #[serde(rename = "shift_lead")]
    ShiftLead,
    /// 主管
    #[serde(rename = "supervisor")]
    Supervisor,
    /// 值班领导
    #[serde(rename = "leader")]
    Leader,
}

/// Why an offer was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawReason {
    /// Somebody else took the place.
    PlaceTaken,
    /// The ticket was closed.
    TicketClosed,
    /// The responder went off duty before accepting.
    OffDuty,
    /// An operator took it back.
    ByHand,
    /// An operator put somebody else in the place.
    Replaced,
    /// An emergency called the responder away from other work.
    Interrupted,
}

/// What happened. The name is the `event` of the feed and the timeline, the fields its `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is named by the type it has")]
pub enum Event {
    /// A ticket was opened.
    TicketOpened { signal: Option<SignalId>, kind: Option<SignalKind>, flags: Vec<Flag> },
    /// A further signal joined the open ticket.
    SignalJoined { signal: SignalId, kind: SignalKind, flags: Vec<Flag> },
    /// The file popped up on an operator's screen (弹屏).
    PoppedUp {},
    /// An operator answered and owns it (受理).
    Answered {},
    /// Another operator took it over.
    TakenOver { from: UserId, reason: String },
    /// An operator confirmed the emergency (核实).
    Confirmed {},
    /// An operator vouched for a doubtful ticket.
    Verified { senior: Option<SeniorId> },
    /// The hold ended by itself.
    HoldEnded {},
    /// A dispatch was offered.
    Offered {
        offer: OfferId,
        responder: ResponderId,
        role: TeamRole,
        eta: Eta,
        ring_min: u16,
        overdue: bool,
        considered: Vec<Considered>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round: Option<Box<RoundNote>>,
    },
    /// A responder accepted (接单).
    Accepted { offer: OfferId, responder: ResponderId, role: TeamRole },
    /// A responder declined (拒单).
    Declined { offer: OfferId, responder: ResponderId, reason: Option<String> },
    /// Nobody answered the offer in time (超时未接).
    Expired { offer: OfferId, responder: ResponderId },
    /// The offer was taken back (撤派).
    Withdrawn { offer: OfferId, responder: ResponderId, why: WithdrawReason },
    /// On the way (出发).
    Departed { offer: OfferId, responder: ResponderId },
    /// At the door (到场).
    OnScene { offer: OfferId, responder: ResponderId, distance_m: Option<u32> },
    /// With the senior (见到老人).
    WithSenior { offer: OfferId, responder: ResponderId },
    /// Escorting to hospital (陪送).
    Escorting { offer: OfferId, responder: ResponderId },
    /// The responder's part is done (处置完成).
    Done { offer: OfferId, responder: ResponderId },
    /// The search widened to the next ring.
    Widened { ring_min: u16, why: WidenReason },
    /// All operators were alarmed again.
    OperatorsAlarmed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<EscalationReason>,
    },
    /// Brought to somebody else (升级).
    Escalated {
        to: EscalationTarget,
        why: EscalationReason,
        reference: Option<String>,
        eta_min: Option<u32>,
        note: Option<String>,
        /// For 120: the city whose centre is the nearest to the place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        city: Option<String>,
    },
    /// A responder is later than the ETA allowed.
    EtaLapsed { offer: OfferId, responder: ResponderId },
    /// The owner was reminded (督办).
    Chased {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<EscalationReason>,
    },
    /// Accepted, but the way does not get shorter, or nothing is heard.
    NotMoving { offer: OfferId, responder: ResponderId, heard: bool },
    /// On the way, and moving again.
    MovingAgain { offer: OfferId, responder: ResponderId },
    /// At the door, and no word since.
    SceneQuiet { offer: OfferId, responder: ResponderId },
    /// The position agrees with an arrival that was claimed.
    ArrivalConfirmed { offer: OfferId, responder: ResponderId, distance_m: u32 },
    /// The position does not agree with an arrival that was claimed, or is not known.
    ArrivalDoubted { offer: OfferId, responder: ResponderId, distance_m: Option<u32> },
    /// Somebody nearer is free while who accepted is still far: a suggestion.
    NearerFree { offer: OfferId, responder: ResponderId, eta: Eta, left_s: u32 },
    /// Devices were put on the list of an equipment ticket.
    DevicesListed { devices: Vec<DeviceWork> },
    /// A telephone call belongs to the ticket: it began, or it ended with this result.
    Called { call: CallId, outgoing: bool, result: Option<String> },
    /// The place was corrected.
    Placed { position: Position, text: Option<String>, reason: Option<String> },
    /// The device told a better or newer position.
    Located { position: Position },
    /// Nobody speaks: this is tried now.
    NoVoice { step: SilenceStep },
    /// The senior, or somebody who is there, was heard.
    VoiceHeard { note: Option<String> },
    /// The voice call to somebody who is asked still rings although the time is over; others are asked
    /// beside.
    StillRings { offer: OfferId, responder: ResponderId },
    /// So many emergencies of a senior within a day: somebody should visit.
    PressedOften { emergencies: u32 },
    /// A note was written.
    Noted { text: String },
    /// The leader was called and confirmed it.
    LeaderHeard {},
    /// A message to somebody outside has come so far.
    Message { message: Box<TicketMessage> },
    /// The family was told, by a person.
    FamilyTold { note: Option<String> },
    /// Closed (结单).
    Closed {
        outcome: Outcome,
        cause: Option<Cause>,
        note: Option<String>,
        hospital: Option<String>,
        duplicate_of: Option<TicketId>,
        witness: Option<String>,
    },
    /// Opened again.
    Reopened { reason: String },
    /// Called back (回访).
    FollowedUp { result: String, satisfaction: Option<u8>, note: Option<String> },
    /// Filed away (归档).
    Archived {},
}

/// Why the search widened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WidenReason {
    /// The deadline passed with a place still empty.
    Deadline,
    /// Nobody was left to ask in the ring, but somebody outside it.
    NobodyLeft,
    /// An operator asked for it.
    ByHand,
}

/// Why a ticket was escalated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationReason {
    /// No operator answered.
    NotAnswered,
    /// No responder accepted.
    NotAccepted,
    /// A responder is later than the ETA allowed.
    EtaLapsed,
    /// A responder who accepted does not come nearer.
    NotMoving,
    /// Nothing is heard from the door.
    SceneQuiet,
    /// Nothing agrees with an arrival that was claimed.
    ArrivalDoubted,
    /// Nothing has happened for long.
    Quiet,
    /// The responder was called away to an emergency.
    Interrupted,
    /// Nobody speaks, and nothing was heard so far.
    NoVoice,
    /// Nobody has done the work on devices in time.
    WorkOverdue,
    /// A person did it.
    ByHand,
}

/// An event that is decided and not yet numbered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewEvent {
    /// When it happened.
    pub at: UnixMs,
    /// Who made it happen.
    pub by: By,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Event {
    /// Returns the word used in the feed, the timeline and the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TicketOpened { .. } => "ticket_opened",
            Self::SignalJoined { .. } => "signal_joined",
            Self::PoppedUp {} => "popped_up",
            Self::Answered {} => "answered",
            Self::TakenOver { .. } => "taken_over",
            Self::Confirmed {} => "confirmed",
            Self::Verified { .. } => "verified",
            Self::HoldEnded {} => "hold_ended",
            Self::Offered { .. } => "offered",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::Expired { .. } => "expired",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Departed { .. } => "departed",
            Self::OnScene { .. } => "on_scene",
            Self::WithSenior { .. } => "with_senior",
            Self::Escorting { .. } => "escorting",
            Self::Done { .. } => "done",
            Self::Widened { .. } => "widened",
            Self::OperatorsAlarmed { .. } => "operators_alarmed",
            Self::Escalated { .. } => "escalated",
            Self::EtaLapsed { .. } => "eta_lapsed",
            Self::Chased { .. } => "chased",
            Self::NotMoving { .. } => "not_moving",
            Self::MovingAgain { .. } => "moving_again",
            Self::SceneQuiet { .. } => "scene_quiet",
            Self::ArrivalConfirmed { .. } => "arrival_confirmed",
            Self::ArrivalDoubted { .. } => "arrival_doubted",
            Self::NearerFree { .. } => "nearer_free",
            Self::DevicesListed { .. } => "devices_listed",
            Self::Called { .. } => "called",
            Self::Placed { .. } => "placed",
            Self::Located { .. } => "located",
            Self::NoVoice { .. } => "no_voice",
            Self::VoiceHeard { .. } => "voice_heard",
            Self::StillRings { .. } => "still_rings",
            Self::PressedOften { .. } => "pressed_often",
            Self::Noted { .. } => "noted",
            Self::LeaderHeard {} => "leader_heard",
            Self::Message { .. } => "message",
            Self::FamilyTold { .. } => "family_told",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::FollowedUp { .. } => "followed_up",
            Self::Archived {} => "archived",
        }
    }
}
