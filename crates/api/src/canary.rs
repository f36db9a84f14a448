//! What the service's own made-up alarms found (自检): whether an SOS through each port reaches a console.

use std::sync::Arc;

use serde::Serialize;
use silverbell_domain::UnixMs;
use tokio::sync::watch;
use utoipa::ToSchema;

/// Why a made-up alarm did not reach a console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CanaryFailure {
    /// Nothing was pressed: the database is away, or refuses the made-up senior.
    Unprepared,
    /// Nothing was pressed: no operator could log in, or no live feed could be opened.
    NoConsole,
    /// The port takes no connection.
    Unreachable,
    /// The port did not say in time that the alarm is kept.
    NotAcknowledged,
    /// The alarm was acknowledged and no live feed told of it in time.
    NotShown,
}

impl CanaryFailure {
    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unprepared => "unprepared",
            Self::NoConsole => "no_console",
            Self::Unreachable => "unreachable",
            Self::NotAcknowledged => "not_acknowledged",
            Self::NotShown => "not_shown",
        }
    }
}

/// What came of the last alarm through one port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CanaryPort {
    /// `http`, `watch`, `gt06`, …
    #[schema(value_type = String)]
    pub port: &'static str,
    /// From the key to the console, milliseconds; null when it did not get there.
    pub took_ms: Option<u64>,
    /// Why it did not.
    pub failure: Option<CanaryFailure>,
}

/// Whether the watcher outside the service knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CanaryOutside {
    /// Nobody outside is told (`canary.ping_url` is not set).
    Nobody,
    /// It was told that all is well.
    Told,
    /// It was told nothing, for all is not well: it calls somebody.
    Silent,
    /// All is well, and it could not be told: it calls somebody.
    Unreached,
}

/// One round of made-up alarms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanaryRound {
    /// When it ended.
    pub at: UnixMs,
    /// Each port that is open.
    pub ports: Vec<CanaryPort>,
    /// Whether the watcher outside knows.
    pub outside: CanaryOutside,
}

/// The last round as it becomes known; `None` before the first one.
#[derive(Clone, Debug)]
pub struct CanaryNews {
    /// How often alarms are made up, seconds.
    pub every_s: u32,
    /// The last round.
    pub last: watch::Receiver<Option<Arc<CanaryRound>>>,
}
