//! The telephone: who calls is shown before anybody answers, and whoever reached nobody is called
//! back. An exchange of the tests' own plays what a real one said.

use serde_json::{Value, json};

use crate::service::{
    ExchangeLine, Json, Live, Person, TestExchange, TestService, eventually, exchange_value,
    now_ms, offers_to,
};

/// A call from outside that begins, as Asterisk tells it.
fn rings(number: &str, call: &str) -> String {
    format!(
        "Event: Newchannel\nChannel: PJSIP/trunk-{call}\nChannelState: 4\nChannelStateDesc: Ring\n\
         CallerIDNum: {number}\nCallerIDName: <unknown>\nContext: from-trunk\nExten: 12349\n\
         Uniqueid: {call}\nLinkedid: {call}\n\n"
    )
}

/// The caller hangs up before anybody answered.
fn hangs_up(call: &str) -> String {
    format!(
        "Event: HangupRequest\nChannel: PJSIP/trunk-{call}\nUniqueid: {call}\nLinkedid: {call}\nCause: 16\n\n\
         Event: Hangup\nChannel: PJSIP/trunk-{call}\nUniqueid: {call}\nLinkedid: {call}\nCause: 127\n\n"
    )
}

async fn start() -> (TestService, ExchangeLine) {
    let (service, exchange, line) = start_with(&[]).await;
    // The exchange lives as long as the process of the tests.
    std::mem::forget(exchange);
    (service, line)
}

async fn start_with(more: &[(&str, &str)]) -> (TestService, TestExchange, ExchangeLine) {
    let mut exchange = TestExchange::start().await;
    let settings = exchange.settings();
    let settings = settings.iter().map(|(key, value)| (*key, value.as_str()));
    let settings: Vec<(&str, &str)> = settings.chain(more.iter().copied()).collect();
    let service = TestService::with(&settings).await;
    let line = exchange.line().await;
    (service, exchange, line)
}

/// Waits until a senior's last calls are as awaited, and returns them.
async fn calls_of(
    operator: &Person,
    senior: &str,
    what: &str,
    are: impl Fn(&[Value]) -> bool,
) -> Vec<Value> {
    eventually(what, async || {
        let said = operator.get(&format!("/v1/calls?senior={senior}")).await.ok();
        let calls = said.list("/items").to_vec();
        are(&calls).then_some(calls)
    })
    .await
}

async fn open_tickets(operator: &Person) -> Vec<Value> {
    operator.get("/v1/tickets").await.ok().list("/items").to_vec()
}

/// What the history of a ticket says of calls: each call's identity and how it ended.
async fn called(operator: &Person, ticket: &str) -> Vec<(String, Value)> {
    let file = operator.file(ticket).await;
    let called = file.list("/timeline").iter().filter(|entry| entry["event"] == "called");
    called.map(|entry| (entry.text("/data/call"), entry["data"]["result"].clone())).collect()
}

/// Waits until operators are told of a call that is as awaited, and returns it.
async fn call(live: &mut Live, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let told = |message: &Value| {
        let calls = message["calls"].as_array()?;
        calls.iter().find(|call| is(call)).cloned()
    };
    let message = live.wait(what, |message| told(message).is_some()).await;
    told(&message).unwrap()
}

async fn phone_of(operator: &Person, senior: &str) -> String {
    operator.get(&format!("/v1/seniors/{senior}")).await.ok().text("/senior/phone")
}

#[tokio::test]
async fn who_calls_is_shown_before_anybody_answers_however_the_number_is_written() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let senior = service.demo.phone(11).senior;
    let phone = phone_of(&operator, &senior).await;
    let mut before = Vec::new();
    // The demo's numbers are nobody's; how real ones are written is tested where they are read.
    for written in [phone.clone(), format!("+86{phone}"), format!("0086{phone}")] {
        let name = format!("17{}.1", before.len());
        line.play(&rings(&written, &name));
        let is_new = |call: &Value| !before.contains(&call.text("/id"));
        let shown = call(&mut live, &written, |it| it["state"] == "ringing" && is_new(it)).await;
        assert_eq!(shown.text("/seniors/0/id"), senior, "{written}");
        assert_eq!((shown.text("/number"), shown.text("/direction")), (phone.clone(), "in".into()));
        before.push(shown.text("/id"));
        line.play(&hangs_up(&name));
    }
}

