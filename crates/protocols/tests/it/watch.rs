//! The `watch` decoder against frames of real watches, and against noise.
//!
//! The frames lie outside the project (`../shared/data/protocols`, see its README): without them
//! the tests that need them say so and pass.
use proptest::prelude::*;
use serde_json::Value;
use silverbell_domain::{LatLon, SignalKind, UnixMs};
use silverbell_protocols::watch::{Frame, FrameBuffer, Message, Talk, ack, decode};
use silverbell_protocols::{Cell, Doubt, Notice, Wifi};

const SOS: &[u8] =
    b"[3G*8800000015*003e*AL,210726,020304,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]";

/// Nearness that the vectors promise, degrees.
const DEGREES: f64 = 1e-5;

/// Reads a collection, each line that speaks this protocol; empty when it is not there.
fn vectors(file: &str) -> Vec<Value> {
    crate::vectors::of(file, "watch")
}

/// Returns the bytes as the watch sent them: where the collection has undone the escapes, brackets
/// inside the frame are escaped again.
fn wire(vector: &Value) -> Vec<u8> {
    let bytes = hex::decode(vector["frame_hex"].as_str().unwrap()).unwrap();
    let [open, inner @ .., close] = &bytes[..] else { panic!("{vector}") };
    if vector["assert"] == "frame" {
        return bytes;
    }
    let escaped = inner.iter().flat_map(|&byte| match byte {
        b'}' => vec![b'}', 1],
        b'[' => vec![b'}', 2],
        b']' => vec![b'}', 3],
        other => vec![other],
    });
    [*open].into_iter().chain(escaped).chain([*close]).collect()
}

fn wires() -> Vec<Vec<u8>> {
    vectors("watch.jsonl").iter().chain(&vectors("issues.jsonl")).map(wire).collect()
}

fn drain(buffer: &mut FrameBuffer) -> Vec<Frame> {
    std::iter::from_fn(|| buffer.next_frame()).collect()
}

fn frames(pieces: &[&[u8]]) -> Vec<Frame> {
    let mut buffer = FrameBuffer::default();
    let mut all = Vec::new();
    for piece in pieces {
        buffer.push(piece);
        all.extend(drain(&mut buffer));
    }
    all
}

#[test]
fn every_vector_is_decoded_as_by_traccar() {
    for vector in vectors("watch.jsonl").iter().chain(&vectors("issues.jsonl")) {
        let all = frames(&[&wire(vector)]);
        let frame = all.first().unwrap_or_else(|| panic!("no frame: {vector}"));
        let message = decode(frame);
        check_identity(vector, frame, &message);
        check_alarm(vector, &message);
        for decoded in vector["traccar"]["decoded"].as_array().into_iter().flatten() {
            check_decoded(decoded, &message);
        }
        check_place(&vector["expect"], "time", &message);
    }
}

fn check_identity(vector: &Value, frame: &Frame, message: &Message) {
    if let Some(ident) = vector["traccar"]["device_ids"][0].as_str() {
        assert_eq!(frame.ident, ident);
    }
    if let Some(expected) = vector["expect_frame_hex"].as_str() {
        let expected = hex::decode(expected).unwrap();
        let content = expected.strip_suffix(b"]").unwrap();
        assert!(content.ends_with(&frame.content), "{vector}");
        assert!(content.starts_with(format!("[{}*{}*", frame.maker, frame.ident).as_bytes()));
    }
    if let Some(acks) = vector["traccar"]["ack"].as_array() {
        let ours: Vec<_> = ack(frame, message).iter().map(hex::encode).collect();
        assert_eq!(ours, acks.iter().map(|ack| ack.as_str().unwrap()).collect::<Vec<_>>());
    }
}

