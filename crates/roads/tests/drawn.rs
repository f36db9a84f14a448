//! What the roads say, on streets that can be seen. A metre a second on foot, 4 by e-bike, 8 by car;
//! 10 s at a gate.

#![expect(clippy::expect_used, reason = "a test may")]

use silverbell_domain::{EtaSource, LatLon, ResponderId, Travel, TravelTimes};
use silverbell_roads::{HORIZON_MS, PeopleIndex, Roads, Speeds};
use silverbell_testkit::{DrawnRoads, RoadDrawing};

use Travel::{Car, Ebike, Walk};

fn somebody(n: usize) -> ResponderId {
    format!("00000000-0000-7000-8000-{n:012}").parse().expect("a UUID")
}

/// Puts people at places, numbered from 1, and returns who comes to a door: number and seconds.
fn nearest(roads: &DrawnRoads, people: &[(char, Travel)], door: LatLon) -> Vec<(usize, u32)> {
    let places: Vec<_> = people.iter().map(|(at, travel)| (roads.at(*at), *travel)).collect();
    nearest_at(roads, &places, door)
}

fn nearest_at(roads: &DrawnRoads, people: &[(LatLon, Travel)], door: LatLon) -> Vec<(usize, u32)> {
    let mut index = PeopleIndex::new(Speeds::default(), Some(roads.map.clone()));
    for (n, (at, travel)) in (1..).zip(people) {
        index.put(somebody(n), *travel, *at);
    }
    let number =
        |who: ResponderId| (1..=people.len()).find(|n| somebody(*n) == who).expect("known");
    let found: Vec<(usize, u32)> =
        index.nearest(door).map(|(who, eta)| (number(who), eta.s)).collect();
    for ((n, s), (_, eta)) in found.iter().zip(index.nearest(door)) {
        let (at, travel) = people[n - 1];
        if eta.source == EtaSource::Roads {
            assert_eq!(index.eta(at, travel, door).s, *s, "the hierarchy and the search agree");
        }
    }
    let covered = Roads::new(Speeds::default(), Some(roads.map.clone())).coverage(people, &[door]);
    assert_eq!(covered[0].map(|eta| eta.s), found.first().map(|(_, s)| *s), "coverage agrees");
    found
}

/// Within a second: lengths are rounded to decimetres, points to centimetres.
fn assert_near(found: Option<u32>, expected_s: u32) {
    let found = found.expect("on the map");
    assert!(found.abs_diff(expected_s) <= 1, "{found} s, not {expected_s} s");
}

#[test]
fn a_street_takes_its_length() {
    let roads = DrawnRoads::drawn(100.0, "A----B");
    assert_near(roads.seconds('A', Walk, 'B'), 500);
    assert_near(roads.seconds('A', Ebike, 'B'), 125);
    assert_near(roads.seconds('B', Car, 'A'), 63);
}

#[test]
fn a_one_way_street_sends_cars_round_the_block_and_walkers_straight() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A>>>>B
        |    |
        +----+
        ",
    );
    assert_near(roads.seconds('A', Car, 'B'), 63);
    assert_near(roads.seconds('B', Car, 'A'), 900 / 8);
    assert_near(roads.seconds('B', Walk, 'A'), 500);
}

#[test]
fn who_has_just_passed_the_door_in_a_one_way_street_goes_round() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A>>>>B
        |    |
        +----+
        ",
    );
    let (before, door, after) =
        (roads.between('A', 'B', 0.2), roads.between('A', 'B', 0.5), roads.between('A', 'B', 0.8));
    let found = nearest_at(&roads, &[(before, Car), (after, Car), (after, Walk)], door);
    assert_eq!(found.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 3, 2]);
    assert_near(Some(found[0].1), 150 / 8);
    assert_near(Some(found[1].1), 150);
    assert_near(Some(found[2].1), (1_400 - 150) / 8);
}

