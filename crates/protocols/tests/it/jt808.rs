//! The JT/T 808 decoder against frames of real devices, and against noise.
//!
//! The frames lie outside the project (`../shared/data/protocols`, see its README): without them the
//! tests that need them say so and pass.
use proptest::prelude::*;
use serde_json::Value;
use silverbell_domain::{LatLon, Protocol, SignalKind, UnixMs};
use silverbell_protocols::jt808::{DEFAULT_MAX_FRAME, Talk};
use silverbell_protocols::{Cell, Command, Conversation, Doubt, Heard, Notice, Report, Wifi};

use crate::stream::{NOW, hear, says_the_same_in_pieces};
use crate::vectors;

/// Nearness that the vectors promise, degrees.
const DEGREES: f64 = 1e-5;

/// Vectors whose Traccar decode we do not share, and why. What else they say is checked.
const OTHERWISE: [(&str, Other); 8] = [
    // Passes over the cells in `53` and `5d`.
    ("jt808-051", Other::Cells),
    ("jt808-019", Other::Cells),
    ("jt808-039", Other::Cells),
    // Reads one access point out of `f4` of one byte, past its end.
    ("jt808-007", Other::Wifi),
    // Reads the charge past the end of `fe`: 153 %, which is the check byte.
    ("jt808-051", Other::Battery),
    // The model, which the decoder is not told, says that bit 16 is movement; else it is tampering.
    ("jt808-105", Other::Alarm),
    // Hard acceleration is no matter of a person's device; nor is a fault of a camera.
    ("jt808-051", Other::Alarm),
    ("jt808-109", Other::Alarm),
];

#[derive(PartialEq)]
enum Other {
    Cells,
    Wifi,
    Battery,
    Alarm,
}

fn is_otherwise(vector: &Value, part: Other) -> bool {
    OTHERWISE.contains(&(vector["id"].as_str().unwrap(), part))
}

fn new() -> Talk {
    Talk::new(DEFAULT_MAX_FRAME)
}

fn escape(inner: &[u8]) -> Vec<u8> {
    let escaped = inner.iter().flat_map(|&byte| match byte {
        0x7d => vec![0x7d, 1],
        0x7e => vec![0x7d, 2],
        other => vec![other],
    });
    [0x7e].into_iter().chain(escaped).chain([0x7e]).collect()
}

fn unescape(wire: &[u8]) -> Vec<u8> {
    let Some(inner) = wire.strip_prefix(b"\x7e").and_then(|rest| rest.strip_suffix(b"\x7e")) else {
        return wire.to_vec();
    };
    let mut plain = Vec::new();
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (0x7d, Some(1)) => plain.push(0x7d),
            (0x7d, Some(2)) => plain.push(0x7e),
            _ => {
                plain.push(byte);
                continue;
            }
        }
        bytes.next();
    }
    [vec![0x7e], plain, vec![0x7e]].concat()
}

/// Returns a frame of these unescaped bytes without its check byte.
fn framed(content: &[u8]) -> Vec<u8> {
    let check = content.iter().fold(0, |check, byte| check ^ byte);
    escape(&[content, &[check]].concat())
}

/// A location of 2013 with nothing but the emergency flag.
fn sos() -> Vec<u8> {
    framed(
        &hex::decode(
            "0200001c012345678901002a00000001000000000158a32106ca167c000000000000260721100304",
        )
        .unwrap(),
    )
}

/// Reads Traccar's frames; the one that only tests its escapes is tested where ours are.
fn traccar() -> Vec<Value> {
    let all = vectors::of("jt808.jsonl", "jt808");
    all.into_iter().filter(|vector| vector["assert"] != "frame").collect()
}

/// Reads SmallChi's frames, but for one of a platform, `8104`, whose length is wrong: what no device
/// sends and does not fit is noise.
fn smallchi() -> Vec<Value> {
    let all = vectors::of("jt808_smallchi.jsonl", "jt808");
    all.into_iter().filter(|vector| vector["id"] != "jt808s-075").collect()
}

fn issues() -> Vec<Value> {
    vectors::of("issues.jsonl", "jt808")
}

