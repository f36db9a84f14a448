//! Tickets that compete for the same people, staffed at once.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "these are tests")]

#[path = "rounds/night.rs"]
mod night;
#[path = "rounds/notes.rs"]
mod notes;
#[path = "rounds/properties.rs"]
mod properties;
#[path = "rounds/rules.rs"]
mod rules;
#[path = "rounds/storms.rs"]
mod storms;
