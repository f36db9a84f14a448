//! The telephone exchange: what it tells of calls becomes records, pop-ups and call-backs.
//!
//! One connection, kept for ever: logged in, listened to, and opened anew when it is lost ([`line`]).
//! The decoders are pure ([`silverbell_protocols::telephone`]); here are the socket, the clock and the
//! search for whose number it is. What is told goes from the line to the desk through a queue, and
//! from the desk to the dispatcher, which shows it at once and keeps it afterwards.

mod line;
mod link;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_dispatcher::{Exchange, ExchangeLink, NotCalled, OtherParty};
use silverbell_domain::{CallId, DistrictId, Senior, UnixMs};
use silverbell_protocols::telephone::{AreaCode, CallEvent, CallResult, Direction, Number, Party};
use silverbell_store::{CallRecord, SeniorQuery};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::Gateway;
use line::{Asked, Line};

/// So many people may ask to be connected at once.
const MAX_ASKED: usize = 64;

/// So much may wait between the line and the desk: the calls of a storm night, each with all that is
/// told of it.
const MAX_NEWS: usize = 4_096;

/// So many seniors are looked at who may have a number.
const MAX_OWNERS: u32 = 50;

/// The file pops up without them if it takes longer: the call rings.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(2);

/// Which exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeKind {
    /// Asterisk, by its manager interface.
    Asterisk,
    /// FreeSWITCH, by its event socket.
    FreeSwitch,
}

/// Where the exchange is, and how it is set up.
#[derive(Clone)]
pub struct TelephoneSettings {
    /// Which.
    pub kind: ExchangeKind,
    /// `HOST:PORT`.
    pub address: String,
    /// The name to log in with; FreeSWITCH has none.
    pub user: String,
    /// The secret or password.
    pub secret: String,
    /// For numbers written without one.
    pub area: Option<AreaCode>,
    /// What leads outside; none: guessed.
    pub trunks: Vec<String>,
    /// The dialplan's context that calls out.
    pub context: String,
    /// How long a seat rings for a click-to-call, milliseconds.
    pub ring_ms: u32,
    /// A call that stands open and that the exchange does not tell of for so long after it was
    /// connected is over.
    pub unheard_after: Duration,
    /// The seats of people, by log-in name.
    pub seats: BTreeMap<String, String>,
    /// Where calls of nobody go.
    pub default_district: DistrictId,
}

impl std::fmt::Debug for TelephoneSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, address, .. } = self;
        f.debug_struct("TelephoneSettings")
            .field("kind", kind)
            .field("address", address)
            .finish_non_exhaustive()
    }
}

/// No exchange is set.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoExchange;

impl Exchange for NoExchange {
    fn link(&self) -> Option<ExchangeLink> {
        None
    }

    fn callable(&self, _username: &str, _written: &str) -> Result<String, NotCalled> {
        Err(NotCalled::NoExchange)
    }

    fn call(&self, _username: &str, _number: &str, _id: CallId) -> Result<(), NotCalled> {
        Err(NotCalled::NoExchange)
    }
}

/// Whether the exchange is connected, and since when.
#[derive(Debug)]
struct Presence(Mutex<(bool, Instant)>);

impl Default for Presence {
    fn default() -> Self {
        Self(Mutex::new((false, Instant::now())))
    }
}

impl Presence {
    /// Notes how it is now; the same again changes nothing.
    fn is_now(&self, is_connected: bool) {
        let mut presence = self.0.lock();
        if presence.0 != is_connected {
            *presence = (is_connected, Instant::now());
        }
    }

    fn link(&self) -> ExchangeLink {
        let (is_connected, since) = *self.0.lock();
        ExchangeLink { is_connected, lasts: since.elapsed() }
    }
}

/// The way to a connected exchange.
#[derive(Debug)]
pub struct Telephone {
    settings: Arc<TelephoneSettings>,
    asked: mpsc::Sender<Asked>,
    presence: Arc<Presence>,
    waiting: Mutex<Option<mpsc::Receiver<Asked>>>,
}

impl Telephone {
    /// Returns the way to an exchange, to which [`Self::run`] connects.
    #[must_use]
    pub fn new(settings: TelephoneSettings) -> Arc<Self> {
        let (asked, waiting) = mpsc::channel(MAX_ASKED);
        let waiting = Mutex::new(Some(waiting));
        let presence = Arc::default();
        Arc::new(Self { settings: Arc::new(settings), asked, presence, waiting })
    }

    /// Keeps the connection until `stop` is cancelled. To be called once.
    pub async fn run(self: Arc<Self>, gateway: Gateway, stop: CancellationToken) {
        let Some(asked) = self.waiting.lock().take() else { return };
        let (tell, news) = mpsc::channel(MAX_NEWS);
        let desk = Desk { gateway, settings: self.settings.clone(), connected_at: None };
        let mut line = Line::new(self.settings.clone(), tell, asked, self.presence.clone());
        // Neither waits for the other, and both end together.
        tokio::select! {
            () = line.run(&stop) => {}
            () = desk.run(news) => {}
        }
    }
}

impl Exchange for Telephone {
    fn link(&self) -> Option<ExchangeLink> {
        Some(self.presence.link())
    }

