//! What a file of the registry may say: whoever writes it, by hand or by a list, is told in words what
//! makes no sense.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Certificate, Contact, LatLon, Responder, Senior, TemporaryAddress, UnixMs, UserId};

/// What is paid for (服务档次).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 信息服务: 20 yuan a month.
    Information,
    /// 居家服务: 50 yuan a month for 90 minutes at home, the information service included.
    Home,
}

impl Tier {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Home => "home",
        }
    }

    /// Returns what is meant by a word of the API or of a list.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match &*word.trim().to_ascii_lowercase() {
            "information" | "信息服务" | "信息" => Some(Self::Information),
            "home" | "居家服务" | "居家" => Some(Self::Home),
            _ => None,
        }
    }
}

/// That somebody looked on the spot whether address and pins are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// When.
    pub at: UnixMs,
    /// Who said so.
    pub by: UserId,
}

/// A senior has at most so many contacts.
pub const MAX_CONTACTS: usize = 20;

/// At most so many illnesses, medicines, allergies or dialects each.
pub const MAX_TEXTS: usize = 50;

/// A name, a relation, a village has at most so many characters.
const MAX_NAME: usize = 64;

/// An address, a note, an illness has at most so many characters.
const MAX_TEXT: usize = 500;

/// A telephone number has at most so many characters, and so many digits.
const MAX_PHONE: usize = 32;
const DIGITS: std::ops::RangeInclusive<usize> = 3..=20;

/// Nobody has become older, years.
const OLDEST: i64 = 130;

/// What is wrong with a file: where, a word for programs, and words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field, as it is called in the API.
    pub field: String,
    /// A word for programs: `missing`, `too_long`, `too_many`, `not_a_date`, `not_a_number`, …
    pub code: String,
    /// What is wrong and what would be right, in words; nothing of the file itself is quoted.
    pub detail: String,
}

impl Fault {
    /// Returns a fault.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), detail: detail.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)
    }
}

/// Collects what is wrong with a file.
#[derive(Default)]
struct Look {
    faults: Vec<Fault>,
}

impl Look {
    fn wrong(&mut self, field: &str, code: &str, detail: impl Into<String>) {
        self.faults.push(Fault::new(field, code, detail));
    }

    fn name(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.wrong(field, "missing", format!("1 to {MAX_NAME} characters"));
        } else {
            self.short(field, text, MAX_NAME);
        }
    }

    fn short(&mut self, field: &str, text: &str, most: usize) {
        if text.chars().count() > most {
            self.wrong(field, "too_long", format!("at most {most} characters"));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            self.wrong(field, "not_text", "control characters are no text");
        }
    }

    fn phone(&mut self, field: &str, text: &str) {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_number = text.chars().all(|c| c.is_ascii_digit() || "+-() #*,/转".contains(c));
        if text.chars().count() > MAX_PHONE || !DIGITS.contains(&digits) || !is_number {
            self.wrong(
                field,
                "not_a_phone",
                "a telephone number of 3 to 20 digits; + - ( ) # and blanks may stand between",
            );
        }
    }

    fn texts(&mut self, field: &str, texts: &[String]) {
        if texts.len() > MAX_TEXTS {
            self.wrong(field, "too_many", format!("at most {MAX_TEXTS}"));
        }
        for text in texts.iter().take(MAX_TEXTS) {
            self.short(field, text, MAX_TEXT);
        }
    }

    fn certificates(&mut self, certificates: &[Certificate]) {
        if certificates.len() > MAX_TEXTS {
            self.wrong("certificates", "too_many", format!("at most {MAX_TEXTS}"));
        }
        for Certificate { name, until } in certificates.iter().take(MAX_TEXTS) {
            self.name("certificates", name);
            if !is_date(until) {
                let words = "the last day of each stands behind its name, as 2027-03-01";
                self.wrong("certificates", "not_a_date", words);
            }
        }
    }

    fn place(&mut self, field: &str, place: LatLon) {
        if LatLon::new(place.lat, place.lon).is_none() {
            self.wrong(
                field,
                "no_place",
                "latitude -90 to 90 and longitude -180 to 180, WGS-84 degrees, not 0,0",
            );
        }
    }

    fn contacts(&mut self, contacts: &[Contact]) {
        if contacts.len() > MAX_CONTACTS {
            self.wrong("contacts", "too_many", format!("at most {MAX_CONTACTS}"));
        }
        for (n, contact) in contacts.iter().take(MAX_CONTACTS).enumerate() {
            self.name(&format!("contacts[{n}].name"), &contact.name);
            self.short(&format!("contacts[{n}].relation"), &contact.relation, MAX_NAME);
            self.phone(&format!("contacts[{n}].phone"), &contact.phone);
        }
    }

    fn temporary(&mut self, all: &[TemporaryAddress]) {
        if all.len() > TemporaryAddress::MOST {
            self.wrong("temporary", "too_many", format!("at most {}", TemporaryAddress::MOST));
        }
        for (n, stay) in all.iter().take(TemporaryAddress::MOST).enumerate() {
            let field = |name: &str| format!("temporary[{n}].{name}");
            if stay.address.trim().is_empty() {
                self.wrong(&field("address"), "missing", "where the senior lives then");
            }
            self.short(&field("address"), &stay.address, MAX_TEXT);
            self.short(&field("access"), &stay.access, MAX_TEXT);
            self.short(&field("note"), &stay.note, MAX_TEXT);
            self.place(&field("door"), stay.door);
            if let Some(gate) = stay.gate {
                self.place(&field("gate"), gate);
            }
            let lasts_ms = stay.until.since_ms(stay.from);
            if lasts_ms <= 0 || lasts_ms > TemporaryAddress::LONGEST_MS {
                self.wrong(&field("until"), "not_a_span", "after `from`, at most 400 days later");
            }
        }
    }

    /// Refuses what is said to have happened in the future; a clock may be a little ahead of ours.
    fn past(&mut self, field: &str, at: Option<UnixMs>, now: UnixMs) {
        const AHEAD_MS: i64 = 10 * 60_000;
        if at.is_some_and(|at| at.since_ms(now) > AHEAD_MS) {
            self.wrong(field, "in_the_future", "not in the future: say it when it has happened");
        }
    }

    fn born(&mut self, text: &str, now: UnixMs) {
        match (day_of(text), now.0.div_euclid(86_400_000)) {
            (None, _) => self.wrong("born", "not_a_date", "a date as 1940-11-21"),
            // A day ahead it may be born already: the district's day begins before ours.
            (Some(day), today) if day > today + 1 => {
                self.wrong("born", "in_the_future", "not in the future");
            }
            (Some(day), today) if today - day > OLDEST * 366 => {
                self.wrong("born", "too_old", format!("at most {OLDEST} years ago"));
            }
            (Some(_), _) => {}
        }
    }
}

