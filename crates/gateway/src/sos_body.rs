//! The body of `POST /v1/sos` and `POST /v1/positions`, read leniently: whatever can be read of an
//! alarm is an alarm.

use serde_json::{Map, Value};
use silverbell_domain::{Flag, Position, PositionSource, SignalKind, UnixMs};
use silverbell_roads::Datum;
use silverbell_web::parse_rfc3339;

use silverbell_protocols::name;

use crate::damaged;

/// What could be read of an alarm.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SosBody {
    /// What the device calls itself; `None` when it does not say.
    pub(crate) device: Option<String>,
    pub(crate) event_id: Option<String>,
    pub(crate) kind: SignalKind,
    pub(crate) pressed_at: Option<UnixMs>,
    pub(crate) position: Option<Position>,
    pub(crate) battery_pct: Option<u8>,
    pub(crate) flags: Vec<Flag>,
}

impl SosBody {
    /// Reads a body; `None` when it does not even begin as a JSON object, so that no alarm can be
    /// read from it.
    pub(crate) fn read(raw: &[u8], received_at: UnixMs) -> Option<Self> {
        let (body, damage) = object(raw)?;
        Some(Self::of(&body, damage, received_at))
    }

    /// Returns the alarm of a body of which nothing came: that somebody pressed.
    pub(crate) fn lost(received_at: UnixMs) -> Self {
        Self::of(&Map::new(), Some(Flag::Truncated), received_at)
    }

    fn of(body: &Map<String, Value>, damage: Option<Flag>, received_at: UnixMs) -> Self {
        let mut flags: Vec<Flag> = damage.into_iter().collect();
        let kind = match body.get("kind") {
            None | Some(Value::Null) => SignalKind::Sos,
            Some(Value::String(word)) if word == "sos" => SignalKind::Sos,
            Some(Value::String(word)) if word == "fall" => SignalKind::Fall,
            Some(Value::String(word)) if word == "help" => SignalKind::Help,
            Some(_) => {
                flags.push(Flag::KindUnknown);
                SignalKind::Sos
            }
        };
        Self {
            device: name(body.get("device")),
            event_id: name(body.get("id")),
            kind,
            pressed_at: time(body.get("at")),
            position: body
                .get("position")
                .and_then(Value::as_object)
                .and_then(|object| position(object, received_at)),
            battery_pct: percent(body.get("battery_pct")),
            flags,
        }
    }
}

/// Reads the positions of a body: what the device calls itself, the places that are some, and how
/// many were none.
pub(crate) fn read_positions(
    raw: &[u8],
    received_at: UnixMs,
) -> Option<(Option<String>, Vec<Position>, usize)> {
    let (body, _) = object(raw)?;
    let list = body.get("positions")?.as_array()?;
    let places: Vec<Position> = list
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|object| position(object, received_at))
        .collect();
    let dropped = list.len() - places.len();
    Some((name(body.get("device")), places, dropped))
}

/// Reads a JSON object, and says what is the matter with it. What stands around it (a byte-order
/// mark, zeros) and a name in another encoding (GBK firmware) are no matter; what JSON refuses is
/// read as far as it goes.
fn object(raw: &[u8]) -> Option<(Map<String, Value>, Option<Flag>)> {
    let text = String::from_utf8_lossy(raw);
    let text = damaged::trim(&text);
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Some((object, None)),
        Ok(_) => None,
        Err(_) => damaged::read(text).map(|left| {
            let damage = if left.is_cut { Flag::Truncated } else { Flag::BodyDamaged };
            (left.members, Some(damage))
        }),
    }
}

fn position(object: &Map<String, Value>, received_at: UnixMs) -> Option<Position> {
    let datum = object.get("datum").and_then(Value::as_str).and_then(Datum::parse);
    let (lat, lon) = (number(object.get("lat"))?, number(object.get("lon"))?);
    let point = datum.unwrap_or_default().to_wgs84(lat, lon)?;
    let source = match object.get("source").and_then(Value::as_str) {
        Some("wifi") => PositionSource::Wifi,
        Some("cell") => PositionSource::Cell,
        Some(_) | None => PositionSource::Gps,
    };
    let accuracy_m = number(object.get("accuracy_m")).filter(|radius| *radius >= 0.0);
    let at = time(object.get("at")).unwrap_or(received_at);
    Some(Position { point, accuracy_m, source, at })
}

