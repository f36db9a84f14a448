//! The journal: a small, bounded file in the data directory into which an SOS goes while the store is
//! away. It survives a crash of this process and of the machine, and is recorded as an ordinary
//! signal when the store is back.
//!
//! Everything here is synchronous and waits for the disk: call it on a thread that may block. One
//! process at a time, which the lock of the data directory sees to.
//!
//! # Promises
//!
//! - The file is as large as it will ever be from the beginning, written with zeros: a full disk
//!   cannot refuse an SOS. (On a file system that copies on writing, Btrfs or ZFS, it still can.)
//! - What [`Journal::keep`] answers with [`Kept`] is on the disk. When the file is full, that is said;
//!   nothing old is dropped for something new.
//! - Bytes are written only where there are zeros. A torn write harms nothing but itself, and a
//!   damaged alarm none of the others.
//! - What is not yet recorded is never forgotten, whenever a crash comes. What is recorded may come
//!   back after one: the store recognises it.
//!
//! ```
//! use silverbell_journal::{DEFAULT_CAPACITY_BYTES, Journal, Kept};
//! use silverbell_testkit::{CountingIds, Press};
//!
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("alarms.journal");
//! let alarm = Press::of(1).id("e-1").alarm(&CountingIds::default());
//!
//! let (mut journal, left) = Journal::open(&path, DEFAULT_CAPACITY_BYTES)?;
//! assert!(left.is_empty());
//! assert_eq!(journal.keep(&alarm)?, Kept::New);
//! drop(journal); // or the power goes
//!
//! let (mut journal, left) = Journal::open(&path, DEFAULT_CAPACITY_BYTES)?;
//! assert_eq!(left, [alarm.clone()]);
//! journal.recorded(&[alarm.id])?; // after the store has it
//! assert!(journal.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod file;
mod format;

use std::collections::HashSet;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use silverbell_domain::{Alarm, SAME_BYTES_WITHIN_MS, SignalId};

pub use error::JournalError;

/// How large the file is, bytes: some five thousand alarms of 800 bytes, hours of a district's worst
/// night. An alarm takes twice its bytes as they came, and some 450 more.
pub const DEFAULT_CAPACITY_BYTES: usize = 4 * 1024 * 1024;

/// What became of an alarm. Either way it is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was written.
    New,
    /// It is the same as this one, which waits already.
    Already(SignalId),
}

/// What could not be read when the journal was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// So many pieces: an alarm that was being written when the machine stopped, of which nobody was
    /// told that it is kept, or one that the disk has damaged.
    pub pieces: usize,
    /// A copy of the file as it was found, for a person to look into: most of it is plain text.
    /// `None` when none could be made. A later damage replaces it.
    pub copy: Option<PathBuf>,
}

/// The journal. See the [crate] for what it promises.
pub struct Journal {
    path: PathBuf,
    file: File,
    capacity: usize,
    /// From here on there are only zeros.
    end: usize,
    /// Oldest first.
    waiting: Vec<Waiting>,
    damage: Option<Damage>,
    /// Something could not be written: what the file holds is unknown.
    is_broken: bool,
}

struct Waiting {
    alarm: Alarm,
    /// Where its frame is.
    place: Range<usize>,
}

impl Journal {
    /// Opens the journal, or makes it, and returns the alarms that an earlier process left there,
    /// oldest first. A file that is smaller is enlarged; one that is larger stays so.
    ///
    /// What cannot be read is passed over; see [`Self::damage`].
    ///
    /// # Errors
    /// [`JournalError::Io`], and [`JournalError::Newer`] for a file of a newer format.
    pub fn open(path: &Path, capacity_bytes: usize) -> Result<(Self, Vec<Alarm>), JournalError> {
        let io = |doing| JournalError::io(doing, path);
        file::remove_draft(path);
        if !path.try_exists().map_err(io("look for"))? {
            file::make(path, capacity_bytes).map_err(io("make"))?;
        }
        let (file, bytes) = file::read(path, capacity_bytes).map_err(io("read"))?;
        let found = format::read(&bytes);
        if let Some(format) = found.newer {
            return Err(JournalError::Newer { path: path.into(), format });
        }
        let damage = (found.damaged > 0).then(|| Damage {
            pieces: found.damaged,
            copy: file::copy_damaged(path, &bytes[..found.end]).ok(),
        });
        let waiting = found.waiting.into_iter().map(|(alarm, place)| Waiting { alarm, place });
        let mut journal = Self {
            path: path.into(),
            file,
            capacity: bytes.len(),
            end: found.end,
            waiting: waiting.collect(),
            damage,
            is_broken: false,
        };
        journal.settle(&bytes).map_err(io("write to"))?;
        let left = journal.alarms().cloned().collect();
        Ok((journal, left))
    }

