//! The planner, in stories. One character of a map is one minute on foot; letters from A to R are
//! aides, S to Z seniors' doors, digits rescuers. An operator answers at once where the story is
//! about the dispatch only.

#[path = "planner/bursts.rs"]
mod bursts;
#[path = "planner/calls.rs"]
mod calls;
#[path = "planner/doubts.rs"]
mod doubts;
#[path = "planner/offers.rs"]
mod offers;
#[path = "planner/people.rs"]
mod people;
#[path = "planner/personal.rs"]
mod personal;
#[path = "planner/rings.rs"]
mod rings;
#[path = "planner/set_back.rs"]
mod set_back;
#[path = "planner/silence.rs"]
mod silence;
#[path = "planner/watchdogs.rs"]
mod watchdogs;

/// An end that wants no further fact.
fn helped() -> silverbell_domain::Close {
    silverbell_domain::Close {
        outcome: silverbell_domain::Outcome::Helped,
        cause: None,
        note: None,
        hospital: None,
        duplicate_of: None,
        witness: None,
    }
}
