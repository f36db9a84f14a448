//! A lane: everything of one channel, so that an outage of one holds up no other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use parking_lot::Mutex;
use silverbell_domain::UnixMs;
use silverbell_store::{Lease, OutboxItem, OutboxResult};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::circuit::{Circuit, Entry};
use crate::message::{Channel, Message};
use crate::notify::{Gateways, Ports};
use crate::pace::{Pace, attempts_at_most};
use crate::ports::{Addressee, Gateway, Handover, Outgoing, Progress, Report};
use crate::texts::Texts;

/// How often it is looked whether something is due. A read: nothing is written while nothing waits.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// In an outage, how often what has expired meanwhile is given up, looks.
const SWEEP_EVERY: u32 = 25;

/// Nobody else gets a message for so long.
const LEASE_S: i64 = 60;

/// A delivery ends before its lease does, so that nobody sends it a second time beside us.
const DELIVERED_WITHIN: Duration = Duration::from_secs(45);

/// A gateway bounds itself; this is for one that does not. Shorter than a probe of its circuit.
const HANDED_OVER_WITHIN: Duration = Duration::from_secs(10);

/// When stopping, how long what is under way may take.
const STOPPED_WITHIN: Duration = Duration::from_millis(4_500);

/// How often somebody is told what became of a message, until it is believed that he cannot hear.
const REPORT_TRIES: u32 = 3;

/// Between two of them.
const REPORT_AGAIN: Duration = Duration::from_millis(500);

/// What all lanes share.
pub(crate) struct Shared {
    pub(crate) ports: Ports,
    pub(crate) texts: Texts,
    pub(crate) pace: Pace,
    pub(crate) concurrency: usize,
}

/// A gateway, and whether it is there.
struct Way {
    gateway: Arc<dyn Gateway>,
    circuit: Mutex<Circuit>,
}

/// What became of a try.
#[derive(Debug)]
enum Outcome {
    /// The gateway has it.
    Sent { reference: Option<String> },
    /// It will never go out.
    GivenUp(String),
    /// Again after this; one try fewer.
    Retry(Duration),
    /// Again after this; it was not the message's fault.
    Later(Duration),
}

pub(crate) struct Lane {
    inner: Arc<Inner>,
}

struct Inner {
    channel: Channel,
    ways: HashMap<String, Way>,
    shared: Arc<Shared>,
}

impl Lane {
    pub(crate) fn new(channel: Channel, gateways: Gateways, shared: Arc<Shared>) -> Self {
        let way = |gateway| Way { gateway, circuit: Mutex::default() };
        let ways = gateways.into_iter().map(|(id, gateway)| (id, way(gateway))).collect();
        Self { inner: Arc::new(Inner { channel, ways, shared }) }
    }

    /// Delivers what is due now, one after the other.
    pub(crate) async fn deliver_now(&self) {
        loop {
            let room = match self.inner.room() {
                Entry::Pass => self.inner.shared.concurrency,
                Entry::Probe => 1,
                Entry::Wait(_) => return,
            };
            let leased = self.inner.lease(room, false).await;
            if leased.is_empty() {
                return;
            }
            for item in leased {
                self.inner.deliver(item).await;
            }
        }
    }

    pub(crate) async fn run(self, stop: &CancellationToken) {
        let inner = self.inner;
        let mut under_way = JoinSet::new();
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Whether the last lease left something.
        let mut is_more = false;
        let mut looked: u32 = 0;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = looks.tick() => {
                    looked = looked.wrapping_add(1);
                    is_more = inner.waiting().await > under_way.len() as u64;
                }
                Some(ended) = under_way.join_next(), if is_more => inner.note(ended),
            }
            // Those that end together are followed by as many, in one lease.
            while let Some(ended) = under_way.try_join_next() {
                inner.note(ended);
            }
            if is_more {
                let free = inner.shared.concurrency.saturating_sub(under_way.len());
                let (room, only_expired) = match inner.room() {
                    Entry::Pass => (free, false),
                    Entry::Probe => (free.min(1), false),
                    Entry::Wait(_) if looked.is_multiple_of(SWEEP_EVERY) => (free, true),
                    Entry::Wait(_) => (0, false),
                };
                let leased = inner.lease(room, only_expired).await;
                is_more = leased.len() == room;
                for item in leased {
                    let inner = inner.clone();
                    under_way.spawn(async move { inner.deliver(item).await });
                }
            }
        }
        let finished = async { while under_way.join_next().await.is_some() {} };
        if timeout(STOPPED_WITHIN, finished).await.is_err() {
            let n = under_way.len();
            tracing::info!(
                n,
                channel = inner.channel.as_str(),
                "messages are left to their leases"
            );
        }
    }
}