#[test]
fn the_river_is_crossed_at_the_bridge() {
    // From S straight over the river it is 300 m to 1; over the bridge on the right it is 1,300 m.
    let roads = DrawnRoads::drawn(
        100.0,
        "
        S----+
             |
             |
        1----+
        |
        2
        ",
    );
    assert_near(roads.seconds('1', Walk, 'S'), 1_300);
    let found = nearest(&roads, &[('1', Walk), ('2', Ebike)], roads.at('S'));
    assert_eq!(found.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 1]);
    assert_near(Some(found[0].1), 375);
}

#[test]
fn a_dead_end_is_left_the_way_one_came() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A---+---B
            |
            D
        ",
    );
    assert_near(roads.seconds('D', Car, 'A'), 600 / 8);
    assert_near(roads.seconds('A', Car, 'D'), 600 / 8);
}

#[test]
fn a_gate_holds_one_up_once_each_way() {
    let roads = DrawnRoads::drawn(100.0, "A--#--B");
    for travel in Travel::ALL {
        let open = 600.0 / silverbell_testkit::metres_per_second(travel);
        assert_near(roads.seconds('A', travel, 'B'), open as u32 + 10);
        assert_near(roads.seconds('B', travel, 'A'), open as u32 + 10);
    }
}

#[test]
fn a_bollard_stops_cars_only() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A--%--B
        |     |
        +-----+
        ",
    );
    assert_near(roads.seconds('A', Ebike, 'B'), 150);
    assert_near(roads.seconds('A', Car, 'B'), 1_000 / 8);
    // A car gets as near as the bollard from both sides.
    let found = nearest(&roads, &[('A', Car), ('B', Car)], roads.between('A', 'B', 0.4));
    assert_near(Some(found[0].1), 30);
}

#[test]
fn a_roundabout_is_driven_one_way() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
            N
            |
        +<<<+
        v   ^
        v   ^
        +>>>+
        |
        S
        ",
    );
    // From the south along the lower and the right side; back along the upper and the left side.
    assert_near(roads.seconds('S', Car, 'N'), (200 + 400 + 300 + 200) / 8);
    assert_near(roads.seconds('N', Car, 'S'), (200 + 400 + 300 + 200) / 8);
}

#[test]
fn a_way_that_returns_to_its_start_is_gone_round_the_shorter_way() {
    // One stretch of road from L round to L: an edge that begins and ends at the same node.
    let mut builder = silverbell_roads::NetworkBuilder::new();
    let at = |lat: f64, lon: f64| LatLon { lat, lon };
    let (m, corner) = (1e-5, at(24.5, 117.7));
    let points = [(0.0, 0.0), (0.0, 100.0), (100.0, 100.0), (100.0, 0.0)];
    let places = points.map(|(x, y)| at(corner.lat + y * m, corner.lon + x * m));
    let ring = places.map(|place| builder.node(place));
    let open = silverbell_roads::WayUse::open(silverbell_roads::RoadClass::Residential);
    builder.way(&[ring[0], ring[1], ring[2], ring[3], ring[0]], open);
    let far = builder.node(at(corner.lat - 200.0 * m, corner.lon));
    builder.way(&[ring[0], far], open);
    let (network, report) = builder.build().expect("roads");
    assert_eq!(report.parts[0].edges, 2);
    let map = silverbell_roads::RoadMap::new(network, silverbell_testkit::round_speeds());
    let half = map.time_ms(places[2], Walk, places[0]).expect("on the map");
    assert!((210_000..=215_000).contains(&half), "{half} ms: half of the ring");
    let side = map.time_ms(places[3], Walk, places[0]).expect("on the map");
    assert!((100_000..=103_000).contains(&side), "{side} ms: one side, not three");
    let sides = map.time_ms(places[1], Walk, places[3]).expect("on the map");
    assert!((210_000..=215_000).contains(&sides), "{sides} ms: over the start");
}

