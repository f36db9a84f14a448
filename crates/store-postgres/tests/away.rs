//! A database that is not there yet, not as it should be, or another than before: the service starts
//! all the same, says why it cannot serve, and serves as soon as it can, without being opened again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use silverbell_store::contract::{Backdoor, Bench, at_once};
use silverbell_store::{SeniorQuery, Store};
use silverbell_store_postgres::open;
use silverbell_testkit::{Press, longwen, operator, senior};
use silverbell_testkit_postgres::Server;
use support::{PostgresBackdoor, intake, refusal, until_it_writes, words};
use tokio::net::UnixListener;
use tokio::time::{Instant, sleep};

/// Longer than anybody should wait for an answer, on a machine that does other things, too.
const ANSWERED_WITHIN: Duration = Duration::from_secs(4);

/// Opens a store whose writer runs.
fn run(url: &str) -> Arc<dyn Store> {
    let (store, writer) = open(url, intake()).unwrap();
    tokio::spawn(writer.run());
    Arc::new(store)
}

#[tokio::test]
async fn a_store_opens_while_the_server_is_down_and_serves_when_it_is_up() {
    let server = Server::start().unwrap();
    let back = PostgresBackdoor::of(&server, "postgres");
    server.stop().unwrap();
    let store = run(&back.url);
    let why = refusal(&*store).await;
    assert!(why.contains("cannot be reached"), "{why}");
    let why = words(store.district_state(&longwen()).await);
    assert!(why.contains("cannot be reached"), "{why}");
    server.resume().unwrap();
    until_it_writes(&*store).await;
    let bench = Bench::new(store, back).await;
    bench.seniors([1]).await;
    assert_eq!(bench.opened(1).await.version, 1);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_read_before_the_tables_are_there() {
    let admin = PostgresBackdoor::of(Server::shared().unwrap(), "postgres");
    admin.execute("CREATE DATABASE without_tables").await.unwrap();
    let back = PostgresBackdoor::of(Server::shared().unwrap(), "without_tables");
    let (store, writer) = back.open();
    let everybody = SeniorQuery::Text(String::new());
    for why in [
        words(store.districts().await),
        words(store.district_state(&longwen()).await),
        words(store.find_seniors(&[longwen()], everybody, 9).await),
        words(store.check().await),
    ] {
        assert!(why.contains("not been reached yet"), "{why}");
    }
    tokio::spawn(writer.run());
    until_it_writes(&store).await;
    assert_eq!(store.districts().await.unwrap(), []);
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_words_until_it_is_right() {
    let server = Server::start().unwrap();
    let admin = PostgresBackdoor::of(&server, "postgres");
    admin.execute("CREATE ROLE needs_password LOGIN PASSWORD 'right'").await.unwrap();
    admin.execute("CREATE DATABASE guarded OWNER needs_password").await.unwrap();
    let store = run(&server.url_as("needs_password:hunter2", "guarded"));
    let why = refusal(&*store).await;
    assert!(why.contains("user and password") && !why.contains("hunter2"), "{why}");
    assert_eq!(words(store.districts().await), why, "readers hear the same");
    admin.execute("ALTER ROLE needs_password PASSWORD 'hunter2'").await.unwrap();
    until_it_writes(&*store).await;
    assert_eq!(store.districts().await.unwrap(), []);
}

#[tokio::test]
async fn a_password_that_is_changed_meanwhile_is_named_and_noticed_when_it_is_right() {
    let server = Server::start().unwrap();
    let admin = PostgresBackdoor::of(&server, "postgres");
    admin.execute("CREATE ROLE needs_password LOGIN PASSWORD 'right'").await.unwrap();
    admin.execute("CREATE DATABASE guarded OWNER needs_password").await.unwrap();
    let store = run(&server.url_as("needs_password:right", "guarded"));
    until_it_writes(&*store).await;
    admin.execute("ALTER ROLE needs_password PASSWORD 'other'").await.unwrap();
    PostgresBackdoor::of(&server, "guarded").terminate_stores().await;
    let why = words(store.probe().await);
    assert!(why.contains("user and password"), "{why}");
    admin.execute("ALTER ROLE needs_password PASSWORD 'right'").await.unwrap();
    until_it_writes(&*store).await;
}

#[tokio::test]
async fn a_database_that_comes_back_empty_is_set_up_anew() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    bench.seniors([1]).await;
    bench.opened(1).await;
    let admin = PostgresBackdoor::of(Server::shared().unwrap(), "postgres");
    let name = &back.name;
    admin.execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    let why = words(bench.store.probe().await);
    assert!(why.contains("createdb"), "{why}");
    admin.execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    until_it_writes(&*bench.store).await;
    assert_eq!(bench.store.districts().await.unwrap(), []);
    assert_eq!(bench.store.senior(senior(1).id).await.unwrap(), None);
    let bench = Bench::new(bench.store, back).await;
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    assert_eq!((ticket.version, ticket.number), (1, 1));
    bench.change(&ticket, |t, now, p| t.answer(operator(1), None, now, p)).await.unwrap();
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn tables_that_are_taken_away_under_a_running_store_are_made_anew() {
    let back = PostgresBackdoor::new().await;
    let store = back.run().await;
    back.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
    store.probe().await.unwrap();
    assert_eq!(store.districts().await.unwrap(), []);
}

#[tokio::test]
async fn a_database_that_comes_back_newer_is_refused_in_words_until_it_is_mended() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    bench.seniors([1]).await;
    back.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from tomorrow', true, '', 1)",
    )
    .await
    .unwrap();
    back.terminate_stores().await;
    let why = words(bench.try_press(Press::of(1).id("e")).await);
    assert!(why.contains("newer") && why.contains("9999"), "{why}");
    assert_eq!(words(bench.store.senior(senior(1).id).await), why, "readers hear the same");
    back.execute("DELETE FROM _sqlx_migrations WHERE version = 9999").await.unwrap();
    until_it_writes(&*bench.store).await;
    assert!(!bench.press(Press::of(1).id("e")).await.duplicate);
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_keeps_nobody_waiting() {
    let directory = tempfile::Builder::new().prefix("sb").tempdir_in("/tmp").unwrap();
    let silent = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
    tokio::spawn(async move {
        let mut accepted = Vec::new();
        while let Ok(peer) = silent.accept().await {
            accepted.push(peer);
        }
    });
    let store = run(&format!("postgres://u@localhost/x?host={}", directory.path().display()));
    // Some ask while a try is under way, others when it has just failed.
    let waited = at_once(40, |n| {
        let store = store.clone();
        async move {
            sleep(Duration::from_millis(100) * n).await;
            let started = Instant::now();
            words(store.probe().await);
            started.elapsed()
        }
    })
    .await;
    assert!(waited.iter().all(|waited| *waited < ANSWERED_WITHIN), "{waited:?}");
    let why = refusal(&*store).await;
    assert!(why.contains("no answer in time"), "{why}");
}
