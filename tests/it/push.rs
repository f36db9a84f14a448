//! Waking a locked phone over the wire: a browser subscribes, an offer is pushed to it, and what is seen
//! goes no further.

use serde_json::{Value, json};
use silverbell_domain::{Clock, UnixMs};
use silverbell_notify::Browser;
use silverbell_notify::fake_push::FakePush;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::messages::{fake_gateway, messages};
use crate::service::{Json, Person, TestService, eventually, now_ms};

struct Wall;

impl Clock for Wall {
    fn now(&self) -> UnixMs {
        UnixMs(now_ms())
    }
}

async fn push_service() -> FakePush {
    FakePush::start(Arc::new(Wall), CancellationToken::new()).await.unwrap()
}

fn body(browser: &Browser) -> Value {
    let Browser { endpoint, p256dh, auth } = browser;
    json!({"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}})
}

async fn told(operator: &Person, ticket: &str, text: &str) -> Vec<String> {
    let file = operator.file(ticket).await;
    let lines = file.list("/timeline").iter().filter(|entry| entry["event"] == "message");
    let lines = lines.filter(|it| it["data"]["message"]["text"] == text);
    lines.map(|it| it.text("/data/message/state")).collect()
}

/// Waits until a message of a ticket is handed over, and nothing else became of it.
async fn is_sent(operator: &Person, ticket: &str, text: &'static str) {
    eventually(text, async || {
        (told(operator, ticket, text).await == ["queued", "sent"]).then_some(())
    })
    .await;
}

const ON: [(&str, &str); 2] =
    [("notify.push_subject", "mailto:it@example.cn"), ("notify.allow_private", "true")];

#[tokio::test]
async fn an_offer_wakes_the_phone_and_once_it_is_seen_nobody_is_texted() {
    let (_gateway, url) = fake_gateway("127.0.0.1:0", &[]).await;
    let sms = format!("{url}/send");
    // Late enough that `seen` is told before, however slow the machine.
    let more = [("notify.sms_url", &*sms), ("notify.offer_text_after_s", "6")];
    let settings: Vec<(&str, &str)> = ON.into_iter().chain(more).collect();
    let service = TestService::with(&settings).await;
    let push = push_service().await;
    let device = service.demo.phone(63);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    service.on_duty("aide02", device.north(150.0)).await;
    let key = aide.get("/v1/push").await.ok().text("/public_key");
    aide.put("/v1/me/push", body(&push.subscriber(1))).await.is(204);
    let ticket = service.open(&device).await;
    let pushed = eventually("the push", async || push.pushes().first().cloned()).await;
    assert_eq!((pushed.key, push.refused()), (key, vec![]));
    assert_eq!((&*pushed.body.text("/what"), &*pushed.body.text("/kind")), ("offer", "sos"));
    let offer = pushed.body.text("/offer");
    let seen = format!("/v1/offers/{offer}/seen");
    operator.post(&seen, json!({})).await.problem(403);
    for _ in 0..2 {
        assert_eq!(aide.post(&seen, json!({})).await.ok().text("/offer/id"), offer);
    }
    is_sent(&operator, &ticket, "offer_push").await;
    let file = operator.file(&ticket).await;
    let of = |event: &str| file.list("/timeline").iter().filter(|it| it["event"] == event).count();
    assert_eq!(of("offer_seen"), 1);
    // Somebody else was asked at the same moment and has seen nothing: that text is due with the other.
    is_sent(&operator, &ticket, "offer_sms").await;
    assert_eq!((messages(&url).await.len(), push.pushes().len()), (1, 1));
    let endpoint = push.subscriber(1).endpoint;
    assert!(!service.log().contains(&endpoint), "an endpoint stands in no log");
}

#[tokio::test]
async fn a_withdrawal_is_pushed_and_whoever_logs_out_is_woken_no_more() {
    let service = TestService::with(&ON).await;
    let push = push_service().await;
    let (device, other) = (service.demo.phone(64), service.demo.phone(65));
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let elsewhere = service.log_in("aide01").await;
    for (who, n) in [(&aide, 1), (&aide, 2), (&elsewhere, 3)] {
        who.put("/v1/me/push", body(&push.subscriber(n))).await.is(204);
    }
    for _ in 0..2 {
        let forget = json!({"endpoint": push.subscriber(2).endpoint});
        aide.post("/v1/me/push/forget", forget).await.is(204);
    }
    let ticket = service.open(&device).await;
    is_sent(&operator, &ticket, "offer_push").await;
    let first = push.pushes().pop().unwrap();
    let withdraw = format!("/v1/offers/{}/withdraw", first.body.text("/offer"));
    operator.post(&withdraw, json!({})).await.ok();
    is_sent(&operator, &ticket, "offer_push_withdrawn").await;
    let to = |what: &str| {
        let pushes = push.pushes();
        let mut to: Vec<u32> =
            pushes.iter().filter(|it| it.body["what"] == *what).map(|it| it.subscriber).collect();
        to.sort_unstable();
        to
    };
    assert_eq!((to("offer"), to("withdrawn")), (vec![1, 3], vec![1, 3]));
    assert!(push.pushes().iter().all(|it| it.topic == first.topic), "one replaces the other");
    aide.delete("/v1/session").await.is(204);
    let ticket = service.open(&other).await;
    is_sent(&operator, &ticket, "offer_push").await;
    assert_eq!(to("offer"), [1, 3, 3], "that browser's person has logged out");
}

#[tokio::test]
async fn where_push_is_off_it_is_said_and_what_cannot_be_is_refused_in_words() {
    let service = TestService::start().await;
    let push = push_service().await;
    let aide = service.log_in("aide01").await;
    assert_eq!(aide.get("/v1/push").await.ok()["public_key"], Value::Null);
    aide.put("/v1/me/push", body(&push.subscriber(1))).await.problem(404);
    drop(service);
    let service = TestService::with(&ON[..1]).await;
    let (aide, operator) = (service.log_in("aide01").await, service.log_in("operator1").await);
    operator.put("/v1/me/push", body(&push.subscriber(1))).await.problem(403);
    let good = Browser { endpoint: "https://push.example.net/x".into(), ..push.subscriber(1) };
    aide.put("/v1/me/push", body(&good)).await.is(204);
    let at = |endpoint: &str| Browser { endpoint: endpoint.into(), ..good.clone() };
    for wrong in [
        push.subscriber(1),
        at("https://10.0.0.1/x"),
        at("https://localhost/x"),
        Browser { p256dh: "hush".into(), ..good.clone() },
        Browser { auth: "hush".into(), ..good.clone() },
    ] {
        let problem = aide.put("/v1/me/push", body(&wrong)).await.problem(400);
        assert!(!problem.to_string().contains("hush"), "{problem}");
    }
    let key = aide.get("/v1/push").await.ok().text("/public_key");
    assert_eq!(key.len(), 87);
}
