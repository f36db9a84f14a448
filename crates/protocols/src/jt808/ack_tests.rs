use super::super::escape::Delimiter;
use super::super::testing::{bytes, enclosed, frame, framed};
use super::*;

const NOW: UnixMs = UnixMs(1_795_305_600_000);

fn read(wire: &[u8], by: Delimiter) -> Frame {
    Frame::read(wire.to_vec(), &wire[1..wire.len() - 1], by, true).unwrap()
}

fn ack(wire: &[u8], serial: u16) -> Option<Vec<u8>> {
    let frame = read(wire, Delimiter::Plain);
    answer(&frame, NOW).map(|message| message.encode(&frame.address, serial))
}

#[test]
fn the_general_answer_names_number_and_message_in_the_header_of_the_device() {
    let old = ack(&framed("0200 0000 013812345678 002a"), 7).unwrap();
    assert_eq!(old, framed("8001 0005 013812345678 0007 002a 0200 00"));
    let new = ack(&framed("0200 4000 02 00000000013812345678 002a"), 7).unwrap();
    assert_eq!(new, framed("8001 4005 02 00000000013812345678 0007 002a 0200 00"));
}

#[test]
fn answers_are_escaped_on_the_wire() {
    let answered = ack(&framed("0200 0000 7e0000007d01 7e7d"), 0x7e7d).unwrap();
    let inner = &answered[1..answered.len() - 1];
    assert!(!inner.contains(&0x7e));
    assert_eq!(answered, framed("8001 0005 7e0000007d01 7e7d 7e7d 0200 00"));
}

#[test]
fn alternate_frames_are_answered_alike() {
    let asked = enclosed(Delimiter::Alternate, &bytes("0200 0000 0013812345673d 00e7"));
    let frame = read(&asked, Delimiter::Alternate);
    let answered = answer(&frame, NOW).unwrap().encode(&frame.address, 0xe63e);
    let expected = bytes("8001 0005 0013812345673d e63e 00e7 0200 00");
    assert_eq!(answered, enclosed(Delimiter::Alternate, &expected));
}

#[test]
fn a_registration_is_answered_with_the_number_as_code() {
    let answered = ack(&framed("0100 0000 013511221122 0005"), 0).unwrap();
    let code = hex::encode("013511221122");
    assert_eq!(answered, framed(&format!("8100 000f 013511221122 0000 0005 00 {code}")));
}

#[test]
fn who_asks_for_the_time_is_told_it_in_utc() {
    let answered = ack(&framed("0109 0000 013511221122 0005"), 1).unwrap();
    assert_eq!(answered, framed("8109 0008 013511221122 0001 07ea 0b 16 00 00 00 00"));
    let told = answer_sentence(b"(42,1,001,BASE,2,TIME)", NOW).unwrap();
    assert_eq!(told, b"(42,1,001,BASE,2,20261122000000)");
    assert_eq!(answer_sentence(b"(42,1,001,LOCK,2,TIME)", NOW), None);
}

#[test]
fn locks_are_answered_only_if_they_ask() {
    let answered = ack(&framed("5501 8000 856009001017 47"), 9).unwrap();
    assert_eq!(answered, framed("4401 0003 856009001017 01 5501 00"));
    assert_eq!(ack(&framed("5501 0000 856009001017 47"), 9), None);
}

#[test]
fn what_expects_no_answer_gets_none() {
    for message in [0x0001, 0x0104, 0x0201, 0x0500, 0x0701, 0x0702, 0x1205, 0x1300, 0x2070, 0x8001]
    {
        assert_eq!(ack(&frame(message, 1, &[]), 0), None, "{message:04x}");
    }
    for message in [
        2, 3, 0x0102, 0x0107, 0x0200, 0x0210, 0x0506, 0x0704, 0x0800, 0x0801, 0x0900, 0x1007,
        0x6006, 0x8888,
    ] {
        assert!(ack(&frame(message, 1, &[]), 0).is_some(), "{message:04x}");
    }
}

#[test]
fn a_truncated_frame_is_not_answered_so_that_the_device_repeats_it() {
    let whole = frame(0x0200, 1, &[0; 28]);
    let cut = Frame::read(Vec::new(), &whole[1..30], Delimiter::Plain, false).unwrap();
    assert_eq!(answer(&cut, NOW), None);
}

fn asked(version: Option<u8>, alarm: Option<(u16, u16)>, asked: &Command) -> Option<String> {
    let to = Address { delimiter: Delimiter::Plain, version, phone: bytes("000000123456") };
    let message = command(&to, alarm, asked)?;
    Some(format!("{:04x} {}", message.id, hex::encode(message.body)))
}

#[test]
fn an_alarm_taken_up_is_confirmed_with_result_4() {
    let confirmed = asked(None, Some((0x0200, 0x002a)), &Command::Answered);
    assert_eq!(confirmed.as_deref(), Some("8001 002a020004"));
    assert_eq!(asked(None, None, &Command::Answered), None);
}

#[test]
fn locating_asks_for_a_location() {
    assert_eq!(asked(None, None, &Command::Locate).as_deref(), Some("8201 "));
}

#[test]
fn ringing_has_a_text_spoken_as_an_emergency() {
    assert_eq!(asked(None, None, &Command::Ring).as_deref(), Some("8300 09c7ebd7a2d2e2"));
    assert_eq!(asked(Some(1), None, &Command::Ring).as_deref(), Some("8300 0a01c7ebd7a2d2e2"));
}

#[test]
fn numbers_are_set_in_their_order() {
    let set = |numbers: &[&str]| {
        let numbers = numbers.iter().map(|&number| number.to_owned()).collect();
        asked(None, None, &Command::SosNumbers(numbers)).unwrap()
    };
    let (first, second) = ("00000040 03 313230", "00000040 03 2b3836");
    let both = format!("8103 02{first}{second}");
    assert_eq!(set(&["120", "+86"]).replace(' ', ""), both.replace(' ', ""));
    assert_eq!(set(&[]), "8103 010000004000", "nobody stays set");
    let long = "1".repeat(33);
    assert_eq!(set(&[&long, "", "7"]), "8103 01000000400137");
    let most = set(&["13812345678901234567890123456789"; 50]);
    assert!(most.starts_with("8103 0a") && most.len() / 2 < 1_023);
}
