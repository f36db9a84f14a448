//! A responder goes on or off duty.

use silverbell_domain::{Responder, ResponderId, Travel};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Puts a responder on or off duty. On duty makes a candidate at once: while no fresh position
    /// is known, the standby place is taken for it.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn set_duty(
        &self,
        id: ResponderId,
        on_duty: bool,
        travel: Option<Travel>,
    ) -> Result<Responder, UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let person = board.person(id).ok_or(UseCaseError::NotFound("responder"))?;
        let now = self.clock.now();
        let stale_ms = i64::from(self.policy().dispatch.position_stale_s) * 1_000;
        let is_stale = person.staleness_ms(now, stale_ms).is_none_or(|age| age > stale_ms);
        let _turn = self.turn_to_change(id).await;
        let known = self.store.responder(id).await?;
        let mut responder = known.ok_or(UseCaseError::NotFound("responder"))?;
        if responder.on_duty != on_duty || is_stale {
            responder.duty_since = now;
        }
        responder.on_duty = on_duty;
        responder.travel = travel.unwrap_or(responder.travel);
        board.heard(id, None, now);
        self.store.update_responder(responder.clone()).await?;
        Ok(responder)
    }
}
