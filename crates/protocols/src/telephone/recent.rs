//! What is over, so that what comes late begins nothing anew.

use std::collections::{HashSet, VecDeque};

/// How many names are remembered.
pub(super) const MAX_NAMES: usize = 8 * 1024;

/// The names last added.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    names: HashSet<String>,
    order: VecDeque<String>,
}

impl Recent {
    pub(super) fn add(&mut self, name: &str) {
        if !self.names.insert(name.to_owned()) {
            return;
        }
        self.order.push_back(name.to_owned());
        if self.order.len() > MAX_NAMES
            && let Some(oldest) = self.order.pop_front()
        {
            self.names.remove(&oldest);
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }
}
