//! From a drawing to tiles: one zoom after another, block by block, so that only the tiles of one block
//! are in memory, and in the order in which the archive keeps them.

use geo::{Coord, LineString, Simplify};
use pmtiles::{TileCoord, TileId};

use crate::archive::TilesError;
use crate::clip::{self, Axis};
use crate::drawing::{Drawing, Feature, Layer, Shape};
use crate::world::{EXTENT, World};

/// From here on there are tiles.
pub const MIN_ZOOM: u8 = 6;

/// Up to here there are tiles; nearer, the page enlarges these.
pub const MAX_ZOOM: u8 = 15;

/// A block is a tile of this zoom, or of an earlier one: some 35 km wide.
const BLOCK_ZOOM: u8 = 10;

/// Lines are drawn so far beyond the edge of a tile that their ends are not seen.
const BUFFER: f64 = 64.0;

/// So far a line may be from where it was, units: half a pixel.
const TOLERANCE: f64 = 4.0;

/// An area smaller than this is not seen, square units.
const MIN_AREA: f64 = 128.0;

/// So many points are simplified at once: the search for the one that sticks out most calls itself.
const AT_ONCE: usize = 1_000;

/// More tiles than a country needs are a mistake, or an extract that is made to fill a disk.
const MAX_TILES: u64 = 20_000_000;

/// What of a feature is in a tile: a line's parts, an area's rings, or a point.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Its number in the drawing.
    pub(crate) feature: usize,
    /// In units of the zoom, from the corner of the map.
    pub(crate) parts: Vec<Vec<Coord<f64>>>,
}

/// A square of the map that is being cut.
#[derive(Clone, Copy, Debug)]
struct Square {
    zoom: u8,
    x: u32,
    y: u32,
}

/// Hands every tile with its pieces to `take`, in the order of an archive.
pub(crate) fn each_tile(
    drawing: &Drawing,
    mut take: impl FnMut(TileCoord, &[Piece]) -> Result<(), TilesError>,
) -> Result<(), TilesError> {
    let bounds: Vec<Option<[World; 2]>> =
        drawing.features.iter().map(|feature| bounds_of(&feature.shape)).collect();
    let mut tiles = 0;
    for zoom in MIN_ZOOM..=MAX_ZOOM {
        let block_zoom = zoom.min(BLOCK_ZOOM);
        let mut in_blocks: Vec<(TileId, Square, usize)> = Vec::new();
        for (at, feature) in drawing.features.iter().enumerate() {
            if feature.min_zoom <= zoom
                && let Some(bounds) = bounds[at]
            {
                for (id, square) in touched(bounds, zoom, block_zoom)? {
                    in_blocks.push((id, square, at));
                }
            }
        }
        in_blocks.sort_unstable_by_key(|(id, _, at)| (*id, *at));
        for block in in_blocks.chunk_by(|(a, ..), (b, ..)| a == b) {
            let mut found: Vec<(TileId, Piece)> = Vec::new();
            for (_, square, at) in block {
                let feature = &drawing.features[*at];
                let parts = parts_of(feature, zoom);
                if !parts.is_empty() {
                    let piece = Piece { feature: *at, parts };
                    descend(piece, feature, *square, zoom, &mut found)?;
                }
            }
            found.sort_by_key(|(id, _)| *id);
            for tile in found.chunk_by(|(a, _), (b, _)| a == b) {
                tiles += 1;
                if tiles > MAX_TILES {
                    return Err(TilesError::TooLarge);
                }
                let pieces: Vec<Piece> = tile.iter().map(|(_, piece)| piece.clone()).collect();
                take(tile[0].0.into(), &pieces)?;
            }
        }
    }
    Ok(())
}

/// Returns the north-western and the south-eastern corner of a feature.
pub(crate) fn bounds_of(shape: &Shape) -> Option<[World; 2]> {
    let points: &[World] = match shape {
        Shape::Point(at) => std::slice::from_ref(at),
        Shape::Line(line) => line,
        Shape::Area(rings) => rings.first()?,
    };
    let x = (points.iter().map(|at| at.x).min()?, points.iter().map(|at| at.x).max()?);
    let y = (points.iter().map(|at| at.y).min()?, points.iter().map(|at| at.y).max()?);
    Some([World { x: x.0, y: y.0 }, World { x: x.1, y: y.1 }])
}

