//! The map that pages draw: one archive of tiles, read piece by piece as it is asked for.
//!
//! It is read and not mapped into memory: a configured file is not ours, and one that somebody cuts
//! short while it is mapped would end the process, with every alarm in it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use parking_lot::RwLock;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The media type of an archive of tiles.
pub const MAP_TYPE: &str = "application/vnd.pmtiles";

/// So many pieces are read at once: a slow disk must not take the threads that others wait for.
const READS_AT_ONCE: usize = 8;

/// Where a map comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapOrigin {
    /// The file of the settings.
    Configured,
    /// Made of an imported extract.
    Imported,
    /// The demo's invented streets.
    Demo,
}

impl MapOrigin {
    /// Returns the word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Imported => "imported",
            Self::Demo => "demo",
        }
    }
}

/// An archive that was found sound.
#[derive(Debug)]
pub struct MapFile {
    /// The open file: it stays what it is when another one takes its name.
    pub file: File,
    /// Its length, bytes.
    pub len: u64,
    /// Another one for every other content; letters, digits and hyphens.
    pub version: String,
    /// Where it comes from.
    pub origin: MapOrigin,
    /// South, west, north, east, degrees.
    pub bounds: [f64; 4],
    /// From this zoom on there are tiles.
    pub min_zoom: u8,
    /// Up to this one.
    pub max_zoom: u8,
    /// Whose work it is.
    pub attribution: String,
}

/// The map that is in use, if there is one.
#[derive(Clone, Debug)]
pub struct MapInUse {
    map: Arc<RwLock<Option<Arc<MapFile>>>>,
    reads: Arc<Semaphore>,
}

impl Default for MapInUse {
    fn default() -> Self {
        Self { map: Arc::default(), reads: Arc::new(Semaphore::new(READS_AT_ONCE)) }
    }
}

impl MapInUse {
    /// Puts another map in place.
    pub fn set(&self, map: Option<MapFile>) {
        *self.map.write() = map.map(Arc::new);
    }

    /// Returns the map that is in use.
    #[must_use]
    pub fn get(&self) -> Option<Arc<MapFile>> {
        self.map.read().clone()
    }

    /// Reads so many bytes of a map from there on.
    pub(crate) async fn read(&self, map: Arc<MapFile>, at: u64, len: usize) -> io::Result<Vec<u8>> {
        let _place = self.reads.acquire().await.map_err(io::Error::other)?;
        let read = spawn_blocking(move || -> io::Result<Vec<u8>> {
            let mut bytes = vec![0; len];
            map.file.read_exact_at(&mut bytes, at)?;
            Ok(bytes)
        });
        read.await.map_err(io::Error::other)?
    }
}
