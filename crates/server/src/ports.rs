//! The ports of time and chance, and what they are in service.

#![expect(clippy::disallowed_methods, reason = "this is where time and chance come in")]

use rand::TryRng;
use silverbell_api::Secrets;
use silverbell_domain::{Clock, Ids, UnixMs};
use silverbell_notify::Chance;
use silverbell_seal::Nonces;
use uuid::Uuid;

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMs {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        // Before 1970 or after the year 292 million the clock is wrong anyway.
        UnixMs(since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// UUIDv7: ordered by time, random within.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The operating system's chance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemChance;

impl Chance for SystemChance {
    fn fraction(&self) -> f64 {
        // Without it everybody waits equally long: worse manners, no harm.
        rand::rngs::SysRng
            .try_next_u32()
            .map_or(0.5, |n| f64::from(n) / (f64::from(u32::MAX) + 1.0))
    }
}

/// What seals are told apart by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemNonces;

impl Nonces for SystemNonces {
    fn nonce(&self) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&SystemSecrets.token()[..12]);
        nonce
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemSecrets;

impl Secrets for SystemSecrets {
    fn token(&self) -> [u8; 32] {
        let mut token = [0; 32];
        if rand::rngs::SysRng.try_fill_bytes(&mut token).is_err() {
            // Without randomness there are no secrets: better no service than guessable sessions.
            tracing::error!("the operating system gives no randomness");
            std::process::abort();
        }
        token
    }
}
