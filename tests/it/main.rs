//! The service from outside: the real binary, over real HTTP, WebSocket and TCP.
//!
//! Needs the binary: `cargo build -p silverbell-server` first, or `SILVERBELL_BIN=…`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests fail loudly and say what they leave out"
)]

mod aide;
mod backup;
mod bad_input;
mod cells;
mod command_line;
mod connections;
mod crash;
mod desk;
mod devices;
mod embedded;
mod guards;
mod hand;
mod idempotency_key;
mod journal;
mod live;
mod messages;
mod observed;
mod offers;
mod postgres;
mod replay;
mod roads;
mod service;
mod sessions;
mod silence;
mod sos;
mod store_away;
mod story;
mod telephone;
mod telling;
mod unknown;
mod watch;
mod watch_stream;
