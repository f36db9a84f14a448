//! The database: opened again, guarded, named wrongly, written by a newer program, and texts that
//! PostgreSQL does not like.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use silverbell_domain::{Close, LatLon, Outcome, Senior};
use silverbell_store::contract::{Backdoor, Bench, at_once};
use silverbell_store::{LastPosition, NewUser, SeniorQuery, Store, UserRole};
use silverbell_store_postgres::open;
use silverbell_testkit::{Press, START, aide, longwen, operator, senior};
use silverbell_testkit_postgres::Server;
use support::{PostgresBackdoor, intake, refusal, set_up, until_it_writes, words};

#[tokio::test]
async fn opening_again_finds_everything_and_numbers_go_on() {
    let back = PostgresBackdoor::new().await;
    let (store, writer) = back.open();
    let running = tokio::spawn(writer.run());
    let bench = Bench::new(std::sync::Arc::new(store), back.clone()).await;
    bench.seniors([1, 2]).await;
    bench.aides([1]).await;
    let ticket = bench.opened(1).await;
    bench.change(&ticket, |t, now, p| t.answer(operator(1), None, now, p)).await.unwrap();
    let before = bench.store.district_state(&longwen()).await.unwrap();
    let Bench { store, back: door, ids, policy } = bench;
    drop(store);
    running.await.unwrap().unwrap();

    let bench = Bench { store: back.run().await, back: door, ids, policy };
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
    let back = PostgresBackdoor::new().await;
    let (store, writer) = back.open();
    drop(writer);
    words(store.probe().await);
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words_until_it_is_mended() {
    let back = PostgresBackdoor::new().await;
    back.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from tomorrow', true, '', 1)",
    )
    .await
    .unwrap();
    let (store, writer) = back.open();
    tokio::spawn(writer.run());
    let why = refusal(&store).await;
    assert!(why.contains("newer") && why.contains("9999"), "{why}");
    // Readers hear the same.
    assert_eq!(words(store.districts().await), why);
    back.execute("DELETE FROM _sqlx_migrations WHERE version = 9999").await.unwrap();
    until_it_writes(&store).await;
    assert_eq!(store.districts().await.unwrap(), []);
}

