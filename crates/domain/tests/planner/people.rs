//! Who is not asked, and why.

use silverbell_domain::{
    Arrival, By, Eta, EtaSource, Kind, OfferCommand, OfferId, Reason, TeamRole, TicketId,
    open_by_hand,
};
use silverbell_testkit::{Town, nth_uuid, operator};

#[test]
fn a_busy_responder_is_not_asked_and_the_reason_says_so() {
    let mut town = Town::drawn("1-S-A-T--------B");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    town.press_answered('T');
    town.plan();
    assert_eq!(town.asked('T', TeamRole::Lead), Some('B'));
    assert_eq!(town.reason('T', 'A'), Some(Reason::Busy));
    assert_eq!(Reason::Busy.in_words(10), "busy on another ticket");
}

#[test]
fn who_is_only_asked_elsewhere_is_busy_too() {
    let mut town = Town::drawn("S-A-T--------B");
    town.press_answered('S');
    town.plan();
    town.press_answered('T');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert_eq!(town.asked('T', TeamRole::Lead), None, "B is asked to support S");
    assert_eq!(town.asked('S', TeamRole::Support), Some('B'));
}

#[test]
fn who_was_silent_for_too_long_is_not_asked_and_the_reason_says_how_long() {
    let mut town = Town::drawn("A-S-----B");
    town.falls_silent('A');
    town.wait_s(8 * 60);
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    assert_eq!(town.reason('S', 'A'), Some(Reason::Stale(480)));
    assert_eq!(Reason::Stale(480).in_words(10), "position 8 min old");
}

#[test]
fn a_position_is_fresh_until_the_limit() {
    let mut town = Town::drawn("A-S");
    town.falls_silent('A');
    town.wait_s(120);
    town.press_answered('S');
    assert_eq!(town.reason('S', 'A'), Some(Reason::Free));
    town.wait_s(1);
    assert_eq!(town.reason('S', 'A'), Some(Reason::Stale(121)));
}

#[test]
fn who_is_off_duty_is_neither_asked_nor_considered() {
    let mut town = Town::drawn("A-S-----B");
    town.duty('A', false);
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    assert_eq!(town.reason('S', 'A'), None);
}

#[test]
fn going_on_duty_makes_a_candidate_at_once() {
    let mut town = Town::drawn("A-S");
    town.falls_silent('A');
    town.duty('A', false);
    town.wait_s(3_600);
    town.duty('A', true);
    town.press_answered('S');
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn who_goes_off_duty_before_answering_is_taken_back_and_another_is_asked() {
    let mut town = Town::drawn("B-A-S-1");
    town.press_answered('S');
    town.plan();
    town.wait_s(5);
    town.duty('A', false);
    town.plan();
    assert_eq!(
        town.story_since('S', "0:05"),
        ["0:05 takes A back: off duty", "0:05 asks B to lead (4 min)"]
    );
}

#[test]
fn who_goes_off_duty_after_accepting_keeps_the_ticket() {
    let mut town = Town::drawn("B-A-S-1");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    town.duty('A', false);
    assert_eq!(town.plan(), []);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn who_is_done_can_be_asked_for_another_ticket_and_keeps_the_place_in_the_first() {
    let mut town = Town::drawn("S-A-T");
    town.press_answered('S');
    town.plan();
    town.accept('A');
    town.step('A', OfferCommand::WithSenior(Arrival::Claimed));
    town.step('A', OfferCommand::Done);
    town.press_answered('T');
    town.plan();
    assert_eq!(town.asked('T', TeamRole::Lead), Some('A'));
    assert!(town.ticket('S').holder(TeamRole::Lead).is_some());
    assert_eq!(town.reason('S', 'A'), Some(Reason::Done));
}

#[test]
fn who_is_at_other_work_is_free_for_an_emergency() {
    let mut town = Town::drawn("S-A-T");
    let visit = town.open('T', Kind::Service);
    let (aide, offer) = (town.who('A'), OfferId(nth_uuid(100, 1)));
    let eta = Eta { s: 120, source: EtaSource::Roads };
    town.must(visit, |t, now, p| t.assign(operator(1), offer, aide, TeamRole::Lead, eta, now, p));
    town.accept('A');
    town.press_answered('S');
    assert_eq!(town.reason('S', 'A'), Some(Reason::Interruptible));
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    assert_eq!(town.asked('T', TeamRole::Lead), Some('A'), "the visit can wait");
    assert_eq!(town.set.engagement(aide).map(|(on, _)| on), Some(town.ticket('S').id));
}

#[test]
fn only_emergencies_send_a_team() {
    let mut town = Town::drawn("A-S-1");
    for &kind in Kind::ALL {
        let senior = town.senior('S').clone();
        let id = TicketId(nth_uuid(90, kind as u64));
        let (ticket, event) = open_by_hand(
            id,
            &senior,
            kind,
            By::Person { user: operator(1) },
            town.now(),
            &town.policy,
        );
        assert!(!ticket.wants_people(), "{kind:?} by hand waits");
        let mut free = ticket.clone();
        free.held_until = None;
        assert_eq!(free.wants_people(), kind.is_emergency(), "{kind:?}");
        assert_eq!(event.by.user(), Some(operator(1)));
    }
    town.press('S');
}

#[test]
fn whoever_is_free_did_not_answer_or_is_too_far_may_be_asked_and_nobody_else() {
    use Reason::{
        Busy, Declined, Done, Engaged, Expired, Free, Offered, OutsideRing, Overdue, Stale,
        Withdrawn,
    };
    for reason in [Free, Expired, OutsideRing(12), Overdue(40)] {
        assert!(reason.is_askable(), "{reason:?}");
    }
    for reason in [Offered, Engaged, Done, Busy, Stale(300), Declined, Withdrawn] {
        assert!(!reason.is_askable(), "{reason:?}");
    }
}

#[test]
fn work_that_can_be_interrupted_is_given_up_for_an_sos_and_handed_on() {
    let mut town = Town::drawn("B---A-S-1---T");
    let work = town.open('T', Kind::Service);
    let (responder, eta) = (town.who('A'), Eta { s: 60, source: EtaSource::StraightLine });
    let offer = OfferId(nth_uuid(92, 1));
    town.must(work, |t, now, policy| t.answer(operator(2), None, now, policy));
    town.must(work, |t, now, p| {
        t.assign(operator(2), offer, responder, TeamRole::Lead, eta, now, p)
    });
    town.must(work, |t, now, p| {
        let by = By::Person { user: operator(99) };
        t.step_offer(offer, OfferCommand::OnScene(Arrival::Confirmed), by, None, now, p)
    });
    town.press_answered('S');
    assert_eq!(town.reason('S', 'A'), Some(Reason::Interruptible));
    town.settle();
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'), "nearer than B, who is free");
    assert!(town.tickets[&work].engages(responder), "not before the SOS is accepted");
    town.accept('A');
    town.settle();
    assert!(!town.tickets[&work].engages(responder));
    assert_eq!(
        town.story('T')[3..],
        ["0:00 on scene", "0:00 takes A back: called away", "0:00 reminds the owner: called away"]
    );
}
