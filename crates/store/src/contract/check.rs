//! The check: finds what is wrong, says where, and quotes nobody. What cannot be read harms nothing
//! that can.

use serde_json::json;
use silverbell_domain::{
    CallId, DistrictId, Ids, Kind, LatLon, OfferCommand, Position, PositionSource, SignalKind,
    Ticket, TicketId, Urgency,
};
use silverbell_testkit::{Press, START, aide, longwen, nth_uuid, operator, senior};

use super::alarms::helped;
use super::commits::{asks, by_hand};
use super::{Bench, device, watch};
use crate::check::MAX_COMPLAINTS;
use crate::{
    CallFact, CallNews, CallRecord, DeviceReport, DeviceState, District, Idempotency, LastPosition,
    NewOutbox, NewSession, NewUser, PositionRow, StoreError, Subject, UserRole,
};

/// Some of what [`fill`] puts in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The first senior's emergency: an aide has accepted, another is asked, a signal has joined.
    pub open: Ticket,
    /// The second senior's, closed.
    pub closed: Ticket,
    /// A device's that nobody knows.
    pub unknown: Ticket,
}

/// Puts in something of everything.
pub async fn fill(bench: &Bench) -> Filled {
    let other = DistrictId::new("long-hai");
    let district = District {
        id: other.clone(),
        name: "龙海 \\ \"区\"".into(),
        time_zone: "Asia/Shanghai".into(),
    };
    bench.store.put_district(district).await.unwrap();
    bench.seniors([1, 2, 3]).await;
    let mut elsewhere = senior(4);
    elsewhere.district = other.clone();
    bench.store.put_seniors(vec![elsewhere.clone()]).await.unwrap();
    bench.store.put_devices(vec![watch(2)]).await.unwrap();
    let aides = bench.aides([1, 2, 3]).await;
    put_user(bench, &other).await;

    let first = bench.opened(1).await;
    let mut commit = bench.commit_of(&first, asks(bench, &aides[0]));
    commit.outbox.push(NewOutbox {
        id: bench.ids.next(),
        district: longwen(),
        ticket: Some(first.id),
        kind: "locate_device".into(),
        payload: json!({"device": "d-1", "text": "银铃 \"\\ \u{1}"}),
        urgency: Urgency::Extreme,
        due_at: START,
        expires_at: Some(START.plus_s(600)),
    });
    commit.idempotency = Some(Idempotency {
        user: operator(1),
        key: "k \"\\".into(),
        fingerprint: [9; 32],
        subject: Subject::Ticket(first.id),
        at: START,
    });
    let asked = bench.store.commit(commit).await.unwrap().tickets[0].clone();
    let (offer, by) = (asked.offers[0].id, silverbell_domain::By::Machine);
    let accepted = bench
        .change(&asked, |t, now, p| t.step_offer(offer, OfferCommand::Accept, by, None, now, p));
    accepted.await.unwrap();
    bench.press(Press::of(1).id("again")).await;
    let open = bench.ticket(first.id).await;

    let second = bench.opened(2).await;
    let asked = bench.change(&second, asks(bench, &aides[1])).await.unwrap().tickets[0].clone();
    let closed = bench.change(&asked, |t, now, p| t.close(operator(1), helped(), now, p)).await;
    let closed = (*closed.unwrap().tickets[0]).clone();

    let recorded = bench.press(Press::unknown("谁\u{1}\\")).await;
    let unknown = bench.ticket(recorded.ticket).await;
    for (whose, kind) in [(senior(3), Kind::Service), (elsewhere, Kind::Call)] {
        let id = TicketId(bench.ids.next());
        bench.store.commit(by_hand(bench, id, &whose, kind)).await.unwrap();
    }
    let rostered = super::shifts::shift(bench, &aides[0], 0, 12);
    super::shifts::put(bench, vec![rostered]).await;
    put_positions(bench).await;
    put_said(bench, first.id).await;
    Filled { open, closed, unknown }
}

async fn put_user(bench: &Bench, other: &DistrictId) {
    let user = NewUser {
        id: operator(1),
        username: "op".into(),
        display_name: "话务员 \\".into(),
        password_hash: "$argon2id$…".into(),
        role: UserRole::Operator,
        responder: Some(aide(3).id),
        districts: vec![longwen(), other.clone()],
    };
    bench.store.put_users(vec![user]).await.unwrap();
    let session = NewSession {
        token_sha256: [3; 32],
        user: operator(1),
        created_at: START,
        expires_at: START.plus_s(50),
    };
    bench.store.put_session(session).await.unwrap();
}

