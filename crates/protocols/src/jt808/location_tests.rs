use super::super::testing::location;
use super::*;
use crate::{Doubt, Report};
use silverbell_domain::{
    LatLon,
    SignalKind::{Fall, Heartbeat, LowBattery, Position, Sos},
    UnixMs,
};

fn report(flags: u32, state: u32) -> Report {
    read(&location(flags, state, "")).report(true)
}

#[test]
fn the_emergency_flag_is_an_sos_beside_any_other_and_without_a_fix() {
    for others in [0, 1 << 7, 1 << 8, 1 << 17, 1 << 29, 0x7fff_fffe, u32::MAX - 1] {
        for state in [0, 2, 0xffff_ffff] {
            let said = report(1 | others, state);
            assert_eq!(said.signals[0], Sos, "{others:08x}");
            assert!(said.doubts.is_empty());
        }
    }
    assert_eq!(report(1, 0).signals, [Sos]);
}

#[test]
fn no_other_flag_is_an_sos() {
    for number in 1..32 {
        assert!(!report(1 << number, 2).signals.contains(&Sos), "{number}");
    }
}

#[test]
fn collisions_are_falls_and_a_low_battery_is_none() {
    assert_eq!(report(1 << 29, 0).signals, [Fall]);
    assert_eq!(report(1 << 30, 2).signals, [Fall, Position]);
    assert_eq!(report(1 << 7, 0).signals, [LowBattery]);
    assert_eq!(report(1 << 18, 0).signals, [LowBattery]);
}

#[test]
fn lesser_alarms_are_notices_each_once() {
    let noticed = |flags| report(flags, 0).notices;
    assert_eq!(noticed(1 << 8), [Notice::Unplugged]);
    assert_eq!(noticed(1 << 15 | 1 << 28), [Notice::Vibration]);
    assert_eq!(noticed(1 << 16 | 1 << 17), [Notice::Tampered]);
    assert_eq!(noticed(1 << 20), [Notice::GeofenceExit]);
    assert_eq!(report(1 << 8, 0).signals, [Heartbeat]);
    for vehicle in [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 19, 21, 22, 23, 24, 25, 27, 31] {
        assert_eq!(
            (noticed(1 << vehicle), report(1 << vehicle, 0).signals),
            (vec![], vec![Heartbeat])
        );
    }
}

#[test]
fn the_state_says_whether_there_is_a_fix_and_on_which_sides() {
    let point = |state| report(0, state).fix.map(|fix| (fix.point.lat, fix.point.lon));
    assert_eq!(point(2), Some((22.5, 113.9)));
    assert_eq!(point(2 | 4), Some((-22.5, 113.9)));
    assert_eq!(point(2 | 8), Some((22.5, -113.9)));
    assert_eq!(point(0), None);
    assert_eq!(report(0, 4).stale_point, LatLon::new(-22.5, 113.9));
    assert_eq!(report(0, 2).at, Some(UnixMs(1_784_599_384_000)));
}

#[test]
fn zeros_and_places_off_the_globe_are_none() {
    let mut body = location(1, 2, "");
    body[8..16].fill(0);
    let said = read(&body).report(true);
    assert_eq!((said.fix, said.stale_point, &said.signals[..]), (None, None, &[Sos][..]));
    body[8..16].fill(0xff);
    assert_eq!(read(&body).report(true).signals, [Sos]);
}

#[test]
fn a_location_cut_anywhere_keeps_what_is_whole() {
    let body = location(1, 2, "e40200 40");
    for length in 0..body.len() {
        let said = read(&body[..length]).report(true);
        assert_eq!(said.signals.contains(&Sos), length >= 4, "{length}");
        assert_eq!(said.fix.is_some(), length >= 16, "{length}");
        assert_eq!(said.at.is_some(), length >= 28, "{length}");
        assert_eq!(said.battery_pct, None, "{length}");
    }
    assert_eq!(read(&body).battery_pct, Some(0x40));
}

#[test]
fn a_wrong_check_byte_makes_only_an_alarm_doubtful() {
    assert_eq!(read(&location(1, 2, "")).report(false).doubts, [Doubt::Checksum]);
    assert!(read(&location(1 << 7, 2, "")).report(false).doubts.is_empty());
}

#[test]
fn a_time_that_is_none_leaves_the_rest() {
    let mut body = location(1, 2, "");
    body[22..28].fill(0);
    let said = read(&body).report(true);
    assert_eq!((said.at, &said.signals[..]), (None, &[Sos, Position][..]));
}
