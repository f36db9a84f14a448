//! What an aide's phone tells of itself, and the month it shows.

use serde_json::json;

use crate::service::{Json, TestService, now_ms};

#[tokio::test]
async fn the_supervisor_sees_what_a_phone_found_of_itself() {
    let service = TestService::start().await;
    let aide = service.log_in("aide01").await;
    let supervisor = service.log_in("supervisor1").await;
    let of_aide = async || {
        let all = supervisor.get("/v1/responders").await.ok();
        let found = all.list("/items").iter().find(|it| it["id"] == aide.responder()).cloned();
        found.expect("the aide is in the list")
    };
    assert_eq!(of_aide().await["self_test"], json!(null), "nobody tried it");

    let parts = json!({"sound": "works", "vibration": "missing", "position": "refused"});
    let kept = aide.put("/v1/me/self-test", json!({"parts": parts})).await.ok();
    assert_eq!(kept["parts"], parts);
    assert_eq!(of_aide().await["self_test"], kept);

    // Neither duty nor the registry takes it away.
    aide.put("/v1/me/duty", json!({"on_duty": true, "travel": "walk"})).await.ok();
    let mut file = of_aide().await;
    assert_eq!(file["self_test"], kept);
    file["name"] = json!("林助老");
    let path = format!("/v1/responders/{}", aide.responder());
    let body = ["name", "role", "phone", "lat", "lon", "sex", "dialects", "travel", "left_at"];
    let mut body: serde_json::Value =
        body.into_iter().map(|field| (field.to_owned(), file[field].clone())).collect();
    body["changed_at"] = file["changed_at"].clone();
    supervisor.put(&path, body).await.ok();
    assert_eq!(of_aide().await["self_test"], kept);

    let newer = aide.put("/v1/me/self-test", json!({"parts": {"sound": "failed"}})).await.ok();
    assert_eq!(of_aide().await["self_test"], newer, "the last one counts");
    for bad in [json!({}), json!({"smell": "works"}), json!({"sound": "perhaps"})] {
        let told = aide.put("/v1/me/self-test", json!({"parts": bad})).await.problem(422);
        assert!(told.text("/detail").contains("sound"), "{told:#}");
    }
    supervisor.put("/v1/me/self-test", json!({"parts": {"sound": "works"}})).await.problem(403);
}

#[tokio::test]
async fn a_month_shows_the_trips_and_how_far_they_were() {
    let service = TestService::start().await;
    let device = service.demo.phone(60);
    let aide = service.on_duty("aide01", device.north(900.0)).await;
    let mut phone = service.live(&aide).await;
    let month = async |month: &str| aide.get(&format!("/v1/me/month?month={month}")).await;
    let now = jiff::Timestamp::from_millisecond(now_ms()).unwrap().in_tz("Asia/Shanghai").unwrap();
    let this_month = now.strftime("%Y-%m").to_string();

    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    aide.step(&offer, "accept").await.ok();
    for metres in [600.0, 300.0, 20.0] {
        aide.is_at(device.north(metres)).await;
    }
    aide.step(&offer, "on-scene").await.ok();
    aide.step(&offer, "done").await.ok();

    let shown = month(&this_month).await.ok();
    assert_eq!((shown.number("/trips"), shown.number("/withdrawn")), (1, 0), "{shown:#}");
    let trip = &shown.list("/items")[0];
    assert_eq!((trip.text("/role"), trip["done_at"].is_string()), ("lead".into(), true));
    assert!(shown["km"].is_number() && shown.text("/from").starts_with("20"), "{shown:#}");
    let empty = month("2001-02").await.ok();
    assert_eq!((empty.number("/trips"), empty.list("/items").len()), (0, 0));
    assert_eq!(empty.text("/from"), "2001-01-31T16:00:00.000Z", "by the district's clock");
    for bad in ["2026-13", "2026-1", "1999-12", "-026-11", "november", "+026-11"] {
        month(bad).await.problem(422);
    }
    let told = aide.get("/v1/me/month").await.problem(400);
    assert!(told.text("/detail").contains("month"), "{told:#}");
}
