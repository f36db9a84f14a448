use SignalKind::{Fall, Heartbeat, LowBattery, Position as Place, Sos};
use silverbell_domain::SignalKind;

use super::super::crc::crc;
use super::*;
use crate::{Doubt, Notice, Report};

/// 2026-11-22 01:02:03 UTC.
const NOW: UnixMs = UnixMs(1_795_309_323_000);

/// 2026-07-21 02:03:04 UTC.
const AT: UnixMs = UnixMs(1_784_599_384_000);

/// GPS in Quanzhou at [`AT`], valid.
const GPS: &str = "1a0715020304c802a0e8c00c96a6f0001400";
const CELL: &str = "01cc00287d001f71";

/// Writes a frame with a right checksum; the content is hexadecimal.
fn frame(kind: u8, content: &str) -> Vec<u8> {
    let content = hex::decode(content).unwrap();
    let length = u8::try_from(content.len() + 5).unwrap();
    sealed([&[0x78, 0x78, length, kind], &content[..], &[0, 7]].concat())
}

/// Writes one that begins with 79 79.
fn long_frame(kind: u8, content: &str) -> Vec<u8> {
    let content = hex::decode(content).unwrap();
    let [high, low] = u16::try_from(content.len() + 5).unwrap().to_be_bytes();
    sealed([&[0x79, 0x79, high, low, kind], &content[..], &[0, 7]].concat())
}

fn sealed(mut frame: Vec<u8>) -> Vec<u8> {
    frame.extend(crc(&frame[2..]));
    frame.extend([0x0d, 0x0a]);
    frame
}

/// Writes an alarm with these status bits and this code.
fn alarm(kind: u8, bits: u8, code: u8) -> Vec<u8> {
    frame(kind, &format!("{GPS}09{CELL}{bits:02x}0404{code:02x}02"))
}

fn login(zone: &str) -> Vec<u8> {
    frame(0x01, &format!("088000000000001510 0b{zone}").replace(' ', ""))
}

fn hear(said: &[Vec<u8>]) -> Vec<Heard> {
    let mut talk = Talk::new(1_000);
    talk.push(&said.concat());
    std::iter::from_fn(|| talk.next(NOW)).collect()
}

fn report(said: Vec<u8>) -> Report {
    let mut heard = hear(&[said]);
    heard.pop().unwrap().reports.pop().unwrap()
}

fn ack(said: Vec<u8>) -> Option<String> {
    hear(&[said]).pop().unwrap().ack.map(hex::encode)
}

#[test]
fn the_ident_of_a_log_in_holds_until_the_next() {
    let other = frame(0x01, "0880000000000023");
    let heartbeat = frame(0x13, "4006040002");
    let all = hear(&[alarm(0x26, 0, 1), login(""), heartbeat.clone(), other, heartbeat]);
    let idents: Vec<_> = all.iter().map(|heard| heard.ident.as_str()).collect();
    let (one, two) = ("880000000000015", "880000000000023");
    assert_eq!(idents, ["", one, one, two, two]);
    assert_eq!(all[0].alarm().unwrap().1, Sos, "an alarm before any log-in is an alarm");
    assert!(all.iter().all(|heard| heard.ack.is_some()));
}

#[test]
fn a_frame_that_names_its_device_needs_no_log_in_but_yields_to_one() {
    let named = frame(0x12, &format!("0880000000000023{GPS}{CELL}00"));
    assert_eq!(hear(std::slice::from_ref(&named))[0].ident, "880000000000023");
    assert_eq!(hear(&[login(""), named.clone()])[1].ident, "880000000000015");
    assert_eq!(report(named).at, Some(AT));
}

#[test]
fn times_are_read_in_the_zone_of_the_log_in() {
    let alarm = alarm(0x16, 0x20, 0);
    let at = |zone: &str| hear(&[login(zone), alarm.clone()])[1].reports[0].at;
    assert_eq!(at(""), Some(AT), "no zone is UTC");
    assert_eq!(at("3200"), Some(AT.plus_s(-8 * 3_600)), "eight hours east");
    assert_eq!(at("4dd8"), Some(AT.plus_s(12 * 3_600 + 45 * 60)), "12:45 west");
    assert_eq!(at("fff0"), Some(AT), "a zone that cannot be is none");
    assert_eq!(hear(&[login("3200"), login(""), alarm.clone()])[2].reports[0].at, Some(AT));
}