#[test]
fn a_door_between_two_carriageways_is_reached_from_the_nearer_one() {
    let map = "
        A<<<<<<<<<B
        |         |
        C>>>>>>>>>D
        ";
    let roads = DrawnRoads::drawn(20.0, map);
    let (upper, lower) = (roads.between('A', 'B', 0.5), roads.between('C', 'D', 0.5));
    let door = |part: f64| LatLon { lat: upper.lat + (lower.lat - upper.lat) * part, ..upper };
    // 200 m along, 40 m across. Nearer to the upper: who comes from C turns round at D and B.
    let found = nearest(&roads, &[('C', Car)], door(0.3));
    assert_near(Some(found[0].1), (200 + 40 + 100) / 8 + 12);
    // Nearer to the lower: straight there.
    let found = nearest(&roads, &[('C', Car)], door(0.7));
    assert_near(Some(found[0].1), 100 / 8 + 12);
}

#[test]
fn a_senior_in_the_middle_of_a_park_is_reached_on_foot_from_the_road() {
    let roads = DrawnRoads::drawn(
        50.0,
        "
        A-------B
        |       |
        |   P   |
        |       |
        |       |
        +-------+
        ",
    );
    // The nearest road is the upper one, 100 m away, in its middle.
    assert_near(roads.seconds('A', Car, 'P'), 200 / 8 + 100);
    assert_near(roads.seconds('A', Walk, 'P'), 200 + 100);
    let found = nearest(&roads, &[('A', Car), ('B', Walk)], roads.at('P'));
    assert_eq!(found.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_forbidden_turn_is_not_made_and_binds_only_whom_it_names() {
    let drawing = || {
        RoadDrawing::new(
            100.0,
            "
            A---B---C
            |   |   |
            +---D---+
            ",
        )
    };
    let free = drawing().build();
    assert_near(free.seconds('A', Car, 'D'), 600 / 8);
    let ruled = drawing().no_turn('A', 'B', 'D', &[Car]).build();
    assert_eq!(ruled.report.turns_applied, 1);
    let round =
        nearest_at(&ruled, &[(ruled.between('A', 'B', 0.5), Car)], ruled.between('B', 'D', 0.5));
    // Half of A–B back, down, along, up half of B–D: 200 + 200 + 400 + 100; or on to C and round.
    assert_near(Some(round[0].1), 900 / 8);
    let ebike =
        ruled.map.time_ms(ruled.between('A', 'B', 0.5), Ebike, ruled.between('B', 'D', 0.5));
    assert_near(ebike.map(|ms| ms / 1_000), 300 / 4);
}

#[test]
fn a_prescribed_turn_forbids_all_others() {
    let drawing = RoadDrawing::new(
        100.0,
        "
        A>>>B---C
            |   |
            D---+
        |
        ",
    );
    let drawing = drawing.only_turn('A', 'B', 'D', &[Car, Ebike]);
    let roads = drawing.build();
    // A leads in one way only, so it is no part of the town for vehicles; for walkers it is.
    assert_near(roads.seconds('A', Walk, 'C'), 800);
    let roads = RoadDrawing::new(
        100.0,
        "
        A---B---C
            |   |
            D---+
        ",
    )
    .only_turn('A', 'B', 'D', &[Car])
    .build();
    assert_near(roads.seconds('A', Car, 'C'), (400 + 200 + 400 + 200) / 8);
    assert_near(roads.seconds('C', Car, 'A'), 800 / 8);
    assert_near(roads.seconds('A', Ebike, 'C'), 800 / 4);
}

#[test]
fn of_two_streets_between_the_same_crossings_the_shorter_is_taken() {
    let mut builder = silverbell_roads::NetworkBuilder::new();
    let at = |lat: f64, lon: f64| LatLon { lat, lon };
    let places = [at(24.5, 117.7), at(24.5, 117.71), at(24.503, 117.705)];
    let [a, b, top] = places.map(|place| builder.node(place));
    let open = silverbell_roads::WayUse::open(silverbell_roads::RoadClass::Residential);
    builder.way(&[a, top, b], open);
    builder.way(&[a, b], open);
    let (network, _) = builder.build().expect("roads");
    let map = silverbell_roads::RoadMap::new(network, silverbell_testkit::round_speeds());
    let route = map.route(places[0], Walk, places[1]).expect("a way");
    assert!((f64::from(route.eta_s) - places[0].distance_m(places[1])).abs() < 2.0);
    assert_eq!(route.line.len(), 2, "straight, not over the top: {:?}", route.line);
}

#[test]
fn who_is_exactly_at_the_door_is_there_at_once() {
    let roads = DrawnRoads::drawn(100.0, "A----B");
    let door = roads.between('A', 'B', 0.3);
    assert_eq!(nearest_at(&roads, &[(door, Walk), (roads.at('A'), Car)], door)[0], (1, 0));
    // At a crossing, too, whatever the streets that meet there.
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A>>>B
        ^   v
        D<<<C
        ",
    );
    for corner in ['A', 'B', 'C', 'D'] {
        for travel in Travel::ALL {
            let found = nearest(&roads, &[(corner, travel)], roads.at(corner));
            assert!(found[0].1 <= 1, "{corner} {travel:?}: {} s", found[0].1);
        }
    }
}

#[test]
fn a_car_outruns_a_walker_who_is_nearer() {
    let roads = DrawnRoads::drawn(100.0, "1--S-----2");
    let found = nearest(&roads, &[('1', Walk), ('2', Car)], roads.at('S'));
    assert_eq!(found.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn who_is_off_the_map_comes_in_by_straight_line_and_says_so() {
    let roads = DrawnRoads::drawn(
        200.0,
        "
        1---------S



        O
        ",
    );
    // O is 800 m from the road: farther than a place may be from one.
    let mut index = PeopleIndex::new(Speeds::default(), Some(roads.map.clone()));
    index.put(somebody(1), Walk, roads.at('1'));
    index.put(somebody(2), Car, roads.at('O'));
    let found: Vec<_> = index.nearest(roads.at('S')).collect();
    assert_eq!(found[0].0, somebody(2));
    assert_eq!(found[0].1, Speeds::default().eta(roads.at('O'), Car, roads.at('S')));
    assert_eq!((found[1].0, found[1].1.source), (somebody(1), EtaSource::Roads));
    // A door off the map: everybody by straight line.
    let found: Vec<_> = index.nearest(roads.at('O')).collect();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(_, eta)| eta.source == EtaSource::StraightLine));
}

#[test]
fn nobody_is_left_out_who_is_farther_than_an_hour() {
    // 60 cells of 100 m there and back: 12 km on foot. The straight line across is 400 m.
    let long = "-".repeat(60);
    let roads = DrawnRoads::drawn(
        100.0,
        &format!("S{long}+\n{s}|\n{s}|\n{s}|\n1{long}+", s = " ".repeat(61)),
    );
    let mut index = PeopleIndex::new(Speeds::default(), Some(roads.map.clone()));
    index.put(somebody(1), Walk, roads.at('1'));
    index.put(somebody(2), Car, roads.at('1'));
    let found: Vec<_> = index.nearest(roads.at('S')).collect();
    assert_eq!(found.iter().map(|(who, _)| *who).collect::<Vec<_>>(), [somebody(2), somebody(1)]);
    assert_eq!(found[1].1.source, EtaSource::StraightLine);
    assert_eq!(found[1].1.s, HORIZON_MS / 1_000, "an hour at the least, whatever the line says");
    // Asked for by itself, the time is known exactly.
    let eta = index.eta(roads.at('1'), Walk, roads.at('S'));
    assert_eq!(eta.source, EtaSource::Roads);
    assert_near(Some(eta.s), 12_600);
}

#[test]
fn a_move_changes_who_is_nearest_and_who_left_is_not_found() {
    let roads = DrawnRoads::drawn(100.0, "1----S----2");
    let mut index = PeopleIndex::new(Speeds::default(), Some(roads.map.clone()));
    let first = |index: &PeopleIndex| index.nearest(roads.at('S')).next().map(|(who, _)| who);
    index.put(somebody(1), Walk, roads.at('1'));
    index.put(somebody(2), Walk, roads.between('S', '2', 0.5));
    assert_eq!(first(&index), Some(somebody(2)));
    index.put(somebody(1), Walk, roads.between('1', 'S', 0.9));
    assert_eq!(first(&index), Some(somebody(1)));
    index.remove(somebody(1));
    assert_eq!(first(&index), Some(somebody(2)));
    index.remove(somebody(2));
    assert_eq!(first(&index), None);
    // On another map everybody is still there.
    index.put(somebody(1), Walk, roads.at('1'));
    index.set_map(None);
    assert_eq!(
        index.nearest(roads.at('S')).next().map(|(_, eta)| eta.source),
        Some(EtaSource::StraightLine)
    );
    index.set_map(Some(roads.map.clone()));
    assert_eq!(
        index.nearest(roads.at('S')).next().map(|(_, eta)| eta.source),
        Some(EtaSource::Roads)
    );
}

#[test]
fn a_route_follows_the_streets_from_end_to_end() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A>>>>B
        |    |
        +----C
        ",
    );
    let (from, to) = (roads.between('A', 'B', 0.5), roads.at('A'));
    let route = roads.map.route(from, Car, to).expect("a way");
    assert_eq!((route.line[0], route.line[route.line.len() - 1]), (from, to));
    let along: f64 = route.line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
    assert!((along - 1_150.0).abs() < 5.0, "the line is {along} m long");
    assert!((route.distance_m - along).abs() < 5.0);
    let eta = Roads::new(Speeds::default(), Some(roads.map.clone())).eta(from, Car, to);
    assert_eq!(route.eta_s, eta.s);
    assert!(roads.map.route(from, Car, LatLon { lat: 25.0, lon: 117.7 }).is_none(), "off the map");
}

