//! The OsmAnd protocol against requests of real apps, and against noise.
use proptest::prelude::*;
use serde_json::{Value, json};
use silverbell_domain::SignalKind::{Fall, Heartbeat, LowBattery, Position, Sos};
use silverbell_domain::{SignalKind, UnixMs};
use silverbell_protocols::http_request::HttpRequest;
use silverbell_protocols::{Doubt, Heard, Notice, Report, osmand};

use crate::{http, vectors};

fn get(path_and_query: &str) -> Option<Heard> {
    osmand::hear(&HttpRequest { method: "GET", path_and_query, ..HttpRequest::default() })
}

fn post(content_type: Option<&str>, body: &str) -> Option<Heard> {
    let body = body.as_bytes();
    osmand::hear(&HttpRequest {
        method: "POST",
        path_and_query: "/",
        content_type,
        body,
        ..HttpRequest::default()
    })
}

fn post_json(body: &Value) -> Option<Heard> {
    post(Some("application/json; charset=utf-8"), &body.to_string())
}

fn report(heard: Option<Heard>) -> Report {
    let mut reports = heard.unwrap().reports;
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

fn signals(heard: Option<Heard>) -> Vec<SignalKind> {
    report(heard).signals
}

#[test]
fn every_vector_is_decoded_as_by_traccar() {
    for vector in vectors::of("osmand.jsonl", "osmand") {
        let heard = http::send(&vector, osmand::hear, str::to_owned).unwrap();
        http::check(&vector, &heard);
        // A 200 without a body.
        assert_eq!(vector["traccar"]["ack"], json!(["HTTP 200 "]));
        assert_eq!(heard.ack.as_deref(), Some(&b""[..]));
    }
}

#[test]
fn every_vector_with_the_sos_word_is_an_sos() {
    for vector in vectors::of("osmand.jsonl", "osmand") {
        for (query, body) in [
            ("?alarm=sos&", "{\"alarm\":\"sos\","),
            ("?alarm=lowBattery,sos&", "{\"x\":{\"alarm\":\"sos\"},"),
        ] {
            let pressed = http::send(&vector, osmand::hear, |text| {
                text.replacen('?', query, 1).replacen('{', body, 1)
            });
            assert_eq!(signals(pressed)[0], Sos, "{vector}");
        }
    }
}

#[test]
fn an_sos_is_an_sos_in_every_form() {
    for query in [
        "alarm=sos",
        "alarm=SOS&lat=0&lon=0",
        "sos=1",
        "sos=true",
        "event=sos",
        "key=SOS",
        "alarm=lowBattery&alarm=sos",
    ] {
        assert_eq!(signals(get(&format!("/?id=42&{query}")))[0], Sos, "{query}");
        assert_eq!(
            signals(post(Some("application/x-www-form-urlencoded"), &format!("id=42&{query}")))[0],
            Sos
        );
        assert_eq!(signals(post(None, &format!("{query}&id=42")))[0], Sos);
    }
    let body = "{\"location\":{\"extras\":{\"alarm\":\"sos\"}},\"device_id\":\"42\"}";
    for content_type in [None, Some("application/json"), Some("text/plain")] {
        assert_eq!(signals(post(content_type, body)), [Sos]);
    }
}

#[test]
fn an_unknown_alarm_is_an_sos_in_doubt_and_a_lesser_one_none() {
    let unknown = report(get("/?id=42&alarm=general"));
    assert_eq!(
        (&unknown.signals[..], &unknown.doubts[..]),
        (&[Sos][..], &[Doubt::AlarmUnnamed][..])
    );
    assert_eq!(signals(get("/?id=42&alarm=fallDown")), [Fall]);
    assert_eq!(signals(get("/?id=42&alarm=lowBattery")), [LowBattery]);
    assert_eq!(report(get("/?id=42&alarm=removing")).notices, [Notice::Removed]);
    assert_eq!(signals(get("/?id=42&alarm=&sos=false&event=motionchange")), [Heartbeat]);
    let odd = report(post_json(&json!({"device_id": 42, "alarm": {"type": "sos"}})));
    assert_eq!(odd.signals, [Sos]);
    assert_eq!(signals(post_json(&json!({"device_id": 42, "alarm": ["tow", "sos"]}))), [Sos]);
}

#[test]
fn an_sos_is_heard_even_if_nothing_else_can_be_read() {
    let broken =
        "/?alarm=sos&id=42&lat=NaN&lon=x&timestamp=yesterday&batt=-1&cell=1,2&wifi=x&valid=maybe";
    assert_eq!(report(get(broken)), Report { signals: vec![Sos], ..Report::default() });
    let nameless = get("/?alarm=sos").unwrap();
    assert_eq!((nameless.ident.as_str(), nameless.alarm().unwrap().1), ("", Sos));
    let cut = "{\"device_id\":\"42\",\"location\":{\"alarm\":\"sos\",\"coords\":{\"latitude\":24.";
    assert_eq!(post(Some("application/json"), cut).map(|heard| heard.ident).as_deref(), Some("42"));
    assert_eq!(signals(post(Some("application/json"), cut))[0], Sos);
    let not_a_number = "{\"device_id\":\"42\",\"alarm\":\"sos\",\"coords\":{\"latitude\":NaN,\"longitude\":117.66}}";
    assert_eq!(signals(post(Some("application/json"), not_a_number)), [Sos]);
}

#[test]
fn a_body_without_a_report_hides_no_sos_of_the_query() {
    for body in ["[]", "[1]", "[[]]", "[null]"] {
        let request = HttpRequest {
            method: "POST",
            path_and_query: "/?id=42&alarm=sos",
            body: body.as_bytes(),
            ..HttpRequest::default()
        };
        assert_eq!(signals(osmand::hear(&request)), [Sos], "{body}");
    }
}

#[test]
fn what_says_nothing_of_anybody_is_not_heard() {
    for path in ["/", "/?", "/?lat=1&lon=2", "/favicon.ico", "/?id=&deviceid=%20", ""] {
        assert_eq!(get(path), None, "{path}");
    }
    for body in ["", "{}", "[]", "{\"device_id\":null}", "5", "{", "lat=1"] {
        assert_eq!(post(Some("application/json"), body), None, "{body}");
        assert_eq!(post(None, body), None, "{body}");
    }
}

#[test]
fn times_are_read_in_every_form() {
    let at = |time: &str| report(get(&format!("/?id=42&timestamp={time}"))).at;
    let expected = Some(UnixMs(1_401_873_011_000));
    for time in [
        "1401873011",
        "1401873011000",
        "2014-06-04+09%3A10%3A11",
        "2014-06-04%2009:10:11",
        "2014-06-04T09:10:11Z",
        "2014-06-04T17:10:11%2B08:00",
        "2014-06-04T17:10:11+08:00",
    ] {
        assert_eq!(at(time), expected, "{time}");
    }
    assert_eq!((at("0"), at("x"), at("")), (None, None, None));
}

#[test]
fn places_are_fixes_unless_the_app_says_no() {
    let place = |query: &str| {
        let report = report(get(&format!("/?id=42&{query}")));
        (report.fix.is_some(), report.stale_point.is_some(), report.signals)
    };
    assert_eq!(place("lat=24.51&lon=117.66"), (true, false, vec![Position]));
    assert_eq!(place("location=24.51,117.66&valid=1"), (true, false, vec![Position]));
    assert_eq!(place("lat=24,51&lon=%2B117.66&valid=true"), (true, false, vec![Position]));
    assert_eq!(place("lat=24.51&lon=117.66&valid=false"), (false, true, vec![Heartbeat]));
    assert_eq!(place("lat=0&lon=0"), (false, false, vec![Heartbeat]));
    assert_eq!(place("lat=91&lon=0"), (false, false, vec![Heartbeat]));
    let accurate = report(get("/?id=42&lat=24.51&lon=117.66&accuracy=12.5&batt=87.4"));
    assert_eq!((accurate.fix.unwrap().accuracy_m, accurate.battery_pct), (Some(12.5), Some(87)));
}

#[test]
fn a_batch_is_read_oldest_first_and_hides_no_sos() {
    let location = |time: &str, alarm: Value| {
        json!({"timestamp": time, "coords": {"latitude": "24.51", "longitude": "117.66"},
            "battery": {"level": 0.41}, "extras": {"alarm": alarm}})
    };
    let (late, early) = ("2026-11-21T10:00:00Z", "2026-11-21T09:00:00Z");
    let batch = json!([location(late, Value::Null), location(early, "sos".into())]);
    for body in [
        json!({"location": batch, "device_id": "42"}),
        json!([{"location": batch[0], "device_id": "42"}, {"location": batch[1], "device_id": "42"}]),
    ] {
        let heard = post_json(&body).unwrap();
        assert_eq!((heard.ident.as_str(), heard.reports.len()), ("42", 2));
        assert_eq!(heard.reports[0].signals, [Sos, Position]);
        assert_eq!(heard.reports[1].signals, [Position]);
        assert_eq!(heard.reports[1].battery_pct, Some(41));
    }
}

#[test]
fn the_query_that_the_app_filled_in_is_read_where_nothing_else_is() {
    let body = json!({"location": {"_": "&id=42&lat=24.51&lon=117.66&alarm=sos&"}});
    let heard = post_json(&body).unwrap();
    assert_eq!((heard.ident.as_str(), &heard.reports[0].signals[..]), ("42", &[Sos, Position][..]));
}

#[test]
fn odd_idents_are_kept() {
    let ident = |query: &str| get(query).unwrap().ident;
    assert_eq!(ident("/?id=%E8%A1%A8+1"), "表 1");
    assert_eq!(ident("/?deviceid=d-17%00"), "d-17");
    assert_eq!(ident(&format!("/?id={}", "7".repeat(5_000))).len(), 64);
}

#[test]
fn lists_are_bounded() {
    let cells = "&cell=460,0,1,2&wifi=00:14:22:01:23:45,-1".repeat(500);
    let report = report(get(&format!("/?id=42{cells}")));
    assert_eq!((report.cells.len(), report.wifi.len()), (64, 64));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics(path in "[/?a-z=&%+0-9é,.:-]{0,80}", body in "[{}\\[\\]\":,a-z=&%+0-9é.\\\\-]{0,120}", is_json: bool) {
        let content_type = is_json.then_some("application/json");
        let request = HttpRequest { path_and_query: &path, content_type, body: body.as_bytes(), ..HttpRequest::default() };
        if let Some(heard) = osmand::hear(&request) {
            prop_assert!(heard.reports.iter().all(|report| !report.signals.is_empty()));
        }
    }

    #[test]
    fn an_sos_beside_noise_comes_out(before in "([a-z]{1,8}=[a-z0-9%+.,-]{0,12}&){0,6}", after in "(&[a-z]{1,8}=[a-z0-9%+.,-]{0,12}){0,6}") {
        let heard = get(&format!("/?{before}alarm=sos{after}"));
        prop_assert_eq!(signals(heard)[0], Sos);
    }

    #[test]
    fn an_sos_in_a_broken_document_comes_out(noise in "[{}\\[\\]:,a-z0-9. ]{0,60}") {
        let body = format!("{{\"device_id\":\"42\",{noise},\"alarm\":\"sos\"{noise}");
        prop_assert_eq!(post(Some("application/json"), &body).unwrap().reports[0].signals[0], Sos);
    }
}
