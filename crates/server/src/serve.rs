//! `silverbell serve`: wiring and life cycle.
//!
//! A soft stop (SIGTERM, SIGINT) closes the listeners, lets requests finish, says goodbye on the
//! live feeds, and writes what is queued, all within ten seconds. A task that ends by itself stops
//! the whole service with a failure, so that whoever watches over it starts it anew.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use silverbell_api::{Api, ApiSettings, CanaryNews, Hubs, MapInUse, Secrets};
use silverbell_dispatcher::{Dispatcher, Exchange, Settings};
use silverbell_domain::{Clock, Protocol};
use silverbell_gateway::{Gateway, Lines, NoExchange, Telephone};
use silverbell_notify::ReceiptDesk;
use silverbell_seal::Seals;
use silverbell_store::{Store, StoreError};
use silverbell_web::Problem;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, SizeAbove};
use tower_http::compression::{CompressionLayer, Predicate};

use crate::canary::{self, Canary, CanarySettings, Told as CanaryTold, Ways};
use crate::cells::CellsInUse;
use crate::config::Config;
use crate::data_key;
use crate::database::Database;
use crate::device_ports;
use crate::http_server::{self, HttpSettings};
use crate::journal::FileJournal;
use crate::ports::{RandomIds, SystemClock, SystemSecrets};
use crate::tls::Tls;
use crate::{commands, demo, files, map_tiles, pages, push, roads, telemetry};

/// From the signal to the end (contract: SIGTERM drains within 10 s).
const DRAIN_WITHIN: Duration = Duration::from_secs(9);

/// Files that are open beside connections: the database, its log, what a report reads.
const SPARE_FILES: u64 = 400;

/// How often a database that was away at the start is tried.
const PREPARE_AGAIN: Duration = Duration::from_secs(1);

/// How often it is looked whether the default district is there.
const DISTRICT_AGAIN: Duration = Duration::from_secs(10);

/// How long `readyz` waits for the store.
const READY_WITHIN: Duration = Duration::from_millis(1_500);