/// Returns the bytes as the device sent them: Traccar's collection has undone the escapes.
fn wire(vector: &Value) -> Vec<u8> {
    let bytes = vectors::frame(vector);
    let is_plain = vector["id"].as_str().unwrap().starts_with("jt808-");
    match bytes.strip_prefix(b"\x7e").and_then(|rest| rest.strip_suffix(b"\x7e")) {
        Some(inner) if is_plain => escape(inner),
        _ => bytes,
    }
}

fn wires() -> Vec<Vec<u8>> {
    let issues = issues();
    let said = issues.iter().filter(|vector| vector["direction"] == "device_to_server");
    traccar().iter().chain(&smallchi()).chain(said).map(wire).collect()
}

/// Returns what one frame says to a new conversation.
fn heard(wire: &[u8]) -> Heard {
    let mut all = hear(new(), &[wire]);
    assert_eq!(all.len(), 1, "{wire:02x?}");
    all.remove(0)
}

#[test]
fn every_vector_of_traccar_is_decoded_as_there() {
    for vector in traccar() {
        let heard = heard(&wire(&vector));
        if let Some(ident) = vector["traccar"]["device_ids"][0].as_str() {
            assert_eq!(heard.ident, ident, "{vector}");
        }
        let decoded = vector["traccar"]["decoded"].as_array().unwrap();
        assert_eq!(heard.reports.len(), decoded.len().max(1), "{vector}");
        for (decoded, report) in decoded.iter().zip(&heard.reports) {
            check_place(&vector, decoded, report);
            check_charge(&vector, decoded, report);
            check_network(&vector, decoded, report);
            let is_history = decoded["attributes"]["archive"] == true;
            assert!(!is_history || report.buffered, "{vector}");
        }
        check_alarms(&vector, &heard);
    }
}

fn check_place(vector: &Value, expected: &Value, report: &Report) {
    if let Some(time) = expected["fix_time"].as_str() {
        let time: jiff::Timestamp = time.parse().unwrap();
        assert_eq!(report.at, Some(UnixMs(time.as_millisecond())), "{vector}");
    }
    let (Some(lat), Some(lon)) = (expected["lat"].as_f64(), expected["lon"].as_f64()) else {
        assert_eq!((report.fix, report.stale_point), (None, None), "{vector}");
        return;
    };
    let fix = report.fix.map(|fix| fix.point);
    let is_place = LatLon::new(lat, lon).is_some();
    assert_eq!(fix.is_some(), expected["valid"] == true && is_place, "{vector}");
    match fix.or(report.stale_point) {
        None => assert!(!is_place, "{vector}"),
        Some(point) => {
            let near = (point.lat - lat).abs() <= DEGREES && (point.lon - lon).abs() <= DEGREES;
            assert!(near, "{vector}: {point:?}");
        }
    }
}

fn check_charge(vector: &Value, expected: &Value, report: &Report) {
    let charge = expected["attributes"]["batteryLevel"].as_u64();
    let expected = if is_otherwise(vector, Other::Battery) { None } else { charge };
    assert_eq!(report.battery_pct.map(u64::from), expected, "{vector}");
}

fn check_network(vector: &Value, expected: &Value, report: &Report) {
    let number = |value: &Value| value.as_i64().unwrap();
    let dbm = |value: &Value| value["dbm"].as_i64().map(|dbm| i16::try_from(dbm).unwrap());
    let mut cells: Vec<_> = expected["cells"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|cell| Cell {
            mcc: number(&cell["mcc"]).try_into().unwrap(),
            mnc: number(&cell["mnc"]).try_into().unwrap(),
            lac: number(&cell["lac"]).try_into().unwrap(),
            cid: number(&cell["cid"]).try_into().unwrap(),
            dbm: dbm(cell),
        })
        .collect();
    let mut wifi: Vec<_> = expected["wifi"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|point| Wifi {
            mac: point["mac"].as_str().unwrap().to_ascii_lowercase(),
            dbm: dbm(point),
        })
        .collect();
    if is_otherwise(vector, Other::Wifi) {
        wifi.clear();
    }
    let mut ours = (report.cells.clone(), report.wifi.clone());
    if cells.iter().any(|cell| cell.mcc == 0) {
        // Locks tell country and network apart from the cell, where Traccar does not look.
        ours.0.iter_mut().for_each(|cell| (cell.mcc, cell.mnc) = (0, 0));
    }
    for list in [&mut ours.0, &mut cells] {
        list.sort();
    }
    for list in [&mut ours.1, &mut wifi] {
        list.sort();
    }
    if is_otherwise(vector, Other::Cells) {
        assert!(cells.is_empty() && !ours.0.is_empty(), "{vector}");
        ours.0.clear();
    }
    assert_eq!(ours, (cells, wifi), "{vector}");
}

