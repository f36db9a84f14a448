//! The register of keys, photos, and who looked at them.

use silverbell_domain::{KeyEntry, KeyId, KeyKind, KeyOut, PhotoId, TicketId};
use silverbell_testkit::{START, aide, longwen, nth_uuid, operator, senior};

use super::{Bench, at_once};
use crate::{
    Access, AccessAct, Constraint, Face, Idempotency, KeyWrite, Photo, Sealed, StoreError, Subject,
    Thing,
};

fn entry(n: u64) -> KeyEntry {
    KeyEntry {
        id: KeyId(nth_uuid(50, n)),
        district: longwen(),
        senior: senior(1).id,
        kind: KeyKind::Key,
        place: "邻居家\0\\".into(),
        note: String::new(),
        changed_at: START,
        out: None,
        retired: None,
    }
}

fn out(n: u32, since_s: i64) -> Option<KeyOut> {
    let since = START.plus_s(since_s);
    Some(KeyOut { to: aide(n).id, since, by: operator(1), ticket: None, note: None })
}

fn access(n: u64, thing: Thing) -> Access {
    Access {
        id: nth_uuid(51, n),
        district: longwen(),
        at: START.plus_s(i64::try_from(n).unwrap()),
        by: operator(1),
        thing,
        act: AccessAct::Read,
        ticket: Some(TicketId(nth_uuid(41, 1))),
        allowed: n.is_multiple_of(2),
        why: Some("not_owner\0\\".into()),
    }
}

fn write(entry: KeyEntry, expected_version: u64) -> KeyWrite {
    KeyWrite { entry, expected_version, code: None, access: None, idempotency: None }
}

fn sealed(byte: u8) -> Sealed {
    Sealed { with: format!("{byte:016x}"), bytes: vec![0, byte, 255] }
}

pub async fn a_key_is_kept_with_its_code_and_its_log(bench: Bench) {
    bench.seniors([1]).await;
    let store = &bench.store;
    let code = KeyEntry { kind: KeyKind::Code, ..entry(1) };
    let thing = Thing::Key(code.id);
    let request = Idempotency {
        user: operator(1),
        key: "k".into(),
        fingerprint: [7; 32],
        subject: Subject::Key(code.id),
        at: START,
    };
    let new = KeyWrite {
        code: Some(sealed(1)),
        access: Some(access(1, thing)),
        idempotency: Some(request.clone()),
        ..write(code.clone(), 0)
    };
    store.put_keys(vec![new.clone()]).await.unwrap();
    assert_eq!(store.put_keys(vec![new]).await, Err(StoreError::Violates(Constraint::Taken)));
    assert_eq!(store.idempotent(operator(1), "k").await.unwrap(), Some(request));
    let kept = store.key(code.id).await.unwrap().unwrap();
    assert_eq!((&kept.entry, kept.version, &kept.code), (&code, 1, &Some(sealed(1))));
    let moved = KeyEntry { place: "单元门".into(), ..code.clone() };
    store.put_keys(vec![write(moved.clone(), 1)]).await.unwrap();
    let kept = store.key(code.id).await.unwrap().unwrap();
    assert_eq!((&kept.entry, kept.version, &kept.code), (&moved, 2, &Some(sealed(1))));
    let changed = KeyWrite { code: Some(sealed(2)), ..write(moved, 2) };
    store.put_keys(vec![changed]).await.unwrap();
    assert_eq!(store.key(code.id).await.unwrap().unwrap().code, Some(sealed(2)));
    assert_eq!(store.accesses(thing, 10).await.unwrap(), [access(1, thing)]);
    store.log_access(access(2, thing)).await.unwrap();
    assert_eq!(store.accesses(thing, 1).await.unwrap(), [access(2, thing)]);
    assert_eq!(store.sealed_with().await.unwrap(), [(sealed(2).with, 1)]);
    let strangers = KeyEntry { senior: senior(9).id, ..entry(9) };
    let nobodys = store.put_keys(vec![write(strangers, 0)]).await;
    assert_eq!(nobodys, Err(StoreError::Violates(Constraint::NoSuchThing)));
}

pub async fn of_two_who_take_a_key_at_once_one_gets_it(bench: Bench) {
    bench.seniors([1]).await;
    let store = bench.store.clone();
    store.put_keys(vec![write(entry(1), 0)]).await.unwrap();
    let taken = at_once(8, |n| {
        let thing = Thing::Key(entry(1).id);
        let line = Some(access(n.into(), thing));
        let taken = KeyWrite { access: line, ..write(KeyEntry { out: out(n, 1), ..entry(1) }, 1) };
        let store = store.clone();
        async move { store.put_keys(vec![taken]).await }
    });
    let taken = taken.await;
    assert_eq!(taken.iter().filter(|it| it.is_ok()).count(), 1, "{taken:?}");
    let late = taken.into_iter().find_map(Result::err);
    assert_eq!(late, Some(StoreError::Violates(Constraint::NoSuchThing)));
    let lines = store.accesses(Thing::Key(entry(1).id), 10).await.unwrap();
    assert_eq!(lines.len(), 1, "who did not get it is not on record as having it");
}

