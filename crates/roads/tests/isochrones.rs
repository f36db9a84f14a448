//! What can be reached in time, drawn on a map.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "these are tests")]

use geo::orient::{Direction, Orient};
use geo::{Area, Contains, ConvexHull, MultiPolygon, Point, Validation};
use proptest::prelude::*;
use silverbell_domain::LatLon;
use silverbell_roads::{IsochroneOptions, isochrones};

const TOWN: LatLon = LatLon { lat: 24.5, lon: 117.7 };
const LAT_M: f64 = 111_194.9;
const LON_M: f64 = 101_181.8;

fn at(east_m: f64, north_m: f64) -> LatLon {
    LatLon { lat: TOWN.lat + north_m / LAT_M, lon: TOWN.lon + east_m / LON_M }
}

fn point(east_m: f64, north_m: f64) -> Point<f64> {
    let LatLon { lat, lon } = at(east_m, north_m);
    Point::new(lon, lat)
}

type Metres = (f64, f64);

/// A road from one point to another, ridden at 5 m/s from `start_s` on, with a sample each 20 m.
fn road(from: Metres, to: Metres, start_s: u32) -> Vec<(LatLon, u32)> {
    let (east_m, north_m) = (to.0 - from.0, to.1 - from.1);
    let length_m = east_m.hypot(north_m);
    let steps = (length_m / 20.0).ceil() as u32;
    let sample = |n: u32| {
        let part = f64::from(n) / f64::from(steps);
        let place = at(from.0 + part * east_m, from.1 + part * north_m);
        (place, start_s + (part * length_m / 5.0) as u32)
    };
    (0..=steps).map(sample).collect()
}

fn within(samples: &[(LatLon, u32)], limits_s: &[u32]) -> Vec<MultiPolygon<f64>> {
    let areas = isochrones(samples, limits_s, IsochroneOptions::default()).unwrap();
    assert_eq!(areas.len(), limits_s.len());
    areas.iter().for_each(assert_valid);
    areas
}

/// Closed rings that neither cross nor touch themselves, holes inside, the right way round, rounded.
fn assert_valid(area: &MultiPolygon<f64>) {
    assert!(area.is_valid(), "{:?}", area.validation_errors());
    assert_eq!(area, &area.orient(Direction::Default), "the wrong way round");
    for ring in area.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
        assert!(ring.is_closed() && ring.0.len() >= 4);
        for value in ring.coords().flat_map(|c| [c.x, c.y]) {
            assert!((value * 1e5 - (value * 1e5).round()).abs() < 1e-4, "{value} is not rounded");
        }
    }
}

/// Hectares.
fn area_ha(area: &MultiPolygon<f64>) -> f64 {
    area.unsigned_area() * LAT_M * LON_M / 10_000.0
}

#[test]
fn along_a_straight_road_one_comes_as_far_as_the_time_allows_and_no_wider_than_one_walks() {
    let samples = road((0.0, 0.0), (10_000.0, 0.0), 0);
    let areas = within(&samples, &[600, 1_200, 1_800]);
    for (area, limit_s) in areas.iter().zip([600.0, 1_200.0, 1_800.0]) {
        let end_m = 5.0 * limit_s;
        assert!(area.contains(&point(10.0, 0.0)));
        assert!(area.contains(&point(end_m - 150.0, 0.0)), "{limit_s} s");
        assert!(!area.contains(&point(end_m + 150.0, 0.0)), "{limit_s} s");
        assert!(area.contains(&point(end_m / 2.0, 70.0)), "a yard beside the road");
        assert!(!area.contains(&point(end_m / 2.0, 160.0)), "a field");
        let strip_ha = end_m * 200.0 / 10_000.0;
        assert!((0.8..1.4).contains(&(area_ha(area) / strip_ha)), "{} ha", area_ha(area));
    }
}

#[test]
fn the_other_bank_of_a_river_without_a_bridge_is_not_covered() {
    // The road on the other bank is there; the search did not come to it in time.
    let mut samples = road((0.0, 0.0), (2_000.0, 0.0), 0);
    samples.extend(road((0.0, 400.0), (2_000.0, 400.0), 3_000));
    let area = &within(&samples, &[1_800])[0];
    assert!(area.contains(&point(1_000.0, 0.0)));
    for north_m in [200.0, 300.0, 400.0] {
        assert!(!area.contains(&point(1_000.0, north_m)), "{north_m} m");
    }
    // With a bridge at its end it is.
    samples.extend(road((2_000.0, 0.0), (2_000.0, 400.0), 400));
    samples.extend(road((2_000.0, 400.0), (0.0, 400.0), 480));
    let area = &within(&samples, &[1_800])[0];
    assert!(area.contains(&point(1_000.0, 400.0)));
    assert!(!area.contains(&point(1_000.0, 200.0)), "but not the water");
}

#[test]
fn a_lake_in_the_middle_is_a_hole_and_an_island_in_it_an_area() {
    let square = |from: f64, to: f64| {
        let corners = [(from, from), (to, from), (to, to), (from, to), (from, from)];
        corners.windows(2).flat_map(|side| road(side[0], side[1], 0)).collect::<Vec<_>>()
    };
    let mut samples = square(0.0, 1_500.0);
    let area = &within(&samples, &[600])[0];
    assert_eq!(area.0.len(), 1);
    assert_eq!(area.0[0].interiors().len(), 1);
    assert!(!area.contains(&point(750.0, 750.0)));

    // A ring of streets on the island has a hole as well, and it is the island's.
    samples.extend(square(500.0, 1_000.0));
    let area = &within(&samples, &[600])[0];
    assert_eq!(area.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [1, 1]);
    assert!(area.contains(&point(500.0, 750.0)), "the island");
    assert!(!area.contains(&point(250.0, 750.0)), "the water around it");
    assert!(!area.contains(&point(750.0, 750.0)), "its middle");
}

