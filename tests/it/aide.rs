//! What an aide's phone is told: the own offer, the file as far as needed, and nothing else.

use serde_json::{Value, json};

use crate::service::{Json, TestService};

/// What nobody needs before accepting.
const AFTER_ACCEPTING: [&str; 4] = ["/access", "/conditions", "/contacts", "/phone"];

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// Checks which parts of a senior's file are told.
#[track_caller]
fn assert_file(senior: &Value, whole: bool) {
    for part in ["/name", "/village", "/address"] {
        assert!(!is_blank(senior.at(part)), "{part} is needed to go there: {senior:#}");
    }
    for part in AFTER_ACCEPTING {
        assert_eq!(!is_blank(senior.at(part)), whole, "{part}: {senior:#}");
    }
}

#[tokio::test]
async fn the_file_opens_with_accepting_and_closes_with_done() {
    let service = TestService::start().await;
    let device = service.demo.phone(0);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let full = operator.file(&ticket).await["senior"].clone();
    assert_file(&full, true);

    let told = phone.offer_on(&ticket).await;
    assert_file(told.at("/senior"), false);
    let id = told.text("/offer/id");
    let path = format!("/v1/offers/{id}");
    assert_file(aide.get(&path).await.ok().at("/senior"), false);
    aide.step(&id, "accept").await.ok();
    let accepted = phone.event_on(&ticket, "accepted").await;
    assert_file(accepted.at("/offer/senior"), true);
    assert_file(aide.get(&path).await.ok().at("/senior"), true);
    let listed = aide.get("/v1/me/offers").await.ok();
    assert_file(listed.at("/items/0/senior"), true);
    for step in ["on-scene", "done"] {
        aide.step(&id, step).await.ok();
    }
    let over = phone.event_on(&ticket, "done").await;
    assert_eq!(over.at("/offer/senior"), &Value::Null);
    assert_eq!(aide.get(&path).await.ok()["senior"], Value::Null);
    assert!(aide.get("/v1/me/offers").await.ok().list("/items").is_empty());
}

#[tokio::test]
async fn an_aides_feed_carries_nothing_about_other_tickets_or_people() {
    let service = TestService::start().await;
    let (device, other) = (service.demo.phone(60), service.demo.phone(61));
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let own = service.open(&device).await;
    phone.offer_on(&own).await;

    let second = service.on_duty("aide02", other.north(100.0)).await;
    let foreign = service.open(&other).await;
    operator.act(&foreign, "notes", json!({"text": "not for everybody"})).await.ok();
    second.is_at(other.north(50.0)).await;
    operator.act(&foreign, "close", json!({"outcome": "phone"})).await.ok();
    let expected = operator.act(&own, "answer", json!({})).await.ok();
    phone.event_on(&own, "answered").await;

    for message in phone.messages() {
        let text = message.to_string();
        assert!(!text.contains(&foreign) && !text.contains("not for everybody"), "{message:#}");
        let kind = message.text("/type");
        assert!(matches!(kind.as_str(), "snapshot" | "event" | "heartbeat"), "{message:#}");
    }
    let snapshot = &phone.messages()[0];
    let people: Vec<String> =
        snapshot.list("/responders").iter().map(|person| person.text("/id")).collect();
    assert_eq!(people, [aide.responder()], "only the own state");
    phone.assert_no_gap();
    assert!(expected.number("/seq") > snapshot.number("/seq"));
}

#[tokio::test]
async fn a_phone_that_opens_late_finds_its_offers_in_the_snapshot() {
    let service = TestService::start().await;
    let device = service.demo.phone(60);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let ticket = service.open(&device).await;
    feed.event_on(&ticket, "offered").await;
    let phone = service.live(&aide).await;
    let snapshot = &phone.messages()[0];
    assert_eq!(snapshot.text("/offers/0/offer/ticket"), ticket);
    assert_eq!(snapshot.text("/tickets/0/id"), ticket);
    assert_file(snapshot.at("/offers/0/senior"), false);
}

