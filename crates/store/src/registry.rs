//! The registry as it is kept and changed: who is protected, who goes, with which devices.

use silverbell_domain::{Category, DeviceId, DistrictId, Responder, Senior, SeniorId, UnixMs};

use crate::{Access, Idempotency, NewDevice};

/// A change of a district's registry with its lines of the log: all of it or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryChange {
    /// The district.
    pub district: DistrictId,
    /// Seniors' files as they shall be.
    pub seniors: Vec<FileWrite<Senior>>,
    /// Responders' files as they shall be.
    pub responders: Vec<FileWrite<Responder>>,
    /// What becomes of devices.
    pub devices: Vec<DeviceChange>,
    /// Who did what.
    pub accesses: Vec<Access>,
    /// The key of the person's request.
    pub idempotency: Option<Idempotency>,
}

impl RegistryChange {
    /// Returns a change of nothing yet.
    #[must_use]
    pub const fn of(district: DistrictId) -> Self {
        Self {
            district,
            seniors: Vec::new(),
            responders: Vec::new(),
            devices: Vec::new(),
            accesses: Vec::new(),
            idempotency: None,
        }
    }
}

/// A file as it shall be.
#[derive(Clone, Debug, PartialEq)]
pub struct FileWrite<T> {
    /// The file.
    pub file: T,
    /// What it replaces.
    pub replaces: Replaces,
}

/// What a file replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// Nothing: it is new.
    Nothing,
    /// The one that was last changed then; another one is not replaced.
    ChangedAt(Option<UnixMs>),
}

/// What becomes of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceChange {
    /// Put in.
    Add(NewDevice),
    /// Taken out of the registry, and what it said of itself with it; alarms and tickets stay. From then on
    /// it is an unknown one.
    Retire(DeviceId),
    /// Somebody else's from now on; what it said of itself is forgotten, alarms and tickets stay.
    Move {
        /// Which.
        device: DeviceId,
        /// The district of its senior.
        district: DistrictId,
        /// Whose.
        senior: SeniorId,
    },
    /// Known by another key from now on.
    Key {
        /// Which.
        device: DeviceId,
        /// SHA-256 of the key.
        key_sha256: [u8; 32],
    },
}

/// Which seniors of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeniorPage {
    /// Of this village only.
    pub village: Option<String>,
    /// Of this category only.
    pub category: Option<Category>,
    /// Village by village; otherwise all as their names are spoken.
    pub by_village: bool,
    /// After this one.
    pub after: Option<SeniorId>,
    /// At most so many.
    pub limit: u32,
}

/// How many a district has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DistrictCounts {
    /// Seniors.
    pub seniors: u64,
    /// Devices.
    pub devices: u64,
}
