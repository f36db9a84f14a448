//! What an element is on a map, by its tags.

use crate::drawing::Layer;

/// What to draw for an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) layer: Layer,
    pub(crate) kind: &'static str,
    pub(crate) detail: Option<&'static str>,
    pub(crate) min_zoom: u8,
    /// Drawn as an area; otherwise as a line.
    pub(crate) is_area: bool,
}

const fn line(layer: Layer, kind: &'static str, detail: &'static str, min_zoom: u8) -> Class {
    Class { layer, kind, detail: Some(detail), min_zoom, is_area: false }
}

const fn area(layer: Layer, kind: &'static str, min_zoom: u8) -> Class {
    Class { layer, kind, detail: None, min_zoom, is_area: true }
}

/// Keys and values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> FromIterator<(&'a str, &'a str)> for Tags<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(tags: I) -> Self {
        Self(tags.into_iter().collect())
    }
}

impl<'a> Tags<'a> {
    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    /// Returns whether a key has a value that is not `no`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value != "no")
    }

    /// Returns whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Returns the kind of a street, and from which zoom it is drawn, by OSM's `highway`.
#[must_use]
pub fn street_kind(highway: &str) -> Option<(&'static str, &'static str, u8)> {
    let (kind, detail, min_zoom) = match highway {
        "motorway" => ("highway", "motorway", 6),
        "motorway_link" => ("highway", "motorway_link", 11),
        "trunk" => ("major_road", "trunk", 6),
        "trunk_link" => ("major_road", "trunk_link", 12),
        "primary" => ("major_road", "primary", 8),
        "primary_link" => ("major_road", "primary_link", 12),
        "secondary" => ("major_road", "secondary", 10),
        "secondary_link" => ("major_road", "secondary_link", 12),
        "tertiary" => ("major_road", "tertiary", 11),
        "tertiary_link" => ("major_road", "tertiary_link", 12),
        "unclassified" | "road" => ("minor_road", "unclassified", 12),
        "residential" => ("minor_road", "residential", 12),
        "living_street" => ("minor_road", "living_street", 12),
        "service" | "busway" => ("minor_road", "service", 13),
        "pedestrian" => ("path", "pedestrian", 13),
        "track" => ("path", "track", 13),
        "path" => ("path", "path", 14),
        "cycleway" => ("path", "cycleway", 14),
        "bridleway" => ("path", "bridleway", 14),
        "footway" => ("path", "footway", 14),
        "steps" => ("path", "steps", 14),
        "corridor" => ("path", "corridor", 15),
        _ => return None,
    };
    Some((kind, detail, min_zoom))
}

/// Returns what a way is, `None` when it is not drawn. `is_closed` when it ends where it begins.
pub(crate) fn of_way(tags: &Tags<'_>, is_closed: bool) -> Option<Class> {
    if is_closed && let Some(area) = of_area(tags) {
        return Some(area);
    }
    road(tags).or_else(|| railway(tags)).or_else(|| waterway(tags))
}

fn road(tags: &Tags<'_>) -> Option<Class> {
    let (kind, detail, min_zoom) = street_kind(tags.get("highway")?)?;
    // Driveways and aisles of car parks are many, and only matter from near.
    let is_minor = matches!(tags.get("service"), Some("driveway" | "parking_aisle"))
        || matches!(tags.get("footway"), Some("sidewalk" | "crossing"));
    let min_zoom = if is_minor { 15 } else { min_zoom };
    Some(line(Layer::Roads, kind, detail, min_zoom))
}

fn railway(tags: &Tags<'_>) -> Option<Class> {
    let (detail, min_zoom) = match tags.get("railway")? {
        "rail" => ("rail", 9),
        "subway" => ("subway", 12),
        "light_rail" => ("light_rail", 11),
        "monorail" => ("monorail", 12),
        "narrow_gauge" => ("narrow_gauge", 11),
        "tram" => ("tram", 13),
        _ => return None,
    };
    let min_zoom = if tags.has("service") { 14 } else { min_zoom };
    Some(line(Layer::Roads, "rail", detail, min_zoom))
}

fn waterway(tags: &Tags<'_>) -> Option<Class> {
    let (kind, min_zoom) = match tags.get("waterway")? {
        "river" => ("river", 8),
        "canal" => ("canal", 11),
        "stream" => ("stream", 13),
        "ditch" => ("ditch", 15),
        "drain" => ("drain", 15),
        _ => return None,
    };
    Some(Class { detail: None, ..line(Layer::Water, kind, kind, min_zoom) })
}

