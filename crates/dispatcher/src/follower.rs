//! Follows what is committed: advances the boards, tells the screens, wakes the loops.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use metrics::{gauge, histogram};
use silverbell_domain::{DistrictId, Event, Ticket, UnixMs};
use silverbell_store::{Advance, StoreError};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;
use crate::trace;

/// How long to wait before reading once more what could not be read.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// Follows until `stop`. Districts that cannot be read are tried again, each by itself: one that
/// makes no sense does not stand in the way of the others.
pub(crate) async fn run(
    mut follower: Follower,
    mut advances: broadcast::Receiver<Arc<Advance>>,
    stop: CancellationToken,
) {
    let mut reconnected = follower.dispatcher.store.reconnected();
    let mut again = interval(READ_AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = again.tick(), if follower.is_behind() => {}
            Ok(()) = reconnected.changed() => {
                follower.doubt_everything();
                // What a board lacks has a whole interval to come: the tick of the quiet time before
                // is long due.
                again.reset();
            }
            received = advances.recv() => match received {
                Ok(advance) => {
                    measure(&advance);
                    trace::announced(&advance, follower.dispatcher.clock.now());
                    if follower.follow(&advance) {
                        continue;
                    }
                }
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "fell {missed} commits behind: reading the districts anew");
                    follower.fell_behind();
                }
                Err(RecvError::Closed) => return,
            },
        }
        if stop.run_until_cancelled(follower.catch_up()).await.is_none() {
            return;
        }
    }
}

/// What the follower knows beside the boards.
pub(crate) struct Follower {
    dispatcher: Arc<Dispatcher>,
    /// Whether it is not even known which districts there are.
    is_lost: bool,
    /// Districts that have to be read: what is told of them meanwhile was committed before.
    behind: BTreeSet<DistrictId>,
    /// Districts that are followed and may be wrong all the same, with the number that the store had
    /// reached when it was ahead of the board.
    doubted: BTreeMap<DistrictId, Option<u64>>,
    /// Whether the last try failed: a long night is not told twice a second.
    has_complained: bool,
}

impl Follower {
    /// Returns one that has everything to read.
    pub(crate) const fn new(dispatcher: Arc<Dispatcher>) -> Self {
        Self {
            dispatcher,
            is_lost: true,
            behind: BTreeSet::new(),
            doubted: BTreeMap::new(),
            has_complained: false,
        }
    }

    fn is_behind(&self) -> bool {
        self.is_lost || !self.behind.is_empty() || !self.doubted.is_empty()
    }

    /// Returns whether the step was taken, or will be by reading the district.
    fn follow(&mut self, advance: &Arc<Advance>) -> bool {
        let district = &advance.district;
        if self.behind.contains(district) {
            return true;
        }
        let board = self.dispatcher.board(district);
        if board.is_some_and(|board| board.advance(advance, self.dispatcher.clock.now())) {
            return true;
        }
        tracing::info!(%district, prev = advance.prev, "a new district, or a gap in its numbers");
        self.behind.insert(district.clone());
        false
    }

    /// Has everything read anew: there may be new districts among what was missed.
    fn fell_behind(&mut self) {
        self.is_lost = true;
        let boards = self.dispatcher.boards();
        self.behind.extend(boards.iter().map(|board| board.district().clone()));
    }

    /// Has everything compared: it may be another database than before, or one that went back in
    /// time. Screens begin anew only where it is.
    fn doubt_everything(&mut self) {
        self.is_lost = true;
        let boards = self.dispatcher.boards();
        self.doubted.extend(boards.iter().map(|board| (board.district().clone(), None)));
    }

    /// Reads what has to be read; what cannot be is left for the next time.
    pub(crate) async fn catch_up(&mut self) {
        let done = self.try_to_catch_up().await;
        let unread = self.behind.len().max(usize::from(self.is_lost));
        gauge!("silverbell_districts_unread").set(unread as f64);
        match done {
            Ok(()) if std::mem::take(&mut self.has_complained) => {
                tracing::info!("the districts are read");
            }
            Ok(()) => {}
            Err(_) if self.has_complained => {}
            Err(error) => {
                self.has_complained = true;
                tracing::error!(%error, "cannot read the districts; trying again");
            }
        }
    }

    async fn try_to_catch_up(&mut self) -> Result<(), StoreError> {
        if self.is_lost {
            let districts = self.dispatcher.store.districts().await?;
            let is_new = |id: &DistrictId| self.dispatcher.board(id).is_none();
            let new = districts.into_iter().map(|district| district.id).filter(is_new);
            self.behind.extend(new);
            self.is_lost = false;
        }
        self.compare().await?;
        let mut failed = Ok(());
        for district in self.behind.clone() {
            match self.dispatcher.read_district(&district).await {
                Ok(()) => _ = self.behind.remove(&district),
                // The others would not be read either, each after a while.
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    if !self.has_complained {
                        tracing::error!(%district, %error, "a district cannot be read");
                    }
                    failed = Err(error);
                }
            }
        }
        failed
    }

    /// Finds out which of the doubted boards are wrong. One that is only behind has until the next
    /// time: what it lacks may be on its way.
    async fn compare(&mut self) -> Result<(), StoreError> {
        for (district, ahead) in self.doubted.clone() {
            let Some(board) = self.dispatcher.board(&district) else {
                self.doubted.remove(&district);
                continue;
            };
            let is_wrong = match ahead {
                Some(seq) => board.seq() < seq,
                None => {
                    match self.dispatcher.store.district_state(&district).await {
                        Ok(state) if state.seq > board.seq() => {
                            self.doubted.insert(district, Some(state.seq));
                            continue;
                        }
                        Ok(state) => board.contradicts(&state),
                        Err(error @ StoreError::Unavailable(_)) => return Err(error),
                        Err(_) => true, // reading it says what is wrong
                    }
                }
            };
            self.doubted.remove(&district);
            if is_wrong {
                tracing::warn!(%district, "the board is not what the store has: reading it anew");
                self.behind.insert(district);
            }
        }
        Ok(())
    }
}

/// The stages of a rescue, once each for a ticket, from the facts that were committed.
fn measure(advance: &Advance) {
    for happened in &advance.happened {
        let times = &happened.ticket.times;
        let first = |fact: Option<UnixMs>| fact == Some(happened.at);
        match &happened.event {
            Event::Offered { .. } if first(times.first_offered) && is_first_offer(happened) => {
                seconds("silverbell_sos_to_offer_seconds", Some(times.received), happened.at);
            }
            Event::Accepted { .. } if first(times.accepted) => {
                seconds("silverbell_offer_to_accept_seconds", times.first_offered, happened.at);
            }
            Event::OnScene { .. } if first(times.on_scene) => {
                seconds("silverbell_accept_to_scene_seconds", times.accepted, happened.at);
            }
            _ => {}
        }
    }
}

fn is_first_offer(happened: &silverbell_store::Happened) -> bool {
    let ticket: &Ticket = &happened.ticket;
    match (&happened.event, ticket.offers.first()) {
        (Event::Offered { offer, .. }, Some(first)) => first.id == *offer,
        _ => false,
    }
}

fn seconds(name: &'static str, from: Option<UnixMs>, to: UnixMs) {
    if let Some(from) = from {
        // Milliseconds fit a float exactly for 285,000 years.
        histogram!(name).record(to.since_ms(from).max(0) as f64 / 1_000.0);
    }
}
