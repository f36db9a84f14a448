//! The telephone: who calls is shown before anybody answers, and whoever reached nobody is called
//! back. An exchange of the tests' own plays what a real one said.

use serde_json::{Value, json};

use crate::service::{
    ExchangeLine, Json, Live, Person, TestExchange, TestService, eventually, exchange_value,
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
    let mut exchange = TestExchange::start().await;
    let settings = exchange.settings();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let service = TestService::with(&settings).await;
    let line = exchange.line().await;
    // The exchange lives as long as the process of the tests.
    std::mem::forget(exchange);
    (service, line)
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
    assert_eq!(operator.get("/v1/telephone").await.ok()["enabled"], true);
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
async fn without_an_exchange_nobody_can_call_and_says_so() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    assert_eq!(operator.get("/v1/telephone").await.ok()["enabled"], false);
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
