//! What an operator does by hand, over the planner and for responders on the telephone.

use serde_json::{Value, json};

use crate::service::{Json, Person, TestService, asked_for, eventually, offers_to};

/// A service with an operator, and two aides near the door of a senior whose ticket is open: the
/// first is asked to lead, the second to support.
async fn asked_team() -> (TestService, Person, [Person; 2], String) {
    let service = TestService::start().await;
    let device = service.demo.phone(50);
    let operator = service.log_in("operator1").await;
    let near = service.on_duty("aide01", device.north(100.0)).await;
    let far = service.on_duty("aide02", device.north(900.0)).await;
    let mut feed = service.live(&operator).await;
    let ticket = service.open(&device).await;
    let both = |m: &Value| m["event"] == "offered" && m["ticket"]["offers"][1].is_object();
    feed.wait("both offers", both).await;
    (service, operator, [near, far], ticket)
}

/// Returns the only offer to a responder.
async fn offer_to(operator: &Person, ticket: &str, responder: &Person) -> Value {
    let seen = operator.ticket(ticket).await;
    let offers = offers_to(&seen, &responder.responder());
    assert_eq!(offers.len(), 1, "{seen:#}");
    offers[0].clone()
}

#[tokio::test]
async fn an_operator_accepts_and_arrives_for_a_responder_on_the_telephone() {
    let (_service, operator, [aide, _], ticket) = asked_team().await;
    let id = offer_to(&operator, &ticket, &aide).await.text("/id");
    let by_phone = json!({"by": "phone"});
    for (step, status) in [("accept", "accepted"), ("depart", "accepted"), ("on-scene", "on_scene")]
    {
        let answer = operator.post(&format!("/v1/offers/{id}/{step}"), by_phone.clone()).await;
        assert_eq!(answer.ok()["status"], status, "{step}");
    }
    let there = offer_to(&operator, &ticket, &aide).await;
    assert_eq!(there["arrival"], "confirmed", "the operator spoke with somebody at the door");
    let done = operator.post(&format!("/v1/offers/{id}/done"), by_phone).await.ok();
    assert_eq!(done["status"], "done");
    let file = operator.file(&ticket).await;
    let accepted =
        file.list("/timeline").iter().find(|entry| entry["event"] == "accepted").unwrap();
    assert_eq!(accepted.text("/by"), operator.user.text("/name"));
    assert_eq!(accepted.text("/data/responder"), aide.responder());
}

#[tokio::test]
async fn who_is_assigned_by_hand_replaces_whom_the_machine_asked() {
    let (service, operator, [near, far], ticket) = asked_team().await;
    let third = service.on_duty("aide03", service.demo.phone(50).north(5_000.0)).await;
    let body = json!({"responder": third.responder(), "as": "lead", "reason": "speaks Minnan"});
    let assigned = operator.act(&ticket, "assign", body).await.ok();
    assert_eq!(offers_to(&assigned, &near.responder())[0]["status"], "withdrawn");
    assert_eq!(offers_to(&assigned, &far.responder())[0]["status"], "offered", "support stays");
    assert_eq!(asked_for(&assigned, "lead"), [near.responder(), third.responder()]);
    let again = json!({"responder": third.responder(), "as": "support", "reason": "not kept"});
    operator.act(&ticket, "assign", again).await.problem(409);
    let file = operator.file(&ticket).await;
    let notes: Vec<String> = file
        .list("/timeline")
        .iter()
        .filter(|entry| entry["event"] == "noted")
        .map(|entry| entry.text("/data/text"))
        .collect();
    assert_eq!(notes, ["speaks Minnan"], "with the dispatch, or not at all");
}

#[tokio::test]
async fn a_rescuer_cannot_be_assigned_to_lead_and_nobody_to_a_closed_ticket() {
    let (service, operator, _, ticket) = asked_team().await;
    let rescuer = service.log_in("rescuer001").await.responder();
    let lead = json!({"responder": rescuer, "as": "lead"});
    operator.act(&ticket, "assign", lead).await.problem(422);
    let odd = json!({"responder": rescuer, "as": "chief"});
    operator.act(&ticket, "assign", odd).await.problem(422);
    let nobody = json!({"responder": ticket, "as": "lead"});
    operator.act(&ticket, "assign", nobody).await.problem(404);
    operator.act(&ticket, "close", json!({"outcome": "phone"})).await.ok();
    let support = json!({"responder": rescuer, "as": "support"});
    operator.act(&ticket, "assign", support).await.problem(409);
}

#[tokio::test]
async fn assigning_and_accepting_at_once_leave_one_holder_of_the_place() {
    let (service, operator, [near, _], ticket) = asked_team().await;
    let third = service.on_duty("aide03", service.demo.phone(50).north(2_000.0)).await;
    let own = offer_to(&operator, &ticket, &near).await.text("/id");
    let body = json!({"responder": third.responder(), "as": "lead"});
    let (accepted, assigned) =
        tokio::join!(near.step(&own, "accept"), operator.act(&ticket, "assign", body));
    assigned.ok();
    assert!(matches!(accepted.status, 200 | 409), "{accepted:?}");
    let seen = operator.ticket(&ticket).await;
    let active = |offer: &&Value| {
        offer["role"] == "lead" && matches!(offer.text("/status").as_str(), "offered" | "accepted")
    };
    let holders: Vec<&Value> = seen.list("/offers").iter().filter(active).collect();
    assert_eq!(holders.len(), 1, "{seen:#}");
    assert_eq!(holders[0].text("/responder"), third.responder(), "the person decides");
}

