//! Seniors who press often are visited.

use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{Outcome, SeniorId, Ticket, TicketId, UnixMs, open_visit};
use silverbell_store::{Commit, StoreError, TicketCommit};
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::{Board, Dispatcher, UseCaseError};

/// Looked at so often.
const EVERY: Duration = Duration::from_secs(60);

/// Emergencies of so long count together, seconds: a day.
const WITHIN_S: i64 = 86_400;

/// So many of a senior's last tickets are looked through.
const LOOKED_THROUGH: u32 = 100;

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        for board in dispatcher.inhabited() {
            if let Err(error) = dispatcher.raise_visits(&board).await {
                tracing::warn!(district = %board.district(), %error, "visits are not raised");
            }
        }
    }
}

impl Dispatcher {
    /// Opens a visit for each senior of a district who had as many emergencies within a day as the
    /// policy says, once none is open: an emergency comes first.
    ///
    /// # Errors
    /// [`UseCaseError::Store`]: the next round tries again.
    pub async fn raise_visits(&self, board: &Board) -> Result<(), UseCaseError> {
        let at_least = self.policy().care.visit_after_emergencies;
        if at_least == 0 {
            return Ok(());
        }
        let since = self.clock.now().plus_s(-WITHIN_S);
        let often = self.store.pressed_often(board.district(), since, at_least).await?;
        let has_emergency = |senior| board.read(|inner| inner.set.emergency_of(senior).is_some());
        for (senior, _) in often.into_iter().filter(|(senior, _)| !has_emergency(*senior)) {
            match self.visit(senior, since, at_least).await {
                Err(error @ StoreError::Unavailable(_)) => return Err(error.into()),
                // One who cannot be read keeps nobody else from being visited.
                Err(error) => tracing::error!(%senior, %error, "a visit cannot be raised"),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Tests and second tickets of one incident do not count.
    async fn visit(
        &self,
        senior: SeniorId,
        since: UnixMs,
        at_least: u32,
    ) -> Result<(), StoreError> {
        let last = self.store.tickets_of(senior, LOOKED_THROUGH).await?;
        let counts = |ticket: &&Ticket| {
            let outcome = ticket.handling.closing().map(|closing| closing.outcome);
            ticket.is_emergency()
                && ticket.times.opened >= since
                && !matches!(outcome, Some(Outcome::Test | Outcome::Duplicate))
        };
        let emergencies = u32::try_from(last.iter().filter(counts).count()).unwrap_or(u32::MAX);
        if emergencies >= at_least { self.open_visit(senior, emergencies).await } else { Ok(()) }
    }

    async fn open_visit(&self, senior: SeniorId, emergencies: u32) -> Result<(), StoreError> {
        let senior = self.store.senior(senior).await?;
        let Some(senior) = senior.filter(|it| it.plan.needs.died_at.is_none()) else {
            return Ok(());
        };
        let (id, now) = (TicketId(self.ids.next()), self.clock.now());
        let (ticket, events) = open_visit(id, &senior, emergencies, now, self.policy());
        let part = TicketCommit { ticket, expected_version: 0, events };
        let commit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None };
        self.store.commit(commit).await?;
        Ok(())
    }
}
