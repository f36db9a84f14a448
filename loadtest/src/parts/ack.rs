//! One SOS at a time until it is acknowledged, beside a bare handler that commits one row.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::{MissedTickBehavior, interval};

use crate::Peer;
use crate::bench::Bench;
use crate::demo::{self, Device, Operator};
use crate::http::Http;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::Latencies;

/// How many SOS each of the two gets in a round.
const PRESSES: usize = 250;

/// How many before that do not count.
const WARM_UP: usize = 20;

/// The two take turns: each gets 50 a second.
const EVERY: Duration = Duration::from_millis(10);

/// The goal for the median.
const GOAL: Goal = Goal::TimesAtMost(2.0);

/// One connection to one of the two.
#[derive(Debug)]
struct Caller {
    http: Http,
    latencies: Latencies,
    tickets: Vec<String>,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let devices = demo::devices(&bench.seed())?;
    let service = bench.service("ack").await?;
    let bare = bench.peer(Peer::Bare, "ack-bare").await?;
    let supervisor = demo::people(&bench.seed(), &["supervisor"])?.swap_remove(0);
    let supervisor = demo::log_in(service.address, supervisor).await?;
    let mut operator = Operator::new(service.address, &supervisor).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        bench.begin(&format!("ack, round {}", round + 1))?;
        let (caller, peer) = take_turns(service.address, bare.address, &devices, round).await?;
        operator.close_all(&caller.tickets).await?;
        ours.push(caller.latencies);
        theirs.push(peer.latencies);
    }
    let quantile = |q: f64| {
        let of = move |all: &[Latencies]| all.iter().map(|l| l.quantile_ms(q)).collect::<Vec<_>>();
        (of(&ours), of(&theirs))
    };
    let whose = "bare axum, one row with sqlx, same POST";
    let (own, other) = quantile(0.5);
    let p50 = Figure::new("ack", "one at a time, 50/s, p50", Unit::Ms, own);
    report.add(p50.beside(whose, other).goal(GOAL));
    let (own, other) = quantile(0.99);
    report.add(Figure::new("ack", "p99", Unit::Ms, own).beside(whose, other));
    service.stop().await?;
    bare.stop().await
}

/// Presses for both in turn, so that a noisy neighbour disturbs both alike.
async fn take_turns(
    service: SocketAddr,
    bare: SocketAddr,
    devices: &[Device],
    round: usize,
) -> Result<(Caller, Caller)> {
    let mut caller = Caller::connect(service).await?;
    let mut peer = Caller::connect(bare).await?;
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for (count, device) in devices.iter().cycle().take(WARM_UP + PRESSES).enumerate() {
        let id = format!("ack-{round}-{count}");
        for one in [&mut caller, &mut peer] {
            tick.tick().await;
            one.press(device, &id, count >= WARM_UP).await?;
        }
    }
    Ok((caller, peer))
}

impl Caller {
    async fn connect(address: SocketAddr) -> Result<Self> {
        let http = Http::connect(address).await?;
        Ok(Self { http, latencies: Latencies::new(), tickets: Vec::new() })
    }

    async fn press(&mut self, device: &Device, id: &str, counts: bool) -> Result<()> {
        let started = Instant::now();
        let answer = demo::press(&mut self.http, device, id).await?;
        if counts {
            self.latencies.record(started.elapsed());
        }
        self.tickets.push(answer.ticket);
        Ok(())
    }
}
