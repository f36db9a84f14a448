//! OwnTracks over HTTP: one JSON object a request.
//!
//! **Identity**, as Traccar's: the whole `topic` (`owntracks/user/device`, without a last part that
//! names the kind of message: `/event`, `/waypoint`, …), else the `tid`; else what the topic would
//! be, from the headers `X-Limit-U` and `X-Limit-D` or the query's `u` and `d`.
//!
//! **Alarms**: OwnTracks has none. For apps that are made to send one, these are honoured: `alarm`
//! with Traccar's words (an unknown one is an SOS in doubt), `sos` or `fall` saying yes, and a
//! location whose `event`, `poi`, `tag` or `desc` is the word of an alarm, for a point of interest
//! is what a person can send by a shortcut of the phone. The trigger `t` is none: `u` is sent by
//! whoever opens the app. Of hardware that speaks OwnTracks, `t` `9` is a low battery and `e` a power
//! cut, as with Traccar.
//!
//! **Answers**: the app's queue stands still on anything but 2xx (owntracks/ios#663), so whatever can
//! be read is answered by 200 and `[]`: no friends to be shown. That holds for an empty body, too,
//! which the app sends when a friend is deleted.

mod report;

use serde_json::Value;

use crate::http_request::HttpRequest;
use crate::{Heard, Report, json, name};

/// What the app expects: a list of friends, here empty.
const ANSWER: &[u8] = b"[]";

/// The last parts of topics of messages that are no locations.
const MESSAGE_KINDS: [&str; 9] =
    ["event", "waypoint", "waypoints", "status", "cmd", "step", "beacon", "dump", "info"];

/// Returns what a request says, `None` if its body can not be read.
///
/// The answer is a 200 with the ack as body.
#[must_use]
pub fn hear(request: &HttpRequest<'_>) -> Option<Heard> {
    let messages = messages(request.body)?;
    let told = messages.iter().find_map(ident);
    let ident = told.unwrap_or_else(|| ident_of_request(request));
    let mut reports: Vec<_> = messages.iter().map(report::read).collect();
    if reports.is_empty() {
        reports.push(Report {
            signals: vec![silverbell_domain::SignalKind::Heartbeat],
            ..Report::default()
        });
    }
    Some(Heard { ident, raw: request.raw(), reports, ack: Some(ANSWER.to_vec()) })
}

/// Returns the messages of a body, none if it is empty, `None` if it cannot be read.
fn messages(body: &[u8]) -> Option<Vec<Value>> {
    if body.trim_ascii().is_empty() {
        return Some(Vec::new());
    }
    match json::read(body)? {
        Value::Array(list) => Some(list.into_iter().filter(Value::is_object).collect()),
        message => Some(vec![message]),
    }
}

fn ident(message: &Value) -> Option<String> {
    let field = |name: &str| message.get(name).and_then(json::text).map(|text| name::kept(&text));
    let topic = field("topic").map(|topic| name::kept(device_topic(&topic)));
    topic.into_iter().chain(field("tid")).find(|ident| !ident.is_empty())
}

/// Returns the topic of the device's locations.
fn device_topic(topic: &str) -> &str {
    match topic.rsplit_once('/') {
        Some((device, kind))
            if MESSAGE_KINDS.contains(&kind) && device.matches('/').count() >= 2 =>
        {
            device
        }
        _ => topic,
    }
}

/// Returns the ident by what is told beside the message, empty if nothing is.
fn ident_of_request(request: &HttpRequest<'_>) -> String {
    let query = request.query();
    let of_query =
        |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let user = request.header("X-Limit-U").or_else(|| of_query("u")).unwrap_or_default();
    let device = request.header("X-Limit-D").or_else(|| of_query("d")).unwrap_or_default();
    if user.is_empty() && device.is_empty() {
        return String::new();
    }
    name::kept(&format!("owntracks/{user}/{device}"))
}
