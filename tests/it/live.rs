//! The live feed: a snapshot, then every event once, however often the line breaks.

use serde_json::{Value, json};

use crate::service::{Json, Live, Person, TestService};

/// Makes a few events and returns the ticket.
async fn something_happens(service: &TestService, operator: &Person, senior: usize) -> String {
    let ticket = service.open(&service.demo.phone(senior)).await;
    for text in ["one", "two", "three"] {
        operator.act(&ticket, "notes", json!({"text": text})).await.ok();
    }
    ticket
}

fn told_last(feed: &Live) -> u64 {
    feed.messages().iter().filter_map(|message| message["seq"].as_u64()).max().unwrap()
}

#[tokio::test]
async fn a_feed_that_resumes_gets_exactly_the_events_it_missed() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut all = service.live(&operator).await;
    something_happens(&service, &operator, 70).await;
    let broken = service.live(&operator).await;
    let since = told_last(&broken);
    drop(broken);
    let second = something_happens(&service, &operator, 71).await;
    operator.act(&second, "close", json!({"outcome": "phone"})).await.ok();

    let mut resumed = service.feed(&operator, &format!("?since={since}")).await;
    resumed.event_on(&second, "closed").await;
    all.event_on(&second, "closed").await;
    let seqs = |feed: &Live| -> Vec<u64> {
        feed.events().iter().map(|e| e.number("/seq")).filter(|seq| *seq > since).collect()
    };
    assert_eq!(seqs(&resumed), seqs(&all), "exactly those that were missed");
    assert_eq!(resumed.events()[0].number("/prev"), since);
    assert!(resumed.messages().iter().all(|message| message["type"] != "snapshot"));
    resumed.assert_no_gap();
}

#[tokio::test]
async fn a_feed_that_missed_nothing_resumes_with_a_heartbeat() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    something_happens(&service, &operator, 70).await;
    let mut feed = service.live(&operator).await;
    let since = told_last(&feed);
    feed = service.feed(&operator, &format!("?since={since}")).await;
    let first = feed.wait("a numbered message", |m| m["seq"].is_u64()).await;
    assert_eq!((first.text("/type"), first.number("/seq")), ("heartbeat".into(), since));
}

#[tokio::test]
async fn a_number_that_is_not_known_is_answered_with_a_snapshot() {
    let mut service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = something_happens(&service, &operator, 70).await;
    let mut feed = service.feed(&operator, "?since=999999").await;
    let first = feed.wait("a numbered message", |m| m["seq"].is_u64()).await;
    assert_eq!(first.text("/type"), "snapshot");
    assert_eq!(first.text("/tickets/0/id"), ticket);

    // After a restart older events are kept no more.
    service.stop().await;
    service.start_again().await;
    let operator = operator.at(&service.url);
    let mut feed = service.feed(&operator, "?since=1").await;
    let first = feed.wait("a numbered message", |m| m["seq"].is_u64()).await;
    assert_eq!(first.text("/type"), "snapshot");
    assert_eq!(first.text("/tickets/0/id"), ticket, "what is open stays open");
}

#[tokio::test]
async fn the_snapshot_lists_the_most_urgent_first_and_everybody_who_could_go() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (help, sos) = (service.demo.phone(72), service.demo.phone(73));
    let mut body = help.press("e1");
    body["kind"] = json!("help");
    service.sos(&help.key, body.to_string()).await.kept();
    let urgent = service.open(&sos).await;
    let feed = service.live(&operator).await;
    let snapshot = &feed.messages()[0];
    assert_eq!(snapshot.text("/tickets/0/id"), urgent);
    assert_eq!(snapshot.list("/tickets").len(), 2);
    assert_eq!(snapshot.list("/responders").len(), 37 + 146);
    let listed = operator.get("/v1/tickets?limit=1").await.ok();
    assert_eq!(listed.text("/items/0/id"), urgent);
    let cursor = listed.text("/next_cursor");
    let rest = operator.get(&format!("/v1/tickets?limit=1&cursor={cursor}")).await.ok();
    assert_eq!(rest.list("/items").len(), 1);
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_heartbeat_comes_while_nothing_happens_and_tells_the_number() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let seq = told_last(&feed);
    for _ in 0..2 {
        let beat = feed.settle().await;
        assert_eq!(beat.number("/seq"), seq);
        assert!(beat.text("/at").ends_with('Z'));
    }
}

#[tokio::test]
async fn two_screens_are_told_the_same_in_the_same_order() {
    let service = TestService::start().await;
    let (one, two) = (service.log_in("operator1").await, service.log_in("operator2").await);
    let mut feeds = (service.live(&one).await, service.live(&two).await);
    let presses = (0..20).map(|n| service.demo.phone(80 + n)).collect::<Vec<_>>();
    futures_util::future::join_all(presses.iter().map(|device| service.open(device))).await;
    let last = something_happens(&service, &one, 110).await;
    one.act(&last, "close", json!({"outcome": "test"})).await.ok();
    for feed in [&mut feeds.0, &mut feeds.1] {
        feed.event_on(&last, "closed").await;
        feed.assert_no_gap();
    }
    let told = |feed: &Live| -> Vec<(u64, String)> {
        feed.events().iter().map(|e| (e.number("/seq"), e.text("/event"))).collect()
    };
    assert_eq!(told(&feeds.0), told(&feeds.1));
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_the_feed() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let open = async |origin: &str| {
        Live::open(&service.url, Some(&operator), "", Some(origin)).await.map(|_| ())
    };
    assert_eq!(open("https://evil.example").await, Err(403));
    assert_eq!(open("null").await, Err(403));
    assert_eq!(open(&service.url.replace("http://", "file://")).await, Err(403));
    assert_eq!(open(&service.url.replace("http://", "ws://")).await, Err(403));
    assert_eq!(open(&service.url).await, Ok(()));
    let nobody = Live::open(&service.url, None, "", None).await.map(|_| ());
    assert_eq!(nobody, Err(401));
    let elsewhere = Live::open(&service.url, Some(&operator), "?district=nowhere", None).await;
    assert_eq!(elsewhere.map(|_| ()), Err(403));
}

#[tokio::test]
async fn behind_a_proxy_the_public_url_is_the_own_origin() {
    let public = "https://sos.example.cn";
    let service = TestService::with(&[("server.public_url", public)]).await;
    let operator = service.log_in("operator1").await;
    let opened = Live::open(&service.url, Some(&operator), "", Some(public)).await;
    assert_eq!(opened.map(|_| ()), Ok(()));
    let ticket = service.open(&service.demo.phone(70)).await;
    let path = format!("/v1/tickets/{ticket}/seen");
    let request = operator.request(reqwest::Method::POST, &path).header("origin", public);
    crate::service::Answer::to(request).await.ok();
    let foreign =
        operator.request(reqwest::Method::POST, &path).header("origin", "https://evil.cn");
    crate::service::Answer::to(foreign).await.problem(403);
}
