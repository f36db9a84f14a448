//! From an extract of OpenStreetMap to a map that a page can draw: vector tiles in one PMTiles file.
//! Pure: bytes of an extract come in, bytes of an archive go out.
//!
//! [`read_extract`] makes a [`Drawing`]: roads, waters, green, buildings and names of places, each with
//! the zoom from which it is worth drawing. [`write`] cuts it into tiles. Layers, kinds and attributes
//! have the names of Protomaps' basemap, version 4, so that one style draws our own tiles and those of
//! a file that somebody else made; [`inspect`] says what such a file is.

mod archive;
mod classes;
mod clip;
mod drawing;
mod encode;
mod extract;
mod pyramid;
mod rings;
mod world;

pub use archive::{About, BadArchive, OSM_ATTRIBUTION, TilesError, Written, inspect, write};
pub use classes::street_kind;
pub use drawing::{Drawing, Feature, Layer, Names, Shape};
pub use extract::read_extract;
pub use pyramid::{MAX_ZOOM, MIN_ZOOM};
pub use world::World;

#[cfg(test)]
mod tests;
