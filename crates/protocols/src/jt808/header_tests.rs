use super::super::testing::{bytes, enclosed, frame, framed};
use super::*;

fn read(wire: &[u8]) -> Option<Frame> {
    let by = if wire[0] == 0xe7 { Delimiter::Alternate } else { Delimiter::Plain };
    Frame::read(wire.to_vec(), &wire[1..wire.len() - 1], by, true)
}

#[test]
fn the_number_has_twelve_digits_and_since_2019_twenty() {
    let old = read(&framed("0002 0000 013812345678 002a")).unwrap();
    assert_eq!((old.address.version, &*old.address.ident()), (None, "13812345678"));
    assert_eq!((old.address.number().len(), old.serial), (12, 0x2a));
    let new = read(&framed("0002 4000 01 00000000013812345678 002b")).unwrap();
    assert_eq!((new.address.version, &*new.address.ident()), (Some(1), "13812345678"));
    assert_eq!((new.address.number().len(), new.serial), (20, 0x2b));
    assert!(new.body.is_empty() && new.checks && new.fits());
}

#[test]
fn a_number_of_zeros_is_zero() {
    assert_eq!(without_leading_zeros("000000000000"), "0");
    assert_eq!(without_leading_zeros("00120"), "120");
    assert_eq!(without_leading_zeros(""), "");
}

#[test]
fn letters_in_the_number_betray_an_imei() {
    // traccar/traccar Jt808ProtocolDecoderTest.testDecode #13 and #107.
    for (phone, imei) in [("4eb6fb4afd9e", "865478070102068"), ("4eb6fb4ad628", "865478070001047")]
    {
        let heard = read(&framed(&format!("0002 0000 {phone} 0001"))).unwrap();
        assert_eq!(heard.address.ident(), imei);
    }
}

#[test]
fn two_letters_in_a_long_number_leave_it_as_it_is() {
    let heard = read(&framed("0002 4000 01 0000000000000000ab01 0001")).unwrap();
    assert_eq!(heard.address.ident(), "ab01");
}

#[test]
fn alternate_frames_have_numbers_of_seven_bytes() {
    let wire = enclosed(Delimiter::Alternate, &bytes("0002 0000 0013812345678e 3d3e e6e7"));
    let heard = read(&wire).unwrap();
    assert_eq!(heard.address.ident(), "13812345678e");
    assert_eq!((heard.serial, &heard.body[..], heard.checks), (0x3d3e, &[0xe6, 0xe7][..], true));
}

#[test]
fn a_packet_is_numbered_in_the_header() {
    let heard = read(&framed("0200 2002 013812345678 0007 0003 0001 abcd")).unwrap();
    assert_eq!(heard.packet, Some(Packet { total: 3, index: 1 }));
    assert_eq!(heard.body, [0xab, 0xcd]);
}

#[test]
fn a_wrong_check_byte_is_told_and_read_over() {
    let mut wire = frame(0x0200, 1, &[0, 0, 0, 1]);
    let check = wire.len() - 2;
    wire[check] ^= 0x40;
    let heard = read(&wire).unwrap();
    assert_eq!((heard.checks, heard.truncated, &heard.body[..]), (false, false, &[0, 0, 0, 1][..]));
}

#[test]
fn a_length_that_lies_is_not_believed_where_the_check_byte_is_right() {
    for length in ["0000", "0003", "0005", "03ff"] {
        let heard = read(&framed(&format!("0200 {length} 000000123456 0001 00000001"))).unwrap();
        assert_eq!((heard.body.len(), heard.truncated, heard.checks), (4, false, true), "{length}");
    }
}

#[test]
fn a_frame_shorter_than_it_says_with_a_wrong_check_byte_is_cut_and_keeps_its_last_byte() {
    let whole = frame(0x0200, 1, &[0, 0, 0, 1, 0, 0, 0, 0]);
    let cut = [&whole[..17], &[0x7e]].concat();
    let heard = read(&cut).unwrap();
    assert!(heard.truncated);
    assert_eq!(heard.body, [0, 0, 0, 1], "the flag stands where the check byte would");
}

#[test]
fn what_has_no_header_is_no_frame() {
    let whole = frame(0x0002, 1, &[]);
    for length in 1..12 {
        assert_eq!(read(&[&whole[..length], &[0x7e]].concat()), None, "{length}");
    }
}

#[test]
fn an_unknown_message_is_a_frame_if_it_is_sound() {
    assert!(read(&frame(0x7777, 1, &[1, 2, 3])).is_some());
    let mut wrong = frame(0x7777, 1, &[1, 2, 3]);
    wrong[14] ^= 1;
    assert_eq!(read(&wrong), None);
    assert_eq!(read(&framed("7777 0009 000000123456 0001 010203")), None);
}

#[test]
fn a_location_that_says_2019_and_has_the_older_header_is_read() {
    let heard = read(&framed("0200 4004 013812345678 002a 00000001")).unwrap();
    assert_eq!((&*heard.address.ident(), &heard.body[..]), ("13812345678", &[0, 0, 0, 1][..]));
    assert_eq!((heard.serial, heard.address.version), (0x2a, None));
    let new = read(&framed("0200 4009 01 00000000013812345678 002a 00000001")).unwrap();
    assert_eq!(new.body, [0, 0, 0, 1], "a length that only lies changes nothing");
}
