//! Backup and restore, to and from the embedded database, too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};
use silverbell_store::contract::check::fill;
use silverbell_store::contract::{Backdoor, Bench};
use silverbell_store::{
    BackupError, BackupReader, BackupWriter, CopyError, District, Kind, Store, TABLES,
};
use silverbell_store_postgres::{dump, load};
use silverbell_testkit::{Press, longwen, nth_uuid};
use silverbell_testkit_postgres::Server;
use support::PostgresBackdoor;

/// Returns the backup of a database.
async fn backup(url: &str) -> String {
    let mut out = BackupWriter::new(Vec::new()).unwrap();
    dump(url, &mut out).await.unwrap();
    String::from_utf8(out.finish().unwrap().0).unwrap()
}

async fn restore(url: &str, backup: &str) -> Result<(), CopyError> {
    load(url, &mut BackupReader::new(backup.as_bytes()).unwrap()).await
}

/// Restores into the embedded database and backs that up.
async fn through_sqlite(backup: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("silverbell.db");
    let mut reader = BackupReader::new(backup.as_bytes()).unwrap();
    silverbell_store_sqlite::load(&file, &mut reader).await.unwrap();
    sqlite_backup(&file).await
}

async fn sqlite_backup(file: &Path) -> String {
    let mut out = BackupWriter::new(Vec::new()).unwrap();
    silverbell_store_sqlite::dump(file, &mut out).await.unwrap();
    String::from_utf8(out.finish().unwrap().0).unwrap()
}

/// Returns a database that holds nothing, not even a schema.
async fn new_database() -> PostgresBackdoor {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = Server::shared().unwrap();
    let name = format!("restored_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let admin = PostgresBackdoor::of(server, "postgres");
    admin.execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    PostgresBackdoor::of(server, &name)
}

/// A database with something of everything; nobody is connected to it any more.
async fn filled() -> PostgresBackdoor {
    let back = PostgresBackdoor::new().await;
    let (store, writer) = back.open();
    let running = tokio::spawn(writer.run());
    let bench = Bench::new(std::sync::Arc::new(store), back.clone()).await;
    fill(&bench).await;
    bench.press(Press::unknown("\0 \\0 \\ 李").id("\0")).await;
    drop(bench);
    running.await.unwrap().unwrap();
    back
}

/// Connections that were just closed may linger.
async fn wait_until_nobody_is_connected(back: &PostgresBackdoor) {
    let connected = "SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'silverbell' AND datname = current_database()";
    while back.count(connected).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_here_and_there_is_the_same_to_the_byte() {
    let first = filled().await;
    let original = backup(&first.url).await;
    assert!(
        TABLES.iter().all(|table| original.contains(&format!("{{\"table\":\"{}\"", table.name)))
    );
    assert_eq!(through_sqlite(&original).await, original);
    let second = new_database().await;
    restore(&second.url, &original).await.unwrap();
    assert_eq!(backup(&second.url).await, original);
    assert_eq!(backup(&first.url).await, original, "and it does not depend on the moment");

    let store = second.run().await;
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let bench = Bench::new(store, second).await;
    let again = bench.press(Press::of(1).id("first-1")).await;
    assert!(again.duplicate, "what was recorded before is known");
    bench.press(Press::of(3).id("new")).await;
}

/// The columns that the schema of PostgreSQL has and a backup does not: only of the table that is
/// excepted.
#[tokio::test]
async fn every_table_and_column_of_the_schema_is_in_a_backup() {
    let back = PostgresBackdoor::new().await;
    let mut connection = back.connect().await;
    let kept: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text
         FROM information_schema.columns WHERE table_schema = 'public'
             AND table_name NOT IN ('_sqlx_migrations', 'writers') ORDER BY 1, 2",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut copied = Vec::new();
    for table in TABLES {
        copied.extend(table.columns.iter().map(|column| (table.name, column.name, column.kind)));
    }
    copied.sort_unstable_by_key(|(table, column, _)| (*table, *column));
    let names = |(table, column, _): &(&str, &str, Kind)| format!("{table}.{column}");
    let copied_names: Vec<String> = copied.iter().map(names).collect();
    let kept_names: Vec<String> = kept.iter().map(|(t, c, _)| format!("{t}.{c}")).collect();
    assert_eq!(copied_names, kept_names);
    for ((table, column, kind), (_, _, data_type)) in copied.iter().zip(&kept) {
        let types: &[&str] = match kind {
            Kind::Text | Kind::Document => &["text"],
            Kind::Id => &["uuid"],
            Kind::Integer => &["bigint", "integer", "smallint"],
            Kind::Real => &["double precision"],
            Kind::Flag => &["boolean"],
            Kind::Bytes => &["bytea"],
        };
        assert!(types.contains(&&**data_type), "{table}.{column} is {data_type}");
    }
}

#[tokio::test]
async fn a_restore_writes_only_into_what_is_empty() {
    let original = backup(&filled().await.url).await;
    let occupied = |done: Result<(), CopyError>| match done {
        Err(CopyError::Occupied(words)) => words,
        other => panic!("{other:?}"),
    };

    // A node has started: its default district is there.
    let back = PostgresBackdoor::new().await;
    let store = back.run().await;
    let (id, name) = (longwen(), "龙文区".to_owned());
    store.put_district(District { id, name, time_zone: "Asia/Shanghai".into() }).await.unwrap();
    let words = occupied(restore(&back.url, &original).await);
    assert!(words.contains("districts") && words.contains("createdb"), "{words}");
    store.probe().await.unwrap();
    assert_eq!(store.districts().await.unwrap().len(), 1);

    // A node has started, and has not put it in yet.
    let back = PostgresBackdoor::new().await;
    let store = back.run().await;
    assert!(store.districts().await.unwrap().is_empty());
    let words = occupied(restore(&back.url, &original).await);
    assert!(words.contains("is connected"), "{words}");
    drop(store);
    wait_until_nobody_is_connected(&back).await;
    // Migrated, used by nobody, and empty.
    restore(&back.url, &original).await.unwrap();
    assert_eq!(backup(&back.url).await, original);
    let words = occupied(restore(&back.url, &original).await);
    assert!(words.contains("something in this database"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_during_a_restore_finds_what_was_restored() {
    let original = backup(&filled().await.url).await;
    let back = PostgresBackdoor::new().await;
    wait_until_nobody_is_connected(&back).await;
    // The restore waits in the middle, for the rest of its file.
    let (half, rest) = original.split_at(original.len() / 2);
    let (half, rest) = (half.as_bytes().to_vec(), rest.as_bytes().to_vec());
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let input = std::io::Read::chain(half.as_slice(), Gate { held, passed: false });
    let input = std::io::BufReader::new(std::io::Read::chain(input, rest.as_slice()));
    let node = std::thread::scope(|scope| {
        let url = back.url.clone();
        let restoring = scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                load(&url, &mut BackupReader::new(input).unwrap()).await.unwrap();
            });
        });
        let node = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                // Until the restore holds its locks.
                let locked = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'
                    AND granted AND relation = 'public.districts'::regclass";
                while back.count(locked).await == 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                let (store, writer) = back.open();
                tokio::spawn(writer.run());
                let reading = tokio::spawn(async move { store.districts().await });
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                assert!(!reading.is_finished(), "it read a database that was half restored");
                drop(hold);
                reading.await.unwrap()
            })
        });
        restoring.join().unwrap();
        node
    });
    assert_eq!(node.unwrap().len(), 2);
}

