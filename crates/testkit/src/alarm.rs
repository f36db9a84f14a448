//! Alarms, built in the words of a test.

use silverbell_domain::{
    Alarm, Flag, Ids, LatLon, Position, PositionSource, Protocol, SignalId, SignalKind, UnixMs,
};

use crate::START;

/// Returns the hash of the key that the `n`th device has.
#[must_use]
pub fn key_of(n: u32) -> [u8; 32] {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&n.to_be_bytes());
    key
}

/// A press of an SOS key, to be told apart by what a test is about.
#[derive(Clone, Debug)]
pub struct Press {
    alarm: Alarm,
    bytes: Option<Vec<u8>>,
}

impl Press {
    /// Returns a press of the `n`th device over HTTP: `d-<n>`, with its right key, at the start,
    /// without an event id, a position or doubts.
    #[must_use]
    pub fn of(n: u32) -> Self {
        let press = Self::unknown(&format!("d-{n}"));
        Self { alarm: Alarm { key_sha256: Some(key_of(n)), ..press.alarm }, ..press }
    }

    /// Returns a press of a device nobody knows.
    #[must_use]
    pub fn unknown(ident: &str) -> Self {
        let alarm = Alarm {
            id: SignalId(uuid::Uuid::nil()),
            protocol: Protocol::Http,
            ident: ident.into(),
            kind: SignalKind::Sos,
            event_id: None,
            pressed_at: None,
            received_at: START,
            position: None,
            battery_pct: None,
            key_sha256: None,
            raw: Vec::new(),
            source_addr: "192.0.2.1".into(),
            flags: Vec::new(),
        };
        Self { alarm, bytes: None }
    }

    /// Received at this time.
    #[must_use]
    pub fn at(mut self, received_at: UnixMs) -> Self {
        self.alarm.received_at = received_at;
        self
    }

    /// Pressed at this time by the device's clock.
    #[must_use]
    pub fn pressed_at(mut self, pressed_at: UnixMs) -> Self {
        self.alarm.pressed_at = Some(pressed_at);
        self
    }

    /// Of this kind.
    #[must_use]
    pub fn kind(mut self, kind: SignalKind) -> Self {
        self.alarm.kind = kind;
        self
    }

    /// With the device's own identity of the event.
    #[must_use]
    pub fn id(mut self, event_id: &str) -> Self {
        self.alarm.event_id = Some(event_id.into());
        self
    }

    /// As exactly these bytes; else they follow from everything else but the time of receipt.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes = Some(bytes.to_vec());
        self
    }

    /// With a key that is not the device's.
    #[must_use]
    pub fn wrong_key(mut self) -> Self {
        self.alarm.key_sha256 = Some([0xEE; 32]);
        self
    }

    /// Over another protocol.
    #[must_use]
    pub fn over(mut self, protocol: Protocol) -> Self {
        self.alarm.protocol = protocol;
        self
    }

    /// From this network address.
    #[must_use]
    pub fn from_addr(mut self, source_addr: &str) -> Self {
        self.alarm.source_addr = source_addr.into();
        self
    }

    /// With a fix of this source, as old as given.
    #[must_use]
    pub fn fix(mut self, source: PositionSource, point: LatLon, at: UnixMs) -> Self {
        self.alarm.position = Some(Position { point, accuracy_m: Some(25.0), source, at });
        self
    }

    /// With a doubt of the decoder.
    #[must_use]
    pub fn doubted(mut self, flag: Flag) -> Self {
        self.alarm.flags.push(flag);
        self
    }

    /// Returns the alarm under a new identity.
    #[must_use]
    pub fn alarm(mut self, ids: &dyn Ids) -> Alarm {
        let a = &self.alarm;
        let spoken =
            || format!("{:?} {} {:?} {:?}", a.kind, a.ident, a.event_id, a.pressed_at).into_bytes();
        self.alarm.raw = self.bytes.unwrap_or_else(spoken);
        self.alarm.id = SignalId(ids.next());
        self.alarm
    }
}
