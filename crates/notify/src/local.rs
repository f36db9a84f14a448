//! The time where a district is, and the spans that a digest is about. Pure.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use silverbell_domain::UnixMs;
use silverbell_store::District;

/// Returns a district's zone; UTC where nobody knows it.
pub(crate) fn zone(district: Option<&District>) -> TimeZone {
    let zone = district.and_then(|it| TimeZone::get(&it.time_zone).ok());
    zone.unwrap_or(TimeZone::UTC)
}

fn local(zone: &TimeZone, at: UnixMs) -> DateTime {
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    zone.to_datetime(at)
}

fn instant(zone: &TimeZone, local: DateTime) -> UnixMs {
    let zoned = local.to_zoned(zone.clone());
    UnixMs(zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
}

/// Returns the minute of the day there.
pub(crate) fn minute_of_day(zone: &TimeZone, at: UnixMs) -> u16 {
    let local = local(zone, at);
    u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs())
}

/// What a digest is about: a day or a week, until the hour at which it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Every {
    /// Daily.
    Day,
    /// Weekly.
    Week,
}

/// When digests are written, in the district's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestTime {
    hour: i8,
    minute: i8,
    weekday: Weekday,
}

impl DigestTime {
    /// Reads settings: an hour such as `18:00`, and the English name of a day.
    ///
    /// # Errors
    /// What is wrong, by the setting's key.
    pub fn read(at: &str, weekday: &str) -> Result<Self, String> {
        let wrong = || format!("notify.digest_at: an hour such as \"18:00\", not \"{at}\"");
        let (hour, minute) = at.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str, below: i8| {
            let is_two_digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse().ok().filter(|n| is_two_digits && *n < below)
        };
        let (hour, minute) = number(hour, 24).zip(number(minute, 60)).ok_or_else(wrong)?;
        let days = [
            ("monday", Weekday::Monday),
            ("tuesday", Weekday::Tuesday),
            ("wednesday", Weekday::Wednesday),
            ("thursday", Weekday::Thursday),
            ("friday", Weekday::Friday),
            ("saturday", Weekday::Saturday),
            ("sunday", Weekday::Sunday),
        ];
        let known = days.into_iter().find(|(name, _)| *name == weekday.to_ascii_lowercase());
        let (_, weekday) = known.ok_or_else(|| {
            format!("notify.digest_weekday: \"monday\" to \"sunday\", not \"{weekday}\"")
        })?;
        Ok(Self { hour, minute, weekday })
    }

    /// Returns from when and until when the last whole span lasted.
    pub(crate) fn last(self, every: Every, zone: &TimeZone, now: UnixMs) -> (UnixMs, UnixMs) {
        let days = match every {
            Every::Day => 1,
            Every::Week => 7,
        };
        let mut end = self.on_the_day_of(zone, now);
        // A week at the most, and a day more where a clock is turned.
        for _ in 0..8 {
            let is_day = every == Every::Day || end.weekday() == self.weekday;
            if is_day && instant(zone, end) <= now {
                break;
            }
            end = shifted(end, -1);
        }
        (instant(zone, shifted(end, -days)), instant(zone, end))
    }

    /// Returns when it is next the hour for a digest.
    pub(crate) fn next(self, zone: &TimeZone, now: UnixMs) -> UnixMs {
        let today = self.on_the_day_of(zone, now);
        let at = instant(zone, today);
        if at >= now { at } else { instant(zone, shifted(today, 1)) }
    }

    fn on_the_day_of(self, zone: &TimeZone, now: UnixMs) -> DateTime {
        local(zone, now).date().at(self.hour, self.minute, 0, 0)
    }
}

fn shifted(local: DateTime, days: i32) -> DateTime {
    local.saturating_add(Span::new().days(days))
}

#[cfg(test)]
mod tests {
    use silverbell_testkit::START;

    use super::*;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("a zone")
    }

    fn at(text: &str) -> UnixMs {
        let zoned: DateTime = text.parse().expect("a time");
        instant(&shanghai(), zoned)
    }

    #[test]
    fn a_span_ends_at_the_last_hour_for_digests_that_has_come() {
        let time = DigestTime::read("18:00", "Sunday").expect("a time");
        // 2026-11-22 is a Sunday.
        for (now, day, week) in [
            ("2026-11-22T17:59", "2026-11-21T18:00", "2026-11-15T18:00"),
            ("2026-11-22T18:00", "2026-11-22T18:00", "2026-11-22T18:00"),
            ("2026-11-23T03:00", "2026-11-22T18:00", "2026-11-22T18:00"),
            ("2026-11-28T23:59", "2026-11-28T18:00", "2026-11-22T18:00"),
        ] {
            let (from, to) = time.last(Every::Day, &shanghai(), at(now));
            assert_eq!((from, to), (at(day).plus_s(-86_400), at(day)), "{now}");
            let (from, to) = time.last(Every::Week, &shanghai(), at(now));
            assert_eq!((from, to), (at(week).plus_s(-7 * 86_400), at(week)), "{now}");
        }
        assert_eq!(time.next(&shanghai(), at("2026-11-22T18:00")), at("2026-11-22T18:00"));
        assert_eq!(time.next(&shanghai(), at("2026-11-22T18:01")), at("2026-11-23T18:00"));
    }

    #[test]
    fn a_day_on_which_the_clock_is_turned_has_as_many_hours_as_it_has() {
        let time = DigestTime::read("02:30", "sunday").expect("a time");
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        // Clocks go from 2:00 to 3:00 on 2026-03-29.
        let now = instant(&berlin, "2026-03-29T12:00".parse().expect("a time"));
        let (from, to) = time.last(Every::Day, &berlin, now);
        assert!(to <= now && to.since_s(from) == 86_400, "{from:?} {to:?}");
        let (again, next) = time.last(Every::Day, &berlin, now.plus_s(86_400));
        assert_eq!(again, to, "spans neither overlap nor leave anything out");
        assert_eq!(next.since_s(again), 23 * 3_600);
    }

    #[test]
    fn the_minute_of_the_day_is_the_districts() {
        assert_eq!(minute_of_day(&shanghai(), START), 10 * 60 + 3);
        assert_eq!(minute_of_day(&zone(None), START), 2 * 60 + 3);
    }

    #[test]
    fn what_is_no_hour_or_no_day_is_said_by_its_key() {
        for wrong in ["24:00", "18", "18:60", "6:00", "+6:00", ""] {
            let error = DigestTime::read(wrong, "sunday").expect_err(wrong);
            assert!(error.starts_with("notify.digest_at:"), "{error}");
        }
        let error = DigestTime::read("18:00", "someday").expect_err("no day");
        assert!(error.starts_with("notify.digest_weekday:"), "{error}");
    }
}
