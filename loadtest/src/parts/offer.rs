//! SOS to the offer on the responders' phones, 100 SOS a second.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::crew::{self, Free, Offered, Told};
use crate::bench::Bench;
use crate::demo::{self, Device, LoggedIn, Person};
use crate::http::Http;
use crate::machine::cpu_s;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::{Latencies, median};

/// An SOS every so often.
const EVERY: Duration = Duration::from_millis(10);

/// Connections that devices share; an SOS waits for none.
const KEYS: usize = 64;

/// Log-ins at once: the service hashes two passwords at a time.
const LOG_INS: usize = 4;

/// How long stragglers are waited for.
const STRAGGLERS: Duration = Duration::from_secs(3);

/// How often it is counted who is free.
const COUNT_EVERY: Duration = Duration::from_millis(20);

/// The goal for the 99th percentile, milliseconds.
const GOAL: Goal = Goal::AtMost(50.0);

/// One SOS: its ticket, when it was sent, how long the acknowledgement took.
#[derive(Debug)]
struct Sent {
    ticket: String,
    at: Instant,
    ack: Duration,
}

/// What came out.
#[derive(Debug)]
struct Outcome {
    sent: Vec<Sent>,
    offered: Vec<Offered>,
    troubles: Vec<String>,
    /// When nobody waited any longer.
    ended: Instant,
    /// Free aides, and everybody free, again and again.
    free: Vec<(usize, usize)>,
    /// From the last responder's "done" to closed.
    closing: Latencies,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    bench.begin("offer, logging everybody in")?;
    let devices = demo::devices(&bench.seed())?;
    let service = bench.service("offer").await?;
    let responders = demo::people(&bench.seed(), &["aide", "rescuer"])?;
    let operators = demo::people(&bench.seed(), &["operator"])?;
    let responders = log_in(service.address, responders).await?;
    let operators = log_in(service.address, operators).await?;
    let (_, sync_p99) = bench.begin(&format!("offer, 100 SOS/s for {} s", bench.offer_s))?;
    let presses = usize::try_from(bench.offer_s * 100)?;
    let (before, own_before) = (service.cpu_s(), cpu_s(std::process::id()));
    let outcome = rescue(service.address, responders, operators, &devices, presses).await?;
    let lasted = bench.offer_s as f64;
    let cores = (service.cpu_s() - before) / lasted;
    let own = (cpu_s(std::process::id()) - own_before) / lasted;
    service.stop().await?;
    outcome.tell(report, bench.rounds, sync_p99);
    report.note(format!("offer: the service used {cores:.2} cores, the scripted crew {own:.2}"));
    Ok(())
}

async fn log_in(address: SocketAddr, people: Vec<Person>) -> Result<Vec<LoggedIn>> {
    let at_once = Arc::new(Semaphore::new(LOG_INS));
    let mut tasks = JoinSet::new();
    for person in people {
        let at_once = at_once.clone();
        tasks.spawn(async move {
            let _permit = at_once.acquire().await?;
            demo::log_in(address, person).await
        });
    }
    tasks.join_all().await.into_iter().collect()
}

async fn rescue(
    address: SocketAddr,
    responders: Vec<LoggedIn>,
    operators: Vec<LoggedIn>,
    devices: &[Device],
    presses: usize,
) -> Result<Outcome> {
    let free = Arc::new(Free::default());
    let (screen, desks) = operators.split_first().context("no operators")?;
    crew::watch(address, screen, free.clone()).await?;
    let (tell, told) = mpsc::unbounded_channel();
    for who in responders {
        crew::respond(address, who, tell.clone()).await?;
    }
    let (finish, finished) = mpsc::unbounded_channel();
    let desks = crew::close(address, desks, finished).await?;
    let (stop_listening, stopped) = oneshot::channel();
    let listening = tokio::spawn(listen(told, finish, stopped));
    let (stop_counting, stopped) = oneshot::channel();
    let counting = tokio::spawn(count(free, stopped));
    let sent = press_steadily(address, devices, presses).await?;
    drop(stop_counting);
    sleep(STRAGGLERS).await;
    let ended = Instant::now();
    drop(stop_listening);
    let (offered, troubles) = listening.await?;
    let closing = desks.join_all().await.into_iter().flatten().collect();
    Ok(Outcome { sent, offered, troubles, ended, free: counting.await?, closing })
}

/// Presses a key every ten milliseconds, whether or not the one before was answered.
async fn press_steadily(
    address: SocketAddr,
    devices: &[Device],
    presses: usize,
) -> Result<Vec<Sent>> {
    let (back, mut keys) = mpsc::channel(KEYS);
    for _ in 0..KEYS {
        back.send(Http::connect(address).await?).await?;
    }
    let mut tasks = JoinSet::new();
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for (count, device) in devices.iter().cycle().take(presses).cloned().enumerate() {
        tick.tick().await;
        let mut key = keys.recv().await.context("no keys")?;
        let back = back.clone();
        tasks.spawn(async move {
            let at = Instant::now();
            let answer = demo::press(&mut key, &device, &format!("offer-{count}")).await?;
            let ack = at.elapsed();
            back.send(key).await?;
            anyhow::Ok(Sent { ticket: answer.ticket, at, ack })
        });
    }
    tasks.join_all().await.into_iter().collect()
}