/// A name is a string, or a number that stands for one.
fn name(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => name::kept(text),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn percent(value: Option<&Value>) -> Option<u8> {
    let number = number(value).filter(|n| (0.0..=100.0).contains(n))?;
    // Checked to fit just above.
    Some(number.round() as u8)
}

/// A time in RFC 3339, or milliseconds since 1970.
fn time(value: Option<&Value>) -> Option<UnixMs> {
    match value? {
        Value::String(text) => parse_rfc3339(text),
        Value::Number(number) => number.as_i64().map(UnixMs),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: UnixMs = UnixMs(1_795_226_584_000);

    fn read(text: &str) -> Option<SosBody> {
        SosBody::read(text.as_bytes(), NOW)
    }

    #[test]
    fn the_body_of_the_contract_is_read_whole() {
        let body = read(
            r#"{"device":"d-17","id":"boot3-0042","kind":"fall","at":"2026-11-21T02:03:04.000Z",
                "battery_pct":41,"position":{"lat":24.51,"lon":117.66,"accuracy_m":25,
                "source":"wifi","datum":"wgs84","at":"2026-11-21T02:03:01.000Z"}}"#,
        )
        .expect("an alarm");
        assert_eq!(body.device.as_deref(), Some("d-17"));
        assert_eq!(body.event_id.as_deref(), Some("boot3-0042"));
        assert_eq!(body.kind, SignalKind::Fall);
        assert_eq!(body.pressed_at, Some(UnixMs(1_795_226_584_000)));
        assert_eq!(body.battery_pct, Some(41));
        let position = body.position.expect("a position");
        assert_eq!(position.source, PositionSource::Wifi);
        assert_eq!(position.at, UnixMs(1_795_226_581_000));
        assert_eq!(position.accuracy_m, Some(25.0));
        assert!(body.flags.is_empty());
    }

    #[test]
    fn an_alarm_without_anything_else_is_an_sos() {
        let body = read(r#"{"device":"d-17"}"#).expect("an alarm");
        assert_eq!(body.kind, SignalKind::Sos);
        assert_eq!((body.position, body.pressed_at), (None, None));
    }

    #[test]
    fn an_unknown_kind_is_an_sos_with_a_flag() {
        for kind in [r#""bell""#, "7", "[]"] {
            let body = read(&format!(r#"{{"device":"d","kind":{kind}}}"#)).expect("an alarm");
            assert_eq!((body.kind, body.flags), (SignalKind::Sos, vec![Flag::KindUnknown]));
        }
    }

    #[test]
    fn a_position_that_names_no_place_is_none() {
        for (lat, lon) in [("0", "0"), ("91", "117"), ("null", "117"), ("\"x\"", "117")] {
            let text = format!(r#"{{"device":"d","position":{{"lat":{lat},"lon":{lon}}}}}"#);
            assert_eq!(read(&text).expect("an alarm").position, None, "{lat},{lon}");
        }
    }

    #[test]
    fn a_byte_order_mark_and_another_encoding_hide_no_alarm() {
        let marked = "\u{feff}{\"device\":\"d-17\"}".as_bytes();
        assert!(SosBody::read(marked, NOW).is_some());
        let gbk = b"{\"device\":\"d-17\",\"note\":\"\xc0\xcf\xc8\xcb\"}";
        assert_eq!(SosBody::read(gbk, NOW).expect("an alarm").device.as_deref(), Some("d-17"));
    }

    #[test]
    fn rubbish_is_no_alarm() {
        for text in ["", "SOS", "[1]", "\"sos\"", "7", "\0\0", "SOS{\"device\":\"d-17\"}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_around_an_alarm_is_no_damage() {
        for text in [
            "{\"device\":\"d-17\"}\0\0",
            "\r\n{\"device\":\"d-17\"}\r\n",
            "{\"device\":\"d-17\\u0000\"}",
        ] {
            let body = read(text).expect("an alarm");
            assert_eq!((body.device.as_deref(), body.flags), (Some("d-17"), vec![]), "{text:?}");
        }
        let erased_flash = b"{\"device\":\"d-17\"}\xff\xff\xff";
        assert!(SosBody::read(erased_flash, NOW).is_some_and(|body| body.flags.is_empty()));
    }

    #[test]
    fn what_json_refuses_is_an_alarm_with_a_flag() {
        for odd in [
            r#""note":1e999"#,
            r#""battery_pct":NaN"#,
            r#""note":"\ud800""#,
            "\"note\":\"a\tb\"",
            r#""note":Infinity,"#,
            r#""id":+1"#,
            r#""a":1}}}"#,
            &format!("\"deep\":{}{}", "[".repeat(200), "]".repeat(200)),
        ] {
            let body = read(&format!(r#"{{"device":"d-17","kind":"fall",{odd}}}"#)).expect(odd);
            assert_eq!(
                (body.device.as_deref(), body.kind),
                (Some("d-17"), SignalKind::Fall),
                "{odd}"
            );
            assert_eq!(body.flags, [Flag::BodyDamaged], "{odd}");
        }
    }

    #[test]
    fn a_position_survives_what_is_odd_beside_and_in_it() {
        for place in [
            r#""lat":24.51,"lon":117.66,"accuracy_m":NaN"#,
            r#""lat":+24.51,"lon":0117.66,"#,
            r#""lat":24.51,"accuracy_m":1e999,"lon":117.66"#,
        ] {
            let body =
                read(&format!(r#"{{"device":"d","battery_pct":041,"position":{{{place}}}}}"#));
            let body = body.expect("an alarm");
            let point = body.position.expect("a position").point;
            assert_eq!(
                (point.lat, point.lon, body.battery_pct),
                (24.51, 117.66, Some(41)),
                "{place}"
            );
        }
    }

    #[test]
    fn a_cut_body_is_an_alarm_of_which_only_what_is_whole_counts() {
        let whole = r#"{"device":"d-17","id":"e1","battery_pct":41,"position":{"lat":24.51,"lon":117.66},"kind":"fall"}"#;
        for length in 1..whole.len() {
            let body = read(&whole[..length]).expect("an alarm");
            assert_eq!(body.flags, [Flag::Truncated], "{length}");
            assert!(body.device.is_none_or(|device| device == "d-17"), "{length}");
            assert!(body.event_id.is_none_or(|id| id == "e1"), "{length}");
            assert!(body.battery_pct.is_none_or(|percent| percent == 41), "{length}");
            assert!(body.position.is_none_or(|position| position.point.lon > 117.65), "{length}");
        }
        let body = read(&whole[..whole.find("position").expect("is there")]).expect("an alarm");
        assert_eq!((body.device.as_deref(), body.event_id.as_deref()), (Some("d-17"), Some("e1")));
    }

    #[test]
    fn positions_behind_damage_are_taken() {
        let text =
            r#"{"device":"d","positions":[{"lat":24.51,"lon":117.66},{"lat":NaN,"lon":1},{"lat":2"#;
        let (device, places, dropped) = read_positions(text.as_bytes(), NOW).expect("positions");
        assert_eq!((device.as_deref(), places.len(), dropped), (Some("d"), 1, 2));
    }

    #[test]
    fn a_shifted_position_is_brought_back() {
        let text = r#"{"device":"d","position":{"lat":24.51,"lon":117.66,"datum":"gcj02"}}"#;
        let moved = read(text).expect("an alarm").position.expect("a position").point;
        let given = silverbell_domain::LatLon { lat: 24.51, lon: 117.66 };
        assert!((200.0..900.0).contains(&moved.distance_m(given)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = SosBody::read(&raw, NOW);
            let _ = read_positions(&raw, NOW);
        }

        #[test]
        fn an_object_of_any_bytes_is_an_alarm(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let begun = [b"{", &raw[..]].concat();
            prop_assert!(SosBody::read(&begun, NOW).is_some());
        }
    }
}
