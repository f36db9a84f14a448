//! A map that is open.

use crate::file::{self, HEADER_LEN, MapError};
use crate::id::StationId;
use crate::record::{RECORD_LEN, Record, id_in};

/// Where masts and access points stand. The bytes may be those of a mapped file; nothing is copied.
pub struct Cells(Box<dyn AsRef<[u8]> + Send + Sync>);

/// Short: it may have millions of stations.
impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cells").field("stations", &self.len()).finish()
    }
}

impl Cells {
    /// Returns the map in these bytes. Everything is checked once: some 30 ms for each 100 MB in
    /// memory.
    ///
    /// # Errors
    /// In words, when they are no map, one of another version, cut off, damaged or contradict
    /// themselves.
    pub fn open(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, MapError> {
        file::check(bytes.as_ref())?;
        Ok(Self(Box::new(bytes)))
    }

    /// Returns how many stations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stations().len()
    }

    /// Returns whether there is no station.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn stations(&self) -> &[[u8; RECORD_LEN]] {
        let bytes = (*self.0).as_ref().get(HEADER_LEN..).unwrap_or_default();
        bytes.as_chunks().0
    }

    /// Returns the station of this identity.
    pub(crate) fn get(&self, id: StationId) -> Option<Record> {
        let stations = self.stations();
        let at = stations.binary_search_by_key(&id, id_in).ok()?;
        Record::of(stations.get(at)?)
    }

    /// Returns the stations of an area whose numbers lie between these two, both included.
    pub(crate) fn between(
        &self,
        first: StationId,
        last: u64,
    ) -> impl Iterator<Item = Record> + use<'_> {
        let stations = self.stations();
        let from = stations.partition_point(|station| id_in(station) < first);
        let last = StationId { number: last, ..first };
        let found = stations.get(from..).unwrap_or_default();
        found.iter().take_while(move |station| id_in(station) <= last).filter_map(Record::of)
    }
}