/// Runs the service until it is told to stop.
pub(crate) async fn run(config: Config) -> Result<ExitCode> {
    let database = Database::chosen(&config)?;
    files::prepare(&config.data)?;
    let lock = files::lock(&config.data)?;
    let open_files = allow_connections(&config);
    let metrics = telemetry::metrics()?;
    let tls = config.tls()?.map(Tls::read).transpose()?;
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();

    let (store, writing) = database.open(commands::intake(&config)).await?;
    // The writer outlives the tasks: it ends when the last of them has dropped the store.
    let writing = tokio::spawn(watch_over(writing, stop.clone()));
    let journal = FileJournal::open(&config.data)?;
    let seals = data_key::seals(&config)?;
    let prepared = match prepare(&config, &*store).await {
        Err(error) if database.may_come_back() && is_away(&error) => {
            tracing::error!("{database} cannot be used yet, trying again: {error:#}");
            None
        }
        // Better no service, and somebody who is told why, than one that keeps nothing.
        prepared => Some(prepared.with_context(|| format!("cannot use {database}"))?),
    };

    let tell = data_key::tell_what_is_unreadable(store.clone(), seals.clone(), stop.clone());
    tasks.spawn(tell);
    if database.may_come_back() {
        let keep = keep_default_district(config.clone(), store.clone(), stop.clone());
        tasks.spawn(guarded(keep, stop.clone()));
    }
    let road_speeds = config.road_speeds()?;
    let settings = Settings {
        policy: config.policy(),
        speeds: config.speeds(),
        positions_kept_days: config.retention.positions_days,
        messages_kept_days: config.retention.messages_days,
        tells: config.notify.tells(),
        raises_work: config.demo != "quiet",
    };
    let clock = Arc::new(SystemClock);
    let ids = Arc::new(RandomIds);
    let journal = Box::new(journal);
    let dispatcher =
        Dispatcher::start(store.clone(), journal, clock, ids, settings, &tasks, &stop).await;
    let push = config.notify.push(&config.data, store.clone(), seals.clone());
    let pushes = push::port(push.as_ref());
    let (teller, notify, receipts) = config.notify.start(
        &config.server.public_url,
        store,
        dispatcher.clone(),
        seals.clone(),
        push,
    )?;
    tasks.spawn(guarded(notify.run(stop.clone()), stop.clone()));
    if let Some(teller) = teller {
        tasks.spawn(guarded(teller.run(stop.clone()), stop.clone()));
    }
    // An SOS does not wait for a map: it is opened beside.
    let follow = roads::follow(config.data.clone(), road_speeds, dispatcher.clone(), stop.clone());
    tasks.spawn(guarded(follow, stop.clone()));
    let cells = CellsInUse::default();
    let follow_cells = cells.clone().follow(config.data.clone(), stop.clone());
    tasks.spawn(guarded(follow_cells, stop.clone()));
    let map = MapInUse::default();
    let follow_map = map_tiles::follow(config.clone(), map.clone(), stop.clone());
    tasks.spawn(guarded(follow_map, stop.clone()));
    let hubs = Hubs::start(&dispatcher, &tasks, &stop);

    let listener = listen(&config.listen, "listen").await?;
    dispatcher.listens_to(Protocol::Http);
    let address = listener.local_addr()?;
    let gateway = Gateway {
        dispatcher: dispatcher.clone(),
        models: Arc::new(config.models()?),
        locator: Arc::new(cells),
        lines: Lines::new(config.policy().equipment),
    };
    let exchange = telephone(&config, &gateway, &tasks, &stop)?;
    let canary = config.canary().and_then(CanarySettings::every).map(canary::news);
    let (canary, found) = canary.unzip();
    let outside = (exchange, receipts, seals.clone(), map, pushes, found);
    let app = app(&config, &gateway, outside, hubs, metrics, &stop, &tasks);
    let files = open_files.saturating_sub(SPARE_FILES / 2);
    let http = HttpSettings {
        port: "http",
        bounds: config.http_bounds(),
        idle: config.http_idle(),
        proxies: config.proxies()?,
        files,
        tls: tls.as_ref().map(Tls::acceptor),
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    if let Some(tls) = tls {
        tasks.spawn(guarded(tls.follow(stop.clone()), stop.clone()));
    }
    // The demo's people and the canary live in this process, and speak to it without a certificate.
    let mut inside_address = address;
    let are_inside = config.demo == "on" || config.canary().is_some_and(CanarySettings::is_inside);
    if are_inside && http.tls.is_some() {
        let inside = listen("127.0.0.1:0", "the way within").await?;
        inside_address = inside.local_addr()?;
        let http = HttpSettings { port: "inside", tls: None, ..http.clone() };
        let (app, connections, until) = (app.clone(), tasks.clone(), stop.clone());
        tasks.spawn(async move { http_server::serve(inside, app, http, connections, until).await });
    }
    let (connections, until, ended) = (tasks.clone(), stop.clone(), stop.clone());
    tasks.spawn(async move {
        let _alarm = ended.drop_guard();
        http_server::serve(listener, app, http, connections, until).await;
    });
    let devices = device_ports::Shared {
        config: &config,
        gateway,
        files,
        tasks: tasks.clone(),
        stop: stop.clone(),
    };
    let ports = device_ports::serve(devices).await?;
    if let (Some(settings), Some(told)) = (config.canary(), canary) {
        let ways = settings.ways(inside_address, &ports);
        start_canary(settings, ways, &config, (&dispatcher, told), &tasks, &stop);
    }

    // Whoever reads that it listens may stop it at once.
    let signals = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    commands::print(&format!("listening on {scheme}://{address}"))?;
    for (protocol, port) in ports {
        commands::print(&format!("listening on {protocol} tcp://{port}"))?;
    }
    match prepared {
        Some(Some(demo)) => start_demo(demo, &config, inside_address, &tasks, &stop)?,
        Some(None) => {}
        None => {
            let (demo_tasks, stop) = (tasks.clone(), stop.clone());
            let dispatcher = dispatcher.clone();
            tasks.spawn(prepare_late(config, dispatcher, inside_address, demo_tasks, stop));
        }
    }
    // The writer ends when nobody can write any more.
    drop(dispatcher);

    wait_for_the_end(&stop, signals).await;
    let is_failure = stop.is_cancelled();
    stop.cancel();
    tasks.close();
    let drained = tokio::time::timeout(DRAIN_WITHIN, async {
        tasks.wait().await;
        writing.await
    });
    if drained.await.is_err() {
        tracing::warn!("not everything ended in time");
    }
    drop(lock);
    Ok(if is_failure { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every watch, phone and screen is an open file; at the limit an SOS could not even connect.
/// Returns how many files may be open.
fn allow_connections(config: &Config) -> u64 {
    let devices: usize = config.device_ports().iter().map(|(_, port)| port.most()).sum();
    let connections = config.http_bounds().connections + devices;
    let wanted = connections as u64 + SPARE_FILES;
    // A limit that cannot be asked for is met when accepting.
    let allowed = rlimit::increase_nofile_limit(wanted).unwrap_or(u64::MAX);
    if allowed < wanted {
        tracing::warn!(
            allowed,
            wanted,
            "the system allows fewer open files than server.max_connections and \
             the max_connections of the device ports need: raise the limit (ulimit -Hn, LimitNOFILE)"
        );
    }
    allowed
}

/// An error of the writer means that the disk failed: the service ends, a restart recovers.
async fn watch_over(
    writing: impl Future<Output = Result<(), StoreError>>,
    stop: CancellationToken,
) {
    let _alarm = stop.drop_guard();
    if let Err(error) = writing.await {
        tracing::error!(%error, "the store's writer ended: the service stops");
    }
}

async fn listen(address: &str, key: &str) -> Result<TcpListener> {
    http_server::listen(address).await.with_context(|| {
        format!("{key} = \"{address}\": cannot listen there; is it taken, or not ours?")
    })
}

/// Puts in what has to be there from the first second, and the demo if it is wanted.
async fn prepare(config: &Config, store: &dyn Store) -> Result<Option<demo::Demo>> {
    store.probe().await?;
    commands::ensure_default_district(store, config).await?;
    if config.canary().is_some() {
        canary::ensure_district(store).await?;
    }
    if config.demo.is_empty() {
        return Ok(None);
    }
    let mut prepared = demo::prepare(
        store,
        &config.data,
        &config.demo_password,
        config.demo == "on",
        (&SystemSecrets, &data_key::demo_seals()),
    )
    .await?;
    if config.demo == "on" {
        let now = SystemClock.now();
        demo::fill_roster(store, &mut prepared, &RandomIds, now).await?;
    }
    Ok(Some(prepared))
}

/// A task that must not end by itself: if it does, the service ends, visibly.
async fn guarded(task: impl Future<Output = ()>, stop: CancellationToken) {
    let _alarm = stop.drop_guard();
    task.await;
}

/// A database that comes back may be an empty one: an SOS of an unknown device goes somewhere there,
/// too.
async fn keep_default_district(config: Config, store: Arc<dyn Store>, stop: CancellationToken) {
    let mut again = tokio::time::interval(DISTRICT_AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = again.tick() => {}
        }
        if let Err(error) = commands::ensure_default_district(&*store, &config).await {
            tracing::debug!(%error, "the default district cannot be looked for");
        }
    }
}

/// Returns whether an error is that the database cannot be used at present, or not all of it: a row
/// that cannot be read must not keep the others' alarms from being taken.
fn is_away(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref();
    matches!(error, Some(StoreError::Unavailable(_) | StoreError::Corrupt(_)))
}

/// Prepares when the database is there at last.
async fn prepare_late(
    config: Config,
    dispatcher: Arc<Dispatcher>,
    address: SocketAddr,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    let mut again = tokio::time::interval(PREPARE_AGAIN);
    let prepared = loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = again.tick() => {}
        }
        match prepare(&config, dispatcher.store()).await {
            Err(error) if is_away(&error) => {}
            prepared => break prepared,
        }
    };
    let started = prepared.and_then(|demo| match demo {
        Some(demo) => start_demo(demo, &config, address, &tasks, &stop),
        None => Ok(()),
    });
    if let Err(error) = started {
        tracing::error!("the service stops: {error:#}");
        stop.cancel();
    }
}

fn start_demo(
    demo: demo::Demo,
    config: &Config,
    address: SocketAddr,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<()> {
    if demo.is_new_password {
        commands::print(&format!("demo password (shown once): {}", demo.password))?;
    }
    commands::print(
        "demo logins: operator1 at / · aide01 at /aide · supervisor1 · admin (all in demo-people.csv)",
    )?;
    if config.demo == "on" {
        let url = format!("http://{address}");
        let clock = Arc::new(SystemClock);
        tasks.spawn(demo::live(demo, url, clock, stop.clone()));
    }
    Ok(())
}

/// Starts the canary. It must not take down what it looks after: that it cannot go is told by the log, by
/// its age on the board and in the alerts, and by silence outside.
fn start_canary(
    settings: &CanarySettings,
    ways: Ways,
    config: &Config,
    (dispatcher, told): (&Arc<Dispatcher>, CanaryTold),
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let Some(every) = settings.every() else { return };
    canary::begin(settings, every, &ways, dispatcher.clock());
    let own = (&*config.data, &SystemSecrets as &dyn Secrets);
    match Canary::new(settings.clone(), ways, own, dispatcher.clone(), told) {
        Ok(canary) => {
            let running = tasks.spawn(canary.run(every, stop.clone()));
            tasks.spawn(async move {
                if let Err(error) = running.await {
                    tracing::error!(%error, "the canary died: no SOS is made up until a restart");
                }
            });
        }
        Err(error) => tracing::error!("the canary cannot go: {error:#}"),
    }
}

/// Connects the telephone exchange, if there is one.
fn telephone(
    config: &Config,
    gateway: &Gateway,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Arc<dyn Exchange>> {
    let Some(settings) = config.telephone()? else { return Ok(Arc::new(NoExchange)) };
    let telephone = Telephone::new(settings);
    let listens = telephone.clone().run(gateway.clone(), stop.clone());
    tasks.spawn(guarded(listens, stop.clone()));
    Ok(telephone)
}

/// Waits for a signal, or for a task that ended by itself.
async fn wait_for_the_end(stop: &CancellationToken, signals: (Signal, Signal)) {
    let (mut terminate, mut interrupt) = signals;
    tokio::select! {
        () = stop.cancelled() => {}
        _ = terminate.recv() => tracing::info!("stopping"),
        _ = interrupt.recv() => tracing::info!("stopping"),
    }
}

// --- Routes ------------------------------------------------------------------------------------

#[derive(Clone)]
struct Health {
    dispatcher: Arc<Dispatcher>,
    metrics: PrometheusHandle,
}

/// What the routes reach others by.
type Outside = (
    Arc<dyn Exchange>,
    ReceiptDesk,
    Arc<Seals>,
    MapInUse,
    Option<Arc<dyn silverbell_api::Pushes>>,
    Option<CanaryNews>,
);

fn app(
    config: &Config,
    gateway: &Gateway,
    (exchange, receipts, seals, map, pushes, canary): Outside,
    hubs: Arc<Hubs>,
    metrics: PrometheusHandle,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) -> Router {
    let dispatcher = &gateway.dispatcher;
    // What is wrong with it was said when the settings were read.
    let is_served_secured = matches!(config.tls(), Ok(Some(_)));
    let public_url = Some(config.server.public_url.clone()).filter(|url| !url.is_empty());
    let settings = ApiSettings {
        is_https: is_served_secured
            || public_url.as_ref().is_some_and(|url| url.starts_with("https://")),
        public_url,
        maps: config.data.clone(),
        map,
        seals,
        centre_phone: config.centre_phone(),
        keys_overdue_h: config.keys.overdue_h,
        pushes,
        canary,
    };
    let secrets = Arc::new(SystemSecrets);
    let api = Api::new(
        dispatcher.clone(),
        secrets,
        hubs,
        settings,
        (Arc::new(gateway.lines.clone()), exchange),
        stop.clone(),
        tasks.clone(),
    );
    let routes = silverbell_api::router(api)
        .merge(silverbell_gateway::router(gateway.clone()))
        .merge(silverbell_notify::router(receipts));
    let (routes, mut document) = routes.split_for_parts();
    describe(&mut document);
    let health = Health { dispatcher: dispatcher.clone(), metrics };
    let health = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(scrape))
        .with_state(health);
    // Small answers are not worth compressing, and what is compressed already never is.
    let worth = SizeAbove::new(1_024)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new(silverbell_api::MAP_TYPE));
    Router::new()
        .merge(pages::router())
        .merge(health)
        .route("/openapi.json", get(move || async move { Json(document) }))
        .merge(routes)
        .fallback(|| async { Problem::not_found("there is nothing here") })
        .layer(CompressionLayer::new().gzip(true).compress_when(worth))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            Problem::internal().into_response()
        }))
}

/// Names the document.
pub(crate) fn describe(document: &mut utoipa::openapi::OpenApi) {
    document.info.title = "Silverbell 银铃".into();
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.info.description = Some("24/7 SOS dispatch for old people".into());
}

/// Ready means: an SOS could be kept now.
async fn ready(State(health): State<Health>) -> Result<&'static str, Problem> {
    is_ready(&health).await.map(|()| "ready")
}

async fn is_ready(health: &Health) -> Result<(), Problem> {
    let probe = health.dispatcher.store().probe();
    match tokio::time::timeout(READY_WITHIN, probe).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Problem::unavailable(error.to_string(), 2)),
        Err(_) => Err(Problem::unavailable("the store takes too long", 2)),
    }
}

async fn scrape(State(health): State<Health>) -> impl IntoResponse {
    let is_ready = is_ready(&health).await.is_ok();
    gauge!("silverbell_ready").set(f64::from(u8::from(is_ready)));
    let text = health.metrics.render();
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
