use super::*;

const SOS: &[u8] =
    b"[3G*8800000015*003e*AL,210726,020304,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]";

/// Pushes the pieces one by one and returns all frames, in order.
fn frames(pieces: &[&[u8]]) -> Vec<Frame> {
    let mut buffer = FrameBuffer::default();
    pieces.iter().flat_map(|piece| push(&mut buffer, piece)).collect()
}

fn push(buffer: &mut FrameBuffer, bytes: &[u8]) -> Vec<Frame> {
    buffer.push(bytes);
    std::iter::from_fn(|| buffer.next_frame()).collect()
}

fn commands(frames: &[Frame]) -> Vec<String> {
    frames.iter().map(|frame| text(&frame.content).split(',').next().unwrap().into()).collect()
}

#[test]
fn a_frame_is_read_whatever_its_length_says() {
    for length in ["0009", "0002", "FFFF", "9", "000000e", ""] {
        let raw = format!("[3G*8800000015*{length}*LK,0,0,53]");
        let [frame] = &frames(&[raw.as_bytes()])[..] else { panic!("{raw}") };
        assert_eq!((frame.maker.as_str(), frame.ident.as_str()), ("3G", "8800000015"));
        assert_eq!(frame.index, None);
        assert_eq!(frame.content, b"LK,0,0,53");
        assert_eq!(frame.raw, raw.as_bytes());
    }
}

#[test]
fn a_frame_without_a_length_is_read() {
    let [frame] = &frames(&[b"[3G*8800000015*AL,210726,a*b]"])[..] else { panic!() };
    assert_eq!(frame.content, b"AL,210726,a*b");
}

#[test]
fn the_form_with_five_parts_has_an_index() {
    let [frame] = &frames(&[b"[ZJ*014111001350304*0035*0097*UD,x*y]"])[..] else { panic!() };
    assert_eq!(frame.index.as_deref(), Some("0035"));
    assert_eq!(frame.content, b"UD,x*y");
}

#[test]
fn a_star_in_the_fields_is_no_index() {
    let [frame] = &frames(&[b"[3G*1*0020*UD,2,star*00ff*star]"])[..] else { panic!() };
    assert_eq!((frame.index.as_deref(), &frame.content[..]), (None, &b"UD,2,star*00ff*star"[..]));
}

#[test]
fn frames_glued_together_come_out_one_by_one() {
    let glued = [SOS, b"[3G*8800000015*0003*TKQ][3G*8800000015*0002*LK]"].concat();
    assert_eq!(commands(&frames(&[&glued])), ["AL", "TKQ", "LK"]);
}

#[test]
fn a_frame_may_come_byte_by_byte() {
    let bytes: Vec<&[u8]> = SOS.chunks(1).collect();
    assert_eq!(frames(&bytes)[0].raw, SOS);
}

#[test]
fn garbage_before_a_frame_is_skipped_and_counted() {
    let mut buffer = FrameBuffer::default();
    let garbage = b"\xff*3G]]\r\n}";
    assert_eq!(commands(&push(&mut buffer, &[garbage, SOS].concat())), ["AL"]);
    assert_eq!(buffer.stats().skipped_bytes, garbage.len() as u64);
}

#[test]
fn a_good_frame_survives_every_unfinished_beginning() {
    let unfinished = b"[3G*8800000015*0009*LK,0,0,53";
    for length in 0..=unfinished.len() {
        let all = frames(&[&unfinished[..length], SOS]);
        assert_eq!(all.last().unwrap().raw, SOS, "{length}");
        assert!(!all.last().unwrap().truncated);
    }
}

#[test]
fn a_truncated_frame_is_given_as_such_once_its_command_is_there() {
    let mut buffer = FrameBuffer::default();
    let all = push(&mut buffer, &[b"[3G*1*0040*AL,210726,0203", SOS].concat());
    assert_eq!((all[0].truncated, &all[0].content[..]), (true, &b"AL,210726,0203"[..]));
    assert_eq!((all[1].truncated, all.len()), (false, 2));
    assert_eq!(buffer.stats().truncated, 1);
    assert_eq!(frames(&[b"[3G*1*0040", SOS]).len(), 1);
    assert_eq!(frames(&[b"[ZJ*1*0003*00", SOS]).len(), 1);
}

#[test]
fn a_bracket_in_a_network_name_begins_no_frame() {
    let all = frames(&[b"[3G*1*0040*AL,210726,020304,V,[home,x]tail,-60]", SOS]);
    assert_eq!(commands(&all), ["AL", "AL"]);
    assert!(all[0].content.ends_with(b"[home,x"));
}

#[test]
fn brackets_without_maker_and_ident_are_counted_as_malformed() {
    let mut buffer = FrameBuffer::default();
    let rubbish: &[u8] = b"[][abc][*1*2][3 G*1*2*LK][3G*a,b*2*LK][3G*1]";
    assert_eq!(commands(&push(&mut buffer, &[rubbish, SOS].concat())), ["AL"]);
    assert_eq!(buffer.stats().malformed, 6);
}