/// Reads nothing, but only once it is opened.
struct Gate {
    held: std::sync::mpsc::Receiver<()>,
    passed: bool,
}

impl std::io::Read for Gate {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        if !self.passed {
            self.passed = true;
            // Opened by a word or by being dropped.
            assert!(self.held.recv().is_err());
        }
        Ok(0)
    }
}

#[tokio::test]
async fn a_damaged_backup_leaves_nothing() {
    let original = backup(&filled().await.url).await;
    let back = new_database().await;
    let lines: Vec<&str> = original.lines().collect();
    let twice = lines.iter().position(|line| line.starts_with("[\"long")).unwrap();
    let repeated = [&lines[..=twice], &lines[twice..]].concat().join("\n");
    let cut = &original[..original.len() - 9];
    let changed = original.replace("locate_device", "locate_devils");
    let strange = original.replace("\"operator\"", "\"king\"");
    let id = original.replace(&nth_uuid(1, 1).to_string(), "nobody");
    for (text, why) in [
        (cut, "its end is missing"),
        (&changed, "not what was written"),
        (&repeated, "break a rule"),
        (&strange, "break a rule"),
        (&id, "makes no sense"),
    ] {
        let refused = restore(&back.url, text).await;
        let Err(CopyError::Backup(BackupError::Damaged(words))) = refused else {
            panic!("{why}: {refused:?}")
        };
        assert!(words.contains(why), "{words}");
        assert!(!words.contains('陈'), "{words}");
        for table in TABLES {
            let rows = format!("SELECT count(*) FROM {}", table.name);
            assert_eq!(back.count(&rows).await, 0, "{}", table.name);
        }
    }
    restore(&back.url, &original).await.unwrap();
}

#[tokio::test]
async fn what_is_no_database_of_ours_or_a_newer_one_is_not_backed_up() {
    let refused = async |url: &str| {
        let mut out = BackupWriter::new(Vec::new()).unwrap();
        dump(url, &mut out).await.unwrap_err().to_string()
    };
    let why = refused(&new_database().await.url).await;
    assert!(why.contains("nothing of silverbell"), "{why}");
    let back = PostgresBackdoor::new().await;
    back.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from tomorrow', true, '', 1)",
    )
    .await
    .unwrap();
    let why = refused(&back.url).await;
    assert!(why.contains("newer") && why.contains("9999"), "{why}");
}

// --- Any value ---------------------------------------------------------------------------------

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect())
}

