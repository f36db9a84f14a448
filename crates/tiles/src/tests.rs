//! Extracts in, tiles out; a decoder of tiles that knows just enough stands beneath.

use std::collections::BTreeMap;
use std::io::Cursor;

use pmtiles::TileCoord;
use silverbell_testkit::Extract;

use crate::world::EXTENT;
use crate::*;

const AT: (f64, f64) = (24.5, 117.7);

/// About a hundred metres.
const STEP: f64 = 0.001;

/// A town: a main road with a name, a lane, a pond with an island, a house, and the town's name.
fn town() -> Extract {
    let at = |id, north: f64, east: f64, tags| (id, AT.0 + north * STEP, AT.1 + east * STEP, tags);
    Extract {
        nodes: vec![
            at(1, 0.0, 0.0, vec![]),
            at(2, 0.0, 30.0, vec![]),
            at(3, 5.0, 0.0, vec![]),
            at(10, 10.0, 10.0, vec![]),
            at(11, 10.0, 20.0, vec![]),
            at(12, 20.0, 20.0, vec![]),
            at(13, 20.0, 10.0, vec![]),
            at(20, 14.0, 14.0, vec![]),
            at(21, 14.0, 16.0, vec![]),
            at(22, 16.0, 15.0, vec![]),
            at(30, 1.0, 1.0, vec![]),
            at(31, 1.0, 1.3, vec![]),
            at(32, 1.3, 1.3, vec![]),
            at(40, 2.0, 2.0, vec![("place", "town"), ("name", "步文"), ("name:en", "Buwen")]),
        ],
        ways: vec![
            (
                100,
                vec![1, 2],
                vec![
                    ("highway", "primary"),
                    ("name", "水仙大街"),
                    ("ref", "G319"),
                    ("bridge", "yes"),
                ],
            ),
            (101, vec![1, 3], vec![("highway", "residential"), ("name", "一巷")]),
            (102, vec![10, 11, 12], vec![]),
            (103, vec![12, 13, 10], vec![]),
            (104, vec![20, 21, 22, 20], vec![]),
            (105, vec![30, 31, 32, 30], vec![("building", "yes")]),
        ],
        relations: vec![(
            vec![(1, 102, "outer"), (1, 103, "outer"), (1, 104, "inner")],
            vec![("type", "multipolygon"), ("natural", "water"), ("name", "南湖")],
        )],
        dense: true,
        zlib: true,
        ..Extract::default()
    }
}

fn drawing(extract: &Extract) -> Drawing {
    read_extract(Cursor::new(extract.to_bytes()), |_, _| {}).expect("an extract")
}

fn archive(drawing: &Drawing) -> Vec<u8> {
    let mut to = Cursor::new(Vec::new());
    write(drawing, &mut to).expect("written");
    to.into_inner()
}

/// Every tile of a drawing, by zoom, column and row.
fn tiles(drawing: &Drawing) -> BTreeMap<(u8, u32, u32), Vec<Told>> {
    let mut tiles = BTreeMap::new();
    pyramid::each_tile(drawing, |at, pieces| {
        let bytes = encode::tile(at, pieces, drawing)?;
        let before = tiles.insert((at.z(), at.x(), at.y()), decode::tile(&bytes));
        assert!(before.is_none(), "a tile is made once");
        Ok(())
    })
    .expect("tiles");
    tiles
}

/// A feature as a tile tells it.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    layer: String,
    tags: BTreeMap<String, String>,
    /// Lines or rings, from the corner of the tile.
    parts: Vec<Vec<(i32, i32)>>,
}

/// Returns what is told of a kind at a zoom, with where it is from the corner of the map.
fn told(drawing: &Drawing, zoom: u8, kind: &str) -> Vec<((u8, u32, u32), Told)> {
    let all = tiles(drawing).into_iter().filter(|((z, ..), _)| *z == zoom);
    let all = all.flat_map(|(at, told)| told.into_iter().map(move |told| (at, told)));
    all.filter(|(_, told)| told.tags["kind"] == kind).collect()
}

