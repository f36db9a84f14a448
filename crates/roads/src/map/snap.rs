//! Where a place lies on the roads.
//!
//! A place is on the **one** nearest edge that its way of travelling may use, at most [`SNAP_MAX_M`]
//! away; what lies between is walked. Why only one: the second nearest is often the road on the other
//! bank, or above on stilts, and what parts them is on no road map; the nearest is where the front
//! door is. On the far side of a street with two carriageways somebody therefore has to turn first,
//! which errs towards later.
//!
//! Two things are ruled out for where a vehicle stops: motorways, bridges and tunnels, for nobody can
//! step out there; who drives on one is found on it all the same. And at a crossing, where several
//! edges are equally near, one is taken by which the crossing can be reached (a door) or left from
//! (a person) without going round the block; of several such the lowest number.

use silverbell_domain::{LatLon, Travel};

use super::segments::OnEdge;
use super::times::Times;
use crate::RoadMap;
use crate::geometry::{Plane, Point, length_m, place_of};
use crate::network::{NO_STOP, NONE, Tables};

/// Farther than this from a road, metres, a place is off the map: what lies between is not known.
pub const SNAP_MAX_M: f64 = 500.0;

/// The whole of an edge, in the units of [`Snap::along`].
const WHOLE: u32 = u16::MAX as u32;

/// Whether one goes away from a place or comes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody is here and goes somewhere else.
    Depart,
    /// Somebody comes here.
    Arrive,
}

/// A place on the roads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The edge.
    pub(crate) edge: u32,
    /// How far along it, in 65535ths of its length.
    pub(crate) along: u16,
    /// How far the place is from the road, metres.
    pub gap_m: f64,
    /// What that takes on foot, milliseconds.
    pub(crate) gap_ms: u32,
}

/// A node, and what lies between it and a place, milliseconds.
pub(crate) type Via = Option<(u32, u32)>;

impl RoadMap {
    /// Returns where a place lies on the roads for a way of travelling, `None` off the map.
    #[must_use]
    pub fn snap(&self, place: LatLon, travel: Travel, purpose: Purpose) -> Option<Snap> {
        let tables = self.tables();
        let plane = Plane::around(place);
        let segments = &self.ground().segments[travel as usize];
        let is_worse = |edge: u32, at_end: Option<usize>| worse(&tables, edge, at_end, purpose);
        let on_edge = segments.nearest(&tables, &plane, SNAP_MAX_M, is_worse)?;
        Some(Snap {
            edge: on_edge.edge,
            along: along(&plane, tables.line(on_edge.edge), &on_edge),
            gap_m: on_edge.gap_m,
            gap_ms: self.speeds().off_road_ms(on_edge.gap_m),
        })
    }
}

/// Points along a road are named at the least so often, metres.
const STEP_M: f64 = 50.0;

impl RoadMap {
    /// Returns points along an edge, every corner and one every [`STEP_M`] at the least, and where
    /// each lies on the edge.
    pub(crate) fn points_of(&self, edge: u32) -> Vec<(LatLon, Snap)> {
        let line = self.tables().line(edge);
        let whole_m = length_m(line).max(f64::MIN_POSITIVE);
        let mut points = Vec::new();
        let mut put = |place: LatLon, before_m: f64| {
            let along = ((before_m / whole_m).min(1.0) * f64::from(WHOLE)).round() as u16;
            points.push((place, Snap { edge, along, gap_m: 0.0, gap_ms: 0 }));
        };
        put(place_of(line[0]), 0.0);
        let mut before_m = 0.0;
        for pair in line.windows(2) {
            let (from, to) = (place_of(pair[0]), place_of(pair[1]));
            let length_m = from.distance_m(to);
            let steps = (length_m / STEP_M).ceil().max(1.0);
            for step in 1..=steps as u32 {
                let part = f64::from(step) / steps;
                put(between(from, to, part), before_m + length_m * part);
            }
            before_m += length_m;
        }
        points
    }
}

/// Returns whether another edge at the same distance is preferred, `None` if this must not be taken.
fn worse(tables: &Tables<'_>, edge: u32, at_end: Option<usize>, purpose: Purpose) -> Option<bool> {
    let [tail, _, back_tail, _] = tables.edge_nodes[edge as usize];
    let (along, against) = (tail != NONE, back_tail != NONE);
    let at_once = match (purpose, at_end) {
        (Purpose::Arrive, _) if tables.tags[edge as usize][1] & NO_STOP != 0 => return None,
        // Coming along the line one enters at its first end; going along it one leaves at its last.
        (Purpose::Arrive, Some(0)) | (Purpose::Depart, Some(1)) => along,
        (Purpose::Arrive, Some(_)) | (Purpose::Depart, Some(_)) => against,
        (_, None) => along && against,
    };
    Some(!at_once)
}