fn check_alarms(vector: &Value, heard: &Heard) {
    let alarms: Vec<_> = vector["alarm"].as_array().into_iter().flatten().collect();
    let signals: Vec<_> = heard.reports.iter().flat_map(|report| report.signals.clone()).collect();
    let notices: Vec<_> = heard.reports.iter().flat_map(|report| report.notices.clone()).collect();
    let mut expected = (false, Vec::new());
    for alarm in &alarms {
        match alarm.as_str().unwrap() {
            "sos" => expected.0 = true,
            "lowBattery" | "lowPower" => assert!(signals.contains(&SignalKind::LowBattery)),
            "removing" => expected.1.push(Notice::Removed),
            "powerOff" => expected.1.push(Notice::Unplugged),
            "vibration" => expected.1.push(Notice::Vibration),
            "tampering" => expected.1.push(Notice::Tampered),
            _ => assert!(is_otherwise(vector, Other::Alarm), "{vector}"),
        }
    }
    assert_eq!(
        heard.alarm().map(|(_, kind)| kind),
        expected.0.then_some(SignalKind::Sos),
        "{vector}"
    );
    if !is_otherwise(vector, Other::Alarm) {
        assert_eq!(notices, expected.1, "{vector}");
    }
}

#[test]
fn every_ack_is_that_of_traccar_escaped() {
    let mut acked = 0;
    for vector in traccar() {
        let ours = heard(&wire(&vector)).ack.map(|ack| unescape(&ack)).map(hex::encode);
        let expected = vector["traccar"]["ack"][0].as_str();
        if vector["traccar"]["ack_varies_with_clock"] == true {
            let ours = hex::decode(ours.unwrap()).unwrap();
            assert_eq!(ours, b"(794104004140,1,001,BASE,2,20261122000000)");
            assert_eq!(ours.len() * 2, expected.unwrap().len());
        } else {
            assert_eq!(ours.as_deref(), expected, "{vector}");
        }
        acked += usize::from(expected.is_some());
    }
    assert!(acked > 40 || traccar().is_empty());
}

/// What Traccar answers with the general answer, and pictures, which wait for it.
const ANSWERED: [u64; 12] = [
    0x0002, 0x0003, 0x0102, 0x0107, 0x0200, 0x0210, 0x0506, 0x0704, 0x0800, 0x0801, 0x0900, 0x8888,
];

#[test]
fn every_vector_of_smallchi_is_decoded_and_answered() {
    for vector in smallchi() {
        let heard = heard(&wire(&vector));
        let number = vector["phone_bcd"].as_str().unwrap();
        assert_eq!(heard.ident, number.trim_start_matches('0'), "{vector}");
        check_location(&vector["location"], &heard);
        let text = vector["checks"]["msg_id"].as_str().unwrap();
        let message = u64::from_str_radix(&text[2..], 16).unwrap();
        let serial = vector["serial"].as_u64().unwrap();
        let ack = heard.ack.as_deref().map(unescape).map(hex::encode);
        let (flags, version) =
            if vector["checks"]["version2019"] == true { ("40", "01") } else { ("00", "") };
        let ack_of = |id: &str, length: usize, body: String| {
            let content = format!("{id}{flags}{length:02x}{version}{number}0000{body}");
            hex::encode(unescape(&framed(&hex::decode(content).unwrap())))
        };
        let expected = if message == 0x0100 {
            let code = hex::encode(number);
            Some(ack_of("8100", 3 + number.len(), format!("{serial:04x}00{code}")))
        } else {
            let body = format!("{serial:04x}{message:04x}00");
            ANSWERED.contains(&message).then(|| ack_of("8001", 5, body))
        };
        assert_eq!(ack, expected, "{vector}");
    }
}