#[test]
fn roads_appear_by_class_with_their_names() {
    let town = drawing(&town());
    for (zoom, kinds) in [(6, 0), (7, 0), (8, 1), (11, 1), (12, 2)] {
        let roads: std::collections::BTreeSet<String> = ["major_road", "minor_road"]
            .iter()
            .flat_map(|kind| told(&town, zoom, kind))
            .map(|(_, told)| told.tags["kind_detail"].clone())
            .collect();
        assert_eq!(roads.len(), kinds, "at zoom {zoom}: {roads:?}");
    }
    let (_, road) = &told(&town, 14, "major_road")[0];
    assert_eq!(road.layer, "roads");
    for (key, value) in
        [("name", "水仙大街"), ("ref", "G319"), ("kind_detail", "primary"), ("is_bridge", "true")]
    {
        assert_eq!(road.tags[key], value);
    }
    assert!(!told(&town, 8, "major_road")[0].1.tags.contains_key("name"), "no room for it yet");
}

#[test]
fn a_road_through_many_tiles_is_in_each_of_them_and_meets_itself_at_their_edges() {
    let parts = told(&drawing(&town()), 15, "major_road");
    assert!(parts.len() > 2, "three kilometres");
    let (mut from, mut to) = (f64::MAX, f64::MIN);
    for ((_, x, _), told) in &parts {
        for (px, _) in told.parts.concat() {
            assert!((-64..=EXTENT as i32 + 64).contains(&px), "within the buffer: {px}");
            let east = f64::from(*x) + f64::from(px) / EXTENT;
            (from, to) = (from.min(east), to.max(east));
        }
    }
    let wide = 30.0 * STEP / 360.0 * f64::from(1_u32 << 15);
    assert!((to - from - wide).abs() < 0.001, "{} instead of {wide}", to - from);
}

#[test]
fn a_pond_is_joined_of_its_ways_and_keeps_its_island() {
    let ponds = told(&drawing(&town()), 12, "water");
    let with_island: Vec<_> = ponds.iter().filter(|(_, told)| told.parts.len() == 2).collect();
    assert!(!with_island.is_empty(), "{ponds:?}");
    for (_, told) in with_island {
        let area = |ring: &[(i32, i32)]| -> i64 {
            let next = ring.iter().cycle().skip(1);
            ring.iter()
                .zip(next)
                .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
                .sum()
        };
        assert!(area(&told.parts[0]) > 0 && area(&told.parts[1]) < 0, "outside and inside");
    }
}

#[test]
fn a_name_of_a_place_stands_in_one_tile_of_each_zoom() {
    let town = drawing(&town());
    for zoom in 9..=MAX_ZOOM {
        let places = told(&town, zoom, "locality");
        assert_eq!(places.len(), 1, "at zoom {zoom}");
        assert_eq!(places[0].1.tags["name"], "步文");
        assert_eq!(places[0].1.tags["name:en"], "Buwen");
    }
    assert!(told(&town, 8, "locality").is_empty());
}

#[test]
fn houses_are_drawn_from_near() {
    let town = drawing(&town());
    assert_eq!(told(&town, 13, "building").len(), 0);
    let house = &told(&town, 15, "building")[0].1;
    assert_eq!((house.parts.len(), house.parts[0].len()), (1, 3));
}

#[test]
fn the_same_extract_gives_the_same_bytes() {
    let (once, twice) = (archive(&drawing(&town())), archive(&drawing(&town())));
    assert!(once == twice && once.len() > 1_000);
    let plain = Extract { dense: false, zlib: false, ..town() };
    assert!(archive(&drawing(&plain)) == once, "however the extract was packed");
}

#[test]
fn tiles_come_in_the_order_of_the_archive() {
    let town = drawing(&town());
    let mut ids: Vec<u64> = Vec::new();
    pyramid::each_tile(&town, |at: TileCoord, _| {
        ids.push(pmtiles::TileId::from(at).value());
        Ok(())
    })
    .expect("tiles");
    assert!(ids.is_sorted() && ids.len() > 20, "{ids:?}");
}

#[test]
fn an_archive_says_what_it_is() {
    let about = inspect(Cursor::new(archive(&drawing(&town())))).expect("an archive");
    assert_eq!((about.min_zoom, about.max_zoom), (MIN_ZOOM, MAX_ZOOM));
    assert_eq!(about.attribution, OSM_ATTRIBUTION);
    let [south, west, north, east] = about.bounds;
    let expected = [AT.0, AT.1, AT.0 + 20.0 * STEP, AT.1 + 30.0 * STEP];
    for (is, should) in [south, west, north, east].into_iter().zip(expected) {
        assert!((is - should).abs() < 1e-5, "{:?} instead of {expected:?}", about.bounds);
    }
}

