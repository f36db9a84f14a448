//! Where somebody is who hears these.

use silverbell_domain::{LatLon, Position, PositionSource};
use silverbell_protocols::{Cell, Wifi};

use super::*;

fn by_cells(map: &Cells, cells: &[Cell]) -> Option<(LatLon, f64)> {
    let found = map.locate(cells, &[], AT)?;
    assert_eq!((found.source, found.at), (PositionSource::Cell, AT));
    Some((found.point, found.accuracy_m.expect("a radius")))
}

/// Returns a map of access points, and one cell far around the village.
fn streets(rows: &[(&str, LatLon, u32)]) -> Cells {
    let mut list = "radio,mcc,net,area,cell,lat,lon,range,mac\n".to_owned();
    for (mac, LatLon { lat, lon }, range_m) in rows {
        list += &format!("WIFI,,,,,{lat},{lon},{range_m},{mac}\n");
    }
    let LatLon { lat, lon } = VILLAGE;
    list += &format!("GSM,460,0,9346,5223,{lat},{lon},2000,\n");
    opened(&imported(list.as_bytes()).expect("a list").0)
}

fn by_wifi(map: &Cells, wifi: &[Wifi]) -> Option<Position> {
    map.locate(&[], wifi, AT).inspect(|found| assert_eq!(found.source, PositionSource::Wifi))
}

const A: &str = "34:60:f9:ec:19:f8";
const B: &str = "98:48:27:55:18:20";
const C: &str = "34:e8:94:e4:06:18";

// --- Cells -----------------------------------------------------------------------------------------

#[test]
fn a_known_cell_is_its_place_and_at_least_its_range() {
    let map = map(&[
        row("GSM", (0, 9346, 5223), VILLAGE, 1_800),
        row("GSM", (0, 9346, 5224), VILLAGE, 90),
    ]);
    assert_eq!(by_cells(&map, &[hears(0, 9346, 5223)]), Some((VILLAGE, 1_800.0)));
    let (_, radius_m) = by_cells(&map, &[hears(0, 9346, 5224)]).expect("a place");
    assert_eq!(radius_m, 500.0, "what lists say of cells is never that exact");
    assert_eq!(by_cells(&map, &[hears(0, 1, 5223)]), None);
    assert_eq!(by_cells(&map, &[]), None);
}

#[test]
fn a_cell_that_is_none_is_not_looked_for_and_hides_no_other() {
    let map = map(&[row("GSM", (0, 9346, 5223), VILLAGE, 1_800)]);
    let none = [
        hears(0, 9346, 0),
        hears(0, 0xffff, 5223),
        hears(0, 9346, 0xffff),
        hears(0, 9346, 0xffff_ffff),
    ];
    assert_eq!(by_cells(&map, &none), None);
    let with_one = [&none[..], &[hears(0, 9346, 5223)]].concat();
    assert_eq!(by_cells(&map, &with_one), Some((VILLAGE, 1_800.0)));
}

#[test]
fn several_cells_meet_in_the_middle_nearer_to_the_serving_and_the_small_one() {
    let rows = [
        row("GSM", (0, 9346, 1), beside(0.0, 0.0), 1_000),
        row("GSM", (0, 9346, 2), beside(0.0, 900.0), 1_000),
        row("GSM", (0, 9346, 3), beside(0.0, 900.0), 4_000),
    ];
    let map = map(&rows);
    let place = |cells: &[Cell]| by_cells(&map, cells).expect("a place");
    let (point, radius_m) = place(&[hears(0, 9346, 1), hears(0, 9346, 2)]);
    assert!(point.distance_m(beside(0.0, 300.0)) < 2.0, "{point:?}");
    assert!(radius_m >= 1_000.0);
    let (point, _) = place(&[hears(0, 9346, 2), hears(0, 9346, 1)]);
    assert!(point.distance_m(beside(0.0, 600.0)) < 2.0, "{point:?}");
    let (point, _) = place(&[hears(0, 9346, 3), hears(0, 9346, 1)]);
    assert!(point.distance_m(beside(0.0, 300.0)) < 2.0, "{point:?}");
    let again = [hears(0, 9346, 1), hears(0, 9346, 2), hears(0, 9346, 2), hears(0, 9346, 2)];
    assert_eq!(place(&again), place(&again[..2]), "repeating a cell gives it no weight");
}

#[test]
fn a_cell_far_from_the_others_is_a_mistake_even_if_it_serves() {
    let far = LatLon { lat: 39.9, lon: 116.4 };
    let rows = [
        row("GSM", (0, 9346, 1), far, 1_000),
        row("GSM", (0, 9346, 2), beside(300.0, 0.0), 1_000),
        row("GSM", (0, 9346, 3), beside(-300.0, 0.0), 1_000),
    ];
    let map = map(&rows);
    let all = [hears(0, 9346, 1), hears(0, 9346, 2), hears(0, 9346, 3)];
    let (point, _) = by_cells(&map, &all).expect("a place");
    assert!(point.distance_m(VILLAGE) < 2.0);
    // One against one: the serving cell.
    assert_eq!(by_cells(&map, &all[..2]), Some((far, 1_000.0)));
}

