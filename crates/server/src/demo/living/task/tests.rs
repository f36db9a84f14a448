use super::*;

const HERE: LatLon = LatLon { lat: 24.5, lon: 117.7 };
const DOOR: LatLon = LatLon { lat: 24.51, lon: 117.7 };

fn chance() -> Chance {
    Chance::of_responder(0)
}

fn seen(stage: Stage) -> Option<Seen> {
    Some(Seen { offer: "o".into(), stage, door: Some(DOOR) })
}

fn task(stage: Stage, now: Instant) -> Task {
    follow(None, seen(stage), now, &mut chance()).expect("a task")
}

#[test]
fn of_a_thousand_offers_most_are_accepted_some_declined_and_some_overlooked() {
    let mut chance = chance();
    let mut count = [0; 3];
    for _ in 0..1_000 {
        match plan(Stage::Offered, &mut chance) {
            Some((Step::Accept, after)) => {
                assert!((3.0..12.0).contains(&after.as_secs_f64()));
                count[0] += 1;
            }
            Some((Step::Decline(reason), _)) => {
                assert!(!reason.is_empty());
                count[1] += 1;
            }
            None => count[2] += 1,
            Some((other, _)) => panic!("{other:?} is no answer to an offer"),
        }
    }
    let [accepted, declined, ignored] = count;
    assert!((760..840).contains(&accepted), "{accepted}");
    assert!((50..110).contains(&declined), "{declined}");
    assert!((90..150).contains(&ignored), "{ignored}");
}

#[test]
fn every_stage_after_the_offer_has_a_step_that_leads_on() {
    let mut chance = chance();
    let mut next = |stage| plan(stage, &mut chance).map(|(step, _)| step);
    assert_eq!(next(Stage::Accepted), Some(Step::Depart));
    assert_eq!(next(Stage::OnTheWay), Some(Step::OnScene));
    assert_eq!(next(Stage::AtDoor), Some(Step::WithSenior));
    assert!(matches!(next(Stage::WithSenior), Some(Step::Done | Step::Escort)));
    assert_eq!(next(Stage::Escorting), Some(Step::Done));
}

#[test]
fn a_look_at_an_unchanged_offer_changes_nothing_but_a_corrected_door() {
    let now = Instant::now();
    let before = task(Stage::AtDoor, now);
    let later = now + Duration::from_secs(5);
    let after = follow(Some(before.clone()), seen(Stage::AtDoor), later, &mut chance());
    assert_eq!(after, Some(before.clone()));
    let corrected = Seen { door: Some(HERE), ..seen(Stage::AtDoor).expect("seen") };
    let after = follow(Some(before.clone()), Some(corrected), later, &mut chance());
    assert_eq!(after, Some(Task { door: Some(HERE), ..before }));
}

#[test]
fn an_offer_that_was_withdrawn_leaves_nothing_to_do() {
    let now = Instant::now();
    assert_eq!(follow(Some(task(Stage::OnTheWay, now)), None, now, &mut chance()), None);
}

#[test]
fn an_offer_accepted_by_telephone_is_gone_to_even_by_who_overlooked_it() {
    let now = Instant::now();
    let overlooked = Task { next: None, ..task(Stage::Offered, now) };
    let task = follow(Some(overlooked), seen(Stage::Accepted), now, &mut chance());
    assert!(task.is_some_and(|task| matches!(task.next, Some((Step::Depart, _)))));
}

#[test]
fn nobody_is_on_scene_before_the_way_is_gone() {
    let now = Instant::now();
    let mut task = task(Stage::OnTheWay, now);
    let later = now + Duration::from_secs(60);
    assert_eq!(task.take_due(later, HERE), None);
    assert_eq!(task.wakes_at(), None, "it is the way that decides, not the time");
    assert_eq!(task.take_due(later, DOOR), Some(Step::OnScene));
}

#[test]
fn a_step_is_not_tried_again_at_once() {
    let now = Instant::now();
    let mut task = task(Stage::Accepted, now);
    let due = task.wakes_at().expect("due by time");
    assert_eq!(task.take_due(now, HERE), None, "not yet");
    assert_eq!(task.take_due(due, HERE), Some(Step::Depart));
    assert_eq!(task.take_due(due, HERE), None);
    assert_eq!(task.wakes_at(), Some(due + RETRY));
}

#[test]
fn the_offer_furthest_on_counts() {
    let answer = r#"{"next_cursor":null,"items":[
        {"offer":{"id":"a","status":"offered","departed_at":null,"with_senior_at":null,"eta_s":7},
         "ticket":{"id":"t","position":{"lat":24.5,"lon":117.7,"source":"gps"}},"senior":null},
        {"offer":{"id":"b","status":"accepted","departed_at":"2026-11-21T02:03:04.000Z",
         "with_senior_at":null},"ticket":{"position":null},
         "senior":{"name":"x","lat":24.51,"lon":117.7}}]}"#;
    let in_hand: InHand = serde_json::from_str(answer).expect("as the API answers");
    let expected = Seen { offer: "b".into(), stage: Stage::OnTheWay, door: Some(DOOR) };
    assert_eq!(in_hand.foremost(), Some(expected));
}
