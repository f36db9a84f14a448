//! What becomes of the store when its server is stopped, cut off, or cannot write.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use silverbell_store::Advance;
use silverbell_store::contract::{Backdoor, Bench, at_once};
use silverbell_store_postgres::open;
use silverbell_testkit::{Press, longwen, operator};
use silverbell_testkit_postgres::Server;
use sqlx::Connection;
use support::proxy::{Cut, Proxy};
use support::{PostgresBackdoor, intake, words};
use tokio::sync::broadcast::Receiver;
use tokio::time::{Instant, timeout};

const SIGNALS: &str = "SELECT count(*) FROM signals";
const TICKETS: &str = "SELECT count(*) FROM tickets";

/// Longer than anything may take.
const BOUND: Duration = Duration::from_secs(8);

/// A bench whose server can be stopped.
async fn bench_on(server: &Server) -> (Bench, PostgresBackdoor) {
    let back = PostgresBackdoor::of(server, "postgres");
    (Bench::new(back.run().await, back.clone()).await, back)
}

/// A bench that reaches its database by a way that can be cut.
struct Cuttable {
    bench: Bench,
    back: PostgresBackdoor,
    way: Proxy,
    advances: Receiver<Arc<Advance>>,
}

impl Cuttable {
    async fn new() -> Self {
        let back = PostgresBackdoor::new().await;
        let way = Proxy::to(Server::shared().unwrap());
        let (store, writer) = open(&way.url(&back.name), intake()).unwrap();
        tokio::spawn(writer.run());
        let bench = Bench::new(Arc::new(store), back.clone()).await;
        bench.seniors(0..8).await;
        let advances = bench.store.advances();
        Self { bench, back, way, advances }
    }

    /// Returns the one step that is announced.
    async fn the_only_advance(&mut self) -> Arc<Advance> {
        let advance = timeout(BOUND, self.advances.recv()).await.unwrap().unwrap();
        assert!(self.advances.try_recv().is_err(), "it was announced twice");
        advance
    }

    async fn kept(&self) -> (i64, i64) {
        (self.back.count(SIGNALS).await, self.back.count(TICKETS).await)
    }
}

#[tokio::test]
async fn a_server_that_is_stopped_and_comes_back_has_everything_acknowledged() {
    let server = Server::start().unwrap();
    let (bench, back) = bench_on(&server).await;
    bench.seniors(0..40).await;
    let before = at_once(20, |n| {
        let bench = bench.clone();
        async move { bench.press(Press::of(n).id("e")).await }
    })
    .await;

    server.stop().unwrap();
    let started = Instant::now();
    let refused = words(bench.try_press(Press::of(20).id("e")).await);
    assert!(refused.contains("cannot be reached"), "{refused}");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    // While it is known to be gone, nobody waits long.
    let started = Instant::now();
    let refused = at_once(20, |n| {
        let bench = bench.clone();
        async move { bench.try_press(Press::of(n).id("f")).await }
    });
    refused.await.into_iter().for_each(|refused| drop(words(refused)));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    words(bench.store.district_state(&longwen()).await);

    server.resume().unwrap();
    for (n, first) in (0..).zip(before) {
        let again = bench.press(Press::of(n).id("e")).await;
        assert!(again.duplicate, "{n} was acknowledged and lost");
        assert_eq!(again.signal, first.signal);
    }
    assert!(!bench.press(Press::of(20).id("e")).await.duplicate, "what was refused is not there");
    assert_eq!(back.count(SIGNALS).await, 21);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_restart_between_two_presses_is_not_noticed() {
    let server = Server::start().unwrap();
    let (bench, _) = bench_on(&server).await;
    bench.seniors([1, 2]).await;
    let first = bench.opened(1).await;
    server.stop().unwrap();
    server.resume().unwrap();
    let second = bench.opened(2).await;
    assert_eq!((first.version, second.version), (1, 2));
}

#[tokio::test]
async fn a_connection_that_is_ended_in_the_middle_of_a_batch_costs_nobody_anything() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    bench.seniors(0..8).await;
    let mut advances = bench.store.advances();
    let mut other = back.connect().await;
    let mut held = other.begin().await.unwrap();
    sqlx::query("SELECT id FROM districts FOR UPDATE").execute(&mut *held).await.unwrap();
    let presses = tokio::spawn({
        let bench = bench.clone();
        at_once(8, move |n| {
            let bench = bench.clone();
            async move { bench.press(Press::of(n).id("e")).await }
        })
    });
    back.wait_for_a_waiter().await;
    back.terminate_stores().await;
    held.rollback().await.unwrap();
    let recorded = presses.await.unwrap();
    assert!(recorded.iter().all(|recorded| !recorded.duplicate && !recorded.joined));
    assert_eq!(back.count(SIGNALS).await, 8);
    let mut announced = 0;
    while let Ok(advance) = advances.try_recv() {
        announced += advance.happened.len();
    }
    assert_eq!(announced, 8, "each once");
}

