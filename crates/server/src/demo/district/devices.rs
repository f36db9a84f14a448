//! The devices that the seniors carry.

use std::collections::HashSet;

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

/// One in so many seniors carries something else besides the phone, if no watch.
const OTHER_ONE_IN: usize = 12;
/// What that is, by turns: a district's devices were bought over years.
const OTHERS: [Protocol; 5] =
    [Protocol::Gt06, Protocol::Jt808, Protocol::H02, Protocol::Osmand, Protocol::Owntracks];

/// Returns everybody's devices: the phone, for some a watch, and for a few something else.
pub(super) fn generate(seniors: &[Senior]) -> Vec<Device> {
    let mut devices = phones_and_watches(seniors);
    let with_watch: HashSet<SeniorId> = devices
        .iter()
        .filter(|device| device.protocol == Protocol::Watch)
        .map(|device| device.senior)
        .collect();
    // Drawn apart, so that what was there before stays what it was.
    let mut dice = Dice::new(Stream::OtherDevices);
    let others = seniors.iter().enumerate().filter(|(_, it)| !with_watch.contains(&it.id));
    for (turn, (at, senior)) in others.step_by(OTHER_ONE_IN).enumerate() {
        let Some(&protocol) = OTHERS.get(turn % OTHERS.len()) else { continue };
        devices.push(Device {
            id: DeviceId(dice.id()),
            protocol,
            ident: other_ident(protocol, at + 1),
            senior: senior.id,
            key: protocol.has_key().then(|| hex::encode(dice.bytes::<32>())),
        });
    }
    devices
}

/// Returns what the `n`th senior's device of this protocol calls itself, as such devices do. Made up:
/// no such IMEI or number is given out.
fn other_ident(protocol: Protocol, n: usize) -> String {
    match protocol {
        Protocol::Gt06 => format!("8600000000{n:05}"),
        Protocol::Jt808 => format!("4800000{n:05}"),
        Protocol::H02 => format!("48001{n:05}"),
        Protocol::Osmand => format!("o-{n:04}"),
        Protocol::Owntracks => format!("owntracks/longwen/s{n:04}"),
        Protocol::Http | Protocol::Watch => format!("d-{n:04}"),
    }
}

fn phones_and_watches(seniors: &[Senior]) -> Vec<Device> {
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
