//! Whom a round asks, in stories. One character of a map is one minute on foot; letters from A to R
//! are aides, S to Z seniors' doors, digits rescuers.

use silverbell_domain::{SignalKind, TeamRole};
use silverbell_testkit::Town;

use crate::night::{Night, at};

fn pressed(map: &str, doors: &str) -> Town {
    let mut town = Town::drawn(map);
    for door in doors.chars() {
        town.press(door);
    }
    town.plan();
    town
}

fn leads(town: &Town, doors: &str) -> Vec<Option<char>> {
    doors.chars().map(|door| town.asked(door, TeamRole::Lead)).collect()
}

#[test]
fn the_nearest_is_left_to_whom_nobody_else_reaches_in_time() {
    // A is the nearest to S, and the only one whom T has inside ten minutes.
    let town = pressed("1-B-------S-A--------T-2", "ST");
    assert_eq!(leads(&town, "ST"), [Some('B'), Some('A')]);
}

#[test]
fn what_is_left_of_the_ring_counts_and_not_the_ring() {
    // B is nine minutes from S: in time at the first moment, and not four minutes later.
    let map = "B--------S-A-------T-1-2";
    let town = pressed(map, "ST");
    assert_eq!(leads(&town, "ST"), [Some('B'), Some('A')], "both inside ten minutes");

    let mut town = Town::drawn(map);
    "AB12".chars().for_each(|name| town.duty(name, false));
    town.press('S');
    town.wait_s(240);
    town.press('T');
    "AB12".chars().for_each(|name| town.duty(name, true));
    town.policy.dispatch.widen_after_s = 600;
    town.plan();
    assert_eq!(leads(&town, "ST"), [Some('A'), Some('B')], "S has six minutes left");
}

#[test]
fn everybody_gets_one_before_anybody_gets_two() {
    let town = pressed("S-A-B------T", "ST");
    assert_eq!(leads(&town, "ST"), [Some('A'), Some('B')]);
    assert_eq!(town.asked('S', TeamRole::Support), None);
}

#[test]
fn a_senior_whom_a_rescuer_reaches_in_time_leaves_the_aide_to_another() {
    // Whoever is first at the door counts: 1 is with S in two minutes, so A can go to T.
    let town = pressed("1-S-A-------T--------------------B-2", "ST");
    assert_eq!(leads(&town, "ST"), [Some('B'), Some('A')]);
    assert_eq!(town.asked('S', TeamRole::Support), Some('1'));
}

#[test]
fn a_less_urgent_ticket_never_takes_whom_a_more_urgent_one_needs() {
    // Sending B to S and A to T would bring both inside ten minutes; but T is less urgent.
    let mut town = Town::drawn("1-B-------S-A--------T-2");
    town.press('S');
    town.alarm('T', |press| press.kind(SignalKind::Help));
    town.plan();
    assert_eq!(leads(&town, "ST"), [Some('A'), None]);
    assert_eq!(town.asked('S', TeamRole::Support), Some('B'), "the whole team of S comes first");
}

#[test]
fn while_people_are_short_the_ticket_received_first_is_not_passed_over() {
    // A is two minutes from T and forty from S, who pressed before.
    let mut town = Town::drawn("S---------------------------------------A-T");
    town.press('S');
    town.wait_s(1);
    town.press('T');
    town.plan();
    assert_eq!(leads(&town, "ST"), [Some('A'), None]);
}

#[test]
fn who_let_an_offer_expire_is_asked_again_after_everybody_else_in_a_round_too() {
    // With A for S and C for T both would be inside ten minutes, if A answered this time.
    let mut town = Town::drawn("A-S-C------T");
    town.policy.dispatch.widen_after_s = 600;
    town.duty('C', false);
    town.press('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    town.wait_s(30);
    town.duty('A', false);
    town.settle();
    assert_eq!(leads(&town, "S"), [None]);
    "AC".chars().for_each(|name| town.duty(name, true));
    town.press('T');
    town.plan();
    assert_eq!(leads(&town, "ST"), [Some('C'), Some('A')]);
}

#[test]
fn a_senior_to_whom_somebody_goes_already_can_wait_for_the_second() {
    // 1 is on the way to S. A is nearer to S than to T; but T has nobody else inside ten minutes.
    let mut town = Town::drawn("1-S-A-------T-----------B");
    "AB".chars().for_each(|name| town.duty(name, false));
    town.press('S');
    town.plan();
    town.accept('1');
    "AB".chars().for_each(|name| town.duty(name, true));
    town.press('T');
    town.plan();
    assert_eq!(leads(&town, "ST"), [Some('B'), Some('A')]);
}

#[test]
fn the_longest_way_is_made_shorter_before_all_ways_together() {
    // B for the first and A for the second would be 8 and 1 parts of the way, together 9; the other
    // way round both are 5. All are inside ten minutes.
    let mut night = Night::new();
    let part_m = 200.0;
    let first = night.sos(1, at(0.0, 0.0), 1);
    let second = night.sos(2, at(4.994 * part_m, 1.25 * part_m), 0);
    let a = night.aide(1, at(0.0, -5.0 * part_m));
    let b = night.aide(2, at(0.0, part_m));
    let lead = TeamRole::Lead;
    let asked: Vec<_> = night.planned().asked().into_iter().collect();
    assert_eq!(asked, [(first, lead, a), (second, lead, b)]);
}

#[test]
fn a_ticket_that_competes_with_nobody_is_staffed_as_if_it_were_alone() {
    let far_apart = "A-S-1--B                                        C--2-T-D";
    let both = pressed(far_apart, "ST");
    for door in ['S', 'T'] {
        let alone = pressed(far_apart, &door.to_string());
        for role in TeamRole::TEAM {
            assert_eq!(both.asked(door, role), alone.asked(door, role));
        }
    }
}
