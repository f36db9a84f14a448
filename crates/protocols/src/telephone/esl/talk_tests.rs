use super::*;
use crate::telephone::{AreaCode, DEFAULT_MAX_MESSAGE, Direction};

fn talk() -> Talk {
    let lines = Lines { area: AreaCode::new("0596"), trunks: vec!["external".into()] };
    Talk::new(lines, DEFAULT_MAX_MESSAGE)
}

/// Writes an event as FreeSWITCH does.
fn event(name: &str, leg: &str, more: &str) -> String {
    let [id, direction, channel] = leg.split(' ').collect::<Vec<_>>()[..] else { panic!() };
    let event = format!(
        "Event-Name: {name}\nUnique-ID: {id}\nCall-Direction: {direction}\n\
         Channel-Name: {channel}\n{more}\n"
    );
    format!("Content-Length: {}\nContent-Type: text/event-plain\n\n{event}", event.len())
}

fn hear(talk: &mut Talk, said: &str) -> Vec<CallEvent> {
    talk.push(said.as_bytes());
    std::iter::from_fn(|| talk.next()).collect()
}

fn results(events: &[CallEvent]) -> Vec<&'static str> {
    let result = |event: &CallEvent| match event {
        CallEvent::Ringing { direction, .. } => direction.as_str(),
        CallEvent::Caller { .. } => "caller",
        CallEvent::Answered { .. } => "answered",
        CallEvent::Ended { result, .. } => result.as_str(),
    };
    events.iter().map(result).collect()
}

const CALLER: &str = "a1 inbound sofia/external/13800138000%40192.0.2.1";
const AGENT: &str = "b1 outbound sofia/internal/1001%40192.0.2.7%3A5060";
const SEAT: &str = "s1 inbound sofia/internal/1001%40192.0.2.7";
const OUT: &str = "o1 outbound sofia/external/13800138000";
const RINGS: &str = "Caller-Caller-ID-Number: %2B8613800138000\nCaller-Destination-Number: 12349\n";
const CALLS: &str = "Caller-Caller-ID-Number: 1001\nCaller-Destination-Number: 13800138000\n";
const OF_SEAT: &str = "Channel-Call-UUID: s1\nCaller-Destination-Number: 13800138000\n";

fn calls_out(end: &str) -> Vec<CallEvent> {
    let said = event("CHANNEL_CREATE", SEAT, CALLS)
        + &event("CHANNEL_CREATE", OUT, OF_SEAT)
        + end
        + &event("CHANNEL_HANGUP_COMPLETE", SEAT, "Hangup-Cause: NORMAL_CLEARING\n");
    hear(&mut talk(), &said)
}

#[test]
fn logging_in_is_told_by_the_link() {
    let mut talk = talk();
    hear(&mut talk, "Content-Type: auth/request\n\n");
    assert_eq!(talk.link(), Link::Asked);
    hear(&mut talk, "Content-Type: command/reply\nReply-Text: -ERR invalid\n\n");
    assert_eq!(talk.link(), Link::Refused);
    talk.reconnected();
    hear(&mut talk, "Content-Type: auth/request\n\n");
    hear(&mut talk, "Content-Type: command/reply\nReply-Text: +OK accepted\n\n");
    hear(&mut talk, "Content-Type: command/reply\nReply-Text: -ERR no such event\n\n");
    assert_eq!(talk.link(), Link::Open);
    let farewell = "Content-Type: text/disconnect-notice\nContent-Length: 7\n\nBye now";
    hear(&mut talk, farewell);
    assert_eq!(talk.link(), Link::Closed);
}

#[test]
fn a_dialplan_that_answers_is_no_answer() {
    let said = event("CHANNEL_CREATE", CALLER, RINGS) + &event("CHANNEL_ANSWER", CALLER, "");
    let mut talk = talk();
    assert_eq!(results(&hear(&mut talk, &said)), ["incoming"]);
    let left = "Hangup-Cause: NORMAL_CLEARING\nvariable_sip_hangup_disposition: recv_bye\n";
    let left = event("CHANNEL_HANGUP_COMPLETE", CALLER, left);
    assert_eq!(results(&hear(&mut talk, &left)), ["abandoned"]);
}