#[tokio::test]
async fn an_abandoned_call_of_a_senior_opens_one_call_back() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let senior = service.demo.phone(12).senior;
    let phone = phone_of(&operator, &senior).await;
    line.play(&rings(&phone, "21.1"));
    line.play(&hangs_up("21.1"));
    let opened = live.event("ticket_opened").await;
    assert_eq!(opened.text("/ticket/kind"), "callback");
    assert_eq!(opened.text("/ticket/senior"), senior);
    line.play(&rings(&phone, "21.2"));
    line.play(&hangs_up("21.2"));
    let ticket = opened.text("/ticket/id");
    eventually("both calls are on the ticket", async || {
        let said = operator.get(&format!("/v1/calls?senior={senior}")).await.ok();
        let both = said.list("/items").iter();
        let both = both.filter(|it| it["result"] == "abandoned" && it["ticket"] == ticket.as_str());
        (both.count() == 2).then_some(())
    })
    .await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1, "{open:#}");

    let supervisor = service.log_in("supervisor1").await;
    let at = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap();
    let (from, to) = (at(now_ms() - 3_600_000), at(now_ms() + 60_000));
    let path = format!("/v1/reports/calls?from={from}&to={to}");
    let report = supervisor.get(&path).await.ok();
    assert_eq!(
        (&report["incoming"], &report["missed"], &report["lost"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert_eq!((&report["answered_15s"], &report["grades"]), (&json!(0.0), &Value::Null));
    assert!(!report.to_string().contains(&phone), "a number is nobody's figure");
    operator.get(&path).await.problem(403);
    supervisor.get(&format!("/v1/reports/calls?from={to}&to={from}")).await.problem(422);
    let quality = format!("/v1/calls/{}/quality", report.text("/missed_calls/0/call"));
    let grades = json!({"opening": 5, "listening": 5, "questions": 5, "action": 5, "closing": 5});
    supervisor.put(&quality, grades.clone()).await.problem(409);
    operator.put(&quality, grades).await.problem(403);
    supervisor.put(&quality, json!({"opening": 5})).await.problem(422);
}

#[tokio::test]
async fn whoever_calls_over_a_carriers_prefix_and_hangs_up_is_called_back() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let senior = service.demo.phone(14).senior;
    let phone = phone_of(&operator, &senior).await;
    line.play(&rings(&format!("17951{phone}"), "23.1"));
    line.play(&hangs_up("23.1"));
    let opened = live.event("ticket_opened").await;
    assert_eq!(opened.text("/ticket/kind"), "callback");
    assert_eq!(opened.text("/ticket/senior"), senior);
}

#[tokio::test]
async fn the_sos_and_the_call_of_one_press_are_one_ticket() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let device = service.demo.phone(13);
    let phone = phone_of(&operator, &device.senior).await;
    let ticket = service.open(&device).await;
    line.play(&rings(&phone, "31.1"));
    let called = live.event("called").await;
    assert_eq!(called.text("/ticket/id"), ticket);
    let shown = call(&mut live, "the call", |call| call["ticket"] == ticket.as_str()).await;
    assert_eq!(shown.text("/state"), "ringing");
    line.play(&hangs_up("31.1"));
    call(&mut live, "the end", |call| call["state"] == "ended").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1, "the emergency is the call-back: {open:#}");
}