#[test]
fn an_alarm_is_read_from_bits_and_code_wherever_its_type_has_them() {
    for kind in [0x16, 0x26, 0x27] {
        assert_eq!(report(alarm(kind, 0x20, 0x03)).signals, [Sos, Place], "{kind:02x}");
        assert_eq!(report(alarm(kind, 0x18, 0x01)).signals, [Sos, LowBattery, Place]);
        assert_eq!(report(alarm(kind, 0x00, 0x23)).signals, [Fall, Place]);
        assert_eq!(report(alarm(kind, 0x00, 0x19)).signals, [LowBattery, Place]);
        let removed = report(alarm(kind, 0x00, 0x18));
        assert_eq!(
            (&removed.signals[..], &removed.notices[..]),
            (&[Place][..], &[Notice::Removed][..])
        );
    }
    assert_eq!(report(frame(0x13, "6006040002")).signals, [Sos], "a heartbeat's bits");
    assert_eq!(report(frame(0x13, "4006040102")).signals, [Sos], "a heartbeat's code");
    assert_eq!(report(frame(0x23, "6001220400")).signals, [Sos]);
    assert_eq!(report(frame(0x19, &format!("{CELL}4004040102"))).signals, [Sos]);
    let lte = "01cc000000287d0000000002ea5e01";
    assert_eq!(report(frame(0xa5, &format!("{lte}4004040102"))).signals, [Sos]);
    assert_eq!(report(frame(0xa4, &format!("{GPS}10{lte}4004040102ff"))).signals, [Sos, Place]);
    assert_eq!(report(frame(0x36, "40040401020018020186")).signals, [Sos]);
    assert_eq!(
        report(frame(0x39, &format!("{GPS}00{CELL}2d4004040102006a012a"))).battery_pct,
        Some(42)
    );
    assert_eq!(report(frame(0x39, &format!("{GPS}03{lte}00524004040102"))).signals, [Sos, Place]);
    assert_eq!(report(frame(0xa9, "1a071502030401cc0000010024920152142d00000102")).signals, [Sos]);
    assert_eq!(report(frame(0x95, "1a0715020304010000")).signals, [Sos]);
}

#[test]
fn an_alarm_without_a_fix_or_at_0_0_is_an_alarm() {
    for gps in ["1a0715020304c0000000000000000000 0000", "1a0715020304c802a0e8c00c96a6f0000400"] {
        let gps = gps.replace(' ', "");
        let report = report(frame(0x26, &format!("{gps}09{CELL}4004040102")));
        assert_eq!((&report.signals[..], report.fix), (&[Sos][..], None));
    }
}

#[test]
fn an_unknown_code_is_an_sos_in_doubt_but_only_in_alarms() {
    let unknown = report(alarm(0x26, 0, 0x7e));
    assert_eq!((unknown.signals[0], &unknown.doubts[..]), (Sos, &[Doubt::AlarmUnnamed][..]));
    assert_eq!(report(frame(0x13, "4006047e02")).signals, [Heartbeat]);
    assert_eq!(report(alarm(0x26, 0, 0)).signals, [Place], "0 is normal");
    let upper = report(frame(0xa4, &format!("{GPS}09{CELL}4004040112ff")));
    assert_eq!(upper.doubts, [Doubt::AlarmUnnamed], "0x101 is not 1, and unknown");
}

