//! A night that was played is read out of what was kept of it, and is that night.
#![allow(clippy::expect_used, reason = "tests fail loudly")]

use std::collections::{BTreeMap, BTreeSet};

use silverbell_domain::{
    By, DistrictId, Event, LatLon, NewEvent, OfferState, Policy, Position, PositionSource,
    Responder, Ticket, UnixMs, UserId,
};
use silverbell_laboratory::{
    Answer, Line, Manners, Measure, NightReader, Press, ReadNight, Scenario, Ways, World, play,
    replay, responder_id,
};

/// Plays to the end with every history kept.
fn watched<'s>(scenario: &'s Scenario, policy: &Policy) -> World<'s> {
    let mut world = World::watched(scenario, policy);
    while world.step() {
        if world.true_ms() > scenario.to.0 && world.database().open().next().is_none() {
            break;
        }
    }
    world
}

/// Returns the tickets in the order in which they were received, each with its history.
fn kept(world: &World<'_>) -> Vec<(Ticket, Vec<NewEvent>)> {
    let history = |ticket: &Ticket| {
        let links = world.database().history(ticket.id).iter();
        links.map(|link| serde_json::from_str(&link.body).expect("an event")).collect()
    };
    let all = world.database().tickets().values();
    let mut all: Vec<_> =
        all.map(|kept| (Ticket::clone(&kept.ticket), history(&kept.ticket))).collect();
    all.sort_by_key(|(ticket, _)| (ticket.times.received, ticket.id));
    all
}

fn staff(world: &World<'_>) -> Vec<Responder> {
    world.database().responders().map(|responder| Responder::clone(responder)).collect()
}

fn reader(world: &World<'_>, scenario: &Scenario) -> NightReader {
    let mut reader =
        NightReader::new(scenario.district.clone(), scenario.from, scenario.to, staff(world));
    for (ticket, history) in kept(world) {
        reader.ticket(&ticket, &history);
    }
    reader
}

/// Reads the night, with a position of everybody on duty every five minutes.
fn read(world: &World<'_>, scenario: &Scenario) -> ReadNight {
    let mut reader = reader(world, scenario);
    for (n, staff) in scenario.staff.iter().enumerate() {
        for shift in staff.duty.chunks(2) {
            let (from, to) = (shift[0].0, shift.get(1).map_or(scenario.to, |(to, _)| *to));
            for at in (from.0..to.0).step_by(300_000) {
                reader.seen(responder_id(n), UnixMs(at), staff.standby);
            }
        }
    }
    reader.finish()
}

#[test]
fn a_night_that_was_kept_reads_as_it_was() {
    let scenario = Scenario::longwen(5, 2);
    let world = watched(&scenario, &Policy::default());
    let night = read(&world, &scenario);
    let by_key = |presses: &[Press]| {
        let by_key = presses.iter().filter(|press| press.line == Line::Device);
        by_key.map(|press| (press.at, press.kind)).collect::<Vec<_>>()
    };
    let presses = &night.night.presses;
    assert!(by_key(presses).len() > 80, "{} presses", presses.len());
    assert_eq!(by_key(presses), by_key(&scenario.presses));
    assert!(presses.is_sorted_by_key(|press| press.at));
    let doors = |presses: &[Press], doors: &[LatLon]| {
        presses.iter().map(|p| (p.at.0, doors[p.door].lat.to_bits())).collect::<BTreeSet<_>>()
    };
    assert!(
        doors(presses, &night.night.doors).is_subset(&doors(&scenario.presses, &scenario.doors))
    );
    assert_eq!(night.numbers.len(), presses.len());
    assert_eq!((night.not_counted, night.without_place), (0, 0));
    // What really happened is measured as what is played.
    let played = Measure::of(&world);
    let recorded = Measure::of_incidents(&night.incidents);
    let (travelled_km, travelled_h) = (played.travelled_km, played.travelled_h);
    assert_eq!(Measure { travelled_km, travelled_h, ..recorded }, played);
    // Duty is found to a quarter of an hour.
    for (was, is) in scenario.staff.iter().zip(&night.night.staff) {
        assert_eq!((was.role, was.travel, was.standby), (is.role, is.travel, is.standby));
        let near = |(at, on): &(UnixMs, bool)| {
            let near =
                |(was, was_on): &(UnixMs, bool)| was_on == on && was.0.abs_diff(at.0) <= 1_500_000;
            at.0 <= scenario.from.0 || was.duty.iter().any(near)
        };
        assert!(is.duty.iter().all(near), "{:?} is not {:?}", is.duty, was.duty);
    }
}

