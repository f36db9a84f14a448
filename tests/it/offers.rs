//! Offers as the machine makes them: who is asked, who is asked next, and what happens by itself.

use serde_json::{Value, json};

use crate::service::{Json, Live, Person, TestService, asked_for, eventually, offers_to};

/// Waits until the lead's place was offered so many times, and returns to whom.
async fn leads(operator: &Person, ticket: &str, count: usize) -> Vec<String> {
    eventually(&format!("{count} offers to lead"), async || {
        let asked = asked_for(&operator.ticket(ticket).await, "lead");
        (asked.len() >= count).then_some(asked)
    })
    .await
}

/// Waits for the own offer on a phone and returns its identity.
async fn offer(phone: &mut Live, ticket: &str) -> String {
    phone.offer_on(ticket).await.text("/offer/id")
}

#[tokio::test]
async fn who_does_not_answer_in_time_is_followed_by_the_next_and_asked_again_last() {
    let service = TestService::with(&[("dispatch.offer_timeout_s", "1")]).await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let near = service.on_duty("aide01", device.north(100.0)).await;
    let far = service.on_duty("aide02", device.north(900.0)).await;
    service.on_duty("rescuer001", device.north(50.0)).await;
    let ticket = service.open(&device).await;
    let asked = leads(&operator, &ticket, 3).await;
    assert_eq!(asked[..3], [near.responder(), far.responder(), near.responder()]);
    feed.event_on(&ticket, "expired").await;
    let seen = operator.ticket(&ticket).await;
    assert_eq!(offers_to(&seen, &near.responder())[0]["status"], "expired");
    feed.assert_no_gap();
}

#[tokio::test]
async fn who_declines_is_not_asked_again() {
    let service = TestService::with(&[("dispatch.widen_after_s", "1")]).await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let own = offer(&mut phone, &ticket).await;
    let body = json!({"reason": "I am with somebody"});
    let declined = aide.post(&format!("/v1/offers/{own}/decline"), body).await.ok();
    assert_eq!(declined["status"], "declined");
    assert_eq!(aide.step(&own, "decline").await.ok()["status"], "declined");
    // The search goes on to its widest ring, and passes by who said no.
    let widest = |m: &Value| m["event"] == "widened" && m["ticket"]["ring_min"] == 30;
    feed.wait("the widest ring", widest).await;
    let file = operator.file(&ticket).await;
    assert_eq!(offers_to(&file["ticket"], &aide.responder()).len(), 1, "{file:#}");
    assert_eq!(file.text("/candidates/0/reason_code"), "declined");
}

#[tokio::test]
async fn who_gives_an_accepted_offer_back_is_followed_by_the_next() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let first = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&first).await;
    let ticket = service.open(&device).await;
    let own = offer(&mut phone, &ticket).await;
    first.step(&own, "accept").await.ok();
    // Whoever comes on duty is asked to support; the next one will lead.
    let second = service.on_duty("aide02", device.north(900.0)).await;
    let third = service.on_duty("aide03", device.north(1_500.0)).await;
    assert_eq!(offers_in_hand(&second).await[0].text("/offer/role"), "support");
    first.step(&own, "decline").await.ok();
    assert_eq!(leads(&operator, &ticket, 2).await, [first.responder(), third.responder()]);
}

#[tokio::test]
async fn whoever_comes_on_duty_is_asked_beside_somebody_who_may_not_answer() {
    let unsure = [("dispatch.accept_target_pct", "99"), ("dispatch.at_once_max", "2")];
    let service = TestService::with(&unsure).await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let first = service.on_duty("aide01", device.north(100.0)).await;
    // Two for support, so that no aide is asked for that.
    service.on_duty("rescuer001", device.north(50.0)).await;
    service.on_duty("rescuer002", device.north(60.0)).await;
    let ticket = service.open(&device).await;
    assert_eq!(leads(&operator, &ticket, 1).await, [first.responder()]);
    // Nothing else happens: no deadline is near, and both places are asked of somebody.
    let second = service.on_duty("aide02", device.north(900.0)).await;
    assert_eq!(leads(&operator, &ticket, 2).await, [first.responder(), second.responder()]);
    // At most two are asked for one place; who comes free is asked when there is room again.
    let third = service.on_duty("aide03", device.north(500.0)).await;
    let own = offers_in_hand(&second).await[0].text("/offer/id");
    second.step(&own, "decline").await.ok();
    assert_eq!(leads(&operator, &ticket, 3).await[2], third.responder());
}

/// Waits until a phone has offers in hand and returns them.
async fn offers_in_hand(who: &Person) -> Vec<Value> {
    eventually("offers in hand", async || {
        let offers = who.get("/v1/me/offers").await.ok();
        let items = offers.list("/items").to_vec();
        (!items.is_empty()).then_some(items)
    })
    .await
}