#[test]
fn an_alarm_cut_short_is_an_sos_at_every_length_and_is_not_answered() {
    let whole = alarm(0x26, 0, 3);
    for length in 4..whole.len() - 8 {
        let mut talk = Talk::new(1_000);
        talk.push(&whole[..length]);
        assert_eq!(talk.next(NOW), None);
        let unfinished = talk.unfinished(NOW);
        let (report, kind) = unfinished[0].alarm().unwrap();
        assert_eq!((kind, unfinished[0].ack.as_ref()), (Sos, None));
        assert_eq!(report.doubts, [Doubt::AlarmUnreadable, Doubt::Truncated], "{length}");
        assert!(!talk.is_empty());
        talk.push(&whole[length..]);
        assert_eq!(talk.next(NOW).unwrap().alarm(), None, "its end says that it is none");
    }
    let short = hear(&[frame(0x26, GPS)]);
    assert_eq!(short[0].reports[0].doubts, [Doubt::AlarmUnreadable]);
}

#[test]
fn a_serial_number_is_never_read_as_an_alarm() {
    // The content ends where the code should be; the serial number begins with the SOS's code.
    let mut short = frame(0x26, &format!("{GPS}09{CELL}400404"));
    let at = short.len() - 6;
    short.truncate(at);
    short.extend([0x03, 0x01]);
    assert_eq!(report(sealed(short)).doubts, [Doubt::AlarmUnreadable]);
}

#[test]
fn a_wrong_checksum_is_a_doubt_of_alarms_and_answered_all_the_same() {
    let mut pressed = alarm(0x26, 0x20, 1);
    let sum_at = pressed.len() - 3;
    pressed[sum_at] ^= 1;
    let heard = &hear(&[pressed])[0];
    assert_eq!(heard.reports[0].signals, [Sos, Place]);
    assert_eq!(heard.reports[0].doubts, [Doubt::Checksum]);
    assert_eq!(heard.ack, Some(frame(0x26, "")));
}

#[test]
fn the_length_of_the_cell_may_count_itself_or_not_or_lie_or_be_zero() {
    let signals = |block: &str| report(frame(0x16, &format!("{GPS}{block}4004040102"))).signals;
    for block in [
        format!("09{CELL}"),
        format!("08{CELL}"),
        format!("0a81cc{}", "0000287d001f71"),
        format!("0c{CELL}aabbcc"),
        format!("ff{CELL}"),
        "00".to_owned(),
        format!("00{}", "00".repeat(8)),
        format!("00{}", "00".repeat(45)),
    ] {
        assert_eq!(signals(&block), [Sos, Place], "{block}");
    }
}

#[test]
fn a_type_0x16_of_a_pendant_and_one_of_a_vxt01_are_told_apart() {
    // Both have a length of 0x24: one without the language, one without the cell's length.
    assert_eq!(report(frame(0x16, &format!("{GPS}09{CELL}40040401"))).signals, [Sos, Place]);
    assert_eq!(report(frame(0x16, &format!("{GPS}{CELL}6005710400"))).signals, [Sos, Place]);
    assert_eq!(report(frame(0x16, &format!("{GPS}{CELL}4005710100"))).signals, [Place]);
    assert_eq!(report(frame(0x16, &format!("{GPS}{CELL}4005710401"))).signals, [Sos, Place]);
}

#[test]
fn history_is_told_from_the_present() {
    let report = report(frame(0x22, &format!("{GPS}{CELL}000001")));
    assert!(report.buffered && report.fix.is_some());
    let now = self::report(frame(0x22, &format!("{GPS}{CELL}000700")));
    assert!(!now.buffered);
}

#[test]
fn the_charge_is_seven_steps_or_percent() {
    let charge = |byte: u8| report(frame(0x13, &format!("40{byte:02x}040002"))).battery_pct;
    let steps = [0, 1, 3, 5, 6].map(charge);
    assert_eq!(steps, [Some(0), Some(16), Some(50), Some(83), Some(100)]);
    assert_eq!([7, 42, 100, 101, 255].map(charge), [Some(7), Some(42), Some(100), None, None]);
}

#[test]
fn questions_are_answered() {
    assert_eq!(
        ack(frame(0x2a, GPS)).as_deref(),
        Some("79790015970b000000004e4126264e4126263023230000e61e0d0a")
    );
    let time = hear(&[frame(0x8a, "")]).pop().unwrap().ack.unwrap();
    assert_eq!(time[..12], [0x78, 0x78, 0x0b, 0x8a, 26, 11, 22, 1, 2, 3, 0, 0]);
    assert!(super::super::cut::sum_is_right(&time, 2));
}