#[test]
fn a_night_that_was_read_plays_much_as_it_was() {
    let scenario = Scenario::longwen(5, 2);
    let world = watched(&scenario, &Policy::default());
    let was = Measure::of(&world);
    let night = read(&world, &scenario);
    let again = night.night.scenario(5, Manners::default(), Ways::default());
    let policy = Policy::default();
    let table = replay(&again, &[("as set", &policy)]);
    assert_eq!(table.to_string(), replay(&again, &[("as set", &policy)]).to_string());
    let is = &table.columns[0].measure;
    assert_eq!((is.count, is.in_need), (was.count, was.in_need));
    let near = |a: f64, b: f64| (a - b).abs() < 0.15 * a.max(b);
    assert!(near(is.accept.p50_s, was.accept.p50_s) && near(is.reach.p50_s, was.reach.p50_s));
    assert_eq!(table.columns[0].reached_ms.len(), is.count);
}

#[test]
fn what_was_said_is_read_with_when_it_was_said_and_of_those_who_were_asked() {
    let scenario = Scenario::longwen(6, 1);
    let world = watched(&scenario, &Policy::default());
    let night = read(&world, &scenario);
    let mut compared = 0;
    for answer in &night.night.answers {
        let number = night.numbers[answer.press];
        let mut tickets = world.database().tickets().values();
        let ticket = &tickets.find(|kept| kept.ticket.number == number).expect("a ticket").ticket;
        let asked =
            ticket.offers.iter().find(|offer| offer.responder == responder_id(answer.staff));
        let asked = asked.expect("somebody who was asked");
        assert_eq!(ticket.times.received, night.night.presses[answer.press].at);
        let said = match asked.state {
            OfferState::Done { accepted_at, .. } => (Answer::Accepts, accepted_at),
            OfferState::Expired { expired_at } => (Answer::SaysNothing, expired_at),
            // What was said before is in the history alone.
            OfferState::Declined { .. } | OfferState::Withdrawn { .. } => continue,
            ref other => panic!("nothing was said: {other:?}"),
        };
        assert_eq!((answer.answer, asked.offered_at.0 + answer.after_ms), (said.0, said.1.0));
        compared += 1;
    }
    assert!(compared > 40, "only {compared} compared");
}

/// One ticket of an otherwise empty district, with its history.
fn one() -> (Scenario, Ticket, Vec<NewEvent>, Vec<Responder>) {
    let mut scenario = Scenario::longwen(5, 1);
    let at = UnixMs(scenario.from.0 + 12 * 3_600_000);
    scenario.presses = vec![Press::sos(at, 7, true)];
    let world = play(&scenario, &Policy::default());
    let staff = staff(&world);
    let world = watched(&scenario, &Policy::default());
    let (ticket, history) = kept(&world).pop().expect("somebody pressed");
    (scenario, ticket, history, staff)
}

fn read_one(scenario: &Scenario, ticket: &Ticket, history: &[NewEvent]) -> ReadNight {
    let district = scenario.district.clone();
    let mut reader = NightReader::new(district, scenario.from, scenario.to, Vec::new());
    reader.ticket(ticket, history);
    reader.finish()
}

#[test]
fn what_nobody_knows_the_end_of_is_in_need_and_a_test_is_not_counted() {
    let (scenario, ticket, history, _) = one();
    let open = Ticket { handling: silverbell_domain::Handling::Waiting, ..ticket.clone() };
    let night = read_one(&scenario, &open, &history);
    assert!(night.night.presses[0].is_emergency && night.incidents[0].in_need);

    let mut tested = ticket.clone();
    if let silverbell_domain::Handling::Closed { closing } = &mut tested.handling {
        closing.outcome = silverbell_domain::Outcome::Test;
    }
    let night = read_one(&scenario, &tested, &history);
    assert_eq!((night.not_counted, night.incidents.len(), night.night.presses.len()), (1, 0, 0));

    let nowhere = Ticket { home: None, position: None, senior: None, ..ticket };
    let night = read_one(&scenario, &nowhere, &history);
    assert_eq!((night.without_place, night.incidents.len(), night.night.presses.len()), (1, 1, 0));
}

#[test]
fn as_many_are_at_the_desk_as_answered_in_that_hour() {
    let (scenario, ticket, mut history, _) = one();
    let by = |n: usize| By::Person { user: UserId(responder_id(n).0) };
    for (n, minute) in [(1, 0), (2, 10), (1, 20), (2, 70)] {
        let at = ticket.times.received.plus_s(minute * 60);
        history.push(NewEvent { at, by: by(n), event: Event::Answered {} });
    }
    let was = history.iter().filter(|it| matches!(it.event, Event::Answered {}));
    let in_the_hour = was.filter(|it| it.at.since_ms(ticket.times.received) < 3_600_000);
    let users: BTreeSet<_> = in_the_hour.filter_map(|it| it.by.user()).collect();
    let hour = |n: i64| scenario.from.plus_s(n * 3_600);
    let expected = [(hour(0), 1), (hour(12), users.len() as u32), (hour(13), 1)];
    assert_eq!(read_one(&scenario, &ticket, &history).night.operators, expected);
    assert_eq!(users.len(), 3, "the one of that day, and two more");
}

