//! The telephone against transcripts of a real exchange, and against noise.
//!
//! The transcripts of Asterisk 22 lie outside the project (`../shared/data/protocols/asterisk`):
//! without them the tests that need them say so and pass. Those of FreeSWITCH are synthetic, in the
//! manner of real ones, and stand here.
use proptest::prelude::*;
use silverbell_protocols::telephone::{
    AreaCode, CallEvent, CallResult, DEFAULT_MAX_MESSAGE, Direction, Lines, Link, Number, Party,
    ami, esl,
};

const ANSWERED: &str = "ami_answered.txt";
const ABANDONED: &str = "ami_abandoned.txt";
const WITHHELD: &str = "ami_withheld.txt";
const QUEUE: &str = "ami_queue_answered.txt";
const ALL: [&str; 4] = [ANSWERED, ABANDONED, WITHHELD, QUEUE];

/// Returns a transcript; none when it is not there.
fn transcript(file: &str) -> Option<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/protocols/asterisk/");
    let text = std::fs::read_to_string(format!("{folder}{file}")).ok();
    if text.is_none() {
        println!("left out: no {folder}{file}");
    }
    text
}

fn transcripts() -> impl Iterator<Item = (&'static str, String)> {
    ALL.into_iter().filter_map(|file| Some((file, transcript(file)?)))
}

fn lines(trunk: &str) -> Lines {
    Lines { area: AreaCode::new("0596"), trunks: vec![trunk.into()] }
}

fn asterisk() -> ami::Talk {
    ami::Talk::new(lines("PJSIP/trunk"), DEFAULT_MAX_MESSAGE)
}

fn freeswitch() -> esl::Talk {
    esl::Talk::new(lines("external"), DEFAULT_MAX_MESSAGE)
}

fn hear(talk: &mut ami::Talk, said: &[u8]) -> Vec<CallEvent> {
    talk.push(said);
    std::iter::from_fn(|| talk.next()).collect()
}

fn hear_esl(talk: &mut esl::Talk, said: &[u8]) -> Vec<CallEvent> {
    talk.push(said);
    std::iter::from_fn(|| talk.next()).collect()
}

fn number(written: &str) -> Option<Number> {
    Number::read(written, None)
}

/// What a call that came in should tell.
fn incoming(
    call: &str,
    from: &str,
    to: &str,
    by: Option<&str>,
    result: CallResult,
) -> Vec<CallEvent> {
    let call = call.to_owned();
    let from = Party { number: number(from), withheld: false, name: None };
    let mut events = vec![CallEvent::Ringing {
        call: call.clone(),
        direction: Direction::Incoming,
        from,
        to: number(to),
    }];
    let answered = by.map(|by| CallEvent::Answered { call: call.clone(), by: Some(by.into()) });
    events.extend(answered);
    events.push(CallEvent::Ended { call, result, recording: None });
    events
}

fn expected(file: &str) -> Vec<CallEvent> {
    let agent = Some("PJSIP/agent1");
    match file {
        ANSWERED => incoming("1795285269.0", "13800138000", "12349", agent, CallResult::Completed),
        ABANDONED => incoming("1795285310.8", "075588886666", "12349", None, CallResult::Abandoned),
        // The transcript itself does not tell that the number is withheld: see the test below.
        WITHHELD => incoming("1795285281.4", "13900139000", "12349", agent, CallResult::Completed),
        QUEUE => incoming("1795285359.14", "13800138000", "12351", agent, CallResult::Completed),
        other => panic!("{other}"),
    }
}

#[test]
fn every_transcript_tells_its_call() {
    for (file, text) in transcripts() {
        let mut talk = asterisk();
        assert_eq!(hear(&mut talk, text.as_bytes()), expected(file), "{file}");
        assert_eq!((talk.link(), talk.calls()), (Link::Open, 0), "{file}");
    }
}

#[test]
fn every_transcript_tells_its_call_without_settings() {
    for (file, text) in transcripts() {
        let mut talk = ami::Talk::new(Lines::default(), DEFAULT_MAX_MESSAGE);
        assert_eq!(hear(&mut talk, text.as_bytes()), expected(file), "{file}");
    }
}

