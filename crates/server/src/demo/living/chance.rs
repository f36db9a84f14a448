//! The demo's own chance: from a constant seed, so that every start plays the same people.
//!
//! What is drawn decides what somebody does in a show; nothing of the service depends on it.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The seed of the play; another seed is another play.
const SEED: u64 = 0x6C69_7669_6E67_2101;

/// The streams: each player draws from its own, so that it does not matter who comes first.
const ROSTER: u64 = 1;
const PRESSES: u64 = 2;
const COLLEAGUE: u64 = 3;
const FIRST_RESPONDER: u64 = 1_000;

/// Seeded chance.
#[derive(Debug)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    fn of(stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Returns the chance of who is on duty.
    pub(super) fn of_roster() -> Self {
        Self::of(ROSTER)
    }

    /// Returns the chance of who presses, and when.
    pub(super) fn of_presses() -> Self {
        Self::of(PRESSES)
    }

    /// Returns the chance of the colleague.
    pub(super) fn of_colleague() -> Self {
        Self::of(COLLEAGUE)
    }

    /// Returns the chance of the responder who is the `at`-th on duty.
    pub(super) fn of_responder(at: usize) -> Self {
        Self::of(FIRST_RESPONDER + at as u64)
    }

    /// Returns a number in `[0, 1)`.
    fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// Returns a number in `[low, high)`.
    pub(super) fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Returns a time between two numbers of seconds.
    pub(super) fn seconds(&mut self, low: u32, high: u32) -> Duration {
        Duration::from_secs_f64(self.range(f64::from(low), f64::from(high)))
    }

    /// Returns a whole number below `n`, 0 for no choice.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Returns a percentage: 0 to 99.
    pub(super) fn percent(&mut self) -> u32 {
        ((u64::from(self.0.next_u32()) * 100) >> 32) as u32
    }

    /// Returns one of the things, `None` where there are none.
    pub(super) fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        things.get(self.below(things.len()))
    }

    /// Puts things into a drawn order.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.below(last + 1);
            things.swap(last, other);
        }
    }
}