#[tokio::test]
async fn of_two_aides_who_accept_one_place_at_once_one_has_it_and_the_other_is_told() {
    let service = TestService::with(&[("dispatch.offer_timeout_s", "2")]).await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let first = service.on_duty("aide01", device.north(100.0)).await;
    let mut first_phone = service.live(&first).await;
    let ticket = service.open(&device).await;
    let late = offer(&mut first_phone, &ticket).await;
    first_phone.event_on(&ticket, "expired").await;
    first.duty(false).await;
    // The place is free again; both reach for it: one too late, one by a new offer.
    let second = service.on_duty("aide02", device.north(300.0)).await;
    let mut second_phone = service.live(&second).await;
    let own = offers_in_hand(&second).await[0].text("/offer/id");
    let (too_late, in_time) =
        tokio::join!(first.step(&late, "accept"), second.step(&own, "accept"));
    let problem = too_late.problem(409);
    assert_eq!(problem.text("/current/id"), late);
    assert_eq!(problem.text("/current/status"), "expired");
    assert_eq!(in_time.ok()["status"], "accepted");
    feed.event_on(&ticket, "accepted").await;
    second_phone.event_on(&ticket, "accepted").await;
}

#[tokio::test]
async fn a_tap_repeated_eight_times_at_once_is_one_acceptance() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let own = offer(&mut phone, &ticket).await;
    let taps = (0..8).map(|_| aide.step(&own, "accept"));
    for answer in futures_util::future::join_all(taps).await {
        assert_eq!(answer.ok()["status"], "accepted");
    }
    let file = operator.file(&ticket).await;
    let accepted = file.list("/timeline").iter().filter(|entry| entry["event"] == "accepted");
    assert_eq!(accepted.count(), 1);
}

#[tokio::test]
async fn a_step_already_passed_is_no_error() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let own = offer(&mut phone, &ticket).await;
    // Accepting was forgotten: being there is recorded all the same.
    assert_eq!(aide.step(&own, "on-scene").await.ok()["status"], "on_scene");
    for passed in ["accept", "depart", "on-scene"] {
        assert_eq!(aide.step(&own, passed).await.ok()["status"], "on_scene", "{passed}");
    }
    assert_eq!(aide.step(&own, "escort").await.ok()["status"], "escorting");
    assert_eq!(aide.step(&own, "done").await.ok()["status"], "done");
    assert_eq!(aide.step(&own, "done").await.ok()["status"], "done");
    assert_eq!(aide.step(&own, "decline").await.problem(409).text("/current/status"), "done");
    aide.step(&own, "fly").await.problem(404);
}

#[tokio::test]
async fn who_goes_off_duty_before_answering_is_not_waited_for() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let near = service.on_duty("aide01", device.north(100.0)).await;
    let far = service.on_duty("aide02", device.north(900.0)).await;
    service.on_duty("rescuer001", device.north(50.0)).await;
    let mut phone = service.live(&near).await;
    let ticket = service.open(&device).await;
    let own = offer(&mut phone, &ticket).await;
    assert_eq!(near.duty(false).await["state"], "offered");
    assert_eq!(leads(&operator, &ticket, 2).await, [near.responder(), far.responder()]);
    let over = phone.event_on(&ticket, "withdrawn").await;
    assert_eq!(over.text("/offer/offer/status"), "withdrawn");
    assert_eq!(near.step(&own, "accept").await.problem(409).text("/current/status"), "withdrawn");
}

#[tokio::test]
async fn who_is_on_one_ticket_is_not_asked_for_another_until_free() {
    let service = TestService::start().await;
    let (device, other) = (service.demo.phone(40), service.demo.phone(41));
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let first = service.open(&device).await;
    let own = offer(&mut phone, &first).await;
    aide.step(&own, "accept").await.ok();
    let second = service.open(&other).await;
    feed.event_on(&second, "ticket_opened").await;
    let file = operator.file(&second).await;
    assert_eq!(file.text("/candidates/0/reason_code"), "busy", "{file:#}");
    assert_eq!(file.text("/candidates/0/reason"), "busy on another ticket");
    assert!(file.list("/ticket/offers").is_empty());
    let body = json!({"responder": aide.responder(), "as": "lead"});
    assert_eq!(
        operator.act(&second, "assign", body).await.problem(409).text("/current/id"),
        second
    );
    operator.act(&first, "close", json!({"outcome": "phone"})).await.ok();
    feed.event_on(&second, "offered").await;
    phone.offer_on(&second).await;
}

