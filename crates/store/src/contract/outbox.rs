//! The outbox: written with its cause, leased to one at a time, retried, finished.

use std::collections::BTreeSet;

use serde_json::json;
use silverbell_domain::{Ids, Ticket, UnixMs, Urgency};
use silverbell_testkit::START;
use uuid::Uuid;

use super::commits::answers;
use super::{Bench, at_once};
use crate::{Lease, NewOutbox, OutboxItem, OutboxResult, StoreError};

const KIND: &str = "locate_device";

fn message(bench: &Bench, ticket: &Ticket, due_at: UnixMs) -> NewOutbox {
    NewOutbox {
        id: bench.ids.next(),
        district: ticket.district.clone(),
        ticket: Some(ticket.id),
        kind: KIND.into(),
        payload: json!({"device": "d-1", "text": "银铃 \"\\"}),
        urgency: Urgency::Normal,
        due_at,
        expires_at: None,
    }
}

/// Commits messages that are due at these times, and returns them.
async fn queued(bench: &Bench, due: impl IntoIterator<Item = UnixMs>) -> Vec<NewOutbox> {
    let due: Vec<UnixMs> = due.into_iter().collect();
    queued_as(bench, due.len(), |n, queued| queued.due_at = due[n]).await
}

/// Commits `n` messages, each as `how` makes it, and returns them.
async fn queued_as(bench: &Bench, n: usize, how: impl Fn(usize, &mut NewOutbox)) -> Vec<NewOutbox> {
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    let messages: Vec<NewOutbox> = (0..n)
        .map(|n| {
            let mut queued = message(bench, &ticket, START);
            how(n, &mut queued);
            queued
        })
        .collect();
    let mut commit = bench.commit_of(&ticket, answers(1));
    commit.outbox.clone_from(&messages);
    bench.store.commit(commit).await.unwrap();
    messages
}

async fn leased(bench: &Bench, now: UnixMs, limit: u32) -> Vec<OutboxItem> {
    bench.store.lease_outbox(lease(now, limit)).await.unwrap()
}

fn lease(now: UnixMs, limit: u32) -> Lease {
    Lease { kind: KIND, now, until: now.plus_s(30), limit, only_expired: false }
}

fn ids(items: &[OutboxItem]) -> Vec<Uuid> {
    items.iter().map(|item| item.message.id).collect()
}

pub async fn a_message_is_written_with_its_cause_and_not_without(bench: Bench) {
    let messages = queued(&bench, [START]).await;
    let ticket = bench.ticket(messages[0].ticket.unwrap()).await;
    let mut stale = bench.commit_of(&Ticket { version: 1, ..ticket.clone() }, answers(1));
    stale.outbox.push(message(&bench, &ticket, START));
    assert_eq!(bench.store.commit(stale).await, Err(StoreError::Stale(ticket.id)));
    let items = leased(&bench, START, 10).await;
    assert_eq!(items, [OutboxItem { message: messages[0].clone(), attempts: 1, failures: 0 }]);
}

pub async fn a_message_is_leased_once_until_the_lease_ends(bench: Bench) {
    queued(&bench, [START]).await;
    assert_eq!(leased(&bench, START, 10).await.len(), 1);
    assert_eq!(leased(&bench, START.plus_s(29), 10).await, []);
    let again = leased(&bench, START.plus_s(30), 10).await;
    assert_eq!(again[0].attempts, 2, "whoever had it is thought to be gone");
}

pub async fn eight_workers_at_once_never_get_the_same_message(bench: Bench) {
    queued(&bench, [START; 100]).await;
    let shares = at_once(8, |_| {
        let bench = bench.clone();
        async move {
            let mut got = Vec::new();
            loop {
                let items = leased(&bench, START, 7).await;
                assert!(items.len() <= 7);
                if items.is_empty() {
                    return got;
                }
                got.extend(items.into_iter().map(|item| item.message.id));
            }
        }
    })
    .await;
    let all: Vec<Uuid> = shares.into_iter().flatten().collect();
    assert_eq!(all.len(), 100);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 100);
}

