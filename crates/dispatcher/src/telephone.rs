//! Telephone calls in progress, and the way to the exchange.

use std::collections::BTreeMap;
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_domain::CallId;
use silverbell_store::CallRecord;
use tokio::sync::watch;

/// A call that ended is shown for so long.
pub(crate) const SHOWN_AFTER_END: Duration = Duration::from_secs(30);

/// So many calls are known at once; the oldest gives way.
const MAX_CALLS: usize = 1_024;

/// Why nobody is called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCalled {
    /// There is no exchange.
    #[error("no telephone exchange is connected; set [telephone]")]
    NoExchange,
    /// Nobody knows at which seat this person sits.
    #[error("no seat is set for you; add it to telephone.seats")]
    NoSeat,
    /// The number cannot be dialled.
    #[error("this is no telephone number")]
    NoNumber,
}

/// The way to the exchange.
pub trait Exchange: Send + Sync + std::fmt::Debug {
    /// Returns whether there is one.
    fn is_there(&self) -> bool;

    /// Returns a number in its one form, `None` if it is none.
    fn number(&self, written: &str) -> Option<String>;

    /// Lets the seat of this person ring, and then calls the number. What comes of it is told as any
    /// other call.
    ///
    /// # Errors
    /// [`NotCalled`].
    fn call(&self, username: &str, number: &str, id: CallId) -> Result<(), NotCalled>;
}

/// The calls of all districts.
#[derive(Debug)]
pub(crate) struct Calls {
    /// By the exchange's name.
    all: Mutex<BTreeMap<String, CallRecord>>,
    changed: watch::Sender<()>,
}

impl Default for Calls {
    fn default() -> Self {
        Self { all: Mutex::default(), changed: watch::channel(()).0 }
    }
}

impl Calls {
    pub(crate) fn get(&self, exchange_call: &str) -> Option<CallRecord> {
        self.all.lock().get(exchange_call).cloned()
    }

    pub(crate) fn by_id(&self, id: CallId) -> Option<CallRecord> {
        self.all.lock().values().find(|call| call.id == id).cloned()
    }

    pub(crate) fn put(&self, call: CallRecord) {
        let mut all = self.all.lock();
        if all.len() >= MAX_CALLS && !all.contains_key(&call.exchange_call) {
            let oldest = all.values().min_by_key(|call| call.ringing_at);
            let oldest = oldest.map(|call| call.exchange_call.clone());
            oldest.and_then(|name| all.remove(&name));
        }
        all.insert(call.exchange_call.clone(), call);
        drop(all);
        self.changed.send_replace(());
    }

    pub(crate) fn forget(&self, exchange_call: &str) {
        self.all.lock().remove(exchange_call);
        self.changed.send_replace(());
    }

    pub(crate) fn list(&self) -> Vec<CallRecord> {
        let mut all: Vec<_> = self.all.lock().values().cloned().collect();
        all.sort_by_key(|call| (call.ringing_at, call.id));
        all
    }

    pub(crate) fn follow(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
