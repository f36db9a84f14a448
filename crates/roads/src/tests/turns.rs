//! Forbidden turns against a search that does not know how they are kept: over streets and
//! directions instead of crossings, straight from what was drawn.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use proptest::prelude::*;
use silverbell_domain::{LatLon, Travel};

use crate::geometry::{length_m, point_of};
use crate::{
    NetworkBuilder, NodeId, Restriction, RoadClass, RoadMap, RoadSpeeds, TurnRule, WayId, WayUse,
};

/// Crossings in a row and in a column.
const SIDE: usize = 4;

#[derive(Clone, Debug)]
struct Town {
    /// Each joins two neighbouring crossings.
    streets: Vec<[usize; 2]>,
    /// From a street over one of its ends into a street.
    rules: Vec<(usize, usize, usize, TurnRule)>,
}

fn place(crossing: usize) -> LatLon {
    // A little askew, so that no two streets are equally long.
    let (row, column) = ((crossing / SIDE) as f64, (crossing % SIDE) as f64);
    LatLon { lat: 24.5 + row * 0.001 + column * 1e-5, lon: 117.7 + column * 0.0012 + row * 2e-5 }
}

fn middle(street: [usize; 2]) -> LatLon {
    let [a, b] = street.map(place);
    LatLon { lat: (a.lat + b.lat) / 2.0, lon: (a.lon + b.lon) / 2.0 }
}

fn town() -> impl Strategy<Value = Town> {
    let all: Vec<[usize; 2]> = (0..SIDE * SIDE)
        .flat_map(|at| {
            let right = (at % SIDE + 1 < SIDE).then_some([at, at + 1]);
            let down = (at + SIDE < SIDE * SIDE).then_some([at, at + SIDE]);
            right.into_iter().chain(down)
        })
        .collect();
    let len = all.len();
    let rule = prop::sample::select(vec![TurnRule::No, TurnRule::No, TurnRule::Only]);
    let rules = prop::collection::vec((0..100_usize, 0..2_usize, 0..100_usize, rule), 0..14);
    (prop::sample::subsequence(all, 12..=len), rules).prop_map(|(streets, picked)| {
        let rules = picked.into_iter().map(|(from, end, to, rule)| {
            let from = from % streets.len();
            let via = streets[from][end];
            let meeting: Vec<usize> =
                (0..streets.len()).filter(|street| streets[*street].contains(&via)).collect();
            (from, via, meeting[to % meeting.len()], rule)
        });
        Town { rules: rules.collect(), streets }
    })
}

impl Town {
    fn build(&self) -> (RoadMap, u64) {
        let mut builder = NetworkBuilder::new();
        let nodes: Vec<NodeId> = (0..SIDE * SIDE).map(|at| builder.node(place(at))).collect();
        let usage = WayUse::open(RoadClass::Residential);
        let ways: Vec<WayId> = self
            .streets
            .iter()
            .map(|ends| builder.way(&ends.map(|end| nodes[end]), usage))
            .collect();
        for (from, via, to, rule) in &self.rules {
            let (from, to) = (vec![ways[*from]], vec![ways[*to]]);
            let binds = [false, false, true];
            builder.restrict(Restriction { from, via: nodes[*via], to, rule: *rule, binds });
        }
        let (network, report) = builder.build().expect("streets");
        (RoadMap::new(network, RoadSpeeds::default()), report.parts[Travel::Car as usize].islands)
    }

    fn run_ms(&self, street: usize) -> u64 {
        let line = self.streets[street].map(|end| point_of(place(end)));
        let length_dm = (length_m(&line) * 10.0).round() as u32;
        u64::from(RoadSpeeds::default().run_ms(Travel::Car, RoadClass::Residential, length_dm))
    }

    fn may_turn(&self, from: usize, via: usize, to: usize) -> bool {
        let of = |wanted| {
            self.rules.iter().filter(move |(f, v, _, rule)| (*f, *v, *rule) == (from, via, wanted))
        };
        let forbidden = of(TurnRule::No).any(|(.., street, _)| *street == to);
        let mut prescribed = of(TurnRule::Only).map(|(.., street, _)| *street).peekable();
        let all_allowed = prescribed.peek().is_none();
        !forbidden && (all_allowed || prescribed.any(|street| street == to))
    }

    /// Returns the milliseconds from the middle of a street to the middle of another, by states of
    /// street and the crossing one heads for.
    fn middle_to_middle_ms(&self, start: usize, goal: usize) -> Option<u64> {
        let half = |street: usize| (self.run_ms(street) * 32_768 + 32_767) / 65_535;
        let mut done = BTreeSet::new();
        let mut open = BinaryHeap::new();
        for end in self.streets[start] {
            // Half of it lies before the end it is drawn to, and what is left before the other.
            let to_last = end == self.streets[start][1];
            let ms = if to_last { self.run_ms(start) - half(start) } else { half(start) };
            open.push(Reverse((ms, start, end)));
        }
        let mut best: Option<u64> = None;
        while let Some(Reverse((ms, street, at))) = open.pop() {
            if !done.insert((street, at)) {
                continue;
            }
            for next in (0..self.streets.len()).filter(|next| self.streets[*next].contains(&at)) {
                if !self.may_turn(street, at, next) {
                    continue;
                }
                let [first, last] = self.streets[next];
                if next == goal {
                    let from_first = at == first;
                    let to_middle =
                        if from_first { half(next) } else { self.run_ms(next) - half(next) };
                    best = Some(best.map_or(ms + to_middle, |best| best.min(ms + to_middle)));
                }
                let far = if at == first { last } else { first };
                open.push(Reverse((ms + self.run_ms(next), next, far)));
            }
        }
        best
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forbidden_turns_are_kept_wherever_one_goes(town in town()) {
        let (map, islands) = town.build();
        for start in 0..town.streets.len() {
            for goal in (0..town.streets.len()).filter(|goal| *goal != start) {
                let (from, to) = (middle(town.streets[start]), middle(town.streets[goal]));
                let near = |at| map.snap(at, Travel::Car, crate::Purpose::Depart).is_some_and(|snap| snap.gap_m < 0.05);
                if !near(from) || !near(to) {
                    continue; // the street was dropped with an island
                }
                let found = map.time_ms(from, Travel::Car, to).map(u64::from);
                let expected = town.middle_to_middle_ms(start, goal);
                let (Some(found), Some(expected)) = (found, expected) else {
                    prop_assert_eq!(found, expected);
                    continue;
                };
                // Off by what lies between a middle and its point in whole units.
                prop_assert!(found + 60 >= expected, "{start} to {goal}: {found} < {expected}");
                prop_assert!(islands > 0 || found <= expected + 60, "{start} to {goal}: {found} > {expected}");
            }
        }
    }
}
