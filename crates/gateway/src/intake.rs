//! What becomes of what a device said: an alarm is kept before anything is answered; the rest is
//! noted for its ticket, its history and its care.

use std::net::IpAddr;

use metrics::counter;
use silverbell_dispatcher::{DeviceNews, NotRecorded, Stranger};
use silverbell_domain::{Alarm, Flag, Position, Protocol, SignalId, SignalKind, UnixMs};
use silverbell_protocols::{Doubt, Heard, Report};
use silverbell_store::Device;
use tokio::time::Instant;

use crate::{Gateway, count};

/// Where frames come from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) protocol: Protocol,
    /// The network address, without the port.
    pub(crate) addr: String,
    /// SHA-256 of the key that came with it, where the protocol has keys.
    pub(crate) key_sha256: Option<[u8; 32]>,
}

impl Origin {
    pub(crate) fn of(protocol: Protocol, addr: IpAddr) -> Self {
        Self { protocol, addr: addr.to_string(), key_sha256: None }
    }
}

/// Whose a frame is.
#[derive(Clone, Debug)]
pub(crate) enum Whose {
    /// A registered device's.
    Device(Device),
    /// Nobody has registered it.
    Nobodys,
    /// It cannot be looked up at present.
    NotKnown,
}

impl Whose {
    pub(crate) const fn device(&self) -> Option<&Device> {
        match self {
            Self::Device(device) => Some(device),
            Self::Nobodys | Self::NotKnown => None,
        }
    }
}

/// An alarm could not be kept: the device must not be told that it was.
#[derive(Debug)]
pub(crate) struct NotKept;

impl Gateway {
    /// Returns the service's time.
    pub(crate) fn now(&self) -> UnixMs {
        self.dispatcher.clock().now()
    }

    /// Returns whose a frame is.
    pub(crate) async fn whose(&self, protocol: Protocol, ident: &str) -> Whose {
        match self.dispatcher.device(protocol, ident).await {
            Ok(Some(device)) => Whose::Device(device),
            Ok(None) => Whose::Nobodys,
            // The store says itself that it is away.
            Err(error) => {
                tracing::debug!(%error, protocol = protocol.as_str(), "cannot look up a device");
                Whose::NotKnown
            }
        }
    }

    /// Keeps the alarm of a frame durably, if it is one.
    pub(crate) async fn keep_alarm(
        &self,
        device: Option<&Device>,
        heard: &Heard,
        origin: &Origin,
    ) -> Result<(), NotKept> {
        let Some((report, kind)) = heard.alarm() else { return Ok(()) };
        let received_at = self.now();
        let alarm = Alarm {
            id: SignalId(self.dispatcher.ids().next()),
            protocol: origin.protocol,
            ident: heard.ident.clone(),
            kind,
            event_id: None,
            pressed_at: self.models.of(device, origin.protocol).time(origin.protocol, report.at),
            received_at,
            position: self.place(device, report, origin, received_at),
            battery_pct: report.battery_pct,
            key_sha256: origin.key_sha256,
            raw: heard.raw.clone(),
            source_addr: origin.addr.clone(),
            flags: flags(report),
        };
        let started = Instant::now();
        let mut recorded = self.dispatcher.record_alarm(alarm.clone()).await;
        if matches!(recorded, Err(NotRecorded::Nobody)) {
            // Who calls without a name and with a key of nobody's calls all the same.
            recorded = self.dispatcher.record_alarm(Alarm { key_sha256: None, ..alarm }).await;
        }
        match recorded {
            // What the service made up itself must not hide how real ones fare.
            Ok(recorded) if recorded.is_canary => Ok(()),
            Ok(_) => {
                let seconds = started.elapsed().as_secs_f64();
                metrics::histogram!("silverbell_sos_ack_seconds").record(seconds);
                Ok(())
            }
            Err(error @ (NotRecorded::Nobody | NotRecorded::Store(_))) => {
                let protocol = origin.protocol.as_str();
                tracing::error!(%error, protocol, "an SOS of a device could not be recorded");
                Err(NotKept)
            }
        }
    }