pub async fn keys_that_are_out_are_listed_those_out_longest_first(bench: Bench) {
    bench.seniors([1]).await;
    let entries = [
        KeyEntry { out: out(1, 60), ..entry(1) },
        KeyEntry { out: out(2, 30), ..entry(2) },
        entry(3),
    ];
    let writes = entries.iter().map(|entry| write(entry.clone(), 0)).collect();
    bench.store.put_keys(writes).await.unwrap();
    let [late, early, home] = entries;
    let listed = bench.store.keys_out(&longwen(), 10).await.unwrap();
    assert_eq!(listed, [early.clone(), late.clone()]);
    assert_eq!(bench.store.keys_out(&longwen(), 1).await.unwrap(), std::slice::from_ref(&early));
    assert_eq!(bench.store.keys_of(senior(1).id).await.unwrap(), [late, early, home]);
    assert_eq!(bench.store.keys_of(senior(2).id).await.unwrap(), []);
}

pub async fn who_looked_at_what_can_be_neither_changed_nor_removed(bench: Bench) {
    let thing = Thing::Photo(PhotoId(nth_uuid(52, 1)));
    bench.store.log_access(access(1, thing)).await.unwrap();
    for sql in ["UPDATE access_log SET act = 'add'", "DELETE FROM access_log"] {
        assert!(bench.back.execute(sql).await.is_err(), "{sql}");
    }
    let again = bench.store.log_access(access(1, thing)).await;
    assert!(again.is_err(), "a line is never replaced");
    assert_eq!(bench.store.accesses(thing, 10).await.unwrap(), [access(1, thing)]);
}

pub async fn a_photo_is_kept_under_seal(bench: Bench) {
    let photo = Photo {
        id: PhotoId(nth_uuid(52, 1)),
        district: longwen(),
        ticket: TicketId(nth_uuid(41, 1)),
        at: START,
        sealed: Sealed { with: "0".into(), bytes: vec![7; 3_000_000] },
    };
    bench.store.put_photo(photo.clone()).await.unwrap();
    assert_eq!(bench.store.photo(photo.id).await.unwrap(), Some(photo.clone()));
    assert_eq!(bench.store.sealed_with().await.unwrap(), [("0".into(), 1)]);
    bench.store.drop_photo(photo.id).await.unwrap();
    assert_eq!(bench.store.photo(photo.id).await.unwrap(), None);
}

pub async fn a_face_is_kept_under_seal_one_for_each_senior(bench: Bench) {
    bench.seniors([1, 2]).await;
    let (whose, store) = (senior(1).id, &bench.store);
    let face = |byte, at| Face {
        senior: whose,
        district: longwen(),
        at,
        sealed: Sealed { with: "0".into(), bytes: vec![byte; 90_000] },
    };
    assert_eq!(store.face(whose).await.unwrap(), None);
    assert_eq!(store.face_at(whose).await.unwrap(), None);
    let thing = Thing::Face(whose);
    store.put_face(whose, Some(face(1, START)), access(1, thing)).await.unwrap();
    store.put_face(whose, Some(face(2, START.plus_s(1))), access(2, thing)).await.unwrap();
    assert_eq!(store.face(whose).await.unwrap(), Some(face(2, START.plus_s(1))));
    assert_eq!(store.face_at(whose).await.unwrap(), Some(START.plus_s(1)));
    assert_eq!(store.face_at(senior(2).id).await.unwrap(), None);
    assert_eq!(store.sealed_with().await.unwrap(), [("0".into(), 1)]);
    store.put_face(whose, None, access(3, thing)).await.unwrap();
    assert_eq!(store.face(whose).await.unwrap(), None);
    assert_eq!(store.accesses(thing, 10).await.unwrap().len(), 3, "each change is on record");
    let stranger = senior(9).id;
    let nobody = Face { senior: stranger, ..face(1, START) };
    let refused = store.put_face(stranger, Some(nobody), access(4, Thing::Face(stranger))).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));
    assert!(store.accesses(Thing::Face(stranger), 10).await.unwrap().is_empty());
}

pub async fn an_entry_that_cannot_be_read_hides_no_other_and_is_found(bench: Bench) {
    bench.seniors([1]).await;
    let writes = vec![write(entry(1), 0), write(entry(2), 0)];
    bench.store.put_keys(writes).await.unwrap();
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    let damage = format!("UPDATE keys SET entry = '{{' WHERE id = '{}'", entry(1).id);
    bench.back.execute(&damage).await.unwrap();
    assert_eq!(bench.store.keys_of(senior(1).id).await.unwrap(), [entry(2)]);
    assert!(matches!(bench.store.key(entry(1).id).await, Err(StoreError::Corrupt(_))));
    let found = bench.store.check().await.unwrap().join("\n");
    assert!(found.contains(&format!("key {}", entry(1).id)), "{found}");
}
