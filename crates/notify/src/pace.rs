//! How often, and how soon again. Pure.

use std::time::Duration;

use silverbell_domain::Urgency;

/// Returns how often a message is tried in vain before it is given up. Only tries count that say
/// something about the message: an outage of its gateway costs none. With the pauses of the settings
/// an emergency's message is tried for an hour at the least, a digest for some minutes.
#[must_use]
pub const fn attempts_at_most(urgency: Urgency) -> u32 {
    match urgency {
        Urgency::Extreme => 130,
        Urgency::Urgent => 65,
        Urgency::Normal => 20,
        Urgency::Routine => 10,
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) first: Duration,
    pub(crate) at_most: Duration,
}

impl Pace {
    /// Returns the pause after the `n`th try, from 1: doubled each time, and anything between half
    /// of it and all of it, by `chance` from 0 to 1, so that those who failed together do not come
    /// back together.
    pub(crate) fn pause(self, n: u32, chance: f64) -> Duration {
        let doubled = self.first.saturating_mul(1_u32 << n.saturating_sub(1).min(16));
        doubled.min(self.at_most).mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { first: Duration::from_secs(2), at_most: Duration::from_secs(60) };

    #[test]
    fn the_pause_doubles_up_to_its_end_and_chance_takes_half_at_most() {
        let longest = [1, 2, 3, 6, 7, 1_000].map(|n| PACE.pause(n, 1.0).as_secs());
        assert_eq!(longest, [2, 4, 8, 60, 60, 60]);
        assert_eq!(PACE.pause(1, 0.0), Duration::from_secs(1));
        assert_eq!(PACE.pause(9, 0.5), Duration::from_secs(45));
    }

    #[test]
    fn an_emergency_is_tried_for_an_hour_however_unlucky_and_a_digest_is_not() {
        let lasts = |urgency, chance| -> Duration {
            (1..attempts_at_most(urgency)).map(|n| PACE.pause(n, chance)).sum()
        };
        assert!(lasts(Urgency::Extreme, 0.0) >= Duration::from_secs(3_600));
        assert!(lasts(Urgency::Routine, 1.0) <= Duration::from_secs(600));
    }
}