#[tokio::test]
async fn an_alarm_whose_commit_was_not_answered_is_recorded_once_and_told_once() {
    // A device that is known is recorded by one statement, one that is not in a transaction.
    let presses = [Press::of(1).id("e"), Press::unknown("x")];
    for (cut, press) in [Cut::Before, Cut::After]
        .into_iter()
        .flat_map(|cut| presses.clone().map(|press| (cut, press)))
    {
        let mut cuttable = Cuttable::new().await;
        cuttable.way.cut_at_the_next_commit(cut, false);
        let recorded = cuttable.bench.press(press).await;
        assert!(!recorded.duplicate && !recorded.joined, "{cut:?}");
        assert_eq!(cuttable.kept().await, (1, 1), "{cut:?}");
        let advance = cuttable.the_only_advance().await;
        assert_eq!((advance.prev, advance.seq), (0, 1), "{cut:?}");
        assert_eq!(advance.happened[0].ticket.id, recorded.ticket, "{cut:?}");
    }
}

#[tokio::test]
async fn a_commit_that_was_not_answered_is_carried_out_once_and_is_not_stale() {
    for cut in [Cut::Before, Cut::After] {
        let cuttable = Cuttable::new().await;
        let bench = &cuttable.bench;
        let ticket = bench.opened(1).await;
        cuttable.way.cut_at_the_next_commit(cut, false);
        let answered = bench
            .change(&ticket, |t, now, p| t.answer(operator(1), None, now, p))
            .await
            .unwrap_or_else(|error| panic!("{cut:?}: {error}"));
        assert_eq!(*answered.tickets[0], bench.ticket(ticket.id).await, "{cut:?}");
        assert_eq!(bench.store.timeline(ticket.id).await.unwrap().len(), 2, "{cut:?}");
    }
}

#[tokio::test]
async fn what_is_not_folded_is_carried_out_once_too() {
    let cuttable = Cuttable::new().await;
    let bench = &cuttable.bench;
    cuttable.way.cut_at_the_next_commit(Cut::After, false);
    bench.store.put_seniors(vec![silverbell_testkit::senior(90)]).await.unwrap();
    cuttable.way.cut_at_the_next_commit(Cut::Before, false);
    bench.store.put_seniors(vec![silverbell_testkit::senior(91)]).await.unwrap();
    assert_eq!(cuttable.back.count("SELECT count(*) FROM seniors").await, 10);
}

#[tokio::test]
async fn a_commit_in_doubt_for_long_is_announced_when_it_is_found() {
    let mut cuttable = Cuttable::new().await;
    cuttable.way.cut_at_the_next_commit(Cut::After, true);
    words(cuttable.bench.try_press(Press::of(1).id("e")).await);
    assert_eq!(cuttable.kept().await, (1, 1), "it was committed all the same");
    assert!(cuttable.advances.try_recv().is_err(), "nobody knows yet");
    cuttable.way.mend();
    // Nobody asks for anything, and yet those who follow hear of it.
    assert_eq!(cuttable.the_only_advance().await.seq, 1);
    let again = cuttable.bench.press(Press::of(1).id("e")).await;
    assert!(again.duplicate, "the device that tried again is answered");
    assert_eq!(cuttable.kept().await, (1, 1));
}

#[tokio::test]
async fn a_commit_that_vanished_for_long_is_forgotten() {
    let mut cuttable = Cuttable::new().await;
    cuttable.way.cut_at_the_next_commit(Cut::Before, true);
    words(cuttable.bench.try_press(Press::of(1).id("e")).await);
    cuttable.way.mend();
    let again = cuttable.bench.press(Press::of(1).id("e")).await;
    assert!(!again.duplicate && !again.joined);
    assert_eq!(cuttable.kept().await, (1, 1));
    assert_eq!(cuttable.the_only_advance().await.seq, 1);
}

