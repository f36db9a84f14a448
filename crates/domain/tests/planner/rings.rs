//! The rescue circle: 10, 20, 30 minutes from receiving the call.

use silverbell_domain::{Reason, TeamRole};
use silverbell_testkit::{Town, operator};

#[test]
fn the_search_widens_when_nobody_in_the_ring_has_accepted_in_time() {
    let mut town = Town::drawn("A-S-1-------------B");
    town.policy.dispatch.offer_timeout_s = 600;
    town.press_answered('S');
    town.run_s(125);
    assert_eq!(
        town.story('S')[4..],
        ["1:00 widens to 20 min: in time", "2:00 widens to 30 min: in time"]
    );
}

#[test]
fn the_search_widens_at_once_when_only_somebody_outside_can_be_asked() {
    let mut town = Town::drawn("A----------------S-1");
    town.press_answered('S');
    town.plan();
    assert_eq!(
        town.story('S')[2..],
        [
            "0:00 widens to 20 min: nobody left",
            "0:00 asks A to lead (17 min)",
            "0:00 asks 1 to support (2 min)",
        ]
    );
}

#[test]
fn a_ring_is_not_jumped_while_somebody_inside_can_be_asked() {
    let mut town = Town::drawn("A---------B-S-1");
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    assert_eq!(town.ticket('S').ring_min, 10);
    assert_eq!(town.reason('S', 'A'), Some(Reason::OutsideRing(12)));
}

#[test]
fn with_nobody_on_duty_rings_widen_on_their_deadlines_and_the_supervisor_is_told() {
    let mut town = Town::drawn("A-S-1");
    town.duty('A', false);
    town.duty('1', false);
    town.press_answered('S');
    town.run_s(400);
    assert_eq!(
        town.story('S')[2..],
        [
            "1:00 widens to 20 min: in time",
            "2:00 widens to 30 min: in time",
            "3:00 tells the supervisor: nobody accepts",
            "4:00 tells the supervisor: nobody accepts",
            "5:00 tells the supervisor: nobody accepts",
            "6:00 tells the supervisor: nobody accepts",
        ]
    );
}

#[test]
fn who_comes_on_duty_is_asked_at_the_next_look() {
    let mut town = Town::drawn("A-S-1");
    town.duty('A', false);
    town.duty('1', false);
    town.press_answered('S');
    town.run_s(30);
    town.duty('A', true);
    town.plan();
    assert_eq!(town.story('S')[2..], ["0:30 asks A to lead (2 min)"]);
}

#[test]
fn a_ring_shrinks_while_time_passes() {
    // Ten minutes' way fits the ring of ten minutes only at the very start.
    let mut town = Town::drawn("A---------S-1");
    town.duty('A', false);
    town.press_answered('S');
    town.plan();
    town.accept('1');
    town.wait_s(1);
    town.duty('A', true);
    town.plan();
    assert_eq!(
        town.story_since('S', "0:01"),
        ["0:01 widens to 20 min: nobody left", "0:01 asks A to lead (10 min)"]
    );
}

#[test]
fn who_fits_no_ring_is_offered_and_marked_overdue() {
    let mut town = Town::drawn("A------------------------------------S-1");
    town.press_answered('S');
    town.plan();
    assert_eq!(
        town.story('S')[2..],
        [
            "0:00 widens to 30 min: nobody left",
            "0:00 asks A to lead (37 min, overdue)",
            "0:00 asks 1 to support (2 min)",
        ]
    );
    let offer = &town.ticket('S').offers[0];
    assert!(offer.overdue);
    assert_eq!(offer.ring_min, 30);
}

#[test]
fn among_those_who_are_too_late_the_nearest_is_asked_first_and_then_the_others_in_turn() {
    let mut town = Town::drawn("B---A----------------------------------S-1");
    town.press_answered('S');
    town.run_s(60);
    let leads: Vec<String> =
        town.story('S').into_iter().filter(|line| line.contains("to lead")).collect();
    assert_eq!(
        leads,
        [
            "0:00 asks A to lead (35 min, overdue)",
            "0:30 asks B to lead (39 min, overdue)",
            "1:00 asks A to lead (35 min, overdue)",
        ]
    );
}

#[test]
fn an_operator_can_widen_by_hand_until_the_widest() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    let widen =
        |town: &mut Town| town.change(id, |t, now, policy| t.widen(operator(1), now, policy));
    assert!(widen(&mut town).is_ok());
    assert!(widen(&mut town).is_ok());
    assert_eq!(town.ticket('S').ring_min, 30);
    assert!(widen(&mut town).is_err());
}

#[test]
fn whoever_comes_free_near_the_door_is_asked_beside_somebody_who_would_be_too_late() {
    let mut town = Town::drawn("A------------------------------------S-1--B");
    town.duty('B', false);
    town.press_answered('S');
    town.settle();
    town.accept('1');
    town.duty('B', true);
    town.settle();
    let leads: Vec<String> =
        town.story('S').into_iter().filter(|line| line.contains("to lead")).collect();
    let (far, near) = ("0:00 asks A to lead (37 min, overdue)", "0:00 asks B to lead (5 min)");
    assert_eq!(leads, [far, near], "waiting for A would only make it later");
}
