//! The laboratory: a district played through the real planner, the real moves and the real deadlines,
//! in a time of its own.
//!
//! A [`Scenario`] holds what no policy changes: doors, staff and their duty, presses, and the
//! [`Manners`] of everybody; a [`NightReader`] makes one of what a service keeps. A [`World`] plays it
//! under a [`Policy`](silverbell_domain::Policy), one happening after another; [`replay`] does so under
//! several and sets the response times side by side.
//! [`Chaos`] is for the simulation, which checks the invariants after every step
//! (`tests/simulation`).
//!
//! Everything is pure: no IO, no clock, no async. What is drawn is a function of the seed and of what it
//! is about, never of the order of draws ([`Chance`]): under every policy the same people meet the same
//! night, and what differs is the policy.
//!
//! What it leaves out: gateways and protocols, the journal, people's requests to read, several nodes.
//! The board and the loop are those of the dispatcher retold without tasks and locks: a change there
//! wants a change here.
//!
//! ```
//! use silverbell_domain::Policy;
//! use silverbell_laboratory::{Scenario, replay};
//!
//! let day = Scenario::longwen(1, 1);
//! let mut patient = Policy::default();
//! patient.dispatch.offer_timeout_s = 60;
//! let both = replay(&day, &[("30 s", &Policy::default()), ("60 s", &patient)]);
//! assert_eq!(both.to_string(), replay(&day, &[("30 s", &Policy::default()), ("60 s", &patient)]).to_string());
//! ```

mod board;
mod chance;
mod chaos;
mod crew;
mod desk;
mod devices;
mod kept;
mod longwen;
mod manners;
mod measure;
mod mishaps;
mod plain;
mod reading;
mod recorded;
mod replay;
mod scenario;
mod service;
mod ways;
mod world;

pub use board::Board;
pub use chance::{Chance, Spread};
pub use chaos::Chaos;
pub use kept::{Database, Kept, Written};
pub use manners::{Answer, Answers, DeskManners, Manners, Reaction};
pub use measure::{Incident, Measure};
pub use plain::Choice;
pub use reading::{NightReader, ReadNight, needed_help};
pub use recorded::{RecordedAnswer, RecordedNight};
pub use replay::{Column, Comparison, play, replay};
pub use scenario::{Line, Press, Scenario, Staff, responder_id, senior_id};
pub use ways::{Table, Ways};
pub use world::{Ledger, World};
