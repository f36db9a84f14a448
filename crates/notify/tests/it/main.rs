//! Messages to people outside, delivered.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod outage;
mod sockets;
mod support;
mod together;
