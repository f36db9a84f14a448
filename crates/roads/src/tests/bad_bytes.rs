//! Maps with flipped, missing and lying bytes.

use silverbell_domain::{LatLon, Travel};

use crate::network::{MapError, Parts};
use crate::{Network, NetworkBuilder, RoadClass, RoadMap, RoadSpeeds, WayUse};

fn file() -> Vec<u8> {
    let mut builder = NetworkBuilder::new();
    let at = |lat, lon| LatLon { lat, lon };
    let nodes = [at(24.5, 117.7), at(24.501, 117.7), at(24.501, 117.701), at(24.5, 117.701)]
        .map(|place| builder.node(place));
    builder.way(&[nodes[0], nodes[1], nodes[2]], WayUse::open(RoadClass::Residential));
    builder.way(&[nodes[2], nodes[3], nodes[0]], WayUse::open(RoadClass::Primary));
    let mut file = Vec::new();
    builder.build().expect("roads").0.write(&mut file).expect("room");
    file
}

#[test]
fn a_map_that_was_written_is_read() {
    let file = file();
    let map = RoadMap::open(file.clone(), RoadSpeeds::default()).expect("a map");
    let mut again = Vec::new();
    map.write(&mut again).expect("room");
    assert_eq!(again, file);
    let [a, b] = map.bounds().expect("roads");
    assert_eq!((a, b), (LatLon { lat: 24.5, lon: 117.7 }, LatLon { lat: 24.501, lon: 117.701 }));
}

#[test]
fn every_flipped_byte_is_found() {
    let file = file();
    for at in 0..file.len() {
        let mut flipped = file.clone();
        flipped[at] ^= 0x10;
        let error = Network::open(flipped).expect_err("a flipped byte");
        let expected = match at {
            0..8 => matches!(error, MapError::NotAMap),
            8..12 => matches!(error, MapError::OtherVersion { .. }),
            16..24 => matches!(error, MapError::WrongLength { .. }),
            _ => matches!(error, MapError::Damaged { .. }),
        };
        assert!(expected, "byte {at}: {error}");
    }
}

#[test]
fn a_map_cut_off_anywhere_is_refused_in_words() {
    let file = file();
    for len in 0..file.len() {
        let error = Network::open(file[..len].to_vec()).expect_err("a piece of a map");
        let said = error.to_string();
        let expected = if len < 8 { "no road map" } else { "not copied whole" };
        assert!(said.contains(expected), "after {len} bytes: {said}");
    }
    let mut longer = file;
    longer.push(0);
    assert!(matches!(Network::open(longer), Err(MapError::WrongLength { .. })));
}

#[test]
fn bytes_at_an_odd_address_are_read_all_the_same() {
    struct Shifted(Vec<u8>);
    impl AsRef<[u8]> for Shifted {
        fn as_ref(&self) -> &[u8] {
            &self.0[1..]
        }
    }
    let shifted = |file: &[u8]| Shifted([&[0], file].concat());
    assert!(Network::open(shifted(&file())).is_ok());
    for missing in 1..4 {
        let file = file();
        let cut = shifted(&file[..file.len() - missing]);
        assert!(matches!(Network::open(cut), Err(MapError::WrongLength { .. })));
    }
}

/// A square for walkers, as the builder would make it, to be spoilt.
fn parts() -> Parts {
    Parts {
        node_base: [0, 2, 2, 2],
        edge_base: [0, 2, 2, 2],
        node_point: vec![[245_000_000, 1_177_000_000], [245_010_000, 1_177_000_000]],
        order: vec![0, 1],
        edge_nodes: vec![[0, 1, 1, 0]; 2],
        length_dm: vec![1_112; 2],
        tags: vec![[7, 0, 0, 0]; 2],
        first_point: vec![0, 2, 4],
        points: vec![
            [245_000_000, 1_177_000_000],
            [245_010_000, 1_177_000_000],
            [245_000_000, 1_177_000_000],
            [245_010_000, 1_177_000_000],
        ],
        turns: vec![[0, 1]],
    }
}

fn said(spoil: impl FnOnce(&mut Parts)) -> String {
    let mut parts = parts();
    spoil(&mut parts);
    Network::open(parts.into_file()).map_or_else(|error| error.to_string(), |_| "opened".to_owned())
}

#[test]
fn numbers_that_lie_are_found_though_the_checksum_is_right() {
    assert_eq!(said(|_| ()), "opened");
    let lies: [fn(&mut Parts); 24] = [
        |parts| parts.node_base[1] = 3,
        |parts| parts.node_base = [0, 2, 1, 2],
        |parts| parts.node_base[0] = 1,
        |parts| parts.edge_base[3] = 1,
        |parts| parts.edge_base = [0, 0, 2, 2],
        |parts| parts.order = vec![0, 0],
        |parts| parts.order = vec![0, 2],
        |parts| parts.order = vec![0],
        |parts| parts.edge_nodes[1] = [0, 2, 1, 0],
        |parts| parts.edge_nodes[1] = [0, u32::MAX, 1, 0],
        |parts| parts.edge_nodes[1] = [u32::MAX; 4],
        |parts| parts.edge_nodes.push([0, 1, 1, 0]),
        |parts| parts.length_dm.clear(),
        |parts| parts.tags[0][0] = 17,
        |parts| parts.tags[0][2] = 8,
        |parts| parts.tags[1][3] = 255,
        |parts| parts.first_point = vec![0, 3, 4],
        |parts| parts.first_point = vec![0, 2, 3],
        |parts| parts.first_point = vec![0, u32::MAX, 4],
        |parts| parts.first_point = vec![1, 2, 4],
        |parts| parts.points[3] = [900_000_001, 0],
        |parts| parts.node_point[1] = [0, -1_800_000_001],
        |parts| parts.turns[0] = [0, 2],
        |parts| *parts = Parts { first_point: vec![0], ..Parts::default() },
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let said = said(lie);
        assert!(said.contains("contradicts itself"), "lie {number}: {said}");
    }
}

#[test]
fn offsets_that_lie_are_found_though_the_checksum_is_right() {
    let file = file();
    for field in (56..184).step_by(8) {
        for value in [1, u64::from(u32::MAX), u64::MAX, u64::MAX - 63, 1 << 63] {
            let mut lying = file.clone();
            lying[field..field + 8].copy_from_slice(&value.to_le_bytes());
            let checksum = crc32fast::hash(&lying[16..]);
            lying[12..16].copy_from_slice(&checksum.to_le_bytes());
            let error = Network::open(lying).expect_err("a lie");
            assert!(matches!(error, MapError::Contradiction { .. }), "{field} {value}: {error}");
        }
    }
}

#[test]
fn a_map_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let map = RoadMap::open(file(), RoadSpeeds::default()).expect("a map");
    shared(&map);
    let (from, to) = (LatLon { lat: 24.5, lon: 117.7 }, LatLon { lat: 24.501, lon: 117.701 });
    let expected = map.time_ms(from, Travel::Car, to);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                (0..200).for_each(|_| assert_eq!(map.time_ms(from, Travel::Car, to), expected))
            });
        }
    });
}
