//! Browsers that are woken by push.

use silverbell_domain::{Responder, ResponderId, UnixMs};
use silverbell_testkit::{START, aide, longwen, operator};

use super::Bench;
use super::people::user;
use crate::{
    Constraint, FileWrite, NewSession, PUSH_SUBSCRIPTIONS_AT_MOST, PushSubscription, PushWrite,
    RegistryChange, Replaces, Sealed, StoreError,
};

fn subscription(n: u8, responder: ResponderId, at: UnixMs) -> PushSubscription {
    PushSubscription {
        endpoint_sha256: [n; 32],
        responder,
        session_sha256: [100 + n; 32],
        at,
        sealed: Sealed { with: "0".into(), bytes: vec![n; 9] },
    }
}

async fn put(bench: &Bench, subscription: PushSubscription) {
    bench.store.write_push(PushWrite::Put(subscription)).await.unwrap();
}

async fn known(bench: &Bench, responder: ResponderId) -> Vec<u8> {
    let all = bench.store.push_subscriptions(responder).await.unwrap();
    all.iter().map(|it| it.endpoint_sha256[0]).collect()
}

pub async fn a_browser_wakes_whoever_used_it_last_until_it_is_forgotten(bench: Bench) {
    let people = bench.aides(1..=2).await;
    let (one, two) = (people[0].id, people[1].id);
    put(&bench, subscription(1, one, START)).await;
    put(&bench, subscription(2, one, START.plus_s(1))).await;
    assert_eq!(known(&bench, one).await, [2, 1]);
    assert_eq!(bench.store.sealed_with().await.unwrap(), [("0".into(), 2)]);
    let all = bench.store.push_subscriptions(one).await.unwrap();
    assert_eq!(all[1], subscription(1, one, START));
    put(&bench, subscription(1, two, START.plus_s(2))).await;
    assert_eq!((known(&bench, one).await, known(&bench, two).await), (vec![2], vec![1]));
    let forget = |responder, n| PushWrite::Forget { responder, endpoint_sha256: [n; 32] };
    bench.store.write_push(forget(one, 1)).await.unwrap();
    assert_eq!(known(&bench, two).await, [1], "nobody forgets another's");
    bench.store.write_push(forget(two, 1)).await.unwrap();
    bench.store.write_push(forget(two, 1)).await.unwrap();
    assert!(known(&bench, two).await.is_empty());
    let nobody = PushWrite::Put(subscription(9, aide(9).id, START));
    let refused = bench.store.write_push(nobody).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));
}

pub async fn of_too_many_browsers_the_one_heard_of_longest_ago_goes(bench: Bench) {
    let people = bench.aides(1..=2).await;
    let (one, two) = (people[0].id, people[1].id);
    put(&bench, subscription(99, two, UnixMs(0))).await;
    for n in 1..=8 {
        put(&bench, subscription(n, one, START.plus_s(n.into()))).await;
    }
    assert_eq!(known(&bench, one).await, [8, 7, 6, 5, 4]);
    assert_eq!(known(&bench, one).await.len(), PUSH_SUBSCRIPTIONS_AT_MOST as usize);
    put(&bench, subscription(9, one, UnixMs(0))).await;
    assert_eq!(known(&bench, one).await, [8, 7, 6, 5, 9], "also by a clock that was set back");
    put(&bench, subscription(5, one, START.plus_s(50))).await;
    assert_eq!(known(&bench, one).await, [5, 8, 7, 6, 9]);
    assert_eq!(known(&bench, two).await, [99], "others' stay");
}

pub async fn whoever_logs_out_or_leaves_is_woken_no_more(bench: Bench) {
    let mut people = bench.aides(1..=2).await;
    let (one, two) = (people[0].id, people[1].id);
    bench.store.put_users(vec![user(1, "op")]).await.unwrap();
    let end = START.plus_s(600);
    let session = NewSession {
        token_sha256: [101; 32],
        user: operator(1),
        created_at: START,
        expires_at: end,
    };
    bench.store.put_session(session).await.unwrap();
    for n in 1..=2 {
        put(&bench, subscription(n, one, START)).await;
    }
    put(&bench, subscription(3, two, START)).await;
    bench.store.end_session(&[101; 32]).await.unwrap();
    assert_eq!(known(&bench, one).await, [2], "the other browser's session goes on");
    let before = people.remove(0);
    let replaces = Replaces::ChangedAt(before.changed_at);
    let file = Responder { left_at: Some(end), changed_at: Some(end), ..before };
    let change = RegistryChange {
        responders: vec![FileWrite { file, replaces }],
        ..RegistryChange::of(longwen())
    };
    bench.store.change_registry(change).await.unwrap();
    assert_eq!((known(&bench, one).await, known(&bench, two).await), (Vec::<u8>::new(), vec![3]));
}