pub async fn a_message_is_retried_when_it_is_due_and_not_before(bench: Bench) {
    let messages = queued(&bench, [START, START.plus_s(60)]).await;
    let items = leased(&bench, START, 10).await;
    assert_eq!(items.len(), 1, "the other is not due");
    let retry = OutboxResult::Retry(START.plus_s(20));
    bench.store.finish_outbox(messages[0].id, 1, retry).await.unwrap();
    assert_eq!(leased(&bench, START.plus_s(19), 10).await, []);
    let again = leased(&bench, START.plus_s(20), 10).await;
    assert_eq!((again[0].message.id, again[0].attempts), (messages[0].id, 2));
    let both = leased(&bench, START.plus_s(60), 10).await;
    assert_eq!(both.len(), 2);
}

pub async fn a_finished_message_is_never_leased_again(bench: Bench) {
    let messages = queued(&bench, [START; 2]).await;
    leased(&bench, START, 10).await;
    let delivered = OutboxResult::Delivered(START.plus_s(1));
    let failed = OutboxResult::Failed(START.plus_s(1), "no such number".into());
    bench.store.finish_outbox(messages[0].id, 1, delivered).await.unwrap();
    bench.store.finish_outbox(messages[1].id, 1, failed).await.unwrap();
    // Somebody whose lease had ended long ago comes back late.
    let late = OutboxResult::Retry(START);
    bench.store.finish_outbox(messages[0].id, 1, late).await.unwrap();
    assert_eq!(leased(&bench, START.plus_s(86_400), 10).await, []);
}

pub async fn whoever_lost_the_lease_can_only_say_that_it_was_delivered(bench: Bench) {
    let messages = queued(&bench, [START; 2]).await;
    leased(&bench, START, 10).await;
    let now = START.plus_s(30);
    assert_eq!(leased(&bench, now, 10).await.len(), 2, "somebody else has them now");
    let store = &bench.store;
    store.finish_outbox(messages[0].id, 1, OutboxResult::Retry(now)).await.unwrap();
    let failed = OutboxResult::Failed(now, "no answer".into());
    store.finish_outbox(messages[0].id, 1, failed).await.unwrap();
    store.finish_outbox(messages[1].id, 1, OutboxResult::Delivered(now)).await.unwrap();
    assert_eq!(leased(&bench, now.plus_s(1), 10).await, [], "the second lease still holds");
    let again = leased(&bench, now.plus_s(30), 10).await;
    assert_eq!(again.len(), 1, "what was delivered never goes out again");
    assert_eq!((again[0].message.id, again[0].attempts), (messages[0].id, 3));
}

pub async fn the_most_urgent_are_leased_first_then_those_that_were_due_first(bench: Bench) {
    let all = [Urgency::Extreme, Urgency::Urgent, Urgency::Normal, Urgency::Routine];
    // Twenty of each, mixed; the later written are due earlier.
    let messages = queued_as(&bench, 80, |n, message| {
        message.urgency = all[n * 7 % 4];
        message.due_at = START.plus_s(80 - i64::try_from(n).unwrap());
    })
    .await;
    let mut expected: Vec<&NewOutbox> = messages.iter().collect();
    expected.sort_by_key(|message| (message.urgency, message.due_at, message.id));
    let expected: Vec<Uuid> = expected.iter().map(|message| message.id).collect();
    let now = START.plus_s(80);
    let mut got = Vec::new();
    for _ in 0..8 {
        got.extend(ids(&leased(&bench, now, 10).await));
    }
    assert_eq!(got, expected);
    assert_eq!(leased(&bench, now, 10).await, []);
}

pub async fn what_is_most_urgent_and_not_due_yet_holds_up_nothing(bench: Bench) {
    let messages = queued_as(&bench, 100, |n, message| {
        if n < 99 {
            (message.urgency, message.due_at) = (Urgency::Extreme, START.plus_s(60));
        } else {
            message.urgency = Urgency::Routine;
        }
    })
    .await;
    assert_eq!(ids(&leased(&bench, START, 1).await), [messages[99].id]);
}

pub async fn a_message_is_leased_by_whoever_serves_its_kind_only(bench: Bench) {
    let kinds = ["sms", "voice", "sms"];
    let messages = queued_as(&bench, 3, |n, message| message.kind = kinds[n].into()).await;
    let of = |kind| Lease { kind, ..lease(START, 10) };
    let voice = bench.store.lease_outbox(of("voice")).await.unwrap();
    assert_eq!(ids(&voice), [messages[1].id]);
    let sms = bench.store.lease_outbox(of("sms")).await.unwrap();
    assert_eq!(ids(&sms), [messages[0].id, messages[2].id]);
}

