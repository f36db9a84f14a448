//! What others outside hear of: systems by webhooks, the family of accidents, and all of them when a
//! gateway was away.

use serde_json::{Value, json};

use crate::messages::{SECRET, fake_gateway, messages};
use crate::service::{Answer, Json, Person, TestService, eventually, run};

/// An address of this machine on which nothing listens yet.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn webhook(id: &str, address: &str, more: &str) -> String {
    format!("{{ id = \"{id}\", url = \"http://{address}/{id}\", secret = \"s\"{more} }}")
}

/// What came to the gateway, in the order of the events.
async fn news(gateway: &str) -> Vec<Value> {
    let mut came: Vec<Value> = messages(gateway).await;
    came.sort_by_key(|came| came["body"]["seq"].as_u64());
    came
}

async fn told(operator: &Person, ticket: &str) -> Vec<(String, String)> {
    let file = operator.file(ticket).await;
    let lines = file.list("/timeline").iter().filter(|entry| entry["event"] == "message");
    lines.map(|it| (it.text("/data/message/text"), it.text("/data/message/state"))).collect()
}

fn contact(name: &str, phone: &str) -> Value {
    json!({"name": name, "relation": "女儿", "phone": phone})
}

#[tokio::test]
async fn a_webhook_hears_of_what_it_asked_for_signed_in_order_and_without_anybodys_name() {
    let address = free_address();
    let events = ", events = [\"opened\", \"confirmed\", \"escalated\", \"closed\"]";
    let elsewhere = ", districts = [\"yunxiao\"]";
    let webhooks = [
        webhook("hospital", &address, events),
        webhook("usual", &address, ", districts = [\"longwen\"]"),
        webhook("elsewhere", &address, elsewhere),
    ];
    let service = TestService::with(&[
        ("notify.webhooks", &format!("[{}]", webhooks.join(", "))),
        ("notify.allow_private", "true"),
    ])
    .await;
    let (_child, url) = fake_gateway(&address, &[]).await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(70);
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    operator.act(&ticket, "confirm", json!({})).await.ok();
    operator.act(&ticket, "escalate", json!({"to": "120"})).await.ok();
    operator.act(&ticket, "close", json!({"outcome": "phone", "cause": "chest_pain"})).await.ok();
    let came =
        eventually("all news", async || Some(news(&url).await).filter(|came| came.len() >= 8))
            .await;
    let words: Vec<String> = came.iter().map(|it| it["body"].text("/event")).collect();
    let each = ["opened", "confirmed", "escalated", "closed"];
    assert_eq!(words, each.map(|word| [word; 2]).concat(), "each to two receivers");
    let file = operator.file(&ticket).await;
    let of_timeline: Vec<u64> = file
        .list("/timeline")
        .iter()
        .filter(|it| {
            ["ticket_opened", "confirmed", "escalated", "closed"].contains(&&*it.text("/event"))
        })
        .filter_map(|it| it["seq"].as_u64())
        .collect();
    let seqs: Vec<u64> =
        came.iter().step_by(2).filter_map(|it| it["body"]["seq"].as_u64()).collect();
    assert_eq!(seqs, of_timeline, "the numbers of the events themselves");
    let closed = &came[6]["body"];
    assert_eq!((closed.text("/ticket"), closed.text("/status")), (ticket.clone(), "closed".into()));
    assert_eq!((closed.text("/kind"), closed.text("/outcome")), ("sos".into(), "phone".into()));
    assert!(closed.text("/times/closed").ends_with('Z') && closed["number"].is_u64(), "{closed}");
    assert_eq!(came[4]["body"]["to"], "120");
    let (name, village) = (file.text("/senior/name"), file.text("/senior/village"));
    for it in &came {
        assert!(it["signature"].as_str().unwrap().starts_with("t="), "{it}");
        let body = it["body"].to_string();
        for private in [&*name, &village, "chest_pain", "\"lat\"", "phone\":", &device.senior] {
            assert!(!body.contains(private), "{private}: {body}");
        }
    }
}

#[tokio::test]
async fn what_a_webhook_is_told_is_kept_with_the_event_and_survives_a_crash() {
    let address = free_address();
    let webhooks = format!("[{}]", webhook("hospital", &address, ", events = [\"opened\"]"));
    let mut service = TestService::with(&[
        ("notify.webhooks", &webhooks),
        ("notify.allow_private", "true"),
        ("notify.retry_first_s", "1"),
        ("notify.retry_at_most_s", "1"),
    ])
    .await;
    // Nobody is there to hear it, and the service dies the moment after it was acknowledged.
    let ticket = service.open(&service.demo.phone(71)).await;
    service.kill().await;
    let (_child, url) = fake_gateway(&address, &[]).await;
    service.start_again().await;
    let came = eventually("the news", async || news(&url).await.first().cloned()).await;
    assert_eq!(came["body"].text("/ticket"), ticket);
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(news(&url).await.len(), 1, "once");
}

