//! Random nights: alarms, moves and looks of the planner in any order, and after each step the
//! invariants of the crate's documentation.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::sync::Arc;

use proptest::prelude::*;
use silverbell_domain::{
    Arrival, By, Close, Decision, Eta, EtaSource, Event, Kind, NewEvent, OfferCommand, OfferId,
    Outcome, Policy, Refusal, SignalKind, TeamRole, Ticket, TicketId, UnixMs, WithdrawReason,
    WorkingSet, open_by_hand,
};
use silverbell_testkit::{Broken, Press, Town, nth_uuid, operator};

const MAP: &str = "
    A---S--1--T---B
    |   |         |
    2   C----U----3
";
const DOORS: [char; 3] = ['S', 'T', 'U'];
const PEOPLE: [char; 6] = ['A', 'B', 'C', '1', '2', '3'];

#[derive(Clone, Debug)]
enum Step {
    Press { door: usize, kind: SignalKind, right_key: bool },
    Stranger { n: u8 },
    OpenByHand { door: usize, emergency: bool },
    Wait { s: u16 },
    Run { s: u16 },
    SetBack { s: u16 },
    Duty { who: usize, on: bool },
    Silent { who: usize },
    Answer { ticket: usize, by: u32 },
    Confirm { ticket: usize },
    Verify { ticket: usize, door: Option<usize> },
    Widen { ticket: usize },
    Assign { ticket: usize, who: usize, lead: bool },
    Offer { who: usize, command: OfferCommand },
    Close { ticket: usize },
    Reopen { ticket: usize },
}

fn command() -> impl Strategy<Value = OfferCommand> {
    prop_oneof![
        4 => Just(OfferCommand::Accept),
        2 => Just(OfferCommand::Decline(None)),
        1 => Just(OfferCommand::Depart),
        2 => Just(OfferCommand::OnScene(Arrival::Claimed)),
        1 => Just(OfferCommand::OnScene(Arrival::Confirmed)),
        1 => Just(OfferCommand::WithSenior(Arrival::Claimed)),
        1 => Just(OfferCommand::Escort),
        2 => Just(OfferCommand::Done),
        1 => Just(OfferCommand::Withdraw(WithdrawReason::ByHand)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![Just(SignalKind::Sos), Just(SignalKind::Fall), Just(SignalKind::Help)];
    let (door, who, ticket) = (0..DOORS.len(), 0..PEOPLE.len(), 0..8_usize);
    prop_oneof![
        4 => (door.clone(), kind, prop::bool::weighted(0.8))
            .prop_map(|(door, kind, right_key)| Step::Press { door, kind, right_key }),
        1 => (0..3_u8).prop_map(|n| Step::Stranger { n }),
        1 => (door.clone(), any::<bool>())
            .prop_map(|(door, emergency)| Step::OpenByHand { door, emergency }),
        4 => (0..200_u16).prop_map(|s| Step::Wait { s }),
        6 => (0..200_u16).prop_map(|s| Step::Run { s }),
        1 => (0..8_000_u16).prop_map(|s| Step::SetBack { s }),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, on)| Step::Duty { who, on }),
        1 => who.clone().prop_map(|who| Step::Silent { who }),
        2 => (ticket.clone(), 1..3_u32).prop_map(|(ticket, by)| Step::Answer { ticket, by }),
        1 => ticket.clone().prop_map(|ticket| Step::Confirm { ticket }),
        1 => (ticket.clone(), prop::option::of(door))
            .prop_map(|(ticket, door)| Step::Verify { ticket, door }),
        1 => ticket.clone().prop_map(|ticket| Step::Widen { ticket }),
        2 => (ticket.clone(), who.clone(), any::<bool>())
            .prop_map(|(ticket, who, lead)| Step::Assign { ticket, who, lead }),
        8 => (who, command()).prop_map(|(who, command)| Step::Offer { who, command }),
        2 => ticket.clone().prop_map(|ticket| Step::Close { ticket }),
        1 => ticket.prop_map(|ticket| Step::Reopen { ticket }),
    ]
}

type Change<'a> = &'a dyn Fn(&mut Ticket, UnixMs, &Policy) -> Result<Vec<NewEvent>, Refusal>;

