//! Moves: what operators and responders do to a ticket, and what is refused.

use silverbell_domain::{
    Arrival, By, Close, EscalationTarget, Eta, EtaSource, Event, Flag, Handling, LatLon,
    OfferCommand, OfferId, OfferState, Outcome, PositionSource, Refusal, TeamRole, TicketId,
    UnixMs, WithdrawReason,
};
use silverbell_testkit::{Broken, Press, START, Town, nth_uuid, operator};

fn close(outcome: Outcome) -> Close {
    Close { outcome, cause: None, note: None, hospital: None, duplicate_of: None, witness: None }
}

/// A team at the door, the lead with the senior.
fn at_the_door() -> (Town, TicketId) {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    town.plan();
    for name in ['A', '1'] {
        town.accept(name);
        town.step(name, OfferCommand::OnScene(Arrival::Claimed));
    }
    town.step('A', OfferCommand::WithSenior(Arrival::Claimed));
    (town, id)
}

fn closes(town: &mut Town, id: TicketId, how: Close) -> Result<(), Broken> {
    town.change(id, |t, now, policy| t.close(operator(1), how, now, policy))
}

fn is_invalid(result: &Result<(), Broken>) -> bool {
    matches!(result, Err(Broken::Refused(Refusal::Invalid(_))))
}

fn is_refused_by_state(result: &Result<(), Broken>) -> bool {
    matches!(result, Err(Broken::Refused(Refusal::State(_))))
}

// --- Answering -----------------------------------------------------------------------------------

#[test]
fn whoever_answers_first_has_it_and_the_second_is_refused() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    town.answer('S', 1);
    let second = town.change(id, |t, now, policy| t.answer(operator(2), None, now, policy));
    assert!(is_refused_by_state(&second));
    assert_eq!(town.ticket('S').owner(), Some(operator(1)));
}

#[test]
fn with_a_reason_an_operator_takes_it_over_and_the_first_answer_stays_on_record() {
    let mut town = Town::drawn("S");
    let id = town.press_answered('S');
    town.wait_s(40);
    let reason = Some("at lunch".into());
    town.must(id, |t, now, policy| t.answer(operator(2), reason, now, policy));
    assert_eq!(town.ticket('S').owner(), Some(operator(2)));
    assert_eq!(town.ticket('S').times.answered, Some(START));
    assert_eq!(town.story('S')[2..], ["0:40 taken over"]);
}

#[test]
fn answering_what_one_has_already_changes_nothing() {
    let mut town = Town::drawn("S");
    town.press_answered('S');
    let before = town.ticket('S').clone();
    town.wait_s(9);
    town.answer('S', 1);
    assert_eq!(*town.ticket('S'), before);
}

#[test]
fn the_file_pops_up_once() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    for n in [1, 2] {
        town.wait_s(1);
        town.must(id, |t, now, policy| Ok(t.seen(operator(n), now, policy)));
    }
    assert_eq!(town.ticket('S').times.popped_up, Some(START.plus_s(1)));
    assert_eq!(town.story('S')[1..], ["0:01 popped up"]);
    assert_eq!(town.ticket('S').active_at, START, "looking is not doing");
}

// --- Closing -------------------------------------------------------------------------------------

#[test]
fn some_outcomes_want_a_fact_and_blanks_are_none() {
    let other = TicketId(nth_uuid(90, 7));
    let text = |text: &str| Some(text.to_owned());
    for (outcome, without, with) in [
        (
            Outcome::Hospital,
            Close { hospital: text("  "), ..close(Outcome::Hospital) },
            Close { hospital: text("漳州市医院"), ..close(Outcome::Hospital) },
        ),
        (
            Outcome::NoContact,
            Close { note: text("nobody there"), ..close(Outcome::NoContact) },
            Close { witness: text("the daughter"), ..close(Outcome::NoContact) },
        ),
        (
            Outcome::Deceased,
            close(Outcome::Deceased),
            Close { witness: text("Dr Chen, 120"), ..close(Outcome::Deceased) },
        ),
        (
            Outcome::Duplicate,
            close(Outcome::Duplicate),
            Close { duplicate_of: Some(other), ..close(Outcome::Duplicate) },
        ),
    ] {
        let mut town = Town::drawn("S");
        let id = town.press('S');
        let before = town.ticket('S').clone();
        assert!(is_invalid(&closes(&mut town, id, without)), "{outcome:?}");
        assert_eq!(*town.ticket('S'), before, "a refused move changes nothing");
        assert_eq!(closes(&mut town, id, with), Ok(()), "{outcome:?}");
    }
}

