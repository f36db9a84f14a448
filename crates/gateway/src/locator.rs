//! Where a device is by what it hears of Wi-Fi and telephone cells.

use silverbell_domain::{Position, UnixMs};
use silverbell_protocols::{Cell, Wifi};

/// Knows where masts and access points stand.
pub trait Locator: Send + Sync + std::fmt::Debug {
    /// Returns where somebody is who hears these at `at`, with the radius of uncertainty; `None` if
    /// none of them is known.
    fn locate(&self, cells: &[Cell], wifi: &[Wifi], at: UnixMs) -> Option<Position>;
}
