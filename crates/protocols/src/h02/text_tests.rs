use silverbell_domain::SignalKind::{Heartbeat, LowBattery, Position as Place_, Sos};

use super::*;

/// 2026-11-22 00:00 UTC.
const NOW: UnixMs = UnixMs(1_795_305_600_000);

fn frame(raw: &str, truncated: bool) -> Frame {
    Frame { raw: raw.as_bytes().to_vec(), truncated }
}

fn message(content: &str) -> Message {
    read(&frame(&format!("*HQ,1357902468,{content}#"), false), NOW, Options::default()).unwrap()
}

fn report(content: &str) -> Report {
    let mut reports = message(content).reports;
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// A report of this command and status.
fn said(kind: &str, status: &str) -> Report {
    report(&format!("{kind},074530,A,2431.0000,N,11739.6000,E,0.00,0,211126,{status}"))
}

#[test]
fn the_sos_bit_is_an_sos_in_every_report() {
    for kind in ["V1", "V2", "V3", "V4,S20,DONE,130305", "V6", "V8", "V19", "XY"] {
        assert_eq!(said(kind, "FFFFFBFD").signals, [Sos, Place_], "{kind}");
        assert_eq!(said(kind, "fffffbff").signals, [Place_], "{kind}");
        assert_eq!(said(kind, "00000000").signals[0], Sos, "{kind}");
    }
}

#[test]
fn bit_18_is_an_sos_only_if_asked_for() {
    assert_eq!(said("V1", "FFFBFFFF").signals, [Place_]);
    let frame = frame("*HQ,1,V1,,V,,N,,E,0.00,0,,FFFBFFFF#", false);
    let asked = read(&frame, NOW, Options { bit_18_is_sos: true }).unwrap();
    assert_eq!(asked.reports[0].signals, [Sos]);
}

#[test]
fn an_sos_without_place_time_or_date_is_an_sos() {
    for fields in [
        "V1,,V,,N,,E,0.00,0,,FFFFFBFD",
        "V1,,V,,N,,E,,,,FFFFFBFD,f0,a,11a0,c0c6",
        "V1,999999,A,9999.9999,N,99999.9999,E,x,y,999999,FFFFFBFD",
        "V1,074530,V,0000.0000,N,00000.0000,E,0.00,0,211126,FFFFFBFD",
        "NBR,074530,460,0,1,1,9338,3692,150,211126,FFFFFBFD",
        "LINK,074530,15,0,84,0,0,211126,FFFFFBFD",
        "V3,074530,46000,01,1,2,3,4,02DD,0,X,211126,FFFFFBFD",
        "XX,211126,FFFFFBFD",
    ] {
        assert_eq!(report(fields).signals, [Sos], "{fields}");
    }
}

#[test]
fn a_status_behind_the_fields_of_the_sim_card_is_found() {
    let sim = ",195.63.13.195,89000000000000000000";
    let content = format!("V19,074530,A,2431.0000,N,11739.6000,E,0.00,0,211126,{sim},BFFFFBFD");
    assert_eq!(report(&content).signals, [Sos, Place_]);
    let charged = "V1,074530,A,2431.0000,N,11739.6000,E,0.00,0,4,211126,FFFFFBFD,4261193,0";
    assert_eq!(report(charged).signals, [Sos, Place_]);
    assert!(report(charged).at.is_some());
}

#[test]
fn alarm_messages_are_alarms_of_what_they_name() {
    let place = "074530,0,2431.0000,N,11739.6000,E,0.00,0,211126,FFFFFFFF,1CC,0,25FC,F48,90, x";
    let sos = report(&format!("ALRM,1,{place}"));
    assert_eq!((&sos.signals[..], &sos.doubts[..]), (&[Sos, Place_][..], &[][..]));
    assert_eq!((sos.battery_pct, sos.at.is_some()), (Some(90), true));
    assert_eq!(report("ALRM,1,074530").signals, [Sos]);
    assert_eq!(report("ALRM,2,074530").signals, [LowBattery]);
    let fence = report("ALRM,3,074530");
    assert_eq!(
        (&fence.signals[..], &fence.notices[..]),
        (&[Heartbeat][..], &[Notice::GeofenceExit][..])
    );
}

#[test]
fn an_alarm_that_names_nothing_we_know_is_an_sos_in_doubt() {
    for (content, doubt) in [
        ("ALRM,9,074530", Doubt::AlarmUnnamed),
        ("ALARM,x", Doubt::AlarmUnnamed),
        ("ALRM,,074530", Doubt::AlarmUnreadable),
        ("ALRM", Doubt::AlarmUnreadable),
    ] {
        let report = report(content);
        assert_eq!(
            (&report.signals[..], &report.doubts[..]),
            (&[Sos][..], &[doubt][..]),
            "{content}"
        );
    }
    assert_eq!(report("SOS").doubts, []);
}

#[test]
fn an_alarm_message_that_was_cut_is_an_sos() {
    for raw in ["*HQ,1,AL", "*HQ,1,ALRM", "*HQ,1,ALRM,", "*HQ,1,ALRM,2"] {
        let message = read(&frame(raw, true), NOW, Options::default()).unwrap();
        let [report] = &message.reports[..] else { panic!() };
        assert_eq!(report.signals, [Sos], "{raw}");
        assert_eq!(report.doubts, [Doubt::AlarmUnreadable, Doubt::Truncated], "{raw}");
    }
    for raw in ["*HQ,", "*HQ,1357", "*HQ,1357902468"] {
        assert_eq!(read(&frame(raw, true), NOW, Options::default()), None, "{raw}");
    }
}

#[test]
fn half_a_status_is_none() {
    let raw = "*HQ,1,V1,074530,A,2431.0000,N,11739.6000,E,0.00,0,211126,FFFFFBF";
    let message = read(&frame(raw, true), NOW, Options::default()).unwrap();
    assert_eq!(message.reports[0].signals, [Place_]);
}

#[test]
fn history_tells_each_point_and_its_sos_late() {
    let content = "BC,052825,138,A,2239.4210,N,11400.8825,E,0.00,348,20182512,FFFFFFFF,1CC,0,25FC,F48;\
        V,,N,,E,0.00,348, 30182612,FFFFFFFD,1CC,0,25FC,F48";
    let reports = message(content).reports;
    let [first, second] = &reports[..] else { panic!("{reports:?}") };
    assert!(first.buffered && second.buffered);
    assert_eq!((&first.signals[..], &second.signals[..]), (&[Place_][..], &[Sos][..]));
    assert_eq!(second.doubts, [Doubt::Delayed]);
    assert_eq!(first.at, fields::moment("201126", 18 * 3_600 + 25 * 60 + 12));
    assert_eq!(second.at, fields::moment("301026", 18 * 3_600 + 26 * 60 + 12));
    assert_eq!(message("BC,052825,0,").reports[0].signals, [Heartbeat]);
}

#[test]
fn a_place_is_a_fix_only_if_the_device_vouches_for_it() {
    let fix = |validity: &str| {
        let report = report(&format!("V1,074530,{validity},2431.0000,N,11739.6000,E,0,0,211126"));
        (report.fix.is_some(), report.stale_point.is_some())
    };
    assert_eq!((fix("A"), fix("B"), fix("0")), ((true, false), (true, false), (true, false)));
    assert_eq!((fix("V"), fix("")), ((false, true), (false, true)));
}

#[test]
fn beidou_positions_of_the_short_form_have_no_time_of_day() {
    let short = report("VP1,B,2239.4210,N,11400.8825,E,0.00,348,180814,FFFFFFFD,90");
    assert_eq!((&short.signals[..], short.battery_pct), (&[Sos, Place_][..], Some(90)));
    assert_eq!(short.at, None, "midnight would make it hours old");
}

#[test]
fn charges_stand_where_the_command_says() {
    assert_eq!(report("HTBT,100").battery_pct, Some(100));
    assert_eq!(report("LINK,074530,15,0,84,0,0,211126,FFFFFBFF").battery_pct, Some(84));
    assert_eq!(report("HTBT,101").battery_pct, None);
    assert_eq!(report("XT,1,100").battery_pct, None, "nobody says what these are");
}

#[test]
fn odd_idents_stay_apart() {
    let ident = |raw: &[u8]| {
        let raw = [b"*HQ,", raw, b",V1#"].concat();
        read(&Frame { raw, truncated: false }, NOW, Options::default()).unwrap().ident
    };
    assert_eq!(ident("表一".as_bytes()), "表一");
    assert_ne!(ident(b"\xc0\xcf"), ident(b"\xc8\xcb"));
    assert_eq!(ident(b"42\0\0"), "42");
    assert_eq!(ident(&[b'7'; 4_000]).len(), 64);
}

#[test]
fn an_sos_that_lost_only_its_end_is_an_sos() {
    for cut in ["FFFFFBFD", "FFFFFBFD\r\n"] {
        let raw = format!("*HQ,1357902468,V1,074530,V,,N,,E,,,211126,{cut}");
        let said = read(&frame(&raw, true), NOW, Options::default()).unwrap();
        assert_eq!(said.reports[0].alarm(), Some(Sos), "{raw}");
        assert!(said.reports[0].doubts.contains(&Doubt::Truncated));
    }
    let half = "*HQ,1357902468,V1,074530,V,,N,,E,,,211126,FFFFFBF";
    let said = read(&frame(half, true), NOW, Options::default()).unwrap();
    assert_eq!(said.reports[0].alarm(), None);
}
