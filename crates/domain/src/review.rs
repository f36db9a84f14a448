//! Why a ticket missed its target (超时原因): somebody says so before the month is closed (封月).

use serde::{Deserialize, Serialize};

use crate::ticket::words;
use crate::{By, Event, NewEvent, Policy, Refusal, Ticket, UnixMs, UserId};

words! {
    /// Why a target was missed.
    ReviewCause {
        /// Nobody who could go was near (附近无人).
        NobodyNear = "nobody_near",
        /// All who were near were out already (人员都在出勤).
        AllBusy = "all_busy",
        /// Those who were asked did not accept (无人接单).
        NotAccepted = "not_accepted",
        /// The seats were busy with other calls (坐席繁忙).
        DeskBusy = "desk_busy",
        /// Traffic or roads (路况).
        Roads = "roads",
        /// The weather (天气).
        Weather = "weather",
        /// The place was wrong or vague (位置不准).
        Place = "place",
        /// The door or the gate did not open (进不了门).
        Door = "door",
        /// The senior could not be reached (联系不上老人).
        SeniorNotReached = "senior_not_reached",
        /// The phone, the watch or its network (终端或网络故障).
        Device = "device",
        /// This service, or what it runs on (系统故障).
        Service = "service",
        /// It was done in time and recorded late (补记).
        RecordedLate = "recorded_late",
        /// The rules were not followed (未按流程).
        Procedure = "procedure",
        /// Something else, in words.
        Other = "other",
    }
}

/// The longest note, characters.
pub const LONGEST_REVIEW_NOTE: usize = 1_000;

/// What somebody found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Why.
    pub cause: ReviewCause,
    /// In words.
    pub note: Option<String>,
    /// Who says so.
    pub by: UserId,
    /// Since when.
    pub at: UnixMs,
}

impl Ticket {
    /// Keeps why it missed its target. What was said before stays in the history.
    ///
    /// # Errors
    /// [`Refusal::State`] while it is open; [`Refusal::Invalid`] for something else without words, or too
    /// many of them.
    pub fn set_review(
        &mut self,
        cause: ReviewCause,
        note: Option<&str>,
        by: UserId,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        if self.is_open() {
            return Err(Refusal::State("the ticket is open: say why once it is closed"));
        }
        let note = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
        if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_REVIEW_NOTE) {
            return Err(Refusal::Invalid("note: at most 1,000 characters"));
        }
        if cause == ReviewCause::Other && note.is_none() {
            return Err(Refusal::Invalid("note: say in words what `other` was"));
        }
        if self.review.as_ref().is_some_and(|known| known.cause == cause && known.note == note) {
            return Ok(Vec::new());
        }
        self.review = Some(Box::new(Review { cause, note: note.clone(), by, at: now }));
        let event = Event::Reviewed { cause, note };
        // Nobody did anything for the senior: only the paper goes on.
        Ok(self.happened(By::Person { user: by }, now, event, policy))
    }
}