#[tokio::test]
async fn a_click_lets_the_own_seat_ring_and_its_result_is_a_record() {
    let (service, mut line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let info = operator.get("/v1/telephone").await.ok();
    assert_eq!((&info["enabled"], &info["connected"]), (&json!(true), &json!(true)), "{info:#}");
    let senior = service.demo.phone(14).senior;
    let phone = phone_of(&operator, &senior).await;
    let body = json!({"number": format!("+86 {phone}"), "senior": senior});
    let begun = operator.post("/v1/calls", body).await.ok();
    let asked = line.asked("Originate").await;
    assert_eq!(exchange_value(&asked, "Channel"), "PJSIP/agent1");
    assert_eq!(exchange_value(&asked, "Exten"), phone);
    let id = begun.text("/id");
    line.play(&format!(
        "Event: OriginateResponse\nActionID: {id}\nResponse: Failure\nChannel: PJSIP/agent1\n\
         Context: from-internal\nExten: {phone}\nReason: 3\nUniqueid: <null>\n\n"
    ));
    let shown = call(&mut live, "the end", |call| call["state"] == "ended").await;
    assert_eq!((shown.text("/id"), shown.text("/direction")), (id.clone(), "out".into()));
    let summary = json!({"text": "没有人接 · nobody came", "senior": senior});
    operator.post(&format!("/v1/calls/{id}/summary"), summary).await.ok();
    let file = operator.get(&format!("/v1/seniors/{senior}")).await.ok();
    assert_eq!(file.text("/calls/0/summary"), "没有人接 · nobody came");
    let no_seat = service.log_in("operator2").await;
    no_seat.post("/v1/calls", json!({"number": phone})).await.problem(409);
    operator.post("/v1/calls", json!({"number": "help"})).await.problem(422);
}

#[tokio::test]
async fn a_click_that_is_sent_again_rings_nobody_twice() {
    let (service, mut line) = start().await;
    let operator = service.log_in("operator1").await;
    let senior = service.demo.phone(16).senior;
    let phone = phone_of(&operator, &senior).await;
    let body = json!({"number": phone, "senior": senior});
    let send = || operator.post_once("/v1/calls", "click-1", body.clone());
    let (one, two) = futures_util::future::join(send(), send()).await;
    let id = one.ok().text("/id");
    assert_eq!((two.ok().text("/id"), send().await.ok().text("/id")), (id.clone(), id.clone()));
    let other = json!({"number": phone});
    operator.post_once("/v1/calls", "click-1", other).await.problem(422);
    let another = operator.post_once("/v1/calls", "click-2", body.clone()).await.ok().text("/id");
    // The exchange is asked in order: what was asked before the last one is there.
    let mut asked = Vec::new();
    while asked.last() != Some(&another) {
        asked.push(exchange_value(&line.asked("Originate").await, "ActionID").to_owned());
    }
    assert_eq!(asked, [id, another]);
    assert!(line.asked_so_far("Originate").is_empty());
}

#[tokio::test]
async fn a_click_that_cannot_be_dialled_is_recorded_with_its_result() {
    let (service, exchange, line) = start_with(&[]).await;
    let operator = service.log_in("operator1").await;
    let senior = service.demo.phone(17).senior;
    let phone = phone_of(&operator, &senior).await;
    exchange.leave();
    line.cut();
    eventually("the loss is noticed", async || {
        let metrics = service.get("/metrics").await.body;
        metrics.contains("silverbell_telephone_connected 0").then_some(())
    })
    .await;
    let info = operator.get("/v1/telephone").await.ok();
    assert_eq!((&info["enabled"], &info["connected"]), (&json!(true), &json!(false)), "{info:#}");
    assert!(info["since"].is_string());
    let body = json!({"number": phone, "senior": senior});
    let refused = operator.post_once("/v1/calls", "click", body.clone()).await.problem(409);
    assert_eq!(refused.text("/current/result"), "failed");
    let are = |calls: &[Value]| calls.len() == 1 && calls[0]["result"] == "failed";
    let calls = calls_of(&operator, &senior, "the record", are).await;
    assert_eq!(calls[0].text("/id"), refused.text("/current/id"));
    assert_eq!(calls[0].text("/by"), "operator1", "the page knows its own call by this name");
    assert_eq!(operator.get("/v1/session").await.ok().text("/user/username"), "operator1");
    let again = operator.post_once("/v1/calls", "click", body).await.ok();
    assert_eq!(again.text("/id"), calls[0].text("/id"));
}

#[tokio::test]
async fn two_calls_missed_at_the_same_moment_are_one_call_back() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let senior = service.demo.phone(18).senior;
    let phone = phone_of(&operator, &senior).await;
    let names = ["41.1", "41.2", "41.3", "41.4"];
    let ring = names.map(|name| rings(&phone, name)).concat();
    line.play(&(ring + &names.map(hangs_up).concat()));
    let are = |calls: &[Value]| calls.len() == 4 && calls.iter().all(|it| !it["ticket"].is_null());
    let calls = calls_of(&operator, &senior, "all are answered for", are).await;
    let open = open_tickets(&operator).await;
    assert_eq!(open.len(), 1, "{open:#?}");
    assert!(calls.iter().all(|call| call["ticket"] == open[0]["id"]), "{calls:#?}");
    assert_eq!(called(&operator, &open[0].text("/id")).await.len(), 4);
}

