//! Positions, purging, probing.

use silverbell_domain::{
    CANARY, DistrictId, LatLon, Policy, PositionSource, ResponderId, Senior, Ticket, UnixMs,
};
use silverbell_testkit::{Press, START, aide, longwen, operator, senior};

use super::alarms::helped;
use super::commits::answers;
use super::{Bench, device};
use crate::{
    District, Idempotency, LastPosition, NewDevice, NewSession, NewUser, PositionRow, Subject,
    UserRole,
};

const HERE: LatLon = LatLon { lat: 24.5123456, lon: 117.7123456 };
const THERE: LatLon = LatLon { lat: 24.6, lon: 117.8 };

fn last(position: Option<(LatLon, UnixMs)>, heard_at: UnixMs) -> LastPosition {
    LastPosition { responder: aide(1).id, position, heard_at }
}

async fn kept(bench: &Bench) -> Vec<LastPosition> {
    bench.store.district_state(&longwen()).await.unwrap().positions
}

pub async fn last_positions_are_replaced_by_newer_ones_only(bench: Bench) {
    bench.aides([1, 2]).await;
    let older = last(Some((HERE, START)), START);
    let newer = last(Some((THERE, START.plus_s(60))), START.plus_s(60));
    bench.store.put_last_positions(vec![older]).await.unwrap();
    assert_eq!(kept(&bench).await, [older]);
    bench.store.put_last_positions(vec![newer]).await.unwrap();
    assert_eq!(kept(&bench).await, [newer]);
    // A phone that was out of reach replays what it had kept.
    bench.store.put_last_positions(vec![older]).await.unwrap();
    assert_eq!(kept(&bench).await, [newer]);
    let unknown = LastPosition { responder: ResponderId(aide(9).id.0), ..newer };
    bench.store.put_last_positions(vec![unknown]).await.unwrap();
    assert_eq!(kept(&bench).await, [newer], "of nobody nothing is kept");
}

pub async fn a_sign_of_life_takes_no_position_away(bench: Bench) {
    bench.aides([1]).await;
    bench.store.put_last_positions(vec![last(None, START)]).await.unwrap();
    assert_eq!(kept(&bench).await, [last(None, START)]);
    let here = Some((HERE, START.plus_s(5)));
    bench.store.put_last_positions(vec![last(here, START.plus_s(5))]).await.unwrap();
    bench.store.put_last_positions(vec![last(None, START.plus_s(9))]).await.unwrap();
    assert_eq!(kept(&bench).await, [last(here, START.plus_s(9))]);
}

pub async fn purging_takes_what_is_old_and_nothing_else(bench: Bench) {
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    let user = NewUser {
        id: operator(1),
        username: "op".into(),
        display_name: "op".into(),
        password_hash: "$argon2id$…".into(),
        role: UserRole::Operator,
        responder: None,
        districts: vec![longwen()],
    };
    bench.store.put_users(vec![user]).await.unwrap();
    let mut read = ticket.clone();
    for n in [0_u8, 1] {
        let (at, n_s) = (START.plus_s(i64::from(n) * 100), i64::from(n) * 100);
        let row = PositionRow {
            district: longwen(),
            subject: aide(1).id.0,
            point: HERE,
            accuracy_m: Some(12.5),
            source: PositionSource::Gps,
            at,
            received_at: at,
        };
        bench.store.append_positions(vec![row.clone(), row]).await.unwrap();
        let session = NewSession {
            token_sha256: [n; 32],
            user: operator(1),
            created_at: START,
            expires_at: START.plus_s(n_s + 50),
        };
        bench.store.put_session(session).await.unwrap();
        let mut commit =
            bench.commit_of(&read, |t, now, p| Ok(t.note(operator(1), "…".into(), now, p)));
        commit.idempotency = Some(Idempotency {
            user: operator(1),
            key: n.to_string(),
            fingerprint: [n; 32],
            subject: Subject::Ticket(ticket.id),
            at,
        });
        read = (*bench.store.commit(commit).await.unwrap().tickets[0]).clone();
    }
    let between = START.plus_s(100);
    bench.store.purge(between, between, between, START).await.unwrap();
    let rows = async |table: &str| bench.back.count(&format!("SELECT count(*) FROM {table}")).await;
    assert_eq!(rows("positions").await, 2);
    assert_eq!(rows("sessions").await, 1);
    assert_eq!(bench.store.idempotent(operator(1), "0").await.unwrap(), None);
    assert!(bench.store.idempotent(operator(1), "1").await.unwrap().is_some());
    assert_eq!((rows("signals").await, rows("events").await), (1, 3), "history stays");
}

pub async fn purging_goes_a_little_at_a_time_and_says_whether_there_is_more(bench: Bench) {
    let row = PositionRow {
        district: longwen(),
        subject: aide(1).id.0,
        point: HERE,
        accuracy_m: None,
        source: PositionSource::Gps,
        at: START,
        received_at: START,
    };
    bench.store.append_positions(vec![row; 5_000]).await.unwrap();
    let purge = async || bench.store.purge(START, START.plus_s(1), START, START).await.unwrap();
    let left = async || bench.back.count("SELECT count(*) FROM positions").await;
    let (mut rounds, mut before) = (0, left().await);
    while purge().await {
        rounds += 1;
        let now = left().await;
        assert!(before - now <= 2_000, "an SOS waits behind this: {before} → {now}");
        before = now;
    }
    assert_eq!((left().await, rounds), (0, 2));
    assert!(!purge().await);
}

