//! The archive: writing our own, and looking what somebody else's is.

use std::io::{Read, Seek, SeekFrom, Write};

use flate2::read::GzDecoder;
use pmtiles::{Compression, Header, PmTilesWriter, PmtError, TileType};
use serde_json::{Value, json};

use crate::drawing::{Drawing, Layer};
use crate::pyramid::{self, MAX_ZOOM, MIN_ZOOM};
use crate::{encode, world::World};

/// Whose work a map of OpenStreetMap is, as its licence wants it shown.
pub const OSM_ATTRIBUTION: &str = "© OpenStreetMap contributors";

/// The header of an archive, bytes.
const HEADER_LEN: usize = 127;

/// What is said about an archive is short, bytes.
const MAX_METADATA: u64 = 4 * 1024 * 1024;

/// An attribution that is longer is none, characters.
const MAX_ATTRIBUTION: usize = 200;

/// Why tiles cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// Nothing of it can be drawn.
    #[error("nothing in the extract can be drawn")]
    Empty,
    /// It is far more than a province.
    #[error("the extract is too large for one map: take one of a city or a province")]
    TooLarge,
    /// A tile cannot be encoded.
    #[error("a tile cannot be encoded: {0}")]
    Tile(#[from] mvt::Error),
    /// The archive cannot be written.
    #[error("the map cannot be written: {0}")]
    Archive(#[from] PmtError),
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Tiles.
    pub tiles: u64,
    /// Features of the drawing.
    pub features: u64,
}

/// Writes a drawing as an archive. The same drawing gives the same bytes.
///
/// # Errors
/// When there is nothing to draw, far too much, or it cannot be written.
pub fn write(drawing: &Drawing, to: impl Write + Seek) -> Result<Written, TilesError> {
    let [low, high] = bounds(drawing).ok_or(TilesError::Empty)?;
    let ((north, west), (south, east)) = (low.degrees(), high.degrees());
    let mut writer = PmTilesWriter::new(TileType::Mvt)
        .min_zoom(MIN_ZOOM)
        .max_zoom(MAX_ZOOM)
        .bounds(west, south, east, north)
        .center(f64::midpoint(west, east), f64::midpoint(south, north))
        .center_zoom(12)
        .metadata(metadata(&drawing.attribution).to_string())
        .create(to)?;
    let mut written = Written { tiles: 0, features: drawing.features.len() as u64 };
    pyramid::each_tile(drawing, |coord, pieces| {
        let bytes = encode::tile(coord, pieces, drawing)?;
        if !bytes.is_empty() {
            writer.add_tile(coord, &bytes)?;
            written.tiles += 1;
        }
        Ok(())
    })?;
    writer.finalize()?;
    Ok(written)
}

fn bounds(drawing: &Drawing) -> Option<[World; 2]> {
    let all = drawing.features.iter().filter_map(|feature| pyramid::bounds_of(&feature.shape));
    all.reduce(|[low, high], [l, h]| {
        let (x, y) = (low.x.min(l.x), low.y.min(l.y));
        [World { x, y }, World { x: high.x.max(h.x), y: high.y.max(h.y) }]
    })
}

fn metadata(attribution: &str) -> Value {
    let layers = Layer::ALL.map(|layer| {
        json!({
            "id": layer.as_str(),
            "minzoom": MIN_ZOOM,
            "maxzoom": MAX_ZOOM,
            "fields": {"kind": "String", "kind_detail": "String", "name": "String"},
        })
    });
    json!({"name": "Silverbell", "type": "baselayer", "attribution": attribution, "vector_layers": layers})
}

/// Why an archive cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadArchive {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Something else.
    #[error("this is no PMTiles file of version 3")]
    NotPmtiles,
    /// Pictures, or tiles nobody knows.
    #[error("its tiles are no vector tiles (MVT), which are what the page draws")]
    NotVector,
    /// Compressed so that a browser cannot read it.
    #[error("its tiles are compressed in a way that browsers cannot read: make it with gzip")]
    Compression,
    /// It ends in the middle.
    #[error("it ends in the middle: {len} bytes are there, {wanted} should be; copy it again")]
    CutOff {
        /// Bytes there are.
        len: u64,
        /// Bytes that the header speaks of.
        wanted: u64,
    },
    /// Its header says what cannot be, or its list of tiles cannot be read.
    #[error("it is damaged at its beginning; copy it again")]
    Damaged,
}

