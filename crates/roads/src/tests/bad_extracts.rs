//! Extracts good and bad, made here byte by byte.

use std::io::Cursor;

use silverbell_domain::{LatLon, Travel};
use silverbell_testkit::{Extract, frame};

use crate::{ImportError, ImportReport, Network, RoadMap, RoadSpeeds, import};

/// A crossing with four streets of about 100 m: 1 in the middle, 2 north, 3 east, 4 south, 5 west;
/// streets 12 to 15.
fn crossing() -> Extract {
    let street = vec![("highway", "residential")];
    let arm = 0.0009;
    let (lat, lon) = (24.5, 117.7);
    let at = |id, north: f64, east: f64| (id, lat + north * arm, lon + east * arm, vec![]);
    Extract {
        nodes: vec![
            at(1, 0.0, 0.0),
            at(2, 1.0, 0.0),
            at(3, 0.0, 1.0),
            at(4, -1.0, 0.0),
            at(5, 0.0, -1.0),
        ],
        ways: (2..6).map(|n| (10 + n, vec![1, n], street.clone())).collect(),
        ..Extract::default()
    }
}

fn imported(extract: &Extract) -> Result<(Network, ImportReport), ImportError> {
    import(Cursor::new(extract.to_bytes()), |_, _| {})
}

fn words(bytes: &[u8]) -> String {
    match import(Cursor::new(bytes), |_, _| {}) {
        Ok(_) => "imported".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn metres(extract: &Extract, travel: Travel) -> u32 {
    let (network, _) = imported(extract).expect("an extract");
    let map = RoadMap::new(network, RoadSpeeds::default());
    let at = |id: i64| {
        let (_, lat, lon, _) = extract.nodes.iter().find(|node| node.0 == id).expect("known");
        LatLon { lat: *lat, lon: *lon }
    };
    map.route(at(2), travel, at(3)).map_or(0, |route| route.distance_m.round() as u32)
}

#[test]
fn a_crossing_is_imported_with_dense_nodes_and_without_compressed_or_not() {
    for (dense, zlib) in [(false, false), (false, true), (true, false), (true, true)] {
        let (network, report) =
            imported(&Extract { dense, zlib, ..crossing() }).expect("an extract");
        assert_eq!(report.ways, 4);
        assert_eq!(report.parts.map(|part| (part.nodes, part.edges, part.islands)), [(5, 4, 0); 3]);
        assert!((report.parts[0].length_km - 0.38).abs() < 0.03);
        assert!(network.file_len() > 192);
    }
}

#[test]
fn progress_is_told_up_to_the_end() {
    let bytes = crossing().to_bytes();
    let mut told = Vec::new();
    import(Cursor::new(&bytes), |read, all| told.push((read, all))).expect("an extract");
    assert!(told.is_sorted() && told.len() == 2);
    assert_eq!(told.last(), Some(&(2 * bytes.len() as u64, 2 * bytes.len() as u64)));
}

#[test]
fn an_empty_file_and_one_that_is_no_pbf_are_refused_in_words() {
    assert!(words(b"").contains("is empty"));
    for other in [&b"<osm version='0.6'>"[..], b"PK\x03\x04", b"\0", b"\0\0\0\x05hello", &[0; 100]]
    {
        assert!(words(other).contains("no .osm.pbf file"), "{other:?}: {}", words(other));
    }
    // A frame of data without the header before it.
    assert!(words(&frame("OSMData", b"")).contains("no .osm.pbf file"));
}

#[test]
fn a_file_cut_off_anywhere_is_refused_in_words() {
    let bytes = crossing().to_bytes();
    let header_len =
        frame("OSMHeader", b"").len() + 2 + "OsmSchema-V0.6".len() + 2 + "DenseNodes".len();
    for len in 1..bytes.len() {
        let said = words(&bytes[..len]);
        let expected = match len {
            _ if len < 4 => "no .osm.pbf file",
            _ if len == header_len => "no roads",
            _ => "ends in the middle",
        };
        assert!(said.contains(expected), "after {len} of {} bytes: {said}", bytes.len());
    }
}

#[test]
fn a_flipped_bit_never_panics() {
    for zlib in [false, true] {
        flip_every_bit(&Extract { zlib, dense: true, ..crossing() }.to_bytes());
    }
    // Of a member whose kind nobody knows the decoder makes a panic; here it is a damaged file.
    let restriction = vec![("type", "restriction"), ("restriction", "no_u_turn")];
    let members = vec![(1, 12, "from"), (0, 1, "via"), (1, 13, "to")];
    flip_every_bit(&Extract { relations: vec![(members, restriction)], ..crossing() }.to_bytes());
}

fn flip_every_bit(bytes: &[u8]) {
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << bit;
            drop(words(&flipped));
        }
    }
}

