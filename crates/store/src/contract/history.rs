//! History: never changed, never removed, and chained so that a change would show.

use silverbell_domain::Event;
use silverbell_testkit::{Press, operator};

use super::Bench;
use super::alarms::helped;
use super::commits::answers;

pub async fn events_and_signals_can_be_neither_changed_nor_removed(bench: Bench) {
    bench.seniors([1]).await;
    bench.opened(1).await;
    for table in ["events", "signals"] {
        for sql in [
            format!("UPDATE {table} SET district = 'another'"),
            format!("UPDATE {table} SET ticket = ticket"),
            format!("DELETE FROM {table}"),
        ] {
            assert!(bench.back.execute(&sql).await.is_err(), "{sql} went through");
        }
        let rows = format!("SELECT count(*) FROM {table} WHERE district <> 'another'");
        assert_eq!(bench.back.count(&rows).await, 1);
    }
}

pub async fn the_timeline_is_what_happened_in_order(bench: Bench) {
    bench.seniors([1, 2]).await;
    let first = bench.opened(1).await;
    bench.opened(2).await;
    bench.change(&first, answers(1)).await.unwrap();
    let joined = bench.press(Press::of(1).id("again")).await;
    let read = bench.ticket(first.id).await;
    let commit = bench.commit_of(&read, |t, now, p| t.close(operator(1), helped(), now, p));
    let closing = commit.tickets[0].events.clone();
    bench.store.commit(commit).await.unwrap();

    let timeline = bench.store.timeline(first.id).await.unwrap();
    let names: Vec<&str> = timeline.iter().map(|row| row.event.event.name()).collect();
    assert_eq!(names, ["ticket_opened", "answered", "signal_joined", "closed"]);
    let numbers: Vec<u64> = timeline.iter().map(|row| row.seq).collect();
    assert_eq!(numbers, [1, 3, 4, 5], "2 was the other senior's");
    assert!(
        matches!(timeline[2].event.event, Event::SignalJoined { signal, .. } if signal == joined.signal)
    );
    assert_eq!(timeline[3].event, closing[0], "as it was committed");
}

pub async fn the_chain_is_whole_and_one_changed_byte_shows(bench: Bench) {
    bench.seniors([1, 2]).await;
    let (one, two) = (bench.opened(1).await, bench.opened(2).await);
    for ticket in [&one, &two] {
        let answered = bench.change(ticket, answers(1)).await.unwrap().tickets[0].clone();
        bench
            .change(&answered, |t, now, p| Ok(t.note(operator(1), "漳州".into(), now, p)))
            .await
            .unwrap();
    }
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    bench.back.tamper_with_event(3).await;
    let wrong = bench.store.check().await.unwrap();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].contains(&one.id.to_string()), "{}", wrong[0]);
    assert!(wrong[0].contains("event 3"), "{}", wrong[0]);
}