impl Inner {
    /// How much may be leased: as much as the best of the gateways takes.
    fn room(&self) -> Entry {
        let now = Instant::now();
        let mut best = None;
        for way in self.ways.values() {
            match (way.circuit.lock().look(now), best) {
                (Entry::Pass, _) => return Entry::Pass,
                (Entry::Probe, _) => best = Some(Entry::Probe),
                (wait @ Entry::Wait(_), None) => best = Some(wait),
                (Entry::Wait(_), Some(_)) => {}
            }
        }
        // Without a gateway everything is given up at once, in words.
        best.unwrap_or(Entry::Pass)
    }

    async fn waiting(&self) -> u64 {
        let channel = self.channel.as_str();
        match self.shared.ports.outbox.waiting(channel).await {
            Ok(waiting) => {
                #[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^52")]
                gauge!("silverbell_messages_waiting", "channel" => channel).set(waiting as f64);
                waiting
            }
            Err(error) => {
                tracing::debug!(%error, channel, "messages cannot be counted");
                0
            }
        }
    }

    async fn lease(&self, room: usize, only_expired: bool) -> Vec<OutboxItem> {
        if room == 0 {
            return Vec::new();
        }
        let now = self.shared.ports.clock.now();
        let kind = self.channel.as_str();
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        let lease = Lease { kind, now, until: now.plus_s(LEASE_S), limit, only_expired };
        self.shared.ports.outbox.lease(lease).await.unwrap_or_else(|error| {
            tracing::debug!(%error, channel = kind, "messages cannot be leased");
            Vec::new()
        })
    }

    fn note(&self, ended: Result<(), tokio::task::JoinError>) {
        if let Err(error) = ended {
            tracing::error!(%error, channel = self.channel.as_str(), "a delivery broke off");
        }
    }

    async fn deliver(&self, item: OutboxItem) {
        let id = item.message.id;
        if timeout(DELIVERED_WITHIN, self.deliver_in_time(item)).await.is_err() {
            tracing::warn!(message = %id, "a message took too long: it is left to its lease");
        }
    }

    async fn deliver_in_time(&self, item: OutboxItem) {
        let ports = &self.shared.ports;
        let message = Message::read(&item.message.payload);
        let outcome = match &message {
            Ok(message) => self.hand_over(&item, message).await,
            Err(unreadable) => Outcome::GivenUp(unreadable.to_string()),
        };
        let now = ports.clock.now();
        let channel = self.channel.as_str();
        let (result, progress, word) = match outcome {
            Outcome::Sent { reference } => {
                let due = item.message.due_at;
                histogram!("silverbell_message_handover_seconds", "channel" => channel)
                    .record(seconds(due, now));
                (OutboxResult::Delivered(now), Some(Progress::Sent { reference }), "sent")
            }
            Outcome::GivenUp(reason) => {
                let (message, why) = (item.message.id, ours(&reason));
                tracing::warn!(%message, channel, why, "a message is given up");
                let progress = Progress::Failed { reason: reason.clone() };
                (OutboxResult::Failed(now, reason), Some(progress), "failed")
            }
            Outcome::Retry(after) => {
                (OutboxResult::Retry(again(now, after, &item)), None, "retried")
            }
            Outcome::Later(after) => {
                (OutboxResult::Later(again(now, after, &item)), None, "put_back")
            }
        };
        counter!("silverbell_messages_total", "channel" => channel, "result" => word).increment(1);
        let (id, attempts) = (item.message.id, item.attempts);
        if let Some(progress) = progress {
            let about = message.ok().map(|message| message.about);
            let ticket = item.message.ticket;
            self.report(Report { message: id, ticket, about, at: now, progress }).await;
        }
        // What cannot be written down is tried again when its lease ends, by the same id: the
        // gateway knows it.
        if let Err(error) = ports.outbox.finish(id, attempts, result).await {
            tracing::warn!(message = %id, %error, "what became of a message cannot be written down");
        }
    }