#[tokio::test]
async fn a_webhook_that_cannot_be_is_said_by_check_and_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let private = format!("[{}]", webhook("hospital", "10.1.2.3:80", ""));
    let unknown = format!("[{}]", webhook("hospital", "8.8.8.8", ", events = [\"eaten\"]"));
    for (webhooks, words) in [
        (private, "hospital: its address is in a private network; set notify.allow_private"),
        (unknown, "hospital: there is no event \"eaten\"; there are: opened, joined"),
    ] {
        let variables = [("SILVERBELL_NOTIFY_WEBHOOKS", &*webhooks)];
        for command in [vec!["check"], vec!["serve", "--listen", "127.0.0.1:0"]] {
            let said = run(&folder.path().join("data"), &command, &variables, "").await.refused();
            assert!(said.contains(words), "{said}");
        }
    }
    let variables = [("SILVERBELL_NOTIFY_DIGEST_AT", "six")];
    let said = run(&folder.path().join("data"), &["check"], &variables, "").await.refused();
    assert!(said.contains("notify.digest_at: an hour such as \"18:00\", not \"six\""), "{said}");
}

#[tokio::test]
async fn a_number_that_changed_while_the_gateway_was_away_gets_the_message_and_the_old_one_does_not()
 {
    let address = free_address();
    let service = TestService::with(&[
        ("notify.sms_url", &format!("http://{address}/send")),
        ("notify.receipt_secret", SECRET),
        ("notify.retry_first_s", "1"),
        ("notify.retry_at_most_s", "1"),
    ])
    .await;
    let receipts = format!("{}/v1/receipts", service.url);
    let options = ["--receipts", &receipts, "--secret", SECRET, "--mode", "error"];
    let (_child, url) = fake_gateway(&address, &options).await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(72);
    let plan = format!("/v1/seniors/{}/plan", device.senior);
    let contacts = json!([contact("林秋红", "100 3000 0001"), contact("林建国", "100 3000 0002")]);
    operator.put(&plan, json!({"contacts": contacts})).await.ok();
    let ticket = service.open(&device).await;
    operator.act(&ticket, "confirm", json!({})).await.ok();
    let night = async || reqwest::get(format!("{url}/")).await.unwrap();
    eventually("both tried in vain", async || {
        let page = night().await.text().await.unwrap();
        (page.matches("500 out of order").count() >= 2).then_some(())
    })
    .await;
    // One has another number now, the other is no contact any more.
    let contacts = json!([contact("林秋红", "100 3000 0009")]);
    operator.put(&plan, json!({"contacts": contacts})).await.ok();
    let mode = reqwest::Client::new().post(format!("{url}/mode")).json(&json!({"mode": "ok"}));
    assert_eq!(mode.send().await.unwrap().status(), 204);
    eventually("one delivered, one failed", async || {
        let told = told(&operator, &ticket).await;
        let has = |state: &str| told.iter().any(|line| line.1 == state);
        (has("delivered") && has("failed")).then_some(())
    })
    .await;
    let came = messages(&url).await;
    assert_eq!(came.len(), 1, "{came:#?}");
    assert!(came[0]["body"].text("/to").ends_with('9'));
    // One night, to look at.
    let page = night().await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = page.text().await.unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(page.contains("500 out of order") && page.contains("200 accepted"), "{page}");
    assert!(!page.contains("3000 0009") && !page.contains("<script"), "{page}");
}

#[tokio::test]
async fn whoever_wants_to_hear_of_accidents_at_once_does_and_nobody_else() {
    let address = free_address();
    let service = TestService::with(&[("notify.sms_url", &format!("http://{address}/send"))]).await;
    let (_child, url) = fake_gateway(&address, &[]).await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(73);
    let plan = format!("/v1/seniors/{}/plan", device.senior);
    let mut at_once = contact("林秋红", "100 3000 0001");
    at_once["accidental"] = "at_once".into();
    let weekly = contact("林建国", "100 3000 0002");
    let mut wrong = weekly.clone();
    wrong["accidental"] = "hourly".into();
    operator.put(&plan, json!({"contacts": [wrong]})).await.problem(422);
    let file = operator.put(&plan, json!({"contacts": [at_once, weekly]})).await.ok();
    let chosen: Vec<String> =
        file.list("/contacts").iter().map(|contact| contact.text("/accidental")).collect();
    assert_eq!(chosen, ["at_once", "weekly"], "weekly unless something else is said");
    let ticket = service.open(&device).await;
    operator.act(&ticket, "close", json!({"outcome": "accidental"})).await.ok();
    let came = eventually("it", async || messages(&url).await.first().cloned()).await;
    assert!(came["body"].text("/to").ends_with('1'));
    assert!(came["body"].text("/text").contains("误按或测试"));
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(messages(&url).await.len(), 1);
    assert!(operator.ticket(&ticket).await["times"]["family_told"].is_null());
}

#[tokio::test]
async fn a_forged_receipt_is_refused_and_counted() {
    let service = TestService::with(&[("notify.receipt_secret", SECRET)]).await;
    let body = r#"{"id":"01980000-0000-7000-8000-000000000003","state":"delivered"}"#;
    for signature in ["t=1,v1=00", "nonsense"] {
        let request = service.request(reqwest::Method::POST, "/v1/receipts");
        let request = request.header("silverbell-signature", signature).body(body);
        Answer::to(request).await.problem(401);
    }
    let metrics = service.get("/metrics").await.body;
    for why in ["forged", "no_signature"] {
        let line = format!("silverbell_receipts_refused_total{{why=\"{why}\"}} 1");
        assert!(metrics.contains(&line), "{line}");
    }
}
