use super::super::testing::{bytes, location};
use super::*;
use crate::{Doubt, Report};
use silverbell_domain::SignalKind::{Heartbeat, LowBattery, Position, Sos};
use silverbell_domain::UnixMs;

fn reports(message: u16, body: &[u8]) -> Vec<Report> {
    read(message, body).into_iter().map(|draft| draft.report(true)).collect()
}

/// A batch of one location each with these minutes and alarm flags.
fn batch_of(kind: u8, items: &[(u8, u32)]) -> Vec<u8> {
    let mut body = vec![0, 9, kind];
    for &(minute, flags) in items {
        let mut item = location(flags, 2, "");
        item[26] = minute;
        body.extend([0, u8::try_from(item.len()).unwrap()]);
        body.extend(item);
    }
    body
}

#[test]
fn history_is_told_oldest_first_and_an_sos_in_it_is_late() {
    let said = reports(id::BATCH, &batch_of(1, &[(0x20, 0), (0x10, 1), (0x30, 0)]));
    let minutes: Vec<_> = said.iter().map(|report| report.at.unwrap().0 / 60_000 % 60).collect();
    assert_eq!(minutes, [10, 20, 30]);
    assert!(said.iter().all(|report| report.buffered));
    assert_eq!(
        (&said[0].signals[..], &said[0].doubts[..]),
        (&[Sos, Position][..], &[Doubt::Delayed][..])
    );
    assert_eq!(said[1].signals, [Position]);
}

#[test]
fn a_batch_of_now_is_no_history() {
    let said = reports(id::BATCH, &batch_of(0, &[(0x10, 1)]));
    assert_eq!((said[0].buffered, &said[0].doubts[..]), (false, &[][..]));
}

#[test]
fn without_all_times_the_order_stays() {
    let said = reports(id::BATCH, &batch_of(1, &[(0x20, 1), (0xff, 0), (0x10, 0)]));
    assert_eq!(said[0].signals, [Sos, Position]);
    assert_eq!(said[1].at, None);
}

#[test]
fn neither_count_nor_lengths_of_a_batch_are_believed() {
    let mut body = batch_of(1, &[(0x10, 0), (0x20, 1)]);
    assert_eq!(reports(id::BATCH, &body).len(), 2);
    let last = body.len() - 29;
    body[last] = 0xff;
    let said = reports(id::BATCH, &body);
    assert_eq!((said.len(), said[1].signals[0]), (2, Sos), "a length past the end");
    body.truncate(3 + 30 + 2 + 4);
    assert_eq!(reports(id::BATCH, &body).last().unwrap().signals, [Sos], "cut after its flags");
}

#[test]
fn an_empty_batch_is_a_heartbeat() {
    for body in [&[][..], &[0], &[0, 0, 1], &[0, 3, 1, 0], &[0, 3, 1, 0, 0, 0, 0]] {
        assert_eq!(reports(id::BATCH, body)[0].signals, [Heartbeat]);
        assert_eq!(reports(id::BATCH, body).len(), 1);
    }
}

#[test]
fn a_small_batch_has_short_lengths_and_may_be_a_charge() {
    let item = location(1, 2, "");
    let body = [&[28][..], &item, &[28], &item].concat();
    assert_eq!(reports(id::SMALL_BATCH, &body).len(), 2);
    assert_eq!(reports(id::SMALL_BATCH, &body)[0].signals, [Sos, Position]);
    let charge = &reports(id::SMALL_BATCH, &bytes("3f 260721100304"))[0];
    assert_eq!((charge.battery_pct, charge.at), (Some(63), Some(UnixMs(1_784_599_384_000))));
}

#[test]
fn answers_with_a_location_may_hold_an_sos() {
    let body = [&[0, 7][..], &location(1, 2, "")].concat();
    for message in [id::LOCATION_ANSWER, id::CONTROL_ANSWER] {
        assert_eq!(reports(message, &body)[0].signals, [Sos, Position]);
        assert_eq!(reports(message, &[1])[0].signals, [Heartbeat]);
    }
}

#[test]
fn heartbeats_of_small_devices_tell_the_charge() {
    let charge = |body: &[u8]| reports(id::HEARTBEAT, body)[0].battery_pct;
    assert_eq!(charge(&[]), None);
    assert_eq!(charge(&[0x40, 0x1f, 0]), Some(64));
    assert_eq!(charge(&[0xff, 0x1f, 0]), None);
    assert_eq!(charge(&[0x40]), None);
}

#[test]
fn unknown_messages_are_heartbeats() {
    for message in [0, 0x0001, 0x0300, 0x0801, 0x1205, 0x8001, 0xffff] {
        assert_eq!(reports(message, &[0xff; 40])[0].signals, [Heartbeat], "{message:04x}");
    }
}

#[test]
fn what_is_passed_on_may_hold_a_place() {
    let place = "00000006 015752a0 06c9f9e0";
    let motion = "0000 0000 0000 260721100304";
    let vehicle = |list: &str| format!("f0 260721100304 01 02 {list} {place}");
    for (body, is_history) in [
        (format!("53 {place} {motion} 00"), false),
        (format!("54 {place} {motion}"), false),
        (vehicle("01 02 0530 02 0102 0111 01 07"), true),
        (vehicle("02 0001 00000001 0001 00000001 00000002 0003 414243"), true),
        (vehicle("03 01 0e 00"), true),
        ("ff 260721100304 fea8ad60 06c9f9e0".to_owned(), false),
    ] {
        let said = &reports(id::TRANSPARENT, &bytes(&body))[0];
        assert_eq!(
            said.fix.map(|fix| (fix.point.lat, fix.point.lon)),
            Some((-22.5, 113.9)),
            "{body}"
        );
        assert_eq!((said.at.is_some(), said.buffered), (true, is_history), "{body}");
    }
    for body in ["", "40 47 54", "41", "f0", "f3 0006 0006", "ff 26", "99 00"] {
        assert_eq!(reports(id::TRANSPARENT, &bytes(body))[0].signals, [Heartbeat], "{body}");
    }
    let crash = &reports(id::TRANSPARENT, &bytes("f3 0002 0002 0100 0006 0006 260721100304"))[0];
    assert!(crash.at.is_some());
}

#[test]
fn locks_tell_alarms_by_product() {
    // traccar/traccar Jt808ProtocolDecoderTest.testDecode #33, its product and alarms changed.
    let body = |product: u8, alarms: u16| {
        bytes(&format!(
            "010221062421 223484761135504907 0000 1c 06 00000007 4e 00000000 0000 {product:02x} 0000 {alarms:04x}"
        ))
    };
    assert_eq!(reports(id::LOCK, &body(1, 1))[0].signals, [LowBattery, Position]);
    assert_eq!(reports(id::LOCK, &body(3, 1))[0].signals, [Position]);
    assert_eq!(reports(id::LOCK, &body(3, 8))[0].signals, [LowBattery, Position]);
    let noticed = reports(id::LOCK, &body(3, 0x64))[0].notices.clone();
    use crate::Notice::{GeofenceEnter, GeofenceExit, Vibration};
    assert_eq!(noticed, [Vibration, GeofenceEnter, GeofenceExit]);
    let blind = &reports(id::LOCK_BLIND, &body(3, 0))[0];
    assert!(blind.buffered && blind.fix.is_none() && blind.stale_point.is_some());
    for length in 0..body(3, 0).len() {
        assert!(!reports(id::LOCK, &body(3, 0)[..length]).is_empty());
    }
}
