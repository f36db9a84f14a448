//! Positions come from responders, and places follow devices.

use silverbell_domain::{LatLon, NewEvent, Position, PositionSource, ResponderId, UnixMs, locate};
use silverbell_store::{Device, PositionRow};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Notes a responder's positions: the newest is where he is, all go to the history. An empty
    /// list is a sign of life. Returns false when there is no room for the history (the newest is
    /// noted all the same).
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`].
    pub fn responder_moved(
        &self,
        id: ResponderId,
        positions: &[(LatLon, Option<f64>, UnixMs)],
    ) -> Result<bool, UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let now = self.clock.now();
        let newest = positions.iter().max_by_key(|(_, _, at)| *at);
        board.heard(id, newest.map(|(point, _, at)| (*point, *at)), now);
        let rows = positions.iter().map(|(point, accuracy_m, at)| PositionRow {
            district: board.district().clone(),
            subject: id.0,
            point: *point,
            accuracy_m: *accuracy_m,
            source: PositionSource::Gps,
            at: *at,
            received_at: now,
        });
        Ok(self.history.append(rows.collect()))
    }

    /// Lets the place of the open emergency of a device's senior follow the device.
    pub(crate) async fn follow_device(&self, device: &Device, position: Position, is_live: bool) {
        let Some(board) = self.board(&device.district) else { return };
        let open = board.read(|inner| inner.set.emergency_of(device.senior).map(|t| t.id));
        let Some(open) = open else { return };
        let followed = self
            .change(open, None, |ticket, now| {
                let event: Option<NewEvent> =
                    locate(ticket, device.id, position, is_live, now, self.policy());
                Ok(event.into_iter().collect())
            })
            .await;
        if let Err(error) = followed {
            tracing::warn!(ticket = %open, %error, "a new position did not reach its ticket");
        }
    }
}
