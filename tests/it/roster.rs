//! The roster: changed all or nothing, its gaps seen a day ahead; who did not come; and phones that are
//! asked whether they are there.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::service::{Json, Live, Person, TestService, at, eventually, now_ms};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// One aide is asked for, day and night.
const ONE_AIDE: (&str, &str) =
    ("cover.minimum", r#"[{ from = "00:00", to = "24:00", aides = 1 }]"#);

fn shift(who: &str, from: i64, to: i64) -> Value {
    json!({"responder": who, "from": at(from), "to": at(to)})
}

async fn replace(by: &Person, from: i64, to: i64, shifts: Vec<Value>) -> crate::service::Answer {
    by.put("/v1/roster", json!({"from": at(from), "to": at(to), "shifts": shifts})).await
}

#[tokio::test]
async fn a_roster_with_a_hole_is_kept_and_the_hole_is_said_in_words() {
    let service = TestService::with(&[ONE_AIDE]).await;
    let supervisor = service.log_in("supervisor1").await;
    let aide = service.log_in("aide03").await.responder();
    // Two days from a midnight in Shanghai on.
    let from = (now_ms() + 8 * HOUR_MS).div_euclid(DAY_MS) * DAY_MS - 8 * HOUR_MS + 3 * DAY_MS;
    let to = from + 2 * DAY_MS;
    let shifts = vec![
        shift(&aide, from, from + 19 * HOUR_MS),
        shift(&aide, from + 23 * HOUR_MS, from + 47 * HOUR_MS),
    ];
    let kept = replace(&supervisor, from, to, shifts).await.ok();
    assert_eq!(kept.list("/shifts").len(), 2);
    let gaps = kept.list("/gaps");
    assert_eq!(gaps.len(), 2, "{gaps:#?}");
    assert_eq!(gaps[0].text("/from"), at(from + 19 * HOUR_MS));
    assert_eq!(gaps[0].text("/to"), at(from + 23 * HOUR_MS));
    assert_eq!(gaps[0]["short"], json!({"aides": 1, "rescuers": 0}));
    let words = gaps[0].text("/words");
    assert!(words.contains("19:00 to 23:00: 1 aide missing"), "{words}");
    let cover = kept.list("/cover");
    assert_eq!((cover[0].text("/from"), cover.last().unwrap().text("/to")), (at(from), at(to)));
    assert_eq!(kept.text("/shifts/0/role"), "aide");
    assert!(!kept.text("/shifts/0/name").is_empty());

    let whole = vec![
        shift(&aide, from, from + 24 * HOUR_MS),
        shift(&aide, from + 24 * HOUR_MS, from + 48 * HOUR_MS),
    ];
    assert!(replace(&supervisor, from, to, whole).await.ok().list("/gaps").is_empty());
    let operator = service.log_in("operator1").await;
    let read = operator.get(&format!("/v1/roster?from={}&to={}", at(from), at(to))).await.ok();
    assert_eq!(read.list("/shifts").len(), 2);
    assert_eq!(read.text("/time_zone"), "Asia/Shanghai");
    let by_default = operator.get("/v1/roster").await.ok();
    assert!(by_default.text("/from").contains("T16:00:00.000Z"), "a week from today's midnight");
}

#[tokio::test]
async fn every_bad_entry_is_named_and_nothing_is_changed() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let [one, two] = [3, 4].map(|n| format!("aide{n:02}"));
    let one = service.log_in(&one).await.responder();
    let two = service.log_in(&two).await.responder();
    let from = now_ms() + 5 * DAY_MS;
    let to = from + 3 * DAY_MS;
    // It reaches into the span and stays.
    let night = shift(&two, from - 6 * HOUR_MS, from + 6 * HOUR_MS);
    supervisor.post("/v1/roster/shifts", night).await.ok();
    let good = shift(&one, from + HOUR_MS, from + 9 * HOUR_MS);
    replace(&supervisor, from, to, vec![good.clone()]).await.ok();

    let bad = vec![
        good.clone(),
        shift(&one, from + 8 * HOUR_MS, from + 12 * HOUR_MS),
        shift(&one, from + 20 * HOUR_MS, from + 20 * HOUR_MS),
        shift(&one, from + 20 * HOUR_MS, from + 45 * HOUR_MS),
        shift(&one, from + 80 * HOUR_MS, from + 81 * HOUR_MS),
        shift("018bcfe5-6800-7000-8000-000000000003", from, from + HOUR_MS),
        shift(&two, from + 5 * HOUR_MS, from + 10 * HOUR_MS),
    ];
    let said = replace(&supervisor, from, to, bad).await.problem(422).text("/detail");
    for part in [
        "shifts[1]: responder ",
        "has another shift then",
        "(shifts[0])",
        "shifts[2]: to: has to be after",
        "shifts[3]: it is longer than 24 hours",
        "shifts[4]: from: has to be within",
        "shifts[5]: responder: there is none of this id",
        "shifts[6]: responder ",
        "which stays",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.contains(&one) && said.contains(&two), "who: {said}");
    let unreadable = json!({"responder": "nobody", "from": "soon", "to": "later"});
    let said = replace(&supervisor, from, to, vec![unreadable]).await.problem(422).text("/detail");
    assert!(said.contains("shifts[0]: responder: not an id"), "{said}");
    for (from, to, word) in [(to, from, "after"), (from, from + 63 * DAY_MS, "62 days")] {
        let said = replace(&supervisor, from, to, Vec::new()).await.problem(422).text("/detail");
        assert!(said.contains(word), "{said}");
    }
    let many = (0..5_001).map(|_| good.clone()).collect();
    let said = replace(&supervisor, from, to, many).await.problem(422).text("/detail");
    assert!(said.contains("at most 5000"), "{said}");

    let read = supervisor.get(&format!("/v1/roster?from={}&to={}", at(from), at(to))).await.ok();
    let known: Vec<String> = read.list("/shifts").iter().map(|it| it.text("/responder")).collect();
    assert_eq!(known, [two, one], "as before");
}

