//! The desks of the call centre: who is on, what they do, and what one shift tells the next.

use serde_json::{Value, json};

use crate::service::{Json, Person, TestService};

async fn tell(by: &Person, news: Value) -> Vec<Value> {
    by.put("/v1/me/desk", news).await.ok().list("/items").to_vec()
}

fn states(desks: &[Value]) -> Vec<(String, String)> {
    let mut states: Vec<_> =
        desks.iter().map(|desk| (desk.text("/user"), desk.text("/state"))).collect();
    states.sort();
    states
}

#[tokio::test]
async fn who_is_on_sees_the_others_and_what_they_do_until_they_leave() {
    let service = TestService::start().await;
    let one = service.log_in("operator1").await;
    let two = service.log_in("operator2").await;
    let first = tell(&one, json!({})).await;
    assert_eq!(first.len(), 1, "nobody else has come yet: {first:?}");
    assert_eq!(first[0]["state"], "ready");
    assert_eq!(first[0]["role"], "operator");
    assert_eq!(first[0]["sound_heard_at"], Value::Null);
    tell(&two, json!({"state": "break"})).await;
    let both = tell(&one, json!({"state": "busy", "heard": true})).await;
    assert_eq!(both.len(), 2, "{both:?}");
    let own = both.iter().find(|desk| desk["state"] == "busy").unwrap();
    assert!(own["sound_heard_at"].is_string(), "{own:?}");
    let read = two.get("/v1/desks").await.ok().list("/items").to_vec();
    assert_eq!(states(&read), states(&both));
    let again = tell(&two, json!({})).await;
    assert_eq!(states(&again), states(&both), "a sign of life changes nothing");

    two.delete("/v1/session").await;
    let left = tell(&one, json!({})).await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["state"], "busy");
}

#[tokio::test]
async fn a_desk_is_told_in_words_that_are_known_and_by_operators() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    for bad in [json!({"state": "asleep"}), json!({"state": 1}), json!({"status": "ready"})] {
        assert_eq!(operator.put("/v1/me/desk", bad).await.status, 422);
    }
    let aide = service.log_in("aide01").await;
    assert_eq!(aide.put("/v1/me/desk", json!({})).await.status, 403);
    assert_eq!(aide.get("/v1/desks").await.status, 403);
    assert_eq!(aide.get("/v1/shift-notes").await.status, 403);
    assert_eq!(aide.post("/v1/shift-notes", json!({"text": "…"})).await.status, 403);
}

#[tokio::test]
async fn what_one_shift_tells_the_next_is_read_and_signed_by_each() {
    let service = TestService::start().await;
    let day = service.log_in("operator1").await;
    let night = service.log_in("operator2").await;
    let text = "文昌村 3 号楼今晚停电，陈阿婆的氧气机用电池。";
    let written = day.post("/v1/shift-notes", json!({"text": format!("  {text}\n")})).await.ok();
    assert_eq!(written.text("/text"), text);
    assert!(written.list("/read_by").is_empty());
    let id = written.text("/id");
    let seen = night.get("/v1/shift-notes").await.ok().list("/items").to_vec();
    assert_eq!((seen.len(), &seen[0]["id"]), (1, &json!(id)));
    let path = format!("/v1/shift-notes/{id}/read");
    for _ in 0..2 {
        assert_eq!(night.post(&path, json!({})).await.status, 204);
    }
    let signed = day.get("/v1/shift-notes").await.ok();
    let readers = signed.list("/items/0/read_by");
    assert_eq!(readers.len(), 1, "twice is once: {readers:?}");
    assert!(!readers[0]["name"].as_str().unwrap().is_empty());

    let nobody = "/v1/shift-notes/01980000-0000-7000-8000-000000000000/read";
    assert_eq!(night.post(nobody, json!({})).await.status, 404);
    for bad in [json!({"text": " "}), json!({"text": "交".repeat(2_001)}), json!({})] {
        assert_eq!(day.post("/v1/shift-notes", bad).await.status, 422);
    }
}

#[tokio::test]
async fn the_same_note_under_one_key_is_written_once() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let write = async || {
        let body = json!({"text": "钥匙在门卫"});
        operator.post_once("/v1/shift-notes", "note-1", body).await.ok().text("/id")
    };
    let (one, other) = tokio::join!(write(), write());
    assert_eq!(one, other);
    assert_eq!(write().await, one);
    assert_eq!(operator.get("/v1/shift-notes").await.ok().list("/items").to_vec().len(), 1);
}