fn any_real() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL};
    // Zero has one sign.
    prop_oneof![
        4 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL,
        4 => -180.0..180.0,
        1 => Just(f64::MAX),
        1 => Just(0.1 + 0.2),
        1 => Just(0.0),
    ]
}

fn any_integer() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), Just(i64::MAX), Just(i64::MIN), Just(0)]
}

/// Moments, latitude, longitude, accuracy, source.
type AnyPosition = (i64, i64, f64, f64, Option<f64>, String);

/// Bytes, a text, event, battery, a flag.
type AnySignal = (Vec<u8>, String, Option<String>, Option<i16>, bool);

/// Rows of tables that between them have columns of every kind, filled with anything.
#[derive(Clone, Debug)]
struct AnyRows {
    districts: Vec<(String, i64)>,
    positions: Vec<AnyPosition>,
    signals: Vec<AnySignal>,
}

fn any_rows() -> impl Strategy<Value = AnyRows> {
    let districts = proptest::collection::vec((any_text(), any_integer()), 1..4);
    let position = (
        any_integer(),
        any_integer(),
        any_real(),
        any_real(),
        proptest::option::of(any_real()),
        any_text(),
    );
    let positions = proptest::collection::vec(position, 0..40);
    let signal = (
        proptest::collection::vec(any::<u8>(), 0..40),
        any_text(),
        proptest::option::of(any_text()),
        proptest::option::of(any::<i16>()),
        any::<bool>(),
    );
    let signals = proptest::collection::vec(signal, 0..10);
    (districts, positions, signals).prop_map(|(districts, positions, signals)| AnyRows {
        districts,
        positions,
        signals,
    })
}

fn written(rows: &AnyRows) -> String {
    let mut out = BackupWriter::new(Vec::new()).unwrap();
    let slugs = ["a-b", "ab", "a-c", "区"];
    for table in TABLES {
        let row = |values: &[(&str, Value)]| -> Vec<Value> {
            let value = |name: &str| values.iter().find(|(column, _)| *column == name);
            table
                .columns
                .iter()
                .map(|c| value(c.name).map_or(Value::Null, |(_, v)| v.clone()))
                .collect()
        };
        let all: Vec<Vec<Value>> = match table.name {
            "districts" => std::iter::zip(slugs, &rows.districts)
                .map(|(id, (text, number))| {
                    row(&[
                        ("id", json!(id)),
                        ("name", json!(text)),
                        ("time_zone", json!(text)),
                        ("weather", json!(text)),
                        ("last_seq", json!(number)),
                        ("last_number", json!(0)),
                    ])
                })
                .collect(),
            "positions" => (0..)
                .zip(&rows.positions)
                .map(|(n, (at, received_at, lat, lon, accuracy_m, source))| {
                    row(&[
                        ("district", json!(slugs[n % 3])),
                        ("subject", json!(nth_uuid(9, n as u64 / 3))),
                        ("at", json!(at)),
                        ("received_at", json!(received_at)),
                        ("lat", json!(lat)),
                        ("lon", json!(lon)),
                        ("accuracy_m", json!(accuracy_m)),
                        ("source", json!(source)),
                    ])
                })
                .collect(),
            "signals" => (0..)
                .zip(&rows.signals)
                .map(|(n, (raw, text, event_id, battery, flag))| {
                    row(&[
                        ("district", json!(slugs[n % 3])),
                        ("id", json!(nth_uuid(8, n as u64))),
                        ("protocol", json!("http")),
                        ("ident", json!(format!("{text}{n}"))),
                        ("kind", json!("sos")),
                        ("event_id", json!(event_id)),
                        ("body_sha256", json!(hex::encode(raw))),
                        ("verified", json!(flag)),
                        ("received_at", json!(n)),
                        ("ticket", json!(nth_uuid(7, 1))),
                        ("joined", json!(!flag)),
                        ("flags", json!(json!([text]).to_string())),
                        ("battery_pct", json!(battery)),
                        ("source_addr", json!(text)),
                        ("raw", json!(hex::encode(raw))),
                    ])
                })
                .collect(),
            _ => Vec::new(),
        };
        out.table(table).unwrap();
        all.iter().for_each(|row| out.row(row).unwrap());
    }
    String::from_utf8(out.finish().unwrap().0).unwrap()
}

/// Returns the rows, in whatever order.
fn rows_of(backup: &str) -> Vec<&str> {
    let mut rows: Vec<&str> = backup.lines().filter(|line| line.starts_with('[')).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn any_value_comes_back_as_it_was() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() };
    proptest!(config, |(rows in any_rows())| {
        runtime.block_on(async {
            let original = written(&rows);
            let embedded = through_sqlite(&original).await;
            assert!(rows_of(&embedded) == rows_of(&original), "{original}\n{embedded}");
            let back = new_database().await;
            restore(&back.url, &embedded).await.unwrap();
            let there = backup(&back.url).await;
            assert!(rows_of(&there) == rows_of(&original), "{original}\n{there}");
            assert!(through_sqlite(&there).await == embedded, "{embedded}\n{there}");
        });
    });
}
