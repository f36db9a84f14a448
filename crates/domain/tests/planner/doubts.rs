//! What waits before anybody is sent: doubtful alarms, calls, and the hold.

use silverbell_domain::{Flag, LatLon, PositionSource, TeamRole, open_by_hand};
use silverbell_testkit::{Press, Town, nth_uuid, operator};

#[test]
fn an_unverified_alarm_waits_for_a_person_and_then_goes_by_itself() {
    let mut town = Town::drawn("A-S-1");
    town.alarm('S', Press::wrong_key);
    town.answer('S', 1);
    town.run_s(59);
    assert_eq!(town.story('S').len(), 2, "nobody is asked");
    town.run_s(1);
    assert_eq!(
        town.story('S')[2..],
        ["1:00 the hold ends", "1:00 asks A to lead (2 min)", "1:00 asks 1 to support (2 min)",]
    );
    assert!(town.is_flagged('S', Flag::Unverified), "still nobody vouched");
}

#[test]
fn vouching_sends_people_at_once() {
    let mut town = Town::drawn("A-S-1");
    let id = town.alarm('S', Press::wrong_key);
    town.run_s(10);
    town.must(id, |t, now, policy| t.verify(operator(1), None, now, policy));
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert!(!town.is_flagged('S', Flag::Unverified));
}

#[test]
fn a_verified_press_ends_the_doubt_and_the_ring_begins_anew() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.unverified_after_s = 300;
    town.alarm('S', Press::wrong_key);
    town.answer('S', 1);
    town.run_s(200);
    town.press('S');
    town.run_s(0);
    assert_eq!(
        town.story_since('S', "3:20"),
        ["3:20 pressed again", "3:20 asks A to lead (2 min)", "3:20 asks 1 to support (2 min)",]
    );
    assert_eq!(town.ticket('S').ring_min, 10);
}

#[test]
fn a_hold_shows_the_ticket_and_asks_nobody_until_it_ends() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 20;
    town.press_answered('S');
    town.run_s(19);
    assert_eq!(town.ticket('S').offers, []);
    town.run_s(1);
    assert_eq!(town.story('S')[2..4], ["0:20 the hold ends", "0:20 asks A to lead (2 min)"]);
}

#[test]
fn confirming_ends_the_hold() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 600;
    let id = town.press_answered('S');
    town.run_s(120);
    town.must(id, |t, now, policy| t.confirm(operator(1), now, policy));
    town.run_s(59);
    assert_eq!(
        town.story_since('S', "2:00"),
        [
            "2:00 confirmed",
            "2:00 asks A to lead (2 min)",
            "2:00 asks 1 to support (2 min)",
            "2:30 A does not answer",
            "2:30 1 does not answer",
            "2:30 asks A to lead (2 min)",
            "2:30 asks 1 to support (2 min)",
        ],
        "and the ring is searched from then on"
    );
}

#[test]
fn a_confirmed_ticket_is_never_held_again() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 600;
    let id = town.press_answered('S');
    town.must(id, |t, now, policy| t.confirm(operator(1), now, policy));
    town.alarm('S', Press::wrong_key);
    town.press('S');
    assert_eq!(town.ticket('S').held_until, None);
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

/// The senior telephones, and an operator opens a ticket by hand and answers it.
fn calls(town: &mut Town) {
    let id = silverbell_domain::TicketId(nth_uuid(90, 1));
    let kind = silverbell_domain::Kind::Call;
    let (ticket, event) = open_by_hand(
        id,
        town.senior('S'),
        kind,
        silverbell_domain::By::Person { user: operator(1) },
        town.now(),
        &town.policy,
    );
    let opened = silverbell_domain::Decision { ticket, expected_version: 0, events: vec![event] };
    assert_eq!(town.commit(opened).err(), None);
    town.answer('S', 1);
}

#[test]
fn a_press_with_the_right_key_proves_a_call_and_people_go_at_once() {
    let mut town = Town::drawn("A-S-1");
    calls(&mut town);
    town.run_s(20);
    town.press('S');
    town.run_s(0);
    assert_eq!(
        town.story_since('S', "0:20"),
        ["0:20 pressed again", "0:20 asks A to lead (2 min)", "0:20 asks 1 to support (2 min)"]
    );
}

#[test]
fn a_press_with_a_wrong_key_proves_no_call() {
    let mut town = Town::drawn("A-S-1");
    calls(&mut town);
    town.run_s(20);
    town.alarm('S', Press::wrong_key);
    town.run_s(0);
    assert_eq!(town.ticket('S').offers, []);
}

#[test]
fn a_proven_call_is_held_no_shorter_than_any_press() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 45;
    calls(&mut town);
    town.run_s(20);
    town.press('S');
    assert_eq!(town.ticket('S').held_until, Some(silverbell_testkit::START.plus_s(45)));
}

#[test]
fn a_call_opened_by_hand_waits_for_a_confirmation_and_then_goes_by_itself() {
    let mut town = Town::drawn("A-S-1");
    calls(&mut town);
    town.run_s(59);
    assert_eq!(town.ticket('S').offers, []);
    town.run_s(1);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn an_unknown_device_is_never_dispatched_before_a_person_says_whose_it_is() {
    let mut town = Town::drawn("A-S-1");
    let id = town.unknown("stranger", |press| {
        press.fix(PositionSource::Gps, LatLon { lat: 24.5, lon: 117.7 }, silverbell_testkit::START)
    });
    town.run_s(1_800);
    assert_eq!(town.tickets[&id].offers, []);

    let senior = town.senior('S').clone();
    town.must(id, |t, now, policy| t.verify(operator(1), Some(&senior), now, policy));
    town.plan();
    assert_eq!(town.ticket('S').id, id);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn an_unknown_device_that_nobody_answers_still_reaches_the_supervisor() {
    let mut town = Town::drawn("A-S-1");
    let id = town.unknown("stranger", |press| press);
    town.run_s(180);
    assert!(
        town.tickets[&id].escalated_to.contains(&silverbell_domain::EscalationTarget::Supervisor)
    );
}

#[test]
fn the_plan_follows_a_corrected_place() {
    let mut town = Town::drawn("A-S--------------p-B");
    let id = town.press_answered('S');
    let pin = town.streets.at('p');
    town.must(id, |t, now, policy| t.place(operator(1), pin, None, None, now, policy));
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
}

#[test]
fn without_any_fix_the_team_goes_to_the_door() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.plan();
    assert!(town.is_flagged('S', Flag::NoPosition));
    assert_eq!(town.ticket('S').destination(), Some(town.senior('S').home));
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}
