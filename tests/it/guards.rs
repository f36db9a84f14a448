//! Who may do what: no session, no right, no such thing, another site.

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Answer, Json, Live, Person, TestService};

const NO_ID: &str = "01900000-0000-7000-8000-000000000000";

/// The calls of operators, by method and path.
fn operators_calls(ticket: &str) -> Vec<(Method, String, Value)> {
    let mut calls = vec![
        (Method::GET, "/v1/tickets".to_owned(), json!({})),
        (Method::GET, format!("/v1/tickets/{ticket}"), json!({})),
        (Method::POST, "/v1/tickets".to_owned(), json!({"senior": NO_ID})),
        (Method::POST, "/v1/seniors/search".to_owned(), json!({"q": "village"})),
    ];
    let acts = [
        ("seen", json!({})),
        ("answer", json!({})),
        ("confirm", json!({})),
        ("verify", json!({})),
        ("widen", json!({})),
        ("tell-family", json!({})),
        ("notes", json!({"text": "x"})),
        ("place", json!({"lat": 24.5, "lon": 117.7})),
        ("escalate", json!({"to": "120"})),
        ("assign", json!({"responder": NO_ID, "as": "lead"})),
        ("close", json!({"outcome": "phone"})),
        ("reopen", json!({"reason": "x"})),
    ];
    for (act, body) in acts {
        calls.push((Method::POST, format!("/v1/tickets/{ticket}/{act}"), body));
    }
    calls
}

/// The calls of aides.
fn aides_calls(offer: &str) -> Vec<(Method, String, Value)> {
    let mut calls = vec![
        (Method::PUT, "/v1/me/duty".to_owned(), json!({"on_duty": true})),
        (Method::POST, "/v1/me/positions".to_owned(), json!({"positions": []})),
        (Method::POST, "/v1/me/probes/1".to_owned(), json!({})),
        (Method::GET, "/v1/me/offers".to_owned(), json!({})),
        (Method::GET, "/v1/me/month?month=2026-11".to_owned(), json!({})),
        (Method::PUT, "/v1/me/self-test".to_owned(), json!({"parts": {"sound": "works"}})),
        (Method::GET, format!("/v1/offers/{offer}"), json!({})),
    ];
    for step in ["accept", "decline", "depart", "on-scene", "with-senior", "escort", "done"] {
        calls.push((Method::POST, format!("/v1/offers/{offer}/{step}"), json!({})));
    }
    calls
}

async fn call(who: &Person, (method, path, body): &(Method, String, Value)) -> Answer {
    Answer::to(who.request(method.clone(), path).json(body)).await
}

#[tokio::test]
async fn without_a_session_every_call_of_people_is_401() {
    let service = TestService::start().await;
    let ticket = service.open(&service.demo.phone(91)).await;
    for (method, path, body) in operators_calls(&ticket).iter().chain(&aides_calls(NO_ID)) {
        let request = service.request(method.clone(), path).json(body);
        Answer::to(request).await.problem(401);
    }
    for path in ["/v1/districts/longwen", "/v1/districts/longwen/map", "/v1/session"] {
        service.get(path).await.problem(401);
    }
}

#[tokio::test]
async fn an_aide_may_do_nothing_that_operators_do() {
    let service = TestService::start().await;
    let ticket = service.open(&service.demo.phone(91)).await;
    let aide = service.log_in("aide01").await;
    for operators_call in &operators_calls(&ticket) {
        call(&aide, operators_call).await.problem(403);
    }
    let operator = service.log_in("operator1").await;
    let untouched = operator.file(&ticket).await;
    assert_eq!(untouched.list("/timeline").len(), 1, "{untouched:#}");
}

#[tokio::test]
async fn an_aide_may_not_touch_another_aides_offer() {
    let service = TestService::start().await;
    let device = service.demo.phone(91);
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    let other = service.log_in("aide02").await;
    for own_call in aides_calls(&offer).iter().filter(|(_, path, _)| path.contains(&offer)) {
        call(&other, own_call).await.problem(403);
    }
    let mine = aide.get(&format!("/v1/offers/{offer}")).await.ok();
    assert_eq!(mine.text("/offer/status"), "offered");
}

#[tokio::test]
async fn an_operator_is_no_responder() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    for own_call in aides_calls(NO_ID).iter().filter(|(_, path, _)| path.starts_with("/v1/me/")) {
        call(&operator, own_call).await.problem(403);
    }
}

