//! Chance and identities from a fixed seed: the same on every machine, every time.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// The seed of the demo district. Another seed is another district with other ids.
const SEED: u64 = 0x6C6F_6E67_7765_6E01;

/// 2026-01-01T00:00:00Z: identities count up from here instead of reading a clock.
const FIRST_ID_MS: u64 = 1_767_225_600_000;

/// Which part of the district draws. Each has a stream of its own, so that a longer list of
/// names does not move a street.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(super) enum Stream {
    Streets = 1,
    Doors = 2,
    Seniors = 3,
    Responders = 4,
    Devices = 5,
    People = 6,
    OtherDevices = 7,
    Keys = 9,
}

/// A seeded generator.
///
/// The draws are made here rather than by `rand`'s distributions, whose outcome may change with
/// a release, and use only operations that IEEE 754 defines to the last bit.
pub(super) struct Dice {
    rng: ChaCha8Rng,
    ids: u64,
}

impl Dice {
    pub(super) fn new(stream: Stream) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        rng.set_stream(stream as u64);
        // A million milliseconds apart: the streams' identities sort in blocks, never mixed.
        Self { rng, ids: FIRST_ID_MS + stream as u64 * 1_000_000 }
    }

    /// Returns a number below `n`, and 0 for no choice at all.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        let scaled = (u128::from(self.rng.next_u64()) * u128::from(n)) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// Returns a number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from((u64::from(self.rng.next_u32()) * span) >> 32).unwrap_or(0)
    }

    /// Returns a number in `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(self.rng.next_u32()) / 4_294_967_296.0
    }

    /// Returns a number in `[low, high)`.
    pub(super) fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Returns true `percent` times in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.between(0, 99) < percent
    }

    /// Returns one of the things, or `T::default()` where there are none.
    pub(super) fn pick<T: Copy + Default>(&mut self, things: &[T]) -> T {
        things.get(self.below(things.len())).copied().unwrap_or_default()
    }

    /// Returns the index of one weight, drawn in proportion.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u32 = weights.clone().sum();
        let mut left = self.between(0, total.saturating_sub(1));
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// Puts the things into a drawn order.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.below(last + 1);
            things.swap(last, other);
        }
    }

    /// Returns `N` drawn bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// Returns the next identity: UUIDv7 in form, its time a counter.
    pub(super) fn id(&mut self) -> Uuid {
        self.ids += 1;
        let random = self.bytes();
        Builder::from_unix_timestamp_millis(self.ids, &random).into_uuid()
    }
}

/// Hands out telephone numbers that can belong to nobody.
///
/// Chinese mobile numbers begin with 13 to 19 and land lines with 0; nothing of eleven digits
/// begins with 10. Codes such as 10000, 10010 and 10086 are hotlines of carriers, so the block
/// here starts with 10034, which is none of them: a demo that is let loose on a real telephone
/// gateway must not wake a stranger.
pub(super) struct Phones(u32);

impl Phones {
    pub(super) fn new() -> Self {
        Self(0)
    }

    /// Returns a number that was not returned before (there are a million).
    pub(super) fn next(&mut self) -> String {
        self.0 += 1;
        // The multiplier is prime to a million: every number once, in an order that looks drawn.
        format!("10034{:06}", u64::from(self.0) * 387_419 % 1_000_000)
    }
}
