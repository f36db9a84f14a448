//! The `gt06` decoder against frames of real devices, and against noise.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;
use silverbell_domain::{LatLon, SignalKind, UnixMs};
use silverbell_protocols::gt06::{FrameBuffer, Talk, decode};
use silverbell_protocols::{Cell, Command, Conversation, Doubt, Heard, Notice, Wifi};

use crate::stream::{NOW, hear};
use crate::vectors::frame as wire;

/// Nearness that the vectors promise, degrees.
const DEGREES: f64 = 1e-5;

/// The IMEI of these tests, and how a log-in holds it.
const IMEI: &str = "880000000000015";
const IMEI_BYTES: [u8; 8] = [0x08, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x15];

/// An alarm's content: GPS in Quanzhou at 2026-07-21 02:03:04, a cell, status bits, charge, signal,
/// code, language.
const ALARM: &str = "1a0715020304c802a0e8c00c96a6f0001400 09 01cc0028 7d001f71 4004040102";

/// Where we knowingly differ from Traccar: the vector, in what, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("gt06-009", "archive", "the byte is no mark of history in a status: Traccar runs on into it"),
    ("gt06-021", "cells", "cell of 4 bytes: only so the height, 687 m, is that of the place"),
    ("gt06-035", "cells", "all zero: no cell"),
    ("gt06-037", "cells", "the block says 16 bytes: a 4G cell, which Traccar cuts in two"),
    (
        "gt06-061",
        "device_time",
        "2020-12-11 in binary, which Traccar reads as decimal digits: 2014",
    ),
    ("gt06-069", "fix_time", "1970: the clock was never set"),
    ("gt06-089", "wifi", "-209 dBm is -47 in two's complement; an address of zeros is none"),
    ("gt06-093", "cells", "a 4G cell, which Traccar cuts in two"),
    ("gt06-095", "battery", "the status behind the cell, which Traccar does not read"),
    ("gt06-095", "cells", "a 4G cell behind its length, which Traccar takes for the country"),
    ("gt06-173", "battery", "model R11 sends a voltage there; models are not known here"),
    ("gt06-175", "cells", "all zero: no cell"),
    ("gt06-175", "fix_time", "the fix is invalid, so the device's own time counts"),
];

fn vectors(file: &str) -> Vec<Value> {
    let all = crate::vectors::of(file, "gt06").into_iter();
    all.filter(|vector| vector["direction"] != "server_to_device").collect()
}

fn wires() -> Vec<Vec<u8>> {
    vectors("gt06.jsonl").iter().chain(&vectors("issues.jsonl")).map(wire).collect()
}

/// Writes a frame with a right checksum.
fn frame(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len() + 5).unwrap();
    reseal([&[0x78, 0x78, length, kind], content, &[0, 7, 0, 0, 0x0d, 0x0a]].concat())
}

/// Puts the right checksum into a frame.
fn reseal(mut frame: Vec<u8>) -> Vec<u8> {
    let at = frame.len() - 4;
    let sum = frame[2..at].iter().fold(0xffff_u16, |sum, &byte| {
        (0..8).fold(sum ^ u16::from(byte), |sum, _| (sum >> 1) ^ (0x8408 * (sum & 1)))
    });
    frame[at..at + 2].copy_from_slice(&(!sum).to_be_bytes());
    frame
}

fn alarm_content() -> Vec<u8> {
    hex::decode(ALARM.replace(' ', "")).unwrap()
}

/// An SOS as a pendant sends it.
fn sos() -> Vec<u8> {
    frame(0x26, &alarm_content())
}

fn login() -> Vec<u8> {
    frame(0x01, &IMEI_BYTES)
}

fn talk() -> Talk {
    Talk::new(4_096)
}

/// Returns what is heard of these pieces until the device hangs up.
fn hear_all(pieces: &[&[u8]]) -> Vec<Heard> {
    let mut talk = talk();
    let mut all = Vec::new();
    for piece in pieces {
        talk.push(piece);
        all.extend(std::iter::from_fn(|| talk.next(NOW)));
    }
    talk.close();
    all.extend(std::iter::from_fn(|| talk.next(NOW)));
    all
}

