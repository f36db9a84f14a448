//! The board: a district's working set in memory, advanced only by what was committed.
//!
//! The database is the truth; the board is a cache that the loop plans on and the screens start
//! from. A gap in the numbers discards it, and it is read anew.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use silverbell_domain::{
    Answers, Candidate, Desk, DistrictId, Engagement, LatLon, OnCall, Person, Policy, ResponderId,
    TeamRole, Ticket, TicketId, Travel, UnixMs, Weather, WorkingSet, consider, planned_team,
};
use silverbell_roads::{PeopleIndex, RoadMap};
use silverbell_store::{Advance, DistrictState, LastPosition};
use tokio::sync::{Notify, broadcast, watch};

use crate::FreeResponder;

/// How many steps a screen may lag behind before it starts anew from a snapshot.
const FEED: usize = 4_096;

/// What the screens of a district follow.
#[derive(Clone, Debug)]
pub enum FeedItem {
    /// A step that was committed.
    Advanced(Arc<Advance>),
    /// The board was read anew: steps were missed, start again from a snapshot.
    Reloaded,
}

/// What a responder is doing, as the screens show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponderState {
    /// Not on duty.
    Off,
    /// On duty and not asked.
    Free,
    /// Asked, has not answered.
    Offered,
    /// On a ticket.
    Busy,
}

impl ResponderState {
    fn of(person: &Person, engagement: Option<Engagement>) -> Self {
        match engagement {
            Some(Engagement::Offered) => Self::Offered,
            Some(Engagement::Busy) => Self::Busy,
            None if person.is_on_duty() => Self::Free,
            None => Self::Off,
        }
    }

    /// Returns the word used in the API and the metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Free => "free",
            Self::Offered => "offered",
            Self::Busy => "busy",
        }
    }
}

/// A district at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The number of its last event.
    pub seq: u64,
    /// Open tickets.
    pub tickets: Vec<Arc<Ticket>>,
    /// Everybody who could go, with what they do and on which ticket.
    pub people: Vec<(Person, ResponderState, Option<TicketId>)>,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) set: WorkingSet,
    pub(crate) index: PeopleIndex,
    /// Who moved since the screens were last told.
    moved: HashSet<ResponderId>,
    /// Whose last position or sign of life is not kept yet.
    unsaved: HashSet<ResponderId>,
    /// Tickets the loop has to look at.
    pub(crate) dirty: BTreeSet<TicketId>,
    /// The latest time the loop has seen, until the clock was set back.
    latest: UnixMs,
}

/// An operator whose console is open.
#[derive(Debug)]
pub struct Seat {
    board: Arc<Board>,
    leads_shift: bool,
}

impl Seat {
    fn count(&self, change: fn(usize, usize) -> usize) {
        let desk = &mut self.board.inner.write().set.desk;
        desk.operators = change(desk.operators, 1);
        desk.shift_leads = change(desk.shift_leads, usize::from(self.leads_shift));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.count(usize::saturating_sub);
    }
}

/// A district's board.
#[derive(Debug)]
pub struct Board {
    district: DistrictId,
    stale_ms: i64,
    inner: RwLock<Inner>,
    feed: broadcast::Sender<FeedItem>,
    /// Wakes the loop; losing a wake-up costs a second at most.
    pub(crate) nudge: Notify,
    /// The number the board has reached, for those who wait for it.
    reached: watch::Sender<u64>,
}

impl Board {
    /// Puts a district as it was read on a new board, its people into an index that holds nobody.
    #[must_use]
    pub fn new(
        district: DistrictId,
        state: DistrictState,
        index: PeopleIndex,
        policy: &Policy,
        now: UnixMs,
    ) -> Self {
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        let (reached, _) = watch::channel(state.seq);
        let board = Self {
            inner: RwLock::new(Inner {
                set: WorkingSet::new(district.clone()),
                index,
                moved: HashSet::new(),
                unsaved: HashSet::new(),
                dirty: BTreeSet::new(),
                latest: now,
            }),
            district,
            stale_ms,
            feed: broadcast::channel(FEED).0,
            nudge: Notify::new(),
            reached,
        };
        {
            let mut inner = board.inner.write();
            inner.set.desk = Desk { operators: 0, shift_leads: 0 };
            inner.load(state, now, stale_ms);
        }
        board
    }

