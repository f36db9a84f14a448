//! The dispatcher: its boards, and the tasks that keep them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::RwLock;
use silverbell_domain::{
    Clock, DistrictId, Eta, Ids, LatLon, Policy, Protocol, ResponderId, Tells, Ticket, TicketId,
    Travel,
};
use silverbell_roads::{PeopleIndex, RoadMap, Roads, Route, Speeds};
use silverbell_store::{Store, StoreError};
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::coverage::{self, Coverages};
use crate::equipment::Equipment;
use crate::follower::{self, Follower};
use crate::history::History;
use crate::roster::{self, Covers};
use crate::telephone::Calls;
use crate::turns::Turns;
use crate::unrecorded::{self, Journal, Unrecorded};
use crate::{Board, archive, care, control_loop, deaths, on_call, telephone, visits};

/// So many responders' files can be changed at the same time.
const PEOPLE_TURNS: usize = 64;

/// What the dispatcher follows.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Offers, rings, deadlines.
    pub policy: Policy,
    /// How fast people travel where no road is known.
    pub speeds: Speeds,
    /// How long positions are kept, days.
    pub positions_kept_days: u32,
    /// How long messages to people outside are kept after their end, days.
    pub messages_kept_days: u32,
    /// How soon people are told who are not reached otherwise; `None`: nobody outside can be told.
    pub tells: Option<Tells>,
    /// Whether the service raises work that nobody asked for: devices in trouble, visits, gaps in the
    /// roster.
    pub raises_work: bool,
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
    pub(crate) stop: CancellationToken,
    pub(crate) history: History,
    pub(crate) equipment: Equipment,
    pub(crate) calls: Calls,
    pub(crate) unrecorded: Unrecorded,
    /// The idents of the service's own made-up alarms.
    pub(crate) made_up: RwLock<HashMap<Protocol, String>>,
    /// Whose alarm is recorded first.
    pub(crate) turns: Turns,
    /// The map of the roads, if there is one, and how often it has been replaced.
    map: RwLock<(Option<Arc<RoadMap>>, u64)>,
    pub(crate) coverages: Coverages,
    pub(crate) covers: Covers,
    /// Whose turn it is to change a person's file.
    people_turns: [Mutex<()>; PEOPLE_TURNS],
    /// Whose turn it is to say a cause, or to close a month: none is lost in between.
    pub(crate) month_turn: Mutex<()>,
    /// Whose turn it is to have something large reckoned.
    reckoning: Arc<Mutex<()>>,
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher").finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// Starts the tasks: one that follows what is committed, one that keeps positions, one that
    /// keeps telephone calls, one that records what came while the store was away, and a control loop for each district. They end
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
            equipment: Equipment::default(),
            calls: Calls::default(),
            unrecorded,
            made_up: RwLock::default(),
            turns: Turns::default(),
            map: RwLock::default(),
            coverages: Coverages::default(),
            covers: Covers::default(),
            people_turns: std::array::from_fn(|_| Mutex::default()),
            month_turn: Mutex::default(),
            reckoning: Arc::default(),
        });
        let mut follower = Follower::new(dispatcher.clone());
        follower.catch_up().await;
        dispatcher
            .spawn("the follower of commits", follower::run(follower, advances, stop.clone()));
        let keep = crate::history::run(dispatcher.clone(), rows, stop.clone());
        dispatcher.spawn("the keeper of positions", keep);
        let clean = crate::history::clean(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the remover of what is old", clean);
        let record = unrecorded::record(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the recorder of the journal", record);
        let keep = telephone::keep(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the keeper of calls", keep);
        let answers = crate::answers::run(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the counter of answers", answers);
        let count = coverage::run(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the counter of coverage", count);
        let archive = archive::run(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the filing away of tickets", archive);
        let registry = crate::registry::run(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the look at the registry", registry);
        let facts = crate::facts::run(dispatcher.clone(), stop.clone());
        dispatcher.spawn("the packing of facts", facts);
        let deaths = deaths::run(dispatcher.clone(), stop.clone());
        dispatcher.spawn("what follows from deaths", deaths);
        if dispatcher.settings.tells.is_some_and(|tells| tells.has_telephones) {
            let on_call = on_call::run(dispatcher.clone(), stop.clone());
            dispatcher.spawn("the look who is on call", on_call);
        }
        if dispatcher.settings.raises_work {
            let care = care::run(dispatcher.clone(), stop.clone());
            dispatcher.spawn("the care of devices", care);
            let visits = visits::run(dispatcher.clone(), stop.clone());
            dispatcher.spawn("the raising of visits", visits);
            let roster = roster::run(dispatcher.clone(), stop.clone());
            dispatcher.spawn("the look at the roster", roster);
        }
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
        let board = {
            // Held until the board is among the others, so that a new map misses none.
            let map = self.map.read();
            let Settings { speeds, policy, .. } = &self.settings;
            let index = PeopleIndex::new(*speeds, map.0.clone());
            let board = Arc::new(Board::new(district.clone(), state, index, policy, now));
            self.boards.write().insert(district.clone(), board.clone());
            board
        };
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

    /// Returns the boards of the districts in which people live: all but the canary's.
    #[must_use]
    pub fn inhabited(&self) -> Vec<Arc<Board>> {
        let boards = self.boards.read();
        boards.values().filter(|board| !board.district().is_canary()).cloned().collect()
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

    /// Replaces the map, or takes it away: from now on everybody's time is by the new one.
    pub fn set_map(&self, map: Option<Arc<RoadMap>>) {
        let mut known = self.map.write();
        *known = (map, known.1 + 1);
        for board in self.boards() {
            board.set_map(known.0.clone());
        }
    }

    /// Returns travel times, and how often their map has been replaced.
    pub(crate) fn roads(&self) -> (Roads, u64) {
        let (map, replaced) = self.map.read().clone();
        (Roads::new(self.settings.speeds, map), replaced)
    }

    /// Returns the time from one place to another.
    #[must_use]
    pub fn eta(&self, from: LatLon, travel: Travel, to: LatLon) -> Eta {
        let (roads, _) = self.roads();
        roads.eta(from, travel, to)
    }

    /// Returns the way from one place to another, `None` without a map or off its edge.
    #[must_use]
    pub fn route(&self, from: LatLon, travel: Travel, to: LatLon) -> Option<Route> {
        let (roads, _) = self.roads();
        roads.route(from, travel, to)
    }

    /// Reckons what a person asked for and what takes a whole processor: one at a time, on a thread that
    /// blocks, and to its end also when the one who asked has left.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the reckoning broke down, which is a mistake of this program.
    pub(crate) async fn reckon<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = self.reckoning.clone().lock_owned().await;
        let reckoned = spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        reckoned.await.map_err(|error| {
            tracing::error!(%error, "a reckoning broke down");
            StoreError::Unavailable("it could not be reckoned; the log says why".into())
        })
    }

    /// Waits for the turn to change a person's file: two changes of one person come one after the
    /// other, each on what the last one left.
    pub(crate) async fn turn_to_change(&self, person: Uuid) -> MutexGuard<'_, ()> {
        let turn = person.as_u128() as usize % PEOPLE_TURNS;
        self.people_turns[turn].lock().await
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