    fn callable(&self, username: &str, written: &str) -> Result<String, NotCalled> {
        let number = Number::read(written, self.settings.area.as_ref());
        let number = number.ok_or(NotCalled::NoNumber)?;
        let has_seat = self.settings.seats.contains_key(username);
        has_seat.then(|| number.as_str().to_owned()).ok_or(NotCalled::NoSeat)
    }

    fn call(&self, username: &str, number: &str, id: CallId) -> Result<(), NotCalled> {
        if !self.presence.link().is_connected {
            return Err(NotCalled::NotConnected);
        }
        let seat = self.settings.seats.get(username).ok_or(NotCalled::NoSeat)?.clone();
        let number =
            Number::read(number, self.settings.area.as_ref()).ok_or(NotCalled::NoNumber)?;
        self.asked.try_send(Asked { seat, number, id }).map_err(|_| NotCalled::NotConnected)
    }
}

/// What the line tells the desk.
#[derive(Debug)]
enum News {
    /// The exchange is connected from now on.
    Connected,
    /// Something happened to a call.
    Event(CallEvent),
    /// Long enough after it was connected: these are the calls it told of since then.
    AtHand(BTreeSet<String>),
}

/// Where what an exchange tells is taken down.
struct Desk {
    gateway: Gateway,
    settings: Arc<TelephoneSettings>,
    /// When the exchange was connected last.
    connected_at: Option<UnixMs>,
}

impl Desk {
    async fn run(mut self, mut news: mpsc::Receiver<News>) {
        while let Some(news) = news.recv().await {
            self.take(news).await;
        }
    }

    async fn take(&mut self, news: News) {
        let dispatcher = &self.gateway.dispatcher;
        match news {
            News::Connected => self.connected_at = Some(dispatcher.clock().now()),
            News::AtHand(names) => {
                if let Some(connected_at) = self.connected_at {
                    dispatcher.calls_at_hand(names, connected_at);
                }
            }
            News::Event(CallEvent::Ringing { call, direction, from, to }) => {
                let outgoing = direction == Direction::Outgoing;
                let party = if outgoing { Party { number: to, ..Party::default() } } else { from };
                self.rang(&call, outgoing, party).await;
            }
            News::Event(CallEvent::Caller { call, from }) => self.rang(&call, false, from).await,
            News::Event(CallEvent::Answered { call, by }) => {
                dispatcher.call_answered(&call, self.who_sits_at(by));
            }
            News::Event(CallEvent::Ended { call, result, recording }) => {
                let is_unanswered = matches!(result, CallResult::Abandoned | CallResult::Missed);
                dispatcher.call_ended(&call, result.as_str(), is_unanswered, recording);
            }
        }
    }

    async fn rang(&self, call: &str, outgoing: bool, party: Party) {
        let (party, before) = tokio::join!(self.identify(party), self.before(call));
        let default = &self.settings.default_district;
        self.gateway.dispatcher.call_rang(call, outgoing, party, default, before);
    }

    /// Returns what was known of the call before the service started.
    async fn before(&self, call: &str) -> Option<CallRecord> {
        match timeout(LOOK_UP_WITHIN, self.gateway.dispatcher.call_before(call)).await {
            Ok(Ok(before)) => before,
            // The keeper of calls will find it under the same identity.
            Ok(Err(_)) | Err(_) => None,
        }
    }

    /// Finds the seniors who, or whose contacts, have the number.
    async fn identify(&self, party: Party) -> OtherParty {
        let seniors = match &party.number {
            Some(number) => self.owners(number).await,
            None => Vec::new(),
        };
        let number = party.number.map(|number| number.as_str().to_owned());
        OtherParty { number, withheld: party.withheld, seniors }
    }

    async fn owners(&self, number: &Number) -> Vec<(Senior, Option<String>)> {
        let districts: Vec<DistrictId> =
            self.gateway.dispatcher.boards().iter().map(|board| board.district().clone()).collect();
        let query = SeniorQuery::Phone(number.tail().to_owned());
        let store = self.gateway.dispatcher.store();
        let found =
            timeout(LOOK_UP_WITHIN, store.find_seniors(&districts, query, MAX_OWNERS)).await;
        let found = match found {
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => {
                tracing::error!("it cannot be looked up whose telephone call this is");
                Vec::new()
            }
        };
        let is_theirs = |written: &str| {
            Number::read(written, self.settings.area.as_ref()).as_ref() == Some(number)
        };
        let owners = found.into_iter().filter_map(|senior| {
            if is_theirs(&senior.phone) {
                return Some((senior, None));
            }
            let contact = senior.contacts.iter().find(|contact| is_theirs(&contact.phone))?;
            let relation = contact.relation.clone();
            Some((senior, Some(relation)))
        });
        owners.collect()
    }

    /// Returns who sits at a seat, or the seat.
    fn who_sits_at(&self, seat: Option<String>) -> Option<String> {
        let seat = seat?;
        let sits = self.settings.seats.iter().find(|(_, place)| **place == seat);
        Some(sits.map_or(seat.clone(), |(person, _)| person.clone()))
    }
}
