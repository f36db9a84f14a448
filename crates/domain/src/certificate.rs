//! Certificates of responders (证书): first aid, care, driving; each ends on a day.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::registry::day_of;

/// A certificate that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// What it is called (红十字救护员证).
    pub name: String,
    /// Its last day, `YYYY-MM-DD` by the district's calendar.
    pub until: String,
}

impl Certificate {
    /// Reads one as lists write it, name and last day: `救护员证 2027-03-01`. `None` without a day at the end.
    /// What is wrong with the day is for the file's check to tell.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, until) = text.trim().rsplit_once(char::is_whitespace)?;
        Some(Self { name: name.trim().to_owned(), until: until.to_owned() })
    }

    /// Returns how many days after `today` (`YYYY-MM-DD`) its last day is; negative when it has ended, `None`
    /// when either is no day.
    #[must_use]
    pub fn days_left(&self, today: &str) -> Option<i64> {
        Some(day_of(&self.until)? - day_of(today)?)
    }
}

/// Returns of each name the certificate that lasts longest: what was renewed is not over.
#[must_use]
pub fn latest_of_each(certificates: &[Certificate]) -> Vec<&Certificate> {
    let is_latest = |it: &&Certificate| {
        !certificates.iter().any(|other| other.name == it.name && other.until > it.until)
    };
    let mut latest: Vec<_> = certificates.iter().filter(is_latest).collect();
    latest.dedup();
    latest
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_read_as_it_is_written() {
        let read = Certificate::parse(" 红十字 救护员证  2027-03-01 ");
        let expected =
            Certificate { name: "红十字 救护员证".into(), until: "2027-03-01".into() };
        assert_eq!(read.as_ref(), Some(&expected));
        assert_eq!(Certificate::parse(&expected.to_string()), Some(expected));
        assert_eq!(Certificate::parse("救护员证"), None);
    }

    #[test]
    fn what_was_renewed_is_not_over() {
        let of = |name: &str, until: &str| Certificate { name: name.into(), until: until.into() };
        let all = [of("a", "2024-01-01"), of("b", "2023-01-01"), of("a", "2027-01-01")];
        let latest: Vec<_> = latest_of_each(&all).into_iter().map(ToString::to_string).collect();
        assert_eq!(latest, ["b 2023-01-01", "a 2027-01-01"]);
    }

    #[test]
    fn its_last_day_is_still_one_on_which_it_holds() {
        let of = |until: &str| Certificate { name: "x".into(), until: until.into() };
        assert_eq!(of("2024-03-01").days_left("2024-02-28"), Some(2), "a leap day between");
        assert_eq!(of("2024-02-28").days_left("2024-02-28"), Some(0));
        assert_eq!(of("2023-12-31").days_left("2024-01-01"), Some(-1));
        assert_eq!(of("soon").days_left("2024-01-01"), None);
    }
}
