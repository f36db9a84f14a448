//! Where telephone masts and Wi-Fi access points stand, so that a device without satellites still has
//! a place. Pure: rows of a list come in, bytes of a map go out; bytes of a map come in, places go out.
//!
//! A list in the form of OpenCellID becomes a [`Table`] ([`Import`]), which is written as one file; the
//! file, mapped into memory, is [`Cells`], and says where somebody is who hears these.
//!
//! ```
//! use silverbell_cells::{Cells, Import, Wanted};
//! use silverbell_domain::{PositionSource, UnixMs};
//! use silverbell_protocols::Cell;
//!
//! let list = "LTE,460,0,9346,54012417,0,117.6563,24.5124,800,12,1,1459743588,1700000000,0\n";
//! let mut import = Import::new(Wanted::default());
//! import.read("list.csv", list.as_bytes(), |_| ())?;
//! let (table, report) = import.finish()?;
//! assert_eq!(report.cells, 1);
//! let mut file = Vec::new();
//! table.write(&mut file)?;
//!
//! let cells = Cells::open(file)?;
//! let heard = Cell { mcc: 460, mnc: 0, lac: 9346, cid: 54_012_417, dbm: None };
//! let place = cells.locate(&[heard], &[], UnixMs(0)).ok_or("unknown")?;
//! assert_eq!((place.source, place.accuracy_m), (PositionSource::Cell, Some(800.0)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cells;
mod file;
mod id;
mod import;
mod locate;
mod record;
mod table;

pub use cells::Cells;
pub use file::MapError;
pub use import::{BadRow, Import, ImportError, Reason, Report, Wanted};
pub use table::Table;

#[cfg(test)]
mod tests;
