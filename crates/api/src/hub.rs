//! The hub of a district's feed: each frame is encoded once and shared by all operators' sockets.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use metrics::gauge;
use parking_lot::Mutex;
use silverbell_dispatcher::{Board, Dispatcher, FeedItem, ResponderState};
use silverbell_domain::{Alarm, DistrictId, Event, Person, ResponderId, TicketId, UnixMs};
use silverbell_store::{Advance, Happened};
use silverbell_web::rfc3339;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dto::{LiveMessage, ResponderPosition};
use crate::{dto, roster_routes, view};

/// How many events are kept for those who resume; whoever missed more gets a snapshot.
const KEPT: usize = 4_096;

/// How many frames a connection may lag behind before it is closed.
const LAG: usize = 4_096;

/// The same for an aide's connection, which gets a few frames a minute.
const AIDE_LAG: usize = 256;

/// Positions are told at most so often (contract, "Live").
const POSITIONS_EVERY: Duration = Duration::from_secs(1);

/// How many alarms that are not yet recorded are shown (`LiveMessage::Unrecorded`).
const UNRECORDED_SHOWN: usize = 100;

/// The pause between two tellings of them.
const UNRECORDED_EVERY: Duration = Duration::from_millis(250);

/// Until somebody silent counts as out of touch, it is looked so often, and half as often asked.
const PROBES: i64 = 8;

/// But no more and no less often than this, milliseconds.
const PROBE_LEAST_MS: i64 = 500;
const PROBE_MOST_MS: i64 = 15_000;

/// One frame of the feed.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// A numbered event; the text is what operators get.
    Event { happened: Happened, text: Utf8Bytes },
    /// Responders or positions, for operators.
    Unnumbered { text: Utf8Bytes },
    /// A probe, for the one aide whose channel it goes into.
    Probe { text: Utf8Bytes },
    /// The board was read anew: start again from a snapshot.
    Restart,
}

/// The feed of one district.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) board: Arc<Board>,
    kept: Mutex<VecDeque<Arc<Frame>>>,
    /// To operators: everything.
    frames: broadcast::Sender<Arc<Frame>>,
    /// To each aide who looks: the events of tickets with an offer to that aide. A hundred phones
    /// are not woken for what concerns two of them.
    aides: Mutex<HashMap<ResponderId, broadcast::Sender<Arc<Frame>>>>,
}

/// The feeds of all districts.
#[derive(Debug)]
pub struct Hubs {
    dispatcher: Arc<Dispatcher>,
    tasks: TaskTracker,
    stop: CancellationToken,
    hubs: Mutex<BTreeMap<DistrictId, Arc<Hub>>>,
    /// What every operator is told of the alarms that are not yet recorded; `None` at first.
    unrecorded: watch::Sender<Option<Utf8Bytes>>,
}

