//! The OsmAnd protocol over HTTP, spoken by Traccar Client, OsmAnd and many an app of one's own.
//!
//! A report is names and values: of the query, of a form, or of a JSON document (Traccar Client 9
//! and later, Transistorsoft's plugin), in which a list is a batch, oldest first. All three are read
//! as if they were one, and the request's method is not looked at.
//!
//! | name | value |
//! |---|---|
//! | `id`, `deviceid`, `device_id` | what the device calls itself |
//! | `timestamp` | seconds or milliseconds since 1970, or a date and time |
//! | `lat`, `lon`, or `location`; `latitude`, `longitude` | degrees |
//! | `valid` | `false` or `0`: the device does not vouch for the place |
//! | `accuracy` | metres; `batt` percent, `level` (in JSON) 0 to 1 |
//! | `cell` | `mcc,mnc,lac,cid,rssi`, many; `wifi` | `mac,rssi`, many |
//! | `alarm` | Traccar's words, as `sos` and `fallDown`; an unknown one is an SOS in doubt |
//! | `sos`, `panic`, `help`, `fall` | anything but `false`, `0`, `no` is this alarm |
//! | `event`, `key` | this alarm, if it is the word of one |
//! | `_` (in JSON) | a query that has been filled in; what it names is read if nothing else does |
//!
//! Traccar Client sends `alarm=sos`, in JSON as `location.alarm` or `location.extras.alarm`; its
//! newest version sends nothing at all (traccar/traccar-client#193).

mod pairs;
mod report;

use silverbell_domain::SignalKind;

use crate::http_request::HttpRequest;
use crate::{Heard, name};

/// Returns what a request says, `None` if nothing can be read from it: no device and no alarm.
///
/// The answer is a 200 with the ack, which is empty, as body.
#[must_use]
pub fn hear(request: &HttpRequest<'_>) -> Option<Heard> {
    let said = pairs::of(request);
    let idents = said.iter().filter_map(|pairs| pairs.first(&["device_id", "deviceid", "id"]));
    let ident = idents.map(name::kept).find(|ident| !ident.is_empty());
    let mut reports: Vec<_> = said.iter().map(report::read).collect();
    // Stable, so that reports without a time stay where they are sent.
    if reports.iter().all(|report| report.at.is_some()) {
        reports.sort_by_key(|report| report.at);
    }
    let is_alarm = |kind: &SignalKind| kind.is_alarm();
    let has_alarm = reports.iter().any(|report| report.signals.iter().any(is_alarm));
    let is_read = !reports.is_empty() && (ident.is_some() || has_alarm);
    is_read.then(|| Heard {
        ident: ident.unwrap_or_default(),
        raw: request.raw(),
        reports,
        ack: Some(Vec::new()),
    })
}