#[test]
fn every_other_outcome_closes_without_a_further_fact() {
    for &outcome in Outcome::ALL {
        let guarded = matches!(
            outcome,
            Outcome::Hospital | Outcome::NoContact | Outcome::Deceased | Outcome::Duplicate
        );
        let mut town = Town::drawn("S");
        let id = town.press('S');
        let closed = closes(&mut town, id, close(outcome));
        assert_eq!(closed.is_ok(), !guarded, "{outcome:?}");
    }
}

#[test]
fn no_ticket_is_a_duplicate_of_itself() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    let itself = Close { duplicate_of: Some(id), ..close(Outcome::Duplicate) };
    assert!(is_invalid(&closes(&mut town, id, itself)));
}

#[test]
fn closing_claims_an_unanswered_ticket_and_takes_everybody_back() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    town.plan();
    town.accept('1');
    assert_eq!(closes(&mut town, id, close(Outcome::Accidental)), Ok(()));
    assert_eq!(
        town.story('S')[4..],
        ["0:00 answered", "0:00 takes A back: closed", "0:00 takes 1 back: closed", "0:00 closed",]
    );
    let ticket = town.ticket('S');
    assert_eq!(
        ticket.handling.closing().map(|c| (c.by, c.outcome)),
        Some((operator(1), Outcome::Accidental))
    );
    assert!(ticket.is_at_rest());
}

#[test]
fn closing_makes_those_at_the_door_done_not_withdrawn() {
    let (mut town, id) = at_the_door();
    assert_eq!(closes(&mut town, id, close(Outcome::Helped)), Ok(()));
    for offer in &town.ticket('S').offers {
        assert!(matches!(offer.state, OfferState::Done { .. }), "{:?}", offer.state);
    }
}

#[test]
fn a_closed_ticket_takes_notes_and_nothing_else() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    closes(&mut town, id, close(Outcome::Test)).unwrap();
    let (door, by) = (town.senior('S').home, operator(1));
    let (offer, aide) = (OfferId(nth_uuid(100, 1)), town.who('A'));
    let eta = Eta { s: 60, source: EtaSource::Roads };
    let lead = TeamRole::Lead;
    let refused = [
        closes(&mut town, id, close(Outcome::Test)),
        town.change(id, |t, now, p| t.answer(by, None, now, p)),
        town.change(id, |t, now, p| t.confirm(by, now, p)),
        town.change(id, |t, now, p| t.verify(by, None, now, p)),
        town.change(id, |t, now, p| t.widen(by, now, p)),
        town.change(id, |t, now, p| t.place(by, door, None, None, now, p)),
        town.change(id, |t, now, p| t.family_told(by, None, now, p)),
        town.change(id, |t, now, p| {
            t.escalate(by, EscalationTarget::Police, None, None, None, now, p)
        }),
        town.change(id, |t, now, p| t.assign(by, offer, aide, lead, eta, now, p)),
    ];
    for (n, refused) in refused.iter().enumerate() {
        assert!(is_refused_by_state(refused), "move {n}: {refused:?}");
    }
    town.must(id, |t, now, p| Ok(t.note(by, "he called to say thanks".into(), now, p)));
    assert!(town.ticket('S').is_at_rest());
}

// --- Reopening -----------------------------------------------------------------------------------

#[test]
fn reopening_gives_it_to_whoever_does_so_and_the_deadlines_return() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    closes(&mut town, id, close(Outcome::Phone)).unwrap();
    town.must(id, |t, now, p| t.reopen(operator(2), "he called again".into(), now, p));
    let ticket = town.ticket('S');
    assert_eq!(ticket.owner(), Some(operator(2)));
    assert_eq!(ticket.times.closed, None);
    assert!(!ticket.deadlines.is_empty());
    assert!(town.story('S').contains(&"0:00 closed".into()), "its history stays");
}