impl Hubs {
    /// Starts the feed of every district that the dispatcher has or takes on. Tasks end with
    /// `stop`, and stop the service when they end by themselves.
    #[must_use]
    pub fn start(
        dispatcher: &Arc<Dispatcher>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Arc<Self> {
        let hubs = Arc::new(Self {
            dispatcher: dispatcher.clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
            hubs: Mutex::default(),
            unrecorded: watch::channel(None).0,
        });
        let boards = dispatcher.follow_boards();
        hubs.open_all();
        hubs.spawn(hubs.clone().follow_boards(boards));
        hubs.spawn(hubs.clone().tell_unrecorded(dispatcher.follow_unrecorded()));
        hubs.spawn(hubs.clone().tell_calls(dispatcher.follow_calls()));
        hubs.spawn(hubs.clone().tell_cover(dispatcher.follow_cover()));
        hubs.spawn(hubs.clone().keep_in_touch());
        hubs
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let _alarm = stop.clone().drop_guard();
            _ = stop.run_until_cancelled(task).await;
        });
    }

    /// Tells operators of telephone calls, all of their district whenever one changes.
    async fn tell_calls(self: Arc<Self>, mut changed: watch::Receiver<()>) {
        while changed.changed().await.is_ok() {
            let hubs: Vec<Arc<Hub>> = self.hubs.lock().values().cloned().collect();
            for hub in hubs {
                hub.tell_unnumbered(&calls(&self.dispatcher, hub.board.district()));
            }
        }
    }

    /// Tells operators of gaps in the roster and of who did not come, when there is something else to
    /// tell of any district.
    async fn tell_cover(self: Arc<Self>, mut changed: watch::Receiver<()>) {
        while changed.changed().await.is_ok() {
            let hubs: Vec<Arc<Hub>> = self.hubs.lock().values().cloned().collect();
            for hub in hubs {
                if let Some(cover) = cover(&self.dispatcher, hub.board.district()) {
                    hub.tell_unnumbered(&cover);
                }
            }
        }
    }

    /// Asks the phones of people on duty that have been silent for half the time after which they count
    /// as out of touch, again and again; and tells operators who is out of touch, and who is back.
    async fn keep_in_touch(self: Arc<Self>) {
        let stale_ms = i64::from(self.dispatcher.policy().dispatch.position_stale_s) * 1_000;
        let pause_ms = (stale_ms / PROBES).clamp(PROBE_LEAST_MS, PROBE_MOST_MS);
        let mut looks = interval(Duration::from_millis(pause_ms.unsigned_abs()));
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut lost: HashMap<DistrictId, HashSet<ResponderId>> = HashMap::new();
        loop {
            looks.tick().await;
            let hubs: Vec<Arc<Hub>> = self.hubs.lock().values().cloned().collect();
            for hub in hubs {
                let known = lost.entry(hub.board.district().clone()).or_default();
                hub.look_for_silence(&self.dispatcher, stale_ms, known);
            }
        }
    }

    async fn follow_boards(self: Arc<Self>, mut boards: watch::Receiver<()>) {
        while boards.changed().await.is_ok() {
            self.open_all();
        }
    }

    /// Opens the feed of every district that has none yet.
    fn open_all(&self) {
        for board in self.dispatcher.boards() {
            self.of(board.district());
        }
    }

    /// Returns the feed of a district; `None` while the district is not read.
    pub(crate) fn of(&self, district: &DistrictId) -> Option<Arc<Hub>> {
        let mut hubs = self.hubs.lock();
        if let Some(hub) = hubs.get(district) {
            return Some(hub.clone());
        }
        let board = self.dispatcher.board(district)?;
        let feed = board.follow();
        let hub = Arc::new(Hub {
            kept: Mutex::new(VecDeque::new()),
            frames: broadcast::channel(LAG).0,
            aides: Mutex::new(HashMap::new()),
            board,
        });
        hubs.insert(district.clone(), hub.clone());
        let (task, dispatcher) = (hub.clone(), self.dispatcher.clone());
        self.spawn(async move { task.run(&dispatcher, feed).await });
        Some(hub)
    }

    /// Returns what operators are told of the alarms that are not yet recorded, and follows it.
    pub(crate) fn follow_unrecorded(&self) -> watch::Receiver<Option<Utf8Bytes>> {
        self.unrecorded.subscribe()
    }

    /// Encodes the list once for all, a few times a second at most: in a storm it changes with
    /// every press.
    async fn tell_unrecorded(self: Arc<Self>, mut changed: watch::Receiver<()>) {
        let mut has_told = false;
        loop {
            let alarms = first_of_each_device(self.dispatcher.unrecorded());
            // That there are none is told only to whom some were told.
            if !alarms.is_empty() || has_told {
                let at = rfc3339(self.dispatcher.clock().now());
                let newest = alarms.iter().rev().take(UNRECORDED_SHOWN);
                let shown = newest.map(|alarm| view::unrecorded(alarm)).collect();
                let message = LiveMessage::Unrecorded { at, alarms: shown, total: alarms.len() };
                self.unrecorded.send_replace(encode(&message));
                has_told = !alarms.is_empty();
            }
            if changed.changed().await.is_err() {
                return;
            }
            sleep(UNRECORDED_EVERY).await;
        }
    }
}

