use super::super::escape::Delimiter;
use super::super::testing;
use super::*;

fn frame(message: u16, total: u16, index: u16, body: &[u8]) -> Frame {
    let wire = testing::packet(message, total, index, body);
    Frame::read(Vec::new(), &wire[1..wire.len() - 1], Delimiter::Plain, true).unwrap()
}

/// Returns the beginning or the whole that a packet makes, and which of the two.
fn offer(assembly: &mut Assembly, frame: &Frame) -> Option<(Vec<u8>, bool)> {
    match assembly.offer(frame, frame.packet.unwrap()) {
        Assembled::Whole { body, .. } => Some((body, true)),
        Assembled::Beginning { body, .. } => Some((body, false)),
        Assembled::Part => None,
    }
}

#[test]
fn packets_are_put_together_in_any_order() {
    let assembly = &mut Assembly::default();
    assert_eq!(offer(assembly, &frame(0x0704, 3, 1, b"a")), Some((b"a".to_vec(), false)));
    assert_eq!(offer(assembly, &frame(0x0704, 3, 3, b"c")), None);
    assert_eq!(offer(assembly, &frame(0x0704, 3, 2, b"b")), Some((b"abc".to_vec(), true)));
    assert_eq!(assembly.len(), 0);
}

#[test]
fn a_packet_that_comes_twice_changes_nothing_and_another_one_begins_anew() {
    let assembly = &mut Assembly::default();
    offer(assembly, &frame(0x0704, 2, 1, b"a"));
    assert_eq!(offer(assembly, &frame(0x0704, 2, 1, b"a")), Some((b"a".to_vec(), false)));
    assert_eq!(offer(assembly, &frame(0x0704, 2, 1, b"z")), Some((b"z".to_vec(), false)));
    assert_eq!(offer(assembly, &frame(0x0704, 2, 2, b"b")), Some((b"zb".to_vec(), true)));
}

#[test]
fn messages_of_two_kinds_do_not_mix() {
    let assembly = &mut Assembly::default();
    offer(assembly, &frame(0x0704, 2, 1, b"a"));
    offer(assembly, &frame(0x0200, 2, 1, b"x"));
    assert_eq!(offer(assembly, &frame(0x0200, 2, 2, b"y")), Some((b"xy".to_vec(), true)));
    assert_eq!(offer(assembly, &frame(0x0704, 2, 2, b"b")), Some((b"ab".to_vec(), true)));
}

#[test]
fn one_wrong_check_byte_is_remembered() {
    let assembly = &mut Assembly::default();
    let mut first = frame(0x0704, 2, 1, b"a");
    first.checks = false;
    offer(assembly, &first);
    let last = frame(0x0704, 2, 2, b"b");
    let whole = assembly.offer(&last, last.packet.unwrap());
    assert_eq!(whole, Assembled::Whole { body: b"ab".to_vec(), checks: false });
}

#[test]
fn counts_that_make_no_sense_leave_the_packet_alone() {
    let assembly = &mut Assembly::default();
    for (total, index) in [(0, 0), (0, 1), (1, 1), (2, 0), (2, 3)] {
        assert_eq!(
            offer(assembly, &frame(0x0200, total, index, b"a")),
            Some((b"a".to_vec(), true))
        );
    }
    assert_eq!(offer(assembly, &frame(0x0200, 65, 1, b"a")), Some((b"a".to_vec(), true)));
    assert_eq!(offer(assembly, &frame(0x0200, u16::MAX, 2, b"a")), None);
    assert_eq!(assembly.len(), 0);
}

#[test]
fn unfinished_messages_are_dropped_when_there_are_too_many() {
    let assembly = &mut Assembly::default();
    for message in 0x0200..0x0200 + 20 {
        offer(assembly, &Frame { id: message, ..frame(0x0200, 2, 1, b"a") });
        assert!(assembly.messages.len() <= MAX_MESSAGES);
    }
    assert_eq!(offer(assembly, &frame(0x0200, 2, 2, b"b")), None, "its first packet is gone");
}

#[test]
fn bytes_held_are_bounded_and_what_passes_the_bound_is_read_as_it_is() {
    let assembly = &mut Assembly::default();
    let mut last = None;
    for index in 1..=MAX_PACKETS - 1 {
        last = offer(assembly, &frame(0x0704, MAX_PACKETS, index, &[7; 1000]));
        assert!(assembly.len() <= MAX_BYTES);
        if last.as_ref().is_some_and(|(_, whole)| *whole) {
            break;
        }
    }
    assert_eq!(last, Some((vec![7; 25_000], true)));
}
