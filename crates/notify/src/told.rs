//! What becomes of messages is written into the histories of their tickets; and who was called answers
//! by a key.

use std::sync::Arc;

use async_trait::async_trait;
use metrics::counter;
use silverbell_dispatcher::{Dispatcher, MessageNews, UseCaseError};
use silverbell_domain::{MessageState, OfferId, OfferState, Ticket, TicketId};
use silverbell_store::StoreError;
use uuid::Uuid;

use crate::family;
use crate::message::{Message, Template};
use crate::news::ABOUT_TICKET;
use crate::ports::{Addressee, Addressees, Progress, Receipts, Report, ReportError};
use crate::teller::{ABOUT_FAMILY, ABOUT_LEADER, ABOUT_OFFER};

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
        // What others' systems are told is no line of the history: the history is what they are told.
        if report.about.as_ref().is_some_and(|about| about.kind == ABOUT_TICKET) {
            return Ok(());
        }
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

#[async_trait]
impl Addressees for Told {
    async fn addressee(
        &self,
        id: Uuid,
        ticket: Option<TicketId>,
        message: &Message,
    ) -> Result<Addressee, ReportError> {
        let is_known = |_: &TicketId| matches!(&*message.about.kind, ABOUT_FAMILY | ABOUT_OFFER);
        let Some(ticket) = ticket.filter(is_known) else { return Ok(Addressee::AsWritten) };
        let store = self.dispatcher.store();
        let away = |error: StoreError| ReportError(error.to_string());
        let Some(ticket) = store.ticket(ticket).await.map_err(away)? else {
            return Ok(Addressee::AsWritten);
        };
        if message.about.kind == ABOUT_OFFER {
            return Ok(asked(&ticket, message));
        }
        let senior = match ticket.senior {
            Some(senior) => store.senior(senior).await.map_err(away)?,
            None => None,
        };
        let written = ticket.messages.iter().find(|known| known.id == id);
        let (Some(senior), Some(written)) = (senior, written) else {
            return Ok(Addressee::AsWritten);
        };
        Ok(family::addressee(&ticket, &senior, written, &message.template, &message.to))
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

/// Whoever has given a sign of life is told of an offer by no other way; that it is withdrawn is told.
fn asked(ticket: &Ticket, message: &Message) -> Addressee {
    let asks = matches!(
        message.template,
        Template::OfferPush { .. } | Template::OfferSms { .. } | Template::OfferVoice { .. }
    );
    let offer = ticket.offer(OfferId(message.about.subject));
    match offer.filter(|_| asks) {
        Some(offer) if offer.seen_at.is_some() => {
            Addressee::Nobody("not needed: the offer was seen on the page meanwhile".into())
        }
        Some(offer) if !matches!(offer.state, OfferState::Offered) => {
            Addressee::Nobody("not needed: the offer was answered or over meanwhile".into())
        }
        Some(_) | None => Addressee::AsWritten,
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