    /// Keeps an alarm: on the disk when it returns. The same alarm again is not written again: a
    /// device that tries every two seconds does not fill the file.
    ///
    /// # Errors
    /// The alarm may be lost at a crash: [`JournalError::Full`], [`JournalError::Unfit`],
    /// [`JournalError::Io`] when it cannot be written, and [`JournalError::Broken`] from then on,
    /// until [`Self::reopen`].
    pub fn keep(&mut self, alarm: &Alarm) -> Result<Kept, JournalError> {
        let mut kept = self.keep_all(std::slice::from_ref(alarm));
        kept.pop().unwrap_or_else(|| Err(self.broken()))
    }

    /// Keeps several alarms, waiting once for the disk, and returns what became of each, in their
    /// order. One that has no room harms only itself; when the disk fails, all are answered with that.
    /// Errors as with [`Self::keep`].
    pub fn keep_all(&mut self, alarms: &[Alarm]) -> Vec<Result<Kept, JournalError>> {
        let frames: Vec<_> = alarms.iter().map(|alarm| self.frame_of(alarm)).collect();
        let needed = frames.iter().flatten().map(Vec::len).sum();
        if let Err(error) = self.make_room(needed) {
            return vec![Err(error); alarms.len()];
        }
        let before = self.waiting.len();
        let mut bytes = Vec::new();
        let mut kept = Vec::with_capacity(alarms.len());
        for (alarm, frame) in alarms.iter().zip(frames) {
            kept.push(frame.and_then(|frame| self.stage(alarm, &frame, &mut bytes)));
        }
        if let Err(error) = self.append(&bytes) {
            self.waiting.truncate(before);
            return vec![Err(error); alarms.len()];
        }
        kept
    }

    /// Forgets alarms that are recorded in the store; those it does not know are passed over. When
    /// nothing waits any more, the whole file is free again.
    ///
    /// # Errors
    /// They are forgotten in any case. [`JournalError::Io`] and [`JournalError::Broken`] say only that
    /// the file does not know it yet: after a restart they would be recorded once more, which the
    /// store recognises.
    pub fn recorded(&mut self, ids: &[SignalId]) -> Result<(), JournalError> {
        let ids: HashSet<SignalId> = ids.iter().copied().collect();
        let done: Vec<Waiting> =
            self.waiting.extract_if(.., |waiting| ids.contains(&waiting.alarm.id)).collect();
        if done.is_empty() {
            return Ok(());
        }
        if self.is_broken {
            return Err(self.broken());
        }
        let forgotten = if self.waiting.is_empty() { self.erase() } else { self.mark(&done) };
        self.noticed(forgotten, "forget alarms in")
    }

    /// Puts a fresh file with what waits in the place of the old one, and takes alarms again if it was
    /// broken. Nothing of the old file is read: after a failed write the system shows what it should
    /// hold, not what it holds.
    ///
    /// # Errors
    /// [`JournalError::Io`] when that cannot be written either; what was there stays.
    pub fn reopen(&mut self) -> Result<(), JournalError> {
        let draft = self.draft().map_err(JournalError::io("write afresh", &self.path))?;
        self.put_in_place(draft)
    }

    /// Returns the alarms that wait for the store, oldest first.
    pub fn alarms(&self) -> impl ExactSizeIterator<Item = &Alarm> {
        self.waiting.iter().map(|waiting| &waiting.alarm)
    }

    /// Returns how many alarms wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Returns whether no alarm waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns whether it takes nothing until [`Self::reopen`].
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Returns what could not be read when it was opened.
    #[must_use]
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    // --- Writing -------------------------------------------------------------------------------

