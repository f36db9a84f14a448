//! The canary: the service presses its own key, through every port, and looks whether a console gets it.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{Duration, sleep};

use crate::messages::{SECRET, fake_gateway, messages};
use crate::service::{
    Database, Json, Person, TestService, alarm_frame, at, eventually, hang, now_ms,
};

/// The shortest pause that is allowed; the first round comes five seconds after the start.
const OFTEN: (&str, &str) = ("canary.every_s", "30");

/// A watcher outside, and the first lines of what it was sent.
async fn watcher() -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/alive/7c1b", listener.local_addr().unwrap());
    let (told, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let length = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            drop(told.send(text.lines().next().unwrap_or_default().to_owned()));
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await);
        }
    });
    (url, heard)
}

/// Waits until a round is over, and returns what a supervisor is told of it.
async fn round(supervisor: &Person) -> Value {
    eventually("a round of the canary", async || {
        let health = supervisor.get("/v1/service/health").await.ok();
        let canary = health["canary"].clone();
        canary["at"].is_string().then_some(canary)
    })
    .await
}

/// Waits for a round that ended after a moment, a whole pause if need be.
async fn round_after(supervisor: &Person, moment_ms: i64) -> Value {
    for _ in 0..450 {
        let health = supervisor.get("/v1/service/health").await.ok();
        let canary = health["canary"].clone();
        if canary["at"].as_str().is_some_and(|ended| ended > &*at(moment_ms)) {
            return canary;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("no round of the canary");
}

/// Returns how it went by each port: `null`, or why it did not.
fn failures(round: &Value) -> Vec<(String, Value)> {
    let ports = round.list("/ports").iter();
    ports.map(|it| (it.text("/port"), it["failure"].clone())).collect()
}

#[tokio::test]
async fn an_sos_through_each_port_reaches_a_console_and_only_the_watcher_outside_hears_of_it() {
    let (url, mut heard) = watcher().await;
    let (_gateway, news) = fake_gateway("127.0.0.1:0", &[]).await;
    let hook = format!(
        "[{{ id = \"all\", url = \"{news}/hook\", secret = \"{SECRET}\", events = [\"opened\", \"closed\"] }}]"
    );
    let settings = [
        OFTEN,
        ("canary.ping_url", &*url),
        ("notify.webhooks", &*hook),
        ("notify.allow_private", "true"),
    ];
    let service = TestService::with(&settings).await;
    let (operator, supervisor) =
        (service.log_in("operator1").await, service.log_in("supervisor1").await);
    let round = round(&supervisor).await;
    let ports = failures(&round);
    let names: Vec<&str> = ports.iter().map(|(port, _)| &**port).collect();
    assert_eq!(names, ["http", "watch", "gt06", "jt808", "h02", "osmand", "owntracks"]);
    assert!(ports.iter().all(|(_, failure)| failure.is_null()), "{round:#}");
    assert!(round.list("/ports").iter().all(|port| port["took_ms"].is_u64()), "{round:#}");
    assert_eq!(round.text("/outside"), "told");
    assert_eq!(heard.recv().await.unwrap(), "GET /alive/7c1b HTTP/1.1");

    // Nobody who works sees anything of it.
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
    operator.get("/v1/tickets?district=canary").await.problem(403);
    let districts = supervisor.get("/v1/districts").await.ok();
    assert!(!districts.to_string().contains("canary"), "{districts:#}");
    let metrics = service.get("/metrics").await.body;
    assert!(!metrics.contains("silverbell_signals_total{"), "it counts as no device's");
    let screens = metrics.lines().find(|line| line.starts_with("silverbell_live_connections "));
    assert!(screens.is_none_or(|line| line.ends_with(" 0")), "nobody looks: {screens:?}");
    assert!(metrics.contains("silverbell_canary_last_success_timestamp_seconds{port=\"gt06\"}"));

    // A real one is told to whoever follows all districts; the made-up ones were before it in the queue.
    service.open(&service.demo.phone(1)).await;
    let told = eventually("the webhook", async || {
        let told = messages(&news).await;
        (!told.is_empty()).then_some(told)
    })
    .await;
    assert!(told.iter().all(|it| !it.to_string().contains("canary")), "{told:?}");
    assert!(!service.log().contains("alive/7c1b"), "the watcher's address is a secret");
    let checked = service.run(&["check"]).await;
    checked.said();
}

#[tokio::test]
async fn a_port_that_cannot_be_reached_is_named_and_the_watcher_outside_is_left_to_worry() {
    let (url, mut heard) = watcher().await;
    // The device ports listen on 127.0.0.1 alone.
    let settings = [OFTEN, ("canary.ping_url", &*url), ("canary.host", "127.0.0.2")];
    let service = TestService::with(&settings).await;
    let supervisor = service.log_in("supervisor1").await;
    let round = round(&supervisor).await;
    for (port, failure) in failures(&round) {
        let expected = if port == "http" { Value::Null } else { "unreachable".into() };
        assert_eq!(failure, expected, "{port}");
    }
    assert_eq!(round.text("/outside"), "silent");
    assert!(heard.try_recv().is_err(), "not told");
    let metrics = service.get("/metrics").await.body;
    let failed = "silverbell_canary_failures_total{port=\"watch\",why=\"unreachable\"} 1";
    assert!(metrics.contains(failed), "{metrics}");
}

#[tokio::test]
async fn while_nothing_can_be_kept_it_presses_nothing_that_operators_would_have_to_look_at() {
    let service = TestService::with(&[OFTEN]).await;
    let (operator, supervisor) =
        (service.log_in("operator1").await, service.log_in("supervisor1").await);
    let mut live = service.live(&operator).await;
    let hung = hang(&service).await;
    let round = round_after(&supervisor, now_ms()).await;
    assert!(failures(&round).iter().all(|(_, failure)| failure == "unprepared"), "{round:#}");
    assert_eq!(round.text("/outside"), "nobody");
    hung.close().await;
    let ticket = service.open(&service.demo.phone(2)).await;
    live.event_on(&ticket, "ticket_opened").await;
    let unrecorded = live.messages().iter().filter(|message| message["type"] == "unrecorded");
    assert_eq!(unrecorded.count(), 0);
}

#[tokio::test]
async fn what_a_killed_service_left_open_is_closed_by_its_next_round() {
    let mut service = TestService::with(&[OFTEN]).await;
    round(&service.log_in("supervisor1").await).await;
    // As if it had died between the key and the end.
    let cast = std::fs::read(service.data().join("canary")).unwrap();
    let cast: Value = serde_json::from_slice(&cast).unwrap();
    let mut line = service.watch().await;
    line.send(&alarm_frame(&format!("9{}", cast.text("/number")), "00010000")).await;
    assert!(line.ack().await.ends_with("*AL]"));
    let open = async |admin: &Person| {
        let open = admin.get("/v1/tickets?district=canary").await.ok();
        open.list("/items").len()
    };
    assert_eq!(open(&service.log_in("admin").await).await, 1);
    service.kill().await;
    service.start_again().await;
    let (admin, supervisor) = (service.log_in("admin").await, service.log_in("supervisor1").await);
    let again = round(&supervisor).await;
    assert!(failures(&again).iter().all(|(_, failure)| failure.is_null()), "{again:#}");
    assert_eq!(open(&admin).await, 0);
}

#[tokio::test]
async fn two_nodes_on_one_database_each_hear_their_own_alarms_and_close_no_others() {
    let database = Database::postgres().await;
    let first = TestService::on(database.clone(), &[OFTEN]).await;
    let second = TestService::on(database, &[OFTEN]).await;
    for node in [&first, &second] {
        let round = round(&node.log_in("supervisor1").await).await;
        assert!(failures(&round).iter().all(|(_, failure)| failure.is_null()), "{round:#}");
    }
    for node in [first, second] {
        assert!(!node.log().contains("stays open until the next round"), "{}", node.log());
    }
}

#[tokio::test]
async fn a_device_that_somebody_removed_is_put_in_again_and_nobody_is_woken_meanwhile() {
    let mut service = TestService::with(&[OFTEN]).await;
    round(&service.log_in("supervisor1").await).await;
    let admin = service.log_in("admin").await;
    let cast = std::fs::read(service.data().join("canary")).unwrap();
    let cast: Value = serde_json::from_slice(&cast).unwrap();
    let file = admin.get(&format!("/v1/devices/9{}", cast.text("/number"))).await;
    // Watch and H02 call themselves the same: the one is named by its id.
    let shown = file.problem(409).text("/detail");
    let id = shown.split("watch ").nth(1).unwrap().split([',', ' ', ';']).next().unwrap();
    assert_eq!(admin.delete(&format!("/v1/devices/{id}")).await.status, 204, "{shown}");
    service.stop().await;
    service.start_again().await;
    let (operator, supervisor) =
        (service.log_in("operator1").await, service.log_in("supervisor1").await);
    let again = round(&supervisor).await;
    assert!(failures(&again).iter().all(|(_, failure)| failure.is_null()), "{again:#}");
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
}
