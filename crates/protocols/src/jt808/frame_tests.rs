use super::super::testing::{bytes, enclosed, frame};
use super::*;

fn cuts(stream: &[u8]) -> Vec<Cut> {
    let mut buffer = FrameBuffer::new(DEFAULT_MAX_FRAME);
    buffer.push(stream);
    std::iter::from_fn(|| buffer.next_cut()).collect()
}

fn serials(stream: &[u8]) -> Vec<u16> {
    let serial = |cut: Cut| match cut {
        Cut::Frame(frame) => frame.serial,
        Cut::Sentence { .. } => 0xffff,
    };
    cuts(stream).into_iter().map(serial).collect()
}

fn heartbeat(serial: u16) -> Vec<u8> {
    frame(0x0002, serial, &[])
}

fn alternate(serial: u16, body: &str) -> Vec<u8> {
    let content = format!("0200 {:04x} 00138123456789 {serial:04x} {body}", body.len() / 2);
    enclosed(Delimiter::Alternate, &bytes(&content))
}

#[test]
fn two_frames_may_share_a_delimiter_or_have_two_or_more() {
    let (one, two) = (heartbeat(1), heartbeat(2));
    assert_eq!(serials(&[&one[..], &two].concat()), [1, 2]);
    assert_eq!(serials(&[&one[..], &two[1..]].concat()), [1, 2]);
    assert_eq!(serials(&[&one[..], b"\x7e\x7e\x7e", &two].concat()), [1, 2]);
}

#[test]
fn a_shared_delimiter_is_part_of_both_frames() {
    let (one, two) = (heartbeat(1), heartbeat(2));
    let all = cuts(&[&one[..], &two[1..]].concat());
    let Some(Cut::Frame(second)) = all.last() else { panic!("{all:?}") };
    assert_eq!(second.raw, two);
}

#[test]
fn a_lost_delimiter_spoils_no_other_frame() {
    let (one, two, three) = (heartbeat(1), heartbeat(2), heartbeat(3));
    let lost_end = [&one[..one.len() - 1], &two, &three].concat();
    assert_eq!(serials(&lost_end), [1, 2, 3]);
    let lost_beginning = [&one[1..], &two].concat();
    assert_eq!(serials(&lost_beginning), [1, 2]);
}

#[test]
fn a_lone_delimiter_and_one_inside_noise_spoil_no_frame() {
    let one = heartbeat(1);
    for noise in [&b"\x7e"[..], b"ab\x7ecd", b"\x7eab\x7ecd\x7e", b"ab\x7e\x7d", b"\x7d\x02\x7e"] {
        assert_eq!(serials(&[noise, &one].concat()), [1], "{noise:02x?}");
        assert_eq!(serials(&[&one[..], noise, &one].concat()), [1, 1], "{noise:02x?}");
    }
}

#[test]
fn a_cut_frame_is_told_and_the_next_one_is_whole() {
    let location = frame(0x0200, 1, &[0; 28]);
    for length in 14..location.len() - 1 {
        let all = cuts(&[&location[..length], &heartbeat(2)].concat());
        let [Cut::Frame(cut), Cut::Frame(next)] = &all[..] else { panic!("{length}: {all:?}") };
        assert_eq!((cut.truncated || cut.checks, next.serial), (true, 2), "{length}");
    }
}

#[test]
fn a_frame_too_long_is_cut_and_what_follows_is_read() {
    let long = frame(0x0200, 1, &[0x41; 200]);
    let stream = [&long[..], &heartbeat(2)].concat();
    for size in [1, 7, stream.len()] {
        let mut buffer = FrameBuffer::new(50);
        let mut all = Vec::new();
        for piece in stream.chunks(size) {
            buffer.push(piece);
            all.extend(std::iter::from_fn(|| buffer.next_cut()));
            assert!(buffer.len() <= 50);
        }
        let [Cut::Frame(cut), Cut::Frame(next)] = &all[..] else { panic!("{all:?}") };
        assert_eq!((cut.truncated, cut.raw.len(), next.serial), (true, 50, 2));
    }
}

#[test]
fn the_bound_counts_both_delimiters() {
    let one = heartbeat(1);
    let is_whole = |bound: usize| {
        let mut buffer = FrameBuffer::new(bound);
        buffer.push(&one);
        matches!(buffer.next_cut(), Some(Cut::Frame(frame)) if !frame.truncated)
    };
    assert!(is_whole(one.len()) && !is_whole(one.len() - 1));
}

