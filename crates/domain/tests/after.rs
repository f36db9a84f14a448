//! After the door, and the hand-over: calls back, the card, a death, and the responders' own safety.

use silverbell_domain::{
    Aftercare, Arrival, By, CallBack, CardLink, Close, DeadlineKind, Decision, EscalationTarget,
    Event, Flag, Handling, Handover, HandoverStep, MAX_WORD_MIN, NOT_REACHED, OfferCommand,
    Outcome, Position, PositionSource, Refusal, Responder, ResponderId, Sex, TeamRole, Ticket,
    TicketId, UnixMs, Urgency, WaitReason, open_distress, waits_for,
};
use silverbell_testkit::{Broken, START, Town, nth_uuid, operator};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

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

/// The same, closed.
fn helped() -> (Town, Ticket) {
    let (mut town, id) = at_the_door();
    town.must(id, |t, now, policy| t.close(operator(1), close(Outcome::Helped), now, policy));
    let ticket = town.ticket('S').clone();
    (town, ticket)
}

fn follow_up(ticket: &mut Ticket, town: &Town, result: &str, now: UnixMs) -> Vec<Event> {
    let events = ticket.follow_up(operator(2), result.into(), None, None, now, &town.policy);
    assert!(events.is_ok(), "{events:?}");
    events.into_iter().flatten().map(|event| event.event).collect()
}

fn person(town: &Town, name: char) -> Responder {
    town.set.people[&town.who(name)].responder.as_ref().clone()
}

fn refused_by_state<T>(result: &Result<T, Refusal>) -> bool {
    matches!(result, Err(Refusal::State(_)))
}

fn invalid<T>(result: &Result<T, Refusal>) -> bool {
    matches!(result, Err(Refusal::Invalid(_)))
}

// --- Calls back ----------------------------------------------------------------------------------

#[test]
fn who_was_helped_is_called_within_a_day_and_a_week_later_and_then_it_is_filed_away() {
    let (town, mut ticket) = helped();
    let closed_at = ticket.times.closed.expect("closed");
    let due = ticket.call_back_due(&town.policy).expect("a call is due");
    assert_eq!((due.call, due.by), (CallBack::First, closed_at.plus_s(DAY_S)));
    assert_eq!(ticket.due_at(DeadlineKind::CallBack, &town.policy), Some(due.by));
    follow_up(&mut ticket, &town, "reached", closed_at.plus_s(HOUR_S));
    assert!(matches!(ticket.handling, Handling::FollowedUp { .. }));
    let due = ticket.call_back_due(&town.policy).expect("another is due");
    assert_eq!((due.call, due.by), (CallBack::Second, closed_at.plus_s(7 * DAY_S)));
    follow_up(&mut ticket, &town, "reached", closed_at.plus_s(6 * DAY_S));
    assert_eq!(ticket.call_back_due(&town.policy), None);
    let too_soon = ticket.archive(closed_at.plus_s(7 * DAY_S), &town.policy);
    assert!(too_soon.is_empty());
    let at = closed_at.plus_s(13 * DAY_S);
    assert_eq!(ticket.archive(at, &town.policy).len(), 1);
    assert_eq!(ticket.times.archived, Some(at));
    assert!(ticket.deadlines.is_empty());
    let again = ticket.follow_up(operator(1), "reached".into(), None, None, at, &town.policy);
    assert!(refused_by_state(&again));
}

#[test]
fn three_calls_in_vain_are_given_up_and_the_second_call_stays_due() {
    let (town, mut ticket) = helped();
    let at = |n: i64| START.plus_s(n * HOUR_S);
    for n in 1..=2 {
        assert_eq!(follow_up(&mut ticket, &town, NOT_REACHED, at(n)).len(), 1);
        let due = ticket.call_back_due(&town.policy).expect("still due");
        assert_eq!((i64::from(due.tried), due.tried_at), (n, Some(at(n))));
    }
    let events = follow_up(&mut ticket, &town, NOT_REACHED, at(3));
    let given_up = Event::CallBackGivenUp { call: CallBack::First, tried: 3 };
    assert_eq!(events.last(), Some(&given_up));
    let due = ticket.call_back_due(&town.policy).expect("a week later");
    assert_eq!((due.call, due.tried), (CallBack::Second, 0));
    assert!(matches!(ticket.handling, Handling::Closed { .. }), "nobody was reached");
}

