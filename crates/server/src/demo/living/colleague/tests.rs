use silverbell_web::rfc3339;

use super::*;

const OPENED: UnixMs = UnixMs(1_795_226_584_000);
const ME: &str = "me";

fn ticket(owner: Option<&str>, offers: &[&str]) -> Ticket {
    Ticket {
        id: "t".into(),
        kind: "sos".into(),
        owner: owner.map(str::to_owned),
        times: Times { opened: Some(rfc3339(OPENED)) },
        offers: offers.iter().map(|status| Offer { status: (*status).into() }).collect(),
    }
}

fn after(seconds: i64, ticket: &Ticket) -> Verdict {
    verdict(ticket, ME, OPENED.plus_s(seconds))
}

#[test]
fn a_ticket_is_over_when_all_who_went_are_done() {
    assert_eq!(after(600, &ticket(None, &["done", "done"])), Verdict::Over);
    assert_eq!(after(600, &ticket(Some(ME), &["done", "declined"])), Verdict::Over);
    assert_eq!(after(600, &ticket(None, &["done", "offered"])), Verdict::Over, "only asked");
    assert_eq!(after(600, &ticket(None, &["done", "on_scene"])), Verdict::Leave);
    assert_eq!(after(600, &ticket(None, &["accepted", "expired"])), Verdict::Leave);
    assert_eq!(after(600, &ticket(None, &[])), Verdict::Leave);
}

#[test]
fn after_half_an_hour_a_ticket_is_closed_whatever_became_of_it() {
    assert_eq!(after(1_799, &ticket(None, &["accepted"])), Verdict::Leave);
    assert_eq!(after(1_800, &ticket(None, &["accepted"])), Verdict::Old);
    assert_eq!(after(1_800, &ticket(Some(ME), &[])), Verdict::Old);
}

#[test]
fn what_somebody_else_took_is_left_alone_for_two_hours() {
    let theirs = ticket(Some("visitor"), &["done", "done"]);
    assert_eq!(after(600, &theirs), Verdict::Leave);
    assert_eq!(after(7_199, &theirs), Verdict::Leave);
    assert_eq!(after(7_200, &theirs), Verdict::Old);
}

#[test]
fn a_ticket_without_a_time_is_not_thought_old() {
    let mut undated = ticket(None, &[]);
    undated.times.opened = None;
    assert_eq!(after(999_999, &undated), Verdict::Leave);
}

#[test]
fn only_what_somebody_saw_ends_as_help_with_a_cause() {
    let mut chance = Chance::of_colleague();
    for _ in 0..200 {
        let seen = closing(&ticket(None, &["done"]), &mut chance);
        assert_eq!(seen["outcome"] == "helped", seen["cause"].is_string());
        assert_ne!(seen["outcome"], "phone");
        let unseen = closing(&ticket(None, &["expired"]), &mut chance);
        assert!(unseen["outcome"] == "phone" || unseen["outcome"] == "accidental");
    }
}

#[test]
fn a_fall_was_a_fall() {
    let mut fall = ticket(None, &["done"]);
    fall.kind = "fall".into();
    let mut chance = Chance::of_colleague();
    let causes = (0..50).map(|_| closing(&fall, &mut chance));
    for closing in causes.filter(|closing| closing["outcome"] == "helped") {
        assert_eq!(closing["cause"], "fall");
    }
}
