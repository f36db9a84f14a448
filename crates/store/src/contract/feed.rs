//! What is announced: everything that was committed, in the order of the district's numbers, and
//! nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use silverbell_domain::{DistrictId, Responder, ResponderId, Ticket, TicketId};
use silverbell_testkit::{Press, START, aide, longwen, operator};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::alarms::helped;
use super::commits::{answers, asks};
use super::{Bench, at_once, device};
use crate::{Advance, District, DistrictState, StoreError};

/// A district that is read once and then followed.
#[derive(Debug, PartialEq)]
struct Follower {
    seq: u64,
    tickets: BTreeMap<TicketId, Ticket>,
    responders: BTreeMap<ResponderId, Responder>,
}

impl Follower {
    fn read(state: DistrictState) -> Self {
        Self {
            seq: state.seq,
            tickets: state.tickets.into_iter().map(|ticket| (ticket.id, ticket)).collect(),
            responders: state.responders.into_iter().map(|r| (r.id, r)).collect(),
        }
    }

    /// Events first, then what was rescheduled after them, as [`Advance`] says.
    fn follow(&mut self, advance: &Advance) {
        assert_eq!(advance.prev, self.seq, "a gap");
        for happened in &advance.happened {
            self.seq += 1;
            assert_eq!(happened.seq, self.seq, "numbers follow each other");
            self.put(&happened.ticket);
        }
        for ticket in &advance.rescheduled {
            self.put(ticket);
        }
        for responder in &advance.responders {
            self.responders.insert(responder.id, Responder::clone(responder));
        }
        assert_eq!(advance.seq, self.seq);
    }

    fn put(&mut self, ticket: &Ticket) {
        if ticket.is_open() {
            self.tickets.insert(ticket.id, ticket.clone());
        } else {
            self.tickets.remove(&ticket.id);
        }
    }
}

/// Returns what was announced of a district; whoever was answered was announced before.
fn announced(advances: &mut Receiver<Arc<Advance>>, district: &DistrictId) -> Vec<Arc<Advance>> {
    let mut all = Vec::new();
    loop {
        match advances.try_recv() {
            Ok(advance) if advance.district == *district => all.push(advance),
            Ok(_) => {}
            Err(TryRecvError::Empty) => return all,
            Err(other) => panic!("{other}"),
        }
    }
}

pub async fn events_are_numbered_without_gaps_and_announced_in_that_order(bench: Bench) {
    bench.seniors(0..64).await;
    let mut advances = bench.store.advances();
    at_once(64, |n| {
        let bench = bench.clone();
        async move {
            let ticket = bench.opened(n).await;
            bench.change(&ticket, answers(1)).await.unwrap();
        }
    })
    .await;
    let announced = announced(&mut advances, &longwen());
    let mut last = 0;
    for advance in &announced {
        assert_eq!(advance.prev, last);
        for happened in &advance.happened {
            last += 1;
            assert_eq!(happened.seq, last);
        }
        assert_eq!(advance.seq, last);
    }
    assert_eq!(last, 128);
    assert_eq!(bench.store.district_state(&longwen()).await.unwrap().seq, 128);
    let numbers = "SELECT count(DISTINCT seq) FROM events WHERE seq BETWEEN 1 AND 128";
    assert_eq!(bench.back.count(numbers).await, 128);
}

pub async fn districts_count_on_their_own(bench: Bench) {
    let yunxiao = DistrictId::new("yunxiao");
    let district =
        District {
            id: yunxiao.clone(), name: "云霄县".into(), time_zone: "Asia/Shanghai".into()
        };
    bench.store.put_district(district).await.unwrap();
    bench.seniors([1]).await;
    let there =
        silverbell_domain::Senior { district: yunxiao.clone(), ..silverbell_testkit::senior(2) };
    bench.store.put_seniors(vec![there]).await.unwrap();
    let theirs = crate::NewDevice { district: yunxiao.clone(), ..device(2) };
    bench.store.put_devices(vec![theirs]).await.unwrap();

    let mut advances = bench.store.advances();
    let here = bench.opened(1).await;
    let there = bench.opened(2).await;
    bench.change(&here, answers(1)).await.unwrap();
    assert_eq!((here.number, there.number), (1, 1));
    assert_eq!((here.version, there.version), (1, 1));
    assert_eq!(there.district, yunxiao);
    let state = bench.store.district_state(&yunxiao).await.unwrap();
    assert_eq!((state.seq, state.tickets), (1, vec![there]));
    let of_yunxiao = announced(&mut advances, &yunxiao);
    assert_eq!(of_yunxiao.iter().map(|a| (a.prev, a.seq)).collect::<Vec<_>>(), [(0, 1)]);
}

