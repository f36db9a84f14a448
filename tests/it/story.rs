//! The whole story: from the key to the door and back.

use serde_json::{Value, json};

use crate::service::{Device, Json, Live, Person, TestService};

/// Who took part, and what was told.
pub(crate) struct Story {
    pub(crate) device: Device,
    pub(crate) ticket: String,
    pub(crate) operator: Person,
    pub(crate) aide: Person,
    pub(crate) rescuer: Person,
    /// The operator's feed, from before the SOS to after the end.
    pub(crate) feed: Live,
    /// The ticket's file just before it was closed.
    pub(crate) file: Value,
}

/// Takes every step of a responder with an offer that was told on a phone.
async fn go(who: &Person, phone: &mut Live, ticket: &str, role: &str, device: &Device) {
    let told = phone.offer_on(ticket).await;
    assert_eq!(told.text("/offer/role"), role);
    let offer = told.text("/offer/id");
    assert_eq!(who.step(&offer, "accept").await.ok()["status"], "accepted");
    assert!(who.step(&offer, "depart").await.ok()["departed_at"].is_string());
    who.is_at(device.north(20.0)).await;
    let there = who.step(&offer, "on-scene").await.ok();
    assert_eq!(there["status"], "on_scene");
    assert_eq!(there["arrival"], "confirmed", "the position is at the door");
    assert!(who.step(&offer, "with-senior").await.ok()["with_senior_at"].is_string());
}

/// Plays the story.
pub(crate) async fn tell(service: &TestService) -> Story {
    let device = service.demo.phone(0);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(200.0)).await;
    let rescuer = service.on_duty("rescuer001", device.north(400.0)).await;
    let mut phones = (service.live(&aide).await, service.live(&rescuer).await);

    let ticket = service.open(&device).await;
    feed.event_on(&ticket, "ticket_opened").await;
    operator.act(&ticket, "seen", json!({})).await.ok();
    operator.act(&ticket, "answer", json!({})).await.ok();
    operator.act(&ticket, "tell-family", json!({"note": "the daughter comes"})).await.ok();
    go(&aide, &mut phones.0, &ticket, "lead", &device).await;
    go(&rescuer, &mut phones.1, &ticket, "support", &device).await;
    let call = json!({"to": "120", "reference": "120-4711", "eta_min": 9});
    operator.act(&ticket, "escalate", call).await.ok();
    for (who, phone) in [(&aide, &mut phones.0), (&rescuer, &mut phones.1)] {
        let offer = phone.offer_on(&ticket).await.text("/offer/id");
        assert_eq!(who.step(&offer, "done").await.ok()["status"], "done");
    }
    let file = operator.file(&ticket).await;
    let end =
        json!({"outcome": "hospital", "hospital": "Zhangzhou Hospital", "cause": "abdominal"});
    operator.act(&ticket, "close", end).await.ok();
    feed.event_on(&ticket, "closed").await;
    Story { device, ticket, operator, aide, rescuer, feed, file }
}

#[tokio::test]
async fn an_sos_brings_two_responders_to_the_door_and_every_screen_follows() {
    let service = TestService::start().await;
    let story = tell(&service).await;

    story.feed.assert_no_gap();
    let told: Vec<String> = story.feed.events().iter().map(|event| event.text("/event")).collect();
    let expected = [
        "ticket_opened",
        "offered",
        "offered",
        "popped_up",
        "answered",
        "family_told",
        "accepted",
        "departed",
        "on_scene",
        "with_senior",
        "accepted",
        "departed",
        "on_scene",
        "with_senior",
        "escalated",
        "done",
        "done",
        "closed",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    assert_eq!(told[0], "ticket_opened");
    // The machine offers while the operator reads: only the people's own steps have one order.
    let people = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| *name != "offered").cloned().collect()
    };
    assert_eq!(people(&told), people(&expected.map(String::from)));
    assert_eq!(told.iter().filter(|name| *name == "offered").count(), 2);

    let history = story.operator.file(&story.ticket).await;
    let line = |entry: &Value| (entry.number("/seq"), entry.text("/event"));
    let written: Vec<(u64, String)> = history.list("/timeline").iter().map(line).collect();
    let shown: Vec<(u64, String)> = story.feed.events().into_iter().map(line).collect();
    assert_eq!(written, shown, "the timeline is what the feed said");
}

#[tokio::test]
async fn the_file_of_a_ticket_has_the_senior_the_candidates_and_who_did_what() {
    let service = TestService::start().await;
    let Story { device, ticket, operator, aide, rescuer, file, .. } = tell(&service).await;

    assert_eq!(file.text("/senior/id"), device.senior);
    assert_eq!(file.at("/ticket/who/name"), file.at("/senior/name"));
    for fact in ["name", "phone", "village", "address", "access"] {
        assert!(!file.text(&format!("/senior/{fact}")).is_empty(), "{fact} is missing");
    }
    let candidates = file.list("/candidates");
    assert_eq!(candidates.len(), 2, "those on duty: {candidates:#?}");
    for (who, at) in [(&aide, 0), (&rescuer, 1)] {
        let candidate = &candidates[at];
        assert_eq!(candidate.text("/responder"), who.responder(), "nearest first");
        assert_eq!(candidate.text("/reason_code"), "done");
        assert!(!candidate.text("/reason").is_empty());
        assert!(candidate.number("/eta_s") < 600);
        assert_eq!(candidate["eta_source"], "straight_line");
    }
    let by = |event: &str| {
        let entry = file.list("/timeline").iter().find(|entry| entry["event"] == event);
        entry.unwrap_or_else(|| panic!("no {event}")).text("/by")
    };
    assert_eq!(by("ticket_opened"), "device");
    assert_eq!(by("offered"), "machine");
    assert_eq!(by("answered"), operator.user.text("/name"));
    assert_eq!(by("accepted"), aide.user.text("/name"));

    let closed = operator.ticket(&ticket).await;
    assert_eq!(
        (closed.text("/status"), closed.text("/outcome")),
        ("closed".into(), "hospital".into())
    );
    assert_eq!(closed["next"], Value::Null, "nothing is due any more");
    let facts = [
        "received",
        "opened",
        "first_offered",
        "popped_up",
        "answered",
        "family_told",
        "accepted",
        "departed",
        "on_scene",
        "with_senior",
        "ambulance_called",
        "closed",
    ];
    for fact in facts {
        assert!(closed.at(&format!("/times/{fact}")).is_string(), "times.{fact} is missing");
    }
    let order = ["received", "first_offered", "accepted", "departed", "on_scene", "closed"];
    let times: Vec<String> = order.map(|fact| closed.text(&format!("/times/{fact}"))).into();
    assert!(times.is_sorted(), "{times:?}");
}

#[tokio::test]
async fn a_closed_ticket_moves_from_the_open_list_to_the_closed_one() {
    let service = TestService::start().await;
    let story = tell(&service).await;
    let ids = async |status: &str| {
        let list = story.operator.get(&format!("/v1/tickets?status={status}")).await.ok();
        list.list("/items").iter().map(|ticket| ticket.text("/id")).collect::<Vec<_>>()
    };
    assert_eq!(ids("closed").await, std::slice::from_ref(&story.ticket));
    assert!(ids("open").await.is_empty());
    let again = service.press(&story.device, "e2").await;
    assert_ne!(again.text("/ticket"), story.ticket, "a new emergency is a new ticket");
    assert_eq!(again["joined"], false);
}
