//! The devices that the seniors carry.

use serde::Serialize;
use silverbell_domain::{DeviceId, Protocol, Senior, SeniorId};

use super::dice::{Dice, Stream};

/// A device of the demo.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Device {
    /// Identity.
    pub(crate) id: DeviceId,
    /// What it speaks.
    pub(crate) protocol: Protocol,
    /// What it calls itself.
    pub(crate) ident: String,
    /// Whose it is.
    pub(crate) senior: SeniorId,
    /// Its key, 64 hexadecimal digits, where the protocol has keys. It comes from a seed in this
    /// source and is therefore public: right for a demo, never to be copied into a service.
    pub(crate) key: Option<String>,
}

/// How many in a hundred seniors wear a watch besides the phone.
const WATCH_PERCENT: u32 = 33;
/// Where the watches' numbers begin: of ten digits, as the makers print them.
const FIRST_WATCH: u64 = 4_700_000_000;

/// Returns everybody's devices: the phone, and for some a watch.
pub(super) fn generate(seniors: &[Senior]) -> Vec<Device> {
    let mut dice = Dice::new(Stream::Devices);
    let mut watch = FIRST_WATCH;
    let mut devices = Vec::with_capacity(seniors.len() * 4 / 3);
    for (at, senior) in seniors.iter().enumerate() {
        devices.push(Device {
            id: DeviceId(dice.id()),
            protocol: Protocol::Http,
            ident: format!("d-{:04}", at + 1),
            senior: senior.id,
            key: Some(hex::encode(dice.bytes::<32>())),
        });
        if dice.percent(WATCH_PERCENT) {
            // Rising by drawn steps: never the same twice, and not guessable from the last.
            watch += u64::from(dice.between(1, 60_000));
            devices.push(Device {
                id: DeviceId(dice.id()),
                protocol: Protocol::Watch,
                ident: watch.to_string(),
                senior: senior.id,
                key: None,
            });
        }
    }
    devices
}
