//! From one place to another: a customizable contraction hierarchy (the `cch` crate).
//!
//! The order in which nodes are contracted is made by the import. From it the shortcuts follow when a
//! map is opened, and what each takes when speeds change. The crate's own queries begin and end at
//! one node; ours begin and end on edges, that is at two nodes each, so the walk up the elimination
//! tree, which is all a query is, is done here.

use std::sync::Arc;

use cch::graph::Graph;
use cch::{Cch, INF_WEIGHT, Metric};

use super::pool::{Pool, Pooled};
use super::snap::Via;
use super::times::Star;

/// No parent: a root of the elimination tree.
const ROOT: u32 = u32::MAX;

/// Shortcuts, and what each takes.
#[derive(Debug)]
pub(crate) struct Hierarchy {
    shape: Arc<Cch>,
    metric: Metric,
    climbs: Pool<Climb>,
}

/// What is reached by climbing from a place: only ancestors in the elimination tree.
#[derive(Debug, Default)]
pub(crate) struct Climb {
    /// By rank; `INF_WEIGHT` but for those in `chain`.
    ms: Vec<u32>,
    chain: Vec<u32>,
}

/// Returns the shortcuts of a network.
pub(crate) fn shape(out: &Star, order: &[u32]) -> Arc<Cch> {
    let graph = Graph {
        first_out: out.first().to_vec(),
        head: out.arcs.iter().map(|arc| arc.node).collect(),
        weight: vec![0; out.arcs.len()],
    };
    Arc::new(Cch::build(&graph, order))
}

impl Hierarchy {
    /// Returns the hierarchy at these times.
    pub(crate) fn new(shape: Arc<Cch>, out: &Star) -> Self {
        let weights: Vec<u32> = out.arcs.iter().map(|arc| arc.ms).collect();
        let metric = shape.customize(&weights);
        Self { shape, metric, climbs: Pool::default() }
    }

    /// Returns its shortcuts, which other speeds share.
    pub(crate) fn shape(&self) -> Arc<Cch> {
        self.shape.clone()
    }

    /// Climbs away from where somebody is.
    pub(crate) fn from(&self, exits: [Via; 2]) -> Pooled<'_, Climb> {
        self.climb(exits, &self.metric.forward)
    }

    /// Climbs away from where somebody goes, against the traffic.
    pub(crate) fn to(&self, entrances: [Via; 2]) -> Pooled<'_, Climb> {
        self.climb(entrances, &self.metric.backward)
    }

    fn climb(&self, starts: [Via; 2], weights: &[u32]) -> Pooled<'_, Climb> {
        let mut climb = self.climbs.take();
        climb.begin(self.shape.node_count());
        for (node, ms) in starts.into_iter().flatten() {
            climb.up(&self.shape, weights, self.shape.rank[node as usize], ms);
        }
        climb
    }

    /// Returns the nodes of the quickest way from one node to another, both included, `None` where
    /// none leads.
    pub(crate) fn path(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        cch::node_path(&self.shape.view(), &self.metric.view(), from, to)
    }
}

impl Climb {
    fn begin(&mut self, nodes: usize) {
        if self.ms.len() != nodes {
            self.ms = vec![INF_WEIGHT; nodes];
            self.chain.clear();
        }
        for rank in self.chain.drain(..) {
            self.ms[rank as usize] = INF_WEIGHT;
        }
    }

    /// Climbs from one more start. Where its way to the root meets that of an earlier start, all
    /// above is gone through again, so what is reached sooner now is passed on.
    fn up(&mut self, shape: &Cch, weights: &[u32], start: u32, ms: u32) {
        self.ms[start as usize] = self.ms[start as usize].min(ms);
        let mut rank = start;
        while rank != ROOT {
            self.chain.push(rank);
            let here_ms = self.ms[rank as usize];
            let arcs = shape.up_first_out[rank as usize] as usize
                ..shape.up_first_out[rank as usize + 1] as usize;
            for (above, weight) in shape.up_head[arcs.clone()].iter().zip(&weights[arcs]) {
                let above = &mut self.ms[*above as usize];
                *above = (*above).min(here_ms.saturating_add(*weight));
            }
            rank = shape.elimination_tree_parent[rank as usize];
        }
    }

    /// Returns what the quickest way takes from where one climb began to where the other did, `None`
    /// where none leads.
    pub(crate) fn meet_ms(&self, other: &Self) -> Option<u32> {
        let both = other
            .chain
            .iter()
            .map(|rank| self.ms[*rank as usize].saturating_add(other.ms[*rank as usize]));
        both.min().filter(|ms| *ms < INF_WEIGHT)
    }

    /// Returns all that was reached: rank and time. Short, some hundreds on a town's map: what a
    /// matrix keeps of each place.
    pub(crate) fn reached(&self) -> Vec<(u32, u32)> {
        let mut ranks = self.chain.clone();
        ranks.sort_unstable();
        ranks.dedup();
        let reached = ranks.into_iter().map(|rank| (rank, self.ms[rank as usize]));
        reached.filter(|(_, ms)| *ms < INF_WEIGHT).collect()
    }

    /// As [`Climb::meet_ms`], with what [`Climb::reached`] returned of the other.
    pub(crate) fn meet_list_ms(&self, other: &[(u32, u32)]) -> Option<u32> {
        let both = other.iter().map(|(rank, ms)| self.ms[*rank as usize].saturating_add(*ms));
        both.min().filter(|ms| *ms < INF_WEIGHT)
    }
}
