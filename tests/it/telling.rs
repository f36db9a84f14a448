//! Who outside is told what: the family, whoever is asked, and whoever leads, over a gateway.

use serde_json::{Value, json};

use crate::messages::{SECRET, fake_gateway, messages};
use crate::service::{Json, Person, TestService, eventually};

/// A service whose messages all go to one gateway, which answers for everybody who is called.
pub(crate) async fn start(more: &[(&str, &str)]) -> (TestService, tokio::process::Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{port}/send");
    let mut settings = vec![
        ("notify.sms_url", &*url),
        ("notify.voice_url", &*url),
        ("notify.receipt_secret", SECRET),
        ("notify.offer_text_after_s", "1"),
        ("notify.offer_call_after_s", "1"),
    ];
    settings.extend(more);
    let service = TestService::with(&settings).await;
    let receipts = format!("{}/v1/receipts", service.url);
    let options = ["--receipts", &receipts, "--secret", SECRET];
    let (child, url) = fake_gateway(&port.to_string(), &options).await;
    (service, child, url)
}

/// The texts a gateway got, as channel and first words.
async fn texts(gateway: &str) -> Vec<(String, String)> {
    let came = messages(gateway).await;
    came.iter().map(|it| (it["body"].text("/channel"), it["body"].text("/text"))).collect()
}

/// What a ticket's history says of messages: text and how far.
pub(crate) async fn told(operator: &Person, ticket: &str) -> Vec<(String, String)> {
    let file = operator.file(ticket).await;
    let lines = file.list("/timeline").iter().filter(|entry| entry["event"] == "message");
    lines.map(|it| (it.text("/data/message/text"), it.text("/data/message/state"))).collect()
}

pub(crate) fn has(told: &[(String, String)], text: &str, state: &str) -> Option<()> {
    told.iter().any(|it| it.0 == text && it.1 == state).then_some(())
}

#[tokio::test]
async fn whoever_does_not_answer_on_the_page_is_told_by_text_then_called_and_accepts_by_a_key() {
    let (service, _gateway, url) = start(&[]).await;
    let device = service.demo.phone(60);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let ticket = service.open(&device).await;
    let accepted = eventually("the aide accepts by telephone", async || {
        let seen = operator.ticket(&ticket).await;
        (seen["offers"][0]["status"] == "accepted").then_some(seen)
    })
    .await;
    assert_eq!(accepted.text("/offers/0/responder"), aide.responder());
    let file = operator.file(&ticket).await;
    let by = file.list("/timeline").iter().find(|entry| entry["event"] == "accepted").cloned();
    assert_eq!(by.unwrap().text("/by"), aide.user.text("/name"));
    let told = told(&operator, &ticket).await;
    for (text, state) in
        [("offer_sms", "delivered"), ("offer_voice", "queued"), ("offer_voice", "acknowledged")]
    {
        has(&told, text, state).unwrap_or_else(|| panic!("{text} {state}: {told:?}"));
    }
    let came = texts(&url).await;
    assert_eq!(came.iter().map(|it| &*it.0).collect::<Vec<_>>(), ["sms", "voice"]);
    assert!(!service.log().contains(&operator.file(&ticket).await.text("/senior/name")));
}

#[tokio::test]
async fn whoever_answers_on_the_page_is_neither_texted_nor_called() {
    let (service, _gateway, url) = start(&[]).await;
    let device = service.demo.phone(61);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut live = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = live.offer_on(&ticket).await.text("/offer/id");
    aide.step(&offer, "accept").await.ok();
    operator.act(&ticket, "confirm", json!({})).await.ok();
    // The family's message is due after the others would have been.
    eventually("the family", async || {
        has(&told(&operator, &ticket).await, "family_confirmed", "delivered")
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let offers = texts(&url).await.into_iter().filter(|(_, text)| text.contains("请您去帮忙"));
    assert_eq!(offers.count(), 0);
}

#[tokio::test]
async fn the_family_hears_that_help_comes_that_it_is_there_and_how_it_ended_once_each() {
    let (service, _gateway, url) = start(&[]).await;
    let device = service.demo.phone(62);
    let operator = service.log_in("operator1").await;
    let contact = |name: &str, phone: &str, more: Value| {
        let mut contact = json!({"name": name, "relation": "家人", "phone": phone});
        contact.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        contact
    };
    let plan = json!({"contacts": [
        contact("女儿", "100 3000 0001", json!({})),
        contact("邻居", "100 3000 0002", json!({"kind": "neighbour"})),
    ]});
    let path = format!("/v1/seniors/{}/plan", device.senior);
    operator.put(&path, plan).await.ok();
    let aide = service.on_duty("aide01", device.north(50.0)).await;
    let mut live = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = live.offer_on(&ticket).await.text("/offer/id");
    aide.step(&offer, "accept").await.ok();
    for _ in 0..2 {
        operator.act(&ticket, "confirm", json!({})).await.ok();
    }
    let sent = |text: &'static str| {
        let (operator, ticket) = (&operator, &ticket);
        async move {
            eventually(text, async || has(&told(operator, ticket).await, text, "delivered")).await;
        }
    };
    sent("family_confirmed").await;
    assert!(operator.ticket(&ticket).await["times"]["family_told"].is_string());
    // Her number changed while help was on its way.
    let plan = json!({"contacts": [contact("女儿", "100 3000 0009", json!({}))]});
    operator.put(&path, plan).await.ok();
    aide.step(&offer, "on-scene").await.ok();
    sent("family_on_scene").await;
    let close = json!({"outcome": "hospital", "hospital": "市医院"});
    operator.act(&ticket, "close", close).await.ok();
    sent("family_closed_hospital").await;
    let came = messages(&url).await;
    let family = came.iter().filter(|it| {
        it["body"].text("/to").ends_with("300000001") || it["body"].text("/to").contains("3000")
    });
    let numbers: Vec<String> = family.map(|it| it["body"].text("/to")).collect();
    assert_eq!(numbers.len(), 3, "{came:#?}");
    assert!(numbers[0].ends_with('1') && numbers[1].ends_with('9') && numbers[2].ends_with('9'));
}

#[tokio::test]
async fn a_senior_without_anybodys_number_is_a_visible_failure() {
    let (service, _gateway, _url) = start(&[]).await;
    let device = service.demo.phone(63);
    let operator = service.log_in("operator1").await;
    operator
        .put(&format!("/v1/seniors/{}/plan", device.senior), json!({"contacts": []}))
        .await
        .ok();
    let ticket = service.open(&device).await;
    operator.act(&ticket, "confirm", json!({})).await.ok();
    eventually("a failure", async || {
        has(&told(&operator, &ticket).await, "family_confirmed", "failed")
    })
    .await;
}

#[tokio::test]
async fn what_nobody_takes_care_of_rings_the_leader_who_confirms_it() {
    let (service, _gateway, url) = start(&[
        ("escalation.leader_phone", "0596-2020000"),
        ("escalation.step_s", "1"),
        ("handling.answer_within_s", "1"),
        ("handling.shift_lead_after_s", "1"),
        ("handling.supervisor_after_s", "1"),
    ])
    .await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(64)).await;
    eventually("the leader", async || {
        has(&told(&operator, &ticket).await, "leader_call", "acknowledged")
    })
    .await;
    let call = messages(&url).await.into_iter().find(|it| it["body"]["channel"] == "voice");
    assert!(call.unwrap()["body"].text("/to").contains("2020000"));
    let file = operator.file(&ticket).await;
    assert!(file.list("/timeline").iter().any(|entry| entry["event"] == "leader_heard"));
}