#[test]
fn to_whom_nobody_went_nobody_calls_and_it_is_filed_away() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    town.must(id, |t, now, policy| t.close(operator(1), close(Outcome::Accidental), now, policy));
    let mut ticket = town.ticket('S').clone();
    assert!(matches!(ticket.aftercare, Some(Aftercare::Over { .. })));
    assert_eq!(ticket.archive(START.plus_s(7 * DAY_S), &town.policy).len(), 1);
}

#[test]
fn opened_again_nothing_is_due_and_its_history_goes_on_to_a_new_call() {
    let (town, mut ticket) = helped();
    let now = START.plus_s(HOUR_S);
    let opened = ticket.reopen(operator(1), "fell again".into(), now, &town.policy);
    assert!(opened.is_ok());
    assert_eq!(ticket.call_back_due(&town.policy), None);
    let again = ticket.close(operator(1), close(Outcome::Helped), now, &town.policy);
    assert!(again.is_ok());
    let due = ticket.call_back_due(&town.policy).expect("due anew");
    assert_eq!((due.call, due.by), (CallBack::First, now.plus_s(DAY_S)));
}

// --- The hand-over -------------------------------------------------------------------------------

fn hand_over(ticket: &mut Ticket, step: HandoverStep, hospital: &str, town: &Town) -> bool {
    let hospital = Some(hospital.to_owned());
    let facts = Handover { hospital, taken_over_by: None };
    let by = By::Person { user: operator(1) };
    ticket.hand_over(by, step, facts, None, true, START.plus_s(60), &town.policy).is_ok()
}

#[test]
fn a_hospital_is_named_once_and_a_time_once_set_stays() {
    let (town, id) = at_the_door();
    let mut ticket = town.ticket('S').clone();
    assert_eq!(ticket.id, id);
    assert!(!hand_over(&mut ticket, HandoverStep::AtHospital, "  ", &town), "which hospital?");
    assert!(hand_over(&mut ticket, HandoverStep::AtHospital, "市医院", &town));
    assert_eq!(ticket.times.at_hospital, Some(START.plus_s(60)));
    let by = By::Person { user: operator(1) };
    let facts = Handover { hospital: None, taken_over_by: Some("陈医生".into()) };
    let later = START.plus_s(120);
    let step = HandoverStep::HandedOver;
    let over = ticket.hand_over(by, step, facts, None, true, later, &town.policy);
    assert!(over.is_ok());
    assert_eq!(ticket.handover.hospital.as_deref(), Some("市医院"));
    assert_eq!(ticket.handover.taken_over_by.as_deref(), Some("陈医生"));
    let facts = Handover::default();
    let step = HandoverStep::HandedOver;
    let again = ticket.hand_over(by, step, facts, None, true, later.plus_s(9), &town.policy);
    assert!(again.is_ok());
    assert_eq!(ticket.times.handed_over, Some(later));
}

fn link(n: u64, valid_s: i64) -> CardLink {
    CardLink {
        id: nth_uuid(9, n),
        secret_sha256: "hash".into(),
        to: "120".into(),
        with_codes: false,
        by: operator(1),
        given_at: START,
        expires_at: START.plus_s(valid_s),
        revoked_at: None,
        readings: 0,
    }
}

