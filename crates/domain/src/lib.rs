//! The domain of Silverbell: seniors, responders, tickets, offers, rings, and the planner.
//!
//! Everything here is pure: no IO, no clock, no chance, no async. The time is told, identifiers
//! come through the [`Ids`] port, travel times through [`TravelTimes`]. The same input gives the
//! same output, which is what lets a night be replayed.
//!
//! # Invariants
//!
//! They hold across the whole service; each test layer checks its part.
//!
//! 1. Every signal acknowledged to a device exists afterwards, whatever crashed in between.
//! 2. Every SOS signal belongs to exactly one ticket. A repeat press joins the senior's open
//!    emergency ticket and raises its urgency; it never opens a twin and is never swallowed.
//! 3. *Active* is offered, accepted, on scene or escorting. A responder is active on at most one
//!    emergency; a place in a ticket's team is held by at most one responder.
//! 4. Every open ticket always has a pending deadline. Silence is impossible.
//! 5. No ticket is closed without an outcome and a person. History is never changed.
//! 6. An SOS is never refused for overload, a wrong clock, a missing position, an unknown device
//!    or a bad key: what is doubtful is opened and flagged.
//! 7. What a screen shows carries its age.

mod aftercare;
mod answers;
mod behind;
mod calls;
mod candidates;
mod certificate;
mod deadlines;
mod death;
mod device_report;
mod equipment;
mod escalation;
mod event;
mod figures;
mod forced_entry;
mod handling;
mod handoff;
mod handover;
mod hex;
mod ids;
mod index;
mod intake;
mod keys;
mod measures;
mod moves;
mod offer;
mod offer_link;
mod operator_desk;
mod people;
mod personal;
mod photo;
mod place;
mod planner;
mod policy;
mod registry;
mod report;
mod residence;
mod response_times;
mod review;
mod roster;
mod round;
mod safety;
mod scene;
mod self_test;
mod set_back;
mod signal;
mod silence;
mod telling;
mod ticket;
mod time;
mod travel;
mod trips;
mod weather;
mod working_set;

pub use aftercare::{
    AboutTicket, Aftercare, CallBack, CallBackDue, DISSATISFIED, NOT_REACHED, open_complaint,
    open_unreached_visit,
};
pub use answers::{ANSWERS_DAYS, Answers, answers_since, was_accepted};
pub use behind::{FigureAsked, Side, TicketBehind, TicketsBehind};
pub use calls::{FromCall, note_call, open_callback, open_from_call, open_visit};
pub use candidates::{Candidate, Considered, Reason, consider};
pub use certificate::{Certificate, latest_of_each};
pub use deadlines::{Deadline, DeadlineKind};
pub use death::Death;
pub use device_report::DeviceReport;
pub use equipment::{DeviceWork, MAX_LISTED, Trouble, gathering, list_devices, open_equipment};
pub use escalation::{Climb, Desk, Rung};
pub use event::{
    By, EscalationReason, EscalationTarget, Event, NewEvent, WidenReason, WithdrawReason,
};
pub use figures::{FIGURES, Figure, FigureRule, FigureUnit};
pub use forced_entry::{
    DoorOpened, DoorSecured, EntryCalledOff, EntryCorrection, EntrySaid, ForcedEntry,
};
pub use handling::{Closing, Handling, HandlingCommand};
pub use handoff::EmergencyCentre;
pub use handover::{CardLink, Handover, HandoverStep};
pub use ids::{
    CANARY, CallId, DeviceId, DistrictId, Ids, KeyId, OfferId, PhotoId, ResponderId, SeniorId,
    ShiftId, ShiftNoteId, SignalId, TicketId, UserId,
};
pub use intake::{Caller, KnownDevice, gravest, join, locate, open_by_hand, open_from_alarm};
pub use keys::{CodeRefusal, KeyEntry, KeyKind, KeyOut, KeyRetired, MAX_KEYS, Reader};
pub use measures::{MEASURES, Measure, Measured, Moment, Population, Standing};
pub use moves::{Close, Refusal};
pub use offer::{
    Arrival, AtDoor, HelpWanted, Offer, OfferCommand, OfferState, Rings, Step, TeamRole, Way,
};
pub use offer_link::OpenedLink;
pub use operator_desk::{DeskState, LONGEST_NOTE, OperatorDesk, ShiftNote};
pub use people::{Category, Contact, ContactKind, Responder, ResponderRole, Senior, Sex, Travel};
pub use personal::{Absence, AccidentalNews, Elsewhere, Hours, Needs, PersonalPlan};
pub use photo::{
    MAX_FACE_POINTS, MAX_PHOTO_BYTES, MAX_PHOTO_POINTS, MAX_PHOTOS, PhotoOf, Picture, TicketPhoto,
};
pub use place::{LatLon, Position, PositionSource};
pub use planner::{Decision, plan, planned_team};
pub use policy::{
    CarePolicy, DispatchPolicy, EquipmentPolicy, EscalationPolicy, FollowUpPolicy, HandlingPolicy,
    HandoffPolicy, Policy, SafetyPolicy, SilencePolicy, WatchdogPolicy,
};
pub use registry::{
    Fault, MAX_CONTACTS, MAX_TEXTS, Tier, Verified, check_responder, check_senior, is_date,
};
pub use report::{
    Heat, LocalHour, NamedGroup, OffersAsked, ReportBy, ReportGroup, ReportKey, ReportRow,
    Reporter, Shares,
};
pub use residence::{Residence, Stay, TemporaryAddress};
pub use response_times::{
    AskedAnswer, AskedFacts, Phase, ResponseFacts, ResponseTimes, WITHIN_MIN, who_went,
};
pub use review::{LONGEST_REVIEW_NOTE, Review, ReviewCause};
pub use roster::{
    Asked, Calendar, CoverGap, CoverPiece, CoverPolicy, MinimumCover, Shift, ShiftFault, Staff,
    TimeOfDay, asked, cover, double_booked, end_of_duty, gaps,
};
pub use round::{PlainChoice, RoundNote, RoundTally};
pub use safety::{
    Hazard, MAX_WORD_MIN, SafetyWord, WaitReason, distress_ident, open_distress, waits_for,
};
pub use scene::{
    BreathingState, Consciousness, FirstAid, MAX_SCENE_TEXT, Pain, PlaceDoubt, ReportedScene,
    SceneReport, ToldPlace,
};
pub use self_test::{SelfTest, SelfTestPart, SelfTestResult};
pub use signal::{Alarm, DeviceCommand, Protocol, SAME_BYTES_WITHIN_MS, SignalKind};
pub use silence::{Silence, SilenceStep};
pub use telling::{MessageState, Occasion, Tells, TicketMessage, Whom, occasions};
pub use ticket::{
    BeforePin, Cause, Channel, Flag, Kind, Outcome, Ticket, Times, Urgency, Watch, Who, WrongClock,
};
pub use time::{Clock, UnixMs};
pub use travel::{Eta, EtaSource, TravelTimes};
pub use trips::{Trip, TripEnd, trail_m, trips};
pub use weather::Weather;
pub use working_set::{Engagement, OnCall, Person, WorkingSet};

/// A move that the present state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the state does not allow this move")]
pub struct InvalidTransition;
