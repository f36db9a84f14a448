//! What comes while the store is away is kept in the journal, shown, and recorded once.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::service::{Device, Json, Live, Person, TestService, eventually, hang};

/// Waits until the consoles are told that so many alarms are not yet recorded.
async fn unrecorded(feed: &mut Live, total: u64) -> Value {
    let what = format!("{total} alarms that are not recorded");
    feed.wait(&what, |message| message["type"] == "unrecorded" && message["total"] == total).await
}

/// Presses while the store is away: 503 within two seconds, with when to try again.
async fn press_in_vain(service: &TestService, device: &Device, id: &str) {
    let started = Instant::now();
    let refused = service.sos(&device.key, device.press(id).to_string()).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    refused.problem(503);
    assert_eq!(refused.header("retry-after"), "2");
}

/// Waits until a senior's press has become one ticket of one signal, and returns it.
async fn recorded(operator: &Person, device: &Device) -> Value {
    let ticket = eventually("the SOS is recorded", async || {
        let open = operator.get("/v1/tickets").await;
        let open = if open.status == 200 { open.ok() } else { return None };
        open.list("/items").iter().find(|ticket| ticket["senior"] == *device.senior).cloned()
    })
    .await;
    assert_eq!(ticket.number("/signals"), 1, "{ticket:#}");
    ticket
}

#[tokio::test]
async fn an_sos_stands_on_open_consoles_until_the_store_is_back_and_has_it() {
    let service = TestService::start().await;
    let device = service.demo.phone(140);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let (mut feed, mut phone) = (service.live(&operator).await, service.live(&aide).await);
    let hung = hang(&service).await;
    press_in_vain(&service, &device, "e1").await;
    let told = unrecorded(&mut feed, 1).await;
    assert_eq!(told.text("/alarms/0/device"), device.ident);
    assert_eq!(told.text("/alarms/0/protocol"), "http");
    assert_eq!(told.text("/alarms/0/kind"), "sos");
    // Who looks only now is told, too.
    let mut later = service.live(&operator).await;
    unrecorded(&mut later, 1).await;

    hung.close().await;
    let ticket = recorded(&operator, &device).await;
    unrecorded(&mut feed, 0).await;
    feed.event_on(&ticket.text("/id"), "ticket_opened").await;
    feed.assert_no_gap();
    let again = service.press(&device, "e1").await;
    assert_eq!(again["duplicate"], true, "sent again, kept once: {again:#}");
    assert_eq!(again.text("/ticket"), ticket.text("/id"));
    phone.offer_on(&ticket.text("/id")).await;
    assert!(
        phone.messages().iter().all(|message| message["type"] != "unrecorded"),
        "an aide is not told of what is nobody's yet"
    );
}

#[tokio::test]
async fn what_the_store_did_not_take_survives_a_kill() {
    let mut service = TestService::start().await;
    let devices = [150, 151].map(|n| service.demo.phone(n));
    let hung = hang(&service).await;
    for device in &devices {
        press_in_vain(&service, device, "e1").await;
    }
    service.kill().await;
    hung.close().await;
    service.start_again().await;
    let operator = service.log_in("operator1").await;
    for device in &devices {
        recorded(&operator, device).await;
    }
    let check = service.run(&["check"]).await.said();
    assert!(check.contains("sound"), "{check}");
}

#[tokio::test]
async fn a_device_that_tries_again_and_again_is_shown_once() {
    let service = TestService::start().await;
    let (impatient, other) = (service.demo.phone(160), service.demo.phone(161));
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let hung = hang(&service).await;
    let tries = (0..5).map(|_| press_in_vain(&service, &impatient, "e1"));
    futures_util::future::join_all(tries).await;
    press_in_vain(&service, &other, "e1").await;
    let told = unrecorded(&mut feed, 2).await;
    assert_eq!(told.text("/alarms/0/device"), other.ident, "newest first");
    hung.close().await;
    recorded(&operator, &impatient).await;
    recorded(&operator, &other).await;
    unrecorded(&mut feed, 0).await;
}

#[tokio::test]
async fn a_press_without_a_name_is_its_keys_even_when_the_store_was_away() {
    let service = TestService::start().await;
    let device = service.demo.phone(170);
    let operator = service.log_in("operator1").await;
    let hung = hang(&service).await;
    service.sos(&device.key, r#"{"kind":"fall"}"#).await.problem(503);
    hung.close().await;
    assert_eq!(recorded(&operator, &device).await.text("/kind"), "fall");
}

#[tokio::test]
async fn a_watch_whose_sos_is_not_acknowledged_is_heard_all_the_same() {
    let service = TestService::start().await;
    let watch = service.demo.watch(31);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let hung = hang(&service).await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    assert_eq!(line.rest().await, "", "no ack for what is not recorded");
    assert_eq!(unrecorded(&mut feed, 1).await.text("/alarms/0/protocol"), "watch");
    hung.close().await;
    recorded(&operator, &watch).await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    line.ack().await;
    recorded(&operator, &watch).await;
}
