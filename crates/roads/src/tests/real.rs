//! Against oracles on real extracts, where they lie beside the project; without them the same on a
//! grid of streets.

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use routingkit_cch::{CCH, CCHMetric, CCHQuery};
use silverbell_domain::{EtaSource, LatLon, Travel, TravelTimes};

use super::plain::Plain;
use super::somebody;
use crate::geometry::place_of;
use crate::map::hierarchy;
use crate::{
    Access, Directions, HORIZON_MS, NetworkBuilder, PeopleIndex, Purpose, RoadClass, RoadMap,
    RoadSpeeds, Roads, Speeds, WayUse, import,
};

const EXTRACTS: [&str; 3] = ["monaco", "shanghai_center", "heidelberg"];

/// Returns every map there is, with its name; imported once for all tests.
fn maps() -> &'static [(String, Arc<RoadMap>)] {
    static MAPS: OnceLock<Vec<(String, Arc<RoadMap>)>> = OnceLock::new();
    MAPS.get_or_init(imported)
}

fn imported() -> Vec<(String, Arc<RoadMap>)> {
    let mut maps = vec![("grid".to_owned(), Arc::new(grid()))];
    for name in EXTRACTS {
        let path =
            format!("{}/../../../shared/data/osm/{name}.osm.pbf", env!("CARGO_MANIFEST_DIR"));
        let Ok(bytes) = std::fs::read(&path) else {
            println!("left out: {name}, no {path}");
            continue;
        };
        let (network, report) = import(Cursor::new(bytes), |_, _| {}).expect(name);
        println!("{name}: {report:?}");
        maps.push((name.to_owned(), Arc::new(RoadMap::new(network, RoadSpeeds::default()))));
    }
    maps
}

/// 40 × 40 crossings, every third street one-way for vehicles.
fn grid() -> RoadMap {
    let mut builder = NetworkBuilder::new();
    let mut nodes = Vec::new();
    for n in 0..1_600 {
        let (row, column) = (f64::from(n / 40), f64::from(n % 40));
        nodes.push(builder.node(LatLon { lat: 24.5 + row * 0.001, lon: 117.7 + column * 0.001 }));
    }
    for n in 0..40 {
        let mut usage = WayUse::open(RoadClass::ALL[2 + n % 7]);
        if n % 3 == 0 {
            let one_way = if n % 2 == 0 { Directions::Along } else { Directions::Against };
            usage.access[1..].fill(Access { directions: one_way, private: false });
        }
        let row: Vec<_> = (0..40).map(|m| nodes[40 * n + m]).collect();
        let column: Vec<_> = (0..40).map(|m| nodes[40 * m + n]).collect();
        builder.way(&row, usage);
        builder.way(&column, usage);
    }
    RoadMap::new(builder.build().expect("roads").0, RoadSpeeds::default())
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

    /// A place within some 100 m of a road.
    fn place(&mut self, map: &RoadMap) -> LatLon {
        let points = map.tables().points;
        let at = place_of(points[self.below(points.len())]);
        let mut aside = || (self.below(2_000) as f64 - 1_000.0) * 1e-6;
        LatLon { lat: at.lat + aside(), lon: at.lon + aside() }
    }
}

#[test]
fn an_eta_equals_plain_dijkstra_on_every_extract() {
    for (name, map) in maps() {
        let plain = Plain::new(map);
        let mut dice = Dice(1);
        for travel in Travel::ALL {
            let doors: Vec<LatLon> = (0..100).map(|_| dice.place(map)).collect();
            let from: Vec<(LatLon, Travel)> = (0..10).map(|_| (dice.place(map), travel)).collect();
            let matrix = map.matrix_ms(&from, &doors);
            let mut compared = 0;
            for (row, (at, _)) in from.iter().enumerate() {
                let Some(start) = map.snap(*at, travel, Purpose::Depart) else { continue };
                let reached = plain.from(start);
                for (column, door) in doors.iter().enumerate() {
                    let goal = map.snap(*door, travel, Purpose::Arrive);
                    let expected = goal.and_then(|goal| plain.to(start, &reached, goal));
                    let found = map.time_ms(*at, travel, *door);
                    assert_eq!(found.map(u64::from), expected, "{name} {travel:?} {at:?} {door:?}");
                    assert_eq!(matrix[row * doors.len() + column], found);
                    compared += usize::from(found.is_some());
                }
            }
            assert!(compared > 500, "{name} {travel:?}: only {compared} of 1,000 are on the map");
        }
    }
}

