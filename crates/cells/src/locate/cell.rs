//! A place by telephone cells.

use silverbell_domain::LatLon;
use silverbell_protocols::Cell;

use super::heard::{Heard, agreeing, middle};
use super::{Circle, operator};
use crate::Cells;
use crate::id::StationId;
use crate::record::{Radio, Record};

/// So many cells are looked at: real frames have up to seven, and whoever sends more shall not keep us
/// busy.
const MAX_HEARD: usize = 16;

/// Of so many cells the area is looked at.
const MAX_AREAS: usize = 3;

/// No place by cells is better than this, metres: what the list has of a cell is the middle of where it
/// was measured, along roads.
const MIN_RADIUS_M: f64 = 500.0;

/// Stations that are heard together agree if they are no further apart than this, metres, or than
/// their ranges: those are of where somebody happened to measure.
const AGREE_M: f64 = 3_000.0;

/// How much more the serving cell weighs than a neighbour: it is mostly the nearest.
const SERVING_WEIGHT: f64 = 2.0;

/// The numbers of a mast's cells in 4G differ in the last 8 bits: eNodeB · 256 + sector (3GPP TS
/// 36.413, 9.2.1.37).
const SECTORS: u64 = 0xff;

/// How many cells of an area are looked at; a full one has some thousands.
const MAX_IN_AREA: usize = 1 << 14;

/// An area that is wider says nothing, metres (Ichnaea's `CELL_MAX_ACCURACY`): the door is the better
/// guess.
const AREA_MAX_M: f64 = 50_000.0;

/// How many of an area's cells its radius covers, hundredths: the others are mistakes (Ichnaea, too,
/// takes the 95th percentile).
const AREA_COVERS: usize = 95;

/// Returns where somebody is who hears these cells, the serving one first.
pub(super) fn place(map: &Cells, cells: &[Cell]) -> Option<Circle> {
    let mut ids: Vec<(StationId, &Cell)> = Vec::new();
    for cell in cells.iter().take(MAX_HEARD) {
        // Some firmware repeats its cell until the list is full.
        let id = StationId::heard(cell).filter(|id| ids.iter().all(|(other, _)| other != id));
        ids.extend(id.map(|id| (id, cell)));
    }
    let heard: Vec<Heard> = ids
        .iter()
        .enumerate()
        .filter_map(|(at, (_, cell))| Some(heard(at, standing(map, cell)?)))
        .collect();
    let together = agreeing(&heard, agree);
    match (middle(&together), together.first()) {
        (Some(Circle { centre, radius_m }), Some(first)) => {
            Some(Circle { centre, radius_m: radius_m.max(first.range_m).max(MIN_RADIUS_M) })
        }
        _ => ids.iter().take(MAX_AREAS).find_map(|(_, cell)| area(map, cell)),
    }
}

/// A cell that is known, and how far from there it is heard.
type Standing = (LatLon, f64);

/// A small cell says more than a large one. How strong it is heard is left out: devices send it in
/// dBm, as its magnitude, or as a quality from 0 to 100, and nothing tells which.
fn heard(at: usize, (point, range_m): Standing) -> Heard {
    let weight = if at == 0 { SERVING_WEIGHT } else { 1.0 } / range_m.max(MIN_RADIUS_M);
    Heard { point, range_m, weight }
}

fn agree(one: &Heard, other: &Heard) -> bool {
    one.point.distance_m(other.point) <= AGREE_M.max(one.range_m + other.range_m)
}

/// Returns where a cell is heard: itself, else another of its mast, under any code of its operator.
fn standing(map: &Cells, cell: &Cell) -> Option<Standing> {
    let under = |find: fn(&Cells, &Cell) -> Option<Standing>| {
        let mut codes = operator::codes(cell.mcc, cell.mnc);
        codes.find_map(|mnc| find(map, &Cell { mnc, ..*cell }))
    };
    under(itself).or_else(|| under(short)).or_else(|| under(sector))
}

fn itself(map: &Cells, cell: &Cell) -> Option<Standing> {
    map.get(StationId::heard(cell)?).map(|found| (found.point(), found.range_m.into()))
}

/// 3G's long number is controller · 65,536 + number (OpenCellID FAQ, "Long cell ID vs. short cell ID");
/// lists have the long one, some chips tell the short one. It counts if there is one of it only.
fn short(map: &Cells, cell: &Cell) -> Option<Standing> {
    if cell.cid > 0xffff {
        return None;
    }
    let is_it = |found: &Record| found.radio == Radio::Umts && found.id.number & 0xffff == cell.cid;
    let mut found = in_area(map, cell).filter(is_it);
    let (one, other) = (found.next()?, found.next());
    other.is_none().then(|| (one.point(), one.range_m.into()))
}

/// Another sector of the same 4G mast looks into another direction: what is known of it lies as far from
/// the mast on one side as the device may be on the other, so the radius is twice its range.
fn sector(map: &Cells, cell: &Cell) -> Option<Standing> {
    // A smaller number may as well be 2G's, which does not count like this.
    if cell.cid <= 0xffff {
        return None;
    }
    let first = StationId::heard(&Cell { cid: cell.cid & !SECTORS, ..*cell })?;
    let sectors = map.between(first, cell.cid | SECTORS).filter(|found| found.radio == Radio::Lte);
    let sectors: Vec<_> =
        sectors.map(|found| heard(1, (found.point(), found.range_m.into()))).collect();
    let widest_m = sectors.iter().map(|one| one.range_m).fold(0.0, f64::max);
    let middle = middle(&agreeing(&sectors, agree))?;
    Some((middle.centre, middle.radius_m.max(2.0 * widest_m)))
}

/// Returns the known cells of the area of a cell.
fn in_area<'a>(map: &'a Cells, cell: &Cell) -> impl Iterator<Item = Record> + use<'a> {
    let first = StationId::cell(cell.mcc, cell.mnc, cell.lac, 0);
    map.between(first, u64::MAX).take(MAX_IN_AREA)
}

/// The last resort: the middle of a 2G or 3G area, with a radius that covers it. 4G's areas are
/// numbered apart from those, and a device does not say which it means; so the number tells, which has
/// 16 bits in 2G and more in 3G.
fn area(map: &Cells, cell: &Cell) -> Option<Circle> {
    let radio = if cell.cid > 0xffff { Radio::Umts } else { Radio::Gsm };
    let mut codes = operator::codes(cell.mcc, cell.mnc);
    codes.find_map(|mnc| {
        let cells = in_area(map, &Cell { mnc, ..*cell }).filter(|found| found.radio == radio);
        covering(&cells.collect::<Vec<_>>())
    })
}

/// Returns a circle that covers nearly all of these cells. Its centre is their median, which a few
/// mistakes do not move.
fn covering(cells: &[Record]) -> Option<Circle> {
    let median = |part: fn(LatLon) -> f64| {
        let mut parts: Vec<f64> = cells.iter().map(|cell| part(cell.point())).collect();
        parts.sort_by(f64::total_cmp);
        parts.get(parts.len() / 2).copied()
    };
    let centre = LatLon::new(median(|point| point.lat)?, median(|point| point.lon)?)?;
    let reach_m = |cell: &Record| cell.point().distance_m(centre) + f64::from(cell.range_m);
    let mut reaches_m: Vec<f64> = cells.iter().map(reach_m).collect();
    reaches_m.sort_by(f64::total_cmp);
    let radius_m = *reaches_m.get(cells.len().saturating_sub(1) * AREA_COVERS / 100)?;
    let radius_m = radius_m.max(MIN_RADIUS_M);
    (radius_m <= AREA_MAX_M).then_some(Circle { centre, radius_m })
}