impl Hub {
    /// Follows the feed from now on, for an operator or for the aide `own`, and returns what was
    /// kept after `since`, `None` when that is not known any more.
    pub(crate) fn resume(
        &self,
        since: Option<u64>,
        own: Option<ResponderId>,
    ) -> (broadcast::Receiver<Arc<Frame>>, Option<Vec<Arc<Frame>>>) {
        let kept = self.kept.lock();
        let frames = match own {
            Some(own) => {
                let mut aides = self.aides.lock();
                aides.entry(own).or_insert_with(|| broadcast::channel(AIDE_LAG).0).subscribe()
            }
            None => self.frames.subscribe(),
        };
        let missed = since.and_then(|since| {
            let newest = kept.back().map_or_else(|| self.board.seq(), |frame| frame.seq());
            let oldest = kept.front().map_or(newest + 1, |frame| frame.seq());
            let is_known = since <= newest && since + 1 >= oldest;
            is_known.then(|| kept.iter().filter(|frame| frame.seq() > since).cloned().collect())
        });
        (frames, missed)
    }

    async fn run(&self, dispatcher: &Dispatcher, mut feed: broadcast::Receiver<FeedItem>) {
        let mut positions = interval(POSITIONS_EVERY);
        positions.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = positions.tick() => self.tell_positions(dispatcher),
                item = feed.recv() => match item {
                    Ok(FeedItem::Advanced(advance)) => self.tell(dispatcher, &advance),
                    Ok(FeedItem::Reloaded) | Err(RecvError::Lagged(_)) => self.restart(),
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    fn tell(&self, dispatcher: &Dispatcher, advance: &Advance) {
        let now = dispatcher.clock().now();
        let mut affected: HashSet<ResponderId> =
            advance.responders.iter().map(|responder| responder.id).collect();
        for happened in &advance.happened {
            affected.extend(affected_by(happened));
            let message = LiveMessage::Event {
                seq: happened.seq,
                prev: happened.seq - 1,
                at: rfc3339(happened.at),
                event: happened.event.name().into(),
                ticket: Box::new(view::ticket(&happened.ticket, dispatcher.policy(), now)),
                offer: None,
            };
            let Some(text) = encode(&message) else { continue };
            let frame = Arc::new(Frame::Event { happened: happened.clone(), text });
            let mut kept = self.kept.lock();
            if kept.len() >= KEPT {
                kept.pop_front();
            }
            kept.push_back(frame.clone());
            self.send(frame);
        }
        if !affected.is_empty() {
            let ids: Vec<ResponderId> = affected.into_iter().collect();
            let people = self.board.people(&ids);
            let responders = people.iter().map(|it| shown(dispatcher, it, now)).collect();
            self.tell_unnumbered(&LiveMessage::Responders { at: rfc3339(now), responders });
        }
    }

    fn tell_positions(&self, dispatcher: &Dispatcher) {
        let moved = self.board.take_moved();
        if moved.is_empty() || self.frames.receiver_count() == 0 {
            return;
        }
        let at = rfc3339(dispatcher.clock().now());
        let responders = moved.into_iter().map(|(id, point, at)| ResponderPosition {
            id: id.to_string(),
            lat: point.lat,
            lon: point.lon,
            at: rfc3339(at),
        });
        self.tell_unnumbered(&LiveMessage::Positions { at, responders: responders.collect() });
    }

    fn tell_unnumbered(&self, message: &LiveMessage) {
        if let Some(text) = encode(message) {
            self.send(Arc::new(Frame::Unnumbered { text }));
        }
    }

    /// `lost` are those of whom it was told that they are out of touch.
    fn look_for_silence(
        &self,
        dispatcher: &Dispatcher,
        stale_ms: i64,
        lost: &mut HashSet<ResponderId>,
    ) {
        let now = dispatcher.clock().now();
        let people = self.board.snapshot().people;
        let mut changed = Vec::new();
        for it in &people {
            let (person, id) = (&it.0, it.0.responder.id);
            // The same question with half the time: has been silent for longer than that.
            if person.out_of_touch_since(now, stale_ms / 2).is_some() {
                self.probe(id, dispatcher);
            }
            let is_lost = person.out_of_touch_since(now, stale_ms).is_some();
            if is_lost != lost.contains(&id) {
                changed.push(shown(dispatcher, it, now));
                if is_lost {
                    lost.insert(id)
                } else {
                    lost.remove(&id)
                };
            }
        }
        let label = self.board.district().to_string();
        gauge!("silverbell_responders_out_of_touch", "district" => label).set(lost.len() as f64);
        if !changed.is_empty() {
            self.tell_unnumbered(&LiveMessage::Responders {
                at: rfc3339(now),
                responders: changed,
            });
        }
    }

    /// Asks a phone to answer, on every socket it has open.
    fn probe(&self, id: ResponderId, dispatcher: &Dispatcher) {
        let Some(aide) = self.aides.lock().get(&id).cloned() else { return };
        let message = LiveMessage::Probe { id: dispatcher.ids().next().to_string() };
        if let Some(text) = encode(&message) {
            // The last socket may just be closed.
            drop(aide.send(Arc::new(Frame::Probe { text })));
        }
    }

    fn restart(&self) {
        self.kept.lock().clear();
        self.send(Arc::new(Frame::Restart));
    }

    fn send(&self, frame: Arc<Frame>) {
        self.send_to_aides(&frame);
        // Nobody may look at present.
        drop(self.frames.send(frame));
    }

    fn send_to_aides(&self, frame: &Arc<Frame>) {
        let mut aides = self.aides.lock();
        match &**frame {
            Frame::Event { happened, .. } => {
                let asked: HashSet<ResponderId> =
                    happened.ticket.offers.iter().map(|offer| offer.responder).collect();
                for responder in asked {
                    let sent = aides.get(&responder).map(|aide| aide.send(frame.clone()));
                    if matches!(sent, Some(Err(_))) {
                        aides.remove(&responder); // the last of their sockets is closed
                    }
                }
            }
            Frame::Restart => aides.values().for_each(|aide| drop(aide.send(frame.clone()))),
            Frame::Unnumbered { .. } | Frame::Probe { .. } => {}
        }
    }
}

impl Frame {
    pub(crate) fn seq(&self) -> u64 {
        match self {
            Self::Event { happened, .. } => happened.seq,
            Self::Unnumbered { .. } | Self::Probe { .. } | Self::Restart => 0,
        }
    }
}

/// A device that gets no answer may send again in other words: its first alarm stands for all, as
/// they will join one ticket.
fn first_of_each_device(mut alarms: Vec<Arc<Alarm>>) -> Vec<Arc<Alarm>> {
    let mut seen = HashSet::new();
    alarms.retain(|alarm| seen.insert((alarm.protocol, alarm.ident.clone(), alarm.key_sha256)));
    alarms
}

/// Encodes a message. Our messages have string keys only, so this does not fail.
pub(crate) fn encode(message: &LiveMessage) -> Option<Utf8Bytes> {
    match serde_json::to_string(message) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "a message of the feed cannot be written");
            None
        }
    }
}

