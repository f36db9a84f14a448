//! One SOS at a time until it is acknowledged, without and with ten supervisors' boards open.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::bench::Bench;
use crate::demo::{self, Device, LoggedIn, Operator};
use crate::http::Http;
use crate::live::Feed;
use crate::report::{Figure, Report, Unit};
use crate::stats::Latencies;

/// How many boards are open.
const BOARDS: usize = 10;

/// How many SOS each of the two gets in a round.
const PRESSES: usize = 500;

/// How many before that do not count.
const WARM_UP: usize = 20;

/// 50 a second.
const EVERY: Duration = Duration::from_millis(20);

/// A board asks for all that it shows this often: some ten times as often as in life, so that a round of
/// seconds has its share of everything.
const ASKS_EVERY: Duration = Duration::from_secs(2);

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let devices = demo::devices(&bench.seed())?;
    let service = bench.service("boards").await?;
    let supervisor = demo::people(&bench.seed(), &["supervisor"])?.swap_remove(0);
    let supervisor = demo::log_in(service.address, supervisor).await?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        bench.begin(&format!("boards, round {}", round + 1))?;
        let id = format!("alone-{round}");
        let (latencies, tickets) = press(service.address, &devices, &id).await?;
        close(service.address, &supervisor, &tickets).await?;
        without.push(latencies);
        let mut boards = JoinSet::new();
        for _ in 0..BOARDS {
            boards.spawn(board(service.address, supervisor.clone()));
        }
        let (latencies, tickets) =
            press(service.address, &devices, &format!("with-{round}")).await?;
        if let Some(ended) = boards.try_join_next() {
            let why = ended?.err().map_or_else(|| "ended".into(), |error| format!("{error:#}"));
            report.note(format!("WRONG: a board did not stay open: {why}"));
        }
        boards.shutdown().await;
        close(service.address, &supervisor, &tickets).await?;
        with.push(latencies);
    }
    for (name, q) in [("p50", 0.5), ("p99", 0.99)] {
        let of = |all: &[Latencies]| all.iter().map(|l| l.quantile_ms(q)).collect::<Vec<_>>();
        let what = format!("one SOS at a time, 50/s, ten boards open, {name}");
        let figure = Figure::new("boards", what, Unit::Ms, of(&with));
        report.add(figure.beside("the same without a board", of(&without)));
    }
    service.stop().await
}

/// Closes what is open, over a connection of its own: one that asks nothing for long is closed.
async fn close(service: SocketAddr, by: &LoggedIn, tickets: &[String]) -> Result<()> {
    Operator::new(service, by).await?.close_all(tickets).await
}

async fn press(
    service: SocketAddr,
    devices: &[Device],
    id: &str,
) -> Result<(Latencies, Vec<String>)> {
    let mut http = Http::connect(service).await?;
    let (mut latencies, mut tickets) = (Latencies::new(), Vec::new());
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for (count, device) in devices.iter().cycle().take(WARM_UP + PRESSES).enumerate() {
        tick.tick().await;
        let started = Instant::now();
        let answer = demo::press(&mut http, device, &format!("{id}-{count}")).await?;
        if count >= WARM_UP {
            latencies.record(started.elapsed());
        }
        tickets.push(answer.ticket);
    }
    Ok((latencies, tickets))
}

/// Follows the feed and asks for what no event tells, as the page does.
async fn board(service: SocketAddr, supervisor: LoggedIn) -> Result<()> {
    let mut feed = Feed::connect(service, "/v1/live", &supervisor.cookie).await?;
    let mut http = Http::connect(service).await?;
    let (now, day) = (Timestamp::now(), 24.hours());
    let measures = format!("/v1/reports/measures?from={}&to={}", now - day, now + day);
    let paths = [
        "/v1/coverage",
        "/v1/coverage/isochrones",
        "/v1/cover",
        "/v1/service/health",
        "/v1/telephone",
    ];
    let mut asks = interval(ASKS_EVERY);
    asks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            text = feed.text() => drop(text.context("the feed ended")?),
            _ = asks.tick() => {
                for path in paths.into_iter().chain([&*measures, "/readyz"]) {
                    let answer = http.send("GET", path, &supervisor.cookie, b"").await?;
                    anyhow::ensure!(answer.status == 200, "{path}: {}", answer.status);
                }
            }
        }
    }
}
