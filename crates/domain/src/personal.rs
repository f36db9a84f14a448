//! The personal plan: what is peculiar to a senior, and changes who is asked, how soon and where to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Flag, Hazard, UnixMs};

/// Where somebody is who is not at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    /// 住院
    Hospital,
    /// 外出: with the children, on a journey.
    Away,
}

impl Elsewhere {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Away => "away",
        }
    }

    /// Returns how a ticket says so.
    #[must_use]
    pub const fn flag(self) -> Flag {
        match self {
            Self::Hospital => Flag::InHospital,
            Self::Away => Flag::Away,
        }
    }
}

/// A time in which a senior is not at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Where.
    pub place: Elsewhere,
    /// Until when, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMs>,
    /// Which hospital, with whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What planning has to know of a senior. A ticket keeps it as it was when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Needs {
    /// The only language the senior speaks well, as people call it (闽南话).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// 失聪: hears nobody on the telephone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_deaf: bool,
    /// 失语: says nothing on the telephone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_mute: bool,
    /// Not at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
    /// What is known to be dangerous there.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub hazards: BTreeSet<Hazard>,
    /// When the death was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub died_at: Option<UnixMs>,
}

impl Needs {
    /// Returns whether nothing is peculiar.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether nobody can talk with this senior by telephone.
    #[must_use]
    pub const fn cannot_talk(&self) -> bool {
        self.is_deaf || self.is_mute
    }

    /// Returns where the senior is thought to be instead of at home.
    #[must_use]
    pub fn elsewhere(&self, now: UnixMs) -> Option<Elsewhere> {
        let absence = self.absence.as_ref()?;
        absence.until.is_none_or(|until| now < until).then_some(absence.place)
    }

    /// Returns whether somebody who speaks these is understood better than others.
    #[must_use]
    pub fn are_spoken_by(&self, dialects: &[String]) -> bool {
        let own = self.dialect.as_deref().map(str::trim).filter(|own| !own.is_empty());
        own.is_some_and(|own| dialects.iter().any(|known| known.trim().eq_ignore_ascii_case(own)))
    }

    /// Returns what a ticket says of them on every screen.
    pub(crate) fn flags(&self, now: UnixMs) -> impl Iterator<Item = Flag> {
        let elsewhere = self.elsewhere(now).map(Elsewhere::flag);
        let cannot_talk = self.cannot_talk().then_some(Flag::CannotTalk);
        let died = self.died_at.map(|_| Flag::Deceased);
        elsewhere.into_iter().chain(cannot_talk).chain(died)
    }
}

/// The personal plan in a senior's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonalPlan {
    /// What planning has to know.
    #[serde(flatten)]
    pub needs: Needs,
    /// What to do first, in the words of those who know this senior: who presses often from loneliness
    /// is called before anybody is sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub advice: String,
}

impl PersonalPlan {
    /// A text in a plan has at most so many characters.
    pub const MAX_CHARS: usize = 500;

    /// Checks what a person wrote.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn validate(&self) -> Result<(), &'static str> {
        let chars = |text: &str| text.chars().count();
        let dialect = self.needs.dialect.as_deref();
        if dialect.is_some_and(|it| it.trim().is_empty() || chars(it) > 32) {
            return Err("dialect: a name of at most 32 characters, or null");
        }
        let note = self.needs.absence.as_ref().map_or("", |absence| &absence.note);
        if chars(note) > Self::MAX_CHARS || chars(&self.advice) > Self::MAX_CHARS {
            return Err("absence.note, advice: at most 500 characters");
        }
        Ok(())
    }
}

/// When a contact hears of presses that turned out to be no emergency before anybody of the family was
/// told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccidentalNews {
    /// Never.
    Never,
    /// Once a day, all together.
    Daily,
    /// Once a week, all together.
    Weekly,
    /// Each when it is over.
    AtOnce,
}

impl AccidentalNews {
    /// Returns what is meant by a word of the API.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Never, Self::Daily, Self::Weekly, Self::AtOnce]
            .into_iter()
            .find(|it| it.as_str() == word.trim())
    }

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::AtOnce => "at_once",
        }
    }
}

/// Hours of the day, in the district's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// From then on, minutes after midnight, below 1,440.
    pub from_min: u16,
    /// Until then, minutes after midnight, below 1,440; before `from_min`: over midnight.
    pub to_min: u16,
}

impl Hours {
    const DAY_MIN: u16 = 1_440;

    /// Returns these hours, `None` when there are none such.
    #[must_use]
    pub const fn new(from_min: u16, to_min: u16) -> Option<Self> {
        let is_day = from_min < Self::DAY_MIN && to_min < Self::DAY_MIN && from_min != to_min;
        if is_day { Some(Self { from_min, to_min }) } else { None }
    }

    /// Reads hours as people write them: `08:00-20:00`, or `22:00-06:00` over midnight.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let (from, to) = text.split_once('-')?;
        Self::new(minute(from)?, minute(to)?)
    }

    /// Returns whether a minute of the day is within; the last one is not.
    #[must_use]
    pub const fn contains(self, minute: u16) -> bool {
        if self.from_min < self.to_min {
            self.from_min <= minute && minute < self.to_min
        } else {
            self.from_min <= minute || minute < self.to_min
        }
    }

    /// Returns in how many minutes these hours begin, 0 within them.
    #[must_use]
    pub const fn begin_in_min(self, minute: u16) -> u16 {
        if self.contains(minute) {
            0
        } else {
            (self.from_min + Self::DAY_MIN - minute % Self::DAY_MIN) % Self::DAY_MIN
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight() {
        let night = Hours::new(22 * 60, 6 * 60).unwrap();
        assert!(night.contains(23 * 60) && night.contains(0) && night.contains(359));
        assert!(!night.contains(360) && !night.contains(12 * 60));
        assert_eq!((night.begin_in_min(23 * 60), night.begin_in_min(12 * 60)), (0, 10 * 60));
        let day = Hours::new(8 * 60, 20 * 60).unwrap();
        assert_eq!((day.begin_in_min(20 * 60), day.begin_in_min(7 * 60)), (12 * 60, 60));
        assert_eq!(Hours::new(60, 60), None, "a day of no hours");
        assert_eq!(Hours::new(0, 1_440), None);
    }

    #[test]
    fn hours_are_two_times_of_the_day() {
        assert_eq!(Hours::parse("08:00-20:30"), Hours::new(480, 1_230));
        assert_eq!(Hours::parse("22:00 - 06:00"), Hours::new(1_320, 360));
        for wrong in ["8-20", "24:00-06:00", "08:60-09:00", "08:00", "08:00-08:00", ""] {
            assert_eq!(Hours::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn who_was_away_until_yesterday_is_at_home_again() {
        let absence = |until| Absence { place: Elsewhere::Away, until, note: String::new() };
        let needs = |until| Needs { absence: Some(absence(until)), ..Needs::default() };
        let now = UnixMs(1_000);
        assert_eq!(needs(Some(UnixMs(1_000))).elsewhere(now), None);
        assert_eq!(needs(Some(UnixMs(1_001))).elsewhere(now), Some(Elsewhere::Away));
        assert_eq!(needs(None).elsewhere(now), Some(Elsewhere::Away));
    }

    #[test]
    fn a_plan_without_anything_takes_no_room_and_reads_what_was_written_before_it() {
        let plan: PersonalPlan = serde_json::from_str("{}").unwrap();
        assert_eq!(plan, PersonalPlan::default());
        assert_eq!(serde_json::to_string(&plan).unwrap(), "{}");
    }
}
