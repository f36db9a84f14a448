//! What exchanges say of calls that come from outside, are answered at a seat and end. Made up, in the
//! fields that the exchanges send.

/// What Asterisk says of so many calls, one after the other.
pub(super) fn of_asterisk(calls: usize) -> Vec<u8> {
    (0..calls).flat_map(|n| asterisk(n).into_bytes()).collect()
}

/// What FreeSWITCH says of so many calls, one after the other.
pub(super) fn of_freeswitch(calls: usize) -> Vec<u8> {
    (0..calls).flat_map(|n| freeswitch(n).into_bytes()).collect()
}

fn asterisk(n: usize) -> String {
    let channel = |name: &str, id: &str, state: u8, prefix: &str| {
        format!(
            "{prefix}Channel: PJSIP/{name}-{n:08x}\r\n{prefix}ChannelState: {state}\r\n\
             {prefix}CallerIDNum: +86138{n:08}\r\n{prefix}CallerIDName: <unknown>\r\n\
             {prefix}ConnectedLineNum: <unknown>\r\n{prefix}Language: en\r\n\
             {prefix}Context: from-trunk\r\n{prefix}Exten: 12349\r\n{prefix}Priority: 1\r\n\
             {prefix}Uniqueid: 1795305600.{n}{id}\r\n{prefix}Linkedid: 1795305600.{n}1\r\n"
        )
    };
    let caller = |state| channel("trunk", "1", state, "");
    let seat = |state| channel("seat101", "2", state, "");
    let bridge =
        "BridgeUniqueid: b1\r\nBridgeTechnology: simple_bridge\r\nBridgeNumChannels: 2\r\n";
    [
        ("Newchannel", caller(4), String::new()),
        ("Newchannel", seat(0), String::new()),
        ("DialBegin", caller(4), channel("seat101", "2", 0, "Dest")),
        ("Newstate", seat(5), String::new()),
        ("Newstate", seat(6), String::new()),
        ("DialEnd", caller(6), channel("seat101", "2", 6, "Dest") + "DialStatus: ANSWER\r\n"),
        ("BridgeEnter", seat(6), bridge.to_owned()),
        ("BridgeEnter", caller(6), bridge.to_owned()),
        ("Hangup", seat(6), "Cause: 16\r\nCause-txt: Normal Clearing\r\n".to_owned()),
        ("Hangup", caller(6), "Cause: 16\r\nCause-txt: Normal Clearing\r\n".to_owned()),
    ]
    .into_iter()
    .map(|(name, of, more)| format!("Event: {name}\r\nPrivilege: call,all\r\n{of}{more}\r\n"))
    .collect()
}

fn freeswitch(n: usize) -> String {
    let (caller, seat) = (format!("a{n:07x}-0000"), format!("b{n:07x}-0000"));
    let outside = format!("{caller}\nCall-Direction: inbound\nChannel-Name: sofia/external/{n}");
    let inside = format!("{seat}\nCall-Direction: outbound\nChannel-Name: sofia/internal/1001");
    let ended = "Hangup-Cause: NORMAL_CLEARING\n".to_owned();
    [
        ("CHANNEL_CREATE", &outside, String::new()),
        ("CHANNEL_CREATE", &inside, format!("Channel-Call-UUID: {caller}\n")),
        ("CHANNEL_ANSWER", &inside, format!("Channel-Call-UUID: {caller}\n")),
        ("CHANNEL_ANSWER", &outside, String::new()),
        (
            "CHANNEL_BRIDGE",
            &outside,
            format!("Bridge-A-Unique-ID: {caller}\nBridge-B-Unique-ID: {seat}\nOther-Leg-Unique-ID: {seat}\n"),
        ),
        ("CHANNEL_HANGUP_COMPLETE", &inside, ended.clone()),
        ("CHANNEL_HANGUP_COMPLETE", &outside, ended),
    ]
    .into_iter()
    .map(|(name, leg, more)| {
        let event = format!(
            "Event-Name: {name}\nCore-UUID: 6f1c\nEvent-Date-Timestamp: 1795305600000000\n\
             Unique-ID: {leg}\nChannel-State: CS_EXECUTE\nAnswer-State: answered\n\
             Caller-Caller-ID-Number: %2B86138{n:08}\nCaller-Destination-Number: 12349\n\
             Caller-Context: public\nvariable_sip_hangup_disposition: recv_bye\n{more}\n"
        );
        format!("Content-Length: {}\nContent-Type: text/event-plain\n\n{event}", event.len())
    })
    .collect()
}
