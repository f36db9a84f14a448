use super::super::FrameBuffer;
use super::*;
use SignalKind::{Fall, Heartbeat, LowBattery, Position as Place, Sos};
use silverbell_domain::{LatLon, PositionSource, UnixMs};

const NOW: UnixMs = UnixMs(1_800_000_000_000);

fn read(content: &str) -> Message {
    let mut buffer = FrameBuffer::default();
    buffer.push(format!("[3G*8800000015*0000*{content}]").as_bytes());
    decode(&buffer.next_frame().unwrap())
}

/// A report of this command, validity and status, at 24.51 N 117.66 E with 64 % of charge.
fn report(command: &str, validity: &str, status: &str) -> Message {
    read(&format!(
        "{command},210726,020304,{validity},24.510000,N,117.660000,E,0,0,7,9,64,64,0,0,{status},1,0,460,0,9346,5223,42,0"
    ))
}

#[test]
fn the_sos_bit_is_an_sos_in_every_report() {
    for command in ["AL", "AL_LTE", "AL_WCDMA", "AL2", "UD", "UD2", "UD_LTE", "WT", "XY"] {
        let message = report(command, "V", "00010000");
        assert_eq!(message.report.signals, [Sos], "{command}");
        assert_eq!(message.alarm_bits, Some(0x0001_0000));
    }
}

#[test]
fn low_battery_does_not_hide_an_sos() {
    for status in ["00010001", "00030000", "00030001"] {
        assert_eq!(report("AL", "A", status).report.signals, [Sos, LowBattery, Place], "{status}");
    }
}

#[test]
fn every_bit_beside_the_sos_leaves_the_sos() {
    for bit in 0..32 {
        let status = format!("{:08x}", 1_u32 << bit | SOS);
        assert!(report("UD", "V", &status).report.signals.contains(&Sos), "{status}");
    }
}

#[test]
fn both_fall_bits_are_falls_and_no_doubt() {
    for status in ["00200000", "00400000", "00600001"] {
        let message = report("AL", "V", status);
        assert_eq!((message.report.signals[0], message.report.doubts.len()), (Fall, 0), "{status}");
    }
    assert_eq!(report("AL", "V", "00210000").report.signals, [Sos, Fall]);
}

#[test]
fn an_alarm_that_names_nothing_is_an_sos_in_doubt() {
    for status in ["00000000", "0", "0000", "00000001", "00000008", "00800000", "00820000"] {
        let message = report("AL", "V", status);
        assert_eq!(
            (message.report.signals[0], &message.report.doubts[..]),
            (Sos, &[Doubt::AlarmUnnamed][..]),
            "{status}"
        );
    }
}

#[test]
fn an_alarm_that_cannot_be_read_is_an_sos_in_doubt() {
    for content in [
        "AL",
        "AL,",
        "al",
        "AL_LTE,210726",
        "AL,\u{fffd},,,",
        "AL,210726,020304,V,0,N,0,E,0,0,0,0,0,22,0,0,SOS",
    ] {
        let message = read(content);
        assert_eq!(
            (&message.report.signals[..], &message.report.doubts[..]),
            (&[Sos][..], &[Doubt::AlarmUnreadable][..]),
            "{content}"
        );
    }
}

#[test]
fn an_alarm_of_lesser_things_only_is_no_emergency() {
    let cases = [
        ("00020000", LowBattery, None),
        ("00040000", Heartbeat, Some(Notice::GeofenceExit)),
        ("00080000", Heartbeat, Some(Notice::GeofenceEnter)),
        ("00100018", Heartbeat, Some(Notice::Removed)),
        ("00004000", Heartbeat, Some(Notice::Unplugged)),
    ];
    for (status, signal, notice) in cases {
        let message = report("AL", "V", status);
        assert_eq!(message.report.signals, [signal], "{status}");
        assert_eq!(message.report.notices, Vec::from_iter(notice), "{status}");
        assert!(message.report.doubts.is_empty());
    }
}

#[test]
fn an_sos_off_the_charger_is_an_sos_in_doubt() {
    let charged = |command, pct| {
        read(&format!("{command},210726,020304,V,0,N,0,E,0,0,0,0,0,{pct},0,0,00010000,0,0,0"))
    };
    assert_eq!(charged("AL_LTE", 100).report.doubts, [Doubt::MaybeOffCharger]);
    assert_eq!(charged("AL_LTE", 100).report.signals, [Sos]);
    assert!(charged("AL_LTE", 60).report.doubts.is_empty());
    assert!(charged("AL", 100).report.doubts.is_empty());
    assert_eq!(report("AL", "V", "00014000").report.doubts, [Doubt::MaybeOffCharger]);
}

#[test]
fn a_report_gives_place_time_charge_and_network() {
    let message = report("UD", "A", "00000000");
    assert_eq!(message.report.signals, [Place]);
    let position = message.report.position(NOW).unwrap();
    assert_eq!(position.point, LatLon { lat: 24.51, lon: 117.66 });
    assert_eq!((position.source, position.accuracy_m), (PositionSource::Gps, None));
    assert_eq!(position.at, UnixMs(1_784_599_384_000));
    assert_eq!(message.report.battery_pct, Some(64));
    assert_eq!(message.report.cells.len(), 1);
}