#[tokio::test]
async fn a_supervisor_and_the_admin_may_do_what_operators_do() {
    let service = TestService::start().await;
    for (n, name) in ["supervisor1", "admin"].into_iter().enumerate() {
        let person = service.log_in(name).await;
        let ticket = service.open(&service.demo.phone(91 + n)).await;
        person.act(&ticket, "answer", json!({})).await.ok();
        person.act(&ticket, "notes", json!({"text": "seen"})).await.ok();
        assert_eq!(person.file(&ticket).await.text("/ticket/owner"), person.user.text("/id"));
    }
}

#[tokio::test]
async fn what_does_not_exist_is_404() {
    let service = TestService::start().await;
    let (operator, aide) = (service.log_in("operator1").await, service.log_in("aide01").await);
    for id in [NO_ID, "not-an-id", "12", "%20"] {
        for (method, path, body) in &operators_calls(id) {
            if path.contains("/v1/tickets/") {
                call(&operator, &(method.clone(), path.clone(), body.clone())).await.problem(404);
            }
        }
        for own_call in aides_calls(id).iter().filter(|(_, path, _)| path.contains("/v1/offers/")) {
            call(&aide, own_call).await.problem(404);
        }
    }
    operator.post("/v1/tickets", json!({"senior": NO_ID})).await.problem(404);
    operator.get("/v1/districts/nowhere").await.problem(404);
    operator.get("/v1/districts/nowhere/map").await.problem(404);
}

#[tokio::test]
async fn an_operator_of_another_district_sees_and_may_nothing() {
    // Tickets of unknown devices go to the default district, here one of its own.
    let service = TestService::with(&[("gateway.default_district", "xiangcheng")]).await;
    let pressed = service.sos("", json!({"device": "nobody", "id": "e1"}).to_string()).await.kept();
    let ticket = pressed.text("/ticket");
    let operator = service.log_in("operator1").await;
    for operators_call in &operators_calls(&ticket) {
        if operators_call.1.contains(&ticket) {
            call(&operator, operators_call).await.problem(403);
        }
    }
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
    let feed = service.live(&operator).await;
    assert!(feed.messages()[0].list("/tickets").is_empty());
    operator.get("/v1/tickets?district=xiangcheng").await.problem(403);
    let foreign = Live::open(&service.url, Some(&operator), "?district=xiangcheng", None).await;
    assert_eq!(foreign.map(|_| ()), Err(403));

    let add = ["user", "add", "neighbour", "--role", "operator", "--district", "xiangcheng"];
    service.run_with(&add, &[], "a long password\n").await.said();
    let neighbour = service.try_log_in("neighbour", "a long password").await.unwrap();
    assert_eq!(neighbour.ticket(&ticket).await.text("/district"), "xiangcheng");
}

#[tokio::test]
async fn a_page_of_another_site_can_change_nothing() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(93)).await;
    let path = format!("/v1/tickets/{ticket}/answer");
    let answer = async |headers: &[(&str, &str)]| {
        let mut request = operator.request(Method::POST, &path).json(&json!({}));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::to(request).await
    };
    let from_a_file = service.url.replace("http://", "file://");
    let from_a_user = service.url.replace("http://", "http://user@");
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", &from_a_file),
        ("origin", &from_a_user),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for header in foreign {
        answer(&[header]).await.problem(403);
    }
    answer(&[("origin", &service.url), ("sec-fetch-site", "cross-site")]).await.problem(403);
    assert_eq!(operator.ticket(&ticket).await.text("/handling"), "waiting");

    let login = json!({"username": "operator2", "password": crate::service::PASSWORD});
    let request = service.request(Method::POST, "/v1/session").json(&login);
    Answer::to(request.header("origin", "https://evil.example")).await.problem(403);
    let out = operator.request(Method::DELETE, "/v1/session");
    Answer::to(out.header("sec-fetch-site", "cross-site")).await.problem(403);

    answer(&[("origin", &service.url), ("sec-fetch-site", "same-origin")]).await.ok();
    answer(&[("origin", &service.url.to_uppercase())]).await.ok();
    answer(&[("sec-fetch-site", "none")]).await.ok();
    let reading = operator.request(Method::GET, "/v1/tickets");
    Answer::to(reading.header("origin", "https://evil.example")).await.ok();
}
