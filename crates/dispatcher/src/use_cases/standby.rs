//! Where people wait: suggested by the machine, decided by a supervisor.

use silverbell_domain::{LatLon, Responder, ResponderId};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Gives a responder another standby place. It tells where to wait; nobody is moved by it. So it is
    /// refused while this person is on duty and no position is known: the standby place is then taken
    /// for the position, and the planner would believe that the move has been made.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Conflict`]; [`UseCaseError::Store`].
    pub async fn set_standby(
        &self,
        id: ResponderId,
        standby: LatLon,
    ) -> Result<Responder, UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.responder(id).await?;
        let mut responder = known.ok_or(UseCaseError::NotFound("responder"))?;
        if responder.standby == standby {
            return Ok(responder);
        }
        let stale_ms = i64::from(self.policy().dispatch.position_stale_s) * 1_000;
        let place = board.person(id).and_then(|person| person.place(self.clock.now(), stale_ms));
        if place.is_some_and(|(at, _)| at == responder.standby) {
            let why = "on duty and no position is known: the standby place is taken for it";
            return Err(UseCaseError::Conflict { why: why.into(), current: None });
        }
        responder.standby = standby;
        self.store.update_responder(responder.clone()).await?;
        Ok(responder)
    }
}