#[test]
fn an_open_ticket_cannot_be_reopened() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    let reopened = town.change(id, |t, now, p| t.reopen(operator(1), "why".into(), now, p));
    assert!(is_refused_by_state(&reopened));
}

#[test]
fn a_ticket_cannot_be_reopened_while_the_senior_has_another_emergency() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    closes(&mut town, id, close(Outcome::Phone)).unwrap();
    assert_ne!(town.press('S'), id, "after the end a press is a new incident");
    let reopened = town.change(id, |t, now, p| t.reopen(operator(1), "why".into(), now, p));
    assert_eq!(reopened, Err(Broken::OneOpenEmergency));
}

// --- Vouching, assigning -------------------------------------------------------------------------

#[test]
fn vouching_for_an_unknown_device_wants_a_senior() {
    let mut town = Town::drawn("S");
    let id = town.unknown("stranger", |press| press);
    let by = operator(1);
    assert!(is_invalid(&town.change(id, |t, now, p| t.verify(by, None, now, p))));
    let senior = town.senior('S').clone();
    town.must(id, |t, now, p| t.verify(by, Some(&senior), now, p));
    let ticket = town.ticket('S');
    assert_eq!((ticket.id, ticket.home), (id, Some(senior.home)));
    assert_eq!(ticket.destination(), Some(senior.home));
    assert!(!town.is_flagged('S', Flag::UnknownDevice));
}

#[test]
fn naming_another_senior_sends_the_team_to_that_ones_door() {
    let mut town = Town::drawn("S--A--T");
    let id = town.press('S');
    let other = town.senior('T').clone();
    town.must(id, |t, now, p| t.verify(operator(1), Some(&other), now, p));
    assert_eq!(town.ticket('T').destination(), Some(other.home));
    assert_eq!(town.ticket('T').id, id);
}

#[test]
fn naming_the_senior_takes_no_fix_away() {
    let mut town = Town::drawn("S");
    let fix = LatLon { lat: 24.501, lon: 117.701 };
    let id = town.unknown("stranger", |press| press.fix(PositionSource::Gps, fix, START));
    let senior = town.senior('S').clone();
    town.must(id, |t, now, p| t.verify(operator(1), Some(&senior), now, p));
    assert_eq!(town.ticket('S').destination(), Some(fix));
}

#[test]
fn a_place_set_by_mistake_is_taken_back_as_what_it_was() {
    let mut town = Town::drawn("S");
    let fix = LatLon { lat: 24.501, lon: 117.701 };
    let id = town.alarm('S', |press| press.fix(PositionSource::Cell, fix, START));
    let before = town.ticket('S').clone();
    let take_back =
        |town: &mut Town| town.change(id, |t, now, p| t.take_back_place(operator(1), now, p));
    assert!(is_refused_by_state(&take_back(&mut town)), "nobody set one");
    let wrong = LatLon { lat: 24.6, lon: 117.6 };
    town.must(id, |t, now, p| t.place(operator(1), wrong, None, None, now, p));
    assert_eq!(town.ticket('S').destination(), Some(wrong));
    assert_eq!(take_back(&mut town), Ok(()));
    let after = town.ticket('S').clone();
    assert_eq!((after.position, &after.flags), (before.position, &before.flags));
    assert!(is_refused_by_state(&take_back(&mut town)), "once");

    // What is no pin is no longer held against a better fix.
    let better = LatLon { lat: 24.502, lon: 117.702 };
    town.alarm('S', |press| press.fix(PositionSource::Gps, better, START.plus_s(60)));
    assert_eq!(town.ticket('S').destination(), Some(better));
}

#[test]
fn assigning_by_hand_replaces_who_is_asked_and_who_has_accepted() {
    let mut town = Town::drawn("A-S-1---B");
    let id = town.alarm('S', Press::wrong_key);
    let eta = Eta { s: 300, source: EtaSource::Roads };
    let assign = |town: &mut Town, name, n| {
        let (offer, responder) = (OfferId(nth_uuid(210, n)), town.who(name));
        let lead = TeamRole::Lead;
        town.change(id, |t, now, p| t.assign(operator(1), offer, responder, lead, eta, now, p))
    };
    assert_eq!(assign(&mut town, 'A', 1), Ok(()), "nobody waits for the machine");
    assert_eq!(town.ticket('S').held_until, None);
    town.accept('A');
    assert_eq!(assign(&mut town, 'B', 2), Ok(()));
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    assert!(is_refused_by_state(&assign(&mut town, 'B', 3)), "asked already");
}