#[test]
fn an_agent_of_the_call_centre_module_answers() {
    let of_caller = "variable_cc_member_session_uuid: a1\n";
    let said = event("CHANNEL_CREATE", CALLER, RINGS)
        + &event("CHANNEL_ANSWER", CALLER, "")
        + &event("CHANNEL_CREATE", AGENT, of_caller)
        + &event("CHANNEL_ANSWER", AGENT, of_caller)
        + &event("CHANNEL_BRIDGE", CALLER, "Bridge-A-Unique-ID: a1\nBridge-B-Unique-ID: b1\n");
    let events = hear(&mut talk(), &said);
    assert_eq!(results(&events), ["incoming", "answered"]);
    let CallEvent::Answered { by, .. } = &events[1] else { panic!() };
    assert_eq!(by.as_deref(), Some("1001"));
}

#[test]
fn a_leg_that_was_joined_later_answers() {
    let said = event("CHANNEL_CREATE", CALLER, RINGS)
        + &event("CHANNEL_CREATE", SEAT, CALLS)
        + &event("CHANNEL_BRIDGE", CALLER, "Bridge-A-Unique-ID: a1\nBridge-B-Unique-ID: s1\n");
    assert_eq!(results(&hear(&mut talk(), &said)), ["incoming", "answered"]);
}

#[test]
fn a_withheld_number_is_kept_and_marked() {
    let ways = [
        "Caller-Caller-ID-Number: 13900139000\nCaller-Privacy-Hide-Number: true\n",
        "Caller-Caller-ID-Number: 13900139000\nvariable_sip_h_Privacy: id\n",
        "Caller-Caller-ID-Number: anonymous\n\
         variable_sip_P-Asserted-Identity: %3Csip%3A%2B8613900139000%40ims.example%3E\n",
    ];
    for way in ways {
        let events = hear(&mut talk(), &event("CHANNEL_CREATE", CALLER, way));
        let [CallEvent::Ringing { from, .. }] = &events[..] else { panic!("{way}") };
        assert!(from.withheld, "{way}");
        assert_eq!(from.number.as_ref().unwrap().as_str(), "13900139000", "{way}");
    }
}

#[test]
fn a_call_out_ends_with_what_the_network_told() {
    let ends = [
        ("Hangup-Cause: SUBSCRIBER_ABSENT\n", "switched_off"),
        ("Hangup-Cause: NO_USER_RESPONSE\nvariable_sip_term_status: 480\n", "switched_off"),
        ("Hangup-Cause: UNALLOCATED_NUMBER\n", "no_such_number"),
        ("Hangup-Cause: USER_BUSY\nvariable_sip_term_status: 486\n", "busy"),
        ("Hangup-Cause: CALL_REJECTED\nvariable_hangup_cause_q850: 21\n", "refused"),
        ("Hangup-Cause: NO_ANSWER\n", "no_answer"),
        ("Hangup-Cause: ORIGINATOR_CANCEL\nvariable_sip_term_status: 487\n", "no_answer"),
        ("Hangup-Cause: NORMAL_TEMPORARY_FAILURE\n", "failed"),
        ("Hangup-Cause: NORMAL_CLEARING\nvariable_silverbell_result: no_credit\n", "no_credit"),
    ];
    for (cause, result) in ends {
        let cause = format!("{OF_SEAT}{cause}");
        let events = calls_out(&event("CHANNEL_HANGUP_COMPLETE", OUT, &cause));
        assert_eq!(results(&events), ["outgoing", result], "{cause}");
    }
}

#[test]
fn a_call_out_tells_whom_the_seat_calls() {
    let answers = event("CHANNEL_PROGRESS", OUT, OF_SEAT) + &event("CHANNEL_ANSWER", OUT, OF_SEAT);
    let events = calls_out(&(answers + &event("CHANNEL_HANGUP_COMPLETE", OUT, "")));
    assert_eq!(results(&events), ["outgoing", "answered", "completed"]);
    let CallEvent::Ringing { call, direction, from, to } = &events[0] else { panic!() };
    assert_eq!((call.as_str(), *direction), ("s1", Direction::Outgoing));
    assert_eq!((from.name.as_deref(), from.withheld), (Some("1001"), false));
    assert_eq!(to.as_ref().unwrap().as_str(), "13800138000");
}

