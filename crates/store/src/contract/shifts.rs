//! The roster: changed all or nothing, and nobody in two places at once.

use std::sync::Arc;

use silverbell_domain::{DistrictId, Ids, Responder, ResponderId, Shift, ShiftId, UnixMs};
use silverbell_testkit::{START, aide, longwen, rescuer};

use super::{Bench, at_once};
use crate::{Constraint, ShiftsChange, ShiftsRemoved, Store, StoreError};

const HOUR_S: i64 = 3_600;

/// A shift of somebody from so many hours after the start to so many.
pub(super) fn shift(bench: &Bench, who: &Responder, from: i64, to: i64) -> Shift {
    let at = |hours: i64| START.plus_s(hours * HOUR_S);
    Shift { id: ShiftId(bench.ids.next()), responder: who.id, from: at(from), to: at(to) }
}

fn add(add: Vec<Shift>) -> ShiftsChange {
    ShiftsChange { district: longwen(), remove: ShiftsRemoved::None, add }
}

/// Puts shifts into the roster.
pub(super) async fn put(bench: &Bench, shifts: Vec<Shift>) {
    bench.store.change_shifts(add(shifts)).await.unwrap();
}

async fn all(bench: &Bench) -> Vec<Shift> {
    let (from, to) = (START.plus_s(-99 * HOUR_S), START.plus_s(999 * HOUR_S));
    bench.store.shifts(&longwen(), from, to).await.unwrap()
}

pub async fn a_roster_is_read_by_time_in_the_order_in_which_shifts_begin(bench: Bench) {
    let aides = bench.aides([1, 2]).await;
    let night = shift(&bench, &aides[0], -5, 7);
    let day = shift(&bench, &aides[1], 7, 19);
    let next = shift(&bench, &aides[0], 19, 43);
    put(&bench, vec![next, night, day]).await;
    assert_eq!(all(&bench).await, [night, day, next]);
    let read = async |from: i64, to: i64| {
        let (from, to) = (START.plus_s(from * HOUR_S), START.plus_s(to * HOUR_S));
        bench.store.shifts(&longwen(), from, to).await.unwrap()
    };
    assert_eq!(read(0, 7).await, [night], "what began before and still runs");
    assert_eq!(read(7, 8).await, [day], "the end belongs to it no more");
    assert_eq!(read(42, 44).await, [next]);
    assert_eq!(read(43, 50).await, []);
    let (from, to) = (UnixMs(i64::MIN), UnixMs(i64::MAX));
    assert_eq!(bench.store.shifts(&longwen(), from, to).await.unwrap().len(), 3);
    assert_eq!(bench.store.shifts(&DistrictId::new("yunxiao"), from, to).await.unwrap(), []);
}

pub async fn a_roster_is_replaced_whole_or_not_at_all(bench: Bench) {
    let aides = bench.aides([1, 2]).await;
    let before = shift(&bench, &aides[0], -5, 7);
    put(&bench, vec![before, shift(&bench, &aides[0], 7, 19), shift(&bench, &aides[1], 7, 19)])
        .await;
    let within = ShiftsRemoved::BeginningWithin { from: START, to: START.plus_s(24 * HOUR_S) };
    let replace = |add| ShiftsChange { district: longwen(), remove: within, add };
    let kept = all(&bench).await;

    let good = shift(&bench, &aides[1], 8, 12);
    let nobody = Responder { id: ResponderId(bench.ids.next()), ..aide(9) };
    for (bad, why) in [
        (shift(&bench, &aides[1], 11, 13), Constraint::ShiftsOverlap),
        (shift(&bench, &aides[0], 6, 9), Constraint::ShiftsOverlap),
        (shift(&bench, &nobody, 8, 12), Constraint::NoSuchThing),
    ] {
        let refused = bench.store.change_shifts(replace(vec![good, bad])).await;
        assert_eq!(refused, Err(StoreError::Violates(why)));
        assert_eq!(all(&bench).await, kept);
    }
    let too_long = Shift { to: UnixMs(good.to.0 + Shift::LONGEST_MS), ..good };
    assert!(bench.store.change_shifts(replace(vec![too_long])).await.is_err());
    assert_eq!(all(&bench).await, kept);

    bench.store.change_shifts(replace(vec![good])).await.unwrap();
    assert_eq!(all(&bench).await, [before, good], "what began earlier stays");
}

