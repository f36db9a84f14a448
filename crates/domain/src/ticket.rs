//! The ticket (工单): one incident of one senior, with everybody who was asked to go.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    AboutTicket, Aftercare, CardLink, Climb, Deadline, DeadlineKind, Death, DeviceId, DeviceWork,
    DistrictId, EscalationTarget, ForcedEntry, Handling, Handover, LatLon, Needs, Offer, OfferId,
    PlaceDoubt, Policy, Position, ReportedScene, ResponderId, Review, SeniorId, SignalKind,
    Silence, TeamRole, TicketId, TicketMessage, TicketPhoto, UnixMs, UserId,
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the word used in the API and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Returns the value of this word, `None` for an unknown one.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What a ticket is about.
    Kind {
        /// The SOS key.
        Sos = "sos",
        /// A fall that a device felt.
        Fall = "fall",
        /// A call without a voice.
        Silent = "silent",
        /// The help key.
        Help = "help",
        /// A telephone call for help.
        Call = "call",
        /// A senior who lost the way.
        Wandering = "wandering",
        /// A call to return.
        Callback = "callback",
        /// A look after somebody.
        Wellbeing = "wellbeing",
        /// Work on a device.
        Equipment = "equipment",
        /// Service at home.
        Service = "service",
        /// A question.
        Consult = "consult",
        /// 主动关怀
        CareCall = "care_call",
        /// A complaint.
        Complaint = "complaint",
        /// An exercise.
        Drill = "drill",
    }
}

words! {
    /// What came of a ticket.
    Outcome {
        /// Helped on the spot.
        Helped = "helped",
        /// Taken to hospital.
        Hospital = "hospital",
        /// Settled by telephone.
        Phone = "phone",
        /// The family took over.
        Family = "family",
        /// The police took over.
        Police = "police",
        /// Passed on to another service.
        Transferred = "transferred",
        /// A lost person was found.
        Found = "found",
        /// Help was refused.
        Refused = "refused",
        /// 误触
        Accidental = "accidental",
        /// 误报
        DeviceFault = "device_fault",
        /// Abuse of the key.
        Nuisance = "nuisance",
        /// A test.
        Test = "test",
        /// The same incident as another ticket.
        Duplicate = "duplicate",
        /// Nobody was reached; a visit or a relative saw the senior.
        NoContact = "no_contact",
        /// Died; confirmed by 120 or the police.
        Deceased = "deceased",
    }
}

impl Outcome {
    /// Returns whether somebody at a door can say it; the others are an operator's.
    #[must_use]
    pub const fn is_seen_at_door(self) -> bool {
        match self {
            Self::Helped
            | Self::Hospital
            | Self::Family
            | Self::Police
            | Self::Refused
            | Self::Accidental
            | Self::DeviceFault => true,
            Self::Phone
            | Self::Transferred
            | Self::Found
            | Self::Nuisance
            | Self::Test
            | Self::Duplicate
            | Self::NoContact
            | Self::Deceased => false,
        }
    }
}

