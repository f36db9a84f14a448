//! After the door: calls back until it is filed away, the card and its links, a death, and the
//! responders' own SOS.

use serde_json::{Value, json};

use crate::service::{Json, Person, TestService, at, eventually, now_ms};

/// A ticket that an aide is at the door of, and that aide.
async fn at_the_door(service: &TestService, operator: &Person, nth: usize) -> (String, Person) {
    let device = service.demo.phone(nth);
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let ticket = service.open(&device).await;
    let offer = offered(&aide, &ticket).await;
    aide.step(&offer, "accept").await.ok();
    aide.is_at(device.north(1.0)).await;
    aide.step(&offer, "on-scene").await.ok();
    operator.act(&ticket, "answer", json!({})).await.ok();
    (ticket, aide)
}

async fn offered(aide: &Person, ticket: &str) -> String {
    eventually("an offer", async || {
        let offers = aide.get("/v1/me/offers").await.ok();
        let mine = offers.list("/items").iter().find(|it| it["ticket"]["id"] == ticket);
        mine.map(|it| it.text("/offer/id"))
    })
    .await
}

fn events(file: &Value, name: &str) -> Vec<Value> {
    file.list("/timeline").iter().filter(|entry| entry["event"] == name).cloned().collect()
}

#[tokio::test]
async fn who_was_helped_stands_on_the_list_of_calls_until_reached_and_whom_nobody_reaches_is_visited()
 {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (ticket, _) = at_the_door(&service, &operator, 60).await;
    let closed = operator.act(&ticket, "close", json!({"outcome": "helped"})).await.ok();
    assert_eq!(closed["next"], Value::Null);
    assert_eq!(closed.text("/call_back/call"), "first");
    let due = operator.get("/v1/follow-ups").await.ok();
    assert!(due.list("/items").iter().any(|item| item["id"] == ticket.as_str()), "{due:#}");
    for tried in 1..=2 {
        let body = json!({"result": "no_answer"});
        let noted = operator.act(&ticket, "follow-ups", body).await.ok();
        assert_eq!(noted.number("/call_back/tried"), tried);
    }
    let body = json!({"result": "no_answer"});
    let given_up = operator.act(&ticket, "follow-ups", body).await.ok();
    assert_eq!(given_up.text("/call_back/call"), "second");
    let senior = given_up.text("/senior");
    let open = operator.get("/v1/tickets?status=open").await.ok();
    let visit = |it: &&Value| it["kind"] == "wellbeing" && it["senior"] == senior.as_str();
    assert_eq!(open.list("/items").iter().filter(visit).count(), 1);
    let due = operator.get("/v1/follow-ups").await.ok();
    assert!(!due.list("/items").iter().any(|item| item["id"] == ticket.as_str()), "in a week");
}

#[tokio::test]
async fn who_closed_the_ticket_does_not_look_into_the_complaint_about_it() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (ticket, _) = at_the_door(&service, &operator, 61).await;
    let closed = operator.act(&ticket, "close", json!({"outcome": "helped"})).await.ok();
    let body = json!({"result": "reached", "satisfaction": 1, "note": "等太久"});
    operator.act(&ticket, "follow-ups", body).await.ok();
    let open = operator.get("/v1/tickets?status=open").await.ok();
    let senior = closed.text("/senior");
    let is = |it: &&Value| it["kind"] == "complaint" && it["senior"] == senior.as_str();
    let complaint = open.list("/items").iter().find(is).expect("a complaint").clone();
    assert_eq!(complaint.text("/about"), ticket);
    operator.act(&complaint.text("/id"), "answer", json!({})).await.problem(409);
    let other = service.log_in("operator2").await;
    other.act(&complaint.text("/id"), "answer", json!({})).await.ok();
}

