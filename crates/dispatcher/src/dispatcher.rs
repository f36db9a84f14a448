//! The dispatcher: its boards, and the tasks that keep them.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use silverbell_domain::{Clock, DistrictId, Ids, Policy, ResponderId, Ticket, TicketId};
use silverbell_roads::Speeds;
use silverbell_store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::history::History;
use crate::{Board, control_loop, follower};

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
    tasks: TaskTracker,
    stop: CancellationToken,
    pub(crate) history: History,
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher").finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// Reads every district and starts the tasks: one that follows what is committed, one that
    /// keeps positions, and a control loop for each district. They end when `stop` is cancelled;
    /// one that ends before takes the process down through `stop`, visibly.
    ///
    /// # Errors
    /// [`StoreError`] when a district cannot be read.
    pub async fn start(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        settings: Settings,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Arc<Self>, StoreError> {
        // Followed before it is read, so that nothing falls in between.
        let advances = store.advances();
        let (history, rows) = History::new();
        let dispatcher = Arc::new(Self {
            store,
            clock,
            ids,
            settings,
            boards: RwLock::new(BTreeMap::new()),
            tasks: tasks.clone(),
            stop: stop.clone(),
            history,
        });
        for district in dispatcher.store.districts().await? {
            dispatcher.add_board(&district.id).await?;
        }
        let follow = follower::run(dispatcher.clone(), advances, stop.clone());
        tasks.spawn(guarded("the follower of commits", stop.clone(), follow));
        let keep = crate::history::run(dispatcher.clone(), rows, stop.clone());
        tasks.spawn(guarded("the keeper of positions", stop.clone(), keep));
        for board in dispatcher.boards() {
            dispatcher.start_loop(board);
        }
        Ok(dispatcher)
    }

    pub(crate) fn start_loop(self: &Arc<Self>, board: Arc<Board>) {
        let run = control_loop::run(self.clone(), board, self.stop.clone());
        self.tasks.spawn(guarded("the control loop", self.stop.clone(), run));
    }

    /// Reads a district and puts it on a board of its own.
    pub(crate) async fn add_board(&self, district: &DistrictId) -> Result<Arc<Board>, StoreError> {
        let state = self.store.district_state(district).await?;
        let settings = &self.settings;
        let (policy, now) = (&settings.policy, self.clock.now());
        let board = Board::new(district.clone(), state, settings.speeds, policy, now);
        let board = Arc::new(board);
        self.boards.write().insert(district.clone(), board.clone());
        Ok(board)
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
