//! The byte stream of a watch: broken, glued, split and endless, with an SOS in it.

use std::path::Path;

use serde_json::Value;

use crate::service::{Json, TestService, eventually, frame, has_flag};

#[tokio::test]
async fn a_truncated_sos_opens_a_ticket_and_is_not_acknowledged() {
    let service = TestService::start().await;
    let watch = service.demo.watch(7);
    let whole = watch.alarm("00010000");
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let mut line = service.watch().await;
    line.send(&whole[..whole.len() - 4]).await;
    assert_eq!(line.hang_up().await, "", "no ack: the watch shall send it again");
    let ticket = feed.event("ticket_opened").await["ticket"].clone();
    assert_eq!(ticket.text("/senior"), watch.senior);
    assert!(has_flag(&ticket, "truncated"), "{ticket:#}");

    let mut line = service.watch().await;
    line.send(&whole).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    feed.event_on(&ticket.text("/id"), "signal_joined").await;
}

#[tokio::test]
async fn an_sos_whose_end_is_long_in_coming_is_not_waited_for() {
    let service = TestService::start().await;
    let watch = service.demo.watch(7);
    let whole = watch.alarm("00010000");
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let mut line = service.watch().await;
    let (beginning, end) = whole.split_at(whole.len() - 4);
    line.send(beginning).await;
    let ticket = feed.event("ticket_opened").await["ticket"].clone();
    assert_eq!(ticket.text("/senior"), watch.senior);
    assert!(has_flag(&ticket, "truncated"), "{ticket:#}");

    // The end comes after all: the whole frame joins and has its ack.
    line.send(end).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    let ticket = operator.ticket(&ticket.text("/id")).await;
    assert_eq!(ticket.number("/signals"), 2);
    line.hang_up().await;
}

#[tokio::test]
async fn an_sos_is_kept_behind_frames_whose_acks_nobody_takes() {
    let service = TestService::start().await;
    let watches = [service.demo.watch(7), service.demo.watch(8), service.demo.watch(9)];
    let frames: Vec<Vec<u8>> = watches.iter().map(|watch| watch.alarm("00010000")).collect();
    let mut line = service.watch().await;
    line.send(&frames.concat()).await;
    drop(line);
    let operator = service.log_in("operator1").await;
    eventually("a ticket for each", async || {
        let open = operator.get("/v1/tickets").await.ok();
        (open.list("/items").len() == 3).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_frame_cut_off_by_the_next_one_loses_neither() {
    let service = TestService::start().await;
    let (first, second) = (service.demo.watch(8), service.demo.watch(9));
    let cut = first.alarm("00010000");
    let bytes = [&cut[..cut.len() - 1], &second.alarm("00010000")].concat();
    let mut line = service.watch().await;
    line.send(&bytes).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", second.ident), "whole frames only");
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 2, "{open:#}");
}

#[tokio::test]
async fn glued_frames_are_each_acknowledged_in_their_order() {
    let service = TestService::start().await;
    let watch = service.demo.watch(10);
    let bytes = [
        frame(&watch.ident, "LK,0,0,77"),
        watch.alarm("00010000"),
        frame(&watch.ident, "TKQ"),
        frame(&watch.ident, "LK,0,0,77"),
    ];
    let mut line = service.watch().await;
    line.send(&bytes.concat()).await;
    let mut acks = Vec::new();
    for _ in 0..4 {
        acks.push(line.ack().await);
    }
    let expected = ["0002*LK", "0002*AL", "0003*TKQ", "0002*LK"];
    assert_eq!(acks, expected.map(|tail| format!("[3G*{}*{tail}]", watch.ident)));
}

#[tokio::test]
async fn noise_before_and_between_frames_is_skipped() {
    let service = TestService::start().await;
    let watch = service.demo.watch(11);
    let mut line = service.watch().await;
    let noise = b"\x00\xff]]*GET / HTTP/1.1\r\n\r\n[[[*\xf0\x9f";
    line.send(&[&noise[..], &watch.alarm("00010000"), noise].concat()).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    line.send(&frame(&watch.ident, "LK")).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*LK]", watch.ident));
}

#[tokio::test]
async fn an_oversized_frame_is_passed_over_and_the_next_one_heard() {
    let service = TestService::with(&[("gateway.watch.max_frame", "512")]).await;
    let watch = service.demo.watch(12);
    let mut line = service.watch().await;
    let huge = frame(&watch.ident, &format!("UD,{}", "9".repeat(20_000)));
    line.send(&[huge, watch.alarm("00010000")].concat()).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
}

#[tokio::test]
async fn an_oversized_alarm_is_still_an_alarm() {
    let service = TestService::with(&[("gateway.watch.max_frame", "512")]).await;
    let watch = service.demo.watch(13);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let mut alarm = watch.alarm("00010000");
    alarm.pop();
    alarm.extend(",0".repeat(2_000).bytes());
    let mut line = service.watch().await;
    line.send(&alarm).await;
    let ticket = feed.event("ticket_opened").await["ticket"].clone();
    assert_eq!(ticket.text("/senior"), watch.senior);
    assert!(has_flag(&ticket, "truncated"), "{ticket:#}");
}

#[tokio::test]
async fn two_frames_split_in_every_place_are_heard_as_two() {
    let service = TestService::start().await;
    let watch = service.demo.watch(14);
    let bytes = [frame(&watch.ident, "LK,0,0,66"), watch.alarm("00010000")].concat();
    let mut line = service.watch().await;
    for at in 1..bytes.len() {
        line.send(&bytes[..at]).await;
        line.send(&bytes[at..]).await;
        assert_eq!(line.ack().await, format!("[3G*{}*0002*LK]", watch.ident), "split at {at}");
        assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident), "split at {at}");
    }
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1);
    assert_eq!(open.list("/items")[0].number("/signals"), 1, "one press, sent again and again");
}

