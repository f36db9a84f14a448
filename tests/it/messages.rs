//! Messages to people outside: from the outbox over a gateway to somebody's telephone, and back.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::service::{Answer, Json, TestService, eventually, run, template};

pub(crate) const SECRET: &str = "both know it";

/// Starts a gateway that sends nothing to anybody, and returns where it is.
pub(crate) async fn fake_gateway(listen: &str, options: &[&str]) -> (Child, String) {
    let mut child = Command::new(&template().binary)
        .args(["fake-gateway", "--listen", listen])
        .args(options)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = said.next_line().await.unwrap().expect("it says where it listens");
    (child, line.strip_prefix("listening on ").unwrap().to_owned())
}

/// Writes a call to a responder into the outbox, as the dispatcher would.
async fn ask_to_call(service: &TestService, id: &str) {
    let payload = json!({
        "version": 1, "channel": "voice", "to": "13800000000", "template": "offer_voice",
        "fields": {"address": "步文街道 12 号", "minutes": 4}, "lang": "zh", "urgency": "1",
        "expires_at": 4_000_000_000_000_i64, "about": {"kind": "offer", "subject": id},
    });
    let sql = format!(
        "INSERT INTO outbox (id, district, kind, payload, urgency, due_at, expires_at) \
         VALUES ('{id}', 'longwen', 'voice', '{payload}', 1, 0, 4000000000000)"
    );
    service.execute(&sql).await;
}

pub(crate) async fn messages(url: &str) -> Vec<Value> {
    let answer = Answer::to(reqwest::Client::new().get(format!("{url}/messages"))).await;
    answer.ok().as_array().unwrap().clone()
}

async fn metric(service: &TestService, line: &str) -> Option<()> {
    service.get("/metrics").await.body.contains(line).then_some(())
}

#[tokio::test]
async fn a_message_reaches_its_gateway_and_the_key_that_was_pressed_comes_back() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service = TestService::with(&[
        ("notify.voice_url", &format!("http://{port}/calls")),
        ("notify.receipt_secret", SECRET),
        ("notify.retry_first_s", "1"),
        ("notify.retry_at_most_s", "1"),
    ])
    .await;
    let receipts = format!("{}/v1/receipts", service.url);
    let options = ["--receipts", &receipts, "--secret", SECRET];
    let (_gateway, url) = fake_gateway(&port.to_string(), &options).await;
    let id = "01980000-0000-7000-8000-000000000001";
    ask_to_call(&service, id).await;
    let came = eventually("the call", async || messages(&url).await.first().cloned()).await;
    assert_eq!(came["key"], id);
    assert_eq!(came["body"]["keys"], json!(["1", "2"]));
    assert!(came["body"].text("/text").contains("步文街道 12 号"));
    for line in [
        "silverbell_messages_total{channel=\"voice\",result=\"sent\"} 1",
        "silverbell_message_reports_total{progress=\"acknowledged\"} 1",
        "silverbell_messages_waiting{channel=\"voice\"} 0",
    ] {
        eventually(line, async || metric(&service, line).await).await;
    }
    assert_eq!(messages(&url).await.len(), 1);
    assert!(!service.log().contains("13800000000"), "nobody's number is in the log");
}

#[tokio::test]
async fn without_a_gateway_a_message_is_given_up_visibly_and_without_a_secret_no_receipt_is_taken()
{
    let service = TestService::start().await;
    ask_to_call(&service, "01980000-0000-7000-8000-000000000002").await;
    let failed = "silverbell_messages_total{channel=\"voice\",result=\"failed\"} 1";
    eventually(failed, async || metric(&service, failed).await).await;
    assert!(service.log().contains("no voice gateway is set (notify.voice_url)"));

    let receipt = json!({"id": "01980000-0000-7000-8000-000000000002", "state": "delivered"});
    let request = service.request(reqwest::Method::POST, "/v1/receipts");
    let request = request.header("silverbell-signature", "t=1,v1=00").body(receipt.to_string());
    let problem = Answer::to(request).await.problem(401);
    assert!(problem.text("/detail").contains("notify.receipt_secret"), "{problem}");
    let checked = service.run(&["check"]).await.said();
    assert!(checked.contains("sound"), "{checked}");
}

#[tokio::test]
async fn a_text_with_an_unknown_field_is_said_by_check_and_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let texts = folder.path().join("texts.toml");
    std::fs::write(&texts, "[zh]\noffer_sms = \"{address}{link}{diagnosis}\"\n").unwrap();
    let variables = [("SILVERBELL_NOTIFY_TEMPLATES", texts.to_str().unwrap())];
    for command in [vec!["check"], vec!["serve", "--listen", "127.0.0.1:0"]] {
        let said = run(&folder.path().join("data"), &command, &variables, "").await.refused();
        assert!(said.contains("zh.offer_sms: there is no field {diagnosis}"), "{said}");
        assert!(said.contains("{address}, {minutes}, {link}"), "{said}");
    }
}

#[tokio::test]
async fn the_fake_gateway_is_not_in_the_help() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"], &[], "").await;
    assert!(help.stdout.contains("backup") && !help.stdout.contains("fake-gateway"));
}
