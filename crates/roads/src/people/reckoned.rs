//! Everybody's time to several doors, reckoned at once: for a round, which looks around each of many
//! doors again and again and names nearly everybody.

use std::collections::HashMap;

use silverbell_domain::{Eta, EtaSource, LatLon, ResponderId, Travel, TravelTimes};

use super::PeopleIndex;

/// With more people a look around a door names few of them, and costs less than all ways to it.
pub(super) const MAX_PEOPLE: usize = 1_000;

/// An index whose times to some doors are known already.
pub(super) struct Reckoned<'a> {
    index: &'a PeopleIndex,
    /// For each door everybody, nearest first.
    by_door: HashMap<Door, Vec<(ResponderId, Eta)>>,
}

type Door = (u64, u64);

fn door_of(at: LatLon) -> Door {
    (at.lat.to_bits(), at.lon.to_bits())
}

impl<'a> Reckoned<'a> {
    /// Reckons all ways to these doors: one matrix.
    pub(super) fn new(index: &'a PeopleIndex, doors: &[LatLon]) -> Self {
        let people: Vec<(ResponderId, (LatLon, Travel))> =
            index.places.iter().map(|(who, place)| (*who, (place.at, place.travel))).collect();
        let from: Vec<(LatLon, Travel)> = people.iter().map(|(_, from)| *from).collect();
        let etas = index.roads.matrix(&from, doors);
        let by_door = doors.iter().enumerate().map(|(column, door)| {
            let eta = |row: usize| etas[row * doors.len() + column];
            let mut nearest: Vec<(ResponderId, Eta)> =
                people.iter().enumerate().map(|(row, (who, _))| (*who, eta(row))).collect();
            // As the index has it: at one second, who is found by road comes first.
            nearest.sort_unstable_by_key(|(who, eta)| {
                (eta.s, eta.source == EtaSource::StraightLine, *who)
            });
            (door_of(*door), nearest)
        });
        Self { index, by_door: by_door.collect() }
    }
}

impl TravelTimes for Reckoned<'_> {
    fn nearest<'b>(&'b self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'b> {
        match self.by_door.get(&door_of(door)) {
            Some(nearest) => Box::new(nearest.iter().copied()),
            None => self.index.nearest(door),
        }
    }

    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta {
        self.index.eta(from, travel, door)
    }
}