#[test]
fn the_caller_is_told_with_the_first_message_of_the_call() {
    for (file, text) in transcripts() {
        let mut messages = text.split_inclusive("\r\n\r\n");
        let (login, first) = (messages.next().unwrap(), messages.next().unwrap());
        let told = hear(&mut asterisk(), format!("{login}{first}").as_bytes());
        assert_eq!(told, expected(file)[..1], "{file}");
    }
}

#[test]
fn a_queue_that_answers_is_no_answer() {
    let Some(text) = transcript(QUEUE) else { return };
    let agent_answers = text.find("Event: DialEnd").unwrap();
    assert!(text[..agent_answers].contains("ChannelStateDesc: Up"), "the queue has answered");
    assert_eq!(hear(&mut asterisk(), &text.as_bytes()[..agent_answers]), expected(QUEUE)[..1]);
}

#[test]
fn a_withheld_number_is_marked_when_the_exchange_is_asked() {
    let Some(text) = transcript(WITHHELD) else { return };
    let (begin, rest) = text.split_at(text.find("Event: Newstate").unwrap());
    let mut talk = asterisk();
    assert_eq!(hear(&mut talk, begin.as_bytes()), expected(WITHHELD)[..1]);
    let asked = String::from_utf8(talk.to_send().unwrap()).unwrap();
    let id = asked.lines().find_map(|line| line.strip_prefix("ActionID: ")).unwrap();
    assert!(asked.contains("\r\nVariable: CALLERID(pres)\r\n"), "{asked}");
    let answer = format!(
        "Response: Success\r\nActionID: {id}\r\nVariable: CALLERID(pres)\r\n\
         Value: prohib_passed_screen\r\n\r\n"
    );
    let told = hear(&mut talk, answer.as_bytes());
    let [CallEvent::Caller { call, from }] = &told[..] else { panic!("{told:?}") };
    assert_eq!((call.as_str(), from.withheld), ("1795285281.4", true));
    assert_eq!(from.number, number("13900139000"), "the trusted number is kept");
    assert_eq!(hear(&mut talk, rest.as_bytes()), expected(WITHHELD)[1..]);
}

#[test]
fn transcripts_split_at_every_byte_tell_the_same() {
    for (file, text) in transcripts() {
        let bytes = text.as_bytes();
        let mut so_far = asterisk();
        let mut told = Vec::new();
        // Pushing the rest at every byte of a long transcript takes minutes: the messages around the
        // split decide, and what is unfinished is the same wherever the rest was cut.
        for at in 0..bytes.len() {
            if at % 61 == 0 {
                let mut talk = so_far.clone();
                let rest = hear(&mut talk, &bytes[at..]);
                assert_eq!([told.clone(), rest].concat(), expected(file), "{file} at {at}");
            }
            told.extend(hear(&mut so_far, &bytes[at..=at]));
        }
        assert_eq!(told, expected(file), "{file} byte by byte");
    }
}

#[test]
fn the_first_messages_split_at_every_byte_tell_the_same() {
    for (file, text) in transcripts() {
        let bytes = &text.as_bytes()[..1500];
        let whole = hear(&mut asterisk(), bytes);
        assert_eq!(whole, expected(file)[..1]);
        for at in 0..=bytes.len() {
            let mut talk = asterisk();
            let left = hear(&mut talk, &bytes[..at]);
            let right = hear(&mut talk, &bytes[at..]);
            assert_eq!([left, right].concat(), whole, "{file} at {at}");
        }
    }
}

#[test]
fn transcripts_one_after_another_tell_every_call() {
    let (files, texts): (Vec<_>, Vec<_>) = transcripts().unzip();
    let all: Vec<_> = files.into_iter().flat_map(expected).collect();
    assert_eq!(hear(&mut asterisk(), texts.concat().as_bytes()), all);
}

#[test]
fn garbage_lines_do_no_harm() {
    let garbage: [&[u8]; 6] =
        [b"rubbish\r\n", b"\xff\xfe\x00\n", b":\r\n", b"a:\n", b": b\n", b"\t \r\n"];
    for (file, text) in transcripts() {
        let dirty: Vec<u8> = text
            .split_inclusive("\r\n")
            .enumerate()
            .flat_map(|(at, line)| [line.as_bytes(), garbage[at % garbage.len()]].concat())
            .collect();
        assert_eq!(hear(&mut asterisk(), &dirty), expected(file), "{file}");
    }
}

