//! Devices say something, and people look after them.

use silverbell_domain::{Position, Protocol, SignalKind, UnixMs};
use silverbell_store::{Device, DeviceReport, DeviceSignal, DeviceState, PositionRow, StoreError};
use tokio::time::Instant;

use crate::{Dispatcher, KnownStranger, Stranger};

/// What a device says at once, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceNews {
    /// What it says, most urgent first.
    pub kinds: Vec<SignalKind>,
    /// Where it was, oldest first; what it kept without a network is among them.
    pub positions: Vec<Position>,
    /// Its charge now, percent.
    pub battery_pct: Option<u8>,
    /// The bytes.
    pub raw: Vec<u8>,
}

impl Dispatcher {
    /// Returns a device, as it was found in the last seconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn device(
        &self,
        protocol: Protocol,
        ident: &str,
    ) -> Result<Option<Device>, StoreError> {
        if let Some(found) = self.equipment.remembered(protocol, ident, Instant::now()) {
            return Ok(found);
        }
        let found = self.store.device(protocol, ident).await?;
        self.equipment.remember(protocol, ident, found.clone(), Instant::now());
        Ok(found)
    }

    /// Notes what a device says: its state, its history, and the place of its senior's open
    /// emergency. Returns false when there is no room for the history: the device is to try again
    /// later, where it can be told.
    pub async fn device_reported(&self, device: &Device, news: DeviceNews) -> bool {
        let now = self.clock.now();
        let newest = news.positions.iter().copied().max_by_key(|position| position.at);
        // An alarm is noted, and its bytes are kept, where it is recorded.
        let alarmed = news.kinds.iter().any(|kind| kind.is_alarm());
        self.equipment.note(DeviceState {
            device: device.id,
            heard_at: now,
            battery: news.battery_pct.map(|percent| (percent, now)),
            position: newest,
            pressed_at: None,
            worked_at: None,
        });
        let rows = news.positions.iter().map(|position| PositionRow {
            district: device.district.clone(),
            subject: device.id.0,
            point: position.point,
            accuracy_m: position.accuracy_m,
            source: position.source,
            at: position.at,
            received_at: now,
        });
        let mut kept = self.history.append(rows.collect());
        if !alarmed {
            kept &= self.history.append_report(DeviceReport {
                district: device.district.clone(),
                device: device.id,
                received_at: now,
                kinds: news.kinds,
                battery_pct: news.battery_pct,
                position: newest,
                raw: news.raw,
            });
        }
        if let Some(newest) = newest {
            self.follow_device(device, newest).await;
        }
        kept
    }

    /// Notes that somebody speaks whom nobody has registered.
    pub fn heard_stranger(&self, stranger: Stranger) {
        self.equipment.heard_stranger(stranger);
    }

    /// Returns who speaks without being registered, those who alarmed first.
    #[must_use]
    pub fn strangers(&self) -> Vec<KnownStranger> {
        self.equipment.strangers()
    }

    /// Returns what a device last said of itself, `None` if it never said anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device_state(&self, device: &Device) -> Result<Option<DeviceState>, StoreError> {
        let kept = self.store.device_state(device).await?;
        Ok(match (kept, self.equipment.unsaved(device.id)) {
            (Some(mut kept), Some(unsaved)) => {
                kept.merge(&unsaved);
                Some(kept)
            }
            (kept, unsaved) => kept.or(unsaved),
        })
    }

    /// Returns at most `limit` of what a device said since then, latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device_signals(
        &self,
        device: &Device,
        since: UnixMs,
        limit: u32,
    ) -> Result<Vec<DeviceSignal>, StoreError> {
        // What waits to be written belongs to it.
        self.history.flush().await;
        self.store.device_signals(device, since, limit).await
    }

    /// Returns whether a device should be asked for a fresh position: its senior's emergency is
    /// open, and nobody is with the senior yet.
    #[must_use]
    pub fn wants_position(&self, device: &Device) -> bool {
        self.board(&device.district).is_some_and(|board| {
            board.read(|inner| {
                let open = inner.set.emergency_of(device.senior);
                open.is_some_and(|ticket| ticket.times.with_senior.is_none())
            })
        })
    }

    /// Returns whether a device may stop repeating its alarm: a person has taken up its senior's
    /// emergency, or none is open.
    #[must_use]
    pub fn is_answered(&self, device: &Device) -> bool {
        self.board(&device.district).is_some_and(|board| {
            board.read(|inner| {
                let open = inner.set.emergency_of(device.senior);
                open.is_none_or(|ticket| ticket.times.answered.is_some())
            })
        })
    }
}
