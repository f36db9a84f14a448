//! A place by Wi-Fi access points.

use std::cmp::Reverse;

use silverbell_protocols::Wifi;

use super::Circle;
use super::heard::{Heard, agreeing, middle};
use crate::Cells;
use crate::id::{Mac, StationId};

/// So many access points are looked at: real frames have up to twenty.
const MAX_HEARD: usize = 64;

/// No place by Wi-Fi is better than this, metres: a house with its yard.
const MIN_RADIUS_M: f64 = 30.0;

/// Access points that are heard together are no further apart than this, metres (Ichnaea's
/// `MAX_WIFI_CLUSTER_METERS`); whatever is has moved house.
const AGREE_M: f64 = 500.0;

/// A place by a single access point is no better than this, metres: nothing says that it has not been
/// carried next door.
const ALONE_MIN_RADIUS_M: f64 = 100.0;

/// How much further than the cells say a single access point may be: their radius, too, is of where
/// somebody happened to measure.
const CELLS_TIMES: f64 = 2.0;

/// Strengths that can be, dBm; others are mistakes, of which the weaker end is the safer.
const STRENGTHS_DBM: (i16, i16) = (-100, -20);

/// What an access point counts as that comes without its strength, dBm.
const UNTOLD_DBM: i16 = -85;

/// Returns where somebody is who hears these access points; `None` if they are not known, or contradict
/// each other. `by_cells` is where the cells say somebody is.
pub(super) fn place(map: &Cells, wifi: &[Wifi], by_cells: Option<Circle>) -> Option<Circle> {
    let heard = known(map, wifi);
    let together = agreeing(&heard, |one, other| one.point.distance_m(other.point) <= AGREE_M);
    if together.len() >= 2 {
        let Circle { centre, radius_m } = middle(&together)?;
        return Some(Circle { centre, radius_m: radius_m.max(MIN_RADIUS_M) });
    }
    let one = alone(&heard, by_cells)?;
    let radius_m = (2.0 * one.range_m).max(ALONE_MIN_RADIUS_M);
    Some(Circle { centre: one.point, radius_m })
}

/// Returns the access point to go by where no two agree: the strongest that the cells do not
/// contradict; without cells only one that nothing contradicts.
fn alone(heard: &[Heard], by_cells: Option<Circle>) -> Option<&Heard> {
    match by_cells {
        Some(Circle { centre, radius_m }) => {
            heard.iter().find(|one| one.point.distance_m(centre) <= CELLS_TIMES * radius_m)
        }
        None => heard.first().filter(|_| heard.len() == 1),
    }
}

/// Returns the access points that are known, the strongest first, each router once: one that names
/// several networks is still in one place, and cannot bear itself out.
fn known(map: &Cells, wifi: &[Wifi]) -> Vec<Heard> {
    let mut given: Vec<(Mac, i16)> = wifi
        .iter()
        .take(MAX_HEARD)
        .filter_map(|one| Some((Mac::parse(&one.mac)?, strength_dbm(one.dbm))))
        .filter(|(mac, _)| mac.is_given())
        .collect();
    given.sort_by_key(|(_, dbm)| Reverse(*dbm));
    let (mut routers, mut known) = (Vec::new(), Vec::new());
    for (mac, dbm) in given {
        let Some(found) = map.get(StationId::access_point(mac)) else { continue };
        if !routers.contains(&mac.router()) {
            routers.push(mac.router());
            known.push(Heard {
                point: found.point(),
                range_m: found.range_m.into(),
                weight: weight(dbm),
            });
        }
    }
    known
}

fn strength_dbm(told: Option<i16>) -> i16 {
    let (weakest, strongest) = STRENGTHS_DBM;
    match told {
        None => UNTOLD_DBM,
        Some(dbm) if dbm > strongest => weakest,
        Some(dbm) => dbm.max(weakest),
    }
}

/// Weighs by nearness: between walls strength falls with the third power of the distance (path loss
/// exponent 3, ITU-R P.1238), so 30 dB less is ten times as far.
fn weight(dbm: i16) -> f64 {
    10_f64.powf(f64::from(dbm) / 30.0)
}
