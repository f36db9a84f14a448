//! Reports of the past, over the wire.

use serde_json::{Value, json};

use crate::service::{Json, TestService, now_ms};

fn rfc3339(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).unwrap().to_string()
}

fn path(from_ms: i64, to_ms: i64, rest: &str) -> String {
    let (from, to) = (rfc3339(from_ms), rfc3339(to_ms));
    format!("/v1/reports/response-times?from={from}&to={to}{rest}")
}

/// A time of a ticket, milliseconds.
fn ms(ticket: &Value, name: &str) -> i64 {
    let at: jiff::Timestamp = ticket["times"][name].as_str().unwrap().parse().unwrap();
    at.as_millisecond()
}

#[tokio::test]
async fn how_fast_help_was_is_told_from_the_times_of_the_tickets() {
    let service = TestService::start().await;
    let (device, second) = (service.demo.phone(60), service.demo.phone(61));
    let operator = service.log_in("operator1").await;
    let supervisor = service.log_in("supervisor1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;

    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    operator.act(&ticket, "answer", json!({})).await.ok();
    for step in ["accept", "on-scene", "done"] {
        aide.step(&offer, step).await.ok();
    }
    operator.act(&ticket, "close", json!({"outcome": "helped"})).await.ok();
    let test = service.open(&second).await;
    operator.act(&test, "close", json!({"outcome": "test"})).await.ok();

    let told = operator.file(&ticket).await["ticket"].clone();
    let took = |from: &str, to: &str| (ms(&told, to) - ms(&told, from)) as f64 / 1_000.0;
    let span = (now_ms() - 3_600_000, now_ms() + 60_000);
    let report = supervisor.get(&path(span.0, span.1, "")).await.ok();
    let total = &report["total"];
    assert_eq!(total.number("/count"), 1, "a test is left out: {report:#}");
    for (phase, from, to) in [
        ("answer", "received", "answered"),
        ("offer", "received", "first_offered"),
        ("accept", "first_offered", "accepted"),
        ("arrive", "first_offered", "on_scene"),
        ("close", "received", "closed"),
    ] {
        let shown = &total["phases"][phase];
        assert_eq!(shown["n"], 1, "{phase}");
        for part in ["p50_s", "p90_s", "p99_s"] {
            assert_eq!(shown[part].as_f64(), Some(took(from, to).max(0.0)), "{phase} {part}");
        }
    }
    assert_eq!(total["within"], json!({"10": 1.0, "20": 1.0, "30": 1.0}));

    let keys = async |group: &str| {
        let report = supervisor.get(&path(span.0, span.1, &format!("&group={group}"))).await.ok();
        let groups = report.list("/groups").iter();
        groups.map(|it| (it.text("/key"), it.number("/count"))).collect::<Vec<_>>()
    };
    let received = jiff::Timestamp::from_millisecond(ms(&told, "received")).unwrap();
    let local = received.in_tz("Asia/Shanghai").unwrap();
    assert_eq!(keys("day").await, [(local.strftime("%Y-%m-%d").to_string(), 1)]);
    assert_eq!(keys("hour").await, [(local.strftime("%Y-%m-%dT%H:00").to_string(), 1)]);
    assert_eq!(keys("responder").await, [(aide.responder(), 1)]);
    assert_eq!(keys("ring").await, [(told["ring_min"].to_string(), 1)]);

    // `from` is included, `to` is not.
    let received = ms(&told, "received");
    let count =
        async |from, to| supervisor.get(&path(from, to, "")).await.ok().number("/total/count");
    assert_eq!(count(received, received + 1).await, 1);
    assert_eq!(count(received - 1_000, received).await, 0);
    let empty = supervisor.get(&path(0, 86_400_000, "")).await.ok();
    assert_eq!(
        empty["total"]["phases"]["answer"],
        json!({"n": 0, "p50_s": null, "p90_s": null, "p99_s": null})
    );
    assert_eq!(
        (empty["total"]["within"]["10"].clone(), empty["groups"].clone()),
        (json!(null), json!([]))
    );

    let request = supervisor.request(reqwest::Method::GET, &path(span.0, span.1, "&group=ring"));
    let table = request.header("accept", "text/csv").send().await.unwrap();
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let table = table.text().await.unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("key,count,answer_n,answer_p50_s,"), "{table}");
    assert!(lines[1].starts_with("total,1,1,") && lines[1].ends_with(",1,1,1"), "{table}");
    assert_eq!(lines.len(), 3, "{table}");
}

