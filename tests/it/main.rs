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

mod after;
mod aide;
mod backup;
mod bad_input;
mod canary;
mod cells;
mod command_line;
mod connections;
mod crash;
mod desk;
mod devices;
mod embedded;
mod forced_entry;
mod guards;
mod hand;
mod idempotency_key;
mod journal;
mod keys;
mod live;
mod map;
mod messages;
mod my_phone;
mod observed;
mod offer_links;
mod offers;
mod outside;
mod postgres;
mod prometheus;
mod push;
mod registry;
mod replay;
mod reports;
mod reports_check;
mod roads;
mod roster;
mod service;
mod sessions;
mod shift;
mod silence;
mod sos;
mod store_away;
mod story;
mod telephone;
mod telling;
mod tls;
mod unknown;
mod watch;
mod watch_stream;
