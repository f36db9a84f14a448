//! A responder's month: which offers were trips, by night or by day, and how far they were.

use silverbell_domain::{
    Calendar, LatLon, Offer, OfferState, Ticket, Trip, TripEnd, UnixMs, Way, WithdrawReason,
    trail_m, trips,
};
use silverbell_testkit::{START, Town};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// Days begin two hours before [`START`], so that the clock shows 02:00 then.
struct Clock;

impl Calendar for Clock {
    fn day_of(&self, at: UnixMs) -> i32 {
        at.since_s(START.plus_s(-2 * HOUR_S)).div_euclid(DAY_S) as i32
    }

    fn moment(&self, day: i32, minute: u16) -> UnixMs {
        START.plus_s(-2 * HOUR_S + i64::from(day) * DAY_S + i64::from(minute) * 60)
    }
}

/// A ticket with offers to `A`, each made so many hours after [`START`].
fn ticket(offers: &[(i64, OfferState, Option<u32>)]) -> (Ticket, silverbell_domain::ResponderId) {
    let mut town = Town::drawn("A-S");
    town.press_answered('S');
    town.plan();
    let mut ticket = town.ticket('S').clone();
    let asked = ticket.offers[0].clone();
    let way = Way { left_s: 60, at: START, stuck_at: None, door: None };
    ticket.offers = offers
        .iter()
        .map(|(hours, state, travelled_m)| Offer {
            offered_at: START.plus_s(hours * HOUR_S),
            state: state.clone(),
            way: travelled_m.map(|_| way),
            travelled_m: *travelled_m,
            ..asked.clone()
        })
        .collect();
    (ticket, asked.responder)
}

fn done(hours: i64) -> OfferState {
    let on_scene_at = START.plus_s(hours * HOUR_S + 600);
    let done_at = on_scene_at.plus_s(900);
    OfferState::Done { accepted_at: START.plus_s(hours * HOUR_S), on_scene_at, done_at }
}

fn withdrawn(hours: i64) -> OfferState {
    let why = WithdrawReason::TicketClosed;
    OfferState::Withdrawn { withdrawn_at: START.plus_s(hours * HOUR_S + 60), why }
}

#[test]
fn a_month_has_the_trips_that_somebody_made_and_not_what_was_declined() {
    let (ticket, who) = ticket(&[
        (1, done(1), Some(1_200)),
        (2, OfferState::Declined { declined_at: START, reason: None }, None),
        (3, OfferState::Expired { expired_at: START }, None),
        (8, withdrawn(8), Some(0)),
        (9, withdrawn(9), None), // taken back before anybody set out
        (30, done(30), None),    // the next month
    ]);
    let found = trips(std::slice::from_ref(&ticket), who, (START, START.plus_s(DAY_S)), &Clock);
    let told: Vec<_> = found.iter().map(|trip| (trip.is_night, trip.travelled_m)).collect();
    assert_eq!(told, [(true, Some(1_200)), (false, Some(0))]);
    let on_scene_at = START.plus_s(HOUR_S + 600);
    let done_at = Some(on_scene_at.plus_s(900));
    assert_eq!(found[0].end, TripEnd::Arrived { on_scene_at, done_at });
    assert_eq!(found[1].end, TripEnd::Withdrawn { withdrawn_at: START.plus_s(8 * HOUR_S + 60) });
    let other = silverbell_testkit::aide(99).id;
    assert_eq!(trips(&[ticket], other, (START, START.plus_s(DAY_S)), &Clock), []);
}

#[test]
fn night_is_from_ten_to_six_and_a_way_into_the_night_counts() {
    let nights = |hours: i64| {
        let (ticket, who) = ticket(&[(hours, done(hours), None)]);
        let found = trips(&[ticket], who, (START, START.plus_s(3 * DAY_S)), &Clock);
        found.iter().map(|trip: &Trip| trip.is_night).collect::<Vec<_>>()
    };
    // The clock shows two hours more.
    assert_eq!(nights(3), [true]);
    assert_eq!(nights(4), [false], "06:00 is morning");
    assert_eq!(nights(19), [false], "21:00, at the door at 21:10");
    assert_eq!(nights(20), [true], "22:00");
    let (mut late, who) = ticket(&[(19, done(19), None)]);
    late.offers[0].offered_at = START.plus_s(20 * HOUR_S - 300);
    if let OfferState::Done { on_scene_at, .. } = &mut late.offers[0].state {
        *on_scene_at = START.plus_s(20 * HOUR_S + 60);
    }
    assert!(trips(&[late], who, (START, START.plus_s(DAY_S)), &Clock)[0].is_night);
}

#[test]
fn a_way_is_as_long_as_the_positions_say_without_their_wandering_and_their_leaps() {
    let place = |lat: f64| LatLon { lat, lon: 117.6 };
    let at = |s: i64| START.plus_s(s);
    assert_eq!(trail_m(&[]), None);
    assert_eq!(trail_m(&[(at(0), place(24.5))]), None);
    // A thousandth of a degree of latitude is 111 m.
    let straight: Vec<_> =
        (0..11).map(|n| (at(n * 30), place(24.5 + n as f64 / 1_000.0))).collect();
    assert_eq!(trail_m(&straight), Some(1_112));
    // 11 m to and fro: nobody moved.
    let wandering = [0.0, 1.0, 0.0, 1.0, 0.0].map(|tenth| place(24.5 + tenth / 10_000.0));
    let wandering: Vec<_> = (0..5).map(|n| at(n * 10)).zip(wandering).collect();
    assert_eq!(trail_m(&wandering), Some(0));
    // 5 km away within ten seconds, and back.
    let leaping = [(at(0), 24.5), (at(10), 24.545), (at(20), 24.501), (at(30), 24.502)];
    assert_eq!(trail_m(&leaping.map(|(at, lat)| (at, place(lat)))), Some(222));
}