#[test]
fn an_extract_without_roads_is_refused_in_words() {
    let mut extract = crossing();
    extract.ways.iter_mut().for_each(|way| way.2 = vec![("building", "yes")]);
    assert!(words(&extract.to_bytes()).contains("no roads"));
}

#[test]
fn a_part_of_the_format_that_is_not_known_is_named() {
    let extract = Extract { features: vec!["HistoricalInformation"], ..crossing() };
    assert!(words(&extract.to_bytes()).contains("needs HistoricalInformation"));
}

#[test]
fn a_node_off_the_globe_is_named() {
    let mut extract = crossing();
    extract.nodes[2].1 = 123.0;
    let said = words(&extract.to_bytes());
    assert!(said.contains("node 3") && said.contains("not on the globe"), "{said}");
    // One that no road needs is not looked at.
    extract.nodes[2].1 = 24.5;
    extract.nodes.push((99, 200.0, 300.0, vec![]));
    assert_eq!(words(&extract.to_bytes()), "imported");
}

#[test]
fn a_way_is_cut_where_a_node_is_missing() {
    let mut extract = crossing();
    extract.ways.push((20, vec![2, 98, 99, 3, 4], vec![("highway", "residential")]));
    let (_, report) = imported(&extract).expect("an extract");
    assert_eq!((report.missing_nodes, report.ways_cut), (2, 1));
    assert_eq!(report.parts[0].edges, 5, "of the long way 3–4 is left");
}

#[test]
fn a_turn_restriction_binds_and_those_that_cannot_are_counted() {
    let mut extract = crossing();
    let no_left =
        vec![("type", "restriction"), ("restriction", "no_left_turn"), ("except", "bicycle")];
    let members = vec![(1, 12, "from"), (0, 1, "via"), (1, 13, "to")];
    // A way round: 4–3.
    extract.ways.push((20, vec![4, 3], vec![("highway", "residential")]));
    let straight = metres(&extract, Travel::Car);
    extract.relations.push((members, no_left.clone()));
    extract.relations.push((vec![(1, 12, "from"), (1, 14, "via"), (1, 13, "to")], no_left.clone()));
    extract.relations.push((vec![(1, 12, "from"), (0, 1, "via"), (1, 77, "to")], no_left));
    let (_, report) = imported(&extract).expect("an extract");
    assert_eq!((report.turns_applied, report.turns_skipped), (1, 2));
    assert!(metres(&extract, Travel::Car) > straight + 100);
    assert_eq!(metres(&extract, Travel::Ebike), straight);
}

#[test]
fn a_bollard_at_a_crossing_stops_cars_and_a_locked_gate_everybody() {
    let mut extract = crossing();
    extract.ways.push((20, vec![2, 3], vec![("highway", "residential")]));
    extract.nodes[0].3 = vec![("barrier", "bollard")];
    let (_, report) = imported(&extract).expect("an extract");
    assert_eq!(report.parts.map(|part| part.edges), [5, 5, 3]);
    extract.nodes[0].3 = vec![("barrier", "gate"), ("locked", "yes")];
    let (_, report) = imported(&extract).expect("an extract");
    assert_eq!(report.parts.map(|part| part.edges), [3; 3]);
}

#[test]
fn private_ground_is_entered_at_the_end_and_not_cut_through() {
    // 2–1–3 is private, 2–6–3 a public way that is a little longer.
    let mut extract = crossing();
    extract.nodes.push((6, 24.501, 117.701, vec![]));
    extract.ways.push((20, vec![2, 6, 3], vec![("highway", "residential")]));
    let round = metres(&extract, Travel::Car);
    for way in &mut extract.ways[..2] {
        way.2 = vec![("highway", "residential"), ("access", "private")];
    }
    let (network, _) = imported(&extract).expect("an extract");
    let map = RoadMap::new(network, RoadSpeeds::default());
    let at = |lat, lon| LatLon { lat, lon };
    let (north, inside) = (at(24.5009, 117.7), at(24.5002, 117.7));
    let in_s = map.time_ms(north, Travel::Car, inside).expect("it may be entered") / 1_000;
    assert!((30 + 12..30 + 17).contains(&in_s), "{in_s} s: 30 s at its edge and 78 m");
    assert!(metres(&extract, Travel::Car) >= round);
    assert_eq!(imported(&extract).expect("an extract").1.parts[0].edges, 5);
}
