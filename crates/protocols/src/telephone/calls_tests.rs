use super::super::recent::MAX_NAMES;
use super::*;

fn sight(leg: &str, call: &str, place: Place) -> Sight {
    Sight { leg: leg.into(), call: call.into(), name: leg.into(), place, ..Sight::default() }
}

fn told(calls: &mut Calls) -> Vec<String> {
    let word = |event: CallEvent| match event {
        CallEvent::Ringing { call, direction, .. } => format!("{call} {}", direction.as_str()),
        CallEvent::Caller { call, .. } => format!("{call} caller"),
        CallEvent::Answered { call, by } => format!("{call} by {}", by.unwrap_or_default()),
        CallEvent::Ended { call, result, .. } => format!("{call} {}", result.as_str()),
    };
    std::iter::from_fn(|| calls.next_event()).map(word).collect()
}

fn gone(calls: &mut Calls, leg: &str) {
    calls.gone(leg, &Verdict::default());
}

#[test]
fn a_call_between_seats_is_not_told() {
    let mut calls = Calls::default();
    calls.sight(sight("a", "a", Place::Seat));
    calls.sight(sight("b", "a", Place::Seat));
    calls.answer("a", "b", Place::Seat, "b");
    gone(&mut calls, "b");
    gone(&mut calls, "a");
    assert_eq!((told(&mut calls).len(), calls.len()), (0, 0));
}

#[test]
fn whoever_shares_a_bridge_with_the_caller_answers_him() {
    let mut calls = Calls::default();
    calls.sight(sight("seat", "seat", Place::Seat));
    calls.sight(sight("in", "in", Place::Outside));
    calls.sight(sight("recorder", "in", Place::Machine));
    calls.enters("recorder", "x");
    calls.enters("in", "x");
    assert_eq!(told(&mut calls), ["in incoming"], "a recorder is nobody");
    calls.enters("seat", "x");
    assert_eq!(told(&mut calls), ["in by seat"], "though it is of another call");
}

#[test]
fn a_seat_behind_an_inner_leg_answers() {
    for order in [["seat", "inner2", "inner1", "in"], ["in", "inner1", "inner2", "seat"]] {
        let mut calls = Calls::default();
        calls.sight(sight("in", "in", Place::Outside));
        for inner in ["inner1", "inner2"] {
            calls.sight(sight(inner, "in", Place::Inner));
        }
        calls.sight(sight("seat", "in", Place::Seat));
        for leg in order {
            calls.enters(leg, if ["in", "inner1"].contains(&leg) { "x" } else { "y" });
        }
        assert_eq!(told(&mut calls), ["in incoming", "in by seat"], "{order:?}");
    }
}

#[test]
fn an_answer_may_come_before_the_first_leg() {
    let mut calls = Calls::default();
    calls.sight(sight("seat", "in", Place::Seat));
    calls.answer("in", "seat", Place::Seat, "seat");
    calls.sight(sight("in", "in", Place::Outside));
    assert_eq!(told(&mut calls), ["in incoming", "in by seat"]);
}

#[test]
fn what_comes_after_the_end_begins_nothing() {
    let mut calls = Calls::default();
    calls.sight(sight("in", "in", Place::Outside));
    gone(&mut calls, "in");
    for late in ["in", "seat"] {
        calls.sight(sight(late, "in", Place::Outside));
        gone(&mut calls, late);
    }
    assert_eq!(told(&mut calls), ["in incoming", "in missed"]);
    assert_eq!(calls.len(), 0);
}

#[test]
fn an_outgoing_call_that_is_passed_on_ends_with_its_last_leg() {
    let mut calls = Calls::default();
    calls.sight(sight("seat", "seat", Place::Seat));
    calls.sight(sight("out", "seat", Place::Outside));
    calls.dials("seat", None);
    calls.answer("seat", "out", Place::Outside, "out");
    gone(&mut calls, "seat");
    calls.sight(sight("other", "seat", Place::Seat));
    gone(&mut calls, "other");
    assert_eq!(told(&mut calls), ["seat outgoing", "seat by "]);
    gone(&mut calls, "out");
    assert_eq!(told(&mut calls), ["seat completed"]);
}

#[test]
fn a_call_out_that_calls_the_number_first_is_told_at_once() {
    let mut calls = Calls::default();
    calls.sight(Sight { called_out: true, ..sight("out", "out", Place::Outside) });
    assert_eq!(told(&mut calls), ["out outgoing"]);
    calls.sight(sight("seat", "out", Place::Seat));
    calls.answer("out", "seat", Place::Seat, "seat");
    assert_eq!(told(&mut calls), ["out by "]);
}

#[test]
fn a_click_to_call_whose_seat_stays_silent_has_failed() {
    for seat_first in [true, false] {
        let mut calls = Calls::default();
        calls.sight(Sight { called_out: true, ..sight("id", "id", Place::Seat) });
        if seat_first {
            gone(&mut calls, "id");
            calls.failed("id", CallResult::Failed);
        } else {
            calls.failed("id", CallResult::Failed);
            gone(&mut calls, "id");
        }
        calls.failed("id", CallResult::Failed);
        assert_eq!(told(&mut calls), ["id failed"], "{seat_first}");
    }
}

#[test]
fn a_call_lost_between_two_connections_is_over() {
    let mut calls = Calls::default();
    for leg in ["lost", "kept"] {
        calls.sight(sight(leg, leg, Place::Outside));
    }
    calls.list();
    calls.sight(sight("kept", "kept", Place::Outside));
    calls.sight(sight("new", "new", Place::Outside));
    calls.listed();
    let expected = ["lost incoming", "kept incoming", "new incoming", "lost missed"];
    assert_eq!(told(&mut calls), expected);
    assert_eq!(calls.len(), 2);
}

#[test]
fn the_oldest_call_makes_room_and_is_told_as_missed() {
    let mut calls = Calls::default();
    for number in 0..=MAX_CALLS {
        calls.sight(sight(&number.to_string(), &number.to_string(), Place::Outside));
    }
    assert_eq!(calls.len(), MAX_CALLS);
    let told = told(&mut calls);
    assert_eq!(
        told.iter().filter(|word| word.ends_with("missed")).collect::<Vec<_>>(),
        ["0 missed"]
    );
}

#[test]
fn memory_is_bounded() {
    let mut calls = Calls::default();
    for number in 0..3 * MAX_LEGS {
        let call = (number % 7).to_string();
        calls.sight(sight(&format!("{call} {number}"), &call, Place::Seat));
        calls.next_event();
    }
    for number in 0..3 * MAX_NAMES {
        gone(&mut calls, &number.to_string());
    }
    assert!(calls.memory() <= MAX_CALLS + MAX_LEGS + 2 * MAX_NAMES);
    calls.sight(sight(&"x".repeat(MAX_ID + 1), "x", Place::Outside));
    assert!(told(&mut calls).is_empty(), "a name too long");
}
