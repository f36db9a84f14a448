//! Silence is impossible: who is told when nothing happens.

use silverbell_domain::{DeadlineKind, OfferCommand};
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
    town.step('A', OfferCommand::OnScene(silverbell_domain::Arrival::Claimed));
    town.run_s(600);
    assert_eq!(told(&town, "A is late").len(), 2, "nobody at the door is late");
}

#[test]
fn a_quiet_ticket_is_chased_until_somebody_does_something() {
    let mut town = Town::drawn("S");
    town.policy.dispatch.rings_min = vec![10];
    let id = town.press_answered('S');
    town.run_s(1_250);
    assert_eq!(
        told(&town, "reminds the owner"),
        ["10:00 reminds the owner", "20:00 reminds the owner"]
    );
    town.must(id, |t, now, policy| Ok(t.note(operator(1), "calling".into(), now, policy)));
    town.run_s(599);
    assert_eq!(told(&town, "reminds the owner").len(), 2);
    town.run_s(1);
    assert_eq!(told(&town, "reminds the owner").len(), 3);
}

#[test]
fn what_the_machine_does_is_no_news_to_the_quiet_watchdog() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.run_s(600);
    assert_eq!(told(&town, "reminds the owner"), ["10:00 reminds the owner"]);
}

#[test]
fn a_closed_ticket_has_no_deadlines_and_nothing_more_happens_to_it() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    town.run_s(5);
    town.must(id, |t, now, policy| t.close(operator(1), crate::helped(), now, policy));
    assert_eq!(town.tickets[&id].deadlines, []);
    for kind in DeadlineKind::ALL {
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
