//! Where people live: doors along the lanes, with an address that says so.

use std::collections::HashSet;

use super::dice::Dice;
use super::plane::{Pt, distance_to_segment};
use super::streets::{Edge, StreetClass, Streets};
use super::terrain;
use super::villages::{Build, Town, Village};

/// A senior's door.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) village: &'static Village,
    pub(super) at: Pt,
    pub(super) address: String,
    pub(super) home: Home,
}

/// What is behind the door.
#[derive(Clone, Copy, Debug)]
pub(super) enum Home {
    /// A family's own house of so many storeys.
    House { storeys: u32 },
    /// A flat.
    Flat { floor: u32, block: Block },
}

/// A block of flats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) floors: u32,
    pub(super) has_lift: bool,
    /// The street door's code, `None` where the door stands open.
    pub(super) code: Option<u32>,
}

/// How densely buildings stand, metres.
struct Spacing {
    along_m: f64,
    setback_m: (f64, f64),
    apart_m: f64,
    off_streets_m: f64,
}

const HOUSES: Spacing =
    Spacing { along_m: 11.0, setback_m: (6.0, 12.0), apart_m: 9.0, off_streets_m: 4.0 };
const BLOCKS: Spacing =
    Spacing { along_m: 24.0, setback_m: (15.0, 27.0), apart_m: 26.0, off_streets_m: 11.0 };

/// How many seniors of the service share a block of flats, on average.
const SENIORS_A_BLOCK: usize = 4;

/// A place where a building can stand.
struct Plot {
    at: Pt,
    street: String,
    number: u32,
}

/// Returns so many doors in one village (fewer only if it has no room).
pub(super) fn in_village(
    town: &'static Town,
    village: &'static Village,
    count: usize,
    streets: &Streets,
    dice: &mut Dice,
) -> Vec<Door> {
    match village.build {
        Build::Houses => {
            let plots = plots(village, count, &HOUSES, streets, dice).into_iter();
            plots.map(|plot| house(town, village, plot, dice)).collect()
        }
        Build::Flats => {
            let blocks = count.div_ceil(SENIORS_A_BLOCK);
            let plots = plots(village, blocks, &BLOCKS, streets, dice);
            flats(town, village, count, &plots, dice)
        }
    }
}

fn house(town: &'static Town, village: &'static Village, plot: Plot, dice: &mut Dice) -> Door {
    let address = format!("{}{}{}{}号", town.name, village.name(), plot.street, plot.number);
    let storeys = dice.pick(&[1, 1, 2, 2, 2, 3, 3, 4]);
    Door { village, at: plot.at, address, home: Home::House { storeys } }
}

fn flats(
    town: &'static Town,
    village: &'static Village,
    count: usize,
    plots: &[Plot],
    dice: &mut Dice,
) -> Vec<Door> {
    let blocks: Vec<Block> = plots.iter().map(|_| block(dice)).collect();
    let mut taken = HashSet::new();
    let mut doors = Vec::with_capacity(count);
    while doors.len() < count && !plots.is_empty() {
        let at = dice.below(plots.len());
        let (plot, block) = (&plots[at], blocks[at]);
        let (floor, room) = (floor(block, dice), dice.between(1, 4));
        if !taken.insert((at, floor, room)) {
            continue;
        }
        let address = format!(
            "{}{}{}{}号{}栋{floor}{room:02}室",
            town.name,
            village.name(),
            plot.street,
            plot.number,
            at + 1
        );
        // Stairs lie some metres apart.
        let stairs = Pt { x: dice.range(-6.0, 6.0), y: dice.range(-6.0, 6.0) };
        let home = Home::Flat { floor, block };
        doors.push(Door { village, at: plot.at.plus(stairs, 1.0), address, home });
    }
    doors
}

fn block(dice: &mut Dice) -> Block {
    let floors = dice.pick(&[5, 6, 6, 6, 7, 7, 7, 11, 11, 18, 26]);
    let code = (floors > 7 || dice.percent(45)).then(|| dice.between(1_000, 9_999));
    Block { floors, has_lift: floors > 7 || dice.percent(8), code }
}

/// Returns a floor: low where there is no lift, for who lives high up has moved out by now.
fn floor(block: Block, dice: &mut Dice) -> u32 {
    let drawn = dice.between(1, block.floors);
    if block.has_lift { drawn } else { drawn.min(dice.between(1, block.floors)) }
}

/// Returns so many plots along the village's lanes, apart from each other and off the streets.
fn plots(
    village: &Village,
    count: usize,
    spacing: &Spacing,
    streets: &Streets,
    dice: &mut Dice,
) -> Vec<Plot> {
    let near: Vec<(Pt, Pt)> = streets
        .edges
        .iter()
        .map(|edge| streets.ends(edge))
        .filter(|(a, _)| a.distance(village.at) < 1_100.0)
        .collect();
    let mut candidates: Vec<Plot> = lanes(village, streets)
        .flat_map(|edge| along(edge, streets.ends(edge), spacing, dice))
        .collect();
    dice.shuffle(&mut candidates);
    let (mut plots, mut addresses): (Vec<Plot>, HashSet<(String, u32)>) = Default::default();
    for plot in candidates {
        let apart = plots.iter().all(|other| other.at.distance(plot.at) > spacing.apart_m);
        let off = |(a, b): &(Pt, Pt)| distance_to_segment(plot.at, *a, *b) > spacing.off_streets_m;
        if plots.len() < count
            && apart
            && terrain::clearance(plot.at) > 4.0
            && near.iter().all(off)
            && addresses.insert((plot.street.clone(), plot.number))
        {
            plots.push(plot);
        }
    }
    plots
}

/// Returns the stretches of a village's own lanes.
pub(super) fn lanes<'a>(village: &Village, streets: &'a Streets) -> impl Iterator<Item = &'a Edge> {
    let stem = village.stem;
    streets.edges.iter().filter(move |edge| {
        // 南滨大道 is not a lane of 南滨.
        edge.class >= StreetClass::Residential && edge.name.starts_with(stem)
    })
}

/// Returns the plots on both sides of a stretch, odd numbers left and even ones right.
fn along(edge: &Edge, (a, b): (Pt, Pt), spacing: &Spacing, dice: &mut Dice) -> Vec<Plot> {
    let way = b.minus(a).unit();
    let (low, high) = spacing.setback_m;
    // Alleys are narrow.
    let narrower = if edge.class == StreetClass::Path { 0.8 } else { 1.0 };
    let mut plots = Vec::new();
    let mut at_m = spacing.along_m * dice.range(0.2, 0.8);
    while at_m < a.distance(b) {
        for (side, parity) in [(1.0, 1), (-1.0, 2)] {
            let off = way.left();
            let setback = side * narrower * dice.range(low, high);
            plots.push(Plot {
                at: a.plus(way, at_m + dice.range(-2.0, 2.0)).plus(off, setback),
                street: edge.name.to_string(),
                number: house_number(edge.along_m + at_m, parity),
            });
        }
        at_m += spacing.along_m * dice.range(0.85, 1.2);
    }
    plots
}

/// Returns a house number: two for every nine metres.
#[expect(clippy::cast_possible_truncation, reason = "lanes are some hundred metres long")]
#[expect(clippy::cast_sign_loss, reason = "never negative")]
fn house_number(along_m: f64, parity: u32) -> u32 {
    2 * (along_m / 9.0).max(0.0) as u32 + parity
}
