//! The offer machine: every state with every command, compared with a list written by hand.

use silverbell_domain::{
    Arrival, InvalidTransition, OfferCommand, OfferState, Step, UnixMs, WithdrawReason,
};

/// `=` is a step passed already, `-` a refusal, `!` only recorded; everything else the state that
/// follows. What is confirmed ends in `✓`: an arrival that is only claimed can still be confirmed.
const LIST: &str = "
    from \\ command | accept   | decline  | depart   | on_scene | on_scene ✓    | with_senior   | with_senior ✓ | escort    | done | expire  | withdraw
    offered        | accepted | declined | -        | on_scene | on_scene ✓    | -             | -             | -         | -    | expired | withdrawn
    accepted       | =        | declined | departed | on_scene | on_scene ✓    | with_senior   | with_senior ✓ | -         | -    | -       | withdrawn
    departed       | =        | declined | =        | on_scene | on_scene ✓    | with_senior   | with_senior ✓ | -         | -    | -       | withdrawn
    on_scene       | =        | -        | =        | =        | on_scene ✓    | with_senior   | with_senior ✓ | escorting | done | -       | withdrawn
    on_scene ✓     | =        | -        | =        | =        | =             | with_senior ✓ | with_senior ✓ | escorting | done | -       | withdrawn
    with_senior    | =        | -        | =        | =        | with_senior ✓ | =             | =             | escorting | done | -       | withdrawn
    with_senior ✓  | =        | -        | =        | =        | =             | =             | =             | escorting | done | -       | withdrawn
    escorting      | =        | -        | =        | =        | =             | =             | =             | =         | done | -       | withdrawn
    done           | =        | -        | =        | =        | =             | =             | =             | =         | =    | -       | -
    declined       | -        | =        | -        | !        | !             | -             | -             | -         | -    | -       | -
    expired        | -        | -        | -        | on_scene | on_scene ✓    | -             | -             | -         | -    | =       | -
    withdrawn      | -        | -        | -        | !        | !             | -             | -             | -         | -    | -       | =
";

const T1: UnixMs = UnixMs(1_000);
const T2: UnixMs = UnixMs(2_000);
const T3: UnixMs = UnixMs(3_000);
const NOW: UnixMs = UnixMs(9_000);

fn states() -> Vec<OfferState> {
    let on_scene = |arrival, with_senior_at| OfferState::OnScene {
        accepted_at: T1,
        departed_at: Some(T2),
        on_scene_at: T3,
        arrival,
        with_senior_at,
    };
    vec![
        OfferState::Offered,
        OfferState::Accepted { accepted_at: T1, departed_at: None, lapsed_at: Some(T2) },
        OfferState::Accepted { accepted_at: T1, departed_at: Some(T2), lapsed_at: None },
        on_scene(Arrival::Claimed, None),
        on_scene(Arrival::Confirmed, None),
        on_scene(Arrival::Claimed, Some(T3)),
        on_scene(Arrival::Confirmed, Some(T3)),
        OfferState::Escorting { accepted_at: T1, on_scene_at: T2, escorting_at: T3 },
        OfferState::Done { accepted_at: T1, on_scene_at: T2, done_at: T3 },
        OfferState::Declined { declined_at: T1, reason: None },
        OfferState::Expired { expired_at: T1 },
        OfferState::Withdrawn { withdrawn_at: T1, why: WithdrawReason::ByHand },
    ]
}

fn commands() -> Vec<OfferCommand> {
    vec![
        OfferCommand::Accept,
        OfferCommand::Decline(Some("at the dentist's".into())),
        OfferCommand::Depart,
        OfferCommand::OnScene(Arrival::Claimed),
        OfferCommand::OnScene(Arrival::Confirmed),
        OfferCommand::WithSenior(Arrival::Claimed),
        OfferCommand::WithSenior(Arrival::Confirmed),
        OfferCommand::Escort,
        OfferCommand::Done,
        OfferCommand::Expire,
        OfferCommand::Withdraw(WithdrawReason::ByHand),
    ]
}