#[test]
fn other_speeds_need_no_new_import() {
    let roads = DrawnRoads::drawn(100.0, "A----B");
    let mut slower = roads.map.speeds().clone();
    for class in silverbell_roads::RoadClass::ALL {
        slower.set_kmh(Car, class, 14.4).expect("a speed");
    }
    let slower = roads.map.with_speeds(slower);
    let ms = |map: &silverbell_roads::RoadMap| map.time_ms(roads.at('A'), Car, roads.at('B'));
    assert_near(ms(&roads.map).map(|ms| ms / 1_000), 62);
    assert_near(ms(&slower).map(|ms| ms / 1_000), 125);
}

#[test]
fn reach_names_points_along_streets_with_their_seconds() {
    let roads = DrawnRoads::drawn(100.0, "A---------B");
    let travel_times = Roads::new(Speeds::default(), Some(roads.map.clone()));
    let reached = travel_times.reach(&[(roads.at('A'), Walk)], 450);
    let farthest = reached.iter().map(|(at, _)| roads.at('A').distance_m(*at)).fold(0.0, f64::max);
    assert!((farthest - 450.0).abs() < 1.0, "{farthest} m in 450 s");
    assert!(
        reached.iter().all(|(at, s)| (roads.at('A').distance_m(*at) - f64::from(*s)).abs() < 2.0)
    );
    assert!(Roads::new(Speeds::default(), None).reach(&[(roads.at('A'), Walk)], 450).is_empty());
}

#[test]
fn islands_are_dropped_and_counted() {
    let roads = DrawnRoads::drawn(
        100.0,
        "
        A---B---C

        D-E
        ",
    );
    let report = roads.report.parts[Walk as usize];
    assert_eq!((report.nodes, report.islands, report.nodes_dropped), (3, 1, 2));
    // Who lives there is reached over the ground from the nearest road that can be reached.
    assert_near(roads.seconds('A', Walk, 'D'), 200);
}