#[tokio::test]
async fn who_is_withdrawn_by_hand_is_not_asked_again_by_the_machine() {
    let (service, operator, [near, _], ticket) = asked_team().await;
    let own = offer_to(&operator, &ticket, &near).await.text("/id");
    near.step(&own, "withdraw").await.problem(403);
    assert_eq!(operator.step(&own, "withdraw").await.ok()["status"], "withdrawn");
    let third = service.on_duty("aide03", service.demo.phone(50).north(2_000.0)).await;
    let asked = eventually("the next is asked to lead", async || {
        let asked = asked_for(&operator.ticket(&ticket).await, "lead");
        (asked.len() == 2).then_some(asked)
    });
    assert_eq!(asked.await, [near.responder(), third.responder()]);
    let file = operator.file(&ticket).await;
    let own = file.list("/candidates").iter().find(|c| c["responder"] == near.responder());
    assert_eq!(own.expect("still listed").text("/reason_code"), "withdrawn");
}

#[tokio::test]
async fn closing_withdraws_everybody_and_claims_the_ticket() {
    let (service, operator, [near, far], ticket) = asked_team().await;
    let mut phone = service.live(&near).await;
    let closed = operator.act(&ticket, "close", json!({"outcome": "accidental"})).await.ok();
    assert_eq!(closed.text("/owner"), operator.user.text("/id"));
    assert!(closed.at("/times/answered").is_string());
    for who in [&near, &far] {
        assert_eq!(offers_to(&closed, &who.responder())[0]["status"], "withdrawn");
        assert!(who.get("/v1/me/offers").await.ok().list("/items").is_empty());
    }
    let over = phone.event_on(&ticket, "withdrawn").await;
    assert_eq!(over["ticket"]["senior"], Value::Null, "nothing of the senior any more");
    operator.act(&ticket, "close", json!({"outcome": "phone"})).await.problem(409);

    let reopened = operator.act(&ticket, "reopen", json!({"reason": "she called again"})).await;
    assert_eq!(reopened.ok()["status"], "open");
}

#[tokio::test]
async fn some_outcomes_want_a_fact_with_them() {
    let (_service, operator, _, ticket) = asked_team().await;
    let missing = [
        json!({"outcome": "hospital"}),
        json!({"outcome": "duplicate"}),
        json!({"outcome": "duplicate", "duplicate_of": ticket}),
        json!({"outcome": "no_contact"}),
        json!({"outcome": "deceased", "witness": " "}),
        json!({"outcome": "vanished"}),
        json!({"outcome": "phone", "cause": "boredom"}),
        json!({}),
    ];
    for body in missing {
        operator.act(&ticket, "close", body).await.problem(422);
    }
    let end = json!({"outcome": "no_contact", "witness": "the neighbour saw her at the market"});
    assert_eq!(operator.act(&ticket, "close", end).await.ok()["outcome"], "no_contact");
}

#[tokio::test]
async fn a_ticket_belongs_to_the_operator_who_answered_until_taken_over_with_a_reason() {
    let (service, operator, _, ticket) = asked_team().await;
    let other = service.log_in("operator2").await;
    let answered = operator.act(&ticket, "answer", json!({})).await.ok();
    assert_eq!(answered.text("/owner"), operator.user.text("/id"));
    operator.act(&ticket, "answer", json!({})).await.ok();
    let refused = other.act(&ticket, "answer", json!({})).await.problem(409);
    assert_eq!(refused.text("/current/owner"), operator.user.text("/id"));
    other.act(&ticket, "answer", json!({"take_over": true})).await.problem(422);
    let body = json!({"take_over": true, "reason": "the shift ended"});
    let taken = other.act(&ticket, "answer", body).await.ok();
    assert_eq!(taken.text("/owner"), other.user.text("/id"));
}

#[tokio::test]
async fn a_pin_corrects_the_place_and_the_plan_follows() {
    let (service, operator, _, ticket) = asked_team().await;
    let (lat, lon) = service.demo.phone(50).north(3_000.0);
    let body =
        json!({"lat": lat, "lon": lon, "text": "behind the temple", "reason": "she says so"});
    let placed = operator.act(&ticket, "place", body).await.ok();
    assert_eq!(placed.text("/position/source"), "pin");
    let file = operator.file(&ticket).await;
    assert!(file.number("/candidates/0/eta_s") > 400, "3 km by e-bike: {file:#}");
    operator.act(&ticket, "place", json!({"lat": 91, "lon": 0})).await.problem(422);
}

#[tokio::test]
async fn a_call_opens_a_ticket_by_hand_or_joins_the_open_emergency() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (device, other) = (service.demo.phone(51), service.demo.phone(52));
    let emergency = service.open(&device).await;
    let found = operator.file(&emergency).await;
    let search = json!({"phone": found.text("/senior/phone")});
    let seniors = operator.post("/v1/seniors/search", search).await.ok();
    assert_eq!(seniors.text("/items/0/id"), device.senior);

    let call = |senior: &str| json!({"senior": senior, "channel": "call", "note": "he rang"});
    let joined = operator.post("/v1/tickets", call(&device.senior)).await.ok();
    assert_eq!((joined.text("/id"), &joined["joined"]), (emergency, &json!(true)));
    let opened = operator.post("/v1/tickets", call(&other.senior)).await.ok();
    assert_eq!((opened.text("/kind"), &opened["joined"]), ("call".into(), &json!(false)));
    assert_eq!(opened.text("/senior"), other.senior);
}
