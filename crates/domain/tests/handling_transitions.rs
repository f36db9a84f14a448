//! The handling machine: every state with every command, compared with a list written by hand.

use silverbell_domain::{Closing, Handling, HandlingCommand, InvalidTransition, Outcome, UnixMs};
use silverbell_testkit::operator;

/// `-` is a refusal; everything else the state that follows.
const LIST: &str = "
    from \\ command  | answer   | take_over | close  | reopen   | follow_up   | archive
    waiting          | answered | -         | closed | -        | -           | -
    answered         | -        | answered  | closed | -        | -           | -
    closed           | -        | -         | -      | answered | followed_up | archived
    followed_up      | -        | -         | -      | answered | -           | archived
    archived         | -        | -         | -      | answered | -           | -
";

const THEN: UnixMs = UnixMs(1_000);
const NOW: UnixMs = UnixMs(9_000);

fn closing(n: u32) -> Closing {
    Closing {
        by: operator(n),
        at: THEN,
        outcome: Outcome::Helped,
        cause: None,
        note: None,
        hospital: None,
        duplicate_of: None,
        witness: None,
    }
}

fn states() -> [Handling; 5] {
    [
        Handling::Waiting,
        Handling::Answered { by: operator(1), at: THEN },
        Handling::Closed { closing: closing(1) },
        Handling::FollowedUp { closing: closing(1), at: THEN },
        Handling::Archived { closing: closing(1), at: THEN },
    ]
}

fn commands() -> [HandlingCommand; 6] {
    [
        HandlingCommand::Answer(operator(2)),
        HandlingCommand::TakeOver(operator(2)),
        HandlingCommand::Close(closing(2)),
        HandlingCommand::Reopen(operator(2)),
        HandlingCommand::FollowUp,
        HandlingCommand::Archive,
    ]
}

/// Names a state more finely than the API, to which all ended ones are closed.
fn name(state: &Handling) -> &'static str {
    match state {
        Handling::FollowedUp { .. } => "followed_up",
        Handling::Archived { .. } => "archived",
        other => other.as_str(),
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
        let did = commands().map(|command| match state.clone().apply(command, NOW) {
            Ok(after) => name(&after),
            Err(InvalidTransition) => "-",
        });
        assert_eq!(did, line[1..], "from {}", line[0]);
    }
}

#[test]
fn whoever_acts_owns_the_ticket_from_then_on() {
    let answered = Handling::Answered { by: operator(2), at: NOW };
    for (state, command) in [
        (Handling::Waiting, HandlingCommand::Answer(operator(2))),
        (states()[1].clone(), HandlingCommand::TakeOver(operator(2))),
        (states()[4].clone(), HandlingCommand::Reopen(operator(2))),
    ] {
        assert_eq!(state.apply(command, NOW), Ok(answered.clone()));
    }
    assert_eq!(answered.owner(), Some(operator(2)));
}

#[test]
fn how_it_ended_is_kept_until_it_is_archived() {
    let closed = Handling::Closed { closing: closing(1) };
    let followed_up = closed.clone().apply(HandlingCommand::FollowUp, NOW).unwrap();
    let archived = followed_up.clone().apply(HandlingCommand::Archive, NOW).unwrap();
    for state in [closed, followed_up, archived] {
        assert_eq!(state.closing(), Some(&closing(1)));
        assert!(!state.is_open());
        assert_eq!(state.owner(), None);
    }
}
