//! The handling machine: what operators do with a ticket.
//!
//! `Waiting → Answered → Closed → FollowedUp → Archived`; a closed ticket can be reopened.

use serde::{Deserialize, Serialize};

use crate::{Cause, InvalidTransition, Outcome, TicketId, UnixMs, UserId};

/// How a ticket ended: who, what, and what the outcome's guard asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// The person who closed it.
    pub by: UserId,
    /// When.
    pub at: UnixMs,
    /// What came of it.
    pub outcome: Outcome,
    /// What it was about, where known.
    pub cause: Option<Cause>,
    /// In the operator's words.
    pub note: Option<String>,
    /// For `hospital`: its name.
    pub hospital: Option<String>,
    /// For `duplicate`: the other ticket.
    pub duplicate_of: Option<TicketId>,
    /// For `no_contact`: the visit or the relative; for `deceased`: the second person.
    pub witness: Option<String>,
}

/// Where the handling stands; each state carries its own facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "handling", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is named by its type")]
pub enum Handling {
    /// Nobody has it (待受理).
    Waiting,
    /// Somebody owns it (处置中).
    Answered { by: UserId, at: UnixMs },
    /// Ended (已结单).
    Closed { closing: Closing },
    /// Called back.
    FollowedUp { closing: Closing, at: UnixMs },
    /// Filed away.
    Archived { closing: Closing, at: UnixMs },
}

/// What operators can do.
#[derive(Clone, Debug, PartialEq)]
pub enum HandlingCommand {
    /// Claim a waiting ticket.
    Answer(UserId),
    /// Take an answered ticket from somebody else.
    TakeOver(UserId),
    /// End it.
    Close(Closing),
    /// Open it again; the person owns it.
    Reopen(UserId),
    /// Record the call-back.
    FollowUp,
    /// File it away.
    Archive,
}

impl Handling {
    /// Returns the word used in the API: a followed-up or archived ticket is closed.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Answered { .. } => "answered",
            Self::Closed { .. } | Self::FollowedUp { .. } | Self::Archived { .. } => "closed",
        }
    }

    /// Returns whether the ticket is still open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Waiting | Self::Answered { .. } => true,
            Self::Closed { .. } | Self::FollowedUp { .. } | Self::Archived { .. } => false,
        }
    }

    /// Returns who owns the ticket.
    #[must_use]
    pub const fn owner(&self) -> Option<UserId> {
        match self {
            Self::Answered { by, .. } => Some(*by),
            Self::Waiting
            | Self::Closed { .. }
            | Self::FollowedUp { .. }
            | Self::Archived { .. } => None,
        }
    }

    /// Returns how it ended, once it has.
    #[must_use]
    pub const fn closing(&self) -> Option<&Closing> {
        match self {
            Self::Closed { closing }
            | Self::FollowedUp { closing, .. }
            | Self::Archived { closing, .. } => Some(closing),
            Self::Waiting | Self::Answered { .. } => None,
        }
    }

    /// Applies a command at a time.
    ///
    /// # Errors
    /// [`InvalidTransition`] when the state does not allow the command.
    pub fn apply(self, command: HandlingCommand, now: UnixMs) -> Result<Self, InvalidTransition> {
        match (self, command) {
            (Self::Waiting, HandlingCommand::Answer(by)) => Ok(Self::Answered { by, at: now }),
            (Self::Answered { .. }, HandlingCommand::TakeOver(by)) => {
                Ok(Self::Answered { by, at: now })
            }
            (Self::Waiting | Self::Answered { .. }, HandlingCommand::Close(closing)) => {
                Ok(Self::Closed { closing })
            }
            (
                Self::Closed { .. } | Self::FollowedUp { .. } | Self::Archived { .. },
                HandlingCommand::Reopen(by),
            ) => Ok(Self::Answered { by, at: now }),
            (Self::Closed { closing }, HandlingCommand::FollowUp) => {
                Ok(Self::FollowedUp { closing, at: now })
            }
            (
                Self::Closed { closing } | Self::FollowedUp { closing, .. },
                HandlingCommand::Archive,
            ) => Ok(Self::Archived { closing, at: now }),
            (
                Self::Answered { .. }
                | Self::Closed { .. }
                | Self::FollowedUp { .. }
                | Self::Archived { .. },
                HandlingCommand::Answer(_),
            )
            | (
                Self::Waiting
                | Self::Closed { .. }
                | Self::FollowedUp { .. }
                | Self::Archived { .. },
                HandlingCommand::TakeOver(_),
            )
            | (
                Self::Closed { .. } | Self::FollowedUp { .. } | Self::Archived { .. },
                HandlingCommand::Close(_),
            )
            | (Self::Waiting | Self::Answered { .. }, HandlingCommand::Reopen(_))
            | (
                Self::Waiting
                | Self::Answered { .. }
                | Self::FollowedUp { .. }
                | Self::Archived { .. },
                HandlingCommand::FollowUp,
            )
            | (
                Self::Waiting | Self::Answered { .. } | Self::Archived { .. },
                HandlingCommand::Archive,
            ) => Err(InvalidTransition),
        }
    }
}
