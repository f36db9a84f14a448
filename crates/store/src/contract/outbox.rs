//! The outbox: written with its cause, leased to one at a time, retried, finished.

use std::collections::BTreeSet;

use serde_json::json;
use silverbell_domain::{Ids, Ticket, UnixMs};
use silverbell_testkit::START;
use uuid::Uuid;

use super::commits::answers;
use super::{Bench, at_once};
use crate::{NewOutbox, OutboxItem, OutboxResult, StoreError};

fn message(bench: &Bench, ticket: &Ticket, due_at: UnixMs) -> NewOutbox {
    NewOutbox {
        id: bench.ids.next(),
        district: ticket.district.clone(),
        ticket: Some(ticket.id),
        kind: "locate_device".into(),
        payload: json!({"device": "d-1", "text": "银铃 \"\\"}),
        due_at,
    }
}

/// Commits messages that are due at these times, and returns them.
async fn queued(bench: &Bench, due: impl IntoIterator<Item = UnixMs>) -> Vec<NewOutbox> {
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    let messages: Vec<NewOutbox> = due.into_iter().map(|at| message(bench, &ticket, at)).collect();
    let mut commit = bench.commit_of(&ticket, answers(1));
    commit.outbox.clone_from(&messages);
    bench.store.commit(commit).await.unwrap();
    messages
}

async fn leased(bench: &Bench, now: UnixMs, limit: u32) -> Vec<OutboxItem> {
    bench.store.lease_outbox(now, now.plus_s(30), limit).await.unwrap()
}

pub async fn a_message_is_written_with_its_cause_and_not_without(bench: Bench) {
    let messages = queued(&bench, [START]).await;
    let ticket = bench.ticket(messages[0].ticket.unwrap()).await;
    let mut stale = bench.commit_of(&Ticket { version: 1, ..ticket.clone() }, answers(1));
    stale.outbox.push(message(&bench, &ticket, START));
    assert_eq!(bench.store.commit(stale).await, Err(StoreError::Stale(ticket.id)));
    let items = leased(&bench, START, 10).await;
    assert_eq!(items, [OutboxItem { message: messages[0].clone(), attempts: 1 }]);
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
