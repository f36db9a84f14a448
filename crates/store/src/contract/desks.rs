//! Desks of the call centre, and shift notes.

use silverbell_domain::{
    DeskState, DistrictId, Ids, OperatorDesk, ShiftNote, ShiftNoteId, UnixMs, UserId,
};
use silverbell_testkit::{START, longwen, operator};

use super::Bench;
use super::people::user;
use crate::{
    Constraint, DeskWrite, District, Idempotency, NewUser, NoteReader, SeatedDesk, StoreError,
    Subject, UserRole,
};

fn desk(user: UserId, state: DeskState, seen_at: UnixMs) -> OperatorDesk {
    OperatorDesk { user, state, since: START, seen_at, sound_heard_at: None }
}

async fn told(bench: &Bench, desk: OperatorDesk) {
    bench.store.write_desk(DeskWrite::Told(desk)).await.unwrap();
}

async fn people(bench: &Bench) {
    let other = NewUser { districts: vec![DistrictId::new("yunxiao")], ..user(2, "op-2") };
    let admin = NewUser { role: UserRole::Admin, districts: Vec::new(), ..user(3, "admin") };
    let (id, name) = (DistrictId::new("yunxiao"), "云霄县".into());
    let time_zone = "Asia/Shanghai".into();
    bench.store.put_district(District { id, name, time_zone }).await.unwrap();
    bench.store.put_users(vec![user(1, "op-1"), other, admin]).await.unwrap();
}

fn note(bench: &Bench, by: UserId, at: UnixMs, text: &str) -> ShiftNote {
    let id = ShiftNoteId(bench.ids.next());
    ShiftNote { id, district: longwen(), by, at, text: text.into(), open_tickets: Some(3) }
}

pub async fn a_desk_is_kept_as_last_told_until_it_is_left(bench: Bench) {
    people(&bench).await;
    let (me, store) = (operator(1), &bench.store);
    assert_eq!(store.desk(me).await.unwrap(), None);
    told(&bench, desk(me, DeskState::Ready, START)).await;
    let heard = OperatorDesk {
        sound_heard_at: Some(START.plus_s(3)),
        ..desk(me, DeskState::WrapUp, START.plus_s(9))
    };
    told(&bench, heard).await;
    assert_eq!(store.desk(me).await.unwrap(), Some(heard));
    let nobody = DeskWrite::Told(desk(operator(9), DeskState::Ready, START));
    assert_eq!(store.write_desk(nobody).await, Err(StoreError::Violates(Constraint::NoSuchThing)));
    store.write_desk(DeskWrite::Left(me)).await.unwrap();
    assert_eq!(store.desk(me).await.unwrap(), None);
    store.write_desk(DeskWrite::Left(me)).await.unwrap();
}

pub async fn desks_are_those_of_who_serves_the_district_or_all(bench: Bench) {
    people(&bench).await;
    for n in 1..=3 {
        told(&bench, desk(operator(n), DeskState::Ready, START.plus_s(i64::from(n)))).await;
    }
    let of = async |district: &str, since_s: i64, limit| {
        let districts = [DistrictId::new(district)];
        let found = bench.store.desks(&districts, START.plus_s(since_s), limit).await.unwrap();
        found.into_iter().map(|seated| seated.desk.user).collect::<Vec<_>>()
    };
    assert_eq!(of("longwen", 0, 9).await, [operator(1), operator(3)]);
    assert_eq!(of("yunxiao", 0, 9).await, [operator(2), operator(3)]);
    assert_eq!(of("longwen", 2, 9).await, [operator(3)], "the first gave no sign of life since");
    assert_eq!(of("longwen", 0, 1).await, [operator(1)]);
    let found = bench.store.desks(&[longwen()], START, 1).await.unwrap();
    let expected = SeatedDesk {
        desk: desk(operator(1), DeskState::Ready, START.plus_s(1)),
        name: "话务员1".into(),
        role: UserRole::Operator,
    };
    assert_eq!(found, [expected]);
}

pub async fn shift_notes_tell_who_wrote_and_who_has_read_them(bench: Bench) {
    people(&bench).await;
    let store = &bench.store;
    let first = note(&bench, operator(1), START, "文昌村 3 号楼停电\n\u{0}𠮷");
    let second = note(&bench, operator(3), START.plus_s(1), "b");
    for note in [&first, &second] {
        store.write_desk(DeskWrite::Note(Box::new(note.clone()), None)).await.unwrap();
    }
    let read = |note: &ShiftNote, reader: UserId, s: i64| DeskWrite::Read {
        district: longwen(),
        note: note.id,
        reader,
        at: START.plus_s(s),
    };
    store.write_desk(read(&first, operator(3), 5)).await.unwrap();
    store.write_desk(read(&first, operator(3), 9)).await.unwrap();
    let nothing = note(&bench, operator(1), START, "c");
    let refused = store.write_desk(read(&nothing, operator(3), 9)).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));

    let shown = store.shift_notes(&[longwen()], START, 9).await.unwrap();
    assert_eq!(shown.len(), 2);
    assert_eq!((&shown[0].note, &shown[1].note), (&second, &first), "newest first");
    assert_eq!((&*shown[1].name, &*shown[0].name), ("话务员1", "话务员3"));
    let reader = NoteReader { user: operator(3), name: "话务员3".into(), at: START.plus_s(5) };
    assert_eq!(shown[1].read_by, [reader], "the first time counts");
    assert_eq!(shown[0].read_by, []);
    assert_eq!(store.shift_notes(&[longwen()], START.plus_s(1), 9).await.unwrap().len(), 1);
    assert_eq!(store.shift_notes(&[longwen()], START, 1).await.unwrap()[0].note, second);
    assert_eq!(store.shift_notes(&[DistrictId::new("yunxiao")], START, 9).await.unwrap(), []);
}

pub async fn a_note_is_written_once_for_each_key(bench: Bench) {
    people(&bench).await;
    let first = note(&bench, operator(1), START, "a");
    let request = |note: &ShiftNote| Idempotency {
        user: operator(1),
        key: "k".into(),
        fingerprint: [7; 32],
        subject: Subject::ShiftNote(note.id),
        at: START,
    };
    let write = async |note: &ShiftNote| {
        let write = DeskWrite::Note(Box::new(note.clone()), Some(request(note)));
        bench.store.write_desk(write).await
    };
    write(&first).await.unwrap();
    let again = note(&bench, operator(1), START, "a");
    assert_eq!(write(&again).await, Err(StoreError::Violates(Constraint::Taken)));
    let kept = bench.store.idempotent(operator(1), "k").await.unwrap().unwrap();
    assert_eq!(kept.subject, Subject::ShiftNote(first.id));
    assert_eq!(bench.store.shift_notes(&[longwen()], START, 9).await.unwrap().len(), 1);
}