#[tokio::test]
async fn a_watch_that_sends_byte_by_byte_is_heard() {
    let service = TestService::start().await;
    let watch = service.demo.watch(15);
    let mut line = service.watch().await;
    for byte in watch.alarm("00010000") {
        line.send(&[byte]).await;
    }
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
}

/// Reads the alarms of real watches; empty when they are not there.
fn real_alarms() -> Vec<Value> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/protocols");
    let Ok(lines) = std::fs::read_to_string(shared.join("watch.jsonl")) else {
        println!("left out: no {}", shared.display());
        return Vec::new();
    };
    let all = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let is_sos = |frame: &Value| {
        frame["alarm"].as_array().is_some_and(|alarms| alarms.contains(&"sos".into()))
    };
    all.filter(is_sos).collect()
}

#[tokio::test]
async fn the_alarms_of_real_watches_open_tickets_and_get_traccars_ack() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    for vector in real_alarms() {
        let before = operator.get("/v1/tickets").await.ok().list("/items").len();
        let mut line = service.watch().await;
        line.send(&hex::decode(vector.text("/frame_hex")).unwrap()).await;
        for ack in vector.texts("/traccar/ack") {
            let ack = String::from_utf8(hex::decode(ack).unwrap()).unwrap();
            assert_eq!(line.ack().await, ack, "{}", vector.text("/id"));
        }
        let after = operator.get("/v1/tickets").await.ok();
        assert_eq!(after.list("/items").len(), before + 1, "{}", vector.text("/id"));
    }
}

#[tokio::test]
async fn a_silent_line_is_closed_and_the_oldest_of_too_many_makes_room() {
    let settings = [("gateway.watch.idle_s", "1"), ("gateway.watch.max_connections", "2")];
    let service = TestService::with(&settings).await;
    let ident = service.demo.watch(16).ident;
    let mut lines = [service.watch().await, service.watch().await];
    for line in &mut lines {
        line.send(&frame(&ident, "LK")).await;
        line.ack().await;
    }
    let mut third = service.watch().await;
    third.send(&frame(&ident, "LK")).await;
    third.ack().await;
    let [one, two] = lines;
    assert_eq!(one.rest().await, "", "it made room");
    assert_eq!((two.rest().await, third.rest().await), (String::new(), String::new()), "silent");
}