#[tokio::test]
async fn one_shift_is_added_once_refused_where_it_overlaps_and_taken_out() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let who = service.log_in("rescuer004").await.responder();
    let from = now_ms() + DAY_MS;
    let wanted = shift(&who, from, from + 8 * HOUR_MS);
    let added = supervisor.post("/v1/roster/shifts", wanted.clone()).await.ok();
    let again = supervisor.post("/v1/roster/shifts", wanted).await.ok();
    assert_eq!(added, again, "a click too many adds nothing");
    let overlapping = shift(&who, from + 7 * HOUR_MS, from + 9 * HOUR_MS);
    let refused = supervisor.post("/v1/roster/shifts", overlapping).await.problem(409);
    assert_eq!(refused["current"], added, "what is in the way");
    assert!(refused.text("/detail").contains("another shift"), "{refused}");

    let path = format!("/v1/roster/shifts/{}", added.text("/id"));
    let operator = service.log_in("operator1").await;
    operator.delete(&path).await.problem(403);
    operator
        .put("/v1/roster", json!({"from": at(from), "to": at(from + 1), "shifts": []}))
        .await
        .problem(403);
    operator.post("/v1/roster/shifts", shift(&who, from, from + 1)).await.problem(403);
    operator.get("/v1/cover").await.ok();
    let aide = service.log_in("aide03").await;
    for path in ["/v1/roster", "/v1/cover"] {
        aide.get(path).await.problem(403);
        service.get(path).await.problem(401);
    }
    supervisor.delete(&path).await.is(204);
    supervisor.delete(&path).await.problem(404);
}

