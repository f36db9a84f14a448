//! The canary (自检): every minute a made-up SOS through each port that is open, to a console's live feed.
//!
//! It goes the way of a real one: a device's bytes to the port, and an operator's session and socket to
//! see it. When all arrived a watcher outside the service is told (a dead man's switch): it calls
//! somebody when it is *not* told, whatever the reason, this whole machine included.

mod cast;
mod console;
mod frames;
mod press;
mod settings;
mod web;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::http::HeaderMap;
use futures_util::future::join_all;
use metrics::{counter, gauge, histogram};
use silverbell_api::{CanaryFailure, CanaryNews, CanaryOutside, CanaryPort, CanaryRound, Secrets};
use silverbell_dispatcher::Dispatcher;
use silverbell_domain::{Clock, Protocol};
use silverbell_notify::Trust;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use self::cast::Cast;
pub(crate) use self::cast::ensure_district;
use self::console::{Console, Feed, Shown};
pub(crate) use self::settings::{CanarySettings, Ways};
use self::web::Web;

/// The first round, after the ports are open.
const FIRST_AFTER: Duration = Duration::from_secs(5);

/// A whole round; the shortest pause between two is longer.
const ROUND_WITHIN: Duration = Duration::from_secs(25);

/// From the first key of a round until the last alarm has to be on the feed.
const PRESS_WITHIN: Duration = Duration::from_secs(8);

/// A feed that ends so often within seconds is none.
const REOPENED_AT_MOST: u32 = 20;

/// The watcher outside.
const TOLD_WITHIN: Duration = Duration::from_secs(4);

/// Where rounds are told.
pub(crate) type Told = watch::Sender<Option<Arc<CanaryRound>>>;

/// One that is ready to go.
pub(crate) struct Canary {
    settings: CanarySettings,
    ways: Ways,
    cast: Cast,
    dispatcher: Arc<Dispatcher>,
    console: Console,
    told: Told,
}

/// Sets the gauges that alerts compare, whatever becomes of the canary: what never works is then noticed as
/// what worked until now.
pub(crate) fn begin(settings: &CanarySettings, every: Duration, ways: &Ways, clock: &dyn Clock) {
    gauge!("silverbell_canary_every_seconds").set(every.as_secs_f64());
    for (protocol, _) in &ways.ports {
        came_through(protocol.as_str(), clock);
    }
    if settings.ping_url().is_some() {
        told_outside(clock);
    }
}

/// Returns where rounds are told, and who follows them.
pub(crate) fn news(every: Duration) -> (Told, CanaryNews) {
    let (told, last) = watch::channel(None);
    let every_s = u32::try_from(every.as_secs()).unwrap_or(u32::MAX);
    (told, CanaryNews { every_s, last })
}

impl Canary {
    /// Makes one ready; its people are in the data directory.
    pub(crate) fn new(
        settings: CanarySettings,
        ways: Ways,
        (data, secrets): (&Path, &dyn Secrets),
        dispatcher: Arc<Dispatcher>,
        told: Told,
    ) -> Result<Self> {
        let cast = Cast::of(data, secrets)?;
        let protocols = ways.ports.iter().map(|(protocol, _)| *protocol);
        dispatcher.makes_up(protocols.map(|it| (it, cast.ident(it))).collect());
        let trust = Trust::of_the_system()?;
        let trust = trust.config();
        let web = Web::new(trust);
        let console = Console {
            web,
            trust: trust.clone(),
            url: ways.url.clone(),
            username: cast.username(),
            password: cast.password(),
            cookie: None,
        };
        Ok(Self { settings, ways, cast, dispatcher, console, told })
    }

    /// Goes round after round until told to stop.
    pub(crate) async fn run(mut self, every: Duration, stop: CancellationToken) {
        let mut rounds = interval_at(Instant::now() + FIRST_AFTER.min(every), every);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(rounds.tick()).await.is_some() {
            let Some(ports) = stop.run_until_cancelled(self.round()).await else { return };
            for port in &ports {
                count(port, self.dispatcher.clock());
            }
            let outside = stop.run_until_cancelled(self.tell_outside(&ports)).await;
            let Some(outside) = outside else { return };
            let round = CanaryRound { at: self.dispatcher.clock().now(), ports, outside };
            self.told.send_replace(Some(Arc::new(round)));
        }
    }