fn check_alarm(vector: &Value, message: &Message) {
    let alarms: Vec<_> = vector["alarm"].as_array().into_iter().flatten().collect();
    for alarm in &alarms {
        let found = match alarm.as_str().unwrap() {
            "sos" => message.report.signals.first() == Some(&SignalKind::Sos),
            "general" => message.report.signals.iter().any(|signal| signal.is_alarm()),
            "fallDown" => message.report.signals.contains(&SignalKind::Fall),
            "lowBattery" => message.report.signals.contains(&SignalKind::LowBattery),
            "removing" => message.report.notices.contains(&Notice::Removed),
            "geofenceExit" => message.report.notices.contains(&Notice::GeofenceExit),
            "geofenceEnter" => message.report.notices.contains(&Notice::GeofenceEnter),
            "powerCut" => message.report.notices.contains(&Notice::Unplugged),
            other => panic!("unknown alarm {other}"),
        };
        assert!(found, "{alarm} not found: {message:?}");
    }
    let is_emergency = message.report.signals.iter().any(|signal| signal.is_alarm());
    assert!(!is_emergency || message.alarm_bits.unwrap() & 0x0061_0000 != 0, "{vector}");
}

fn check_decoded(decoded: &Value, message: &Message) {
    check_place(decoded, "fix_time", message);
    if let Some(charge) = decoded["attributes"]["batteryLevel"].as_u64() {
        assert_eq!(message.report.battery_pct.map(u64::from), Some(charge));
    }
    let number = |value: &Value| value.as_i64();
    for cell in decoded["cells"].as_array().into_iter().flatten() {
        let expected = Cell {
            mcc: number(&cell["mcc"]).unwrap().try_into().unwrap(),
            mnc: number(&cell["mnc"]).unwrap().try_into().unwrap(),
            lac: number(&cell["lac"]).unwrap().try_into().unwrap(),
            cid: number(&cell["cid"]).unwrap().try_into().unwrap(),
            dbm: number(&cell["dbm"]).map(|dbm| dbm.try_into().unwrap()),
        };
        assert!(
            message.report.cells.contains(&expected),
            "{expected:?} not in {:?}",
            message.report.cells
        );
    }
    for point in decoded["wifi"].as_array().into_iter().flatten() {
        let mac = point["mac"].as_str().unwrap().to_ascii_lowercase();
        let dbm = number(&point["dbm"]).map(|dbm| dbm.try_into().unwrap());
        assert!(
            message.report.wifi.contains(&Wifi { mac, dbm }),
            "{point} not in {:?}",
            message.report.wifi
        );
    }
    let told = |field: &str| decoded[field].as_array().map_or(0, Vec::len);
    // Traccar gives up on a tail whose fields it takes for hexadecimal; we may know more.
    assert!(
        message.report.cells.len() >= told("cells") && message.report.wifi.len() >= told("wifi")
    );
}

/// Checks point, validity and time where the vector tells them.
fn check_place(expected: &Value, time: &str, message: &Message) {
    if let Some(time) = expected[time].as_str() {
        let time: jiff::Timestamp = time.parse().unwrap();
        assert_eq!(message.report.at, Some(UnixMs(time.as_millisecond())));
    }
    let (Some(lat), Some(lon)) = (expected["lat"].as_f64(), expected["lon"].as_f64()) else {
        return;
    };
    let fix = message.report.fix.map(|fix| fix.point);
    assert_eq!(fix.is_some(), expected["valid"] == true && LatLon::new(lat, lon).is_some());
    match fix.or(message.report.stale_point) {
        None => assert_eq!(LatLon::new(lat, lon), None),
        Some(point) => {
            assert!((point.lat - lat).abs() <= DEGREES && (point.lon - lon).abs() <= DEGREES);
        }
    }
}

#[test]
fn vectors_split_at_every_byte_give_the_same_frames() {
    for wire in wires() {
        let whole = frames(&[&wire]);
        for at in 0..=wire.len() {
            let (left, right) = wire.split_at(at);
            assert_eq!(frames(&[left, right]), whole);
        }
        assert_eq!(frames(&wire.chunks(1).collect::<Vec<_>>()), whole);
    }
}

#[test]
fn vectors_glued_together_give_every_frame() {
    let wires = wires();
    let each: Vec<_> = wires.iter().flat_map(|wire| frames(&[wire])).collect();
    assert_eq!(frames(&[&wires.concat()]), each);
    for pair in wires.windows(2) {
        let expected: Vec<_> = pair.iter().flat_map(|wire| frames(&[wire])).collect();
        assert_eq!(frames(&[&pair.concat()]), expected);
    }
}

#[test]
fn vectors_behind_garbage_give_the_same_frames() {
    let garbage: [&[u8]; 7] = [b"\r\n", b"]]]", b"\x00\xff}", b"*3G*12,", b"[", b"[3G*", b"[x y["];
    for wire in wires() {
        for garbage in garbage {
            assert_eq!(frames(&[garbage, &wire]), frames(&[&wire]), "{garbage:?}");
        }
    }
}

