//! Nobody speaks.

use silverbell_domain::{Flag, Kind, Needs, OfferCommand, Refusal, SilenceStep, TeamRole};
use silverbell_testkit::{Broken, Town, operator};

fn no_voice(town: &mut Town, after: Option<SilenceStep>) {
    let id = town.ticket('S').id;
    town.must(id, |t, now, policy| t.no_voice(operator(1), after, now, policy));
}

fn tried(town: &Town) -> Vec<String> {
    let is_step = |line: &String| {
        ["nobody speaks: call", "once more", "family", "neighbour", "knock is"]
            .iter()
            .any(|word| line.contains(word))
    };
    town.story('S').into_iter().filter(is_step).collect()
}

#[test]
fn a_call_without_a_voice_is_tried_step_by_step_each_in_its_time() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.run_s(10);
    no_voice(&mut town, None);
    town.run_s(300);
    assert_eq!(
        tried(&town),
        [
            "0:10 nobody speaks: call back",
            "0:40 call back once more",
            "1:10 call the family",
            "2:10 ask a neighbour to knock",
            "3:10 the aides' knock is awaited",
        ]
    );
    assert!(town.ticket('S').flags.contains(&Flag::NoVoice));
}

#[test]
fn what_was_tried_in_vain_is_left_at_once_and_said_twice_it_is_left_once() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    no_voice(&mut town, None);
    no_voice(&mut town, None);
    town.run_s(5);
    no_voice(&mut town, Some(SilenceStep::FirstCallBack));
    no_voice(&mut town, Some(SilenceStep::FirstCallBack));
    town.run_s(29);
    assert_eq!(tried(&town), ["0:00 nobody speaks: call back", "0:05 call back once more"]);
    town.run_s(1);
    assert_eq!(tried(&town)[2], "0:35 call the family");
}

#[test]
fn nobody_waits_for_a_voice_the_hold_ends_at_once() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 45;
    town.press_answered('S');
    town.run_s(5);
    assert_eq!(town.asked('S', TeamRole::Lead), None);
    no_voice(&mut town, None);
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn a_silent_call_that_is_opened_by_hand_waits_for_nobody() {
    let mut town = Town::drawn("A-S-1");
    town.open('S', Kind::Silent);
    no_voice(&mut town, None);
    assert!(!town.ticket('S').flags.contains(&Flag::ByHand), "nobody could confirm it");
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert_eq!(town.ticket('S').silence.map(|it| it.step), Some(SilenceStep::FirstCallBack));
}

#[test]
fn who_was_heard_is_not_called_any_more() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    no_voice(&mut town, None);
    town.run_s(20);
    let id = town.ticket('S').id;
    let heard = |town: &mut Town| {
        town.must(id, |t, now, policy| t.voice_heard(operator(1), None, now, policy));
    };
    heard(&mut town);
    heard(&mut town);
    town.run_s(300);
    assert_eq!(tried(&town).len(), 1);
    assert!(!town.ticket('S').flags.contains(&Flag::NoVoice));
    no_voice(&mut town, None);
    assert_eq!(tried(&town).len(), 2, "and it can begin again");
}

#[test]
fn once_somebody_is_with_the_senior_nothing_more_is_tried() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    no_voice(&mut town, None);
    town.run_s(20);
    town.step('A', OfferCommand::WithSenior(silverbell_domain::Arrival::Confirmed));
    town.run_s(300);
    assert_eq!(tried(&town).len(), 1);
}

#[test]
fn a_step_that_nobody_takes_is_told_to_the_next_ones() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    no_voice(&mut town, None);
    town.run_s(170);
    let told: Vec<String> =
        town.story('S').into_iter().filter(|line| line.ends_with("nobody speaks")).collect();
    assert_eq!(
        told,
        [
            "0:30 reminds the owner: nobody speaks",
            "1:30 alarms all operators: nobody speaks",
            "2:30 tells the shift lead: nobody speaks",
        ]
    );
}

#[test]
fn who_cannot_hear_is_not_called_back_but_the_family_is() {
    let mut town = Town::drawn("A-S-1");
    town.policy.dispatch.hold_s = 45;
    town.needs('S', Needs { is_deaf: true, ..Needs::default() });
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'), "nobody could find out more by waiting");
    assert!(town.ticket('S').flags.contains(&Flag::CannotTalk));
    no_voice(&mut town, None);
    assert_eq!(tried(&town), ["0:00 call the family"]);
}

#[test]
fn what_is_no_emergency_is_opened_as_a_silent_call() {
    let mut town = Town::drawn("A-S-1");
    let id = town.open('S', Kind::Callback);
    let refused =
        town.change(id, |t, now, policy| t.no_voice(operator(1), None, now, policy)).unwrap_err();
    let words = "this is no emergency: open a ticket of kind `silent` for the senior";
    assert_eq!(refused, Broken::Refused(Refusal::State(words)));
}

#[test]
fn what_is_said_of_a_ladder_that_has_ended_begins_none() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    no_voice(&mut town, None);
    let id = town.ticket('S').id;
    town.must(id, |t, now, policy| t.voice_heard(operator(1), None, now, policy));
    no_voice(&mut town, Some(SilenceStep::FirstCallBack));
    assert_eq!(town.ticket('S').silence, None, "a screen that lags means nothing new");
}
