use super::*;
use crate::telephone::{AreaCode, DEFAULT_MAX_MESSAGE};

/// Asterisk with one trunk, in Zhangzhou.
fn talk() -> Talk {
    let lines = Lines { area: AreaCode::new("0596"), trunks: vec!["PJSIP/trunk".into()] };
    Talk::new(lines, DEFAULT_MAX_MESSAGE)
}

/// Writes an event with the fields in which a channel is described.
fn event(name: &str, channel: &str, more: &str) -> String {
    let (name_and_ids, state) = channel.split_once('=').unwrap_or((channel, "4"));
    let [id, linked, name_of] = name_and_ids.split(' ').collect::<Vec<_>>()[..] else { panic!() };
    format!(
        "Event: {name}\r\nChannel: {name_of}\r\nChannelState: {state}\r\nUniqueid: {id}\r\n\
         Linkedid: {linked}\r\n{more}\r\n"
    )
}

/// Writes a dialling from one channel to another.
fn dial(name: &str, from: &str, to: &str, more: &str) -> String {
    let [id, linked, channel] = to.split(' ').collect::<Vec<_>>()[..] else { panic!() };
    let dest =
        format!("DestChannel: {channel}\r\nDestUniqueid: {id}\r\nDestLinkedid: {linked}\r\n{more}");
    event(name, from, &dest)
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

const CALLER: &str = "7.1 7.1 PJSIP/trunk-01";
const SEAT: &str = "7.1 7.1 PJSIP/agent1-01";
const OUT: &str = "7.2 7.1 PJSIP/trunk-02";
const RINGS: &str = "CallerIDNum: +8613800138000\r\nExten: 12349\r\n";
const CALLS: &str = "CallerIDNum: 8001\r\nExten: 13800138000\r\n";

/// Returns what is heard of a seat that calls out, after which this happens.
fn calls_out(then: &str) -> Vec<CallEvent> {
    let begin = event("Newchannel", SEAT, CALLS)
        + &event("Newchannel", &format!("{OUT}=0"), "CallerIDNum: <unknown>\r\n")
        + &dial("DialBegin", SEAT, OUT, "DialString: 13800138000@trunk\r\n");
    hear(&mut talk(), &(begin + then + &event("Hangup", SEAT, "Cause: 16\r\n")))
}

#[test]
fn logging_in_is_told_by_the_link() {
    let mut talk = talk();
    assert_eq!(talk.link(), Link::Opening);
    hear(&mut talk, "Asterisk Call Manager/11.0.0\r\n");
    hear(&mut talk, "Response: Error\r\nMessage: Authentication failed\r\n\r\n");
    assert_eq!(talk.link(), Link::Refused);
    talk.reconnected();
    hear(&mut talk, "Response: Success\r\nMessage: Authentication accepted\r\n\r\n");
    assert_eq!(talk.link(), Link::Open);
    hear(&mut talk, "Event: Shutdown\r\nShutdown: Cleanly\r\n\r\n");
    assert_eq!(talk.link(), Link::Closed);
}

#[test]
fn the_privacy_of_every_caller_is_asked() {
    let mut talk = talk();
    hear(&mut talk, &event("Newchannel", CALLER, RINGS));
    let asked = String::from_utf8(talk.to_send().unwrap()).unwrap();
    assert_eq!(
        asked,
        "Action: Getvar\r\nActionID: silverbell-privacy-7.1\r\nChannel: 7.1\r\n\
         Variable: CALLERID(pres)\r\n\r\n"
    );
    assert_eq!(talk.to_send(), None);
    let answer = |value: &str| {
        format!("Response: Success\r\nActionID: silverbell-privacy-7.1\r\nValue: {value}\r\n\r\n")
    };
    assert!(hear(&mut talk, &answer("allowed_passed_screen")).is_empty());
    let [CallEvent::Caller { from, .. }] = &hear(&mut talk, &answer("prohib_passed_screen"))[..]
    else {
        panic!()
    };
    assert!(from.withheld, "and the number is kept");
    assert_eq!(from.number.as_ref().unwrap().as_str(), "13800138000");
    assert!(hear(&mut talk, &answer("prohib")).is_empty(), "that is known");
}

#[test]
fn a_restricted_presentation_marks_the_number() {
    let mut talk = talk();
    hear(&mut talk, &event("Newchannel", CALLER, RINGS));
    let late = "CallerIDNum: 13800138000\r\nCID-CallingPres: 33 (Prohibited)\r\n";
    let [CallEvent::Caller { from, .. }] =
        &hear(&mut talk, &event("NewCallerid", CALLER, late))[..]
    else {
        panic!()
    };
    assert!(from.withheld && from.number.is_some());
}

#[test]
fn a_number_that_comes_late_is_told() {
    let mut talk = talk();
    let begun = hear(&mut talk, &event("Newchannel", CALLER, "CallerIDNum: <unknown>\r\n"));
    let [CallEvent::Ringing { from, .. }] = &begun[..] else { panic!() };
    assert_eq!((from.number.as_ref(), from.withheld), (None, true));
    let late = event("NewCallerid", CALLER, "CallerIDNum: 2222222\r\nCID-CallingPres: 0\r\n");
    let [CallEvent::Caller { from, .. }] = &hear(&mut talk, &late)[..] else { panic!() };
    assert_eq!(from.number.as_ref().unwrap().as_str(), "05962222222");
}

#[test]
fn an_announcement_is_no_answer() {
    let said = event("Newchannel", CALLER, RINGS)
        + &event("Newstate", &format!("{CALLER}=6"), "")
        + &event("QueueCallerJoin", CALLER, "")
        + &event(
            "BridgeEnter",
            CALLER,
            "BridgeUniqueid: m\r\nBridgeTechnology: holding_bridge\r\n",
        );
    let parked = event(
        "BridgeEnter",
        "8.1 8.1 PJSIP/agent1-03",
        "BridgeUniqueid: m\r\nBridgeTechnology: holding_bridge\r\n",
    );
    let mut talk = talk();
    assert_eq!(results(&hear(&mut talk, &(said + &parked))), ["incoming"]);
    let abandons =
        event("QueueCallerAbandon", CALLER, "") + &event("Hangup", CALLER, "Cause: 16\r\n");
    assert_eq!(results(&hear(&mut talk, &abandons)), ["abandoned"]);
}

#[test]
fn a_call_that_the_exchange_gives_up_is_missed() {
    let said = event("Newchannel", CALLER, RINGS)
        + &dial("DialEnd", CALLER, "7.2 7.1 PJSIP/agent1-02", "DialStatus: NOANSWER\r\n")
        + &event("Hangup", CALLER, "Cause: 16\r\n");
    assert_eq!(results(&hear(&mut talk(), &said)), ["incoming", "missed"]);
}

#[test]
fn a_member_behind_a_local_channel_answers_as_itself() {
    let member = "7.4 7.1 PJSIP/agent2-09";
    let (one, two) = ("7.2 7.1 Local/82@q-01;1", "7.3 7.1 Local/82@q-01;2");
    let answers = "DialStatus: ANSWER\r\n";
    let said = event("Newchannel", CALLER, RINGS)
        + &dial("DialBegin", CALLER, one, "")
        + &dial("DialBegin", two, member, "")
        + &dial("DialEnd", two, member, answers)
        + &dial("DialEnd", CALLER, one, answers)
        + &dial("AgentConnect", CALLER, one, "Interface: Local/82@q/n\r\n");
    let events = hear(&mut talk(), &said);
    assert_eq!(results(&events), ["incoming", "answered"]);
    let CallEvent::Answered { by, .. } = &events[1] else { panic!() };
    assert_eq!(by.as_deref(), Some("PJSIP/agent2"));
}

#[test]
fn a_transfer_is_no_second_answer_and_no_end() {
    let (first, second) = ("7.2 7.1 PJSIP/agent1-02", "7.3 7.1 PJSIP/agent2-03");
    let answers = "DialStatus: ANSWER\r\n";
    let said = event("Newchannel", CALLER, RINGS)
        + &dial("DialEnd", CALLER, first, answers)
        + &event("BlindTransfer", CALLER, "")
        + &event("Hangup", first, "Cause: 16\r\n")
        + &dial("DialEnd", CALLER, second, answers)
        + &event("Hangup", CALLER, "Cause: 16\r\n")
        + &event("Hangup", second, "Cause: 16\r\n");
    assert_eq!(results(&hear(&mut talk(), &said)), ["incoming", "answered", "completed"]);
}

#[test]
fn a_seat_that_takes_part_in_two_calls_ends_neither() {
    // The seat consults somebody outside (8.1, 8.2), then joins him and the caller.
    let asks = "8.1 8.1 PJSIP/agent1-03";
    let said = event("Newchannel", CALLER, RINGS)
        + &dial("DialEnd", CALLER, "7.2 7.1 PJSIP/agent1-02", "DialStatus: ANSWER\r\n")
        + &event("Newchannel", asks, "CallerIDNum: 8001\r\nExten: 120\r\n")
        + &dial("DialBegin", asks, "8.2 8.1 PJSIP/trunk-04", "")
        + &dial("DialEnd", asks, "8.2 8.1 PJSIP/trunk-04", "DialStatus: ANSWER\r\n")
        + &event("BridgeEnter", "8.2 7.1 PJSIP/trunk-04", "BridgeUniqueid: b\r\n")
        + &event("BridgeEnter", CALLER, "BridgeUniqueid: b\r\n")
        + &event("Hangup", "8.1 7.1 PJSIP/agent1-03", "");
    let mut talk = talk();
    let events = hear(&mut talk, &said);
    assert_eq!(results(&events), ["incoming", "answered", "outgoing", "answered"]);
    let ends = event("Hangup", CALLER, "") + &event("Hangup", "8.2 7.1 PJSIP/trunk-04", "");
    let ended = hear(&mut talk, &ends);
    assert_eq!(results(&ended), ["completed", "completed"]);
    assert_eq!(ended.iter().map(CallEvent::call).collect::<Vec<_>>(), ["7.1", "8.1"]);
}

#[test]
fn a_call_out_tells_whom_the_seat_calls() {
    let answers = dial("DialEnd", SEAT, OUT, "DialStatus: ANSWER\r\n");
    let events = calls_out(&(answers + &event("Hangup", OUT, "Cause: 16\r\n")));
    let CallEvent::Ringing { call, direction, from, to } = &events[0] else { panic!() };
    assert_eq!((call.as_str(), *direction), ("7.1", Direction::Outgoing));
    assert_eq!((from.name.as_deref(), from.withheld), (Some("PJSIP/agent1"), false));
    assert_eq!(to.as_ref().unwrap().as_str(), "13800138000");
    assert_eq!(results(&events), ["outgoing", "answered", "completed"]);
}

#[test]
fn a_call_out_ends_with_what_the_network_told() {
    let ends = [
        ("CHANUNAVAIL", "Cause: 20\r\n", "switched_off"),
        ("NOANSWER", "Cause: 19\r\nTechCause: 480\r\n", "switched_off"),
        ("CONGESTION", "Cause: 1\r\nTechCause: 404\r\n", "no_such_number"),
        ("BUSY", "Cause: 17\r\nTechCause: 486\r\n", "busy"),
        ("BUSY", "Cause: 21\r\nTechCause: 603\r\n", "refused"),
        ("CONGESTION", "Cause: 21\r\n", "refused"),
        ("NOANSWER", "Cause: 16\r\n", "no_answer"),
        ("CANCEL", "Cause: 127\r\nTechCause: 487\r\n", "no_answer"),
        ("CONGESTION", "Cause: 38\r\nTechCause: 503\r\n", "failed"),
        ("CHANUNAVAIL", "Cause: 3\r\n", "unreachable"),
        ("BUSY", "", "busy"),
    ];
    for (status, cause, result) in ends {
        let status = dial("DialEnd", SEAT, OUT, &format!("DialStatus: {status}\r\n"));
        let events = calls_out(&(status + &event("Hangup", OUT, cause)));
        assert_eq!(results(&events), ["outgoing", result], "{cause}");
    }
}

#[test]
fn what_a_dialplan_heard_of_an_announcement_is_told() {
    let heard = event("VarSet", SEAT, "Variable: SILVERBELL_RESULT\r\nValue: no_credit\r\n");
    let rings = dial("DialState", SEAT, OUT, "DialStatus: RINGING\r\n");
    let events = calls_out(&(rings + &heard + &event("Hangup", OUT, "Cause: 16\r\n")));
    assert_eq!(results(&events), ["outgoing", "no_credit"]);
}

#[test]
fn a_click_to_call_carries_the_name_given_to_it() {
    let (seat, out) = ("id-7 id-7 PJSIP/agent1-01", "7.2 id-7 PJSIP/trunk-02");
    let said = event("Newchannel", &format!("{seat}=0"), "CallerIDNum: <unknown>\r\nExten: s\r\n")
        + "Event: OriginateResponse\r\nActionID: id-7\r\nResponse: Success\r\nUniqueid: id-7\r\n\r\n"
        + &event("Newexten", seat, "Exten: 13800138000\r\n")
        + &dial("DialBegin", seat, out, "DestCallerIDNum: 13800138000\r\n")
        + &dial("DialEnd", seat, out, "DialStatus: ANSWER\r\n")
        + &event("Hangup", out, "")
        + &event("Hangup", seat, "");
    let events = hear(&mut talk(), &said);
    assert_eq!(results(&events), ["outgoing", "answered", "completed"]);
    assert!(events.iter().all(|event| event.call() == "id-7"));
    let CallEvent::Ringing { to, .. } = &events[0] else { panic!() };
    assert_eq!(to.as_ref().unwrap().as_str(), "13800138000");
}

#[test]
fn a_click_to_call_that_comes_to_nothing_ends() {
    let seat = "id-7 id-7 PJSIP/agent1-01";
    let response = |word: &str| {
        format!("Event: OriginateResponse\r\nActionID: id-7\r\nResponse: {word}\r\n\r\n")
    };
    let begins = event("Newchannel", &format!("{seat}=0"), "");
    let hangs_up = event("Hangup", seat, "Cause: 17\r\n");
    let cases = [
        "Response: Error\r\nActionID: id-7\r\nMessage: Originate failed\r\n\r\n".to_owned(),
        format!("{begins}{hangs_up}{}", response("Failure")),
        format!("{begins}{}{hangs_up}", response("Failure")),
        format!("{begins}{}{hangs_up}", response("Success")),
    ];
    for said in cases {
        assert_eq!(results(&hear(&mut talk(), &said)), ["failed"], "{said}");
    }
}

#[test]
fn the_recording_is_told_at_the_end() {
    let file = "/var/spool/asterisk/monitor/7.1.wav";
    let set = format!("Variable: MIXMONITOR_FILENAME\r\nValue: {file}\r\n");
    let said = event("Newchannel", CALLER, RINGS)
        + &event("VarSet", CALLER, &set)
        + &event("VarSet", CALLER, "Variable: MIXMONITOR_FILENAME\r\nValue: other.wav\r\n")
        + &event("Hangup", CALLER, "");
    let events = hear(&mut talk(), &said);
    let CallEvent::Ended { recording, .. } = &events[1] else { panic!() };
    assert_eq!(recording.as_deref(), Some(file));
}

#[test]
fn calls_in_progress_are_known_from_the_list() {
    let said = event("CoreShowChannel", "7.2 7.1 PJSIP/agent1-02=6", "BridgeId: b\r\n")
        + &event("CoreShowChannel", &format!("{CALLER}=6"), &format!("BridgeId: b\r\n{RINGS}"))
        + &event("CoreShowChannel", "8.1 8.1 PJSIP/trunk-05", RINGS)
        + &event("CoreShowChannel", "9.1 9.1 PJSIP/agent3-06=6", CALLS)
        + &event("CoreShowChannel", "9.2 9.1 PJSIP/trunk-07=5", "")
        + "Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 5\r\n\r\n";
    let mut talk = talk();
    let events = hear(&mut talk, &said);
    assert_eq!(results(&events), ["incoming", "answered", "incoming", "outgoing"]);
    talk.reconnected();
    let nothing = "Event: CoreShowChannelsComplete\r\nListItems: 0\r\n\r\n";
    let mut ended = results(&hear(&mut talk, nothing));
    ended.sort_unstable();
    assert_eq!(ended, ["completed", "failed", "missed"]);
    assert_eq!(talk.calls(), 0);
}

#[test]
fn without_trunk_names_lines_are_told_by_words_and_numbers() {
    let mut talk = Talk::new(Lines::default(), DEFAULT_MAX_MESSAGE);
    let caller = "1.1 1.1 PJSIP/ims-01";
    assert_eq!(results(&hear(&mut talk, &event("Newchannel", caller, RINGS))), ["incoming"]);
    let seat = event("Newchannel", "2.1 2.1 PJSIP/8001-02", CALLS);
    assert!(hear(&mut talk, &seat).is_empty());
    let to = "CallerIDNum: 8001\r\nDestCallerIDNum: 13800138000\r\n";
    let dials = dial("DialBegin", "2.1 2.1 PJSIP/8001-02", "2.2 2.1 PJSIP/ims-03", to);
    assert_eq!(results(&hear(&mut talk, &dials)), ["outgoing"]);
    let busy =
        dial("DialEnd", "2.1 2.1 PJSIP/8001-02", "2.2 2.1 PJSIP/ims-03", "DialStatus: BUSY\r\n")
            + &event("Hangup", "2.2 2.1 PJSIP/ims-03", "Cause: 21\r\n")
            + &event("Hangup", "2.1 2.1 PJSIP/8001-02", "");
    assert_eq!(results(&hear(&mut talk, &busy)), ["refused"]);
}

#[test]
fn records_of_calls_begin_none() {
    let said = event("CEL", CALLER, RINGS) + &event("Cdr", CALLER, RINGS);
    assert!(hear(&mut talk(), &said).is_empty());
}
