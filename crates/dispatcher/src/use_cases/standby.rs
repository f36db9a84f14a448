//! Where people wait: suggested by the machine, decided by a supervisor.

use silverbell_domain::{LatLon, Responder, ResponderId, UserId};

use super::ATTEMPTS;
use super::registry::RegistryRefused;
use crate::{Board, Dispatcher, UseCaseError};

/// Why a standby place stays for the moment.
pub(super) const STANDBY_IS_POSITION: &str = "on duty and no position is known: the standby place is taken for it, so \
                     it cannot be moved now";

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
        by: UserId,
    ) -> Result<Responder, UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let _turn = self.turn_to_change(id.0).await;
        let mut left = ATTEMPTS;
        loop {
            left -= 1;
            let known = self.store.responder(id).await?;
            let known = known.ok_or(UseCaseError::NotFound("responder"))?;
            if known.standby != standby && self.is_taken_for_position(&board, &known) {
                let why = STANDBY_IS_POSITION.into();
                return Err(UseCaseError::Conflict { why, current: None });
            }
            let moved = Responder { standby, ..known.clone() };
            match self.registry(by).replace_responder(&known, moved).await {
                Err(RegistryRefused::Changed) if left > 0 => {}
                ended => return Ok(ended?),
            }
        }
    }

    /// Returns whether a responder's standby place stands for the position now.
    pub(crate) fn is_taken_for_position(&self, board: &Board, responder: &Responder) -> bool {
        let stale_ms = i64::from(self.policy().dispatch.position_stale_s) * 1_000;
        let place = board.person(responder.id);
        let place = place.and_then(|person| person.place(self.clock.now(), stale_ms));
        place.is_some_and(|(at, _)| at == responder.standby)
    }
}
