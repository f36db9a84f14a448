//! Several tickets at once.

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};

use silverbell_domain::{
    Eta, LatLon, Reason, ResponderId, SignalKind, TeamRole, Travel, TravelTimes, plan,
};
use silverbell_testkit::{CountingIds, OnStreets, Town};

#[test]
fn two_tickets_compete_and_the_most_urgent_is_served_first() {
    let mut town = Town::drawn("S-A-T");
    town.alarm('S', |press| press.kind(SignalKind::Help));
    town.alarm('T', |press| press.kind(SignalKind::Sos));
    town.plan();
    assert_eq!(town.asked('T', TeamRole::Lead), Some('A'));
    assert_eq!(town.asked('S', TeamRole::Lead), None);
}

#[test]
fn among_equally_urgent_tickets_the_one_received_first_is_served_first() {
    let mut town = Town::drawn("T-A-S");
    town.press('S');
    town.wait_s(1);
    town.press('T');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn pressing_again_moves_a_ticket_to_the_front() {
    let mut town = Town::drawn("T-A-S");
    town.press('S');
    town.wait_s(1);
    town.press('T');
    town.press('T');
    town.plan();
    assert_eq!(town.asked('T', TeamRole::Lead), Some('A'));
}

#[test]
fn nobody_is_asked_twice_in_one_round() {
    let mut town = Town::drawn("S-T-U-A-B-C-1-2-3-X-Y-Z");
    for door in ['S', 'T', 'U', 'X', 'Y', 'Z'] {
        town.press(door);
    }
    let decisions = town.plan();
    let asked: Vec<_> =
        decisions.iter().flat_map(|d| &d.ticket.offers).map(|o| o.responder).collect();
    assert_eq!(asked.len(), 6, "everybody is asked");
    assert_eq!(asked.iter().collect::<HashSet<_>>().len(), 6, "and nobody twice");
}

#[test]
fn who_was_claimed_in_the_same_round_is_busy_to_the_next_ticket() {
    let mut town = Town::drawn("S-A-T----B-C-D");
    town.press('S');
    town.wait_s(1);
    town.press('T');
    let decisions = town.plan();
    let second = &decisions[1];
    let considered = second.events.iter().find_map(|event| match &event.event {
        silverbell_domain::Event::Offered { considered, .. } => Some(considered),
        _ => None,
    });
    let reason = |name| {
        let id = town.who(name);
        considered.unwrap().iter().find(|c| c.responder == id).map(|c| c.reason)
    };
    assert_eq!(reason('A'), Some(Reason::Busy));
    assert_eq!(reason('B'), Some(Reason::Busy), "asked to support S");
    assert_eq!(reason('C'), Some(Reason::Free));
}

#[test]
fn a_crowd_at_one_spot_is_served_in_one_round_as_far_as_people_go() {
    // 26 people, 8 doors: with nobody left out of sight, 16 are asked, two a door.
    let mut town = Town::drawn(
        "
        A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P
        |
        S-T-U-V-W-X-Y-Z
        |
        0-1-2-3-4-5-6-7-8-9
        ",
    );
    town.policy.dispatch.rings_min = vec![60];
    for door in 'S'..='Z' {
        town.press(door);
    }
    town.plan();
    for door in 'S'..='Z' {
        assert!(town.asked(door, TeamRole::Lead).is_some(), "nobody leads at {door}");
        assert!(town.asked(door, TeamRole::Support).is_some(), "nobody supports at {door}");
    }
}

#[test]
fn the_support_is_found_behind_twenty_others_in_the_same_look() {
    let mut town = Town::drawn("0-1-A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-2-3-4-R-S");
    town.policy.dispatch.rings_min = vec![60];
    for name in ('A'..='Q').chain('2'..='4') {
        town.falls_silent(name);
    }
    town.wait_s(600);
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('R'));
    assert_eq!(town.asked('S', TeamRole::Support), Some('1'), "the twenty-second nearest");
}

