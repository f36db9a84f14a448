//! To people outside: the messages that the dispatcher writes into the outbox, handed over to the
//! gateways that send them, and the receipts that come back.
//!
//! A message is a row of the outbox, written in the transaction that causes it. Each channel has a
//! lane of its own (`lane.rs`), so that an outage of one holds up no other: it leases what is due,
//! the most urgent first, hands it over with the row's id as the idempotency key, and says what
//! became of it. A circuit for each gateway (`circuit.rs`) notices an outage: then one message at a
//! time is tried, and no attempts are lost. What is given up is finished with a reason in words.
//!
//! Texts are checked when the service starts (`texts.rs`), never at sending time.

mod browsers;
mod circuit;
mod digest;
pub mod fake;
pub mod fake_push;
mod family;
mod http;
mod lane;
mod local;
mod message;
mod network;
mod news;
mod night;
mod notify;
mod outbox;
mod pace;
mod phone;
mod ports;
mod push;
mod push_key;
mod receipts;
mod settings;
mod signature;
mod teller;
mod texts;
mod told;
mod webhook;

pub use browsers::{Browser, Browsers, NotKept};
pub use http::Trust;
pub use local::DigestTime;
pub use message::{About, Channel, Ended, Lang, Message, PAYLOAD_VERSION, Template, Unreadable};
pub use news::{TicketNews, USUAL_EVENTS, Webhooks};
pub use notify::{Gateways, Notify, Ports};
pub use outbox::Outbox;
pub use pace::attempts_at_most;
pub use ports::{
    Addressee, Addressees, Chance, Gateway, Handover, Outgoing, Progress, Receipts, Report,
    ReportError,
};
pub use push::Push;
pub use push_key::{BadPushKey, PushKey};
pub use receipts::{BadReceipt, ReceiptDesk, State, ToldReceipt, openapi, read_receipt, router};
pub use settings::{PhoneSettings, Secret, Settings, SettingsError, WebhookSettings};
pub use signature::{SIGNATURE_HEADER, TOLERANCE_S, sign, verify};
pub use teller::{Teller, Ways};
pub use texts::{TextError, Texts};
pub use told::Told;