pub async fn nothing_is_announced_that_was_refused(bench: Bench) {
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    bench.change(&ticket, answers(1)).await.unwrap();
    let mut advances = bench.store.advances();
    let refused = bench.change(&ticket, answers(2)).await;
    assert_eq!(refused, Err(StoreError::Stale(ticket.id)));
    let duplicate = bench.press(Press::of(1).id("first-1")).await;
    assert!(duplicate.duplicate);
    let announced = announced(&mut advances, &longwen());
    assert!(announced.iter().all(|a| a.happened.is_empty() && a.rescheduled.is_empty()));
}

pub async fn duty_is_announced_and_moves_no_number(bench: Bench) {
    bench.seniors([1]).await;
    bench.aides([1]).await;
    bench.opened(1).await;
    let mut advances = bench.store.advances();
    let off = Responder { on_duty: false, duty_since: START.plus_s(60), ..aide(1) };
    bench.store.update_responder(off.clone()).await.unwrap();
    let announced = announced(&mut advances, &longwen());
    assert_eq!(announced.len(), 1);
    assert_eq!((announced[0].prev, announced[0].seq), (1, 1));
    assert_eq!(*announced[0].responders[0], off);
    assert_eq!(bench.store.responder(off.id).await.unwrap(), Some(off));
}

pub async fn what_the_feed_tells_is_what_a_reader_finds(bench: Bench) {
    bench.seniors(0..16).await;
    let aides = bench.aides(0..16).await;
    let mut advances = bench.store.advances();
    let mut follower = Follower::read(bench.store.district_state(&longwen()).await.unwrap());
    at_once(16, |n| {
        let (bench, aide) = (bench.clone(), aides[n as usize].clone());
        async move {
            let mut ticket = bench.opened(n).await;
            for round in 0..6_u32 {
                let changed = match (n + round) % 6 {
                    0 => bench.change(&ticket, answers(n)).await,
                    1 => bench.change(&ticket, asks(&bench, &aide)).await,
                    2 => {
                        let press = Press::of(n).id(&format!("{n}-{round}"));
                        bench.press(press.at(START.plus_s(round.into()))).await;
                        let duty_since = START.plus_s(round.into());
                        let off = Responder { on_duty: false, duty_since, ..aide.clone() };
                        bench.store.update_responder(off).await.unwrap();
                        Err(StoreError::Stale(ticket.id))
                    }
                    3 => {
                        let later = |t: &mut Ticket, _, _: &_| {
                            t.deadlines.iter_mut().for_each(|d| d.at = d.at.plus_s(1));
                            Ok(Vec::new())
                        };
                        bench.change(&ticket, later).await
                    }
                    _ if n % 4 == 0 && round == 4 => {
                        bench
                            .change(&ticket, |t, now, p| t.close(operator(1), helped(), now, p))
                            .await
                    }
                    _ => {
                        let note = |t: &mut Ticket, now, p: &_| {
                            Ok(t.note(operator(1), "still there".into(), now, p))
                        };
                        bench.change(&ticket, note).await
                    }
                };
                assert!(matches!(changed, Ok(_) | Err(StoreError::Stale(_))), "{changed:?}");
                ticket = bench.ticket(ticket.id).await;
                if !ticket.is_open() {
                    return;
                }
            }
        }
    })
    .await;
    for advance in announced(&mut advances, &longwen()) {
        follower.follow(&advance);
    }
    let read = Follower::read(bench.store.district_state(&longwen()).await.unwrap());
    assert_eq!(follower, read);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}