/// What an archive is.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// South, west, north, east, degrees.
    pub bounds: [f64; 4],
    /// From this zoom on there are tiles.
    pub min_zoom: u8,
    /// Up to this one.
    pub max_zoom: u8,
    /// Whose work it is, as plain text; empty when it does not say.
    pub attribution: String,
}

/// Returns what an archive is, by its header.
///
/// # Errors
/// In words, when it is none, or one that a page cannot draw.
pub fn inspect(mut archive: impl Read + Seek) -> Result<About, BadArchive> {
    let len = archive.seek(SeekFrom::End(0))?;
    archive.rewind()?;
    let mut bytes = Vec::with_capacity(HEADER_LEN);
    (&mut archive).take(HEADER_LEN as u64).read_to_end(&mut bytes)?;
    let header = match Header::try_from_bytes(bytes.clone().into()) {
        Ok(header) if header.spec_version() == 3 => header,
        Ok(_) | Err(PmtError::InvalidMagicNumber | PmtError::UnsupportedPmTilesVersion) => {
            return Err(BadArchive::NotPmtiles);
        }
        Err(PmtError::InvalidTileType) => return Err(BadArchive::NotVector),
        Err(PmtError::InvalidCompression) => return Err(BadArchive::Compression),
        Err(_) if bytes.starts_with(b"PMTiles") => return Err(BadArchive::Damaged),
        Err(_) => return Err(BadArchive::NotPmtiles),
    };
    if header.tile_type != TileType::Mvt {
        return Err(BadArchive::NotVector);
    }
    let readable = [Compression::None, Compression::Gzip];
    if !readable.contains(&header.tile_compression)
        || !readable.contains(&header.internal_compression())
    {
        return Err(BadArchive::Compression);
    }
    let parts = [8, 24, 40, 56].map(|at| (number(&bytes, at), number(&bytes, at + 8)));
    let ends = parts.map(|(offset, length)| offset.checked_add(length));
    let wanted = ends.into_iter().try_fold(0, |most: u64, end| Some(most.max(end?)));
    let wanted = wanted.ok_or(BadArchive::Damaged)?;
    if wanted > len {
        return Err(BadArchive::CutOff { len, wanted });
    }
    let bounds =
        [header.min_latitude, header.min_longitude, header.max_latitude, header.max_longitude];
    let [south, west, north, east] = bounds;
    let is_sound = -90.0 <= south
        && south <= north
        && north <= 90.0
        && -180.0 <= west
        && west <= east
        && east <= 180.0
        && header.min_zoom <= header.max_zoom
        && header.max_zoom <= 24;
    if !is_sound {
        return Err(BadArchive::Damaged);
    }
    // A header is easily right while what follows is not.
    let root = unpacked(&mut archive, parts[0], header.internal_compression());
    if !root.is_ok_and(|root| root.first().is_some_and(|entries| *entries > 0)) {
        return Err(BadArchive::Damaged);
    }
    let attribution = attribution(&mut archive, parts[1], header.internal_compression());
    Ok(About { bounds, min_zoom: header.min_zoom, max_zoom: header.max_zoom, attribution })
}

fn number(header: &[u8], at: usize) -> u64 {
    let bytes = header.get(at..at + 8).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Returns what stands at a place of an archive.
fn unpacked(
    archive: &mut (impl Read + Seek),
    (offset, length): (u64, u64),
    compression: Compression,
) -> std::io::Result<Vec<u8>> {
    archive.seek(SeekFrom::Start(offset))?;
    let packed = archive.take(length.min(MAX_METADATA));
    let mut bytes = Vec::new();
    match compression {
        Compression::Gzip => GzDecoder::new(packed).take(MAX_METADATA).read_to_end(&mut bytes),
        _ => packed.take(MAX_METADATA).read_to_end(&mut bytes),
    }?;
    Ok(bytes)
}

/// Returns the attribution as plain text: what is HTML in it is left out.
fn attribution(
    archive: &mut (impl Read + Seek),
    (offset, length): (u64, u64),
    compression: Compression,
) -> String {
    let bytes = unpacked(archive, (offset, length), compression);
    // A map that does not say whose it is, is a map nevertheless.
    let said: Option<Value> = bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let said = said.as_ref().and_then(|said| said.get("attribution")).and_then(Value::as_str);
    plain(said.unwrap_or_default())
}

fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars().filter(|c| !c.is_control()) {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&copy;", "©").replace("&amp;", "&");
    text.trim().chars().take(MAX_ATTRIBUTION).collect()
}
