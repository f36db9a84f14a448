//! What Asterisk's events say of calls.

use super::super::calls::{Place, Sight};
use super::super::cause::{self, RESULT_VARIABLE, Verdict};
use super::super::message::leading_number;
use super::super::{CallResult, Link, Message, Number, Party};
use super::Talk;
use super::action::OURS;

/// `ChannelState`: begun by Asterisk and not rung yet; ringing; up.
const DOWN: u16 = 0;
const RINGING: u16 = 5;
const UP: u16 = 6;

/// Bits of a presentation: restricted.
const PRESENTATION: u16 = 0x60;
const RESTRICTED: u16 = 0x20;

/// Variables that hold a recording's file, set by `MixMonitor`, `Record` and FreePBX.
const RECORDINGS: [&str; 3] = ["MIXMONITOR_FILENAME", "RECORDED_FILE", "CDR(recordingfile)"];

/// Kinds of channel that are nobody's telephone.
const MACHINES: [&str; 11] = [
    "announcer",
    "asyncgoto",
    "audiosocket",
    "bridge",
    "cbann",
    "cbrec",
    "message",
    "multicastrtp",
    "recorder",
    "snoop",
    "surrogate",
];

impl Talk {
    pub(super) fn hear_event(&mut self, message: &Message) {
        let event = message.get("Event");
        // A record of what is told anyway, under other names.
        if matches!(event, "CEL" | "Cdr") {
            return;
        }
        let channel = self.sight(message, "");
        let dest = self.sight(message, "Dest");
        match event {
            "NewCallerid" => self.caller(message, channel.as_ref()),
            "Newstate" => self.state(message, channel.as_ref()),
            "DialBegin" => self.dial_begin(message, dest.as_ref()),
            "DialState" => self.dial_state(message, dest.as_ref()),
            "DialEnd" => self.dial_end(message, dest.as_ref()),
            "AgentConnect" => self.agent_connect(message, channel.as_ref(), dest.as_ref()),
            "QueueCallerAbandon" | "HangupRequest" => {
                self.calls.caller_left(message.get("Uniqueid"))
            }
            "BridgeEnter" => self.bridge_enter(message),
            "BridgeLeave" => self.calls.leaves(message.get("Uniqueid")),
            "MixMonitorStart" => self.mix_monitor(message, channel.as_ref()),
            "VarSet" => self.var_set(message, channel.as_ref()),
            "Hangup" => self.hangup(message),
            "CoreShowChannel" => self.core_show_channel(message),
            "CoreShowChannelsComplete" => self.calls.listed(),
            "OriginateResponse" => self.originate_response(message),
            "Shutdown" => self.link = Link::Closed,
            _ => {}
        }
    }

    /// Takes notice of the channel whose fields begin with this word.
    fn sight(&mut self, message: &Message, prefix: &str) -> Option<Channel> {
        let field = |key: &str| message.get(&format!("{prefix}{key}"));
        let (id, linked, name) = (field("Uniqueid"), field("Linkedid"), field("Channel"));
        if id.is_empty() || linked.is_empty() || name.is_empty() {
            return None;
        }
        let area = self.lines.area.as_ref();
        let from = Party::read(field("CallerIDNum"), field("CallerIDName"), area);
        let to = Number::read(field("Exten"), area);
        let is_new = message.get("Event") == "Newchannel";
        let called_out = is_new && leading_number(field("ChannelState")) == Some(DOWN);
        let calls_in = id == linked && !called_out && self.calls.leg(id).is_none();
        let place = match self.place(name, field("Context")) {
            Place::Seat if calls_in && self.calls_in_by_guess(&from) => Place::Outside,
            Place::Seat if prefix == "Dest" && self.called_by_guess(message) => Place::Outside,
            place => place,
        };
        let sight = Sight {
            leg: id.into(),
            call: linked.into(),
            name: endpoint(name).into(),
            place,
            called_out,
            from,
            to,
        };
        self.calls.sight(sight);
        let (call, place) = self.calls.leg(id).unwrap_or((linked, place));
        Some(Channel { id: id.into(), call: call.into(), name: endpoint(name).into(), place })
    }

    fn place(&self, channel: &str, context: &str) -> Place {
        let kind = channel.split('/').next().unwrap_or_default().to_ascii_lowercase();
        if kind == "local" {
            Place::Inner
        } else if MACHINES.contains(&kind.as_str()) {
            Place::Machine
        } else if self.lines.is_outside(&[endpoint(channel), context]) {
            Place::Outside
        } else {
            Place::Seat
        }
    }

    fn calls_in_by_guess(&self, from: &Party) -> bool {
        self.lines.guesses() && from.number.as_ref().is_some_and(Number::is_public)
    }

    /// Returns whether a seat's dialplan calls a public number: then whatever it calls leads outside.
    fn called_by_guess(&self, message: &Message) -> bool {
        let number = |key| Number::read(message.get(key), self.lines.area.as_ref());
        let is_public = |key| number(key).is_some_and(|number| number.is_public());
        self.lines.guesses() && is_public("DestCallerIDNum") && !is_public("CallerIDNum")
    }

