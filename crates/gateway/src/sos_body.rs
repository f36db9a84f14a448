//! The body of `POST /v1/sos` and `POST /v1/positions`, read leniently: whatever can be read of an
//! alarm is an alarm.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use silverbell_domain::{Flag, Position, PositionSource, SignalKind, UnixMs};
use silverbell_roads::Datum;
use silverbell_web::parse_rfc3339;

/// What a device calls itself and its events is cut off here, characters.
const MAX_NAME: usize = 128;

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
    /// Reads a body; `None` when it is no JSON object, so that no alarm can be read from it.
    pub(crate) fn read(raw: &[u8], received_at: UnixMs) -> Option<Self> {
        let body = object(raw)?;
        let mut flags = Vec::new();
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
        Some(Self {
            device: name(body.get("device")),
            event_id: name(body.get("id")),
            kind,
            pressed_at: time(body.get("at")),
            position: body
                .get("position")
                .and_then(Value::as_object)
                .and_then(|object| position(object, received_at)),
            battery_pct: body.get("battery_pct").and_then(percent),
            flags,
        })
    }
}

/// Reads the positions of a body: what the device calls itself, the places that are some, and how
/// many were none.
pub(crate) fn read_positions(
    raw: &[u8],
    received_at: UnixMs,
) -> Option<(Option<String>, Vec<Position>, usize)> {
    let body = object(raw)?;
    let list = body.get("positions")?.as_array()?;
    let places: Vec<Position> = list
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|object| position(object, received_at))
        .collect();
    let dropped = list.len() - places.len();
    Some((name(body.get("device")), places, dropped))
}

/// Reads a JSON object. A byte-order mark or a name in another encoding (GBK firmware) does not make
/// an alarm unreadable.
fn object(raw: &[u8]) -> Option<Map<String, Value>> {
    let text = String::from_utf8_lossy(raw);
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(object)) => Some(object),
        Ok(_) | Err(_) => None,
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

/// A name is a string, or a number that stands for one. One too long is recognised by its hash.
fn name(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if text.chars().count() > MAX_NAME {
        return Some(hex::encode(Sha256::digest(text.as_bytes())));
    }
    (!text.is_empty()).then_some(text)
}

fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn percent(value: &Value) -> Option<u8> {
    let number = value.as_f64().filter(|n| (0.0..=100.0).contains(n))?;
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
        for text in ["", "SOS", "[1]", "\"sos\"", r#"{"device":"d-17""#] {
            assert_eq!(read(text), None, "{text}");
        }
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
    }
}
