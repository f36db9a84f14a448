//! Reports over a year: 20,000 tickets of a district and two millions of a province, on both databases, beside
//! what the database itself needs to look at the same rows.
//!
//! The rows are written past the service, a year of commits would take hours: the facts as the store packs them,
//! and of each ticket what the reports look at beside them.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use silverbell_domain::{Policy, UnixMs};
use silverbell_store::{FACTS_VERSION, FactsRow};
use silverbell_testkit::{Chance, SeededIds, Year, aide, senior};
use silverbell_testkit_postgres::Server;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};

use crate::bench::Bench;
use crate::demo;
use crate::http::Http;
use crate::process::Running;
use crate::report::{Figure, Goal, Report, Unit};

/// Tickets of a district's year.
const TICKETS: usize = 20_000;

/// A province has so many times as many.
const TIMES: usize = 100;

/// The year begins on 1 January 2025 in Shanghai.
const BEGINS: UnixMs = UnixMs(1_735_660_800_000);
const YEAR: &str = "from=2024-12-31T16:00:00Z&to=2025-12-31T16:00:00Z";

/// What is asked for.
const ASKED: [(&str, &str); 3] = [
    ("by month", "/v1/reports/summary?by=month&"),
    ("by responder", "/v1/reports/summary?by=responder&"),
    ("hours of a week", "/v1/reports/heat?"),
];

/// How often each is asked for, of the small year and of the large one.
const SMALL: usize = 30;
const LARGE: usize = 5;

/// The database's own look at the rows.
const SCAN: &str = "SELECT count(*), sum(length(facts)) FROM ticket_facts";

/// So many rows in a statement.
const AT_ONCE: usize = 500;

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let rows = rows()?;
    bench.begin("reports")?;
    sqlite(bench, report, &rows).await.context("SQLite")?;
    postgres(bench, report, &rows).await.context("PostgreSQL")
}

async fn sqlite(bench: &Bench, report: &mut Report, rows: &[String]) -> Result<()> {
    let data = bench.copy_of_seed("reports-sqlite")?;
    let mut database = Database::Sqlite(in_file(&data).await?);
    database.fill(rows).await?;
    let service = bench.start(&data, "--demo=quiet").await?;
    measure(report, &mut database, service, &data, ("SQLite, 20,000", SMALL, 200.0)).await?;
    database.multiply().await?;
    let service = bench.start(&data, "--demo=quiet").await?;
    measure(report, &mut database, service, &data, ("SQLite, 2,000,000", LARGE, 3_000.0)).await
}

async fn postgres(bench: &Bench, report: &mut Report, rows: &[String]) -> Result<()> {
    let server = Server::start()?;
    let url = server.url("postgres");
    let data = bench.dir().join("reports-postgres");
    bench.service_on("reports-postgres", &url).await?.stop().await?;
    let mut database = Database::Postgres(PgConnection::connect(&url).await?);
    database.fill(rows).await?;
    let service = bench.service_on("reports-postgres", &url).await?;
    measure(report, &mut database, service, &data, ("PostgreSQL, 20,000", SMALL, 200.0)).await?;
    database.multiply().await?;
    let service = bench.service_on("reports-postgres", &url).await?;
    measure(report, &mut database, service, &data, ("PostgreSQL, 2,000,000", LARGE, 3_000.0)).await
}

async fn in_file(data: &Path) -> Result<SqliteConnection> {
    let file = data.join("silverbell.db");
    Ok(SqliteConnectOptions::new().filename(file).connect().await?)
}

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    async fn execute(&mut self, sql: &str) -> Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => sql.execute(connection).await.map(drop)?,
            Self::Postgres(connection) => sql.execute(connection).await.map(drop)?,
        }
        Ok(())
    }

    /// Writes the small year. Bytes are written in each database's own words.
    async fn fill(&mut self, rows: &[String]) -> Result<()> {
        self.execute("BEGIN").await?;
        for sql in rows {
            let sql = match self {
                Self::Sqlite(_) => sql.replace("BYTES'", "x'"),
                Self::Postgres(_) => sql.replace("BYTES'", "'\\x"),
            };
            self.execute(&sql).await?;
        }
        self.execute("COMMIT").await?;
        self.tidy().await
    }

    /// Makes the large year of the small one: each ticket so often, some milliseconds apart.
    async fn multiply(&mut self) -> Result<()> {
        let (series, id) = match self {
            Self::Sqlite(_) => (
                "(WITH RECURSIVE s (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM s WHERE k < 99)
                  SELECT k FROM s) AS s",
                "printf('%08x', s.k) || substr(t.id, 9)",
            ),
            Self::Postgres(_) => (
                "generate_series(1, 99) AS s (k)",
                "(lpad(to_hex(s.k), 8, '0') || substr(t.id::text, 9))::uuid",
            ),
        };
        let (times, tickets) = (TIMES - 1, TICKETS);
        eprintln!("  {times} more years are written beside the first");
        self.execute(&format!(
            "INSERT INTO tickets (district, id, number, kind, emergency, open, urgency, version,
                 received_at, closed_at, chain, state)
             SELECT t.district, {id}, t.number + {tickets} * s.k, t.kind, t.emergency, t.open,
                 t.urgency, t.version, t.received_at + s.k, t.closed_at, t.chain, t.state
             FROM tickets AS t, {series}"
        ))
        .await?;
        self.execute(&format!(
            "INSERT INTO ticket_facts (district, received_at, ticket, version, facts)
             SELECT t.district, t.received_at + s.k, t.ticket, t.version, t.facts
             FROM ticket_facts AS t, {series} ORDER BY t.received_at + s.k"
        ))
        .await?;
        self.tidy().await
    }

    async fn tidy(&mut self) -> Result<()> {
        // A district that counts behind its tickets could keep no SOS: the service would not start.
        self.execute("UPDATE districts SET last_number = 9000000, last_seq = last_seq + 1").await?;
        match self {
            Self::Sqlite(_) => self.execute("PRAGMA wal_checkpoint(TRUNCATE)").await,
            Self::Postgres(_) => self.execute("VACUUM ANALYZE").await,
        }
    }
}

