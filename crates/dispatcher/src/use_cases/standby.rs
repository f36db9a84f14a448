//! Where people wait: suggested by the machine, decided by a supervisor.

use silverbell_domain::{LatLon, Responder, ResponderId};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Gives a responder another standby place. Nobody is moved by it: it is where somebody without a
    /// fresh position is thought to be, and where the phone says to wait.
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
