//! The dispatcher: its boards, and the tasks that keep them.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use silverbell_domain::{Clock, DistrictId, Ids, Policy, ResponderId, Ticket, TicketId};
use silverbell_roads::Speeds;
use silverbell_store::{Store, StoreError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::follower::{self, Follower};
use crate::history::History;
use crate::unrecorded::{self, Journal, Unrecorded};
use crate::{Board, control_loop};

/// What the dispatcher follows.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Offers, rings, deadlines.
    pub policy: Policy,
    /// How fast people travel.
    pub speeds: Speeds,
    /// How long positions are kept, days.
    pub positions_kept_days: u32,
}

/// Use cases for people and devices, and the control loop of each district.
pub struct Dispatcher {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) settings: Settings,
    boards: RwLock<BTreeMap<DistrictId, Arc<Board>>>,
    /// Marked changed when a district gets a board.
    taken_on: watch::Sender<()>,
    pub(crate) tasks: TaskTracker,
    stop: CancellationToken,
    pub(crate) history: History,
    pub(crate) unrecorded: Unrecorded,
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher").finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// Starts the tasks: one that follows what is committed, one that keeps positions, one
    /// that records what came while the store was away, and a control loop for each district. They end
    /// when `stop` is cancelled; one that ends before takes the process down through `stop`,
    /// visibly.
    ///
    /// Every district has been read when this returns; if the store is away, they are read when it
    /// is back.
    pub async fn start(
        store: Arc<dyn Store>,
        journal: Box<dyn Journal>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        settings: Settings,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Arc<Self> {
        // Followed before it is read, so that nothing falls in between.
        let advances = store.advances();
        let (history, rows) = History::new();
        let unrecorded = Unrecorded::new(journal);
        let dispatcher = Arc::new(Self {
            store,
            clock,
            ids,
            settings,
            boards: RwLock::new(BTreeMap::new()),
            taken_on: watch::channel(()).0,
            tasks: tasks.clone(),
            stop: stop.clone(),
            history,
            unrecorded,
        });
        let mut follower = Follower::new(dispatcher.clone());
        follower.catch_up().await;
        dispatcher
            .spawn("the follower of commits", follower::run(follower, advances, stop.clone()));
        let keep = crate::history::run(dispatcher.clone(), rows, stop.clone());
        dispatcher.spawn("the keeper of positions", keep);
        let record = unrecorded::record(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the recorder of the journal", record);
        dispatcher
    }

    fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(guarded(name, self.stop.clone(), task));
    }

    /// Reads a district onto its board; a new one gets a board and a control loop.
    pub(crate) async fn read_district(
        self: &Arc<Self>,
        district: &DistrictId,
    ) -> Result<(), StoreError> {
        let state = self.store.district_state(district).await?;
        let now = self.clock.now();
        if let Some(board) = self.board(district) {
            board.reload(state, now);
            return Ok(());
        }
        let Settings { speeds, policy, .. } = &self.settings;
        let board = Arc::new(Board::new(district.clone(), state, *speeds, policy, now));
        self.boards.write().insert(district.clone(), board.clone());
        self.taken_on.send_replace(());
        self.spawn("the control loop", control_loop::run(self.clone(), board, self.stop.clone()));
        Ok(())
    }

    /// Follows which districts there are: marked changed whenever one is taken on.
    #[must_use]
    pub fn follow_boards(&self) -> watch::Receiver<()> {
        self.taken_on.subscribe()
    }

    /// Returns the boards of all districts.
    #[must_use]
    pub fn boards(&self) -> Vec<Arc<Board>> {
        self.boards.read().values().cloned().collect()
    }

    /// Returns the board of a district.
    #[must_use]
    pub fn board(&self, district: &DistrictId) -> Option<Arc<Board>> {
        self.boards.read().get(district).cloned()
    }

    /// Returns the board of the district that a responder goes out for.
    #[must_use]
    pub fn board_of(&self, responder: ResponderId) -> Option<Arc<Board>> {
        self.boards.read().values().find(|board| board.person(responder).is_some()).cloned()
    }

    /// Returns an open ticket from the boards.
    #[must_use]
    pub fn ticket_on_board(&self, id: TicketId) -> Option<Arc<Ticket>> {
        self.boards.read().values().find_map(|board| board.ticket(id))
    }

    /// Returns what is kept.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Returns the clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Returns where identities come from.
    #[must_use]
    pub fn ids(&self) -> &dyn Ids {
        self.ids.as_ref()
    }

    /// Returns the policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.settings.policy
    }
}

/// Runs a task that must not end by itself: when it does, or panics, the whole service stops and is
/// started anew, instead of going on without it.
async fn guarded(name: &'static str, stop: CancellationToken, task: impl Future<Output = ()>) {
    let _alarm = stop.clone().drop_guard();
    task.await;
    if !stop.is_cancelled() {
        tracing::error!(task = name, "{name} ended by itself: the service stops");
    }
}
