//! Over real sockets, against the fake gateway.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use silverbell_domain::Clock as _;
use silverbell_notify::fake::{FakeGateway, FakeReceipts, Mode};
use silverbell_notify::{
    Channel, Message, Notify, Progress, ReceiptDesk, SIGNATURE_HEADER, Secret, Settings, router,
    sign, verify,
};
use silverbell_testkit::nth_uuid;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::support::{Bench, Running, message, row, settings, settings_to, until, webhook};

#[tokio::test]
async fn a_call_arrives_with_its_text_its_keys_and_where_to_send_receipts() {
    let bench = Bench::new();
    bench.outbox.put([row(1, message(1, Channel::Voice)), row(2, message(2, Channel::Sms))]);
    let (fake, running) = bench.fake(Mode::Ok).await;
    until("both sent", || bench.heard.sent().len() == 2).await;
    let mut came = fake.messages();
    came.sort_by_key(|came| came.key.clone());
    assert_eq!(came[0].key, nth_uuid(32, 1).to_string());
    let body = &came[0].body;
    assert_eq!((&body["id"], &body["channel"]), (&came[0].key.clone().into(), &"voice".into()));
    assert_eq!((&body["to"], &body["lang"]), (&"13800000000".into(), &"zh".into()));
    assert_eq!(body["keys"], serde_json::json!(["1", "2"]));
    assert_eq!(body["callback"], "http://127.0.0.1/v1/receipts");
    assert!(body["text"].as_str().unwrap().contains("步文街道 1 号，约4分钟"));
    assert!(came[0].has_token);
    assert_eq!(came[1].body.get("keys"), None, "a text message has no keys");
    let reference = Some(format!("fake-{}", nth_uuid(32, 1)));
    let reports = bench.heard.all();
    assert!(
        reports
            .iter()
            .any(|report| report.progress == Progress::Sent { reference: reference.clone() })
    );
    running.end().await;
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_by_the_same_id_and_the_message_is_one() {
    let bench = Bench::new();
    let (fake, running) = bench.fake(Mode::AcceptAndLose).await;
    bench.outbox.put([row(1, message(1, Channel::Sms))]);
    until("tried twice", || fake.messages().first().is_some_and(|came| came.times >= 2)).await;
    assert!(bench.heard.sent().is_empty(), "nobody said that it has it");
    fake.behave(Mode::Ok);
    until("sent", || bench.heard.sent() == [nth_uuid(32, 1)]).await;
    assert_eq!(fake.messages().len(), 1);
    assert_eq!(bench.heard.failures(), []);
    running.end().await;
}

#[tokio::test]
async fn a_slow_gateway_is_given_five_seconds_and_then_asked_again() {
    let bench = Bench::new();
    let (fake, running) = bench.fake(Mode::Slow).await;
    bench.outbox.put([row(1, message(1, Channel::Sms))]);
    until("came", || fake.messages().len() == 1).await;
    let came = Instant::now();
    fake.behave(Mode::Ok);
    until("sent", || bench.heard.sent().len() == 1).await;
    let waited = came.elapsed();
    assert!((Duration::from_secs(4)..Duration::from_secs(7)).contains(&waited), "{waited:?}");
    assert_eq!((fake.messages().len(), fake.messages()[0].times), (1, 2));
    running.end().await;
}

#[tokio::test]
async fn a_gateway_that_is_out_of_order_or_busy_gets_the_message_when_it_is_well_again() {
    for mode in [Mode::Error, Mode::Busy] {
        let bench = Bench::new();
        let (fake, running) = bench.fake(mode).await;
        bench.outbox.put([row(1, message(1, Channel::Sms))]);
        until("tried", || bench.outbox.failures(nth_uuid(32, 1)) > 0).await;
        assert_eq!(fake.messages(), []);
        let tried = Instant::now();
        fake.behave(Mode::Ok);
        until("sent", || bench.heard.sent().len() == 1).await;
        assert_eq!(mode == Mode::Busy, tried.elapsed() > Duration::from_millis(1_500), "{mode:?}");
        running.end().await;
    }
}

#[tokio::test]
async fn what_a_gateway_will_never_take_is_given_up_with_its_words_and_nobodys_number() {
    for (mode, words) in [
        (Mode::Refuse, "answered 400: no such number: …"),
        (Mode::NotAccepted, "not accepted: blocked"),
        (Mode::Redirect, "answered 302; redirects are not followed"),
    ] {
        let bench = Bench::new();
        let (fake, running) = bench.fake(mode).await;
        bench.outbox.put([row(1, message(1, Channel::Sms))]);
        until("given up", || !bench.heard.failures().is_empty()).await;
        assert_eq!(bench.heard.failures(), [(nth_uuid(32, 1), words.to_owned())]);
        assert_eq!(fake.messages(), []);
        running.end().await;
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_an_outage() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let notify = Notify::new(&settings_to(address), bench.ports(), None).unwrap();
    let running = Running::start(notify);
    bench.outbox.put((1..=20).map(|n| row(n, message(n, Channel::Sms))));
    until("tried", || (1..=20).any(|n| bench.outbox.failures(nth_uuid(32, n)) > 0)).await;
    let fake = FakeGateway::new(Mode::Ok, None, bench.clock.clone()).unwrap();
    let listener = TcpListener::bind(address).await.unwrap();
    let serving = fake.clone();
    tokio::spawn(async move { serving.serve(listener, CancellationToken::new()).await });
    until("all sent", || bench.heard.sent().len() == 20).await;
    running.end().await;
}

#[tokio::test]
async fn a_webhook_is_signed_so_that_its_owner_can_verify_it() {
    let bench = Bench::new();
    bench.outbox.put([row(1, message(1, Channel::Webhook))]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = settings_to(listener.local_addr().unwrap());
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let owner = Router::new().fallback(|request: Request<Body>| async move {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        tell.send((parts.headers, body)).await.unwrap();
        StatusCode::OK
    });
    tokio::spawn(async move { axum::serve(listener, owner).await });
    let running = Running::start(Notify::new(&settings, bench.ports(), None).unwrap());
    let (headers, body) = told.recv().await.unwrap();
    let signature = headers[SIGNATURE_HEADER].to_str().unwrap();
    assert_eq!(verify(&Secret::new("s"), signature, &body, bench.clock.now()), Ok(()));
    assert_eq!(headers["idempotency-key"], nth_uuid(32, 1).to_string());
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&body["event"], &body["seq"]), (&"closed".into(), &1.into()));
    assert_eq!((&body["outcome"], &body["status"]), (&"helped".into(), &"closed".into()));
    assert_eq!(body["times"]["received"], "2026-11-21T02:03:04.000Z");
    assert_eq!(
        (&body["times"]["accepted"], &body["urgency"]),
        (&serde_json::Value::Null, &2.into())
    );
    until("sent", || bench.heard.sent().len() == 1).await;
    running.end().await;
}

#[tokio::test]
async fn what_is_said_to_people_goes_to_no_webhook() {
    let bench = Bench::new();
    let (fake, running) = bench.fake(Mode::Ok).await;
    let text = message(1, Channel::Sms).template;
    let private = Message { template: text, ..message(1, Channel::Webhook) };
    bench.outbox.put([row(1, private)]);
    until("given up", || !bench.heard.failures().is_empty()).await;
    assert_eq!(bench.heard.failures()[0].1, "a webhook is told of tickets only");
    assert_eq!(fake.messages(), []);
    running.end().await;
}

#[tokio::test]
async fn a_webhook_whose_name_leads_into_our_own_network_is_never_connected_to() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // 127.0.0.1 itself is refused at the start; so written, it is for the resolver to know.
    let url = format!("http://127.1:{port}/");
    let settings = Settings { webhooks: vec![webhook(url)], ..settings() };
    let running = Running::start(Notify::new(&settings, bench.ports(), None).unwrap());
    bench.outbox.put([row(1, message(1, Channel::Webhook))]);
    until("given up", || !bench.heard.failures().is_empty()).await;
    let words = "its name leads into a private network (notify.allow_private)";
    assert_eq!(bench.heard.failures(), [(nth_uuid(32, 1), words.to_owned())]);
    let connected = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(connected.is_err(), "nobody connected");
    running.end().await;
}

