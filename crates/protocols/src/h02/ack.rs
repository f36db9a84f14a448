//! What devices wait for, byte for byte as Traccar answers them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use silverbell_domain::UnixMs;

use super::text::Message;

/// Returns the answer to a text message, `None` for one that expects none.
///
/// - `V0` and `HTBT` are repeated up to their command.
/// - `V1` is answered by `V4,V1` and the date and time, `NBR` likewise, if it has cells and a status.
/// - Other reports that begin with `V`, but for `V3` and `VP1`, are answered by `R12` and the time.
///
/// As with Traccar, a report is answered only if its latitude, longitude and speed are numbers, and
/// only one that names its device.
pub(super) fn text(raw: &[u8], message: &Message, now: UnixMs) -> Option<Vec<u8>> {
    let ident = &message.raw_ident;
    match message.kind.as_str() {
        "V0" | "HTBT" => echo(raw),
        _ if ident.is_empty() => None,
        "NBR" => has_cells(message).then(|| confirm(ident, "NBR", now)),
        "V3" | "VP1" => None,
        kind if !kind.starts_with('V') || !message.has_place => None,
        "V1" => Some(confirm(ident, "V1", now)),
        _ => Some(record(ident, now)),
    }
}

/// Returns the answer to a binary record.
pub(super) fn record(ident: &[u8], now: UnixMs) -> Vec<u8> {
    [b"*HQ,", ident, format!(",R12,{}#", clock(now)).as_bytes()].concat()
}

/// Returns the time of day in UTC, `hhmmss`.
pub(super) fn clock(now: UnixMs) -> String {
    civil(now).strftime("%H%M%S").to_string()
}

fn confirm(ident: &[u8], kind: &str, now: UnixMs) -> Vec<u8> {
    let rest = format!(",V4,{kind},{}#", civil(now).strftime("%Y%m%d%H%M%S"));
    [b"*HQ,", ident, rest.as_bytes()].concat()
}

fn echo(raw: &[u8]) -> Option<Vec<u8>> {
    let head =
        raw.split(|byte| matches!(byte, b',' | b'#')).take(3).collect::<Vec<_>>().join(&b',');
    Some([&head, &b"#"[..]].concat())
}

fn has_cells(message: &Message) -> bool {
    message.reports.iter().any(|report| !report.cells.is_empty() && report.at.is_some())
}

fn civil(now: UnixMs) -> DateTime {
    let timestamp = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    timestamp.to_zoned(TimeZone::UTC).datetime()
}