#[test]
fn nothing_reached_is_an_empty_area() {
    assert_eq!(within(&[], &[600, 1_200]), [MultiPolygon::new(vec![]), MultiPolygon::new(vec![])]);
    assert_eq!(within(&[(TOWN, 601)], &[600])[0].0.len(), 0);
    assert_eq!(within(&[(TOWN, 0)], &[]).len(), 0);
}

#[test]
fn around_one_point_one_walks_in_a_circle() {
    let area = &within(&[(TOWN, 0)], &[600])[0];
    assert_eq!(area.0.len(), 1);
    assert!(area.contains(&point(0.0, 0.0)));
    let circle_ha = std::f64::consts::PI;
    assert!((0.5..1.6).contains(&(area_ha(area) / circle_ha)), "{} ha", area_ha(area));
    // Short of time one does not come so far.
    assert!(area_ha(&within(&[(TOWN, 560)], &[600])[0]) < area_ha(area));
}

#[test]
fn however_far_apart_the_points_are_the_grid_stays_small() {
    let beijing = LatLon { lat: 39.9, lon: 116.4 };
    let options = IsochroneOptions { max_cells: 10_000, ..IsochroneOptions::default() };
    let areas = isochrones(&[(TOWN, 0), (beijing, 0)], &[600], options).unwrap();
    assert_eq!(areas[0].0.len(), 2);
    areas.iter().for_each(assert_valid);
    // On both sides of the date line, at both poles: nothing to be right about but not to fail.
    let ends = [(0.0, 179.99), (0.0, -179.99), (90.0, 0.0), (-90.0, 0.0)];
    let ends = ends.map(|(lat, lon)| (LatLon { lat, lon }, 0));
    drop(isochrones(&ends, &[600], options).unwrap());
    let odd = [0.0, -1.0, f64::INFINITY, f64::NAN];
    for m in odd {
        let odd = IsochroneOptions { cell_m: m, gap_m: m, walk_mps: m, max_cells: 0 };
        drop(isochrones(&ends, &[600], odd).unwrap());
    }
}

#[test]
fn a_star_of_roads_is_far_smaller_than_its_hull() {
    let ends = [(3_000.0, 0.0), (0.0, 3_000.0), (-3_000.0, 0.0), (0.0, -3_000.0)];
    let samples: Vec<_> = ends.iter().flat_map(|end| road((0.0, 0.0), *end, 0)).collect();
    let area = &within(&samples, &[600])[0];
    let hull_ha = area_ha(&MultiPolygon::new(vec![area.convex_hull()]));
    println!("area {:.0} ha, hull {hull_ha:.0} ha", area_ha(area));
    assert!(area_ha(area) < hull_ha / 4.0);
}

fn corner() -> impl Strategy<Value = Metres> {
    (0.0..3_000.0_f64, 0.0..3_000.0_f64)
}

prop_compose! {
    /// Roads at random.
    fn roads()(
        roads in prop::collection::vec((corner(), corner(), 0..900_u32), 1..6),
    ) -> Vec<(LatLon, u32)> {
        let roads = roads.into_iter().filter(|(from, to, _)| from != to);
        roads.flat_map(|(from, to, start_s)| road(from, to, start_s)).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_claimed_can_be_walked_and_what_is_near_is_claimed(samples in roads()) {
        let options = IsochroneOptions::default();
        let limits_s = [300, 600, 1_200];
        let areas = within(&samples, &limits_s);
        // The edge may be a cell off.
        let edge_m = 1.5 * options.cell_m;
        let edge_s = edge_m / options.walk_mps;
        let walk = |(x, y): Metres, (place, s): &(LatLon, u32)| {
            let east_m = (place.lon - TOWN.lon) * LON_M - x;
            let way_m = east_m.hypot((place.lat - TOWN.lat) * LAT_M - y);
            (way_m, f64::from(*s) + way_m / options.walk_mps)
        };
        for n in 0..1_600_u32 {
            let here = (f64::from(n % 40) * 80.0, f64::from(n / 40) * 80.0);
            let walks: Vec<_> = samples.iter().map(|sample| walk(here, sample)).collect();
            let soonest = |within_m: f64| {
                let near = walks.iter().filter(|(way_m, _)| *way_m <= within_m);
                near.map(|(_, s)| *s).fold(f64::MAX, f64::min)
            };
            let (claimable_s, sure_s) = (soonest(options.gap_m + edge_m), soonest(30.0));
            let inside = areas.iter().map(|area| area.contains(&point(here.0, here.1)));
            let inside: Vec<bool> = inside.collect();
            prop_assert!(inside.is_sorted(), "inside a shorter limit and outside a longer one");
            for (limit_s, inside) in limits_s.into_iter().zip(inside) {
                let limit_s = f64::from(limit_s);
                prop_assert!(!inside || claimable_s <= limit_s + edge_s, "{:?} claimed", here);
                prop_assert!(inside || sure_s + edge_s > limit_s, "{:?} left out", here);
            }
        }
    }
}