#[tokio::test]
async fn a_span_that_is_none_or_too_long_is_refused_in_words() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let (day, now) = (86_400_000, now_ms());
    for (from, to, rest, word) in [
        (now, now, "", "after"),
        (now, now - day, "", "after"),
        (now - 401 * day, now, "", "400 days"),
        (now - 32 * day, now, "&group=hour", "31 days"),
        (now - day, now, "&group=moon", "group"),
    ] {
        let told = supervisor.get(&path(from, to, rest)).await.problem(422);
        assert!(told.text("/detail").contains(word), "{told:#}");
    }
    supervisor.get(&path(now - 400 * day, now, "&group=responder")).await.ok();
    let bad = "/v1/reports/response-times?from=yesterday&to=2026-11-22T00:00:00Z";
    assert!(supervisor.get(bad).await.problem(422).text("/detail").contains("from"));
    supervisor.get("/v1/reports/response-times").await.problem(400);
    supervisor.get(&path(now - day, now, "&district=nowhere")).await.problem(403);
    let operator = service.log_in("operator1").await;
    operator.get(&path(now - day, now, "")).await.problem(403);
    service.get(&path(now - day, now, "")).await.problem(401);
}

#[tokio::test]
async fn each_measure_is_defined_once_and_every_figure_opens_its_tickets() {
    let service = TestService::start().await;
    let (device, second) = (service.demo.phone(60), service.demo.phone(61));
    let operator = service.log_in("operator1").await;
    let supervisor = service.log_in("supervisor1").await;
    let defined = operator.get("/v1/measures").await.ok();
    let defined: Vec<Value> = defined.as_array().unwrap().clone();
    let promise = defined.iter().find(|it| it["key"] == "on_scene_30min").expect("the promise");
    assert_eq!((promise.text("/from"), promise.number("/within_s")), ("received".into(), 1_800));
    assert_eq!(promise["to"], "on_scene", "from receiving to the door");

    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let attended = service.open(&device).await;
    let offer = phone.offer_on(&attended).await.text("/offer/id");
    operator.act(&attended, "answer", json!({})).await.ok();
    for step in ["accept", "on-scene", "done"] {
        aide.step(&offer, step).await.ok();
    }
    operator.act(&attended, "close", json!({"outcome": "helped"})).await.ok();
    let waiting = service.open(&second).await;

    let (from, to) = (rfc3339(now_ms() - 3_600_000), rfc3339(now_ms() + 60_000));
    let span = format!("from={from}&to={to}");
    let told = supervisor.get(&format!("/v1/reports/measures?{span}")).await.ok();
    let told = told.as_array().unwrap();
    let keys = |of: &[Value]| of.iter().map(|it| it.text("/key")).collect::<Vec<_>>();
    assert_eq!(keys(told), keys(&defined), "the report has what is defined, in its order");
    let of = |key: &str| told.iter().find(|it| it["key"] == key).unwrap().clone();
    let counts = |it: &Value| ["/inside", "/outside", "/pending"].map(|part| it.number(part));
    let answered = of("answered_60s");
    assert_eq!(counts(&answered), [1, 0, 1], "one still rings: {answered:#}");
    assert_eq!((&answered["share"], &answered["met"]), (&json!(1.0), &json!(true)));
    assert_eq!(counts(&of("called_back_24h")), [0, 0, 1], "the call back is not due yet");
    assert_eq!(of("called_back_24h")["share"], Value::Null);

    let behind = async |key: &str, side: &str| {
        let path = format!("/v1/reports/measures/{key}/tickets?{span}&side={side}");
        let list = supervisor.get(&path).await.ok();
        let list = list.list("/tickets").iter();
        list.map(|it| it.text("/ticket")).collect::<Vec<_>>()
    };
    assert_eq!(behind("answered_60s", "inside").await, std::slice::from_ref(&attended));
    assert_eq!(behind("answered_60s", "pending").await, [waiting]);
    assert_eq!(behind("on_scene_30min", "outside").await, Vec::<String>::new());
    assert_eq!(behind("on_scene_30min", "inside").await, [attended]);

    let path = format!("/v1/reports/measures/answered_60s/tickets?{span}&side=left");
    supervisor.get(&path).await.problem(422);
    supervisor.get(&format!("/v1/reports/measures/luck/tickets?{span}")).await.problem(404);
    let reversed = format!("/v1/reports/measures?from={to}&to={from}");
    supervisor.get(&reversed).await.problem(422);
    let endless = format!("/v1/reports/measures?from=1990-01-01T00:00:00Z&to={to}");
    supervisor.get(&endless).await.problem(422);
    operator.get(&format!("/v1/reports/measures?{span}")).await.problem(403);
    service.get("/v1/measures").await.problem(401);
}