    fn caller(&mut self, message: &Message, channel: Option<&Channel>) {
        let Some(channel) = channel.filter(|channel| channel.id == channel.call) else { return };
        let (number, name) = (message.get("CallerIDNum"), message.get("CallerIDName"));
        let mut more = Party::read(number, name, self.lines.area.as_ref());
        // A number that is not told here may have been told before.
        more.withheld &= more.number.is_some();
        let presentation = message.number("CID-CallingPres");
        more.withheld |= presentation.is_some_and(|bits| bits & PRESENTATION == RESTRICTED);
        self.calls.caller(&channel.call, more);
    }

    fn state(&mut self, message: &Message, channel: Option<&Channel>) {
        let Some(channel) = channel.filter(|channel| channel.place == Place::Outside) else {
            return;
        };
        match message.number("ChannelState") {
            Some(RINGING) => self.rings(&channel.call),
            // Its own dialplan answers a call that comes in: that is no answer, and not taken as one.
            Some(UP) if channel.id == channel.call => {
                self.calls.answer(&channel.call, &channel.id, channel.place, &channel.name);
            }
            _ => {}
        }
    }

    fn rings(&mut self, call: &str) {
        self.calls.verdict(call, &Verdict { rang: true, ..Verdict::default() });
    }

    fn dial_begin(&mut self, message: &Message, dest: Option<&Channel>) {
        if let Some(dest) = dest.filter(|dest| dest.place == Place::Outside && dest.id != dest.call)
        {
            let to = self.dialled(message);
            self.calls.dials(&dest.call, to);
        }
    }

    /// Returns the number that a dialplan calls: `Dial` gives it to the channel it makes, or writes it
    /// into what it dials (`13800138000@trunk`, `g1/13800138000`).
    fn dialled(&self, message: &Message) -> Option<Number> {
        let area = self.lines.area.as_ref();
        let told = ["DestCallerIDNum", "DestExten", "Exten"].map(|key| message.get(key));
        let parts = message.get("DialString").split(['/', '@']);
        told.into_iter().chain(parts).find_map(|text| Number::read(text, area))
    }

    fn dial_state(&mut self, message: &Message, dest: Option<&Channel>) {
        if let Some(dest) = dest.filter(|dest| dest.place == Place::Outside)
            && message.get("DialStatus") == "RINGING"
        {
            self.rings(&dest.call);
        }
    }

    fn dial_end(&mut self, message: &Message, dest: Option<&Channel>) {
        let Some(dest) = dest else { return };
        match cause::of_dial_status(message.get("DialStatus")) {
            Some(CallResult::Completed) => {
                self.calls.answer(&dest.call, &dest.id, dest.place, &dest.name);
            }
            status if dest.place == Place::Outside => {
                self.calls.verdict(&dest.call, &Verdict { status, ..Verdict::default() });
            }
            _ => {}
        }
    }

    /// A queue says that its caller and a member talk. The member may be behind a local channel.
    fn agent_connect(
        &mut self,
        message: &Message,
        channel: Option<&Channel>,
        dest: Option<&Channel>,
    ) {
        let Some(channel) = channel else { return };
        let seat = dest.filter(|dest| matches!(dest.place, Place::Seat | Place::Outside));
        let name = seat.map_or_else(|| message.get("Interface"), |seat| &seat.name);
        self.calls.answer(&channel.call, message.get("DestUniqueid"), Place::Seat, name);
    }

    fn bridge_enter(&mut self, message: &Message) {
        // Who is on hold or parked hears music.
        if !message.get("BridgeTechnology").starts_with("holding") {
            self.calls.enters(message.get("Uniqueid"), message.get("BridgeUniqueid"));
        }
    }

    fn mix_monitor(&mut self, message: &Message, channel: Option<&Channel>) {
        if let Some(channel) = channel {
            self.calls.recording(&channel.call, message.get("Filename"));
        }
    }

    fn var_set(&mut self, message: &Message, channel: Option<&Channel>) {
        let Some(channel) = channel else { return };
        let (variable, value) = (message.get("Variable"), message.get("Value"));
        let variable = variable.trim_start_matches('_');
        if RECORDINGS.contains(&variable) {
            self.calls.recording(&channel.call, value);
        } else if variable.eq_ignore_ascii_case(RESULT_VARIABLE) {
            let told = CallResult::from_word(value);
            self.calls.verdict(&channel.call, &Verdict { told, ..Verdict::default() });
        }
    }

    fn hangup(&mut self, message: &Message) {
        let (sip, q850) = (message.number("TechCause"), message.number("Cause"));
        self.calls.gone(message.get("Uniqueid"), &Verdict { sip, q850, ..Verdict::default() });
    }

    fn core_show_channel(&mut self, message: &Message) {
        self.calls.enters(message.get("Uniqueid"), message.get("BridgeId"));
    }

    /// Hears whether the seat of a click-to-call answered; if not, the number is never called.
    fn originate_response(&mut self, message: &Message) {
        match (message.get("ActionID"), message.get("Response")) {
            (id, _) if id.is_empty() || id.starts_with(OURS) => {}
            (id, "Success") => self.calls.asked(id),
            (id, _) => self.calls.failed(id, CallResult::Failed),
        }
    }
}

/// A channel that a message speaks of.
struct Channel {
    id: String,
    call: String,
    name: String,
    place: Place,
}

/// Returns a channel's telephone or line: `PJSIP/agent1` of `PJSIP/agent1-00000001`.
fn endpoint(channel: &str) -> &str {
    channel.rsplit_once('-').map_or(channel, |(endpoint, _)| endpoint)
}
