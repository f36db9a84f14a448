//! The database as a file: opened again, full, and written by a newer program.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::sync::Arc;

use silverbell_domain::{LatLon, PositionSource};
use silverbell_store::contract::{Backdoor, Bench, at_once};
use silverbell_store::{PositionRow, Recorded, Store, StoreError};
use silverbell_store_sqlite::open;
use silverbell_testkit::{Press, START, longwen, operator, senior};
use support::{SqliteBackdoor, intake};

#[tokio::test]
async fn opening_again_finds_everything_and_numbers_go_on() {
    let back = SqliteBackdoor::new();
    let (store, writer) = open(&back.file(), intake()).await.unwrap();
    let running = tokio::spawn(writer.run());
    let bench = Bench::new(Arc::new(store), back.clone()).await;
    bench.seniors([1, 2]).await;
    bench.aides([1]).await;
    let ticket = bench.opened(1).await;
    bench.change(&ticket, |t, now, p| t.answer(operator(1), None, now, p)).await.unwrap();
    let before = bench.store.district_state(&longwen()).await.unwrap();
    let Bench { store, back: door, ids, policy } = bench;
    drop(store);
    running.await.unwrap().unwrap();

    let (store, writer) = open(&back.file(), intake()).await.unwrap();
    tokio::spawn(writer.run());
    let bench = Bench { store: Arc::new(store), back: door, ids, policy };
    assert_eq!(bench.store.district_state(&longwen()).await.unwrap(), before);
    assert_eq!(bench.store.senior(senior(2).id).await.unwrap(), Some(senior(2)));
    let again = bench.press(Press::of(1).id("first-1")).await;
    assert!(again.duplicate, "what was recorded before is known");
    let next = bench.opened(2).await;
    assert_eq!((next.version, next.number), (before.seq + 1, 2));
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn without_its_writer_a_store_says_that_it_is_not_available() {
    let back = SqliteBackdoor::new();
    let (store, writer) = open(&back.file(), intake()).await.unwrap();
    drop(writer);
    let refused = store.probe().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words() {
    let back = SqliteBackdoor::new();
    drop(open(&back.file(), intake()).await.unwrap());
    back.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from tomorrow', 1, x'00', 1)",
    )
    .await
    .unwrap();
    let Err(StoreError::Unavailable(why)) = open(&back.file(), intake()).await else {
        panic!("it was opened")
    };
    assert!(why.contains("newer") && why.contains("9999"), "{why}");
}

/// Half a megabyte.
const ROOM: u32 = 128;

#[tokio::test]
async fn a_full_database_keeps_what_was_acknowledged_and_goes_on_when_there_is_room() {
    let back = SqliteBackdoor::new();
    let (store, writer) = open(&back.file(), intake()).await.unwrap();
    let running = tokio::spawn(writer.run());
    let bench = Bench::new(Arc::new(store), back.clone()).await;
    bench.seniors(0..400).await;
    let Bench { store, back: door, ids, policy } = bench;
    drop(store);
    running.await.unwrap().unwrap();
    let (store, mut writer) = open(&back.file(), intake()).await.unwrap();
    writer.limit_growth(ROOM).await.unwrap();
    tokio::spawn(writer.run());
    let bench = Bench { store: Arc::new(store), back: door, ids, policy };

    // Positions fill it up …
    let row = PositionRow {
        district: longwen(),
        subject: senior(1).id.0,
        point: LatLon { lat: 24.5, lon: 117.7 },
        accuracy_m: None,
        source: PositionSource::Gps,
        at: START,
        received_at: START,
    };
    let mut rows = 0;
    while bench.store.append_positions(vec![row.clone(); 100]).await.is_ok() {
        rows += 100;
        assert!(rows < 100_000, "it never fills");
    }
    // … until nothing more can be recorded, alone or folded with others.
    let mut acknowledged: Vec<Recorded> = Vec::new();
    let mut next = 0;
    let why = loop {
        match bench.try_press(Press::of(next).id("e")).await {
            Ok(recorded) => acknowledged.push(recorded),
            Err(error) => break error,
        }
        next += 1;
    };
    assert!(matches!(&why, StoreError::Unavailable(text) if text.contains("full")), "{why:?}");
    let refused = at_once(32, |n| {
        let bench = bench.clone();
        async move { bench.try_press(Press::of(next + n).id("e")).await }
    })
    .await;
    for (n, refused) in (next..).zip(&refused) {
        match refused {
            Ok(recorded) => acknowledged.push(*recorded),
            Err(StoreError::Unavailable(text)) => assert!(text.contains("full"), "{n}: {text}"),
            Err(other) => panic!("{n}: {other}"),
        }
    }
    for recorded in &acknowledged {
        assert_eq!(bench.ticket(recorded.ticket).await.signals, 1, "reading goes on");
    }

    // Old positions go, and there is room again.
    let after = START.plus_s(1);
    bench.store.purge(START, after, START).await.unwrap();
    for n in 0..next + 32 {
        let recorded = bench.press(Press::of(n).id("e")).await;
        let known = acknowledged.iter().any(|first| first.signal == recorded.signal);
        assert_eq!(recorded.duplicate, known, "{n}: exactly what was acknowledged is known");
    }
    let signals = bench.back.count("SELECT count(*) FROM signals").await;
    assert_eq!(signals, i64::from(next) + 32);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}
