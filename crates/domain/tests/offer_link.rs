//! The one-time link to an offer: one phone opens it, and reads as long as the job lasts.
#![allow(clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

use silverbell_domain::{
    Arrival, By, Event, Occasion, OfferCommand, OfferId, Refusal, Tells, Ticket, TicketId, UnixMs,
    WithdrawReason, occasions,
};
use silverbell_testkit::{Town, operator};

const MINE: &str = "hash of the first phone's secret";
const THEIRS: &str = "hash of another phone's secret";

/// An offer to the aide, and a later one to the rescuer.
fn asked() -> (Town, TicketId, OfferId) {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    town.plan();
    let (_, offer) = town.offer_to('1').expect("the rescuer is asked");
    (town, id, offer)
}

fn open(town: &mut Town, ticket: TicketId, offer: OfferId, secret: &str) -> Result<(), Refusal> {
    let mut refused = None;
    let changed = town.change(ticket, |t, now, policy| {
        t.open_link(offer, secret, now, policy).inspect_err(|error| refused = Some(error.clone()))
    });
    refused.map_or_else(|| changed.map_err(|error| panic!("{error:?}")), Err)
}

fn is_open(town: &Town, offer: OfferId, secret: &str) -> bool {
    let offer = town.ticket('S').offer(offer).expect("the offer");
    offer.is_open_to(secret, town.now())
}

fn state(words: &'static str) -> Result<(), Refusal> {
    Err(Refusal::State(words))
}

#[test]
fn the_first_phone_opens_it_again_and_again_and_no_other_does() {
    let (mut town, ticket, offer) = asked();
    assert!(!is_open(&town, offer, MINE));
    assert_eq!(open(&mut town, ticket, offer, MINE), Ok(()));
    assert_eq!(open(&mut town, ticket, offer, MINE), Ok(()), "the answer was lost");
    let elsewhere = "this link was opened on another phone; call the centre";
    assert_eq!(open(&mut town, ticket, offer, THEIRS), state(elsewhere));
    assert!(is_open(&town, offer, MINE) && !is_open(&town, offer, THEIRS));
}

#[test]
fn that_it_was_opened_is_in_the_history_with_who_and_is_no_answer() {
    let (town, _, offer) = asked();
    let mut ticket = Ticket::clone(town.ticket('S'));
    let before = ticket.active_at;
    let events = ticket.open_link(offer, MINE, town.now().plus_s(9), &town.policy).expect("opened");
    let responder = town.who('1');
    let [opened] = &events[..] else { panic!("{events:?}") };
    assert_eq!(opened.by, By::Link { responder });
    assert_eq!(opened.event, Event::LinkOpened { offer, responder });
    assert_eq!(ticket.active_at, before, "looking is not doing");
    assert!(ticket.offer(offer).expect("the offer").is_waited_for());
}

#[test]
fn an_offer_that_is_over_is_opened_by_nobody_any_more() {
    for command in [
        OfferCommand::Expire,
        OfferCommand::Decline(None),
        OfferCommand::Withdraw(WithdrawReason::ByHand),
    ] {
        let (mut town, ticket, offer) = asked();
        town.must(ticket, |t, now, policy| {
            t.step_offer(offer, command.clone(), By::Machine, None, now, policy)
        });
        assert_eq!(open(&mut town, ticket, offer, MINE), state("this offer is over"));
    }
}

#[test]
fn how_it_ended_is_read_for_half_an_hour_and_nothing_for_longer_than_twelve_hours() {
    let (mut town, ticket, offer) = asked();
    assert_eq!(open(&mut town, ticket, offer, MINE), Ok(()));
    let opened_at = town.now();
    town.accept('1');
    town.step('1', OfferCommand::OnScene(Arrival::Claimed));
    let is_read = |town: &Town, at: UnixMs| {
        town.ticket('S').offer(offer).expect("the offer").is_open_to(MINE, at)
    };
    assert!(is_read(&town, opened_at.plus_s(12 * 3_600 - 1)));
    assert!(!is_read(&town, opened_at.plus_s(12 * 3_600)));
    town.step('1', OfferCommand::Done);
    let done_at = town.now();
    assert!(is_read(&town, done_at.plus_s(30 * 60 - 1)));
    assert!(!is_read(&town, done_at.plus_s(30 * 60)));
}

#[test]
fn an_unknown_offer_has_no_link() {
    let (mut town, ticket, _) = asked();
    let nobodys = OfferId(ticket.0);
    assert_eq!(open(&mut town, ticket, nobodys, MINE), Err(Refusal::NoSuchOffer));
}

#[test]
fn whoever_accepts_by_telephone_is_told_where_to_read_on_and_whoever_reads_is_not() {
    let responder = asked().0.who('1');
    let told = |by: By| {
        let (mut town, id, offer) = asked();
        let mut ticket = town.ticket('S').clone();
        town.wait_s(1);
        let accept = OfferCommand::Accept;
        let tells = Tells {
            has_telephones: true,
            offer_push_after_s: None,
            offer_text_after_s: 5,
            offer_call_after_s: 10,
        };
        let events = ticket.step_offer(offer, accept, by, None, town.now(), &town.policy);
        assert_eq!(ticket.id, id);
        let due = occasions(&events.expect("accepted"), tells);
        due.contains(&(Occasion::OfferAccepted { offer }, town.now()))
    };
    assert!(told(By::Telephone { responder }));
    assert!(told(By::OnBehalf { user: operator(1) }));
    assert!(!told(By::Link { responder }));
    assert!(!told(By::Person { user: operator(1) }));
}