#[test]
fn a_click_to_call_that_comes_to_nothing_ends() {
    let seat = "id-7 outbound sofia/internal/1001%40192.0.2.7";
    let job = |said: &str| {
        let length = said.len();
        let job = format!(
            "Event-Name: BACKGROUND_JOB\nJob-UUID: id-7\nContent-Length: {length}\n\n{said}"
        );
        format!("Content-Length: {}\nContent-Type: text/event-plain\n\n{job}", job.len())
    };
    let begins = event("CHANNEL_CREATE", seat, "");
    let ends = event("CHANNEL_HANGUP_COMPLETE", seat, "Hangup-Cause: NO_ANSWER\n");
    let cases = [
        job("-ERR USER_NOT_REGISTERED\n"),
        format!("{begins}{ends}{}", job("-ERR NO_ANSWER\n")),
        format!("{begins}{}{ends}", job("+OK id-7\n")),
    ];
    for said in cases {
        assert_eq!(results(&hear(&mut talk(), &said)), ["failed"], "{said}");
    }
}

#[test]
fn a_wrong_length_harms_nothing() {
    for length in ["0", "7", "999999999999", "x"] {
        let said = event("CHANNEL_CREATE", CALLER, RINGS);
        let wrong = format!("Content-Length: {length}\n{}", said.split_once('\n').unwrap().1);
        let mut talk = talk();
        assert_eq!(results(&hear(&mut talk, &wrong)), ["incoming"], "{length}");
        let next = event("CHANNEL_CREATE", CALLER, RINGS).replace("a1", "a2");
        assert_eq!(results(&hear(&mut talk, &next)), ["incoming"], "{length}");
    }
}

#[test]
fn events_as_json_are_read() {
    let event = "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"a1\",\
        \"Call-Direction\":\"inbound\",\"Channel-Name\":\"sofia/external/1@192.0.2.1\",\
        \"Caller-Caller-ID-Number\":\"+8613800138000\"}";
    let length = event.len();
    let said = format!("Content-Length: {length}\nContent-Type: text/event-json\n\n{event}");
    let events = hear(&mut talk(), &said);
    let [CallEvent::Ringing { from, .. }] = &events[..] else { panic!() };
    assert_eq!(from.number.as_ref().unwrap().as_str(), "13800138000");
}

#[test]
fn the_recording_is_told_at_the_end() {
    let file = "/var/lib/freeswitch/recordings/a1.wav";
    let start = event("RECORD_START", CALLER, &format!("Record-File-Path: {file}\n"));
    let begins = event("CHANNEL_CREATE", CALLER, RINGS);
    let plain = event("CHANNEL_HANGUP_COMPLETE", CALLER, "");
    let late = event("CHANNEL_HANGUP_COMPLETE", CALLER, &format!("variable_record_file: {file}\n"));
    for said in [format!("{begins}{start}{plain}"), format!("{begins}{late}")] {
        let events = hear(&mut talk(), &said);
        let CallEvent::Ended { recording, .. } = &events[1] else { panic!() };
        assert_eq!(recording.as_deref(), Some(file));
    }
}

#[test]
fn calls_in_progress_are_known_from_the_list() {
    let list = "{\"row_count\":2,\"rows\":[\
        {\"uuid\":\"a1\",\"direction\":\"inbound\",\"name\":\"sofia/external/1\",\"callstate\":\"ACTIVE\",\
         \"cid_num\":\"13800138000\",\"dest\":\"12349\",\"call_uuid\":\"a1\"},\
        {\"uuid\":\"b1\",\"direction\":\"outbound\",\"name\":\"sofia/internal/1001@x\",\
         \"callstate\":\"ACTIVE\",\"call_uuid\":\"a1\"}]}";
    let answer = |list: &str| {
        format!("Content-Type: api/response\nContent-Length: {}\n\n{list}", list.len())
    };
    let mut talk = talk();
    assert!(hear(&mut talk, &answer("silverbell")).is_empty());
    assert_eq!(results(&hear(&mut talk, &answer(list))), ["incoming", "answered"]);
    talk.reconnected();
    assert_eq!(results(&hear(&mut talk, &answer("{\"row_count\":0}"))), ["completed"]);
}
