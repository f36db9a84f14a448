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

mod circuit;
pub mod fake;
mod http;
mod lane;
mod message;
mod network;
mod notify;
mod outbox;
mod pace;
mod phone;
mod ports;
mod receipts;
mod settings;
mod signature;
mod teller;
mod texts;
mod told;
mod webhook;

pub use message::{About, Channel, Ended, Lang, Message, PAYLOAD_VERSION, Template, Unreadable};
pub use notify::{Gateways, Notify, Ports};
pub use outbox::Outbox;
pub use pace::attempts_at_most;
pub use ports::{Chance, Gateway, Handover, Outgoing, Progress, Receipts, Report, ReportError};
pub use receipts::{BadReceipt, ReceiptDesk, State, ToldReceipt, openapi, read_receipt, router};
pub use settings::{PhoneSettings, Secret, Settings, SettingsError, WebhookSettings};
pub use signature::{SIGNATURE_HEADER, TOLERANCE_S, sign, verify};
pub use teller::{Teller, Ways};
pub use texts::{TextError, Texts};
pub use told::Told;
