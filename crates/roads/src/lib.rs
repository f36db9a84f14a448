//! Travel time: who is how far from a door, by time. Pure: bytes of a map come in, answers go out.
//!
//! An extract of OpenStreetMap becomes a [`Network`], which knows lengths and kinds of road but no
//! times; a network at given [`RoadSpeeds`] is a [`RoadMap`]. A [`PeopleIndex`] on it finds the
//! nearest by road. Without a map, or off its edge, the straight line times a detour factor is what
//! is known, and every ETA says so.

mod build;
mod datum;
mod geometry;
mod import;
mod isochrone;
mod map;
mod network;
mod people;
mod road_class;
mod road_speeds;
mod roads;
mod standby;
mod straight_line;

pub use build::{
    Access, BuildError, Directions, ImportReport, NetworkBuilder, NodeId, PartReport, Restriction,
    TurnRule, WayId, WayUse,
};
pub use datum::Datum;
pub use geo::MultiPolygon;
pub use import::{Frames, ImportError, import};
pub use isochrone::{IsochroneError, IsochroneOptions, isochrones};
pub use map::{HORIZON_MS, Purpose, RoadMap, Route, SNAP_MAX_M, Snap};
pub use network::{MapError, Network};
pub use people::PeopleIndex;
pub use road_class::RoadClass;
pub use road_speeds::{BadSpeed, Delays, RoadSpeeds};
pub use roads::Roads;
pub use standby::{
    Inside, StandbyDoor, StandbyMove, StandbyPerson, StandbyPlan, StandbyRules, StandbyWays,
    StraightWays, suggest_standby,
};
pub use straight_line::{Speed, Speeds};

#[cfg(test)]
mod tests;
