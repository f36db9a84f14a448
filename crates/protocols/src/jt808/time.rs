//! The device's time: six bytes, two decimal digits each.

use silverbell_domain::UnixMs;

/// What the standard's times are ahead of UTC, milliseconds: they are those of China.
const AHEAD_MS: i64 = 8 * 3_600_000;

/// Reads `YYMMDDhhmmss` of the years 2000 to 2099, GMT+8. `None` if this is no time.
pub(super) fn china(bytes: &[u8]) -> Option<UnixMs> {
    let &[year, month, day, hour, minute, second] = bytes else { return None };
    let UnixMs(ms) = utc([year, month, day], [hour, minute, second])?;
    Some(UnixMs(ms - AHEAD_MS))
}

/// Reads `DDMMYYhhmmss`, UTC, as locks send it.
pub(super) fn of_lock(bytes: &[u8]) -> Option<UnixMs> {
    let &[day, month, year, hour, minute, second] = bytes else { return None };
    utc([year, month, day], [hour, minute, second])
}

fn utc(date: [u8; 3], time: [u8; 3]) -> Option<UnixMs> {
    let [year, month, day] = date.map(decimal);
    let [hour, minute, second] = time.map(decimal);
    let year = 2000 + i16::from(year?);
    let civil = jiff::civil::DateTime::new(year, month?, day?, hour?, minute?, second?, 0).ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(UnixMs(zoned.timestamp().as_millisecond()))
}

/// Reads a byte of two decimal digits.
fn decimal(byte: u8) -> Option<i8> {
    let (tens, ones) = (byte >> 4, byte & 0x0f);
    if tens > 9 || ones > 9 {
        return None;
    }
    i8::try_from(tens * 10 + ones).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_china() {
        let at = china(&[0x26, 0x01, 0x01, 0x07, 0x59, 0x59]).unwrap();
        assert_eq!(at, UnixMs(1_767_225_599_000), "2025-12-31 23:59:59 UTC");
        let same = of_lock(&[0x31, 0x12, 0x25, 0x23, 0x59, 0x59]);
        assert_eq!(same, Some(at));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bytes in [
            &[0; 6][..],
            &[0x26, 0x13, 0x01, 0, 0, 0],
            &[0x26, 0x02, 0x30, 0, 0, 0],
            &[0x26, 0x0a, 0x01, 0, 0, 0],
            &[0xff; 6],
            &[0x26, 0x01, 0x01, 0x24, 0, 0],
            &[0x26, 0x01],
        ] {
            assert_eq!(china(bytes), None, "{bytes:02x?}");
        }
    }
}
