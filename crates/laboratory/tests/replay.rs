//! Replays: deterministic, and about the policy alone.

use std::collections::HashMap;

use silverbell_domain::{
    LatLon, Offer, OfferState, Policy, ResponderId, ResponderRole, TicketId, Travel, UnixMs,
};
use silverbell_laboratory::{
    Answer, Manners, Press, RecordedAnswer, RecordedNight, Scenario, Spread, Staff, Ways, World,
    play, replay, responder_id,
};

fn patient() -> Policy {
    let mut policy = Policy::default();
    policy.dispatch.rings_min = vec![20, 40];
    policy.dispatch.widen_after_s = 120;
    policy
}

#[test]
fn the_same_replay_is_the_same_to_the_byte_and_another_seed_is_not() {
    let (default, patient) = (Policy::default(), patient());
    let policies = [("default", &default), ("patient", &patient)];
    let day = Scenario::longwen(5, 2);
    let table = replay(&day, &policies).to_string();
    assert_eq!(table, replay(&day, &policies).to_string());
    assert_ne!(table, replay(&Scenario::longwen(6, 2), &policies).to_string());
    assert!(table.lines().any(|line| line.starts_with("on scene within 10 min")), "{table}");
}

/// How long after the offer somebody accepted who was asked once, by ticket and responder.
fn acceptances(world: &World<'_>) -> HashMap<(TicketId, ResponderId), i64> {
    let accepted = |offer: &Offer| match offer.state {
        OfferState::Done { accepted_at, .. } => Some(accepted_at.since_ms(offer.offered_at)),
        _ => None,
    };
    let mut found = HashMap::new();
    for kept in world.database().tickets().values() {
        let offers = &kept.ticket.offers;
        let is_only = |offer: &&Offer| {
            offers.iter().filter(|other| other.responder == offer.responder).count() == 1
        };
        for offer in offers.iter().filter(is_only) {
            found.extend(accepted(offer).map(|ms| ((kept.ticket.id, offer.responder), ms)));
        }
    }
    found
}

#[test]
fn under_another_policy_the_same_people_answer_the_same_ticket_after_the_same_time() {
    let mut day = Scenario::longwen(5, 3);
    // What is lost on the way depends on the offer, not on the person.
    day.manners.tap_lost = 0.0;
    let (one, other) = (play(&day, &Policy::default()), play(&day, &patient()));
    let (one, other) = (acceptances(&one), acceptances(&other));
    let both: Vec<_> = one.iter().filter_map(|(who, ms)| Some((ms, other.get(who)?))).collect();
    assert!(both.len() > 10, "only {} in common", both.len());
    // The ring of the telephone takes a moment that depends on the offer.
    let differ = both.iter().filter(|(a, b)| a.abs_diff(**b) > 1_500).count();
    assert_eq!(differ, 0, "of {}", both.len());
}

/// An aide on either side of a door; the nearer one did not answer that night.
fn night() -> RecordedNight {
    let from = UnixMs(1_767_196_800_000);
    let door = LatLon { lat: 24.5, lon: 117.7 };
    let aide = |lat: f64| Staff {
        role: ResponderRole::Aide,
        travel: Travel::Ebike,
        standby: LatLon { lat, lon: 117.7 },
        duty: vec![(from, true)],
        seen_at: Vec::new(),
    };
    RecordedNight {
        district: silverbell_domain::DistrictId::new("longwen"),
        from,
        to: from.plus_s(3_600),
        doors: vec![door],
        staff: vec![aide(24.503), aide(24.51)],
        presses: vec![Press::sos(from.plus_s(600), 0, true)],
        answers: vec![
            RecordedAnswer { press: 0, staff: 0, answer: Answer::SaysNothing, after_ms: 0 },
            RecordedAnswer { press: 0, staff: 1, answer: Answer::Accepts, after_ms: 17_000 },
        ],
        operators: vec![(from, 2)],
    }
}

#[test]
fn a_recorded_night_says_again_what_was_said_and_when() {
    // A telephone that takes a moment to ring changes nothing: the record counts from the offer.
    let answers_after_s = Spread::always(8.0);
    let manners = Manners { answers_after_s, ..Manners::exact(60.0) };
    let scenario = night().scenario(1, manners, Ways::default());
    let world = play(&scenario, &Policy::default());
    let ticket = world.database().tickets().values().next().map(|kept| kept.ticket.clone());
    let ticket = ticket.expect("somebody pressed");
    let of =
        |n: usize| ticket.offers.iter().find(|o| o.responder == responder_id(n)).expect("asked");
    assert!(matches!(of(0).state, OfferState::Expired { .. }), "{:?}", of(0).state);
    let accepted = ticket.times.accepted.expect("somebody accepted");
    assert_eq!(accepted.since_ms(of(1).offered_at), 17_000);
    assert!(!ticket.is_open(), "it was ended");
}