    /// Makes the disk agree with what was read. The earlier process may have ended before its last
    /// write was on the disk, or because the disk failed: what was read may be in memory only, and is
    /// written once more, in its place.
    fn settle(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let is_copied = self.damage.as_ref().is_none_or(|damage| damage.copy.is_some());
        if self.is_empty() && is_copied {
            let is_erased = self.end == format::beginning().len();
            return if is_erased { Ok(()) } else { self.erase() };
        }
        self.write(&bytes[..self.end], 0)?;
        self.file.sync_data()
    }

    fn frame_of(&self, alarm: &Alarm) -> Result<Vec<u8>, JournalError> {
        format::waiting(alarm)
            .map_err(|bytes| JournalError::Unfit { path: self.path.clone(), bytes })
    }

    /// Adds an alarm to those that wait, and its frame to the bytes that are to be appended.
    fn stage(
        &mut self,
        alarm: &Alarm,
        frame: &[u8],
        bytes: &mut Vec<u8>,
    ) -> Result<Kept, JournalError> {
        if let Some(first) = self.alarms().find(|first| is_same_press(first, alarm)) {
            return Ok(Kept::Already(first.id));
        }
        let at = self.end + bytes.len();
        let place = at..at + frame.len();
        if place.end > self.capacity {
            let (path, waiting) = (self.path.clone(), self.len());
            return Err(JournalError::Full { path, waiting, capacity: self.capacity });
        }
        bytes.extend_from_slice(frame);
        self.waiting.push(Waiting { alarm: alarm.clone(), place });
        Ok(Kept::New)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        if self.is_broken {
            return Err(self.broken());
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let written = self.write(bytes, self.end).and_then(|()| self.file.sync_data());
        self.noticed(written, "write to")?;
        self.end += bytes.len();
        Ok(())
    }

    /// Marks as recorded what waits no longer. Only a byte of each is written: what a crash leaves of
    /// these marks is right, whatever it is.
    fn mark(&self, done: &[Waiting]) -> std::io::Result<()> {
        for Waiting { place, .. } in done {
            let (at, state) = format::recorded_mark(place.start);
            self.write(&[state], at)?;
        }
        self.file.sync_data()
    }

    /// Empties the file, in which nothing waits. What a crash leaves of it is recorded already.
    fn erase(&mut self) -> std::io::Result<()> {
        let mut bytes = format::beginning();
        let end = bytes.len();
        bytes.resize(end.max(self.end), 0);
        self.write(&bytes, 0)?;
        self.file.sync_data()?;
        self.end = end;
        Ok(())
    }

    fn write(&self, bytes: &[u8], at: usize) -> std::io::Result<()> {
        self.file.write_all_at(bytes, at as u64)
    }

    /// Lets a failed write break the journal.
    fn noticed(
        &mut self,
        outcome: std::io::Result<()>,
        doing: &'static str,
    ) -> Result<(), JournalError> {
        self.is_broken |= outcome.is_err();
        outcome.map_err(JournalError::io(doing, &self.path))
    }

    fn broken(&self) -> JournalError {
        JournalError::Broken { path: self.path.clone() }
    }

    // --- Writing afresh ------------------------------------------------------------------------

    /// Gets rid of what is recorded and of what is damaged, if there is no room otherwise.
    fn make_room(&mut self, needed: usize) -> Result<(), JournalError> {
        let frames: usize = self.waiting.iter().map(|waiting| waiting.place.len()).sum();
        let is_dense = self.end <= format::beginning().len() + frames;
        if self.is_broken || is_dense || self.end + needed <= self.capacity {
            return Ok(());
        }
        // Where a second file has no room, the first stays as it is: full, and whole.
        let Ok(draft) = self.draft() else { return Ok(()) };
        self.put_in_place(draft)
    }

    /// Writes a file beside this one that holds what waits, and nothing else.
    fn draft(&self) -> std::io::Result<Draft> {
        let mut bytes = format::beginning();
        let mut places = Vec::with_capacity(self.len());
        for alarm in self.alarms() {
            let frame = format::waiting(alarm)
                .map_err(|_| std::io::Error::other("an alarm cannot be written again"))?;
            places.push(bytes.len()..bytes.len() + frame.len());
            bytes.extend(frame);
        }
        let end = bytes.len();
        let file = file::write_draft(&self.path, self.capacity, bytes)?;
        Ok(Draft { file, places, end })
    }

    fn put_in_place(&mut self, draft: Draft) -> Result<(), JournalError> {
        let renamed = file::put_draft_in_place(&self.path);
        self.noticed(renamed, "put a fresh file in the place of")?;
        for (waiting, place) in self.waiting.iter_mut().zip(draft.places) {
            waiting.place = place;
        }
        self.file = draft.file;
        self.end = draft.end;
        self.is_broken = false;
        Ok(())
    }
}

/// A file beside the journal, not yet in its place.
struct Draft {
    file: File,
    places: Vec<Range<usize>>,
    end: usize,
}

/// Returns whether the store would surely say that an alarm is the same as an earlier one. Whether
/// the key is right only the store knows: with another key it is another press here, and an event id,
/// which counts only with the right key, does not prolong the time. Whatever is kept twice for that,
/// the store still recognises.
fn is_same_press(first: &Alarm, alarm: &Alarm) -> bool {
    let now = alarm.received_at;
    // After the clock was set back, what lies ahead came nobody knows when.
    let is_late = now.since_ms(first.received_at) > SAME_BYTES_WITHIN_MS;
    let lately = !is_late && !first.received_at.is_ahead_of(now);
    first.protocol == alarm.protocol
        && first.ident == alarm.ident
        && first.key_sha256 == alarm.key_sha256
        && first.event_id == alarm.event_id
        && first.raw == alarm.raw
        && lately
}

#[cfg(test)]
mod tests {
    use silverbell_testkit::{CountingIds, Press};

