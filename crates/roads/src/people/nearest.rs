//! The nearest by road, one at a time: a search from the door against the traffic, over all ways of
//! travelling at once, that goes no farther than it is asked to.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use silverbell_domain::{Eta, EtaSource, LatLon, ResponderId, Travel};

use super::seats::Seats;
use crate::RoadMap;
use crate::map::pool::Pooled;
use crate::map::search::Search;
use crate::map::{HORIZON_MS, Purpose, Snap};

/// People by road, nearest first.
pub(super) struct ByRoad<'a> {
    map: &'a RoadMap,
    seats: &'a Seats,
    /// How many there are to be found.
    seated: usize,
    search: Pooled<'a, Search>,
    /// Who was met, by time: the search knows of nobody nearer than its own next node.
    met: BinaryHeap<Reverse<(u32, ResponderId, u32)>>,
    /// The seats of those who were returned already.
    told: HashSet<u32>,
}

impl<'a> ByRoad<'a> {
    /// Returns the search for a door that lies on these edges, for the so many people who travel in one
    /// of these ways.
    pub(super) fn new(
        map: &'a RoadMap,
        seats: &'a Seats,
        seated: usize,
        door: &[Option<Snap>; 3],
    ) -> Self {
        let mut search = map.searches().take();
        search.begin(map.times().into.nodes(), HORIZON_MS);
        let (met, told) = (BinaryHeap::new(), HashSet::new());
        let mut by_road = Self { map, seats, seated, search, met, told };
        let (tables, times) = (map.tables(), map.times());
        for snap in door.iter().flatten() {
            for (node, ms) in snap.entrances(&tables, times).into_iter().flatten() {
                by_road.search.reach(node, ms);
            }
            by_road.meet_on_edge(*snap);
        }
        by_road
    }

    /// Meets who is on the door's own edge and need not leave it.
    fn meet_on_edge(&mut self, door: Snap) {
        let (tables, times) = (self.map.tables(), self.map.times());
        let [_, head, _, back_head] = tables.edge_nodes[door.edge as usize];
        for node in [head, back_head].into_iter().filter(|node| *node != crate::network::NONE) {
            for (number, _) in self.seats.at(node) {
                let seat = self.seats.seat(number);
                if let Some(ms) = seat.snap.direct_ms(door, &tables, times) {
                    self.met.push(Reverse((ms, seat.who, number)));
                }
            }
        }
    }

    /// Returns whether whoever has this seat was returned already.
    pub(super) fn has_told(&self, number: u32) -> bool {
        self.told.contains(&number)
    }

    /// Settles one more node and meets who comes by there; `None` when there is none.
    fn go_on(&mut self) -> Option<()> {
        let (node, ms) = self.search.settle(&self.map.times().into)?;
        for (number, exit_ms) in self.seats.at(node) {
            self.met.push(Reverse((ms + exit_ms, self.seats.seat(number).who, number)));
        }
        Some(())
    }
}

impl Iterator for ByRoad<'_> {
    type Item = (ResponderId, Eta);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // With few people on duty the search would else go on to its horizon for nobody.
            if self.told.len() == self.seated {
                return None;
            }
            let met_ms = self.met.peek().map(|Reverse((ms, ..))| *ms);
            match (met_ms, self.search.next_ms()) {
                (Some(met_ms), Some(next_ms)) if next_ms <= met_ms => _ = self.go_on(),
                (None, Some(_)) => _ = self.go_on(),
                (None, None) => return None,
                (Some(_), _) => {
                    let Reverse((ms, who, number)) = self.met.pop()?;
                    if ms > HORIZON_MS {
                        return None; // somebody who was not met may be nearer
                    }
                    if self.told.insert(number) {
                        let eta = Eta { s: ms.div_ceil(1_000), source: EtaSource::Roads };
                        return Some((who, eta));
                    }
                }
            }
        }
    }
}

/// Returns where a door lies on the roads for each way of travelling.
pub(super) fn door_on(map: &RoadMap, door: LatLon) -> [Option<Snap>; 3] {
    Travel::ALL.map(|travel| map.snap(door, travel, Purpose::Arrive))
}
