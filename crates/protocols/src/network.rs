//! Telephone cells and Wi-Fi access points that a device hears: a position without satellites.

/// Most cells or access points kept of one frame. Real frames have up to 7 and 20.
pub(crate) const MAX_ENTRIES: usize = 64;

/// A telephone cell that the device hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Mobile country code: 460 is China.
    pub mcc: u16,
    /// Mobile network code.
    pub mnc: u16,
    /// Location or tracking area code.
    pub lac: u32,
    /// Cell identity.
    pub cid: u64,
    /// Strength as the device gives it, made negative: many send the magnitude of dBm, some a
    /// quality from 0 to 100.
    pub dbm: Option<i16>,
}

/// A Wi-Fi access point that the device hears.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wifi {
    /// Hardware address, lower case, parted by colons.
    pub mac: String,
    /// Strength in dBm.
    pub dbm: Option<i16>,
}
