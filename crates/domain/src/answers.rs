//! What somebody does when asked: the chance that an offer is accepted, from the person's own history.

use crate::{Offer, OfferId, OfferState, UnixMs};

/// Before anything is known of somebody, nine of ten offers count as accepted: one poor week weighs
/// something, one missed call does not.
const BEFORE_ASKED: u32 = 10;
const BEFORE_ACCEPTED: u32 = 9;

/// How somebody answered offers lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Offers answered, or let expire.
    pub asked: u32,
    /// Offers accepted and not given back.
    pub accepted: u32,
    /// The last offer that was accepted: its identity, which tells the time.
    pub last_accepted: Option<OfferId>,
}

impl Answers {
    /// Returns how likely the next offer is accepted, percent, 0 to 100.
    #[must_use]
    pub fn chance_pct(self) -> u8 {
        let asked = u64::from(self.asked) + u64::from(BEFORE_ASKED);
        let accepted = u64::from(self.accepted.min(self.asked)) + u64::from(BEFORE_ACCEPTED);
        u8::try_from(accepted * 100 / asked).unwrap_or(100)
    }

    /// Counts what became of an offer; `before` is the same offer as it was, where it was known.
    pub(crate) fn count(&mut self, before: Option<&Offer>, now: &Offer) {
        let before = before.and_then(|offer| was_accepted(&offer.state));
        let after = was_accepted(&now.state);
        self.asked = self.asked.saturating_sub(u32::from(before.is_some()));
        self.accepted = self.accepted.saturating_sub(u32::from(before == Some(true)));
        self.asked = self.asked.saturating_add(u32::from(after.is_some()));
        self.accepted = self.accepted.saturating_add(u32::from(after == Some(true)));
        if after == Some(true) {
            self.last_accepted = self.last_accepted.max(Some(now.id));
        }
    }
}

/// Returns what an offer says about whoever was asked, `None` while it says nothing, or if it was
/// taken back.
#[must_use]
pub const fn was_accepted(state: &OfferState) -> Option<bool> {
    match state {
        OfferState::Accepted { .. }
        | OfferState::OnScene { .. }
        | OfferState::Escorting { .. }
        | OfferState::Done { .. } => Some(true),
        OfferState::Declined { .. } | OfferState::Expired { .. } => Some(false),
        OfferState::Offered | OfferState::Withdrawn { .. } => None,
    }
}

/// Returns how likely at least one of several is accepted, percent, rounded down.
#[must_use]
pub(crate) fn any_accepts_pct(chances_pct: impl Iterator<Item = u8>) -> u8 {
    let nobody = chances_pct.map(|pct| 1.0 - f64::from(pct.min(100)) / 100.0).product::<f64>();
    // Between 0 and 100.
    ((1.0 - nobody) * 100.0 + 1e-9) as u8
}

/// How often offers are counted: those of so many days.
pub const ANSWERS_DAYS: u32 = 90;

/// Returns since when offers count.
#[must_use]
pub const fn answers_since(now: UnixMs) -> UnixMs {
    UnixMs(now.0 - ANSWERS_DAYS as i64 * 86_400_000)
}
