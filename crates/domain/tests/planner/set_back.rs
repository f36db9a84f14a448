//! The clock is set back by an hour while people are on the way.

use silverbell_domain::{
    Arrival, LatLon, OfferCommand, Position, PositionSource, Reason, TeamRole, locate,
};
use silverbell_testkit::{START, Town};

const HOUR: i64 = 3_600;

fn times_told(town: &Town, what: &str) -> usize {
    town.story('S').iter().filter(|line| line.ends_with(what)).count()
}

#[test]
fn an_offer_still_expires_and_the_next_is_asked() {
    let mut town = Town::drawn("B-A-S-1");
    town.press_answered('S');
    town.run_s(10);
    town.accept('1');
    town.set_back_s(HOUR);
    town.run_s(29);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    town.run_s(1);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
}

#[test]
fn a_ring_still_widens_and_everybody_is_still_told() {
    let mut town = Town::drawn("S-1");
    town.press('S');
    town.run_s(10);
    town.set_back_s(HOUR);
    town.run_s(180);
    assert_eq!(town.ticket('S').ring_min, 30);
    assert_eq!(times_told(&town, "alarms all operators"), 1);
    assert_eq!(times_told(&town, "tells the shift lead: nobody answers"), 1);
    assert_eq!(times_told(&town, "tells the supervisor: nobody answers"), 3);
    assert_eq!(times_told(&town, "nobody accepts"), 1);
}

#[test]
fn a_responder_who_is_late_is_still_noticed() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.accept('1');
    town.run_s(60);
    town.set_back_s(HOUR);
    // Two minutes' way, two minutes' grace: the way begins again.
    town.run_s(240);
    assert_eq!(times_told(&town, "A is late"), 1);
    town.run_s(600);
    assert!(times_told(&town, "no news") >= 1, "nor is a quiet ticket forgotten");
}

#[test]
fn a_hold_still_ends() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 45;
    town.press_answered('S');
    town.run_s(10);
    town.set_back_s(HOUR);
    town.run_s(60);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn a_phone_that_falls_silent_still_grows_stale() {
    let mut town = Town::drawn("A-S-----B");
    town.wait_s(10);
    town.falls_silent('A');
    town.set_back_s(HOUR);
    town.wait_s(121);
    town.press_answered('S');
    town.settle();
    assert_eq!(town.reason('S', 'A'), Some(Reason::Stale(121)));
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
}

#[test]
fn the_place_still_follows_the_device() {
    let mut town = Town::drawn("S");
    let fix = |lat, at| Position {
        point: LatLon { lat, lon: 117.7 },
        accuracy_m: Some(20.0),
        source: PositionSource::Gps,
        at,
    };
    let first = fix(24.501, START);
    let id = town.alarm('S', |press| press.fix(first.source, first.point, first.at));
    town.set_back_s(HOUR);
    town.settle();
    town.wait_s(30);
    let moved = fix(24.502, town.now());
    let device = town.device('S').id;
    town.must(id, |t, now, policy| {
        Ok(locate(t, device, moved, true, now, policy).into_iter().collect())
    });
    assert_eq!(town.ticket('S').destination(), Some(moved.point));
}

#[test]
fn among_equally_urgent_tickets_the_older_is_still_served_first() {
    let mut town = Town::drawn("S-A-T");
    town.duty('A', false);
    town.press('S');
    town.settle();
    town.set_back_s(HOUR);
    town.settle();
    town.wait_s(1);
    town.press('T');
    town.duty('A', true);
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn what_was_written_stays_as_it_was_written() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.step('1', OfferCommand::OnScene(Arrival::Claimed));
    let before = town.ticket('S').clone();
    town.set_back_s(HOUR);
    let history = town.log.len();
    assert_eq!(town.plan().len(), 1, "what is timed begins again");
    let after = town.ticket('S');
    assert_eq!((&after.times, town.log.len()), (&before.times, history));
    for (old, new) in before.offers.iter().zip(&after.offers) {
        assert_eq!((old.offered_at, &old.state), (new.offered_at, &new.state));
    }
    assert_eq!(town.plan(), [], "once");
}

#[test]
fn a_jump_ahead_that_is_taken_back_leaves_nothing_in_the_future() {
    let mut town = Town::drawn("B-A-S-1-T");
    town.press_answered('S');
    town.settle();
    town.wait_s(HOUR);
    town.settle();
    town.set_back_s(HOUR);
    town.settle();
    town.press_answered('T');
    for _ in 0..20 {
        town.run_s(60);
        let next = town.ticket('S').next_deadline().map(|deadline| deadline.at);
        assert!(next <= Some(town.now().plus_s(600)), "{next:?} at {:?}", town.now());
    }
}

#[test]
fn a_few_seconds_back_are_no_matter() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.settle();
    town.set_back_s(4);
    assert_eq!(town.plan(), []);
}

#[test]
fn what_is_tried_while_nobody_speaks_goes_on() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    let id = town.ticket('S').id;
    town.must(id, |t, now, policy| t.no_voice(silverbell_testkit::operator(1), None, now, policy));
    town.set_back_s(HOUR);
    town.run_s(31);
    assert_eq!(times_told(&town, "call back once more"), 1);
}

#[test]
fn a_telephone_does_not_ring_for_an_hour() {
    let mut town = Town::drawn("1-A-S");
    town.press_answered('S');
    town.settle();
    let (ticket, offer) = town.offer_to('A').unwrap_or_else(|| unreachable!("A is nearest"));
    let call = silverbell_domain::CallId(uuid::Uuid::from_u128(1));
    town.must(ticket, |t, now, policy| t.rings(offer, call, now, policy));
    town.run_s(40);
    town.set_back_s(HOUR);
    town.run_s(62);
    assert_eq!(times_told(&town, "A does not answer"), 1);
}

#[test]
fn a_claimed_arrival_is_still_doubted_and_a_word_from_the_door_still_asked_for() {
    let mut town = Town::drawn("A----S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    town.set_back_s(HOUR);
    town.run_s(400);
    let door = town.ticket('S').offers.iter().find_map(|offer| offer.door);
    assert!(door.is_some_and(|door| door.doubted_at.is_some() && door.quiet_at.is_some()));
}

#[test]
fn whoever_stands_still_is_still_noticed() {
    let mut town = Town::drawn("A-----S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.set_back_s(HOUR);
    town.run_s(200);
    let noticed = town.story('S').iter().any(|line| line.contains("A does not"));
    assert!(noticed, "{:#?}", town.story('S'));
}