pub async fn only_a_try_that_says_something_about_the_message_counts(bench: Bench) {
    let messages = queued(&bench, [START]).await;
    let finish = |attempts, result| bench.store.finish_outbox(messages[0].id, attempts, result);
    for (attempts, failures) in [(1, 0), (2, 1), (3, 1), (4, 2)] {
        let items = leased(&bench, START, 10).await;
        assert_eq!((items[0].attempts, items[0].failures), (attempts, failures));
        let result = match attempts % 2 {
            0 => OutboxResult::Later(START),
            _ => OutboxResult::Retry(START),
        };
        finish(attempts, result).await.unwrap();
    }
}

pub async fn what_has_expired_can_be_leased_apart(bench: Bench) {
    let ends = [None, Some(START.plus_s(10)), Some(START.plus_s(20))];
    let messages = queued_as(&bench, 3, |n, message| message.expires_at = ends[n]).await;
    let expired = |s| Lease { only_expired: true, ..lease(START.plus_s(s), 10) };
    assert_eq!(bench.store.lease_outbox(expired(9)).await.unwrap(), []);
    let items = bench.store.lease_outbox(expired(10)).await.unwrap();
    assert_eq!(ids(&items), [messages[1].id]);
    assert_eq!(items[0].message, messages[1]);
    let rest = leased(&bench, START.plus_s(20), 10).await;
    assert_eq!(ids(&rest), [messages[0].id, messages[2].id], "those that expired are due, too");
}

pub async fn a_message_is_counted_while_it_waits_and_found_afterwards(bench: Bench) {
    let messages = queued_as(&bench, 3, |n, message| {
        message.kind = ["sms", "sms", "voice"][n].into();
    })
    .await;
    let waiting = |kind| bench.store.outbox_waiting(kind);
    assert_eq!((waiting("sms").await, waiting("fax").await), (Ok(2), Ok(0)));
    let items = bench.store.lease_outbox(Lease { kind: "sms", ..lease(START, 1) }).await.unwrap();
    assert_eq!(waiting("sms").await, Ok(2), "one that is under way waits, too");
    let id = items[0].message.id;
    bench.store.finish_outbox(id, 1, OutboxResult::Delivered(START)).await.unwrap();
    assert_eq!(waiting("sms").await, Ok(1));
    let found = bench.store.outbox_message(id).await.unwrap();
    assert_eq!(found.as_ref(), messages.iter().find(|message| message.id == id));
    assert_eq!(bench.store.outbox_message(bench.ids.next()).await, Ok(None));
}

pub async fn a_payload_that_cannot_be_read_holds_up_no_other(bench: Bench) {
    let messages = queued(&bench, [START; 2]).await;
    let sql = format!("UPDATE outbox SET payload = '{{' WHERE id = '{}'", messages[0].id);
    bench.back.execute(&sql).await.unwrap();
    let items = leased(&bench, START, 10).await;
    assert_eq!(ids(&items), [messages[0].id, messages[1].id]);
    assert_eq!(items[0].message.payload, json!(null));
}

pub async fn what_was_finished_long_ago_is_removed_and_what_waits_stays(bench: Bench) {
    const N: usize = 2_003;
    let messages = queued_as(&bench, N, |n, message| {
        // An occasion is a row as any other; the last is never delivered.
        message.kind = if n % 2 == 0 { "tell" } else { "sms" }.into();
        message.due_at = START.plus_s(i64::try_from(n).unwrap());
    })
    .await;
    let (given_up, waits) = (messages[N - 2].id, messages[N - 1].id);
    for message in &messages[..N - 2] {
        let delivered = OutboxResult::Delivered(START.plus_s(10));
        bench.store.finish_outbox(message.id, 0, delivered).await.unwrap();
    }
    let failed = OutboxResult::Failed(START.plus_s(20), "no such number".into());
    bench.store.finish_outbox(given_up, 0, failed).await.unwrap();
    let purge = async |s| bench.store.purge(START, START, START, START.plus_s(s)).await.unwrap();
    let left = async || bench.back.count("SELECT count(*) FROM outbox").await;
    purge(10).await;
    assert_eq!(left().await, 2_003, "the moment itself is not before it");
    assert!(purge(11).await, "an SOS waits behind it: a bounded number at once");
    assert_eq!(left().await, 3);
    assert!(!purge(11).await);
    assert_eq!(left().await, 2);
    purge(86_400).await;
    assert_eq!(bench.store.outbox_message(given_up).await, Ok(None));
    assert!(bench.store.outbox_message(waits).await.unwrap().is_some(), "it still has to go out");
}