/// Collects what the crew tells, and hands a ticket to the operators once its team is done.
async fn listen(
    mut told: mpsc::UnboundedReceiver<Told>,
    finish: mpsc::UnboundedSender<(String, Instant)>,
    mut stopped: oneshot::Receiver<()>,
) -> (Vec<Offered>, Vec<String>) {
    let (mut offered, mut troubles) = (Vec::new(), Vec::new());
    let mut half_done: HashSet<String> = HashSet::new();
    loop {
        let next = tokio::select! {
            next = told.recv() => next,
            _ = &mut stopped => None,
        };
        match next {
            Some(Told::Offered(offer)) => offered.push(offer),
            Some(Told::Trouble(trouble)) => troubles.push(trouble),
            Some(Told::Done { ticket }) => {
                if !half_done.remove(&ticket) {
                    half_done.insert(ticket);
                } else if finish.send((ticket, Instant::now())).is_err() {
                    troubles.push("the operators went home".to_owned());
                }
            }
            None => return (offered, troubles),
        }
    }
}

async fn count(free: Arc<Free>, mut stopped: oneshot::Receiver<()>) -> Vec<(usize, usize)> {
    let mut counts = Vec::new();
    let mut tick = interval(COUNT_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = &mut stopped => return counts,
        }
        let (aides, all) = (&free.aides, &free.all);
        counts.push((aides.load(Ordering::Relaxed), all.load(Ordering::Relaxed)));
    }
}

/// How long each SOS took until this place in its team was offered; one that never was counts as
/// long as was waited for it.
fn delays<'a>(
    sent: &'a [Sent],
    offered: &HashMap<&str, Instant>,
    ended: Instant,
) -> Vec<(&'a Sent, Duration)> {
    let delay = |sos: &Sent| {
        let at = offered.get(sos.ticket.as_str()).copied().unwrap_or(ended);
        at.saturating_duration_since(sos.at)
    };
    sent.iter().map(|sos| (sos, delay(sos))).collect()
}

impl Outcome {
    fn tell(&self, report: &mut Report, windows: usize, sync_p99_ms: f64) {
        let lead = self.first_offers("lead");
        let support = self.first_offers("support");
        let both = self.sent.iter().filter(|sos| {
            [&lead, &support].iter().all(|offers| offers.contains_key(sos.ticket.as_str()))
        });
        let (both, all) = (both.count(), self.sent.len());
        for (role, offers) in [("lead", &lead), ("support", &support)] {
            let delays = delays(&self.sent, offers, self.ended);
            let total: Latencies = delays.iter().map(|(_, delay)| *delay).collect();
            let p50 = Figure::new(
                "offer",
                format!("to the {role}'s socket, p50"),
                Unit::Ms,
                vec![total.p50_ms()],
            );
            report.add(p50);
            let p99 = Figure::new(
                "offer",
                format!("to the {role}'s socket, p99"),
                Unit::Ms,
                vec![total.p99_ms()],
            );
            report
                .add(p99.beside("two fdatasync in a row, p99", vec![2.0 * sync_p99_ms]).goal(GOAL));
            report.note(format!(
                "offer, {role}: p99 of each part of the run {}",
                self.in_windows(&delays, windows)
            ));
        }
        let acks: Latencies = self.sent.iter().map(|sos| sos.ack).collect();
        report.add(Figure::new("offer", "ack under this load, p99", Unit::Ms, vec![acks.p99_ms()]));
        let share = Figure::new(
            "offer",
            "SOS with both offers, of those sent",
            Unit::Count,
            vec![both as f64],
        );
        report.add(share.beside("sent", vec![all as f64]));
        self.tell_people(report);
    }

    fn tell_people(&self, report: &mut Report) {
        let of = |pick: fn(&(usize, usize)) -> usize| {
            let counts: Vec<f64> = self.free.iter().map(|count| pick(count) as f64).collect();
            let least = counts.iter().copied().fold(f64::INFINITY, f64::min);
            format!("at least {least:.0}, median {:.0}", median(&counts))
        };
        let (aides, all) = (of(|count| count.0), of(|count| count.1));
        report.note(format!("offer: free aides {aides}; free people {all} of 183"));
        report.note(format!(
            "offer: {} tickets closed, p99 {:.1} ms after the team was done; {} troubles{}",
            self.closing.len(),
            self.closing.p99_ms(),
            self.troubles.len(),
            self.troubles.first().map_or(String::new(), |first| format!(" (first: {first})")),
        ));
    }

    /// When each ticket's place in the team was first offered.
    fn first_offers(&self, role: &str) -> HashMap<&str, Instant> {
        let mut first = HashMap::new();
        for offer in self.offered.iter().filter(|offer| offer.role == role) {
            let at = first.entry(offer.ticket.as_str()).or_insert(offer.at);
            *at = offer.at.min(*at);
        }
        first
    }

    fn in_windows(&self, delays: &[(&Sent, Duration)], windows: usize) -> String {
        let size = delays.len().div_ceil(windows).max(1);
        let mut in_order = delays.to_vec();
        in_order.sort_by_key(|(sos, _)| sos.at);
        let parts = in_order.chunks(size).map(|part| {
            let part: Latencies = part.iter().map(|(_, delay)| *delay).collect();
            format!("{:.1} ms", part.p99_ms())
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}
