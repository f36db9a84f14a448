//! A door is opened by force: who decided it, who opened it, who secured it, and nothing written over.

use serde_json::{Value, json};

use crate::service::{Json, TestService};

fn decision() -> Value {
    json!({"authorised_by": "值班长 林", "police_reference": "110-20261121-07",
        "witness": "居委会 陈", "reason": "屋内有呻吟声，无人应门"})
}

#[tokio::test]
async fn a_door_that_was_opened_by_force_is_secured_before_the_ticket_is_closed() {
    let service = TestService::start().await;
    let device = service.demo.phone(61);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    for missing in ["authorised_by", "police_reference", "witness", "reason"] {
        let mut body = decision();
        body[missing] = json!(" ");
        operator.act(&ticket, "forced-entry", body.clone()).await.problem(422);
        body.as_object_mut().unwrap().remove(missing);
        operator.act(&ticket, "forced-entry", body).await.problem(422);
    }
    operator.act(&ticket, "forced-entry", json!({})).await.problem(422);
    aide.act(&ticket, "forced-entry", decision()).await.problem(403);
    let open_first = json!({"opened_by": "锁匠"});
    operator.act(&ticket, "forced-entry", open_first).await.problem(422);
    let decided = operator.act(&ticket, "forced-entry", decision()).await.ok();
    assert_eq!(decided.text("/forced_entry/witness"), "居委会 陈");
    assert_eq!(decided.at("/forced_entry/opened"), &Value::Null);
    let close = json!({"outcome": "helped"});
    let words = operator.act(&ticket, "close", close.clone()).await.problem(409);
    assert!(words.text("/detail").contains("called off"), "{words}");

    // Asked, an aide is told nothing of it; on the way, everything.
    let path = format!("/v1/offers/{offer}");
    assert_eq!(aide.get(&path).await.ok().at("/ticket/forced_entry"), &Value::Null);
    aide.step(&offer, "accept").await.ok();
    let file = aide.get(&path).await.ok();
    assert_eq!(file.text("/ticket/forced_entry/authorised_by"), "值班长 林");

    let early = json!({"secured_by": "物业", "secured_how": "换锁"});
    operator.act(&ticket, "forced-entry", early.clone()).await.problem(409);
    let future = json!({"opened_by": "锁匠", "opened_at": "2099-01-01T00:00:00Z"});
    operator.act(&ticket, "forced-entry", future).await.problem(422);
    let opened = json!({"opened_by": "锁匠 王"});
    let opened = operator.act(&ticket, "forced-entry", opened).await.ok();
    assert_eq!(opened.text("/forced_entry/opened/by"), "锁匠 王");
    let words = operator.act(&ticket, "close", close.clone()).await.problem(409);
    assert!(words.text("/detail").contains("not secured"), "{words}");
    assert_eq!(words.text("/current/status"), "open");
    let off = json!({"called_off": "不用了"});
    operator.act(&ticket, "forced-entry", off).await.problem(409);
    let half = json!({"secured_by": "物业"});
    operator.act(&ticket, "forced-entry", half).await.problem(422);
    operator.act(&ticket, "forced-entry", early.clone()).await.ok();
    // The same again is no news; something else is not written over.
    operator.act(&ticket, "forced-entry", early).await.ok();
    operator.act(&ticket, "forced-entry", decision()).await.ok();
    let other = json!({"secured_by": "家属", "secured_how": "看守"});
    operator.act(&ticket, "forced-entry", other).await.problem(409);
    let mut other = decision();
    other["witness"] = json!("别人");
    operator.act(&ticket, "forced-entry", other).await.problem(409);
    let correction = json!({"correction": "见证人是居委会 郑"});
    let put_right = operator.act(&ticket, "forced-entry", correction.clone()).await.ok();
    assert_eq!(put_right.text("/forced_entry/witness"), "居委会 陈", "what was said stays");
    assert_eq!(put_right.text("/forced_entry/corrections/0/text"), "见证人是居委会 郑");
    operator.act(&ticket, "close", close).await.ok();
    let later = json!({"correction": "锁匠姓汪"});
    operator.act(&ticket, "forced-entry", later).await.ok();
    operator.act(&ticket, "forced-entry", decision()).await.problem(409);

    let history = operator.file(&ticket).await;
    let story: Vec<String> = history
        .list("/timeline")
        .iter()
        .map(|entry| entry.text("/event"))
        .filter(|event| event.starts_with("entry_"))
        .collect();
    let steps =
        ["entry_decided", "entry_forced", "entry_secured", "entry_corrected", "entry_corrected"];
    assert_eq!(story, steps);
    assert!(service.run(&["check"]).await.said().contains("sound"));
}

#[tokio::test]
async fn a_door_that_need_not_be_opened_is_called_off_and_may_be_decided_anew() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(61)).await;
    operator.act(&ticket, "forced-entry", decision()).await.ok();
    let off = json!({"called_off": "老人自己开了门"});
    let off = operator.act(&ticket, "forced-entry", off).await.ok();
    assert_eq!(off.text("/forced_entry/called_off/text"), "老人自己开了门");
    operator.act(&ticket, "forced-entry", json!({"opened_by": "锁匠"})).await.problem(409);
    let mut anew = decision();
    anew["reason"] = json!("又没有声音了");
    anew["opened_by"] = json!("消防");
    anew["secured_by"] = json!("民警");
    anew["secured_how"] = json!("换锁，钥匙交家属");
    let all = operator.act(&ticket, "forced-entry", anew).await.ok();
    assert_eq!(all.at("/forced_entry/called_off"), &Value::Null);
    assert_eq!(all.text("/forced_entry/secured/by"), "民警");
    operator.act(&ticket, "close", json!({"outcome": "helped"})).await.ok();
}
