//! SOS accepted and durable per second, beside the disk's own group commit.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::bench::Bench;
use crate::demo::{self, Device};
use crate::disk;
use crate::http::Http;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::{Latencies, median};

/// How many devices press at once, and how many writers the disk serves.
pub(crate) const CLIENTS: usize = 64;

/// How long the disk is measured.
const DISK: Duration = Duration::from_millis(1_500);

/// How long devices go on pressing once every senior has an open ticket.
const SUSTAINED: Duration = Duration::from_secs(3);

/// The goal: half of the disk's rate, or this many a second if that is lower.
const GOAL: Goal = Goal::ShareOrAtLeast(0.5, 5_000.0);

/// What the clients did together.
#[derive(Debug)]
pub(crate) struct Pressed {
    pub(crate) rate: f64,
    latencies: Latencies,
    joined: u64,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let devices: Arc<[Device]> = demo::devices(&bench.seed())?.into();
    let (mut disks, mut fresh, mut sustained) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cores, mut folded) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        bench.begin(&format!("accept, round {}", round + 1))?;
        disks.push(disk::group_commit(bench.dir(), CLIENTS, DISK).await?);
        let service = bench.service(&format!("accept-{round}")).await?;
        fresh.push(press_all(service.address, &devices, None).await?);
        let (before, started) = (service.cpu_s(), Instant::now());
        let commits = commits(service.address).await?;
        let pressed = press_all(service.address, &devices, Some(SUSTAINED)).await?;
        cores.push((service.cpu_s() - before) / started.elapsed().as_secs_f64());
        let commits = self::commits(service.address).await? - commits;
        folded.push(pressed.latencies.len() as f64 / commits.max(1.0));
        sustained.push(pressed);
        service.stop().await?;
    }
    let writers = format!("disk, {CLIENTS} writers, one fdatasync for all queued");
    let rates = |all: &[Pressed]| all.iter().map(|pressed| pressed.rate).collect::<Vec<_>>();
    let new = format!("{} new tickets, {CLIENTS} devices at once", devices.len());
    let first = Figure::new("accept", new, Unit::PerSecond, rates(&fresh));
    report.add(first.beside(&writers, disks.clone()).goal(GOAL));
    let again =
        Figure::new("accept", "then pressing on and on", Unit::PerSecond, rates(&sustained));
    report.add(again.beside(&writers, disks).goal(GOAL));
    add_latencies(report, "new tickets", &fresh);
    add_latencies(report, "pressing on", &sustained);
    let joined: u64 = fresh.iter().map(|pressed| pressed.joined).sum();
    let (cores, folded) = (median(&cores), median(&folded));
    report.note(format!(
        "accept: {joined} of the first presses joined a ticket (0 is right); pressing on, the \
         service used {cores:.1} cores, and {folded:.0} SOS shared a commit"
    ));
    Ok(())
}

/// Returns how many transactions the service has committed.
async fn commits(address: SocketAddr) -> Result<f64> {
    let mut http = Http::connect(address).await?;
    let answer = http.send("GET", "/metrics", "", b"").await?;
    let text = std::str::from_utf8(answer.body)?;
    let count =
        text.lines().find_map(|line| line.strip_prefix("silverbell_store_commit_seconds_count "));
    count.and_then(|count| count.parse().ok()).context("no count of commits in /metrics")
}

fn add_latencies(report: &mut Report, what: &str, rounds: &[Pressed]) {
    let of = |quantile: f64| rounds.iter().map(|p| p.latencies.quantile_ms(quantile)).collect();
    report.add(Figure::new("accept", format!("{what}: ack p50"), Unit::Ms, of(0.5)));
    report.add(Figure::new("accept", format!("{what}: ack p99"), Unit::Ms, of(0.99)));
}

/// Lets all clients press, each its own share of the devices in turn: once each, or for a time.
pub(crate) async fn press_all(
    address: SocketAddr,
    devices: &Arc<[Device]>,
    lasts: Option<Duration>,
) -> Result<Pressed> {
    let mut clients = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        clients.push(Http::connect(address).await?);
    }
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for (client, http) in clients.into_iter().enumerate() {
        tasks.spawn(press_share(http, devices.clone(), client, lasts.map(|l| started + l)));
    }
    let mut latencies = Latencies::new();
    let mut joined = 0;
    while let Some(done) = tasks.join_next().await {
        let (own, own_joined) = done??;
        latencies.add(&own);
        joined += own_joined;
    }
    let rate = latencies.len() as f64 / started.elapsed().as_secs_f64();
    Ok(Pressed { rate, latencies, joined })
}

async fn press_share(
    mut http: Http,
    devices: Arc<[Device]>,
    client: usize,
    until: Option<Instant>,
) -> Result<(Latencies, u64)> {
    let mut latencies = Latencies::new();
    let mut joined = 0;
    let share = || devices.iter().skip(client).step_by(CLIENTS);
    let rounds = if until.is_some() { usize::MAX } else { 1 };
    let presses = std::iter::repeat_n((), rounds).flat_map(|()| share()).enumerate();
    for (count, device) in presses {
        let now = Instant::now();
        if until.is_some_and(|until| now >= until) {
            break;
        }
        let phase = if until.is_some() { "again" } else { "first" };
        let answer = demo::press(&mut http, device, &format!("{phase}-{count}")).await?;
        latencies.record(now.elapsed());
        joined += u64::from(answer.joined);
    }
    Ok((latencies, joined))
}
