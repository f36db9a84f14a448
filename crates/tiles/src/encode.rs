//! A tile as bytes.

use geo::Coord;
use mvt::{GeomData, GeomEncoder, GeomType, Tile};
use pmtiles::TileCoord;

use crate::archive::TilesError;
use crate::drawing::{Drawing, Feature, Layer, Names, Shape};
use crate::pyramid::{Piece, area};
use crate::world::EXTENT;

/// A point of a tile.
type Unit = (i32, i32);

/// Returns the bytes of a tile, not compressed; none when nothing of it can be seen.
pub(crate) fn tile(
    coord: TileCoord,
    pieces: &[Piece],
    drawing: &Drawing,
) -> Result<Vec<u8>, TilesError> {
    let corner = Coord { x: f64::from(coord.x()) * EXTENT, y: f64::from(coord.y()) * EXTENT };
    let mut tile = Tile::new(EXTENT as u32);
    for layer in Layer::ALL {
        let mut drawn = tile.create_layer(layer.as_str());
        for piece in pieces {
            let feature = &drawing.features[piece.feature];
            if feature.layer != layer {
                continue;
            }
            let Some(geometry) = geometry(piece, feature, corner)? else { continue };
            let mut told = drawn.into_feature(geometry);
            tell(&mut told, feature, coord.z());
            drawn = told.into_layer();
        }
        if drawn.num_features() > 0 {
            tile.add_layer(drawn)?;
        }
    }
    if tile.num_layers() == 0 { Ok(Vec::new()) } else { Ok(tile.to_bytes()?) }
}

fn geometry(
    piece: &Piece,
    feature: &Feature,
    corner: Coord<f64>,
) -> Result<Option<GeomData>, TilesError> {
    let (kind, least) = match feature.shape {
        Shape::Point(_) => (GeomType::Point, 1),
        Shape::Line(_) => (GeomType::Linestring, 2),
        Shape::Area(_) => (GeomType::Polygon, 3),
    };
    let mut encoder = GeomEncoder::<i32>::new(kind);
    let (mut drawn, mut last) = (0, None);
    for (at, part) in piece.parts.iter().enumerate() {
        let mut points = units(part, corner);
        if least == 3 {
            if !turn(&mut points, at == 0) {
                if at == 0 {
                    return Ok(None);
                }
                continue;
            }
            // A ring that begins where the last one ended would be taken for more of it.
            if last == points.first().copied() {
                points.rotate_left(1);
            }
        }
        if points.len() < least {
            continue;
        }
        for (x, y) in &points {
            encoder.add_point(*x, *y)?;
        }
        encoder.complete_geom()?;
        last = points.last().copied();
        drawn += 1;
    }
    // Everything is complete by now; encoding completes once more.
    if drawn == 0 { Ok(None) } else { Ok(Some(encoder.encode()?)) }
}

/// Returns a part in units of its tile, no point twice.
fn units(part: &[Coord<f64>], corner: Coord<f64>) -> Vec<Unit> {
    let unit =
        |at: &Coord<f64>| ((at.x - corner.x).round() as i32, (at.y - corner.y).round() as i32);
    let mut points: Vec<Unit> = part.iter().map(unit).collect();
    points.dedup();
    points
}

/// Turns a ring the way it has to run: the outer one clockwise on the screen, holes the other way.
/// Returns false for one without an inside.
fn turn(ring: &mut Vec<Unit>, is_outer: bool) -> bool {
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let corners: Vec<Coord<f64>> =
        ring.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect();
    let area = area(&corners);
    if ring.len() < 3 || area.abs() < 1.0 {
        return false;
    }
    if (area > 0.0) != is_outer {
        ring.reverse();
    }
    true
}

fn tell(told: &mut mvt::Feature, feature: &Feature, zoom: u8) {
    told.add_tag_string("kind", feature.kind);
    if let Some(detail) = feature.detail {
        told.add_tag_string("kind_detail", detail);
        if detail.ends_with("_link") {
            told.add_tag_bool("is_link", true);
        }
    }
    if feature.is_bridge && feature.layer == Layer::Roads {
        told.add_tag_bool("is_bridge", true);
    }
    if feature.is_tunnel && feature.layer == Layer::Roads {
        told.add_tag_bool("is_tunnel", true);
    }
    let Some(names) = &feature.names else { return };
    if zoom < named_from(feature) {
        return;
    }
    let Names { name, zh, en, number } = &**names;
    for (key, word) in [("name", name), ("name:zh", zh), ("name:en", en), ("ref", number)] {
        if let Some(word) = word {
            told.add_tag_string(key, word);
        }
    }
}

/// Returns from which zoom a feature has room for its name.
const fn named_from(feature: &Feature) -> u8 {
    match feature.layer {
        Layer::Places => 0,
        Layer::Water => 10,
        Layer::Landuse => 13,
        Layer::Buildings => 15,
        Layer::Roads if feature.min_zoom <= 11 => 11,
        Layer::Roads => 13,
    }
}
