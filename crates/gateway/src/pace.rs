//! How much a connection may say: what is no alarm is shed beyond this, an alarm never.

use std::time::Duration;

use tokio::time::Instant;

/// One report comes back every so often…
const EVERY: Duration = Duration::from_millis(200);

/// …and so many may come at once: what a tunnel or a night without a network has kept.
const AT_ONCE: u32 = 300;

/// A connection's allowance (a token bucket, kept as the time at which it is full again).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    full_at: Instant,
}

impl Pace {
    pub(crate) const fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one report's room; returns false, and takes none, when there is none left.
    pub(crate) fn has_room(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + EVERY;
        if full_at.duration_since(now) > EVERY * AT_ONCE {
            return false;
        }
        self.full_at = full_at;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_nights_reports_come_at_once_and_then_five_a_second() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert!((0..AT_ONCE).all(|_| pace.has_room(start)));
        assert!(!pace.has_room(start));
        let later = start + Duration::from_secs(1);
        assert_eq!((0..10).filter(|_| pace.has_room(later)).count(), 5);
    }
}
