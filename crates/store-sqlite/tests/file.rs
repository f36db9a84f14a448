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
async fn a_database_that_was_removed_or_replaced_under_us_is_noticed() {
    let back = SqliteBackdoor::new();
    let (store, writer) = open(&back.file(), intake()).await.unwrap();
    tokio::spawn(writer.run());
    let bench = Bench::new(Arc::new(store), back.clone()).await;
    bench.store.probe().await.unwrap();
    let path = |ending: &str| back.file().with_file_name(format!("silverbell.db{ending}"));
    for ending in ["", "-wal"] {
        let words = async || match bench.store.probe().await {
            Err(StoreError::Unavailable(words)) => words,
            other => panic!("{other:?}"),
        };
        std::fs::rename(path(ending), path(".aside")).unwrap();
        let gone = words().await;
        assert!(gone.contains(&format!("silverbell.db{ending} is gone")), "{gone}");
        std::fs::copy(path(".aside"), path(ending)).unwrap();
        let replaced = words().await;
        assert!(replaced.contains("was replaced") && replaced.contains("put the file back"));
        std::fs::rename(path(".aside"), path(ending)).unwrap();
        bench.store.probe().await.unwrap();
    }
}

#[tokio::test]
async fn history_and_signals_cannot_be_replaced_either() {
    let (store, back) = support::make_store().await;
    let bench = Bench::new(store, back).await;
    bench.seniors([1, 2]).await;
    bench.opened(1).await;
    bench.opened(2).await;
    for (sql, guard) in [
        ("REPLACE INTO events SELECT * FROM events", "history is never replaced"),
        (
            "INSERT OR REPLACE INTO events (rowid, district, seq, ticket, at, name, body, hash)
             SELECT 1, 'elsewhere', 7, ticket, at, name, body, hash FROM events LIMIT 1",
            "history is never replaced",
        ),
        ("INSERT OR IGNORE INTO events SELECT * FROM events", "history is never replaced"),
        ("REPLACE INTO signals SELECT * FROM signals", "signals are never replaced"),
        (
            "REPLACE INTO signals SELECT district, 'another', protocol, ident, device, kind, event_id,
                 body_sha256, verified, received_at, pressed_at, ticket, joined, flags, position,
                 battery_pct, source_addr, raw FROM signals LIMIT 1",
            "signals are never replaced",
        ),
        ("UPDATE OR REPLACE events SET seq = 1", "history is never changed"),
    ] {
        let refused = bench.back.execute(sql).await.unwrap_err();
        assert!(refused.contains(guard), "{sql}: {refused}");
    }
    assert_eq!(bench.back.count("SELECT count(*) FROM events").await, 2);
    assert_eq!(bench.back.count("SELECT count(*) FROM signals").await, 2);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn references_to_nothing_are_found() {
    let (store, back) = support::make_store().await;
    let bench = Bench::new(store, back).await;
    silverbell_store::contract::check::fill(&bench).await;
    bench.back.execute("PRAGMA foreign_keys = OFF; DELETE FROM users").await.unwrap();
    let wrong = bench.store.check().await.unwrap();
    let found = |table: &str| {
        wrong.iter().any(|words| words.starts_with(table) && words.contains("not in users"))
    };
    assert!(found("user_districts") && found("sessions"), "{wrong:?}");
}

/// What rots in a file is seldom JSON's own letters.
#[tokio::test]
async fn bytes_that_are_no_text_hide_nothing_and_are_found() {
    let (store, back) = support::make_store().await;
    let bench = Bench::new(store, back).await;
    let filled = silverbell_store::contract::check::fill(&bench).await;
    let id = filled.open.id;
    // One byte of a name.
    let rot = format!(
        "UPDATE tickets SET state = CAST(replace(CAST(state AS BLOB), CAST('林' AS BLOB),
             x'e69e41') AS TEXT) WHERE id = '{id}'"
    );
    bench.back.execute(&rot).await.unwrap();
    let state = bench.store.district_state(&longwen()).await.unwrap();
    assert!(state.tickets.iter().any(|ticket| ticket.id == id), "the rest of it can be read");
    let wrong = bench.store.check().await.unwrap();
    assert!(wrong.iter().any(|words| words.contains(&id.to_string())), "{wrong:?}");
    assert!(bench.press(Press::of(1).id("third")).await.joined);
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
    bench.store.purge(START, after, START, START).await.unwrap();
    for n in 0..next + 32 {
        let recorded = bench.press(Press::of(n).id("e")).await;
        let known = acknowledged.iter().any(|first| first.signal == recorded.signal);
        assert_eq!(recorded.duplicate, known, "{n}: exactly what was acknowledged is known");
    }
    let signals = bench.back.count("SELECT count(*) FROM signals").await;
    assert_eq!(signals, i64::from(next) + 32);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}
