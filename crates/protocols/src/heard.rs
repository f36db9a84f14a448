//! What a frame says, in every protocol's common words.

use silverbell_domain::{LatLon, Position, PositionSource, SignalKind, UnixMs};

use crate::{Cell, Wifi};

/// What one frame says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// What the device calls itself, as it is registered; empty if neither the frame nor a log-in
    /// before it named anybody. At most [`crate::name::MAX_NAME`] characters.
    pub ident: String,
    /// The bytes as they came.
    pub raw: Vec<u8>,
    /// What it reports, oldest first; never empty: a frame that reports nothing else is a heartbeat.
    pub reports: Vec<Report>,
    /// What the device waits for. To be sent only once what the frame says is durable, for it tells
    /// the device not to repeat.
    pub ack: Option<Vec<u8>>,
}

impl Heard {
    /// Returns the report of the gravest alarm, the later of equals; `None` if the frame is no alarm.
    #[must_use]
    pub fn alarm(&self) -> Option<(&Report, SignalKind)> {
        let alarms = self.reports.iter().filter_map(|report| Some((report, report.alarm()?)));
        // The kinds are ordered gravest first.
        alarms.rev().min_by_key(|(_, kind)| *kind)
    }
}

/// One report of a device: what it says of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What to record, most urgent first, each once, never none.
    pub signals: Vec<SignalKind>,
    /// Where the satellites say the device is. See [`Self::position`].
    pub fix: Option<Fix>,
    /// Coordinates that the device does not vouch for: often the last fix, of unknown age.
    pub stale_point: Option<LatLon>,
    /// Telephone cells heard.
    pub cells: Vec<Cell>,
    /// Wi-Fi access points heard.
    pub wifi: Vec<Wifi>,
    /// Battery charge, percent.
    pub battery_pct: Option<u8>,
    /// The device's time, read in the protocol's own zone; firmware that sends another is put right
    /// by its model's settings.
    pub at: Option<UnixMs>,
    /// Whether this was kept while there was no network: history, not now.
    pub buffered: bool,
    /// Alarms and states that are no emergency.
    pub notices: Vec<Notice>,
    /// Why an operator should look twice. A doubt never takes an alarm away.
    pub doubts: Vec<Doubt>,
}

/// A place that satellites gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// The point, in the device's datum: WGS-84 unless its model's settings say otherwise.
    pub point: LatLon,
    /// Radius of uncertainty in metres; only some firmware tells it.
    pub accuracy_m: Option<f64>,
}

/// An alarm or a state that is no emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The device left its geofence, or is outside.
    GeofenceExit,
    /// The device entered its geofence, or is inside.
    GeofenceEnter,
    /// The device was taken off the wrist.
    Removed,
    /// The device was taken off its charger or power.
    Unplugged,
    /// The device is being switched off.
    PowerOff,
    /// The device was opened or tampered with.
    Tampered,
    /// Something moved or shook the device.
    Vibration,
}

/// Why an alarm may not be what it seems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// An alarm frame names no alarm that we know (traccar/traccar#5006).
    AlarmUnnamed,
    /// An alarm frame cannot be read as far as its alarm.
    AlarmUnreadable,
    /// Some 4G watches send the SOS bit when taken off the charger (traccar/traccar#4801).
    MaybeOffCharger,
    /// The alarm lay in the device until there was a network.
    Delayed,
    /// The end of the frame is missing.
    Truncated,
    /// The frame's checksum is wrong.
    Checksum,
}

impl Report {
    /// Returns the gravest alarm that is reported, `None` if there is none.
    #[must_use]
    pub fn alarm(&self) -> Option<SignalKind> {
        self.signals.iter().copied().filter(|kind| kind.is_alarm()).min()
    }

    /// Returns where the device is, for a report received at `received_at`.
    ///
    /// A device's clock may run ahead or be unreadable; the time of receipt is then the better one.
    /// History without a readable time is no position: its age could be anything.
    #[must_use]
    pub fn position(&self, received_at: UnixMs) -> Option<Position> {
        let Fix { point, accuracy_m } = self.fix?;
        let at = match self.at {
            Some(at) => at.min(received_at),
            None if self.buffered => return None,
            None => received_at,
        };
        Some(Position { point, accuracy_m, source: PositionSource::Gps, at })
    }
}
