//! Nobody speaks; and what is peculiar to a senior.

use serde_json::{Value, json};

use crate::service::{Json, TestService, has_flag};

#[tokio::test]
async fn nobody_waits_for_a_voice_and_what_is_tried_is_said() {
    let service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let device = service.demo.phone(50);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut feed = service.live(&operator).await;
    let ticket = service.open(&device).await;
    assert_eq!(operator.ticket(&ticket).await["offers"], json!([]), "held");
    let silent = operator.act(&ticket, "no-voice", json!({})).await.ok();
    assert_eq!(silent.text("/silence/step"), "first_call_back");
    assert!(has_flag(&silent, "no_voice"));
    let asked = |m: &Value| m["event"] == "offered";
    let offered = feed.wait("an offer", asked).await;
    assert_eq!(offered.text("/ticket/offers/0/responder"), aide.responder());
    let after = json!({"after": "first_call_back"});
    for _ in 0..2 {
        let next = operator.act(&ticket, "no-voice", after.clone()).await.ok();
        assert_eq!(next.text("/silence/step"), "second_call_back", "said twice it is left once");
    }
    operator.act(&ticket, "no-voice", json!({"after": "prayer"})).await.problem(422);
    let heard = operator.act(&ticket, "heard", json!({"note": "电视太响"})).await.ok();
    assert_eq!(heard["silence"], Value::Null);
    assert!(!has_flag(&heard, "no_voice"));
    let file = operator.file(&ticket).await;
    let story = file.list("/timeline").iter();
    let steps: Vec<String> = story
        .filter(|entry| entry["event"] == "no_voice")
        .map(|entry| entry.text("/data/step"))
        .collect();
    assert_eq!(steps, ["first_call_back", "second_call_back"]);
    assert_eq!(file.text("/ambulance/city"), "漳州");
    operator.act(&ticket, "close", json!({"outcome": "phone"})).await.ok();
    operator.act(&ticket, "no-voice", json!({})).await.problem(409);
}

#[tokio::test]
async fn a_silent_call_is_tried_in_its_time_without_anybody() {
    let quick = [("silence.call_back_s", "1"), ("silence.contact_s", "1")];
    let service = TestService::with(&quick).await;
    let senior = service.demo.phone(51).senior;
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let body = json!({"senior": senior, "channel": "call", "kind": "silent"});
    let opened = operator.post("/v1/tickets", body).await.ok();
    assert_eq!(opened.text("/silence/step"), "first_call_back");
    assert!(has_flag(&opened, "no_voice") && !has_flag(&opened, "by_hand"));
    for step in ["second_call_back", "family", "neighbour", "aides"] {
        let is = |m: &Value| m["event"] == "no_voice" && m["ticket"]["silence"]["step"] == step;
        feed.wait(step, is).await;
    }
}

#[tokio::test]
async fn what_is_peculiar_to_a_senior_is_kept_and_the_next_ticket_knows_it() {
    let service = TestService::start().await;
    let device = service.demo.phone(52);
    let operator = service.log_in("operator1").await;
    let path = format!("/v1/seniors/{}/plan", device.senior);
    let neighbour = json!({"name": "林春木", "relation": "邻居", "phone": "13900000001",
        "kind": "neighbour", "hours": "22:00-06:00", "opens_door": true});
    let plan = json!({"dialect": "闽南话", "mute": true,
        "absence": {"place": "hospital", "note": "市医院"}, "advice": "先打电话",
        "contacts": [neighbour]});
    let said = operator.put(&path, plan).await.ok();
    assert_eq!(said["plan"]["dialect"], "闽南话");
    assert_eq!(said["contacts"][0]["hours"], "22:00-06:00");
    let kept = operator.get(&format!("/v1/seniors/{}", device.senior)).await.ok();
    assert_eq!(kept["senior"], said);
    let ticket = operator.ticket(&service.open(&device).await).await;
    assert!(has_flag(&ticket, "cannot_talk") && has_flag(&ticket, "in_hospital"), "{ticket:#}");
    assert_eq!(operator.put(&path, json!({})).await.ok()["plan"]["absence"], Value::Null);
    let kept = operator.get(&format!("/v1/seniors/{}", device.senior)).await.ok();
    assert_eq!(kept["senior"]["contacts"][0]["name"], "林春木", "contacts were not said again");
    for bad in [
        json!({"absence": {"place": "hospital", "until": "tomorrow"}}),
        json!({"dialect": " "}),
        json!({"advice": "好".repeat(501)}),
        json!({"contacts": [{"name": "x", "relation": "y", "phone": "none"}]}),
        json!({"contacts": [{"name": "x", "relation": "y", "phone": "1", "hours": "25:00-26:00"}]}),
    ] {
        operator.put(&path, bad).await.problem(422);
    }
    let aide = service.log_in("aide01").await;
    aide.put(&path, json!({})).await.problem(403);
    let nobody = "/v1/seniors/019a0000-0000-7000-8000-000000000000/plan";
    operator.put(nobody, json!({})).await.problem(404);
}

#[tokio::test]
async fn a_silent_call_of_somebody_who_pressed_ends_the_hold_as_well() {
    let service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let device = service.demo.phone(54);
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&device).await;
    let body = json!({"senior": device.senior, "channel": "call", "kind": "silent"});
    let joined = operator.post("/v1/tickets", body).await.ok();
    assert_eq!((joined.text("/id"), &joined["joined"]), (ticket, &json!(true)));
    assert_eq!(joined.text("/silence/step"), "first_call_back");
    assert_eq!(joined["held_until"], Value::Null);
}

#[tokio::test]
async fn while_offers_are_held_the_planned_team_is_shown() {
    let service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let device = service.demo.phone(55);
    let operator = service.log_in("operator1").await;
    service.on_duty("aide01", device.north(100.0)).await;
    service.on_duty("aide02", device.north(300.0)).await;
    let ticket = service.open(&device).await;
    let file = operator.file(&ticket).await;
    assert!(file["ticket"]["held_until"].is_string());
    let planned = file.list("/candidates").iter().map(|it| it["planned_as"].clone());
    assert_eq!(planned.collect::<Vec<_>>(), [json!("lead"), json!("support")]);
}
