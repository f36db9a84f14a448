//! A year of 20,000 tickets with every edge, reported by the service and reckoned once more by another program
//! in another language from the exported table. `REPORTS_CHECK=1 cargo test … --nocapture` shows its table.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use silverbell_domain::{DistrictId, Policy, ResponderId, Senior, Ticket, UnixMs};
use silverbell_store::{Commit, Intake, Store, TicketCommit};
use silverbell_testkit::{Chance, SeededIds, Year, nth_uuid};
use tokio::process::Command;

use crate::service::{Database, Person, TestService, now_ms};

/// So many tickets a year.
const TICKETS: usize = 20_000;

/// So many of them in a commit.
const AT_ONCE: usize = 500;

const DAY_MS: i64 = 86_400_000;

fn zoned(ms: i64) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(ms).unwrap().in_tz("Asia/Shanghai").unwrap()
}

fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap().to_string()
}

/// Midnights and first days of months before a moment.
fn edges(now: i64) -> Vec<UnixMs> {
    let today = zoned(now).start_of_day().unwrap();
    let back = |days: i64| today.checked_sub(jiff::Span::new().days(days)).unwrap();
    let days = (1..360).map(back);
    let firsts = (1..11_i64).map(|n| {
        let month = today.checked_sub(jiff::Span::new().months(n)).unwrap();
        month.first_of_month().unwrap()
    });
    // The first days of months are as many as all others.
    let firsts: Vec<_> = firsts.collect();
    let firsts = firsts.iter().cycle().take(firsts.len() * 30).cloned();
    days.chain(firsts).map(|at| UnixMs(at.timestamp().as_millisecond())).collect()
}

fn intake() -> Intake {
    let default_district = DistrictId::new("longwen");
    Intake { policy: Policy::default(), default_district, herald: None }
}

/// Opens the service's own store beside it, as a command does.
async fn store(service: &TestService) -> Arc<dyn Store> {
    match &service.database {
        Database::Embedded => {
            let file = service.data().join("silverbell.db");
            let (store, writer) = silverbell_store_sqlite::open(&file, intake()).await.unwrap();
            tokio::spawn(writer.run());
            Arc::new(store)
        }
        Database::Postgres(url) => {
            let (store, writer) = silverbell_store_postgres::open(url, intake()).unwrap();
            tokio::spawn(writer.run());
            Arc::new(store)
        }
    }
}

async fn people(store: &dyn Store) -> (Vec<Senior>, Vec<ResponderId>) {
    let district = DistrictId::new("longwen");
    let (seniors, _) = store.seniors_from(&district, None, 1_000).await.unwrap();
    let there = store.responders(&district).await.unwrap();
    let mut responders: Vec<ResponderId> = there.iter().map(|it| it.id).take(60).collect();
    // Of some the service knows nothing any more.
    responders.extend((1..5).map(|n| ResponderId(nth_uuid(77, n))));
    (seniors, responders)
}

async fn commit(store: &dyn Store, tickets: Vec<(Ticket, silverbell_domain::NewEvent)>) {
    let parts = tickets.into_iter().map(|(ticket, opened)| TicketCommit {
        ticket,
        expected_version: 0,
        events: vec![opened],
    });
    let tickets = parts.collect();
    store.commit(Commit { tickets, outbox: Vec::new(), idempotency: None }).await.unwrap();
}

/// Fills a year that ends an hour ago; what is open was received then, and a hundred seconds ago.
async fn fill(service: &TestService, now: i64) {
    let store = store(service).await;
    let (seniors, responders) = people(&*store).await;
    let (ids, edges, policy) = (SeededIds::new(10), edges(now), Policy::default());
    let mut year = Year {
        ids: &ids,
        seniors: &seniors,
        responders: &responders,
        edges: &edges,
        span: (UnixMs(now - 360 * DAY_MS), UnixMs(now - 3_600_000)),
        chance: Chance::new(20_000),
    };
    let mut left = TICKETS;
    while left > 0 {
        let n = left.min(AT_ONCE);
        let tickets = (0..n).map(|_| year.closed(&policy).unwrap()).collect();
        commit(&*store, tickets).await;
        left -= n;
    }
    let lately = (0..40).map(|n| year.open(UnixMs(now - 100_000 - n), &policy).unwrap());
    let lately = lately.collect();
    commit(&*store, lately).await;
    let long_ago = (1..41).map(|n| year.open(UnixMs(now - n * 7 * DAY_MS), &policy).unwrap());
    let long_ago = long_ago.collect();
    commit(&*store, long_ago).await;
}