#[tokio::test]
async fn two_supervisors_who_book_one_person_at_once_book_one_shift() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let who = service.log_in("aide03").await.responder();
    let from = now_ms() + DAY_MS;
    let wanted = (0..8).map(|n| shift(&who, from + n * 60_000, from + 8 * HOUR_MS));
    let asked = wanted.map(|body| {
        let supervisor = supervisor.clone();
        async move { supervisor.post("/v1/roster/shifts", body).await.status }
    });
    let mut statuses = futures_util::future::join_all(asked).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

/// Waits for what a feed says of the roster.
async fn cover(feed: &mut Live, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    feed.wait(what, |message| message["type"] == "cover" && is(message)).await
}

#[tokio::test]
async fn a_gap_is_told_a_day_ahead_and_whoever_did_not_come_is_named() {
    let settings = [ONE_AIDE, ("cover.missing_after_s", "1")];
    let mut service = TestService::with(&settings).await;
    let supervisor = service.log_in("supervisor1").await;
    let aide = service.log_in("aide03").await;
    let (who, now) = (aide.responder(), now_ms());
    let mut feed = service.live(&supervisor).await;
    let nobody = cover(&mut feed, "nobody is rostered", |it| !it.list("/gaps").is_empty()).await;
    assert_eq!(nobody["gaps"][0]["short"]["aides"], 1);
    let metrics = service.get("/metrics").await.body;
    assert!(metrics.contains("silverbell_cover_gaps{district=\"longwen\"} 1"), "{metrics}");

    // Covered but for an hour some hours from now; what lies beyond a day is not told.
    let shifts = vec![
        shift(&who, now - 60_000, now + 10 * HOUR_MS),
        shift(&who, now + 11 * HOUR_MS, now + 30 * HOUR_MS),
    ];
    replace(&supervisor, now - HOUR_MS, now + 2 * DAY_MS, shifts).await.ok();
    let now_cover = supervisor.get("/v1/cover").await.ok();
    assert_eq!(now_cover.list("/gaps").len(), 1, "{now_cover:#}");
    assert_eq!(now_cover.text("/gaps/0/from"), at(now + 10 * HOUR_MS));
    assert_eq!(now_cover["rostered"], json!({"aides": 1, "rescuers": 0}));
    assert_eq!(now_cover["on_duty"], json!({"aides": 0, "rescuers": 0}));
    let missing = &now_cover.list("/people")[0];
    assert_eq!((missing.text("/responder"), &missing["missing"]), (who.clone(), &json!(true)));
    assert!(!missing.text("/phone").is_empty(), "somebody has to call");

    // The next look tells both; a restart looks at once.
    service.stop().await;
    service.start_again().await;
    let supervisor = supervisor.at(&service.url);
    let mut feed = service.live(&supervisor).await;
    let is_news = |it: &Value| it.list("/missing").len() == 1 && it.list("/gaps").len() == 1;
    cover(&mut feed, "the gap and who is missing", is_news).await;

    let aide = aide.at(&service.url);
    aide.duty(true).await;
    let here = supervisor.get("/v1/cover").await.ok();
    assert_eq!(here["on_duty"], json!({"aides": 1, "rescuers": 0}));
    assert_eq!(here.list("/people")[0]["missing"], json!(false));
    // An operator's feed tells it, too; an aide's does not.
    let mut phone = service.live(&aide).await;
    phone.settle().await;
    assert!(phone.messages().iter().all(|it| it["type"] != "cover"));
}

