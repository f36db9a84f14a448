//! The way from one place to another along the streets: good enough to walk responders on a
//! map, not the service's road graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use silverbell_domain::LatLon;

use super::super::plane::Pt;
use super::{StreetClass, Streets};

impl Streets {
    /// Returns the way from `from` to `to`: both ends as given, between them the nodes of the
    /// quickest way from the node nearest to one to the node nearest to the other.
    #[must_use]
    pub(crate) fn route(&self, from: LatLon, to: LatLon) -> Vec<LatLon> {
        let mut way = vec![from];
        if let (Some(start), Some(goal)) = (self.nearest(from), self.nearest(to)) {
            way.extend(self.between(start, goal).into_iter().map(|node| self.nodes[node]));
        }
        way.push(to);
        way.dedup();
        way
    }

    /// Returns the node nearest to a place, `None` only without any nodes.
    #[must_use]
    pub(crate) fn nearest(&self, place: LatLon) -> Option<usize> {
        let at = Pt::of(place);
        let gap = |node: &usize| {
            let step = Pt::of(self.nodes[*node]).minus(at);
            step.dot(step)
        };
        (0..self.nodes.len()).min_by(|a, b| gap(a).total_cmp(&gap(b)))
    }

    /// Dijkstra's search, ended at the goal.
    fn between(&self, start: usize, goal: usize) -> Vec<usize> {
        let mut cost = vec![u32::MAX; self.nodes.len()];
        let mut before = vec![usize::MAX; self.nodes.len()];
        let mut queue = BinaryHeap::from([(Reverse(0), start)]);
        cost[start] = 0;
        while let Some((Reverse(so_far), node)) = queue.pop() {
            if node == goal {
                break;
            }
            if so_far > cost[node] {
                continue;
            }
            for &(edge, next) in &self.joints[node] {
                let there = so_far.saturating_add(self.cost(edge));
                if there < cost[next] {
                    (cost[next], before[next]) = (there, node);
                    queue.push((Reverse(there), next));
                }
            }
        }
        let mut way: Vec<usize> = std::iter::successors(Some(goal), |node| {
            before.get(before[*node]).map(|_| before[*node])
        })
        .collect();
        way.reverse();
        way
    }

    /// Returns what an edge costs: decimetres, dearer where one is slower.
    #[expect(clippy::cast_possible_truncation, reason = "a few hundred metres at most")]
    #[expect(clippy::cast_sign_loss, reason = "never negative")]
    fn cost(&self, edge: usize) -> u32 {
        let edge = &self.edges[edge];
        let (a, b) = self.ends(edge);
        let slowness = match edge.class {
            StreetClass::Trunk => 10.0,
            StreetClass::Secondary => 11.0,
            StreetClass::Residential => 14.0,
            StreetClass::Path => 20.0,
        };
        (a.distance(b) * slowness) as u32 + 1
    }
}
