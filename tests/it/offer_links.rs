//! The one-time link of an offer: what whoever has no page open gets by text, and what it opens.

use std::path::Path;

use reqwest::Method;
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::messages::messages;
use crate::service::{Answer, Json, Person, TestService, eventually};
use crate::telling::{has, start, told};

/// Nobody is called, and nobody has to hurry.
const BY_TEXT: [(&str, &str); 2] =
    [("notify.offer_call_after_s", "600"), ("dispatch.offer_timeout_s", "120")];

/// A phone on which nobody is logged in.
#[derive(Clone, Debug)]
struct Phone {
    url: String,
    cookie: Option<String>,
}

impl Phone {
    fn new(service: &TestService) -> Self {
        Self { url: service.url.clone(), cookie: None }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::to(request.json(&body)).await
    }

    /// Taps the link.
    async fn open(&mut self, token: &str) -> Answer {
        self.open_as(token, None).await
    }

    async fn open_as(&mut self, token: &str, key: Option<&str>) -> Answer {
        let headers: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        let body = json!({"token": token});
        let answer = self.send(Method::POST, "/v1/offer-links/open", &headers, body).await;
        if let Some(cookie) = answer.headers.get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
            assert!(cookie.contains("Path=/v1/offer-links;"), "{cookie}");
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        answer
    }

    async fn read(&self) -> Answer {
        self.send(Method::GET, "/v1/offer-links/offer", &[], json!({})).await
    }

    async fn step(&self, step: &str, body: Value) -> Answer {
        self.send(Method::POST, &format!("/v1/offer-links/{step}"), &[], body).await
    }
}

/// Returns the nth rescuer, who has never logged in.
fn rescuer(data: &Path, n: usize) -> String {
    let mut rows = csv::Reader::from_path(data.join("demo-people.csv")).unwrap();
    let people = rows.records().map(Result::unwrap).filter(|row| &row[1] == "rescuer");
    people.map(|row| row[2].to_owned()).nth(n).unwrap()
}

/// Somebody presses, and a rescuer is asked by hand. Returns the ticket and the offer.
async fn asked(service: &TestService, operator: &Person, n: usize) -> (String, String) {
    let device = service.demo.phone(n);
    let ticket = service.open(&device).await;
    let body = json!({"responder": rescuer(&service.data(), n), "as": "support"});
    operator.act(&ticket, "assign", body).await.ok();
    let seen = operator.ticket(&ticket).await;
    (ticket, seen.text("/offers/0/id"))
}

/// Waits for a text message with a link, and returns what follows its `#`.
async fn link(gateway: &str, words: &str) -> String {
    eventually("a text with a link", async || {
        let came = messages(gateway).await;
        let texts = came.iter().filter(|it| it["body"]["channel"] == "sms");
        let mut texts = texts.map(|it| it["body"].text("/text"));
        let text = texts.find(|text| text.contains("/o#") && text.contains(words))?;
        text.split_once("/o#").map(|(_, token)| token.trim().to_owned())
    })
    .await
}

async fn by_link(operator: &Person, ticket: &str, event: &str) -> Vec<String> {
    let file = operator.file(ticket).await;
    let lines = file.list("/timeline").iter().filter(|it| it["event"] == event);
    lines.map(|it| it.text("/by")).collect()
}

