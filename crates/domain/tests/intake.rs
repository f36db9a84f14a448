//! Intake: an alarm opens a ticket or joins the open one; what is doubtful is flagged, never refused.

use std::collections::BTreeSet;

use silverbell_domain::{
    CallId, Caller, DeadlineKind, DeviceId, EscalationTarget, Event, Flag, FromCall, Handling,
    Kind, LatLon, NewEvent, Policy, Position, PositionSource, SignalKind, Ticket, TicketId, UnixMs,
    Urgency, gravest, locate, open_from_alarm, open_from_call,
};
use silverbell_testkit::{CountingIds, Press, START, Town, longwen, nth_uuid, operator};

const BESIDE: LatLon = LatLon { lat: 24.501, lon: 117.701 };
const HARBIN: LatLon = LatLon { lat: 45.8, lon: 126.5 };

fn gps(press: Press, point: LatLon, at: UnixMs) -> Press {
    press.fix(PositionSource::Gps, point, at)
}

/// The device behind the door tells where it is, without an alarm.
fn locates(town: &mut Town, point: LatLon, at: UnixMs) {
    let position = Position { point, accuracy_m: None, source: PositionSource::Gps, at };
    let (id, device) = (town.ticket('S').id, town.device('S').id);
    town.must(id, |t, now, policy| {
        Ok(locate(t, device, position, true, now, policy).into_iter().collect())
    });
}

fn flags(town: &Town) -> Vec<Flag> {
    town.ticket('S').flags.iter().copied().collect()
}

fn source(town: &Town) -> Option<PositionSource> {
    town.ticket('S').position.map(|position| position.source)
}

#[test]
fn a_press_opens_a_ticket_with_the_seniors_file_and_place() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, BESIDE, START));
    let ticket = town.ticket('S');
    assert_eq!(ticket.who.as_ref().unwrap().name, town.senior('S').name);
    assert_eq!(ticket.home, Some(town.senior('S').home));
    assert_eq!((ticket.kind, ticket.urgency), (Kind::Sos, Urgency::Urgent));
    assert_eq!((ticket.signals, source(&town)), (1, Some(PositionSource::Gps)));
    assert_eq!(flags(&town), []);
    assert!(!ticket.deadlines.is_empty(), "the first deadline stands from the beginning");
}

#[test]
fn every_alarm_opens_the_kind_it_names() {
    for (signal, kind, urgency) in [
        (SignalKind::Sos, Kind::Sos, Urgency::Urgent),
        (SignalKind::Fall, Kind::Fall, Urgency::Urgent),
        (SignalKind::Help, Kind::Help, Urgency::Normal),
        (SignalKind::Call, Kind::Call, Urgency::Urgent),
    ] {
        let mut town = Town::drawn("S");
        town.alarm('S', |press| press.kind(signal));
        let ticket = town.ticket('S');
        assert_eq!((ticket.kind, ticket.urgency), (kind, urgency), "{signal:?}");
        assert!(ticket.is_emergency());
    }
}

#[test]
fn pressing_again_joins_and_raises_the_urgency_up_to_the_highest() {
    let mut town = Town::drawn("S");
    let first = town.alarm('S', |press| press.kind(SignalKind::Help));
    let mut urgencies = vec![town.ticket('S').urgency];
    for _ in 0..3 {
        assert_eq!(town.alarm('S', |press| press.kind(SignalKind::Help)), first, "never a twin");
        urgencies.push(town.ticket('S').urgency);
    }
    use Urgency::{Extreme, Normal, Urgent};
    assert_eq!(urgencies, [Normal, Urgent, Extreme, Extreme]);
    assert_eq!(town.ticket('S').signals, 4);
}

#[test]
fn a_graver_alarm_makes_the_ticket_graver_and_a_lighter_one_does_not_make_it_lighter() {
    let mut town = Town::drawn("S");
    let mut kinds = Vec::new();
    for signal in [SignalKind::Help, SignalKind::Fall, SignalKind::Sos, SignalKind::Help] {
        town.alarm('S', |press| press.kind(signal));
        kinds.push(town.ticket('S').kind);
    }
    assert_eq!(kinds, [Kind::Help, Kind::Fall, Kind::Sos, Kind::Sos]);
    assert_eq!(town.ticket('S').urgency, Urgency::Extreme);
}

#[test]
fn an_sos_while_a_call_is_open_is_more_urgent_than_either() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| press.kind(SignalKind::Call));
    town.alarm('S', |press| press.kind(SignalKind::Sos));
    assert_eq!((town.ticket('S').kind, town.ticket('S').urgency), (Kind::Sos, Urgency::Extreme));
}

