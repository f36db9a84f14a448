//! OwnTracks against requests of real apps, and against noise.
use proptest::prelude::*;
use serde_json::{Value, json};
use silverbell_domain::SignalKind::{Fall, Heartbeat, LowBattery, Position, Sos};
use silverbell_domain::{SignalKind, UnixMs};
use silverbell_protocols::http_request::HttpRequest;
use silverbell_protocols::{Doubt, Heard, Notice, Report, owntracks};

use crate::{http, vectors};

fn post(body: &str) -> Option<Heard> {
    let body = body.as_bytes();
    owntracks::hear(&HttpRequest {
        method: "POST",
        path_and_query: "/pub",
        body,
        ..HttpRequest::default()
    })
}

fn report(message: &Value) -> Report {
    let mut reports = post(&message.to_string()).unwrap().reports;
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// A location, with other fields.
fn location(fields: &Value) -> Report {
    let mut message = json!({"_type": "location", "tid": "5t", "lat": 24.51, "lon": 117.66,
        "tst": 1_551_874_878, "acc": 15, "batt": 46, "t": "u"});
    let fields = fields.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(fields);
    report(&message)
}

fn signals(fields: &Value) -> Vec<SignalKind> {
    location(fields).signals
}

#[test]
fn every_vector_is_decoded_as_by_traccar() {
    for vector in vectors::of("owntracks.jsonl", "owntracks") {
        let heard = http::send(&vector, owntracks::hear, str::to_owned).unwrap();
        http::check(&vector, &heard);
        // A 200, as Traccar; but with the list that the app expects, where Traccar's body is empty.
        assert_eq!(vector["traccar"]["ack"], json!(["HTTP 200 "]));
        assert_eq!(heard.ack.as_deref(), Some(&b"[]"[..]));
    }
}

#[test]
fn every_vector_with_the_sos_word_is_an_sos() {
    for vector in vectors::of("owntracks.jsonl", "owntracks") {
        let pressed = http::send(&vector, owntracks::hear, |text| {
            text.replacen('{', "{\"alarm\":\"sos\",", 1)
        });
        assert_eq!(pressed.unwrap().reports[0].signals, [Sos, Position], "{vector}");
    }
}

#[test]
fn an_sos_is_what_a_field_calls_so() {
    for fields in [
        json!({"alarm": "sos"}),
        json!({"alarm": ["lowBattery", "SOS"]}),
        json!({"sos": true}),
        json!({"sos": 1}),
        json!({"event": "sos"}),
        json!({"poi": "S.O.S."}),
        json!({"tag": "sos"}),
        json!({"desc": "SOS"}),
    ] {
        assert_eq!(signals(&fields)[0], Sos, "{fields}");
        let mut lost = fields.clone();
        lost.as_object_mut()
            .unwrap()
            .extend(json!({"lat": 0, "lon": null, "tst": "x"}).as_object().unwrap().clone());
        assert_eq!(signals(&lost)[0], Sos, "without a place: {lost}");
    }
    assert_eq!(signals(&json!({"fall": true})), [Fall, Position]);
    let unknown = location(&json!({"alarm": {"type": 7}}));
    assert_eq!((unknown.signals[0], &unknown.doubts[..]), (Sos, &[Doubt::AlarmUnnamed][..]));
}

#[test]
fn other_words_are_no_alarm() {
    for fields in
        [json!({"t": "p"}), json!({"sos": false}), json!({"poi": "bench"}), json!({"alarm": ""})]
    {
        assert_eq!(signals(&fields), [Position], "{fields}");
    }
    assert_eq!(signals(&json!({"t": "9"})), [LowBattery, Position]);
    assert_eq!(location(&json!({"t": "e"})).notices, [Notice::Unplugged]);
    let region =
        report(&json!({"_type": "waypoint", "desc": "SOS", "lat": 24.5, "lon": 117.6, "tst": 1}));
    assert_eq!((region.signals, region.fix, region.at), (vec![Heartbeat], None, None));
}

#[test]
fn a_crossing_tells_where_and_which_way() {
    let crossing = |event: &str| {
        report(&json!({"_type": "transition", "tid": "5t", "event": event, "desc": "home",
            "lat": 24.51, "lon": 117.66, "tst": 1_551_874_878}))
    };
    assert_eq!(crossing("enter").notices, [Notice::GeofenceEnter]);
    assert_eq!(crossing("leave").notices, [Notice::GeofenceExit]);
    assert_eq!(crossing("leave").signals, [Position]);
}

#[test]
fn whatever_can_be_read_is_answered_so_that_the_queue_goes_on() {
    for kind in ["lwt", "status", "waypoints", "encrypted", "card", "cmd", "beacon", "steps", "new"]
    {
        let heard = post(&json!({"_type": kind, "data": "x", "tid": "5t"}).to_string()).unwrap();
        assert_eq!(heard.ack.as_deref(), Some(&b"[]"[..]), "{kind}");
        assert_eq!(heard.reports[0].signals, [Heartbeat], "{kind}");
    }
    for body in ["", " \r\n", "[]", "{}", "{\"lat\":", "{\"_type\":\"location\",\"lat\":NaN}"] {
        assert_eq!(post(body).is_some(), body != "{\"lat\":", "{body}");
    }
    for body in ["x", "5", "lat=24.51", "\u{0}"] {
        assert_eq!(post(body), None, "{body}");
    }
}

#[test]
fn the_ident_is_the_topic_or_the_tracker_id_or_what_stands_beside() {
    let ident = |message: Value| post(&message.to_string()).unwrap().ident;
    assert_eq!(
        ident(json!({"tid": "5t", "topic": "owntracks/anna/phone"})),
        "owntracks/anna/phone"
    );
    assert_eq!(ident(json!({"topic": "owntracks/anna/phone/event"})), "owntracks/anna/phone");
    assert_eq!(ident(json!({"topic": "owntracks/anna/event"})), "owntracks/anna/event");
    assert_eq!(ident(json!({"topic": "", "tid": 7})), "7");
    assert_eq!(ident(json!({"_type": "location"})), "");
    let headers = [("x-limit-u", "anna"), ("X-Limit-D", "phone")];
    let beside = |path_and_query, headers| {
        let request = HttpRequest {
            path_and_query,
            headers,
            body: b"{\"_type\":\"encrypted\"}",
            ..HttpRequest::default()
        };
        owntracks::hear(&request).unwrap().ident
    };
    assert_eq!(beside("/pub", &headers[..]), "owntracks/anna/phone");
    assert_eq!(beside("/pub?u=anna&d=phone", &[]), "owntracks/anna/phone");
}

#[test]
fn numbers_may_be_strings_and_what_is_none_is_left_out() {
    let lenient = location(
        &json!({"lat": "24.51", "lon": "117,66", "tst": "1551874878", "acc": "-1", "batt": "101"}),
    );
    assert_eq!(lenient.at, Some(UnixMs(1_551_874_878_000)));
    assert_eq!(lenient.fix.map(|fix| fix.accuracy_m), Some(None));
    assert_eq!(lenient.battery_pct, None);
    let connected = location(&json!({"BSSID": "00:14:22:01:23:4F", "SSID": "home"}));
    assert_eq!(connected.wifi[0].mac, "00:14:22:01:23:4f");
}

#[test]
fn an_sos_that_was_cut_or_broken_is_an_sos() {
    for body in [
        "{\"_type\":\"location\",\"alarm\":\"sos\",\"lat\":24.",
        "{\"_type\":\"location\",\"lat\":NaN,\"alarm\":\"sos\"}",
        "{\"_type\":\"location\",\"alarm\":\"so",
    ] {
        assert_eq!(post(body).unwrap().reports[0].signals[0], Sos, "{body}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics(body in "[{}\\[\\]\":,a-z_0-9é.\\\\-]{0,160}") {
        if let Some(heard) = post(&body) {
            prop_assert!(!heard.reports.is_empty());
            prop_assert!(heard.reports.iter().all(|report| !report.signals.is_empty()));
        }
    }

    #[test]
    fn an_sos_beside_noise_comes_out(noise in "[{}\\[\\]:,a-z0-9. ]{0,60}") {
        let body = format!("{{\"_type\":\"location\",{noise},\"alarm\":\"sos\"{noise}");
        prop_assert_eq!(post(&body).unwrap().reports[0].signals[0], Sos);
    }
}