#[test]
fn what_is_no_archive_is_refused_in_words() {
    let sound = archive(&drawing(&town()));
    let with = |at: usize, value: u8| {
        let mut bytes = sound.clone();
        bytes[at] = value;
        bytes
    };
    let mut endless = sound.clone();
    endless[56..64].copy_from_slice(&[255; 8]);
    let cases = [
        (Vec::new(), "no PMTiles"),
        (b"PM\x02\x00 of old".to_vec(), "no PMTiles"),
        (b"a letter to grandmother".repeat(20), "no PMTiles"),
        (sound[..100].to_vec(), "is damaged at its beginning"),
        (sound[..sound.len() - 1].to_vec(), "ends in the middle"),
        ([&sound[..127], &vec![7; sound.len() - 127]].concat(), "is damaged at its beginning"),
        (with(7, 4), "no PMTiles file of version 3"),
        (with(99, 2), "no vector tiles"),
        (with(99, 77), "no vector tiles"),
        (with(98, 3), "compressed"),
        (with(97, 4), "compressed"),
        (with(101, 99), "is damaged at its beginning"),
        (endless, "is damaged at its beginning"),
    ];
    for (bytes, words) in cases {
        match inspect(Cursor::new(&bytes)) {
            Ok(about) => panic!("{words}: {about:?}"),
            Err(error) => assert!(error.to_string().contains(words), "{words}: {error}"),
        }
    }
}

#[test]
fn a_flipped_bit_in_a_header_never_panics() {
    let sound = archive(&drawing(&town()));
    for at in 0..127 {
        for bit in 0..8 {
            let mut flipped = sound.clone();
            flipped[at] ^= 1 << bit;
            drop(inspect(Cursor::new(&flipped)));
        }
    }
}

#[test]
fn a_flipped_bit_in_an_extract_never_panics() {
    let bytes = Extract { zlib: false, ..town() }.to_bytes();
    for at in 0..bytes.len() {
        for bit in [0, 3, 7] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            if let Ok(drawing) = read_extract(Cursor::new(flipped), |_, _| {}) {
                // What can be read can be drawn, or is refused in words.
                drop(write(&drawing, Cursor::new(Vec::new())));
            }
        }
    }
}

#[test]
fn a_way_is_cut_where_a_node_is_missing_or_lies_nowhere() {
    let mut extract = town();
    extract.nodes.push((50, 95.0, 117.7, vec![]));
    extract.ways.push((110, vec![1, 99, 2, 3, 50, 1], vec![("highway", "trunk")]));
    let drawing = drawing(&extract);
    let trunks: Vec<&Shape> = drawing
        .features
        .iter()
        .filter(|feature| feature.detail == Some("trunk"))
        .map(|feature| &feature.shape)
        .collect();
    assert!(matches!(trunks[..], [Shape::Line(line)] if line.len() == 2), "{trunks:?}");
}

#[test]
fn an_area_that_the_extract_cuts_is_left_out_and_counted() {
    let mut extract = town();
    extract.ways.retain(|(id, ..)| *id != 103);
    let cut = drawing(&extract);
    assert!(told(&cut, 12, "water").is_empty());
    assert_eq!(cut.left_out, 2, "one way that is missing, one that does not close");
}

#[test]
fn a_name_without_end_is_cut_and_one_of_nothing_is_none() {
    let long: &'static str = Box::leak("龙".repeat(100_000).into_boxed_str());
    let mut extract = town();
    extract.ways[0].2 = vec![("highway", "primary"), ("name", long)];
    extract.ways[1].2 = vec![("highway", "residential"), ("name", " \u{7}\n ")];
    let drawing = drawing(&extract);
    let name = |at: usize| drawing.features[at].names.as_ref().and_then(|names| names.name.clone());
    assert_eq!(name(0).expect("a name").chars().count(), 80);
    assert_eq!(name(1), None);
}

#[test]
fn what_spans_half_the_globe_is_left_out_and_never_cut_into_tiles() {
    let mut extract = town();
    extract.nodes.push((60, -60.0, -170.0, vec![]));
    extract.ways.push((111, vec![1, 60], vec![("highway", "motorway")]));
    let drawing = drawing(&extract);
    assert_eq!(drawing.left_out, 1);
    assert!(drawing.features.iter().all(|feature| feature.kind != "highway"));
}

#[test]
fn a_line_of_very_many_points_is_simplified_without_running_out_of_stack() {
    // The point that sticks out most is always the next one: the worst case of the search.
    let line = (0..30_000_u32).map(|at| World {
        x: 3_552_000_000 + at * 20,
        y: 1_850_000_000 + if at % 2 == 0 { at * 20 } else { 0 },
    });
    let feature = Feature {
        layer: Layer::Roads,
        kind: "path",
        detail: None,
        is_bridge: false,
        is_tunnel: false,
        names: None,
        min_zoom: 15,
        shape: Shape::Line(line.collect()),
    };
    let drawing = Drawing { features: vec![feature], ..Drawing::default() };
    assert!(!archive(&drawing).is_empty());
}

