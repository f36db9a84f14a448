//! Events: what happened to a ticket, in the order of the district's numbers.

use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::{
    CallBack, CallId, Cause, Considered, DeviceWork, Eta, Flag, Handover, HandoverStep, HelpWanted,
    KeyId, OfferId, Outcome, PhotoId, PhotoOf, Position, ResponderId, ReviewCause, RoundNote,
    SceneReport, SeniorId, SignalId, SignalKind, SilenceStep, TeamRole, TicketId, TicketMessage,
    UnixMs, UserId, WaitReason,
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
    /// Somebody outside who was given a link.
    Outside,
    /// A responder who pressed a key on the telephone.
    Telephone {
        /// Who.
        responder: ResponderId,
    },
    /// A responder over the one-time link of an offer, without a log-in.
    Link {
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
            Self::Device
            | Self::Machine
            | Self::Outside
            | Self::Telephone { .. }
            | Self::Link { .. } => None,
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
    /// A responder opened the one-time link to the offer.
    LinkOpened { offer: OfferId, responder: ResponderId },
    /// Whoever is asked saw the offer on the page (已看到派单).
    OfferSeen { offer: OfferId, responder: ResponderId },
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
    /// A responder pressed the own SOS.
    Distress { responder: ResponderId },
    /// Somebody at a door said that all is well.
    SafetyWord { offer: OfferId, responder: ResponderId },
    /// Whoever goes to the senior asks the centre for more help.
    HelpAsked { offer: OfferId, responder: ResponderId, what: HelpWanted },
    /// Whoever goes says that the address is wrong (地址不符).
    AddressDoubted {
        offer: OfferId,
        responder: ResponderId,
        position: Option<Position>,
        text: String,
    },
    /// An operator found the address right after all.
    AddressKept { reason: Option<String> },
    /// Whoever is at the door told how the senior is (现场情况).
    SceneReported { offer: OfferId, responder: ResponderId, report: SceneReport },
    /// No word came from somebody at a door.
    SafetyMissed { offer: OfferId, responder: ResponderId },
    /// Somebody is with the senior alone though the rules ask to wait.
    EnteredAlone { offer: OfferId, responder: ResponderId, why: Vec<WaitReason> },
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
    /// A place that was set by mistake was taken back: what stood there before stands again.
    PlaceTakenBack { position: Option<Position> },
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
    /// In whose hands the senior is (移交).
    HandedOver {
        step: HandoverStep,
        #[serde(flatten)]
        handover: Handover,
        note: Option<String>,
    },
    /// A link to the card was given to somebody outside.
    CardShared { link: Uuid, to: String, expires_at: UnixMs },
    /// A link to the card was taken back.
    CardRevoked { link: Uuid },
    /// Somebody outside read the card.
    CardRead { link: Uuid, to: String },
    /// An operator opened the card.
    CardOpened {},
    /// 120 or the police confirmed a death.
    DeathStated { confirmed_by: EscalationTarget, reference: String },
    /// A second person signed it.
    DeathSigned {},
    /// It was recorded by mistake.
    DeathRevoked {},
    /// Nobody is called back because of this ticket: the senior has died.
    AftercareCancelled {},
    /// A message to somebody outside has come so far.
    Message { message: Box<TicketMessage> },
    /// The family was told, by a person.
    FamilyTold { note: Option<String> },
    /// Somebody read a door code; never the code itself.
    CodeRead { key: KeyId },
    /// A photo came.
    PhotoAdded { photo: PhotoId, what: PhotoOf },
    /// It was decided to open the door by force (强制开门).
    EntryDecided {
        authorised_by: String,
        police_reference: String,
        witness: String,
        reason: String,
    },
    /// The door was opened by force.
    EntryForced { opened_by: String, opened_at: UnixMs },
    /// The door that was opened by force is secured.
    EntrySecured { secured_by: String, how: String },
    /// The door need not be opened by force any more.
    EntryCalledOff { reason: String },
    /// Something in the record of a forced entry was wrong.
    EntryCorrected { text: String },
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
    /// A call back was tried often enough in vain.
    CallBackGivenUp { call: CallBack, tried: u8 },
    /// Somebody said why it missed its target (超时原因).
    Reviewed { cause: ReviewCause, note: Option<String> },
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
    /// No word came from somebody at a door.
    SafetyMissed,
    /// Somebody is with the senior alone though the rules ask to wait.
    EnteredAlone,
    /// Somebody who had accepted it pressed the own SOS.
    ResponderInDistress,
    /// Whoever goes to the senior asked for support or 120.
    HelpAsked,
    /// Whoever goes says that the address is wrong.
    AddressDoubted,
    /// Whoever is at the door says that a life is in danger.
    GraveScene,
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
            Self::LinkOpened { .. } => "link_opened",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::Expired { .. } => "expired",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Departed { .. } => "departed",
            Self::OnScene { .. } => "on_scene",
            Self::WithSenior { .. } => "with_senior",
            Self::Distress { .. } => "distress",
            Self::SafetyWord { .. } => "safety_word",
            Self::HelpAsked { .. } => "help_asked",
            Self::AddressDoubted { .. } => "address_doubted",
            Self::AddressKept { .. } => "address_kept",
            Self::SceneReported { .. } => "scene_reported",
            Self::SafetyMissed { .. } => "safety_missed",
            Self::EnteredAlone { .. } => "entered_alone",
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
            Self::PlaceTakenBack { .. } => "place_taken_back",
            Self::Located { .. } => "located",
            Self::NoVoice { .. } => "no_voice",
            Self::VoiceHeard { .. } => "voice_heard",
            Self::OfferSeen { .. } => "offer_seen",
            Self::StillRings { .. } => "still_rings",
            Self::PressedOften { .. } => "pressed_often",
            Self::Noted { .. } => "noted",
            Self::LeaderHeard {} => "leader_heard",
            Self::HandedOver { .. } => "handed_over",
            Self::CardShared { .. } => "card_shared",
            Self::CardRevoked { .. } => "card_revoked",
            Self::CardRead { .. } => "card_read",
            Self::CardOpened {} => "card_opened",
            Self::DeathStated { .. } => "death_stated",
            Self::DeathSigned {} => "death_signed",
            Self::DeathRevoked {} => "death_revoked",
            Self::AftercareCancelled {} => "aftercare_cancelled",
            Self::Message { .. } => "message",
            Self::FamilyTold { .. } => "family_told",
            Self::CodeRead { .. } => "code_read",
            Self::PhotoAdded { .. } => "photo_added",
            Self::EntryDecided { .. } => "entry_decided",
            Self::EntryForced { .. } => "entry_forced",
            Self::EntrySecured { .. } => "entry_secured",
            Self::EntryCalledOff { .. } => "entry_called_off",
            Self::EntryCorrected { .. } => "entry_corrected",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::FollowedUp { .. } => "followed_up",
            Self::CallBackGivenUp { .. } => "call_back_given_up",
            Self::Reviewed { .. } => "reviewed",
            Self::Archived {} => "archived",
        }
    }
}
