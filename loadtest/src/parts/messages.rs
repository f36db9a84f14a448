//! From a confirmed emergency to the family's text message at its gateway; and ten thousand of them that
//! wait for a gateway that is away.

mod gateway;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use self::gateway::{PhoneGateway, bare};
use crate::bench::Bench;
use crate::demo::{self, Device};
use crate::http::Http;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::Latencies;

/// A ticket every so often: 100 a second.
const EVERY: Duration = Duration::from_millis(10);

/// Tickets of the first phase, each with one contact.
const TICKETS: usize = 1_000;

/// Tickets during the outage, each with [`CONTACTS`]: ten thousand messages.
const TICKETS_IN_OUTAGE: usize = 2_500;

/// Contacts of each senior of the outage.
const CONTACTS: usize = 4;

/// Connections of devices and operators.
const CONNECTIONS: usize = 32;

/// The service's own bound: `notify.concurrency`.
const AT_ONCE: usize = 16;

/// Everything is told and delivered within this, or never.
const PATIENCE: Duration = Duration::from_secs(120);

/// The goal for the 99th percentile, milliseconds.
const GOAL: Goal = Goal::AtMost(500.0);

/// What one round came to.
#[derive(Debug, Default)]
struct Round {
    handed: Vec<Latencies>,
    bare: Vec<Latencies>,
    acks: [Vec<Latencies>; 3],
    drain_s: Vec<f64>,
    bare_drain_s: Vec<f64>,
    urgent_first_pct: Vec<f64>,
    notes: Vec<String>,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let devices = demo::devices(&bench.seed())?;
    if devices.len() < TICKETS + TICKETS_IN_OUTAGE {
        bail!("the demo has too few seniors");
    }
    let mut all = Round::default();
    for round in 0..bench.rounds {
        bench.begin(&format!("messages, round {}", round + 1))?;
        one_round(bench, &devices, round, &mut all).await?;
    }
    all.tell(report);
    Ok(())
}

async fn one_round(bench: &Bench, devices: &[Device], round: usize, all: &mut Round) -> Result<()> {
    let gateway = PhoneGateway::default();
    let address = gateway.start().await?;
    let (drain, _) = bare(address, TICKETS_IN_OUTAGE * CONTACTS, AT_ONCE).await?;
    all.bare_drain_s.push(drain.as_secs_f64());
    let (_, one_by_one) = bare(address, TICKETS, 1).await?;
    all.bare.push(one_by_one.into_iter().collect());
    gateway.take_order();

    let url = format!("http://{address}/send");
    let name = format!("messages-{round}");
    let service = bench.service_with(&name, &[("NOTIFY_SMS_URL", &url)]).await?;
    let desk = Desk::open(bench, service.address).await?;
    let (first, others) = devices.split_at(TICKETS);
    let others = &others[..TICKETS_IN_OUTAGE];
    desk.put_contacts(first, 0, 1).await?;
    desk.put_contacts(others, TICKETS, CONTACTS).await?;

    let confirmed = desk.confirm_steadily(first, 0, &mut all.acks[0]).await?;
    wait_until("every family is told", || gateway.count() >= TICKETS).await?;
    let mut handed = Latencies::new();
    for (n, at) in confirmed {
        let came = gateway.when(&number(n, 0)).context("a family was never told")?;
        handed.record(came.saturating_duration_since(at));
    }
    all.handed.push(handed);
    let (_, repeats) = gateway.take_order();

    gateway.is_away(true);
    desk.confirm_steadily(others, TICKETS, &mut all.acks[1]).await?;
    desk.wait_for_queue(TICKETS_IN_OUTAGE * CONTACTS).await?;
    gateway.is_away(false);
    let back = Instant::now();
    let pressing = desk.press_until(first, || gateway.count() >= TICKETS_IN_OUTAGE * CONTACTS);
    all.acks[2].push(pressing.await?);
    all.drain_s.push(back.elapsed().as_secs_f64());
    let (order, again) = gateway.take_order();
    all.urgent_first_pct.push(urgent_first_pct(&order));
    all.notes.push(format!(
        "messages: the gateway that was away was tried {} times; {} messages came twice",
        gateway.refused(),
        repeats + again
    ));
    service.stop().await
}

/// Of as many as there are most urgent ones, how many of the first to come were of them.
fn urgent_first_pct(order: &[String]) -> f64 {
    let is_urgent = |to: &&String| to.get(3..8).is_some_and(|n| n.parse().is_ok_and(is_urgent));
    let urgent = order.iter().filter(is_urgent).count();
    let first = order.iter().take(urgent).filter(is_urgent).count();
    100.0 * first as f64 / urgent.max(1) as f64
}

/// Every fourth ticket is pressed twice, and so of the most urgent kind.
const fn is_urgent(n: usize) -> bool {
    n.is_multiple_of(4)
}

/// The number of a contact of a senior: nobody else's, and nobody's at all.
fn number(n: usize, contact: usize) -> String {
    format!("100{n:05}{contact}")
}