#[test]
fn the_nearest_equal_brute_force_on_every_extract() {
    for (name, map) in maps() {
        let plain = Plain::new(map);
        let mut dice = Dice(2);
        let mut index = PeopleIndex::new(Speeds::default(), Some(map.clone()));
        let people: Vec<(LatLon, Travel)> =
            (0..60).map(|n| (dice.place(map), Travel::ALL[n % 3])).collect();
        for (n, (at, travel)) in people.iter().enumerate() {
            index.put(somebody(n), *travel, dice.place(map));
            index.put(somebody(n), *travel, *at);
        }
        let reached: Vec<_> = people
            .iter()
            .map(|(at, travel)| {
                let start = map.snap(*at, *travel, Purpose::Depart)?;
                Some((start, plain.from(start)))
            })
            .collect();
        let doors: Vec<LatLon> = (0..10).map(|_| dice.place(map)).collect();
        let reckoned = index.reckoned(&doors).expect("few people, and a map");
        for door in &doors {
            let seconds = |times: &dyn TravelTimes| -> Vec<(u32, bool)> {
                let nearest =
                    times.nearest(*door).map(|(_, eta)| (eta.s, eta.source == EtaSource::Roads));
                nearest.filter(|(s, _)| *s < HORIZON_MS / 1_000).collect()
            };
            assert_eq!(seconds(&*reckoned), seconds(&index), "{name} {door:?}");
        }
        let covered = Roads::new(Speeds::default(), Some(map.clone())).coverage(&people, &doors);
        for (door, covered) in doors.iter().zip(covered) {
            let by_road = reached.iter().enumerate().filter_map(|(n, reached)| {
                let (start, nodes) = reached.as_ref()?;
                let goal = map.snap(*door, people[n].1, Purpose::Arrive)?;
                let ms = plain.to(*start, nodes, goal)?;
                (ms <= u64::from(HORIZON_MS)).then_some((ms, somebody(n)))
            });
            let mut by_road: Vec<_> = by_road.collect();
            by_road.sort_unstable();
            let expected: Vec<_> =
                by_road.into_iter().map(|(ms, who)| (who, ms.div_ceil(1_000) as u32)).collect();
            let found: Vec<_> = index.nearest(*door).collect();
            assert_eq!(found.len(), people.len(), "{name}: everybody once");
            let on_roads = found.iter().filter(|(_, eta)| eta.source == EtaSource::Roads);
            let on_roads: Vec<_> = on_roads.map(|(who, eta)| (*who, eta.s)).collect();
            assert_eq!(on_roads, expected, "{name} {door:?}");
            let first = found.first().map(|(_, eta)| *eta).expect("somebody");
            let covered = covered.expect("somebody");
            assert_eq!(covered.source, first.source, "{name} {door:?}");
            // By straight line two formulas for the distance round differently.
            let allowed_s = u32::from(first.source == EtaSource::StraightLine);
            assert!(covered.s.abs_diff(first.s) <= allowed_s, "{name} {door:?}");
        }
    }
}

#[test]
fn the_hierarchy_equals_routingkit_on_every_extract() {
    for (name, map) in maps() {
        let out = &map.times().out;
        let (mut tails, mut heads, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for node in 0..out.nodes() as u32 {
            for arc in out.of(node) {
                tails.push(node);
                heads.push(arc.node);
                weights.push(arc.ms);
            }
        }
        let theirs = CCH::new(map.tables().order, &tails, &heads, |_| {}, false);
        let metric = CCHMetric::new(&theirs, weights);
        let ours = hierarchy::Hierarchy::new(hierarchy::shape(out, map.tables().order), out);
        let mut dice = Dice(3);
        let mut led_somewhere = 0;
        for _ in 0..1_000 {
            let [from, to] = [0; 2].map(|_| dice.below(out.nodes()) as u32);
            let mut query = CCHQuery::new(&metric);
            query.add_source(from, 0);
            query.add_target(to, 0);
            let expected = query.run().distance();
            let climb = ours.from([Some((from, 0)), None]);
            let found = climb.meet_ms(&ours.to([Some((to, 0)), None]));
            assert_eq!(found, expected, "{name} from node {from} to {to}");
            led_somewhere += usize::from(found.is_some());
        }
        // Two of three pairs are of different ways of travelling, which share nothing.
        assert!(led_somewhere > 200, "{name}: {led_somewhere}");
    }
}

#[test]
fn importing_twice_gives_the_same_bytes() {
    let bytes = || {
        let mut file = Vec::new();
        grid().write(&mut file).expect("room");
        file
    };
    assert_eq!(bytes(), bytes());
}
