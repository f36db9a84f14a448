//! What watches over the service: health, metrics, the published contract, and the log.

use std::collections::HashSet;

use serde_json::Value;

use crate::service::{Json, PASSWORD, TestService, eventually, template};
use crate::story::{self, Story};

/// The metrics that acceptance reads.
const METRICS: [&str; 11] = [
    "silverbell_signals_total",
    "silverbell_tickets_open",
    "silverbell_sos_ack_seconds",
    "silverbell_sos_to_offer_seconds",
    "silverbell_offer_to_accept_seconds",
    "silverbell_accept_to_scene_seconds",
    "silverbell_live_connections",
    "silverbell_live_delivery_seconds",
    "silverbell_responders",
    "silverbell_deadlines_overdue",
    "silverbell_store_commit_seconds",
];

/// Every route that these tests call.
const ROUTES: [(&str, &str); 31] = [
    ("post", "/v1/sos"),
    ("post", "/v1/positions"),
    ("post", "/v1/receipts"),
    ("post", "/v1/session"),
    ("get", "/v1/session"),
    ("delete", "/v1/session"),
    ("get", "/v1/tickets"),
    ("post", "/v1/tickets"),
    ("get", "/v1/tickets/{id}"),
    ("post", "/v1/tickets/{id}/seen"),
    ("post", "/v1/tickets/{id}/answer"),
    ("post", "/v1/tickets/{id}/confirm"),
    ("post", "/v1/tickets/{id}/verify"),
    ("post", "/v1/tickets/{id}/widen"),
    ("post", "/v1/tickets/{id}/tell-family"),
    ("post", "/v1/tickets/{id}/notes"),
    ("post", "/v1/tickets/{id}/place"),
    ("post", "/v1/tickets/{id}/escalate"),
    ("post", "/v1/tickets/{id}/assign"),
    ("post", "/v1/tickets/{id}/close"),
    ("post", "/v1/tickets/{id}/reopen"),
    ("post", "/v1/seniors/search"),
    ("get", "/v1/offers/{id}"),
    ("post", "/v1/offers/{id}/{step}"),
    ("put", "/v1/me/duty"),
    ("post", "/v1/me/positions"),
    ("get", "/v1/me/offers"),
    ("post", "/v1/me/probes/{id}"),
    ("get", "/v1/districts/{id}"),
    ("get", "/v1/districts/{id}/map"),
    ("get", "/v1/live"),
];

#[tokio::test]
async fn health_and_readiness_are_told_to_everybody() {
    let service = TestService::start().await;
    service.get("/healthz").await.is(200);
    service.get("/readyz").await.is(200);
}

#[tokio::test]
async fn after_a_story_every_promised_metric_is_there() {
    let service = TestService::start().await;
    let told = story::tell(&service).await;
    let answer = service.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain"));
    let text = answer.body;
    for name in METRICS {
        assert!(text.contains(&format!("# TYPE {name} ")), "{name} is missing:\n{text}");
        if name.ends_with("_seconds") {
            assert!(text.contains(&format!("# TYPE {name} histogram")), "{name} is no histogram");
            let counts = text.lines().filter(|line| line.starts_with(&format!("{name}_count")));
            let counted: f64 = counts.map(value).sum();
            assert!(counted > 0.0, "{name} counted nothing:\n{text}");
        }
    }
    let signals = text.lines().find(|line| {
        line.starts_with("silverbell_signals_total{")
            && line.contains("kind=\"sos\"")
            && line.contains("protocol=\"http\"")
    });
    assert_eq!(signals.map(value), Some(1.0), "{text}");
    eventually("nobody busy, two free, one screen", async || {
        let text = service.get("/metrics").await.body;
        let free = text
            .lines()
            .find(|l| l.starts_with("silverbell_responders{") && l.contains("state=\"free\""));
        let screens = text.lines().find(|l| l.starts_with("silverbell_live_connections "));
        let open = text.lines().find(|l| l.starts_with("silverbell_tickets_open{"));
        let all = [free.map(value), screens.map(value), open.map(value)];
        (all == [Some(2.0), Some(1.0), Some(0.0)]).then_some(())
    })
    .await;
    drop(told);
}