async fn wait_until(what: &str, is_so: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > PATIENCE {
            bail!("not within {} s: {what}", PATIENCE.as_secs());
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Operators and devices.
struct Desk {
    address: SocketAddr,
    cookie: std::sync::Arc<str>,
}

impl Desk {
    async fn open(bench: &Bench, address: SocketAddr) -> Result<Self> {
        let operator = demo::people(&bench.seed(), &["operator"])?.swap_remove(0);
        let operator = demo::log_in(address, operator).await?;
        Ok(Self { address, cookie: operator.cookie })
    }

    /// Gives each senior so many contacts with numbers of their own.
    async fn put_contacts(&self, devices: &[Device], first: usize, contacts: usize) -> Result<()> {
        let mut http = Http::connect(self.address).await?;
        for (n, device) in devices.iter().enumerate() {
            let contact = |k| {
                let phone = number(first + n, k);
                json!({"name": format!("家人{k}"), "relation": "家人", "phone": phone})
            };
            let contacts: Vec<_> = (0..contacts).map(contact).collect();
            let body = json!({"contacts": contacts}).to_string();
            let path = format!("/v1/seniors/{}/plan", device.senior());
            let answer = http.send("PUT", &path, &self.cookie, body.as_bytes()).await?;
            if answer.status != 200 {
                bail!("a plan was answered {}", answer.status);
            }
        }
        Ok(())
    }

    /// Presses and confirms a ticket every ten milliseconds, whether or not the one before was
    /// answered. Returns when each confirmation was sent.
    async fn confirm_steadily(
        &self,
        devices: &[Device],
        first: usize,
        acks: &mut Vec<Latencies>,
    ) -> Result<Vec<(usize, Instant)>> {
        let (back, mut lines) = mpsc::channel(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            back.send(Http::connect(self.address).await?).await?;
        }
        let mut tasks = JoinSet::new();
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for (n, device) in devices.iter().cloned().enumerate() {
            tick.tick().await;
            let mut line = lines.recv().await.context("no lines")?;
            let (back, cookie, n) = (back.clone(), self.cookie.clone(), first + n);
            tasks.spawn(async move {
                let sent = Instant::now();
                let answer = demo::press(&mut line, &device, &format!("messages-{n}")).await?;
                let ack = sent.elapsed();
                if is_urgent(n) {
                    demo::press(&mut line, &device, &format!("messages-{n}-again")).await?;
                }
                let at = Instant::now();
                let path = format!("/v1/tickets/{}/confirm", answer.ticket);
                let status = line.send("POST", &path, &cookie, b"").await?.status;
                if status != 200 {
                    bail!("a confirmation was answered {status}");
                }
                back.send(line).await?;
                Ok((n, at, ack))
            });
        }
        let all: Result<Vec<_>> = tasks.join_all().await.into_iter().collect();
        let all = all?;
        acks.push(all.iter().map(|(_, _, ack)| *ack).collect());
        Ok(all.into_iter().map(|(n, at, _)| (n, at)).collect())
    }

    /// Presses 100 times a second, joining open tickets, until it is so.
    async fn press_until(&self, devices: &[Device], is_so: impl Fn() -> bool) -> Result<Latencies> {
        let mut line = Http::connect(self.address).await?;
        let mut acks = Latencies::new();
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let begun = Instant::now();
        for (n, device) in devices.iter().cycle().enumerate() {
            if is_so() {
                break;
            }
            if begun.elapsed() > PATIENCE {
                bail!("not all were delivered within {} s", PATIENCE.as_secs());
            }
            tick.tick().await;
            let sent = Instant::now();
            demo::press(&mut line, device, &format!("drain-{n}")).await?;
            acks.record(sent.elapsed());
        }
        Ok(acks)
    }

    /// Waits until so many messages lie in the queue.
    async fn wait_for_queue(&self, n: usize) -> Result<()> {
        let mut http = Http::connect(self.address).await?;
        let begun = Instant::now();
        loop {
            let answer = http.send("GET", "/metrics", "", b"").await?;
            let text = std::str::from_utf8(answer.body)?;
            let prefix = "silverbell_messages_waiting{channel=\"sms\"} ";
            let waiting = text.lines().find_map(|line| line.strip_prefix(prefix));
            if waiting.and_then(|n| n.parse::<f64>().ok()).is_some_and(|it| it >= n as f64) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} messages wait, not {n}", waiting.unwrap_or("no"));
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Round {
    fn tell(self, report: &mut Report) {
        let of =
            |all: &[Latencies], q: f64| all.iter().map(|l| l.quantile_ms(q)).collect::<Vec<_>>();
        let own = |q| of(&self.handed, q);
        let whose = "the same POST straight to the gateway";
        let beside = |q| of(&self.bare, q);
        let what = "100 tickets/s confirmed → SMS at the gateway";
        let p50 = Figure::new("messages", format!("{what}, p50"), Unit::Ms, own(0.5));
        report.add(p50.beside(whose, beside(0.5)));
        let p99 = Figure::new("messages", "p99", Unit::Ms, own(0.99));
        report.add(p99.beside(whose, beside(0.99)).goal(GOAL));
        let longest = Figure::new("messages", "longest", Unit::Ms, own(1.0));
        report.add(longest.beside(whose, beside(1.0)));
        let drain = format!("{} queued in an outage, drained in", TICKETS_IN_OUTAGE * CONTACTS);
        let drain = Figure::new("messages", drain, Unit::S, self.drain_s);
        let posts = format!("as many POSTs on {AT_ONCE} connections");
        report.add(drain.beside(posts, self.bare_drain_s));
        let order = "of the first to go, the most urgent, percent";
        report.add(Figure::new("messages", order, Unit::Count, self.urgent_first_pct));
        let when = ["gateway there", "gateway away", "while it drains"];
        for (when, acks) in when.into_iter().zip(&self.acks) {
            let what = |q: &str| format!("SOS ack, {when}, {q}");
            report.add(Figure::new("messages", what("p50"), Unit::Ms, of(acks, 0.5)));
            report.add(Figure::new("messages", what("p99"), Unit::Ms, of(acks, 0.99)));
        }
        for note in self.notes {
            report.note(note);
        }
    }
}