/// Moves the ticket of this place in the list, if there is one. What is refused is refused; only the
/// planner's own decisions must never be.
fn moved(town: &mut Town, at: usize, change: Change<'_>) {
    let nth = town.tickets.keys().nth(at).copied();
    if let Some(id) = nth {
        drop(town.change(id, change));
    }
}

fn carry_out(town: &mut Town, step: Step, n: u64) {
    match step {
        Step::Press { door, kind, right_key } => {
            town.alarm(DOORS[door], |press| {
                let press = press.kind(kind);
                if right_key { press } else { press.wrong_key() }
            });
        }
        Step::Stranger { n } => {
            town.unknown(&format!("stranger-{n}"), |press| press);
        }
        Step::OpenByHand { door, emergency } => {
            let kind = if emergency { Kind::Call } else { Kind::Service };
            let (id, senior) = (TicketId(nth_uuid(201, n)), town.senior(DOORS[door]).clone());
            let (ticket, event) = open_by_hand(
                id,
                &senior,
                kind,
                By::Person { user: operator(1) },
                town.now(),
                &town.policy,
            );
            let events = vec![event];
            drop(town.commit(Decision { ticket, expected_version: 0, events }));
        }
        Step::Wait { s } => town.wait_s(s.into()),
        Step::Run { s } => town.run_s(s.into()),
        Step::SetBack { s } => town.set_back_s(s.into()),
        Step::Duty { who, on } => town.duty(PEOPLE[who], on),
        Step::Silent { who } => town.falls_silent(PEOPLE[who]),
        Step::Answer { ticket, by } => moved(town, ticket, &|t, now, p| {
            t.answer(operator(by), (by == 2).then(|| "change of shift".into()), now, p)
        }),
        Step::Confirm { ticket } => {
            moved(town, ticket, &|t, now, p| t.confirm(operator(1), now, p));
        }
        Step::Verify { ticket, door } => {
            let senior = door.map(|door| town.senior(DOORS[door]).clone());
            // Only who is nobody's becomes somebody's.
            moved(town, ticket, &|t, now, p| {
                let senior = senior.as_ref().filter(|_| t.senior.is_none());
                t.verify(operator(1), senior, now, p)
            });
        }
        Step::Widen { ticket } => moved(town, ticket, &|t, now, p| t.widen(operator(1), now, p)),
        Step::Assign { ticket, who, lead } => {
            let responder = town.who(PEOPLE[who]);
            let role = if lead { TeamRole::Lead } else { TeamRole::Support };
            let eta = Eta { s: 240, source: EtaSource::StraightLine };
            let offer = OfferId(nth_uuid(202, n));
            moved(town, ticket, &|t, now, p| {
                t.assign(operator(1), offer, responder, role, eta, now, p)
            });
        }
        Step::Offer { who, command } => {
            if let Some((id, offer)) = town.offer_to(PEOPLE[who]) {
                let by = By::OnBehalf { user: operator(1) };
                drop(town.change(id, |t, now, p| t.step_offer(offer, command, by, None, now, p)));
            }
        }
        Step::Close { ticket } => moved(town, ticket, &|t, now, p| {
            let (outcome, cause, note) = (Outcome::Phone, None, None);
            let (hospital, duplicate_of, witness) = (None, None, None);
            let how = Close { outcome, cause, note, hospital, duplicate_of, witness };
            t.close(operator(1), how, now, p)
        }),
        Step::Reopen { ticket } => {
            moved(town, ticket, &|t, now, p| t.reopen(operator(1), "again".into(), now, p));
        }
    }
}

