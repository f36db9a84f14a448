//! Identifiers: UUIDv7, one type for each kind of thing so that they cannot be mixed up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new identifiers come from: time-ordered and random in service, counted in tests.
pub trait Ids: Send + Sync {
    /// Returns an identifier that was never returned before.
    fn next(&self) -> Uuid;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(/// A senior (服务对象).
    SeniorId);
id!(/// A device: phone, watch or pendant (终端).
    DeviceId);
id!(/// One thing a device or a call said.
    SignalId);
id!(/// One incident of one senior (工单).
    TicketId);
id!(/// A dispatch offered to one responder.
    OfferId);
id!(/// An aide or a rescuer (助老员, 紧急救援员).
    ResponderId);
id!(/// A time in which somebody is to be on duty (班次).
    ShiftId);
id!(/// What one shift tells the next.
    ShiftNoteId);
id!(/// A telephone call.
    CallId);
id!(/// An entry in the register of keys and door codes.
    KeyId);
id!(/// A photo of a ticket.
    PhotoId);
id!(/// Somebody who can log in.
    UserId);

/// The slug of the district of made-up alarms.
pub const CANARY: &str = "canary";

/// A district (区) by its slug, for instance `longwen`: lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DistrictId(pub std::sync::Arc<str>);

impl DistrictId {
    /// Returns the district of this slug, without asking whether it exists.
    #[must_use]
    pub fn new(slug: &str) -> Self {
        Self(slug.into())
    }

    /// Returns whether nobody lives there: the service presses its own made-up alarms in it (自检), to
    /// see that a real one would reach a screen.
    #[must_use]
    pub fn is_canary(&self) -> bool {
        &*self.0 == CANARY
    }
}

impl std::fmt::Display for DistrictId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
