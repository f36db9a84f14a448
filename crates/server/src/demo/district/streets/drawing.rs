//! The district as a map to look at, in the words of OpenStreetMap.

use silverbell_domain::LatLon;
use silverbell_tiles::{Drawing, Feature, Layer, Names, Shape, World, street_kind};

use super::super::plane::Pt;
use super::super::{terrain, villages};
use super::{StreetClass, Streets};

/// From which zoom towns and villages are named.
const TOWN_ZOOM: u8 = 9;
const VILLAGE_ZOOM: u8 = 11;

impl Streets {
    /// Returns what there is to see. The streets are invented, so it is nobody's work.
    #[must_use]
    pub(crate) fn to_drawing(&self) -> Drawing {
        let mut features: Vec<Feature> =
            terrain::green().iter().map(|ring| area(Layer::Landuse, "park", None, ring)).collect();
        let waters = [("river", Some(terrain::RIVER_NAME)), ("lake", Some(terrain::LAKE_NAME))];
        for (at, ring) in terrain::water().iter().enumerate() {
            let (kind, name) = waters.get(at).copied().unwrap_or(("lake", None));
            features.push(area(Layer::Water, kind, name, ring));
        }
        features
            .extend(self.lines().into_iter().filter_map(|(edge, nodes)| self.drawn(edge, &nodes)));
        for town in villages::TOWNS.iter() {
            features.extend(place("town", TOWN_ZOOM, town.name, town.at));
        }
        for (_, village) in villages::all() {
            features.extend(place("village", VILLAGE_ZOOM, &village.name(), village.at));
        }
        Drawing { features, ..Drawing::default() }
    }

    fn drawn(&self, edge: usize, nodes: &[usize]) -> Option<Feature> {
        let edge = &self.edges[edge];
        let (kind, detail, min_zoom) = street_kind(match edge.class {
            StreetClass::Trunk => "trunk",
            StreetClass::Secondary => "secondary",
            StreetClass::Residential => "residential",
            StreetClass::Path => "path",
        })?;
        let line = nodes.iter().filter_map(|node| world(self.nodes[*node])).collect();
        Some(Feature {
            layer: Layer::Roads,
            kind,
            detail: Some(detail),
            is_bridge: edge.bridge,
            is_tunnel: false,
            names: named(&edge.name),
            min_zoom,
            shape: Shape::Line(line),
        })
    }
}

fn area(layer: Layer, kind: &'static str, name: Option<&str>, ring: &[Pt]) -> Feature {
    let mut ring: Vec<World> = ring.iter().filter_map(|at| world(at.on_globe())).collect();
    if ring.first() == ring.last() {
        ring.pop();
    }
    Feature {
        layer,
        kind,
        detail: None,
        is_bridge: false,
        is_tunnel: false,
        names: name.and_then(named),
        min_zoom: silverbell_tiles::MIN_ZOOM,
        shape: Shape::Area(vec![ring]),
    }
}

fn place(detail: &'static str, min_zoom: u8, name: &str, at: Pt) -> Option<Feature> {
    Some(Feature {
        layer: Layer::Places,
        kind: "locality",
        detail: Some(detail),
        is_bridge: false,
        is_tunnel: false,
        names: named(name),
        min_zoom,
        shape: Shape::Point(world(at.on_globe())?),
    })
}

fn named(name: &str) -> Option<Box<Names>> {
    let is_named = !name.is_empty();
    is_named.then(|| Box::new(Names { name: Some(name.into()), ..Names::default() }))
}

fn world(place: LatLon) -> Option<World> {
    World::of(place.lat, place.lon)
}