#[test]
fn the_gravest_alarm_of_a_frame_counts_and_what_is_no_alarm_does_not() {
    use SignalKind::{Fall, Heartbeat, Help, LowBattery, Sos};
    assert_eq!(gravest(&[LowBattery, Help, Sos, Fall]), Some(Sos));
    assert_eq!(gravest(&[Help, Fall]), Some(Fall));
    assert_eq!(gravest(&[LowBattery, Heartbeat]), None);
    assert_eq!(gravest(&[]), None);
}

// --- Places --------------------------------------------------------------------------------------

#[test]
fn without_a_fix_the_place_is_the_door_and_the_operator_is_told() {
    let mut town = Town::drawn("S");
    town.press('S');
    assert_eq!(source(&town), Some(PositionSource::Home));
    assert_eq!(flags(&town), [Flag::NoPosition]);
}

#[test]
fn a_fix_replaces_the_door_and_the_doubt_goes() {
    let mut town = Town::drawn("S");
    town.press('S');
    town.alarm('S', |press| gps(press, BESIDE, START));
    assert_eq!(source(&town), Some(PositionSource::Gps));
    assert_eq!(flags(&town), []);
}

#[test]
fn a_press_without_a_fix_takes_nothing_from_a_ticket_that_has_one() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, BESIDE, START));
    town.press('S');
    assert_eq!(source(&town), Some(PositionSource::Gps));
    assert_eq!(flags(&town), []);
}

#[test]
fn a_position_in_another_province_is_doubted_and_not_followed() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, HARBIN, START));
    assert_eq!(source(&town), Some(PositionSource::Home));
    assert_eq!(flags(&town), [Flag::PositionDoubtful]);
    town.alarm('S', |press| gps(press, BESIDE, START));
    assert_eq!(source(&town), Some(PositionSource::Gps));
    assert_eq!(flags(&town), [], "a believable one ends the doubt");
}

#[test]
fn a_newer_fix_replaces_an_older_one_and_never_the_other_way() {
    let mut town = Town::drawn("S");
    let (old, new) = (LatLon { lat: 24.502, ..BESIDE }, LatLon { lat: 24.503, ..BESIDE });
    town.wait_s(60);
    town.alarm('S', |press| gps(press, new, START.plus_s(50)));
    town.alarm('S', |press| gps(press, old, START.plus_s(10)));
    assert_eq!(town.ticket('S').destination(), Some(new));
}

#[test]
fn a_worse_source_replaces_a_fix_only_once_that_is_old() {
    use PositionSource::{Cell, Gps, Wifi};
    let there = LatLon { lat: 24.502, ..BESIDE };
    for (old, new, later_s, taken) in [
        (Gps, Cell, 60, false),
        (Gps, Cell, 61, true),
        (Gps, Gps, 1, true),
        (Cell, Wifi, 1, true),
        (Cell, Gps, -1, false),
    ] {
        let mut town = Town::drawn("S");
        town.wait_s(10);
        let at = town.now();
        town.alarm('S', |press| press.fix(old, BESIDE, at));
        town.wait_s(100);
        town.alarm('S', |press| press.fix(new, there, at.plus_s(later_s)));
        let expected = if taken { there } else { BESIDE };
        assert_eq!(town.ticket('S').destination(), Some(expected), "{old:?} {new:?} {later_s} s");
    }
}

#[test]
fn a_worse_source_whose_circle_holds_the_old_fix_takes_nothing_away() {
    let there = LatLon { lat: BESIDE.lat + 0.005, ..BESIDE };
    for (radius_m, expected) in [(1_000.0, BESIDE), (100.0, there)] {
        let mut town = Town::drawn("S");
        let at = town.now();
        town.alarm('S', |press| gps(press, BESIDE, at));
        town.wait_s(120);
        let cell = Position {
            point: there,
            accuracy_m: Some(radius_m),
            source: PositionSource::Cell,
            at: town.now(),
        };
        let (id, device) = (town.ticket('S').id, town.device('S').id);
        let follow = |ticket: &mut Ticket, now, policy: &Policy| {
            Ok(locate(ticket, device, cell, false, now, policy).into_iter().collect())
        };
        town.must(id, follow);
        assert_eq!(town.ticket('S').destination(), Some(expected), "{radius_m} m");
    }
}

