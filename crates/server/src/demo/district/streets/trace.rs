//! Streets that grow: each follows the field from a seed until it comes too near another one
//! that runs the same way, to the water, or to the end of the settlement.

use super::super::dice::Dice;
use super::super::plane::{Blob, HALF, Pt, length_of, noise, pt};
use super::super::terrain;
use super::super::villages::{self, Build, Village};
use super::field::{Family, Field};
use super::grid::Grid;
use super::{Line, StreetClass};

/// Streets whose directions have a greater cosine count as running the same way.
const SAME_WAY: f64 = 0.75;
/// A street may come to this share of the usual spacing before it ends.
const SQUEEZE: f64 = 0.58;

/// Grows streets among those that are there already.
pub(super) struct Tracer<'a> {
    field: &'a Field,
    samples: Grid<(Pt, Pt)>,
}

/// How the streets of one kind grow.
struct Rule<'a> {
    spacing_m: &'a dyn Fn(Pt) -> f64,
    within: &'a dyn Fn(Pt) -> bool,
    step_m: f64,
    shortest_m: f64,
    longest_m: f64,
    wobble: f64,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(field: &'a Field, mains: &[Line]) -> Self {
        let mut tracer = Self { field, samples: Grid::new(120.0) };
        mains.iter().for_each(|main| tracer.remember(&main.points));
        tracer
    }

    /// Returns the secondary roads: a wide, bending net, closer in town than in the fields.
    pub(super) fn secondary(&mut self, dice: &mut Dice) -> Vec<Vec<Pt>> {
        let rule = Rule {
            spacing_m: &|p| 780.0 - 430.0 * urbanity(p),
            within: &|p| is_settled(p) && terrain::clearance(p) > 45.0,
            step_m: 25.0,
            shortest_m: 420.0,
            longest_m: 4_200.0,
            wobble: 0.10,
        };
        let mut seeds = lattice_seeds(pt(0.0, 0.0), HALF, 130.0, dice);
        // From the centre outwards, as towns grow.
        seeds.sort_by(|a, b| urbanity(*b).total_cmp(&urbanity(*a)));
        self.grow(&seeds, &rule, dice)
    }

    /// Returns the lanes of one village.
    pub(super) fn lanes(&mut self, village: &Village, dice: &mut Dice) -> Vec<Vec<Pt>> {
        let area = village.area();
        let spacing_m = village.lane_spacing_m();
        let wobble = if village.build == Build::Flats { 0.05 } else { 0.22 };
        let rule = Rule {
            spacing_m: &|p| spacing_m * (1.0 + 0.25 * noise(pt(p.x / 170.0, p.y / 170.0), 9)),
            within: &|p| area.contains(p) && terrain::clearance(p) > 18.0,
            step_m: 12.0,
            shortest_m: 60.0,
            longest_m: 700.0,
            wobble,
        };
        let mut seeds = lattice_seeds(area.at, reach(&area), 26.0, dice);
        seeds.sort_by(|a, b| area.at.distance(*a).total_cmp(&area.at.distance(*b)));
        self.grow(&seeds, &rule, dice)
    }

    fn grow(&mut self, seeds: &[Pt], rule: &Rule<'_>, dice: &mut Dice) -> Vec<Vec<Pt>> {
        let mut lines = Vec::new();
        for &seed in seeds {
            let first = if dice.percent(50) { Family::Along } else { Family::Across };
            let second = if first == Family::Along { Family::Across } else { Family::Along };
            for family in [first, second] {
                if let Some(line) = self.street(seed, family, rule) {
                    self.remember(&line);
                    lines.push(line);
                }
            }
        }
        lines
    }

    /// Returns the street through `seed`, grown both ways, unless it would be too short.
    fn street(&self, seed: Pt, family: Family, rule: &Rule<'_>) -> Option<Vec<Pt>> {
        let start = self.field.at(seed, family, rule.wobble);
        // A new street keeps the full distance; only growing on, it may come nearer.
        if !(rule.within)(seed) || self.is_crowded(seed, start, (rule.spacing_m)(seed) * 0.92) {
            return None;
        }
        let mut line = self.half(seed, start, family, rule);
        line.reverse();
        line.pop();
        line.extend(self.half(seed, pt(-start.x, -start.y), family, rule));
        (length_of(&line) >= rule.shortest_m).then_some(line)
    }

    fn half(&self, seed: Pt, start: Pt, family: Family, rule: &Rule<'_>) -> Vec<Pt> {
        let (mut line, mut at, mut heading) = (vec![seed], seed, start);
        let mut length_m = 0.0;
        while length_m < rule.longest_m / 2.0 {
            let middle = at.plus(heading, rule.step_m / 2.0);
            heading = self.onward(middle, heading, family, rule);
            let next = at.plus(heading, rule.step_m);
            let near_m = (rule.spacing_m)(next) * SQUEEZE;
            if !(rule.within)(next) || self.is_crowded(next, heading, near_m) {
                break;
            }
            line.push(next);
            at = next;
            length_m += rule.step_m;
        }
        line
    }

    fn onward(&self, at: Pt, heading: Pt, family: Family, rule: &Rule<'_>) -> Pt {
        let way = self.field.at(at, family, rule.wobble);
        if way.dot(heading) < 0.0 { pt(-way.x, -way.y) } else { way }
    }

    fn is_crowded(&self, at: Pt, heading: Pt, near_m: f64) -> bool {
        self.samples
            .near(at, near_m)
            .any(|(other, way)| way.dot(heading).abs() > SAME_WAY && other.distance(at) < near_m)
    }

    fn remember(&mut self, line: &[Pt]) {
        for pair in line.windows(2) {
            self.samples.put(pair[0], (pair[0], pair[1].minus(pair[0]).unit()));
        }
    }
}

