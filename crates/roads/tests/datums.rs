//! Datums against points that others have published (`../shared/data/protocols/coords.jsonl`); without
//! them, against three that stand here.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail loudly and say what they leave out"
)]

use serde_json::{Value, json};
use silverbell_domain::LatLon;
use silverbell_roads::Datum;

/// The inverse is reckoned in one step, which is right to some metres.
const NEAR_M: f64 = 6.0;

/// Three cities, from eviltransform's tests (github.com/googollee/eviltransform, MIT).
fn built_in() -> Vec<Value> {
    let point = |place, wgs: [f64; 2], gcj: [f64; 2]| {
        json!({"op": "wgs84_to_gcj02", "id": place, "in": {"lat": wgs[0], "lon": wgs[1]},
            "expect": {"lat": gcj[0], "lon": gcj[1]}})
    };
    vec![
        point("shanghai", [31.177_427_6, 121.527_210_6], [31.175_303_98, 121.531_541_86]),
        point("shenzhen", [22.543_847, 113.912_316], [22.540_796_13, 113.917_176_48]),
        point("beijing", [39.911_954, 116.377_817], [39.913_345_46, 116.384_047_22]),
    ]
}

fn points() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/protocols/coords.jsonl");
    let Ok(lines) = std::fs::read_to_string(path) else {
        println!("left out: the published points, no {path}");
        return built_in();
    };
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).chain(built_in()).collect()
}

fn place(of: &Value) -> LatLon {
    LatLon::new(of["lat"].as_f64().unwrap(), of["lon"].as_f64().unwrap()).unwrap()
}

/// Returns how far a shifted point, undone, is from where it was.
fn off_m(datum: Datum, shifted: (f64, f64), was: LatLon) -> f64 {
    datum.to_wgs84(shifted.0, shifted.1).unwrap().distance_m(was)
}

#[test]
fn published_points_come_back_from_gcj02_and_bd09() {
    let mut seen = 0;
    for point in points() {
        // Those that the sources themselves place 10 to 40 m apart prove nothing.
        if point["disputed"] == true {
            continue;
        }
        let id = &point["id"];
        match point["op"].as_str().unwrap() {
            "wgs84_to_gcj02" => {
                let gcj = place(&point["expect"]);
                let off = off_m(Datum::Gcj02, (gcj.lat, gcj.lon), place(&point["in"]));
                assert!(off < NEAR_M, "{id}: {off} m");
                seen += 1;
            }
            "wgs84_to_gcj02_and_bd09" if point["coordtransform_region"] == "region=true" => {
                for (datum, name) in [(Datum::Gcj02, "gcj02"), (Datum::Bd09, "bd09")] {
                    let shifted = &point[name]["eviltransform"];
                    let shifted = (shifted[0].as_f64().unwrap(), shifted[1].as_f64().unwrap());
                    let off = off_m(datum, shifted, place(&point["in"]));
                    assert!(off < NEAR_M, "{id} {name}: {off} m");
                    seen += 1;
                }
            }
            _ => {}
        }
    }
    assert!(seen >= 3);
}
