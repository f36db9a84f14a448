//! Recording alarms: invariants 1, 2 and 6.

use silverbell_domain::{Close, Flag, Outcome, Protocol, Urgency};
use silverbell_testkit::{Press, START, operator, senior};

use super::{Bench, at_once, watch};
use crate::Recorded;

const SIGNALS: &str = "SELECT count(*) FROM signals";
const TICKETS: &str = "SELECT count(*) FROM tickets";

pub async fn an_alarm_opens_a_ticket_and_is_durable_when_answered(bench: Bench) {
    bench.seniors([1]).await;
    let recorded = bench.press(Press::of(1).id("boot3-0042")).await;
    assert!(!recorded.joined && !recorded.duplicate);
    assert_eq!(bench.back.count(SIGNALS).await, 1);
    let ticket = bench.ticket(recorded.ticket).await;
    assert_eq!(ticket.senior, Some(senior(1).id));
    assert_eq!((ticket.number, ticket.version), (1, 1));
    assert!(!ticket.deadlines.is_empty(), "the first deadline is kept with it");
    assert_eq!(bench.store.open_emergency_of(senior(1).id).await.unwrap(), Some(ticket));
}

pub async fn the_same_event_again_is_answered_the_same_with_duplicate(bench: Bench) {
    bench.seniors([1]).await;
    let opening = Press::of(1).id("e1");
    let first = bench.press(opening.clone()).await;
    let again = bench.press(opening.at(START.plus_s(86_400))).await;
    assert_eq!(again, Recorded { duplicate: true, ..first }, "a day later still");

    let joining = Press::of(1).id("e2");
    let second = bench.press(joining.clone()).await;
    assert!(second.joined);
    assert_eq!(bench.press(joining).await, Recorded { duplicate: true, ..second });
    assert_eq!(bench.back.count(SIGNALS).await, 2);
    assert_eq!(bench.ticket(first.ticket).await.signals, 2);
}

pub async fn the_same_event_64_times_at_once_is_one_signal(bench: Bench) {
    bench.seniors([1]).await;
    let task = |_| {
        let bench = bench.clone();
        async move { bench.press(Press::of(1).id("e1")).await }
    };
    let answers = at_once(64, task).await;
    assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), 1);
    assert!(answers.iter().all(|a| a.signal == answers[0].signal && a.ticket == answers[0].ticket));
    assert_eq!(bench.back.count(SIGNALS).await, 1);
    assert_eq!(bench.ticket(answers[0].ticket).await.signals, 1);
}

pub async fn the_same_id_with_other_bytes_is_a_new_signal_flagged_id_reused(bench: Bench) {
    bench.seniors([1]).await;
    let first = bench.press(Press::of(1).id("e1").bytes(b"one")).await;
    let other = bench.press(Press::of(1).id("e1").bytes(b"two")).await;
    assert!(other.joined && !other.duplicate);
    assert_eq!(other.ticket, first.ticket);
    assert!(bench.ticket(first.ticket).await.flags.contains(&Flag::IdReused));
    let again = bench.press(Press::of(1).id("e1").bytes(b"two")).await;
    assert_eq!(
        again,
        Recorded { duplicate: true, ..other },
        "each of the two is known from now on"
    );
    assert_eq!(bench.back.count(SIGNALS).await, 2);
}

pub async fn a_wrong_key_never_occupies_an_id(bench: Bench) {
    bench.seniors([1]).await;
    let press = || Press::of(1).id("e1").bytes(b"the same bytes");
    let forged = bench.press(press().wrong_key()).await;
    let real = bench.press(press()).await;
    assert!(!real.duplicate, "the true press is not swallowed");
    assert_ne!(real.signal, forged.signal);
    let ticket = bench.ticket(real.ticket).await;
    assert!(!ticket.flags.contains(&Flag::Unverified));
    assert!(!ticket.flags.contains(&Flag::IdReused));
    assert_eq!(bench.press(press()).await, Recorded { duplicate: true, ..real });
}

