//! What is sent to Asterisk.

use super::super::link::{line, name};
use super::super::{Number, Unsendable};

/// What our own requests begin their `ActionID` with; other ones are those of calls out.
pub(super) const OURS: &str = "silverbell-";

/// What the `ActionID` of a question for a caller's privacy begins with; the call follows.
pub(super) const PRIVACY: &str = "silverbell-privacy-";

/// Returns the log-in, with the events that are understood.
///
/// # Errors
/// If a value is no single line.
pub fn login(user: &str, secret: &str) -> Result<Vec<u8>, Unsendable> {
    let (user, secret) = (line("user", user)?, line("secret", secret)?);
    Ok(action(
        "Login",
        &format!("{OURS}login"),
        &[("Username", user), ("Secret", secret), ("Events", "call,agent,dialplan,reporting")],
    ))
}

/// Returns the keepalive, which is answered.
#[must_use]
pub fn ping() -> Vec<u8> {
    action("Ping", &format!("{OURS}ping"), &[])
}

/// Returns the farewell.
#[must_use]
pub fn logoff() -> Vec<u8> {
    action("Logoff", &format!("{OURS}logoff"), &[])
}

/// Returns the question for all calls in progress: to be sent after every log-in.
#[must_use]
pub fn list_calls() -> Vec<u8> {
    action("CoreShowChannels", &format!("{OURS}list"), &[])
}

/// A click-to-call: the seat's telephone rings first, then the number is called.
#[derive(Clone, Copy, Debug)]
pub struct Originate<'a> {
    /// The channel that rings at the seat: `PJSIP/agent1`.
    pub seat: &'a str,
    /// Whom to call.
    pub number: &'a Number,
    /// What to call the call: the name in its events.
    pub id: &'a str,
    /// The dialplan's context that calls out: `from-internal`.
    pub context: &'a str,
    /// How long the seat's telephone rings, milliseconds.
    pub ring_ms: u32,
}

/// Returns the request for a call out. If it fails before there is a call, an
/// [`Ended`](super::super::CallEvent::Ended) of the given id follows.
///
/// # Errors
/// If a value would be read as more than a value.
pub fn originate(call: Originate<'_>) -> Result<Vec<u8>, Unsendable> {
    let id = name("id", call.id)?;
    let fields = [
        ("ChannelId", id),
        ("Channel", name("seat", call.seat)?),
        ("Context", name("context", call.context)?),
        ("Exten", call.number.as_str()),
        ("Priority", "1"),
        ("Timeout", &call.ring_ms.to_string()),
        ("Async", "true"),
    ];
    if id.starts_with(OURS) {
        return Err(Unsendable("id"));
    }
    Ok(action("Originate", id, &fields))
}

/// Returns the request to hang a call up, named as in its events.
///
/// # Errors
/// If the name would be read as more than a name.
pub fn hangup(call: &str) -> Result<Vec<u8>, Unsendable> {
    let fields = [("Channel", name("call", call)?), ("Cause", "16")];
    Ok(action("Hangup", &format!("{OURS}hangup"), &fields))
}

/// Returns the question whether a caller's number may be shown; `None` for a call with an odd name.
pub(super) fn ask_privacy(call: &str) -> Option<Vec<u8>> {
    let call = name("call", call).ok()?;
    let fields = [("Channel", call), ("Variable", "CALLERID(pres)")];
    Some(action("Getvar", &format!("{PRIVACY}{call}"), &fields))
}

/// Writes a request; its values are single lines.
fn action(action: &str, id: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("Action: {action}\r\nActionID: {id}\r\n");
    for (key, value) in fields {
        text.push_str(&format!("{key}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn requests_are_written_as_asterisk_reads_them() {
        assert_eq!(
            text(login("bell", "s3cret!").unwrap()),
            "Action: Login\r\nActionID: silverbell-login\r\nUsername: bell\r\nSecret: s3cret!\r\n\
             Events: call,agent,dialplan,reporting\r\n\r\n"
        );
        assert_eq!(text(ping()), "Action: Ping\r\nActionID: silverbell-ping\r\n\r\n");
        assert_eq!(
            text(hangup("1795285269.0").unwrap()),
            "Action: Hangup\r\nActionID: silverbell-hangup\r\nChannel: 1795285269.0\r\n\
             Cause: 16\r\n\r\n"
        );
    }

    #[test]
    fn click_to_call_rings_the_seat_first() {
        let number = Number::read("138-0013-8000", None).unwrap();
        let (seat, id, context) = ("PJSIP/agent1", "call-7", "from-internal");
        let call = Originate { seat, number: &number, id, context, ring_ms: 30_000 };
        assert_eq!(
            text(originate(call).unwrap()),
            "Action: Originate\r\nActionID: call-7\r\nChannelId: call-7\r\n\
             Channel: PJSIP/agent1\r\nContext: from-internal\r\nExten: 13800138000\r\n\
             Priority: 1\r\nTimeout: 30000\r\nAsync: true\r\n\r\n"
        );
        let hostile = "x\r\n\r\nAction: Originate\r\nApplication: System";
        assert_eq!(originate(Originate { seat: hostile, ..call }), Err(Unsendable("seat")));
        assert_eq!(originate(Originate { id: hostile, ..call }), Err(Unsendable("id")));
        assert_eq!(originate(Originate { context: hostile, ..call }), Err(Unsendable("context")));
        assert_eq!(originate(Originate { id: "silverbell-x", ..call }), Err(Unsendable("id")));
    }

    #[test]
    fn a_request_cannot_be_smuggled_in() {
        assert_eq!(login("a\r\nb", "c"), Err(Unsendable("user")));
        assert_eq!(login("a", "c\n"), Err(Unsendable("secret")));
        assert_eq!(hangup("/.*/"), Err(Unsendable("call")), "a pattern would hang up every call");
        assert_eq!(ask_privacy("1.1\r\nx"), None);
    }
}
