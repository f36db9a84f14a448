//! `Idempotency-Key`: a phone that sends its request again does nothing twice.

use futures_util::future::join_all;
use serde_json::json;

use crate::service::{Json, Person, TestService};

async fn notes(operator: &Person, ticket: &str) -> Vec<String> {
    let file = operator.file(ticket).await;
    let noted = file.list("/timeline").iter().filter(|entry| entry["event"] == "noted");
    noted.map(|entry| entry.text("/data/text")).collect()
}

#[tokio::test]
async fn a_repeated_note_with_the_same_key_is_written_once() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(100)).await;
    let path = format!("/v1/tickets/{ticket}/notes");
    for _ in 0..3 {
        let answer = operator.post_once(&path, "note-1", json!({"text": "called back"})).await;
        assert_eq!(answer.ok().text("/id"), ticket);
    }
    operator.post_once(&path, "note-2", json!({"text": "called back"})).await.ok();
    assert_eq!(notes(&operator, &ticket).await.len(), 2);
    for _ in 0..2 {
        operator.post(&path, json!({"text": "without a key"})).await.ok();
    }
    assert_eq!(notes(&operator, &ticket).await.len(), 4);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(100)).await;
    let path = format!("/v1/tickets/{ticket}/notes");
    operator.post_once(&path, "key", json!({"text": "one"})).await.ok();
    operator.post_once(&path, "key", json!({"text": "two"})).await.problem(422);
    let elsewhere = format!("/v1/tickets/{ticket}/tell-family");
    operator.post_once(&elsewhere, "key", json!({"text": "one"})).await.problem(422);
    assert_eq!(notes(&operator, &ticket).await, ["one"]);
    operator.post_once(&path, "", json!({"text": "x"})).await.problem(400);
    operator.post_once(&path, &"k".repeat(256), json!({"text": "x"})).await.problem(400);
}

#[tokio::test]
async fn of_two_requests_with_one_key_at_once_only_one_is_said_to_be_done() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(101)).await;
    let path = format!("/v1/tickets/{ticket}/notes");
    for round in 0..10 {
        let key = format!("race-{round}");
        let send = |text: &'static str| operator.post_once(&path, &key, json!({"text": text}));
        let (one, two) = futures_util::future::join(send("one"), send("two")).await;
        let mut answers = [one.status, two.status];
        answers.sort_unstable();
        assert_eq!(answers, [200, 422], "round {round}");
    }
    assert_eq!(notes(&operator, &ticket).await.len(), 10);
}

#[tokio::test]
async fn keys_of_two_people_do_not_meet() {
    let service = TestService::start().await;
    let (one, two) = (service.log_in("operator1").await, service.log_in("operator2").await);
    let ticket = service.open(&service.demo.phone(100)).await;
    let path = format!("/v1/tickets/{ticket}/notes");
    one.post_once(&path, "key", json!({"text": "mine"})).await.ok();
    two.post_once(&path, "key", json!({"text": "his"})).await.ok();
    assert_eq!(notes(&one, &ticket).await, ["mine", "his"]);
}

#[tokio::test]
async fn eight_repeats_at_once_are_one_note() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(100)).await;
    let path = format!("/v1/tickets/{ticket}/notes");
    let repeats = (0..8).map(|_| operator.post_once(&path, "key", json!({"text": "once"})));
    for answer in join_all(repeats).await {
        assert_eq!(answer.ok().text("/id"), ticket);
    }
    assert_eq!(notes(&operator, &ticket).await, ["once"]);
}

#[tokio::test]
async fn a_ticket_opened_twice_with_one_key_is_one_ticket_even_after_it_was_closed() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let senior = service.demo.phone(100).senior;
    let body = json!({"senior": senior, "kind": "consult", "note": "a pension form"});
    let open = async || operator.post_once("/v1/tickets", "key", body.clone()).await.ok();
    let first = open().await;
    operator.act(&first.text("/id"), "close", json!({"outcome": "phone"})).await.ok();
    assert_eq!(open().await.text("/id"), first.text("/id"));
}

#[tokio::test]
async fn a_step_and_a_close_are_repeated_without_harm() {
    let mut service = TestService::start().await;
    let device = service.demo.phone(100);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    let decline = format!("/v1/offers/{offer}/decline");
    let close = format!("/v1/tickets/{ticket}/close");
    let outcome = json!({"outcome": "phone"});
    aide.post_once(&decline, "d", json!({"reason": "ill"})).await.ok();
    operator.post_once(&close, "c", outcome.clone()).await.ok();

    // The phone never heard the answers, and the service was restarted meanwhile.
    service.kill().await;
    service.start_again().await;
    let (aide, operator) = (aide.at(&service.url), operator.at(&service.url));
    let again = aide.post_once(&decline, "d", json!({"reason": "ill"})).await.ok();
    assert_eq!(again["status"], "declined");
    assert_eq!(operator.post_once(&close, "c", outcome.clone()).await.ok()["status"], "closed");
    operator.post_once(&close, "c2", outcome).await.problem(409);
}