    /// Notes everything else that a frame says. What `is_shed` is only counted.
    pub(crate) async fn follow(
        &self,
        whose: &Whose,
        heard: &Heard,
        origin: &Origin,
        is_shed: bool,
    ) {
        // What the service made up itself is no sign that seniors' devices are heard.
        if !whose.device().is_some_and(|device| device.district.is_canary()) {
            for kind in heard.reports.iter().flat_map(|report| &report.signals) {
                count(*kind, origin.protocol);
            }
        }
        if is_shed {
            let protocol = origin.protocol.as_str();
            counter!("silverbell_reports_shed_total", "protocol" => protocol).increment(1);
            return;
        }
        let received_at = self.now();
        let device = match whose {
            Whose::Device(device) => device,
            Whose::NotKnown => return,
            Whose::Nobodys => {
                self.dispatcher.heard_stranger(Stranger {
                    protocol: origin.protocol,
                    ident: heard.ident.clone(),
                    addr: origin.addr.clone(),
                    at: received_at,
                    alarmed: heard.alarm().is_some(),
                });
                return;
            }
        };
        let news = self.news(device, heard, origin, received_at);
        if !self.dispatcher.device_reported(device, news).await {
            let protocol = origin.protocol.as_str();
            counter!("silverbell_reports_shed_total", "protocol" => protocol).increment(1);
        }
    }

    fn news(
        &self,
        device: &Device,
        heard: &Heard,
        origin: &Origin,
        received_at: UnixMs,
    ) -> DeviceNews {
        let reports = || heard.reports.iter();
        let mut kinds: Vec<SignalKind> =
            reports().flat_map(|report| report.signals.iter().copied()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        DeviceNews {
            kinds,
            positions: reports()
                .filter_map(|report| self.place(Some(device), report, origin, received_at))
                .collect(),
            // Apps send what they kept as they send what is now.
            live: reports()
                .filter(|report| !report.buffered && !origin.protocol.speaks_over_http())
                .filter_map(|report| self.place(Some(device), report, origin, received_at))
                .next_back(),
            // What was kept in a tunnel is no state of now.
            battery_pct: reports()
                .filter(|report| !report.buffered)
                .filter_map(|report| report.battery_pct)
                .next_back(),
            raw: heard.raw.clone(),
        }
    }

    /// Returns where a report places its device: by satellites, else by what it hears of Wi-Fi and
    /// cells; `None` if neither names a place.
    fn place(
        &self,
        device: Option<&Device>,
        report: &Report,
        origin: &Origin,
        received_at: UnixMs,
    ) -> Option<Position> {
        let model = self.models.of(device, origin.protocol);
        let at = model.time(origin.protocol, report.at);
        if report.buffered && at.is_none() {
            return None;
        }
        let mut position = match report.position(received_at) {
            Some(fix) => {
                let point = model.datum.to_wgs84(fix.point.lat, fix.point.lon)?;
                Position { point, ..fix }
            }
            None => self.locator.locate(&report.cells, &report.wifi, received_at)?,
        };
        position.at = at.map_or(received_at, |at| at.min(received_at));
        Some(position)
    }
}

/// What the decoder doubts, in the words of the ticket.
fn flags(report: &Report) -> Vec<Flag> {
    let mut flags: Vec<Flag> = report
        .doubts
        .iter()
        .map(|doubt| match doubt {
            Doubt::AlarmUnnamed | Doubt::AlarmUnreadable => Flag::AlarmUnspecified,
            Doubt::MaybeOffCharger => Flag::MaybeCharger,
            Doubt::Delayed => Flag::Delayed,
            Doubt::Truncated => Flag::Truncated,
            Doubt::Checksum => Flag::BodyDamaged,
        })
        .collect();
    if report.signals.contains(&SignalKind::LowBattery) {
        flags.push(Flag::LowBattery);
    }
    flags
}
