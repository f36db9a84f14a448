//! What FreeSWITCH writes, undone: its encodings, and its names for what the network said.

use serde_json::Value;

use super::super::cause::{self, Verdict};
use super::super::message::leading_number;
use super::super::{CallResult, Message};

/// Returns what the network said of a leg that is over.
pub(super) fn verdict(event: &Message, cause: &str) -> Verdict {
    let codes = [
        "variable_sip_term_status",
        "variable_sip_invite_failure_status",
        "variable_proto_specific_hangup_cause",
    ];
    // We gave up ourselves: what follows is the answer to that.
    let gave_up = matches!(cause, "ORIGINATOR_CANCEL" | "NO_ANSWER" | "ALLOTTED_TIMEOUT");
    let sip = codes.into_iter().find_map(|key| leading_number(event.get(key)));
    let q850 = leading_number(event.get("variable_hangup_cause_q850"));
    let q850 = q850.filter(|&code| code != 0).or_else(|| cause::q850_of_name(cause));
    let status = gave_up.then_some(CallResult::NoAnswer);
    Verdict { sip: sip.filter(|&code| code >= 400), q850, status, ..Verdict::default() }
}

/// Returns a seat's name: `1001` of `sofia/internal/1001@192.0.2.7:5060`.
pub(super) fn seat(channel: &str) -> &str {
    let user = channel.rsplit('/').next().unwrap_or_default();
    user.split('@').next().unwrap_or_default()
}

/// Returns an event with its values decoded.
pub(super) fn decoded(event: &Message) -> Message {
    let decoded = |(key, value): &(String, String)| (key.clone(), percent_decoded(value));
    Message { fields: event.fields.iter().map(decoded).collect(), body: event.body.clone() }
}

/// Undoes percent-encoding; what is none stays as it is.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.split_at_checked(2).filter(|_| byte == b'%');
        let decoded = code.and_then(|(code, left)| {
            let byte = hex::decode(code).ok()?.first().copied()?;
            Some((byte, left))
        });
        let (byte, left) = decoded.unwrap_or((byte, after));
        plain.push(byte);
        rest = left;
    }
    let text = String::from_utf8_lossy(&plain);
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Returns an event written as JSON; an empty one if it cannot be read.
pub(super) fn from_json(body: &[u8]) -> Message {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return Message::default() };
    let body = fields.get("_body").and_then(Value::as_str).unwrap_or_default().into();
    let text = |value: Value| value.as_str().map(str::to_owned);
    let fields = fields.into_iter().filter_map(|(key, value)| Some((key, text(value)?)));
    Message { fields: fields.collect(), body }
}

/// Returns a row of the list of channels as an event of its channel.
pub(super) fn from_row(row: &Value) -> Message {
    let names = [
        ("uuid", "Unique-ID"),
        ("direction", "Call-Direction"),
        ("name", "Channel-Name"),
        ("cid_num", "Caller-Caller-ID-Number"),
        ("cid_name", "Caller-Caller-ID-Name"),
        ("dest", "Caller-Destination-Number"),
        ("context", "Caller-Context"),
        ("call_uuid", "Channel-Call-UUID"),
        ("callstate", "callstate"),
    ];
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let fields = names.iter().filter_map(|(name, key)| Some(((*key).to_owned(), text(name)?)));
    Message { fields: fields.collect(), body: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_undone_and_nothing_else() {
        let cases = [
            ("%2B86%20138", "+86 138"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%E7%8E%8B", "王"),
            ("a%0D%0Ab", "ab"),
        ];
        for (encoded, plain) in cases {
            assert_eq!(percent_decoded(encoded), plain);
        }
    }
}
