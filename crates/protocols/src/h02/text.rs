//! What a text message says.

use silverbell_domain::{LatLon, UnixMs};

use super::fields::{self, at};
use super::frame::Frame;
use super::network;
use super::status::{self, Options, Said};
use crate::{Doubt, Fix, Notice, Report, name};

/// Where the fields of a message begin: behind maker, ident and command.
const FIELDS: usize = 3;

/// A text message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    /// The maker's code, in capitals.
    pub(super) maker: String,
    /// What the device calls itself, empty if it does not.
    pub(super) ident: String,
    /// The ident byte for byte, for the answer.
    pub(super) raw_ident: Vec<u8>,
    /// `V1`, `NBR`, `ALRM`, …
    pub(super) kind: String,
    /// Whether latitude, longitude and speed are numbers: only such reports are answered.
    pub(super) has_place: bool,
    /// Oldest first, never empty.
    pub(super) reports: Vec<Report>,
}

/// Reads a message; `None` if it was cut before its command.
pub(super) fn read(frame: &Frame, now: UnixMs, options: Options) -> Option<Message> {
    let inner = frame.raw.strip_prefix(b"*").unwrap_or(&frame.raw);
    let inner = inner.strip_suffix(b"#").unwrap_or(inner);
    let raw_ident = inner.split(|&byte| byte == b',').nth(1).unwrap_or_default().to_vec();
    let text = String::from_utf8_lossy(inner);
    let mut all: Vec<&str> = text.split(',').collect();
    if frame.truncated && all.len() < FIELDS {
        return None;
    }
    if frame.truncated && all.len() > FIELDS {
        let last = all.pop().unwrap_or_default().trim_end();
        // Half of the last field is worse than none of it: FFFFFBFD may be cut to FFFFFBF. A whole
        // status only lost its `#`.
        if is_whole_status(last) {
            all.push(last);
        }
    }
    let context = Context {
        kind: at(&all, 2),
        ident: name_of(&raw_ident),
        truncated: frame.truncated,
        now,
        options,
    };
    let (has_place, reports) = context.read(all.get(FIELDS..).unwrap_or_default());
    Some(Message {
        maker: at(&all, 0).to_ascii_uppercase(),
        kind: context.kind.to_owned(),
        ident: context.ident,
        raw_ident,
        has_place,
        reports,
    })
}

fn is_whole_status(field: &str) -> bool {
    field.len() == 8 && field.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn name_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => name::kept(text),
        Err(_) => name::kept(&bytes.escape_ascii().to_string()),
    }
}

/// What the fields of a message are read by.
struct Context<'a> {
    kind: &'a str,
    ident: String,
    truncated: bool,
    now: UnixMs,
    options: Options,
}

impl Context<'_> {
    fn read(&self, fields: &[&str]) -> (bool, Vec<Report>) {
        if self.kind == "BC" {
            return (false, self.history(fields));
        }
        match find_place(fields) {
            Some(hemisphere) => {
                let (place, rest) = Place::read(fields, hemisphere);
                (place.is_whole, vec![self.report(place, rest, fields)])
            }
            None => (false, vec![self.report(self.without_place(fields), &[], fields)]),
        }
    }

    /// Reads history: time, length, and points that are parted by semicolons.
    fn history(&self, fields: &[&str]) -> Vec<Report> {
        let points = fields.get(2..).unwrap_or_default().join(",");
        let points = points.split(';').map(|point| point.split(',').collect::<Vec<_>>());
        let mut reports: Vec<_> = points.filter_map(|point| self.point(&point)).collect();
        if reports.is_empty() {
            reports.push(self.report(Place { buffered: true, ..Place::default() }, &[], &[]));
        }
        reports
    }

    fn point(&self, fields: &[&str]) -> Option<Report> {
        let (place, rest) = Place::read(fields, find_place(fields)?);
        let moment =
            fields.iter().find_map(|field| fields::last_such_moment(field.trim(), self.now));
        Some(self.report(Place { at: moment, buffered: true, ..place }, rest, fields))
    }

    fn report(&self, place: Place, rest: &[&str], fields: &[&str]) -> Report {
        let (charge, mut cells) = network::tail(rest, &self.ident);
        cells.extend(self.cells(fields));
        let mut report = Report {
            fix: place
                .point
                .filter(|_| place.is_fixed)
                .map(|point| Fix { point, accuracy_m: None }),
            stale_point: place.point.filter(|_| !place.is_fixed),
            cells,
            battery_pct: charge.or_else(|| self.charge(fields, rest)),
            at: place.at,
            buffered: place.buffered,
            notices: place.status.map(status::notices).unwrap_or_default(),
            ..Report::default()
        };
        let mut said = Said { truncated: self.truncated, ..Said::default() };
        self.take_alarm(fields, &mut said, &mut report);
        said.sos |= place.status.is_some_and(|bits| status::is_sos(bits, self.options));
        status::finish(&mut report, said);
        report
    }

    /// Reads what the message itself, not its status, is an alarm of. One that names nothing that we
    /// know may be the SOS of a maker that we do not know.
    fn take_alarm(&self, fields: &[&str], said: &mut Said, report: &mut Report) {
        if !self.is_alarm() {
            return;
        }
        match at(fields, 0).trim_start_matches('0') {
            "1" => said.sos = true,
            "2" => said.low_battery = true,
            "3" => report.notices.push(Notice::GeofenceExit),
            other => {
                said.sos = true;
                let is_sos = self.kind.eq_ignore_ascii_case("SOS");
                let unnamed =
                    if other.is_empty() { Doubt::AlarmUnreadable } else { Doubt::AlarmUnnamed };
                report.doubts.extend((!is_sos).then_some(unnamed));
            }
        }
    }

    /// Returns whether this is an alarm message, or what is left of one.
    fn is_alarm(&self) -> bool {
        let kind = self.kind.to_ascii_uppercase();
        kind.starts_with("AL") || kind == "SOS"
    }

    fn without_place(&self, fields: &[&str]) -> Place {
        let is_known = matches!(self.kind, "NBR" | "LINK" | "V3");
        let date = find_date_and_status(fields, is_known);
        let status = date.and_then(|date| fields::status(at(fields, date + 1)));
        let time = fields::time_of_day(at(fields, 0));
        let moment = date.zip(time).and_then(|(date, time)| fields::moment(at(fields, date), time));
        Place { at: moment, status, ..Place::default() }
    }

    fn cells(&self, fields: &[&str]) -> Vec<crate::Cell> {
        match self.kind {
            "NBR" => network::neighbours(fields.get(1..).unwrap_or_default()),
            "V3" => network::joined(fields.get(1..).unwrap_or_default()),
            "VP1" if at(fields, 0) == "V" => network::parted(fields.get(1..).unwrap_or_default()),
            _ => Vec::new(),
        }
    }

    /// Reads the charge where the command alone tells where it stands.
    fn charge(&self, fields: &[&str], rest: &[&str]) -> Option<u8> {
        match self.kind {
            "V0" | "HTBT" => fields::percent(at(fields, 0)),
            "LINK" => fields::percent(at(fields, 3)),
            "VP1" => fields::percent(at(rest, 0)),
            "VI1" | "ALRM" => fields::percent(at(rest, 4)),
            _ => None,
        }
    }
}

