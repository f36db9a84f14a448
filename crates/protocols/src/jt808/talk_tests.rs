use silverbell_domain::SignalKind::{Heartbeat, LowBattery, Position, Sos};

use super::super::testing::{bytes, enclosed, frame, framed, location, packet};
use super::*;

const NOW: UnixMs = UnixMs(1_800_000_000_000);

fn talk(said: &[u8]) -> (Talk, Vec<Heard>) {
    let mut talk = Talk::new(1_000);
    talk.push(said);
    let heard = std::iter::from_fn(|| talk.next(NOW)).collect();
    (talk, heard)
}

fn sos(serial: u16) -> Vec<u8> {
    frame(id::LOCATION, serial, &location(1, 2, ""))
}

#[test]
fn an_sos_without_a_fix_is_heard_and_answered_without_a_log_in() {
    let (_, heard) = talk(&frame(id::LOCATION, 7, &location(1, 0, "")));
    assert_eq!((&*heard[0].ident, &heard[0].reports[0].signals[..]), ("123456", &[Sos][..]));
    let answer = framed("8001 0005 000000123456 0000 0007 0200 00");
    assert_eq!(heard[0].ack, Some(answer));
}

#[test]
fn an_alarm_taken_up_is_confirmed_by_its_last_frame() {
    let said = [sos(5), sos(6), frame(id::LOCATION, 7, &location(0, 2, ""))].concat();
    let (mut talk, _) = talk(&said);
    let confirmed = talk.command("123456", &Command::Answered, NOW);
    let expected = framed("8001 0005 000000123456 0003 0006 0200 04");
    assert_eq!(confirmed, Some(expected));
}

#[test]
fn who_raised_no_alarm_here_is_confirmed_none() {
    let low = frame(id::LOCATION, 5, &location(1 << 7, 2, ""));
    let (mut talk, heard) = talk(&low);
    assert_eq!(heard[0].reports[0].signals, [LowBattery, Position]);
    assert_eq!(talk.command("123456", &Command::Answered, NOW), None);
    assert_eq!(talk.command("999", &Command::Locate, NOW), None);
    let located = talk.command("123456", &Command::Locate, NOW);
    assert_eq!(located, Some(framed("8201 0000 000000123456 0001")), "none was counted before");
}

#[test]
fn devices_of_one_connection_are_kept_apart() {
    let other = framed("0002 4000 01 00000000000000654321 0009");
    let (mut talk, heard) = talk(&[sos(5), other].concat());
    assert_eq!(heard[1].ident, "654321");
    assert_eq!(talk.command("654321", &Command::Answered, NOW), None);
    let confirmed = talk.command("123456", &Command::Answered, NOW);
    assert_eq!(confirmed, Some(framed("8001 0005 000000123456 0002 0005 0200 04")));
    let located = talk.command("000654321", &Command::Locate, NOW);
    assert_eq!(located, Some(framed("8201 4000 01 00000000000000654321 0003")));
}

#[test]
fn the_peers_of_a_connection_are_bounded() {
    let all: Vec<_> = (1..=100).flat_map(|n| framed(&format!("0002 0000 {n:012} 0001"))).collect();
    let (mut talk, _) = talk(&all);
    assert_eq!(talk.peers.len(), MAX_PEERS);
    assert!(talk.command("100", &Command::Ring, NOW).is_some());
    assert!(talk.command("1", &Command::Ring, NOW).is_none());
}

#[test]
fn an_alarm_in_the_first_packet_is_told_at_once_and_the_whole_when_it_is_there() {
    let body = location(1, 2, "e40200 40");
    let (first, second) = body.split_at(20);
    let (mut talk, heard) = talk(&packet(id::LOCATION, 2, 1, first));
    assert_eq!(heard[0].reports[0].signals, [Sos, Position]);
    assert_eq!(heard[0].reports[0].at, None);
    assert_eq!(heard[0].ack, Some(framed("8001 0005 000000123456 0000 0001 0200 00")));
    talk.push(&packet(id::LOCATION, 2, 2, second));
    let whole = talk.next(NOW).unwrap();
    assert_eq!(
        (whole.reports[0].battery_pct, &whole.reports[0].signals[..]),
        (Some(64), &[Sos, Position][..])
    );
    assert_eq!(whole.ack, Some(framed("8001 0005 000000123456 0001 0002 0200 00")));
}

