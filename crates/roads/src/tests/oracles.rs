//! Search, hierarchy, coverage and the tree of segments against plainer means, on random networks.

use std::sync::Arc;

use proptest::prelude::*;
use silverbell_domain::{Eta, EtaSource, LatLon, ResponderId, Travel, TravelTimes};

use super::plain::Plain;
use super::random::{map, place, travel};
use super::somebody;
use crate::geometry::Plane;
use crate::network::{NO_STOP, NONE};
use crate::{PeopleIndex, Purpose, RoadMap, Roads, Speeds};

fn people() -> impl Strategy<Value = Vec<(LatLon, Travel)>> {
    prop::collection::vec((place(), travel()), 0..40)
}

/// Everybody's time to a door by plain means, as `nearest` should give it.
fn brute(map: &RoadMap, people: &[(LatLon, Travel)], door: LatLon) -> Vec<(u64, ResponderId)> {
    let plain = Plain::new(map);
    let by_road =
        |n: usize, at: LatLon, by: Travel| plain.time_ms(at, by, door).map(|ms| (ms, somebody(n)));
    let mut all: Vec<_> =
        people.iter().enumerate().filter_map(|(n, (at, by))| by_road(n, *at, *by)).collect();
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nearest_equals_brute_force(map in map(), people in people(), moved in people(), door in place()) {
        let map = Arc::new(map);
        let mut index = PeopleIndex::new(Speeds::default(), Some(map.clone()));
        for (n, (at, by)) in people.iter().enumerate() {
            index.put(somebody(n), *by, *at);
        }
        let mut now = people.clone();
        for (n, (at, by)) in moved.iter().enumerate().take(people.len()) {
            index.put(somebody(n), *by, *at);
            now[n] = (*at, *by);
        }
        let found: Vec<(ResponderId, Eta)> = index.nearest(door).collect();
        let mut once: Vec<ResponderId> = found.iter().map(|(who, _)| *who).collect();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), people.len(), "everybody once");
        prop_assert!(found.is_sorted_by_key(|(_, eta)| eta.s));
        let by_road: Vec<(ResponderId, u32)> = found
            .iter()
            .filter(|(_, eta)| eta.source == EtaSource::Roads)
            .map(|(who, eta)| (*who, eta.s))
            .collect();
        let expected: Vec<(ResponderId, u32)> = brute(&map, &now, door)
            .into_iter()
            .filter(|(ms, _)| *ms <= u64::from(crate::HORIZON_MS))
            .map(|(ms, who)| (who, ms.div_ceil(1_000) as u32))
            .collect();
        prop_assert_eq!(by_road, expected);
        let covered = Roads::new(Speeds::default(), Some(map)).coverage(&now, &[door]);
        let (covered, first) = (covered[0], found.first().map(|(_, eta)| *eta));
        prop_assert_eq!(covered.map(|eta| eta.source), first.map(|eta| eta.source));
        // By straight line two formulas for the distance round differently: a second at the most.
        let apart = covered.zip(first).map_or(0, |(a, b)| a.s.abs_diff(b.s));
        let by_line = first.is_some_and(|eta| eta.source == EtaSource::StraightLine);
        prop_assert!(apart <= u32::from(by_line), "{:?} and {:?}", covered, first);
    }

    #[test]
    fn the_hierarchy_equals_plain_dijkstra(
        map in map(),
        from in prop::collection::vec((place(), travel()), 1..6),
        doors in prop::collection::vec(place(), 1..6),
    ) {
        let plain = Plain::new(&map);
        let matrix = map.matrix_ms(&from, &doors);
        for (row, (at, by)) in from.iter().enumerate() {
            for (column, door) in doors.iter().enumerate() {
                let expected = plain.time_ms(*at, *by, *door);
                prop_assert_eq!(map.time_ms(*at, *by, *door).map(u64::from), expected);
                prop_assert_eq!(matrix[row * doors.len() + column].map(u64::from), expected);
                let route = map.route(*at, *by, *door);
                let eta_s = route.as_ref().map(|route| u64::from(route.eta_s));
                prop_assert_eq!(eta_s, expected.map(|ms| ms.div_ceil(1_000)));
                if let Some(route) = route {
                    prop_assert_eq!((route.line[0], route.line[route.line.len() - 1]), (*at, *door));
                }
            }
        }
    }

    #[test]
    fn a_route_is_as_long_as_it_says(map in map(), from in place(), by in travel(), door in place()) {
        let Some(route) = map.route(from, by, door) else { return Ok(()) };
        let ends = [(from, Purpose::Depart), (door, Purpose::Arrive)];
        let gaps = ends.map(|(at, purpose)| map.snap(at, by, purpose).expect("a route begins there").gap_m);
        let line_m: f64 = route.line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
        let beside_m = gaps.iter().sum::<f64>() * (map.speeds().off_road.detour - 1.0);
        // Each stretch is rounded to decimetres and 65535ths.
        let allowed_m = 0.5 + route.line.len() as f64 * 0.2;
        prop_assert!((line_m + beside_m - route.distance_m).abs() < allowed_m, "{} and {}", line_m, route.distance_m);
    }

    #[test]
    fn the_nearest_edge_equals_brute_force(map in map(), at in place(), by in travel(), arrive in any::<bool>()) {
        let purpose = if arrive { Purpose::Arrive } else { Purpose::Depart };
        let tables = map.tables();
        let plane = Plane::around(at);
        let may = |edge: &u32| !arrive || tables.tags[*edge as usize][1] & NO_STOP == 0;
        let distances = tables.edges_of(by).filter(may).flat_map(|edge| {
            tables.line(edge).windows(2).map(|ends| plane.distance2_to_segment(ends[0], ends[1]).0)
        });
        let nearest_m = distances.fold(f64::INFINITY, f64::min).sqrt();
        match map.snap(at, by, purpose) {
            Some(snap) => prop_assert!((snap.gap_m - nearest_m).abs() <= 0.01 + 1e-9, "{} and {}", snap.gap_m, nearest_m),
            None => prop_assert!(nearest_m >= crate::SNAP_MAX_M, "{nearest_m} m"),
        }
    }

    #[test]
    fn everywhere_can_be_reached_from_everywhere(map in map()) {
        let plain = Plain::new(&map);
        let tables = map.tables();
        for by in Travel::ALL {
            let Some(edge) = tables.edges_of(by).next() else { continue };
            let [_, head, _, back_head] = tables.edge_nodes[edge as usize];
            prop_assert!(head != NONE || back_head != NONE);
            let start = crate::Snap { edge, along: 0, gap_m: 0.0, gap_ms: 0 };
            let reached = plain.from(start);
            for node in tables.nodes_of(by) {
                prop_assert!(reached.contains_key(&node), "node {node} is not reached");
            }
        }
    }

    #[test]
    fn other_speeds_are_those_of_a_map_opened_at_them(map in map(), from in place(), by in travel(), door in place()) {
        let mut speeds = crate::RoadSpeeds::default();
        for class in crate::RoadClass::ALL {
            speeds.set_kmh(by, class, 3.0 + class as u8 as f64).expect("a speed");
        }
        let changed = map.with_speeds(speeds.clone());
        let mut file = Vec::new();
        map.write(&mut file).expect("room");
        let opened = RoadMap::open(file, speeds).expect("a map");
        prop_assert_eq!(changed.time_ms(from, by, door), opened.time_ms(from, by, door));
    }
}
