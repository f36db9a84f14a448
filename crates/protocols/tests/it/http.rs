//! Requests of real apps, from the vectors.

use serde_json::Value;
use silverbell_domain::{LatLon, UnixMs};
use silverbell_protocols::http_request::HttpRequest;
use silverbell_protocols::{Cell, Heard, Report, Wifi};

/// Nearness that the vectors promise, degrees.
const DEGREES: f64 = 1e-5;

/// Gives a vector's request to a protocol.
pub(crate) fn send(
    vector: &Value,
    hear: fn(&HttpRequest<'_>) -> Option<Heard>,
    change: impl Fn(&str) -> String,
) -> Option<Heard> {
    let http = &vector["http"];
    let text = |name: &str| change(http[name].as_str().unwrap());
    let headers = http["headers"].as_object().unwrap();
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let (uri, body) = (text("uri"), text("body"));
    let request = HttpRequest {
        method: http["method"].as_str().unwrap(),
        path_and_query: &uri,
        content_type: headers.iter().find(|(name, _)| *name == "Content-Type").map(|(_, it)| *it),
        headers: &headers,
        body: body.as_bytes(),
    };
    hear(&request)
}

/// Checks a vector's only report against Traccar's.
pub(crate) fn check(vector: &Value, heard: &Heard) {
    let traccar = &vector["traccar"];
    assert_eq!(heard.ident, traccar["device_ids"][0].as_str().unwrap());
    assert_eq!(heard.alarm(), None);
    let ([report], [decoded]) = (&heard.reports[..], &traccar["decoded"].as_array().unwrap()[..])
    else {
        panic!("{vector}")
    };
    check_place(decoded, report);
    let charge = decoded["attributes"]["batteryLevel"].as_f64();
    assert_eq!(report.battery_pct.map(f64::from), charge, "{vector}");
    let cells = decoded["cells"].as_array().into_iter().flatten().map(cell);
    let mut told = report.cells.clone();
    told.sort();
    assert_eq!(told, cells.collect::<Vec<_>>());
    let wifi = decoded["wifi"].as_array().into_iter().flatten().map(wifi);
    assert_eq!(report.wifi, wifi.collect::<Vec<_>>());
}

fn check_place(decoded: &Value, report: &Report) {
    let time = decoded["fix_time"].as_str().filter(|time| !time.starts_with('<'));
    let time = time.map(|time| UnixMs(time.parse::<jiff::Timestamp>().unwrap().as_millisecond()));
    assert_eq!(report.at, time);
    let number = |name: &str| decoded[name].as_f64().unwrap();
    let expected = LatLon::new(number("lat"), number("lon"));
    match (report.fix, expected) {
        (Some(fix), Some(expected)) => {
            assert!((fix.point.lat - expected.lat).abs() <= DEGREES);
            assert!((fix.point.lon - expected.lon).abs() <= DEGREES);
        }
        (fix, expected) => assert_eq!((fix, expected), (None, None)),
    }
}

fn cell(value: &Value) -> Cell {
    let number = |name: &str| value[name].as_i64().unwrap();
    Cell {
        mcc: number("mcc").try_into().unwrap(),
        mnc: number("mnc").try_into().unwrap(),
        lac: number("lac").try_into().unwrap(),
        cid: number("cid").try_into().unwrap(),
        dbm: value["dbm"].as_i64().map(|dbm| dbm.try_into().unwrap()),
    }
}

fn wifi(value: &Value) -> Wifi {
    let dbm = value["dbm"].as_i64().map(|dbm| dbm.try_into().unwrap());
    Wifi { mac: value["mac"].as_str().unwrap().to_ascii_lowercase(), dbm }
}
