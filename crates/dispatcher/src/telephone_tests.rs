use std::time::Duration;

use silverbell_domain::UnixMs;
use silverbell_testkit::{START, longwen};
use tokio::time::Instant;

use super::{CallFact, CallRecord, Calls, GIVE_UP_AFTER, MAX_CALLS, TRY_AGAIN_WITHIN};

fn call(name: &str, ringing_at: UnixMs) -> CallRecord {
    CallRecord {
        id: CallRecord::identity(name),
        district: longwen(),
        exchange_call: name.to_owned(),
        outgoing: false,
        number: None,
        withheld: false,
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

fn ended(at: UnixMs) -> CallFact {
    CallFact::Ended { at, result: "missed".into(), recording: None }
}

#[test]
fn what_is_kept_and_over_gives_way_first_then_what_is_kept_and_runs() {
    let calls = Calls::default();
    // The oldest runs and is kept; the next is over and not kept; the youngest is over and kept.
    calls.begin(call("runs", START));
    calls.begin(call("unkept", START.plus_s(1)));
    calls.change("unkept", |live| live.learn(ended(START.plus_s(2))));
    for n in 3..MAX_CALLS {
        calls.begin(call(&format!("unkept {n}"), START.plus_s(3)));
        calls.change(&format!("unkept {n}"), |live| live.learn(ended(START.plus_s(4))));
    }
    let over = CallRecord { ended_at: Some(START.plus_s(6)), ..call("over", START.plus_s(5)) };
    calls.begin(over);
    let shown = |name| calls.get(name).is_some();
    calls.begin(call("new", START.plus_s(7)));
    assert_eq!(["runs", "unkept", "over", "new"].map(shown), [true, true, false, true]);
    calls.change("new", |live| live.learn(ended(START.plus_s(8))));
    calls.begin(call("newer", START.plus_s(9)));
    assert_eq!(["runs", "unkept", "new", "newer"].map(shown), [false, true, true, true]);
}

#[test]
fn what_fails_is_tried_more_and_more_seldom_whatever_other_calls_do_and_given_up_after_an_hour() {
    let calls = Calls::default();
    for name in ["bad", "good"] {
        calls.begin(call(name, START));
        calls.change(name, |live| live.learn(ended(START)));
    }
    let begin = Instant::now();
    let (mut now, mut tries, mut pauses) = (begin, 0, Vec::new());
    loop {
        let failed_at = now;
        tries += 1;
        let is_given_up = calls.failed("bad", now);
        assert_eq!(is_given_up, now - begin >= GIVE_UP_AFTER);
        if is_given_up {
            break;
        }
        // Another call changes ten times a second: the keeper looks, and this one is not due.
        while !calls.unkept(now).contains(&"bad".to_owned()) {
            now += Duration::from_millis(100);
            calls.change("good", |_| {});
        }
        assert_eq!(calls.unkept(failed_at), ["good"]);
        pauses.push((now - failed_at).as_secs());
    }
    assert_eq!(&pauses[..8], [1, 1, 2, 4, 8, 16, 32, 60]);
    assert!(pauses.iter().all(|&pause| pause <= TRY_AGAIN_WITHIN.as_secs()));
    assert!(tries < 80, "{tries}");
}
