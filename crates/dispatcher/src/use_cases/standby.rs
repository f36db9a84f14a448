//! Where people wait: suggested by the machine, decided by a supervisor.

use silverbell_domain::{LatLon, Responder, ResponderId};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Gives a responder another standby place, from the next time on that this person comes on duty:
    /// whoever is on duty without a fresh position is thought to be at the standby place, and nobody
    /// is moved by a decision of somebody else.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn set_standby(
        &self,
        id: ResponderId,
        standby: LatLon,
    ) -> Result<Responder, UseCaseError> {
        let _turn = self.turn_to_change(id).await;
        let known = self.store.responder(id).await?;
        let mut responder = known.ok_or(UseCaseError::NotFound("responder"))?;
        if responder.standby != standby {
            responder.standby = standby;
            self.store.update_responder(responder.clone()).await?;
        }
        Ok(responder)
    }
}