#[test]
fn another_sector_of_the_same_mast_stands_in_with_twice_the_radius() {
    let (mast, other) = (210_986_u64 << 8, 210_987_u64 << 8);
    let map = map(&[
        row("LTE", (0, 9346, mast | 1), beside(300.0, 0.0), 700),
        row("LTE", (0, 9346, mast | 2), beside(-300.0, 0.0), 800),
        row("UMTS", (0, 9346, other | 1), VILLAGE, 700),
    ]);
    let (point, radius_m) = by_cells(&map, &[hears(0, 9346, mast | 129)]).expect("a place");
    assert!(point.distance_m(VILLAGE) < 50.0 && radius_m == 1_600.0, "{point:?} {radius_m}");
    let (_, radius_m) = by_cells(&map, &[hears(0, 9346, mast | 1)]).expect("a place");
    assert_eq!(radius_m, 700.0, "the sector itself is the better one");
    assert_eq!(by_cells(&map, &[hears(0, 9347, mast | 129)]), None, "another area, another mast");
    let (_, radius_m) = by_cells(&map, &[hears(0, 9346, other | 2)]).expect("the area");
    assert_ne!(radius_m, 1_400.0, "3G's numbers do not count like this");
}

#[test]
fn threeg_is_found_by_its_short_number_unless_there_are_two() {
    let map = map(&[
        row("UMTS", (1, 9346, 1_019 << 16 | 27_510), VILLAGE, 900),
        row("UMTS", (1, 9347, 1_019 << 16 | 27_511), VILLAGE, 900),
        row("UMTS", (1, 9347, 1_020 << 16 | 27_511), beside(0.0, 9_000.0), 900),
    ]);
    assert_eq!(by_cells(&map, &[hears(1, 9346, 27_510)]), Some((VILLAGE, 900.0)));
    assert_eq!(by_cells(&map, &[hears(1, 9347, 27_511)]), None);
}

#[test]
fn an_unknown_cell_of_a_known_area_is_somewhere_in_it() {
    let mut rows: Vec<String> = (0..40)
        .map(|n| row("GSM", (0, 9346, 100 + n), beside(200.0 * (n as f64 - 20.0), 0.0), 500))
        .collect();
    // One mistake of forty moves nothing; 4G's areas are numbered apart.
    rows.push(row("GSM", (0, 9346, 99), LatLon { lat: 39.9, lon: 116.4 }, 500));
    rows.push(row("LTE", (0, 9347, 54_012_417), VILLAGE, 500));
    let map = map(&rows);
    let (point, radius_m) = by_cells(&map, &[hears(0, 9346, 5_000)]).expect("the area");
    assert!(point.distance_m(VILLAGE) < 300.0, "{point:?}");
    assert!((4_000.0..5_000.0).contains(&radius_m), "it covers the area: {radius_m}");
    assert_eq!(by_cells(&map, &[hears(0, 9347, 5_000)]), None);
    assert_eq!(by_cells(&map, &[hears(0, 9346, 70_000 << 8)]), None, "a number of 3G or 4G");
    let known = [hears(0, 9346, 5_000), hears(0, 9346, 120)];
    assert_eq!(by_cells(&map, &known).expect("a cell").1, 500.0, "a known neighbour is better");
}

#[test]
fn an_area_as_wide_as_a_province_is_no_place() {
    let rows: Vec<String> = (0..9)
        .map(|n| row("GSM", (0, 9346, 100 + n), beside(40_000.0 * n as f64, 0.0), 500))
        .collect();
    assert_eq!(by_cells(&map(&rows), &[hears(0, 9346, 5_000)]), None);
}

#[test]
fn the_codes_of_a_chinese_operator_are_one_network_and_others_are_not() {
    let map = map(&[
        row("GSM", (0, 9346, 5_223), VILLAGE, 900),
        row("GSM", (1, 9400, 5_223), VILLAGE, 900),
        row("LTE", (11, 9500, 54_012_417), VILLAGE, 900),
    ]);
    for mnc in [0, 2, 4, 7, 8] {
        assert!(by_cells(&map, &[hears(mnc, 9346, 5_223)]).is_some(), "China Mobile {mnc}");
    }
    for mnc in [1, 6, 9] {
        assert!(by_cells(&map, &[hears(mnc, 9400, 5_223)]).is_some(), "China Unicom {mnc}");
    }
    for mnc in [3, 5, 11] {
        assert!(by_cells(&map, &[hears(mnc, 9500, 54_012_417)]).is_some(), "China Telecom {mnc}");
    }
    assert_eq!(by_cells(&map, &[hears(1, 9346, 5_223)]), None);
    assert_eq!(by_cells(&map, &[Cell { mcc: 461, ..hears(2, 9346, 5_223) }]), None);
}

