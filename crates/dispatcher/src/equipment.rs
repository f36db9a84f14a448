//! What is known of devices between two writes: who they are, what they last said, who is a stranger.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_domain::{DeviceCommand, DeviceId, DistrictId, Protocol, Trouble, UnixMs};
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
    /// It is not connected: it gets it if it is within this time, and the service runs on until then.
    Waits {
        /// From now.
        at_most: Duration,
    },
    /// It cannot be told, now or later.
    NotConnected,
}

/// What has become of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A connection took it.
    Sent,
    /// The device has not come back yet.
    Waits {
        /// From now; then it is worth nothing any more.
        at_most: Duration,
    },
    /// The device did not come back in time: it was never told and never will be.
    Expired,
    /// The device has no such command.
    Unknown,
}

/// What a person asked of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedCommand {
    /// What.
    pub command: DeviceCommand,
    /// How long ago.
    pub asked_ago: Duration,
    /// What has become of it.
    pub fate: Fate,
}

/// The way to connected devices.
pub trait DeviceLines: Send + Sync + std::fmt::Debug {
    /// Sends a command.
    fn send(&self, device: DeviceId, command: DeviceCommand) -> Delivery;

    /// Returns what a device was asked since this service started, the latest of each kind of command.
    fn asked(&self, device: DeviceId) -> Vec<AskedCommand>;

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

/// A look at the devices that comes so much too late, or too early, was not waited for: the machine slept,
/// or the clock was set. Milliseconds.
const LOOK_GAP_MS: i64 = 10 * 60_000;

/// Since when we have been listening. Nobody is silent while it is we who do not listen: before a port
/// was open, while the machine slept, while the database was away and nothing could be noted.
#[derive(Debug, Default)]
pub(crate) struct Listening {
    since: BTreeMap<Protocol, UnixMs>,
    looked_at: Option<UnixMs>,
}

impl Listening {
    /// Notes that a protocol is listened to from now on.
    pub(crate) fn begins(&mut self, protocol: Protocol, now: UnixMs) {
        self.since.insert(protocol, now);
    }

    /// Notes that nothing could be heard or noted until now.
    pub(crate) fn begins_anew(&mut self, now: UnixMs) {
        self.since.values_mut().for_each(|since| *since = now);
    }

    /// Notes a look at the devices, which comes every minute.
    pub(crate) fn looks(&mut self, now: UnixMs) {
        let last = self.looked_at.replace(now).unwrap_or(now);
        if last.is_ahead_of(now) || now.since_ms(last) > LOOK_GAP_MS {
            self.begins_anew(now);
        }
    }

    /// Returns for how long a protocol has been listened to, seconds; `None` if it is not.
    pub(crate) fn for_s(&self, protocol: Protocol, now: UnixMs) -> Option<i64> {
        self.since.get(&protocol).map(|since| now.since_s(*since))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Equipment {
    looked_up: Mutex<HashMap<(Protocol, String), LookedUp>>,
    in_vain_at: Mutex<Option<Instant>>,
    unsaved: Mutex<BTreeMap<DeviceId, DeviceState>>,
    strangers: Mutex<HashMap<(Protocol, String), KnownStranger>>,
    pub(crate) listening: Mutex<Listening>,
    /// How many devices are in trouble and on no ticket's list yet.
    waiting: Mutex<HashMap<(DistrictId, Trouble), usize>>,
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

    /// Forgets what was found and what was not written yet: somebody changed this device.
    pub(crate) fn forget(&self, device: &Device) {
        self.looked_up.lock().remove(&(device.protocol, device.ident.clone()));
        self.unsaved.lock().remove(&device.id);
    }

    /// Notes what a device says of itself, to be written soon.
    pub(crate) fn note(&self, state: DeviceState, now: UnixMs) {
        let mut all = self.unsaved.lock();
        let state = state.not_after(now);
        let merged = match all.remove(&state.device) {
            Some(known) => {
                let mut known = known.not_after(now);
                known.merge(&state);
                known
            }
            None => state,
        };
        all.insert(merged.device, merged);
    }

    /// Notes how many devices wait for a place on a list.
    pub(crate) fn wait(&self, district: &DistrictId, trouble: Trouble, count: usize) {
        self.waiting.lock().insert((district.clone(), trouble), count);
    }

    pub(crate) fn waiting(&self, district: &DistrictId, trouble: Trouble) -> usize {
        self.waiting.lock().get(&(district.clone(), trouble)).copied().unwrap_or(0)
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

    #[test]
    fn we_listen_anew_after_the_machine_slept_and_after_the_clock_was_set() {
        let minute = |n: i64| UnixMs(1_795_305_600_000 + 60_000 * n);
        let mut listening = Listening::default();
        listening.begins(Protocol::Watch, minute(0));
        for n in 0..=60 {
            listening.looks(minute(n));
        }
        assert_eq!(listening.for_s(Protocol::Watch, minute(60)), Some(3_600));
        assert_eq!(listening.for_s(Protocol::H02, minute(60)), None, "its port is closed");
        // Asleep for a night, or set forward.
        listening.looks(minute(600));
        assert_eq!(listening.for_s(Protocol::Watch, minute(601)), Some(60));
        // Set back.
        listening.looks(minute(5));
        assert_eq!(listening.for_s(Protocol::Watch, minute(6)), Some(60));
    }

    #[test]
    fn what_a_device_said_before_the_clock_was_set_back_holds_up_nothing() {
        let (equipment, device) = (Equipment::default(), DeviceId(uuid::Uuid::nil()));
        let said = |percent, at| DeviceState {
            device,
            heard_at: UnixMs(at),
            battery: Some((percent, UnixMs(at))),
            position: None,
            pressed_at: None,
            worked_at: None,
        };
        equipment.note(said(40, 900), UnixMs(900));
        equipment.note(said(35, 10), UnixMs(10));
        assert_eq!(equipment.unsaved(device), Some(said(35, 10)));
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
