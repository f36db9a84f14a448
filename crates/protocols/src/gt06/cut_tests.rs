use super::super::crc::crc;
use super::*;

const MAX: usize = 300;

/// Writes a frame with a right checksum.
fn frame(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len() + 5).unwrap();
    let mut frame = [&[0x78, 0x78, length, kind], content, &[0, 1]].concat();
    frame.extend(crc(&frame[2..]));
    frame.extend(STOP);
    frame
}

/// Cuts a stream as a buffer does, without its skipping of noise.
fn cuts(stream: &[u8], closed: bool) -> Vec<Cut> {
    let mut rest = stream;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let Some(next) = cut(rest, MAX, closed) else { break };
        let (Cut::Whole(length) | Cut::Truncated(length)) = next;
        all.push(next);
        rest = &rest[length..];
    }
    all
}

#[test]
fn the_length_is_believed_where_the_stop_bytes_agree() {
    let heartbeat = frame(0x13, &[0x46, 6, 4, 0, 2]);
    let mut wrong_sum = heartbeat.clone();
    wrong_sum[12] ^= 0xff;
    for frame in [heartbeat, wrong_sum] {
        assert_eq!(cuts(&frame, false), [Cut::Whole(15)]);
        assert_eq!(cuts(&frame[..14], false), []);
    }
}

#[test]
fn stop_bytes_and_starts_inside_a_frame_do_not_end_it() {
    for content in [&[0x0d, 0x0a][..], &[0x78, 0x78, 0x0d, 0x0a], &[0x79, 0x79, 0, 9, 0x26, 1]] {
        let frame = frame(0x13, &[&[0x46, 6, 4, 0, 2], content].concat());
        assert_eq!(cuts(&frame, false), [Cut::Whole(frame.len())], "{frame:02x?}");
    }
}

#[test]
fn a_length_that_lies_is_not_believed_where_the_checksum_is_right() {
    for lie in [0, 8, 12, 40, 255] {
        let mut frame = frame(0x26, &[7; 20]);
        frame[2] = lie;
        let sum = crc(&frame[2..26]);
        frame[26..28].copy_from_slice(&sum);
        assert_eq!(cuts(&frame, false), [Cut::Whole(30)], "{lie}");
    }
}

#[test]
fn a_length_that_lies_beside_a_wrong_checksum_ends_at_the_stop_bytes() {
    let good = frame(0x13, &[0x46, 6, 4, 0, 2]);
    for lie in [0, 8, 24, 26, 27, 40, 60] {
        let mut bad = frame(0x26, &[7; 20]);
        bad[2] = lie;
        bad[27] ^= 1;
        let stream = [&bad[..], &good, &good, &good].concat();
        let expected = [Cut::Whole(30), Cut::Whole(15), Cut::Whole(15), Cut::Whole(15)];
        assert_eq!(cuts(&stream, false), expected, "{lie}");
    }
}

#[test]
fn a_frame_two_bytes_longer_than_told_is_whole() {
    let mut frame = frame(0x26, &[0x0d, 0x0a, 7, 7, 7, 7]);
    frame[2] -= 2;
    frame[13] ^= 1;
    assert_eq!(cuts(&frame, false), [Cut::Whole(16)]);
}

#[test]
fn a_frame_that_lost_its_end_stops_before_the_next() {
    let (bad, good) = (frame(0x26, &[7; 20]), frame(0x13, &[0x46, 6, 4, 0, 2]));
    for length in 4..29 {
        let stream = [&bad[..length], &good].concat();
        let lost_stop_only = length >= 28;
        let first = if lost_stop_only { Cut::Whole(28) } else { Cut::Truncated(length) };
        assert_eq!(cuts(&stream, false)[0], first, "{length}");
    }
}

#[test]
fn the_next_frame_is_not_robbed_of_its_first_byte_for_a_checksum() {
    // So long searched that the checksum ends with the byte that starts frames.
    let ends_so = |frame: &Vec<u8>| frame[frame.len() - 3] == 0x78;
    let bad = (0..=255).map(|byte| frame(0x26, &[byte, 7, 7, 7])).find(ends_so).unwrap();
    let good = frame(0x13, &[0x46, 6, 4, 0, 2]);
    let length = bad.len() - 3;
    let stream = [&bad[..length], &good].concat();
    assert_eq!(cuts(&stream, false), [Cut::Truncated(length), Cut::Whole(15)]);
}

#[test]
fn a_frame_beyond_the_bound_gives_way_to_what_may_begin_in_it() {
    let long = [&[0x79, 0x79, 0x7f, 0xff, 0x26][..], &[7; 200]].concat();
    let good = frame(0x13, &[0x46, 6, 4, 0, 2]);
    assert_eq!(cuts(&[&long[..], &good].concat(), false), [Cut::Truncated(205), Cut::Whole(15)]);
    let endless = [&long[..], &[7; 200]].concat();
    assert_eq!(cut(&endless, MAX, false), Some(Cut::Truncated(MAX)));
    let mut halved = endless;
    halved[MAX - 1..=MAX].copy_from_slice(&[0x78, 0x78]);
    assert_eq!(cut(&halved, MAX, false), Some(Cut::Truncated(MAX - 1)));
}

#[test]
fn a_wi_fi_frame_ends_after_as_many_entries_as_it_counts() {
    let mac = [0x0d, 0x0a, 0x0d, 0x0a, 0x0d, 0x0a, 0x40];
    let head = [0x78, 0x78, 2, 0x69, 0x26, 0x07, 0x21, 0x02, 0x03, 0x04];
    let cells = [2, 1, 0xcc, 0, 0x24, 0x92, 0x0d, 0x0a, 9, 0x24, 0x92, 0x0d, 0x0a, 9];
    let frame = [&head[..], &mac, &mac, &cells, &STOP].concat();
    assert_eq!(cuts(&[&frame[..], &frame].concat(), false), [Cut::Whole(40), Cut::Whole(40)]);
}

#[test]
fn what_is_left_at_the_close_is_truncated_up_to_the_next_start() {
    let bad = frame(0x26, &[7; 20]);
    let stream = [&bad[..9], &bad[..20]].concat();
    assert_eq!(cuts(&stream, false), []);
    assert_eq!(cuts(&stream, true), [Cut::Truncated(9), Cut::Truncated(20)]);
}

#[test]
fn of_two_sound_frames_with_a_common_end_the_inner_one_is_heard() {
    let inner = frame(0x26, &[7; 20]);
    // The beginning of a frame that is as long as it says by what follows, and sound by chance.
    let sound = (0..=u16::MAX).map(|number| {
        let [high, low] = number.to_be_bytes();
        [&[0x78, 0x78, 0x23, 0x13, 0, high, low, 0], &inner[..]].concat()
    });
    let both: Vec<_> = sound.filter(|both| sum_is_right(both, 2)).collect();
    assert!(!both.is_empty());
    for both in both {
        assert_eq!(cuts(&both, false), [Cut::Truncated(8), Cut::Whole(inner.len())]);
    }
}
