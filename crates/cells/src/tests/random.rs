//! Whatever comes.

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use silverbell_domain::PositionSource;

use super::*;

/// Codes that a list may have and a device may hear.
fn code() -> impl Strategy<Value = (u16, u32, u64)> {
    (0..1_000_u16, 1..0xfffd_u32, 1..0xfffe_u64)
}

fn place() -> impl Strategy<Value = LatLon> {
    let degrees = |most: i32| (1..most).prop_map(|kept| f64::from(kept) / 1e5);
    (degrees(8_900_000), degrees(17_900_000)).prop_map(|(lat, lon)| LatLon { lat, lon })
}

/// Any codes, plausible or not, close to each other or not.
fn heard() -> impl Strategy<Value = Cell> {
    let area = prop_oneof![any::<u32>(), 9_340..9_350_u32, Just(0xffff)];
    let number = prop_oneof![any::<u64>(), 5_220..5_230_u64, 54_012_400..54_012_430_u64];
    let mcc = prop_oneof![any::<u16>(), Just(460)];
    let dbm = any::<Option<i16>>();
    (mcc, 0..12_u16, area, number, dbm).prop_map(|(mcc, mnc, lac, cid, dbm)| Cell {
        mcc,
        mnc,
        lac,
        cid,
        dbm,
    })
}

fn seen() -> impl Strategy<Value = Wifi> {
    let mac = prop_oneof![".{0,20}", (0..8_u8).prop_map(|n| format!("34:60:f9:ec:{n:02x}:f8"))];
    (mac, any::<Option<i16>>()).prop_map(|(mac, dbm)| Wifi { mac, dbm })
}

/// A village with cells of every kind, and access points of which some have moved house.
fn village() -> Cells {
    let mut list = "radio,mcc,net,area,cell,lat,lon,range,mac\n".to_owned();
    for n in 0..10_u32 {
        let LatLon { lat, lon } = beside(f64::from(n) * 700.0, 0.0);
        list += &format!("GSM,460,0,9346,{},{lat},{lon},900,\n", 5_220 + n);
        list += &format!("UMTS,460,1,9347,{},{lat},{lon},900,\n", (1_019 << 16) + 5_220 + n);
        list += &format!("LTE,460,11,9348,{},{lat},{lon},900,\n", 54_012_400 + 2 * n);
        let moved = if n % 3 == 0 { 1.0 } else { 0.0 };
        list += &format!("WIFI,,,,,{},{lon},{n},34:60:f9:ec:{n:02x}:f8\n", lat + moved);
    }
    opened(&imported(list.as_bytes()).expect("a list").0)
}

proptest! {
    #[test]
    fn what_is_imported_is_found(list in hash_map(code(), (place(), 1..90_000_u32), 1..60)) {
        let rows: Vec<String> = list.iter().map(|(code, (at, range_m))| row("GSM", *code, *at, *range_m)).collect();
        let map = map(&rows);
        for ((mnc, lac, cid), (at, range_m)) in list {
            let found = map.locate(&[hears(mnc, lac, cid)], &[], AT).expect("it is on the map");
            prop_assert!(off_m(found, at) < 0.1, "{found:?} {at:?}");
            prop_assert_eq!(found.accuracy_m, Some(f64::from(range_m.max(500))));
        }
    }

    #[test]
    fn access_points_that_are_imported_are_found(macs in hash_map(0_u64..1 << 40, place(), 1..60)) {
        // The first octet is 0, so that nothing is made up; nor is it 0 altogether.
        let name = |mac: &u64| format!("{:012x}", mac | 1 << 39);
        let mut list = "mac,lat,lon\n".to_owned();
        for (mac, LatLon { lat, lon }) in &macs {
            list += &format!("{},{lat},{lon}\n", name(mac));
        }
        let map = opened(&imported(list.as_bytes()).expect("a list").0);
        for mac in macs.keys() {
            let found = map.locate(&[], &[sees(&name(mac), -60)], AT);
            prop_assert!(found.is_some_and(|found| found.source == PositionSource::Wifi));
        }
    }

    #[test]
    fn whatever_is_heard_has_a_place_on_the_globe_and_a_radius_or_none(
        cells in vec(heard(), 0..80), wifi in vec(seen(), 0..80),
    ) {
        if let Some(found) = village().locate(&cells, &wifi, AT) {
            prop_assert!(LatLon::new(found.point.lat, found.point.lon).is_some());
            let radius_m = found.accuracy_m.expect("a radius");
            let least_m = if found.source == PositionSource::Wifi { 30.0 } else { 500.0 };
            prop_assert!(radius_m >= least_m && radius_m < 200_000.0, "{found:?}");
        }
    }

    #[test]
    fn noise_is_never_a_map_and_no_damage_opens(noise in vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        prop_assert!(Cells::open(noise).is_err());
        let rows: Vec<String> = (1..20).map(|n| row("GSM", (0, 9346, n), VILLAGE, 900)).collect();
        let sound = file(&imported(rows.join("\n").as_bytes()).expect("a list").0);
        let mut damaged = sound.clone();
        let at = at.index(damaged.len());
        damaged[at] = byte;
        prop_assert_eq!(Cells::open(damaged.clone()).is_ok(), damaged == sound);
        damaged.truncate(at);
        prop_assert!(Cells::open(damaged).is_err());
    }

    #[test]
    fn no_list_of_whatever_bytes_panics(noise in vec(any::<u8>(), 0..300), text in "([a-zA-Z0-9.,\"\n-]|GSM,460,0,){0,200}") {
        drop(imported(&noise));
        drop(imported(text.as_bytes()));
        drop(imported(&[b"radio,mcc,net,area,cell,lon,lat,mac\n", &noise[..]].concat()));
        drop(imported(&[&[0x1f, 0x8b], &noise[..]].concat()));
    }
}
