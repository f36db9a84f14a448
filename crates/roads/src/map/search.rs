//! Dijkstra's search from several nodes at once, a step at a time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::times::Star;

/// Nobody is looked for farther away than this by road, milliseconds: an hour, twice the widest
/// ring. It bounds what one search can cost.
pub const HORIZON_MS: u32 = 3_600_000;

/// A search. Its arrays are stamped with the number of the search, so that beginning anew costs
/// nothing.
#[derive(Debug, Default)]
pub(crate) struct Search {
    round: u32,
    /// For each node: number of the search that reached it, and when.
    reached: Vec<(u32, u32)>,
    /// Time and node; a node stands there once for each time it was reached sooner than before.
    open: BinaryHeap<Reverse<u64>>,
    horizon_ms: u32,
}

impl Search {
    /// Begins anew on so many nodes.
    pub(crate) fn begin(&mut self, nodes: usize, horizon_ms: u32) {
        self.open.clear();
        self.horizon_ms = horizon_ms;
        self.round = self.round.wrapping_add(1);
        if self.reached.len() != nodes || self.round == 0 {
            self.reached = vec![(0, 0); nodes];
            self.round = 1;
        }
    }

    /// Notes that a node is reached at this time, unless it was reached sooner or lies beyond the
    /// horizon.
    pub(crate) fn reach(&mut self, node: u32, ms: u32) {
        let (round, best_ms) = &mut self.reached[node as usize];
        if ms > self.horizon_ms || (*round == self.round && *best_ms <= ms) {
            return;
        }
        (*round, *best_ms) = (self.round, ms);
        self.open.push(Reverse(u64::from(ms) << 32 | u64::from(node)));
    }

    /// Returns a time before which nothing more will be settled, `None` at the end.
    pub(crate) fn next_ms(&self) -> Option<u32> {
        self.open.peek().map(|Reverse(next)| (next >> 32) as u32)
    }

    /// Settles the next node and reaches its neighbours; returns it and its time, `None` at the end.
    pub(crate) fn settle(&mut self, star: &Star) -> Option<(u32, u32)> {
        while let Some(Reverse(next)) = self.open.pop() {
            let (node, ms) = (next as u32, (next >> 32) as u32);
            if self.reached[node as usize].1 < ms {
                continue; // it was reached sooner
            }
            for arc in star.of(node) {
                self.reach(arc.node, ms + arc.ms);
            }
            return Some((node, ms));
        }
        None
    }

    /// Returns when a node was reached, `None` if it was not.
    pub(crate) fn reached_ms(&self, node: u32) -> Option<u32> {
        let (round, ms) = self.reached[node as usize];
        (round == self.round).then_some(ms)
    }
}
