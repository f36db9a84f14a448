//! Positions: the last of each responder once a second, the history in batches.

use std::sync::Arc;
use std::time::Duration;

use silverbell_store::{PositionRow, StoreError};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;

/// How many positions wait to be written before further ones are refused (load is shed here, never
/// at an SOS).
const QUEUE: usize = 20_000;

/// A batch is written when it has so many rows (design §8)…
const BATCH: usize = 500;

/// …or is so old.
const BATCH_AGE: Duration = Duration::from_secs(5);

/// Old positions, sessions and keys are removed so often, a bounded number each time.
const PURGE_EVERY: Duration = Duration::from_secs(20);

/// Answers to repeated requests are kept so long, milliseconds: 7 days (contract, "People").
const KEYS_KEPT_MS: i64 = 7 * 86_400_000;

/// A reported position on its way to the history.
pub type PositionReport = PositionRow;

/// The way into the history.
#[derive(Clone, Debug)]
pub(crate) struct History {
    queue: mpsc::Sender<PositionReport>,
}

impl History {
    pub(crate) fn new() -> (Self, mpsc::Receiver<PositionReport>) {
        let (queue, rows) = mpsc::channel(QUEUE);
        (Self { queue }, rows)
    }

    /// Queues positions; returns false, and none of them is kept, when there is no room.
    pub(crate) fn append(&self, reports: Vec<PositionReport>) -> bool {
        let Ok(permits) = self.queue.try_reserve_many(reports.len()) else { return false };
        for (permit, report) in permits.zip(reports) {
            permit.send(report);
        }
        true
    }
}

pub(crate) async fn run(
    dispatcher: Arc<Dispatcher>,
    mut rows: mpsc::Receiver<PositionReport>,
    stop: CancellationToken,
) {
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut purge = interval(PURGE_EVERY);
    let mut batch: Vec<PositionRow> = Vec::new();
    let mut begun = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(row) = rows.recv(), if batch.len() < BATCH => {
                if batch.is_empty() {
                    begun = Instant::now();
                }
                batch.push(row);
            }
            _ = every_second.tick() => keep_last(&dispatcher).await,
            _ = purge.tick() => clean(&dispatcher).await,
        }
        if batch.len() >= BATCH || (!batch.is_empty() && begun.elapsed() >= BATCH_AGE) {
            write(&dispatcher, &mut batch).await;
        }
    }
    rows.close();
    while let Some(row) = rows.recv().await {
        batch.push(row);
    }
    keep_last(&dispatcher).await;
    if !batch.is_empty() {
        write(&dispatcher, &mut batch).await;
    }
}

async fn write(dispatcher: &Dispatcher, batch: &mut Vec<PositionRow>) {
    let rows = std::mem::take(batch);
    let count = rows.len();
    if let Err(error) = dispatcher.store.append_positions(rows).await {
        tracing::error!(count, %error, "{count} positions are not in the history");
    }
}

async fn keep_last(dispatcher: &Dispatcher) {
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

async fn clean(dispatcher: &Dispatcher) {
    let now = dispatcher.clock.now();
    let positions_before = now.plus_s(-86_400 * i64::from(dispatcher.settings.positions_kept_days));
    let keys_before = silverbell_domain::UnixMs(now.0 - KEYS_KEPT_MS);
    let purged = dispatcher.store.purge(now, positions_before, keys_before).await;
    if let Err(StoreError::Unavailable(error) | StoreError::Corrupt(error)) = purged {
        tracing::error!(%error, "cannot remove what need not be kept any more");
    }
}
