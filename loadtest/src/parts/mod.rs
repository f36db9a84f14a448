//! The parts of the benchmark, one file each.

pub(crate) mod accept;
pub(crate) mod ack;
pub(crate) mod boards;
pub(crate) mod console;
pub(crate) mod crew;
pub(crate) mod databases;
pub(crate) mod decode;
pub(crate) mod memory;
pub(crate) mod messages;
pub(crate) mod offer;
pub(crate) mod plan;
pub(crate) mod reports;
pub(crate) mod roads;
pub(crate) mod watches;
