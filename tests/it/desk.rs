//! At the desk: two operators at once, the ring by hand, and people who are out of reach.

use serde_json::{Value, json};

use crate::service::{Json, Person, TestService, eventually, offers_to};

#[tokio::test]
async fn of_two_operators_who_answer_at_once_one_owns_the_ticket_and_the_other_is_told() {
    let service = TestService::start().await;
    let operators = [service.log_in("operator1").await, service.log_in("operator2").await];
    let ticket = service.open(&service.demo.phone(140)).await;
    let (one, two) = tokio::join!(
        operators[0].act(&ticket, "answer", json!({})),
        operators[1].act(&ticket, "answer", json!({}))
    );
    let (winner, refused) = if one.status == 200 { (0, two) } else { (1, one) };
    let own = operators[winner].user.text("/id");
    assert_eq!(refused.problem(409).text("/current/owner"), own);
    let file = operators[0].file(&ticket).await;
    assert_eq!(file.text("/ticket/owner"), own);
    let answered = file.list("/timeline").iter().filter(|entry| entry["event"] == "answered");
    assert_eq!(answered.count(), 1);
}

#[tokio::test]
async fn an_operator_widens_the_ring_up_to_the_widest() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(140)).await;
    for ring in [20, 30] {
        let widened = operator.act(&ticket, "widen", json!({})).await.ok();
        assert_eq!(widened.number("/ring_min"), ring);
    }
    let refused = operator.act(&ticket, "widen", json!({})).await.problem(409);
    assert_eq!(refused.number("/current/ring_min"), 30);
}

/// Waits until the first candidate of a ticket has this reason, and returns it.
async fn first_reason(operator: &Person, ticket: &str, code: &str) -> Value {
    eventually(&format!("a candidate who is {code}"), async || {
        let file = operator.file(ticket).await;
        let first = file.list("/candidates").first()?.clone();
        (first["reason_code"] == code).then_some(first)
    })
    .await
}

#[tokio::test]
async fn who_was_not_heard_of_for_too_long_is_not_asked_until_heard_again() {
    let policy = [("dispatch.hold_s", "600"), ("dispatch.position_stale_s", "1")];
    let service = TestService::with(&policy).await;
    let device = service.demo.phone(141);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let ticket = service.open(&device).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let stale = first_reason(&operator, &ticket, "stale").await;
    assert_eq!(stale.text("/responder"), aide.responder());
    assert!(stale.text("/reason").starts_with("position "), "{stale:#}");
    assert_eq!(stale["eligible"], false);
    operator.act(&ticket, "confirm", json!({})).await.ok();
    feed.event_on(&ticket, "confirmed").await;
    let other = service.open(&service.demo.phone(142)).await;
    operator.act(&other, "confirm", json!({})).await.ok();
    feed.event_on(&other, "confirmed").await;
    let seen = operator.ticket(&ticket).await;
    assert!(offers_to(&seen, &aide.responder()).is_empty(), "{seen:#}");
    aide.is_at(device.north(90.0)).await;
    feed.event("offered").await;
}

#[tokio::test]
async fn a_ring_decides_who_is_asked_and_the_reason_says_who_is_too_far() {
    let service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let device = service.demo.phone(141);
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&device).await;
    // 5 km × 1.35 ÷ 5.5 m/s are 20 minutes.
    service.on_duty("aide01", device.north(4_500.0)).await;
    let far = first_reason(&operator, &ticket, "outside_ring").await;
    assert_eq!(far.number("/reason_value"), 19);
    assert_eq!(far.text("/reason"), "19 min: outside the 10-minute circle");
    let mut feed = service.live(&operator).await;
    operator.act(&ticket, "confirm", json!({})).await.ok();
    let offered = feed.event_on(&ticket, "offered").await;
    assert_eq!(offered.number("/ticket/ring_min"), 20, "nobody was left in the first ring");
    assert_eq!(offered.number("/ticket/offers/0/ring_min"), 20);
    assert_eq!(offered["ticket"]["offers"][0]["overdue"], false);
}

#[tokio::test]
async fn who_is_too_far_for_every_ring_is_asked_all_the_same_and_marked() {
    let service = TestService::start().await;
    let device = service.demo.phone(141);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    service.on_duty("aide01", device.north(20_000.0)).await;
    let ticket = service.open(&device).await;
    let offered = feed.event_on(&ticket, "offered").await;
    assert_eq!(offered["ticket"]["offers"][0]["overdue"], true, "{offered:#}");
}

#[tokio::test]
async fn a_reopened_ticket_does_not_become_a_second_emergency_of_its_senior() {
    let service = TestService::start().await;
    let device = service.demo.phone(143);
    let operator = service.log_in("operator1").await;
    let first = service.open(&device).await;
    operator.act(&first, "close", json!({"outcome": "phone"})).await.ok();
    let second = service.press(&device, "e2").await.text("/ticket");
    assert_ne!(first, second);
    let refused = operator.act(&first, "reopen", json!({"reason": "a mistake"})).await;
    assert_eq!(refused.problem(409).text("/current/status"), "closed");
}

#[tokio::test]
async fn whoever_was_helped_is_called_back_and_a_complaint_is_a_ticket_of_its_own() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(70);
    let ticket = service.open(&device).await;
    let reached = json!({"result": "reached", "satisfaction": 5});
    operator.act(&ticket, "follow-ups", reached.clone()).await.problem(409);
    operator.act(&ticket, "close", json!({"outcome": "phone"})).await.ok();
    let nobody = operator.act(&ticket, "follow-ups", json!({"result": "no_answer"})).await.ok();
    assert!(nobody["times"]["followed_up"].is_null(), "nobody was reached");
    for bad in [json!({"result": " "}), json!({"result": "reached", "satisfaction": 6})] {
        operator.act(&ticket, "follow-ups", bad).await.problem(422);
    }
    let told = operator.act(&ticket, "follow-ups", reached).await.ok();
    assert!(told["times"]["followed_up"].is_string());
    assert_eq!(told["status"], "closed");
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 0);
    // The second call, a week later.
    let week = json!({"result": "reached", "satisfaction": 1, "note": "等了太久"});
    operator.act(&ticket, "follow-ups", week).await.ok();
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1);
    assert_eq!(open.text("/items/0/kind"), "complaint");
    assert_eq!(open.text("/items/0/senior"), device.senior);
    let file = operator.file(&ticket).await;
    let calls = file.list("/timeline").iter().filter(|entry| entry["event"] == "followed_up");
    assert_eq!(calls.count(), 3);
    let again = operator.act(&ticket, "reopen", json!({"reason": "又不舒服"})).await.ok();
    assert_eq!(again["status"], "open", "and its history stays");
}
