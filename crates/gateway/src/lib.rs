//! From phones and watches: bytes become signals, and are answered only when they are kept.
//!
//! Decoders are pure functions; the sessions around them are small. An alarm is never refused for
//! what is doubtful about it: a wrong key, an unknown device, a clock years off, a position that
//! cannot be, all open a ticket with a flag. Only the store being away is told to the device, by
//! 503 or by silence and a closed connection, so that it tries again.

mod damaged;
mod device_port;
mod http;
mod intake;
mod lines;
mod locator;
mod models;
mod pace;
mod phones;
mod receive;
mod session;
mod sos_body;
mod telephone;
mod to_say;

use std::sync::Arc;

use metrics::counter;
use silverbell_dispatcher::Dispatcher;
use silverbell_domain::{Protocol, SignalKind};

pub use device_port::{NewConversation, PortSettings, serve_devices};
pub use http::{openapi, router};
pub use lines::Lines;
pub use locator::Locator;
pub use models::{Model, Models};
pub use phones::{osmand_port, owntracks_port};
pub use telephone::{ExchangeKind, NoExchange, Telephone, TelephoneSettings};

/// What the device routes and sessions share.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Where signals go.
    pub dispatcher: Arc<Dispatcher>,
    /// What is peculiar to models.
    pub models: Arc<Models>,
    /// Where masts and access points stand.
    pub locator: Arc<dyn Locator>,
    /// Who is connected.
    pub lines: Lines,
}

/// Counts a signal that was understood.
fn count(kind: SignalKind, protocol: Protocol) {
    counter!("silverbell_signals_total", "kind" => kind.as_str(), "protocol" => protocol.as_str())
        .increment(1);
}