// --- Receipts ------------------------------------------------------------------------------------

fn desk(bench: &Bench, secret: &str) -> Router {
    let desk = ReceiptDesk {
        secret: Secret::new(secret),
        receipts: bench.heard.clone(),
        outbox: bench.outbox.clone(),
        clock: bench.clock.clone(),
    };
    router(desk).into()
}

async fn post(desk: &Router, signature: Option<String>, body: &str) -> (StatusCode, String) {
    let mut request = Request::post("/v1/receipts");
    if let Some(signature) = signature {
        request = request.header(SIGNATURE_HEADER, signature);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = desk.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn receipts_come_back_and_one_that_comes_twice_is_the_same_twice() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/receipts", listener.local_addr().unwrap());
    let desk = desk(&bench, "secret");
    tokio::spawn(async move { axum::serve(listener, desk).await });
    let receipts = FakeReceipts { url, secret: Secret::new("secret") };
    let fake = FakeGateway::new(Mode::Twice, Some(receipts), bench.clock.clone()).unwrap();
    let running = bench.run_to(&fake).await;
    bench.outbox.put([row(1, message(1, Channel::Voice))]);
    until("everything heard", || bench.heard.all().len() >= 5).await;
    let heard = bench.heard.all();
    assert!(heard.iter().all(|report| report.message == nth_uuid(32, 1)));
    assert!(heard.iter().all(|report| report.about == heard[0].about && report.ticket.is_some()));
    let count =
        |progress: Progress| heard.iter().filter(|report| report.progress == progress).count();
    assert_eq!(count(Progress::Delivered), 2);
    assert_eq!(count(Progress::Acknowledged { key: "1".into() }), 2);
    running.end().await;
}

#[tokio::test]
async fn a_forged_receipt_is_refused_in_words_and_nobody_hears_of_it() {
    let bench = Bench::new();
    bench.outbox.put([row(1, message(1, Channel::Voice))]);
    let desk = desk(&bench, "secret");
    let body = format!(r#"{{"id":"{}","state":"key","key":"1"}}"#, nth_uuid(32, 1));
    let signed = |secret: &str, body: &str, now| sign(&Secret::new(secret), now, body.as_bytes());
    let now = bench.clock.now();
    for (signature, words) in [
        (None, "not signed"),
        (signed("guess", &body, now), "signature is not right"),
        (signed("secret", "{}", now), "signature is not right"),
        (signed("secret", &body, now.plus_s(-400)), "more than five minutes"),
    ] {
        let (status, said) = post(&desk, signature, &body).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(bench.heard.all(), []);
    let (status, _) = post(&desk, signed("secret", &body, now), &body).await;
    assert_eq!((status, bench.heard.all().len()), (StatusCode::NO_CONTENT, 1));
}

#[tokio::test]
async fn a_receipt_of_nothing_or_too_long_or_without_a_secret_of_ours_is_refused_in_words() {
    let bench = Bench::new();
    let with_secret = desk(&bench, "secret");
    let signed = |body: &str| sign(&Secret::new("secret"), bench.clock.now(), body.as_bytes());
    let stranger = format!(r#"{{"id":"{}","state":"delivered"}}"#, nth_uuid(32, 9));
    let (status, said) = post(&with_secret, signed(&stranger), &stranger).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{said}");
    let long = format!("{stranger}{}", " ".repeat(9_000));
    let (status, said) = post(&with_secret, signed(&long), &long).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{said}");
    assert!(said.contains("8 KiB"), "{said}");
    let (status, _) = post(&with_secret, signed("[]"), "[]").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let without = desk(&bench, "");
    let (status, said) = post(&without, signed(&stranger), &stranger).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(said.contains("notify.receipt_secret"), "{said}");
}

#[tokio::test]
async fn the_fake_gateway_shows_what_came_and_changes_its_mode_while_it_runs() {
    let bench = Bench::new();
    let fake = FakeGateway::new(Mode::Ok, None, bench.clock.clone()).unwrap();
    let routes = fake.router();
    let ask = |request: Request<Body>| {
        let routes = routes.clone();
        async move {
            let response = routes.oneshot(request).await.unwrap();
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, serde_json::from_slice(&body).unwrap_or(serde_json::Value::Null))
        }
    };
    let send = || {
        let request = Request::post("/anything").header("idempotency-key", "k");
        request.body(Body::from(r#"{"text":"你好"}"#)).unwrap()
    };
    let (status, answer) = ask(send()).await;
    assert_eq!((status, &answer["accepted"]), (StatusCode::OK, &true.into()));
    assert_eq!(ask(send()).await.0, StatusCode::CONFLICT, "it has it already");
    let change = Request::post("/mode").header("content-type", "application/json");
    let change = change.body(Body::from(r#"{"mode":"error"}"#)).unwrap();
    assert_eq!(ask(change).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(send()).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    let night = routes.clone().oneshot(Request::get("/").body(Body::empty()).unwrap()).await;
    let night = night.unwrap().into_body().collect().await.unwrap().to_bytes();
    let night = String::from_utf8_lossy(&night);
    for answer in ["200 accepted", "409 has it already", "500 out of order", "<td>3</td>"] {
        assert!(night.contains(answer), "{answer}: {night}");
    }
    let (_, shown) = ask(Request::get("/messages").body(Body::empty()).unwrap()).await;
    assert_eq!((&shown[0]["body"]["text"], &shown[0]["times"]), (&"你好".into(), &2.into()));
}

#[test]
fn every_mode_is_a_word() {
    assert_eq!("accept-and-lose".parse(), Ok(Mode::AcceptAndLose));
    assert!("perfect".parse::<Mode>().unwrap_err().contains("accept-and-lose"));
}
