//! A good alarm of each protocol, from the project's own documentation and tests; the devices do not
//! exist. They are seeds, too.

/// `crates/protocols/src/watch/mod.rs`.
pub const WATCH: &[u8] =
    b"[3G*8800000015*003e*AL,210726,020304,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]";

/// `crates/protocols/src/gt06/mod.rs`.
pub const GT06: &[u8] =
    b"\x78\x78\x12\x19\x02\x8f\x0a\x29\xe1\x00\x36\xf1\x20\x03\x04\x01\x02\x00\x08\x75\xdc\x0d\x0a";

/// `crates/protocols/src/jt808/mod.rs`.
pub const JT808: &[u8] = b"\x7e\x02\x00\x00\x08\x01\x00\x00\x00\x00\x07\x00\x2a\
    \x00\x00\x00\x01\x00\x00\x00\x00\x27\x7e";

/// `crates/protocols/tests/it/h02.rs`.
pub const H02: &[u8] = b"*HQ,1357902680,V1,074530,V,,N,,E,,,211126,FFFFFBFD#";

/// Asterisk tells of a caller from outside: `crates/protocols/tests/it/telephone.rs`.
pub const AMI: &[u8] = b"\n\nEvent: Newchannel\r\nChannel: PJSIP/trunk-77\r\nChannelState: 4\r\n\
    CallerIDNum: 013800138000\r\nUniqueid: good.77.1\r\nLinkedid: good.77.1\r\n\r\n";

/// FreeSWITCH tells the same: `crates/protocols/tests/it/telephone.rs`.
pub const ESL: &[u8] = b"Content-Length: 173\nContent-Type: text/event-plain\n\n\
    Event-Name: CHANNEL_CREATE\nUnique-ID: good-77-1\nCall-Direction: inbound\n\
    Channel-Name: sofia/external/%2B8613800138000%40192.0.2.9\n\
    Caller-Caller-ID-Number: %2B8613800138000\n\n";

/// It tells that a seat answered, that the caller hung up, what became of a click-to-call, and which
/// calls there are.
pub const ESL_MORE: [&[u8]; 3] = [
    b"Event-Name: CHANNEL_BRIDGE\nUnique-ID: good-77-1\nCall-Direction: inbound\n\
        Channel-Name: sofia/external/1\nBridge-A-Unique-ID: good-77-1\n\
        Bridge-B-Unique-ID: good-77-2\nOther-Leg-Channel-Name: sofia/internal/1001%40192.0.2.7\n\n\
        Event-Name: CHANNEL_HANGUP_COMPLETE\nUnique-ID: good-77-1\n\
        Channel-Name: sofia/external/1\nHangup-Cause: NORMAL_CLEARING\n\
        variable_sip_hangup_disposition: recv_bye\n\n",
    b"Event-Name: BACKGROUND_JOB\nJob-UUID: good-77-3\nContent-Length: 14\n\n-ERR NO_ANSWER\
        Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n",
    b"Content-Type: api/response\nContent-Length: 153\n\n{\"row_count\":1,\"rows\":[{\"uuid\":\
        \"good-77-2\",\"direction\":\"outbound\",\"name\":\"sofia/internal/1001\",\"call_uuid\":\
        \"good-77-1\",\"callstate\":\"ACTIVE\",\"dest\":\"1\"}]}",
];

/// A report of an app that speaks OsmAnd's protocol, as [`crate::request`] takes it.
pub const OSMAND: &[u8] = b"/?id=42&lat=24.51&lon=117.66&batt=41&alarm=sos\n\n";

/// The same as JSON.
pub const OSMAND_JSON: &[u8] = br#"/
application/json
{"location":{"coords":{"latitude":24.51,"longitude":117.66},"extras":{"alarm":"sos"}},"device_id":"42"}"#;

/// A location of OwnTracks, as [`crate::request`] takes it.
pub const OWNTRACKS: &[u8] = br#"/pub?u=anna
anna
{"_type":"location","tid":"5t","lat":24.51,"lon":117.66,"tst":1551874878,"batt":46,"poi":"sos"}"#;

/// A number as people write it, behind the choice of an area.
pub const NUMBER: &[u8] = "\u{1}\"王秀英\" <sip:+86-596-2222222-801@192.0.2.9>".as_bytes();

/// The contract's body of an alarm.
pub const DAMAGED: &[u8] = br#"{"device":"d-17","id":"boot3-0042","kind":"fall","battery_pct":041,
"position":{"lat":24.51,"lon":+117.66,"datum":"wgs84"},"positions":[{"lat":24.51,"lon":117.66},{"lat":2"#;