fn check(town: &Town) -> Result<(), TestCaseError> {
    let mut bound = std::collections::HashSet::new();
    for ticket in town.tickets.values() {
        // 3: nobody is active twice, no place is held twice.
        for offer in ticket.offers.iter().filter(|o| ticket.is_emergency() && o.state.is_active()) {
            prop_assert!(bound.insert(offer.responder), "active twice: {:?}", offer.responder);
        }
        for role in TeamRole::TEAM {
            let held = ticket.offers.iter().filter(|o| o.role == role && o.state.is_engaged());
            prop_assert!(held.count() <= 1, "two hold {role:?}");
        }
        // 4: silence is impossible; 5: no end without an outcome and a person.
        if ticket.is_open() {
            prop_assert!(ticket.next_deadline().is_some(), "nothing will happen by itself");
            prop_assert!(ticket.times.closed.is_none());
        } else {
            prop_assert!(ticket.is_at_rest(), "what is over goes on");
            prop_assert!(ticket.handling.closing().is_some());
            prop_assert!(ticket.times.closed.is_some());
            prop_assert!(!ticket.offers.iter().any(|o| o.state.is_active()), "somebody still goes");
        }
        // The deadlines are a function of the ticket.
        let mut again = ticket.clone();
        again.reschedule(&town.policy);
        prop_assert_eq!(&again.deadlines, &ticket.deadlines);
        // What is written can be read, and is the same but for the deadlines.
        let text = serde_json::to_string(ticket).unwrap();
        let read: Ticket = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &Ticket { deadlines: Vec::new(), ..ticket.clone() });
    }
    // What is kept beside the tickets is what looking at all of them gives.
    let mut again = WorkingSet::new(town.set.district.clone());
    (again.seq, again.people) = (town.set.seq, town.set.people.clone());
    for ticket in town.tickets.values().filter(|ticket| ticket.is_open()) {
        again.put(Arc::new(ticket.clone()));
    }
    prop_assert!(again == town.set, "the index lags behind the tickets");
    // 2: a senior has at most one open emergency.
    let mut seniors = std::collections::HashSet::new();
    for ticket in town.set.tickets().values().filter(|t| t.is_emergency()) {
        prop_assert!(ticket.senior.is_none_or(|senior| seniors.insert(senior)), "a twin");
    }
    Ok(())
}

/// The machine sends nobody where nobody may be sent.
fn check_decisions(decisions: &[Decision]) -> Result<(), TestCaseError> {
    for Decision { ticket, events, .. } in decisions {
        if events.iter().any(|event| matches!(event.event, Event::Offered { .. })) {
            prop_assert!(ticket.is_open() && ticket.is_emergency(), "only emergencies");
            prop_assert!(ticket.senior.is_some(), "nobody knows whose it is");
            prop_assert!(ticket.held_until.is_none(), "it is held");
        }
    }
    Ok(())
}

/// Every alarm is still in somebody's hands once the planner has looked.
fn check_after_a_look(town: &Town) -> Result<(), TestCaseError> {
    for ticket in town.set.tickets().values() {
        let next = ticket.next_deadline().map(|deadline| deadline.at);
        prop_assert!(next > Some(town.now()), "due at {next:?} and not carried out");
        let soonest = town.now().plus_s(town.policy.watchdog.quiet_after_s.into());
        prop_assert!(
            next.is_some_and(|at| !at.is_ahead_of(soonest)),
            "frozen until {next:?}, and it is {:?}",
            town.now()
        );
    }
    prop_assert_eq!(town.decisions(), vec![], "a second look decides nothing more");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_invariants_hold_after_every_step_of_a_random_night(
        hold_s in prop_oneof![Just(0_u32), Just(45)],
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut town = Town::drawn(MAP);
        town.policy.dispatch.hold_s = hold_s;
        for (n, step) in (0..).zip(steps) {
            let history = town.log.len();
            carry_out(&mut town, step, n);
            prop_assert!(town.log.len() >= history);
            check(&town)?;
            check_decisions(&town.plan())?;
            check(&town)?;
            town.settle();
            check(&town)?;
            check_after_a_look(&town)?;
        }
    }

    #[test]
    fn every_alarm_of_a_random_night_counts_in_exactly_one_ticket(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut town = Town::drawn(MAP);
        let mut alarms = 0_u32;
        for (n, step) in (0..).zip(steps) {
            alarms += u32::from(matches!(step, Step::Press { .. } | Step::Stranger { .. }));
            carry_out(&mut town, step, n);
        }
        prop_assert_eq!(town.tickets.values().map(|t| t.signals).sum::<u32>(), alarms);
    }
}

#[test]
fn the_town_refuses_what_the_database_refuses() {
    let mut town = Town::drawn("S-A-T");
    town.press('S');
    town.plan();
    let other = town.press('T');
    let (offer, aide) = (OfferId(nth_uuid(202, 1)), town.who('A'));
    let eta = Eta { s: 60, source: EtaSource::Roads };
    let assigned = town
        .change(other, |t, now, p| t.assign(operator(1), offer, aide, TeamRole::Lead, eta, now, p));
    assert_eq!(assigned, Err(Broken::ResponderBusy));
    assert!(town.tickets[&other].offers.is_empty());
    town.alarm('T', Press::wrong_key);
}
