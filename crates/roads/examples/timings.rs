//! Prints what a map costs: `cargo run --release -p silverbell-roads --example timings -- FILE.osm.pbf`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a stop-watch for people, no part of the service"
)]

use std::error::Error;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

use silverbell_domain::{LatLon, ResponderId, Travel, TravelTimes};
use silverbell_roads::{PeopleIndex, RoadMap, RoadSpeeds, Roads, Speeds, import};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of an .osm.pbf file")?;
    let bytes = std::fs::read(path)?;

    let begun = Instant::now();
    let (network, report) = import(Cursor::new(&bytes), |_, _| {})?;
    println!("import {:?}: {report:#?}", begun.elapsed());
    println!("file {} bytes, extract {} bytes", network.file_len(), bytes.len());

    let mut file = Vec::new();
    network.write(&mut file)?;
    let begun = Instant::now();
    let network = silverbell_roads::Network::open(file)?;
    println!("open and check {:?}", begun.elapsed());
    let before_kb = resident_kb();
    let begun = Instant::now();
    let map = RoadMap::new(network, RoadSpeeds::default());
    println!(
        "times, boxes, hierarchy {:?}, memory {} kB",
        begun.elapsed(),
        resident_kb() - before_kb
    );
    let begun = Instant::now();
    let map = Arc::new(map.with_speeds(RoadSpeeds::default()));
    println!("at other speeds {:?}", begun.elapsed());

    let mut dice = Dice(42);
    let places = places(&map, &mut dice);
    people(&map, &places, &mut dice);
    point_to_point(&map, &places, &mut dice);
    coverage(&map, &places, &mut dice);
    Ok(())
}

/// Places on roads and a little beside them.
fn places(map: &Arc<RoadMap>, dice: &mut Dice) -> Vec<LatLon> {
    let roads = Roads::new(Speeds::default(), Some(map.clone()));
    let middle = map
        .bounds()
        .map(|[a, b]| LatLon { lat: (a.lat + b.lat) / 2.0, lon: (a.lon + b.lon) / 2.0 });
    let starts: Vec<(LatLon, Travel)> = middle.into_iter().map(|at| (at, Travel::Car)).collect();
    let reached = roads.reach(&starts, 3_600);
    let mut places: Vec<LatLon> = (0..20_000)
        .filter_map(|_| {
            let (at, _) = reached.get(dice.below(reached.len().max(1)))?;
            let aside = |dice: &mut Dice| (dice.below(1_000) as f64 - 500.0) * 4e-7;
            Some(LatLon { lat: at.lat + aside(dice), lon: at.lon + aside(dice) })
        })
        .collect();
    places.dedup();
    println!("{} places of {} points reached from the middle", places.len(), reached.len());
    places
}

fn people(map: &Arc<RoadMap>, places: &[LatLon], dice: &mut Dice) {
    for count in [100, 1_000, 10_000] {
        let mut index = PeopleIndex::new(Speeds::default(), Some(map.clone()));
        for n in 0..count {
            index.put(somebody(n), Travel::ALL[n % 3], places[dice.below(places.len())]);
        }
        let moves: Vec<(usize, LatLon)> =
            (0..10_000).map(|_| (dice.below(count), places[dice.below(places.len())])).collect();
        let begun = Instant::now();
        for (n, to) in &moves {
            index.put(somebody(*n), Travel::ALL[n % 3], *to);
        }
        let each = begun.elapsed() / moves.len() as u32;
        let mut by_line = PeopleIndex::new(Speeds::default(), None);
        (0..count).for_each(|n| by_line.put(somebody(n), Travel::ALL[n % 3], places[n]));
        let begun = Instant::now();
        for (n, to) in &moves {
            by_line.put(somebody(*n), Travel::ALL[n % 3], *to);
        }
        println!("  a move without roads {:?}", begun.elapsed() / moves.len() as u32);
        let begun = Instant::now();
        for (n, _) in &moves {
            std::hint::black_box(somebody(*n));
        }
        println!("  of which its name {:?}", begun.elapsed() / moves.len() as u32);
        let mut took: Vec<_> = (0..2_000)
            .map(|_| {
                let door = places[dice.below(places.len())];
                let begun = Instant::now();
                let found = index.nearest(door).take(5).count();
                (begun.elapsed(), found)
            })
            .collect();
        took.sort();
        println!(
            "{count} people: a move {each:?}; nearest 5: p50 {:?} p99 {:?} worst {:?}",
            took[took.len() / 2].0,
            took[took.len() * 99 / 100].0,
            took[took.len() - 1].0
        );
    }
    let empty = PeopleIndex::new(Speeds::default(), Some(map.clone()));
    let begun = Instant::now();
    for door in &places[..100] {
        assert_eq!(empty.nearest(*door).count(), 0);
    }
    println!("nobody within the hour: {:?} each", begun.elapsed() / 100);
}

fn point_to_point(map: &Arc<RoadMap>, places: &[LatLon], dice: &mut Dice) {
    for travel in Travel::ALL {
        let pairs: Vec<[LatLon; 2]> =
            (0..2_000).map(|_| [0; 2].map(|_| places[dice.below(places.len())])).collect();
        let begun = Instant::now();
        let found = pairs.iter().filter(|[a, b]| map.time_ms(*a, travel, *b).is_some()).count();
        println!("{travel:?}: ETA {:?} each, {found} found", begun.elapsed() / pairs.len() as u32);
        let begun = Instant::now();
        for [a, b] in &pairs[..200] {
            let _ = map.route(*a, travel, *b);
        }
        println!("{travel:?}: route {:?} each", begun.elapsed() / 200);
        let from: Vec<(LatLon, Travel)> = places[..100].iter().map(|at| (*at, travel)).collect();
        let begun = Instant::now();
        let _ = map.matrix_ms(&from, &places[100..200]);
        println!("{travel:?}: matrix 100 × 100 {:?}", begun.elapsed());
        let begun = Instant::now();
        for place in places {
            let _ = map.snap(*place, travel, silverbell_roads::Purpose::Arrive);
        }
        println!("{travel:?}: snap {:?} each", begun.elapsed() / places.len() as u32);
    }
}

fn coverage(map: &Arc<RoadMap>, places: &[LatLon], dice: &mut Dice) {
    let roads = Roads::new(Speeds::default(), Some(map.clone()));
    let people: Vec<(LatLon, Travel)> =
        (0..183).map(|n| (places[dice.below(places.len())], Travel::ALL[n % 3])).collect();
    for _ in 0..3 {
        let begun = Instant::now();
        let covered = roads.coverage(&people, &places[..3_620]);
        let took = begun.elapsed();
        let within = |s: u32| covered.iter().flatten().filter(|eta| eta.s <= s).count();
        println!("coverage {took:?}: {} {} {}", within(600), within(1_200), within(1_800));
    }
    let begun = Instant::now();
    let reached = roads.reach(&people, 1_800).len();
    println!("reach 30 min {:?}: {reached} points", begun.elapsed());
}

fn somebody(n: usize) -> ResponderId {
    format!("00000000-0000-7000-8000-{n:012}").parse().unwrap_or_else(|_| std::process::exit(1))
}

fn resident_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// A small generator of numbers (SplitMix64): the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}