words! {
    /// What an emergency was about, or why a device was silent.
    Cause {
        /// A fall.
        Fall = "fall",
        /// Chest pain.
        ChestPain = "chest_pain",
        /// Trouble breathing.
        Breathing = "breathing",
        /// Signs of a stroke.
        Stroke = "stroke",
        /// Abdominal pain.
        Abdominal = "abdominal",
        /// Fire or gas.
        FireGas = "fire_gas",
        /// Locked in or stuck.
        Trapped = "trapped",
        /// Distress.
        Distress = "distress",
        /// Fraud.
        Fraud = "fraud",
        /// A dispute.
        Dispute = "dispute",
        /// Of a device: its card has no credit (停机).
        NoCredit = "no_credit",
        /// Of a device: it was switched off.
        SwitchedOff = "switched_off",
        /// Of a device: its card was changed.
        SimChanged = "sim_changed",
        /// Of a device: it is lost.
        Lost = "lost",
        /// Of a device: it is there and nobody uses it.
        Unused = "unused",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// What is doubtful about a ticket or a signal: shown to the operator, never a reason to refuse.
    Flag {
        /// The key was wrong or missing.
        Unverified = "unverified",
        /// No device of this name is known.
        UnknownDevice = "unknown_device",
        /// The device gave no usable position.
        NoPosition = "no_position",
        /// The position is too far from home to be believed.
        PositionDoubtful = "position_doubtful",
        /// The device's clock is far from ours.
        ClockOff = "clock_off",
        /// The same event id came with other bytes.
        IdReused = "id_reused",
        /// The alarm's kind was not understood; it is taken for an SOS.
        KindUnknown = "kind_unknown",
        /// An alarm frame without any alarm bit; taken for an SOS.
        AlarmUnspecified = "alarm_unspecified",
        /// Probably taken off the charger (traccar/traccar PR #4801); it still alarms.
        MaybeCharger = "maybe_charger",
        /// The frame broke off; what was left of it is an alarm.
        Truncated = "truncated",
        /// Parts of the message could not be read; the rest of it is an alarm.
        BodyDamaged = "body_damaged",
        /// The device kept it while it had no network.
        Delayed = "delayed",
        /// The battery is low.
        LowBattery = "low_battery",
        /// Too many unknown devices came from one address; this signal joined the last of them.
        SourceFlood = "source_flood",
        /// Opened by hand from a telephone call; waits for a person's confirmation.
        ByHand = "by_hand",
        /// Nobody speaks: presumed an emergency.
        NoVoice = "no_voice",
        /// The senior cannot hear or cannot speak: no voice says nothing.
        CannotTalk = "cannot_talk",
        /// The senior is said to be in hospital.
        InHospital = "in_hospital",
        /// The senior is said to be away from home.
        Away = "away",
        /// The senior was recorded as dead: somebody else pressed, or the record is wrong.
        Deceased = "deceased",
        /// A responder pressed the own SOS.
        ResponderInDistress = "responder_in_distress",
    }
}

impl Outcome {
    /// Returns whether it turned out that nothing was the matter: a false alarm, or a test.
    #[must_use]
    pub const fn is_no_emergency(self) -> bool {
        match self {
            Self::Accidental | Self::DeviceFault | Self::Nuisance | Self::Test => true,
            Self::Helped
            | Self::Hospital
            | Self::Phone
            | Self::Family
            | Self::Police
            | Self::Transferred
            | Self::Found
            | Self::Refused
            | Self::Duplicate
            | Self::NoContact
            | Self::Deceased => false,
        }
    }
}

impl Flag {
    /// What the senior's file says, and nobody reads before accepting.
    pub const OF_FILE: [Self; 4] = [Self::CannotTalk, Self::InHospital, Self::Away, Self::Deceased];
}

impl Kind {
    /// Returns whether this is an emergency: one open per senior, a team is sent.
    #[must_use]
    pub const fn is_emergency(self) -> bool {
        match self {
            Self::Sos | Self::Fall | Self::Silent | Self::Help | Self::Call => true,
            Self::Wandering
            | Self::Callback
            | Self::Wellbeing
            | Self::Equipment
            | Self::Service
            | Self::Consult
            | Self::CareCall
            | Self::Complaint
            | Self::Drill => false,
        }
    }

    /// Returns the urgency a ticket of this kind starts with.
    #[must_use]
    pub const fn urgency(self) -> Urgency {
        match self {
            Self::Sos | Self::Fall | Self::Silent | Self::Call => Urgency::Urgent,
            Self::Help | Self::Wandering | Self::Callback | Self::Wellbeing => Urgency::Normal,
            Self::Equipment
            | Self::Service
            | Self::Consult
            | Self::CareCall
            | Self::Complaint
            | Self::Drill => Urgency::Routine,
        }
    }

    /// Returns the kind of ticket an alarm opens.
    #[must_use]
    pub const fn of_alarm(signal: SignalKind) -> Self {
        match signal {
            SignalKind::Fall => Self::Fall,
            SignalKind::Help => Self::Help,
            SignalKind::Call => Self::Call,
            SignalKind::Sos
            | SignalKind::LowBattery
            | SignalKind::Position
            | SignalKind::Heartbeat => Self::Sos,
        }
    }
}

/// How urgent, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Urgency {
    /// 1 特急 red.
    #[serde(rename = "1")]
    Extreme,
    /// 2 紧急 orange.
    #[serde(rename = "2")]
    Urgent,
    /// 3 一般 yellow.
    #[serde(rename = "3")]
    Normal,
    /// 4 事务 blue.
    #[serde(rename = "4")]
    Routine,
}