#[test]
fn lines_that_end_without_a_carriage_return_tell_the_same() {
    for (file, text) in transcripts() {
        let plain = text.replace('\r', "");
        assert_eq!(hear(&mut asterisk(), plain.as_bytes()), expected(file), "{file}");
    }
}

#[test]
fn a_message_cut_short_hides_nothing_behind_it() {
    let Some(text) = transcript(ABANDONED) else { return };
    let cut =
        "Event: Newchannel\r\nChannel: PJSIP/trunk-00000001\r\nUniqueid: 1.1\r\nLinkedid: 1.1";
    for length in 0..cut.len() {
        let stream = format!("{}\r\n{text}", &cut[..length]);
        let told = hear(&mut asterisk(), stream.as_bytes());
        let of_call = told.into_iter().filter(|event| event.call() == "1795285310.8");
        assert_eq!(of_call.collect::<Vec<_>>(), expected(ABANDONED), "{length}");
    }
}

#[test]
fn a_connection_that_breaks_anywhere_loses_no_call() {
    let nothing = b"Event: CoreShowChannelsComplete\r\nListItems: 0\r\n\r\n";
    for (file, text) in transcripts() {
        for at in (0..text.len()).step_by(97) {
            let mut talk = asterisk();
            let mut told = hear(&mut talk, &text.as_bytes()[..at]);
            talk.reconnected();
            assert_eq!(talk.link(), Link::Opening);
            let rest = text[at..].find("\r\n\r\n").map_or("", |end| &text[at + end + 4..]);
            told.extend(hear(&mut talk, rest.as_bytes()));
            told.extend(hear(&mut talk, nothing));
            let rings = told.iter().filter(|event| matches!(event, CallEvent::Ringing { .. }));
            let ends = told.iter().filter(|event| matches!(event, CallEvent::Ended { .. }));
            assert_eq!((rings.count(), ends.count()), (1, 1), "{file} at {at}: {told:?}");
            assert!(matches!(told[0], CallEvent::Ringing { .. }));
            assert!(matches!(told.last(), Some(CallEvent::Ended { .. })));
        }
    }
}

/// Parts a transcript into the messages of each channel, in their order.
fn by_channel(text: &str) -> Vec<Vec<&str>> {
    let mut channels: Vec<(&str, Vec<&str>)> = Vec::new();
    for message in text.split_inclusive("\r\n\r\n") {
        let channel = message.lines().find_map(|line| line.strip_prefix("Channel: "));
        let channel = channel.unwrap_or_default();
        match channels.iter_mut().find(|(name, _)| *name == channel) {
            Some((_, messages)) => messages.push(message),
            None => channels.push((channel, vec![message])),
        }
    }
    channels.into_iter().map(|(_, messages)| messages).collect()
}

/// Puts the messages of all channels into one order: each channel's own is kept.
fn interleaved(channels: &[Vec<&str>], choices: &[usize]) -> String {
    let mut left: Vec<_> = channels.iter().map(|messages| messages.iter()).collect();
    let mut choices = choices.iter().cycle();
    let mut text = String::new();
    while left.iter().any(|messages| messages.len() > 0) {
        let open: Vec<_> = left.iter_mut().filter(|messages| messages.len() > 0).collect();
        let at = choices.next().unwrap_or(&0) % open.len();
        text.extend(open.into_iter().nth(at).and_then(Iterator::next).copied());
    }
    text
}

#[test]
fn channels_one_wholly_before_another_tell_the_same() {
    for (file, text) in transcripts() {
        let channels = by_channel(&text);
        for first in 0..channels.len() {
            let mut order = channels.clone();
            order.rotate_left(first);
            for order in [order.clone(), order.into_iter().rev().collect()] {
                let text: String = order.concat().concat();
                assert_eq!(hear(&mut asterisk(), text.as_bytes()), expected(file), "{file}");
            }
        }
    }
}