    /// Goes a round, and returns what came of it by each port.
    async fn round(&mut self) -> Vec<CanaryPort> {
        let protocols: Vec<Protocol> = self.ways.ports.iter().map(|(it, _)| *it).collect();
        match timeout(ROUND_WITHIN, self.press_and_look(&protocols)).await {
            Ok(Ok(ports)) => ports,
            Ok(Err((failure, error))) => {
                tracing::error!(why = failure.as_str(), "the canary cannot press: {error:#}");
                all(&protocols, failure)
            }
            Err(_) => {
                tracing::error!("the canary's round did not end in time");
                all(&protocols, CanaryFailure::NotShown)
            }
        }
    }

    async fn press_and_look(
        &mut self,
        protocols: &[Protocol],
    ) -> Result<Vec<CanaryPort>, (CanaryFailure, anyhow::Error)> {
        self.enter(protocols).await.map_err(|error| (CanaryFailure::Unprepared, error))?;
        let no_console = |error| (CanaryFailure::NoConsole, error);
        let (mut feed, open) = self.console.open().await.map_err(no_console)?;
        // What an interrupted round left behind: a press would only join it, and tell nothing.
        let left = open.into_iter().filter(|shown| self.is_own(shown)).map(|shown| shown.ticket);
        self.close(left.collect()).await.map_err(no_console)?;
        let came = self.press_all(&mut feed).await;
        if let Err(error) = self.close(came.tickets()).await {
            tracing::warn!("a ticket of the canary stays open until the next round: {error:#}");
        }
        Ok(protocols.iter().map(|protocol| came.port(*protocol, &self.cast)).collect())
    }

    /// Other nodes have made-up seniors of their own.
    fn is_own(&self, shown: &Shown) -> bool {
        let mut own = self.ways.ports.iter().map(|(protocol, _)| self.cast.senior(*protocol));
        own.any(|senior| senior.to_string() == shown.senior)
    }

    /// Sees to it that whoever presses is there, and that what is pressed can be kept: an alarm that cannot
    /// be is shown to every operator, and this one would be shown for nothing.
    async fn enter(&self, protocols: &[Protocol]) -> Result<()> {
        let store = self.dispatcher.store();
        store.probe().await?;
        self.cast.enter(store, protocols).await
    }

    async fn press_all(&self, feed: &mut Feed) -> Came {
        let started = Instant::now();
        let mut presses = JoinSet::new();
        for (protocol, address) in self.ways.ports.clone() {
            let alarm = frames::alarm(
                protocol,
                &self.cast.ident(protocol),
                cast::PLACE,
                self.dispatcher.clock().now(),
            );
            let key = self.cast.key(protocol);
            let web = self.console.web.clone();
            presses.spawn(async move {
                let pressed = press::press(&web, &address, alarm, key.as_deref()).await;
                (protocol, pressed)
            });
        }
        let mut came = Came::default();
        let mut console = self.console.clone();
        let wanted = self.ways.ports.len();
        let until = started + PRESS_WITHIN;
        let mut is_feed_open = true;
        let mut reopened = 0;
        while came.pressed.len() < wanted || (is_feed_open && came.is_missing(&self.cast)) {
            let step = async {
                tokio::select! {
                    Some(pressed) = presses.join_next() => Step::Pressed(pressed.ok()),
                    shown = feed.next(), if is_feed_open => Step::Shown(shown),
                    else => Step::Over,
                }
            };
            match timeout_at(until, step).await {
                Ok(Step::Pressed(pressed)) => came.pressed.extend(pressed),
                Ok(Step::Shown(Some(shown))) if !self.is_own(&shown) => {}
                Ok(Step::Shown(Some(shown))) => {
                    let took = started.elapsed();
                    came.shown.entry(shown.senior).or_insert((shown.ticket, took));
                }
                // A feed ends when the district is read anew, as it is when another node has written:
                // a console connects again and has what it missed.
                Ok(Step::Shown(None)) if reopened < REOPENED_AT_MOST => {
                    reopened += 1;
                    let Ok(Ok((anew, open))) = timeout_at(until, console.open()).await else {
                        is_feed_open = false;
                        continue;
                    };
                    *feed = anew;
                    let took = started.elapsed();
                    for shown in open.into_iter().filter(|shown| self.is_own(shown)) {
                        came.shown.entry(shown.senior).or_insert((shown.ticket, took));
                    }
                }
                Ok(Step::Shown(None)) => is_feed_open = false,
                Ok(Step::Over) | Err(_) => break,
            }
        }
        came
    }