async fn put_positions(bench: &Bench) {
    let point = LatLon { lat: 24.512_345_678_901_23, lon: 117.7 };
    let last = |n: u32, position| LastPosition { responder: aide(n).id, position, heard_at: START };
    let positions = vec![last(1, Some((point, START))), last(2, None)];
    bench.store.put_last_positions(positions).await.unwrap();
    let row = |accuracy_m| PositionRow {
        district: longwen(),
        subject: aide(1).id.0,
        point,
        accuracy_m,
        source: PositionSource::Gps,
        at: START,
        received_at: START,
    };
    bench.store.append_positions(vec![row(Some(12.5)), row(None)]).await.unwrap();
}

async fn put_said(bench: &Bench, ticket: TicketId) {
    let position = Position {
        point: LatLon { lat: 24.5, lon: 117.7 },
        accuracy_m: None,
        source: PositionSource::Gps,
        at: START,
    };
    let state = DeviceState {
        device: device(1).id,
        heard_at: START,
        battery: Some((41, START)),
        position: Some(position),
        pressed_at: None,
        worked_at: None,
    };
    bench.store.put_device_states(vec![state], START).await.unwrap();
    let report = DeviceReport {
        district: longwen(),
        device: device(1).id,
        received_at: START,
        kinds: vec![SignalKind::Position],
        battery_pct: Some(41),
        position: Some(position),
        raw: b"\0 \\".to_vec(),
    };
    bench.store.append_device_reports(vec![report]).await.unwrap();
    for (n, ticket) in [(1, Some(ticket)), (2, None)] {
        bench.store.learn_of_call(begun(n, ticket)).await.unwrap();
    }
}

fn call(n: u64, ticket: Option<TicketId>) -> CallRecord {
    CallRecord {
        id: CallId(nth_uuid(40, n)),
        district: longwen(),
        exchange_call: format!("{n}.1"),
        outgoing: false,
        number: Some("13800000001".into()),
        withheld: false,
        parties: Vec::new(),
        senior: Some(senior(1).id),
        by: None,
        ringing_at: START,
        answered_at: None,
        ended_at: None,
        result: None,
        recording: None,
        ticket,
        summary: None,
        summary_by: None,
        quality: None,
    }
}

fn begun(n: u64, ticket: Option<TicketId>) -> CallNews {
    CallNews { call: call(n, ticket), facts: Vec::new(), idempotency: None }
}

fn tied(n: u64, ticket: TicketId) -> CallNews {
    CallNews { facts: vec![CallFact::Tied { ticket, senior: None }], ..begun(n, None) }
}

async fn complaints(bench: &Bench) -> Vec<String> {
    let wrong = bench.store.check().await.unwrap();
    for word in [senior(1).name, senior(2).name, aide(1).name, senior(1).village] {
        assert!(!wrong.iter().any(|words| words.contains(&word)), "it quotes: {wrong:?}");
    }
    wrong
}

/// The one complaint that there must be says all of this.
async fn the_complaint(bench: &Bench, all: &[&str]) {
    let wrong = complaints(bench).await;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(all.iter().all(|part| wrong[0].contains(part)), "{all:?}: {wrong:?}");
}

/// Among the complaints is one that says all of this.
async fn a_complaint(bench: &Bench, all: &[&str]) {
    let wrong = complaints(bench).await;
    let found = wrong.iter().any(|words| all.iter().all(|part| words.contains(part)));
    assert!(found, "{all:?}: {wrong:?}");
}

async fn run(bench: &Bench, sql: &str) {
    bench.back.execute(sql).await.unwrap();
}

pub async fn a_sound_store_has_no_complaints(bench: Bench) {
    assert_eq!(complaints(&bench).await, Vec::<String>::new());
    let filled = fill(&bench).await;
    assert_eq!(complaints(&bench).await, Vec::<String>::new());
    bench.store.probe().await.unwrap();
    assert!(filled.open.offers.len() == 1 && filled.open.signals == 2);
    assert!(filled.unknown.unknown_ident.is_some());
}