#[tokio::test]
async fn who_goes_on_duty_within_a_shift_goes_home_at_its_end_unless_it_is_said_otherwise() {
    let service = TestService::with(&[("dispatch.hold_s", "600")]).await;
    let supervisor = service.log_in("supervisor1").await;
    let device = service.demo.phone(60);
    let operator = service.log_in("operator1").await;
    let now = now_ms();
    // One goes home in two minutes and is six minutes away, the other is not in the roster.
    let far = device.north(1_500.0);
    let aide = service.log_in("aide03").await;
    supervisor
        .post("/v1/roster/shifts", shift(&aide.responder(), now - HOUR_MS, now + 120_000))
        .await
        .ok();
    for name in ["aide03", "aide04"] {
        service.on_duty(name, far).await;
    }
    let ticket = service.open(&device).await;
    let reason = async |who: &str| {
        let file = operator.file(&ticket).await;
        let found = file.list("/candidates").iter().find(|it| it["responder"] == who).cloned();
        found.map(|it| it.text("/reason_code")).unwrap_or_default()
    };
    let who = aide.responder();
    assert_eq!(reason(&who).await, "shift_ends", "by the roster");
    let body = json!({"on_duty": true, "travel": "ebike", "until": at(now + 5 * HOUR_MS)});
    aide.put("/v1/me/duty", body).await.ok();
    assert_ne!(reason(&who).await, "shift_ends", "as said");
}

#[tokio::test]
async fn a_silent_phone_is_probed_and_one_that_does_not_answer_is_out_of_touch_in_the_open() {
    let service = TestService::with(&[("dispatch.position_stale_s", "6")]).await;
    let device = service.demo.phone(60);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide03", device.north(100.0)).await;
    let who = aide.responder();
    let mut phone = service.live(&aide).await;
    let silent_from = tokio::time::Instant::now();
    let probe = phone.wait("a probe", |message| message["type"] == "probe").await;
    assert!(silent_from.elapsed() >= Duration::from_millis(2_500), "not before half the time");
    let lost = |message: &Value, is: bool| {
        message["type"] == "responders"
            && message
                .list("/responders")
                .iter()
                .any(|it| it["id"] == who.as_str() && it["out_of_touch_since"].is_string() == is)
    };
    // Answered: it stays in touch past the time.
    let answer = format!("/v1/me/probes/{}", probe.text("/id"));
    aide.post(&answer, json!({})).await.is(204);
    sleep(Duration::from_secs(4)).await;
    let shown = operator.get("/v1/cover").await.ok();
    assert!(shown.list("/out_of_touch").is_empty(), "{shown:#}");

    // Silent from here on, though the socket stays open and answers its pings.
    let reading = tokio::spawn(async move {
        phone.wait("nothing", |message| message["type"] == "nothing").await;
    });
    let told = feed.wait("out of touch", |message| lost(message, true)).await;
    reading.abort();
    let shown = operator.get("/v1/cover").await.ok();
    assert_eq!(shown.text("/out_of_touch/0/responder"), who);
    assert_eq!(shown["on_duty"], json!({"aides": 0, "rescuers": 0}));
    let since = told.list("/responders")[0].text("/out_of_touch_since");
    assert_eq!(shown.text("/out_of_touch/0/since"), since);
    let ticket = service.open(&device).await;
    let file = operator.file(&ticket).await;
    let candidate = &file.list("/candidates")[0];
    assert_eq!(
        (candidate.text("/responder"), candidate.text("/reason_code")),
        (who.clone(), "stale".into())
    );
    assert!(candidate.number("/reason_value") >= 6, "{candidate:#}");

    // A call brings it back.
    let snapshot_before = feed.messages().len();
    aide.is_at(device.north(100.0)).await;
    eventually("in touch again", async || {
        let shown = operator.get("/v1/cover").await.ok();
        shown.list("/out_of_touch").is_empty().then_some(())
    })
    .await;
    feed.settle().await;
    let back = feed.messages()[snapshot_before..].iter().any(|message| lost(message, false));
    assert!(back, "operators are told that it is back");
}