fn check_location(location: &Value, heard: &Heard) {
    let Some(status) = location["status"].as_u64() else { return };
    let report = &heard.reports[0];
    let is_sos = location["alarm_flags"].as_u64().unwrap() & 1 == 1;
    assert_eq!(is_sos, location["sos"] == true);
    assert_eq!(heard.alarm().map(|(_, kind)| kind), is_sos.then_some(SignalKind::Sos));
    let degrees = |field: &str| location[field].as_f64().unwrap() / 1e6;
    let point = report.fix.map(|fix| fix.point);
    assert_eq!(point.is_some(), status & 2 != 0, "{location}");
    let point = point.or(report.stale_point).unwrap();
    assert_eq!((point.lat, point.lon), (degrees("lat_raw"), degrees("lon_raw")));
    let local = location["time_bcd_local_gmt8"].as_str().unwrap();
    let civil = jiff::civil::DateTime::strptime("%y%m%d%H%M%S", local).unwrap();
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let at = civil.to_zoned(zone).unwrap().timestamp().as_millisecond();
    assert_eq!(report.at, Some(UnixMs(at)));
}

#[test]
fn access_points_that_smallchi_names_are_heard() {
    for vector in smallchi() {
        let heard = heard(&wire(&vector));
        for at in 0..5 {
            let asserted = |field: &str| {
                let name = format!("jt808_0x0200_0x54.WifiInfos[{at}].{field}");
                let pair = vector["asserts"].as_array()?.iter().find(|pair| pair[0] == *name)?;
                Some(pair[1].as_str()?.trim_matches('"').to_owned())
            };
            let Some((mac, level)) = asserted("WifiMac").zip(asserted("SingnalStrength")) else {
                continue;
            };
            let dbm = Some(level.parse::<i16>().unwrap() - 256);
            let point = &heard.reports[0].wifi[at];
            assert_eq!((point.mac.replace(':', ""), point.dbm), (mac.to_ascii_lowercase(), dbm));
        }
    }
}

/// Live sessions between devices and servers: each general answer stands behind the frame that it
/// names. Its own running number is that server's and left out.
#[test]
fn live_sessions_are_answered_as_they_were() {
    let mut answered = 0;
    let lines = issues();
    for (at, vector) in lines.iter().enumerate() {
        if vector["direction"] != "device_to_server" {
            continue;
        }
        let ack = heard(&wire(vector)).ack;
        let Some(next) = lines.get(at + 1).filter(|next| next["session"] == vector["session"])
        else {
            continue;
        };
        let live = vectors::frame(next);
        if live.starts_with(b"\x7e\x80\x01") {
            let body = |frame: &[u8]| (frame[..11].to_vec(), frame[13..18].to_vec());
            assert_eq!(body(&unescape(&ack.unwrap())), body(&unescape(&live)), "{vector}");
            answered += 1;
        }
    }
    assert!(answered >= 4 || lines.is_empty());
}

/// Returns our command to a device of this number, which has said one thing.
fn asked(phone: &str, command: &Command) -> Vec<u8> {
    let mut talk = new();
    talk.push(&framed(&hex::decode(format!("00010005{phone}00320000810500")).unwrap()));
    let heard = talk.next(NOW).unwrap();
    assert_eq!(heard.ack, None);
    talk.command(&heard.ident, command, NOW).unwrap()
}

#[test]
fn commands_are_framed_as_real_servers_frame_them() {
    let located = asked("024530313349", &Command::Locate);
    let live = issues().iter().map(vectors::frame).find(|frame| frame[1..3] == [0x82, 0x01]);
    assert!(live.is_none_or(|live| live == located));
    for vector in vectors::of("commands.jsonl", "jt808") {
        let theirs = unescape(&vectors::frame(&vector));
        if theirs[1..3] == [0x83, 0x00] {
            let ours = unescape(&asked("0b3a73ce2ff2", &Command::Ring));
            assert_eq!((&ours[5..13], ours[13] & 1), (&theirs[5..13], theirs[13] & 1), "{vector}");
            assert!(theirs[theirs.len() - 3] != 0, "a text has no end of its own");
        }
    }
}

