//! Days of chaos, each from one seed: seniors who press and press again, responders who accept,
//! refuse, vanish or lie, messages that are lost, a service that dies between any two commits, clocks
//! that are set by hours. After every step the invariants of `silverbell-domain` are checked, by
//! functions that know nothing of how they are kept; at the end every ticket was owned and closed.
//!
//! ```text
//! make test-simulation                                   300 days, from a fresh seed, which is printed
//! SILVERBELL_SIM_DAYS=10000 make test-simulation         the long run
//! SILVERBELL_SIM_SEED=42 make test-simulation            the same days again
//! SILVERBELL_SIM_SEED=42 SILVERBELL_SIM_DAY=17 make test-simulation    the one that failed
//! ```

mod day;
mod invariants;

pub use day::{Failed, Played, play_day, scenario_of, seed_of_day};
pub use invariants::Invariants;
