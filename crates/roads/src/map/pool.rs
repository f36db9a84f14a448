//! Working memory that is used again: arrays as long as the map has nodes, which would cost more to
//! make than a search.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// So many are kept; who comes when all are out makes a new one, which is dropped afterwards.
const KEPT: usize = 8;

/// What was used and can be used again.
#[derive(Debug, Default)]
pub(crate) struct Pool<T> {
    free: Mutex<Vec<T>>,
}

impl<T: Default> Pool<T> {
    /// Returns one that is free, or a new one.
    pub(crate) fn take(&self) -> Pooled<'_, T> {
        let used = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Pooled { pool: self, held: used.unwrap_or_default() }
    }
}

/// One that goes back when it is no longer needed.
#[derive(Debug)]
pub(crate) struct Pooled<'a, T: Default> {
    pool: &'a Pool<T>,
    held: T,
}

impl<T: Default> Deref for Pooled<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.held
    }
}

impl<T: Default> DerefMut for Pooled<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.held
    }
}

impl<T: Default> Drop for Pooled<'_, T> {
    fn drop(&mut self) {
        let mut free = self.pool.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT {
            free.push(std::mem::take(&mut self.held));
        }
    }
}