/// A seat calls out and is told that the telephone is off; synthetic, in Asterisk's manner.
fn calls_out() -> String {
    let channel = |event: &str, id: &str, name: &str, more: &str| {
        format!(
            "Event: {event}\r\nPrivilege: call,all\r\nChannel: {name}\r\n{more}Uniqueid: {id}\r\n\
             Linkedid: 9.1\r\n\r\n"
        )
    };
    let seat = |event: &str, more: &str| channel(event, "9.1", "PJSIP/agent1-0000000a", more);
    let out = |event: &str, more: &str| channel(event, "9.2", "PJSIP/trunk-0000000b", more);
    let dest = "DestChannel: PJSIP/trunk-0000000b\r\nDestUniqueid: 9.2\r\nDestLinkedid: 9.1\r\n";
    let seat_number = "CallerIDNum: 8001\r\nExten: 13800138000\r\nChannelState: 4\r\n";
    [
        seat("Newchannel", seat_number),
        out("Newchannel", "CallerIDNum: <unknown>\r\nExten: s\r\nChannelState: 0\r\n"),
        seat("DialBegin", &format!("{dest}DialString: 13800138000@trunk\r\n")),
        out("HangupRequest", "Cause: 20\r\nTechCause: 480\r\n"),
        out("Hangup", "Cause: 20\r\nTechCause: 480\r\n"),
        seat("DialEnd", &format!("{dest}DialStatus: CHANUNAVAIL\r\n")),
        seat("Hangup", "Cause: 20\r\n"),
    ]
    .concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_order_between_channels_tells_the_same(choices in prop::collection::vec(0..12_usize, 1..200)) {
        for (file, text) in transcripts() {
            let text = interleaved(&by_channel(&text), &choices);
            prop_assert_eq!(hear(&mut asterisk(), text.as_bytes()), expected(file), "{}", file);
        }
        let out = interleaved(&by_channel(&calls_out()), &choices);
        let told = hear(&mut asterisk(), out.as_bytes());
        let [CallEvent::Ringing { direction, to, .. }, CallEvent::Ended { result, .. }] = &told[..] else {
            return Err(TestCaseError::fail(format!("{told:?}")));
        };
        prop_assert_eq!((*direction, *result), (Direction::Outgoing, CallResult::SwitchedOff));
        prop_assert_eq!(to.clone(), number("13800138000"));
    }

    #[test]
    fn calls_at_the_same_time_are_kept_apart(choices in prop::collection::vec(0..12_usize, 1..200)) {
        let all: Vec<_> = transcripts().collect();
        let channels: Vec<_> = all.iter().map(|(_, text)| text.split_inclusive("\r\n\r\n").collect()).collect();
        let told = hear(&mut asterisk(), interleaved(&channels, &choices).as_bytes());
        for (file, _) in &all {
            let expected = expected(file);
            let of_call = told.iter().filter(|event| event.call() == expected[0].call()).cloned();
            prop_assert_eq!(of_call.collect::<Vec<_>>(), expected, "{}", file);
        }
    }
}

/// Lines as an exchange could write them, gone wrong.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let fields = "(Event: (Newchannel|Hangup|DialBegin|DialEnd|BridgeEnter|VarSet|CoreShowChannel|CoreShowChannelsComplete|NewCallerid)\
        |(Dest)?(Uniqueid|Linkedid): [1-4]|(Dest)?Channel: (PJSIP/(trunk|agent)|Local/x)-1|ChannelState: [0-6]\
        |DialStatus: (ANSWER|BUSY)|BridgeUniqueid: [ab]|(Cause|TechCause): [0-9]{1,6}|Response: (Error|Success)|ActionID: [1-4]\
        |Event-Name: (CHANNEL_(CREATE|ANSWER|BRIDGE|HANGUP_COMPLETE)|BACKGROUND_JOB)|(Bridge-A-|Bridge-B-|Other-Leg-)?Unique-ID: [1-4]\
        |Channel-Name: sofia/(internal|external)/1|Call-Direction: (in|out)bound|Channel-Call-UUID: [1-4]|Content-Length: [0-9]{1,4}\
        |Content-Type: (text/event-(plain|json)|api/response|auth/request)|\r?\n)\r?\n";
    let line = prop_oneof![
        8 => fields.prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(line, 0..60).prop_map(|lines| lines.concat())
}