#[tokio::test]
async fn a_link_to_the_card_opens_one_ticket_for_a_time_and_every_reading_is_in_the_history() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (ticket, aide) = at_the_door(&service, &operator, 62).await;
    operator.act(&ticket, "notes", json!({"text": "腹痛，意识清楚"})).await.ok();
    let reference = json!({"to": "120", "reference": "ZZ-17", "eta_min": 8});
    operator.act(&ticket, "escalate", reference).await.ok();
    let card = operator.get(&format!("/v1/tickets/{ticket}/card")).await.ok();
    assert_eq!(card.text("/notes/0/text"), "腹痛，意识清楚");
    assert_eq!(card.text("/called/0/reference"), "ZZ-17");
    assert_eq!(card.text("/team/0/status"), "on_scene");
    assert!(!card.text("/address").is_empty() && !card.list("/contacts").is_empty());
    operator.act(&ticket, "card-links", json!({"to": " "})).await.problem(422);
    operator.act(&ticket, "card-links", json!({"to": "120", "valid_min": 1})).await.problem(422);
    let link = operator.act(&ticket, "card-links", json!({"to": "120"})).await.ok();
    let url = link.text("/url");
    let (page, token) = url.split_once('#').expect("a secret behind the #");
    assert!(page.ends_with("/card"), "{page}");
    let read = |token: String| {
        service.post_as_device("/v1/cards/read", "", json!({"token": token}).to_string())
    };
    let seen = read(token.to_owned()).await.ok();
    assert_eq!(seen["number"], card["number"]);
    assert_eq!(seen["expires_at"], link["expires_at"]);
    for wrong in ["", "x", &token[..token.len() - 1], &format!("{token}0"), &ticket] {
        read(wrong.to_owned()).await.problem(404);
    }
    let file = operator.file(&ticket).await;
    let readings = events(&file, "card_read");
    assert_eq!(readings.len(), 1);
    assert_eq!(
        (readings[0].text("/by"), readings[0].text("/data/to")),
        ("outside".into(), "120".into())
    );
    assert_eq!(events(&file, "card_opened").len(), 1);
    assert!(!file.to_string().contains(token.rsplit('.').next().expect("a secret")));
    let hers = aide.get(&format!("/v1/tickets/{ticket}/card")).await;
    hers.problem(403);
    let path = format!("card-links/{}/revoke", link.text("/link"));
    operator.act(&ticket, &path, json!({})).await.ok();
    read(token.to_owned()).await.problem(404);
    assert_eq!(events(&operator.file(&ticket).await, "card_read").len(), 1);
}

#[tokio::test]
async fn who_goes_along_says_where_the_senior_is_and_nobody_else_of_the_aides_does() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (ticket, aide) = at_the_door(&service, &operator, 63).await;
    operator.act(&ticket, "handover", json!({"step": "at_hospital"})).await.problem(422);
    operator.act(&ticket, "handover", json!({"step": "flown"})).await.problem(422);
    let path = format!("/v1/tickets/{ticket}/handover");
    let body = json!({"step": "at_hospital", "hospital": "漳州市医院"});
    let hers = aide.post(&path, body.clone()).await.ok();
    assert_eq!(hers.text("/handover/hospital"), "漳州市医院");
    assert!(hers.list("/cards").is_empty());
    let other = service.log_in("aide02").await;
    other.post(&path, body).await.problem(403);
    let over = json!({"step": "handed_over", "taken_over_by": "急诊 陈医生"});
    let seen = operator.act(&ticket, "handover", over).await.ok();
    assert!(seen["times"]["at_hospital"].is_string() && seen["times"]["handed_over"].is_string());
    assert_eq!(seen.text("/handover/taken_over_by"), "急诊 陈医生");
}

