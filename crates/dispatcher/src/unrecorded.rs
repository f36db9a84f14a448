//! What came while the store was away (design §8): kept in a journal on the disk, shown to
//! operators, and recorded as ordinary alarms when the store is back.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use metrics::{counter, gauge};
use parking_lot::Mutex;
use silverbell_domain::{Alarm, Protocol, SAME_BYTES_WITHIN_MS, SignalId};
use silverbell_store::{Recorded, StoreError};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;
use crate::rounds::Rounds;
use crate::use_cases::NotRecorded;

/// How many alarms are shown and tried again at most; the journal has a bound of its own.
const MAX_WAITING: usize = 10_000;

/// How many of them may be of one device, and how many from one address (a mobile network puts
/// thousands of phones behind one): whoever floods does not keep others out.
const MAX_OF_DEVICE: usize = 16;
const MAX_OF_ADDRESS: usize = 1_000;

/// The same for what they sent, bytes: a body may be 64 KiB long, and is a few hundred bytes.
const MAX_BYTES_OF_DEVICE: usize = 80 * 1024;
const MAX_BYTES_OF_ADDRESS: usize = 512 * 1024;

/// How many alarms become one write.
const BATCH: usize = 256;

/// How long a device waits for the journal, beside what it waited for the store.
const KEEP_WITHIN: Duration = Duration::from_millis(400);

/// How often the store is tried while something waits, and the disk if it refused something.
const TRY_EVERY: Duration = Duration::from_secs(1);

/// How many alarms are given to the store at once: it writes them together.
const AT_ONCE: usize = 64;

/// Keeps alarms on the disk while the store is away. Its calls block.
pub trait Journal: Send + 'static {
    /// Returns what waits, oldest first: what a former process left.
    fn waiting(&self) -> Vec<Alarm>;

    /// Keeps alarms; durable when it returns. One that is there already is kept once. Returns for
    /// each, in their order, whether it is kept, and if not, why, in words: the disk failed, or
    /// there is no room.
    fn keep(&mut self, alarms: &[Alarm]) -> Vec<Result<(), String>>;

    /// Forgets alarms that are recorded. One that is not there is no error.
    ///
    /// # Errors
    /// In words, when the disk failed: they come back after a restart, and the store knows them.
    fn forget(&mut self, recorded: &[SignalId]) -> Result<(), String>;
}

/// An alarm that is not yet recorded.
struct Waiting {
    alarm: Arc<Alarm>,
    /// Whether the journal has it: only then it survives this process.
    is_on_disk: bool,
}

/// What the disk's turn works on. The list is locked for moments only, the journal while the disk
/// works, and always before the list.
#[derive(Clone)]
struct Desk {
    journal: Arc<Mutex<Box<dyn Journal>>>,
    waiting: Arc<Mutex<Vec<Waiting>>>,
}

/// The alarms that are not yet recorded.
pub(crate) struct Unrecorded {
    desk: Desk,
    /// Whose turn it is at the disk: who comes meanwhile is written together by the next.
    turn: tokio::sync::Mutex<()>,
    changed: watch::Sender<()>,
}

impl Unrecorded {
    /// Takes over what a former process left.
    pub(crate) fn new(journal: Box<dyn Journal>) -> Self {
        let left = journal.waiting().into_iter();
        let left = left.map(|alarm| Waiting { alarm: Arc::new(alarm), is_on_disk: true });
        let waiting = Arc::new(Mutex::new(left.collect()));
        let desk = Desk { journal: Arc::new(Mutex::new(journal)), waiting };
        let unrecorded =
            Self { desk, turn: tokio::sync::Mutex::default(), changed: watch::channel(()).0 };
        unrecorded.tell();
        unrecorded
    }

    /// Returns the alarm that waits already of which this one is a repeat.
    pub(crate) fn first_of(&self, alarm: &Alarm) -> Option<Arc<Alarm>> {
        let waiting = self.desk.waiting.lock();
        waiting.iter().find(|first| is_repeat(alarm, &first.alarm)).map(|first| first.alarm.clone())
    }

    /// Shows an alarm and keeps it on the disk, if that is possible within what is left of a
    /// device's patience.
    pub(crate) async fn keep(&self, alarm: Alarm) {
        let Some(id) = self.show(alarm) else { return };
        let written = timeout(KEEP_WITHIN, async {
            let _turn = self.turn.lock().await;
            // Whoever had the turn before may have written it.
            if !self.desk.is_on_disk(id) {
                self.write_new().await;
            }
        });
        if written.await.is_err() {
            tracing::warn!("the journal's disk is slow");
        }
    }