#[tokio::test]
async fn what_reports_count_is_defined_and_opens_its_tickets_group_by_group() {
    let service = TestService::start().await;
    let (device, second) = (service.demo.phone(60), service.demo.phone(61));
    let operator = service.log_in("operator1").await;
    let supervisor = service.log_in("supervisor1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let helped = service.open(&device).await;
    let offer = phone.offer_on(&helped).await.text("/offer/id");
    operator.act(&helped, "answer", json!({})).await.ok();
    for step in ["accept", "on-scene", "done"] {
        aide.step(&offer, step).await.ok();
    }
    operator.act(&helped, "close", json!({"outcome": "helped"})).await.ok();
    let pressed = service.open(&second).await;
    operator.act(&pressed, "answer", json!({})).await.ok();
    operator.act(&pressed, "close", json!({"outcome": "accidental"})).await.ok();

    let (from, to) = (rfc3339(now_ms() - 3_600_000), rfc3339(now_ms() + 60_000));
    let span = format!("from={from}&to={to}");
    let summary = supervisor.get(&format!("/v1/reports/summary?{span}&by=responder")).await.ok();
    let behind = async |key: &str, rest: &str| {
        let path = format!("/v1/reports/figures/{key}/tickets?{span}{rest}");
        let told = supervisor.get(&path).await.ok();
        let tickets: Vec<_> = told.list("/tickets").iter().map(|it| it.text("/ticket")).collect();
        assert_eq!(told["count"], tickets.len(), "{told:#}");
        tickets
    };
    let defined = operator.get("/v1/figures").await.ok();
    for figure in defined.as_array().unwrap() {
        let key = figure.text("/key");
        assert!(!figure.text("/counts").is_empty());
        let counted = match figure.text("/unit").as_str() {
            "tickets" => summary["total"][&key].as_i64(),
            "offers" => summary["total"]["offers"][key.trim_start_matches("offers_")].as_i64(),
            _ => None,
        };
        let path = format!("/v1/reports/figures/{key}/tickets?{span}");
        if figure["has_tickets"] == false {
            supervisor.get(&path).await.problem(404);
        } else if let Some(counted) = counted {
            // Here nobody was asked twice for one ticket, so tickets and offers are as many.
            assert_eq!(supervisor.get(&path).await.ok()["count"], counted, "{key}");
        }
    }
    assert_eq!(behind("false_alarms", "").await, std::slice::from_ref(&pressed));
    assert_eq!(behind("tickets", "").await, [pressed.clone(), helped.clone()], "the last first");
    let his = format!("&by=responder&group={}", aide.responder());
    assert_eq!(behind("tickets", &his).await, std::slice::from_ref(&helped));
    assert_eq!(behind("offers_declined", &his).await, Vec::<String>::new());
    assert_eq!(behind("tickets", "&by=village&group=nowhere").await, Vec::<String>::new());

    let path = format!("/v1/reports/measures/on_scene_30min/tickets?{span}&side=inside{his}");
    let list = supervisor.get(&path).await.ok();
    assert_eq!(list["tickets"][0]["ticket"], json!(helped), "of one responder: {list:#}");
    assert!(list["tickets"][0]["took_s"].is_number(), "{list:#}");

    let path = format!("/v1/reports/figures/tickets/tickets?{span}");
    for rest in [
        "&by=village",
        "&group=x",
        "&by=moon&group=x",
        "&by=month&group=2026-13",
        "&by=responder&group=x",
    ] {
        assert!(supervisor.get(&format!("{path}{rest}")).await.problem(422)["detail"].is_string());
    }
    let reversed = format!("/v1/reports/figures/tickets/tickets?from={to}&to={from}");
    supervisor.get(&reversed).await.problem(422);
    supervisor.get(&format!("/v1/reports/figures/luck/tickets?{span}")).await.problem(404);
    operator.get(&path).await.problem(403);
    service.get("/v1/figures").await.problem(401);
}

#[tokio::test]
async fn what_people_wrote_is_no_formula_in_a_table() {
    let service = TestService::start().await;
    let device = service.demo.phone(60);
    let supervisor = service.log_in("supervisor1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    let decline = format!("/v1/offers/{offer}/decline");
    aide.post(&decline, json!({"reason": "长".repeat(201)})).await.problem(422);
    let path = format!("/v1/tickets/{ticket}/notes");
    supervisor.post(&path, json!({"text": "长".repeat(20_001)})).await.problem(422);
    supervisor.post(&path, json!({"text": "长".repeat(20_000)})).await.ok();
    aide.post(&decline, json!({"reason": "长".repeat(200)})).await.ok();

    let path = format!("/v1/responders/{}", aide.responder());
    let file = supervisor.get(&path).await.ok();
    let mut body = json!({"name": "=1+1"});
    for key in ["role", "phone", "lat", "lon", "travel", "sex", "changed_at"] {
        body[key] = file[key].clone();
    }
    supervisor.put(&path, body).await.ok();
    let (from, to) = (rfc3339(now_ms() - 3_600_000), rfc3339(now_ms() + 60_000));
    let path = format!("/v1/reports/summary?from={from}&to={to}&by=responder");
    let request = supervisor.request(reqwest::Method::GET, &path);
    let table = request.header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
    let line = table.lines().find(|line| line.starts_with(&aide.responder())).expect("a line");
    assert!(line.contains(",'=1+1,"), "{line}");
}

#[tokio::test]
async fn certificates_that_end_are_told_before_they_do() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let supervisor = service.log_in("supervisor1").await;
    let list = supervisor.get("/v1/responders").await.ok();
    let (first, second) = (list.list("/items")[0].clone(), list.list("/items")[1].clone());
    let day = |ahead: i64| {
        let at = jiff::Timestamp::from_millisecond(now_ms() + ahead * 86_400_000).unwrap();
        at.in_tz("Asia/Shanghai").unwrap().strftime("%Y-%m-%d").to_string()
    };
    let with = |file: &Value, certificates: Option<Value>| {
        let kept = ["name", "role", "phone", "lat", "lon", "travel", "sex", "changed_at"];
        let mut body = json!({});
        for key in kept {
            body[key] = file[key].clone();
        }
        if let Some(certificates) = certificates {
            body["certificates"] = certificates;
        }
        body
    };
    let path = |file: &Value| format!("/v1/responders/{}", file.text("/id"));
    let certificate = |name: &str, ahead: i64| json!({"name": name, "until": day(ahead)});
    let soon = json!([
        certificate("救护员证", -400),
        certificate("救护员证", 30),
        certificate("驾驶证", 300)
    ]);
    let kept = supervisor.put(&path(&first), with(&first, Some(soon.clone()))).await.ok();
    assert_eq!(kept["certificates"], soon);
    let kept = supervisor.put(&path(&first), with(&kept, None)).await.ok();
    assert_eq!(kept["certificates"], soon, "who says nothing of them loses none");
    let ended = json!([certificate("护理员证", -2)]);
    supervisor.put(&path(&second), with(&second, Some(ended))).await.ok();
    for wrong in [
        json!([{"name": "x", "until": "2026-02-30"}]),
        json!([{"name": " ", "until": "2026-02-03"}]),
    ] {
        supervisor.put(&path(&kept), with(&kept, Some(wrong))).await.problem(422);
    }

    let told = async |rest: &str| {
        let told = supervisor.get(&format!("/v1/reports/certificates{rest}")).await.ok();
        let told = told.as_array().unwrap().iter();
        told.map(|it| (it.text("/name"), it["days_left"].as_i64().unwrap())).collect::<Vec<_>>()
    };
    // Midnight may come in between.
    let near = |told: &[(String, i64)], expected: &[(&str, i64)]| {
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for ((name, left), (expected, days)) in told.iter().zip(expected) {
            assert!(name == expected && (days - 1..=*days).contains(left), "{told:?}");
        }
    };
    near(&told("").await, &[("护理员证", -2), ("救护员证", 30)]);
    near(&told("?within_days=10").await, &[("护理员证", -2)]);
    near(&told("?within_days=400").await, &[("护理员证", -2), ("救护员证", 30), ("驾驶证", 300)]);
    for rest in ["?within_days=-1", "?within_days=401"] {
        supervisor.get(&format!("/v1/reports/certificates{rest}")).await.problem(422);
    }
    supervisor.get("/v1/reports/certificates?within_days=soon").await.problem(400);
    operator.get("/v1/reports/certificates").await.problem(403);
}

#[tokio::test]
async fn a_month_asks_for_causes_and_is_closed_by_a_supervisor_alone() {
    let service = TestService::start().await;
    let device = service.demo.phone(62);
    let (operator, supervisor) =
        (service.log_in("operator1").await, service.log_in("supervisor1").await);
    let ticket = service.open(&device).await;
    let path = format!("/v1/tickets/{ticket}/review");
    let said = |cause: &str, note: Option<&str>| json!({"cause": cause, "note": note});
    assert_eq!(operator.put(&path, said("door", None)).await.status, 403);
    assert_eq!(supervisor.put(&path, said("door", None)).await.status, 409, "it is open");
    operator.act(&ticket, "answer", json!({})).await.ok();
    operator.act(&ticket, "close", json!({"outcome": "phone"})).await.ok();
    assert_eq!(supervisor.put(&path, said("bad luck", None)).await.status, 422);
    assert_eq!(supervisor.put(&path, said("other", Some(" "))).await.status, 422);
    let long = "长".repeat(1_001);
    assert_eq!(supervisor.put(&path, said("door", Some(&long))).await.status, 422);
    supervisor.put(&path, said("door", Some("门禁坏了"))).await.ok();
    let causes = supervisor.get("/v1/review-causes").await.ok();
    assert_eq!(causes[0], "nobody_near");

    let month = "2019-02";
    assert_eq!(operator.get("/v1/reviews?month=2019-02").await.status, 403);
    assert_eq!(supervisor.get("/v1/reviews?month=2019-2").await.status, 422);
    assert_eq!(supervisor.get("/v1/reviews?month=2019-02&district=nowhere").await.status, 403);
    let papers = supervisor.get(&format!("/v1/reviews?month={month}")).await.ok();
    assert_eq!((&papers["missing"], &papers["closed"]), (&json!(0), &Value::Null));
    assert_eq!(papers["from"], "2019-01-31T16:00:00.000Z", "by the district's clock");
    let close = format!("/v1/months/{month}/close");
    assert_eq!(operator.post(&close, json!({})).await.status, 403);
    let closed = supervisor.post(&close, json!({})).await.ok();
    assert_eq!(supervisor.post(&close, json!({})).await.status, 409, "closed already");
    let now = jiff::Timestamp::from_millisecond(now_ms()).unwrap();
    let now = now.to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap()).strftime("%Y-%m");
    let running = supervisor.post(&format!("/v1/months/{now}/close"), json!({})).await;
    assert_eq!(running.status, 409, "it has not ended");
    let listed = supervisor.get("/v1/months").await.ok();
    assert_eq!(listed[0]["sha256"], closed["sha256"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let kept = supervisor.get(&format!("/v1/months/{month}")).await.ok();
    assert_eq!((kept.text("/month"), kept["tickets"].clone()), (month.into(), json!([])));
    assert_eq!(supervisor.get("/v1/months/2019-03").await.status, 404);
    assert_eq!(operator.get("/v1/months").await.status, 403);
}
