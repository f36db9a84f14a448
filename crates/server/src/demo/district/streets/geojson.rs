//! The district as a map for the console: GeoJSON, WGS-84.

use std::sync::Arc;

use serde_json::{Value, json};
use silverbell_domain::LatLon;

use super::super::plane::{HALF, Pt, pt};
use super::super::{terrain, villages};
use super::Streets;

impl Streets {
    /// Returns the map as a FeatureCollection: what `kind` says is `green` (hills and parks) and
    /// `water` as polygons, `street` as lines (with `class`, `name` and `bridge`), `town` and
    /// `village` as points with a name. Drawn in the order given it looks right.
    #[must_use]
    pub(crate) fn to_geojson(&self) -> Value {
        let mut features: Vec<Value> = terrain::green()
            .iter()
            .map(|ring| feature("Polygon", json!([positions(ring)]), json!({"kind": "green"})))
            .collect();
        features.extend(water());
        features.extend(self.streets());
        features.extend(places());
        let (low, high) = (pt(-HALF.x, -HALF.y).on_globe(), HALF.on_globe());
        json!({
            "type": "FeatureCollection",
            "bbox": [low.lon, low.lat, high.lon, high.lat],
            "features": features,
        })
    }

    fn streets(&self) -> Vec<Value> {
        self.lines().into_iter().map(|(edge, nodes)| self.street(edge, &nodes)).collect()
    }

    /// Returns the first edge and the nodes of each line. Neighbouring stretches of one street become
    /// one line: a third of the bytes, and a name is drawn along the street instead of on each stretch.
    pub(super) fn lines(&self) -> Vec<(usize, Vec<usize>)> {
        let mut lines: Vec<(usize, Vec<usize>)> = Vec::new();
        for (at, edge) in self.edges.iter().enumerate() {
            match lines.last_mut() {
                Some((first, nodes))
                    if nodes.last() == Some(&edge.from) && self.is_one_street(*first, at) =>
                {
                    nodes.push(edge.to);
                }
                _ => lines.push((at, vec![edge.from, edge.to])),
            }
        }
        // The least important first, so that the important lie on top.
        lines.sort_by(|(a, _), (b, _)| self.edges[*b].class.cmp(&self.edges[*a].class));
        lines
    }

    fn is_one_street(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.edges[a], &self.edges[b]);
        Arc::ptr_eq(&a.name, &b.name) && a.class == b.class && a.bridge == b.bridge
    }

    fn street(&self, edge: usize, nodes: &[usize]) -> Value {
        let edge = &self.edges[edge];
        let line: Vec<Value> = nodes.iter().map(|node| position(self.nodes[*node])).collect();
        let mut properties =
            json!({"kind": "street", "class": edge.class.as_str(), "name": &*edge.name});
        if edge.bridge {
            properties["bridge"] = true.into();
        }
        feature("LineString", line.into(), properties)
    }
}

fn water() -> Vec<Value> {
    let names = [terrain::RIVER_NAME, terrain::LAKE_NAME];
    terrain::water()
        .iter()
        .enumerate()
        .map(|(at, ring)| {
            let mut properties = json!({"kind": "water"});
            if let Some(name) = names.get(at) {
                properties["name"] = (*name).into();
            }
            feature("Polygon", json!([positions(ring)]), properties)
        })
        .collect()
}

fn places() -> Vec<Value> {
    let towns = villages::TOWNS.iter().map(|town| place("town", town.name, town.at));
    let villages =
        villages::all().map(|(_, village)| place("village", &village.name(), village.at));
    towns.chain(villages).collect()
}

fn place(kind: &str, name: &str, at: Pt) -> Value {
    feature("Point", position(at.on_globe()), json!({"kind": kind, "name": name}))
}

fn feature(geometry: &str, coordinates: Value, properties: Value) -> Value {
    json!({
        "type": "Feature",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": properties,
    })
}

fn positions(line: &[Pt]) -> Value {
    line.iter().map(|p| position(p.on_globe())).collect::<Vec<_>>().into()
}

fn position(place: LatLon) -> Value {
    json!([place.lon, place.lat])
}