// --- Steps of responders -------------------------------------------------------------------------

#[test]
fn the_first_time_of_each_step_is_kept() {
    let mut town = Town::drawn("A-S-1");
    town.press_answered('S');
    town.plan();
    let mut at = Vec::new();
    for command in [
        OfferCommand::Accept,
        OfferCommand::Depart,
        OfferCommand::OnScene(Arrival::Claimed),
        OfferCommand::WithSenior(Arrival::Claimed),
    ] {
        town.wait_s(10);
        town.step('1', command.clone());
        at.push(Some(town.now()));
        town.wait_s(10);
        town.step('A', command);
    }
    let times = &town.ticket('S').times;
    assert_eq!([times.accepted, times.departed, times.on_scene, times.with_senior], at[..]);
}

#[test]
fn a_step_taken_twice_is_no_error_and_no_event() {
    let (mut town, _) = at_the_door();
    let before = town.ticket('S').clone();
    town.wait_s(5);
    for command in
        [OfferCommand::Accept, OfferCommand::Depart, OfferCommand::WithSenior(Arrival::Claimed)]
    {
        town.step('A', command);
    }
    assert_eq!(*town.ticket('S'), before);
}

#[test]
fn confirming_an_arrival_is_on_record_and_moves_no_time() {
    let (mut town, _) = at_the_door();
    let times = town.ticket('S').times.clone();
    town.wait_s(5);
    town.step('1', OfferCommand::OnScene(Arrival::Confirmed));
    assert_eq!(town.ticket('S').times, times);
    assert_eq!(town.story_since('S', "0:05"), ["0:05 on scene"]);
}

#[test]
fn seeing_the_senior_is_as_sure_an_arrival_as_the_position_says() {
    for sure in [Arrival::Claimed, Arrival::Confirmed] {
        let mut town = Town::drawn("A-S-1");
        town.press_answered('S');
        town.plan();
        town.accept('A');
        town.step('A', OfferCommand::WithSenior(sure));
        assert!(
            matches!(offer_of(&town, 'A'), Some(OfferState::OnScene { arrival, .. }) if arrival == sure)
        );
    }
}

// --- Arriving on an offer that is over -----------------------------------------------------------

/// Returns where the newest offer to somebody stands.
fn offer_of(town: &Town, name: char) -> Option<OfferState> {
    town.ticket('S').last_offer_to(town.who(name)).map(|offer| offer.state.clone())
}

/// A let the offer to lead expire, and B is asked; 1 supports.
fn asked_in_vain() -> (Town, TicketId) {
    let mut town = Town::drawn("B-A-S-1");
    let id = town.press_answered('S');
    town.run_s(0);
    town.accept('1');
    town.run_s(30);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
    (town, id)
}

/// Somebody arrives, and nothing comes of it but the sentence in the history.
fn arrives_in_vain(town: &mut Town, id: TicketId, offer: OfferId) {
    let (before, log) = (town.tickets[&id].clone(), town.log.len());
    let by = By::Person { user: operator(99) };
    let arrived = OfferCommand::OnScene(Arrival::Confirmed);
    town.must(id, |t, now, p| t.step_offer(offer, arrived, by, Some(20), now, p));
    let ticket = &town.tickets[&id];
    assert_eq!((&ticket.offers, &ticket.times), (&before.offers, &before.times));
    let new: Vec<_> = town.log[log..].iter().map(|(_, event)| event.event.clone()).collect();
    assert!(
        matches!(new[..], [Event::OnScene { offer: of, distance_m: Some(20), .. }] if of == offer),
        "{new:?}"
    );
}

#[test]
fn who_did_not_answer_and_stands_at_the_door_takes_the_place_that_nobody_holds() {
    let (mut town, _) = asked_in_vain();
    town.wait_s(5);
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    assert_eq!(
        town.story_since('S', "0:35"),
        ["0:35 on scene", "0:35 takes B back: the place is taken"]
    );
    let at = START.plus_s(35);
    assert_eq!(town.ticket('S').times.on_scene, Some(at));
    assert!(
        matches!(offer_of(&town, 'A'), Some(OfferState::OnScene { accepted_at, .. }) if accepted_at == at)
    );
    town.run_s(0);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
}

