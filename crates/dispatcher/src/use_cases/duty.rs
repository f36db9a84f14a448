//! A responder goes on or off duty.

use silverbell_domain::{Responder, ResponderId, Travel, UnixMs};

use crate::{Dispatcher, UseCaseError};

/// What a responder says about the own duty: all of it, so that what is not said again is over.
#[derive(Clone, Copy, Debug)]
pub struct Duty {
    /// Whether on duty.
    pub on_duty: bool,
    /// How the person travels; as before when missing.
    pub travel: Option<Travel>,
    /// When the shift ends: whoever would arrive later is asked after everybody else.
    pub shift_ends_at: Option<UnixMs>,
    /// Until when the person has a rest, and is asked after everybody else.
    pub rests_until: Option<UnixMs>,
}

impl Dispatcher {
    /// Puts a responder on or off duty. On duty makes a candidate at once: while no fresh position
    /// is known, the standby place is taken for it.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn set_duty(&self, id: ResponderId, duty: Duty) -> Result<Responder, UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let person = board.person(id).ok_or(UseCaseError::NotFound("responder"))?;
        let now = self.clock.now();
        let stale_ms = i64::from(self.policy().dispatch.position_stale_s) * 1_000;
        let is_stale = person.staleness_ms(now, stale_ms).is_none_or(|age| age > stale_ms);
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.responder(id).await?;
        let mut responder = known.ok_or(UseCaseError::NotFound("responder"))?;
        if responder.on_duty != duty.on_duty || is_stale {
            responder.duty_since = now;
        }
        responder.on_duty = duty.on_duty;
        responder.travel = duty.travel.unwrap_or(responder.travel);
        responder.shift_ends_at = duty.shift_ends_at;
        responder.rests_until = duty.rests_until;
        board.heard(id, None, now);
        self.store.update_responder(responder.clone()).await?;
        Ok(responder)
    }
}
