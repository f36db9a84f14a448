//! A report while it is read.

use silverbell_domain::{LatLon, SignalKind, UnixMs};

use super::bytes::{Reader, bit};
use super::time;
use crate::{Cell, Doubt, Fix, Notice, Report, Wifi};

/// What has been read of one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) sos: bool,
    pub(super) fall: bool,
    /// An alarm whose maker's word for it means no more than "alarm".
    pub(super) unnamed: bool,
    pub(super) low_battery: bool,
    pub(super) notices: Vec<Notice>,
    /// Whether the device vouches for the point.
    pub(super) fixed: bool,
    pub(super) point: Option<LatLon>,
    pub(super) at: Option<UnixMs>,
    pub(super) battery_pct: Option<u8>,
    pub(super) cells: Vec<Cell>,
    pub(super) wifi: Vec<Wifi>,
    pub(super) buffered: bool,
}

impl Draft {
    /// Keeps a notice, once.
    pub(super) fn note(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Keeps a charge in percent; one above 100 is the device's word for unknown or charging.
    pub(super) fn charge(&mut self, percent: Option<u8>) {
        self.battery_pct = percent.filter(|&percent| percent <= 100).or(self.battery_pct);
    }

    /// Reads the state and the point: latitude and longitude in millionths of a degree, their sides
    /// in the state.
    pub(super) fn take_place(&mut self, bytes: &mut Reader<'_>) -> Option<()> {
        let state = bytes.u32()?;
        let (latitude, longitude) = (bytes.u32()?, bytes.u32()?);
        self.fixed = bit(state, 1);
        let point =
            LatLon::new(degrees(latitude, bit(state, 2)), degrees(longitude, bit(state, 3)));
        self.point = point;
        Some(())
    }

    /// Reads the time, GMT+8.
    pub(super) fn take_time(&mut self, bytes: &mut Reader<'_>) -> Option<()> {
        self.at = time::china(bytes.take(6)?);
        Some(())
    }

    fn is_alarm(&self) -> bool {
        self.sos || self.fall || self.unnamed
    }

    /// Returns the report; `checks` says whether the frame's check byte was right.
    pub(super) fn report(self, checks: bool) -> Report {
        Report {
            signals: self.signals(),
            doubts: self.doubts(checks),
            fix: self.point.filter(|_| self.fixed).map(|point| Fix { point, accuracy_m: None }),
            stale_point: self.point.filter(|_| !self.fixed),
            cells: self.cells,
            wifi: self.wifi,
            battery_pct: self.battery_pct,
            at: self.at,
            buffered: self.buffered,
            notices: self.notices,
        }
    }

    fn signals(&self) -> Vec<SignalKind> {
        let said = [
            (SignalKind::Sos, self.sos || self.unnamed),
            (SignalKind::Fall, self.fall),
            (SignalKind::LowBattery, self.low_battery),
            (SignalKind::Position, self.fixed && self.point.is_some()),
        ];
        let signals: Vec<_> =
            said.into_iter().filter_map(|(kind, holds)| holds.then_some(kind)).collect();
        if signals.is_empty() { vec![SignalKind::Heartbeat] } else { signals }
    }

    fn doubts(&self, checks: bool) -> Vec<Doubt> {
        let doubts = [
            (Doubt::AlarmUnnamed, self.unnamed && !self.sos && !self.fall),
            (Doubt::Delayed, self.buffered && self.is_alarm()),
            (Doubt::Checksum, !checks && self.is_alarm()),
        ];
        doubts.into_iter().filter_map(|(doubt, holds)| holds.then_some(doubt)).collect()
    }
}

fn degrees(millionths: u32, negative: bool) -> f64 {
    let degrees = f64::from(millionths) / 1e6;
    if negative { -degrees } else { degrees }
}
