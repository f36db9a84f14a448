//! Connections that do nothing, do too much, or come in crowds: none keeps an SOS out.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::{Instant, sleep, timeout};

use crate::service::{Answer, Json, PASSWORD, Person, TestService, eventually};

/// When a connection without a first request is closed, and a little more.
const FIRST_REQUEST_WITHIN: Duration = Duration::from_secs(15);

fn address(service: &TestService) -> String {
    service.url.trim_start_matches("http://").to_owned()
}

async fn connect(service: &TestService) -> TcpStream {
    TcpStream::connect(address(service)).await.expect("the port takes connections")
}

async fn crowd(service: &TestService, size: usize) -> Vec<TcpStream> {
    let mut crowd = Vec::new();
    for _ in 0..size {
        crowd.push(connect(service).await);
    }
    crowd
}

/// Waits until the service closes a connection, and returns what it still said.
async fn rest(stream: &mut TcpStream, within: Duration) -> Option<String> {
    let mut said = Vec::new();
    // A reset is a close, too.
    timeout(within, stream.read_to_end(&mut said)).await.ok().map(drop)?;
    Some(String::from_utf8_lossy(&said).into_owned())
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    rest(stream, Duration::from_millis(500)).await.is_some()
}

/// Sends a request on a connection and returns the status line.
async fn ask(stream: &mut TcpStream, service: &TestService, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", address(service));
    stream.write_all(request.as_bytes()).await.expect("the connection is open");
    let mut answer = vec![0; 4_096];
    let length = stream.read(&mut answer).await.expect("an answer");
    let text = String::from_utf8_lossy(&answer[..length]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

async fn metric(service: &TestService, name: &str) -> f64 {
    let text = service.get("/metrics").await.body;
    let line = text.lines().find(|line| line.starts_with(name) && !line.starts_with('#'));
    line.map_or(0.0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn a_crowd_of_silent_connections_keeps_no_sos_out_and_closes_no_screen() {
    let service = TestService::with(&[("server.max_connections", "40")]).await;
    let operator = service.log_in("operator1").await;
    let mut screen = service.live(&operator).await;
    let mut silent = crowd(&service, 200).await;
    let started = Instant::now();
    let ticket = service.open(&service.demo.phone(60)).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    screen.event_on(&ticket, "ticket_opened").await;
    assert!(is_closed(&mut silent[0]).await, "the oldest made room");
    assert!(
        metric(&service, "silverbell_connections_made_room_total{port=\"http\"}").await >= 150.0
    );
    assert!(metric(&service, "silverbell_connections{port=\"http\"}").await <= 40.0);
    assert_eq!(metric(&service, "silverbell_connections_refused_total{port=\"http\"}").await, 0.0);
}

#[tokio::test]
async fn a_crowd_that_begins_and_never_ends_its_requests_keeps_no_sos_out() {
    let service = TestService::with(&[("server.max_connections", "40")]).await;
    let half = format!(
        "POST /v1/sos HTTP/1.1\r\nhost: {}\r\ncontent-length: 100\r\n\r\n{{",
        address(&service)
    );
    let mut slow = Vec::new();
    for _ in 0..60 {
        let mut stream = connect(&service).await;
        // The last ones may have been turned away already.
        drop(stream.write_all(half.as_bytes()).await);
        slow.push(stream);
    }
    let device = service.demo.phone(60);
    let press = || service.request(Method::POST, "/v1/sos").body(device.press("e1").to_string());
    let kept = eventually("an SOS gets in", async || Answer::try_to(press()).await.ok()).await;
    kept.kept();
}

#[tokio::test]
async fn a_body_that_drips_for_ever_ends_and_an_sos_in_it_is_taken() {
    let service = TestService::start().await;
    let body = service.demo.phone(61).press("drip").to_string();
    let paths = [("/v1/sos", "202"), ("/v1/session", "408")];
    let dripping = paths.map(|(path, status)| drip(&service, path, &body, status));
    futures_util::future::join_all(dripping).await;
}

/// Sends a body and then a blank now and then, until the service has enough of it.
async fn drip(service: &TestService, path: &str, body: &str, status: &str) {
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: 9999", address(service));
    let stream = connect(service).await;
    let (mut answer, mut drops) = stream.into_split();
    drops.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.unwrap();
    let dripping = tokio::spawn(async move {
        while drops.write_all(b" ").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    let mut said = [0; 64];
    let read = timeout(Duration::from_secs(28), answer.read_exact(&mut said)).await;
    dripping.abort();
    assert!(matches!(read, Ok(Ok(_))), "{path}: {read:?}");
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {said}");
}

#[tokio::test]
async fn live_feeds_cannot_take_every_place() {
    let service = TestService::with(&[("server.max_connections", "20")]).await;
    let operator = service.log_in("operator1").await;
    let mut screens = Vec::new();
    while screens.len() < 18 {
        screens.push(service.live(&operator).await);
    }
    let full = crate::service::Live::open(&service.url, Some(&operator), "", None).await;
    assert_eq!(full.map(|_| ()), Err(503));
    let ticket = service.open(&service.demo.phone(60)).await;
    screens[0].event_on(&ticket, "ticket_opened").await;
    drop(screens.pop());
    let again =
        async || crate::service::Live::open(&service.url, Some(&operator), "", None).await.ok();
    eventually("a place is free again", again).await;
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed_and_one_that_asked_may_wait() {
    let service = TestService::start().await;
    let (mut silent, mut half, mut kept) =
        (connect(&service).await, connect(&service).await, connect(&service).await);
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    assert_eq!(ask(&mut kept, &service, "/healthz").await, "HTTP/1.1 200 OK");
    let started = Instant::now();
    assert!(rest(&mut silent, FIRST_REQUEST_WITHIN).await.is_some(), "a silent one is closed");
    assert!(rest(&mut half, FIRST_REQUEST_WITHIN).await.is_some(), "half a request, too");
    assert!(started.elapsed() > Duration::from_secs(5), "but not at once");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(ask(&mut kept, &service, "/healthz").await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_connection_that_asked_once_is_closed_after_the_idle_time() {
    let service = TestService::with(&[("server.idle_s", "1")]).await;
    let mut kept = connect(&service).await;
    assert_eq!(ask(&mut kept, &service, "/healthz").await, "HTTP/1.1 200 OK");
    assert!(rest(&mut kept, Duration::from_secs(5)).await.is_some());
}

#[tokio::test]
async fn when_the_system_gives_no_more_files_the_port_makes_room_and_goes_on() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut screen = service.live(&operator).await;
    let limit = Command::new("prlimit")
        .args(["--nofile=120:120", "--pid", &service.pid().to_string()])
        .status()
        .await;
    if !limit.is_ok_and(|status| status.success()) {
        println!("left out: prlimit is not here");
        return;
    }
    let _silent = crowd(&service, 300).await;
    let ticket = service.open(&service.demo.phone(60)).await;
    screen.event_on(&ticket, "ticket_opened").await;
    assert!(metric(&service, "silverbell_accept_errors_total").await >= 1.0);
    let log = service.log();
    let said = log.lines().filter(|line| line.contains("cannot accept connections"));
    assert_eq!(said.count(), 1, "{log}");
}

#[tokio::test]
async fn at_the_end_idle_connections_are_closed_at_once_and_half_requests_soon() {
    let mut service = TestService::start().await;
    let (mut silent, mut half, mut kept) =
        (connect(&service).await, connect(&service).await, connect(&service).await);
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    assert_eq!(ask(&mut kept, &service, "/healthz").await, "HTTP/1.1 200 OK");
    let started = Instant::now();
    service.terminate();
    assert!(is_closed(&mut silent).await && is_closed(&mut kept).await);
    assert!(service.ended().await.success());
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert!(is_closed(&mut half).await);
}

/// Fails to log in until the name is barred, as somebody behind a proxy.
async fn bar(service: &TestService, name: &str, client: &str) {
    let mut last = 0;
    for _ in 0..30 {
        last = log_in_through_proxy(service, name, "guess", client).await;
        if last == 429 {
            return;
        }
    }
    panic!("never barred, at last {last}");
}

async fn log_in_through_proxy(
    service: &TestService,
    name: &str,
    password: &str,
    client: &str,
) -> u16 {
    let login = json!({"username": name, "password": password});
    let request = service.request(Method::POST, "/v1/session").json(&login);
    Answer::to(request.header("x-forwarded-for", client)).await.status
}

#[tokio::test]
async fn behind_a_trusted_proxy_a_stranger_who_guesses_bars_nobody_else() {
    let service = TestService::with(&[("server.trusted_proxies", "127.0.0.1")]).await;
    bar(&service, "operator1", "203.0.113.66").await;
    let invented =
        log_in_through_proxy(&service, "operator1", PASSWORD, "198.51.100.1, 203.0.113.66");
    assert_eq!(invented.await, 429, "what the stranger writes in front counts nothing");
    let own = log_in_through_proxy(&service, "operator1", PASSWORD, "198.51.100.1").await;
    assert_eq!(own, 200);
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_cannot_name_another_address() {
    let service = TestService::start().await;
    bar(&service, "operator1", "203.0.113.66").await;
    let other = log_in_through_proxy(&service, "operator1", PASSWORD, "198.51.100.1").await;
    assert_eq!(other, 429);
}

#[tokio::test]
async fn an_address_that_guesses_at_many_names_slows_itself_and_shuts_nobody_out() {
    let service = TestService::start().await;
    for n in 0..100 {
        service.try_log_in(&format!("name{n}"), "guess").await.unwrap_err().problem(401);
    }
    let started = Instant::now();
    service.log_in("operator1").await;
    assert!(started.elapsed() >= Duration::from_millis(100), "{:?}", started.elapsed());
    let http = reqwest::Client::builder().local_address("127.0.0.2".parse().ok()).build().unwrap();
    let elsewhere = Person::log_in(&http, &service.url, "operator1", PASSWORD).await;
    assert_eq!(elsewhere.unwrap().user.text("/role"), "operator");
}
