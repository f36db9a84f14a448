//! Positions and what devices say: the last of each once a second, the history in batches.

use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::UnixMs;
use silverbell_store::{DeviceReport, PositionRow};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;
use crate::rounds::Rounds;

/// How many positions wait to be written before further ones are refused (load is shed here, never
/// at an SOS).
const QUEUE: usize = 20_000;

/// A batch is written when it has so many rows (design §8)…
const BATCH: usize = 500;

/// …or is so old.
const BATCH_AGE: Duration = Duration::from_secs(5);

/// Whoever reads waits so long for what waits to be written.
const FLUSHED_WITHIN: Duration = Duration::from_secs(2);

/// What need not be kept any more is looked for so often…
const PURGE_EVERY: Duration = Duration::from_secs(4);

/// …and removed a little at a time, with such a pause: an SOS waits behind one of these at most, and the
/// disk is its own in between.
const PURGE_PAUSE: Duration = Duration::from_millis(100);

/// Answers to repeated requests are kept so long, milliseconds: 7 days (contract, "People").
const KEYS_KEPT_MS: i64 = 7 * 86_400_000;

/// Something on its way to the history.
#[derive(Debug)]
pub(crate) enum Entry {
    Position(PositionRow),
    Report(DeviceReport),
    /// Whoever waits is told when everything before has been written.
    Flush(oneshot::Sender<()>),
}

/// The way into the history.
#[derive(Clone, Debug)]
pub(crate) struct History {
    queue: mpsc::Sender<Entry>,
}

impl History {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Entry>) {
        let (queue, entries) = mpsc::channel(QUEUE);
        (Self { queue }, entries)
    }

    /// Queues positions; returns false, and none of them is kept, when there is no room.
    pub(crate) fn append(&self, positions: Vec<PositionRow>) -> bool {
        let Ok(permits) = self.queue.try_reserve_many(positions.len()) else { return false };
        for (permit, position) in permits.zip(positions) {
            permit.send(Entry::Position(position));
        }
        true
    }

    /// Queues what a device said; returns false, and it is not kept, when there is no room.
    pub(crate) fn append_report(&self, report: DeviceReport) -> bool {
        self.queue.try_send(Entry::Report(report)).is_ok()
    }

    /// Waits until what was queued has been written, not for ever.
    pub(crate) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        let queued = timeout(FLUSHED_WITHIN, self.queue.send(Entry::Flush(done))).await;
        if matches!(queued, Ok(Ok(()))) {
            drop(timeout(FLUSHED_WITHIN, written).await);
        }
    }
}

/// What is written together.
#[derive(Default)]
struct Batch {
    positions: Vec<PositionRow>,
    reports: Vec<DeviceReport>,
    /// When it was begun, `None` while it is empty.
    begun: Option<Instant>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Batch {
    fn take(&mut self, entry: Entry) {
        self.begun.get_or_insert_with(Instant::now);
        match entry {
            Entry::Position(position) => self.positions.push(position),
            Entry::Report(report) => self.reports.push(report),
            Entry::Flush(waiting) => self.waiting.push(waiting),
        }
    }

    fn len(&self) -> usize {
        self.positions.len() + self.reports.len()
    }

    fn is_due(&self) -> bool {
        let is_old = self.begun.is_some_and(|begun| begun.elapsed() >= BATCH_AGE);
        self.len() >= BATCH || is_old || !self.waiting.is_empty()
    }

    async fn write(&mut self, dispatcher: &Dispatcher) {
        let Self { positions, reports, waiting, .. } = std::mem::take(self);
        let count = positions.len() + reports.len();
        let store = &dispatcher.store;
        let mut written = Ok(());
        if !positions.is_empty() {
            written = store.append_positions(positions).await;
        }
        if !reports.is_empty() {
            written = written.and(store.append_device_reports(reports).await);
        }
        if let Err(error) = written {
            tracing::error!(count, %error, "of {count} positions and reports some are not kept");
        }
        for waiting in waiting {
            // Whoever waited may have gone.
            let _ = waiting.send(());
        }
    }
}

pub(crate) async fn run(
    dispatcher: Arc<Dispatcher>,
    mut entries: mpsc::Receiver<Entry>,
    stop: CancellationToken,
) {
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut batch = Batch::default();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(entry) = entries.recv(), if batch.len() < BATCH => batch.take(entry),
            _ = every_second.tick() => keep_last(&dispatcher).await,
        }
        if batch.is_due() {
            batch.write(&dispatcher).await;
        }
    }
    entries.close();
    while let Some(entry) = entries.recv().await {
        batch.take(entry);
    }
    keep_last(&dispatcher).await;
    batch.write(&dispatcher).await;
}

async fn keep_last(dispatcher: &Dispatcher) {
    let states = dispatcher.equipment.take_unsaved();
    if !states.is_empty()
        && let Err(error) =
            dispatcher.store.put_device_states(states.clone(), dispatcher.clock.now()).await
    {
        tracing::error!(%error, "what devices last said of themselves is not kept yet");
        for state in states {
            dispatcher.equipment.note(state, dispatcher.clock.now());
        }
    }
    for board in dispatcher.boards() {
        let unsaved = board.take_unsaved();
        if unsaved.is_empty() {
            continue;
        }
        if let Err(error) = dispatcher.store.put_last_positions(unsaved).await {
            tracing::error!(%error, "the last positions are not kept");
        }
    }
}

/// Removes what need not be kept any more. Ten thousand watches that say every ten seconds where they
/// are leave 1,000 positions and 1,000 reports a second, and as many grow old: what is there is removed
/// to its end each time, in a task of its own, so that nothing else waits for that.
pub(crate) async fn clean(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(PURGE_EVERY, stop.clone());
    while rounds.next().await {
        while remove_some(&dispatcher).await {
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(PURGE_PAUSE) => {}
            }
        }
    }
}

/// Returns whether there is more to remove.
async fn remove_some(dispatcher: &Dispatcher) -> bool {
    let now = dispatcher.clock.now();
    let positions_before = now.plus_s(-86_400 * i64::from(dispatcher.settings.positions_kept_days));
    let keys_before = UnixMs(now.0.saturating_sub(KEYS_KEPT_MS));
    let messages_before = now.plus_s(-86_400 * i64::from(dispatcher.settings.messages_kept_days));
    let purged = dispatcher.store.purge(now, positions_before, keys_before, messages_before);
    match purged.await {
        Ok(is_more) => is_more,
        Err(error) => {
            tracing::error!(%error, "cannot remove what need not be kept any more");
            false
        }
    }
}