/// Returns how far along the edge a place on one of its segments is.
fn along(plane: &Plane, line: &[Point], on_edge: &OnEdge) -> u16 {
    let (mut before_m, mut whole_m) = (0.0, 0.0);
    for (number, pair) in (0..).zip(line.windows(2)) {
        let ([ax, ay], [bx, by]) = (plane.xy(pair[0]), plane.xy(pair[1]));
        let length_m = (bx - ax).hypot(by - ay);
        whole_m += length_m;
        if number < on_edge.segment {
            before_m += length_m;
        } else if number == on_edge.segment {
            before_m += length_m * on_edge.t;
        }
    }
    if whole_m > 0.0 { (before_m / whole_m * f64::from(WHOLE)).round() as u16 } else { 0 }
}

impl Snap {
    /// Returns what the stretch from the first end to the place takes.
    fn before_ms(self, times: &Times) -> u32 {
        let run_ms = u64::from(times.run_ms[self.edge as usize]);
        ((run_ms * u64::from(self.along) + u64::from(WHOLE / 2)) / u64::from(WHOLE)) as u32
    }

    /// Returns where one gets from here, along the edge and against it: the node and what it takes.
    pub(crate) fn exits(self, tables: &Tables<'_>, times: &Times) -> [Via; 2] {
        let [_, head, _, back_head] = tables.edge_nodes[self.edge as usize];
        let [at_first_ms, at_last_ms] = times.leave_ms(tables, self.edge);
        let before_ms = self.before_ms(times);
        let after_ms = times.run_ms[self.edge as usize] - before_ms;
        [
            via(head, self.gap_ms + after_ms + at_last_ms),
            via(back_head, self.gap_ms + before_ms + at_first_ms),
        ]
    }

    /// Returns from where one gets here, along the edge and against it: the node and what it takes.
    pub(crate) fn entrances(self, tables: &Tables<'_>, times: &Times) -> [Via; 2] {
        let [tail, _, back_tail, _] = tables.edge_nodes[self.edge as usize];
        let [at_first_ms, at_last_ms] = times.enter_ms(tables, self.edge);
        let before_ms = self.before_ms(times);
        let after_ms = times.run_ms[self.edge as usize] - before_ms;
        [
            via(tail, self.gap_ms + before_ms + at_first_ms),
            via(back_tail, self.gap_ms + after_ms + at_last_ms),
        ]
    }

    /// Returns what it takes from here to there without leaving the edge, `None` when it is another
    /// edge or lies against its only direction.
    pub(crate) fn direct_ms(self, to: Self, tables: &Tables<'_>, times: &Times) -> Option<u32> {
        let [tail, _, back_tail, _] = tables.edge_nodes[self.edge as usize];
        let along = self.along <= to.along && tail != NONE;
        let against = self.along >= to.along && back_tail != NONE;
        let on_way = self.edge == to.edge && (along || against);
        let run_ms = self.before_ms(times).abs_diff(to.before_ms(times));
        on_way.then(|| self.gap_ms + run_ms + to.gap_ms)
    }
}

fn via(node: u32, ms: u32) -> Via {
    (node != NONE).then_some((node, ms))
}

/// Returns the line of an edge between two places on it, in 65535ths of its length, in the direction
/// of travel.
pub(crate) fn cut(line: &[Point], from: u16, to: u16) -> Vec<LatLon> {
    let places: Vec<LatLon> = line.iter().map(|point| place_of(*point)).collect();
    let (first, last) = (from.min(to), from.max(to));
    let lengths: Vec<f64> = places.windows(2).map(|pair| pair[0].distance_m(pair[1])).collect();
    let whole_m: f64 = lengths.iter().sum();
    let [first_m, last_m] = [first, last].map(|at| whole_m * f64::from(at) / f64::from(WHOLE));
    let mut cut = Vec::with_capacity(places.len());
    let mut begun_m = 0.0;
    for (pair, length_m) in places.windows(2).zip(&lengths) {
        let ended_m = begun_m + length_m;
        if ended_m >= first_m && begun_m <= last_m {
            let at = |m: f64| between(pair[0], pair[1], (m - begun_m) / length_m.max(1e-9));
            cut.push(at(first_m.max(begun_m)));
            cut.push(at(last_m.min(ended_m)));
        }
        begun_m = ended_m;
    }
    cut.dedup();
    if from > to {
        cut.reverse();
    }
    cut
}

fn between(a: LatLon, b: LatLon, t: f64) -> LatLon {
    let t = t.clamp(0.0, 1.0);
    LatLon { lat: a.lat + (b.lat - a.lat) * t, lon: a.lon + (b.lon - a.lon) * t }
}
