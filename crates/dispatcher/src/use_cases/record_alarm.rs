//! An alarm comes from a device.

use silverbell_domain::{Alarm, TicketId};
use silverbell_store::{Recorded, StoreError};

use crate::Dispatcher;

impl Dispatcher {
    /// Records an alarm durably; who goes is the loop's to decide. The gateway answers the device
    /// only after this.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it could not be kept: the device must try again.
    pub async fn record_alarm(&self, alarm: Alarm) -> Result<Recorded, StoreError> {
        self.store.record_alarm(alarm, TicketId(self.ids.next())).await
    }
}
