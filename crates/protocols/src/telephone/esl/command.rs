//! What is sent to FreeSWITCH.

use super::super::link::{line, name};
use super::super::{Number, Unsendable};

/// The events that are understood.
const EVENTS: &str = "CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_ANSWER CHANNEL_BRIDGE \
    CHANNEL_UNBRIDGE CHANNEL_HANGUP_COMPLETE RECORD_START BACKGROUND_JOB HEARTBEAT";

/// Returns the answer to the question for the password.
///
/// # Errors
/// If the password is no single line.
pub fn auth(password: &str) -> Result<Vec<u8>, Unsendable> {
    Ok(command(&format!("auth {}", line("password", password)?)))
}

/// Returns the subscription to the events that are understood. `HEARTBEAT` comes every 20 s.
#[must_use]
pub fn subscribe() -> Vec<u8> {
    command(&format!("event plain {EVENTS}"))
}

/// Returns the question for all calls in progress: to be sent after every subscription.
#[must_use]
pub fn list_calls() -> Vec<u8> {
    command("api show channels as json")
}

/// Returns the keepalive, which is answered.
#[must_use]
pub fn keepalive() -> Vec<u8> {
    command("api echo silverbell")
}

/// Returns the farewell.
#[must_use]
pub fn exit() -> Vec<u8> {
    command("exit")
}

/// A click-to-call: the seat's telephone rings first, then the number is called.
#[derive(Clone, Copy, Debug)]
pub struct Originate<'a> {
    /// What rings at the seat: `user/1001`.
    pub seat: &'a str,
    /// Whom to call.
    pub number: &'a Number,
    /// What to call the call: the name in its events.
    pub id: &'a str,
    /// The dialplan's context that calls out: `default`.
    pub context: &'a str,
    /// How long the seat's telephone rings, milliseconds, in whole seconds.
    pub ring_ms: u32,
}

/// Returns the request for a call out. If it fails before there is a call, an
/// [`Ended`](super::super::CallEvent::Ended) of the given id follows.
///
/// # Errors
/// If a value would be read as more than a value.
pub fn originate(call: Originate<'_>) -> Result<Vec<u8>, Unsendable> {
    let id = name("id", call.id)?;
    let (seat, context) = (name("seat", call.seat)?, name("context", call.context)?);
    let (number, ring_s) = (call.number, call.ring_ms.div_ceil(1000));
    Ok(command(&format!(
        "bgapi originate {{origination_uuid={id},originate_timeout={ring_s}}}{seat} {number} XML \
         {context}\nJob-UUID: {id}"
    )))
}

/// Returns the request to hang a call up, named as in its events.
///
/// # Errors
/// If the name would be read as more than a name.
pub fn hangup(call: &str) -> Result<Vec<u8>, Unsendable> {
    Ok(command(&format!("api uuid_kill {}", name("call", call)?)))
}

fn command(text: &str) -> Vec<u8> {
    format!("{text}\n\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn requests_are_written_as_freeswitch_reads_them() {
        assert_eq!(text(auth("ClueCon").unwrap()), "auth ClueCon\n\n");
        assert!(text(subscribe()).starts_with("event plain CHANNEL_CREATE CHANNEL_PROGRESS "));
        assert_eq!(text(hangup("0a1b-2c").unwrap()), "api uuid_kill 0a1b-2c\n\n");
    }

    #[test]
    fn click_to_call_rings_the_seat_first() {
        let number = Number::read("0596-2222222", None).unwrap();
        let (seat, id, context) = ("user/1001", "call-7", "default");
        let call = Originate { seat, number: &number, id, context, ring_ms: 29_500 };
        assert_eq!(
            text(originate(call).unwrap()),
            "bgapi originate {origination_uuid=call-7,originate_timeout=30}user/1001 05962222222 \
             XML default\nJob-UUID: call-7\n\n"
        );
        for hostile in ["x\n\napi shutdown", "{a=b}user/1", "user/1,user/2", "a &system(x)"] {
            assert_eq!(originate(Originate { seat: hostile, ..call }), Err(Unsendable("seat")));
            assert_eq!(originate(Originate { id: hostile, ..call }), Err(Unsendable("id")));
            assert_eq!(
                originate(Originate { context: hostile, ..call }),
                Err(Unsendable("context"))
            );
        }
    }

    #[test]
    fn a_request_cannot_be_smuggled_in() {
        assert_eq!(auth("a\n\napi shutdown"), Err(Unsendable("password")));
        assert_eq!(hangup("a\n\napi shutdown"), Err(Unsendable("call")));
    }
}