#[test]
fn who_did_not_answer_and_finds_the_place_held_is_only_recorded() {
    let (mut town, id) = asked_in_vain();
    town.accept('B');
    let (_, offer) = town.offer_to('A').unwrap();
    arrives_in_vain(&mut town, id, offer);
    assert_eq!(town.asked('S', TeamRole::Lead), Some('B'));
}

#[test]
fn who_was_asked_anew_arrives_with_the_newer_offer() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    town.run_s(0);
    let (_, older) = town.offer_to('A').unwrap();
    town.run_s(30);
    assert_ne!(town.offer_to('A'), Some((id, older)), "asked again");
    arrives_in_vain(&mut town, id, older);
}

#[test]
fn who_declined_or_was_withdrawn_and_arrives_all_the_same_is_only_recorded() {
    for end in [OfferCommand::Decline(None), OfferCommand::Withdraw(WithdrawReason::ByHand)] {
        let mut town = Town::drawn("A-S-1");
        let id = town.press_answered('S');
        town.plan();
        town.step('A', end);
        let (_, offer) = town.offer_to('A').unwrap();
        arrives_in_vain(&mut town, id, offer);
    }
}

#[test]
fn who_arrives_after_the_end_is_only_recorded_and_nothing_is_due_again() {
    let (mut town, id) = asked_in_vain();
    closes(&mut town, id, close(Outcome::Phone)).unwrap();
    for name in ['A', 'B'] {
        let (_, offer) = town.offer_to(name).unwrap();
        arrives_in_vain(&mut town, id, offer);
    }
    assert!(matches!(offer_of(&town, 'A'), Some(OfferState::Expired { .. })));
    assert!(!town.ticket('S').is_open());
    assert!(town.ticket('S').is_at_rest());
}

#[test]
fn a_step_with_an_offer_of_another_ticket_is_refused() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press('S');
    let stranger = OfferId(nth_uuid(100, 1));
    let by = By::Person { user: operator(1) };
    let stepped =
        town.change(id, |t, now, p| t.step_offer(stranger, OfferCommand::Accept, by, None, now, p));
    assert_eq!(stepped, Err(Broken::Refused(Refusal::NoSuchOffer)));
}

#[test]
fn an_arrival_is_confirmed_only_by_a_position_near_the_door() {
    let sure = |distance_m| Arrival::from_distance(distance_m);
    assert_eq!(sure(Some(Arrival::AGREES_WITHIN_M)), Arrival::Confirmed);
    assert_eq!(sure(Some(Arrival::AGREES_WITHIN_M + 1)), Arrival::Claimed);
    assert_eq!(sure(None), Arrival::Claimed);
}

#[test]
fn who_is_done_leaves_the_partner_and_the_ticket_alone() {
    let (mut town, _) = at_the_door();
    town.step('1', OfferCommand::Done);
    assert!(town.ticket('S').is_open());
    assert_eq!(town.asked('S', TeamRole::Lead), Some('A'));
    town.plan();
    assert_eq!(town.asked('S', TeamRole::Support), None, "nobody else is asked");
}

#[test]
fn calling_120_is_counted_from_the_first_call() {
    let mut town = Town::drawn("S");
    let id = town.press_answered('S');
    for reference in ["120-0007", "120-0008"] {
        town.wait_s(30);
        let reference = Some(reference.to_owned());
        town.must(id, |t, now, p| {
            t.escalate(operator(1), EscalationTarget::Ambulance, reference, Some(9), None, now, p)
        });
    }
    assert_eq!(town.ticket('S').times.ambulance_called, Some(START.plus_s(30)));
}

#[test]
fn telling_the_family_is_counted_from_the_first_time() {
    let mut town = Town::drawn("S");
    let id = town.press_answered('S');
    let tell = |town: &mut Town| {
        town.must(id, |t, now, p| t.family_told(operator(1), None, now, p));
        town.ticket('S').times.family_told
    };
    town.wait_s(20);
    let first: Option<UnixMs> = tell(&mut town);
    town.wait_s(20);
    assert_eq!(tell(&mut town), first);
    assert!(matches!(town.ticket('S').handling, Handling::Answered { .. }));
}