#[tokio::test]
async fn a_rescuer_who_never_logged_in_goes_by_the_link_and_reads_no_more_than_needed() {
    let (service, _gateway, url) = start(&BY_TEXT).await;
    let operator = service.log_in("operator1").await;
    let (ticket, _) = asked(&service, &operator, 70).await;
    let token = link(&url, "请您去帮忙").await;
    // What a messenger does to show a preview opens nothing.
    service.get("/o").await;
    assert!(by_link(&operator, &ticket, "link_opened").await.is_empty());
    let mut phone = Phone::new(&service);
    phone.read().await.problem(401);
    let before = phone.open(&token).await.ok();
    assert_eq!(before.text("/offer/status"), "offered");
    let senior = operator.file(&ticket).await["senior"].clone();
    assert_eq!(before.text("/ticket/who/village"), senior.text("/village"));
    for hidden in ["/name", "/address", "/phone", "/access"] {
        assert!(!before.to_string().contains(&senior.text(hidden)), "{hidden} before accepting");
    }
    assert!(before["ticket"]["position"].is_null() && before.list("/keys").is_empty());
    phone.step("ask-support", json!({})).await.problem(409);
    let accepted = phone.step("accept", json!({})).await.ok();
    for known in ["/address", "/access", "/phone"] {
        assert_eq!(accepted["senior"].text(known), senior.text(known));
    }
    for step in ["depart", "on-scene", "with-senior"] {
        let once = phone.step(step, json!({})).await.ok();
        let again = phone.step(step, json!({})).await.ok();
        assert_eq!(once["offer"]["status"], again["offer"]["status"], "{step} twice");
    }
    phone.step("fly", json!({})).await.problem(404);
    let asked = phone.step("ask-ambulance", json!({})).await.ok();
    assert_eq!(asked.at("/offer/help_asked"), &json!(["ambulance"]));
    let done = phone.step("done", json!({})).await.ok();
    assert_eq!(done.text("/offer/status"), "done");
    for answer in [done, phone.read().await.ok()] {
        assert!(answer["senior"].is_null(), "the job is over");
        let said = answer.to_string();
        for secret in ["/address", "/phone", "/name"] {
            assert!(!said.contains(&senior.text(secret)), "{secret} is still told");
        }
    }
    let names = by_link(&operator, &ticket, "link_opened").await;
    assert_eq!(names.len(), 1);
    for event in ["accepted", "departed", "on_scene", "with_senior", "help_asked", "done"] {
        assert_eq!(by_link(&operator, &ticket, event).await, names, "{event}");
    }
    let log = service.log();
    for secret in [&token, phone.cookie.as_ref().unwrap()] {
        assert!(!log.contains(&**secret), "a secret is in the log");
    }
    assert!(!operator.file(&ticket).await.to_string().contains(&token));
}

#[tokio::test]
async fn one_phone_opens_it_and_the_next_is_told_so() {
    let (service, _gateway, url) = start(&BY_TEXT).await;
    let operator = service.log_in("operator1").await;
    let (ticket, _) = asked(&service, &operator, 71).await;
    let token = link(&url, "请您去帮忙").await;
    let (mut mine, mut theirs) = (Phone::new(&service), Phone::new(&service));
    mine.open_as(&token, Some("first phone")).await.ok();
    let refused = theirs.open_as(&token, Some("second phone")).await.problem(403);
    assert!(refused.text("/detail").contains("another phone"), "{refused}");
    assert!(theirs.cookie.is_none());
    theirs.open(&token).await.problem(403);
    // No phone brings a secret of its own.
    let offer = mine.cookie.as_ref().unwrap().split(['=', '.']).nth(1).unwrap().to_owned();
    let mut chosen = Phone { cookie: Some(format!("silverbell_offer={offer}.")), ..theirs.clone() };
    chosen.open(&token).await.problem(403);
    // The first answer was lost: the same key is the same phone. And the link may be tapped again.
    let mut again = Phone::new(&service);
    again.open_as(&token, Some("first phone")).await.ok();
    assert_eq!(again.cookie, mine.cookie);
    mine.open(&token).await.ok();
    assert_eq!(by_link(&operator, &ticket, "link_opened").await.len(), 1);
}

#[tokio::test]
async fn a_link_that_is_none_opens_nothing_and_bars_nobody_whose_link_is_right() {
    let (service, _gateway, url) = start(&BY_TEXT).await;
    let operator = service.log_in("operator1").await;
    asked(&service, &operator, 72).await;
    let token = link(&url, "请您去帮忙").await;
    let mut phone = Phone::new(&service);
    for forged in ["", "x", "银铃", &token[1..], &format!("{token}A")] {
        phone.open(forged).await.problem(404);
    }
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(phone.open("forged").await.status);
    }
    assert!(statuses.ends_with(&[429]), "{statuses:?}");
    let barred = phone.open("forged").await;
    barred.problem(429);
    assert!(!barred.header("retry-after").is_empty());
    phone.open(&token).await.ok();
}

#[tokio::test]
async fn whoever_comes_late_is_told_the_truth() {
    let (service, _gateway, url) = start(&BY_TEXT).await;
    let operator = service.log_in("operator1").await;
    let (_, offer) = asked(&service, &operator, 73).await;
    let token = link(&url, "请您去帮忙").await;
    operator.step(&offer, "withdraw").await.ok();
    let mut phone = Phone::new(&service);
    let over = phone.open(&token).await.problem(409);
    assert_eq!(over.text("/current/status"), "withdrawn");
    assert_eq!(over.text("/current/withdrawn_why"), "by_hand");
    assert!(phone.cookie.is_none());
    phone.read().await.problem(401);
}