#[test]
fn an_ident_may_be_anything_that_parts_no_frames() {
    let long = "7".repeat(128);
    let idents = ["表一", "d 17", "d-17.x/y_z", long.as_str()];
    for ident in idents {
        let raw = format!("[3G*{ident}*0002*AL,1]");
        let [frame] = &frames(&[raw.as_bytes()])[..] else { panic!("{raw}") };
        assert_eq!(frame.ident, ident);
        assert_eq!(frame.head, format!("3G*{ident}*").as_bytes());
    }
    let padded = &frames(&[b"[3G*42\0\0*0002*LK]"])[0];
    assert_eq!((padded.ident.as_str(), &padded.head[..]), ("42", &b"3G*42\0\0*"[..]));
}

#[test]
fn idents_that_are_no_text_or_very_long_stay_apart() {
    let ident = |ident: &[u8]| frames(&[b"[3G*", ident, b"*0002*AL]"])[0].ident.clone();
    assert_eq!(ident(b"\xc0\xcf"), "\\xc0\\xcf");
    assert_ne!(ident(b"\xc0\xcf"), ident(b"\xc8\xcb"));
    let (one, other) = (ident(&[b'1'; 5_000]), ident(&[b'2'; 5_000]));
    assert_eq!((one.len(), one == other), (64, false));
}

#[test]
fn a_frame_with_an_odd_ident_survives_one_that_lost_its_end() {
    for ident in ["7".repeat(100), "表".repeat(40), "a b".into()] {
        let cut = format!("[3G*{ident}*0002*LK");
        let whole = format!("[3G*{ident}*0040*AL,210726,020304]");
        let all = frames(&[cut.as_bytes(), whole.as_bytes()]);
        assert_eq!(commands(&all), ["LK", "AL"], "{ident}");
        assert!(all[0].truncated && !all[1].truncated);
    }
}

#[test]
fn what_is_unfinished_can_be_heard_and_is_kept() {
    let mut buffer = FrameBuffer::default();
    let (head, tail) = SOS.split_at(SOS.len() - 3);
    assert!(push(&mut buffer, head).is_empty());
    for _ in 0..2 {
        let [heard] = &buffer.unfinished()[..] else { panic!() };
        assert_eq!((heard.truncated, heard.ident.as_str()), (true, "8800000015"));
    }
    assert_eq!(push(&mut buffer, tail)[0].raw, SOS);
    assert!(buffer.unfinished().is_empty());
}

#[test]
fn escapes_are_undone_in_the_content_and_kept_in_the_raw_bytes() {
    let raw = b"[CS*1*000e*TK,#!AMR}\x01}\x02}\x03}\x04}\x05\xff}x}]";
    let [frame] = &frames(&[raw])[..] else { panic!() };
    assert_eq!(frame.content, b"TK,#!AMR}[],*\xff}x}");
    assert_eq!(frame.raw, raw);
}

#[test]
fn a_frame_that_never_ends_is_dropped_at_the_bound() {
    let mut buffer = FrameBuffer::new(64);
    let endless = [&b"[3G*1*0040*TK,"[..], &[b'x'; 1000]].concat();
    let mut all = Vec::new();
    for byte in endless.chunks(1) {
        all.extend(push(&mut buffer, byte));
        assert!(buffer.len() <= 64);
    }
    assert_eq!((commands(&all), all[0].truncated), (vec!["TK".into()], true));
    assert_eq!(buffer.stats().oversize, 1);
    assert_eq!(commands(&push(&mut buffer, b"]\n[3G*1*0002*LK]")), ["LK"]);
}

#[test]
fn the_bound_does_not_depend_on_how_the_bytes_arrive() {
    let mut frame = b"[3G*1*0040*TK,".to_vec();
    frame.resize(99, b'x');
    frame.push(b']');
    for (max, truncated) in [(100, false), (99, true)] {
        for size in [1, 7, 100] {
            let mut buffer = FrameBuffer::new(max);
            let all: Vec<_> =
                frame.chunks(size).flat_map(|piece| push(&mut buffer, piece)).collect();
            assert_eq!((all.len(), all[0].truncated), (1, truncated), "{max} {size}");
        }
    }
}

#[test]
fn a_good_frame_that_the_bound_would_cut_in_two_survives() {
    for garbage in 0..200 {
        let mut buffer = FrameBuffer::new(SOS.len() + 2);
        let mut stream = vec![b'['; garbage];
        stream.extend(vec![b'x'; garbage % 90]);
        stream.extend_from_slice(SOS);
        let all: Vec<_> = stream.chunks(3).flat_map(|piece| push(&mut buffer, piece)).collect();
        assert_eq!(all.last().unwrap().raw, SOS, "{garbage}");
    }
}

#[test]
fn what_is_left_at_the_end_of_the_connection_is_given_as_truncated() {
    let mut buffer = FrameBuffer::default();
    let unfinished = [b"[3G*1*0002*LK", &SOS[..SOS.len() - 1]].concat();
    assert!(push(&mut buffer, &unfinished).is_empty());
    buffer.close();
    let left = push(&mut buffer, b"");
    assert_eq!(commands(&left), ["LK", "AL"]);
    assert!(left.iter().all(|frame| frame.truncated));
    assert!(buffer.is_empty());
}