#[tokio::test]
async fn while_nobody_is_on_duty_the_rings_widen_and_the_supervisor_is_told() {
    let policy = [("dispatch.widen_after_s", "1"), ("dispatch.escalate_after_s", "2")];
    let service = TestService::with(&policy).await;
    let device = service.demo.phone(40);
    let supervisor = service.log_in("supervisor1").await;
    let mut feed = service.live(&supervisor).await;
    let ticket = service.open(&device).await;
    feed.event_on(&ticket, "escalated").await;
    let widest = |m: &Value| m["event"] == "widened" && m["ticket"]["ring_min"] == 30;
    feed.wait("the widest ring", widest).await;
    let rings: Vec<u64> = feed
        .events()
        .iter()
        .filter(|event| matches!(event.text("/event").as_str(), "ticket_opened" | "widened"))
        .map(|event| event.number("/ticket/ring_min"))
        .collect();
    assert_eq!(rings, [10, 20, 30]);
    let seen = supervisor.ticket(&ticket).await;
    assert_eq!(seen.texts("/escalated_to"), ["supervisor"]);
    assert!(seen.at("/next/at").is_string(), "silence is impossible: {seen:#}");
    // It is repeated until somebody accepts, and whoever comes on duty is asked at once.
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    assert_eq!(leads(&supervisor, &ticket, 1).await, [aide.responder()]);
}

#[tokio::test]
async fn while_no_operator_answers_all_are_alarmed_and_then_the_supervisor() {
    let policy = [("handling.answer_within_s", "1"), ("handling.supervisor_after_s", "2")];
    let service = TestService::with(&policy).await;
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let ticket = service.open(&service.demo.phone(40)).await;
    feed.event_on(&ticket, "operators_alarmed").await;
    let told = feed.event_on(&ticket, "escalated").await["ticket"].clone();
    assert_eq!(told.texts("/escalated_to"), ["supervisor"]);
    operator.act(&ticket, "answer", json!({})).await.ok();
    let next = operator.ticket(&ticket).await.text("/next/what");
    assert!(next != "not_answered" && next != "answer_within", "{next}");
}

#[tokio::test]
async fn a_deadline_survives_a_crash_and_a_restart() {
    let service = TestService::with(&[("dispatch.offer_timeout_s", "2")]);
    let mut service = service.await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let near = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&near).await;
    let ticket = service.open(&device).await;
    offer(&mut phone, &ticket).await;
    service.kill().await;
    service.start_again().await;
    let operator = operator.at(&service.url);
    let file = eventually("the offer expires after the restart", async || {
        let file = operator.file(&ticket).await;
        let expired = file.list("/timeline").iter().any(|entry| entry["event"] == "expired");
        expired.then_some(file)
    })
    .await;
    assert_eq!(offers_to(&file["ticket"], &near.responder())[0]["status"], "expired");
    // Nobody had to log in again, and the next who comes on duty is asked.
    let far = service.on_duty("aide02", device.north(900.0)).await;
    eventually("the next is asked", async || {
        let seen = operator.ticket(&ticket).await;
        (!offers_to(&seen, &far.responder()).is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn with_a_hold_offers_wait_for_the_operators_confirmation() {
    let service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let device = service.demo.phone(40);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let ticket = service.open(&device).await;
    let held = operator.file(&ticket).await;
    assert!(held.list("/ticket/offers").is_empty());
    assert_eq!(held.text("/candidates/0/responder"), aide.responder(), "the team is shown at once");
    operator.act(&ticket, "confirm", json!({})).await.ok();
    feed.event_on(&ticket, "offered").await;
    let order: Vec<String> = feed.events().iter().map(|event| event.text("/event")).collect();
    assert_eq!(order, ["ticket_opened", "confirmed", "offered"]);
}

#[tokio::test]
async fn who_arrives_too_late_while_another_ticket_has_him_is_recorded_at_the_door() {
    let service = TestService::with(&[("dispatch.offer_timeout_s", "2")]).await;
    let (device, other) = (service.demo.phone(40), service.demo.phone(41));
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let first = service.open(&device).await;
    let late = offer(&mut phone, &first).await;
    // The more urgent ticket is served first, once the first offer has expired.
    let second = service.open(&other).await;
    service.press(&other, "e2").await;
    let own = offer(&mut phone, &second).await;
    aide.step(&own, "accept").await.ok();

    let arrived = aide.step(&late, "on-scene").await.ok();
    assert_eq!(arrived["status"], "expired", "the place stays empty");
    let told = feed.event_on(&first, "on_scene").await;
    assert_eq!(told.text("/ticket/status"), "open");
    let file = operator.file(&first).await;
    let entry = file.list("/timeline").iter().find(|entry| entry["event"] == "on_scene").unwrap();
    assert_eq!(entry.text("/data/responder"), aide.responder());
    // Still bound by the second alone (invariant 3).
    assert_eq!(offers_to(&file["ticket"], &aide.responder())[0]["status"], "expired");
    assert_eq!(
        offers_to(&operator.ticket(&second).await, &aide.responder())[0]["status"],
        "accepted"
    );
}
