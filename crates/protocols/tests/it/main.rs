//! The decoders against frames of real devices, and against noise.
//!
//! The frames lie outside the project (`../shared/data/protocols`, see its README): without them the
//! tests that need them say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may fail loudly"
)]

mod gt06;
mod h02;
mod http;
mod jt808;
mod osmand;
mod owntracks;
mod stream;
mod telephone;
mod vectors;
mod watch;
