//! Messages to people outside, delivered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod desk;
mod digests;
mod outage;
mod property;
mod push;
mod sockets;
mod support;
mod together;