#[test]
fn every_vector_is_decoded_and_answered_as_by_traccar() {
    let mut found = BTreeSet::new();
    let (all, issues) = (vectors("gt06.jsonl"), vectors("issues.jsonl"));
    for vector in all.iter().chain(&issues) {
        let heard = hear_all(&[&wire(vector)]);
        assert_eq!(heard.len(), 1, "{vector}");
        let id = vector["id"].as_str().unwrap();
        found.extend(differences(vector, &heard[0]).into_iter().map(|what| (id, what)));
    }
    let known = DIFFERENCES.iter().map(|&(id, what, _)| (id, what)).collect::<BTreeSet<_>>();
    assert!(all.is_empty() || found == known, "{:#?}", found.symmetric_difference(&known));
}

/// Returns in what a frame is not what the collection says.
fn differences(vector: &Value, heard: &Heard) -> Vec<&'static str> {
    let mut all = Vec::new();
    let mut differs = |what, differs: bool| all.extend(differs.then_some(what));
    if let Some(expected) = vector["expect_frame_hex"].as_str() {
        differs("frame", hex::encode(&heard.raw) != expected);
    }
    if let Some(ident) = vector["traccar"]["device_ids"][0].as_str() {
        differs("ident", heard.ident != ident);
    }
    if let Some(acks) = vector["traccar"]["ack"].as_array() {
        let ours: Vec<_> = heard.ack.iter().map(|ack| Value::from(hex::encode(ack))).collect();
        differs("ack", ours != *acks);
    }
    differs("alarm", !has_alarms(vector, heard));
    for decoded in vector["traccar"]["decoded"].as_array().into_iter().flatten() {
        let report = &heard.reports[0];
        differs("place", !is_at(decoded, heard));
        for time in ["fix_time", "device_time"] {
            differs(time, decoded[time].as_str().is_some_and(|time| report.at != at(time)));
        }
        let charge = decoded["attributes"]["batteryLevel"].as_u64();
        differs("battery", report.battery_pct.map(u64::from) != charge);
        differs("archive", decoded["attributes"]["archive"] == true && !report.buffered);
        differs("cells", !cells(decoded).iter().all(|cell| report.cells.contains(cell)));
        differs("wifi", !wifi(decoded).iter().all(|point| report.wifi.contains(point)));
    }
    all
}

fn at(time: &str) -> Option<UnixMs> {
    let time: jiff::Timestamp = time.parse().unwrap();
    Some(UnixMs(time.as_millisecond()))
}

/// Returns whether exactly the alarms of the vector are there.
fn has_alarms(vector: &Value, heard: &Heard) -> bool {
    let report = &heard.reports[0];
    let named: Vec<_> = vector["alarm"].as_array().into_iter().flatten().collect();
    let all_found = named.iter().all(|alarm| match alarm.as_str().unwrap() {
        "sos" => report.signals.first() == Some(&SignalKind::Sos) && report.doubts.is_empty(),
        "general" => report.doubts.contains(&Doubt::AlarmUnnamed),
        "accident" | "fallDown" => report.signals.contains(&SignalKind::Fall),
        "lowBattery" | "lowPower" => report.signals.contains(&SignalKind::LowBattery),
        "removing" => report.notices.contains(&Notice::Removed),
        "geofenceExit" => report.notices.contains(&Notice::GeofenceExit),
        "geofenceEnter" => report.notices.contains(&Notice::GeofenceEnter),
        "powerCut" => report.notices.contains(&Notice::Unplugged),
        "powerOff" => report.notices.contains(&Notice::PowerOff),
        "tampering" => report.notices.contains(&Notice::Tampered),
        "vibration" => report.notices.contains(&Notice::Vibration),
        // Of no use to those who look after people.
        "overspeed" | "hardAcceleration" | "hardBraking" | "hardCornering" | "door" => true,
        other => panic!("unknown alarm {other}"),
    });
    let is_grave = |alarm: &&Value| {
        ["sos", "general", "accident", "fallDown"].iter().any(|&name| **alarm == name)
    };
    all_found && heard.alarm().is_some() == named.iter().any(is_grave)
}

