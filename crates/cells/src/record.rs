//! One station, as it lies in the map: 32 bytes, little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | area: country (16 bits), network (16), area (32); all ones for access points |
//! | 8..16 | the cell's number, or the address |
//! | 16..20, 20..24 | latitude, longitude, 10⁻⁷ degrees |
//! | 24..28 | how far it is heard, metres |
//! | 28 | kind of radio |
//! | 29..32 | zero |

use silverbell_domain::LatLon;

use crate::id::StationId;

/// Bytes of a record.
pub(crate) const RECORD_LEN: usize = 32;

/// Parts of a degree that are kept: a centimetre.
const PER_DEGREE: f64 = 1e7;

/// A kind of radio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Radio {
    Gsm = 1,
    Umts = 2,
    Lte = 3,
    Nr = 4,
    Cdma = 5,
    Wifi = 6,
}

impl Radio {
    const ALL: [Self; 6] = [Self::Gsm, Self::Umts, Self::Lte, Self::Nr, Self::Cdma, Self::Wifi];

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|radio| *radio as u8 == byte)
    }
}

/// One station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) id: StationId,
    lat: i32,
    lon: i32,
    pub(crate) range_m: u32,
    pub(crate) radio: Radio,
}

impl Record {
    pub(crate) fn new(id: StationId, point: LatLon, range_m: u32, radio: Radio) -> Self {
        // A degree times 10⁷ fits: 1.8 · 10⁹ is less than 2³¹.
        let kept = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        Self { id, lat: kept(point.lat), lon: kept(point.lon), range_m, radio }
    }

    /// Returns where it stands.
    pub(crate) fn point(&self) -> LatLon {
        let degrees = |kept: i32| f64::from(kept) / PER_DEGREE;
        LatLon { lat: degrees(self.lat), lon: degrees(self.lon) }
    }

    pub(crate) fn to_bytes(self) -> [u8; RECORD_LEN] {
        let mut bytes = [0; RECORD_LEN];
        bytes[..8].copy_from_slice(&self.id.area.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.id.number.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.lat.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.lon.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.range_m.to_le_bytes());
        bytes[28] = self.radio as u8;
        bytes
    }

    /// Returns the station in these bytes, `None` if they are none.
    pub(crate) fn of(bytes: &[u8; RECORD_LEN]) -> Option<Self> {
        let id = id_in(bytes);
        let lat = u32_at(bytes, 16).cast_signed();
        let lon = u32_at(bytes, 20).cast_signed();
        let radio = Radio::of(bytes[28]).filter(|_| bytes[29..] == [0; 3])?;
        let record = Self { id, lat, lon, range_m: u32_at(bytes, 24), radio };
        let LatLon { lat, lon } = record.point();
        let is_whole = (radio == Radio::Wifi) == id.country().is_none();
        LatLon::new(lat, lon).filter(|_| is_whole).map(|_| record)
    }
}

/// Returns the identity in the bytes of a record.
pub(crate) fn id_in(bytes: &[u8; RECORD_LEN]) -> StationId {
    StationId { area: u64_at(bytes, 0), number: u64_at(bytes, 8) }
}

/// Returns the number in four bytes; zero beyond the end.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four))
}

/// Returns the number in eight bytes; zero beyond the end.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |eight| u64::from_le_bytes(*eight))
}
