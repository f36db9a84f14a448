//! Offers that are told by a voice call.

use silverbell_domain::{CallId, OfferState, TeamRole, note_call};
use silverbell_testkit::{Town, nth_uuid};

const CALL: CallId = CallId(uuid::Uuid::from_u128(7));

/// One asked at a time, and A's telephone rings from the 20th second on.
fn with_a_ringing_telephone(map: &str) -> Town {
    let mut town = Town::drawn(map);
    town.policy.dispatch.accept_target_pct = 0;
    town.press_answered('S');
    town.run_s(20);
    if let Some((ticket, offer)) = town.offer_to('A') {
        town.must(ticket, |t, now, policy| t.rings(offer, CALL, now, policy));
    }
    town
}

fn state(town: &Town, name: char) -> Option<OfferState> {
    let (ticket, offer) = town.offer_to(name)?;
    town.tickets[&ticket].offer(offer).map(|offer| offer.state.clone())
}

#[test]
fn an_offer_does_not_expire_while_its_voice_call_rings_and_others_are_asked_beside() {
    let mut town = with_a_ringing_telephone("1-A-S----B");
    town.run_s(9);
    assert_eq!(town.offer_to('B').map(|_| ()), None, "the time is not over");
    town.run_s(1);
    assert_eq!(state(&town, 'A'), Some(OfferState::Offered));
    assert_eq!(state(&town, 'B'), Some(OfferState::Offered));
    town.run_s(20);
    town.accept('A');
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert!(matches!(state(&town, 'B'), Some(OfferState::Withdrawn { .. })), "the place is taken");
}

#[test]
fn it_rings_no_longer_than_it_may() {
    let mut town = with_a_ringing_telephone("A-S-----------------------------");
    town.run_s(59);
    assert_eq!(state(&town, 'A'), Some(OfferState::Offered));
    town.run_s(1);
    let story = town.story('S').join("\n");
    assert!(story.contains("0:30 A's still rings"), "{story}");
    assert!(story.contains("1:20 A does not answer"), "{story}");
}

#[test]
fn when_it_has_rung_out_the_offer_has_only_the_time_that_is_left() {
    let mut town = with_a_ringing_telephone("1-A-S----B");
    town.run_s(15);
    let (ticket, _) = town.offer_to('A').unwrap();
    let result = || Some("no_answer".to_owned());
    town.must(ticket, |t, now, policy| Ok(vec![note_call(t, CALL, true, result(), now, policy)]));
    town.run_s(0);
    assert!(matches!(state(&town, 'A'), Some(OfferState::Expired { .. })));
}

#[test]
fn another_call_changes_nothing_and_neither_does_a_second_one() {
    let mut town = with_a_ringing_telephone("1-A-S----B");
    let (ticket, offer) = town.offer_to('A').unwrap();
    let other = CallId(nth_uuid(9, 9));
    let before = town.tickets[&ticket].clone();
    town.must(ticket, |t, now, policy| t.rings(offer, other, now, policy));
    assert_eq!(town.tickets[&ticket], before);
    let result = || Some("busy".to_owned());
    town.must(ticket, |t, now, policy| Ok(vec![note_call(t, other, true, result(), now, policy)]));
    assert!(town.tickets[&ticket].offer(offer).unwrap().rings.is_some());
}
