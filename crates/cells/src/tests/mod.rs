//! Tests of the whole: rows in, places out.

mod bad_bytes;
mod lists;
mod places;
mod random;

use silverbell_domain::{LatLon, Position, UnixMs};
use silverbell_protocols::{Cell, Wifi};

use crate::{Cells, Import, ImportError, Report, Table, Wanted};

/// When everything is heard.
const AT: UnixMs = UnixMs(1_800_000_000_000);

/// A village, from which everything is so many metres north and east.
const VILLAGE: LatLon = LatLon { lat: 24.5, lon: 117.6 };

fn beside(north_m: f64, east_m: f64) -> LatLon {
    let degree_m = 111_195.0;
    let east = east_m / (degree_m * VILLAGE.lat.to_radians().cos());
    LatLon { lat: VILLAGE.lat + north_m / degree_m, lon: VILLAGE.lon + east }
}

fn imported(list: &[u8]) -> Result<(Table, Report), ImportError> {
    let mut import = Import::new(Wanted::default());
    import.read("list.csv", list, |_| ())?;
    import.finish()
}

fn opened(table: &Table) -> Cells {
    Cells::open(file(table)).expect("a map")
}

fn file(table: &Table) -> Vec<u8> {
    let mut file = Vec::new();
    table.write(&mut file).expect("room");
    assert_eq!(file.len(), table.file_len());
    file
}

/// Returns the map of these rows of OpenCellID's form, each of which is taken.
fn map(rows: &[String]) -> Cells {
    let (table, report) = imported(rows.join("\n").as_bytes()).expect("a list");
    assert_eq!(report.cells + report.access_points, rows.len() as u64, "{report:#?}");
    opened(&table)
}

/// Returns a row of OpenCellID.
fn row(radio: &str, code: (u16, u32, u64), at: LatLon, range_m: u32) -> String {
    let ((net, area, cell), LatLon { lat, lon }) = (code, at);
    format!("{radio},460,{net},{area},{cell},0,{lon},{lat},{range_m},9,1,1500000000,1600000000,0")
}

fn hears(mnc: u16, lac: u32, cid: u64) -> Cell {
    Cell { mcc: 460, mnc, lac, cid, dbm: None }
}

fn sees(mac: &str, dbm: i16) -> Wifi {
    Wifi { mac: mac.to_owned(), dbm: Some(dbm) }
}

/// Returns how far a position is from where it should be, metres.
fn off_m(position: Position, from: LatLon) -> f64 {
    position.point.distance_m(from)
}