#[test]
fn a_good_frame_follows_every_truncated_vector() {
    for wire in wires() {
        let first_end = wire.iter().position(|&byte| byte == b']').unwrap();
        for length in 0..first_end {
            let mut all = frames(&[&wire[..length], SOS]);
            assert_eq!(all.pop().unwrap().raw, SOS);
            assert!(all.iter().all(|frame| frame.truncated && all.len() == 1));
        }
    }
}

#[test]
fn a_vector_with_the_sos_bit_set_is_an_sos() {
    for wire in wires() {
        let Some(frame) = frames(&[&wire]).into_iter().next() else { continue };
        let Some(bits) = decode(&frame).alarm_bits else { continue };
        for other in [0, 1, 0x0002_0000, 0x0010_0018, 0xffff_ffff] {
            let mut pressed = frame.clone();
            pressed.content = with_status(&frame.content, bits | other | 0x0001_0000);
            let message = decode(&pressed);
            assert_eq!(message.report.signals.first(), Some(&SignalKind::Sos), "{pressed:?}");
            assert!(!message.report.doubts.contains(&Doubt::AlarmUnnamed));
        }
    }
}

/// Puts another status into a report: the 17th field behind the command.
fn with_status(content: &[u8], status: u32) -> Vec<u8> {
    let content = String::from_utf8(content.to_vec()).unwrap();
    let mut fields: Vec<_> = content.split(',').map(str::to_owned).collect();
    fields[16] = format!("{status:08x}");
    fields.join(",").into_bytes()
}

/// Bytes as a stream could hold them: noise that likes the characters of the protocol.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let liked = prop::sample::select(b"[]*,}\x01\x023G0A1LUDV".to_vec());
    prop::collection::vec(prop_oneof![4 => liked, 1 => any::<u8>()], 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics_and_memory_stays_bounded(
        pieces in prop::collection::vec(noise(), 0..20), max in 1_usize..300,
    ) {
        let mut buffer = FrameBuffer::new(max);
        for piece in pieces {
            buffer.push(&piece);
            for frame in drain(&mut buffer) {
                prop_assert!(frame.raw.len() <= max);
                let message = decode(&frame);
                prop_assert!(!message.report.signals.is_empty());
                let _ = (ack(&frame, &message), message.report.position(UnixMs(0)));
            }
            prop_assert!(buffer.len() <= max);
        }
        buffer.close();
        drain(&mut buffer);
        prop_assert!(buffer.is_empty());
    }

    #[test]
    fn any_content_is_decoded_without_panic(command in "(UD|AL|UD2|LK|WT|x)(_LTE)?", fields in "[0-9AVNSEW.,:f \u{e9}-]{0,300}") {
        let mut buffer = FrameBuffer::default();
        buffer.push(format!("[3G*1*0000*{command},{fields}]").as_bytes());
        let message = decode(&buffer.next_frame().unwrap());
        prop_assert!(message.report.signals.is_sorted());
        prop_assert!(!command.starts_with("AL") || message.alarm_bits.is_some() || message.report.signals[0] == SignalKind::Sos);
    }

    #[test]
    fn an_sos_behind_noise_comes_out(noise in noise(), open in "(\\[([0-9A-Z]{0,3}(\\*[0-9]{0,12}(\\*[0-9a-f]{0,4}(\\*[A-Z0-9,]{0,40})?)?)?)?)?", size in 1_usize..64, max in 100_usize..400) {
        let stream = [&noise[..], open.as_bytes(), SOS].concat();
        let mut buffer = FrameBuffer::new(max);
        let mut all = Vec::new();
        for piece in stream.chunks(size) {
            buffer.push(piece);
            all.extend(drain(&mut buffer));
        }
        let last = all.last().unwrap();
        prop_assert_eq!(&last.raw, SOS);
        prop_assert_eq!(&decode(last).report.signals, &[SignalKind::Sos]);
    }
}

#[test]
fn a_conversation_says_the_same_wherever_it_is_split() {
    for wire in wires() {
        crate::stream::says_the_same_in_pieces(|| Talk::new(16_384), &wire);
    }
}
