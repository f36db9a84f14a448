//! A clock that stands still until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use silverbell_domain::{Clock, UnixMs};

/// When tests begin: 2026-11-21T02:03:04Z.
pub const START: UnixMs = UnixMs(1_795_226_584_000);

/// A clock that stands still until it is set or advanced.
#[derive(Debug)]
pub struct MockClock(AtomicI64);

impl Default for MockClock {
    fn default() -> Self {
        Self::at(START)
    }
}

impl MockClock {
    /// Returns a clock that shows this time.
    #[must_use]
    pub const fn at(now: UnixMs) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets the time, backwards too.
    pub fn set(&self, now: UnixMs) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the time on and returns it.
    pub fn advance_ms(&self, ms: i64) -> UnixMs {
        UnixMs(self.0.fetch_add(ms, Ordering::SeqCst).saturating_add(ms))
    }

    /// Moves the time on and returns it.
    pub fn advance_s(&self, s: i64) -> UnixMs {
        self.advance_ms(s.saturating_mul(1_000))
    }
}

impl Clock for MockClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mock_clock_moves_only_when_it_is_told() {
        let clock = MockClock::default();
        assert_eq!(clock.now(), START);
        assert_eq!(clock.advance_s(90), START.plus_s(90));
        assert_eq!(clock.now(), START.plus_s(90));
        clock.set(START);
        assert_eq!(clock.now(), START);
    }
}