    /// Puts an alarm on the list and returns by which name it stands there; `None` when there is no
    /// room. A device that gets no answer tries again every few seconds: it stands there once.
    fn show(&self, alarm: Alarm) -> Option<SignalId> {
        let mut waiting = self.desk.waiting.lock();
        if let Some(first) = waiting.iter().find(|first| is_repeat(&alarm, &first.alarm)) {
            return Some(first.alarm.id);
        }
        if has_no_room(&waiting, &alarm) {
            drop(waiting);
            counter!("silverbell_journal_refused_total").increment(1);
            tracing::error!("too many alarms wait for the store: a further one is not kept");
            return None;
        }
        let id = alarm.id;
        waiting.push(Waiting { alarm: Arc::new(alarm), is_on_disk: false });
        drop(waiting);
        self.tell();
        Some(id)
    }

    /// Writes what is on the list and not on the disk, many with one sync.
    async fn write_new(&self) {
        let desk = self.desk.clone();
        let written = tokio::task::spawn_blocking(move || desk.write_new()).await;
        complain(written.unwrap_or_else(|error| Err(error.to_string())));
    }

    /// Takes alarms that are recorded off the list and out of the journal.
    pub(crate) async fn forget(&self, recorded: Vec<SignalId>) {
        counter!("silverbell_journal_recorded_total").increment(recorded.len() as u64);
        let desk = self.desk.clone();
        let forgotten = tokio::task::spawn_blocking(move || {
            let mut journal = desk.journal.lock();
            desk.waiting.lock().retain(|waiting| !recorded.contains(&waiting.alarm.id));
            journal.forget(&recorded)
        });
        complain(forgotten.await.unwrap_or_else(|error| Err(error.to_string())));
        self.tell();
    }

    /// Puts alarms behind the others: whatever keeps the store from taking them, it may take those.
    fn put_last(&self, refused: &[SignalId]) {
        self.desk.waiting.lock().sort_by_key(|waiting| refused.contains(&waiting.alarm.id));
    }

    fn oldest(&self) -> Vec<Arc<Alarm>> {
        let waiting = self.desk.waiting.lock();
        waiting.iter().take(AT_ONCE).map(|waiting| waiting.alarm.clone()).collect()
    }

    fn tell(&self) {
        gauge!("silverbell_unrecorded_alarms").set(self.desk.waiting.lock().len() as f64);
        self.changed.send_replace(());
    }
}

impl Desk {
    fn is_on_disk(&self, id: SignalId) -> bool {
        // One that is not on the list any more is recorded.
        self.waiting.lock().iter().all(|waiting| waiting.alarm.id != id || waiting.is_on_disk)
    }

    fn has_new(&self) -> bool {
        self.waiting.lock().iter().any(|waiting| !waiting.is_on_disk)
    }