#[tokio::test]
async fn what_ended_while_the_service_was_away_ends_unheard_and_who_was_not_answered_is_called_back()
 {
    let (mut service, mut exchange, line) = start_with(&[("telephone.unheard_after_s", "1")]).await;
    let operator = service.log_in("operator1").await;
    let [gone, runs] = [19, 20].map(|n| service.demo.phone(n).senior);
    let phones = [phone_of(&operator, &gone).await, phone_of(&operator, &runs).await];
    line.play(&(rings(&phones[0], "51.1") + &rings(&phones[1], "51.2")));
    let are = |calls: &[Value]| calls.len() == 1;
    let before = calls_of(&operator, &runs, "they ring", are).await;
    calls_of(&operator, &gone, "they ring", are).await;
    service.kill().await;
    exchange
        .runs(&rings(&phones[1], "51.2").replace("Event: Newchannel", "Event: CoreShowChannel"));
    service.start_again().await;
    let mut line = exchange.line().await;
    let operator = service.log_in("operator1").await;
    let are = |calls: &[Value]| calls[0]["state"] == "ended" && !calls[0]["ticket"].is_null();
    let ended = calls_of(&operator, &gone, "it ends unheard", are).await;
    assert_eq!(ended[0]["result"], "unknown");
    let open = open_tickets(&operator).await;
    assert_eq!((open.len(), open[0].text("/kind")), (1, "callback".into()));
    assert_eq!(open[0]["id"], ended[0]["ticket"]);
    // The other one still rings, and is the same call as before.
    let still = calls_of(&operator, &runs, "it rings", |calls| calls.len() == 1).await;
    assert_eq!((still[0]["state"].clone(), &still[0]["id"]), ("ringing".into(), &before[0]["id"]));
    line.asked("Getvar").await;
    line.play(&hangs_up("51.2"));
    let over = |calls: &[Value]| calls[0]["result"] == "abandoned";
    calls_of(&operator, &runs, "it ends", over).await;
}

#[tokio::test]
async fn a_ticket_that_is_opened_from_a_call_and_the_call_name_each_other() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let senior = service.demo.phone(22).senior;
    // A number in no file: only the operator knows who it is.
    line.play(&rings("13912345678", "71.1"));
    let shown = call(&mut live, "the call", |it| it["state"] == "ringing").await;
    let id = shown.text("/id");
    let body = json!({"senior": senior, "kind": "consult", "call": id});
    let opened = operator.post_once("/v1/tickets", "open", body.clone()).await.ok();
    let ticket = opened.text("/id");
    assert_eq!(operator.post_once("/v1/tickets", "open", body).await.ok().text("/id"), ticket);
    let named = call(&mut live, "the ticket", |it| it["ticket"] == ticket.as_str()).await;
    assert_eq!(named.text("/id"), id);
    assert_eq!(called(&operator, &ticket).await, [(id.clone(), Value::Null)]);
    line.play(&hangs_up("71.1"));
    let over = |calls: &[Value]| calls.len() == 1 && calls[0]["state"] == "ended";
    let calls = calls_of(&operator, &senior, "it is the senior's", over).await;
    assert_eq!((calls[0].text("/id"), calls[0].text("/ticket")), (id.clone(), ticket.clone()));
    eventually("the history says how it ended", async || {
        let expected = [(id.clone(), Value::Null), (id.clone(), "abandoned".into())];
        (called(&operator, &ticket).await == expected).then_some(())
    })
    .await;
    assert_eq!(open_tickets(&operator).await.len(), 1, "nobody need be called back besides");
    let unknown = json!({"senior": senior, "call": senior});
    operator.post("/v1/tickets", unknown).await.problem(404);
}

#[tokio::test]
async fn a_ticket_opened_from_a_call_counts_from_its_ring_and_is_hers_who_opened_it() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let mut live = service.live(&operator).await;
    let senior = service.demo.phone(23).senior;
    let phone = phone_of(&operator, &senior).await;
    line.play(&rings(&phone, "81.1"));
    let shown = call(&mut live, "the call", |it| it["state"] == "ringing").await;
    let body = json!({"senior": senior, "call": shown.text("/id")});
    let opened = operator.post("/v1/tickets", body).await.ok();
    assert_eq!(opened["times"]["received"], shown["ringing_at"]);
    let me = operator.get("/v1/session").await.ok().text("/user/id");
    assert_eq!((opened.text("/handling"), opened.text("/owner")), ("answered".into(), me));
    let told = live.event("ticket_opened").await;
    assert_eq!(told.text("/ticket/handling"), "answered", "nobody is alarmed");
}