pub async fn a_ticket_document_that_does_not_parse_is_found_and_harms_no_other(bench: Bench) {
    let filled = fill(&bench).await;
    let before = bench.store.district_state(&longwen()).await.unwrap();
    let broken = filled.open.id;
    for document in ["", "{", "null", r#"{"id": "陈秀英"}"#] {
        run(&bench, &format!("UPDATE tickets SET state = '{document}' WHERE id = '{broken}'"))
            .await;
        let number = format!("ticket {} ({broken})", filled.open.number);
        a_complaint(&bench, &[&number, "cannot be read", "state"]).await;

        let state = bench.store.district_state(&longwen()).await.unwrap();
        let others = before.tickets.iter().filter(|ticket| ticket.id != broken);
        let mut others: Vec<TicketId> = others.map(|ticket| ticket.id).collect();
        let mut read: Vec<TicketId> = state.tickets.iter().map(|ticket| ticket.id).collect();
        others.sort_unstable();
        read.sort_unstable();
        assert_eq!(read, others);
        assert_eq!(state.seq, before.seq);
        // Whoever is bound by it could not be asked for anything else.
        let people: Vec<_> = state.responders.iter().map(|responder| responder.id).collect();
        assert!(!people.contains(&aide(1).id) && people.contains(&aide(2).id), "{people:?}");
        let page = crate::TicketPage { limit: 10, offset: 0 };
        let listed = bench.store.tickets(&[longwen()], true, page).await.unwrap();
        assert_eq!(listed.len(), others.len());
        assert!(bench.store.ticket(broken).await.is_err());
    }
    bench.opened(2).await;
    bench.store.probe().await.unwrap();
}

pub async fn a_press_whose_ticket_cannot_be_read_opens_one_of_its_own(bench: Bench) {
    let filled = fill(&bench).await;
    let (broken, unknown) = (filled.open.id, filled.unknown.id);
    for id in [broken, unknown] {
        run(&bench, &format!("UPDATE tickets SET state = '{{' WHERE id = '{id}'")).await;
    }
    let own = bench.press(Press::of(1).id("not swallowed")).await;
    assert!(!own.joined && own.ticket != broken);
    let again = bench.press(Press::of(1).id("nor this")).await;
    assert!(again.joined && again.ticket == own.ticket);
    let stranger = bench.press(Press::unknown("谁\u{1}\\").bytes(b"again")).await;
    assert!(!stranger.joined && stranger.ticket != unknown);
    let open = bench.store.open_emergency_of(senior(1).id).await.unwrap().unwrap();
    assert_eq!((open.id, open.signals), (own.ticket, 2));
    let still_open = format!("SELECT count(*) FROM tickets WHERE open AND id = '{broken}'");
    assert_eq!(bench.back.count(&still_open).await, 1, "only a person closes a ticket");
    assert_eq!(bench.store.timeline(broken).await.unwrap().len(), 4, "history stays");
}

pub async fn rows_of_people_that_cannot_be_read_harm_no_other(bench: Bench) {
    fill(&bench).await;
    let id = aide(2).id;
    run(&bench, &format!("UPDATE responders SET file = '{{' WHERE id = '{id}'")).await;
    run(&bench, "UPDATE last_positions SET lat = 91 WHERE lat IS NOT NULL").await;
    run(&bench, "UPDATE deadlines SET kind = 'full_moon' WHERE kind = 'quiet'").await;
    let state = bench.store.district_state(&longwen()).await.unwrap();
    assert_eq!((state.responders.len(), state.positions.len()), (2, 1));
    assert!(state.tickets.iter().any(|ticket| !ticket.deadlines.is_empty()));
    a_complaint(&bench, &["responder", &id.to_string(), "file"]).await;
    a_complaint(&bench, &["position of", "lat, lon"]).await;
    a_complaint(&bench, &["deadline of an unknown kind"]).await;
}

pub async fn columns_that_contradict_the_document_are_found(bench: Bench) {
    let filled = fill(&bench).await;
    let (open, closed) = (filled.open.id.to_string(), filled.closed.id.to_string());
    let another = filled.unknown.id.to_string();
    for (set, id, names) in [
        ("urgency = 4, received_at = 7", &open, "urgency, received_at"),
        ("kind = 'fall', emergency = false", &open, "kind, emergency"),
        ("senior = NULL", &open, "senior"),
        ("unknown_ident = 'http/x', source_addr = NULL", &another, "unknown_ident, source_addr"),
        ("closed_at = NULL", &closed, "closed_at"),
        ("number = 77", &closed, "number"),
    ] {
        let mut complaint = Vec::from(["ticket", id, "disagree"]);
        complaint.push(names);
        let keep = "CREATE TABLE kept AS SELECT * FROM tickets";
        run(&bench, keep).await;
        run(&bench, &format!("UPDATE tickets SET {set} WHERE id = '{id}'")).await;
        a_complaint(&bench, &complaint).await;
        let columns = "number senior unknown_ident source_addr kind emergency urgency received_at \
                       closed_at";
        let back: Vec<String> = columns
            .split(' ')
            .map(|c| format!("{c} = (SELECT kept.{c} FROM kept WHERE kept.id = tickets.id)"))
            .collect();
        run(&bench, &format!("UPDATE tickets SET {}", back.join(", "))).await;
        run(&bench, "DROP TABLE kept").await;
        assert_eq!(complaints(&bench).await, Vec::<String>::new());
    }

    let offer = filled.open.offers[0].id.to_string();
    run(&bench, &format!("UPDATE offers SET status = 'done', active = false WHERE id = '{offer}'"))
        .await;
    the_complaint(&bench, &["offer", &offer, &open, "status, active"]).await;
    run(&bench, &format!("DELETE FROM offers WHERE id = '{offer}'")).await;
    the_complaint(&bench, &[&offer, "has no row"]).await;
    let nobody = format!(
        "INSERT INTO offers (district, id, ticket, responder, role, status, active, engaged)
         VALUES ('longwen', '{another}', '{open}', '{open}', 'lead', 'done', false, false)"
    );
    run(&bench, &nobody).await;
    a_complaint(&bench, &["offer", &another, "in no ticket's document"]).await;

    let whose = senior(2).id.to_string();
    run(&bench, &format!("UPDATE seniors SET village = 'x', phones = '1' WHERE id = '{whose}'"))
        .await;
    a_complaint(&bench, &["senior", &whose, "village, phones"]).await;
}