/// Where and when, and the status.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    is_fixed: bool,
    point: Option<LatLon>,
    /// Whether latitude, longitude and speed are numbers, be they a place or not.
    is_whole: bool,
    at: Option<UnixMs>,
    buffered: bool,
    status: Option<u32>,
}

impl Place {
    /// Reads `time,validity,latitude,N,longitude,E,speed,course,date,…,status`, whose first
    /// hemisphere stands there; gives what follows the status.
    ///
    /// The charge may stand before the date, and three fields of the SIM card after it.
    fn read<'a>(fields: &'a [&'a str], hemisphere: usize) -> (Self, &'a [&'a str]) {
        let before =
            |count: usize| hemisphere.checked_sub(count).map_or("", |index| at(fields, index));
        let lat = fields::degrees(before(1), at(fields, hemisphere));
        let lon = fields::degrees(at(fields, hemisphere + 1), at(fields, hemisphere + 2));
        let date_at = find_date(fields, hemisphere + 5);
        let status_at = find_status(fields, date_at);
        let place = Self {
            is_fixed: is_fixed(before(2)),
            point: lat.zip(lon).and_then(|(lat, lon)| LatLon::new(lat, lon)),
            is_whole: lat.is_some() && lon.is_some() && is_number(at(fields, hemisphere + 3)),
            at: fields::time_of_day(before(3))
                .and_then(|time| fields::moment(at(fields, date_at), time)),
            buffered: false,
            status: status_at.and_then(|index| fields::status(at(fields, index))),
        };
        let rest = status_at.and_then(|index| fields.get(index + 1..)).unwrap_or_default();
        (place, rest)
    }
}

/// Returns whether the device vouches for the place: `A` by GPS, `B` by Beidou; a number is the
/// coding that an address is asked in, of a place that is known.
fn is_fixed(validity: &str) -> bool {
    let is_number = !validity.is_empty() && validity.bytes().all(|byte| byte.is_ascii_digit());
    matches!(validity, "A" | "B") || is_number
}

fn is_number(field: &str) -> bool {
    let is_plain = field.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_plain && field.parse::<f64>().is_ok()
}

/// Returns where the latitude's hemisphere stands: the longitude's stands two fields on.
fn find_place(fields: &[&str]) -> Option<usize> {
    let is_pair = |index: &usize| {
        matches!(at(fields, *index), "N" | "S") && matches!(at(fields, *index + 2), "E" | "W")
    };
    (1..fields.len()).find(is_pair)
}

/// Returns where the date stands, behind a charge or not.
fn find_date(fields: &[&str], usual: usize) -> usize {
    let is_date = |index| fields::is_digits(at(fields, index), 6);
    if !is_date(usual) && !at(fields, usual).is_empty() && is_date(usual + 1) {
        usual + 1
    } else {
        usual
    }
}

/// Returns where the status stands behind the date: at once, or behind three fields; elsewhere only
/// if it looks like one.
fn find_status(fields: &[&str], date_at: usize) -> Option<usize> {
    let status = |distance: &usize| fields::status(at(fields, date_at + distance));
    let known = [1, 4].into_iter().find(|distance| status(distance).is_some());
    let elsewhere = || {
        let looks = |distance: &usize| status(distance).is_some_and(fields::looks_like_status);
        [2, 3, 5, 6].into_iter().find(looks)
    };
    known.or_else(elsewhere).map(|distance| date_at + distance)
}

/// Returns where the date stands in a message without a place: the status follows it. In a message
/// that we do not know, it must look like one.
fn find_date_and_status(fields: &[&str], is_known: bool) -> Option<usize> {
    let is_status = |field: &str| {
        fields::status(field).is_some_and(|bits| is_known || fields::looks_like_status(bits))
    };
    let is_pair = |pair: &[&str]| fields::is_digits(at(pair, 0), 6) && is_status(at(pair, 1));
    fields.windows(2).rposition(is_pair)
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