impl Urgency {
    /// Returns the number used in the API, 1 the most urgent.
    #[must_use]
    pub const fn as_u8(self) -> u8 {
        match self {
            Self::Extreme => 1,
            Self::Urgent => 2,
            Self::Normal => 3,
            Self::Routine => 4,
        }
    }

    /// Returns the next more urgent one.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Extreme | Self::Urgent => Self::Extreme,
            Self::Normal => Self::Urgent,
            Self::Routine => Self::Normal,
        }
    }
}

/// How a ticket came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// From a device.
    Device,
    /// By hand, from a telephone call.
    Call,
}

/// The senior in a few words, copied into the ticket so that every screen has them at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Name.
    pub name: String,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: String,
    /// Village.
    pub village: String,
}

impl Who {
    /// Returns this senior in a few words.
    #[must_use]
    pub fn of(senior: &crate::Senior) -> Self {
        Self {
            name: senior.name.clone(),
            born: senior.born.clone(),
            village: senior.village.clone(),
        }
    }
}

/// The facts of a ticket in time. A time once set is never moved; later repeats are in the events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "named as in the contract")]
pub struct Times {
    pub pressed: Option<UnixMs>,
    pub received: UnixMs,
    pub opened: UnixMs,
    pub popped_up: Option<UnixMs>,
    pub answered: Option<UnixMs>,
    pub confirmed: Option<UnixMs>,
    pub family_told: Option<UnixMs>,
    pub first_offered: Option<UnixMs>,
    pub accepted: Option<UnixMs>,
    pub departed: Option<UnixMs>,
    pub on_scene: Option<UnixMs>,
    pub with_senior: Option<UnixMs>,
    pub ambulance_called: Option<UnixMs>,
    pub ambulance_arrived: Option<UnixMs>,
    pub at_hospital: Option<UnixMs>,
    pub handed_over: Option<UnixMs>,
    pub closed: Option<UnixMs>,
    pub followed_up: Option<UnixMs>,
    pub archived: Option<UnixMs>,
}

impl Times {
    /// Returns the times of a ticket that was just received and opened.
    #[must_use]
    pub const fn opened(pressed: Option<UnixMs>, received: UnixMs, opened: UnixMs) -> Self {
        Self {
            pressed,
            received,
            opened,
            popped_up: None,
            answered: None,
            confirmed: None,
            family_told: None,
            first_offered: None,
            accepted: None,
            departed: None,
            on_scene: None,
            with_senior: None,
            ambulance_called: None,
            ambulance_arrived: None,
            at_hospital: None,
            handed_over: None,
            closed: None,
            followed_up: None,
            archived: None,
        }
    }
}

/// What the watchdogs have said already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// When all operators were alarmed again.
    pub operators_alarmed_at: Option<UnixMs>,
    /// When the supervisor was last told that nobody answers.
    pub not_answered_at: Option<UnixMs>,
    /// When the supervisor was last told that nobody accepts.
    pub not_accepted_at: Option<UnixMs>,
    /// When the owner was last reminded.
    pub chased_at: Option<UnixMs>,
    /// When the shift lead was told that nobody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift_lead_at: Option<UnixMs>,
    /// When it was last looked at who is on the way, and who is at the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followed_at: Option<UnixMs>,
    /// What climbs until a person takes care.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climb: Option<Climb>,
    /// From when everything counts instead of from `received` and `opened`, which lay in the future
    /// after the clock had been set back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_from: Option<UnixMs>,
}

/// A device's clock that is far from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongClock {
    /// Which device's.
    pub device: DeviceId,
    /// How far it is behind, milliseconds; negative: ahead.
    pub behind_ms: i64,
}