    /// Returns which district it is.
    #[must_use]
    pub const fn district(&self) -> &DistrictId {
        &self.district
    }

    /// Follows the district. Subscribe before taking a snapshot, and skip what it has already.
    #[must_use]
    pub fn follow(&self) -> broadcast::Receiver<FeedItem> {
        self.feed.subscribe()
    }

    /// Returns the district as it stands.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let Inner { set, .. } = &*self.inner.read();
        Snapshot {
            seq: set.seq,
            tickets: set.tickets().values().cloned().collect(),
            // Whoever left the service is on no screen, but for the history of tickets.
            people: set
                .people
                .values()
                .filter(|person| person.responder.left_at.is_none())
                .map(|person| with_state(person, set))
                .collect(),
        }
    }

    /// Returns these people with what they do.
    #[must_use]
    pub fn people(&self, ids: &[ResponderId]) -> Vec<(Person, ResponderState, Option<TicketId>)> {
        let Inner { set, .. } = &*self.inner.read();
        let people = ids.iter().filter_map(|id| set.people.get(id));
        people.map(|person| with_state(person, set)).collect()
    }

    /// Measures everybody's way on another map from now on.
    pub(crate) fn set_map(&self, map: Option<Arc<RoadMap>>) {
        self.inner.write().index.set_map(map);
    }

    /// Returns everybody who could go: on duty, lately heard of, bound by no ticket.
    #[must_use]
    pub fn free(&self, policy: &Policy, now: UnixMs) -> Vec<FreeResponder> {
        let inner = self.inner.read();
        let mut free: Vec<FreeResponder> = inner
            .set
            .people
            .values()
            .filter(|person| inner.set.is_free(person, policy, now))
            .filter_map(|person| {
                let (place, _) = person.place(now, self.stale_ms)?;
                let (id, travel) = (person.responder.id, inner.set.travel_of(person));
                Some(FreeResponder { id, travel, place })
            })
            .collect();
        free.sort_unstable_by_key(|person| person.id);
        free
    }

    /// Returns what everybody does, for those who only count.
    pub(crate) fn states(&self) -> Vec<ResponderState> {
        let Inner { set, .. } = &*self.inner.read();
        let doing = |person: &Person| set.engagement(person.responder.id).map(|(_, doing)| doing);
        let here = set.people.values().filter(|it| it.responder.left_at.is_none());
        here.map(|person| ResponderState::of(person, doing(person))).collect()
    }

    /// Notes how people answered offers, as counted in the store.
    pub(crate) fn set_answers(&self, answers: Vec<(ResponderId, Answers)>) {
        let mut inner = self.inner.write();
        for (responder, answers) in answers {
            if let Some(person) = inner.set.people.get_mut(&responder) {
                person.answers = answers;
            }
        }
    }

    /// Notes who is on call, and nobody else.
    pub(crate) fn put_on_call(&self, shifts: &HashMap<ResponderId, OnCall>, now: UnixMs) {
        let mut inner = self.inner.write();
        let people = inner.set.people.iter_mut();
        let mut changed = Vec::new();
        for (id, person) in people.filter(|(id, it)| it.on_call.as_ref() != shifts.get(id)) {
            person.on_call = shifts.get(id).copied();
            changed.push(*id);
        }
        changed.iter().for_each(|id| inner.place(*id, now, self.stale_ms));
        if !changed.is_empty() {
            inner.ask_more();
        }
        drop(inner);
        if !changed.is_empty() {
            self.nudge.notify_one();
        }
    }

    /// Notes that an operator's console is open, until the seat is dropped.
    #[must_use]
    pub fn sit_down(self: &Arc<Self>, leads_shift: bool) -> Seat {
        let seat = Seat { board: self.clone(), leads_shift };
        seat.count(usize::saturating_add);
        seat
    }

    /// Returns the number of the last event.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.inner.read().set.seq
    }

    /// Returns an open ticket.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<Arc<Ticket>> {
        self.inner.read().set.tickets().get(&id).cloned()
    }

    /// Returns how a responder travels in this weather.
    #[must_use]
    pub fn travel_of(&self, person: &Person) -> Travel {
        self.inner.read().set.travel_of(person)
    }

    /// Returns what the weather forbids.
    #[must_use]
    pub fn weather(&self) -> Option<Weather> {
        self.inner.read().set.weather.clone()
    }

    /// From now on everybody's way is reckoned for this weather, and every ticket looked at again.
    pub(crate) fn set_weather(&self, weather: Option<Weather>, now: UnixMs) {
        self.inner.write().set_weather(weather, now, self.stale_ms);
        self.nudge.notify_one();
    }

    /// Returns a responder with the last signs of life.
    #[must_use]
    pub fn person(&self, id: ResponderId) -> Option<Person> {
        self.inner.read().set.people.get(&id).cloned()
    }

    /// Returns the responders considered for a ticket, nearest first, with reasons.
    #[must_use]
    pub fn candidates(&self, ticket: &Ticket, policy: &Policy, now: UnixMs) -> Vec<Candidate> {
        let inner = self.inner.read();
        consider(ticket, &inner.set, &inner.index, policy, now)
    }

    /// Returns the team that is planned for a held ticket.
    #[must_use]
    pub fn planned_team(
        &self,
        ticket: &Ticket,
        policy: &Policy,
        now: UnixMs,
    ) -> Vec<(TeamRole, ResponderId)> {
        let inner = self.inner.read();
        planned_team(ticket, &inner.set, now, &inner.index, policy)
    }

    /// Notes a sign of life of a responder, with or without a position. Older positions than the
    /// last known are history, not "now".
    pub fn heard(&self, id: ResponderId, position: Option<(LatLon, UnixMs)>, now: UnixMs) {
        let mut inner = self.inner.write();
        let stale_ms = self.stale_ms;
        let Some(person) = inner.set.people.get_mut(&id) else { return };
        let was_stale = person.staleness_ms(now, stale_ms).is_none_or(|age| age > stale_ms);
        let known_at = person.position.map(|(_, at)| at);
        person.heard_at = Some(now);
        let newer = position
            .map(|(point, at)| (point, at.min(now)))
            .filter(|(_, at)| person.position.is_none_or(|(_, known)| *at >= known));
        if let Some(position) = newer {
            person.position = Some(position);
        }
        // The first place told on duty counts too: until then the standby place was taken for it.
        let is_first =
            newer.is_some() && known_at.is_none_or(|at| at < person.responder.duty_since);
        let is_back = (was_stale || is_first) && person.responder.on_duty;
        inner.unsaved.insert(id);
        if newer.is_some() {
            inner.moved.insert(id);
            inner.place(id, now, stale_ms);
        }
        if is_back {
            inner.ask_more();
            drop(inner);
            self.nudge.notify_one();
        }
    }

    /// Takes the list of those who moved since it was last taken.
    #[must_use]
    pub fn take_moved(&self) -> Vec<(ResponderId, LatLon, UnixMs)> {
        let mut inner = self.inner.write();
        let moved = std::mem::take(&mut inner.moved);
        moved
            .into_iter()
            .filter_map(|id| {
                let person = inner.set.people.get(&id)?;
                let (point, at) = person.position.filter(|_| person.is_on_duty())?;
                Some((id, point, at))
            })
            .collect()
    }

    /// Takes the last positions that are not kept yet.
    pub(crate) fn take_unsaved(&self) -> Vec<LastPosition> {
        let mut inner = self.inner.write();
        let unsaved = std::mem::take(&mut inner.unsaved);
        unsaved
            .into_iter()
            .filter_map(|responder| {
                let person = inner.set.people.get(&responder)?;
                let heard_at = person.heard_at?;
                Some(LastPosition { responder, position: person.position, heard_at })
            })
            .collect()
    }

    /// Applies a committed step and tells the screens, in one: whoever takes a snapshot sees either
    /// all of it or nothing. Returns whether it followed the last one; after a gap the board has to
    /// be read anew.
    pub(crate) fn advance(&self, advance: &Arc<Advance>, now: UnixMs) -> bool {
        let mut inner = self.inner.write();
        if advance.seq < inner.set.seq
            || (advance.seq == inner.set.seq && advance.prev < advance.seq)
        {
            return true; // read with the last reload already
        }
        if advance.prev != inner.set.seq {
            return false;
        }
        inner.apply(advance, now, self.stale_ms);
        // Nobody may look at present.
        drop(self.feed.send(FeedItem::Advanced(advance.clone())));
        self.reached.send_replace(inner.set.seq);
        drop(inner);
        self.nudge.notify_one();
        true
    }

    /// Returns whether the district as it was read cannot be what this board has been or is: the
    /// store went back in time, or another history has the same number.
    pub(crate) fn contradicts(&self, state: &DistrictState) -> bool {
        let Inner { set, .. } = &*self.inner.read();
        let is_known = |read: &Ticket| {
            set.tickets().get(&read.id).is_some_and(|known| known.version == read.version)
        };
        match state.seq.cmp(&set.seq) {
            Ordering::Less => true,
            Ordering::Equal => {
                state.tickets.len() != set.tickets().len() || !state.tickets.iter().all(is_known)
            }
            Ordering::Greater => false,
        }
    }

    /// Replaces the board by the district as it was read.
    pub(crate) fn reload(&self, state: DistrictState, now: UnixMs) {
        let mut inner = self.inner.write();
        inner.load(state, now, self.stale_ms);
        drop(self.feed.send(FeedItem::Reloaded));
        self.reached.send_replace(inner.set.seq);
        drop(inner);
        self.nudge.notify_one();
    }

    /// Takes the tickets the loop has to look at: those that changed, and all of them when the clock
    /// was set back. What they wait for would else lie in the future until it has made up for it.
    pub(crate) fn take_dirty(&self, now: UnixMs) -> BTreeSet<TicketId> {
        let mut inner = self.inner.write();
        if inner.latest.is_ahead_of(now) {
            let back_ms = inner.latest.since_ms(now);
            tracing::error!(
                district = %self.district, back_ms,
                "the clock was set back by {back_ms} ms: what lies ahead of it begins again now"
            );
            inner.set.people.values_mut().for_each(|person| person.pull_back(now));
            inner.set.weather.iter_mut().for_each(|weather| weather.pull_back(now));
            inner.latest = now;
            return inner.take_all();
        }
        inner.latest = inner.latest.max(now);
        if inner.set.weather.as_ref().is_some_and(|weather| !weather.holds(now)) {
            inner.set_weather(None, now, self.stale_ms);
        }
        std::mem::take(&mut inner.dirty)
    }

    /// Waits until the board has reached this number, a second at most.
    pub(crate) async fn wait_for(&self, seq: u64) {
        let mut reached = self.reached.subscribe();
        let arrived = reached.wait_for(|at| *at >= seq);
        if tokio::time::timeout(Duration::from_secs(1), arrived).await.is_err() {
            tracing::warn!(district = %self.district, seq, "the board is behind the store");
        }
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Inner) -> T) -> T {
        look(&self.inner.read())
    }

    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.write())
    }
}

