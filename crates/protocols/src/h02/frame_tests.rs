use super::*;

const SOS: &[u8] = b"*HQ,1357902468,V1,074530,V,,N,,E,,,211126,FFFFFBFD#";

/// A record of the device 1357902468 with an SOS, and `#`, `*` and `$` in its tail.
const RECORD: &str = "241357902680074530211126243100000611739600\
    0e000000fffffbfd232a24";

fn record() -> Vec<u8> {
    hex::decode(RECORD).unwrap()
}

fn frames(pieces: &[&[u8]]) -> Vec<Frame> {
    let mut buffer = FrameBuffer::new(DEFAULT_MAX_FRAME);
    pieces.iter().flat_map(|piece| push(&mut buffer, piece)).collect()
}

fn push(buffer: &mut FrameBuffer, bytes: &[u8]) -> Vec<Frame> {
    buffer.push(bytes);
    std::iter::from_fn(|| buffer.next_frame()).collect()
}

fn raws(frames: &[Frame]) -> Vec<&[u8]> {
    frames.iter().map(|frame| &frame.raw[..]).collect()
}

#[test]
fn text_ends_at_its_mark_and_records_by_their_length() {
    let record = record();
    assert_eq!(record.len(), binary::LENGTH);
    let stream = [SOS, b"\r\n", &record, SOS, &record, &record, SOS].concat();
    let all = frames(&[&stream]);
    assert_eq!(raws(&all), [SOS, &record, SOS, &record, &record, SOS]);
    assert!(all.iter().all(|frame| !frame.truncated));
}

#[test]
fn a_record_of_any_length_is_followed_by_the_next_frame() {
    let record = record();
    for (tail, number) in [(0, 0x24), (13, 0x24), (16, 0x24), (10, 0x23), (7, 0), (40, 0x2a)] {
        let mut long = [&record[..29], &vec![0; tail + 2], &[number]].concat();
        long[29] = 0xff;
        let all = frames(&[&long, &long, SOS, &record]);
        assert_eq!(raws(&all), [&long[..32], &long[..32], SOS, &record], "{tail}");
    }
}

#[test]
fn a_running_number_that_looks_like_a_mark_hides_no_record() {
    let first =
        hex::decode("2441060116601245431311165035313006004318210e000000fffffbffff0024").unwrap();
    // Read one byte too early, 0x24 and this record have a date, too.
    let second =
        hex::decode("2413579024082112050211265035313006004318210e000000fffffbfdff0025").unwrap();
    let early = [&[0x24], &second[..31]].concat();
    assert_eq!(binary::head(&early), Start::Binary);
    assert_eq!(raws(&frames(&[&first, &second])), [&first[..], &second]);
}

#[test]
fn what_lost_its_end_is_found_out_by_what_begins_inside() {
    let record = record();
    for length in 5..SOS.len() {
        let all = frames(&[&SOS[..length], &record]);
        assert_eq!(all.last().unwrap().raw, record, "{length}");
        assert!(all[0].truncated && all.len() == 2, "{length}");
        let all = frames(&[&SOS[..length], SOS]);
        assert_eq!((all.len(), &all.last().unwrap().raw[..]), (2, SOS), "{length}");
    }
    for length in 0..record.len() {
        let all = frames(&[&record[..length], SOS]);
        assert_eq!(raws(&all).last(), Some(&SOS), "{length}");
        let all = frames(&[&record[..length], &record]);
        assert_eq!(raws(&all).last(), Some(&&record[..]), "{length}: {all:?}");
    }
}

/// A record whose ident has 15 digits, with a mark as its last byte.
fn long_record(mark: u8) -> Vec<u8> {
    let said = hex::decode("0530162209022212874506113466574e014028fffffb").unwrap();
    [&[0x24], &hex::decode("1357902468912200").unwrap()[..], &said, &[mark]].concat()
}

#[test]
fn a_longer_record_that_lost_its_last_byte_hides_no_frame() {
    let record = record();
    for follower in [SOS, &record] {
        let long = long_record(follower[0]);
        assert_eq!(long.len(), binary::LENGTH);
        let all = frames(&[&long[..31], follower]);
        assert_eq!(raws(&all), [&long[..], follower]);
    }
    let long = long_record(b'*');
    assert_eq!(raws(&frames(&[&long, &long])), [&long[..], &long], "it may be its own");
}

