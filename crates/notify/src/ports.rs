//! What the lanes need of others: a way out, chance, and somebody who hears what became of it.

use std::time::Duration;

use async_trait::async_trait;
use silverbell_domain::{TicketId, UnixMs};
use uuid::Uuid;

use crate::message::{About, Message};

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The outbox row's id, by which a repeat is recognised at the other end.
    pub id: Uuid,
    /// The message.
    pub message: &'a Message,
    /// Its text, filled in.
    pub text: &'a str,
    /// The present.
    pub now: UnixMs,
}

/// What a gateway made of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// It has it, now or since an earlier try.
    Accepted {
        /// What the gateway calls it.
        reference: Option<String>,
    },
    /// It will never take it. In words, without anybody's number.
    Refused(String),
    /// Not this time.
    Failed {
        /// Why, in words, without anybody's number.
        why: String,
        /// Not again before this.
        after: Option<Duration>,
    },
}

/// A way out.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Hands a message over. Bounded in time by whoever implements it.
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover;
}

/// To whom a message goes that was written some time ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// As it was written.
    AsWritten,
    /// To another number by now.
    At(String),
    /// To nobody any more. In words, without anybody's number.
    Nobody(String),
}

/// Who knows whether a message still says what is true, and whose number it is now.
#[async_trait]
pub trait Addressees: Send + Sync {
    /// Returns to whom a message of a ticket goes; asked before each try.
    async fn addressee(
        &self,
        id: Uuid,
        ticket: Option<TicketId>,
        message: &Message,
    ) -> Result<Addressee, ReportError>;
}

/// Chance, for jitter.
pub trait Chance: Send + Sync {
    /// Returns a number from 0 to 1, 1 excluded.
    fn fraction(&self) -> f64;
}

/// A step of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A gateway has it.
    Sent {
        /// What the gateway calls it.
        reference: Option<String>,
    },
    /// It reached the telephone.
    Delivered,
    /// The call was answered.
    Answered,
    /// Given up by us, or lost on the way. In words.
    Failed {
        /// Why.
        reason: String,
    },
    /// Whoever was called pressed a key.
    Acknowledged {
        /// `0` to `9`, `*` or `#`.
        key: String,
    },
}

/// A step of a message, and of which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The outbox row's id.
    pub message: Uuid,
    /// The ticket that caused it.
    pub ticket: Option<TicketId>,
    /// What it is about; `None` when its payload cannot be read.
    pub about: Option<About>,
    /// When.
    pub at: UnixMs,
    /// What.
    pub progress: Progress,
}

/// What is kept cannot be read or written at present: it is tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history cannot be reached: {0}")]
pub struct ReportError(pub String);

/// Who hears what becomes of messages. The same report may come more than once, and a receipt may
/// overtake `Sent`: a gateway may call back before we have written down that it took the message.
#[async_trait]
pub trait Receipts: Send + Sync {
    /// Takes note of a step.
    async fn report(&self, report: Report) -> Result<(), ReportError>;
}
