//! FreeSWITCH's side of a connection.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::calls::{Calls, Place, Sight};
use super::super::cause::{RESULT_VARIABLE, Verdict};
use super::super::{CallEvent, CallResult, Lines, Link, Message, Number, Party, Reader, Style};
use super::event::{decoded, from_json, from_row, seat, verdict};

const STYLE: Style = Style { starts, body };

/// An event begins with its name.
fn starts(_open: &Message, key: &str) -> bool {
    key.eq_ignore_ascii_case("Event-Name")
}

/// The lines of an event end themselves; everything else has a length.
fn body(message: &Message) -> usize {
    match message.get("Content-Type") {
        "text/event-plain" => 0,
        _ => message.get("Content-Length").parse().unwrap_or_default(),
    }
}

/// Fields that name the call which a leg was made for, the surest first.
const HOMES: [&str; 5] = [
    "variable_cc_member_session_uuid",
    "variable_originator",
    "Channel-Call-UUID",
    "variable_call_uuid",
    "Other-Leg-Unique-ID",
];

/// Fields that hold a recording's file.
const RECORDINGS: [&str; 3] =
    ["Record-File-Path", "variable_record_file", "variable_recording_file"];

/// Values of `sip_hangup_disposition` by which the other end hung up.
const LEFT: [&str; 2] = ["recv_bye", "recv_cancel"];

/// What FreeSWITCH has said on a connection.
#[derive(Clone, Debug)]
pub struct Talk {
    reader: Reader,
    calls: Calls,
    lines: Lines,
    link: Link,
}

impl Talk {
    /// Returns the talk of a new connection, for messages of at most `max_message` bytes.
    #[must_use]
    pub fn new(lines: Lines, max_message: usize) -> Self {
        let reader = Reader::new(STYLE, max_message);
        Self { reader, calls: Calls::default(), lines, link: Link::Opening }
    }