#[test]
fn a_fix_older_than_half_an_hour_is_worth_less_than_the_door() {
    for (age_s, taken) in [(1_800, true), (1_801, false)] {
        let expected = if taken { PositionSource::Gps } else { PositionSource::Home };
        let old = |press| gps(press, BESIDE, START.plus_s(-age_s));
        let mut opened = Town::drawn("S");
        opened.alarm('S', old);
        let mut joined = Town::drawn("S");
        joined.press('S');
        joined.alarm('S', old);
        let mut located = Town::drawn("S");
        located.press('S');
        locates(&mut located, BESIDE, START.plus_s(-age_s));
        for town in [opened, joined, located] {
            assert_eq!(source(&town), Some(expected), "{age_s} s");
            assert_eq!(town.is_flagged('S', Flag::NoPosition), !taken, "{age_s} s");
        }
    }
}

#[test]
fn an_old_fix_of_an_unknown_device_is_no_place_to_go_to() {
    let mut town = Town::drawn("S");
    let id = town.unknown("stranger", |press| gps(press, BESIDE, START.plus_s(-1_801)));
    assert_eq!(town.tickets[&id].position, None);
    assert!(town.tickets[&id].flags.contains(&Flag::NoPosition));
}

#[test]
fn an_old_fix_that_is_newer_than_what_is_known_is_of_use_and_not_called_missing() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, BESIDE, START));
    town.wait_s(3_600);
    let there = LatLon { lat: 24.502, ..BESIDE };
    town.alarm('S', |press| gps(press, there, START.plus_s(60)));
    assert_eq!(town.ticket('S').destination(), Some(there));
    let (_, last) = town.log.last().unwrap();
    assert!(matches!(&last.event, Event::SignalJoined { flags, .. } if flags.is_empty()));
}

#[test]
fn an_alarm_whose_clock_is_years_off_keeps_its_fix() {
    for clock in [UnixMs(0), START.plus_s(-90_000_000), START.plus_s(90_000_000)] {
        let wrong = |press: Press| gps(press, BESIDE, clock).pressed_at(clock);
        let mut opened = Town::drawn("S");
        opened.alarm('S', wrong);
        let mut joined = Town::drawn("S");
        joined.press('S');
        joined.alarm('S', wrong);
        for mut town in [opened, joined] {
            assert_eq!(source(&town), Some(PositionSource::Gps), "{clock:?}");
            assert_eq!(town.ticket('S').position.unwrap().at, START, "as old as its receipt");
            assert_eq!(flags(&town), [Flag::ClockOff]);
            town.wait_s(90);
            let there = LatLon { lat: 24.502, ..BESIDE };
            locates(&mut town, there, clock.plus_s(90));
            assert_eq!(town.ticket('S').destination(), Some(there), "and goes on being followed");
        }
    }
}

#[test]
fn a_believable_position_of_the_device_ends_the_doubt() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, HARBIN, START));
    locates(&mut town, BESIDE, START);
    assert_eq!(source(&town), Some(PositionSource::Gps));
    assert_eq!(flags(&town), []);
}

#[test]
fn a_fix_from_the_future_is_as_old_as_its_receipt() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, BESIDE, START.plus_s(3_600)));
    assert_eq!(town.ticket('S').position.unwrap().at, START);
}

#[test]
fn a_pin_set_by_an_operator_is_kept_whatever_the_device_says() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    let pin = LatLon { lat: 24.51, lon: 117.71 };
    town.must(id, |t, now, policy| t.place(operator(1), pin, None, None, now, policy));
    town.wait_s(60);
    let now = town.now();
    town.alarm('S', |press| gps(press, BESIDE, now));
    let place = Position { point: pin, accuracy_m: None, source: PositionSource::Pin, at: START };
    assert_eq!(town.ticket('S').position, Some(place));
}

// --- Doubts --------------------------------------------------------------------------------------

#[test]
fn a_clock_far_off_is_flagged_in_either_direction_and_a_little_is_not() {
    for (s, off) in [(-601, true), (-600, false), (600, false), (601, true)] {
        let mut town = Town::drawn("S");
        town.alarm('S', |press| press.pressed_at(START.plus_s(s)));
        assert_eq!(town.is_flagged('S', Flag::ClockOff), off, "{s} s");
        assert_eq!(town.ticket('S').times.received, START, "our clock counts");
    }
}

#[test]
fn the_wildest_clock_opens_a_ticket_and_is_flagged() {
    for clock in [UnixMs(i64::MIN), UnixMs(i64::MAX)] {
        let mut town = Town::drawn("S");
        town.alarm('S', |press| gps(press, BESIDE, clock).pressed_at(clock));
        town.alarm('S', |press| gps(press, BESIDE, clock).pressed_at(clock));
        assert_eq!(flags(&town), [Flag::ClockOff], "{clock:?}");
        assert_eq!(source(&town), Some(PositionSource::Gps));
    }
}

