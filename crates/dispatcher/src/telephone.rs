//! Telephone calls in progress, their keeper, and the way to the exchange.
//!
//! What an exchange tells is shown at once, from memory; [`keep`] then brings it to the store, one
//! call after the other, and again until it is there. So a slow store delays no pop-up, and whoever
//! reached nobody is called back however long it is away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use parking_lot::Mutex;
use silverbell_domain::{CallId, TicketId, UnixMs};
use silverbell_store::{CallFact, CallRecord};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;

/// A call that ended is shown for so long.
const SHOWN_AFTER_END: Duration = Duration::from_secs(30);

/// So many calls are known at once; the oldest gives way, first of those of which all is kept, and
/// first of those that are over.
pub(crate) const MAX_CALLS: usize = 1_024;

/// What is not kept is tried again so often…
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// …and what fails while the store is there more and more seldom, but at least so often.
const TRY_AGAIN_WITHIN: Duration = Duration::from_secs(60);

/// What fails for so long while the store is there is given up: a record makes no sense, nobody has
/// mended it, and the log says which.
const GIVE_UP_AFTER: Duration = Duration::from_secs(3_600);

/// Why nobody is called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCalled {
    /// There is no exchange.
    #[error("no telephone exchange is set; set [telephone]")]
    NoExchange,
    /// It is not connected, or has more to do than it can.
    #[error("the telephone exchange takes no call now; dial by hand, or try again")]
    NotConnected,
    /// Nobody knows at which seat this person sits.
    #[error("no seat is set for you; add it to telephone.seats")]
    NoSeat,
    /// The number cannot be dialled.
    #[error("this is no telephone number")]
    NoNumber,
}

/// Whether an exchange is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeLink {
    /// Whether it is.
    pub is_connected: bool,
    /// For how long it has been so.
    pub lasts: Duration,
}

/// The way to the exchange.
pub trait Exchange: Send + Sync + std::fmt::Debug {
    /// Returns whether it is connected, where there is one.
    fn link(&self) -> Option<ExchangeLink>;

    /// Returns the number in its one form if this person may have it called.
    ///
    /// # Errors
    /// [`NotCalled`], for what a call would fail at whatever the exchange does.
    fn callable(&self, username: &str, written: &str) -> Result<String, NotCalled>;

    /// Lets the seat of this person ring, and then calls the number. What comes of it is told as any
    /// other call.
    ///
    /// # Errors
    /// [`NotCalled`].
    fn call(&self, username: &str, number: &str, id: CallId) -> Result<(), NotCalled>;
}

/// A call that is shown, and what of it is not kept yet.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    /// How its record begins where there is none.
    pub(crate) begun: CallRecord,
    /// As it is known now.
    pub(crate) call: CallRecord,
    /// What is not kept, at most one fact of each kind.
    pub(crate) unkept: Vec<CallFact>,
    /// The ticket whose history shall say that it rings.
    pub(crate) to_note: Option<TicketId>,
    /// Its end while that is not answered for: it is kept afterwards, so that a call which a stopped
    /// process did not answer for is still open in the store.
    pub(crate) end: Option<End>,
    trouble: Option<Trouble>,
    /// Since when it is over and all of it is kept.
    done_at: Option<Instant>,
}

/// Something of a call cannot be kept, and not because the store is away.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    since: Instant,
    next_try_at: Instant,
}

/// How a call ended, as it was told.
#[derive(Clone, Debug)]
pub(crate) struct HeardEnd {
    pub(crate) at: UnixMs,
    pub(crate) result: String,
    /// Whether no person had answered.
    pub(crate) is_unanswered: bool,
    pub(crate) recording: Option<String>,
}

/// The end of a call, to be answered for.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) fact: CallFact,
    pub(crate) result: String,
    /// Whether whoever called is to be called back.
    pub(crate) is_unanswered: bool,
    /// The ticket that is opened for that, chosen once: a repeat after an answer that was lost opens
    /// no other.
    pub(crate) call_back: TicketId,
}

impl Live {
    fn new(call: CallRecord) -> Self {
        Self {
            begun: call.clone(),
            call,
            unkept: Vec::new(),
            to_note: None,
            end: None,
            trouble: None,
            done_at: None,
        }
    }