#[tokio::test]
async fn a_call_whose_record_is_damaged_is_called_back_and_holds_up_no_other() {
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let [damaged, sound] = [24, 25].map(|n| service.demo.phone(n).senior);
    let phones = [phone_of(&operator, &damaged).await, phone_of(&operator, &sound).await];
    line.play(&rings(&phones[0], "91.1"));
    let calls = calls_of(&operator, &damaged, "it rings", |calls| calls.len() == 1).await;
    let damage = format!("UPDATE calls SET record = '{{' WHERE id = '{}'", calls[0].text("/id"));
    service.execute(&damage).await;
    line.play(&hangs_up("91.1"));
    line.play(&(rings(&phones[1], "91.2") + &hangs_up("91.2")));
    let is_over = |calls: &[Value]| calls.len() == 1 && calls[0]["result"] == "abandoned";
    calls_of(&operator, &sound, "the next call is kept", is_over).await;
    let called_back: Vec<_> = eventually("both are called back", async || {
        let open = open_tickets(&operator).await;
        (open.len() == 2).then(|| open.iter().map(|ticket| ticket.text("/senior")).collect())
    })
    .await;
    assert!(called_back.contains(&damaged) && called_back.contains(&sound), "{called_back:?}");
}

#[tokio::test]
async fn without_an_exchange_nobody_can_call_and_says_so() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let info = operator.get("/v1/telephone").await.ok();
    assert_eq!(info, json!({"enabled": false, "connected": false, "since": null}));
    operator.post("/v1/calls", json!({"number": "120"})).await.problem(409);
}

#[tokio::test]
async fn what_a_real_asterisk_said_of_calls_becomes_their_records() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/protocols/asterisk/");
    let (service, line) = start().await;
    let operator = service.log_in("operator1").await;
    let senior = service.demo.phone(15).senior;
    let phone = phone_of(&operator, &senior).await;
    for (name, number, result) in [
        ("ami_abandoned.txt", "075588886666", "abandoned"),
        ("ami_answered.txt", "13800138000", "completed"),
    ] {
        let Ok(said) = std::fs::read_to_string(format!("{folder}{name}")) else {
            println!("left out: no {folder}{name}");
            continue;
        };
        let events = said.split_once("Event: ").unwrap().1;
        assert!(events.contains(number), "{name}: whose call is it?");
        line.play(&format!("Event: {}\n\n", events.replace(number, &phone)));
        eventually("the call is recorded", async || {
            let path = format!("/v1/calls?senior={senior}");
            let calls = operator.get(&path).await.ok();
            let last = calls.list("/items").first()?.clone();
            (last["result"] == result).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn an_offer_does_not_expire_while_its_telephone_rings() {
    let quick = [("dispatch.offer_timeout_s", "2"), ("dispatch.accept_target_pct", "0")];
    let (service, _exchange, mut line) = start_with(&quick).await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(17);
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut live = service.live(&operator).await;
    let ticket = service.open(&device).await;
    live.event_on(&ticket, "offered").await;
    let file = operator.file(&ticket).await;
    let phone = file.text("/candidates/0/phone");
    let body = json!({"number": phone, "ticket": ticket});
    let call = operator.post("/v1/calls", body).await.ok().text("/id");
    line.asked("Originate").await;
    live.event_on(&ticket, "still_rings").await;
    let now = operator.ticket(&ticket).await;
    let ringing = offers_to(&now, &aide.responder())[0].clone();
    assert_eq!(ringing["status"], "offered", "the time is over, but the telephone rings");
    assert!(ringing["rings_until"].is_string());
    line.play(&format!(
        "Event: OriginateResponse\nActionID: {call}\nResponse: Failure\nChannel: PJSIP/agent1\n\
         Context: from-internal\nExten: {phone}\nReason: 3\nUniqueid: <null>\n\n"
    ));
    live.event_on(&ticket, "expired").await;
}