/// Returns what an area is, `None` when it is not drawn as one.
pub(crate) fn of_area(tags: &Tags<'_>) -> Option<Class> {
    if tags.has("building") {
        return Some(area(Layer::Buildings, "building", 14));
    }
    let water = match (tags.get("natural"), tags.get("waterway"), tags.get("landuse")) {
        (Some("water"), ..) => Some(match tags.get("water") {
            Some("river" | "canal") => "river",
            Some("lake" | "pond" | "reservoir") => "lake",
            _ => "water",
        }),
        (_, Some("riverbank"), _) => Some("river"),
        (_, Some("dock"), _) => Some("dock"),
        (_, _, Some("reservoir" | "basin")) => Some("lake"),
        _ => None,
    };
    if let Some(kind) = water {
        return Some(area(Layer::Water, kind, 6));
    }
    let landuse = match tags.get("leisure") {
        Some("park") => Some(("park", 10)),
        Some("garden") => Some(("garden", 14)),
        Some("pitch") => Some(("pitch", 14)),
        Some("playground") => Some(("playground", 15)),
        Some("golf_course") => Some(("golf_course", 11)),
        Some("nature_reserve") => Some(("nature_reserve", 9)),
        _ => None,
    };
    let grounds = || match tags.get("amenity") {
        Some("hospital") => Some(("hospital", 12)),
        Some("school" | "kindergarten") => Some(("school", 13)),
        Some("university" | "college") => Some(("university", 12)),
        _ => None,
    };
    let ground = || match (tags.get("natural"), tags.get("landuse")) {
        (Some("wood"), _) => Some(("wood", 9)),
        (Some("scrub"), _) => Some(("scrub", 11)),
        (Some("grassland"), _) => Some(("grassland", 11)),
        (Some("beach" | "sand"), _) => Some(("beach", 12)),
        (_, Some("forest")) => Some(("forest", 9)),
        (_, Some("grass" | "meadow" | "village_green")) => Some(("grass", 13)),
        (_, Some("farmland" | "orchard" | "vineyard")) => Some(("farmland", 11)),
        (_, Some("cemetery")) => Some(("cemetery", 13)),
        (_, Some("industrial")) => Some(("industrial", 12)),
        _ => None,
    };
    let (kind, min_zoom) = landuse.or_else(grounds).or_else(ground)?;
    Some(area(Layer::Landuse, kind, min_zoom))
}

/// Returns what a node is, `None` when it is not drawn.
pub(crate) fn of_node(tags: &Tags<'_>) -> Option<Class> {
    let (kind, detail, min_zoom) = match tags.get("place")? {
        "city" => ("locality", "city", 6),
        "town" => ("locality", "town", 9),
        "village" => ("locality", "village", 11),
        "hamlet" => ("locality", "hamlet", 13),
        "suburb" => ("neighbourhood", "suburb", 11),
        "quarter" => ("neighbourhood", "quarter", 13),
        "neighbourhood" => ("neighbourhood", "neighbourhood", 13),
        _ => return None,
    };
    Some(line(Layer::Places, kind, detail, min_zoom))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(tags: &[(&str, &str)], is_closed: bool) -> Option<(&'static str, u8, bool)> {
        of_way(&tags.iter().copied().collect(), is_closed)
            .map(|class| (class.kind, class.min_zoom, class.is_area))
    }

    #[test]
    fn roads_are_drawn_the_earlier_the_more_they_carry() {
        let zooms =
            ["motorway", "primary", "secondary", "tertiary", "residential", "service", "footway"]
                .map(|highway| street_kind(highway).expect("a road").2);
        assert!(zooms.is_sorted(), "{zooms:?}");
        assert_eq!(
            way(&[("highway", "service"), ("service", "driveway")], false),
            Some(("minor_road", 15, false))
        );
        assert_eq!(way(&[("highway", "construction")], false), None);
    }

    #[test]
    fn a_ring_of_road_is_a_line_and_a_ring_of_water_an_area() {
        assert_eq!(way(&[("highway", "residential")], true), Some(("minor_road", 12, false)));
        assert_eq!(way(&[("natural", "water")], true), Some(("water", 6, true)));
        assert_eq!(way(&[("waterway", "river")], false), Some(("river", 8, false)));
        assert_eq!(way(&[("natural", "water")], false), None, "an area that is not closed is none");
        assert_eq!(way(&[("building", "no"), ("leisure", "park")], true), Some(("park", 10, true)));
    }
}
