//! The roster as it is kept and changed.

use silverbell_domain::{DistrictId, Shift, ShiftId, UnixMs};

/// A change of a district's roster: first some shifts go, then others come; all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftsChange {
    /// The district.
    pub district: DistrictId,
    /// Which go.
    pub remove: ShiftsRemoved,
    /// Which come.
    pub add: Vec<Shift>,
}

/// Which shifts of a district go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftsRemoved {
    /// None.
    None,
    /// This one, which has to be there.
    One(ShiftId),
    /// All that begin within this time.
    BeginningWithin {
        /// From then on.
        from: UnixMs,
        /// Until then, this moment not included.
        to: UnixMs,
    },
}
