//! SOS to an operator's screen, one at a time and 120 at once, beside a minimal relay.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::Peer;
use crate::bench::Bench;
use crate::demo::{self, Device, Operator};
use crate::http::Http;
use crate::live::Feed;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::{Latencies, median};

/// How many SOS one at a time each of the two gets in a round.
const SINGLE: usize = 150;

/// How many before that do not count.
const WARM_UP: usize = 20;

/// The two take turns.
const EVERY: Duration = Duration::from_millis(10);

/// How many come at once.
const BURST: usize = 120;

/// How many bursts each of the two gets in a round; the median counts.
const BURSTS: usize = 3;

/// The longest that is waited for an event.
const PATIENCE: Duration = Duration::from_secs(10);

/// The goal: at most so many times the relay.
const GOAL: Goal = Goal::TimesAtMost(3.0);

/// One of the two: keys to press and a screen to look at.
#[derive(Debug)]
struct Side {
    keys: Vec<Http>,
    screen: Feed,
    single: Latencies,
    bursts: Vec<f64>,
    tickets: Vec<String>,
}

/// The figures of one side, a value for each round.
#[derive(Debug, Default)]
struct Rounds {
    p50: Vec<f64>,
    p99: Vec<f64>,
    burst: Vec<f64>,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let devices = demo::devices(&bench.seed())?;
    let service = bench.service("console").await?;
    let relay = bench.peer(Peer::Relay, "console-relay").await?;
    let seat = demo::people(&bench.seed(), &["operator"])?.swap_remove(0);
    let seat = demo::log_in(service.address, seat).await?;
    let mut operator = Operator::new(service.address, &seat).await?;
    let (mut ours, mut theirs) = (Rounds::default(), Rounds::default());
    for round in 0..bench.rounds {
        bench.begin(&format!("console, round {}", round + 1))?;
        let mut side = Side::connect(service.address, &seat.cookie).await?;
        let mut peer = Side::connect(relay.address, "").await?;
        one_at_a_time(&mut side, &mut peer, &devices, round).await?;
        operator.close_all(&std::mem::take(&mut side.tickets)).await?;
        for burst in 0..BURSTS {
            let name = format!("burst-{round}-{burst}");
            side.burst(&devices, &name).await?;
            peer.burst(&devices, &name).await?;
            operator.close_all(&std::mem::take(&mut side.tickets)).await?;
        }
        ours.add(&side);
        theirs.add(&peer);
    }
    let whose = "minimal relay: axum, one row, broadcast";
    let mut add = |what: &str, own: Vec<f64>, other: Vec<f64>| {
        let figure = Figure::new("console", what, Unit::Ms, own);
        report.add(figure.beside(whose, other).goal(GOAL));
    };
    add("SOS to screen, one at a time, p50", ours.p50, theirs.p50);
    add("the same, p99", ours.p99, theirs.p99);
    add("120 at once until all are seen", ours.burst, theirs.burst);
    service.stop().await?;
    relay.stop().await
}

/// Presses for both in turn, so that a noisy neighbour disturbs both alike.
async fn one_at_a_time(
    side: &mut Side,
    peer: &mut Side,
    devices: &[Device],
    round: usize,
) -> Result<()> {
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for (count, device) in devices.iter().cycle().take(WARM_UP + SINGLE).enumerate() {
        let id = format!("single-{round}-{count}");
        for one in [&mut *side, &mut *peer] {
            tick.tick().await;
            one.single(device, &id, count >= WARM_UP).await?;
        }
    }
    Ok(())
}

impl Side {
    async fn connect(address: SocketAddr, cookie: &str) -> Result<Self> {
        let screen = Feed::connect(address, "/v1/live", cookie).await?;
        let mut keys = Vec::with_capacity(BURST);
        for _ in 0..BURST {
            keys.push(Http::connect(address).await?);
        }
        Ok(Self { keys, screen, single: Latencies::new(), bursts: Vec::new(), tickets: Vec::new() })
    }

    /// Presses once and waits for both the answer and the event on the screen.
    async fn single(&mut self, device: &Device, id: &str, counts: bool) -> Result<()> {
        let key = self.keys.first_mut().context("no keys")?;
        let started = Instant::now();
        let (answer, seen) =
            tokio::join!(demo::press(key, device, id), next_opened(&mut self.screen));
        let (answer, (ticket, at)) = (answer?, seen?);
        if answer.ticket != ticket {
            bail!("another ticket came to the screen");
        }
        if counts {
            self.single.record(at - started);
        }
        self.tickets.push(ticket);
        Ok(())
    }

    /// Presses so many keys at once and waits until all tickets are on the screen.
    async fn burst(&mut self, devices: &[Device], name: &str) -> Result<()> {
        let mut presses = JoinSet::new();
        let keys = std::mem::take(&mut self.keys);
        let started = Instant::now();
        for (mut key, device) in keys.into_iter().zip(devices.iter().cloned()) {
            let id = name.to_owned();
            presses.spawn(async move {
                demo::press(&mut key, &device, &id).await.map(|answer| (key, answer.ticket))
            });
        }
        let mut last = started;
        for _ in 0..BURST {
            let (ticket, at) = next_opened(&mut self.screen).await?;
            self.tickets.push(ticket);
            last = at;
        }
        self.bursts.push((last - started).as_secs_f64() * 1_000.0);
        for done in presses.join_all().await {
            let (key, ticket) = done?;
            if !self.tickets.contains(&ticket) {
                bail!("a ticket never came to the screen");
            }
            self.keys.push(key);
        }
        Ok(())
    }
}

/// Waits for the next `ticket_opened` on a screen; returns the ticket and when it came.
async fn next_opened(screen: &mut Feed) -> Result<(String, Instant)> {
    let opened = timeout(PATIENCE, async {
        loop {
            let frame = screen.frame().await.context("the feed ended")?;
            let at = Instant::now();
            if frame.event.as_deref() == Some("ticket_opened")
                && let Some(ticket) = frame.ticket
            {
                return Ok((ticket.id, at));
            }
        }
    });
    opened.await.context("an event never came to the screen")?
}

impl Rounds {
    fn add(&mut self, side: &Side) {
        self.p50.push(side.single.p50_ms());
        self.p99.push(side.single.p99_ms());
        self.burst.push(median(&side.bursts));
    }
}
