//! Who is asked, in which order, and what becomes of it.

use silverbell_domain::{Answers, OfferCommand, OfferId, Reason, TeamRole, WithdrawReason};
use silverbell_testkit::{Town, nth_uuid, operator};

#[test]
fn the_nearest_aide_leads_and_the_nearest_other_supports() {
    let mut town = Town::drawn("B--A--S-1---2");
    town.press_answered('S');
    town.plan();
    assert_eq!(
        town.story_since('S', "0:00")[2..],
        ["0:00 asks A to lead (3 min)", "0:00 asks 1 to support (2 min)"]
    );
}

#[test]
fn an_aide_supports_who_is_nearer_than_any_rescuer() {
    let mut town = Town::drawn("A--S--B----1");
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert_eq!(town.asked('S', TeamRole::Support), Some('B'));
}

#[test]
fn a_rescuer_never_leads_however_near() {
    let mut town = Town::drawn("1-2-S-3");
    town.press_answered('S');
    town.run_s(300);
    assert_eq!(town.asked('S', TeamRole::Lead), None);
    assert!(!town.story('S').iter().any(|line| line.contains("to lead")));
    assert!(town.asked('S', TeamRole::Support).is_some());
}

#[test]
fn who_is_there_soonest_is_asked_first_not_who_is_closest() {
    let mut town = Town::drawn("A------------------S--B");
    town.travels_by('A', silverbell_domain::Travel::Ebike);
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    assert_eq!(town.asked('S', TeamRole::Support), Some('A'));

    let mut town = Town::drawn("A-------S--B");
    town.travels_by('A', silverbell_domain::Travel::Ebike);
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'), "8 minutes on foot, 2 on wheels");
}

#[test]
fn an_offer_that_nobody_answers_expires_and_the_next_is_asked() {
    let mut town = Town::drawn("C-B-A-S-1");
    town.press_answered('S');
    town.run_s(0);
    town.accept('1');
    town.run_s(60);
    assert_eq!(
        town.story('S')[2..],
        [
            "0:00 asks A to lead (2 min)",
            "0:00 asks 1 to support (2 min)",
            "0:00 1 accepts",
            "0:30 A does not answer",
            "0:30 asks B to lead (4 min)",
            "1:00 B does not answer",
            "1:00 widens to 20 min: in time",
            "1:00 asks C to lead (6 min)",
        ]
    );
}

#[test]
fn who_did_not_answer_is_asked_again_after_everybody_else_in_the_ring() {
    let mut town = Town::drawn("B-A-S-1");
    town.policy.dispatch.widen_after_s = 600;
    town.press_answered('S');
    town.run_s(0);
    town.accept('1');
    town.run_s(120);
    assert_eq!(
        town.story_since('S', "0:30"),
        [
            "0:30 A does not answer",
            "0:30 asks B to lead (4 min)",
            "1:00 B does not answer",
            "1:00 asks A to lead (2 min)",
            "1:30 A does not answer",
            "1:30 asks B to lead (4 min)",
            "2:00 B does not answer",
            "2:00 1 does not move",
            "2:00 reminds the owner: not moving",
            "2:00 asks A to lead (2 min)",
        ]
    );
}

#[test]
fn who_did_not_answer_is_asked_after_everybody_in_the_wider_ring_too() {
    // At 1:30 neither fits the ring of ten minutes any more.
    let mut town = Town::drawn("B-A--------S-1");
    town.policy.dispatch.widen_after_s = 600;
    town.policy.dispatch.offer_timeout_s = 90;
    town.press_answered('S');
    town.run_s(0);
    town.accept('1');
    town.run_s(90);
    assert_eq!(
        town.story_since('S', "1:30"),
        [
            "1:30 A does not answer",
            "1:30 widens to 20 min: nobody left",
            "1:30 asks B to lead (11 min)",
        ]
    );
}