pub async fn deadlines_that_are_missing_or_too_many_are_found(bench: Bench) {
    let filled = fill(&bench).await;
    let (open, closed) = (filled.open.id, filled.closed.id);
    run(&bench, &format!("DELETE FROM deadlines WHERE ticket = '{open}'")).await;
    the_complaint(&bench, &["ticket", &open.to_string(), "open and has no deadline"]).await;
    run(&bench, &format!("INSERT INTO deadlines VALUES ('longwen', '{open}', 'quiet', 1)")).await;
    assert_eq!(complaints(&bench).await, Vec::<String>::new());
    run(&bench, &format!("INSERT INTO deadlines VALUES ('longwen', '{closed}', 'quiet', 1)")).await;
    the_complaint(&bench, &["ticket", &closed.to_string(), "closed and has deadlines"]).await;
    run(&bench, &format!("DELETE FROM deadlines WHERE ticket = '{closed}'")).await;
    let nothing = aide(1).id.to_string();
    run(&bench, &format!("INSERT INTO deadlines VALUES ('longwen', '{nothing}', 'quiet', 1)"))
        .await;
    the_complaint(&bench, &["deadline of ticket", &nothing, "not there"]).await;
}

pub async fn a_counter_behind_its_history_is_found_and_the_probe_refuses(bench: Bench) {
    fill(&bench).await;
    let moved = async |counter: &str, by: &str| {
        run(
            &bench,
            &format!("UPDATE districts SET {counter} = {counter} {by} WHERE id = 'longwen'"),
        )
        .await;
    };
    for counter in ["last_seq", "last_number"] {
        moved(counter, "- 1").await;
        the_complaint(&bench, &["district longwen", "behind its history"]).await;
        match bench.store.probe().await {
            Err(StoreError::Unavailable(words)) => {
                assert!(words.starts_with("district longwen"), "{words}");
                assert!(words.contains("behind") && words.contains("silverbell check"), "{words}");
            }
            other => panic!("{other:?}"),
        }
        moved(counter, "+ 2").await;
        the_complaint(&bench, &["district longwen", "gone"]).await;
        bench.store.probe().await.unwrap();
        moved(counter, "- 1").await;
        bench.store.probe().await.unwrap();
    }
    assert_eq!(complaints(&bench).await, Vec::<String>::new());
}

pub async fn a_changed_signal_is_found(bench: Bench) {
    let filled = fill(&bench).await;
    let signal = format!("ticket = '{}' AND joined", filled.open.id);
    let tamper = async |sql: String| bench.back.tamper("signals", &sql).await;
    tamper(format!("UPDATE signals SET raw = body_sha256 WHERE {signal}")).await;
    the_complaint(&bench, &["signal", "its bytes were altered"]).await;
    tamper(format!("UPDATE signals SET body_sha256 = raw WHERE {signal}")).await;
    the_complaint(&bench, &["signal", "its bytes were altered"]).await;
    let nothing = aide(1).id;
    tamper(format!("UPDATE signals SET ticket = '{nothing}', flags = '{{}}' WHERE {signal}")).await;
    a_complaint(&bench, &["its ticket", &nothing.to_string(), "is not there"]).await;
    a_complaint(&bench, &["signal", "cannot be read: flags"]).await;
    tamper(format!("DELETE FROM signals WHERE ticket = '{nothing}'")).await;
    the_complaint(&bench, &["signal", "is gone", &filled.open.id.to_string()]).await;
}