    /// Appends what was received. Take everything out by [`Self::next`] before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reader.push(bytes);
    }

    /// Returns what happened next, `None` until more is pushed.
    #[expect(clippy::should_implement_trait, reason = "more may come after None")]
    pub fn next(&mut self) -> Option<CallEvent> {
        loop {
            if let Some(event) = self.calls.next_event() {
                return Some(event);
            }
            let message = self.reader.next()?;
            self.hear(&message);
        }
    }

    /// Returns how far the connection has come.
    #[must_use]
    pub const fn link(&self) -> Link {
        self.link
    }

    /// Begins a new connection to the same exchange. The calls known are kept until the list of
    /// calls tells otherwise.
    pub fn reconnected(&mut self) {
        self.reader.clear();
        self.link = Link::Opening;
        self.calls.list();
    }

    /// Returns how many calls are in progress.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Returns the names of the calls in progress that the exchange has told of since it was
    /// connected. Once it has answered `list_calls`, there are no others.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        self.calls.names()
    }

    /// Returns how much is held: bytes of an unfinished message, and things remembered.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        (self.reader.size(), self.calls.memory())
    }

    fn hear(&mut self, message: &Message) {
        match message.get("Content-Type") {
            "auth/request" => self.link = Link::Asked,
            "command/reply" => self.hear_reply(message.get("Reply-Text")),
            "text/rude-rejection" => self.link = Link::Refused,
            "text/disconnect-notice" => self.link = Link::Closed,
            "text/event-json" => self.hear_event(&from_json(&message.body)),
            "api/response" => self.hear_list(&message.body),
            _ if !message.get("Event-Name").is_empty() => self.hear_event(&decoded(message)),
            _ => {}
        }
    }

    /// Only the log-in is answered while the password is awaited.
    fn hear_reply(&mut self, reply: &str) {
        if self.link == Link::Asked {
            self.link = if reply.starts_with("+OK") { Link::Open } else { Link::Refused };
        }
    }

    fn hear_event(&mut self, event: &Message) {
        let name = event.get("Event-Name");
        if name == "BACKGROUND_JOB" {
            return self.job(event);
        }
        let Some(leg) = self.sight(event) else { return };
        match name {
            "CHANNEL_PROGRESS" => self.rings(&leg),
            "CHANNEL_ANSWER" => self.calls.answer(&leg.call, &leg.id, leg.place, &leg.name),
            "CHANNEL_BRIDGE" => self.bridge(event, &leg),
            "CHANNEL_UNBRIDGE" => self.unbridge(event, &leg),
            "CHANNEL_HANGUP_COMPLETE" | "CHANNEL_DESTROY" => self.hangup(event, &leg),
            "RECORD_START" => self.recording(event, &leg),
            _ => {}
        }
    }

    /// Takes notice of the leg that an event speaks of.
    fn sight(&mut self, event: &Message) -> Option<Leg> {
        let id = event.get("Unique-ID");
        let channel = event.get("Channel-Name");
        if id.is_empty() || channel.is_empty() {
            return None;
        }
        let is_out = event.get("Call-Direction") == "outbound";
        // What calls in is a call of its own, even if it is joined to another later.
        let home = HOMES.into_iter().map(|key| event.get(key)).filter(|_| is_out);
        let call = home.filter(|call| !call.is_empty()).find(|call| *call != id).unwrap_or(id);
        let from = self.from(event);
        let to = Number::read(event.get("Caller-Destination-Number"), self.lines.area.as_ref());
        let place = self.place(event, &from, to.as_ref());
        let name = seat(channel);
        self.calls.sight(Sight {
            leg: id.into(),
            call: call.into(),
            name: name.into(),
            place,
            called_out: is_out,
            from,
            to: to.clone(),
        });
        let (call, place) = self.calls.leg(id).unwrap_or((call, place));
        let leg = Leg { id: id.into(), call: call.into(), name: name.into(), place };
        if is_out && place == Place::Outside && leg.id != leg.call {
            self.calls.dials(&leg.call, to);
        }
        Some(leg)
    }

    fn from(&self, event: &Message) -> Party {
        let area = self.lines.area.as_ref();
        let name = event.get("Caller-Caller-ID-Name");
        let mut from = Party::read(event.get("Caller-Caller-ID-Number"), name, area);
        let hides = ["Caller-Privacy-Hide-Number", "Caller-Privacy-Hide-Name"];
        let privacy = event.get("variable_sip_h_Privacy");
        from.withheld |= hides.iter().any(|key| event.get(key) == "true");
        from.withheld |= privacy.contains("id") || privacy.contains("user");
        if from.number.is_none() {
            // A carrier may trust us with the number that the caller withheld.
            from.number = Number::read(event.get("variable_sip_P-Asserted-Identity"), area);
        }
        from
    }

    fn place(&self, event: &Message, from: &Party, to: Option<&Number>) -> Place {
        let channel = event.get("Channel-Name");
        if channel.starts_with("loopback/") {
            return Place::Inner;
        }
        let profile = channel.split('/').nth(1).unwrap_or_default();
        let keys = ["variable_sip_gateway", "variable_sip_gateway_name", "Caller-Context"];
        let [gateway, gateway_name, context] = keys.map(|key| event.get(key));
        let is_out = event.get("Call-Direction") == "outbound";
        // The context of a leg that was called is that of its caller.
        let context = if is_out { "" } else { context };
        let other_end = if is_out { to } else { from.number.as_ref() };
        let by_guess = self.lines.guesses()
            && (!gateway.is_empty() || other_end.is_some_and(Number::is_public));
        match by_guess || self.lines.is_outside(&[profile, gateway, gateway_name, context]) {
            true => Place::Outside,
            false => Place::Seat,
        }
    }

    fn rings(&mut self, leg: &Leg) {
        if leg.place == Place::Outside {
            self.calls.verdict(&leg.call, &Verdict { rang: true, ..Verdict::default() });
        }
    }

    /// Two legs hear each other now.
    fn bridge(&mut self, event: &Message, leg: &Leg) {
        let other = event.get("Other-Leg-Unique-ID");
        let ids = ["Bridge-A-Unique-ID", "Bridge-B-Unique-ID"].map(|key| event.get(key));
        let other = ids.into_iter().find(|id| !id.is_empty() && *id != leg.id).unwrap_or(other);
        if other.is_empty() {
            return;
        }
        let channel = event.get("Other-Leg-Channel-Name");
        self.calls.sight(Sight {
            leg: other.into(),
            call: leg.call.clone(),
            name: seat(channel).into(),
            place: if channel.starts_with("loopback/") { Place::Inner } else { Place::Seat },
            called_out: true,
            ..Sight::default()
        });
        let bridge = ids.into_iter().find(|id| !id.is_empty()).unwrap_or(&leg.id).to_owned();
        self.calls.enters(other, &bridge);
        self.calls.enters(&leg.id, &bridge);
    }

    fn unbridge(&mut self, event: &Message, leg: &Leg) {
        self.calls.leaves(&leg.id);
        for key in ["Bridge-A-Unique-ID", "Bridge-B-Unique-ID", "Other-Leg-Unique-ID"] {
            self.calls.leaves(event.get(key));
        }
    }

    fn recording(&mut self, event: &Message, leg: &Leg) {
        let file = RECORDINGS.into_iter().map(|key| event.get(key)).find(|file| !file.is_empty());
        self.calls.recording(&leg.call, file.unwrap_or_default());
    }

    fn hangup(&mut self, event: &Message, leg: &Leg) {
        self.recording(event, leg);
        let disposition = event.get("variable_sip_hangup_disposition");
        let cause = event.get("Hangup-Cause");
        if leg.id == leg.call && (LEFT.contains(&disposition) || cause == "ORIGINATOR_CANCEL") {
            self.calls.caller_left(&leg.call);
        }
        let told = CallResult::from_word(event.get(&format!("variable_{RESULT_VARIABLE}")));
        self.calls.verdict(&leg.call, &Verdict { told, ..Verdict::default() });
        self.calls.gone(&leg.id, &verdict(event, cause));
    }

    /// Hears what became of a click-to-call that was asked for by this name.
    fn job(&mut self, event: &Message) {
        let (id, said) = (event.get("Job-UUID"), String::from_utf8_lossy(&event.body));
        match said.trim().strip_prefix("-ERR") {
            // The seat did not answer, and so the number was never called.
            Some(_) => self.calls.failed(id, CallResult::Failed),
            None => self.calls.asked(id),
        }
    }

    /// Reads the list of channels. Other answers are no JSON.
    fn hear_list(&mut self, body: &[u8]) {
        let Ok(list) = serde_json::from_slice::<Value>(body) else { return };
        if list.get("row_count").is_none() {
            return;
        }
        for row in list.get("rows").and_then(Value::as_array).into_iter().flatten() {
            let event = from_row(row);
            let Some(leg) = self.sight(&event) else { continue };
            let talks = event.get("callstate") == "ACTIVE" && leg.id != leg.call;
            if talks {
                self.calls.answer(&leg.call, &leg.id, leg.place, &leg.name);
            }
        }
        self.calls.listed();
    }
}

/// A leg that an event speaks of.
struct Leg {
    id: String,
    call: String,
    name: String,
    place: Place,
}

#[cfg(test)]
#[path = "talk_tests.rs"]
mod tests;
