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

mod stream;
mod vectors;
mod watch;