#[tokio::test]
async fn what_was_given_up_is_never_committed_afterwards() {
    let mut cuttable = Cuttable::new().await;
    cuttable.way.cut_at_the_next_commit(Cut::Late, true);
    words(cuttable.bench.try_press(Press::of(1).id("e")).await);
    cuttable.way.mend();
    // There is a connection again, and with it the batch counts as not committed.
    cuttable.bench.store.put_seniors(vec![silverbell_testkit::senior(90)]).await.unwrap();
    cuttable.way.deliver().await;
    assert_eq!(cuttable.kept().await, (0, 0), "nobody would have been told of it");
    assert!(!cuttable.bench.press(Press::of(1).id("e")).await.duplicate);
    assert_eq!(cuttable.the_only_advance().await.seq, 1);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_its_locks_end() {
    let mut cuttable = Cuttable::new().await;
    cuttable.way.cut_at_the_next_commit(Cut::Silent, false);
    let started = Instant::now();
    words(cuttable.bench.try_press(Press::unknown("x")).await);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // The transaction that nobody ends holds the district, until the server ends it.
    let recorded = loop {
        match cuttable.bench.try_press(Press::unknown("x")).await {
            Ok(recorded) => break recorded,
            Err(error) => assert!(started.elapsed() < 2 * BOUND, "{error}"),
        }
    };
    assert!(!recorded.duplicate && !recorded.joined);
    assert_eq!(cuttable.kept().await, (1, 1));
    assert_eq!(cuttable.the_only_advance().await.seq, 1);
}

#[tokio::test]
async fn a_district_that_is_locked_for_long_refuses_in_words_and_goes_on() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    bench.seniors([1]).await;
    let mut other = back.connect().await;
    let mut held = other.begin().await.unwrap();
    sqlx::query("SELECT id FROM districts FOR UPDATE").execute(&mut *held).await.unwrap();
    let refused = words(bench.try_press(Press::of(1).id("e")).await);
    assert!(refused.contains("busy"), "{refused}");
    held.rollback().await.unwrap();
    assert!(!bench.press(Press::of(1).id("e")).await.duplicate);
}

#[tokio::test]
async fn a_read_only_database_is_named_and_writing_goes_on_when_it_can() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    bench.seniors([1]).await;
    let admin = PostgresBackdoor::of(Server::shared().unwrap(), "postgres");
    let name = &back.name;
    let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    admin.execute(&set).await.unwrap();
    back.terminate_stores().await;
    let refused = words(bench.try_press(Press::of(1).id("e")).await);
    assert!(refused.contains("read-only") && refused.contains("primary"), "{refused}");
    assert!(bench.store.senior(silverbell_testkit::senior(1).id).await.unwrap().is_some());
    let reset = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
    admin.execute(&reset).await.unwrap();
    assert!(!bench.press(Press::of(1).id("e")).await.duplicate);
}

#[tokio::test]
async fn a_server_without_a_connection_left_is_named_and_writing_goes_on_when_there_is_one() {
    let server = Server::start().unwrap();
    let admin = PostgresBackdoor::of(&server, "postgres");
    admin.execute("CREATE ROLE clerk LOGIN").await.unwrap();
    admin.execute("CREATE DATABASE clerks OWNER clerk").await.unwrap();
    let url = server.url_as("clerk", "clerks");
    let (store, writer) = open(&url, intake()).unwrap();
    tokio::spawn(writer.run());
    let back = PostgresBackdoor::of(&server, "clerks");
    let bench = Bench::new(Arc::new(store), back.clone()).await;
    bench.seniors([1]).await;
    admin.execute("ALTER ROLE clerk CONNECTION LIMIT 0").await.unwrap();
    back.terminate_stores().await;
    let refused = words(bench.try_press(Press::of(1).id("e")).await);
    assert!(refused.contains("max_connections"), "{refused}");
    admin.execute("ALTER ROLE clerk CONNECTION LIMIT -1").await.unwrap();
    assert!(!bench.press(Press::of(1).id("e")).await.duplicate);
}
