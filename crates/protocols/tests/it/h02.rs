//! The `h02` decoder against frames of real devices, and against noise.
use proptest::prelude::*;
use serde_json::Value;
use silverbell_domain::{LatLon, SignalKind, UnixMs};
use silverbell_protocols::h02::{DEFAULT_MAX_FRAME, Options, Talk};
use silverbell_protocols::{Cell, Conversation, Heard, Notice, Report};

use crate::stream::{self, NOW};
use crate::vectors;

const SOS: &[u8] = b"*HQ,1357902680,V1,074530,V,,N,,E,,,211126,FFFFFBFD#";

/// A record of the same device with an SOS, and `#`, `*` and `$` in its tail.
const RECORD: &str = "241357902680074530211126243100000611739600\
    0e000000fffffbfd232a24";

/// Nearness that the vectors promise, degrees.
const DEGREES: f64 = 1e-5;

/// Where we rightly say another thing than Traccar.
const EXCEPTIONS: [(&str, &str); 6] = [
    ("h02-019", "time: Traccar takes the date for the charge, and misses the status"),
    ("h02-031", "cells: without country and network it is none"),
    ("h02-041", "sos: bit 18 alone, on a report of a car at 107 km/h"),
    ("h02-049", "time: none is told"),
    ("h02-073", "sos: bit 18 alone"),
    ("h02-075", "sos: bit 18 alone"),
];

fn is_excepted(vector: &Value, about: &str) -> bool {
    let id = vector["id"].as_str().unwrap();
    EXCEPTIONS.iter().any(|(excepted, why)| *excepted == id && why.starts_with(about))
}

fn talk() -> Talk {
    Talk::new(DEFAULT_MAX_FRAME, Options::default())
}

fn eager() -> Talk {
    Talk::new(DEFAULT_MAX_FRAME, Options { bit_18_is_sos: true })
}

fn all_vectors() -> Vec<Value> {
    let issues = vectors::of("issues.jsonl", "h02");
    vectors::of("h02.jsonl", "h02").into_iter().chain(issues).collect()
}

fn wires() -> Vec<Vec<u8>> {
    all_vectors().iter().map(vectors::frame).collect()
}

fn hear(pieces: &[&[u8]]) -> Vec<Heard> {
    stream::hear(talk(), pieces)
}

fn hear_one(wire: &[u8]) -> Heard {
    let mut all = hear(&[wire]);
    assert_eq!(all.len(), 1, "{}", wire.escape_ascii());
    all.remove(0)
}

#[test]
fn every_vector_is_decoded_as_by_traccar() {
    for vector in all_vectors() {
        let wire = vectors::frame(&vector);
        let heard = hear_one(&wire);
        check_identity(&vector, &wire, &heard);
        check_alarm(&vector, &wire, &heard);
        let [report] = &heard.reports[..] else { panic!("{vector}") };
        for decoded in vector["traccar"]["decoded"].as_array().into_iter().flatten() {
            check_decoded(&vector, decoded, report);
        }
        check_place(&vector, &vector["expect"], "time", report);
    }
}