/// Returns a responder as operators see one.
fn shown(
    dispatcher: &Dispatcher,
    (person, state, ticket): &(Person, ResponderState, Option<TicketId>),
    now: UnixMs,
) -> dto::Responder {
    view::responder(person, *state, *ticket, dispatcher.out_of_touch_since(person, now))
}

/// Returns what was found last of a district's roster, `None` while nobody looks.
pub(crate) fn cover(dispatcher: &Dispatcher, district: &DistrictId) -> Option<LiveMessage> {
    let found = dispatcher.cover_found(district)?;
    let missing = found.people.iter().filter(|it| it.is_missing);
    Some(LiveMessage::Cover {
        at: rfc3339(found.at),
        gaps: found.gaps.iter().map(|gap| roster_routes::gap(gap, &found.clock)).collect(),
        missing: missing.map(roster_routes::on_shift).collect(),
    })
}

/// Returns the telephone calls of a district, and those of nobody known.
pub(crate) fn calls(dispatcher: &Dispatcher, district: &DistrictId) -> LiveMessage {
    let now = dispatcher.clock().now();
    let all = dispatcher.calls();
    let theirs = all.iter().filter(|call| call.district == *district || call.parties.is_empty());
    let calls = theirs.map(|call| view::call(call, now)).collect();
    LiveMessage::Calls { at: rfc3339(now), calls }
}