impl Inner {
    fn take_all(&mut self) -> BTreeSet<TicketId> {
        self.dirty.clear();
        self.set.tickets().keys().copied().collect()
    }

    fn load(&mut self, state: DistrictState, now: UnixMs, stale_ms: i64) {
        let known: HashMap<ResponderId, Person> = std::mem::take(&mut self.set.people);
        let kept: HashMap<ResponderId, LastPosition> =
            state.positions.into_iter().map(|last| (last.responder, last)).collect();
        self.set.seq = state.seq;
        self.set.weather = state.weather.filter(|weather| weather.holds(now));
        self.set.clear_tickets();
        for ticket in state.tickets {
            self.set.put(Arc::new(ticket));
        }
        for responder in state.responders {
            let id = responder.id;
            let memory = known.get(&id);
            let disk = kept.get(&id);
            let position = memory.and_then(|p| p.position).or(disk.and_then(|last| last.position));
            let heard_at = memory.and_then(|p| p.heard_at).or(disk.map(|last| last.heard_at));
            let answers = memory.map(|p| p.answers).unwrap_or_default();
            let responder = Arc::new(responder);
            let on_call = memory.and_then(|p| p.on_call);
            let mut person = Person { responder, heard_at, position, answers, on_call };
            person.pull_back(now);
            self.set.people.insert(id, person);
        }
        for id in known.keys().filter(|id| !self.set.people.contains_key(id)) {
            self.index.remove(*id);
        }
        let ids: Vec<ResponderId> = self.set.people.keys().copied().collect();
        for id in ids {
            self.place(id, now, stale_ms);
        }
        self.dirty = self.set.tickets().keys().copied().collect();
    }