/// Checks that each call tells what may follow what: it begins, is answered at most once, ends.
fn check_order(told: &[CallEvent]) -> Result<(), TestCaseError> {
    let mut calls = std::collections::HashMap::new();
    for event in told {
        let state = calls.entry(event.call().to_owned()).or_insert(0);
        let (from, to) = match event {
            CallEvent::Ringing { .. } => (&[0][..], 1),
            CallEvent::Caller { .. } => (&[1, 2][..], *state),
            CallEvent::Answered { .. } => (&[1][..], 2),
            // A click-to-call may end before anybody was called.
            CallEvent::Ended { .. } => (&[0, 1, 2][..], 3),
        };
        prop_assert!(from.contains(state), "{event:?} after {state}: {told:?}");
        *state = to;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics_and_memory_stays_bounded(pieces in prop::collection::vec(noise(), 0..8), max in 0_usize..600) {
        let mut asterisk = ami::Talk::new(lines("PJSIP/trunk"), max);
        let mut freeswitch = esl::Talk::new(lines("external"), max);
        let mut told = (Vec::new(), Vec::new());
        for piece in pieces {
            told.0.extend(hear(&mut asterisk, &piece));
            told.1.extend(hear_esl(&mut freeswitch, &piece));
            for (bytes, things) in [asterisk.held(), freeswitch.held()] {
                prop_assert!(bytes <= 2 * max + 8 * 1024 && things <= 200, "{} {}", bytes, things);
            }
        }
        check_order(&told.0)?;
        check_order(&told.1)?;
    }

    #[test]
    fn a_call_behind_noise_is_told(noise in noise(), size in 1_usize..80) {
        let call = "\n\nEvent: Newchannel\r\nChannel: PJSIP/trunk-77\r\nChannelState: 4\r\n\
            CallerIDNum: 013800138000\r\nUniqueid: 77.1\r\nLinkedid: 77.1\r\n\r\n";
        let stream = [&noise[..], call.as_bytes()].concat();
        let mut talk = asterisk();
        let told: Vec<_> = stream.chunks(size).flat_map(|piece| hear(&mut talk, piece)).collect();
        let last = told.last().map(CallEvent::call);
        prop_assert_eq!(last, Some("77.1"));
    }
}

/// Writes an event as FreeSWITCH does: synthetic, with the fields of a real one.
fn channel_event(name: &str, leg: [&str; 3], more: &str) -> String {
    let [id, direction, channel] = leg;
    let event = format!(
        "Event-Name: {name}\nCore-UUID: 0f4b0b9e-0000-4000-8000-000000000000\n\
         FreeSWITCH-Hostname: pbx\nFreeSWITCH-IPv4: 192.0.2.1\n\
         Event-Date-Local: 2026-11-22%2009%3A00%3A00\nEvent-Sequence: 4711\n\
         Channel-State: CS_EXECUTE\nUnique-ID: {id}\nCall-Direction: {direction}\n\
         Presence-Call-Direction: {direction}\nChannel-Name: {channel}\n{more}\n"
    );
    format!("Content-Length: {}\nContent-Type: text/event-plain\n\n{event}", event.len())
}

const CALLER: [&str; 3] = ["5c-a", "inbound", "sofia/external/%2B8613800138000%40192.0.2.9"];
const AGENT: [&str; 3] = ["5c-b", "outbound", "sofia/internal/1001%40192.0.2.7%3A5060"];
const RINGS: &str = "Caller-Direction: inbound\nCaller-Username: %2B8613800138000\n\
    Caller-Caller-ID-Number: %2B8613800138000\nCaller-Destination-Number: 12349\n\
    Caller-Context: public\nCaller-Privacy-Hide-Name: false\nCaller-Privacy-Hide-Number: false\n\
    Channel-Call-UUID: 5c-a\nvariable_call_uuid: 5c-a\n";
const OF_CALLER: &str = "Channel-Call-UUID: 5c-a\nOther-Type: originator\n\
    Other-Leg-Unique-ID: 5c-a\nOther-Leg-Caller-ID-Number: %2B8613800138000\n\
    Caller-Caller-ID-Number: %2B8613800138000\nCaller-Destination-Number: 1001\n";

/// Returns how FreeSWITCH tells a call that a seat answers.
fn freeswitch_answered() -> String {
    let login = "Content-Type: auth/request\n\nContent-Type: command/reply\n\
        Reply-Text: +OK accepted\n\nContent-Type: command/reply\n\
        Reply-Text: +OK event listener enabled plain\n\n";
    let bridge = format!(
        "{RINGS}Bridge-A-Unique-ID: 5c-a\nBridge-B-Unique-ID: 5c-b\n\
        Other-Leg-Unique-ID: 5c-b\nOther-Leg-Channel-Name: sofia/internal/1001%40192.0.2.7%3A5060\n"
    );
    let end = "Hangup-Cause: NORMAL_CLEARING\nvariable_hangup_cause_q850: 16\n\
        variable_sip_hangup_disposition: recv_bye\n";
    [
        login.to_owned(),
        channel_event("CHANNEL_CREATE", CALLER, RINGS),
        channel_event("CHANNEL_CREATE", AGENT, OF_CALLER),
        channel_event("CHANNEL_PROGRESS", AGENT, OF_CALLER),
        channel_event("CHANNEL_ANSWER", AGENT, OF_CALLER),
        channel_event("CHANNEL_ANSWER", CALLER, RINGS),
        channel_event("CHANNEL_BRIDGE", CALLER, &bridge),
        channel_event("CHANNEL_UNBRIDGE", CALLER, &bridge),
        channel_event("CHANNEL_HANGUP_COMPLETE", AGENT, &format!("{OF_CALLER}{end}")),
        channel_event("CHANNEL_HANGUP_COMPLETE", CALLER, &format!("{RINGS}{end}")),
    ]
    .concat()
}

/// Returns how FreeSWITCH tells a call whose caller does not wait.
fn freeswitch_abandoned() -> String {
    let end = "Hangup-Cause: ORIGINATOR_CANCEL\nvariable_sip_hangup_disposition: recv_cancel\n";
    [
        channel_event("CHANNEL_CREATE", CALLER, RINGS),
        channel_event("CHANNEL_CREATE", AGENT, OF_CALLER),
        channel_event("CHANNEL_PROGRESS", AGENT, OF_CALLER),
        channel_event("CHANNEL_HANGUP_COMPLETE", AGENT, &format!("{OF_CALLER}{end}")),
        channel_event("CHANNEL_HANGUP_COMPLETE", CALLER, &format!("{RINGS}{end}")),
    ]
    .concat()
}

#[test]
fn freeswitch_tells_its_calls_wherever_they_are_split() {
    let answered = incoming("5c-a", "13800138000", "12349", Some("1001"), CallResult::Completed);
    let abandoned = incoming("5c-a", "13800138000", "12349", None, CallResult::Abandoned);
    for (text, expected) in [(freeswitch_answered(), answered), (freeswitch_abandoned(), abandoned)]
    {
        let bytes = text.as_bytes();
        assert_eq!(hear_esl(&mut freeswitch(), bytes), expected);
        let mut so_far = freeswitch();
        let mut told = Vec::new();
        for at in 0..bytes.len() {
            if at % 7 == 0 {
                let rest = hear_esl(&mut so_far.clone(), &bytes[at..]);
                assert_eq!([told.clone(), rest].concat(), expected, "at {at}");
            }
            told.extend(hear_esl(&mut so_far, &bytes[at..=at]));
        }
        assert_eq!(told, expected);
    }
}

#[test]
fn freeswitch_tells_the_same_in_any_order_between_legs() {
    let text = freeswitch_answered();
    let events: Vec<_> =
        text.split("Content-Length: ").skip(1).map(|x| format!("Content-Length: {x}")).collect();
    let of = |leg: &str| -> Vec<&str> {
        let id = format!("\nUnique-ID: {leg}\n");
        events.iter().filter(|event| event.contains(&id)).map(String::as_str).collect()
    };
    let (caller, agent) = (of("5c-a"), of("5c-b"));
    let expected = incoming("5c-a", "13800138000", "12349", Some("1001"), CallResult::Completed);
    for split in 0..=agent.len() {
        for at in 0..=caller.len() {
            let order = [&caller[..at], &agent[..split], &caller[at..], &agent[split..]].concat();
            let told = hear_esl(&mut freeswitch(), order.concat().as_bytes());
            assert_eq!(told, expected, "{at} {split}");
        }
    }
}