    /// Blocks on the disk. What is forgotten meanwhile waits for this, so that nothing is written
    /// that is recorded already.
    fn write_new(&self) -> Result<(), String> {
        let mut journal = self.journal.lock();
        let new: Vec<Alarm> = {
            let waiting = self.waiting.lock();
            let new = waiting.iter().filter(|waiting| !waiting.is_on_disk).take(BATCH);
            new.map(|waiting| Alarm::clone(&waiting.alarm)).collect()
        };
        if new.is_empty() {
            return Ok(());
        }
        let kept = journal.keep(&new);
        let mut waiting = self.waiting.lock();
        let mut outcome = Ok(());
        for (alarm, kept) in new.iter().zip(kept) {
            match kept {
                Ok(()) => waiting
                    .iter_mut()
                    .filter(|waiting| waiting.alarm.id == alarm.id)
                    .for_each(|waiting| waiting.is_on_disk = true),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }
}

fn complain(outcome: Result<(), String>) {
    if let Err(error) = outcome {
        counter!("silverbell_journal_errors_total").increment(1);
        tracing::error!(error, "the journal failed: what came is shown and tried again");
    }
}

/// Returns whether an alarm is one that waits already: the device sent it again. The store's own
/// rule, as far as it can be known without it.
fn is_repeat(alarm: &Alarm, other: &Alarm) -> bool {
    let is_late = alarm.received_at.since_ms(other.received_at) > SAME_BYTES_WITHIN_MS;
    alarm.protocol == other.protocol
        && alarm.ident == other.ident
        && alarm.event_id == other.event_id
        && alarm.key_sha256 == other.key_sha256
        && alarm.raw == other.raw
        && (alarm.event_id.is_some() || !is_late)
}

/// Returns whether there are too many, at all or of this kind.
fn has_no_room(waiting: &[Waiting], alarm: &Alarm) -> bool {
    // Without a name the key tells devices apart.
    let is_same_device = |other: &Alarm| {
        other.protocol == alarm.protocol
            && other.ident == alarm.ident
            && (!alarm.ident.is_empty() || other.key_sha256 == alarm.key_sha256)
    };
    let is_same_address = |other: &Alarm| other.source_addr == alarm.source_addr;
    let sum = |is_of: &dyn Fn(&Alarm) -> bool| {
        let of = waiting.iter().filter(|other| is_of(&other.alarm));
        of.fold((1, alarm.raw.len()), |(count, bytes), other| {
            (count + 1, bytes + other.alarm.raw.len())
        })
    };
    let (of_device, bytes_of_device) = sum(&is_same_device);
    let (of_address, bytes_of_address) = sum(&is_same_address);
    waiting.len() >= MAX_WAITING
        || of_device > MAX_OF_DEVICE
        || of_address > MAX_OF_ADDRESS
        || bytes_of_device > MAX_BYTES_OF_DEVICE
        || bytes_of_address > MAX_BYTES_OF_ADDRESS
}

impl Dispatcher {
    /// Returns the alarms that are not yet recorded, oldest first, without those that the service made up.
    #[must_use]
    pub fn unrecorded(&self) -> Vec<Arc<Alarm>> {
        let made_up = self.made_up.read();
        let is_real = |alarm: &Alarm| {
            let made_up_of = made_up.get(&alarm.protocol);
            made_up_of.is_none_or(|ident| *ident != alarm.ident)
        };
        let waiting = self.unrecorded.desk.waiting.lock();
        let real = waiting.iter().filter(|waiting| is_real(&waiting.alarm));
        real.map(|waiting| waiting.alarm.clone()).collect()
    }

    /// Says by which idents the service itself presses: what of theirs is not yet recorded is shown to
    /// nobody, for nobody has to go.
    pub fn makes_up(&self, idents: HashMap<Protocol, String>) {
        *self.made_up.write() = idents;
    }

    /// Follows [`Self::unrecorded`]: marked changed whenever it changes.
    #[must_use]
    pub fn follow_unrecorded(&self) -> watch::Receiver<()> {
        self.unrecorded.changed.subscribe()
    }
}

/// Records what waits as soon as the store takes it, and writes what the disk refused before.
pub(crate) async fn record(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(TRY_EVERY, stop.clone());
    while rounds.next().await {
        if dispatcher.unrecorded.desk.has_new() {
            let _turn = dispatcher.unrecorded.turn.lock().await;
            dispatcher.unrecorded.write_new().await;
        }
        while stop.run_until_cancelled(record_some(&dispatcher)).await == Some(true) {}
    }
}

/// Gives the oldest alarms to the store; returns whether there are more and it takes them.
async fn record_some(dispatcher: &Dispatcher) -> bool {
    let oldest = dispatcher.unrecorded.oldest();
    if oldest.is_empty() {
        return false;
    }
    let outcomes = join_all(oldest.iter().map(|alarm| record_late(dispatcher, alarm))).await;
    let (mut recorded, mut refused) = (Vec::new(), Vec::new());
    for (alarm, outcome) in oldest.iter().zip(outcomes) {
        match outcome {
            Ok(_) => recorded.push(alarm.id),
            Err(StoreError::Unavailable(_)) => {}
            Err(error) => {
                tracing::error!(signal = %alarm.id, %error, "an alarm cannot be recorded");
                refused.push(alarm.id);
            }
        }
    }
    let all = recorded.len() == oldest.len();
    if !recorded.is_empty() {
        tracing::info!(count = recorded.len(), "alarms from the journal are recorded");
        dispatcher.unrecorded.forget(recorded).await;
    }
    if !refused.is_empty() {
        dispatcher.unrecorded.put_last(&refused);
    }
    all
}

/// Records an alarm that operators have seen: whatever its key, it becomes a ticket.
async fn record_late(dispatcher: &Dispatcher, alarm: &Alarm) -> Result<Recorded, StoreError> {
    match dispatcher.try_record(alarm).await {
        Err(NotRecorded::Nobody) => {}
        Err(NotRecorded::Store(error)) => return Err(error),
        Ok(recorded) => return Ok(recorded),
    }
    // A key that is nobody's, and no name: a name for the unknown device is made from the key.
    let key = alarm.key_sha256.unwrap_or_default();
    let ident = key.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
    let named = Alarm { ident: format!("key-{ident}"), ..alarm.clone() };
    match dispatcher.try_record(&named).await {
        Ok(recorded) => Ok(recorded),
        Err(NotRecorded::Store(error)) => Err(error),
        Err(NotRecorded::Nobody) => Err(StoreError::Corrupt("an alarm without a name".into())),
    }
}