#[test]
fn the_operators_own_code_comes_first() {
    let map = map(&[
        row("GSM", (0, 9346, 5_223), VILLAGE, 900),
        row("GSM", (2, 9346, 5_223), beside(9_000.0, 0.0), 900),
    ]);
    assert_eq!(by_cells(&map, &[hears(0, 9346, 5_223)]).map(|it| it.0), Some(VILLAGE));
    assert_ne!(by_cells(&map, &[hears(2, 9346, 5_223)]).map(|it| it.0), Some(VILLAGE));
}

// --- Wi-Fi -----------------------------------------------------------------------------------------

#[test]
fn two_access_points_that_agree_are_a_place_nearer_to_the_stronger() {
    let map = streets(&[(A, beside(0.0, 0.0), 60), (B, beside(0.0, 100.0), 60)]);
    let found = by_wifi(&map, &[sees(B, -80), sees(A, -50)]).expect("a place");
    // Ten times as strong a weight.
    assert!(off_m(found, beside(0.0, 100.0 / 11.0)) < 1.0, "{found:?}");
    assert!((60.0..80.0).contains(&found.accuracy_m.expect("a radius")), "{found:?}");
    let near = streets(&[(A, beside(0.0, 0.0), 2), (B, beside(0.0, 1.0), 2)]);
    let found = by_wifi(&near, &[sees(B, -80), sees(A, -50)]).expect("a place");
    assert_eq!(found.accuracy_m, Some(30.0));
}

#[test]
fn one_access_point_is_a_place_with_a_larger_radius() {
    let map = streets(&[(A, VILLAGE, 80)]);
    let found = by_wifi(&map, &[sees(A, -50), sees(B, -40)]).expect("a place");
    assert_eq!((found.point, found.accuracy_m), (VILLAGE, Some(160.0)));
    assert_eq!(by_wifi(&map, &[sees(B, -40)]), None);
}

#[test]
fn one_that_moved_house_is_outvoted() {
    let map = streets(&[
        (A, beside(0.0, 9_000.0), 80),
        (B, beside(50.0, 0.0), 80),
        (C, beside(-50.0, 0.0), 80),
    ]);
    let found = by_wifi(&map, &[sees(A, -30), sees(B, -70), sees(C, -70)]).expect("a place");
    assert!(off_m(found, VILLAGE) < 1.0, "{found:?}");
}

#[test]
fn access_points_that_contradict_each_other_are_decided_by_the_cells_or_not_at_all() {
    let map = streets(&[(A, beside(0.0, 90_000.0), 80), (B, beside(50.0, 0.0), 80)]);
    let wifi = [sees(A, -30), sees(B, -70)];
    assert_eq!(by_wifi(&map, &wifi), None);
    let found = map.locate(&[hears(0, 9346, 5_223)], &wifi, AT).expect("a place");
    assert_eq!((found.source, found.accuracy_m), (PositionSource::Wifi, Some(160.0)));
    assert!(off_m(found, beside(50.0, 0.0)) < 1.0);
}

#[test]
fn a_single_access_point_far_from_the_cells_has_moved_and_the_cells_are_the_place() {
    let map = streets(&[(A, beside(0.0, 90_000.0), 80)]);
    let found = map.locate(&[hears(0, 9346, 5_223)], &[sees(A, -30)], AT).expect("a place");
    assert_eq!((found.source, found.point), (PositionSource::Cell, VILLAGE));
}

#[test]
fn the_names_of_one_router_do_not_bear_each_other_out() {
    let sibling = "34:60:f9:ec:19:f9";
    let map = streets(&[(A, VILLAGE, 80), (sibling, VILLAGE, 80)]);
    let found = by_wifi(&map, &[sees(A, -50), sees(sibling, -51)]).expect("a place");
    assert_eq!(found.accuracy_m, Some(160.0), "as of one alone");
}

#[test]
fn wifi_is_better_than_cells_and_strengths_that_cannot_be_weigh_little() {
    let map = streets(&[(A, beside(0.0, 0.0), 60), (B, beside(0.0, 100.0), 60)]);
    let wifi = [sees(A, -60), Wifi { mac: B.to_uppercase().replace(':', "-"), dbm: Some(0) }];
    let found = map.locate(&[hears(0, 9346, 5_223)], &wifi, AT).expect("a place");
    assert_eq!(found.source, PositionSource::Wifi);
    assert!(off_m(found, VILLAGE) < 10.0, "{found:?}");
    let untold = [sees(A, -85), Wifi { mac: B.to_owned(), dbm: None }];
    let found = by_wifi(&map, &untold).expect("a place");
    assert!(off_m(found, beside(0.0, 50.0)) < 1.0, "{found:?}");
}

#[test]
fn made_up_addresses_say_nothing_even_if_a_list_has_them() {
    let map = streets(&[(A, VILLAGE, 80), ("36:60:f9:ec:19:f8", VILLAGE, 80)]);
    assert_eq!(by_wifi(&map, &[sees("36:60:f9:ec:19:f8", -40)]), None);
    assert_eq!(by_wifi(&map, &[sees("not an address", -40)]), None);
}
