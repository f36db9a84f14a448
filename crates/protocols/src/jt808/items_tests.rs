use super::super::location;
use super::super::testing;
use super::*;
use crate::Report;
use silverbell_domain::SignalKind::{Fall, Heartbeat, LowBattery, Sos};

fn report(items: &str) -> Report {
    location::read(&testing::location(0, 0, items)).report(true)
}

#[test]
fn charges_come_in_many_forms() {
    for (items, percent) in [
        ("02015d", Some(93)),
        ("0601 3e", Some(62)),
        ("0602 3e3e", None),
        ("5602 0900", Some(90)),
        ("5602 ff00", None),
        ("6802 1770", Some(60)),
        ("d401 3f", Some(63)),
        ("e101 2d", Some(45)),
        ("e901 ff", None),
        ("e102 0072", None),
        ("e306 0064019a0000", Some(100)),
        ("e402 0056", Some(86)),
        ("f706 00000f620150", Some(80)),
        ("f704 00000f62", None),
        ("fe01 40", Some(64)),
        ("fe05 0140000000", Some(64)),
        ("fe04 4a150fe6", None),
        ("fe02 001e", None),
        ("fe01 99", None),
        ("eb05 000300a85c", Some(92)),
        ("eb05 000300e151", Some(81)),
        ("e807 2003 04 0103 0190", Some(50)),
        ("e807 2005 04 000301 2a", Some(42)),
    ] {
        assert_eq!(report(items).battery_pct, percent, "{items}");
    }
}

#[test]
fn a_charge_that_is_unknown_hides_none_before_it() {
    assert_eq!(report("fe0140 d401ff").battery_pct, Some(64));
}

#[test]
fn sos_keys_of_makers_are_an_sos() {
    // The first is traccar/traccar Jt808ProtocolDecoderTest.testDecode #107, shortened.
    for items in [
        "e804 0c01 10 31",
        "e708 0002 000000000000",
        "e708 0004 000000000000",
        "e708 0009 000000000000",
    ] {
        assert_eq!(report(items).signals, [Sos], "{items}");
        assert_eq!(
            report(&format!("310109 eb0103 0104000000 01 {items}")).signals,
            [Sos],
            "{items}"
        );
    }
}

#[test]
fn what_only_looks_like_an_sos_key_is_none() {
    for items in [
        "e803 0c0110",
        "e702 0002",
        "e708 0001 000000000000",
        "e804 0c02 10 31",
        "e708 0010 000000000000",
    ] {
        assert!(!report(items).signals.contains(&Sos), "{items}");
    }
}

#[test]
fn an_alarm_without_a_name_is_an_sos_with_a_doubt() {
    let said = report("e804 0c05 10 31");
    assert_eq!(
        (&said.signals[..], &said.doubts[..]),
        (&[Sos][..], &[crate::Doubt::AlarmUnnamed][..])
    );
}

#[test]
fn collisions_and_batteries_of_makers_are_told() {
    assert_eq!(report("e804 0405 10 31").signals, [Fall]);
    assert_eq!(report("fe08 7c 0104 00000008 00").signals, [Fall]);
    assert_eq!(report("e804 0c0f 10 31").signals, [LowBattery]);
    assert_eq!(report("eb05 000300c603").signals, [LowBattery]);
    assert_eq!(report("eb05 000300c602").signals, [Heartbeat]);
}

#[test]
fn states_of_bsj_are_ones_at_rest() {
    let noticed = |items: &str| report(items).notices;
    assert_eq!(noticed("eb08 0006 0089 ffffffff"), []);
    assert_eq!(noticed("eb08 0006 0089 ffffefff"), [Notice::Removed]);
    assert_eq!(noticed("eb08 0006 0089 fffffffe"), [Notice::Unplugged]);
    assert_eq!(noticed("eb08 0006 00c5 ffffffaf"), [Notice::Vibration]);
    assert_eq!(noticed("eb08 0006 00c5 ffffbfff"), [Notice::Tampered]);
    assert_eq!(noticed("eb06 0004 0089 ffff"), [], "cut off is not broken");
}

#[test]
fn the_way_over_a_fence_is_told_apart() {
    let noticed =
        |items: &str| location::read(&testing::location(1 << AREA, 0, items)).report(true).notices;
    assert_eq!(noticed("1206 01 00000007 00"), [Notice::GeofenceEnter]);
    assert_eq!(noticed("1206 01 00000007 01"), [Notice::GeofenceExit]);
    assert_eq!(noticed("1205 01 00000007"), [Notice::GeofenceExit]);
}

#[test]
fn other_notices_of_makers() {
    for (items, notice) in [
        ("d004 00000008", Notice::Vibration),
        ("e708 0001 000000000000", Notice::Vibration),
        ("e804 0408 10 31", Notice::GeofenceEnter),
        ("e804 0409 10 31", Notice::GeofenceExit),
        ("e804 0c0e 10 31", Notice::Unplugged),
        ("e804 0c10 10 31", Notice::PowerOff),
        ("e804 0c12 10 31", Notice::Tampered),
        ("fe08 7c 0104 00000010 00", Notice::Tampered),
    ] {
        assert_eq!((report(items).notices, report(items).signals), (vec![notice], vec![Heartbeat]));
    }
}

#[test]
fn a_zone_name_and_unknown_items_say_nothing() {
    for items in
        ["eb09 5554432b30383a3030", "eb00", "eb02 ffff", "0a0b ffffffffffffffffffffff", "0000"]
    {
        assert_eq!(report(items), report(""), "{items}");
    }
}