    use super::*;

    struct Bench {
        folder: tempfile::TempDir,
        journal: Journal,
        old: Alarm,
        new: Alarm,
    }

    /// A journal with one alarm, of which the disk then refuses every write.
    fn failing() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alarms.journal");
        let (mut journal, _) = Journal::open(&path, 16_384).unwrap();
        let ids = CountingIds::default();
        let (old, new) = (Press::of(1).alarm(&ids), Press::of(2).alarm(&ids));
        journal.keep(&old).unwrap();
        journal.file = File::open(&path).unwrap();
        Bench { folder, journal, old, new }
    }

    fn left(journal: &Journal) -> Vec<Alarm> {
        Journal::open(&journal.path, 16_384).unwrap().1
    }

    #[test]
    fn a_failed_write_is_told_and_nothing_is_taken_until_it_is_reopened() {
        let Bench { mut journal, old, new, folder: _folder } = failing();
        let error = journal.keep(&new).unwrap_err();
        assert!(matches!(error, JournalError::Io { .. }), "{error}");
        assert!(journal.is_broken());
        assert_eq!(journal.alarms().collect::<Vec<_>>(), [&old], "what is not kept does not wait");
        let refused = journal.keep_all(&[new.clone(), old.clone()]);
        let broken = JournalError::Broken { path: journal.path.clone() };
        assert_eq!(refused, [Err(broken.clone()), Err(broken)]);

        journal.reopen().unwrap();
        assert_eq!(journal.keep(&new), Ok(Kept::New));
        assert_eq!(left(&journal), [old, new]);
    }

    #[test]
    fn what_is_recorded_does_not_wait_even_if_the_file_does_not_know_it_yet() {
        let Bench { mut journal, old, new, folder: _folder } = failing();
        assert!(matches!(journal.recorded(&[old.id]), Err(JournalError::Io { .. })));
        assert!(journal.is_empty() && journal.is_broken());
        assert_eq!(left(&journal), [old], "after a restart it comes once more");
        journal.reopen().unwrap();
        assert_eq!(left(&journal), []);
        assert_eq!(journal.keep(&new), Ok(Kept::New));
    }

    #[test]
    fn a_disk_that_still_fails_leaves_the_old_file_as_it_is() {
        let Bench { mut journal, old, new, folder } = failing();
        let obstacle = folder.path().join("alarms.journal.draft");
        std::fs::create_dir(&obstacle).unwrap();
        journal.keep(&new).unwrap_err();
        assert!(matches!(journal.reopen(), Err(JournalError::Io { .. })));
        assert!(journal.is_broken());
        std::fs::remove_dir(&obstacle).unwrap();
        assert_eq!(left(&journal), [old]);
    }
}
