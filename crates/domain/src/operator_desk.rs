//! A desk of the call centre: who sits there, and what one shift tells the next.

use serde::{Deserialize, Serialize};

use crate::{DistrictId, ShiftNoteId, UnixMs, UserId};

/// The longest shift note, characters.
pub const LONGEST_NOTE: usize = 2_000;

/// What somebody at a desk is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskState {
    /// 就绪: takes what comes.
    Ready,
    /// 忙碌: has somebody on the line.
    Busy,
    /// 小休: away from the desk.
    Break,
    /// 话后整理: writes up what was just done.
    WrapUp,
}

impl DeskState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Busy, Self::Break, Self::WrapUp];

    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::Break => "break",
            Self::WrapUp => "wrap_up",
        }
    }

    /// Returns the state of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A desk as its page last told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorDesk {
    /// Who sits there.
    pub user: UserId,
    /// What that person is doing.
    pub state: DeskState,
    /// Since when.
    pub since: UnixMs,
    /// The page's last sign of life.
    pub seen_at: UnixMs,
    /// When the person last heard the alarm of this desk; `None`: never tried, or not heard.
    pub sound_heard_at: Option<UnixMs>,
}

impl OperatorDesk {
    /// A page says every half minute that it is there; whoever was silent for three of them is not, ms.
    pub const GONE_AFTER_MS: i64 = 90_000;

    /// Returns the desk after its page said this. The state counts from when it began.
    #[must_use]
    pub fn told(before: Option<Self>, user: UserId, state: DeskState, now: UnixMs) -> Self {
        let before = before.filter(|desk| desk.user == user);
        let since = before.filter(|desk| desk.state == state && desk.is_there(now));
        Self {
            user,
            state,
            since: since.map_or(now, |desk| desk.since),
            seen_at: now,
            sound_heard_at: before.and_then(|desk| desk.sound_heard_at),
        }
    }

    /// Returns whether somebody is there. A desk of the future is there: a clock was set back.
    #[must_use]
    pub const fn is_there(&self, now: UnixMs) -> bool {
        now.0.saturating_sub(self.seen_at.0) < Self::GONE_AFTER_MS
    }
}

/// What one shift tells the next (交接班).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftNote {
    /// Identity.
    pub id: ShiftNoteId,
    /// The district.
    pub district: DistrictId,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: UnixMs,
    /// What.
    pub text: String,
    /// How many tickets of people were open then; `None`: not known.
    pub open_tickets: Option<u32>,
}

impl ShiftNote {
    /// Returns a note's text without what surrounds it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn text(said: &str) -> Result<String, String> {
        let text = said.trim();
        if text.is_empty() {
            return Err("text: say something".into());
        }
        if text.chars().count() > LONGEST_NOTE {
            return Err(format!("text: at most {LONGEST_NOTE} characters"));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            return Err("text: control characters are no text".into());
        }
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ME: UserId = UserId(Uuid::from_u128(1));
    const NOW: UnixMs = UnixMs(1_000_000);

    fn ready() -> OperatorDesk {
        OperatorDesk::told(None, ME, DeskState::Ready, NOW)
    }

    #[test]
    fn a_state_counts_from_when_it_began() {
        let later = NOW.plus_s(30);
        assert_eq!(OperatorDesk::told(Some(ready()), ME, DeskState::Ready, later).since, NOW);
        assert_eq!(OperatorDesk::told(Some(ready()), ME, DeskState::Break, later).since, later);
    }

    #[test]
    fn whoever_comes_back_begins_anew_and_has_still_heard_the_sound() {
        let heard = OperatorDesk { sound_heard_at: Some(NOW), ..ready() };
        let back = OperatorDesk::told(Some(heard), ME, DeskState::Ready, NOW.plus_s(90));
        assert_eq!((back.since, back.sound_heard_at), (NOW.plus_s(90), Some(NOW)));
        let other = OperatorDesk::told(Some(heard), UserId(Uuid::nil()), DeskState::Ready, NOW);
        assert_eq!(other.sound_heard_at, None, "another person's ears");
    }

    #[test]
    fn a_silent_page_is_a_desk_that_nobody_sits_at() {
        assert!(ready().is_there(UnixMs(NOW.0 + 89_999)));
        assert!(!ready().is_there(UnixMs(NOW.0 + 90_000)));
        assert!(ready().is_there(UnixMs(NOW.0 - 600_000)), "the clock was set back");
    }

    #[test]
    fn each_state_has_a_word_of_its_own() {
        for state in DeskState::ALL {
            assert_eq!(DeskState::parse(state.as_str()), Some(state));
        }
        assert_eq!(DeskState::parse("gone"), None);
    }

    #[test]
    fn a_note_says_something_and_not_too_much() {
        assert_eq!(ShiftNote::text("  老人住院 ").unwrap(), "老人住院");
        assert!(ShiftNote::text(" \n ").is_err());
        assert!(ShiftNote::text(&"交".repeat(LONGEST_NOTE)).is_ok());
        assert!(ShiftNote::text(&"交".repeat(LONGEST_NOTE + 1)).is_err());
    }
}
