//! What the phone of an aide found of itself at the start of a shift (自检): whether it would wake and
//! lead its owner at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::UnixMs;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfTestPart {
    /// The bell was heard by its owner.
    Sound,
    /// The shaking was felt by its owner.
    Vibration,
    /// Notifications may be shown.
    Notification,
    /// A position came.
    Position,
    /// The centre answered.
    Connection,
    /// What waits for a signal can be kept.
    Storage,
}

impl SelfTestPart {
    /// Every part.
    pub const ALL: [Self; 6] = [
        Self::Sound,
        Self::Vibration,
        Self::Notification,
        Self::Position,
        Self::Connection,
        Self::Storage,
    ];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Vibration => "vibration",
            Self::Notification => "notification",
            Self::Position => "position",
            Self::Connection => "connection",
            Self::Storage => "storage",
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfTestResult {
    /// As it should.
    Works,
    /// The phone's owner has forbidden it.
    Refused,
    /// This phone or browser cannot.
    Missing,
    /// It was tried, and nothing came.
    Failed,
}

impl SelfTestResult {
    /// Every result.
    pub const ALL: [Self; 4] = [Self::Works, Self::Refused, Self::Missing, Self::Failed];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Refused => "refused",
            Self::Missing => "missing",
            Self::Failed => "failed",
        }
    }
}

/// A self-test, as the phone told it. What was not tried is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// When it was told.
    pub at: UnixMs,
    /// How each part went.
    pub parts: BTreeMap<SelfTestPart, SelfTestResult>,
}