    /// Somebody came free: the tickets that ask already may ask one more.
    fn ask_more(&mut self) {
        self.dirty.extend(self.set.asking());
    }

    fn apply(&mut self, advance: &Advance, now: UnixMs, stale_ms: i64) {
        let mut is_somebody_free = false;
        for responder in &advance.responders {
            let id = responder.id;
            let person = self.set.people.entry(id).or_insert_with(|| Person {
                responder: responder.clone(),
                heard_at: None,
                position: None,
                answers: Answers::default(),
                on_call: None,
            });
            is_somebody_free |= responder.on_duty;
            person.responder = responder.clone();
            self.place(id, now, stale_ms);
            // Whoever went off duty is no longer waited for.
            self.dirty.extend(self.set.tickets_of(id).map(|ticket| ticket.id));
        }
        let changed = advance.happened.iter().map(|h| &h.ticket).chain(&advance.rescheduled);
        for ticket in changed {
            let known = self.set.tickets().get(&ticket.id);
            if known.is_none_or(|known| ticket.version >= known.version) {
                self.dirty.insert(ticket.id);
                is_somebody_free |= self.set.put(ticket.clone());
                self.dirty.extend(self.set.interrupted_by(ticket));
            }
        }
        if is_somebody_free {
            self.ask_more();
        }
        self.set.seq = advance.seq;
    }

    fn set_weather(&mut self, weather: Option<Weather>, now: UnixMs, stale_ms: i64) {
        self.set.weather = weather;
        let ids: Vec<ResponderId> = self.set.people.keys().copied().collect();
        ids.into_iter().for_each(|id| self.place(id, now, stale_ms));
        let open: Vec<TicketId> = self.set.tickets().keys().copied().collect();
        self.dirty.extend(open);
    }

    /// Puts a person where he is thought to be, or takes him out when off duty.
    fn place(&mut self, id: ResponderId, now: UnixMs, stale_ms: i64) {
        let Some(person) = self.set.people.get(&id) else { return };
        match person.place(now, stale_ms) {
            Some((point, _)) => self.index.put(id, self.set.travel_of(person), point),
            None => self.index.remove(id),
        }
    }
}

fn with_state(person: &Person, set: &WorkingSet) -> (Person, ResponderState, Option<TicketId>) {
    let engagement = set.engagement(person.responder.id);
    let state = ResponderState::of(person, engagement.map(|(_, engagement)| engagement));
    (person.clone(), state, engagement.map(|(ticket, _)| ticket))
}