/// Returns statements that write the small year.
fn rows() -> Result<Vec<String>> {
    let seniors: Vec<_> = (1..3_000).map(senior).collect();
    let responders: Vec<_> = (1..180).map(|n| aide(n).id).collect();
    let (ids, policy) = (SeededIds::new(10), Policy::default());
    let mut year = Year {
        ids: &ids,
        seniors: &seniors,
        responders: &responders,
        edges: &[],
        span: (BEGINS, BEGINS.plus_s(364 * 86_400)),
        chance: Chance::new(20_000),
    };
    let (mut tickets, mut facts) = (Vec::new(), Vec::new());
    for n in 0..TICKETS {
        let (mut ticket, _) = year.closed(&policy).context("no ticket")?;
        ticket.number = 1_000_000 + n as u64;
        // Rows that cannot be packed would be read from documents, which are not there.
        let row = FactsRow::of(&ticket).context("no facts")?;
        let bytes = row.facts.context("no facts")?;
        let mut hex = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            write!(hex, "{byte:02x}")?;
        }
        let (id, at) = (ticket.id, ticket.times.received.0);
        let closed = ticket.times.closed.map_or(at, |at| at.0);
        tickets.push(format!(
            "('longwen','{id}',{},'sos',(1=1),(1=0),2,1,{at},{closed},BYTES'00','{{}}')",
            ticket.number
        ));
        facts.push(format!("('longwen',{at},'{id}',{FACTS_VERSION},BYTES'{hex}')"));
    }
    let tickets = tickets.chunks(AT_ONCE).map(|rows| {
        let rows = rows.join(",");
        format!(
            "INSERT INTO tickets (district, id, number, kind, emergency, open, urgency, version,
                 received_at, closed_at, chain, state) VALUES {rows}"
        )
    });
    let facts = facts.chunks(AT_ONCE).map(|rows| {
        let rows = rows.join(",");
        format!(
            "INSERT INTO ticket_facts (district, received_at, ticket, version, facts) VALUES {rows}"
        )
    });
    Ok(tickets.chain(facts).collect())
}

/// Asks for each report so often, and has the database look at the rows in turn. Stops the service.
async fn measure(
    report: &mut Report,
    database: &mut Database,
    service: Running,
    data: &Path,
    (what, rounds, goal_ms): (&str, usize, f64),
) -> Result<()> {
    let people = demo::people(data, &["supervisor"])?;
    let supervisor = people.into_iter().next().context("nobody supervises")?;
    let who = demo::log_in(service.address, supervisor).await?;
    for (name, path) in ASKED {
        let (mut ours, mut scans) = (Vec::new(), Vec::new());
        let mut http = Http::connect(service.address).await?;
        for _ in 0..rounds {
            let begun = Instant::now();
            let answer = http.send("GET", &format!("{path}{YEAR}"), &who.cookie, b"").await?;
            if answer.status != 200 {
                bail!("{path}: {}", answer.status);
            }
            ours.push(begun.elapsed().as_secs_f64() * 1_000.0);
            let begun = Instant::now();
            database.execute(SCAN).await?;
            scans.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        ours.sort_by(f64::total_cmp);
        scans.sort_by(f64::total_cmp);
        let last = |all: &[f64]| all.last().copied().into_iter().collect::<Vec<_>>();
        let worst = (last(&ours), last(&scans));
        let figure = Figure::new("reports", format!("{what}: {name}"), Unit::Ms, ours);
        let whose = "the database alone: count and length of the same rows";
        report.add(figure.beside(whose, scans).goal(Goal::AtMost(goal_ms)));
        let figure = Figure::new("reports", format!("{what}: {name}, worst"), Unit::Ms, worst.0);
        report.add(figure.beside(whose, worst.1));
    }
    service.stop().await
}