#[test]
fn a_link_is_read_with_its_secret_until_it_expires_or_is_taken_back_and_each_reading_is_noted() {
    let (town, _) = at_the_door();
    let mut ticket = town.ticket('S').clone();
    for n in [1, 2] {
        assert!(ticket.share_card(link(n, 600), START, &town.policy).is_ok());
    }
    let mut read = |n: u64, secret: &str, at_s: i64| {
        ticket.read_card(nth_uuid(9, n), secret, START.plus_s(at_s), &town.policy)
    };
    let first = read(1, "hash", 599).expect("in time");
    assert!(matches!(&first[..], [event] if event.by == By::Outside));
    assert!(refused_by_state(&read(1, "hash", 600)), "too late");
    assert!(refused_by_state(&read(1, "guess", 10)));
    assert!(refused_by_state(&read(3, "hash", 10)), "another ticket's");
    assert!(refused_by_state(&read(1, "hash", -3_600)), "the clock was set back");
    let revoked = ticket.revoke_card(operator(1), nth_uuid(9, 2), START, &town.policy);
    assert!(revoked.is_ok());
    let late = ticket.read_card(nth_uuid(9, 2), "hash", START.plus_s(1), &town.policy);
    assert!(refused_by_state(&late));
    assert_eq!(ticket.cards[0].readings, 1);
}

#[test]
fn a_link_given_to_everybody_stops_before_it_fills_the_history() {
    let (town, _) = at_the_door();
    let mut ticket = town.ticket('S').clone();
    assert!(ticket.share_card(link(1, 600), START, &town.policy).is_ok());
    let mut readings = 0;
    while ticket.read_card(nth_uuid(9, 1), "hash", START, &town.policy).is_ok() {
        readings += 1;
        assert!(readings <= 1_000, "without an end");
    }
    assert_eq!(readings, 100);
    for n in 2.. {
        if ticket.share_card(link(n, 600), START, &town.policy).is_err() {
            assert_eq!(n, 21);
            break;
        }
    }
}

// --- Death ---------------------------------------------------------------------------------------

#[test]
fn a_death_is_confirmed_by_120_or_110_and_signed_by_a_second_person() {
    let (town, mut ticket) = helped();
    let mut state =
        |who, reference: &str| ticket.state_death(operator(1), who, reference, START, &town.policy);
    assert!(invalid(&state(EscalationTarget::Leader, "x")), "nobody else");
    assert!(invalid(&state(EscalationTarget::Ambulance, " ")), "which doctor?");
    assert!(state(EscalationTarget::Ambulance, "林医生").is_ok());
    let same = ticket.sign_death(operator(1), START, &town.policy);
    assert!(refused_by_state(&same));
    assert!(ticket.call_back_due(&town.policy).is_some(), "not yet signed");
    assert_eq!(ticket.sign_death(operator(2), START, &town.policy).expect("signed").len(), 1);
    assert_eq!(ticket.call_back_due(&town.policy), None, "nobody asks how satisfied they were");
    assert!(ticket.sign_death(operator(3), START, &town.policy).expect("again").is_empty());
    let other = ticket.state_death(operator(3), EscalationTarget::Police, "1", START, &town.policy);
    assert!(refused_by_state(&other), "signed is signed");
}

#[test]
fn without_a_statement_there_is_nothing_to_sign() {
    let (town, mut ticket) = helped();
    assert!(refused_by_state(&ticket.sign_death(operator(2), START, &town.policy)));
}

// --- The responders' own safety ------------------------------------------------------------------

#[test]
fn whoever_is_at_a_door_gives_a_word_and_without_one_the_desk_is_told() {
    let (mut town, _) = at_the_door();
    town.policy.watchdog.quiet_after_s = 100_000;
    town.policy.watchdog.scene_word_s = 100_000;
    let due = town.ticket('S').offers.iter().filter_map(|offer| offer.word).count();
    assert_eq!(due, 2);
    town.wait_s(1_800);
    town.plan();
    let missed = town.ticket('S').offers.iter().filter(|offer| offer.misses_word()).count();
    assert_eq!(missed, 2);
    let climb = town.ticket('S').watch.climb.clone().expect("it climbs");
    assert_eq!(climb.why, silverbell_domain::EscalationReason::SafetyMissed);
}

