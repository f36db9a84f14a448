//! The present, for times that are given to the service.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the present, milliseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "the service under test goes by the real clock")]
pub(crate) fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

/// Returns a moment in RFC 3339.
pub(crate) fn at(ms: i64) -> String {
    format!("{:.3}", jiff::Timestamp::from_millisecond(ms).unwrap())
}