#[test]
fn the_wildest_time_of_a_fix_is_no_reason_to_fail() {
    for at in [UnixMs(i64::MIN), UnixMs(i64::MAX)] {
        let mut town = Town::drawn("S");
        town.alarm('S', |press| gps(press, BESIDE, at));
        town.alarm('S', |press| gps(press, BESIDE, at));
        locates(&mut town, BESIDE, at);
        assert_eq!(town.ticket('S').signals, 2);
    }
}

#[test]
fn a_wrong_key_opens_a_ticket_that_is_unverified_until_a_right_one_comes() {
    let mut town = Town::drawn("S");
    town.alarm('S', Press::wrong_key);
    assert!(town.is_flagged('S', Flag::Unverified));
    assert_eq!(town.ticket('S').senior, Some(town.senior('S').id), "it is that senior's ticket");
    town.alarm('S', Press::wrong_key);
    assert!(town.is_flagged('S', Flag::Unverified));
    town.press('S');
    assert!(!town.is_flagged('S', Flag::Unverified));
    assert_eq!(town.ticket('S').held_until, None);
}

#[test]
fn a_wrong_key_does_not_lead_the_team_away_from_a_proven_place() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| gps(press, BESIDE, START));
    let proven = town.ticket('S').position;
    let elsewhere = LatLon { lat: BESIDE.lat + 0.1, lon: BESIDE.lon };
    for after_s in [10, 20] {
        town.alarm('S', |press| gps(press.wrong_key(), elsewhere, START.plus_s(after_s)));
        assert_eq!(town.ticket('S').position, proven);
    }
    assert_eq!(town.ticket('S').signals, 3, "kept all the same");
}

#[test]
fn a_wrong_key_takes_nobody_back_who_was_sent() {
    let mut town = Town::drawn("A-S-1");
    town.press('S');
    town.plan();
    town.alarm('S', Press::wrong_key);
    assert_eq!(town.ticket('S').held_until, None);
    assert_eq!(town.ticket('S').offers.len(), 2);
}

