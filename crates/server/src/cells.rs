//! The map of masts and access points: one file in the data directory, mapped into memory, and replaced
//! while the service runs.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use parking_lot::RwLock;
use silverbell_cells::{Cells, Import, Report, Wanted};
use silverbell_domain::{Position, UnixMs};
use silverbell_gateway::Locator;
use silverbell_protocols::{Cell, Wifi};
use tokio_util::sync::CancellationToken;

use crate::map_file;

/// Returns where the map lies.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join("cells.map")
}

/// Reads lists in the form of OpenCellID and puts them all in place of what was there. A running
/// service notices. `progress` is told how many bytes of all were read.
pub(crate) fn import(
    lists: &[PathBuf],
    data: &Path,
    wanted: Wanted,
    mut progress: impl FnMut(u64, u64),
) -> Result<(u64, Report)> {
    let lens = lists.iter().map(|list| {
        let about = std::fs::metadata(list).with_context(|| cannot(list))?;
        Ok(about.len())
    });
    let all = lens.sum::<Result<u64>>()?;
    let (mut import, mut before) = (Import::new(wanted), 0);
    for list in lists {
        let from = File::open(list).with_context(|| cannot(list))?;
        let name = list.file_name().unwrap_or(list.as_os_str()).to_string_lossy();
        let mut last = 0;
        let told = |read| {
            last = read;
            progress(before + read, all);
        };
        import.read(&name, from, told).with_context(|| cannot(list))?;
        before += last;
    }
    let names = || lists.iter().map(|list| cannot(list)).collect::<Vec<_>>().join(", ");
    let (table, report) = import.finish().with_context(names)?;
    map_file::put(&file(data), |to| table.write(to))?;
    Ok((table.file_len() as u64, report))
}

fn cannot(list: &Path) -> String {
    format!("cannot import {}", list.display())
}

/// Opens the map; `None` when there is none.
pub(crate) fn open(data: &Path) -> Result<Option<Cells>> {
    let place = file(data);
    let Some(bytes) = map_file::bytes(&place)? else { return Ok(None) };
    let advice = || format!("{}: import the lists again", place.display());
    Cells::open(bytes).map(Some).with_context(advice)
}

/// The map that is in use, if there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellsInUse(Arc<RwLock<Option<Arc<Cells>>>>);

impl Locator for CellsInUse {
    fn locate(&self, cells: &[Cell], wifi: &[Wifi], at: UnixMs) -> Option<Position> {
        let map = self.0.read().clone()?;
        map.locate(cells, wifi, at)
    }
}

impl CellsInUse {
    /// Opens the map, and again whenever there is another file. A service runs without: a device without
    /// satellites is then at home.
    pub(crate) async fn follow(self, data: PathBuf, stop: CancellationToken) {
        let place = file(&data);
        let take = move || {
            let map = open(&data)?;
            match &map {
                Some(map) => {
                    tracing::info!(stations = map.len(), "places are by cells and Wi-Fi, too")
                }
                None => {
                    tracing::info!("there are no cells: places are by satellites and homes only")
                }
            }
            *self.0.write() = map.map(Arc::new);
            Ok(())
        };
        map_file::follow(
            vec![place],
            "the cells cannot be used, places stay as they are",
            take,
            stop,
        )
        .await;
    }
}