#[test]
fn a_text_cut_short_ends_at_the_first_mark_however_it_is_cut() {
    // The first mark may begin a longer record, the second one a shorter record at the same clock.
    let marks = hex::decode("24030024410600082621532131000033353537010000060000003335").unwrap();
    let stream = [b"*hq,36310,8101(", &marks[..]].concat();
    let all = frames(&[&stream]);
    assert_eq!(raws(&all), [b"*hq,36310,8101("]);
    assert_eq!(frames(&stream.chunks(1).collect::<Vec<_>>()), all);
}

#[test]
fn records_among_many_marks_are_the_same_however_they_are_cut() {
    let streams = [
        // The ident follows again behind several marks; the first is known as a beginning the latest.
        "242803242803000000000000000324000003242803242803000000204800032400000000000000",
        // In the tail, a doubtful record that begins again, and one where a record may begin.
        "24103040100105030024103001ff0000000000000102332c452c3001000024103040100105030024103040\
        100105030024103001000000000000010100000000000000000000000000000000000000000000000000",
        // Behind the tail, a record that begins again.
        "2442061191301024031101370300000000002824420611ff11013755402270064206119130102403110137\
        030000280b0024420611913000320300002824420611913000000000000000000000000000000000000000",
        // In the tail, a shorter record in a longer one, in reach of a place where one may begin.
        "24242424240000002803002427051711210900000000010000000000140613500241130000242424242424\
        242424000000280300242705171121000200000100000613500241130000",
    ];
    for stream in streams.map(|digits| hex::decode(digits).unwrap()) {
        let all = frames(&[&stream]);
        assert!(!all.is_empty());
        for at in 1..stream.len() {
            assert_eq!(frames(&[&stream[..at], &stream[at..]]), all, "split at {at}");
        }
        assert_eq!(frames(&stream.chunks(1).collect::<Vec<_>>()), all);
    }
}

#[test]
fn a_mark_in_a_text_delays_nothing_and_cuts_nothing() {
    for text in
        ["*HQ,1,SMS,5$#", "*HQ,1,SMS,*100*#", "*HQ,1,SMS,X#", "*HQ,1,SMS,$12345678901234567890#"]
    {
        assert_eq!(raws(&frames(&[text.as_bytes()])), [text.as_bytes()]);
    }
}

#[test]
fn noise_without_a_frame_is_not_kept() {
    let mut buffer = FrameBuffer::new(DEFAULT_MAX_FRAME);
    assert!(
        push(&mut buffer, b"garbage * $ X *1Q, #\r\n$$$$XXXX........................").is_empty()
    );
    assert!(buffer.is_empty());
}

#[test]
fn a_text_that_never_ends_is_given_up_at_the_bound() {
    let mut buffer = FrameBuffer::new(64);
    let endless = [&b"*HQ,1,SMS,"[..], &[b'x'; 1_000]].concat();
    let mut all = Vec::new();
    for byte in endless.chunks(1) {
        all.extend(push(&mut buffer, byte));
        assert!(buffer.pending().len() <= 64);
    }
    assert_eq!((all.len(), all[0].truncated, all[0].raw.len()), (1, true, 64));
    assert_eq!(raws(&push(&mut buffer, SOS)), [SOS]);
}

#[test]
fn a_good_frame_that_the_bound_would_cut_in_two_survives() {
    for garbage in 0..200 {
        let stream = [&b"*HQ,1,SMS,"[..], &vec![b'x'; garbage], SOS, &record()].concat();
        for size in [1, 3, 1_000] {
            let mut buffer = FrameBuffer::new(SOS.len() + 2);
            let all: Vec<_> =
                stream.chunks(size).flat_map(|piece| push(&mut buffer, piece)).collect();
            let [.., sos, record_heard] = &all[..] else { panic!("{garbage}") };
            assert_eq!((&sos.raw[..], &record_heard.raw), (SOS, &record()), "{garbage}");
        }
    }
}

#[test]
fn what_is_left_at_the_end_of_the_connection_is_given_as_truncated() {
    for frame in [SOS, &record()] {
        for length in 15..frame.len() {
            let mut buffer = FrameBuffer::new(DEFAULT_MAX_FRAME);
            assert!(push(&mut buffer, &frame[..length]).is_empty());
            buffer.close();
            let all = push(&mut buffer, b"");
            assert_eq!(raws(&all), [&frame[..length]]);
            assert!(all[0].truncated && buffer.is_empty());
        }
    }
}
