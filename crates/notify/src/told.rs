//! What becomes of messages is written into the histories of their tickets; and who was called answers
//! by a key.

use std::sync::Arc;

use async_trait::async_trait;
use metrics::counter;
use silverbell_dispatcher::{Dispatcher, MessageNews, UseCaseError};
use silverbell_domain::{MessageState, OfferId};

use crate::ports::{Progress, Receipts, Report, ReportError};
use crate::teller::{ABOUT_LEADER, ABOUT_OFFER};

/// Writes into histories.
pub struct Told {
    /// The tickets.
    pub dispatcher: Arc<Dispatcher>,
}

#[async_trait]
impl Receipts for Told {
    async fn report(&self, report: Report) -> Result<(), ReportError> {
        let word = match report.progress {
            Progress::Sent { .. } => "sent",
            Progress::Delivered => "delivered",
            Progress::Answered => "answered",
            Progress::Failed { .. } => "failed",
            Progress::Acknowledged { .. } => "acknowledged",
        };
        counter!("silverbell_message_reports_total", "progress" => word).increment(1);
        let Some(ticket) = report.ticket else { return Ok(()) };
        let (state, why) = match &report.progress {
            Progress::Sent { .. } => (MessageState::Sent, None),
            Progress::Delivered => (MessageState::Delivered, None),
            Progress::Answered => (MessageState::Answered, None),
            Progress::Failed { reason } => (MessageState::Failed, Some(reason.clone())),
            Progress::Acknowledged { .. } => (MessageState::Acknowledged, None),
        };
        let news = MessageNews { id: report.message, state, why, at: report.at };
        kept(self.dispatcher.message_is(ticket, news).await)?;
        match &report.progress {
            Progress::Acknowledged { key } => self.answered_by(&report, key).await,
            Progress::Sent { .. } => {
                kept(self.dispatcher.message_rings(ticket, report.message).await)
            }
            Progress::Failed { .. } | Progress::Delivered | Progress::Answered => Ok(()),
        }
    }
}

impl Told {
    /// 1 accepts or confirms, 2 declines; another key says nothing.
    async fn answered_by(&self, report: &Report, key: &str) -> Result<(), ReportError> {
        let (Some(about), Some(ticket)) = (&report.about, report.ticket) else { return Ok(()) };
        match (&*about.kind, key) {
            (ABOUT_OFFER, "1" | "2") => {
                let offer = OfferId(about.subject);
                kept(self.dispatcher.answer_by_telephone(offer, key == "1").await.map(drop))
            }
            (ABOUT_LEADER, "1") => kept(self.dispatcher.leader_heard(ticket).await),
            (_, _) => Ok(()),
        }
    }
}

/// What the ticket's state does not allow is no failure of the report: an offer that is over, for
/// instance. Only what could not be written comes again.
fn kept(outcome: Result<(), UseCaseError>) -> Result<(), ReportError> {
    match outcome {
        Err(UseCaseError::Store(error)) => Err(ReportError(error.to_string())),
        Ok(())
        | Err(
            UseCaseError::NotFound(_) | UseCaseError::Conflict { .. } | UseCaseError::Invalid(_),
        ) => Ok(()),
    }
}