#[test]
fn what_the_decoder_doubts_is_on_the_ticket_and_in_the_event() {
    let mut town = Town::drawn("S");
    town.alarm('S', |press| {
        gps(press, BESIDE, START).doubted(Flag::MaybeCharger).doubted(Flag::LowBattery)
    });
    town.alarm('S', |press| gps(press, BESIDE, START).doubted(Flag::KindUnknown));
    assert_eq!(flags(&town), [Flag::KindUnknown, Flag::MaybeCharger, Flag::LowBattery]);
    let said: Vec<_> = town
        .log
        .iter()
        .filter_map(|(_, event)| match &event.event {
            Event::TicketOpened { flags, .. } | Event::SignalJoined { flags, .. } => {
                Some(flags.clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(said, [vec![Flag::MaybeCharger, Flag::LowBattery], vec![Flag::KindUnknown]]);
}

#[test]
fn an_unknown_device_opens_a_ticket_of_nobody_in_the_default_district() {
    let alarm = Press::unknown("stranger").alarm(&CountingIds::default());
    let caller = Caller::Unknown { district: &longwen() };
    let id = TicketId(nth_uuid(90, 1));
    let (ticket, _) = open_from_alarm(id, &alarm, caller, &Policy::default());
    assert_eq!((ticket.senior, ticket.district), (None, longwen()));
    assert_eq!(ticket.unknown_ident.as_deref(), Some("http/stranger"));
    assert_eq!(ticket.source_addr.as_deref(), Some("192.0.2.1"));
    assert_eq!(
        ticket.flags,
        BTreeSet::from([Flag::Unverified, Flag::UnknownDevice, Flag::NoPosition])
    );
    assert_eq!(ticket.position, None, "nobody knows a door");
}

#[test]
fn pressing_again_is_news_to_the_quiet_watchdog_and_undoes_no_escalation() {
    let mut town = Town::drawn("S");
    let id = town.press_answered('S');
    let to = EscalationTarget::Ambulance;
    town.must(id, |t, now, policy| t.escalate(operator(1), to, None, None, None, now, policy));
    town.wait_s(300);
    town.press('S');
    assert_eq!(town.ticket('S').active_at, START.plus_s(300));
    assert!(town.ticket('S').escalated_to.contains(&to));
    assert_eq!(town.ticket('S').owner(), Some(operator(1)), "the owner stays");
}

#[test]
fn what_another_device_kept_is_not_now_because_the_watchs_clock_is_wrong() {
    let mut town = Town::drawn("S");
    let (now, wrong) = (town.now(), town.now().plus_s(-5 * 365 * 86_400));
    town.alarm('S', |press| press.pressed_at(wrong));
    assert!(flags(&town).contains(&Flag::ClockOff));
    let id = town.ticket('S').id;
    let phone = DeviceId(nth_uuid(93, 1));
    let three_days_ago = Position {
        point: BESIDE,
        accuracy_m: None,
        source: PositionSource::Gps,
        at: now.plus_s(-3 * 86_400),
    };
    town.must(id, |t, now, policy| {
        Ok(locate(t, phone, three_days_ago, true, now, policy).into_iter().collect())
    });
    assert_ne!(town.ticket('S').destination(), Some(BESIDE), "history is no place of now");
    // By its own clock the watch's fix is a minute old, and another one two hours.
    let device = town.device('S').id;
    let mut kept = |point, at| {
        let fix = Position { point, at, ..three_days_ago };
        town.must(id, |t, now, policy| {
            Ok(locate(t, device, fix, false, now, policy).into_iter().collect())
        });
        town.ticket('S').destination()
    };
    assert_ne!(kept(HARBIN, wrong.plus_s(-7_200)), Some(HARBIN));
    assert_eq!(kept(BESIDE, wrong.plus_s(-60)), Some(BESIDE));
    assert_eq!(
        town.ticket('S').position.map(|it| (it.point, it.at)),
        Some((BESIDE, now.plus_s(-60)))
    );
    // What it says live is now, whatever its clock says.
    let point = LatLon { lat: 24.503, lon: 117.703 };
    let live = Position { point, at: wrong.plus_s(-9 * 86_400), ..three_days_ago };
    town.must(id, |t, now, policy| {
        Ok(locate(t, device, live, true, now, policy).into_iter().collect())
    });
    assert_eq!(town.ticket('S').position.map(|it| (it.point, it.at)), Some((live.point, now)));
}

const MINUTE_S: i64 = 60;

/// An operator opens a ticket from a call that rang so long ago and was answered ten seconds later.
fn opened_from_call(rang_s_ago: i64, policy: &Policy) -> (Ticket, Vec<NewEvent>) {
    let town = Town::drawn("S");
    let rang_at = START.plus_s(-rang_s_ago);
    let from = FromCall {
        call: CallId(nth_uuid(40, 1)),
        outgoing: false,
        rang_at,
        answered_at: Some(rang_at.plus_s(10)),
        result: None,
    };
    let id = TicketId(nth_uuid(90, 1));
    open_from_call(id, town.senior('S'), Kind::Call, from, operator(1), START, policy)
}

#[test]
fn a_ticket_opened_from_a_call_counts_from_when_it_rang_and_is_hers_who_opened_it() {
    let policy = Policy::default();
    let (ticket, events) = opened_from_call(4 * MINUTE_S, &policy);
    let rang_at = START.plus_s(-4 * MINUTE_S);
    assert_eq!((ticket.times.received, ticket.times.opened), (rang_at, START));
    assert_eq!(ticket.times.answered, Some(rang_at.plus_s(10)));
    assert_eq!(ticket.handling, Handling::Answered { by: operator(1), at: START });
    let names: Vec<_> = events.iter().map(|new| new.event.name()).collect();
    assert_eq!(names, ["ticket_opened", "answered", "called"]);
    // It waits for a confirmation as any ticket by hand, and nobody is alarmed meanwhile.
    let hold_s = i64::from(policy.dispatch.unverified_after_s);
    assert_eq!(ticket.held_until, Some(START.plus_s(hold_s)));
    let first = ticket.deadlines.iter().min_by_key(|deadline| deadline.at).unwrap();
    assert_eq!((first.kind, first.at), (DeadlineKind::HoldEnds, START.plus_s(hold_s)));
}

#[test]
fn a_ticket_opened_from_a_call_counts_neither_from_the_future_nor_from_long_ago() {
    let policy = Policy::default();
    let (early, _) = opened_from_call(-MINUTE_S, &policy);
    assert_eq!((early.times.received, early.times.answered), (START, Some(START)));
    let (late, _) = opened_from_call(25 * 60 * MINUTE_S, &policy);
    let hour_ago = START.plus_s(-60 * MINUTE_S);
    assert_eq!((late.times.received, late.times.answered), (hour_ago, Some(hour_ago)));
}
