//! Where a senior is to be found: at home, or at a temporary address while that is in force.

use serde::{Deserialize, Serialize};

use crate::{LatLon, Senior, UnixMs};

/// Where a senior lives for a while: with a daughter, in a nursing home. While it is in force it takes the
/// place of home wherever a door is meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemporaryAddress {
    /// Address.
    pub address: String,
    /// How to get in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub access: String,
    /// The door, WGS-84.
    pub door: LatLon,
    /// The gate of the compound, WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<LatLon>,
    /// From when on.
    pub from: UnixMs,
    /// Until when, this moment not included. It has to be said: what nobody ends would send people to a
    /// door behind which nobody lives any more.
    pub until: UnixMs,
    /// Why, with whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl TemporaryAddress {
    /// A senior has at most so many.
    pub const MOST: usize = 5;

    /// One lasts at most so long, milliseconds: 400 days.
    pub const LONGEST_MS: i64 = 400 * 86_400_000;

    /// Returns what an alarm has to know of it.
    #[must_use]
    pub const fn stay(&self) -> Stay {
        Stay { door: self.door, from: self.from, until: self.until }
    }
}

/// A door behind which somebody lives for a while.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    /// The door, WGS-84.
    pub door: LatLon,
    /// From when on.
    pub from: UnixMs,
    /// Until when, this moment not included.
    pub until: UnixMs,
}

impl Stay {
    /// Returns whether it is in force.
    #[must_use]
    pub fn is_in_force(&self, now: UnixMs) -> bool {
        self.from <= now && now < self.until
    }

    /// Returns the door that counts now: of the stays in force that which began last, otherwise home.
    #[must_use]
    pub fn door_of(stays: &[Self], home: LatLon, now: UnixMs) -> LatLon {
        let now_in_force = stays.iter().filter(|stay| stay.is_in_force(now));
        now_in_force.max_by_key(|stay| stay.from).map_or(home, |stay| stay.door)
    }
}

/// Where a senior is to be found now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residence<'a> {
    /// Address.
    pub address: &'a str,
    /// How to get in.
    pub access: &'a str,
    /// The door, WGS-84.
    pub door: LatLon,
    /// The gate of the compound, where it is known.
    pub gate: Option<LatLon>,
    /// The temporary address that this is; `None`: it is home.
    pub temporary: Option<&'a TemporaryAddress>,
}

impl Senior {
    /// Returns where this senior is to be found now: of the temporary addresses in force that which began
    /// last, otherwise home.
    #[must_use]
    pub fn residence(&self, now: UnixMs) -> Residence<'_> {
        let in_force = self.temporary.iter().filter(|it| it.stay().is_in_force(now));
        match in_force.max_by_key(|it| it.from) {
            Some(stay) => Residence {
                address: &stay.address,
                access: &stay.access,
                door: stay.door,
                gate: stay.gate,
                temporary: Some(stay),
            },
            None => Residence {
                address: &self.address,
                access: &self.access,
                door: self.home,
                gate: self.gate,
                temporary: None,
            },
        }
    }
}
