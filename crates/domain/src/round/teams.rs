//! The best choice for a round, exact on the people that were looked at, in two steps.
//!
//! Who of a team is first at the door is not known before the places are filled, and only the first
//! counts for the rings. So `firsts` gives each senior one person at most: this decides how many can
//! be inside at all, and whether it is the lead or the support of a team who has to be in time. Then
//! `teams` fills every place so that none of that is lost, and the rest is best.

use std::collections::BTreeMap;

use super::assignment::{Cost, Row, assign};
use super::price::{Level, Prices, Way, above_seconds, of_empty, of_way};
use crate::TeamRole;

/// Which place: the ticket's number in the round, and the role.
pub(crate) type Place = (usize, TeamRole);

/// Somebody who may take a place, and what that brings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker {
    /// The person's number in the round.
    pub(crate) person: usize,
    pub(crate) way: Way,
}

/// A ticket that seeks people.
#[derive(Clone, Debug)]
pub(crate) struct Seeker {
    /// How soon somebody is there who goes already.
    pub(crate) going: Level,
    /// Its empty places, the lead's before the support's, and who may take each.
    pub(crate) places: Vec<(TeamRole, Vec<Taker>)>,
}

/// Returns the best choice: which of so many people takes which place.
pub(crate) fn best_teams(
    seekers: &[Seeker],
    people: usize,
    prices: Prices<'_>,
) -> BTreeMap<Place, usize> {
    let round = Round { seekers, people, prices };
    round.teams(&round.firsts())
}

struct Round<'a> {
    seekers: &'a [Seeker],
    people: usize,
    prices: Prices<'a>,
}

/// A place as a row of the assignment.
struct Opening {
    place: Place,
    /// Who may take it: person, cost, seconds.
    takers: Vec<(usize, Cost, u32)>,
    none: Cost,
}

#[derive(Default)]
struct Solution {
    picks: BTreeMap<Place, usize>,
    cost: Cost,
    worst_s: u32,
}

/// Who may be the first of a team.
struct First {
    person: usize,
    role: TeamRole,
    cost: Cost,
}

impl Round<'_> {
    /// Returns for each ticket the place whose way counts for the rings.
    fn firsts(&self) -> Vec<TeamRole> {
        let options: Vec<Vec<First>> =
            self.seekers.iter().map(|seeker| self.options(seeker)).collect();
        let rows: Vec<Row> = self
            .seekers
            .iter()
            .zip(&options)
            .map(|(seeker, options)| Row {
                arcs: options.iter().map(|first| (first.person, first.cost)).collect(),
                none: self.prices.of_level(seeker.going),
            })
            .collect();
        let mut firsts = Vec::with_capacity(self.seekers.len());
        for ((seeker, options), taken) in
            self.seekers.iter().zip(&options).zip(assign(&rows, self.people))
        {
            let first = options.iter().find(|first| Some(first.person) == taken);
            let fallback = seeker.places.first().map_or(TeamRole::Lead, |(role, _)| *role);
            firsts.push(first.map_or(fallback, |first| first.role));
        }
        firsts
    }

    /// Who may be the first of a team, in which place and at which cost: who can lead, as lead.
    fn options(&self, seeker: &Seeker) -> Vec<First> {
        let mut known = vec![false; self.people];
        let mut options = Vec::new();
        for &(role, ref takers) in &seeker.places {
            for &Taker { person, way } in takers {
                if !std::mem::replace(&mut known[person], true) {
                    let cost = self.of_first(seeker, way) + of_way(way);
                    options.push(First { person, role, cost });
                }
            }
        }
        options
    }

    /// Fills all places; `firsts` says whose way counts for the rings.
    fn teams(&self, firsts: &[TeamRole]) -> BTreeMap<Place, usize> {
        let openings = self.openings(firsts);
        self.solve(&openings, self.shortest_worst_s(&openings), |cost| cost).picks
    }

    /// Returns the shortest worst way with which nothing above it in the objective is lost: allowing
    /// longer ones is enough, shorter ones only is not. The seconds in all do not matter for that.
    fn shortest_worst_s(&self, openings: &[Opening]) -> u32 {
        let best = self.solve(openings, u32::MAX, above_seconds);
        let mut ways_s: Vec<u32> =
            openings.iter().flat_map(|opening| &opening.takers).map(|(_, _, s)| *s).collect();
        ways_s.sort_unstable();
        ways_s.dedup();
        let (mut too_short, mut enough) = (0, ways_s.partition_point(|s| *s < best.worst_s));
        while too_short < enough {
            let middle = too_short.midpoint(enough);
            let shorter = self.solve(openings, ways_s[middle], above_seconds);
            if shorter.cost == best.cost {
                enough = ways_s.partition_point(|s| *s < shorter.worst_s);
            } else {
                too_short = middle + 1;
            }
        }
        ways_s.get(enough).copied().unwrap_or(u32::MAX)
    }

    fn openings(&self, firsts: &[TeamRole]) -> Vec<Opening> {
        let mut openings = Vec::new();
        for (at, seeker) in self.seekers.iter().enumerate() {
            for (role, takers) in &seeker.places {
                let counts = *role == firsts[at];
                let of_ring = |way| if counts { self.of_first(seeker, way) } else { 0 };
                let of_nobody = if counts { self.prices.of_level(seeker.going) } else { 0 };
                let taker = |taker: &Taker| {
                    (taker.person, of_ring(taker.way) + of_way(taker.way), taker.way.s)
                };
                let takers = takers.iter().map(taker).collect();
                let none = of_nobody + of_empty(*role);
                openings.push(Opening { place: (at, *role), takers, none });
            }
        }
        openings
    }

    /// The cheapest way to fill the places with people whose ways take no longer than `most_s`, as
    /// far as `counts` lets the cost count.
    fn solve(&self, openings: &[Opening], most_s: u32, counts: fn(Cost) -> Cost) -> Solution {
        let row = |opening: &Opening| {
            let near = opening.takers.iter().filter(|(_, _, s)| *s <= most_s);
            let arcs = near.map(|&(person, cost, _)| (person, counts(cost))).collect();
            Row { arcs, none: counts(opening.none) }
        };
        let rows: Vec<Row> = openings.iter().map(row).collect();
        let mut solution = Solution::default();
        for (opening, person) in openings.iter().zip(assign(&rows, self.people)) {
            let taken = opening.takers.iter().find(|taker| Some(taker.0) == person);
            solution.cost += counts(taken.map_or(opening.none, |(_, cost, _)| *cost));
            if let Some((person, _, s)) = taken {
                solution.worst_s = solution.worst_s.max(*s);
                solution.picks.insert(opening.place, *person);
            }
        }
        solution
    }

    /// What it costs for the rings that a senior's first comes this way, unless somebody is sooner.
    fn of_first(&self, seeker: &Seeker, way: Way) -> Cost {
        self.prices.of_level(way.level.min(seeker.going))
    }
}