/// What the reports say, written to a folder.
async fn ask(person: &Person, (from, to): (i64, i64), folder: &Path) {
    let span = |from| format!("from={}&to={}", rfc3339(from), rfc3339(to));
    let get = async |path: String, file: String| {
        let answer = person.get(&path).await;
        answer.ok();
        std::fs::write(folder.join(file), &answer.body).unwrap();
    };
    get(format!("/v1/reports/tickets?{}", span(from)), "tickets.csv".into()).await;
    for by in ["hour", "day", "week", "month", "village", "category", "responder", "ring"] {
        let begins = if by == "hour" { to - 31 * DAY_MS } else { from };
        let path = format!("/v1/reports/summary?{}&by={by}", span(begins));
        get(path, format!("summary-{by}.json")).await;
    }
    get(format!("/v1/reports/heat?{}", span(from)), "heat.json".into()).await;
    get(format!("/v1/reports/devices?{}", span(from)), "devices.json".into()).await;
    get("/v1/measures".into(), "measures.json".into()).await;
}

/// Has everything reckoned once more; returns what the other program said.
async fn reckon(folder: &Path, now: i64) -> String {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/check_reports.py");
    let mut command = Command::new("python3");
    command.arg(program).arg(folder).arg(now.to_string());
    if std::env::var_os("REPORTS_CHECK").is_some() {
        command.arg("-v");
    }
    let output =
        command.output().await.expect("python3 is not installed: `make setup` installs it");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let faults = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{faults}");
    said
}

#[tokio::test]
async fn a_years_reports_are_what_another_program_reckons_from_the_tickets() {
    let service = TestService::start().await;
    let now = now_ms();
    fill(&service, now).await;
    let supervisor = service.log_in("supervisor1").await;
    let span = (now - 365 * DAY_MS, now + 3_600_000);
    let folder = tempfile::tempdir().unwrap();
    ask(&supervisor, span, folder.path()).await;
    let said = reckon(folder.path(), now_ms()).await;
    println!("{said}");
    assert!(said.contains(&format!("{} tickets", TICKETS + 80)), "{said}");

    // Where facts are missing the documents say the same.
    let path = format!(
        "/v1/reports/summary?from={}&to={}&by=week",
        rfc3339(now - 60 * DAY_MS),
        rfc3339(now - 20 * DAY_MS)
    );
    let whole = supervisor.get(&path).await.ok();
    service
        .execute(&format!("DELETE FROM ticket_facts WHERE received_at < {}", now - 30 * DAY_MS))
        .await;
    assert_eq!(supervisor.get(&path).await.ok(), whole);
}

#[tokio::test]
async fn what_is_no_report_is_refused_in_words() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let operator = service.log_in("operator1").await;
    let day = "from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
    for what in ["summary", "heat", "devices", "tickets", "handovers"] {
        let path = |query: &str| format!("/v1/reports/{what}?{query}");
        operator.get(&path(day)).await.problem(403);
        supervisor.get(&path(&format!("{day}&district=nowhere"))).await.problem(403);
        for query in [
            "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
            "from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            "from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            "from=yesterday&to=2026-01-01T00:00:00Z",
            "from=-009999-01-02T00:00:00Z&to=9999-12-30T00:00:00Z",
        ] {
            supervisor.get(&path(query)).await.problem(422);
        }
        let empty = supervisor.get(&path(day)).await;
        assert_eq!(empty.status, 200, "a day without tickets: {}", empty.body);
    }
    let months = "from=2026-01-01T00:00:00Z&to=2026-03-02T00:00:00Z";
    supervisor.get(&format!("/v1/reports/summary?{months}&by=hour")).await.problem(422);
    supervisor.get(&format!("/v1/reports/summary?{day}&by=colour")).await.problem(422);
    let empty = supervisor.get(&format!("/v1/reports/summary?{day}&by=month")).await.ok();
    assert_eq!(empty["total"]["tickets"], 0);
    assert_eq!(empty["groups"], Value::Array(Vec::new()));
    assert_eq!(empty["total"]["phases"]["reach"]["p50_s"], Value::Null);
}