#[tokio::test]
async fn after_a_death_that_two_signed_nobody_calls_or_visits_and_the_devices_are_fetched() {
    let service = TestService::start().await;
    let (one, two) = (service.log_in("operator1").await, service.log_in("operator2").await);
    let (ticket, aide) = at_the_door(&service, &one, 64).await;
    let senior = one.ticket(&ticket).await.text("/senior");
    let visit = json!({"senior": senior, "channel": "call", "kind": "wellbeing"});
    let visit = one.post("/v1/tickets", visit).await.ok().text("/id");
    let death = json!({"confirmed_by": "120", "reference": "林医生 3021"});
    aide.act(&ticket, "death", death.clone()).await.problem(403);
    one.act(&ticket, "death", json!({"confirmed_by": "leader", "reference": "x"}))
        .await
        .problem(422);
    one.act(&ticket, "death/sign", json!({})).await.problem(409);
    one.act(&ticket, "death", death).await.ok();
    one.act(&ticket, "death/sign", json!({})).await.problem(409);
    let closed = json!({"outcome": "deceased", "witness": "王主管"});
    let closed = one.act(&ticket, "close", closed).await.ok();
    assert_eq!(closed["call_back"], Value::Null);
    let signed = two.act(&ticket, "death/sign", json!({})).await.ok();
    assert!(signed["death"]["signed_at"].is_string());
    eventually("the visit ends", async || {
        let ended = one.ticket(&visit).await;
        (ended["outcome"] == "deceased").then_some(())
    })
    .await;
    eventually("the devices are fetched", async || {
        let open = one.get("/v1/tickets?status=open").await.ok();
        let is = |it: &&Value| {
            it["kind"] == "equipment"
                && it["devices"][0]["senior"] == senior.as_str()
                && it["devices"][0]["trouble"] == "recover"
        };
        open.list("/items").iter().any(|it| is(&it)).then_some(())
    })
    .await;
    // Somebody else presses the key: never refused, and said.
    let again = service.press(&service.demo.phone(64), "again").await.text("/ticket");
    let pressed = one.ticket(&again).await;
    assert!(pressed.list("/flags").iter().any(|flag| flag == "deceased"), "{pressed:#}");
    let path = format!("/v1/seniors/{senior}/alive");
    one.post(&path, json!({})).await.problem(403);
    let supervisor = service.log_in("supervisor1").await;
    let alive = supervisor.post(&path, json!({})).await.ok();
    assert_eq!(alive["plan"]["died_at"], Value::Null);
    assert_eq!(one.ticket(&ticket).await["death"], Value::Null);
    let open = one.get("/v1/tickets?status=open").await.ok();
    let fetched = |it: &Value| it["devices"].as_array().is_some_and(|all| !all.is_empty());
    assert!(!open.list("/items").iter().any(fetched), "nobody takes a living person's pendant");
}

#[tokio::test]
async fn an_aides_own_sos_is_an_sos_and_pressed_again_it_joins() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let place = service.demo.phone(65).north(0.0);
    let (one, two) =
        (service.on_duty("aide01", place).await, service.on_duty("aide02", place).await);
    let (lat, lon) = place;
    let (first, again) = tokio::join!(
        one.post("/v1/me/sos", json!({"lat": lat, "lon": lon})),
        one.post("/v1/me/sos", json!({}))
    );
    let (first, again) = (first.ok(), again.ok());
    assert_eq!(first["id"], again["id"], "one at a time");
    assert_eq!((first.number("/urgency"), first.text("/kind")), (1, "sos".into()));
    assert_eq!(first.text("/in_distress"), one.responder());
    let id = first.text("/id");
    let asked = |m: &Value| m["event"] == "offered" && m["ticket"]["id"] == id.as_str();
    let offered = feed.wait("somebody goes", asked).await;
    assert_eq!(offered.text("/ticket/offers/0/responder"), two.responder());
    let file = operator.file(&id).await;
    let own =
        file.list("/candidates").iter().find(|it| it["responder"] == one.responder().as_str());
    assert_eq!(own.expect("considered")["reason_code"], "in_distress");
    operator.post("/v1/me/sos", json!({})).await.problem(403);
    operator.act(&id, "close", json!({"outcome": "helped"})).await.ok();
    let anew = one.post_once("/v1/me/sos", "key-1", json!({})).await.ok();
    assert_ne!(anew["id"], first["id"]);
    let id = anew.text("/id");
    one.is_at((lat + 0.01, lon)).await;
    let moved = |m: &Value| m["event"] == "located" && m["ticket"]["id"] == id.as_str();
    feed.wait("the team follows the phone", moved).await;
    operator.act(&id, "close", json!({"outcome": "helped"})).await.ok();
    let again = one.post_once("/v1/me/sos", "key-1", json!({})).await.ok();
    assert_eq!(again["id"], anew["id"], "resent, and not pressed again");
}

#[tokio::test]
async fn behind_a_door_a_word_is_due_and_without_one_the_owner_is_told() {
    let service = TestService::with(&[("safety.word_every_s", "1")]).await;
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let (ticket, aide) = at_the_door(&service, &operator, 66).await;
    let is = |m: &Value| m["event"] == "safety_missed" && m["ticket"]["id"] == ticket.as_str();
    feed.wait("no word", is).await;
    let told = |m: &Value| m["event"] == "chased" && m["ticket"]["id"] == ticket.as_str();
    feed.wait("the owner is told", told).await;
    let offer = operator.ticket(&ticket).await.text("/offers/0/id");
    let path = format!("/v1/offers/{offer}/safe");
    aide.post(&path, json!({"minutes": 999})).await.problem(422);
    let given = aide.post(&path, json!({"minutes": 60})).await.ok();
    assert_eq!(given["word_missed_at"], Value::Null);
    let other = service.log_in("aide02").await;
    other.post(&path, json!({})).await.problem(403);
}