/// Returns short blind alleys to the side of these lanes.
pub(super) fn alleys(lanes: &[Line], dice: &mut Dice) -> Vec<Line> {
    let mut alleys = Vec::new();
    for lane in lanes {
        for pair in lane.points.windows(2) {
            let mut along_m = dice.range(10.0, 150.0);
            while along_m < pair[0].distance(pair[1]) - 10.0 {
                alleys.extend(alley(lane, pair[0], pair[1], along_m, dice));
                along_m += dice.range(25.0, 200.0);
            }
        }
    }
    alleys
}

fn alley(lane: &Line, a: Pt, b: Pt, along_m: f64, dice: &mut Dice) -> Option<Line> {
    let lane_way = b.minus(a).unit();
    let side = if dice.percent(50) { 1.0 } else { -1.0 };
    let way = lane_way.left().turned(dice.range(-0.12, 0.12));
    let mouth = a.plus(lane_way, along_m);
    let end = mouth.plus(way, side * dice.range(19.0, 32.0));
    // It begins a step behind the lane, so that the two certainly cross.
    let points = vec![mouth.plus(way, -side), end];
    let is_dry = terrain::clearance(end) > 10.0;
    is_dry.then(|| Line { points, class: StreetClass::Path, name: lane.name.clone() })
}

/// Returns how much of a town this is, 0 to 1.
fn urbanity(p: Pt) -> f64 {
    let flats = villages::all().filter(|(_, village)| village.build == Build::Flats);
    let sum: f64 = flats
        .map(|(_, village)| {
            let distance = village.at.distance(p) / 750.0;
            1.0 / (1.0 + distance * distance * distance * distance)
        })
        .sum();
    sum.min(1.0)
}

/// Returns whether the net of secondary roads reaches here: not into the district's far corners.
fn is_settled(p: Pt) -> bool {
    let (x, y) = (p.x / HALF.x, p.y / HALF.y);
    let out = x * x * x * x + y * y * y * y;
    p.is_inside_district() && out < 0.86 + 0.3 * noise(pt(p.x / 1_500.0, p.y / 1_500.0), 21)
}

/// Returns jittered points over a box.
fn lattice_seeds(middle: Pt, half: Pt, step_m: f64, dice: &mut Dice) -> Vec<Pt> {
    let mut seeds = Vec::new();
    let mut y = -half.y;
    while y <= half.y {
        let mut x = -half.x;
        while x <= half.x {
            let jitter = pt(dice.range(-0.5, 0.5), dice.range(-0.5, 0.5));
            seeds.push(middle.plus(pt(x, y), 1.0).plus(jitter, step_m));
            x += step_m;
        }
        y += step_m;
    }
    seeds
}

fn reach(area: &Blob) -> Pt {
    let longest = area.half.x.max(area.half.y) * 1.25;
    pt(longest, longest)
}
