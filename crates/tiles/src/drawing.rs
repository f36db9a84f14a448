//! What is to be drawn, before it is cut into tiles.

use std::sync::Arc;

use crate::world::World;

/// Where a feature belongs; the order is that of drawing, from below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Green, farmland, grounds of hospitals and schools.
    Landuse,
    /// Rivers, lakes, canals.
    Water,
    /// Houses.
    Buildings,
    /// Roads, paths and railways.
    Roads,
    /// Names of towns and villages.
    Places,
}

impl Layer {
    /// Every layer, from below.
    pub(crate) const ALL: [Self; 5] =
        [Self::Landuse, Self::Water, Self::Buildings, Self::Roads, Self::Places];

    /// Returns the name in a tile.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Landuse => "landuse",
            Self::Water => "water",
            Self::Buildings => "buildings",
            Self::Roads => "roads",
            Self::Places => "places",
        }
    }
}

/// What a feature is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// As people there say.
    pub name: Option<Arc<str>>,
    /// In Chinese, where that is something else.
    pub zh: Option<Arc<str>>,
    /// In English.
    pub en: Option<Arc<str>>,
    /// The number of a road.
    pub number: Option<Arc<str>>,
}

/// The form of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A place.
    Point(World),
    /// A line of two points or more.
    Line(Vec<World>),
    /// A ring and the rings that are cut out of it; the last point of a ring is not its first again.
    Area(Vec<Vec<World>>),
}

/// Something to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Where it belongs.
    pub layer: Layer,
    /// What it is.
    pub kind: &'static str,
    /// What it is in particular; for a road OSM's `highway`.
    pub detail: Option<&'static str>,
    /// Whether it is a bridge.
    pub is_bridge: bool,
    /// Whether it runs underground.
    pub is_tunnel: bool,
    /// What it is called; `None` when nothing.
    pub names: Option<Box<Names>>,
    /// From which zoom it is drawn.
    pub min_zoom: u8,
    /// Its form.
    pub shape: Shape,
}

/// Everything to draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// In the order of drawing within a layer.
    pub features: Vec<Feature>,
    /// Whose work it is, as it has to be shown.
    pub attribution: String,
    /// How much was left out: areas that the extract cuts, and what is too wide for a map of a province.
    pub left_out: u64,
}
