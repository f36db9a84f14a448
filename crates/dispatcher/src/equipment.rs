//! What is known of devices between two writes: who they are, what they last said, who is a stranger.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_domain::{DeviceCommand, DeviceId, Protocol, UnixMs};
use silverbell_store::{Device, DeviceState};
use tokio::time::Instant;

/// A device is looked up anew after so long: it may have got another senior.
const KNOWN_FOR: Duration = Duration::from_secs(30);

/// One that is not known is looked up anew after so long: it may just have been added.
const UNKNOWN_FOR: Duration = Duration::from_secs(2);

/// After a look-up that failed none is tried for so long.
const IN_VAIN_FOR: Duration = Duration::from_secs(2);

/// So many are remembered; then all are looked up anew.
const MAX_KNOWN: usize = 100_000;

/// So many strangers are remembered, the latest.
const MAX_STRANGERS: usize = 500;

/// What a person's command to a device comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The device is connected and gets it.
    Sent,
    /// It is not connected: it gets it when it is, if the service runs on until then.
    Waits,
    /// It cannot be told, now or later.
    NotConnected,
}

/// The way to connected devices.
pub trait DeviceLines: Send + Sync + std::fmt::Debug {
    /// Sends a command.
    fn send(&self, device: DeviceId, command: DeviceCommand) -> Delivery;

    /// Returns whether a device is connected.
    fn is_connected(&self, device: DeviceId) -> bool;
}

/// A device that nobody has registered and that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// What it speaks.
    pub protocol: Protocol,
    /// What it calls itself.
    pub ident: String,
    /// Where it speaks from.
    pub addr: String,
    /// When it was heard last.
    pub at: UnixMs,
    /// Whether it has alarmed.
    pub alarmed: bool,
}

/// A stranger, and how long it has been speaking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownStranger {
    /// As it was heard last.
    pub last: Stranger,
    /// When it was heard first.
    pub first_at: UnixMs,
    /// How many times it was heard.
    pub times: u64,
}

/// What was found, and when.
type LookedUp = (Option<Device>, Instant);

#[derive(Debug, Default)]
pub(crate) struct Equipment {
    looked_up: Mutex<HashMap<(Protocol, String), LookedUp>>,
    in_vain_at: Mutex<Option<Instant>>,
    unsaved: Mutex<BTreeMap<DeviceId, DeviceState>>,
    strangers: Mutex<HashMap<(Protocol, String), KnownStranger>>,
}

impl Equipment {
    /// Returns what was found when this device was last looked up, `None` if it was not, and whether
    /// that still holds.
    pub(crate) fn remembered(
        &self,
        protocol: Protocol,
        ident: &str,
        now: Instant,
    ) -> (Option<Option<Device>>, bool) {
        let all = self.looked_up.lock();
        let Some((device, at)) = all.get(&(protocol, ident.to_owned())) else {
            return (None, false);
        };
        let holds_for = if device.is_some() { KNOWN_FOR } else { UNKNOWN_FOR };
        (Some(device.clone()), now.duration_since(*at) < holds_for)
    }

    /// Notes that a look-up failed: for a while none is tried, so that frames do not wait in a row.
    pub(crate) fn looked_up_in_vain(&self, now: Instant) {
        *self.in_vain_at.lock() = Some(now);
    }

    pub(crate) fn looks_up_in_vain(&self, now: Instant) -> bool {
        self.in_vain_at.lock().is_some_and(|at| now.duration_since(at) < IN_VAIN_FOR)
    }

    pub(crate) fn remember(
        &self,
        protocol: Protocol,
        ident: &str,
        device: Option<Device>,
        now: Instant,
    ) {
        if device.is_some() {
            self.strangers.lock().remove(&(protocol, ident.to_owned()));
        }
        let mut all = self.looked_up.lock();
        if all.len() >= MAX_KNOWN {
            all.clear();
        }
        all.insert((protocol, ident.to_owned()), (device, now));
    }

    /// Notes what a device says of itself, to be written soon.
    pub(crate) fn note(&self, state: DeviceState) {
        let mut all = self.unsaved.lock();
        match all.get_mut(&state.device) {
            Some(known) => known.merge(&state),
            None => {
                all.insert(state.device, state);
            }
        }
    }

    pub(crate) fn unsaved(&self, device: DeviceId) -> Option<DeviceState> {
        self.unsaved.lock().get(&device).cloned()
    }

    pub(crate) fn take_unsaved(&self) -> Vec<DeviceState> {
        std::mem::take(&mut *self.unsaved.lock()).into_values().collect()
    }

    pub(crate) fn heard_stranger(&self, heard: Stranger) {
        let mut all = self.strangers.lock();
        let key = (heard.protocol, heard.ident.clone());
        if let Some(known) = all.get_mut(&key) {
            known.times += 1;
            known.last = Stranger { alarmed: known.last.alarmed || heard.alarmed, ..heard };
            return;
        }
        if all.len() >= MAX_STRANGERS {
            let oldest =
                all.iter().min_by_key(|(_, known)| known.last.at).map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        all.insert(key, KnownStranger { first_at: heard.at, last: heard, times: 1 });
    }

    /// Returns every stranger, those who alarmed first, then the latest first.
    pub(crate) fn strangers(&self) -> Vec<KnownStranger> {
        let mut all: Vec<_> = self.strangers.lock().values().cloned().collect();
        all.sort_by_key(|known| (!known.last.alarmed, std::cmp::Reverse(known.last.at)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(n: usize, alarmed: bool) -> Stranger {
        Stranger {
            protocol: Protocol::Watch,
            ident: n.to_string(),
            addr: "203.0.113.9".into(),
            at: UnixMs(i64::try_from(n).expect("small")),
            alarmed,
        }
    }

    #[test]
    fn strangers_are_told_once_those_who_alarmed_first() {
        let equipment = Equipment::default();
        for heard in [stranger(1, true), stranger(2, false), stranger(3, false), stranger(1, false)]
        {
            equipment.heard_stranger(heard);
        }
        let told: Vec<_> = equipment.strangers();
        let idents: Vec<_> = told.iter().map(|known| &*known.last.ident).collect();
        assert_eq!(idents, ["1", "3", "2"]);
        assert_eq!((told[0].times, told[0].last.alarmed), (2, true));
    }

    #[test]
    fn of_too_many_strangers_the_longest_silent_is_forgotten() {
        let equipment = Equipment::default();
        for n in 0..=MAX_STRANGERS {
            equipment.heard_stranger(stranger(n, false));
        }
        let told = equipment.strangers();
        assert_eq!(told.len(), MAX_STRANGERS);
        assert!(told.iter().all(|known| known.last.ident != "0"));
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_not_known_is_looked_up_again_soon() {
        let equipment = Equipment::default();
        let start = Instant::now();
        equipment.remember(Protocol::Watch, "42", None, start);
        let at = |s| equipment.remembered(Protocol::Watch, "42", start + Duration::from_secs(s));
        assert_eq!((at(1), at(3)), ((Some(None), true), (Some(None), false)));
    }
}
