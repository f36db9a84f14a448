//! Silence is impossible: who is told when nothing happens.

use silverbell_domain::{Arrival, By, DeadlineKind, Desk, OfferCommand, TeamRole, Ticket};
use silverbell_testkit::{Town, operator};

fn told(town: &Town, what: &str) -> Vec<String> {
    town.story('S').into_iter().filter(|line| line.ends_with(what)).collect()
}

#[test]
fn an_unanswered_ticket_alarms_all_operators_once_and_the_supervisor_again_and_again() {
    let mut town = Town::drawn("A-S-1");
    town.press('S');
    town.run_s(200);
    assert_eq!(told(&town, "alarms all operators"), ["0:15 alarms all operators"]);
    assert_eq!(
        told(&town, "nobody answers"),
        [
            "0:30 tells the shift lead: nobody answers",
            "1:00 tells the supervisor: nobody answers",
            "2:00 tells the supervisor: nobody answers",
            "3:00 tells the supervisor: nobody answers",
        ]
    );
}

#[test]
fn answering_stops_the_alarms() {
    let mut town = Town::drawn("A-S-1");
    town.press('S');
    town.run_s(14);
    town.answer('S', 1);
    town.run_s(400);
    assert!(told(&town, "alarms all operators").is_empty());
    assert!(told(&town, "nobody answers").is_empty());
}

#[test]
fn one_acceptance_is_enough_not_to_call_the_supervisor() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.run_s(100);
    town.accept('1');
    town.run_s(300);
    assert!(told(&town, "nobody accepts").is_empty());
}

#[test]
fn a_responder_who_is_late_is_noticed_once_a_grace() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    town.accept('1');
    // Two minutes' way, two minutes' grace.
    town.run_s(240 + 120);
    let late = told(&town, "A is late");
    assert_eq!(late, ["4:00 A is late", "6:00 A is late"]);
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    town.run_s(600);
    assert_eq!(told(&town, "A is late").len(), 2, "nobody at the door is late");
}

#[test]
fn a_quiet_ticket_climbs_until_somebody_does_something() {
    let mut town = with_somebody_at_the_door();
    town.run_s(600 + 200);
    let climbed = [
        "10:00 reminds the owner: no news",
        "11:00 alarms all operators: no news",
        "12:00 tells the shift lead: no news",
        "13:00 tells the supervisor: no news",
    ];
    assert_eq!(told(&town, "no news"), climbed);
    let id = town.ticket('S').id;
    town.must(id, |t, now, policy| Ok(t.note(operator(1), "calling".into(), now, policy)));
    town.run_s(599);
    assert_eq!(told(&town, "no news").len(), 4);
    town.run_s(1);
    assert_eq!(told(&town, "reminds the owner: no news").len(), 2, "and it begins again");
}

/// A ticket that wants nothing more: both are with the senior.
fn with_somebody_at_the_door() -> Town {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.settle();
    for name in ['A', '1'] {
        town.accept(name);
        town.step(name, OfferCommand::WithSenior(Arrival::Confirmed));
    }
    town
}

#[test]
fn what_the_machine_does_is_no_news_to_the_quiet_watchdog() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.run_s(600);
    assert_eq!(told(&town, "no news"), ["10:00 tells the supervisor: no news"]);
}

#[test]
fn whoever_is_not_there_is_passed_over() {
    let mut town = with_somebody_at_the_door();
    town.set.desk = Desk { operators: 1, shift_leads: 0 };
    town.policy.escalation.leader_phone = "13800000000".into();
    town.run_s(600 + 200);
    let climbed = [
        "10:00 reminds the owner: no news",
        "11:00 tells the supervisor: no news",
        "12:00 tells the leader: no news",
        "13:00 tells the supervisor: no news",
        "13:00 tells the leader: no news",
    ];
    assert_eq!(told(&town, "no news"), climbed);
}

#[test]
fn a_climb_goes_on_where_it_was_after_a_restart() {
    let mut town = with_somebody_at_the_door();
    town.run_s(600 + 61);
    let kept = serde_json::to_string(town.ticket('S')).expect("a ticket is JSON");
    let mut ticket: Ticket = serde_json::from_str(&kept).expect("which is a ticket");
    ticket.deadlines = town.ticket('S').deadlines.clone();
    town.set.put(std::sync::Arc::new(ticket));
    town.run_s(60);
    assert_eq!(
        told(&town, "no news").last().map(String::as_str),
        Some("12:00 tells the shift lead: no news")
    );
}

#[test]
fn nobody_owns_what_a_stranger_notes_on_an_unanswered_ticket() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    town.run_s(61);
    town.must(id, |t, now, policy| Ok(t.note(operator(2), "seen".into(), now, policy)));
    town.run_s(60);
    assert_eq!(told(&town, "tells the supervisor: nobody answers").len(), 2);
}

#[test]
fn who_accepts_and_does_not_move_is_noticed_once_and_until_he_moves() {
    let mut town = Town::drawn("A----b----S-1");
    town.press_answered('S');
    town.settle();
    town.accept('1');
    town.step('1', OfferCommand::WithSenior(Arrival::Confirmed));
    town.accept('A');
    town.run_s(239);
    assert_eq!(told(&town, "A does not move"), ["2:00 A does not move"]);
    assert_eq!(
        told(&town, "not moving"),
        ["2:00 reminds the owner: not moving", "3:00 alarms all operators: not moving"]
    );
    town.stands_at('A', 'b');
    town.run_s(120);
    assert_eq!(told(&town, "A moves again"), ["4:00 A moves again"]);
    assert_eq!(told(&town, "not moving").len(), 2, "and nobody is told more");
    town.run_s(10);
    assert_eq!(
        told(&town, "not moving").last().map(String::as_str),
        Some("6:00 reminds the owner: not moving")
    );
}

