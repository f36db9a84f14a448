//! The small parts of a text message: numbers, moments, coordinates.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use silverbell_domain::UnixMs;

/// A slot in the tail of a clock that is ahead, milliseconds: a device's day may already be ours of
/// tomorrow.
const CLOCK_AHEAD_MS: i64 = 86_400_000;

/// Returns a field, empty if it is not there.
pub(super) fn at<'a>(fields: &[&'a str], index: usize) -> &'a str {
    fields.get(index).copied().unwrap_or_default().trim()
}

/// Returns whether a field is this many decimal digits.
pub(super) fn is_digits(field: &str, count: usize) -> bool {
    field.len() == count && field.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a charge in percent.
pub(super) fn percent(field: &str) -> Option<u8> {
    field.trim().parse().ok().filter(|&percent| percent <= 100)
}

/// Reads a status: eight hexadecimal digits.
pub(super) fn status(field: &str) -> Option<u32> {
    let is_long = field.len() == 8 && field.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_long.then(|| u32::from_str_radix(field, 16).ok())?
}

/// Returns whether these bits look like a status, where no place in the message proves it: most say
/// no, which is 1.
pub(super) const fn looks_like_status(bits: u32) -> bool {
    bits.count_ones() >= 16
}

/// Reads degrees and minutes: `2828.2297`, `37573392` (four decimals), `-23-35.3408`.
pub(super) fn degrees(field: &str, hemisphere: &str) -> Option<f64> {
    let field = field.trim();
    let (degrees, minutes) = match field.strip_prefix('-').and_then(|rest| rest.split_once('-')) {
        Some((degrees, minutes)) => (degrees, minutes.to_owned()),
        None => split_minutes(field)?,
    };
    let degrees: u16 = if degrees.is_empty() { 0 } else { degrees.parse().ok()? };
    let minutes: f64 = plain(&minutes).then(|| minutes.parse().ok())??;
    let value = f64::from(degrees) + minutes / 60.0;
    Some(if matches!(hemisphere, "S" | "W") { -value } else { value })
}

/// Parts the degrees from the minutes, whose whole part has two digits.
fn split_minutes(field: &str) -> Option<(&str, String)> {
    if let Some(point) = field.find('.') {
        let (degrees, minutes) = field.split_at_checked(point.checked_sub(2)?)?;
        return Some((degrees, minutes.to_owned()));
    }
    let (degrees, digits) = field.split_at_checked(field.len().checked_sub(6)?)?;
    let (whole, decimals) = digits.split_at_checked(2)?;
    (!degrees.is_empty()).then(|| (degrees, format!("{whole}.{decimals}")))
}

/// Returns whether a field holds digits and points only: no sign, no `NaN`.
fn plain(field: &str) -> bool {
    field.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Reads `hhmmss` as seconds since midnight. Firmware counts on past 59 seconds, so that is let be.
pub(super) fn time_of_day(field: &str) -> Option<i64> {
    let [hour, minute, second] = pairs(field)?;
    Some(hour * 3_600 + minute * 60 + second)
}

/// Reads `ddmmyy` of the years 2000 to 2099, and seconds since its midnight, UTC.
pub(super) fn moment(date: &str, seconds: i64) -> Option<UnixMs> {
    let [day, month, year] = pairs(date)?;
    utc(2000 + year, month, day, seconds)
}

/// Reads `ddhhmmss` as the last such moment before `now`: history tells no month.
pub(super) fn last_such_moment(field: &str, now: UnixMs) -> Option<UnixMs> {
    let (day, time) = is_digits(field, 8).then(|| field.split_at_checked(2))??;
    let (day, seconds) = (day.parse().ok()?, time_of_day(time)?);
    let today = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(TimeZone::UTC).date();
    let (year, month) = (i64::from(today.year()), i64::from(today.month()));
    let months = [(year, month), if month == 1 { (year - 1, 12) } else { (year, month - 1) }];
    let mut moments = months.into_iter().filter_map(|(year, month)| utc(year, month, day, seconds));
    moments.find(|moment| moment.since_ms(now) <= CLOCK_AHEAD_MS)
}

/// Returns a moment in UTC, `None` for a day that is not in the calendar.
pub(super) fn utc(year: i64, month: i64, day: i64, seconds: i64) -> Option<UnixMs> {
    let date =
        Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let midnight = date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    Some(UnixMs(midnight.saturating_add(seconds.saturating_mul(1_000))))
}

/// Reads six digits as three numbers.
fn pairs(field: &str) -> Option<[i64; 3]> {
    let field = field.trim();
    let number = |from: usize| field.get(from..from + 2)?.parse().ok();
    is_digits(field, 6).then(|| Some([number(0)?, number(2)?, number(4)?]))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_in_every_form() {
        let near = |field: &str, hemisphere: &str, expected: f64| {
            let value = degrees(field, hemisphere).unwrap();
            assert!((value - expected).abs() < 1e-9, "{field}: {value}");
        };
        near("2828.2297", "N", 28.0 + 28.2297 / 60.0);
        near("38.6508", "W", -38.6508 / 60.0);
        near("809.0010", "S", -8.15001666666667);
        near("37573392", "S", -37.955_653_333_333_33);
        near("145037022", "E", 145.061_703_333_333_33);
        near("-23-35.3408", "S", -23.589_013_333_333_333);
    }

    #[test]
    fn what_is_no_coordinate_is_none() {
        for field in ["", "x", "1.5", "12345", "123456", "NaN", "12NaN.0", "-1", "1e3.0000", "é9.0"]
        {
            assert_eq!(degrees(field, "N"), None, "{field}");
        }
    }

    #[test]
    fn moments_are_utc_and_wrong_ones_none() {
        assert_eq!(moment("180813", time_of_day("160169").unwrap()).unwrap().0, 1_376_841_729_000);
        for date in ["310213", "000013", "", "1808133", "18é813"] {
            assert_eq!(moment(date, 0), None, "{date}");
        }
        assert_eq!(time_of_day("12345"), None);
    }

    #[test]
    fn history_without_a_month_is_of_the_last_one() {
        let now = moment("020126", 3_600).unwrap();
        assert_eq!(last_such_moment("02005900", now), moment("020126", 59 * 60));
        assert_eq!(last_such_moment("03005900", now), moment("030126", 59 * 60), "clock ahead");
        assert_eq!(last_such_moment("31235900", now), moment("311225", 86_340));
        assert_eq!(last_such_moment("3123590", now), None);
        let march = moment("010326", 0).unwrap();
        assert_eq!(last_such_moment("30000000", march), None, "neither month has it");
    }
}