#[test]
fn who_declines_one_ticket_can_be_asked_for_another() {
    let mut town = Town::drawn("S-A-T");
    town.press_answered('S');
    town.plan();
    town.press_answered('T');
    town.plan();
    assert_eq!(town.asked('T', TeamRole::Lead), None, "A is asked for S");
    town.decline('A');
    town.plan();
    assert_eq!(town.asked('T', TeamRole::Lead), Some('A'));
}

#[test]
fn who_did_not_answer_goes_to_the_more_urgent_ticket_that_waits() {
    let mut town = Town::drawn("S-A-T");
    town.press_answered('T');
    town.settle();
    town.wait_s(5);
    town.press('S');
    town.press('S');
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), None, "A is asked for T");
    town.run_s(25);
    assert_eq!(town.story_since('T', "0:30"), ["0:30 A does not answer"]);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn who_comes_on_duty_goes_to_the_most_urgent_though_only_another_ticket_changed() {
    let mut town = Town::drawn("S-A-T");
    town.duty('A', false);
    town.press('S');
    let only = BTreeSet::from([town.alarm('T', |press| press.kind(SignalKind::Help))]);
    town.duty('A', true);
    let travel = OnStreets { streets: &town.streets, people: &town.set.people };
    let ids = CountingIds::default();
    let decisions = plan(&town.set, &only, town.now(), &travel, &town.policy, &ids);
    let asked: Vec<_> = decisions.iter().map(|d| (d.ticket.id, d.ticket.offers.len())).collect();
    assert_eq!(asked, [(town.ticket('S').id, 1)]);
}

/// Counts for how many doors the ways were reckoned.
struct Counted<'a> {
    streets: OnStreets<'a>,
    doors: Cell<u32>,
}

impl TravelTimes for Counted<'_> {
    fn nearest<'a>(&'a self, door: LatLon) -> Box<dyn Iterator<Item = (ResponderId, Eta)> + 'a> {
        self.doors.set(self.doors.get() + 1);
        self.streets.nearest(door)
    }

    fn eta(&self, from: LatLon, travel: Travel, door: LatLon) -> Eta {
        self.streets.eta(from, travel, door)
    }
}

#[test]
fn while_nobody_can_go_no_way_is_reckoned() {
    let mut town = Town::drawn("S-A-T-U-V-W-X-Y-1-Z");
    for door in 'S'..='Z' {
        town.press_answered(door);
    }
    let doors_looked_at = |town: &Town| {
        let streets = OnStreets { streets: &town.streets, people: &town.set.people };
        let travel = Counted { streets, doors: Cell::new(0) };
        let all = town.set.tickets().keys().copied().collect();
        let ids = CountingIds::default();
        drop(plan(&town.set, &all, town.now(), &travel, &town.policy, &ids));
        travel.doors.get()
    };
    assert_eq!(doors_looked_at(&town), 1, "A and 1 are asked for the first of them");
    town.settle();
    assert_eq!(doors_looked_at(&town), 0);
    town.decline('1');
    assert_eq!(doors_looked_at(&town), 1, "1 is asked for the second");
}

#[test]
fn who_goes_off_duty_is_taken_back_everywhere_and_asked_nowhere() {
    let mut town = Town::drawn("S-A-T-1");
    town.press_answered('S');
    town.press_answered('T');
    town.settle();
    town.duty('A', false);
    town.duty('1', false);
    town.settle();
    for door in ['S', 'T'] {
        assert_eq!(town.asked(door, TeamRole::Lead), None);
        assert_eq!(town.asked(door, TeamRole::Support), None);
    }
}

#[test]
fn planning_twice_without_a_change_decides_nothing_more() {
    let mut town = Town::drawn("S-A-T-1-2-B-U");
    for door in ['S', 'T', 'U'] {
        town.press(door);
    }
    for _ in 0..200 {
        town.settle();
        assert_eq!(town.decisions(), [], "at {:?}", town.now());
        town.wait_s(7);
    }
}

#[test]
fn the_same_town_at_the_same_time_gives_the_same_decisions() {
    let night = || {
        let mut town = Town::drawn("S-A-T-1-2-B-U\n|\nC---3");
        for door in ['S', 'T', 'U'] {
            town.press(door);
            town.run_s(17);
        }
        town.run_s(900);
        (town.log, town.set)
    };
    assert_eq!(night(), night());
}