#[test]
fn what_is_an_answer_itself_or_only_informs_is_not_answered() {
    for kind in [0x21, 0x80, 0x81, 0x82, 0x8c, 0x94, 0x9b] {
        assert_eq!(ack(frame(kind, "000000000141424344")), None, "{kind:02x}");
        assert_eq!(ack(long_frame(kind, "000000000141424344")), None, "{kind:02x}");
    }
    assert_eq!(ack(long_frame(0x98, "00")), None);
    assert_eq!(ack(frame(0x98, "00")), Some(hex::encode(frame(0x98, ""))), "unknown, and short");
    assert_eq!(ack(frame(0x12, "")), None, "our own answer, sent back");
}

#[test]
fn an_az735_is_answered_as_it_speaks() {
    let heard =
        &hear(&[long_frame(0x33, "1a07150203040000 0000a400".replace(' ', "").as_str())])[0];
    assert_eq!(heard.reports[0].doubts, [Doubt::AlarmUnnamed], "a4 is any alarm");
    assert_eq!(heard.ack, Some(long_frame(0x33, "")));
}

#[test]
fn the_answer_to_where_is_a_position() {
    let text = "Current position!Lat:N24.51,Lon:E117.66,Course:0.00,Speed:0.00,DateTime:2026-07-21 02:03:04";
    let said = format!("0000000001{}", hex::encode(text));
    let report = report(long_frame(0x21, &said));
    assert_eq!((&report.signals[..], report.at), (&[Place][..], Some(AT)));
    let said = format!("0000000001{}", hex::encode(text.replace("Current", "Last")));
    let last = self::report(long_frame(0x21, &said));
    assert_eq!((last.fix, last.stale_point), (None, report.fix.map(|fix| fix.point)));
}

#[test]
fn commands_go_to_who_logged_in_with_running_numbers() {
    let mut talk = Talk::new(1_000);
    assert_eq!(talk.command("880000000000015", &Command::Locate, NOW), None);
    talk.push(&login(""));
    talk.next(NOW);
    assert_eq!(talk.command("880000000000023", &Command::Locate, NOW), None);
    for serial in 0..3 {
        let frame = talk.command("880000000000015", &Command::Locate, NOW).unwrap();
        assert_eq!(frame[15..17], [0, serial]);
        assert_eq!(talk.command("880000000000015", &Command::Answered, NOW), None);
    }
}

#[test]
fn a_camera_is_asked_for_its_picture_until_all_is_here() {
    let info = format!("1a0715020304 01 0000000000000000 010101 {:08x} 00000009", 1_500);
    let part = |offset: u32, length: u16| {
        let bytes = "00".repeat(length.into());
        long_frame(0x36, &format!("00000009{offset:08x}{length:04x}{bytes}"))
    };
    let mut talk = Talk::new(4_096);
    let mut ask = |said: Vec<u8>| {
        talk.push(&said);
        talk.next(NOW).unwrap().ack.map(|ack| hex::encode(&ack[3..14]))
    };
    let first = ask(frame(0x35, &info.replace(' ', "")));
    assert_eq!(first.as_deref(), Some("3600000009000000000400"));
    assert_eq!(ask(part(0, 1_024)).as_deref(), Some("36000000090000040001dc"));
    assert_eq!(ask(part(1_024, 476)), None);
    assert_eq!(ask(part(1_024, 476)), None, "nobody asked");
}

#[test]
fn a_short_heartbeat_is_answered_and_nothing_is_made_up() {
    let mut short = frame(0x13, "46");
    let at = short.len() - 6;
    short.truncate(at);
    // A serial number that would be a charge and the SOS's code, were it read.
    let short = sealed([&short[..], &[0x05, 0x01]].concat());
    let heard = &hear(&[short])[0];
    assert_eq!(heard.reports[0].signals, [Heartbeat]);
    assert_eq!((heard.reports[0].battery_pct, heard.ack.is_some()), (None, true));
}