#[tokio::test]
async fn eight_nodes_that_start_at_once_on_a_new_database_migrate_it_once() {
    let server = Server::shared().unwrap();
    let admin = PostgresBackdoor::of(server, "postgres");
    admin.execute("CREATE DATABASE of_eight").await.unwrap();
    let url = server.url("of_eight");
    at_once(8, |_| {
        let url = url.clone();
        async move { set_up(&url).await }
    })
    .await;
    let back = PostgresBackdoor::of(server, "of_eight");
    let twice = "SELECT count(*) - count(DISTINCT version) FROM _sqlx_migrations";
    assert_eq!(back.count(twice).await, 0);
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
    assert_eq!(back.count(locks).await, 0, "the lock of the migrations was released");
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_says_what_to_do_and_never_the_password() {
    let server = Server::start().unwrap();
    let admin = PostgresBackdoor::of(&server, "postgres");
    admin.execute("CREATE ROLE needs_password LOGIN PASSWORD 'right'").await.unwrap();
    let refused = async |url: String| {
        let (store, writer) = open(&url, intake()).unwrap();
        let running = tokio::spawn(writer.run());
        let why = refusal(&store).await;
        running.abort();
        assert!(!why.contains("hunter2") && !why.contains("right"), "{why}");
        why
    };
    let why = refused(server.url_as("needs_password:hunter2", "postgres")).await;
    assert!(why.contains("user and password"), "{why}");
    let why = refused(server.url_as("needs_password:right", "postgres")).await;
    assert!(why.contains("owner"), "{why}");
    let why = refused(server.url("nowhere")).await;
    assert!(why.contains("createdb"), "{why}");
    let malformed = open("postgres://needs_password:hunter2@localhost:seven/x", intake());
    let why = words(malformed.map(drop));
    assert!(why.contains("postgres://user@host") && !why.contains("hunter2"), "{why}");
    let why = refused("postgres://u:hunter2@localhost/x?host=/nowhere".into()).await;
    assert!(why.contains("cannot be reached"), "{why}");
    admin
        .execute("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
        .await
        .unwrap();
    let why = refused(server.url("latin")).await;
    assert!(why.contains("LATIN1") && why.contains("UTF8"), "{why}");
    admin.execute("ALTER ROLE needs_password CONNECTION LIMIT 0").await.unwrap();
    let why = refused(server.url_as("needs_password:right", "postgres")).await;
    assert!(why.contains("max_connections"), "{why}");
}

#[tokio::test]
async fn history_cannot_be_emptied_either() {
    let (store, back) = support::make_store().await;
    let bench = Bench::new(store, back).await;
    bench.seniors([1]).await;
    bench.opened(1).await;
    for table in ["events", "signals"] {
        for sql in [format!("TRUNCATE {table}"), format!("TRUNCATE {table} CASCADE")] {
            let refused = bench.back.execute(&sql).await.unwrap_err();
            assert!(refused.contains("never removed"), "{refused}");
        }
        let replica = format!("SET session_replication_role = replica; DELETE FROM {table}");
        assert!(bench.back.execute(&replica).await.is_err(), "{replica}");
        assert_eq!(bench.back.count(&format!("SELECT count(*) FROM {table}")).await, 1);
    }
}

#[tokio::test]
async fn texts_with_nul_are_kept_as_they_were_said() {
    let (store, back) = support::make_store().await;
    let bench = Bench::new(store, back).await;
    let store = &bench.store;
    let odd = Senior { name: "王\0\\0秀英".into(), village: "a\0".into(), ..senior(1) };
    store.put_seniors(vec![odd.clone()]).await.unwrap();
    assert_eq!(store.senior(odd.id).await.unwrap(), Some(odd.clone()));
    let found = store.find_seniors(&[longwen()], SeniorQuery::Text("\0\\".into()), 9).await;
    assert_eq!(found.unwrap().first(), Some(&odd));

    store.put_devices(vec![silverbell_store::contract::device(1)]).await.unwrap();
    let ticket = bench.opened(1).await;
    assert_eq!(ticket.who.as_ref().map(|who| &*who.name), Some(&*odd.name));
    let how = Close {
        outcome: Outcome::Helped,
        cause: None,
        note: Some("\0 \\u0000 \u{1} \\".into()),
        hospital: None,
        duplicate_of: None,
        witness: None,
    };
    let closed = bench.change(&ticket, |t, now, p| t.close(operator(1), how, now, p)).await;
    assert_eq!(*closed.unwrap().tickets[0], bench.ticket(ticket.id).await);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());

    let user = NewUser {
        id: operator(1),
        username: "o\0p".into(),
        display_name: "\\".into(),
        password_hash: "$argon2id$…".into(),
        role: UserRole::Operator,
        responder: None,
        districts: vec![longwen()],
    };
    store.put_users(vec![user]).await.unwrap();
    let known = store.user_by_name("o\0p").await.unwrap().unwrap();
    assert_eq!((&*known.username, &*known.display_name), ("o\0p", "\\"));
    assert_eq!(store.user_by_name("o\\0p").await.unwrap(), None);
}

#[tokio::test]
async fn one_responder_twice_in_one_list_of_positions_keeps_the_newest() {
    let (store, back) = support::make_store().await;
    let bench = Bench::new(store, back).await;
    bench.aides([1]).await;
    let at = |s: i64, lat| LastPosition {
        responder: aide(1).id,
        position: Some((LatLon { lat, lon: 117.7 }, START.plus_s(s))),
        heard_at: START.plus_s(s),
    };
    let life = LastPosition { position: None, ..at(9, 0.0) };
    bench
        .store
        .put_last_positions(vec![at(1, 24.1), at(5, 24.5), at(3, 24.3), life])
        .await
        .unwrap();
    let kept = bench.store.district_state(&longwen()).await.unwrap().positions;
    assert_eq!(kept, [LastPosition { heard_at: START.plus_s(9), ..at(5, 24.5) }]);
}