#[tokio::test]
async fn whoever_opened_it_sees_that_it_was_taken_back_and_is_texted_so() {
    let (service, _gateway, url) = start(&BY_TEXT).await;
    let operator = service.log_in("operator1").await;
    let (ticket, offer) = asked(&service, &operator, 74).await;
    let mut phone = Phone::new(&service);
    phone.open(&link(&url, "请您去帮忙").await).await.ok();
    operator.step(&offer, "withdraw").await.ok();
    let seen = phone.read().await.ok();
    assert_eq!(seen.text("/offer/status"), "withdrawn");
    assert!(seen["senior"].is_null());
    let refused = phone.step("accept", json!({})).await.problem(409);
    assert_eq!(refused.text("/current/status"), "withdrawn");
    eventually("the text", async || {
        has(&told(&operator, &ticket).await, "offer_withdrawn", "delivered")
    })
    .await;
}

#[tokio::test]
async fn an_offer_that_nobody_answered_in_time_is_over_by_the_link_too() {
    let settings = [("notify.offer_call_after_s", "600"), ("dispatch.offer_timeout_s", "6")];
    let (service, _gateway, url) = start(&settings).await;
    let operator = service.log_in("operator1").await;
    let (ticket, _) = asked(&service, &operator, 75).await;
    let token = link(&url, "请您去帮忙").await;
    eventually("the time is over", async || {
        let seen = operator.ticket(&ticket).await;
        (seen["offers"][0]["status"] == "expired").then_some(())
    })
    .await;
    let over = Phone::new(&service).open(&token).await.problem(409);
    assert_eq!(over.text("/current/status"), "expired");
}

#[tokio::test]
async fn the_right_to_one_offer_is_a_right_to_nothing_else() {
    let (service, _gateway, url) = start(&BY_TEXT).await;
    let operator = service.log_in("operator1").await;
    let (ticket, offer) = asked(&service, &operator, 76).await;
    let mut phone = Phone::new(&service);
    phone.open(&link(&url, "请您去帮忙").await).await.ok();
    let get = |path: String| {
        let phone = phone.clone();
        async move { phone.send(Method::GET, &path, &[], json!({})).await }
    };
    for path in [
        "/v1/session",
        "/v1/me/offers",
        &*format!("/v1/offers/{offer}"),
        &format!("/v1/tickets/{ticket}"),
    ] {
        get(path.to_owned()).await.problem(401);
    }
    let (_, other) = asked(&service, &operator, 77).await;
    let cookie = phone.cookie.clone().unwrap();
    for forged in [
        cookie.replace(&offer, &other),
        cookie.replace(&offer, "nobody"),
        cookie[..cookie.len() - 1].to_owned(),
        "silverbell_offer=".into(),
        format!("silverbell_offer={offer}."),
    ] {
        let forger = Phone { cookie: Some(forged), ..phone.clone() };
        forger.read().await.problem(401);
        forger.step("accept", json!({})).await.problem(401);
    }
    let foreign = [("origin", "https://evil.example")];
    phone.send(Method::POST, "/v1/offer-links/accept", &foreign, json!({})).await.problem(403);
    let too_long = json!({"reason": "长".repeat(201)});
    phone.step("decline", too_long).await.problem(422);
    let declined = phone.step("decline", json!({"reason": "太远"})).await.ok();
    assert_eq!(declined.text("/offer/status"), "declined");
}

#[tokio::test]
async fn whoever_accepts_by_a_key_of_the_telephone_is_texted_where_to_go() {
    let (service, _gateway, url) = start(&[]).await;
    let operator = service.log_in("operator1").await;
    let (ticket, _) = asked(&service, &operator, 78).await;
    eventually("the rescuer accepts by telephone", async || {
        let seen = operator.ticket(&ticket).await;
        (seen["offers"][0]["status"] == "accepted").then_some(())
    })
    .await;
    let token = link(&url, "谢谢您接单").await;
    has(&told(&operator, &ticket).await, "offer_accepted", "queued").expect("in the history");
    let mut phone = Phone::new(&service);
    let file = phone.open(&token).await.ok();
    let senior = operator.file(&ticket).await["senior"].clone();
    assert_eq!(file["senior"].text("/address"), senior.text("/address"));
    phone.step("depart", json!({})).await.ok();
}

#[tokio::test]
async fn how_to_call_the_centre_is_told_to_anybody() {
    let service = TestService::with(&[("server.centre_phone", "0596-2123456")]).await;
    assert_eq!(service.get("/v1/centre").await.ok(), json!({"phone": "0596-2123456"}));
    let service = TestService::start().await;
    assert_eq!(service.get("/v1/centre").await.ok(), json!({"phone": null}));
}
