//! Against oracles: the same answers by plainer means, on small random networks and on real ones.

mod bad_bytes;
mod bad_extracts;
mod oracles;
mod plain;
mod random;
mod real;
mod turns;

use silverbell_domain::ResponderId;

pub(crate) fn somebody(n: usize) -> ResponderId {
    format!("00000000-0000-7000-8000-{n:012}").parse().expect("a UUID")
}
