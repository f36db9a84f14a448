//! What is kept of a round, so that a console can show what it brought.

use silverbell_domain::{Event, Reason, RoundTally, TeamRole};

use crate::night::{Night, at, notes};

/// A is the nearest to the first senior and the only one whom the second has inside ten minutes.
fn two_compete() -> (Night, Night) {
    let mut night = Night::new();
    night.sos(1, at(0.0, 2_000.0), 2);
    night.sos(2, at(0.0, 4_400.0), 1);
    night.aide(1, at(0.0, 2_300.0));
    night.aide(2, at(0.0, 0.0));
    let after = night.planned();
    (night, after)
}

#[test]
fn an_offer_that_differs_from_the_plain_choice_says_whom_that_was_and_what_is_gained() {
    let (night, _) = two_compete();
    let decisions = night.plan();
    let kept = notes(&decisions);
    assert_eq!(kept.len(), 2, "both offers differ");
    let (_, role, note) = &kept[0];
    let plain = note.plain_choice.expect("somebody nearer");
    assert_eq!((*role, plain.responder), (TeamRole::Lead, night.travel.0[0].0));
    assert_eq!(plain.eta.s, 74);
    assert_eq!((note.seniors, note.rings_min.as_slice()), (2, &[10, 20, 30][..]));
    // One by one both go to the first senior: the second has nobody.
    let plain = RoundTally { inside: vec![1, 1, 1], asked: 2, worst_s: 491, total_s: 565 };
    let round = RoundTally { inside: vec![2, 2, 2], asked: 2, worst_s: 516, total_s: 1_007 };
    assert_eq!((&note.plain, &note.round), (&plain, &round));
    assert_eq!(kept[1].2.plain_choice, None, "nobody would have been left for the second");
}

#[test]
fn who_goes_to_another_ticket_of_the_round_is_busy_to_this_one() {
    let (night, _) = two_compete();
    let decisions = night.plan();
    let considered = decisions[0].events.iter().find_map(|event| match &event.event {
        Event::Offered { considered, .. } => Some(considered),
        _ => None,
    });
    let reasons: Vec<_> = considered.expect("an offer").iter().map(|c| c.reason).collect();
    assert_eq!(reasons, [Reason::Busy, Reason::Free]);
}

#[test]
fn nothing_is_kept_where_the_plain_choice_is_as_good() {
    let mut night = Night::new();
    for n in 0..6 {
        night.sos(n, at(0.0, 1_000.0 * f64::from(n)), 1);
        night.aide(n, at(100.0, 1_000.0 * f64::from(n)));
        night.rescuer(n, at(200.0, 1_000.0 * f64::from(n)));
    }
    assert_eq!(notes(&night.plan()), []);
    let mut alone = two_compete().0;
    let second = alone.in_order()[1].id;
    alone.set.clear_tickets();
    alone.set.put(two_compete().0.set.tickets()[&second].clone());
    assert_eq!(notes(&alone.plan()), [], "a ticket alone is no round");
}

#[test]
fn an_offer_written_before_there_were_rounds_can_be_read() {
    let text = r#"{"event":"offered","data":{"offer":"019aa3f2-9f40-7000-8000-000000000001",
        "responder":"019aa3f2-9f40-7000-8000-000000000002","role":"lead",
        "eta":{"s":120,"source":"straight_line"},"ring_min":10,"overdue":false,"considered":[]}}"#;
    let event: Event = serde_json::from_str(text).expect("an old offer");
    assert!(matches!(&event, Event::Offered { round: None, .. }));
    let again = serde_json::to_value(&event).expect("JSON");
    let old: serde_json::Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(again, old, "and is written as it was");
}

#[test]
fn a_note_survives_being_written_and_read() {
    for decision in two_compete().0.plan() {
        for event in decision.events {
            let text = serde_json::to_string(&event).expect("JSON");
            assert_eq!(event, serde_json::from_str(&text).expect("the same event"));
        }
    }
}
