//! What is peculiar to a senior.

use silverbell_domain::{
    Absence, Elsewhere, Flag, LatLon, Needs, PositionSource, TeamRole, UnixMs, open_visit,
};
use silverbell_testkit::{START, Town, nth_uuid};

fn hokkien() -> Needs {
    Needs { dialect: Some("闽南话".into()), ..Needs::default() }
}

fn away(place: Elsewhere, until: Option<UnixMs>) -> Needs {
    let absence = Absence { place, until, note: String::new() };
    Needs { absence: Some(absence), ..Needs::default() }
}

#[test]
fn of_equals_whoever_speaks_the_senior_s_language_goes() {
    let mut town = Town::drawn("A-S-B");
    town.needs('S', hokkien());
    town.speaks('B', " 闽南话");
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
}

#[test]
fn nobody_waits_minutes_for_a_language() {
    let mut town = Town::drawn("A-S---B");
    town.needs('S', hokkien());
    town.speaks('B', "闽南话");
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn where_nobody_is_thought_to_be_a_person_decides_or_the_clock() {
    let mut town = Town::drawn("A-S-1");
    town.needs('S', away(Elsewhere::Hospital, None));
    town.press_answered('S');
    assert!(town.ticket('S').flags.contains(&Flag::InHospital));
    town.run_s(59);
    assert_eq!(town.asked('S', TeamRole::Lead), None);
    town.run_s(1);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn who_is_away_and_tells_where_is_helped_there_at_once() {
    let mut town = Town::drawn("A-S-1");
    town.needs('S', away(Elsewhere::Away, None));
    let door = town.senior('S').home;
    let there = LatLon { lat: door.lat + 0.001, ..door };
    town.alarm('S', |press| press.fix(PositionSource::Gps, there, START));
    town.answer('S', 1);
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert!(town.ticket('S').flags.contains(&Flag::Away));
}

#[test]
fn who_is_back_is_at_home() {
    let mut town = Town::drawn("A-S-1");
    town.needs('S', away(Elsewhere::Away, Some(START)));
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert!(!town.ticket('S').flags.contains(&Flag::Away));
}

#[test]
fn a_visit_wakes_no_team_and_waits_for_no_confirmation() {
    let town = Town::drawn("A-S-1");
    let id = silverbell_domain::TicketId(nth_uuid(77, 1));
    let (visit, events) = open_visit(id, town.senior('S'), 5, START, &town.policy);
    assert!(!visit.is_emergency() && visit.flags.is_empty() && visit.held_until.is_none());
    assert_eq!(events.len(), 2);
    assert!(visit.next_deadline().is_some(), "nobody forgets it");
}

#[test]
fn a_place_that_becomes_known_is_not_waited_for_any_longer() {
    let mut town = Town::drawn("A-S-1");
    town.needs('S', away(Elsewhere::Away, None));
    town.press_answered('S');
    town.run_s(10);
    assert_eq!(town.asked('S', TeamRole::Lead), None);
    let there = town.senior('S').home;
    town.alarm('S', |press| press.id("again").fix(PositionSource::Gps, there, START));
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn whose_device_it_turns_out_to_be_takes_the_plan_of_the_one_before_with_it() {
    let mut town = Town::drawn("A-S-T");
    town.needs('S', Needs { is_mute: true, ..Needs::default() });
    let id = town.unknown("stranger", |press| press);
    for (door, cannot_talk) in [('S', true), ('T', false)] {
        let senior = town.senior(door).clone();
        town.must(id, |t, now, policy| {
            t.verify(silverbell_testkit::operator(1), Some(&senior), now, policy)
        });
        assert_eq!(town.tickets[&id].flags.contains(&Flag::CannotTalk), cannot_talk);
    }
}