pub async fn a_changed_event_and_a_gap_are_found(bench: Bench) {
    let filled = fill(&bench).await;
    let (seq, id) = (filled.closed.version, filled.closed.id.to_string());
    let tamper = async |sql: &str| bench.back.tamper("events", sql).await;
    let of = format!("WHERE district = 'longwen' AND seq = {seq}");
    tamper(&format!("UPDATE events SET name = 'opened', at = at + 1 {of}")).await;
    the_complaint(&bench, &[&id, &format!("event {seq}"), "disagree: at, name"]).await;
    tamper(
        &format!("UPDATE events SET hash = body_hash {of}").replace(
            "body_hash",
            "(SELECT hash FROM events WHERE district = 'longwen' AND seq = 1)",
        ),
    )
    .await;
    a_complaint(&bench, &[&id, &format!("event {seq}"), "was altered"]).await;
    tamper(&format!("DELETE FROM events {of}")).await;
    a_complaint(&bench, &[&id, "the end of its history is gone"]).await;
    a_complaint(&bench, &["district longwen", "gaps, 1 events"]).await;
}

pub async fn what_devices_said_and_contradicts_is_found(bench: Bench) {
    fill(&bench).await;
    let (known, nobody) = (device(1).id, aide(1).id);
    for table in ["device_states", "device_reports"] {
        for (wrong, right, all) in [
            ("position = '{'", "position = NULL".to_owned(), "cannot be read: position"),
            ("battery_pct = 300", "battery_pct = 3".to_owned(), "cannot be read: battery_pct"),
            ("district = 'long-hai'", "district = 'longwen'".to_owned(), "another district"),
        ] {
            run(&bench, &format!("UPDATE {table} SET {wrong}")).await;
            the_complaint(&bench, &[table, &known.to_string(), all]).await;
            run(&bench, &format!("UPDATE {table} SET {right}")).await;
        }
        run(&bench, &format!("UPDATE {table} SET device = '{nobody}'")).await;
        the_complaint(&bench, &[table, &nobody.to_string(), "the device is not there"]).await;
        run(&bench, &format!("UPDATE {table} SET device = '{known}'")).await;
        assert_eq!(complaints(&bench).await, Vec::<String>::new());
    }
    run(&bench, "UPDATE device_reports SET kinds = '[\"pigeon\"]'").await;
    the_complaint(&bench, &["device_reports", "cannot be read: kinds"]).await;
}

pub async fn calls_that_contradict_are_found(bench: Bench) {
    let filled = fill(&bench).await;
    let (first, second) = (call(1, None).id.to_string(), call(2, None).id.to_string());
    let gone = TicketId(nth_uuid(41, 9));
    bench.store.learn_of_call(tied(1, gone)).await.unwrap();
    the_complaint(&bench, &["call", &first, "tied to ticket", &gone.to_string(), "not there"])
        .await;
    bench.store.learn_of_call(tied(1, filled.open.id)).await.unwrap();
    run(&bench, &format!("UPDATE calls SET senior = NULL, ringing_at = 7 WHERE id = '{second}'"))
        .await;
    the_complaint(&bench, &["call", &second, "disagree: senior, ringing_at"]).await;
    run(&bench, &format!("UPDATE calls SET record = '{{' WHERE id = '{second}'")).await;
    the_complaint(&bench, &["call", &second, "cannot be read: record"]).await;
}

pub async fn small_things_that_cannot_be_read_are_found(bench: Bench) {
    fill(&bench).await;
    for (sql, all) in [
        ("UPDATE outbox SET payload = '{'", ["message", "payload"]),
        ("UPDATE outbox SET failures = -7", ["message", "failures"]),
        ("UPDATE idempotency_keys SET subject = '{}'", ["a request of user", "subject"]),
        ("UPDATE devices SET protocol = 'pigeon'", ["device", "protocol"]),
        ("UPDATE responders SET file = '[]'", ["responder", "file"]),
        ("UPDATE seniors SET file = '{}'", ["senior", "file"]),
    ] {
        run(&bench, sql).await;
        a_complaint(&bench, &all).await;
    }
    // Much of one kind hides nothing of another.
    run(&bench, "UPDATE tickets SET urgency = 9").await;
    assert!(complaints(&bench).await.len() < 6 * MAX_COMPLAINTS);
    a_complaint(&bench, &["ticket", "urgency"]).await;
    a_complaint(&bench, &["message", "payload"]).await;
}
