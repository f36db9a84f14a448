//! Travel time: who is how far from a door, by time. Pure.
//!
//! Until a road extract is imported every ETA is the straight line times a detour factor, and is
//! marked so.

mod datum;
mod people;
mod straight_line;

pub use datum::Datum;
pub use people::PeopleIndex;
pub use straight_line::{Speed, Speeds};