    async fn hand_over(&self, item: &OutboxItem, message: &Message) -> Outcome {
        let ports = &self.shared.ports;
        let now = ports.clock.now();
        if now >= message.expires_at {
            return Outcome::GivenUp(
                "too late: its time had passed before it could be sent".into(),
            );
        }
        let way = match self.way(message) {
            Ok(way) => way,
            Err(words) => return Outcome::GivenUp(words),
        };
        let readdressed;
        let message = match ports
            .addressees
            .addressee(item.message.id, item.message.ticket, message)
            .await
        {
            Ok(Addressee::AsWritten) => message,
            Ok(Addressee::At(number)) => {
                readdressed = Message { to: number, ..message.clone() };
                &readdressed
            }
            Ok(Addressee::Nobody(why)) => return Outcome::GivenUp(why),
            Err(error) => {
                tracing::debug!(%error, message = %item.message.id, "a message waits for the store");
                return Outcome::Later(self.pause(1));
            }
        };
        let entry = way.circuit.lock().enter(Instant::now());
        if let Entry::Wait(until) = entry {
            return Outcome::Later(self.after_outage(until));
        }
        let text = self.shared.texts.fill(&message.template, message.lang);
        let outgoing = Outgoing { id: item.message.id, message, text: &text, now };
        let handover = timeout(HANDED_OVER_WITHIN, way.gateway.hand_over(outgoing)).await;
        match handover {
            Ok(Handover::Accepted { reference }) => {
                self.answered(way);
                Outcome::Sent { reference }
            }
            Ok(Handover::Refused(reason)) => {
                self.answered(way);
                Outcome::GivenUp(reason)
            }
            Ok(Handover::Failed { why, after }) => self.failed(way, entry, item, &why, after),
            Err(_) => self.failed(way, entry, item, "no answer", None),
        }
    }

    /// Finds the gateway, or says why there is none.
    fn way(&self, message: &Message) -> Result<&Way, String> {
        match self.channel {
            Channel::Sms => {
                let off = || "no SMS gateway is set (notify.sms_url)".into();
                self.ways.get("").ok_or_else(off)
            }
            Channel::Voice => {
                let off = || "no voice gateway is set (notify.voice_url)".into();
                self.ways.get("").ok_or_else(off)
            }
            Channel::Push => {
                let off = || "push is off (notify.push_subject)".into();
                self.ways.get("").ok_or_else(off)
            }
            Channel::Webhook => {
                let off = || "its webhook is not set (notify.webhooks)".into();
                self.ways.get(&message.to).ok_or_else(off)
            }
        }
    }

    fn answered(&self, way: &Way) {
        if way.circuit.lock().answered() {
            tracing::info!(channel = self.channel.as_str(), "a gateway is back");
        }
    }

    fn failed(
        &self,
        way: &Way,
        entry: Entry,
        item: &OutboxItem,
        why: &str,
        after: Option<Duration>,
    ) -> Outcome {
        let channel = self.channel.as_str();
        let after = after.unwrap_or_default();
        let pause = |n| self.pause(n).max(after);
        let outage = match self.channel {
            Channel::Sms | Channel::Voice | Channel::Webhook => {
                way.circuit.lock().failed(entry, Instant::now(), pause)
            }
            // Behind it are many push services, and it knows itself which of them are away.
            Channel::Push => None,
        };
        if let Some(until) = outage {
            let why = ours(why);
            tracing::warn!(channel, why, "a gateway is away: one message at a time is tried");
            return Outcome::Later(self.after_outage(until));
        }
        let failures = item.failures.saturating_add(1);
        let message = item.message.id;
        if failures >= attempts_at_most(item.message.urgency) {
            return Outcome::GivenUp(format!("given up after {failures} tries: {why}"));
        }
        tracing::debug!(%message, channel, why = ours(why), failures, "a message is tried again");
        Outcome::Retry(pause(failures))
    }

    fn pause(&self, n: u32) -> Duration {
        self.shared.pace.pause(n, self.shared.ports.chance.fraction())
    }

    /// Behind the next try of the gateway, so that it is not always the same message that tries: it
    /// may be the message that the gateway cannot bear.
    fn after_outage(&self, until: Instant) -> Duration {
        until.saturating_duration_since(Instant::now()) + self.pause(1)
    }

    async fn report(&self, report: Report) {
        for n in 1..=REPORT_TRIES {
            let Err(error) = self.shared.ports.receipts.report(report.clone()).await else {
                return;
            };
            tracing::warn!(message = %report.message, %error, "nobody took note of a message");
            if n < REPORT_TRIES {
                sleep(REPORT_AGAIN).await;
            }
        }
    }
}

/// Returns the part of a reason that may stand in a log: after a colon a gateway may have the word,
/// and repeat what it was sent.
fn ours(reason: &str) -> &str {
    reason.split(':').next().unwrap_or_default()
}

/// When to try again: not after its time, so that it is given up in time.
fn again(now: UnixMs, after: Duration, item: &OutboxItem) -> UnixMs {
    let after_ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
    let at = UnixMs(now.0.saturating_add(after_ms));
    item.message.expires_at.map_or(at, |expires_at| at.min(expires_at.max(now)))
}

fn seconds(from: UnixMs, to: UnixMs) -> f64 {
    let ms = u32::try_from(to.0.saturating_sub(from.0).max(0)).unwrap_or(u32::MAX);
    f64::from(ms) / 1_000.0
}