#[test]
fn vectors_split_at_every_byte_say_the_same() {
    for wire in wires() {
        says_the_same_in_pieces(new, &wire);
        let shared = [&wire[..wire.len() - 1], &sos()].concat();
        if shared.len() < 200 {
            says_the_same_in_pieces(new, &shared);
        }
    }
}

/// What was heard, without the acks, whose running numbers differ.
fn said(pieces: &[&[u8]]) -> Vec<(String, Vec<u8>, Vec<Report>)> {
    let all = hear(new(), pieces);
    all.into_iter().map(|heard| (heard.ident, heard.raw, heard.reports)).collect()
}

#[test]
fn vectors_glued_together_say_what_each_says() {
    let wires = wires();
    for pair in wires.windows(2) {
        let expected = [said(&[&pair[0]]), said(&[&pair[1]])].concat();
        assert_eq!(said(&[&pair.concat()]), expected);
        if pair.iter().all(|wire| wire[0] == 0x7e) {
            let shared = [&pair[0][..pair[0].len() - 1], &pair[1]].concat();
            assert_eq!(said(&[&shared]), expected, "one delimiter for both");
        }
    }
    let each: Vec<_> = wires.iter().flat_map(|wire| said(&[wire])).collect();
    assert_eq!(said(&[&wires.concat()]), each);
}

#[test]
fn running_numbers_of_acks_and_commands_count_on() {
    let mut talk = new();
    let serial = |frame: &[u8]| u16::from_be_bytes([unescape(frame)[11], unescape(frame)[12]]);
    for expected in [0, 2, 4] {
        talk.push(&sos());
        assert_eq!(serial(&talk.next(NOW).unwrap().ack.unwrap()), expected);
        let asked = talk.command("12345678901", &Command::Locate, NOW).unwrap();
        assert_eq!(serial(&asked), expected + 1);
    }
}

#[test]
fn vectors_behind_garbage_say_the_same() {
    let garbage: [&[u8]; 12] = [
        b"\r\n",
        b"\x7e",
        b"\x7e\x7e\x7e",
        b"\x00\x02",
        b"[3G*12,",
        b"(",
        b"(12,abc",
        b"\xe7",
        b"\xff\x7d",
        b"xx\x7eyyyyyyyyyyyyyyyyyyyy\x7e",
        b"\x7d\x02\x7e\x7d",
        b"\x02\x00\x00\x01",
    ];
    for wire in wires() {
        for garbage in garbage {
            let opens = [&b"\x00\x02"[..], b"\x7d\x02\x7e\x7d", b"\x02\x00\x00\x01"];
            if wire[0] == b'(' && opens.contains(&garbage) {
                // Could begin a frame, which a sentence does not end.
                continue;
            }
            assert_eq!(said(&[garbage, &wire]), said(&[&wire]), "{garbage:02x?} {wire:02x?}");
        }
    }
}

#[test]
fn a_good_frame_follows_every_truncated_vector() {
    for wire in wires() {
        for length in 0..wire.len() - 1 {
            let mut all = hear(new(), &[&wire[..length], &sos()]);
            let last = all.pop().unwrap();
            assert_eq!((&last.raw, &last.reports[0].signals[..]), (&sos(), &[SignalKind::Sos][..]));
            assert!(last.ack.is_some() && all.len() <= 1);
            let Some(cut) = all.pop() else { continue };
            assert!(cut.ack.is_none() || looks_whole(&wire[..length]), "{:02x?}", &wire[..length]);
        }
    }
}

/// Returns whether what is left of a frame has by chance a right check byte, or is as long as it
/// says: one vector is longer than that.
fn looks_whole(cut: &[u8]) -> bool {
    let plain = unescape(&[cut, b"\x7e"].concat());
    let inner = &plain[1..plain.len() - 1];
    let length = usize::from(u16::from_be_bytes([inner[2], inner[3]]) & 0x3ff);
    inner.iter().fold(0, |check, byte| check ^ byte) == 0 || inner.len() > 12 + length
}

