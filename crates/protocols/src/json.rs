//! JSON as apps write it, read leniently: numbers may be strings, and what is broken is read as far
//! as it can be.

use serde_json::{Map, Value};
use silverbell_domain::UnixMs;

/// Below this, a number is seconds since 1970; above, milliseconds.
const LAST_SECOND: f64 = 2_147_483_647.0;

/// Reads a document; where it is broken, its names and plain values in one object. `None` if there
/// is nothing to be read.
pub(crate) fn read(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => Some(value),
        Ok(_) => None,
        Err(_) => salvage(text),
    }
}

/// Returns whether a body looks like a document rather than a form.
pub(crate) fn looks_like(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    text.starts_with(b"{") || text.starts_with(b"[")
}

/// Returns a plain value as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads a finite number, with a decimal point or comma.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = text.parse().or_else(|_| text.replacen(',', ".", 1).parse());
    number.ok().filter(|number: &f64| number.is_finite())
}

/// Reads a charge in percent.
pub(crate) fn percent(text: &str) -> Option<u8> {
    let charge = number(text).filter(|charge| (0.0..=100.0).contains(charge))?;
    // In range, so nothing is cut off.
    Some(charge.round() as u8)
}

/// Reads a radius of uncertainty in metres; zero and less say unknown.
pub(crate) fn metres(text: &str) -> Option<f64> {
    number(text).filter(|metres| *metres > 0.0)
}

/// Reads a moment: seconds or milliseconds since 1970, or a date and a time, UTC if no zone is told.
pub(crate) fn moment(text: &str) -> Option<UnixMs> {
    let text = text.trim();
    if let Some(number) = number(text) {
        return of_number(number);
    }
    // In a form, the plus before a zone has become a space.
    let zoned = text.replacen('T', "#", 1).replace(' ', "+").replacen('#', "T", 1);
    let zoned = [text, &zoned].into_iter().find_map(|text| text.parse::<jiff::Timestamp>().ok());
    let civil = || {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    Some(UnixMs(zoned.or_else(civil)?.as_millisecond()))
}

fn of_number(number: f64) -> Option<UnixMs> {
    let ms = if number < LAST_SECOND { number * 1_000.0 } else { number };
    let ms = ms.round();
    // Only what a calendar holds: positive, and before the year 10000.
    (1.0..2.5e14).contains(&ms).then_some(UnixMs(ms as i64))
}

/// Collects the names and plain values of a broken document; the first of a name is kept, but for
/// alarms, which are joined: none may hide another.
fn salvage(text: &str) -> Option<Value> {
    let mut found = Map::new();
    let mut rest = text;
    while let Some((name, value, left)) = next_pair(rest) {
        rest = left;
        match found.get_mut(&name) {
            Some(Value::String(known)) if name.to_ascii_lowercase().contains("alarm") => {
                known.push(',');
                known.push_str(&value);
            }
            Some(_) => {}
            None => drop(found.insert(name, Value::String(value))),
        }
    }
    (!found.is_empty()).then_some(Value::Object(found))
}

/// Returns the next name with a plain value, and what follows.
fn next_pair(text: &str) -> Option<(String, String, &str)> {
    let mut rest = text;
    loop {
        let (name, after) = quoted(rest.get(rest.find('"')?..)?)?;
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        let value = value.trim_start();
        if value.starts_with('"') {
            let (value, after) = quoted(value).unwrap_or_else(|| (value[1..].to_owned(), ""));
            return Some((name, value, after));
        }
        let end = value.find([',', '}', ']', '{', '[', '"']).unwrap_or(value.len());
        let (plain, after) = value.split_at(end);
        if !plain.trim().is_empty() {
            return Some((name, plain.trim().to_owned(), after));
        }
        rest = after;
    }
}

/// Reads a string in quotes; `None` if it does not end.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|&(_, letter)| {
        let is_end = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    });
    let (inside, after) = text.split_at(end?.0 + 1);
    let plain = inside.trim_matches('"').to_owned();
    Some((serde_json::from_str(inside).unwrap_or(plain), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_form() {
        let expected = Some(UnixMs(1_377_177_267_000));
        for text in [
            "1377177267",
            "1377177267000",
            "1377177267.0",
            "2013-08-22T13:14:27Z",
            "2013-08-22T13:14:27.000Z",
            "2013-08-22T21:14:27+08:00",
            "2013-08-22T21:14:27 08:00",
            "2013-08-22T13:14:27",
            " 2013-08-22 13:14:27 ",
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_or_number_is_none() {
        for text in ["", "x", "NaN", "-1", "0", "1e300", "inf", "2013-13-22T13:14:27Z"] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!((number("NaN"), number("Infinity"), number("1.2.3")), (None, None, None));
        assert_eq!((number("24,51"), number("+24.51")), (Some(24.51), Some(24.51)));
        assert_eq!((percent("87.4"), percent("-1"), percent("101")), (Some(87), None, None));
        assert_eq!((metres("0"), metres("-5"), metres("5")), (None, None, Some(5.0)));
    }

    #[test]
    fn a_broken_document_gives_its_plain_values() {
        let whole = r#"{"device_id":"d-\"17","location":{"coords":{"latitude":24.5,"longitude":NaN},"alarm":"sos","x":[]}}"#;
        let told = read(whole.as_bytes()).unwrap();
        assert_eq!((&told["device_id"], &told["latitude"]), (&"d-\"17".into(), &"24.5".into()));
        assert_eq!((&told["alarm"], &told["longitude"]), (&"sos".into(), &"NaN".into()));
        for length in 0..whole.len() {
            let told = read(&whole.as_bytes()[..length]);
            let alarm = told.and_then(|told| told.get("alarm").and_then(text));
            let from = whole.find("sos").unwrap();
            assert_eq!(alarm.is_some(), length >= from, "{length}");
        }
    }

    #[test]
    fn no_alarm_hides_another_in_a_broken_document() {
        let told = read(br#"[{"alarm":"lowBattery"},{"alarm":"sos"},{"id":1},{"id":2"#).unwrap();
        assert_eq!((&told["alarm"], &told["id"]), (&"lowBattery,sos".into(), &"1".into()));
    }

    #[test]
    fn what_is_no_document_is_none() {
        for text in ["", "5", "null", "\"x\"", "id=42", "{", "\"", "\"a\":"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert!(read(b"\xef\xbb\xbf{\"a\":\"\xff\"}").is_some());
    }
}