#[tokio::test]
async fn a_partner_who_goes_is_shown_and_who_was_asked_in_vain_is_not() {
    let service = TestService::start().await;
    let device = service.demo.phone(60);
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let own = phone.offer_on(&ticket).await.text("/offer/id");
    let rescuer = service.on_duty("rescuer001", device.north(200.0)).await;
    let mut partner = service.live(&rescuer).await;
    let theirs = match partner.messages()[0].pointer("/offers/0/offer/id") {
        Some(known) => known.text(""),
        None => partner.offer_on(&ticket).await.text("/offer/id"),
    };
    let team = async || {
        let file = aide.get(&format!("/v1/offers/{own}")).await.ok();
        let offers = file.list("/ticket/offers").iter();
        offers.map(|offer| offer.text("/responder")).collect::<Vec<_>>()
    };
    assert_eq!(team().await, [aide.responder()], "asked, not yet going");
    rescuer.step(&theirs, "accept").await.ok();
    assert_eq!(team().await, [aide.responder(), rescuer.responder()]);
    aide.get(&format!("/v1/offers/{theirs}")).await.problem(403);
}

#[tokio::test]
async fn a_position_of_the_phone_shows_on_the_operators_map() {
    let service = TestService::start().await;
    let place = service.demo.phone(60).north(500.0);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", place).await;
    let own = aide.responder();
    let is_free = |m: &Value| {
        m["type"] == "responders"
            && m["responders"][0]["id"] == own
            && m["responders"][0]["state"] == "free"
    };
    feed.wait("the aide on duty", is_free).await;
    aide.is_at((place.0 + 0.001, place.1)).await;
    let moved = |m: &Value| {
        m["type"] == "positions"
            && m.list("/responders").iter().any(|r| r["id"] == own && r["at"].is_string())
    };
    feed.wait("the aide's position", moved).await;
    aide.post("/v1/me/probes/some-probe", json!({})).await.is(204);
    let bad = json!({"positions": [{"lat": 0, "lon": 0}, {"lat": 95, "lon": 1}]});
    assert_eq!(aide.post("/v1/me/positions", bad).await.ok().number("/dropped"), 2);
    operator.post("/v1/me/positions", json!({"positions": []})).await.problem(403);
}