fn check_identity(vector: &Value, wire: &[u8], heard: &Heard) {
    if let Some(idents) = vector["traccar"]["device_ids"].as_array() {
        match idents.first().and_then(Value::as_str) {
            Some(ident) => assert_eq!(heard.ident, ident),
            // Traccar looks nobody up for what it does not understand.
            None if vector["assert"] == "no_position" => {}
            None => assert_eq!(heard.ident, "", "{vector}"),
        }
    }
    assert!(wire.starts_with(&heard.raw));
    if let Some(expected) = vector["expect_frame_hex"].as_str() {
        let expected = hex::decode(expected).unwrap();
        // Records are given without their tails, which nothing announces.
        let said = if wire[0] == b'$' { &expected[..32] } else { &expected[..] };
        assert_eq!(heard.raw, said);
    }
    if let Some(acks) = vector["traccar"]["ack"].as_array() {
        let ours: Vec<_> = heard.ack.iter().map(|ack| text(ack)).collect();
        let theirs = acks.iter().map(|ack| text(&hex::decode(ack.as_str().unwrap()).unwrap()));
        assert_eq!(ours, theirs.map(|ack| ack_at_our_time(&ack)).collect::<Vec<_>>(), "{vector}");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Puts our time in the place of the one at which the acks were recorded, 2026-11-21 18:06:22.
fn ack_at_our_time(ack: &str) -> String {
    ack.replace("20261121180622#", "20261122000000#").replace(",180622#", ",000000#")
}

fn check_alarm(vector: &Value, wire: &[u8], heard: &Heard) {
    if vector["assert"] == "frame" {
        return;
    }
    let named = vector["alarm"].as_array().is_some_and(|alarms| alarms.contains(&"sos".into()));
    assert_eq!(heard.alarm().is_some(), named && !is_excepted(vector, "sos"), "{vector}");
    // Asked for, bit 18 is what it is to Traccar.
    let low_bit_18 = vector["id"] == "issue-061" || named;
    assert_eq!(stream::hear(eager(), &[wire])[0].alarm().is_some(), low_bit_18, "{vector}");
}

fn check_decoded(vector: &Value, decoded: &Value, report: &Report) {
    check_place(vector, decoded, "fix_time", report);
    if let Some(time) = decoded["device_time"].as_str() {
        assert_eq!(report.at, Some(time_of(time)), "{vector}");
    }
    let attributes = &decoded["attributes"];
    let charge = attributes["batteryLevel"].as_u64();
    assert_eq!(report.battery_pct.map(u64::from), charge, "{vector}");
    if let Some(status) = attributes["status"].as_u64() {
        let unplugged = report.notices.contains(&Notice::Unplugged);
        assert_eq!(unplugged, status & 0x0008_0000 == 0, "{vector}");
    }
    for cell in decoded["cells"].as_array().into_iter().flatten() {
        let found = report.cells.contains(&cell_of(cell));
        assert_ne!(found, is_excepted(vector, "cells"), "{cell} in {:?}", report.cells);
    }
    let told = decoded["cells"].as_array().map_or(0, Vec::len);
    // Traccar leaves single cells behind a status unread.
    assert!(report.cells.len() >= told || is_excepted(vector, "cells"));
}

fn cell_of(cell: &Value) -> Cell {
    let number = |field: &str| cell[field].as_i64().unwrap();
    Cell {
        mcc: number("mcc").try_into().unwrap(),
        mnc: number("mnc").try_into().unwrap(),
        lac: number("lac").try_into().unwrap(),
        cid: number("cid").try_into().unwrap(),
        dbm: cell["dbm"].as_i64().map(|dbm| dbm.try_into().unwrap()),
    }
}

fn time_of(time: &str) -> UnixMs {
    UnixMs(time.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// Checks point, validity and time where the vector tells them.
fn check_place(vector: &Value, expected: &Value, time: &str, report: &Report) {
    match expected[time].as_str() {
        Some(clock) if clock.starts_with('<') => assert!(is_excepted(vector, "time"), "{vector}"),
        Some(time) => assert_eq!(report.at, Some(time_of(time)), "{vector}"),
        None => {}
    }
    let (Some(lat), Some(lon)) = (expected["lat"].as_f64(), expected["lon"].as_f64()) else {
        return;
    };
    let fix = report.fix.map(|fix| fix.point);
    let place = LatLon::new(lat, lon);
    assert_eq!(fix.is_some(), expected["valid"] == true && place.is_some(), "{vector}");
    let point = fix.or(report.stale_point);
    assert_eq!(point.is_some(), place.is_some(), "{vector}");
    if let Some(point) = point {
        assert!((point.lat - lat).abs() <= DEGREES && (point.lon - lon).abs() <= DEGREES);
    }
}

#[test]
fn every_exception_is_one() {
    let vectors = all_vectors();
    let ids: Vec<_> = vectors.iter().map(|vector| vector["id"].as_str().unwrap()).collect();
    for (id, why) in EXCEPTIONS {
        assert!(ids.is_empty() || ids.contains(&id), "{id}: {why}");
    }
    if let Some(vector) = vectors.iter().find(|vector| vector["id"] == "h02-019") {
        let heard = hear_one(&vectors::frame(vector));
        assert_eq!(heard.reports[0].at, Some(time_of("2017-04-20T21:44:52Z")));
    }
    if let Some(vector) = vectors.iter().find(|vector| vector["id"] == "h02-049") {
        assert_eq!(hear_one(&vectors::frame(vector)).reports[0].at, None);
    }
}

#[test]
fn cells_and_charge_behind_a_status_are_read() {
    for vector in all_vectors().iter().filter(|vector| vector["id"] == "issue-060") {
        let report = hear_one(&vectors::frame(vector)).reports.remove(0);
        assert_eq!((report.battery_pct, report.cells.len(), report.fix), (Some(100), 3, None));
    }
}

#[test]
fn vectors_say_the_same_in_pieces() {
    for wire in wires().iter().map(Vec::as_slice).chain([SOS, &record()]) {
        stream::says_the_same_in_pieces(talk, wire);
        stream::says_the_same_in_pieces(talk, &[wire, SOS, &record(), wire].concat());
    }
}

fn record() -> Vec<u8> {
    hex::decode(RECORD).unwrap()
}

/// Leaves out what depends on who spoke before.
fn of_itself(heard: Vec<Heard>) -> Vec<Heard> {
    let anonymous = |heard: Heard| Heard { ident: String::new(), ..heard };
    heard.into_iter().map(anonymous).collect()
}

#[test]
fn vectors_glued_together_say_what_each_says() {
    let wires = wires();
    for pair in wires.windows(2) {
        let each: Vec<_> = pair.iter().flat_map(|wire| hear(&[wire])).collect();
        assert_eq!(of_itself(hear(&[&pair.concat()])), of_itself(each));
    }
    for first in &wires {
        for second in &wires {
            let glued = hear(&[&[&first[..], second].concat()]);
            assert_eq!(glued.len(), 2, "{} {}", hex::encode(first), hex::encode(second));
            assert!(second.starts_with(&glued[1].raw));
        }
    }
}

#[test]
fn vectors_behind_garbage_say_the_same() {
    let garbage: [&[u8]; 9] =
        [b"\r\n", b"###", b"\x00\xff", b"*", b"*H", b"$", b"X$X$*1A,", b"HQ,12,V1#", b"[3G*1*"];
    for wire in wires() {
        for garbage in garbage {
            assert_eq!(hear(&[garbage, &wire]), hear(&[&wire]), "{}", garbage.escape_ascii());
        }
    }
}

#[test]
fn a_good_frame_follows_every_truncated_vector() {
    for wire in wires() {
        let end = wire.len().min(if wire[0] == b'$' { 32 } else { usize::MAX });
        let end = wire[..end].iter().rposition(|&byte| byte == b'#').unwrap_or(end);
        for length in 0..end {
            let cut = &wire[..length];
            assert_eq!(hear(&[cut, SOS]).pop().unwrap().raw, SOS, "{}", cut.escape_ascii());
            let again = hear(&[cut, &wire]).pop().unwrap();
            assert!(wire.starts_with(&again.raw), "{}: {again:02x?}", hex::encode(cut));
            // What a record says is whole before its tail is.
            let is_said = wire[0] == b'$' && length >= 29;
            let acks = hear(&[cut, SOS]).iter().filter(|heard| heard.ack.is_some()).count();
            assert!(acks == 0 || is_said, "{}", cut.escape_ascii());
        }
    }
}

#[test]
fn a_text_that_was_cut_is_followed_by_a_record() {
    for wire in wires().into_iter().filter(|wire| wire[0] == b'*') {
        let end = wire.iter().position(|&byte| byte == b'#').unwrap();
        for length in 0..end {
            let all = hear(&[&wire[..length], &record()]);
            assert_eq!(all.last().unwrap().raw, record(), "{}", wire[..length].escape_ascii());
        }
    }
}

#[test]
fn a_vector_with_the_sos_bit_low_is_an_sos() {
    let mut changed = 0;
    for vector in all_vectors() {
        let wire = vectors::frame(&vector);
        for others in [0xffff_ffff, 0xffff_fbff, 0xfffb_ffff, 0xfff7_fffe, 0] {
            let Some(pressed) = with_status(&wire, others & !2) else { continue };
            let heard = hear_one(&pressed);
            assert_eq!(heard.reports[0].signals[0], SignalKind::Sos, "{}", pressed.escape_ascii());
            assert_eq!(heard.reports[0].doubts, [], "{}", pressed.escape_ascii());
            changed += 1;
        }
    }
    assert!(changed == 0 || changed > 200, "{changed}");
}

/// Puts another status into a frame, `None` if it has none.
fn with_status(wire: &[u8], status: u32) -> Option<Vec<u8>> {
    if wire[0] == b'$' {
        return Some([&wire[..25], &status.to_be_bytes(), &wire[29..]].concat());
    }
    let is_status = |field: &&str| {
        let bits = u32::from_str_radix(field, 16).unwrap_or_default();
        field.len() == 8 && bits >= 0xb000_0000
    };
    let text = text(wire);
    let old = text.trim_end().trim_end_matches('#').split(',').find(is_status)?;
    Some(text.replacen(old, &format!("{status:08X}"), 1).into_bytes())
}

#[test]
fn traccars_commands_are_no_frames_of_a_device_but_harm_nothing() {
    for command in vectors::of("commands.jsonl", "h02") {
        let heard = hear_one(&vectors::frame(&command));
        assert_eq!((heard.alarm(), heard.ack.as_deref()), (None, None));
    }
}

/// Bytes as a stream could hold them: noise that likes the characters of the protocol.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let liked = prop::sample::select(b"*#,$XHQhqV1A0\x00\x01\x10\x12\x24FDNE".to_vec());
    prop::collection::vec(prop_oneof![5 => liked, 1 => any::<u8>()], 0..400)
}

/// How many bytes noise may be held in: a text of the bound's size, or a record.
fn bound(max: usize) -> usize {
    max.max(32)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics_and_memory_stays_bounded(
        pieces in prop::collection::vec(noise(), 0..20), max in 1_usize..300,
    ) {
        let mut talk = Talk::new(max, Options::default());
        for piece in pieces {
            talk.push(&piece);
            while let Some(heard) = talk.next(NOW) {
                prop_assert!(heard.raw.len() <= bound(max));
                prop_assert!(heard.reports.iter().all(|report| !report.signals.is_empty()));
                prop_assert!(!heard.reports.is_empty());
                let _ = heard.reports[0].position(NOW);
            }
            let held: usize = talk.unfinished(NOW).iter().map(|heard| heard.raw.len()).sum();
            prop_assert!(held <= bound(max));
        }
        talk.close();
        while talk.next(NOW).is_some() {}
        prop_assert!(talk.is_empty());
    }

    #[test]
    fn noise_says_the_same_in_pieces(noise in noise(), sizes in prop::collection::vec(1_usize..60, 1..40)) {
        let stream = [&noise[..], SOS, &record(), SOS].concat();
        let whole = hear(&[&stream]);
        let mut pieces = Vec::new();
        let mut rest = &stream[..];
        for size in sizes.iter().cycle() {
            let (piece, left) = rest.split_at(rest.len().min(*size));
            pieces.push(piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(hear(&pieces), whole);
    }

    #[test]
    fn any_fields_are_decoded_without_panic(
        kind in "(V1|V4|V19|VP1|NBR|LINK|V3|BC|ALRM|x)",
        fields in "[0-9AVNSEWFDY.,:;f \u{e9}-]{0,300}",
    ) {
        let wire = format!("*HQ,1,{kind},{fields}#");
        let heard = hear(&[wire.as_bytes()]).remove(0);
        for report in &heard.reports {
            prop_assert!(report.signals.is_sorted());
        }
    }

    #[test]
    fn an_sos_behind_noise_comes_out(
        noise in noise(), open in "(\\*([A-Z]{0,2}(,[0-9]{0,12}(,[A-Z0-9,]{0,40})?)?)?)?",
        size in 1_usize..64, max in 100_usize..400,
    ) {
        let stream = [&noise[..], open.as_bytes(), SOS, &record(), SOS].concat();
        let mut talk = Talk::new(max, Options::default());
        let mut all = Vec::new();
        for piece in stream.chunks(size) {
            talk.push(piece);
            all.extend(std::iter::from_fn(|| talk.next(NOW)));
        }
        let [.., sos, record_heard, last] = &all[..] else { panic!() };
        prop_assert_eq!((&sos.raw[..], &record_heard.raw, &last.raw[..]), (SOS, &record(), SOS));
        for heard in [sos, record_heard, last] {
            prop_assert_eq!(heard.alarm().map(|(_, kind)| kind), Some(SignalKind::Sos));
        }
    }
}
