//! The telephone exchange: what it tells of calls becomes records, pop-ups and call-backs.
//!
//! One connection, kept for ever: logged in, listened to, and opened anew when it is lost. The
//! decoders are pure ([`silverbell_protocols::telephone`]); here are the socket, the clock and the
//! search for whose number it is.

mod line;
mod link;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_dispatcher::{Exchange, NotCalled, OtherParty};
use silverbell_domain::{CallId, DistrictId, Senior};
use silverbell_protocols::telephone::{AreaCode, CallEvent, CallResult, Direction, Number, Party};
use silverbell_store::SeniorQuery;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::Gateway;
use line::{Asked, Line};

/// So many people may ask to be connected at once.
const MAX_ASKED: usize = 64;

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
    fn is_there(&self) -> bool {
        false
    }

    fn number(&self, _written: &str) -> Option<String> {
        None
    }

    fn call(&self, _username: &str, _number: &str, _id: CallId) -> Result<(), NotCalled> {
        Err(NotCalled::NoExchange)
    }
}

/// The way to a connected exchange.
#[derive(Debug)]
pub struct Telephone {
    settings: Arc<TelephoneSettings>,
    asked: mpsc::Sender<Asked>,
    /// Whether the exchange is connected now.
    is_open: Arc<AtomicBool>,
    waiting: Mutex<Option<mpsc::Receiver<Asked>>>,
}

impl Telephone {
    /// Returns the way to an exchange, to which [`Self::run`] connects.
    #[must_use]
    pub fn new(settings: TelephoneSettings) -> Arc<Self> {
        let (asked, waiting) = mpsc::channel(MAX_ASKED);
        let waiting = Mutex::new(Some(waiting));
        let is_open = Arc::default();
        Arc::new(Self { settings: Arc::new(settings), asked, is_open, waiting })
    }

    /// Keeps the connection until `stop` is cancelled. To be called once.
    pub async fn run(self: Arc<Self>, gateway: Gateway, stop: CancellationToken) {
        let Some(asked) = self.waiting.lock().take() else { return };
        let desk = Desk { gateway, settings: self.settings.clone() };
        Line::new(desk, asked, self.is_open.clone()).run(&stop).await;
    }
}

impl Exchange for Telephone {
    fn is_there(&self) -> bool {
        true
    }

    fn number(&self, written: &str) -> Option<String> {
        Number::read(written, self.settings.area.as_ref()).map(|number| number.as_str().to_owned())
    }

    fn call(&self, username: &str, number: &str, id: CallId) -> Result<(), NotCalled> {
        if !self.is_open.load(Ordering::Relaxed) {
            return Err(NotCalled::NoExchange);
        }
        let seat = self.settings.seats.get(username).ok_or(NotCalled::NoSeat)?.clone();
        let number =
            Number::read(number, self.settings.area.as_ref()).ok_or(NotCalled::NoNumber)?;
        self.asked.try_send(Asked { seat, number, id }).map_err(|_| NotCalled::NoExchange)
    }
}

/// Where what an exchange tells is taken down.
pub(crate) struct Desk {
    gateway: Gateway,
    pub(crate) settings: Arc<TelephoneSettings>,
}

impl Desk {
    /// Takes one event down. An error is logged: the next event must be heard.
    pub(crate) async fn take(&self, event: CallEvent) {
        let dispatcher = &self.gateway.dispatcher;
        let default = &self.settings.default_district;
        let taken = match event {
            CallEvent::Ringing { call, direction, from, to } => {
                let outgoing = direction == Direction::Outgoing;
                let party = if outgoing { Party { number: to, ..Party::default() } } else { from };
                let party = self.identify(party).await;
                let rang = dispatcher.call_rang(&call, outgoing, party, default).await;
                rang.map_err(Into::into)
            }
            CallEvent::Caller { call, from } => {
                let party = self.identify(from).await;
                let rang = dispatcher.call_rang(&call, false, party, default).await;
                rang.map_err(Into::into)
            }
            CallEvent::Answered { call, by } => {
                let answered = dispatcher.call_answered(&call, self.who_sits_at(by)).await;
                answered.map_err(Into::into)
            }
            CallEvent::Ended { call, result, recording } => {
                let is_unanswered = matches!(result, CallResult::Abandoned | CallResult::Missed);
                dispatcher.call_ended(&call, result.as_str(), is_unanswered, recording).await
            }
        };
        if let Err(error) = taken {
            tracing::error!(%error, "a telephone call is shown and not recorded");
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
