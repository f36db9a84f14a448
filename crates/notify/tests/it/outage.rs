//! Outages and retries, with the clock paused: hours pass in no time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use silverbell_domain::{Clock as _, UnixMs, Urgency};
use silverbell_notify::{
    Channel, Gateway, Handover, Message, Outgoing, Progress, Template, attempts_at_most,
};
use silverbell_store::OutboxResult;
use silverbell_testkit::{START, nth_uuid};
use tokio::time::sleep;
use uuid::Uuid;

use crate::support::{Bench, TokioClock, message, row, ticket};

/// A gateway that does as it is told and notes who came when.
struct Told {
    clock: Arc<TokioClock>,
    came: Mutex<Vec<(Uuid, UnixMs)>>,
    says: Box<dyn Fn(Uuid, UnixMs) -> Handover + Send + Sync>,
}

impl Told {
    fn new(
        bench: &Bench,
        says: impl Fn(Uuid, UnixMs) -> Handover + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { clock: bench.clock.clone(), came: Mutex::default(), says: Box::new(says) })
    }

    fn times(&self, id: Uuid) -> Vec<UnixMs> {
        self.came.lock().iter().filter(|(came, _)| *came == id).map(|(_, at)| *at).collect()
    }
}

#[async_trait]
impl Gateway for Told {
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover {
        // As long as a gateway takes.
        sleep(Duration::from_millis(20)).await;
        let now = self.clock.now();
        self.came.lock().push((outgoing.id, now));
        (self.says)(outgoing.id, now)
    }
}

fn accepted() -> Handover {
    Handover::Accepted { reference: Some("r-1".into()) }
}

fn failed() -> Handover {
    Handover::Failed { why: "answered 503".into(), after: None }
}

