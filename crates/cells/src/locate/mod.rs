//! Where somebody is who hears these: by Wi-Fi if that is good for anything, else by cells.

mod cell;
mod heard;
mod operator;
mod wifi;

use silverbell_domain::{LatLon, Position, PositionSource, UnixMs};
use silverbell_protocols::{Cell, Wifi};

use crate::Cells;

/// A place and how far around it somebody may be.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Circle {
    centre: LatLon,
    radius_m: f64,
}

impl Cells {
    /// Returns where somebody is who hears these at `at`; `None` if too little of it is known. The
    /// cell that serves the device stands first, as all protocols have it.
    #[must_use]
    pub fn locate(&self, cells: &[Cell], wifi: &[Wifi], at: UnixMs) -> Option<Position> {
        let by_cells = cell::place(self, cells);
        let (circle, source) = match wifi::place(self, wifi, by_cells) {
            Some(circle) => (circle, PositionSource::Wifi),
            None => (by_cells?, PositionSource::Cell),
        };
        let accuracy_m = Some(circle.radius_m.round());
        Some(Position { point: circle.centre, accuracy_m, source, at })
    }
}
