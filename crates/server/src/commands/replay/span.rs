//! From when to when, as a person writes it.

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use silverbell_domain::UnixMs;

/// Reports go no further either.
const MOST_DAYS: i64 = 400;

/// From when to when, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: UnixMs,
    pub(super) to: UnixMs,
}

impl Span {
    /// Reads both ends.
    pub(super) fn read(from: &str, to: &str, zone: &TimeZone, now: UnixMs) -> Result<Self> {
        let span =
            Self { from: time(from, zone).context("--from")?, to: time(to, zone).context("--to")? };
        if span.to <= span.from {
            bail!("--to {to} is not after --from {from}");
        }
        if span.to > now {
            bail!("--to {to} lies in the future: nothing is on record yet");
        }
        if span.to.since_ms(span.from) > MOST_DAYS * 86_400_000 {
            bail!("--from {from} --to {to}: {MOST_DAYS} days at most");
        }
        Ok(span)
    }

    /// Returns the span in the district's time.
    pub(super) fn in_words(&self, zone: &TimeZone) -> String {
        let words = |at: UnixMs| {
            let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
            at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        };
        format!("{} to {}", words(self.from), words(self.to))
    }
}

/// Reads a time: RFC 3339, or a local date or time; a date is its midnight.
pub(in crate::commands) fn time(text: &str, zone: &TimeZone) -> Result<UnixMs> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(UnixMs(at.as_millisecond()));
    }
    let local = text.parse::<DateTime>().ok().and_then(|at| at.to_zoned(zone.clone()).ok());
    let at = local.with_context(|| {
        format!("\"{text}\" is no time, such as 2026-03-01, 2026-03-01T20:00 or 2026-03-01T12:00Z")
    })?;
    Ok(UnixMs(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = UnixMs(1_800_000_000_000);

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("a zone")
    }

    #[test]
    fn a_time_is_local_unless_it_says_otherwise() {
        let at = |text| time(text, &zone()).expect("a time");
        let noon = at("2026-03-01T04:00:00Z");
        assert_eq!(at("2026-03-01T12:00"), noon);
        assert_eq!(at("2026-03-01 12:00:00"), noon);
        assert_eq!(at("2026-03-01T13:00:00+09:00"), noon);
        assert_eq!(at("2026-03-01"), noon.plus_s(-12 * 3_600));
        assert!(time("yesterday", &zone()).is_err());
        assert!(time("2026-13-01", &zone()).is_err());
    }

    #[test]
    fn a_span_that_cannot_be_is_refused_in_words() {
        let read = |from, to| Span::read(from, to, &zone(), NOW).map_err(|why| format!("{why:#}"));
        let refused = |from, to| read(from, to).expect_err("no such span");
        assert!(refused("2026-03-02", "2026-03-01").contains("not after"));
        assert!(refused("2026-03-01", "2026-03-01").contains("not after"));
        assert!(refused("2026-03-01", "2099-01-01").contains("future"));
        assert!(refused("2024-03-01", "2026-03-01").contains("400 days"));
        assert!(refused("2026-03-01", "tomorrow").contains("--to: \"tomorrow\""));
        let night = read("2026-03-01T20:00", "2026-03-02").expect("a night");
        let words = "2026-03-01T20:00:00+08:00 to 2026-03-02T00:00:00+08:00";
        assert_eq!(night.in_words(&zone()), words);
    }
}