#[test]
fn a_word_is_good_for_as_long_as_was_said_and_a_step_never_shortens_it() {
    let (mut town, id) = at_the_door();
    let offer = town.ticket('S').offers[0].id;
    let by = By::Person { user: operator(1) };
    town.must(id, |t, now, policy| t.give_word(offer, Some(90), by, now, policy));
    let due = town.ticket('S').offers[0].word.expect("due").due_at;
    assert_eq!(due, START.plus_s(90 * 60));
    let name = if town.ticket('S').offers[0].role == TeamRole::Lead { 'A' } else { '1' };
    town.step(name, OfferCommand::Escort);
    assert_eq!(town.ticket('S').offers[0].word.expect("due").due_at, due);
    for minutes in [0, MAX_WORD_MIN + 1] {
        let refused: Result<(), Broken> =
            town.change(id, |t, now, policy| t.give_word(offer, Some(minutes), by, now, policy));
        assert!(matches!(refused, Err(Broken::Refused(Refusal::Invalid(_)))));
    }
    town.step(name, OfferCommand::Done);
    let refused: Result<(), Broken> =
        town.change(id, |t, now, policy| t.give_word(offer, None, by, now, policy));
    assert!(matches!(refused, Err(Broken::Refused(Refusal::State(_)))), "gone home");
    assert!(!town.ticket('S').offers[0].misses_word());
}

#[test]
fn at_night_one_waits_for_the_partner_and_by_day_only_where_it_is_dangerous_or_ruled() {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    town.plan();
    town.accept('A');
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    let mut ticket = town.ticket('S').clone();
    let mut aide = person(&town, 'A');
    let policy = town.policy.clone();
    let (night, day) = (23 * 60, 12 * 60);
    let why = |ticket: &Ticket, aide: &_, minute, policy: &_| {
        waits_for(ticket, aide, Some(Sex::Female), minute, policy)
    };
    assert_eq!(why(&ticket, &aide, night, &policy), [WaitReason::Night]);
    assert_eq!(why(&ticket, &aide, day, &policy), []);
    ticket.needs.hazards.insert(silverbell_domain::Hazard::Dog);
    assert_eq!(why(&ticket, &aide, day, &policy), [WaitReason::Danger]);
    aide.sex = Some(Sex::Male);
    let mut strict = policy.clone();
    strict.safety.wait_for_other_sex = true;
    assert_eq!(why(&ticket, &aide, day, &strict), [WaitReason::OtherSex, WaitReason::Danger]);
    town.accept('1');
    town.step('1', OfferCommand::OnScene(Arrival::Claimed));
    assert_eq!(town.ticket('S').id, id);
    assert_eq!(why(town.ticket('S'), &aide, night, &strict), [], "the partner is there");
}

#[test]
fn a_responder_in_distress_is_most_urgent_and_is_sent_to_nobody() {
    let mut town = Town::drawn("A--S-B-1");
    let responder = person(&town, 'A');
    let by = By::Person { user: operator(9) };
    let point = responder.standby;
    let place = Some(Position { point, accuracy_m: None, source: PositionSource::Gps, at: START });
    let (now, policy) = (START, town.policy.clone());
    let id = TicketId(nth_uuid(9, 77));
    let (ticket, opened) = open_distress(id, &responder, place, by, now, &policy);
    assert_eq!(ticket.urgency, Urgency::Extreme);
    assert!(ticket.flags.contains(&Flag::ResponderInDistress));
    assert!(opened.iter().any(|event| matches!(event.event, Event::Distress { .. })));
    let put_in = town.commit(Decision { ticket, expected_version: 0, events: opened });
    assert!(put_in.is_ok());
    town.press('S');
    town.plan();
    let asked = |town: &Town, who: ResponderId| {
        town.tickets.values().flat_map(|ticket| &ticket.offers).any(|offer| offer.responder == who)
    };
    assert!(!asked(&town, responder.id), "nearest of all, and not asked");
    assert!(asked(&town, town.who('B')));
}