/// What was known of the place before a person set it by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeforePin {
    /// Where to go, as it was thought.
    pub position: Option<Position>,
    /// What was doubtful of it.
    pub flags: Vec<Flag>,
    /// Who had said that it is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_doubt: Option<Box<PlaceDoubt>>,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Identity.
    pub id: TicketId,
    /// Where.
    pub district: DistrictId,
    /// Number within the district, for people; given by the store when it is opened.
    pub number: u64,
    /// Number of its last event in the district, and the version a commit must have read.
    pub version: u64,
    /// Who; `None` while nobody knows.
    pub senior: Option<SeniorId>,
    /// The senior in a few words.
    pub who: Option<Who>,
    /// The senior's door.
    pub home: Option<LatLon>,
    /// What is peculiar to the senior.
    #[serde(default, skip_serializing_if = "Needs::is_none")]
    pub needs: Needs,
    /// The device that opened it.
    pub device: Option<DeviceId>,
    /// The device whose clock its alarm showed to be wrong, and by how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_clock: Option<WrongClock>,
    /// What an unknown device calls itself: `protocol/ident`.
    pub unknown_ident: Option<String>,
    /// The address an unknown device spoke from.
    pub source_addr: Option<String>,
    /// How it came.
    pub channel: Channel,
    /// What it is about.
    pub kind: Kind,
    /// How urgent.
    pub urgency: Urgency,
    /// What operators did.
    #[serde(flatten)]
    pub handling: Handling,
    /// What is doubtful.
    pub flags: BTreeSet<Flag>,
    /// Whether a right key or a person has vouched for it. Once it has, a signal with a wrong key no
    /// longer moves the place.
    pub proven: bool,
    /// Where to go.
    pub position: Option<Position>,
    /// What stood there before somebody set a pin, so that a pin by mistake can be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_pin: Option<BeforePin>,
    /// Who goes says that the place is wrong, and nobody has decided yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_doubt: Option<Box<PlaceDoubt>>,
    /// How the senior was found, as it was told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<Box<ReportedScene>>,
    /// How many signals belong to it.
    pub signals: u32,
    /// The ring searched at present, minutes.
    pub ring_min: u16,
    /// Since when.
    pub ring_since: UnixMs,
    /// Until when offers wait for a person, where they do.
    pub held_until: Option<UnixMs>,
    /// To whom it was escalated.
    pub escalated_to: BTreeSet<EscalationTarget>,
    /// Facts in time.
    pub times: Times,
    /// The last time a person or a device did something about it.
    pub active_at: UnixMs,
    /// Whom outside was told what, and how far that has come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<TicketMessage>,
    /// What the watchdogs have said.
    pub watch: Watch,
    /// How far a call without a voice has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// For equipment work: the devices in question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceWork>,
    /// The door that is opened by force, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced_entry: Option<Box<ForcedEntry>>,
    /// What is known of its photos.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<TicketPhoto>,
    /// Everybody asked, in the order of asking.
    pub offers: Vec<Offer>,
    /// The responder who pressed the own SOS, where nobody else needs help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_distress: Option<ResponderId>,
    /// What became of the senior in the hands of others.
    #[serde(default, skip_serializing_if = "Handover::is_none")]
    pub handover: Handover,
    /// Links to the card that were given to others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardLink>,
    /// A death that was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub death: Option<Death>,
    /// The calls back that are due once it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aftercare: Option<Aftercare>,
    /// How often somebody was dissatisfied with it: the first time opens a complaint.
    #[serde(default, skip_serializing_if = "is_never")]
    pub complaints: u8,
    /// Why it missed its target, as somebody said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Box<Review>>,
    /// How satisfied somebody was when last asked, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<u8>,
    /// How often it was opened again.
    #[serde(default, skip_serializing_if = "is_never")]
    pub reopened: u8,
    /// Of a complaint: the ticket it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<AboutTicket>,
    /// What happens by itself, and when: the whole set. Kept in rows of their own, never in the
    /// ticket's document: the rows are the only truth (design §8).
    #[serde(skip)]
    pub deadlines: Vec<Deadline>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_never(times: &u8) -> bool {
    *times == 0
}

