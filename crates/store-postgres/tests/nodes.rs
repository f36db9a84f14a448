//! Two nodes on one database.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::BTreeSet;

use silverbell_domain::{DistrictId, Ids, SeniorId, TicketId};
use silverbell_store::contract::{Backdoor, Bench, at_once, device, watch};
use silverbell_store::{District, NewDevice, StoreError};
use silverbell_testkit::{Press, START, longwen, operator, senior};
use sqlx::Connection;
use support::PostgresBackdoor;

/// Two nodes with the same identities to give, so that none is given twice.
async fn nodes() -> [Bench; 2] {
    let back = PostgresBackdoor::new().await;
    let one = Bench::new(back.run().await, back.clone()).await;
    let two = Bench { store: back.run().await, ..one.clone() };
    [one, two]
}

fn yunxiao() -> DistrictId {
    DistrictId::new("yunxiao")
}

async fn second_district(bench: &Bench) {
    let district =
        District { id: yunxiao(), name: "云霄县".into(), time_zone: "Asia/Shanghai".into() };
    bench.store.put_district(district).await.unwrap();
}

/// Puts in a senior of the other district with a device over HTTP.
async fn neighbour(bench: &Bench, n: u32) {
    let there = silverbell_domain::Senior { district: yunxiao(), ..senior(n) };
    bench.store.put_seniors(vec![there]).await.unwrap();
    let theirs = NewDevice { district: yunxiao(), ..device(n) };
    bench.store.put_devices(vec![theirs]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_event_at_both_nodes_is_one_signal() {
    let nodes = nodes().await;
    nodes[0].seniors([1]).await;
    let answers = at_once(64, |n| {
        let bench = nodes[n as usize % 2].clone();
        async move { bench.press(Press::of(1).id("e1")).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), 1);
    assert!(answers.iter().all(|a| a.signal == answers[0].signal && a.ticket == answers[0].ticket));
    assert_eq!(nodes[0].back.count("SELECT count(*) FROM signals").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_both_nodes_are_numbered_without_gaps_in_each_district() {
    let nodes = nodes().await;
    second_district(&nodes[0]).await;
    nodes[0].seniors(0..32).await;
    for n in 32..64 {
        neighbour(&nodes[0], n).await;
    }
    let mut advances = [nodes[0].store.advances(), nodes[1].store.advances()];
    at_once(128, |n| {
        let bench = nodes[n as usize % 2].clone();
        async move {
            let ticket = bench.press(Press::of(n / 2).id(&format!("e{n}"))).await.ticket;
            let read = bench.ticket(ticket).await;
            let note = bench
                .change(&read, |t, now, _| Ok(t.note(operator(1), "…".into(), now, &bench.policy)));
            assert!(matches!(note.await, Ok(_) | Err(StoreError::Stale(_))));
        }
    })
    .await;
    for district in [longwen(), yunxiao()] {
        let state = nodes[0].store.district_state(&district).await.unwrap();
        assert_eq!(state.tickets.len(), 32);
        let rows = format!(
            "SELECT count(DISTINCT seq) FROM events
             WHERE district = '{district}' AND seq BETWEEN 1 AND {}",
            state.seq
        );
        let last = i64::try_from(state.seq).unwrap();
        assert_eq!(nodes[0].back.count(&rows).await, last);
        let numbers = "SELECT max(number) FROM tickets WHERE district = ";
        assert_eq!(nodes[0].back.count(&format!("{numbers}'{district}'")).await, 32);
    }
    // Each event was announced by the node that committed it, and by no other.
    let mut announced = BTreeSet::new();
    for advances in &mut advances {
        while let Ok(advance) = advances.try_recv() {
            for happened in &advance.happened {
                assert!(announced.insert((advance.district.clone(), happened.seq)));
            }
        }
    }
    let events = nodes[0].back.count("SELECT count(*) FROM events").await;
    assert_eq!(i64::try_from(announced.len()).unwrap(), events);
    assert_eq!(nodes[1].store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presses_of_one_senior_at_both_nodes_are_one_ticket() {
    let nodes = nodes().await;
    nodes[0].seniors([1]).await;
    let answers = at_once(64, |n| {
        let bench = nodes[n as usize % 2].clone();
        async move { bench.press(Press::of(1).id(&format!("e{n}"))).await }
    })
    .await;
    assert!(answers.iter().all(|answer| answer.ticket == answers[0].ticket && !answer.duplicate));
    assert_eq!(answers.iter().filter(|answer| !answer.joined).count(), 1);
    assert_eq!(nodes[0].ticket(answers[0].ticket).await.signals, 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_64_tasks_at_both_nodes_gets_the_ticket() {
    let nodes = nodes().await;
    nodes[0].seniors([1]).await;
    let ticket = nodes[0].opened(1).await;
    let results = at_once(64, |n| {
        let (bench, ticket) = (nodes[n as usize % 2].clone(), ticket.clone());
        async move { bench.change(&ticket, |t, now, p| t.answer(operator(n), None, now, p)).await }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let stale = |result: &&Result<_, _>| **result == Err(StoreError::Stale(ticket.id));
    assert_eq!(results.iter().filter(stale).count(), 63);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_devices_at_both_nodes_open_20_tickets_for_one_address() {
    let nodes = nodes().await;
    let answers = at_once(64, |n| {
        let bench = nodes[n as usize % 2].clone();
        async move { bench.press(Press::unknown(&format!("x{n}")).id("e")).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| !answer.joined).count(), 20);
    assert_eq!(nodes[0].back.count("SELECT count(*) FROM signals").await, 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_with_other_default_districts_share_an_unknown_devices_ticket() {
    let back = PostgresBackdoor::new().await;
    let one = Bench::new(back.run().await, back.clone()).await;
    second_district(&one).await;
    let elsewhere = silverbell_store::Intake { default_district: yunxiao(), ..support::intake() };
    let (store, writer) = silverbell_store_postgres::open(&back.url, elsewhere).unwrap();
    tokio::spawn(writer.run());
    let two = Bench { store: std::sync::Arc::new(store), ..one.clone() };
    for n in 0..8 {
        let ident = format!("x{n}");
        let answers = at_once(8, |m| {
            let bench = if m % 2 == 0 { one.clone() } else { two.clone() };
            let press = Press::unknown(&ident).id("e").bytes(format!("{m}").as_bytes());
            async move { bench.press(press).await }
        })
        .await;
        assert!(answers.iter().all(|answer| answer.ticket == answers[0].ticket), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| !answer.joined).count(), 1);
    }
    assert_eq!(one.back.count("SELECT count(*) FROM tickets").await, 8);
    assert_eq!(one.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_over_two_districts_in_any_order_never_block_each_other() {
    let nodes = nodes().await;
    second_district(&nodes[0]).await;
    nodes[0].seniors(0..16).await;
    for n in 16..32 {
        neighbour(&nodes[0], n).await;
    }
    at_once(256, |n| {
        let bench = nodes[n as usize % 2].clone();
        async move {
            // Some put in a new senior: a reference to the district, beside the locks.
            if n % 16 == 0 {
                let whose = if n % 32 == 0 { longwen() } else { yunxiao() };
                let id = SeniorId(bench.ids.next());
                let new = silverbell_domain::Senior { district: whose, id, ..senior(1) };
                bench.store.put_seniors(vec![new]).await.unwrap();
            } else {
                bench.press(Press::of((n * 7) % 32).id(&format!("e{n}"))).await;
            }
        }
    })
    .await;
    // The server counts when the connections end.
    let back = &nodes[0].back;
    let stores = "FROM pg_stat_activity
        WHERE application_name = 'silverbell' AND datname = current_database()";
    back.execute(&format!("SELECT pg_terminate_backend(pid) {stores}")).await.unwrap();
    while back.count(&format!("SELECT count(*) {stores}")).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(back.count(deadlocks).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_is_put_in_once_whichever_node_is_asked() {
    let nodes = nodes().await;
    nodes[0].seniors([1]).await;
    let results = at_once(16, |n| {
        let bench = nodes[n as usize % 2].clone();
        let id = silverbell_domain::DeviceId(bench.ids.next());
        async move { bench.store.put_devices(vec![NewDevice { id, ..watch(1) }]).await }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_of_one_node_is_read_and_closed_at_the_other() {
    let nodes = nodes().await;
    nodes[0].seniors([1]).await;
    let opened = nodes[0].opened(1).await;
    let read = nodes[1].ticket(opened.id).await;
    assert_eq!(read, opened);
    nodes[1].change(&read, |t, now, p| t.answer(operator(1), None, now, p)).await.unwrap();
    let again = nodes[0].press(Press::of(1).id("again").at(START.plus_s(9))).await;
    assert_eq!((again.ticket, again.joined), (TicketId(opened.id.0), true));
    assert_eq!(nodes[0].ticket(opened.id).await.owner(), Some(operator(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_another_node_commits_in_the_last_moment_is_joined() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    let other = bench.press(Press::unknown("y").id("e")).await.ticket;
    // Another node is about to commit an open ticket for the same device.
    let mut elsewhere = back.connect().await;
    let mut held = elsewhere.begin().await.unwrap();
    let update = "UPDATE tickets SET unknown_ident = 'http/x',
        state = replace(state, 'http/y', 'http/x')";
    sqlx::query(update).execute(&mut *held).await.unwrap();
    let pressed = tokio::spawn(at_once(2, {
        let bench = bench.clone();
        move |n| {
            let bench = bench.clone();
            async move { bench.press(Press::unknown("x").id("e").bytes(&[n as u8])).await }
        }
    }));
    back.wait_for_a_waiter().await;
    held.commit().await.unwrap();
    for recorded in pressed.await.unwrap() {
        assert_eq!((recorded.ticket, recorded.joined), (other, true));
    }
    assert_eq!(back.count("SELECT count(*) FROM tickets").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_decided_on_numbers_that_another_node_has_used_is_decided_again() {
    let back = PostgresBackdoor::new().await;
    let bench = Bench::new(back.run().await, back.clone()).await;
    bench.seniors([1]).await;
    let mut elsewhere = back.connect().await;
    let mut held = elsewhere.begin().await.unwrap();
    let update = "UPDATE districts SET last_number = last_number + 5";
    sqlx::query(update).execute(&mut *held).await.unwrap();
    // The press reads the old number, and waits for the district before it writes.
    let pressed = tokio::spawn({
        let bench = bench.clone();
        async move { bench.press(Press::of(1).id("e")).await }
    });
    back.wait_for_a_waiter().await;
    held.commit().await.unwrap();
    let ticket = pressed.await.unwrap().ticket;
    assert_eq!(bench.ticket(ticket).await.number, 6);
}
