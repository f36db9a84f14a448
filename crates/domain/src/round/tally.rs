//! What a choice for a whole round comes to, and what is kept of it for people to see.

use serde::{Deserialize, Serialize};

use crate::{Eta, ResponderId, TeamRole};

/// What a choice for a round comes to. The smaller of two is the better one: whoever reads the fields
/// from top to bottom reads the objective.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Score {
    /// How many seniors are outside each ring, the narrowest first, and at last to how many nobody
    /// goes at all. A senior is inside when the first of the team is at the door in time.
    pub(crate) outside: Vec<u32>,
    /// Empty places of leads.
    pub(crate) no_lead: u32,
    /// Empty places of supports.
    pub(crate) no_support: u32,
    /// How much it relies on people who let an offer of the same ticket expire.
    pub(crate) again: u32,
    /// The longest way of all who are asked, seconds.
    pub(crate) worst_s: u32,
    /// All their ways together, seconds.
    pub(crate) total_s: u64,
    /// How many are asked: as many as places are filled.
    pub(crate) asked: u32,
}

impl Score {
    /// Returns the score of nothing yet.
    pub(crate) fn of_rings(rings: usize) -> Self {
        Self {
            outside: vec![0; rings + 1],
            no_lead: 0,
            no_support: 0,
            again: 0,
            worst_s: 0,
            total_s: 0,
            asked: 0,
        }
    }

    /// Adds a senior whose first misses so many rings; one more than there are is nobody.
    pub(crate) fn add_first(&mut self, missed: usize) {
        self.outside.iter_mut().take(missed).for_each(|outside| *outside += 1);
    }

    /// Adds somebody who is asked.
    pub(crate) fn add_way(&mut self, again: u32, s: u32) {
        self.asked += 1;
        self.again += again;
        self.worst_s = self.worst_s.max(s);
        self.total_s += u64::from(s);
    }

    /// Adds a place that stays empty.
    pub(crate) fn add_empty(&mut self, role: TeamRole) {
        match role {
            TeamRole::Lead => self.no_lead += 1,
            TeamRole::Support => self.no_support += 1,
        }
    }

    /// Returns it in figures for people.
    pub(crate) fn tally(&self, seniors: u32) -> RoundTally {
        let rings = self.outside.len().saturating_sub(1);
        let inside = self.outside.iter().take(rings).map(|outside| seniors - outside).collect();
        let Self { asked, worst_s, total_s, .. } = *self;
        RoundTally { inside, asked, worst_s, total_s }
    }
}

/// What a choice for a round comes to, in figures for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundTally {
    /// How many seniors of the round somebody reaches inside each ring, in the order of
    /// [`RoundNote::rings_min`].
    pub inside: Vec<u32>,
    /// How many people are asked.
    pub asked: u32,
    /// The longest way of them, seconds.
    pub worst_s: u32,
    /// All their ways together, seconds.
    pub total_s: u64,
}

/// Somebody the plain choice would have asked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlainChoice {
    /// Who.
    pub responder: ResponderId,
    /// How long the way takes.
    pub eta: Eta,
}

/// Why an offer of a round went to somebody else than the plain choice would have asked: the nearest
/// who is free, ticket after ticket. What was gained is the difference of the two tallies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoundNote {
    /// How many seniors the round was about.
    pub seniors: u32,
    /// The rings, minutes.
    pub rings_min: Vec<u16>,
    /// Whom the plain choice would have asked for this place; `None` where nobody was left.
    pub plain_choice: Option<PlainChoice>,
    /// What the plain choice would have come to.
    pub plain: RoundTally,
    /// What the round came to.
    pub round: RoundTally,
}
