//! Time as the whole service counts it.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. Zones and RFC 3339 exist only at the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMs(pub i64);

impl UnixMs {
    /// Returns this time moved by `s` seconds, saturating at the ends.
    #[must_use]
    pub const fn plus_s(self, s: i64) -> Self {
        Self(self.0.saturating_add(s.saturating_mul(1_000)))
    }

    /// Returns the milliseconds from `earlier` to this time, negative if it is later.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the whole seconds from `earlier` to this time, rounded towards zero.
    #[must_use]
    pub const fn since_s(self, earlier: Self) -> i64 {
        self.since_ms(earlier) / 1_000
    }
}

/// Where the time comes from: the system's clock in service, a mock clock in tests.
pub trait Clock: Send + Sync {
    /// Returns the present.
    fn now(&self) -> UnixMs;
}