fn value(line: &str) -> f64 {
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_published_contract_is_openapi_3_1_and_lists_every_route() {
    let service = TestService::start().await;
    let document = service.get("/openapi.json").await.ok();
    assert!(document.text("/openapi").starts_with("3.1"));
    let missing: Vec<_> = ROUTES
        .into_iter()
        .filter(|(method, path)| !document["paths"][path][method]["responses"].is_object())
        .collect();
    assert!(missing.is_empty(), "not described: {missing:?}");
    let mut names = HashSet::new();
    collect_references(&document, &mut names);
    assert!(!names.is_empty());
    for name in names {
        let pointer = name.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{name} is not described");
    }
}

fn collect_references(value: &Value, names: &mut HashSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(name)) = fields.get("$ref") {
                names.insert(name.clone());
            }
            fields.values().for_each(|field| collect_references(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_log_holds_nothing_personal_and_no_secret() {
    let mut service = TestService::with(&[("log.filter", "debug")]).await;
    let Story { device, operator, aide, rescuer, file, .. } = story::tell(&service).await;
    drop(service.try_log_in("operator3", "a-wrong-password").await);
    let secret = operator.cookie.split('=').next_back().unwrap().to_owned();
    service.stop().await;
    let log = service.log();
    assert!(log.contains("stopping"), "there is a log: {log}");
    let mut personal: Vec<String> = ["name", "phone", "address", "access", "born"]
        .map(|fact| file.text(&format!("/senior/{fact}")))
        .into();
    for contact in file.list("/senior/contacts") {
        personal.extend([contact.text("/name"), contact.text("/phone")]);
    }
    for person in [&operator, &aide, &rescuer] {
        personal.push(person.user.text("/name"));
    }
    let door = file.at("/senior/lat").to_string();
    personal.extend([door, device.key, secret, PASSWORD.into(), "a-wrong-password".into()]);
    for text in personal {
        assert!(!text.is_empty(), "nothing to look for");
        assert!(!log.contains(&text), "the log holds {text}");
    }
}

#[test]
fn the_demos_lists_are_of_the_designs_size() {
    let rows = |name: &str| -> Vec<csv::StringRecord> {
        let mut reader = csv::Reader::from_path(template().data.join(name)).unwrap();
        reader.records().map(Result::unwrap).collect()
    };
    let people = rows("demo-people.csv");
    let count = |role: &str| people.iter().filter(|row| &row[1] == role).count();
    assert_eq!((count("aide"), count("rescuer"), count("admin")), (37, 146, 1));
    assert!(count("operator") >= 4 && count("supervisor") >= 1);
    for row in &people {
        assert_eq!(!row[2].is_empty(), matches!(&row[1], "aide" | "rescuer"), "{row:?}");
    }
    let devices = rows("demo-devices.csv");
    let phones: Vec<_> = devices.iter().filter(|row| &row[3] == "http").collect();
    let seniors: HashSet<&str> = phones.iter().map(|row| &row[2]).collect();
    assert_eq!((phones.len(), seniors.len()), (3_620, 3_620));
    for row in &devices {
        let has_key = matches!(&row[3], "http" | "owntracks");
        assert_eq!(!row[1].is_empty(), has_key, "{row:?}");
    }
}

#[tokio::test]
async fn a_supervisor_is_told_how_the_service_itself_is() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let operator = service.log_in("operator1").await;
    service.open(&service.demo.phone(60)).await;
    let health = supervisor.get("/v1/service/health").await.ok();
    assert!(health["commits"]["n"].as_u64() > Some(0), "{health:#}");
    let (half, most) = (&health["commits"]["p50_ms"], &health["commits"]["p99_ms"]);
    assert!(half.as_f64() > Some(0.0) && half.as_f64() <= most.as_f64(), "{health:#}");
    assert_eq!(health["overdue"], serde_json::json!({"number": 0, "worst_s": 0}));
    assert!(health["writes_waiting"].is_u64(), "{health:#}");
    operator.get("/v1/service/health").await.problem(403);
    service.get("/v1/service/health").await.problem(401);
}

#[tokio::test]
async fn one_sos_is_followed_through_the_log_from_socket_to_screen() {
    let settings = [("log.filter", "warn,silverbell::trace=debug"), ("log.format", "json")];
    let service = TestService::with(&settings).await;
    let (device, operator) = (service.demo.phone(60), service.log_in("operator1").await);
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let (mut screen, mut phone) = (service.live(&operator).await, service.live(&aide).await);
    let ticket = service.open(&device).await;
    phone.offer_on(&ticket).await;
    screen.event("offered").await;
    // The log is written after the screen was.
    let lines = eventually("the offer is shown", async || {
        let log = service.log();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let lines: Vec<Value> = lines.map(|line| line["fields"].clone()).collect();
        let offered = lines.iter().find(|it| it["event"] == "offered")?["seq"].clone();
        let is_shown = |it: &Value| it["step"] == "shown" && it["seq"] == offered;
        lines.iter().any(is_shown).then_some(lines)
    })
    .await;
    let recorded = lines.iter().find(|it| it["step"] == "recorded").expect("it is recorded");
    assert_eq!(recorded["ticket"], serde_json::json!(ticket));
    let of_it =
        |it: &&Value| it["ticket"] == recorded["ticket"] || it["signal"] == recorded["signal"];
    let mut steps: Vec<String> = lines.iter().filter(of_it).map(|it| it.text("/step")).collect();
    steps.dedup();
    let first = |step: &str| steps.iter().position(|it| it == step).expect("the step is there");
    assert!(first("received") < first("recorded"), "{steps:?}");
    assert!(
        first("announced") < first("decided") && first("announced") < first("shown"),
        "{steps:?}"
    );
}