    /// Closes tickets, all at once.
    async fn close(&self, tickets: Vec<String>) -> Result<()> {
        let closes = tickets.iter().map(|ticket| self.console.close(ticket));
        join_all(closes).await.into_iter().collect()
    }

    /// Tells the watcher outside that all is well, if it is.
    async fn tell_outside(&self, ports: &[CanaryPort]) -> CanaryOutside {
        let Some(url) = self.settings.ping_url() else { return CanaryOutside::Nobody };
        if ports.iter().any(|port| port.failure.is_some()) {
            return CanaryOutside::Silent;
        }
        let answer = self.console.web.ask(url, HeaderMap::new(), None, TOLD_WITHIN).await;
        // The address is a secret: whoever has it can keep the watcher calm.
        let why = match answer {
            Ok(answer) if answer.status.is_success() => None,
            Ok(answer) => Some(format!("answered with {}", answer.status)),
            Err(error) => Some(error.to_string()),
        };
        match why {
            None => {
                told_outside(self.dispatcher.clock());
                CanaryOutside::Told
            }
            Some(why) => {
                tracing::error!(why, "canary.ping_url: the watcher outside is not reached");
                CanaryOutside::Unreached
            }
        }
    }
}

enum Step {
    /// `None`: a press broke off.
    Pressed(Option<(Protocol, Result<(), CanaryFailure>)>),
    /// `None`: the feed has ended.
    Shown(Option<Shown>),
    /// Nothing more can come.
    Over,
}

/// What came of the presses of a round.
#[derive(Default)]
struct Came {
    pressed: HashMap<Protocol, Result<(), CanaryFailure>>,
    /// By senior: the ticket, and how long after the first key it was on the feed.
    shown: HashMap<String, (String, Duration)>,
}

impl Came {
    fn tickets(&self) -> Vec<String> {
        self.shown.values().map(|(ticket, _)| ticket.clone()).collect()
    }

    /// Returns whether an alarm was acknowledged that the feed has not told of.
    fn is_missing(&self, cast: &Cast) -> bool {
        let is_shown =
            |protocol: Protocol| self.shown.contains_key(&cast.senior(protocol).to_string());
        self.pressed.iter().any(|(protocol, pressed)| pressed.is_ok() && !is_shown(*protocol))
    }

    fn port(&self, protocol: Protocol, cast: &Cast) -> CanaryPort {
        let pressed = self.pressed.get(&protocol);
        let acknowledged = pressed.copied().unwrap_or(Err(CanaryFailure::NotAcknowledged));
        let shown = self.shown.get(&cast.senior(protocol).to_string());
        let came =
            acknowledged.and_then(|()| shown.map(|(_, took)| *took).ok_or(CanaryFailure::NotShown));
        CanaryPort {
            port: protocol.as_str(),
            took_ms: came.ok().map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
            failure: came.err(),
        }
    }
}

fn all(protocols: &[Protocol], failure: CanaryFailure) -> Vec<CanaryPort> {
    let of =
        |it: &Protocol| CanaryPort { port: it.as_str(), took_ms: None, failure: Some(failure) };
    protocols.iter().map(of).collect()
}

/// Notes that an alarm came through a port.
fn came_through(port: &'static str, clock: &dyn Clock) {
    let now_s = clock.now().0 as f64 / 1_000.0;
    gauge!("silverbell_canary_last_success_timestamp_seconds", "port" => port).set(now_s);
}

/// Notes that the watcher outside knows that all is well.
fn told_outside(clock: &dyn Clock) {
    let now_s = clock.now().0 as f64 / 1_000.0;
    gauge!("silverbell_canary_last_told_timestamp_seconds").set(now_s);
}

fn count(port: &CanaryPort, clock: &dyn Clock) {
    let name = port.port;
    match (port.took_ms, port.failure) {
        (_, Some(failure)) => {
            let why = failure.as_str();
            counter!("silverbell_canary_failures_total", "port" => name, "why" => why).increment(1);
            match failure {
                // Said once for all ports.
                CanaryFailure::Unprepared | CanaryFailure::NoConsole => {}
                CanaryFailure::Unreachable
                | CanaryFailure::NotAcknowledged
                | CanaryFailure::NotShown => {
                    tracing::error!(port = name, why, "a made-up SOS did not reach a console");
                }
            }
        }
        (Some(took_ms), None) => {
            histogram!("silverbell_canary_seconds", "port" => name)
                .record(took_ms as f64 / 1_000.0);
            came_through(name, clock);
        }
        (None, None) => {}
    }
}