pub async fn frames_without_an_id_are_the_same_press_for_ten_minutes(bench: Bench) {
    bench.seniors([1]).await;
    bench.store.put_devices(vec![watch(1)]).await.unwrap();
    let frame = || Press::unknown("0000000001").over(Protocol::Watch).bytes(b"[3G*AL]");
    let first = bench.press(frame()).await;
    let within = bench.press(frame().at(START.plus_s(600))).await;
    assert_eq!(within, Recorded { duplicate: true, ..first });
    let other = bench.press(frame().bytes(b"[3G*AL2]").at(START.plus_s(600))).await;
    assert!(!other.duplicate && other.joined, "other bytes are another press");
    let later = bench.press(frame().at(START.plus_s(601))).await;
    assert!(!later.duplicate && later.joined, "a new press of the open ticket");
    assert_eq!(bench.ticket(first.ticket).await.signals, 3);
}

pub async fn a_repeat_press_joins_and_raises_the_urgency(bench: Bench) {
    bench.seniors([1, 2]).await;
    let first = bench.press(Press::of(1).id("e1")).await;
    let second = bench.press(Press::of(1).id("e2").at(START.plus_s(5))).await;
    assert_eq!((second.ticket, second.joined), (first.ticket, true));
    let ticket = bench.ticket(first.ticket).await;
    assert_eq!((ticket.signals, ticket.urgency), (2, Urgency::Extreme));
    let other = bench.press(Press::of(2).id("e1")).await;
    assert_ne!(other.ticket, first.ticket, "another senior, another incident");
}

pub async fn sixty_four_presses_of_one_senior_at_once_are_one_ticket(bench: Bench) {
    bench.seniors([1]).await;
    let task = |n| {
        let bench = bench.clone();
        async move { bench.press(Press::of(1).id(&format!("e{n}"))).await }
    };
    let answers = at_once(64, task).await;
    assert!(answers.iter().all(|answer| answer.ticket == answers[0].ticket && !answer.duplicate));
    assert_eq!(answers.iter().filter(|answer| !answer.joined).count(), 1);
    assert_eq!(bench.ticket(answers[0].ticket).await.signals, 64);
    assert_eq!((bench.back.count(TICKETS).await, bench.back.count(SIGNALS).await), (1, 64));
}

pub async fn presses_of_two_devices_of_one_senior_join(bench: Bench) {
    bench.seniors([1]).await;
    bench.store.put_devices(vec![watch(1)]).await.unwrap();
    let phone = bench.press(Press::of(1).id("e1")).await;
    let watch = bench.press(Press::unknown("0000000001").over(Protocol::Watch)).await;
    assert_eq!((watch.ticket, watch.joined), (phone.ticket, true));
}

pub async fn a_wrong_key_opens_the_seniors_ticket_unverified(bench: Bench) {
    bench.seniors([1]).await;
    let forged = bench.press(Press::of(1).id("e1").wrong_key()).await;
    let ticket = bench.ticket(forged.ticket).await;
    assert_eq!(ticket.senior, Some(senior(1).id));
    assert!(ticket.flags.contains(&Flag::Unverified) && ticket.held_until.is_some());
    let real = bench.press(Press::of(1).id("e2")).await;
    assert_eq!(real.ticket, forged.ticket);
    assert!(!bench.ticket(real.ticket).await.flags.contains(&Flag::Unverified));
}

pub async fn an_unknown_device_gets_one_ticket_for_its_ident(bench: Bench) {
    let first = bench.press(Press::unknown("x").id("e1")).await;
    let again = bench.press(Press::unknown("x").id("e2").from_addr("198.51.100.9")).await;
    let other = bench.press(Press::unknown("y").id("e1")).await;
    let elsewhere = bench.press(Press::unknown("x").id("e1").over(Protocol::Gt06)).await;
    assert_eq!((again.ticket, again.joined), (first.ticket, true));
    assert_ne!(other.ticket, first.ticket);
    assert_ne!(elsewhere.ticket, first.ticket, "another protocol, another device");
    assert_eq!(bench.ticket(first.ticket).await.senior, None);
}

pub async fn an_unknown_device_that_was_vouched_for_never_opens_a_twin(bench: Bench) {
    bench.seniors([1]).await;
    let first = bench.press(Press::unknown("x").id("e1")).await;
    let vouched = bench
        .change(&bench.ticket(first.ticket).await, |t, now, policy| {
            t.verify(operator(1), Some(&senior(1)), now, policy)
        })
        .await;
    assert!(vouched.is_ok());
    let again = bench.press(Press::unknown("x").id("e2").at(START.plus_s(60))).await;
    assert_eq!((again.ticket, again.joined), (first.ticket, true));
    let ticket = bench.ticket(first.ticket).await;
    assert!(!ticket.flags.contains(&Flag::Unverified), "nor does it doubt what was vouched for");
    let known = bench.press(Press::of(1).id("e1").at(START.plus_s(61))).await;
    assert_eq!((known.ticket, known.joined), (first.ticket, true));
    assert_eq!(bench.ticket(first.ticket).await.signals, 3);
}

