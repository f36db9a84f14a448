//! Both databases in one run: SOS accepted and durable per second, and one at a time, each beside
//! what the database itself does with the smallest durable write there is.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use silverbell_testkit_postgres::{Server, program};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval};

use super::accept::{CLIENTS, press_all};
use crate::bench::Bench;
use crate::demo::{self, Device};
use crate::disk;
use crate::http::Http;
use crate::process::Running;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::Latencies;

/// How long `pgbench` and the disk are measured.
const LIMIT_S: u64 = 3;

/// How many SOS are sent one at a time in a round, and how many before that do not count.
const ALONE: usize = 250;
const WARM_UP: usize = 20;

/// SOS and bare commit take turns: each 50 a second.
const EVERY: Duration = Duration::from_millis(10);

/// The goals.
const SHARE: Goal = Goal::ShareAtLeast(0.4);
const TIMES: Goal = Goal::TimesAtMost(3.0);

/// The smallest durable write: one row of about a signal's size.
const ONE_ROW: &str = "INSERT INTO bare (body) VALUES (repeat('x', 256));";

/// The rounds of one database.
#[derive(Debug, Default)]
struct Rounds {
    rates: Vec<f64>,
    joins: Vec<f64>,
    limits: Vec<f64>,
    alone: Vec<Latencies>,
    bare: Vec<Latencies>,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let devices: Arc<[Device]> = demo::devices(&bench.seed())?.into();
    let server = Server::start().context("PostgreSQL")?;
    let seed = fill(bench, &server).await?;
    let (mut sqlite, mut postgres) = (Rounds::default(), Rounds::default());
    for round in 0..bench.rounds {
        bench.begin(&format!("databases, round {}", round + 1))?;
        let limit = Duration::from_secs(LIMIT_S);
        sqlite.limits.push(disk::group_commit(bench.dir(), CLIENTS, limit).await?);
        let service = bench.service(&format!("databases-sqlite-{round}")).await?;
        press(service, &devices, &mut sqlite, None).await?;

        postgres.limits.push(pgbench(bench, &server).await?);
        let name = format!("round_{round}");
        execute(&server.url("postgres"), &format!("CREATE DATABASE {name} TEMPLATE {seed}"))
            .await?;
        let url = server.url(&name);
        let service = bench.service_on(&format!("databases-postgres-{round}"), &url).await?;
        let bare = PgConnection::connect(&server.url("postgres")).await?;
        press(service, &devices, &mut postgres, Some(bare)).await?;
    }
    add(report, "SQLite", sqlite, format!("disk, {CLIENTS} writers, one fdatasync for all queued"));
    add(report, "PostgreSQL", postgres, format!("pgbench, one-row insert, {CLIENTS} clients"));
    let version = version(&server).await?;
    report.note(format!("databases: PostgreSQL {version} on this machine, reached by its socket"));
    Ok(())
}

/// Fills a database with the demo; the others are copies of it.
async fn fill(bench: &Bench, server: &Server) -> Result<&'static str> {
    let name = "seed";
    execute(&server.url("postgres"), &format!("CREATE DATABASE {name}")).await?;
    execute(&server.url("postgres"), "CREATE TABLE bare (id bigserial PRIMARY KEY, body text)")
        .await?;
    bench.service_on("databases-seed", &server.url(name)).await?.stop().await?;
    Ok(name)
}

/// Lets all devices press at once, then on and on, then one at a time.
async fn press(
    service: Running,
    devices: &Arc<[Device]>,
    rounds: &mut Rounds,
    bare: Option<PgConnection>,
) -> Result<()> {
    rounds.rates.push(press_all(service.address, devices, None).await?.rate);
    let lasts = Some(Duration::from_secs(LIMIT_S));
    rounds.joins.push(press_all(service.address, devices, lasts).await?.rate);
    if let Some(mut bare) = bare {
        let (alone, commits) = take_turns(&service, &mut bare, devices).await?;
        rounds.alone.push(alone);
        rounds.bare.push(commits);
    }
    service.stop().await
}

/// One SOS and one bare commit in turn, so that a noisy neighbour disturbs both alike.
async fn take_turns(
    service: &Running,
    bare: &mut PgConnection,
    devices: &[Device],
) -> Result<(Latencies, Latencies)> {
    let mut http = Http::connect(service.address).await?;
    let (mut alone, mut commits) = (Latencies::new(), Latencies::new());
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for (count, device) in devices.iter().cycle().take(WARM_UP + ALONE).enumerate() {
        tick.tick().await;
        let started = Instant::now();
        demo::press(&mut http, device, &format!("alone-{count}")).await?;
        let pressed = started.elapsed();
        tick.tick().await;
        let started = Instant::now();
        sqlx::query(ONE_ROW).execute(&mut *bare).await?;
        if count >= WARM_UP {
            alone.record(pressed);
            commits.record(started.elapsed());
        }
    }
    Ok((alone, commits))
}

/// Returns how many one-row inserts a second the server takes from as many clients.
async fn pgbench(bench: &Bench, server: &Server) -> Result<f64> {
    let script: PathBuf = bench.dir().join("one-row.sql");
    std::fs::write(&script, ONE_ROW)?;
    let ran = Command::new(program("pgbench")?)
        .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2"])
        .args(["--client", &CLIENTS.to_string(), "--time", &LIMIT_S.to_string()])
        .args(["--username", "postgres", "--host"])
        .arg(server.socket_directory())
        .arg("--file")
        .arg(&script)
        .arg("postgres")
        .output()
        .await
        .context("cannot run pgbench")?;
    let said = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() {
        bail!("pgbench: {}", String::from_utf8_lossy(&ran.stderr).trim());
    }
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
    rate.and_then(|rate| rate.parse().ok()).with_context(|| format!("pgbench said: {said}"))
}

async fn version(server: &Server) -> Result<String> {
    let mut connection = PgConnection::connect(&server.url("postgres")).await?;
    Ok(sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await?)
}

async fn execute(url: &str, sql: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    Ok(())
}

fn add(report: &mut Report, database: &str, rounds: Rounds, whose: String) {
    let part = "databases";
    let is_postgres = !rounds.alone.is_empty();
    let of = |figure: Figure| if is_postgres { figure.goal(SHARE) } else { figure };
    let fresh =
        Figure::new(part, format!("{database}: new tickets"), Unit::PerSecond, rounds.rates);
    report.add(of(fresh.beside(&whose, rounds.limits.clone())));
    let joins =
        Figure::new(part, format!("{database}: pressing on"), Unit::PerSecond, rounds.joins);
    report.add(of(joins.beside(whose, rounds.limits)));
    if !is_postgres {
        return;
    }
    let quantile = |all: &[Latencies], q| all.iter().map(|l| l.quantile_ms(q)).collect::<Vec<_>>();
    for (name, q, goal) in [("p50", 0.5, Some(TIMES)), ("p99", 0.99, None)] {
        let what = format!("{database}: one at a time, 50/s, {name}");
        let figure = Figure::new(part, what, Unit::Ms, quantile(&rounds.alone, q));
        let figure = figure.beside("a bare one-row commit", quantile(&rounds.bare, q));
        report.add(match goal {
            Some(goal) => figure.goal(goal),
            None => figure,
        });
    }
}