#[test]
fn who_declined_is_asked_again_only_by_hand() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.run_s(0);
    town.accept('1');
    town.decline('A');
    town.run_s(1_200);
    assert_eq!(town.asked('S', TeamRole::Lead), None);
    assert_eq!(town.reason('S', 'A'), Some(Reason::Declined));

    let (id, aide) = (town.ticket('S').id, town.who('A'));
    let eta = town.streets.eta(
        town.streets.at('A'),
        silverbell_domain::Travel::Walk,
        town.streets.at('S'),
    );
    let offer = OfferId(nth_uuid(100, 1));
    town.must(id, |t, now, policy| {
        t.assign(operator(1), offer, aide, TeamRole::Lead, eta, now, policy)
    });
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn who_was_taken_back_by_hand_is_not_asked_again() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.run_s(0);
    town.step('A', OfferCommand::Withdraw(WithdrawReason::ByHand));
    town.run_s(300);
    assert_eq!(town.asked('S', TeamRole::Lead), None);
    assert_eq!(town.reason('S', 'A'), Some(Reason::Withdrawn));
}

#[test]
fn whoever_accepts_frees_the_others_asked_for_the_place() {
    let mut town = Town::drawn("A-S-1--B");
    town.press_answered('S');
    town.run_s(0);
    // Asked for the lead by the planner, B is put beside A by a ticket of an older day.
    let id = town.ticket('S').id;
    let (aide, eta) = (
        town.who('B'),
        silverbell_domain::Eta { s: 240, source: silverbell_domain::EtaSource::Roads },
    );
    town.must(id, |t, _, policy| {
        let mut second = t.offers[0].clone();
        second.id = OfferId(nth_uuid(100, 1));
        second.responder = aide;
        second.eta = eta;
        t.offers.push(second);
        t.reschedule(policy);
        Ok(Vec::new())
    });
    town.accept('B');
    assert_eq!(town.story('S')[4..], ["0:00 B accepts", "0:00 takes A back: the place is taken"]);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    assert_eq!(town.asked('S', TeamRole::Support), Some('1'), "another place");
}

#[test]
fn an_offer_can_be_accepted_until_its_end_was_noticed() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.plan();
    town.wait_s(31);
    town.accept('A');
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn an_offer_keeps_whom_else_the_planner_considered_and_why() {
    let mut town = Town::drawn("A-S-1-----------------B");
    town.press_answered('S');
    let decisions = town.plan();
    let offered = decisions[0].events.iter().find_map(|event| match &event.event {
        silverbell_domain::Event::Offered { considered, .. } => Some(considered),
        _ => None,
    });
    let reasons: Vec<(char, Reason)> =
        offered.unwrap().iter().map(|c| (town.name_of(c.responder), c.reason)).collect();
    assert_eq!(reasons, [('A', Reason::Free), ('1', Reason::Free), ('B', Reason::OutsideRing(20))]);
    assert_eq!(reasons[2].1.in_words(10), "20 min: outside the 10-minute circle");
}

#[test]
fn once_both_have_accepted_nobody_else_is_asked() {
    let mut town = Town::drawn("B-A-S-1-2");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    town.accept('1');
    town.run_s(60);
    assert_eq!(town.ticket('S').offers.len(), 2);
    assert_eq!(town.ticket('S').ring_min, 10, "nor does the search widen");
}

#[test]
fn who_gives_the_offer_back_before_arriving_is_replaced() {
    let mut town = Town::drawn("B-A-S-1");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    town.accept('1');
    town.decline('A');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
}

/// Somebody who accepted so many of the offers made lately.
fn answered(town: &mut Town, name: char, asked: u32, accepted: u32, last_accepted: Option<u64>) {
    let last_accepted = last_accepted.map(|n| OfferId(nth_uuid(77, n)));
    town.answered(name, Answers { asked, accepted, last_accepted });
}

#[test]
fn whoever_seldom_accepts_is_asked_together_with_others() {
    let mut town = Town::drawn("C-B-A-S-1");
    answered(&mut town, 'A', 30, 3, None);
    town.press_answered('S');
    town.settle();
    assert_eq!(
        town.story('S')[2..],
        [
            "0:00 asks A to lead (2 min)",
            "0:00 asks 1 to support (2 min)",
            "0:00 asks B to lead (4 min)",
        ]
    );
    town.accept('B');
    town.run_s(0);
    assert_eq!(
        town.story_since('S', "0:00").last().map(String::as_str),
        Some("0:00 takes A back: the place is taken")
    );
}

