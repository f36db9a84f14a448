//! The board: a district's working set in memory, advanced only by what was committed.
//!
//! The database is the truth; the board is a cache that the loop plans on and the screens start
//! from. A gap in the numbers discards it, and it is read anew.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use silverbell_domain::{
    Candidate, DistrictId, Engagement, LatLon, Person, Policy, ResponderId, Ticket, TicketId,
    UnixMs, WorkingSet, consider,
};
use silverbell_roads::{PeopleIndex, Speeds};
use silverbell_store::{Advance, DistrictState, LastPosition};
use tokio::sync::{Notify, broadcast, watch};

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
    /// Whether people came, went or moved since the loop last looked.
    pub(crate) people_changed: bool,
    /// The next deadline of each open ticket, soonest first.
    pub(crate) due: BTreeSet<(UnixMs, TicketId)>,
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
    /// Puts a district as it was read on a new board.
    #[must_use]
    pub fn new(
        district: DistrictId,
        state: DistrictState,
        speeds: Speeds,
        policy: &Policy,
    ) -> Self {
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        let (reached, _) = watch::channel(state.seq);
        let board = Self {
            inner: RwLock::new(Inner {
                set: WorkingSet {
                    district: district.clone(),
                    seq: 0,
                    tickets: Default::default(),
                    people: HashMap::new(),
                },
                index: PeopleIndex::new(speeds),
                moved: HashSet::new(),
                unsaved: HashSet::new(),
                dirty: BTreeSet::new(),
                people_changed: true,
                due: BTreeSet::new(),
            }),
            district,
            stale_ms,
            feed: broadcast::channel(FEED).0,
            nudge: Notify::new(),
            reached,
        };
        board.inner.write().load(state, stale_ms);
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
        let inner = self.inner.read();
        let engagements = inner.set.engagements();
        Snapshot {
            seq: inner.set.seq,
            tickets: inner.set.tickets.values().cloned().collect(),
            people: inner.set.people.values().map(|p| with_state(p, &engagements)).collect(),
        }
    }

    /// Returns these people with what they do.
    #[must_use]
    pub fn people(&self, ids: &[ResponderId]) -> Vec<(Person, ResponderState, Option<TicketId>)> {
        let inner = self.inner.read();
        let engagements = inner.set.engagements();
        ids.iter()
            .filter_map(|id| inner.set.people.get(id))
            .map(|person| with_state(person, &engagements))
            .collect()
    }

    /// Returns the number of the last event.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.inner.read().set.seq
    }

    /// Returns an open ticket.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<Arc<Ticket>> {
        self.inner.read().set.tickets.get(&id).cloned()
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
        let engagements = inner.set.engagements();
        consider(ticket, &inner.set.people, &engagements, &inner.index, policy, now)
    }

    /// Notes a sign of life of a responder, with or without a position. Older positions than the
    /// last known are history, not "now".
    pub fn heard(&self, id: ResponderId, position: Option<(LatLon, UnixMs)>, now: UnixMs) {
        let mut inner = self.inner.write();
        let stale_ms = self.stale_ms;
        let Some(person) = inner.set.people.get_mut(&id) else { return };
        let was_stale = person.staleness_ms(now, stale_ms).is_none_or(|age| age > stale_ms);
        person.heard_at = Some(now);
        let newer = position
            .map(|(point, at)| (point, at.min(now)))
            .filter(|(_, at)| person.position.is_none_or(|(_, known)| *at >= known));
        if let Some(position) = newer {
            person.position = Some(position);
        }
        let is_back = was_stale && person.responder.on_duty;
        inner.unsaved.insert(id);
        if newer.is_some() {
            inner.moved.insert(id);
            inner.place(id, now, stale_ms);
        }
        if is_back {
            inner.people_changed = true;
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
                let (point, at) = person.position.filter(|_| person.responder.on_duty)?;
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

    /// Replaces the board by the district as it was read.
    pub(crate) fn reload(&self, state: DistrictState) {
        let mut inner = self.inner.write();
        inner.load(state, self.stale_ms);
        drop(self.feed.send(FeedItem::Reloaded));
        self.reached.send_replace(inner.set.seq);
        drop(inner);
        self.nudge.notify_one();
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
    fn load(&mut self, state: DistrictState, stale_ms: i64) {
        let known: HashMap<ResponderId, Person> = std::mem::take(&mut self.set.people);
        let kept: HashMap<ResponderId, LastPosition> =
            state.positions.into_iter().map(|last| (last.responder, last)).collect();
        self.set.seq = state.seq;
        self.set.tickets =
            state.tickets.into_iter().map(|ticket| (ticket.id, Arc::new(ticket))).collect();
        for responder in state.responders {
            let id = responder.id;
            let memory = known.get(&id);
            let disk = kept.get(&id);
            let position = memory.and_then(|p| p.position).or(disk.and_then(|last| last.position));
            let heard_at = memory.and_then(|p| p.heard_at).or(disk.map(|last| last.heard_at));
            let person = Person { responder: Arc::new(responder), heard_at, position };
            self.set.people.insert(id, person);
        }
        for id in known.keys().filter(|id| !self.set.people.contains_key(id)) {
            self.index.remove(*id);
        }
        let latest = self.set.people.values().filter_map(|p| p.heard_at).max();
        let ids: Vec<ResponderId> = self.set.people.keys().copied().collect();
        for id in ids {
            self.place(id, latest.unwrap_or(UnixMs(0)), stale_ms);
        }
        self.dirty = self.set.tickets.keys().copied().collect();
        self.due = self.set.tickets.values().filter_map(|ticket| next_due(ticket)).collect();
        self.people_changed = true;
    }

    fn apply(&mut self, advance: &Advance, now: UnixMs, stale_ms: i64) {
        for responder in &advance.responders {
            let id = responder.id;
            let person = self.set.people.entry(id).or_insert_with(|| Person {
                responder: responder.clone(),
                heard_at: None,
                position: None,
            });
            person.responder = responder.clone();
            self.place(id, now, stale_ms);
            self.people_changed = true;
            let asked = self.set.tickets.values().filter(|ticket| {
                ticket.offers.iter().any(|o| o.responder == id && o.state.is_active())
            });
            self.dirty.extend(asked.map(|ticket| ticket.id));
        }
        let changed = advance.happened.iter().map(|h| &h.ticket).chain(&advance.rescheduled);
        for ticket in changed {
            let newer =
                self.set.tickets.get(&ticket.id).is_none_or(|old| ticket.version >= old.version);
            if newer {
                self.people_changed |= frees_somebody(self.set.tickets.get(&ticket.id), ticket);
                self.dirty.insert(ticket.id);
                if let Some(due) = self.set.tickets.get(&ticket.id).and_then(|old| next_due(old)) {
                    self.due.remove(&due);
                }
                self.due.extend(next_due(ticket));
                self.set.put(ticket.clone());
            }
        }
        self.set.seq = advance.seq;
    }

    /// Puts a person where he is thought to be, or takes him out when off duty.
    fn place(&mut self, id: ResponderId, now: UnixMs, stale_ms: i64) {
        let Some(person) = self.set.people.get(&id) else { return };
        match person.place(now, stale_ms) {
            Some((point, _)) => self.index.put(id, person.responder.travel, point),
            None => self.index.remove(id),
        }
    }
}

/// A closed ticket has no deadlines.
fn next_due(ticket: &Ticket) -> Option<(UnixMs, TicketId)> {
    ticket.next_deadline().map(|deadline| (deadline.at, ticket.id))
}

fn frees_somebody(old: Option<&Arc<Ticket>>, new: &Ticket) -> bool {
    let Some(old) = old else { return false };
    // Offers are only ever added, so those known before are the first. One person freed while
    // another is asked in the same step leaves the number the same.
    let mut pairs = old.offers.iter().zip(&new.offers);
    !new.is_open() || pairs.any(|(o, n)| o.state.is_active() && !n.state.is_active())
}

fn with_state(
    person: &Person,
    engagements: &HashMap<ResponderId, (TicketId, Engagement)>,
) -> (Person, ResponderState, Option<TicketId>) {
    let engagement = engagements.get(&person.responder.id);
    let state = match engagement {
        Some((_, Engagement::Offered)) => ResponderState::Offered,
        Some((_, Engagement::Busy)) => ResponderState::Busy,
        None if person.responder.on_duty => ResponderState::Free,
        None => ResponderState::Off,
    };
    (person.clone(), state, engagement.map(|(ticket, _)| *ticket))
}