impl Ticket {
    /// Returns a ticket of which nothing is known but where it belongs and what it is about.
    pub(crate) fn bare(
        id: TicketId,
        district: DistrictId,
        kind: Kind,
        times: Times,
        policy: &Policy,
    ) -> Self {
        let now = times.opened;
        Self {
            id,
            district,
            number: 0,
            version: 0,
            senior: None,
            who: None,
            home: None,
            needs: Needs::default(),
            device: None,
            wrong_clock: None,
            unknown_ident: None,
            source_addr: None,
            channel: Channel::Device,
            kind,
            urgency: kind.urgency(),
            handling: Handling::Waiting,
            flags: BTreeSet::new(),
            proven: true,
            position: None,
            signals: 0,
            ring_min: policy.first_ring_min(),
            ring_since: now,
            before_pin: None,
            place_doubt: None,
            scene: None,
            held_until: None,
            escalated_to: BTreeSet::new(),
            times,
            active_at: now,
            messages: Vec::new(),
            watch: Watch::default(),
            silence: None,
            devices: Vec::new(),
            offers: Vec::new(),
            in_distress: None,
            handover: Handover::default(),
            cards: Vec::new(),
            death: None,
            aftercare: None,
            complaints: 0,
            review: None,
            satisfaction: None,
            reopened: 0,
            about: None,
            forced_entry: None,
            photos: Vec::new(),
            deadlines: Vec::new(),
        }
    }

    /// Returns whether it is still open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.handling.is_open()
    }

    /// Returns whether it is an emergency.
    #[must_use]
    pub const fn is_emergency(&self) -> bool {
        self.kind.is_emergency()
    }

    /// Returns who owns it.
    #[must_use]
    pub const fn owner(&self) -> Option<UserId> {
        self.handling.owner()
    }

    /// Returns the place to go to: the position, else the door.
    #[must_use]
    pub fn destination(&self) -> Option<LatLon> {
        self.position.map(|position| position.point).or(self.home)
    }

    /// Returns the offer of this identity.
    #[must_use]
    pub fn offer(&self, id: OfferId) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.id == id)
    }

    /// Returns the newest offer to this responder.
    #[must_use]
    pub fn last_offer_to(&self, responder: ResponderId) -> Option<&Offer> {
        self.offers.iter().rev().find(|offer| offer.responder == responder)
    }

    /// Returns who holds this place in the team, or held it to the end.
    #[must_use]
    pub fn holder(&self, role: TeamRole) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.role == role && offer.state.fills_place())
    }

    /// Returns whether this responder said yes to it and is still bound.
    #[must_use]
    pub fn engages(&self, responder: ResponderId) -> bool {
        self.offers.iter().any(|offer| offer.responder == responder && offer.state.is_engaged())
    }

    /// Returns whether somebody is asked for this place at present, and waited for.
    #[must_use]
    pub fn is_asked(&self, role: TeamRole) -> bool {
        self.offers.iter().any(|offer| offer.role == role && offer.is_waited_for())
    }

    /// Takes over what is peculiar to the senior, and says so on every screen.
    pub(crate) fn set_needs(&mut self, needs: &Needs, now: UnixMs) {
        // Another senior's no longer hold.
        for flag in Flag::OF_FILE {
            self.flags.remove(&flag);
        }
        self.needs = needs.clone();
        self.flags.extend(needs.flags(now));
    }

    /// Returns the next deadline that means something to people: the machine's own looks only where
    /// there is no other.
    #[must_use]
    pub fn next_deadline_for_people(&self) -> Option<&Deadline> {
        let for_people = self.deadlines.iter().filter(|it| it.kind != DeadlineKind::Follow);
        for_people.min_by_key(|it| (it.at, it.kind)).or_else(|| self.next_deadline())
    }

    /// Returns the next deadline.
    #[must_use]
    pub fn next_deadline(&self) -> Option<&Deadline> {
        self.deadlines.iter().min_by_key(|deadline| (deadline.at, deadline.kind))
    }
}
