//! What is peculiar to a model of device: which datum and which clock its firmware uses.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use silverbell_domain::{Protocol, UnixMs};
use silverbell_roads::Datum;
use silverbell_store::Device;

/// How a model's reports are to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// What its coordinates refer to.
    pub datum: Datum,
    /// The zone of its clock, where that is not its protocol's.
    pub time_zone: Option<TimeZone>,
}

/// The models that are known by name, and what holds for a protocol's other devices.
#[derive(Clone, Debug, Default)]
pub struct Models {
    /// By the name that `device add --model` gave.
    pub named: BTreeMap<String, Model>,
    /// Of devices without a model.
    pub of_protocols: BTreeMap<Protocol, Model>,
}

const ORDINARY: Model = Model { datum: Datum::Wgs84, time_zone: None };

impl Models {
    /// Returns the model of a device; of an unknown one, what holds for its protocol.
    pub(crate) fn of(&self, device: Option<&Device>, protocol: Protocol) -> &Model {
        let named = device.and_then(|device| self.named.get(device.model.as_ref()?));
        named.or_else(|| self.of_protocols.get(&protocol)).unwrap_or(&ORDINARY)
    }
}

/// Returns the zone in which a protocol's times are written.
fn zone_of(protocol: Protocol) -> TimeZone {
    match protocol {
        // GMT+8 by the standard (JT/T 808, BCD[6]).
        Protocol::Jt808 => TimeZone::fixed(jiff::tz::offset(8)),
        Protocol::Http
        | Protocol::Watch
        | Protocol::Gt06
        | Protocol::H02
        | Protocol::Osmand
        | Protocol::Owntracks => TimeZone::UTC,
    }
}

impl Model {
    /// Returns when it was by a device's time, which was read in its protocol's zone.
    pub(crate) fn time(&self, protocol: Protocol, read: Option<UnixMs>) -> Option<UnixMs> {
        let read = read?;
        let Some(zone) = &self.time_zone else { return Some(read) };
        let written = jiff::Timestamp::from_millisecond(read.0).ok()?;
        let written = written.to_zoned(zone_of(protocol)).datetime();
        let meant = written.to_zoned(zone.clone()).ok()?;
        Some(UnixMs(meant.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<UnixMs> {
        let time: jiff::Timestamp = text.parse().expect("a time");
        Some(UnixMs(time.as_millisecond()))
    }

    fn shanghai() -> Model {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        Model { time_zone: Some(zone), ..Model::default() }
    }

    #[test]
    fn a_watch_that_writes_local_time_is_put_right() {
        let read = at("2026-11-22T10:00:00Z");
        assert_eq!(shanghai().time(Protocol::Watch, read), at("2026-11-22T02:00:00Z"));
        assert_eq!(Model::default().time(Protocol::Watch, read), read);
        assert_eq!(shanghai().time(Protocol::Watch, None), None);
    }

    #[test]
    fn a_terminal_that_writes_the_standards_zone_needs_nothing_and_one_that_writes_utc_is_put_right()
     {
        let read = at("2026-11-22T02:00:00Z");
        assert_eq!(shanghai().time(Protocol::Jt808, read), read);
        let utc = Model { time_zone: Some(TimeZone::UTC), ..Model::default() };
        assert_eq!(utc.time(Protocol::Jt808, read), at("2026-11-22T10:00:00Z"));
    }
}