pub async fn one_shift_is_taken_out_and_only_if_it_is_there(bench: Bench) {
    let aides = bench.aides([1]).await;
    let (one, other) = (shift(&bench, &aides[0], 0, 8), shift(&bench, &aides[0], 8, 16));
    put(&bench, vec![one, other]).await;
    let without = |id| ShiftsChange { remove: ShiftsRemoved::One(id), ..add(Vec::new()) };
    bench.store.change_shifts(without(one.id)).await.unwrap();
    assert_eq!(all(&bench).await, [other]);
    let gone = bench.store.change_shifts(without(one.id)).await;
    assert_eq!(gone, Err(StoreError::Violates(Constraint::NoSuchThing)));
}

pub async fn of_many_who_book_one_person_at_once_one_does(bench: Bench) {
    let aides = bench.aides([1, 2]).await;
    let (again, writing) = bench.back.open_again().await;
    let writing = tokio::spawn(writing);
    let stores: [Arc<dyn Store>; 2] = [bench.store.clone(), again];
    let booked = at_once(32, |n| {
        let store = stores[n as usize % 2].clone();
        // Each overlaps with all others; somebody else is booked with it.
        let wanted = shift(&bench, &aides[0], i64::from(n) / 4, 20);
        let beside = shift(&bench, &aides[1], i64::from(n) / 4, 20);
        async move { store.change_shifts(add(vec![beside, wanted])).await }
    })
    .await;
    assert_eq!(booked.iter().filter(|result| result.is_ok()).count(), 1, "{booked:?}");
    for refused in booked.into_iter().filter(Result::is_err) {
        assert_eq!(refused, Err(StoreError::Violates(Constraint::ShiftsOverlap)));
    }
    assert_eq!(all(&bench).await.len(), 2);
    drop(stores);
    writing.abort();
}

pub async fn past_the_store_nobody_is_booked_twice_either(bench: Bench) {
    let aides = bench.aides([1]).await;
    bench.store.put_responders(vec![rescuer(1)]).await.unwrap();
    let first = shift(&bench, &aides[0], 0, 8);
    put(&bench, vec![first, shift(&bench, &rescuer(1), 0, 8)]).await;
    let insert = |shift: &Shift| {
        let Shift { id, responder, from, to } = shift;
        format!(
            "INSERT INTO shifts (district, id, responder, from_at, to_at)
             VALUES ('longwen', '{id}', '{responder}', {}, {})",
            from.0, to.0
        )
    };
    for (from, to) in [(7, 9), (-1, 1), (2, 3), (-1, 20), (0, 8)] {
        let refused = bench.back.execute(&insert(&shift(&bench, &aides[0], from, to))).await;
        assert!(refused.is_err(), "{from} to {to}");
    }
    bench.back.execute(&insert(&shift(&bench, &aides[0], 8, 9))).await.unwrap();
    let moved = format!("UPDATE shifts SET from_at = {} WHERE from_at = {}", START.0 + 1, START.0);
    assert!(bench.back.execute(&moved).await.is_err(), "a shift is never moved");

    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    let earlier =
        format!("UPDATE shifts SET from_at = {} WHERE from_at = {}", START.0 + 1, first.to.0);
    bench.back.tamper("shifts", &earlier).await;
    let wrong = bench.store.check().await.unwrap();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let all = ["shift", "another one at the same time", &aides[0].id.to_string()];
    assert!(all.iter().all(|part| wrong[0].contains(part)), "{wrong:?}");
}