#[tokio::test]
async fn who_asks_for_120_at_the_door_is_told_on_by_the_machine_until_a_person_acts() {
    let service = TestService::start().await;
    let device = service.demo.phone(62);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(50.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    let id = phone.offer_on(&ticket).await.text("/offer/id");
    aide.step(&id, "ask-support").await.problem(409);
    aide.step(&id, "accept").await.ok();
    let stranger = service.log_in("aide02").await;
    stranger.step(&id, "ask-ambulance").await.problem(403);

    let asked = aide.step(&id, "ask-ambulance").await.ok();
    assert_eq!(asked["help_asked"], json!(["ambulance"]));
    assert_eq!(asked.text("/status"), "accepted", "it is no step on");
    let file = operator.file(&ticket).await;
    let timeline = file.list("/timeline");
    let said = timeline.iter().find(|it| it["event"] == "help_asked").expect("in the history");
    assert_eq!(said["data"]["what"], "ambulance");
    let told = timeline
        .iter()
        .any(|it| it["data"]["reason"] == "help_asked" || it["data"]["why"] == "help_asked");
    assert!(told, "somebody is told of it: {timeline:#?}");
    let asked = aide.step(&id, "ask-support").await.ok();
    assert_eq!(asked["help_asked"], json!(["support", "ambulance"]));
    for step in ["on-scene", "done"] {
        aide.step(&id, step).await.ok();
    }
    aide.step(&id, "ask-support").await.problem(409);
}

#[tokio::test]
async fn a_wrong_address_moves_nothing_until_the_operator_decides() {
    let service = TestService::start().await;
    let device = service.demo.phone(63);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(50.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    let id = phone.offer_on(&ticket).await.text("/offer/id");
    let path = format!("/v1/offers/{id}/wrong-address");
    let (lat, lon) = device.north(400.0);
    let told = json!({"lat": lat, "lon": lon, "accuracy_m": 12.0, "text": "3 号楼"});
    aide.post(&path, told.clone()).await.problem(409);
    aide.step(&id, "accept").await.ok();
    for bad in [
        json!({}),
        json!({"text": "  "}),
        json!({"lat": lat}),
        json!({"lat": 0, "lon": 0}),
        json!({"lat": 91, "lon": lon}),
        json!({"text": "长".repeat(501)}),
        json!({"text": "3 号楼", "at": "yesterday"}),
    ] {
        aide.post(&path, bad).await.problem(422);
    }
    let stranger = service.log_in("aide02").await;
    stranger.post(&path, told.clone()).await.problem(403);

    let before = operator.file(&ticket).await.at("/ticket/position").clone();
    let answer = aide.post(&path, told.clone()).await.ok();
    assert_eq!(answer.text("/ticket/place_doubt/text"), "3 号楼", "whoever told it sees it");
    let file = operator.file(&ticket).await;
    assert_eq!(file.at("/ticket/position"), &before, "nothing has moved");
    assert_eq!(file.at("/ticket/place_doubt/position/lat"), &json!(lat));
    let climbs =
        |it: &Value| it["data"]["why"] == "address_doubted" || it["event"] == "address_doubted";
    assert_eq!(file.list("/timeline").iter().filter(|it| climbs(it)).count(), 2, "and it is told");

    let doubted_at = file.text("/ticket/place_doubt/at");
    let other = json!({"keep": true, "doubted_at": "2026-01-01T00:00:00Z"});
    operator.act(&ticket, "place", other).await.problem(409);
    let keep = json!({"keep": true, "doubted_at": doubted_at, "reason": "电话核实"});
    operator.act(&ticket, "place", keep).await.ok();
    assert_eq!(operator.file(&ticket).await.at("/ticket/place_doubt"), &Value::Null);
    operator.act(&ticket, "place", json!({"keep": true})).await.problem(409);
    aide.post(&path, told).await.ok();
    operator.act(&ticket, "place", json!({"lat": lat, "lon": lon})).await.ok();
    let seen = aide.get(&format!("/v1/offers/{id}")).await.ok();
    assert_eq!(seen.at("/ticket/place_doubt"), &Value::Null);
    assert_eq!(seen.text("/ticket/position/source"), "pin");
    assert_eq!(seen.at("/ticket/position/lat"), &json!(lat));
}

#[tokio::test]
async fn how_the_senior_was_found_is_told_from_the_door_and_a_life_in_danger_is_told_on() {
    let service = TestService::start().await;
    let device = service.demo.phone(64);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(50.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    let id = phone.offer_on(&ticket).await.text("/offer/id");
    let path = format!("/v1/offers/{id}/report");
    let calm = json!({"conscious": "clear", "breathing": "normal"});
    aide.step(&id, "accept").await.ok();
    aide.post(&path, calm.clone()).await.problem(409);
    aide.step(&id, "on-scene").await.ok();
    for bad in [
        json!({}),
        json!({"conscious": "clear"}),
        json!({"conscious": "sleepy", "breathing": "normal"}),
        json!({"conscious": "clear", "breathing": "normal", "measures": ["surgery"]}),
        json!({"conscious": "clear", "breathing": "normal", "outcome": "deceased"}),
        json!({"conscious": "clear", "breathing": "normal", "note": "长".repeat(501)}),
    ] {
        aide.post(&path, bad).await.problem(422);
    }
    let whys = |file: &Value| {
        let timeline = file.list("/timeline");
        timeline.iter().filter(|it| it["data"]["why"] == "grave_scene").count()
    };
    aide.post(&path, calm).await.ok();
    assert_eq!(whys(&operator.file(&ticket).await), 0, "nobody is alarmed for nothing");

    let grave = json!({
        "conscious": "unresponsive", "breathing": "absent", "fell": true, "pain": "severe",
        "measures": ["cpr", "aed"], "outcome": "hospital", "note": "倒在厨房",
    });
    let told = aide.post(&path, grave).await.ok();
    assert_eq!(told.at("/ticket/scene/measures"), &json!(["cpr", "aed"]));
    let file = operator.file(&ticket).await;
    assert_eq!(whys(&file), 1, "{file:#}");
    assert_eq!(file.at("/ticket/scene/grave"), &json!(true));
    let card = operator.get(&format!("/v1/tickets/{ticket}/card")).await.ok();
    assert_eq!(card.text("/scene/breathing"), "absent", "120 reads it as well");

    aide.step(&id, "done").await.ok();
    let later = json!({"conscious": "clear", "breathing": "normal", "note": "已转交 120"});
    let told = aide.post(&path, later).await.ok();
    assert_eq!(told.at("/ticket/scene"), &Value::Null, "the file is closed to whoever is done");
    assert_eq!(operator.file(&ticket).await.text("/ticket/scene/note"), "已转交 120");
}
