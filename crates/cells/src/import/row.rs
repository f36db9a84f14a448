//! What a row says.

use silverbell_domain::LatLon;

use super::Wanted;
use super::columns::{Column, Columns, Fields};
use super::report::Reason;
use crate::id::{COUNTRIES, Mac, StationId, UNKNOWN_28, UNKNOWN_36, is_area};
use crate::record::{Radio, Record};
use crate::table::Row;

/// How far a mast is heard if the list does not say, metres: a mast on the land; in town it is less.
const CELL_RANGE_M: u32 = 5_000;

/// No cell is heard further than this, metres (Ichnaea's `CELL_MAX_RADIUS`; GSM's timing ends at 35 km,
/// stretched at 120 km). What a list says beyond is a mistake of measuring.
const CELL_RANGE_MAX_M: u32 = 100_000;

/// How far an access point is heard if the list does not say, metres: 2.4 GHz in the open.
const WIFI_RANGE_M: u32 = 100;

/// An access point that was heard over more than this moves, metres: it is in a bus or in a pocket
/// (Ichnaea's `WIFI_MAX_RADIUS`).
const WIFI_RANGE_MAX_M: u32 = 5_000;

/// What becomes of a row that is not bad.
pub(super) enum Outcome {
    /// It is taken.
    Station(Row),
    /// It is of a country that is not wanted.
    Unwanted,
    /// Its address is made up.
    MadeUp,
}

/// Reads a row.
pub(super) fn read(
    columns: &Columns,
    fields: &Fields<'_>,
    wanted: &Wanted,
) -> Result<Outcome, Reason> {
    let field = |column| columns.get(fields, column);
    let radio = radio(field(Column::Radio));
    let is_wifi = radio == Some(Radio::Wifi);
    // A list of access points need not say that it is one.
    if is_wifi || (radio.is_none() && !field(Column::Mac).is_empty()) {
        return access_point(columns, fields);
    }
    let country = number(field(Column::Country)).ok_or(Reason::Country)?;
    if !wanted.has(country) {
        return Ok(Outcome::Unwanted);
    }
    let radio = radio.ok_or(Reason::Radio)?;
    let (id, radio) = cell(columns, fields, country, radio)?;
    let range_m = range_m(field(Column::Range)).map_or(CELL_RANGE_M, |m| m.min(CELL_RANGE_MAX_M));
    Ok(Outcome::Station(row(columns, fields, (id, radio), range_m)?))
}

fn access_point(columns: &Columns, fields: &Fields<'_>) -> Result<Outcome, Reason> {
    let mac = Mac::parse(columns.get(fields, Column::Mac)).ok_or(Reason::Mac)?;
    if !mac.is_given() {
        return Ok(Outcome::MadeUp);
    }
    let range_m = range_m(columns.get(fields, Column::Range)).unwrap_or(WIFI_RANGE_M);
    if range_m > WIFI_RANGE_MAX_M {
        return Err(Reason::Moves);
    }
    let name = (StationId::access_point(mac), Radio::Wifi);
    Ok(Outcome::Station(row(columns, fields, name, range_m)?))
}

fn row(
    columns: &Columns,
    fields: &Fields<'_>,
    (id, radio): (StationId, Radio),
    range_m: u32,
) -> Result<Row, Reason> {
    let degrees = |column| columns.get(fields, column).parse().ok();
    let point = degrees(Column::Lat).zip(degrees(Column::Lon));
    let point = point.and_then(|(lat, lon)| LatLon::new(lat, lon)).ok_or(Reason::Place)?;
    let count = |column| number(columns.get(fields, column)).map_or(0, saturated);
    Ok(Row {
        record: Record::new(id, point, range_m, radio),
        samples: count(Column::Samples),
        updated_s: count(Column::Updated),
    })
}

fn radio(word: &str) -> Option<Radio> {
    let radios = [
        ("GSM", Radio::Gsm),
        ("UMTS", Radio::Umts),
        ("WCDMA", Radio::Umts),
        ("LTE", Radio::Lte),
        // 4G for things: its cells are numbered as 4G's.
        ("NBIOT", Radio::Lte),
        ("NR", Radio::Nr),
        ("CDMA", Radio::Cdma),
        ("WIFI", Radio::Wifi),
        ("WI-FI", Radio::Wifi),
    ];
    radios.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, radio)| radio)
}

/// Returns the identity of a cell. In CDMA its three numbers are system, network and base station
/// (OpenCellID wiki, "Database format").
fn cell(
    columns: &Columns,
    fields: &Fields<'_>,
    country: u64,
    radio: Radio,
) -> Result<(StationId, Radio), Reason> {
    let read = |column| number(columns.get(fields, column));
    let mcc = narrow(country).filter(|_| COUNTRIES.contains(&country)).ok_or(Reason::Country)?;
    let most = if radio == Radio::Cdma { 32_767 } else { 999 };
    let net = read(Column::Network).filter(|net| *net <= most).and_then(narrow);
    let mnc = net.ok_or(Reason::Network)?;
    let area = read(Column::Area).filter(|area| is_area(*area) && *area <= most_area(radio));
    let area = area.and_then(narrow).ok_or(Reason::Area)?;
    let number = read(Column::Cell).filter(|number| *number != 0 && *number != 0xffff);
    let number = number.ok_or(Reason::Cell)?;
    // A number of more than 16 bits is 3G's, whatever the list says (Ichnaea's `ValidCellKeySchema`;
    // OpenCellID FAQ, "GSM cell IDs with more than 16 bit").
    let radio = if radio == Radio::Gsm && number > 0xffff { Radio::Umts } else { radio };
    let is_number = number < first_unknown(radio);
    is_number.then(|| (StationId::cell(mcc, mnc, area, number), radio)).ok_or(Reason::Cell)
}

/// Returns the highest number of an area: 24 bits in 5G, 16 before (3GPP TS 23.003).
const fn most_area(radio: Radio) -> u64 {
    match radio {
        Radio::Nr => 0xff_fffd,
        Radio::Gsm | Radio::Umts | Radio::Lte | Radio::Cdma | Radio::Wifi => 0xfffd,
    }
}

/// Returns the first number that no cell has.
const fn first_unknown(radio: Radio) -> u64 {
    match radio {
        Radio::Gsm | Radio::Cdma => 0xffff,
        Radio::Umts | Radio::Lte | Radio::Wifi => UNKNOWN_28,
        Radio::Nr => UNKNOWN_36,
    }
}

/// Reads a whole number; programs that know only fractions write `460.0`.
fn number(field: &str) -> Option<u64> {
    field.strip_suffix(".0").unwrap_or(field).parse().ok()
}

/// Reads how far a station is heard, in whole metres; 0 says unknown.
fn range_m(field: &str) -> Option<u32> {
    let metres: f64 = field.parse().ok()?;
    (metres.is_finite() && metres >= 1.0).then(|| metres.ceil().min(f64::from(u32::MAX)) as u32)
}

fn narrow<T: TryFrom<u64>>(number: u64) -> Option<T> {
    T::try_from(number).ok()
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