fn is_at(decoded: &Value, heard: &Heard) -> bool {
    let report = &heard.reports[0];
    let (Some(lat), Some(lon)) = (decoded["lat"].as_f64(), decoded["lon"].as_f64()) else {
        return report.fix.is_none();
    };
    let expected = LatLon::new(lat, lon);
    let fix = report.fix.map(|fix| fix.point);
    if fix.is_some() != (decoded["valid"] == true && expected.is_some()) {
        return false;
    }
    match (fix.or(report.stale_point), expected) {
        (Some(point), Some(expected)) => {
            (point.lat - expected.lat).abs() <= DEGREES
                && (point.lon - expected.lon).abs() <= DEGREES
        }
        (point, expected) => point == expected,
    }
}

fn cells(decoded: &Value) -> Vec<Cell> {
    let cell = |cell: &Value| {
        let number = |name: &str| cell[name].as_i64().unwrap();
        Cell {
            mcc: number("mcc").try_into().unwrap(),
            mnc: number("mnc").try_into().unwrap(),
            lac: number("lac").try_into().unwrap(),
            cid: number("cid").try_into().unwrap(),
            dbm: cell["dbm"].as_i64().map(|dbm| dbm.try_into().unwrap()),
        }
    };
    decoded["cells"].as_array().into_iter().flatten().map(cell).collect()
}

fn wifi(decoded: &Value) -> Vec<Wifi> {
    let point = |point: &Value| Wifi {
        mac: point["mac"].as_str().unwrap().to_owned(),
        dbm: point["dbm"].as_i64().map(|dbm| dbm.try_into().unwrap()),
    };
    decoded["wifi"].as_array().into_iter().flatten().map(point).collect()
}

#[test]
fn the_servers_answers_in_live_logs_are_ours() {
    let all = crate::vectors::of("issues.jsonl", "gt06");
    for session in ["gt06-2039", "gt06-2064", "gt06-3236", "gt06-2876"] {
        let mut talk = talk();
        let mut acks = Vec::new();
        for vector in all.iter().filter(|vector| vector["session"] == session) {
            if vector["direction"] == "server_to_device" {
                // One log begins an exchange earlier than it shows.
                let expected = acks.pop();
                assert!(expected.is_none() || expected == Some(wire(vector)), "{vector}");
                continue;
            }
            talk.push(&wire(vector));
            let heard = talk.next(NOW).unwrap();
            assert_eq!((heard.ident.len(), talk.next(NOW)), (15, None));
            acks.extend(heard.ack);
            assert_eq!(acks.len(), 1, "{vector}");
        }
        assert!(acks.is_empty());
    }
}

#[test]
fn our_commands_are_built_as_traccars() {
    let mut talk = talk();
    talk.push(&login());
    assert_eq!(talk.next(NOW).unwrap().ident, IMEI);
    let where_is = talk.command(IMEI, &Command::Locate, NOW).unwrap();
    for vector in crate::vectors::of("commands.jsonl", "gt06") {
        let text = hex::encode("Relay,1#");
        let theirs = vector["frame_hex"].as_str().unwrap().replace(&text, &hex::encode("WHERE#"));
        let theirs = theirs.replace("787812800c", "787810800a");
        assert_eq!(where_is, reseal(hex::decode(theirs).unwrap()));
    }
    let numbers = Command::SosNumbers(vec!["0596120".into(), "13800000000".into()]);
    let numbers = talk.command(IMEI, &numbers, NOW).unwrap();
    assert_eq!(numbers[9..numbers.len() - 4], *b"SOS,A,0596120,13800000000#\x00\x01");
    assert_eq!(talk.command("880000000000016", &Command::Locate, NOW), None, "another is here");
    assert_eq!(talk.command(IMEI, &Command::Answered, NOW), None);
    assert_eq!(talk.command(IMEI, &Command::Ring, NOW), None);
}