#[tokio::test]
async fn a_roster_is_imported_from_a_list_beside_a_running_service() {
    let service = TestService::with(&[ONE_AIDE]).await;
    let supervisor = service.log_in("supervisor1").await;
    let id = service.log_in("aide04").await.responder();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roster.csv");
    let import = async |text: String| {
        std::fs::write(&file, text).unwrap();
        let path = file.to_str().unwrap().to_owned();
        let variables =
            [("SILVERBELL_COVER_MINIMUM", r#"[{ from = "00:00", to = "24:00", aides = 1 }]"#)];
        service.run_with(&["roster", "import", &path], &variables, "").await
    };
    // With the mark that spreadsheets put in front, over a month's end.
    let list = format!(
        "\u{feff}responder,from,to\naide03,2031-01-31 07:00,2031-01-31T19:00\n{id}, 2031-01-31T19:00,2031-02-01 07:00\naide03,2031-02-01T07:00,2031-02-01T16:00\n"
    );
    let said = import(list.clone()).await.said();
    assert!(said.contains("2031-01-31 00:00 to 2031-02-02 00:00: 3 shifts"), "{said}");
    assert!(said.contains("2031-01-31 00:00 to 07:00: 1 aide missing"), "{said}");
    assert!(said.contains("2031-02-01 16:00 to 2031-02-02 00:00: 1 aide missing"), "{said}");
    assert!(import(list).await.said().contains("3 shifts"), "once more changes nothing");
    let path = "/v1/roster?from=2031-01-30T16:00:00Z&to=2031-02-01T16:00:00Z";
    assert_eq!(supervisor.get(path).await.ok().list("/shifts").len(), 3);

    let bad = "responder,from,to\nnobody,2031-01-31,2031-02-01\naide03,soon,later\naide03\n";
    let said = import(bad.into()).await.refused();
    for part in
        ["nothing was changed", "line 2: \"nobody\"", "line 3: \"soon\"", "line 4: 1 fields"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let twice = "responder,from,to\naide03,2031-01-31T07:00,2031-01-31T19:00\naide03,2031-01-31T18:00,2031-01-31T20:00\n";
    let said = import(twice.into()).await.refused();
    assert!(said.contains("line 3: responder") && said.contains("(line 2)"), "{said}");
    assert!(import("responder,from,to\n".into()).await.refused().contains("empty"));
    assert_eq!(supervisor.get(path).await.ok().list("/shifts").len(), 3, "as before");
}

#[tokio::test]
async fn a_rescuer_without_a_page_is_asked_by_text_in_the_own_hours_and_at_no_other_time() {
    let (service, _gateway, url) = crate::telling::start(&[]).await;
    let device = service.demo.phone(63);
    let operator = service.log_in("operator1").await;
    let supervisor = service.log_in("supervisor1").await;
    let rescuer = service.log_in("rescuer001").await;
    let who = rescuer.responder();
    let add = |from: i64, to: i64| supervisor.post("/v1/roster/shifts", shift(&who, from, to));
    let is_on_call = async || {
        let cover = operator.get("/v1/cover").await.ok();
        assert_eq!(cover.list("/out_of_touch").len(), 0);
        cover.list("/people").iter().any(|it| it["responder"] == *who && it["on_duty"] == true)
    };
    // Tomorrow's shift puts nobody on call today.
    add(now_ms() + DAY_MS, now_ms() + DAY_MS + HOUR_MS).await.ok();
    add(now_ms(), now_ms() + HOUR_MS).await.ok();
    assert!(is_on_call().await, "at once");

    let ticket = service.open(&device).await;
    let told = eventually("asked by text, and accepts by a key", async || {
        let seen = operator.ticket(&ticket).await;
        let accepted = seen["offers"].as_array()?.iter().find(|it| it["status"] == "accepted")?;
        Some(accepted.text("/responder"))
    })
    .await;
    assert_eq!(told, who);
    let came = crate::messages::messages(&url).await;
    assert!(came.iter().any(|it| it["body"].text("/text").contains("/o#")), "the link");

    // Going home is a person's own word, and the roster does not take it back.
    rescuer.put("/v1/me/duty", json!({"on_duty": false})).await.ok();
    assert!(!is_on_call().await);
}