    /// Takes in a fact that is to be kept.
    pub(crate) fn learn(&mut self, fact: CallFact) {
        self.call.learn(&fact);
        let fact = match fact {
            // Told again, it takes the place of what was told before: it tells all that is known.
            CallFact::Told { .. } => {
                if self.call.ended_at.is_none() {
                    (self.end, self.done_at) = (None, None);
                }
                CallFact::Told {
                    district: self.call.district.clone(),
                    number: self.call.number.clone(),
                    withheld: self.call.withheld,
                    parties: self.call.parties.clone(),
                }
            }
            fact => fact,
        };
        let kind = std::mem::discriminant(&fact);
        self.unkept.retain(|other| std::mem::discriminant(other) != kind);
        self.unkept.push(fact);
    }

    fn is_kept(&self) -> bool {
        self.unkept.is_empty() && self.to_note.is_none() && self.end.is_none()
    }

    fn is_due(&self, now: Instant) -> bool {
        !self.is_kept() && self.trouble.is_none_or(|trouble| trouble.next_try_at <= now)
    }
}

/// Which calls the exchange knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AtHand {
    pub(crate) names: BTreeSet<String>,
    /// Of those that began before then.
    pub(crate) before: UnixMs,
}

/// The calls of all districts.
#[derive(Debug)]
pub(crate) struct Calls {
    /// By the exchange's name.
    all: Mutex<BTreeMap<String, Live>>,
    /// The ends of calls that are not shown, until the store was asked for the calls.
    unshown: Mutex<BTreeMap<String, HeardEnd>>,
    at_hand: Mutex<Option<AtHand>>,
    changed: watch::Sender<()>,
    to_keep: Notify,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            unshown: Mutex::default(),
            at_hand: Mutex::default(),
            changed: watch::channel(()).0,
            to_keep: Notify::new(),
        }
    }
}

impl Calls {
    pub(crate) fn get(&self, exchange_call: &str) -> Option<Live> {
        self.all.lock().get(exchange_call).cloned()
    }

    pub(crate) fn by_id(&self, id: CallId) -> Option<Live> {
        self.all.lock().values().find(|live| live.call.id == id).cloned()
    }

    /// Shows a call, unless it is shown already.
    pub(crate) fn begin(&self, call: CallRecord) {
        let mut all = self.all.lock();
        if all.contains_key(&call.exchange_call) {
            return;
        }
        if all.len() >= MAX_CALLS {
            let worth =
                |it: &&Live| (!it.is_kept(), it.call.ended_at.is_none(), it.call.ringing_at);
            let least = all.values().min_by_key(worth).map(|live| live.call.exchange_call.clone());
            let gone = least.and_then(|name| all.remove(&name));
            if let Some(lost) = gone.filter(|live| !live.is_kept()) {
                counter!("silverbell_telephone_calls_lost_total").increment(1);
                let call = lost.call.id;
                tracing::error!(%call, "too many telephone calls are not recorded yet: one is lost");
            }
        }
        all.insert(call.exchange_call.clone(), Live::new(call));
        drop(all);
        self.changed.send_replace(());
    }

    /// Changes what is known of a call, if it is shown, and has it kept.
    pub(crate) fn change(&self, exchange_call: &str, change: impl FnOnce(&mut Live)) {
        if let Some(live) = self.all.lock().get_mut(exchange_call) {
            change(live);
        }
        self.changed.send_replace(());
        self.to_keep.notify_one();
    }

    /// Takes in a fact that is kept already.
    pub(crate) fn learnt(&self, id: CallId, fact: &CallFact) {
        let mut all = self.all.lock();
        if let Some(live) = all.values_mut().find(|live| live.call.id == id) {
            live.call.learn(fact);
        }
        drop(all);
        self.changed.send_replace(());
    }

    /// Takes in the record as the store has it, these facts included.
    pub(crate) fn kept(&self, exchange_call: &str, facts: &[CallFact], record: CallRecord) {
        let mut all = self.all.lock();
        let Some(live) = all.get_mut(exchange_call) else { return };
        live.unkept.retain(|fact| !facts.contains(fact));
        live.call.complete(record);
        let end = live.end.as_ref().map(|end| &end.fact);
        live.unkept.iter().chain(end).for_each(|fact| live.call.learn(fact));
        live.trouble = None;
        drop(all);
        self.changed.send_replace(());
    }