#[test]
fn a_vector_with_the_emergency_flag_set_is_an_sos() {
    let mut pressed = 0;
    for wire in wires().iter().filter(|wire| wire[0] == 0x7e) {
        let plain = unescape(wire);
        let mut content = plain[1..plain.len() - 2].to_vec();
        let header = if content[2] & 0x40 != 0 { 17 } else { 12 };
        let flags = match (content[0], content[1]) {
            (0x02, 0x00) => 3,
            (0x02, 0x01) | (0x05, 0x00) => 5,
            (0x07, 0x04) => 8,
            (0x02, 0x10) => 4,
            _ => continue,
        };
        for others in [0, 0x80, 0xff] {
            let Some(byte) = content.get_mut(header + flags) else { continue };
            *byte |= 1 | others;
            let heard = heard(&framed(&content));
            assert_eq!(heard.alarm().unwrap().1, SignalKind::Sos, "{content:02x?}");
            let report = heard.alarm().unwrap().0;
            assert_eq!(report.doubts, if report.buffered { &[Doubt::Delayed][..] } else { &[] });
            pressed += 1;
        }
    }
    assert!(pressed > 120 || wires().is_empty(), "{pressed}");
}

/// Bytes as a stream could hold them: noise that likes the bytes of the protocol.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let liked = prop::sample::select(b"\x7e\x7d\x01\x02\x00\xe7\xe6()1,~\x07\x04\x40\x20".to_vec());
    prop::collection::vec(prop_oneof![3 => liked, 1 => any::<u8>()], 0..300)
}

/// A frame of any message, its header sound, its body anything.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let messages = prop::sample::select(vec![
        0x0002_u16, 0x0100, 0x0102, 0x0107, 0x0109, 0x0200, 0x0201, 0x0210, 0x0500, 0x0704, 0x0801,
        0x0900, 0x5501, 0x5502, 0x6006, 0x8001,
    ]);
    let body = prop::collection::vec(any::<u8>(), 0..200);
    (messages, any::<u16>(), body).prop_map(|(message, attributes, body)| {
        framed(&[&message.to_be_bytes()[..], &attributes.to_be_bytes(), &[0x13; 8], &body].concat())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics_and_memory_stays_bounded(
        pieces in prop::collection::vec(prop_oneof![noise(), any_frame()], 0..20), max in 16_usize..300,
    ) {
        let mut talk = Talk::new(max);
        for piece in pieces {
            talk.push(&piece);
            while let Some(heard) = talk.next(NOW) {
                prop_assert!(heard.raw.len() <= max && heard.ident.len() <= 20);
                prop_assert!(!heard.reports.is_empty());
                for report in &heard.reports {
                    prop_assert!(!report.signals.is_empty() && report.signals.is_sorted());
                    let _ = report.position(NOW);
                }
                for command in [Command::Locate, Command::Ring, Command::Answered] {
                    let _ = talk.command(&heard.ident, &command, NOW);
                }
            }
            let held: usize = talk.unfinished(NOW).iter().map(|heard| heard.raw.len()).sum();
            prop_assert!(held <= max + 1);
            prop_assert!(talk.unfinished(NOW).iter().all(|heard| heard.ack.is_none()));
        }
        talk.close();
        while talk.next(NOW).is_some() {}
        prop_assert!(talk.is_empty());
    }

    #[test]
    fn noise_says_the_same_in_pieces(noise in noise(), frame in any_frame()) {
        says_the_same_in_pieces(new, &[&noise[..], &frame].concat());
    }

    #[test]
    fn an_sos_behind_noise_comes_out(noise in noise(), size in 1_usize..64, max in 80_usize..400) {
        let stream = [&noise[..], &sos()].concat();
        let mut talk = Talk::new(max);
        let mut all = Vec::new();
        for piece in stream.chunks(size) {
            talk.push(piece);
            all.extend(std::iter::from_fn(|| talk.next(NOW)));
        }
        let last = all.last().unwrap();
        prop_assert_eq!((&last.raw, &*last.ident), (&sos(), "12345678901"));
        prop_assert_eq!(&last.reports[0].signals, &[SignalKind::Sos]);
    }
}

#[test]
fn the_protocol_is_jt808() {
    assert_eq!(new().protocol(), Protocol::Jt808);
}