/// Names a state more finely than the API does: its facts are part of the machine.
fn name(state: &OfferState) -> &'static str {
    match state {
        OfferState::Accepted { departed_at: Some(_), .. } => "departed",
        OfferState::OnScene { arrival, with_senior_at, .. } => {
            match (arrival, with_senior_at.is_some()) {
                (Arrival::Claimed, false) => "on_scene",
                (Arrival::Confirmed, false) => "on_scene ✓",
                (Arrival::Claimed, true) => "with_senior",
                (Arrival::Confirmed, true) => "with_senior ✓",
            }
        }
        other => other.as_str(),
    }
}

fn outcome(result: &Result<Step, InvalidTransition>) -> &'static str {
    match result {
        Ok(Step::Moved(state)) => name(state),
        Ok(Step::Already) => "=",
        Ok(Step::Recorded) => "!",
        Err(InvalidTransition) => "-",
    }
}

#[test]
fn every_state_and_command_does_what_the_list_says() {
    let lines: Vec<Vec<&str>> = LIST
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    assert_eq!(lines.len(), states().len() + 1, "a line for each state");
    for (state, line) in states().into_iter().zip(&lines[1..]) {
        assert_eq!(name(&state), line[0]);
        let did: Vec<&str> = commands()
            .into_iter()
            .map(|command| outcome(&state.clone().apply(command, NOW)))
            .collect();
        assert_eq!(did, line[1..], "from {}", line[0]);
    }
}

#[test]
fn a_move_keeps_the_facts_and_adds_the_time() {
    let accepted = OfferState::Accepted { accepted_at: T1, departed_at: Some(T2), lapsed_at: None };
    let arrived = accepted.apply(OfferCommand::OnScene(Arrival::Confirmed), NOW);
    let expected = OfferState::OnScene {
        accepted_at: T1,
        departed_at: Some(T2),
        on_scene_at: NOW,
        arrival: Arrival::Confirmed,
        with_senior_at: None,
    };
    assert_eq!(arrived, Ok(Step::Moved(expected.clone())));

    let done = expected.apply(OfferCommand::Done, NOW.plus_s(60));
    let done_at = NOW.plus_s(60);
    assert_eq!(
        done,
        Ok(Step::Moved(OfferState::Done { accepted_at: T1, on_scene_at: NOW, done_at }))
    );
}

#[test]
fn who_arrives_without_accepting_has_accepted_by_arriving() {
    for state in [OfferState::Offered, OfferState::Expired { expired_at: T1 }] {
        let arrived = state.apply(OfferCommand::OnScene(Arrival::Claimed), NOW);
        let Ok(Step::Moved(OfferState::OnScene { accepted_at, .. })) = arrived else {
            panic!("not on scene: {arrived:?}")
        };
        assert_eq!(accepted_at, NOW);
    }
}

#[test]
fn confirming_an_arrival_moves_no_time() {
    let on_scene = |arrival| OfferState::OnScene {
        accepted_at: T1,
        departed_at: Some(T2),
        on_scene_at: T3,
        arrival,
        with_senior_at: None,
    };
    let confirmed =
        on_scene(Arrival::Claimed).apply(OfferCommand::OnScene(Arrival::Confirmed), NOW);
    assert_eq!(confirmed, Ok(Step::Moved(on_scene(Arrival::Confirmed))));
}

#[test]
fn a_responder_is_bound_from_the_offer_until_the_end() {
    let bound: Vec<&str> = states().iter().filter(|s| s.is_active()).map(name).collect();
    let there = ["on_scene", "on_scene ✓", "with_senior", "with_senior ✓", "escorting"];
    assert_eq!(bound, [&["offered", "accepted", "departed"], &there[..]].concat());
    let holding: Vec<&str> = states().iter().filter(|s| s.is_engaged()).map(name).collect();
    assert_eq!(holding, [&["accepted", "departed"], &there[..]].concat());
    let filled: Vec<&str> = states().iter().filter(|s| s.fills_place()).map(name).collect();
    assert_eq!(filled, [&["accepted", "departed"], &there[..], &["done"]].concat());
}
