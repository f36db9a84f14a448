//! Signals: one thing a device or a call said. Never lost, never altered.

use serde::{Deserialize, Serialize};

use crate::{Position, SignalId, UnixMs};

/// What a signal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// The SOS key was pressed.
    Sos,
    /// The device felt a fall.
    Fall,
    /// The help key was pressed.
    Help,
    /// A telephone call.
    Call,
    /// The battery is low.
    LowBattery,
    /// A position.
    Position,
    /// The device is alive.
    Heartbeat,
}

impl SignalKind {
    /// Returns whether this signal must open or join an emergency ticket.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        match self {
            Self::Sos | Self::Fall | Self::Help => true,
            Self::Call | Self::LowBattery | Self::Position | Self::Heartbeat => false,
        }
    }

    /// Returns the word used in the API, the database and the metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sos => "sos",
            Self::Fall => "fall",
            Self::Help => "help",
            Self::Call => "call",
            Self::LowBattery => "low_battery",
            Self::Position => "position",
            Self::Heartbeat => "heartbeat",
        }
    }
}

/// The protocol a device speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// JSON over HTTP with a device key: `POST /v1/sos`.
    Http,
    /// The bracketed text protocol of most Chinese senior watches, over TCP.
    Watch,
    /// GT06 binary, over TCP.
    Gt06,
    /// JT/T 808, the national standard, over TCP.
    Jt808,
    /// H02, over TCP.
    H02,
    /// OsmAnd's HTTP query.
    Osmand,
    /// OwnTracks over HTTP.
    Owntracks,
}

impl Protocol {
    /// Every protocol.
    pub const ALL: [Self; 7] = [
        Self::Http,
        Self::Watch,
        Self::Gt06,
        Self::Jt808,
        Self::H02,
        Self::Osmand,
        Self::Owntracks,
    ];

    /// Returns the word used in the API, the database and the metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Watch => "watch",
            Self::Gt06 => "gt06",
            Self::Jt808 => "jt808",
            Self::H02 => "h02",
            Self::Osmand => "osmand",
            Self::Owntracks => "owntracks",
        }
    }

    /// Returns the protocol of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.as_str() == word)
    }

    /// Returns whether its devices come with each message anew, so that they cannot be asked anything.
    #[must_use]
    pub const fn speaks_over_http(self) -> bool {
        match self {
            Self::Http | Self::Osmand | Self::Owntracks => true,
            Self::Watch | Self::Gt06 | Self::Jt808 | Self::H02 => false,
        }
    }

    /// Returns an ident as it is registered and looked up: leading zeros of a JT/T 808 number say
    /// nothing, for firmware pads one number to twelve or to twenty digits (contract, "TCP devices").
    #[must_use]
    pub fn ident(self, written: &str) -> &str {
        let written = written.trim();
        match self {
            Self::Jt808 => match written.trim_start_matches('0') {
                "" if !written.is_empty() => "0",
                stripped => stripped,
            },
            Self::Http | Self::Watch | Self::Gt06 | Self::H02 | Self::Osmand | Self::Owntracks => {
                written
            }
        }
    }

    /// Returns whether a device of this protocol can call itself so: what no device says is a mistake in the
    /// registry, and the alarm of the real one would come from a stranger.
    #[must_use]
    pub fn is_ident(self, ident: &str) -> bool {
        match self {
            // Numbers, of a SIM card or an IMEI; makers shorten and pad them.
            Self::Watch | Self::Gt06 | Self::Jt808 | Self::H02 => {
                (4..=20).contains(&ident.len()) && ident.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Http | Self::Osmand | Self::Owntracks => {
                (1..=128).contains(&ident.chars().count())
                    && !ident.chars().any(|c| c.is_control() || c.is_whitespace())
            }
        }
    }

    /// Returns whether its devices can be made to ring.
    #[must_use]
    pub const fn can_ring(self) -> bool {
        match self {
            Self::Watch | Self::Jt808 => true,
            Self::Http | Self::Osmand | Self::Owntracks | Self::Gt06 | Self::H02 => false,
        }
    }

    /// Returns whether devices of this protocol prove who they are with a key.
    #[must_use]
    pub const fn has_key(self) -> bool {
        match self {
            Self::Http | Self::Owntracks => true,
            Self::Watch | Self::Gt06 | Self::Jt808 | Self::H02 | Self::Osmand => false,
        }
    }
}

/// What a centre asks of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceCommand {
    /// Where are you, now?
    Locate,
    /// A person has taken up the alarm: stop repeating it.
    Answered,
    /// Whom the SOS key calls, in this order. Numbers hold digits, `+`, `*` and `#` only.
    SosNumbers(Vec<String>),
    /// Ring, so that somebody finds you.
    Ring,
}

/// The same bytes from the same device within this are the same press, milliseconds; later they are a
/// new one (contract, "Devices": frames without an identity of their own).
pub const SAME_BYTES_WITHIN_MS: i64 = 600_000;

/// An alarm as the gateway hands it over: decoded, not yet recorded. It can be written down, for the
/// journal keeps it while the store is away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// The identity it will be recorded under.
    pub id: SignalId,
    /// Over which protocol it came.
    pub protocol: Protocol,
    /// What the device calls itself.
    pub ident: String,
    /// What it says: always an alarm (`is_alarm`).
    pub kind: SignalKind,
    /// The device's own identifier of this event, where the protocol has one.
    pub event_id: Option<String>,
    /// When the key was pressed by the device's clock, which may be wrong.
    pub pressed_at: Option<UnixMs>,
    /// When it was received, by our clock.
    pub received_at: UnixMs,
    /// Where the device says it is.
    pub position: Option<Position>,
    /// Battery charge, percent.
    pub battery_pct: Option<u8>,
    /// SHA-256 of the key that came with it, where the protocol has keys.
    #[serde(with = "crate::hex::hash")]
    pub key_sha256: Option<[u8; 32]>,
    /// The bytes as they came.
    #[serde(with = "crate::hex")]
    pub raw: Vec<u8>,
    /// The network address it came from, without the port.
    pub source_addr: String,
    /// What the decoder doubts, for the operator to see.
    pub flags: Vec<crate::Flag>,
}