/// Returns what is wrong with a senior's file; nothing when all is well. `now` tells who is not born yet.
#[must_use]
pub fn check_senior(senior: &Senior, now: UnixMs) -> Vec<Fault> {
    let mut look = Look::default();
    look.name("name", &senior.name);
    look.born(&senior.born, now);
    look.phone("phone", &senior.phone);
    look.short("village", &senior.village, MAX_NAME);
    look.short("address", &senior.address, MAX_TEXT);
    look.short("access", &senior.access, MAX_TEXT);
    look.place("lat", senior.home);
    if let Some(gate) = senior.gate {
        look.place("gate", gate);
    }
    if senior.care_level > 5 {
        look.wrong("care_level", "out_of_range", "0 to 5; 0 is not known");
    }
    look.texts("conditions", &senior.conditions);
    look.texts("medicines", &senior.medicines);
    look.texts("allergies", &senior.allergies);
    look.contacts(&senior.contacts);
    look.temporary(&senior.temporary);
    look.past("verified_at", senior.verified.map(|it| it.at), now);
    if let Err(why) = senior.plan.validate() {
        look.wrong("plan", "wrong", why);
    }
    look.faults
}

/// Returns what is wrong with a responder's file; nothing when all is well. `now` tells who has not left yet.
#[must_use]
pub fn check_responder(responder: &Responder, now: UnixMs) -> Vec<Fault> {
    let mut look = Look::default();
    look.name("name", &responder.name);
    look.phone("phone", &responder.phone);
    look.place("lat", responder.standby);
    look.texts("dialects", &responder.dialects);
    look.certificates(&responder.certificates);
    look.past("left_at", responder.left_at, now);
    look.faults
}

/// Returns whether a text is a day of the calendar, `YYYY-MM-DD`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    day_of(text).is_some()
}

/// Returns the day a text names, counted from 1970-01-01.
pub(crate) fn day_of(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |part: &str| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i64>().ok()).flatten()
    };
    let (year, month, day) =
        (number(text.get(0..4)?)?, number(text.get(5..7)?)?, number(text.get(8..10)?)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || year == 0 {
        return None;
    }
    // Days from the civil calendar, years beginning in March (H. Hinnant).
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + of_days - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_and_what_the_calendar_lacks_is_no_day() {
        assert_eq!(day_of("1970-01-01"), Some(0));
        assert_eq!(day_of("2000-02-29"), Some(11_016));
        assert_eq!(day_of("1969-12-31"), Some(-1));
        for text in
            ["1900-02-29", "2001-13-01", "2001-00-10", "2001-04-31", "20010431", "１９40-1-1"]
        {
            assert_eq!(day_of(text), None, "{text}");
        }
    }
}