fn sms(n: u64, urgency: Urgency) -> Message {
    Message { urgency, ..message(n, Channel::Sms) }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_is_back_after_an_hour_gets_every_message_and_none_has_lost_a_try() {
    let bench = Bench::new();
    let back = START.plus_s(3_600);
    let gateway = Told::new(&bench, move |_, now| if now < back { failed() } else { accepted() });
    bench.outbox.put((0..100).map(|n| {
        let urgencies = [Urgency::Routine, Urgency::Extreme];
        row(n, sms(n, urgencies[usize::from(n % 10 == 0)]))
    }));
    let running = bench.run(gateway.clone());
    sleep(Duration::from_secs(3_599)).await;
    assert_eq!(bench.heard.all(), []);
    let in_vain = gateway.came.lock().len();
    // The pause grows to a minute; before the outage was noticed, one lease of messages went out.
    assert!((60..100).contains(&in_vain), "{in_vain} tries in an hour");
    let failures = (0..100).map(|n| bench.outbox.failures(nth_uuid(32, n))).max();
    assert!(failures <= Some(1), "an outage costs no tries");
    sleep(Duration::from_secs(120)).await;
    let sent = bench.heard.sent();
    assert_eq!(sent.len(), 100);
    let is_urgent = |id: &&Uuid| (0..10).any(|n| **id == nth_uuid(32, n * 10));
    // But for the one that was the last to try in vain: it is two seconds behind.
    assert!(sent.iter().take(10).filter(is_urgent).count() >= 9, "the most urgent first");
    running.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_message_that_alone_fails_is_tried_ever_more_seldom_and_given_up_visibly() {
    for (urgency, lasts_s) in [(Urgency::Extreme, 3_600..10_000), (Urgency::Routine, 240..600)] {
        let bench = Bench::new();
        let (bad, others) = (nth_uuid(32, 0), 2_000);
        let says = move |id, _| if id == bad { failed() } else { accepted() };
        let gateway = Told::new(&bench, says);
        let unending = |n| Message { expires_at: START.plus_s(86_400), ..sms(n, urgency) };
        bench.outbox.put([row(0, unending(0))]);
        let running = bench.run(gateway.clone());
        // Others get through all the while, so it is the message, not the gateway.
        for n in 1..=others {
            let mut other = row(n, unending(n));
            other.due_at = bench.clock.now();
            bench.outbox.put([other]);
            sleep(Duration::from_secs(5)).await;
        }
        let times = gateway.times(bad);
        assert_eq!(times.len(), attempts_at_most(urgency) as usize);
        let lasted_s = (times[times.len() - 1].0 - times[0].0) / 1_000;
        assert!(lasts_s.contains(&lasted_s), "{lasted_s} s");
        let pauses: Vec<i64> =
            times.windows(2).map(|pair| (pair[1].0 - pair[0].0) / 1_000).collect();
        assert!(
            pauses[0] <= 3 && pauses.windows(2).all(|pair| pair[1] >= pair[0] - 1),
            "{pauses:?}"
        );
        let failures = bench.heard.failures();
        let words = format!("given up after {} tries: answered 503", times.len());
        assert_eq!(failures, [(bad, words.clone())]);
        assert!(
            matches!(bench.outbox.result(bad), Some(OutboxResult::Failed(_, why)) if why == words)
        );
        assert_eq!(bench.heard.sent().len() as u64, others);
        running.end().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_the_gateway_cannot_bear_does_not_keep_the_others_from_trying() {
    let bench = Bench::new();
    let (bad, back) = (nth_uuid(32, 0), START.plus_s(60));
    let says = move |id, now: UnixMs| if id == bad || now < back { failed() } else { accepted() };
    let gateway = Told::new(&bench, says);
    bench.outbox.put([row(0, sms(0, Urgency::Extreme))]);
    bench.outbox.put((1..50).map(|n| row(n, sms(n, Urgency::Routine))));
    let running = bench.run(gateway);
    sleep(Duration::from_secs(200)).await;
    assert_eq!(bench.heard.sent().len(), 49);
    running.end().await;
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_patience_is_left_alone_until_then() {
    let bench = Bench::new();
    let busy =
        Handover::Failed { why: "answered 429".into(), after: Some(Duration::from_secs(90)) };
    let gateway = Told::new(
        &bench,
        move |_, now| {
            if now < START.plus_s(10) { busy.clone() } else { accepted() }
        },
    );
    bench.outbox.put([row(1, sms(1, Urgency::Extreme))]);
    let running = bench.run(gateway.clone());
    sleep(Duration::from_secs(300)).await;
    let times = gateway.times(nth_uuid(32, 1));
    assert_eq!(times.len(), 2);
    assert!((90_000..91_000).contains(&(times[1].0 - times[0].0)), "{times:?}");
    running.end().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_too_late_is_not_sent_and_said_in_time_even_while_the_gateway_is_away() {
    let bench = Bench::new();
    let gateway = Told::new(&bench, |_, _| failed());
    bench.outbox.put((1..=40).map(|n| row(n, sms(n, Urgency::Normal))));
    let brief = Message { expires_at: START.plus_s(1_800), ..sms(50, Urgency::Routine) };
    bench.outbox.put([row(50, brief)]);
    let over = Message { expires_at: START, ..sms(51, Urgency::Extreme) };
    bench.outbox.put([row(51, over)]);
    let running = bench.run(gateway.clone());
    sleep(Duration::from_secs(1_790)).await;
    let too_late = || "too late: its time had passed before it could be sent".to_owned();
    assert_eq!(bench.heard.failures(), [(nth_uuid(32, 51), too_late())]);
    assert_eq!(gateway.times(nth_uuid(32, 51)), []);
    sleep(Duration::from_secs(20)).await;
    let said = bench.heard.failures();
    assert_eq!(said[1..], [(nth_uuid(32, 50), too_late())]);
    running.end().await;
}

#[tokio::test(start_paused = true)]
async fn what_became_of_a_message_is_reported_with_its_ticket_and_what_it_is_about() {
    let bench = Bench::new();
    let gateway = Told::new(&bench, |id, _| {
        if id == nth_uuid(32, 1) { accepted() } else { Handover::Refused("answered 400".into()) }
    });
    bench.outbox.put([row(1, sms(1, Urgency::Extreme)), row(2, sms(2, Urgency::Urgent))]);
    let mut damaged = row(3, sms(3, Urgency::Normal));
    damaged.payload = serde_json::json!({"version": 9});
    bench.outbox.put([damaged]);
    let running = bench.run(gateway.clone());
    sleep(Duration::from_secs(2)).await;
    let heard = bench.heard.all();
    assert_eq!(heard.len(), 3);
    let of = |n| heard.iter().find(|report| report.message == nth_uuid(32, n)).unwrap();
    assert!(heard.iter().all(|report| report.ticket == Some(ticket())));
    assert_eq!(of(1).progress, Progress::Sent { reference: Some("r-1".into()) });
    assert_eq!(of(1).about.as_ref().unwrap().subject, nth_uuid(30, 1));
    assert_eq!(of(2).progress, Progress::Failed { reason: "answered 400".into() });
    let Progress::Failed { reason } = &of(3).progress else { panic!("{:?}", of(3)) };
    assert!(reason.contains("version 9") && of(3).about.is_none());
    running.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_off_gives_its_messages_up_in_words_and_holds_up_no_other() {
    let bench = Bench::new();
    let gateway = Told::new(&bench, |_, _| accepted());
    bench.outbox.put([
        row(1, message(1, Channel::Voice)),
        row(2, message(2, Channel::Webhook)),
        row(3, message(3, Channel::Sms)),
        row(4, Message { template: Template::Probe {}, ..message(4, Channel::Voice) }),
    ]);
    let running = bench.run(gateway);
    sleep(Duration::from_secs(2)).await;
    let mut said = bench.heard.failures();
    said.sort_unstable();
    let no_voice = "no voice gateway is set (notify.voice_url)".to_owned();
    let no_webhook = "its webhook is not set (notify.webhooks)".to_owned();
    let expected = [(1, no_voice.clone()), (2, no_webhook), (4, no_voice)];
    assert_eq!(said, expected.map(|(n, words)| (nth_uuid(32, n), words)));
    assert_eq!(bench.heard.sent(), [nth_uuid(32, 3)]);
    running.end().await;
}

/// A gateway that never answers: what is under way when the service stops.
struct Silent(Mutex<u32>);

#[async_trait]
impl Gateway for Silent {
    async fn hand_over(&self, _: Outgoing<'_>) -> Handover {
        *self.0.lock() += 1;
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_takes_no_longer_than_five_seconds_and_what_was_under_way_goes_out_later() {
    let bench = Bench::new();
    bench.outbox.put((1..=40).map(|n| row(n, sms(n, Urgency::Extreme))));
    let silent = Arc::new(Silent(Mutex::default()));
    let running = bench.run(silent.clone());
    sleep(Duration::from_secs(1)).await;
    assert_eq!(*silent.0.lock(), 16, "as many as may be under way at once");
    let stopped = bench.clock.now();
    running.end().await;
    assert!(bench.clock.now().0 - stopped.0 <= 5_000);
    assert_eq!(bench.heard.all(), []);
    // Another node, or this one after its restart.
    let gateway = Told::new(&bench, |_, _| accepted());
    let again = bench.run(gateway.clone());
    sleep(Duration::from_secs(10)).await;
    assert_eq!(bench.heard.sent().len(), 24, "the others are leased still");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.heard.sent().len(), 40);
    again.end().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_the_service_stops_is_finished() {
    let bench = Bench::new();
    bench.outbox.put((1..=10).map(|n| row(n, sms(n, Urgency::Extreme))));
    let gateway = Told::new(&bench, |_, _| accepted());
    let running = bench.run(gateway);
    sleep(Duration::from_millis(10)).await;
    assert!(bench.heard.sent().is_empty(), "they take 20 ms each");
    running.end().await;
    assert_eq!(bench.heard.sent().len(), 10);
    assert!((1..=10).all(|n| bench.outbox.result(nth_uuid(32, n)).is_some()));
}