#[tokio::test]
async fn who_goes_in_alone_where_it_is_dangerous_is_not_stopped_and_somebody_knows() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let senior = service.demo.phone(67).senior;
    let plan = json!({"hazards": ["dog", "violence"]});
    operator.put(&format!("/v1/seniors/{senior}/plan"), plan).await.ok();
    let wrong = json!({"hazards": ["tiger"]});
    operator.put(&format!("/v1/seniors/{senior}/plan"), wrong).await.problem(422);
    let (ticket, aide) = at_the_door(&service, &operator, 67).await;
    let offer = operator.ticket(&ticket).await.text("/offers/0/id");
    let file = aide.get(&format!("/v1/offers/{offer}")).await.ok();
    assert!(file.list("/waits_for").iter().any(|why| why == "danger"), "{file:#}");
    aide.step(&offer, "with-senior").await.ok();
    let file = operator.file(&ticket).await;
    assert_eq!(events(&file, "entered_alone").len(), 1);
    assert!(events(&file, "chased").iter().any(|it| it["data"]["why"] == "entered_alone"));
}

#[tokio::test]
async fn tickets_are_found_by_number_by_name_and_by_telephone() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(68)).await;
    let file = operator.file(&ticket).await;
    let by = [
        file["ticket"]["number"].to_string(),
        file.text("/senior/name"),
        file.text("/senior/phone"),
    ];
    for q in by {
        let found = operator.post("/v1/tickets/search", json!({"q": q})).await.ok();
        let ids: Vec<_> = found.list("/items").iter().map(|it| it.text("/id")).collect();
        assert!(ids.contains(&ticket), "{q}: {ids:?}");
    }
    let closed = operator.post("/v1/tickets/search", json!({"q": "1", "status": "closed"})).await;
    assert!(closed.ok().list("/items").is_empty());
    operator.post("/v1/tickets/search", json!({"q": ""})).await.problem(422);
    let aide = service.log_in("aide01").await;
    aide.post("/v1/tickets/search", json!({"q": "1"})).await.problem(403);
}

#[tokio::test]
async fn in_a_typhoon_whoever_rides_is_reckoned_on_foot_until_it_is_over_also_after_a_restart() {
    let mut service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(69);
    let aide = service.on_duty("aide01", device.north(1_000.0)).await;
    aide.put("/v1/me/duty", json!({"on_duty": true, "travel": "ebike"})).await.ok();
    let ticket = service.open(&device).await;
    let eta_s = async |operator: &Person| {
        let file = operator.file(&ticket).await;
        let all = file.list("/candidates");
        let own = all.iter().find(|it| it["responder"] == aide.responder().as_str());
        own.map_or(0, |it| it.number("/eta_s"))
    };
    let riding = eta_s(&operator).await;
    let district = operator.user.text("/districts/0");
    let path = format!("/v1/districts/{district}/weather");
    let until = at(now_ms() + 6 * 3_600_000);
    let said =
        |stops: &[&str], until: &str| json!({"stops": stops, "until": until, "note": "台风"});
    for wrong in [said(&["walk"], &until), said(&["ebike"], "2020-01-01T00:00:00Z")] {
        operator.put(&path, wrong).await.problem(422);
    }
    aide.put(&path, said(&[], "")).await.problem(403);
    operator.put(&path, said(&["ebike"], &until)).await.ok();
    let walking = eventually("on foot", async || {
        let now_s = eta_s(&operator).await;
        (now_s > riding * 2).then_some(now_s)
    })
    .await;
    service.kill().await;
    service.start_again().await;
    let operator = service.log_in("operator1").await;
    aide.at(&service.url).is_at(device.north(1_000.0)).await;
    assert_eq!(eta_s(&operator).await, walking);
    operator.put(&path, said(&[], "")).await.ok();
    assert_eq!(eta_s(&operator).await, riding);
}
