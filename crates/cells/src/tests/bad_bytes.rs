//! Maps with flipped, missing and lying bytes.

use super::*;
use crate::MapError;

fn sound() -> Vec<u8> {
    let rows = [
        row("GSM", (0, 9346, 5223), VILLAGE, 900),
        row("LTE", (0, 9346, 54_012_417), VILLAGE, 900),
    ];
    let list = rows.join("\n");
    file(&imported(list.as_bytes()).expect("a list").0)
}

#[test]
fn every_flipped_byte_is_found() {
    let sound = sound();
    assert_eq!(Cells::open(sound.clone()).expect("a map").len(), 2);
    for at in 0..sound.len() {
        for bit in 0..8 {
            let mut flipped = sound.clone();
            flipped[at] ^= 1 << bit;
            let error = Cells::open(flipped).expect_err("a flipped byte");
            let expected = match at {
                0..8 => matches!(error, MapError::NotAMap),
                8..12 => matches!(error, MapError::OtherVersion { .. }),
                16..24 => matches!(error, MapError::WrongLength { .. }),
                _ => matches!(error, MapError::Damaged { .. }),
            };
            assert!(expected, "byte {at}: {error}");
        }
    }
}

#[test]
fn a_map_cut_off_anywhere_or_grown_is_refused_in_words() {
    let sound = sound();
    for len in 0..sound.len() {
        let said = Cells::open(sound[..len].to_vec()).expect_err("a piece of a map").to_string();
        let expected = if len < 8 { "no map of cells" } else { "not copied whole" };
        assert!(said.contains(expected), "after {len} bytes: {said}");
    }
    let longer = [&sound[..], &[0; 32]].concat();
    assert!(matches!(Cells::open(longer), Err(MapError::WrongLength { .. })));
}

#[test]
fn a_map_of_a_newer_version_is_refused_before_anything_else_is_believed() {
    let mut newer = sound();
    newer[8] = 2;
    newer.truncate(newer.len() - 40);
    assert_eq!(Cells::open(newer).err(), Some(MapError::OtherVersion { found: 2 }));
}

/// Makes length and checksum right again.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let len = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&len.to_le_bytes());
    let checksum = crc32fast::hash(&bytes[16..]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn stations_that_lie_are_found_though_the_checksum_is_right() {
    let sound = sound();
    let swapped = [&sound[..32], &sound[64..], &sound[32..64]].concat();
    let twice = [&sound[..], &sound[64..]].concat();
    let half = sound[..sound.len() - 16].to_vec();
    let with = |at: usize, byte: u8| {
        let mut bytes = sound.clone();
        bytes[at] = byte;
        bytes
    };
    // 48.., 52..: a place; 60: the radio; 61..: zeros; 39: the country, all ones is no cell's.
    let nowhere =
        [with(51, 0x7f), with(55, 0x7f), with(60, 0), with(60, 7), with(63, 1), with(60, 6)];
    for lie in [vec![swapped, twice, half], nowhere.to_vec()].concat() {
        let said = Cells::open(sealed(lie)).expect_err("a lie").to_string();
        assert!(said.contains("contradicts itself"), "{said}");
    }
    assert!(Cells::open(sealed(sound)).is_ok());
}

#[test]
fn bytes_at_an_odd_address_are_read_all_the_same() {
    struct Shifted(Vec<u8>);
    impl AsRef<[u8]> for Shifted {
        fn as_ref(&self) -> &[u8] {
            &self.0[1..]
        }
    }
    let map = Cells::open(Shifted([&[0], &sound()[..]].concat())).expect("a map");
    assert!(map.locate(&[hears(0, 9346, 5223)], &[], AT).is_some());
}

#[test]
fn a_map_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&Cells::open(sound()).expect("a map"));
}