#[test]
fn what_lost_its_end_with_the_connection_is_cut() {
    let one = heartbeat(1);
    let mut buffer = FrameBuffer::new(DEFAULT_MAX_FRAME);
    buffer.push(&one[..one.len() - 1]);
    assert_eq!(buffer.next_cut(), None);
    assert!(!buffer.is_empty());
    buffer.close();
    assert!(matches!(buffer.next_cut(), Some(Cut::Frame(frame)) if frame.truncated));
    assert!(buffer.next_cut().is_none() && buffer.is_empty());
}

#[test]
fn alternate_frames_are_read_among_noise_and_plain_ones() {
    let (one, two) = (alternate(1, "00000001"), alternate(2, "7e7e7e"));
    assert_eq!(serials(&[b"ab\xe7", &one[..], &two, b"\xe7"].concat()), [1, 2]);
    assert_eq!(serials(&[&heartbeat(3)[..], &one].concat()), [3, 1]);
    assert_eq!(serials(&[&one[..], &heartbeat(3), &two].concat()), [1, 3, 2]);
}

#[test]
fn an_alternate_frame_that_is_cut_or_wrong_is_read_once_one_was_right() {
    let (one, two) = (alternate(1, "00000001"), alternate(2, "000000010000"));
    let cut = &two[..16];
    assert_eq!(serials(&[&one[..], cut, &one].concat()), [1, 2, 1]);
    let mut wrong = two.clone();
    wrong[14] ^= 1;
    assert_eq!(serials(&[&one[..], &wrong].concat()), [1, 2]);
    assert!(serials(&wrong).is_empty(), "it may be noise");
}

#[test]
fn noise_like_an_alternate_frame_hides_no_plain_one() {
    let location = frame(0x0200, 5, &[0xe7; 28]);
    for noise in [&b"\xe7\x02\x00"[..], b"\xe7\x02\x00\xe7", b"\xe7\x02\x00\x7e", b"\xe7"] {
        assert_eq!(serials(&[noise, &location].concat()), [5], "{noise:02x?}");
    }
}

#[test]
fn noise_like_an_alternate_frame_hides_no_plain_one_that_is_wrong() {
    let mut wrong = frame(0x0200, 5, &[0; 28]);
    wrong[30] ^= 1;
    let stream = [b"\xe7\x08\x00", &wrong[..], &heartbeat(6)].concat();
    assert_eq!(serials(&stream), [5, 6]);
    let mut buffer = FrameBuffer::new(DEFAULT_MAX_FRAME);
    buffer.push(&[&stream[..], b"\xe7"].concat());
    assert!(matches!(buffer.next_cut(), Some(Cut::Frame(frame)) if frame.serial == 5));
}

#[test]
fn an_alternate_frame_that_never_ends_hides_no_plain_one() {
    let (one, two) = (alternate(1, "00000001"), alternate(2, "000000010000"));
    for garbage in 0..100 {
        let stream = [&one[..], &two[..16], &vec![0; garbage], &heartbeat(3)].concat();
        for size in [1, stream.len()] {
            let mut buffer = FrameBuffer::new(60);
            let mut last = None;
            for piece in stream.chunks(size) {
                buffer.push(piece);
                last = std::iter::from_fn(|| buffer.next_cut()).last().or(last);
            }
            assert!(matches!(last, Some(Cut::Frame(frame)) if frame.serial == 3), "{garbage}");
        }
    }
}

#[test]
fn sentences_are_read_and_brackets_of_noise_are_not() {
    let sentence = b"(794104004140,1,001,BASE,2,TIME)";
    let expected = Cut::Sentence { ident: "794104004140".into(), raw: sentence.to_vec() };
    assert_eq!(cuts(sentence), [expected]);
    assert_eq!(serials(&[&heartbeat(1)[..], sentence, &heartbeat(2)].concat()), [1, 0xffff, 2]);
    for noise in
        [&b"(abc,1)"[..], b"(12)", b"(,)", b"(1,\x00)", b"(((", b"(1234567890123456789012,)"]
    {
        assert_eq!(serials(&[noise, &heartbeat(1)].concat()), [1], "{noise:02x?}");
    }
    assert!(serials(&[&b"(1,"[..], &[b'a'; 300], b")"].concat()).is_empty());
}
