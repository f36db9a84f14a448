//! Whose alarm is recorded first when more come than the store can write: devices that are registered.
//! A stranger who invents idents as fast as he can connect waits for himself alone.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// From so many alarms at once on it is asked whose they are; below, nobody waits for anybody.
const CROWDED: usize = 128;

/// So many of one address's unknown devices are recorded at once then.
const OF_ONE_ADDRESS: usize = 8;

/// Addresses that share turns; few enough that all of them together leave room.
const SHARDS: usize = 16;

/// How long an unknown device waits for its turn. Then it is not answered, and tries again.
const WAITS: Duration = Duration::from_millis(500);

/// The turns.
#[derive(Debug)]
pub(crate) struct Turns {
    in_hand: AtomicUsize,
    of_strangers: [Semaphore; SHARDS],
}

/// An alarm that is being recorded.
#[derive(Debug)]
pub(crate) struct InHand<'a>(&'a Turns);

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.in_hand.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Turns {
    fn default() -> Self {
        let of_strangers = std::array::from_fn(|_| Semaphore::new(OF_ONE_ADDRESS));
        Self { in_hand: AtomicUsize::new(0), of_strangers }
    }
}

impl Turns {
    /// Notes that an alarm is being recorded until this is dropped.
    pub(crate) fn take(&self) -> InHand<'_> {
        self.in_hand.fetch_add(1, Ordering::Relaxed);
        InHand(self)
    }

    /// Returns whether it matters whose alarms come.
    pub(crate) fn is_crowded(&self) -> bool {
        self.in_hand.load(Ordering::Relaxed) > CROWDED
    }

    /// Waits for a turn of an unknown device from this address; `None` when it took too long.
    pub(crate) async fn of_stranger(&self, addr: &str) -> Option<SemaphorePermit<'_>> {
        let mut hasher = DefaultHasher::new();
        addr.hash(&mut hasher);
        let shard = hasher.finish() as usize % SHARDS;
        timeout(WAITS, self.of_strangers[shard].acquire()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_one_address_so_many_strangers_are_recorded_at_once_and_others_beside_them() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..OF_ONE_ADDRESS {
            held.push(turns.of_stranger("203.0.113.1").await.expect("there is room"));
        }
        assert!(turns.of_stranger("203.0.113.1").await.is_none(), "he waits for himself");
        let others = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4"];
        let mut free = 0;
        for addr in others {
            free += usize::from(turns.of_stranger(addr).await.is_some());
        }
        assert!(free >= 3, "{free}: at most one of them shares his turns");
        held.pop();
        assert!(turns.of_stranger("203.0.113.1").await.is_some());
    }

    #[test]
    fn it_is_crowded_only_while_many_are_recorded_at_once() {
        let turns = Turns::default();
        let held: Vec<_> = (0..=CROWDED).map(|_| turns.take()).collect();
        assert!(turns.is_crowded());
        drop(held);
        assert!(!turns.is_crowded());
    }
}