#[test]
fn a_conversation_says_the_same_wherever_it_is_split() {
    for wire in wires() {
        crate::stream::says_the_same_in_pieces(talk, &wire);
        let stream = [&wire[..], &sos(), &wire[..wire.len() / 2], &sos(), &wire].concat();
        crate::stream::says_the_same_in_pieces(talk, &stream);
    }
}

#[test]
fn vectors_glued_together_give_every_frame() {
    let wires = wires();
    // One has lost its last byte; what is left of its end is then noise.
    let is_same = |(heard, wire): (&Heard, &Vec<u8>)| {
        wire.starts_with(&heard.raw) && heard.raw.len() + 1 >= wire.len()
    };
    for glued in wires.windows(2).chain([&wires[..]]) {
        let all = hear_all(&[&glued.concat()]);
        assert_eq!(all.len(), glued.len());
        for pair in all.iter().zip(glued) {
            assert!(is_same(pair), "{:02x?}", pair);
        }
    }
}

#[test]
fn vectors_behind_garbage_give_the_same_frames() {
    let garbage: [&[u8]; 9] = [
        b"\r\n",
        b"\x00\xff}",
        b"*HQ,12#",
        b"\x78",
        b"\x79",
        b"\x78\x78",
        b"\x79\x79\x00",
        b"\x79\x79\x79\x79",
        b"\x78\x78\x0a\x13\x46",
    ];
    for wire in wires() {
        for garbage in garbage {
            let mut behind = hear_all(&[garbage, &wire]);
            assert_eq!(behind.pop(), hear_all(&[&wire]).pop(), "{garbage:02x?}");
            assert!(behind.len() <= 1 && behind.iter().all(|heard| heard.ack.is_none()));
        }
    }
}

#[test]
fn a_good_frame_follows_every_truncated_vector() {
    let sos = sos();
    for wire in wires() {
        for length in 0..wire.len() {
            let mut all = hear(talk(), &[&wire[..length], &sos]);
            let last = all.pop().unwrap_or_else(|| panic!("{length} of {wire:02x?}"));
            assert_eq!(last.raw, sos, "{length} of {wire:02x?}");
            assert!(last.ack.is_some() && all.len() <= 1);
        }
    }
}

/// Returns where the status bits and the alarm code of a frame stand, by type and length.
fn status_at(wire: &[u8]) -> Vec<(usize, u8)> {
    const BITS: u8 = 0x20;
    const CODE: u8 = 0x01;
    match (wire[2], wire[3]) {
        (0x13 | 0x15, 0x13) => vec![(4, BITS), (7, CODE)],
        (0x08 | 0x0a, 0x13) => vec![(4, BITS), (7, CODE)],
        (_, 0x23) => vec![(4, BITS)],
        (0x0c, 0xa3) => vec![(4, BITS), (7, CODE)],
        (0x26, 0x16) => vec![(32, BITS), (35, CODE)],
        (_, 0x16 | 0x26 | 0x27) => vec![(31, BITS), (34, CODE)],
        (_, 0x19) => vec![(12, BITS), (15, CODE)],
        (0x29, 0x32) => vec![(33, BITS), (36, CODE)],
        (_, 0xa4) => vec![(38, BITS), (41, CODE)],
        (0x40, 0xa2) => vec![(38, BITS), (43, CODE)],
        (0x24, 0x12) => vec![(30, BITS), (34, CODE)],
        (0x2b, 0x12) => vec![(30, BITS), (34, CODE)],
        (0x0c, 0x95) => vec![(10, CODE)],
        (_, 0x95) => vec![(20, CODE)],
        _ => Vec::new(),
    }
}

