//! Streets drawn in ASCII, as in valhalla's gurka tests: a planner test that reads like a picture.
//!
//! ```text
//! A---1---2
//!     |
//!     S
//! ```
//! Letters and digits are places; `-` joins left and right, `|` joins up and down, `+` and places
//! join all four. One character is one cell, both ways.

use std::collections::{BTreeMap, HashMap, VecDeque};

use silverbell_domain::{Eta, EtaSource, LatLon, Person, ResponderId, Travel, TravelTimes};

/// Where the upper left corner of every map lies.
const CORNER: LatLon = LatLon { lat: 24.5, lon: 117.7 };

/// Metres in a degree of latitude, on the sphere of [`LatLon::distance_m`].
const METRES_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// Where no street leads, the way is the straight line times this.
const DETOUR: f64 = 1.3;

/// Column and row of a drawing.
pub(crate) type Cell = (i32, i32);

/// Returns where a cell of this size lies.
pub(crate) fn point_of((x, y): Cell, cell_m: f64) -> LatLon {
    let lat = CORNER.lat - f64::from(y) * cell_m / METRES_PER_DEGREE;
    let shrink = CORNER.lat.to_radians().cos();
    let lon = CORNER.lon + f64::from(x) * cell_m / (METRES_PER_DEGREE * shrink);
    LatLon { lat, lon }
}

/// A map of streets.
#[derive(Clone, Debug)]
pub struct Streets {
    cells: HashMap<Cell, char>,
    places: BTreeMap<char, Cell>,
    cell_m: f64,
}

impl Streets {
    /// Returns the streets of a drawing whose cells are `cell_m` metres wide and high.
    ///
    /// # Panics
    /// When a place is drawn twice.
    #[must_use]
    #[expect(clippy::panic, reason = "a wrong drawing is a mistake in the test")]
    pub fn drawn(cell_m: f64, map: &str) -> Self {
        let (mut cells, mut places) = (HashMap::new(), BTreeMap::new());
        for (y, line) in (0..).zip(map.lines()) {
            for (x, sign) in (0..).zip(line.chars()).filter(|(_, sign)| !sign.is_whitespace()) {
                cells.insert((x, y), sign);
                if sign.is_alphanumeric() && places.insert(sign, (x, y)).is_some() {
                    panic!("{sign} is drawn twice");
                }
            }
        }
        Self { cells, places, cell_m }
    }

    /// Returns every place and where it lies.
    pub fn places(&self) -> impl Iterator<Item = (char, LatLon)> {
        self.places.iter().map(|(&name, &cell)| (name, self.point(cell)))
    }

    /// Returns where a place lies.
    ///
    /// # Panics
    /// When it is not drawn.
    #[must_use]
    #[expect(clippy::panic, reason = "a wrong name is a mistake in the test")]
    pub fn at(&self, name: char) -> LatLon {
        match self.places.get(&name) {
            Some(&cell) => self.point(cell),
            None => panic!("{name} is not drawn"),
        }
    }

    fn point(&self, cell: Cell) -> LatLon {
        point_of(cell, self.cell_m)
    }

    #[expect(clippy::cast_possible_truncation, reason = "maps are small")]
    fn cell(&self, point: LatLon) -> Option<Cell> {
        let shrink = CORNER.lat.to_radians().cos();
        let x = (point.lon - CORNER.lon) * METRES_PER_DEGREE * shrink / self.cell_m;
        let y = (CORNER.lat - point.lat) * METRES_PER_DEGREE / self.cell_m;
        let cell = (x.round() as i32, y.round() as i32);
        self.cells.contains_key(&cell).then_some(cell)
    }

    /// Returns the metres from one point to another along the streets, `None` where none leads.
    #[must_use]
    pub fn way_m(&self, from: LatLon, to: LatLon) -> Option<f64> {
        let (from, to) = (self.cell(from)?, self.cell(to)?);
        let mut steps = HashMap::from([(from, 0_u32)]);
        let mut open = VecDeque::from([from]);
        while let Some(here) = open.pop_front() {
            if here == to {
                return Some(f64::from(steps[&here]) * self.cell_m);
            }
            let next = steps[&here] + 1;
            for there in self.next_to(here) {
                steps.entry(there).or_insert_with(|| {
                    open.push_back(there);
                    next
                });
            }
        }
        None
    }

    fn next_to(&self, (x, y): Cell) -> impl Iterator<Item = Cell> {
        let passes =
            |cell: Cell, wall: char| self.cells.get(&cell).is_some_and(|&sign| sign != wall);
        [((x - 1, y), '|'), ((x + 1, y), '|'), ((x, y - 1), '-'), ((x, y + 1), '-')]
            .into_iter()
            .filter(move |&(there, wall)| passes((x, y), wall) && passes(there, wall))
            .map(|(there, _)| there)
    }

    /// Returns the time from one point to another.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "maps are small")]
    pub fn eta(&self, from: LatLon, travel: Travel, to: LatLon) -> Eta {
        let (way_m, source) = match self.way_m(from, to) {
            Some(way_m) => (way_m, EtaSource::Roads),
            None => (from.distance_m(to) * DETOUR, EtaSource::StraightLine),
        };
        Eta { s: (way_m / metres_per_second(travel)).ceil() as u32, source }
    }
}

/// Returns how fast one travels in a drawing: round numbers, so that ETAs can be counted off.
#[must_use]
pub const fn metres_per_second(travel: Travel) -> f64 {
    match travel {
        Travel::Walk => 1.0,
        Travel::Ebike => 4.0,
        Travel::Car => 8.0,
    }
}

/// People on drawn streets: the travel times that the planner asks for.
#[derive(Clone, Copy, Debug)]
pub struct OnStreets<'a> {
    /// The streets.
    pub streets: &'a Streets,
    /// The people.
    pub people: &'a HashMap<ResponderId, Person>,
}

impl TravelTimes for OnStreets<'_> {
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a> {
        let known = self.people.iter().map(|(&id, person)| {
            let place = person.position.map_or(person.responder.standby, |(point, _)| point);
            (id, self.eta(place, person.responder.travel, door))
        });
        let mut known: Vec<(ResponderId, Eta)> = known.collect();
        known.sort_by_key(|&(id, eta)| (eta.s, id));
        Box::new(known.into_iter())
    }

    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta {
        self.streets.eta(from, travel, door)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing() -> Streets {
        Streets::drawn(
            60.0,
            "
            A---1---2
                |
                S   9
            ",
        )
    }

    #[test]
    fn ways_follow_the_streets() {
        let map = crossing();
        assert_eq!(map.way_m(map.at('A'), map.at('S')), Some(6.0 * 60.0));
        assert_eq!(map.way_m(map.at('1'), map.at('1')), Some(0.0));
        assert_eq!(map.way_m(map.at('S'), map.at('9')), None);
    }

    #[test]
    fn a_door_without_a_street_is_reached_in_a_straight_line_with_a_detour() {
        let map = crossing();
        let eta = map.eta(map.at('S'), Travel::Walk, map.at('9'));
        assert_eq!(eta.source, EtaSource::StraightLine);
        assert!((311..=313).contains(&eta.s), "240 m × 1.3, not {}", eta.s);
    }

    #[test]
    fn who_rides_is_there_sooner() {
        let map = crossing();
        let seconds = |travel| map.eta(map.at('A'), travel, map.at('2')).s;
        assert_eq!(Travel::ALL.map(seconds), [480, 120, 60]);
    }
}
