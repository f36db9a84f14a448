//! Devices that nobody has heard of: never refused, never sent for before a person says whose.

use serde_json::{Value, json};

use crate::service::{Json, TestService, alarm_frame, has_flag, offers_to};

async fn press(service: &TestService, ident: &str, id: &str) -> Value {
    service.sos("", json!({"device": ident, "id": id}).to_string()).await.kept()
}

#[tokio::test]
async fn an_unknown_device_gets_one_open_ticket_without_a_senior() {
    let service = TestService::start().await;
    let first = press(&service, "nobody-1", "e1").await;
    let again = press(&service, "nobody-1", "e2").await;
    assert_eq!((&again["ticket"], &again["joined"]), (&first["ticket"], &json!(true)));
    let other = press(&service, "nobody-2", "e1").await;
    assert_ne!(other["ticket"], first["ticket"]);
    let operator = service.log_in("operator1").await;
    let file = operator.file(&first.text("/ticket")).await;
    assert_eq!((file.at("/senior"), file.at("/ticket/senior")), (&Value::Null, &Value::Null));
    assert!(has_flag(&file["ticket"], "unknown_device"), "{file:#}");
    assert_eq!(file.number("/ticket/signals"), 2);
    let problem = operator.act(&first.text("/ticket"), "verify", json!({})).await.problem(422);
    assert!(problem.text("/detail").contains("senior"), "{problem:#}");
}

#[tokio::test]
async fn twenty_one_idents_from_one_address_share_the_twentieth_ticket() {
    let service = TestService::start().await;
    let mut answers = Vec::new();
    for n in 1..=22 {
        answers.push(press(&service, &format!("flood-{n}"), "e1").await);
    }
    let mut opened: Vec<String> = answers[..20].iter().map(|a| a.text("/ticket")).collect();
    for late in &answers[20..] {
        assert_eq!((late.text("/ticket"), &late["joined"]), (opened[19].clone(), &json!(true)));
    }
    opened.sort_unstable();
    opened.dedup();
    assert_eq!(opened.len(), 20);
    let operator = service.log_in("operator1").await;
    let last = operator.ticket(&answers[19].text("/ticket")).await;
    assert_eq!(last.number("/signals"), 3, "every signal is kept");
}

#[tokio::test]
async fn nobody_is_sent_for_an_unknown_watch_before_somebody_says_whose_it_is() {
    let service = TestService::with(&[("dispatch.unverified_after_s", "1")]).await;
    let known = service.demo.phone(10);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", known.north(100.0)).await;
    let mut watch = service.watch().await;
    watch.send(&alarm_frame("9999999999", "00010000")).await;
    assert_eq!(watch.ack().await, "[3G*9999999999*0002*AL]");
    let opened = feed.event("ticket_opened").await["ticket"].clone();
    let id = opened.text("/id");
    assert_eq!(opened["senior"], Value::Null);
    assert!(has_flag(&opened, "unknown_device"));

    // The hold ends by itself, and still nobody goes: the aide is free for somebody else.
    feed.event_on(&id, "hold_ended").await;
    let other = service.open(&known).await;
    feed.event_on(&other, "offered").await;
    assert!(operator.ticket(&id).await.list("/offers").is_empty());
    operator.act(&other, "close", json!({"outcome": "test"})).await.ok();

    let senior = service.demo.phone(11).senior;
    let verified = operator.act(&id, "verify", json!({"senior": senior})).await.ok();
    assert_eq!(verified.text("/senior"), senior);
    assert!(!has_flag(&verified, "unknown_device"));
    let offered = feed.event_on(&id, "offered").await["ticket"].clone();
    assert_eq!(offers_to(&offered, &aide.responder()).len(), 1);
}

#[tokio::test]
async fn a_ticket_cannot_be_given_to_a_senior_who_has_another_open_emergency() {
    let service = TestService::start().await;
    let known = service.demo.phone(12);
    let own = service.open(&known).await;
    let unknown = press(&service, "nobody-3", "e1").await.text("/ticket");
    let operator = service.log_in("operator1").await;
    let refused = operator.act(&unknown, "verify", json!({"senior": known.senior})).await;
    assert_eq!(refused.problem(409).text("/current/id"), unknown);
    let end = json!({"outcome": "duplicate", "duplicate_of": own});
    assert_eq!(operator.act(&unknown, "close", end).await.ok()["status"], "closed");
}
