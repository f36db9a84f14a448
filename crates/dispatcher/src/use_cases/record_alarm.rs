//! An alarm comes from a device.

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use silverbell_domain::{Alarm, TicketId};
use silverbell_store::{DeviceState, Recorded, StoreError};
use tokio::sync::SemaphorePermit;
use tokio::time::timeout;

use crate::Dispatcher;
use crate::trace;

/// How long the store has; what then follows has to fit into the rest of a device's two seconds
/// (contract: 503 within 2 s).
const RECORD_WITHIN: Duration = Duration::from_millis(1_400);

/// Why an alarm is not recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRecorded {
    /// It names no device, and no device has its key.
    #[error("the alarm names no device and its key is no device's")]
    Nobody,
    /// The store is away. The alarm is shown, goes to the journal and will be recorded; the device
    /// must try again all the same.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Dispatcher {
    /// Records an alarm durably; who goes is the loop's to decide. The gateway answers the device
    /// only after this. An alarm without an ident is that of its key's device.
    ///
    /// Answers within two seconds. Whoever calls it may go away: it goes on.
    ///
    /// # Errors
    /// [`NotRecorded`].
    pub async fn record_alarm(self: &Arc<Self>, alarm: Alarm) -> Result<Recorded, NotRecorded> {
        let dispatcher = self.clone();
        // Tracked, so that the end of the service waits for it, too.
        let work = self.tasks.spawn(async move { dispatcher.record_or_keep(alarm).await });
        let broke_off = |_| StoreError::Unavailable("recording broke off".into());
        work.await.map_err(broke_off)?
    }

    async fn record_or_keep(self: Arc<Self>, alarm: Alarm) -> Result<Recorded, NotRecorded> {
        trace::received(&alarm);
        let _in_hand = self.turns.take();
        let _turn = match self.turn_of(&alarm).await {
            Ok(turn) => turn,
            Err(error) => return Err(error.into()),
        };
        // Of a press that waits already, it is the first that counts: its time is the promise's.
        let first = self.unrecorded.first_of(&alarm);
        let counts = first.as_deref().unwrap_or(&alarm);
        let attempt = timeout(RECORD_WITHIN, self.try_record(counts)).await;
        // Given up here, it may still be recorded: the store then knows what the journal repeats.
        let late = |_| Err(StoreError::Unavailable("it takes too long".into()).into());
        match attempt.unwrap_or_else(late) {
            Err(NotRecorded::Store(error)) => {
                self.unrecorded.keep(alarm).await;
                Err(error.into())
            }
            Ok(recorded) => {
                trace::recorded(&recorded, counts.received_at, self.clock.now());
                self.note_pressed(&recorded, counts);
                if let Some(first) = first {
                    self.unrecorded.forget(vec![first.id]).await;
                }
                Ok(recorded)
            }
            Err(NotRecorded::Nobody) => Err(NotRecorded::Nobody),
        }
    }

    /// Waits for a stranger's turn while more alarms come than are written. Registered devices never
    /// wait, nor does anybody whose device cannot be looked up.
    async fn turn_of(&self, alarm: &Alarm) -> Result<Option<SemaphorePermit<'_>>, StoreError> {
        if !self.turns.is_crowded() || alarm.ident.is_empty() {
            return Ok(None);
        }
        if !matches!(self.device(alarm.protocol, &alarm.ident).await, Ok(None)) {
            return Ok(None);
        }
        let turn = self.turns.of_stranger(&alarm.source_addr).await;
        counter!("silverbell_strangers_waited_total").increment(1);
        turn.map(Some).ok_or_else(|| {
            StoreError::Unavailable("too many unknown devices alarm from one address".into())
        })
    }

    /// Notes what an alarm tells of the state of its device.
    fn note_pressed(&self, recorded: &Recorded, alarm: &Alarm) {
        let Some(device) = recorded.device else { return };
        let state = DeviceState {
            device,
            heard_at: alarm.received_at,
            battery: alarm.battery_pct.map(|percent| (percent, alarm.received_at)),
            position: alarm.position,
            pressed_at: Some(alarm.received_at),
            worked_at: None,
        };
        self.equipment.note(state, self.clock.now());
    }

    /// Gives an alarm to the store. One without an ident is the device's that has its key, whatever that
    /// one speaks otherwise: another device of another protocol may have the same ident.
    pub(crate) async fn try_record(&self, alarm: &Alarm) -> Result<Recorded, NotRecorded> {
        let mut alarm = alarm.clone();
        if alarm.ident.is_empty()
            && let Some(key) = alarm.key_sha256
        {
            let device = self.store.device_by_key(&key).await?.ok_or(NotRecorded::Nobody)?;
            (alarm.protocol, alarm.ident) = (device.protocol, device.ident);
        }
        Ok(self.store.record_alarm(alarm, TicketId(self.ids.next())).await?)
    }
}