    /// Notes a failure that is the call's own; returns whether what failed is given up.
    pub(crate) fn failed(&self, exchange_call: &str, now: Instant) -> bool {
        let mut all = self.all.lock();
        let Some(live) = all.get_mut(exchange_call) else { return false };
        let since = live.trouble.map_or(now, |trouble| trouble.since);
        let lasts = now - since;
        // As long again as it has lasted: a second, two, four.
        let next_try_at = now + lasts.clamp(KEEP_EVERY, TRY_AGAIN_WITHIN);
        live.trouble = Some(Trouble { since, next_try_at });
        lasts >= GIVE_UP_AFTER
    }

    pub(crate) fn forget(&self, exchange_call: &str) {
        self.all.lock().remove(exchange_call);
        self.changed.send_replace(());
    }

    /// Returns the names of those of which something is to be kept now, the oldest first.
    pub(crate) fn unkept(&self, now: Instant) -> Vec<String> {
        let all = self.all.lock();
        let mut unkept: Vec<_> = all.values().filter(|live| live.is_due(now)).collect();
        unkept.sort_by_key(|live| live.call.ringing_at);
        unkept.into_iter().map(|live| live.call.exchange_call.clone()).collect()
    }

    /// Forgets the calls that have been over and kept for long enough to have been seen.
    pub(crate) fn forget_old(&self, now: Instant) {
        let mut all = self.all.lock();
        let before = all.len();
        for live in all.values_mut().filter(|live| live.is_kept() && live.call.ended_at.is_some()) {
            live.done_at.get_or_insert(now);
        }
        all.retain(|_, live| live.done_at.is_none_or(|since| since + SHOWN_AFTER_END > now));
        let is_less = all.len() < before;
        drop(all);
        if is_less {
            self.changed.send_replace(());
        }
    }

    pub(crate) fn list(&self) -> Vec<CallRecord> {
        let mut all: Vec<_> = self.all.lock().values().map(|live| live.call.clone()).collect();
        all.sort_by_key(|call| (call.ringing_at, call.id));
        all
    }

    pub(crate) fn follow(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Notes how a call ended that is not shown, until the store was asked for it.
    pub(crate) fn ended_unshown(&self, exchange_call: &str, end: HeardEnd) {
        let mut unshown = self.unshown.lock();
        if unshown.len() >= MAX_CALLS {
            counter!("silverbell_telephone_calls_lost_total").increment(1);
            let call = CallRecord::identity(exchange_call);
            tracing::error!(%call, "too many telephone calls end that are not shown: an end is lost");
            return;
        }
        unshown.entry(exchange_call.to_owned()).or_insert(end);
        drop(unshown);
        self.to_keep.notify_one();
    }

    pub(crate) fn unshown(&self) -> Vec<(String, HeardEnd)> {
        let unshown = self.unshown.lock();
        unshown.iter().map(|(name, end)| (name.clone(), end.clone())).collect()
    }

    /// The store was asked.
    pub(crate) fn forget_unshown(&self, exchange_call: &str) {
        self.unshown.lock().remove(exchange_call);
    }

    /// Has the calls ended that began before and are not at hand any more.
    pub(crate) fn sift(&self, at_hand: AtHand) {
        *self.at_hand.lock() = Some(at_hand);
        self.to_keep.notify_one();
    }

    pub(crate) fn to_sift(&self) -> Option<AtHand> {
        self.at_hand.lock().clone()
    }

    /// Notes that this was done, unless there are newer ones.
    pub(crate) fn sifted(&self, done: &AtHand) {
        self.at_hand.lock().take_if(|at_hand| at_hand == done);
    }
}

/// Brings what is told of calls to the store, until `stop`.
pub(crate) async fn keep(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut again = interval(KEEP_EVERY);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut has_complained = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = dispatcher.calls.to_keep.notified() => {}
            _ = again.tick() => {}
        }
        let Some(kept) = stop.run_until_cancelled(dispatcher.keep_calls()).await else { return };
        match kept {
            Ok(()) => has_complained = false,
            // A long night is not told every second.
            Err(_) if has_complained => {}
            Err(error) => {
                has_complained = true;
                tracing::error!(%error, "telephone calls are shown and not recorded yet");
            }
        }
        dispatcher.calls.forget_old(Instant::now());
    }
}

#[cfg(test)]
#[path = "telephone_tests.rs"]
mod tests;
