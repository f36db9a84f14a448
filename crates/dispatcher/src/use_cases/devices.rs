//! Devices say something, and people look after them.

use std::time::Duration;

use silverbell_domain::{Position, Protocol, SignalKind, UnixMs};
use silverbell_store::{Device, DeviceReport, DeviceSignal, DeviceState, PositionRow, StoreError};
use tokio::time::{Instant, timeout};

use crate::{Dispatcher, KnownStranger, Stranger};

/// How long a frame waits while it is looked up whose it is: an alarm is kept by its ident anyway.
const LOOK_UP_WITHIN: Duration = Duration::from_millis(300);

/// How long a frame waits until its place has reached an open ticket.
const FOLLOW_WITHIN: Duration = Duration::from_millis(500);

/// What a device says at once, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceNews {
    /// What it says, most urgent first.
    pub kinds: Vec<SignalKind>,
    /// Where it was, oldest first; what it kept without a network is among them.
    pub positions: Vec<Position>,
    /// Where it says that it is now.
    pub live: Option<Position>,
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
        let now = Instant::now();
        let (remembered, is_fresh) = self.equipment.remembered(protocol, ident, now);
        if let Some(found) = remembered.clone().filter(|_| is_fresh) {
            return Ok(found);
        }
        let away = || StoreError::Unavailable("devices cannot be looked up".into());
        let found = if self.equipment.looks_up_in_vain(now) {
            Err(away())
        } else {
            let looking_up = self.store.device(protocol, ident);
            timeout(LOOK_UP_WITHIN, looking_up).await.unwrap_or_else(|_| Err(away()))
        };
        match found {
            Ok(found) => {
                self.equipment.remember(protocol, ident, found.clone(), now);
                Ok(found)
            }
            Err(error) => {
                self.equipment.looked_up_in_vain(now);
                // Whose it was a while ago it most likely still is.
                remembered.flatten().map(Some).ok_or(error)
            }
        }
    }

    /// Notes what a device says: its state, its history, and the place of its senior's open
    /// emergency. Returns false when there is no room for the history: the device is to try again
    /// later, where it can be told.
    pub async fn device_reported(&self, device: &Device, news: DeviceNews) -> bool {
        let now = self.clock.now();
        let newest = news.positions.iter().copied().max_by_key(|position| position.at);
        // An alarm is noted, and its bytes are kept, where it is recorded.
        let alarmed = news.kinds.iter().any(|kind| kind.is_alarm());
        let state = DeviceState {
            device: device.id,
            heard_at: now,
            battery: news.battery_pct.map(|percent| (percent, now)),
            position: newest,
            pressed_at: None,
            worked_at: None,
        };
        self.equipment.note(state, now);
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
        if let Some(place) = news.live.or(newest) {
            let follows = self.follow_device(device, place, news.live.is_some());
            // The next frame may be an SOS and does not wait for this; the write goes on.
            drop(timeout(FOLLOW_WITHIN, follows).await);
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
        let now = self.clock.now();
        let kept = self.store.device_state(device).await?.map(|kept| kept.not_after(now));
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

    /// Returns whether a person has taken up the emergency of a device's senior, `None` if none is
    /// open as far as the board knows.
    #[must_use]
    pub fn is_answered(&self, device: &Device) -> Option<bool> {
        self.board(&device.district)?.read(|inner| {
            let open = inner.set.emergency_of(device.senior)?;
            Some(open.times.answered.is_some())
        })
    }
}
