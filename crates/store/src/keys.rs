//! What is kept under seal, keys' codes and photos, and who looked at it.

use serde::{Deserialize, Serialize};
use silverbell_domain::{
    DeviceId, DistrictId, KeyEntry, KeyId, PhotoId, ResponderId, SeniorId, TicketId, UnixMs, UserId,
};
use uuid::Uuid;

use crate::Idempotency;

/// Bytes that only whoever has the data key can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The fingerprint of the key that they were sealed with.
    pub with: String,
    /// The seal.
    pub bytes: Vec<u8>,
}

/// An entry of the register of keys, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The entry.
    pub entry: KeyEntry,
    /// How often it was changed; a change must have read this.
    pub version: u64,
    /// Its code, where it is one.
    pub code: Option<Sealed>,
}

/// An entry as it shall be, with the line of the log that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyWrite {
    /// The entry.
    pub entry: KeyEntry,
    /// The version that was read; 0 for a new one.
    pub expected_version: u64,
    /// A code, where a new one is set; `None` leaves it.
    pub code: Option<Sealed>,
    /// Who did what.
    pub access: Option<Access>,
    /// The key of the person's request.
    pub idempotency: Option<Idempotency>,
}

/// A photo under seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Identity.
    pub id: PhotoId,
    /// The district.
    pub district: DistrictId,
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// When it came.
    pub at: UnixMs,
    /// The picture.
    pub sealed: Sealed,
}

/// A picture of a senior's face under seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// Whose.
    pub senior: SeniorId,
    /// The senior's district.
    pub district: DistrictId,
    /// When it came.
    pub at: UnixMs,
    /// The picture.
    pub sealed: Sealed,
}

/// What somebody looked at, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Thing {
    /// An entry of the register of keys.
    Key(KeyId),
    /// A photo.
    Photo(PhotoId),
    /// A senior's face.
    Face(SeniorId),
    /// A senior's file.
    Senior(SeniorId),
    /// A responder's file.
    Responder(ResponderId),
    /// A device.
    Device(DeviceId),
    /// The list of a district's seniors.
    Seniors,
    /// The list of a district's responders.
    Responders,
    /// The district itself.
    District,
}

impl Thing {
    /// Returns the word used in the database.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Key(_) => "key",
            Self::Photo(_) => "photo",
            Self::Face(_) => "face",
            Self::Senior(_) => "senior",
            Self::Responder(_) => "responder",
            Self::Device(_) => "device",
            Self::Seniors => "seniors",
            Self::Responders => "responders",
            Self::District => "district",
        }
    }

    /// Returns its identity.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Key(KeyId(id))
            | Self::Photo(PhotoId(id))
            | Self::Face(SeniorId(id))
            | Self::Senior(SeniorId(id))
            | Self::Responder(ResponderId(id))
            | Self::Device(DeviceId(id)) => id,
            // The line's district says which.
            Self::Seniors | Self::Responders | Self::District => Uuid::nil(),
        }
    }

    /// Returns the thing of this word and identity, `None` for an unknown word.
    #[must_use]
    pub fn of(kind: &str, id: Uuid) -> Option<Self> {
        [
            Self::Key(KeyId(id)),
            Self::Photo(PhotoId(id)),
            Self::Face(SeniorId(id)),
            Self::Senior(SeniorId(id)),
            Self::Responder(ResponderId(id)),
            Self::Device(DeviceId(id)),
            Self::Seniors,
            Self::Responders,
            Self::District,
        ]
        .into_iter()
        .find(|it| it.kind() == kind)
    }
}

/// What somebody did with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessAct {
    /// Looked at it.
    Read,
    /// Put it in.
    Add,
    /// Changed it.
    Change,
    /// Said that it is no longer true.
    Retire,
    /// Gave it out.
    SignOut,
    /// Took it back.
    SignIn,
    /// Gave it to somebody else.
    Move,
    /// Gave it another key.
    NewKey,
    /// Took the list out.
    Export,
    /// Put a list in.
    Import,
}

impl AccessAct {
    /// Every act.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Add,
        Self::Change,
        Self::Retire,
        Self::SignOut,
        Self::SignIn,
        Self::Move,
        Self::NewKey,
        Self::Export,
        Self::Import,
    ];

    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Add => "add",
            Self::Change => "change",
            Self::Retire => "retire",
            Self::SignOut => "sign_out",
            Self::SignIn => "sign_in",
            Self::Move => "move",
            Self::NewKey => "new_key",
            Self::Export => "export",
            Self::Import => "import",
        }
    }

    /// Returns the act of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}

/// A line of the log of what is locked up: kept for ever, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Identity; ordered by time.
    pub id: Uuid,
    /// The district of the thing.
    pub district: DistrictId,
    /// When.
    pub at: UnixMs,
    /// Who.
    pub by: UserId,
    /// What.
    pub thing: Thing,
    /// Did what.
    pub act: AccessAct,
    /// For which ticket, as it was said.
    pub ticket: Option<TicketId>,
    /// Whether it was allowed.
    pub allowed: bool,
    /// Why not, a word; or, of what was allowed, a person's words.
    pub why: Option<String>,
}

/// Returns what a key's code is sealed under: a seal opens nowhere else.
#[must_use]
pub fn sealed_key(district: &DistrictId, id: KeyId) -> String {
    format!("key/{district}/{id}")
}

/// Returns what a photo is sealed under.
#[must_use]
pub fn sealed_photo(district: &DistrictId, id: PhotoId) -> String {
    format!("photo/{district}/{id}")
}

/// Returns what a face is sealed under.
#[must_use]
pub fn sealed_face(district: &DistrictId, senior: SeniorId) -> String {
    format!("face/{district}/{senior}")
}