/// Returns the squares of a zoom that a feature may touch.
fn touched(
    [low, high]: [World; 2],
    zoom: u8,
    square_zoom: u8,
) -> Result<Vec<(TileId, Square)>, TilesError> {
    // The buffer is that of the tiles into which the square will be cut.
    let margin = (BUFFER as u32) << (32 - 12 - zoom);
    let square = |units: u32| units >> (32 - square_zoom);
    let (from, to) = (
        (square(low.x.saturating_sub(margin)), square(low.y.saturating_sub(margin))),
        (square(high.x.saturating_add(margin)), square(high.y.saturating_add(margin))),
    );
    let mut squares = Vec::new();
    for x in from.0..=to.0 {
        for y in from.1..=to.1 {
            let id = TileId::from(TileCoord::new(square_zoom, x, y)?);
            squares.push((id, Square { zoom: square_zoom, x, y }));
        }
    }
    Ok(squares)
}

/// Returns the lines of a feature as they are drawn at a zoom; none when it is too small to be seen.
fn parts_of(feature: &Feature, zoom: u8) -> Vec<Vec<Coord<f64>>> {
    let at_zoom = |points: &[World]| -> Vec<Coord<f64>> {
        points.iter().map(|at| at.at_zoom(zoom)).collect()
    };
    match &feature.shape {
        Shape::Point(at) => vec![vec![at.at_zoom(zoom)]],
        Shape::Line(line) => vec![simplified(&at_zoom(line), zoom)],
        Shape::Area(rings) => {
            let mut parts = Vec::new();
            for (at, ring) in rings.iter().enumerate() {
                let mut ring = at_zoom(ring);
                ring.extend(ring.first().copied());
                // A house of four corners has none to spare.
                if feature.layer != Layer::Buildings {
                    ring = simplified(&ring, zoom);
                }
                ring.pop();
                let is_seen = ring.len() > 2 && area(&ring).abs() >= MIN_AREA;
                if is_seen {
                    parts.push(ring);
                } else if at == 0 {
                    return Vec::new();
                }
            }
            parts
        }
    }
}

fn simplified(line: &[Coord<f64>], zoom: u8) -> Vec<Coord<f64>> {
    let tolerance = if zoom == MAX_ZOOM { 1.0 } else { TOLERANCE };
    let mut kept: Vec<Coord<f64>> = Vec::new();
    let mut rest = line;
    while rest.len() > 1 {
        let (now, _) = rest.split_at(rest.len().min(AT_ONCE));
        let simple = LineString::new(now.to_vec()).simplify(tolerance).into_inner();
        // Each part begins where the one before it ends.
        kept.extend(&simple[usize::from(!kept.is_empty()).min(simple.len())..]);
        rest = &rest[now.len() - 1..];
    }
    kept
}

/// Returns the area of a ring, above zero when it runs clockwise on the screen.
pub(crate) fn area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    pairs
        .map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y))
        .sum::<f64>()
        / 2.0
}

/// Cuts a piece down to the tiles of a zoom.
fn descend(
    piece: Piece,
    feature: &Feature,
    square: Square,
    zoom: u8,
    found: &mut Vec<(TileId, Piece)>,
) -> Result<(), TilesError> {
    let Some(piece) = cut(piece, feature, square, zoom) else { return Ok(()) };
    if square.zoom == zoom {
        let id = TileId::from(TileCoord::new(zoom, square.x, square.y)?);
        found.push((id, piece));
        return Ok(());
    }
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let quarter = Square { zoom: square.zoom + 1, x: 2 * square.x + dx, y: 2 * square.y + dy };
        descend(piece.clone(), feature, quarter, zoom, found)?;
    }
    Ok(())
}

fn cut(piece: Piece, feature: &Feature, square: Square, zoom: u8) -> Option<Piece> {
    let side = EXTENT * f64::from(1_u32 << (zoom - square.zoom));
    let range = |at: u32| (f64::from(at) * side - BUFFER, f64::from(at + 1) * side + BUFFER);
    let ((west, east), (north, south)) = (range(square.x), range(square.y));
    let parts: Vec<Vec<Coord<f64>>> = match feature.shape {
        // A name stands in one tile.
        Shape::Point(_) => {
            let is_inside = |at: &Coord<f64>| {
                (west + BUFFER..east - BUFFER).contains(&at.x)
                    && (north + BUFFER..south - BUFFER).contains(&at.y)
            };
            piece.parts.into_iter().filter(|part| part.first().is_some_and(is_inside)).collect()
        }
        Shape::Line(_) => piece
            .parts
            .iter()
            .flat_map(|part| clip::line(part, Axis::X, west, east))
            .flat_map(|part| clip::line(&part, Axis::Y, north, south))
            .collect(),
        Shape::Area(_) => {
            let mut rings = piece.parts.iter().map(|ring| {
                clip::ring(&clip::ring(ring, Axis::X, west, east), Axis::Y, north, south)
            });
            // Without the ring around it a hole is none.
            let outer = rings.next().filter(|ring| ring.len() > 2)?;
            std::iter::once(outer).chain(rings.filter(|ring| ring.len() > 2)).collect()
        }
    };
    (!parts.is_empty()).then_some(Piece { feature: piece.feature, parts })
}
