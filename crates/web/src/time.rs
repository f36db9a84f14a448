//! Times at the edge: RFC 3339, UTC, milliseconds.

use jiff::Timestamp;
use silverbell_domain::UnixMs;

/// Returns a time in RFC 3339, UTC, with milliseconds. A time that the calendar lacks becomes its
/// first or last.
#[must_use]
pub fn rfc3339(at: UnixMs) -> String {
    let end = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(end);
    format!("{timestamp:.3}")
}

/// Returns the time that an RFC 3339 text names, in any zone; `None` for anything else.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<UnixMs> {
    text.parse::<Timestamp>().ok().map(|timestamp| UnixMs(timestamp.as_millisecond()))
}

/// Returns whether there is a time zone of this IANA name.
#[must_use]
pub fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// Returns the age in whole years of somebody born on a day (`YYYY-MM-DD`).
#[must_use]
pub fn age_years(born: &str, now: UnixMs) -> Option<u32> {
    let born: jiff::civil::Date = born.parse().ok()?;
    let today = Timestamp::from_millisecond(now.0).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    u32::try_from(i32::from(today.year()) - i32::from(born.year()) - i32::from(before_birthday))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_keeps_its_milliseconds_there_and_back() {
        let at = UnixMs(1_795_226_584_007);
        assert_eq!(rfc3339(at), "2026-11-21T02:03:04.007Z");
        assert_eq!(parse_rfc3339("2026-11-21T10:03:04.007+08:00"), Some(at));
    }

    #[test]
    fn a_time_outside_the_calendar_is_clamped_and_rubbish_is_none() {
        assert!(rfc3339(UnixMs(i64::MAX)).starts_with("9999-"));
        assert_eq!(parse_rfc3339("yesterday"), None);
    }

    #[test]
    fn a_birthday_counts_from_its_day() {
        let eve = parse_rfc3339("2026-11-20T12:00:00Z").expect("a time");
        let day = parse_rfc3339("2026-11-21T12:00:00Z").expect("a time");
        assert_eq!(age_years("1940-11-21", eve), Some(85));
        assert_eq!(age_years("1940-11-21", day), Some(86));
        assert_eq!(age_years("unknown", day), None);
    }
}