#[test]
fn an_alarm_in_a_message_that_never_ends_is_told_once() {
    let said = [1, 2, 3].map(|index| packet(id::LOCATION, 9, index, &location(1, 2, "")[..28]));
    let (_, heard) = talk(&said.concat());
    let signals: Vec<_> = heard.iter().map(|heard| heard.reports[0].signals[0]).collect();
    assert_eq!(signals, [Sos, Heartbeat, Heartbeat]);
    assert!(heard.iter().all(|heard| heard.ack.is_some()));
}

#[test]
fn packets_without_alarm_say_nothing_before_the_end() {
    let body = location(0, 2, "");
    let (first, second) = body.split_at(16);
    let said = [packet(id::LOCATION, 2, 1, first), packet(id::LOCATION, 2, 2, second)].concat();
    let (_, heard) = talk(&said);
    assert_eq!(heard[0].reports[0].signals, [Heartbeat]);
    assert_eq!(heard[1].reports[0].signals, [Position]);
}

#[test]
fn packets_of_pictures_are_answered_and_not_kept() {
    let said: Vec<_> = (1..=10).flat_map(|index| packet(id::MEDIA, 10, index, &[1; 500])).collect();
    let (talk, heard) = talk(&said);
    assert_eq!((heard.len(), talk.assembly.len()), (10, 0));
    assert!(heard.iter().all(|heard| heard.ack.is_some() && heard.alarm().is_none()));
}

#[test]
fn an_sos_cut_by_the_end_of_the_connection_comes_out_and_is_not_answered() {
    let whole = sos(5);
    let (mut talk, heard) = talk(&whole[..20]);
    assert!(heard.is_empty() && !talk.is_empty());
    let unfinished = talk.unfinished(NOW);
    assert_eq!((unfinished[0].alarm().unwrap().1, &unfinished[0].ack), (Sos, &None));
    assert_eq!(unfinished[0].reports[0].doubts, [Doubt::Truncated]);
    talk.push(&whole[20..]);
    let heard = talk.next(NOW).unwrap();
    assert!(heard.ack.is_some() && heard.reports[0].doubts.is_empty() && talk.is_empty());
    talk.push(&whole[..20]);
    talk.close();
    assert_eq!(talk.next(NOW).unwrap().alarm().unwrap().1, Sos);
    assert!(talk.next(NOW).is_none() && talk.is_empty());
}

#[test]
fn what_is_unfinished_changes_nothing() {
    let (mut talk, _) = talk(&[sos(5), sos(6)[..20].to_vec()].concat());
    talk.unfinished(NOW);
    let confirmed = talk.command("123456", &Command::Answered, NOW).unwrap();
    assert_eq!(confirmed, framed("8001 0005 000000123456 0001 0005 0200 04"));
}

#[test]
fn a_wrong_check_byte_hides_no_sos_and_is_answered() {
    let mut wrong = sos(5);
    let check = wrong.len() - 2;
    wrong[check] ^= 0x10;
    let (_, heard) = talk(&wrong);
    assert_eq!(heard[0].alarm().unwrap().1, Sos);
    assert_eq!(heard[0].reports[0].doubts, [Doubt::Checksum]);
    assert!(heard[0].ack.is_some());
}

#[test]
fn sentences_name_their_device_and_raise_no_alarm() {
    let (_, heard) = talk(b"(007941,1,001,BASE,2,TIME)(42,1,P)");
    assert_eq!((&*heard[0].ident, &heard[0].reports[0].signals[..]), ("7941", &[Heartbeat][..]));
    assert_eq!(heard[0].ack.as_deref(), Some(&b"(007941,1,001,BASE,2,20270115080000)"[..]));
    assert_eq!(heard[1].ack, None);
}

#[test]
fn an_sos_between_alternate_delimiters_is_heard() {
    use super::super::escape::Delimiter::Alternate;
    let content = [bytes("0200 001c 00138123456789 0001"), location(1, 2, "")].concat();
    let (_, heard) = talk(&enclosed(Alternate, &content));
    assert_eq!((&*heard[0].ident, heard[0].alarm().unwrap().1), ("138123456789", Sos));
    assert!(heard[0].ack.as_ref().is_some_and(|ack| ack[0] == 0xe7));
}
