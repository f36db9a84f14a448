//! Identities that are the same in every run. All have the shape of a UUIDv7, so that they sort by
//! the order in which they were given.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use silverbell_domain::Ids;
use uuid::{Builder, Uuid};

use crate::START;

/// Returns the `n`th identity of a family; families never meet. Families from 200 up are taken by
/// [`CountingIds`].
#[must_use]
pub fn nth_uuid(family: u8, n: u64) -> Uuid {
    let mut bytes = [0; 10];
    bytes[1] = family;
    bytes[2..].copy_from_slice(&n.to_be_bytes());
    Builder::from_unix_timestamp_millis(START.0.unsigned_abs(), &bytes).into_uuid()
}

/// Identities that count: readable in a failing test.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        nth_uuid(200, self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Identities drawn from a seed: as scattered as in service, and the same in every run.
#[derive(Debug)]
pub struct SeededIds(Mutex<(u64, ChaCha8Rng)>);

impl SeededIds {
    /// Returns the identities of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new((START.0.unsigned_abs(), ChaCha8Rng::seed_from_u64(seed))))
    }
}

impl Ids for SeededIds {
    fn next(&self) -> Uuid {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (millis, rng) = &mut *state;
        *millis += 1;
        let mut bytes = [0; 10];
        rng.fill_bytes(&mut bytes);
        Builder::from_unix_timestamp_millis(*millis, &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuid_v7_and_sort_in_the_order_they_were_given() {
        let (counting, seeded) = (CountingIds::default(), SeededIds::new(7));
        for ids in [&counting as &dyn Ids, &seeded] {
            let given: Vec<Uuid> = (0..1_000).map(|_| ids.next()).collect();
            assert!(given.is_sorted());
            assert!(given.windows(2).all(|pair| pair[0] != pair[1]));
            assert!(given.iter().all(|id| id.get_version_num() == 7));
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let first = |seed| SeededIds::new(seed).next();
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
    }
}