/// Whose state an event changes.
fn affected_by(happened: &Happened) -> Vec<ResponderId> {
    match &happened.event {
        Event::Closed { .. } => happened.ticket.offers.iter().map(|o| o.responder).collect(),
        event => concerned(event).into_iter().collect(),
    }
}

/// Returns the responder an event is about.
pub(crate) const fn concerned(event: &Event) -> Option<ResponderId> {
    match event {
        Event::Offered { responder, .. }
        | Event::LinkOpened { responder, .. }
        | Event::Accepted { responder, .. }
        | Event::Declined { responder, .. }
        | Event::Expired { responder, .. }
        | Event::Withdrawn { responder, .. }
        | Event::Departed { responder, .. }
        | Event::OnScene { responder, .. }
        | Event::WithSenior { responder, .. }
        | Event::Escorting { responder, .. }
        | Event::Done { responder, .. }
        | Event::EtaLapsed { responder, .. }
        | Event::NotMoving { responder, .. }
        | Event::MovingAgain { responder, .. }
        | Event::SceneQuiet { responder, .. }
        | Event::ArrivalConfirmed { responder, .. }
        | Event::ArrivalDoubted { responder, .. }
        | Event::OfferSeen { responder, .. }
        | Event::StillRings { responder, .. }
        | Event::Distress { responder }
        | Event::SafetyWord { responder, .. }
        | Event::HelpAsked { responder, .. }
        | Event::AddressDoubted { responder, .. }
        | Event::SceneReported { responder, .. }
        | Event::SafetyMissed { responder, .. }
        | Event::EnteredAlone { responder, .. } => Some(*responder),
        Event::TicketOpened { .. }
        | Event::SignalJoined { .. }
        | Event::PoppedUp {}
        | Event::Answered {}
        | Event::TakenOver { .. }
        | Event::Confirmed {}
        | Event::Verified { .. }
        | Event::HoldEnded {}
        | Event::Widened { .. }
        | Event::OperatorsAlarmed { .. }
        | Event::Escalated { .. }
        | Event::Chased { .. }
        // Only suggested: nobody is told but the operators.
        | Event::NearerFree { .. }
        | Event::DevicesListed { .. }
        | Event::Called { .. }
        | Event::Placed { .. }
        | Event::PlaceTakenBack { .. }
        | Event::AddressKept { .. }
        | Event::Located { .. }
        | Event::NoVoice { .. }
        | Event::VoiceHeard { .. }
        | Event::PressedOften { .. }
        | Event::LeaderHeard {}
        | Event::Message { .. }
        | Event::Noted { .. }
        | Event::FamilyTold { .. }
        | Event::CodeRead { .. }
        | Event::PhotoAdded { .. }
        | Event::EntryDecided { .. }
        | Event::EntryForced { .. }
        | Event::EntrySecured { .. }
        | Event::EntryCalledOff { .. }
        | Event::EntryCorrected { .. }
        | Event::Closed { .. }
        | Event::Reopened { .. }
        | Event::FollowedUp { .. }
        | Event::CallBackGivenUp { .. }
        | Event::Reviewed { .. }
        | Event::HandedOver { .. }
        | Event::CardShared { .. }
        | Event::CardRevoked { .. }
        | Event::CardRead { .. }
        | Event::CardOpened {}
        | Event::DeathStated { .. }
        | Event::DeathSigned {}
        | Event::DeathRevoked {}
        | Event::AftercareCancelled {}
        | Event::Archived {} => None,
    }
}