pub async fn what_the_service_made_up_goes_after_a_day_and_no_other_history(bench: Bench) {
    let canary = DistrictId::new(CANARY);
    let district = District { id: canary.clone(), name: "自检".into(), time_zone: "UTC".into() };
    bench.store.put_district(district).await.unwrap();
    let made_up = Senior { district: canary.clone(), ..senior(9) };
    bench.store.put_seniors(vec![made_up]).await.unwrap();
    bench.store.put_devices(vec![NewDevice { district: canary, ..device(9) }]).await.unwrap();
    bench.seniors([1]).await;
    let closes = |t: &mut Ticket, now, p: &Policy| t.close(operator(1), helped(), now, p);
    let real = bench.opened(1).await;
    bench.change(&real, closes).await.unwrap();
    let closed = bench.press(Press::of(9).id("closed")).await;
    assert!(closed.is_canary);
    bench.change(&bench.ticket(closed.ticket).await, closes).await.unwrap();
    let open = bench.press(Press::of(9).id("open")).await;
    assert!(bench.ticket(open.ticket).await.deadlines.is_empty(), "nobody is told of it");

    let purge = async |s| bench.store.purge(START.plus_s(s), START, START, START).await.unwrap();
    let of = async |table: &str, district: &str| {
        let rows = format!("SELECT count(*) FROM {table} WHERE district = '{district}'");
        bench.back.count(&rows).await
    };
    purge(86_000).await;
    assert_eq!((of("tickets", CANARY).await, of("events", CANARY).await), (2, 4), "a day");
    assert!(!purge(3 * 86_400).await);
    assert!(bench.store.ticket(closed.ticket).await.unwrap().is_none());
    for table in ["tickets", "signals", "events"] {
        assert_eq!(of(table, CANARY).await, 1, "what is open stays: {table}");
    }
    assert_eq!(of("ticket_facts", CANARY).await, 0);
    assert_eq!((of("tickets", "longwen").await, of("events", "longwen").await), (1, 3));
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    let changed = "UPDATE events SET at = 0 WHERE district = 'canary'";
    assert!(bench.back.execute(changed).await.is_err(), "changed it may not be either");
}

pub async fn of_the_history_of_positions_the_first_of_every_span_is_read(bench: Bench) {
    let row = |n: u32, at_s: i64, point: LatLon| PositionRow {
        district: longwen(),
        subject: aide(n).id.0,
        point,
        accuracy_m: None,
        source: PositionSource::Gps,
        at: START.plus_s(at_s),
        received_at: START.plus_s(at_s + 500),
    };
    let minute = START.plus_s(-(START.0 / 1_000 % 60)).since_s(START);
    let late = row(1, minute + 59, THERE);
    let rows = vec![
        late,
        row(1, minute, HERE),
        row(1, minute + 60, THERE),
        row(1, minute + 61, HERE),
        row(1, minute + 180, HERE),
        row(2, minute + 60, HERE),
    ];
    bench.store.append_positions(rows).await.unwrap();
    let read = async |from_s: i64, to_s: i64, every_ms| {
        let (from, to) = (START.plus_s(minute + from_s), START.plus_s(minute + to_s));
        let found = bench.store.positions_of(aide(1).id.0, from, to, every_ms).await.unwrap();
        let since = |at: UnixMs| at.since_s(START) - minute;
        found.into_iter().map(|(at, point)| (since(at), point)).collect::<Vec<_>>()
    };
    assert_eq!(read(0, 600, 60_000).await, [(0, HERE), (60, THERE), (180, HERE)]);
    assert_eq!(read(0, 180, 1_000).await, [(0, HERE), (59, THERE), (60, THERE), (61, HERE)]);
    assert_eq!(read(181, 600, 60_000).await, []);
}

pub async fn a_probe_changes_nothing(bench: Bench) {
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    let before = bench.store.district_state(&longwen()).await.unwrap();
    bench.store.probe().await.unwrap();
    assert_eq!(bench.store.district_state(&longwen()).await.unwrap(), before);
    assert!(bench.change(&ticket, answers(1)).await.is_ok());
}

pub async fn an_empty_district_reads_as_empty(bench: Bench) {
    for district in [longwen(), DistrictId::new("nowhere")] {
        let state = bench.store.district_state(&district).await.unwrap();
        assert_eq!((state.seq, state.tickets.len(), state.responders.len()), (0, 0, 0));
        assert_eq!(bench.store.home_bounds(&district).await.unwrap(), None);
    }
    assert_eq!(bench.store.districts().await.unwrap().len(), 1);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    bench.press(Press::unknown("x")).await;
    assert_eq!(bench.store.district_state(&longwen()).await.unwrap().tickets.len(), 1);
}
