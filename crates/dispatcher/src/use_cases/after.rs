//! After the door: calls back, what comes of them, and filing away.

use std::sync::Arc;

use silverbell_domain::{
    CallBack, DISSATISFIED, DeadlineKind, DistrictId, Event, Handling, NewEvent, Senior, Ticket,
    TicketId, UnixMs, open_complaint, open_unreached_visit,
};
use silverbell_store::{StoreError, TicketCommit, TicketPage};

use super::{Actor, Beside};
use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Records a call back after a ticket was closed. Whoever is dissatisfied gets a complaint, for
    /// somebody else than who closed the ticket to look into; whom nobody reached after an emergency is
    /// visited. Both are opened with the record, or nothing is.
    ///
    /// # Errors
    /// [`UseCaseError`], as of every call of the desk.
    pub async fn follow_up(
        &self,
        id: TicketId,
        result: String,
        satisfaction: Option<u8>,
        note: Option<String>,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let senior = match self.ticket(id).await?.senior {
            Some(senior) => self.store.senior(senior).await?,
            None => None,
        };
        let new_id = TicketId(self.ids.next());
        let is_complaint = satisfaction.is_some_and(|grade| grade <= DISSATISFIED);
        let tickets = |ticket: &Ticket, events: &[NewEvent], now: UnixMs| {
            let Some(senior) = &senior else { return Vec::new() };
            let opened = if is_complaint && ticket.complaints > 1 {
                // It stands in the history of the ticket that the complaint is about.
                None
            } else if is_complaint {
                let (note, by) = (note.clone(), actor.person());
                Some(open_complaint(new_id, senior, ticket, note, by, now, self.policy()))
            } else {
                self.unreached(new_id, senior, events, now)
            };
            let part = |(ticket, events)| TicketCommit { ticket, expected_version: 0, events };
            opened.map(part).into_iter().collect()
        };
        let idempotency = actor.idempotency.as_ref();
        let beside = Beside { messages: &[], tickets: &tickets };
        let changed = self
            .try_change_beside(id, idempotency, beside, |ticket, now| {
                let (result, note) = (result.clone(), note.clone());
                ticket.follow_up(actor.user, result, satisfaction, note, now, self.policy())
            })
            .await?;
        self.settled(changed, idempotency).await
    }

    /// A week later nobody is visited for not answering.
    fn unreached(
        &self,
        id: TicketId,
        senior: &Senior,
        events: &[NewEvent],
        now: UnixMs,
    ) -> Option<(Ticket, Vec<NewEvent>)> {
        let given_up = events.iter().find_map(|event| match event.event {
            Event::CallBackGivenUp { call: CallBack::First, tried } => Some(tried),
            _ => None,
        });
        Some(open_unreached_visit(id, senior, given_up?, now, self.policy()))
    }

    /// Returns the tickets whose senior has to be called back before then, the longest due first.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn call_backs(
        &self,
        districts: &[DistrictId],
        before: UnixMs,
        page: TicketPage,
    ) -> Result<Vec<Ticket>, UseCaseError> {
        Ok(self.store.tickets_due(districts, DeadlineKind::CallBack, before, page).await?)
    }

    /// Files away what nobody has to be called about any more. One that cannot be filed away, or not yet
    /// by a policy that was changed since, keeps no other open.
    ///
    /// # Errors
    /// [`UseCaseError::Store`]: the next round tries again.
    pub(crate) async fn archive_round(&self) -> Result<(), UseCaseError> {
        /// So many at once.
        const AT_ONCE: u32 = 100;
        let boards = self.boards();
        let districts: Vec<_> = boards.iter().map(|board| board.district().clone()).collect();
        let (kind, now) = (DeadlineKind::Archive, self.clock.now());
        let mut stays = 0;
        while !self.stop.is_cancelled() {
            let page = TicketPage { limit: AT_ONCE, offset: stays };
            let due = self.store.tickets_due(&districts, kind, now, page).await?;
            for ticket in &due {
                let filed =
                    self.change(ticket.id, None, |it, now| Ok(it.archive(now, self.policy())));
                match filed.await {
                    Ok(ticket) if matches!(ticket.handling, Handling::Archived { .. }) => {}
                    Ok(_) => stays += 1,
                    Err(error @ UseCaseError::Store(StoreError::Unavailable(_))) => {
                        return Err(error);
                    }
                    Err(error) => {
                        stays += 1;
                        tracing::warn!(ticket = %ticket.id, %error, "a ticket is not filed away");
                    }
                }
            }
            if due.len() < AT_ONCE as usize {
                break;
            }
        }
        Ok(())
    }
}
