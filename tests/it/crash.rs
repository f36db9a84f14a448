//! What was acknowledged exists afterwards, whatever crashed in between.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, stream};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::service::{Answer, Device, Json, Person, TestService, eventually};

const PRESSES: usize = 1_000;

/// After so many acknowledgements the service is killed.
const KILL_AFTER: usize = 200;

fn request(service: &TestService, device: &Device) -> reqwest::RequestBuilder {
    let request = service.request(Method::POST, "/v1/sos");
    let request = request.header(AUTHORIZATION, format!("Bearer {}", device.key));
    request.body(device.press("the-press").to_string())
}

/// Presses all keys at once, kills the service in the middle, and returns what was acknowledged.
async fn press_and_kill(service: &mut TestService, devices: &[Device]) -> HashMap<usize, Value> {
    let (acknowledge, mut acknowledged) = mpsc::unbounded_channel();
    for (n, device) in devices.iter().enumerate() {
        let (request, acknowledge) = (request(service, device), acknowledge.clone());
        tokio::spawn(async move {
            if let Ok(answer) = Answer::try_to(request).await {
                drop(acknowledge.send((n, answer.kept())));
            }
        });
    }
    drop(acknowledge);
    let mut known = HashMap::new();
    while let Some((n, answer)) = acknowledged.recv().await {
        known.insert(n, answer);
        if known.len() == KILL_AFTER {
            service.kill().await;
        }
    }
    known
}

/// Returns all open tickets.
async fn all_open(operator: &Person) -> Vec<Value> {
    let mut all = Vec::new();
    let mut path = "/v1/tickets?limit=500".to_owned();
    loop {
        let page = operator.get(&path).await.ok();
        all.extend_from_slice(page.list("/items"));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/tickets?limit=500&cursor={cursor}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn no_acknowledged_sos_is_lost_when_the_service_is_killed_among_a_thousand() {
    let mut service = TestService::start().await;
    let devices: Vec<Device> = (0..PRESSES).map(|n| service.demo.phone(n)).collect();
    let acknowledged = press_and_kill(&mut service, &devices).await;
    assert!(acknowledged.len() >= KILL_AFTER, "{} were acknowledged", acknowledged.len());
    println!("{} of {PRESSES} were acknowledged before the kill", acknowledged.len());
    let kept = service.run(&["check"]).await.said();
    assert!(kept.contains("sound"), "{kept}");
    service.start_again().await;

    // Every device, acknowledged or not, sends the same again, as devices do.
    let repeats = devices
        .iter()
        .enumerate()
        .map(async |(n, device)| (n, Answer::to(request(&service, device)).await.kept()));
    let repeats: Vec<(usize, Value)> = stream::iter(repeats).buffer_unordered(100).collect().await;
    for (n, again) in &repeats {
        if let Some(first) = acknowledged.get(n) {
            assert_eq!(again["duplicate"], true, "an acknowledged SOS was lost: {first}");
            assert_eq!((&again["ticket"], &again["signal"]), (&first["ticket"], &first["signal"]));
        }
    }
    let operator = service.log_in("operator1").await;
    let open = all_open(&operator).await;
    let seniors: HashSet<String> = open.iter().map(|ticket| ticket.text("/senior")).collect();
    assert_eq!((open.len(), seniors.len()), (PRESSES, PRESSES), "one ticket for each senior");
    for ticket in &open {
        assert!(ticket["next"].is_object(), "silence is impossible: {ticket:#}");
        assert_eq!(ticket.number("/signals"), 1, "{ticket:#}");
    }
    eventually("no deadline is overdue", async || {
        let metrics = service.get("/metrics").await.body;
        metrics.contains("silverbell_deadlines_overdue{district=\"longwen\"} 0\n").then_some(())
    })
    .await;
    still_moves(&service, &operator, &devices[500]).await;
    assert!(service.run(&["check"]).await.said().contains("sound"));
}

/// An aide comes on duty after the restart and is asked, for one ticket only.
async fn still_moves(service: &TestService, operator: &Person, near: &Device) {
    let mut feed = service.live(operator).await;
    let aide = service.on_duty("aide01", near.north(100.0)).await;
    let offered = feed.event("offered").await;
    assert_eq!(offered.text("/ticket/offers/0/responder"), aide.responder());
    let in_hand = aide.get("/v1/me/offers").await.ok();
    let offer = in_hand.text("/items/0/offer/id");
    assert_eq!(in_hand.list("/items").len(), 1);
    assert_eq!(aide.step(&offer, "accept").await.ok()["status"], "accepted");
    feed.event("accepted").await;
    feed.assert_no_gap();
}

#[tokio::test]
async fn a_watchs_sos_that_was_acknowledged_survives_a_kill() {
    let mut service = TestService::start().await;
    let watch = service.demo.watch(20);
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    line.ack().await;
    service.kill().await;
    service.start_again().await;
    let operator = service.log_in("operator1").await;
    assert_eq!(all_open(&operator).await[0].text("/senior"), watch.senior);
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    line.ack().await;
    let open = all_open(&operator).await;
    assert_eq!((open.len(), open[0].number("/signals")), (1, 1), "the same press, once");
}

#[tokio::test]
async fn what_people_did_survives_a_kill_and_the_story_goes_on() {
    let mut service = TestService::start().await;
    let device = service.demo.phone(110);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    operator.act(&ticket, "answer", json!({})).await.ok();
    aide.step(&offer, "accept").await.ok();
    let before = operator.file(&ticket).await;
    service.kill().await;
    service.start_again().await;
    let (operator, aide) = (operator.at(&service.url), aide.at(&service.url));
    let after = operator.file(&ticket).await;
    assert_eq!(after["timeline"], before["timeline"], "history is never changed");
    assert_eq!(after.text("/ticket/owner"), operator.user.text("/id"));
    let phone = service.live(&aide).await;
    assert_eq!(phone.messages()[0].text("/offers/0/offer/status"), "accepted");
    for (step, status) in [("depart", "accepted"), ("on-scene", "on_scene"), ("done", "done")] {
        assert_eq!(aide.step(&offer, step).await.ok()["status"], status);
    }
    operator.act(&ticket, "close", json!({"outcome": "helped"})).await.ok();
    assert!(service.run(&["check"]).await.said().contains("sound"));
}
