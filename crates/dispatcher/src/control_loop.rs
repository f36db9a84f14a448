//! The control loop of a district: nudged or on a deadline, without input, idempotent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use metrics::gauge;
use silverbell_domain::{Decision, TicketId, UnixMs, plan};
use silverbell_store::{Commit, StoreError, TicketCommit};
use tokio_util::sync::CancellationToken;

use crate::board::ResponderState;
use crate::{Board, Dispatcher, trace};

/// The loop looks at the district at least so often: a lost wake-up or a jump of the clock costs no
/// more.
const AT_MOST: Duration = Duration::from_secs(1);

/// When a decision was refused because the ticket moved on, the board is about to learn of it.
const SOON: Duration = Duration::from_millis(20);

/// After so many refusals one after the other the board has not learned of it.
const STALE_TOO_LONG: u32 = 25;

/// The gauges are set so often, milliseconds.
const REPORT_EVERY_MS: i64 = 500;

/// A deadline that is this late counts as overdue, milliseconds: twice the loop's longest sleep.
const OVERDUE_MS: i64 = 2_000;

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, board: Arc<Board>, stop: CancellationToken) {
    let mut reported_at = None;
    let mut stale_in_a_row = 0;
    loop {
        let sleep = activate(&dispatcher, &board).await;
        stale_in_a_row = if sleep == SOON { stale_in_a_row + 1 } else { 0 };
        if stale_in_a_row >= STALE_TOO_LONG {
            stale_in_a_row = 0;
            read_anew(&dispatcher, &board).await;
        }
        let now = dispatcher.clock.now();
        // Counting everybody at every nudge would cost more than planning.
        if reported_at.is_none_or(|at| now.since_ms(at).abs() >= REPORT_EVERY_MS) {
            report(&board, now);
            reported_at = Some(now);
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = board.nudge.notified() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

/// What the board says is refused again and again: it is not what the store has. Another node may
/// have committed, or the database went back in time.
async fn read_anew(dispatcher: &Dispatcher, board: &Board) {
    let district = board.district();
    tracing::warn!(%district, "the board is not what the store has: reading the district anew");
    match dispatcher.store.district_state(district).await {
        Ok(state) => board.reload(state, dispatcher.clock.now()),
        Err(error) => tracing::error!(%district, %error, "the district cannot be read"),
    }
}

/// Makes true what should be true, and returns how long to sleep.
async fn activate(dispatcher: &Dispatcher, board: &Board) -> Duration {
    let now = dispatcher.clock.now();
    let decisions = decide(dispatcher, board, now);
    let again = carry_out(dispatcher, board, decisions).await;
    match again {
        Some(pause) => pause,
        None => until_next_deadline(board, dispatcher.clock.now()),
    }
}

fn decide(dispatcher: &Dispatcher, board: &Board, now: UnixMs) -> Vec<Decision> {
    let dirty = board.take_dirty(now);
    let ids = dispatcher.ids.as_ref();
    board.read(|inner| plan(&inner.set, &dirty, now, &inner.index, dispatcher.policy(), ids))
}

/// Commits the decisions, each for itself; the store folds them into one transaction. Returns a
/// pause when some have to be looked at again.
async fn carry_out(
    dispatcher: &Dispatcher,
    board: &Board,
    decisions: Vec<Decision>,
) -> Option<Duration> {
    if decisions.is_empty() {
        return None;
    }
    let commits = decisions.into_iter().map(|decision| commit(dispatcher, decision));
    let mut again = BTreeSet::new();
    let mut pause = None;
    let mut reached = 0;
    for (ticket, outcome) in join_all(commits).await {
        match outcome {
            Ok(version) => reached = reached.max(version),
            Err(StoreError::Stale(_) | StoreError::Violates(_)) => {
                // Somebody was faster. The board learns of it and the ticket is planned anew.
                again.insert(ticket);
                pause = Some(SOON);
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::Corrupt(_))) => {
                tracing::error!(%ticket, %error, "cannot commit a decision; trying again");
                again.insert(ticket);
                pause = Some(AT_MOST);
            }
        }
    }
    // Planning on a board that lacks our own commits would only produce stale decisions.
    board.wait_for(reached).await;
    board.write(|inner| inner.dirty.extend(again));
    pause
}

async fn commit(
    dispatcher: &Dispatcher,
    decision: Decision,
) -> (TicketId, Result<u64, StoreError>) {
    let id = decision.ticket.id;
    trace::decided(&decision.ticket, decision.events.len(), dispatcher.clock.now());
    let part = TicketCommit {
        ticket: decision.ticket,
        expected_version: decision.expected_version,
        events: decision.events,
    };
    let outbox = dispatcher.to_tell(&part);
    let commit = Commit { tickets: vec![part], outbox, idempotency: None };
    let committed = dispatcher.store.commit(commit).await;
    let version = committed.map(|c| c.tickets.first().map_or(0, |ticket| ticket.version));
    (id, version)
}

fn until_next_deadline(board: &Board, now: UnixMs) -> Duration {
    let next = board.read(|inner| inner.set.next_due());
    let left_ms = next.map_or(i64::MAX, |at| at.since_ms(now).max(1));
    AT_MOST.min(Duration::from_millis(left_ms.unsigned_abs()))
}

impl Board {
    /// Returns how late the deadlines are that should have been met already, milliseconds each.
    #[must_use]
    pub fn overdue_ms(&self, now: UnixMs) -> Vec<i64> {
        let late = UnixMs(now.0.saturating_sub(OVERDUE_MS + 1));
        self.read(|inner| {
            let deadlines = inner.set.due(late).flat_map(|ticket| &ticket.deadlines);
            let overdue = deadlines.filter(|deadline| deadline.at <= late);
            overdue.map(|deadline| now.since_ms(deadline.at)).collect()
        })
    }
}

/// What the supervisors of the service watch.
fn report(board: &Board, now: UnixMs) {
    let district = board.district().to_string();
    let (open, overdue) =
        (board.read(|inner| inner.set.tickets().len()), board.overdue_ms(now).len());
    // What is overdue is counted here: if this loop hangs, only the age of its last run tells.
    let ran_at_s = now.0 as f64 / 1_000.0;
    gauge!("silverbell_control_loop_last_run_timestamp_seconds", "district" => district.clone())
        .set(ran_at_s);
    gauge!("silverbell_tickets_open", "district" => district.clone()).set(open as f64);
    gauge!("silverbell_deadlines_overdue", "district" => district.clone()).set(overdue as f64);
    // That nobody is free where nobody lives wakes nobody.
    if board.district().is_canary() {
        return;
    }
    let people = board.states();
    let states =
        [ResponderState::Off, ResponderState::Free, ResponderState::Offered, ResponderState::Busy];
    for state in states {
        let count = people.iter().filter(|s| **s == state).count();
        gauge!("silverbell_responders", "district" => district.clone(), "state" => state.as_str())
            .set(count as f64);
    }
}