#[test]
fn an_extract_of_nothing_to_draw_is_refused_in_words() {
    let nothing = drawing(&Extract { ways: vec![], relations: vec![], nodes: vec![], ..town() });
    let refused = write(&nothing, Cursor::new(Vec::new())).expect_err("refused");
    assert!(refused.to_string().contains("can be drawn"));
}

mod decode {
    use super::*;

    /// A number and, for a field of bytes, what is in it.
    enum Field<'a> {
        Number(u64),
        Bytes(&'a [u8]),
    }

    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (byte, rest) = bytes.split_first().expect("a number");
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return value;
            }
            shift += 7;
        }
    }

    fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let field = match key & 7 {
                0 => Field::Number(varint(&mut bytes)),
                2 => {
                    let len = varint(&mut bytes) as usize;
                    let (field, rest) = bytes.split_at(len);
                    bytes = rest;
                    Field::Bytes(field)
                }
                other => panic!("a field of type {other}"),
            };
            fields.push((key >> 3, field));
        }
        fields
    }

    fn numbers(mut bytes: &[u8]) -> Vec<u32> {
        let mut numbers = Vec::new();
        while !bytes.is_empty() {
            numbers.push(varint(&mut bytes) as u32);
        }
        numbers
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    pub(super) fn tile(bytes: &[u8]) -> Vec<Told> {
        let mut told = Vec::new();
        for (number, field) in fields(bytes) {
            if let (3, Field::Bytes(bytes)) = (number, field) {
                layer(bytes, &mut told);
            }
        }
        told
    }

    fn layer(bytes: &[u8], told: &mut Vec<Told>) {
        let (mut name, mut keys, mut values, mut features) =
            (String::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, field) in fields(bytes) {
            match (number, field) {
                (1, Field::Bytes(bytes)) => name = text(bytes),
                (2, Field::Bytes(bytes)) => features.push(bytes),
                (3, Field::Bytes(bytes)) => keys.push(text(bytes)),
                (4, Field::Bytes(bytes)) => values.push(value(bytes)),
                (5, Field::Number(extent)) => assert_eq!(extent, 4096),
                (15, Field::Number(version)) => assert_eq!(version, 2),
                (other, _) => panic!("field {other} of a layer"),
            }
        }
        for feature in features {
            let (mut tags, mut parts) = (BTreeMap::new(), Vec::new());
            for (number, field) in fields(feature) {
                match (number, field) {
                    (2, Field::Bytes(bytes)) => {
                        for pair in numbers(bytes).chunks(2) {
                            let (key, value) = (pair[0] as usize, pair[1] as usize);
                            tags.insert(keys[key].clone(), values[value].clone());
                        }
                    }
                    (4, Field::Bytes(bytes)) => parts = geometry(&numbers(bytes)),
                    (3, Field::Number(_)) => {}
                    (other, _) => panic!("field {other} of a feature"),
                }
            }
            assert!(!parts.is_empty() && parts.iter().all(|part| !part.is_empty()), "drawn");
            told.push(Told { layer: name.clone(), tags, parts });
        }
    }

    fn value(bytes: &[u8]) -> String {
        match fields(bytes).pop() {
            Some((1, Field::Bytes(bytes))) => text(bytes),
            Some((7, Field::Number(number))) => (number == 1).to_string(),
            _ => panic!("a value of another type"),
        }
    }

    fn geometry(commands: &[u32]) -> Vec<Vec<(i32, i32)>> {
        let (mut parts, mut at, mut next) = (Vec::new(), (0, 0), commands.iter());
        let signed = |value: u32| (value >> 1) as i32 ^ -((value & 1) as i32);
        while let Some(command) = next.next() {
            match command & 7 {
                7 => assert!(!parts.is_empty(), "a ring to close"),
                kind @ (1 | 2) => {
                    for _ in 0..command >> 3 {
                        let (dx, dy) = (next.next().expect("x"), next.next().expect("y"));
                        at = (at.0 + signed(*dx), at.1 + signed(*dy));
                        if kind == 1 {
                            parts.push(Vec::new());
                        }
                        parts.last_mut().expect("a line begins with a move").push(at);
                    }
                }
                other => panic!("command {other}"),
            }
        }
        parts
    }
}