#[test]
fn south_and_west_are_negative_and_hemispheres_may_be_missing() {
    let point = |place: &str| {
        let message =
            read(&format!("UD,210726,020304,A,{place},0,0,7,9,64,64,0,0,00010000,0,0,58.0"));
        assert_eq!(message.report.signals, [Sos, Place], "{place}");
        assert_eq!(
            (message.report.battery_pct, message.report.fix.unwrap().accuracy_m),
            (Some(64), Some(58.0))
        );
        message.report.fix.map(|fix| (fix.point.lat, fix.point.lon)).unwrap()
    };
    assert_eq!(point("16.5,S,68.1,W"), (-16.5, -68.1));
    assert_eq!(point("-16.5,S,-68.1,W"), (-16.5, -68.1));
    assert_eq!(point("-16.5,N, -68.1,E"), (-16.5, -68.1));
    assert_eq!(point("16.5,S, 68.1,"), (-16.5, 68.1));
    assert_eq!(point("16.5,,68.1,"), (16.5, 68.1));
    assert_eq!(point("16.5,68.1"), (16.5, 68.1));
}

#[test]
fn without_a_fix_there_is_no_position_but_the_last_one_is_kept_apart() {
    let message = report("UD", "V", "00000000");
    assert_eq!((&message.report.signals[..], message.report.fix), (&[Heartbeat][..], None));
    assert_eq!(message.report.stale_point, LatLon::new(24.51, 117.66));
    let zero = read("AL,210726,020304,A,00.000000,N,000.000000,E,0,0,0,0,0,22,0,0,00010000,0,0,0");
    assert_eq!(
        (&zero.report.signals[..], zero.report.fix, zero.report.stale_point),
        (&[Sos][..], None, None)
    );
}

#[test]
fn coordinates_off_the_globe_are_no_position() {
    for place in ["91,N,10,E", "10,N,181,E", "nan,N,inf,E", "XXXX,N,XXXX,E", ",,,"] {
        let message = read(&format!("AL,210726,020304,A,{place},0,0,0,0,0,22,0,0,00010000,0,0,0"));
        assert_eq!(message.report.signals, [Sos], "{place}");
    }
}

#[test]
fn a_bad_date_gives_no_time_and_the_time_of_receipt_stands_in() {
    for date in
        ["000000,000000", "310226,000000", "010126,240000", "abcdef,000000", ",", "\u{664}10126,1"]
    {
        let message = read(&format!("UD,{date},A,24.5,N,117.6,E,0,0,7,9,64,64,0,0,00000000,0,0"));
        assert_eq!(message.report.at, None, "{date}");
        assert_eq!(message.report.position(NOW).unwrap().at, NOW);
    }
}

#[test]
fn a_clock_that_runs_ahead_is_held_at_the_time_of_receipt() {
    let message = read("UD,010199,000000,A,24.5,N,117.6,E,0,0,7,9,64,64,0,0,00000000,0,0");
    assert!(message.report.at.unwrap() > NOW);
    assert_eq!(message.report.position(NOW).unwrap().at, NOW);
}

#[test]
fn history_is_marked_and_an_sos_in_it_is_late_but_an_sos() {
    let message = report("UD2", "A", "00010000");
    assert_eq!(
        (message.report.buffered, &message.report.doubts[..]),
        (true, &[Doubt::Delayed][..])
    );
    assert_eq!(message.report.signals, [Sos, Place]);
    let timeless = read("UD2,000000,000000,A,24.5,N,117.6,E,0,0,7,9,64,64,0,0,00000000,0,0");
    assert_eq!(timeless.report.position(NOW), None);
    assert!(!report("UD3", "A", "00000000").report.buffered);
}

#[test]
fn a_keep_alive_tells_the_charge() {
    assert_eq!(read("LK,0,0,53").report.battery_pct, Some(53));
    assert_eq!(read("LK,0,0,255").report.battery_pct, None);
    assert_eq!(read("LK").report.signals, [Heartbeat]);
}

#[test]
fn unknown_commands_are_heartbeats() {
    for content in
        ["", ",", "PULSE,72", "btemp2,1,36.5", "TK,#!AMR\u{1}", "CCID,898", "SOS1,1,2", "UD"]
    {
        let message = read(content);
        assert_eq!(
            (&message.report.signals[..], message.report.doubts.len()),
            (&[Heartbeat][..], 0),
            "{content}"
        );
    }
    assert_eq!(read(&"x".repeat(5000)).command.len(), MAX_COMMAND);
}

#[test]
fn a_truncated_alarm_is_an_sos_and_its_last_field_is_not_believed() {
    let whole = "[3G*1*0040*AL,210726,020304,A,24.5,N,117.6,E,0,0,7,9,64,64,0,0,00100000,0,0,0";
    for length in whole.find(',').unwrap()..whole.find(",0,0,0").unwrap() {
        let mut buffer = FrameBuffer::default();
        buffer.push(&whole.as_bytes()[..length]);
        buffer.close();
        let message = decode(&buffer.next_frame().unwrap());
        assert_eq!(message.report.signals[0], Sos, "{length}");
        assert!(message.report.doubts.contains(&Doubt::Truncated));
        assert!(message.report.fix.is_none_or(|fix| fix.point.lon > 117.5), "{length}");
    }
}
