//! What it costs a round that somebody, or nobody, takes a place: the objective of [`crate::tally`]
//! in one number, so that the cheapest assignment is the best one.
//!
//! The number has a field of bits for each line of the objective, the most important at the top. No
//! field can overflow into the next: a round has at most [`MAX_PLACES`] places.
//!
//! ```text
//! outside ring 1 | … | nobody at all | no lead | no support | asked again | seconds
//! 10 bits each                         10        10           14            30
//! ```

use super::assignment::Cost;
use crate::candidates::asked_in_vain;
use crate::{Candidate, Offer, OfferState, Policy, TeamRole, Ticket};

/// The most places a round may have: a count of them fits 10 bits.
pub(crate) const MAX_PLACES: usize = 512;

const COUNT_BITS: u32 = 10;
const SECONDS_BITS: u32 = 30;
const AGAIN_BITS: u32 = 14;
const SUPPORT_AT: u32 = SECONDS_BITS + AGAIN_BITS;
const LEAD_AT: u32 = SUPPORT_AT + COUNT_BITS;
const OUTSIDE_AT: u32 = LEAD_AT + COUNT_BITS;

/// So many rings are told apart; with more, those who are outside of these count as too late.
const MAX_RINGS: usize = 5;

/// Longer ways cost the same, seconds: 12 days, 512 times of which fit 30 bits.
const MAX_WAY_S: u32 = 1 << 20;

/// Being asked again costs at most this, 512 times of which fit 14 bits.
const MAX_AGAIN: u32 = 31;

/// How soon somebody is with a senior: the number of rings that are missed. After the last ring come
/// "too late" and "nobody".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Level(pub(crate) usize);

/// What one candidate brings a ticket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) level: Level,
    /// 0 for who was not asked in vain yet, else 1 for who was asked longest ago, and so on.
    pub(crate) again: u32,
    pub(crate) s: u32,
}

/// The prices of a policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prices<'a> {
    rings_min: &'a [u16],
}

impl<'a> Prices<'a> {
    pub(crate) fn new(policy: &'a Policy) -> Self {
        let rings = &policy.dispatch.rings_min;
        Self { rings_min: &rings[..rings.len().min(MAX_RINGS)] }
    }

    pub(crate) const fn rings_min(&self) -> &'a [u16] {
        self.rings_min
    }

    pub(crate) const fn too_late(&self) -> Level {
        Level(self.rings_min.len())
    }

    pub(crate) const fn nobody(&self) -> Level {
        Level(self.rings_min.len() + 1)
    }

    fn level(&self, ring_min: Option<u16>) -> Level {
        let fits = |ring: &u16| ring_min.is_some_and(|ring_min| ring_min <= *ring);
        self.rings_min.iter().position(fits).map_or(self.too_late(), Level)
    }

    /// Returns the ring in which the planner searches for a ticket, as a level.
    pub(crate) fn searched(&self, ticket: &Ticket) -> Level {
        self.level(Some(ticket.ring_min))
    }

    /// Returns what a candidate brings.
    pub(crate) fn way(&self, ticket: &Ticket, candidate: &Candidate) -> Way {
        let (level, s) = (self.level(candidate.ring_min), candidate.eta.s);
        if !asked_in_vain(ticket, candidate.responder) {
            return Way { level, again: u32::from(candidate.is_spared), s };
        }
        let asked_at = ticket.last_offer_to(candidate.responder).map(|offer| offer.offered_at);
        let earlier = |offer: &&Offer| {
            matches!(offer.state, OfferState::Expired { .. }) && Some(offer.offered_at) < asked_at
        };
        let before = ticket.offers.iter().filter(earlier).count();
        let again = u32::try_from(before + 1).unwrap_or(MAX_AGAIN).min(MAX_AGAIN);
        Way { level, again, s }
    }

    /// Returns how soon somebody is with the senior who was asked before: whoever goes already.
    pub(crate) fn going(&self, ticket: &Ticket) -> Level {
        let level = |offer: &Offer| match offer.state {
            OfferState::OnScene { .. } | OfferState::Escorting { .. } | OfferState::Done { .. } => {
                Some(Level(0))
            }
            OfferState::Offered | OfferState::Accepted { .. } => {
                Some(self.level((!offer.overdue).then_some(offer.ring_min)))
            }
            OfferState::Declined { .. }
            | OfferState::Expired { .. }
            | OfferState::Withdrawn { .. } => None,
        };
        ticket.offers.iter().filter_map(level).min().unwrap_or(self.nobody())
    }

    /// Returns what it costs that a senior's first is there at this level.
    pub(crate) fn of_level(&self, level: Level) -> Cost {
        let lines = self.nobody().0;
        (0..level.0.min(lines))
            .map(|ring| 1 << (OUTSIDE_AT + COUNT_BITS * (lines - 1 - ring) as u32))
            .sum()
    }
}

/// Returns what it costs that a place stays empty.
pub(crate) const fn of_empty(role: TeamRole) -> Cost {
    match role {
        TeamRole::Lead => 1 << LEAD_AT,
        TeamRole::Support => 1 << SUPPORT_AT,
    }
}

/// Returns what it costs to ask somebody, whoever it is for.
pub(crate) fn of_way(way: Way) -> Cost {
    (Cost::from(way.again) << SECONDS_BITS) + Cost::from(way.s.min(MAX_WAY_S))
}

/// Returns all but the seconds.
pub(crate) const fn above_seconds(cost: Cost) -> Cost {
    cost >> SECONDS_BITS
}
