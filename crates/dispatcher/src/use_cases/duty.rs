//! A responder goes on or off duty.

use silverbell_domain::{Responder, ResponderId, Travel, UnixMs};

use super::registry::next_change;
use crate::{Dispatcher, UseCaseError};

/// What a responder says about the own duty: all of it, so that what is not said again is over.
#[derive(Clone, Copy, Debug)]
pub struct Duty {
    /// Whether on duty.
    pub on_duty: bool,
    /// How the person travels; as before when missing.
    pub travel: Option<Travel>,
    /// When the shift ends: whoever would arrive later is asked after everybody else. Missing: at the
    /// end of the shift in the roster, if there is one now.
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
        let by_roster = match duty.shift_ends_at {
            None if duty.on_duty => self.end_by_roster(board.district(), id, now).await,
            said => said,
        };
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.responder(id).await?;
        let mut responder = known.ok_or(UseCaseError::NotFound("responder"))?;
        if responder.left_at.is_some() && duty.on_duty {
            let why = "this responder left the service: a supervisor can take them back".into();
            return Err(UseCaseError::Conflict { why, current: None });
        }
        // Also who is only on call by the roster: going home is an own word, and counts.
        if person.is_on_duty() != duty.on_duty || is_stale {
            responder.duty_since = now;
        }
        responder.on_duty = duty.on_duty;
        if let Some(travel) = duty.travel.filter(|travel| *travel != responder.travel) {
            // The file says it too: a form that was opened before must not put the old one back.
            responder.travel = travel;
            responder.changed_at = Some(next_change(responder.changed_at, now));
        }
        responder.shift_ends_at = by_roster;
        responder.rests_until = duty.rests_until;
        board.heard(id, None, now);
        self.store.update_responder(responder.clone()).await?;
        Ok(responder)
    }
}
