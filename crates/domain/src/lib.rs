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

mod answers;
mod calls;
mod candidates;
mod deadlines;
mod equipment;
mod escalation;
mod event;
mod handling;
mod handoff;
mod hex;
mod ids;
mod index;
mod intake;
mod moves;
mod offer;
mod people;
mod personal;
mod place;
mod planner;
mod policy;
mod round;
mod set_back;
mod signal;
mod silence;
mod telling;
mod ticket;
mod time;
mod travel;
mod working_set;

pub use answers::{ANSWERS_DAYS, Answers, answers_since, was_accepted};
pub use calls::{FromCall, note_call, open_callback, open_from_call, open_visit};
pub use candidates::{Candidate, Considered, Reason, consider};
pub use deadlines::{Deadline, DeadlineKind};
pub use equipment::{DeviceWork, MAX_LISTED, Trouble, gathering, list_devices, open_equipment};
pub use escalation::{Climb, Desk, Rung};
pub use event::{
    By, EscalationReason, EscalationTarget, Event, NewEvent, WidenReason, WithdrawReason,
};
pub use handling::{Closing, Handling, HandlingCommand};
pub use handoff::EmergencyCentre;
pub use ids::{
    CallId, DeviceId, DistrictId, Ids, OfferId, ResponderId, SeniorId, SignalId, TicketId, UserId,
};
pub use intake::{Caller, KnownDevice, gravest, join, locate, open_by_hand, open_from_alarm};
pub use moves::{Close, DISSATISFIED, NOT_REACHED, Refusal};
pub use offer::{Arrival, AtDoor, Offer, OfferCommand, OfferState, Rings, Step, TeamRole, Way};
pub use people::{Category, Contact, ContactKind, Responder, ResponderRole, Senior, Sex, Travel};
pub use personal::{Absence, Elsewhere, Hours, Needs, PersonalPlan};
pub use place::{LatLon, Position, PositionSource};
pub use planner::{Decision, plan, planned_team};
pub use policy::{
    CarePolicy, DispatchPolicy, EquipmentPolicy, EscalationPolicy, HandlingPolicy, HandoffPolicy,
    Policy, SilencePolicy, WatchdogPolicy,
};
pub use round::{PlainChoice, RoundNote, RoundTally};
pub use signal::{Alarm, DeviceCommand, Protocol, SAME_BYTES_WITHIN_MS, SignalKind};
pub use silence::{Silence, SilenceStep};
pub use telling::{MessageState, Occasion, TicketMessage, Whom, occasions};
pub use ticket::{
    Cause, Channel, Flag, Kind, Outcome, Ticket, Times, Urgency, Watch, Who, WrongClock,
};
pub use time::{Clock, UnixMs};
pub use travel::{Eta, EtaSource, TravelTimes};
pub use working_set::{Engagement, Person, WorkingSet};

/// A move that the present state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the state does not allow this move")]
pub struct InvalidTransition;