pub async fn the_21st_ident_from_one_address_joins_the_last_ticket(bench: Bench) {
    let flood = |n: i64| Press::unknown(&format!("x{n}")).id("e").at(START.plus_s(n));
    let mut last = None;
    for n in 0..20 {
        let opened = bench.press(flood(n)).await;
        assert!(!opened.joined, "ident {n}");
        last = Some(opened.ticket);
    }
    let joined = bench.press(flood(20)).await;
    assert_eq!((Some(joined.ticket), joined.joined, joined.duplicate), (last, true, false));
    assert!(bench.ticket(joined.ticket).await.flags.contains(&Flag::SourceFlood));
    let own = bench.press(flood(3).id("again").at(START.plus_s(21))).await;
    assert_ne!(Some(own.ticket), last, "who has a ticket joins it");
    let elsewhere = bench.press(flood(22).from_addr("198.51.100.9")).await;
    assert!(!elsewhere.joined, "another address");
    let later = bench.press(flood(23).at(START.plus_s(700))).await;
    assert!(!later.joined, "ten minutes later");
    assert_eq!(bench.back.count(SIGNALS).await, 24, "every signal is kept");
}

pub async fn sixty_four_idents_from_one_address_at_once_open_20_tickets(bench: Bench) {
    let task = |n| {
        let bench = bench.clone();
        async move { bench.press(Press::unknown(&format!("x{n}")).id("e")).await }
    };
    let answers = at_once(64, task).await;
    assert_eq!(answers.iter().filter(|answer| !answer.joined).count(), 20);
    assert_eq!((bench.back.count(TICKETS).await, bench.back.count(SIGNALS).await), (20, 64));
}

pub async fn after_the_end_a_press_is_a_new_incident(bench: Bench) {
    bench.seniors([1]).await;
    let first = bench.opened(1).await;
    bench
        .change(&first, |t, now, policy| t.close(operator(1), helped(), now, policy))
        .await
        .unwrap();
    assert_eq!(bench.store.open_emergency_of(senior(1).id).await.unwrap(), None);
    let next = bench.press(Press::of(1).id("next").at(START.plus_s(60))).await;
    assert!(!next.joined);
    assert_ne!(next.ticket, first.id);
}

/// An end that wants no further fact.
pub(super) fn helped() -> Close {
    Close {
        outcome: Outcome::Helped,
        cause: None,
        note: None,
        hospital: None,
        duplicate_of: None,
        witness: None,
    }
}

pub async fn an_alarm_is_kept_as_it_came(bench: Bench) {
    bench.seniors([1]).await;
    let bytes: Vec<u8> = (0..=255).collect();
    bench.press(Press::of(1).bytes(&bytes)).await;
    bench.press(Press::of(1).bytes(&[])).await;
    let kept = |length| format!("SELECT count(*) FROM signals WHERE length(raw) = {length}");
    assert_eq!(bench.back.count(&kept(256)).await, 1);
    assert_eq!(bench.back.count(&kept(0)).await, 1);
}

pub async fn strange_idents_are_kept_apart(bench: Bench) {
    let idents = ["", " ", "'", "\"", "\\", "%", "李", "a\u{0}b", "a\u{0}c", "a", "{\"a\":1}"];
    let mut tickets = std::collections::BTreeSet::new();
    for (n, ident) in (0..).zip(idents) {
        let address = format!("192.0.2.{n}");
        let press = || Press::unknown(ident).id("e\u{0}'").from_addr(&address);
        let first = bench.press(press()).await;
        assert!(!first.joined, "{ident:?} joined another's ticket");
        assert_eq!(bench.press(press()).await, Recorded { duplicate: true, ..first }, "{ident:?}");
        tickets.insert(first.ticket);
    }
    assert_eq!(tickets.len(), idents.len());
}