#[test]
fn a_decline_is_made_up_for_at_once() {
    let mut town = Town::drawn("D-C-B-A-S-1");
    answered(&mut town, 'A', 30, 3, None);
    answered(&mut town, 'B', 30, 25, None);
    town.press_answered('S');
    town.settle();
    town.decline('B');
    town.settle();
    let story = town.story('S');
    assert_eq!(story[5..], ["0:00 B declines", "0:00 asks C to lead (6 min)"]);
}

#[test]
fn at_most_so_many_are_asked_at_once_and_nobody_beyond_the_ring() {
    let mut town = Town::drawn("E---------D-C-B-A-S-1");
    for name in ['A', 'B', 'C', 'D', 'E'] {
        answered(&mut town, name, 1_000, 10, None);
    }
    town.press_answered('S');
    town.settle();
    let asked =
        |town: &Town| town.ticket('S').offers.iter().filter(|o| o.role == TeamRole::Lead).count();
    assert_eq!(asked(&town), 3);
    town.policy.dispatch.at_once_max = 9;
    let mut town = Town::drawn("E---------D-A-S-1");
    town.policy.dispatch.at_once_max = 9;
    for name in ['A', 'D', 'E'] {
        answered(&mut town, name, 1_000, 10, None);
    }
    town.press_answered('S');
    town.settle();
    assert_eq!(asked(&town), 2, "E is outside the ring of 10 minutes");
    assert_eq!(town.ticket('S').ring_min, 10);
}

#[test]
fn nobody_is_asked_beside_somebody_while_another_ticket_waits() {
    let mut town = Town::drawn("S-A-B-T");
    answered(&mut town, 'A', 100, 1, None);
    answered(&mut town, 'B', 100, 1, None);
    town.press_answered('S');
    town.press_answered('T');
    town.settle();
    for door in ['S', 'T'] {
        let leads = town.ticket(door).offers.iter().filter(|o| o.role == TeamRole::Lead).count();
        assert_eq!(leads, 1, "{door}");
    }
}

#[test]
fn what_was_answered_is_counted_once_and_as_if_it_were_read_again() {
    let mut town = Town::drawn("B-A-S-1");
    town.press_answered('S');
    town.settle();
    town.accept('1');
    town.run_s(31);
    town.decline('B');
    town.settle();
    let counts = |town: &Town, name| {
        let answers = town.set.people[&town.who(name)].answers;
        (answers.asked, answers.accepted)
    };
    assert_eq!(counts(&town, 'A'), (1, 0), "let it expire, and is asked again");
    assert_eq!(counts(&town, 'B'), (1, 0));
    assert_eq!(counts(&town, '1'), (1, 1));
    town.decline('1');
    assert_eq!(counts(&town, '1'), (1, 0), "gave it back");
}

#[test]
fn of_equals_whoever_went_out_longest_ago_is_asked() {
    let mut town = Town::drawn(
        "A-S-B
            |
            1",
    );
    answered(&mut town, 'A', 5, 5, Some(9));
    answered(&mut town, 'B', 5, 5, Some(3));
    town.press_answered('S');
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    town.policy.dispatch.equal_within_s = 0;
    let mut town = Town::drawn("C-A-S-B");
    answered(&mut town, 'A', 5, 5, Some(9));
    town.press_answered('S');
    town.settle();
    assert_ne!(town.asked('S', TeamRole::Lead), Some('C'), "two minutes are not equal");
}

#[test]
fn who_rests_or_goes_home_is_asked_only_when_nobody_else_is_left() {
    let mut town = Town::drawn("C-B-A-S-1");
    let now = town.now();
    town.rests('A', now.plus_s(600));
    town.goes_home('B', now.plus_s(120));
    town.press_answered('S');
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('C'));
    assert_eq!(town.reason('S', 'A'), Some(Reason::Resting));
    assert_eq!(town.reason('S', 'B'), Some(Reason::ShiftEnds));
    town.decline('C');
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'), "better than nobody");
}
