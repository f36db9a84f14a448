//! Weather in which nobody rides: in a typhoon, on ice or in floods, whoever would come by e-bike walks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Travel, UnixMs};

/// Nobody knows the weather further ahead, seconds: three days.
const MAX_AHEAD_S: i64 = 259_200;

/// A note has at most so many characters.
const MAX_CHARS: usize = 200;

/// What the weather forbids, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weather {
    /// Ways of travelling that are stopped; those who travel so go on foot.
    pub stops: BTreeSet<Travel>,
    /// Until when.
    pub until: UnixMs,
    /// Why, in words.
    #[serde(default)]
    pub note: String,
}

impl Weather {
    /// Checks what a person said.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn validate(&self, now: UnixMs) -> Result<(), &'static str> {
        let ahead_s = self.until.since_s(now);
        if ahead_s <= 0 || ahead_s > MAX_AHEAD_S {
            return Err("until: a time ahead, within three days");
        }
        if self.stops.is_empty() || self.stops.contains(&Travel::Walk) {
            return Err("stops: `ebike`, `car` or both; walking cannot be stopped");
        }
        if self.note.chars().count() > MAX_CHARS {
            return Err("note: at most 200 characters");
        }
        Ok(())
    }

    /// Lets what was said before the clock was set back end in time.
    pub fn pull_back(&mut self, now: UnixMs) {
        self.until = self.until.min(now.plus_s(MAX_AHEAD_S));
    }

    /// Returns whether it still holds.
    #[must_use]
    pub fn holds(&self, now: UnixMs) -> bool {
        now < self.until
    }

    /// Returns how somebody who travels so really travels.
    #[must_use]
    pub fn travel(&self, own: Travel) -> Travel {
        if self.stops.contains(&own) { Travel::Walk } else { own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_rides_walks_and_who_walks_cannot_be_stopped() {
        let now = UnixMs(0);
        let weather = |stops: &[Travel], s| Weather {
            stops: stops.iter().copied().collect(),
            until: now.plus_s(s),
            note: String::new(),
        };
        let typhoon = weather(&[Travel::Ebike], 3_600);
        assert_eq!(typhoon.validate(now), Ok(()));
        assert_eq!(typhoon.travel(Travel::Ebike), Travel::Walk);
        assert_eq!(typhoon.travel(Travel::Car), Travel::Car);
        assert!(typhoon.holds(now) && !typhoon.holds(now.plus_s(3_600)));
        for wrong in [weather(&[], 60), weather(&[Travel::Walk], 60)] {
            assert!(wrong.validate(now).is_err());
        }
        for s in [0, -5, 4 * 86_400] {
            assert!(weather(&[Travel::Ebike], s).validate(now).is_err());
        }
    }
}