#[test]
fn who_accepts_and_is_not_heard_of_is_not_believed_to_come() {
    let mut town = Town::drawn("A--------S-1");
    town.policy.watchdog.not_moving_s = 150;
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.falls_silent('A');
    town.run_s(300);
    assert_eq!(told(&town, "A is not heard of"), ["2:30 A is not heard of"]);
}

#[test]
fn a_claimed_arrival_is_confirmed_as_soon_as_the_position_agrees() {
    let mut town = Town::drawn("A----d--S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    town.run_s(30);
    assert!(town.ticket('S').offers[0].is_arrival_claimed());
    town.stands_at('A', 'S');
    town.run_s(30);
    assert_eq!(
        told(&town, "A is there: 0 m from the door"),
        ["1:00 A is there: 0 m from the door"]
    );
    assert!(!town.ticket('S').offers[0].is_arrival_claimed());
    assert!(told(&town, "arrival doubted").is_empty());
}

#[test]
fn a_claim_far_from_the_door_is_doubted_and_climbs() {
    let mut town = Town::drawn("A-------S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    town.run_s(121);
    assert_eq!(told(&town, "from the door"), ["2:00 A is not there: 480 m from the door"]);
    assert_eq!(told(&town, "arrival doubted"), ["2:00 reminds the owner: arrival doubted"]);
    assert_eq!(town.ticket('S').offers[0].door.and_then(|door| door.distance_m), Some(480));
    let (id, offer) = town.offer_to('A').expect("A was asked");
    // The operator speaks with him at the door.
    town.must(id, |t, now, policy| {
        let by = By::OnBehalf { user: operator(1) };
        t.step_offer(offer, OfferCommand::OnScene(Arrival::Confirmed), by, None, now, policy)
    });
    town.run_s(120);
    assert_eq!(told(&town, "arrival doubted").len(), 1);
}

#[test]
fn no_word_from_the_door_is_asked_for_again_and_again() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.step('A', OfferCommand::OnScene(Arrival::Confirmed));
    town.run_s(301);
    assert_eq!(told(&town, "no word from A"), ["5:00 no word from A"]);
    assert_eq!(
        told(&town, "no word from the door"),
        ["5:00 reminds the owner: no word from the door"]
    );
    town.step('A', OfferCommand::WithSenior(Arrival::Confirmed));
    town.run_s(200);
    assert_eq!(told(&town, "no word from the door").len(), 1);
}

#[test]
fn somebody_nearer_who_becomes_free_is_suggested_once_and_not_sent() {
    let mut town = Town::drawn("A-----------S-B-1");
    town.duty('B', false);
    town.policy.dispatch.rings_min = vec![30];
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.run_s(40);
    town.duty('B', true);
    town.run_s(30);
    assert_eq!(told(&town, "instead of 12"), ["1:00 suggests B: 2 min instead of 12"]);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn a_closed_ticket_is_at_rest_and_nothing_more_happens_to_it() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    town.run_s(5);
    town.must(id, |t, now, policy| t.close(operator(1), crate::helped(), now, policy));
    assert!(town.tickets[&id].is_at_rest());
    for kind in DeadlineKind::ALL.into_iter().filter(|kind| !kind.is_of_closed()) {
        assert_eq!(town.tickets[&id].due_at(kind, &town.policy), None, "{kind:?}");
    }
    let story = town.story('S');
    town.run_s(3_600);
    assert_eq!(town.story('S'), story);
}

#[test]
fn every_open_ticket_has_a_deadline_whatever_happened_to_it() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    for _ in 0..100 {
        town.run_s(60);
        assert!(town.tickets[&id].next_deadline().is_some());
    }
}

#[test]
fn what_came_to_be_the_matter_meanwhile_climbs_on_when_the_first_has_ended() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.accept('1');
    // Nobody moves; A is late and then there, and 1 is still nowhere.
    town.run_s(300);
    town.stands_at('A', 'S');
    town.step('A', OfferCommand::OnScene(Arrival::Confirmed));
    let id = town.ticket('S').id;
    assert!(town.tickets[&id].watch.climb.is_some(), "1 does not come nearer");
    town.step('1', OfferCommand::OnScene(Arrival::Confirmed));
    assert_eq!(town.tickets[&id].watch.climb, None);
}

#[test]
fn whoever_is_sent_elsewhere_is_not_standing_still() {
    let mut town = Town::drawn("A----S----a----1");
    town.press_answered('S');
    town.settle();
    town.accept('A');
    town.run_s(60);
    let id = town.ticket('S').id;
    let there = town.streets.places().find(|(name, _)| *name == 'a').map(|(_, at)| at);
    let there = there.unwrap_or(town.senior('S').home);
    town.must(id, |t, now, policy| t.place(operator(1), there, None, None, now, policy));
    town.run_s(90);
    let still = town.story('S').iter().any(|line| line.contains("A does not"));
    assert!(!still, "{:#?}", town.story('S'));
}
