//! Telephone calls.

use silverbell_domain::{CallId, TicketId, UnixMs};
use silverbell_testkit::{START, longwen, nth_uuid, operator, senior};

use super::{Bench, at_once};
use crate::{CallFact, CallNews, CallRecord, Constraint, Idempotency, StoreError, Subject};

fn call(n: u64, ringing_at: UnixMs) -> CallRecord {
    CallRecord {
        id: CallId(nth_uuid(40, n)),
        district: longwen(),
        exchange_call: format!("{n}.1"),
        outgoing: false,
        number: Some("13800000001".into()),
        withheld: true,
        parties: Vec::new(),
        senior: None,
        by: None,
        ringing_at,
        answered_at: None,
        ended_at: None,
        result: None,
        recording: None,
        ticket: None,
        summary: None,
        summary_by: None,
        quality: None,
    }
}

fn news(call: &CallRecord, facts: impl IntoIterator<Item = CallFact>) -> CallNews {
    CallNews { call: call.clone(), facts: facts.into_iter().collect(), idempotency: None }
}

fn ended(at: UnixMs, result: &str) -> CallFact {
    CallFact::Ended { at, result: result.into(), recording: None }
}

pub async fn a_call_is_folded_as_it_goes_on_and_found_by_district_and_senior(bench: Bench) {
    bench.seniors([1]).await;
    let (first, second) = (call(1, START), call(2, START.plus_s(60)));
    for call in [&first, &second] {
        assert_eq!(bench.store.learn_of_call(news(call, [])).await.unwrap(), *call);
    }
    let ticket = TicketId(nth_uuid(41, 1));
    let joined = CallFact::Joined { ticket, senior: senior(1).id };
    let facts = [ended(START.plus_s(9), "abandoned"), joined];
    let over = bench.store.learn_of_call(news(&first, facts)).await.unwrap();
    let expected = CallRecord {
        senior: Some(senior(1).id),
        result: Some("abandoned".into()),
        ended_at: Some(START.plus_s(9)),
        ticket: Some(ticket),
        ..first.clone()
    };
    assert_eq!(over, expected);
    assert_eq!(bench.store.call(first.id).await.unwrap(), Some(over.clone()));
    let listed = bench.store.calls(&longwen(), START, 10).await.unwrap();
    assert_eq!(listed, [second.clone(), over.clone()]);
    let begun = async |from_s: i64, to_s: i64| {
        let (from, to) = (START.plus_s(from_s), START.plus_s(to_s));
        bench.store.calls_begun(&longwen(), from, to).await.unwrap()
    };
    assert_eq!(begun(0, 61).await, [over.clone(), second.clone()]);
    assert_eq!(begun(0, 60).await, std::slice::from_ref(&over), "the end is not in it");
    assert_eq!(begun(1, 61).await, std::slice::from_ref(&second));
    assert_eq!(bench.store.calls(&longwen(), START.plus_s(1), 10).await.unwrap(), [second]);
    assert_eq!(bench.store.calls_of(senior(1).id, 10).await.unwrap(), [over]);
}

pub async fn what_two_write_of_one_call_at_once_is_both_kept(bench: Bench) {
    let (begun, store) = (call(1, START), bench.store.clone());
    store.learn_of_call(news(&begun, [])).await.unwrap();
    // Each of them knows the call as it began, and nothing of the other.
    let learnt = at_once(2, |n| {
        let fact = match n {
            0 => ended(START.plus_s(9), "completed"),
            _ => CallFact::Summarised { text: "fell".into(), by: operator(1), senior: None },
        };
        let (store, news) = (store.clone(), news(&begun, [fact]));
        async move { store.learn_of_call(news).await }
    });
    assert!(learnt.await.iter().all(Result::is_ok));
    let kept = store.call(begun.id).await.unwrap().unwrap();
    assert_eq!(
        (kept.result.as_deref(), kept.summary.as_deref()),
        (Some("completed"), Some("fell"))
    );
}

pub async fn calls_of_which_no_end_is_kept_are_found(bench: Bench) {
    let (old, over, young) = (call(1, START), call(2, START), call(3, START.plus_s(60)));
    for call in [&old, &over, &young] {
        bench.store.learn_of_call(news(call, [])).await.unwrap();
    }
    bench.store.learn_of_call(news(&over, [ended(START, "missed")])).await.unwrap();
    let before = START.plus_s(60);
    assert_eq!(bench.store.open_calls(before, 10).await.unwrap(), std::slice::from_ref(&old));
    assert_eq!(bench.store.open_calls(before.plus_s(1), 10).await.unwrap(), [old, young]);
}

pub async fn a_call_that_is_asked_for_is_begun_once_for_each_key(bench: Bench) {
    let ask = |n: u64| {
        let call = call(n, START);
        let request = Idempotency {
            user: operator(1),
            key: "k".into(),
            fingerprint: [7; 32],
            subject: Subject::Call(call.id),
            at: START,
        };
        CallNews { idempotency: Some(request), ..news(&call, []) }
    };
    bench.store.learn_of_call(ask(1)).await.unwrap();
    let again = bench.store.learn_of_call(ask(2)).await;
    assert_eq!(again, Err(StoreError::Violates(Constraint::Taken)));
    assert_eq!(bench.store.call(ask(2).call.id).await.unwrap(), None);
    let known = bench.store.idempotent(operator(1), "k").await.unwrap().unwrap();
    assert_eq!(known.subject, Subject::Call(ask(1).call.id));
}

pub async fn a_call_that_cannot_be_read_hides_no_other_and_is_said_to_be_corrupt(bench: Bench) {
    bench.seniors([1]).await;
    let whose =
        |n| CallRecord { senior: Some(senior(1).id), ..call(n, START.plus_s(n.cast_signed())) };
    let (damaged, sound, last) = (whose(1), whose(2), whose(3));
    for call in [&damaged, &sound, &last] {
        bench.store.learn_of_call(news(call, [])).await.unwrap();
    }
    let damage = format!("UPDATE calls SET record = '{{' WHERE id = '{}'", damaged.id);
    bench.back.execute(&damage).await.unwrap();
    let before = START.plus_s(60);
    assert_eq!(bench.store.open_calls(before, 1).await.unwrap(), std::slice::from_ref(&sound));
    assert_eq!(bench.store.open_calls(before, 10).await.unwrap(), [sound.clone(), last.clone()]);
    let latest_first = [last, sound.clone()];
    assert_eq!(bench.store.calls(&longwen(), START, 10).await.unwrap(), latest_first);
    assert_eq!(bench.store.calls_of(senior(1).id, 10).await.unwrap(), latest_first);
    let is_corrupt = |error: &StoreError| matches!(error, StoreError::Corrupt(_));
    assert!(bench.store.call(damaged.id).await.is_err_and(|error| is_corrupt(&error)));
    // What is learnt of both at once harms only the one.
    let learnt = at_once(2, |n| {
        let call = if n == 0 { &damaged } else { &sound };
        let (store, news) = (bench.store.clone(), news(call, [ended(before, "missed")]));
        async move { store.learn_of_call(news).await }
    });
    let [of_damaged, of_sound] = &*learnt.await else { panic!("two were asked") };
    assert!(of_damaged.as_ref().is_err_and(is_corrupt), "{of_damaged:?}");
    assert_eq!(of_sound.as_ref().unwrap().result.as_deref(), Some("missed"));
}
