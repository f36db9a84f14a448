//! Who is logged in, for how long, and what a wrong password costs.

use std::net::IpAddr;

use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::json;

use crate::service::{Answer, Json, Live, PASSWORD, Person, TestService};

#[tokio::test]
async fn a_log_in_gives_a_cookie_that_pages_cannot_read_and_other_sites_cannot_send() {
    let service = TestService::start().await;
    let login = json!({"username": "aide01", "password": PASSWORD});
    let answer = Answer::to(service.request(Method::POST, "/v1/session").json(&login)).await;
    let user = answer.ok()["user"].clone();
    assert_eq!(user.text("/role"), "aide");
    assert_eq!(user.texts("/districts"), ["longwen"]);
    assert!(user["responder"].is_string() && user["id"].is_string(), "{user:#}");
    assert!(!user.text("/name").is_empty());
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    for flag in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.split("; ").any(|part| part == flag), "{flag}: {cookie}");
    }
    let lasts = cookie.split("; ").find_map(|part| part.strip_prefix("Max-Age="));
    let lasts_s: u32 = lasts.expect("it outlives the browser").parse().unwrap();
    assert!(lasts_s >= 12 * 3_600, "not shorter than the session: {cookie}");
    assert!(!cookie.contains("Secure"), "over plain HTTP it would be lost: {cookie}");
    assert!(!answer.body.contains(PASSWORD), "{}", answer.body);
}

#[tokio::test]
async fn a_rescuer_logs_in_with_the_rights_of_an_aide() {
    let service = TestService::start().await;
    let rescuer = service.log_in("rescuer001").await;
    assert_eq!(rescuer.user.text("/role"), "aide");
    let current = rescuer.get("/v1/session").await.ok();
    assert_eq!(current["user"], rescuer.user);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_refused_alike() {
    let service = TestService::start().await;
    let mut said = Vec::new();
    for (name, password) in [("operator1", "wrong"), ("nobody", PASSWORD), ("operator1", "")] {
        let refused = service.try_log_in(name, password).await.unwrap_err();
        assert!(refused.headers.get(SET_COOKIE).is_none());
        said.push(refused.problem(401));
    }
    assert!(said.iter().all(|problem| *problem == said[0]), "{said:#?}");
}

#[tokio::test]
async fn many_failures_bar_that_name_from_that_address_only() {
    let service = TestService::start().await;
    for _ in 0..12 {
        service.log_in("operator1").await;
    }
    let mut statuses = Vec::new();
    while statuses.last() != Some(&429) {
        assert!(statuses.len() < 30, "never too many: {statuses:?}");
        statuses.push(service.try_log_in("operator1", "guess").await.unwrap_err().status);
    }
    assert!(statuses.len() > 3, "a few mistakes are human: {statuses:?}");
    let barred = service.try_log_in("operator1", PASSWORD).await.unwrap_err();
    barred.problem(429);
    assert!(barred.header("retry-after").parse::<u32>().unwrap() > 0);
    service.log_in("operator2").await;

    let elsewhere: IpAddr = "127.0.0.2".parse().unwrap();
    let http = reqwest::Client::builder().local_address(elsewhere).build().unwrap();
    let person = Person::log_in(&http, &service.url, "operator1", PASSWORD).await;
    person.expect("from another address the name is not barred").get("/v1/session").await.ok();
}

#[tokio::test]
async fn logging_out_ends_the_session_and_closes_its_sockets_and_no_others() {
    let service = TestService::start().await;
    let (console, tablet) = (service.log_in("operator1").await, service.log_in("operator1").await);
    assert_ne!(console.cookie, tablet.cookie);
    let mut feeds = (service.live(&console).await, service.live(&tablet).await);
    let out = console.delete("/v1/session").await;
    assert_eq!(out.status, 204);
    assert!(out.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(feeds.0.closed().await, Some(4401));
    console.get("/v1/session").await.problem(401);
    let again = Live::open(&service.url, Some(&console), "", None).await;
    assert_eq!(again.map(|_| ()), Err(401));

    tablet.get("/v1/session").await.ok();
    let ticket = service.open(&service.demo.phone(90)).await;
    feeds.1.event_on(&ticket, "ticket_opened").await;
}

#[tokio::test]
async fn a_session_outlives_a_crash_of_the_service() {
    let mut service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let gone = service.log_in("operator2").await;
    gone.delete("/v1/session").await;
    service.kill().await;
    service.start_again().await;
    operator.at(&service.url).get("/v1/session").await.ok();
    gone.at(&service.url).get("/v1/session").await.problem(401);
}

#[tokio::test]
async fn an_invented_cookie_is_nobody() {
    let service = TestService::start().await;
    for cookie in
        ["silverbell_session=", "silverbell_session=0000", "silverbell_session=%00;;", "x"]
    {
        let request = service.request(Method::GET, "/v1/session").header("cookie", cookie);
        Answer::to(request).await.problem(401);
    }
}