#[test]
fn a_vector_with_the_sos_bits_or_the_sos_code_set_is_an_sos() {
    let mut pressed_kinds = BTreeSet::new();
    for wire in wires().into_iter().filter(|wire| wire[0] == 0x78) {
        for (at, sos) in status_at(&wire) {
            let mut pressed = wire.clone();
            pressed[at] = if sos == 0x20 { wire[at] & !0x38 | sos } else { sos };
            let heard = &hear_all(&[&reseal(pressed)])[0];
            let (report, kind) = heard.alarm().unwrap_or_else(|| panic!("{at} of {wire:02x?}"));
            assert_eq!((kind, report.doubts.len()), (SignalKind::Sos, 0), "{at} of {wire:02x?}");
            pressed_kinds.insert(wire[3]);
        }
    }
    assert!(pressed_kinds.is_empty() || pressed_kinds.len() >= 10, "{pressed_kinds:02x?}");
}

/// Bytes as a stream could hold them: noise that likes the bytes of the protocol.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let liked = vec![0x78, 0x78, 0x78, 0x79, 0x79, 0x0d, 0x0a, 0x00, 0x01, 0x05, 0x13, 0x26, 0x69];
    let byte = prop_oneof![3 => prop::sample::select(liked), 2 => any::<u8>()];
    prop::collection::vec(byte, 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics_and_memory_stays_bounded(
        pieces in prop::collection::vec(noise(), 0..12), max in 1_usize..300,
    ) {
        let mut buffer = FrameBuffer::new(max);
        for piece in pieces {
            buffer.push(&piece);
            while let Some(frame) = buffer.next_frame() {
                prop_assert!(frame.raw.len() <= max);
                let message = decode(&frame, 0);
                prop_assert!(!message.report.signals.is_empty());
                prop_assert!(message.report.signals.is_sorted());
            }
            prop_assert!(buffer.len() <= max);
        }
        buffer.close();
        while buffer.next_frame().is_some() {}
        prop_assert!(buffer.is_empty());
    }

    #[test]
    fn any_content_of_any_type_is_decoded_without_panic(
        kind in any::<u8>(), content in prop::collection::vec(any::<u8>(), 0..120), long in any::<bool>(),
    ) {
        let short = frame(kind, &content);
        let wire = if long { reseal([&[0x79, 0x79, 0], &short[2..]].concat()) } else { short };
        let all = hear_all(&[&wire]);
        prop_assert_eq!(&all[0].raw, &wire);
        prop_assert_eq!(all.len(), 1);
    }

    #[test]
    fn noise_says_the_same_however_it_is_cut(noise in noise(), size in 1_usize..20) {
        let whole = hear_all(&[&noise]);
        let pieces: Vec<_> = noise.chunks(size).collect();
        prop_assert_eq!(hear_all(&pieces), whole);
    }

    #[test]
    fn an_sos_behind_noise_comes_out(noise in noise(), size in 1_usize..64, at in 0_usize..98) {
        let vectors = wires();
        let half = vectors.get(at).map_or(&[][..], |wire| &wire[..wire.len() / 2]);
        let sos = sos();
        let stream = [&noise[..], half, &sos].concat();
        let heard = hear(talk(), &stream.chunks(size).collect::<Vec<_>>());
        let last = heard.last().unwrap();
        prop_assert_eq!(&last.raw, &sos);
        prop_assert_eq!(&last.reports[0].signals, &[SignalKind::Sos, SignalKind::Position]);
        prop_assert!(last.ack.is_some());
    }
}

#[test]
fn an_sos_behind_two_beginnings_that_tell_its_end_for_theirs_comes_out() {
    let sos = sos();
    let told = |before: usize| u8::try_from(before + sos.len() - 5).unwrap();
    let second = [&[0x78, 0x78, told(40), 0x25], &[1; 36][..]].concat();
    let first = [&[0x78, 0x78, told(100), 0x78], &[0x78; 56][..]].concat();
    let stream = [&first[..], &second, &sos].concat();
    for size in [1, stream.len()] {
        let heard = hear(talk(), &stream.chunks(size).collect::<Vec<_>>());
        assert_eq!(heard.last().unwrap().raw, sos, "in pieces of {size}");
    }
}