#[test]
fn help_goes_where_it_went_and_a_wrong_key_waits_for_a_person_again() {
    let (scenario, mut ticket, mut history, _) = one();
    let point = LatLon { lat: 24.6, lon: 117.8 };
    let (at, source) = (ticket.times.received, PositionSource::Pin);
    ticket.position = Some(Position { point, accuracy_m: None, source, at });
    if let Event::TicketOpened { flags, .. } = &mut history[0].event {
        flags.push(silverbell_domain::Flag::Unverified);
    }
    let night = read_one(&scenario, &ticket, &history).night;
    assert_eq!((night.presses[0].fix, night.presses[0].line), (Some(point), Line::WrongKey));
    assert_eq!(night.doors, [scenario.doors[7]], "the door stays");
}

#[test]
fn whoever_is_heard_of_is_on_duty_around_it_and_what_is_known_for_certain_counts_more() {
    let (scenario, .., staff) = one();
    let minute = |n: i64| UnixMs(scenario.from.0 + n * 60_000);
    let on_duty = |on_duty, duty_since, heard: &[i64]| {
        let responder = Responder { on_duty, duty_since, ..staff[0].clone() };
        let (id, standby) = (responder.id, responder.standby);
        let district = DistrictId::new("longwen");
        let mut reader = NightReader::new(district, scenario.from, scenario.to, vec![responder]);
        heard.iter().for_each(|n| reader.seen(id, minute(*n), standby));
        let staff = reader.finish().night.staff.remove(0);
        let minute = |at: UnixMs| at.since_ms(scenario.from) / 60_000;
        staff.duty.iter().map(|(at, on)| (minute(*at), *on)).collect::<Vec<_>>()
    };
    let (off_long_ago, on_since) = (UnixMs(0), minute(600));
    assert_eq!(
        on_duty(false, UnixMs(i64::MAX), &[100, 120, 200]),
        [(85, true), (135, false), (185, true), (215, false)]
    );
    assert_eq!(on_duty(false, UnixMs(i64::MAX), &[5]), [(0, true), (20, false)]);
    assert_eq!(on_duty(false, minute(110), &[100, 120]), [(85, true), (110, false)]);
    assert_eq!(on_duty(true, on_since, &[100]), [(85, true), (115, false), (600, true)]);
    assert_eq!(on_duty(false, off_long_ago, &[100]), []);
    assert_eq!(on_duty(true, UnixMs(scenario.to.0 + 1), &[]), []);
}

#[test]
fn a_roster_counts_more_than_what_is_on_record() {
    let (scenario, .., staff) = one();
    let district = DistrictId::new("longwen");
    let mut reader = NightReader::new(district, scenario.from, scenario.to, staff.clone());
    reader.seen(staff[1].id, scenario.from.plus_s(60), staff[1].standby);
    let span = (scenario.from.plus_s(3_600), scenario.from.plus_s(7_200));
    reader.keep_to_roster(&BTreeMap::from([(staff[0].id, vec![span])]));
    let night = reader.finish().night;
    assert_eq!(night.staff[0].duty, [(span.0, true), (span.1, false)]);
    assert!(night.staff[1..].iter().all(|staff| staff.duty.is_empty()));
}

#[test]
fn where_a_ticket_took_somebody_is_not_where_that_person_waits() {
    let scenario = Scenario::longwen(5, 1);
    let world = watched(&scenario, &Policy::default());
    let mut reader = reader(&world, &scenario);
    let all = kept(&world);
    let accepted =
        all.iter().flat_map(|(_, history)| history).find_map(|event| match event.event {
            Event::Accepted { responder, .. } => Some((responder, event.at)),
            _ => None,
        });
    let (who, at) = accepted.expect("somebody accepted");
    let (home, door) = (LatLon { lat: 24.5, lon: 117.7 }, LatLon { lat: 24.55, lon: 117.75 });
    reader.seen(who, UnixMs(at.0 - 90_000), home);
    reader.seen(who, UnixMs(at.0 - 30_000), LatLon { lat: 24.5002, ..home });
    reader.seen(who, at.plus_s(30), door);
    let night = reader.finish().night;
    let seen: Vec<_> = night.staff.iter().flat_map(|staff| &staff.seen_at).collect();
    assert_eq!(seen, [&(UnixMs(at.0 - 90_000), home)], "nor is a step to the side another place");
}
