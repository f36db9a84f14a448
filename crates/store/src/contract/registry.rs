//! The registry: changed all or nothing as it was read, with its log; found as names are spoken.

use silverbell_domain::{
    Category, DeviceId, LatLon, PositionSource, Protocol, Responder, Senior, TemporaryAddress,
    UnixMs, UserId,
};
use silverbell_testkit::{Press, START, aide, key_of, longwen, nth_uuid, operator, senior};

use super::{Bench, device};
use crate::{
    Access, AccessAct, Constraint, DeviceChange, FileWrite, Idempotency, RegistryChange, Replaces,
    SeniorPage, SeniorQuery, StoreError, Subject, Thing, pinyin_letters,
};

const TAKEN: Result<(), StoreError> = Err(StoreError::Violates(Constraint::Taken));
const CHANGED: Result<(), StoreError> = Err(StoreError::Violates(Constraint::NoSuchThing));

fn line(n: u64, thing: Thing, act: AccessAct) -> Access {
    Access {
        id: nth_uuid(60, n),
        district: longwen(),
        at: START,
        by: operator(1),
        thing,
        act,
        ticket: None,
        allowed: true,
        why: Some("name,phone".into()),
    }
}

fn of_senior(n: u64, file: Senior, replaces: Replaces) -> RegistryChange {
    let thing = Thing::Senior(file.id);
    RegistryChange {
        seniors: vec![FileWrite { file, replaces }],
        accesses: vec![line(n, thing, AccessAct::Change)],
        ..RegistryChange::of(longwen())
    }
}

pub async fn a_file_is_replaced_only_as_it_was_read_and_its_line_is_in_the_log_or_neither(
    bench: Bench,
) {
    let store = &bench.store;
    let new = Senior { access: "\u{0}\\门".into(), ..senior(1) };
    store.change_registry(of_senior(1, new.clone(), Replaces::Nothing)).await.unwrap();
    assert_eq!(store.change_registry(of_senior(2, new.clone(), Replaces::Nothing)).await, TAKEN);
    let changed = Senior { name: "单雄信".into(), changed_at: Some(UnixMs(7)), ..new.clone() };
    let unread = Replaces::ChangedAt(Some(UnixMs(1)));
    assert_eq!(store.change_registry(of_senior(3, changed.clone(), unread)).await, CHANGED);
    let read = Replaces::ChangedAt(None);
    store.change_registry(of_senior(4, changed.clone(), read)).await.unwrap();
    assert_eq!(store.change_registry(of_senior(5, new, read)).await, CHANGED);
    let again = Replaces::ChangedAt(Some(UnixMs(7)));
    let last = Senior { changed_at: Some(UnixMs(8)), ..changed };
    store.change_registry(of_senior(6, last.clone(), again)).await.unwrap();
    assert_eq!(store.senior(last.id).await.unwrap(), Some(last.clone()));
    let lines = store.accesses(Thing::Senior(last.id), 10).await.unwrap();
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    assert_eq!(ids, [6, 4, 1].map(|n| nth_uuid(60, n)));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub async fn a_request_that_is_repeated_puts_in_nobody_twice(bench: Bench) {
    let request = Idempotency {
        user: UserId(nth_uuid(61, 1)),
        key: "k".into(),
        fingerprint: [7; 32],
        subject: Subject::Senior(senior(1).id),
        at: START,
    };
    let change = |n: u32| RegistryChange {
        idempotency: Some(request.clone()),
        ..of_senior(n.into(), senior(n), Replaces::Nothing)
    };
    bench.store.change_registry(change(1)).await.unwrap();
    assert_eq!(bench.store.change_registry(change(2)).await, TAKEN);
    assert_eq!(bench.store.senior(senior(2).id).await.unwrap(), None);
    assert_eq!(bench.store.idempotent(request.user, "k").await.unwrap(), Some(request));
}

pub async fn whoever_changed_is_announced_also_when_another_program_did_it(bench: Bench) {
    let store = &bench.store;
    let mut advances = store.advances();
    let write = |file: Responder, replaces| RegistryChange {
        responders: vec![FileWrite { file, replaces }],
        ..RegistryChange::of(longwen())
    };
    store.change_registry(write(aide(1), Replaces::Nothing)).await.unwrap();
    assert_eq!(*advances.recv().await.unwrap().responders[0], aide(1));
    let left = Responder { left_at: Some(START), on_duty: false, ..aide(1) };
    let read = Replaces::ChangedAt(None);
    store.change_registry(write(left.clone(), read)).await.unwrap();
    assert_eq!(*advances.recv().await.unwrap().responders[0], left);
    store.tell_responders(&longwen(), vec![aide(1).id, aide(9).id]).await.unwrap();
    let told = advances.recv().await.unwrap();
    assert_eq!(told.responders.iter().map(|it| &**it).collect::<Vec<_>>(), [&left]);
    assert_eq!((told.prev, told.seq), (0, 0));
    assert_eq!(store.responders(&longwen()).await.unwrap(), [left]);
    let nobody = write(aide(2), Replaces::ChangedAt(None));
    assert_eq!(store.change_registry(nobody).await, CHANGED);
}

pub async fn who_writes_the_file_and_who_says_duty_lose_nothing_of_each_other(bench: Bench) {
    let store = &bench.store;
    store.put_responders(vec![Responder { on_duty: false, ..aide(1) }]).await.unwrap();
    let read = store.responder(aide(1).id).await.unwrap().unwrap();
    let of = |file: Responder, at: Option<UnixMs>| {
        let write = FileWrite { file, replaces: Replaces::ChangedAt(at) };
        RegistryChange { responders: vec![write], ..RegistryChange::of(longwen()) }
    };

    // Both were read before either is written.
    let on_duty = Responder { on_duty: true, duty_since: START.plus_s(5), ..read.clone() };
    let renamed = Responder { name: "罗成".into(), changed_at: Some(UnixMs(7)), ..read.clone() };
    store.update_responder(on_duty.clone()).await.unwrap();
    store.change_registry(of(renamed.clone(), None)).await.unwrap();
    let now = store.responder(read.id).await.unwrap().unwrap();
    assert!(now.on_duty, "a list takes nobody off duty");
    assert_eq!((&*now.name, now.duty_since), ("罗成", START.plus_s(5)));
    store.update_responder(Responder { on_duty: false, ..on_duty.clone() }).await.unwrap();
    let now = store.responder(read.id).await.unwrap().unwrap();
    assert_eq!((&*now.name, now.on_duty), ("罗成", false), "duty puts no old name back");

    // Who leaves goes off duty, and stays so.
    store.update_responder(on_duty.clone()).await.unwrap();
    let left = Responder { left_at: Some(START), changed_at: Some(UnixMs(9)), ..renamed };
    store.change_registry(of(left, Some(UnixMs(7)))).await.unwrap();
    assert!(!store.responder(read.id).await.unwrap().unwrap().on_duty);
    store.update_responder(on_duty).await.unwrap();
    assert!(!store.responder(read.id).await.unwrap().unwrap().on_duty);
}

pub async fn seniors_are_found_as_their_names_are_spoken_the_best_first(bench: Bench) {
    let names = ["张三丰", "曾三封", "单雄信", "李张三", "吕布", "Anna", "\u{2A6D6}"];
    let named = |(n, name): (usize, &&str)| Senior {
        name: (*name).into(),
        ..senior(u32::try_from(n).unwrap() + 1)
    };
    let all: Vec<Senior> = names.iter().enumerate().map(named).collect();
    bench.store.put_seniors(all).await.unwrap();
    for (typed, expected) in [
        ("zhangsanfeng", &["张三丰"][..]),
        ("z s f", &["曾三封", "张三丰"]),
        ("zhang", &["张三丰", "李张三"]),
        ("shanxx", &["单雄信"]),
        ("lvbu", &["吕布"]),
        ("ann", &["Anna"]),
        ("xyz", &[]),
    ] {
        let query = SeniorQuery::Pinyin(pinyin_letters(typed).unwrap());
        let found = bench.store.find_seniors(&[longwen()], query, 9).await.unwrap();
        let mut found: Vec<&str> = found.iter().map(|it| &*it.name).collect();
        if typed == "z s f" {
            found.sort_unstable_by_key(|name| names.iter().position(|it| it == name));
            found.reverse();
        }
        assert_eq!(found, expected, "{typed}");
    }
    assert!(!bench.store.fill_pinyin(100).await.unwrap(), "nothing is left to reckon");
}

pub async fn a_list_of_seniors_has_pages_that_miss_nobody(bench: Bench) {
    let all: Vec<Senior> = (1..=7)
        .map(|n| Senior {
            village: format!("村{}", n % 2),
            category: if n == 3 { Category::SpecialCare } else { Category::Over80 },
            ..senior(n)
        })
        .collect();
    bench.store.put_seniors(all.clone()).await.unwrap();
    for by_village in [false, true] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = SeniorPage { by_village, after, limit: 3, ..SeniorPage::default() };
            let page = bench.store.seniors(&[longwen()], page).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            found.extend(page);
        }
        if by_village {
            let villages: Vec<&str> = found.iter().map(|it| &*it.village).collect();
            assert!(villages.is_sorted(), "{villages:?}");
        }
        found.sort_by_key(|it| it.id);
        assert_eq!(found, all);
    }
    let some = |village: Option<&str>, category| SeniorPage {
        village: village.map(str::to_owned),
        category,
        limit: 9,
        ..SeniorPage::default()
    };
    let of = async |page| bench.store.seniors(&[longwen()], page).await.unwrap();
    assert_eq!(of(some(None, Some(Category::SpecialCare))).await, [all[2].clone()]);
    assert_eq!(of(some(Some("村0"), None)).await.len(), 3);
    let (first, next) = bench.store.seniors_from(&longwen(), None, 4).await.unwrap();
    let (rest, none) = bench.store.seniors_from(&longwen(), next, 4).await.unwrap();
    assert_eq!((first.len(), rest.len(), none), (4, 3, None));
    assert_eq!(
        bench.store.seniors_of(&[all[1].id, senior(99).id]).await.unwrap(),
        [all[1].clone()]
    );
    assert_eq!(bench.store.district_counts(&longwen()).await.unwrap().seniors, 7);
}

pub async fn a_temporary_address_in_force_is_the_door_of_whoever_presses(bench: Bench) {
    let door = LatLon::new(24.6, 117.6).unwrap();
    let stay = TemporaryAddress {
        address: "女儿家".into(),
        access: String::new(),
        door,
        gate: None,
        from: START.plus_s(-60),
        until: START.plus_s(3_600),
        note: String::new(),
    };
    let away = Senior { temporary: vec![stay], ..senior(1) };
    bench.store.put_seniors(vec![away.clone()]).await.unwrap();
    bench.store.put_devices(vec![device(1)]).await.unwrap();
    let pressed = bench.press(Press::of(1)).await;
    let ticket = bench.ticket(pressed.ticket).await;
    assert_eq!(ticket.home, Some(door));
    assert_eq!(ticket.position.map(|it| (it.point, it.source)), Some((door, PositionSource::Home)));
    let place = async |now| bench.store.homes(&longwen(), now).await.unwrap()[0].place;
    assert_eq!((place(START).await, place(START.plus_s(3_600)).await), (door, away.home));
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

pub async fn a_device_is_added_moved_given_a_key_and_taken_out(bench: Bench) {
    let store = &bench.store;
    store.put_seniors(vec![senior(1), senior(2)]).await.unwrap();
    let change = |what: DeviceChange| RegistryChange {
        devices: vec![what],
        ..RegistryChange::of(longwen())
    };
    let new = device(1);
    let id = new.id;
    store.change_registry(change(DeviceChange::Add(new.clone()))).await.unwrap();
    let again = crate::NewDevice { id: DeviceId(nth_uuid(62, 1)), ..new };
    assert_eq!(store.change_registry(change(DeviceChange::Add(again))).await, TAKEN);
    let moved = DeviceChange::Move { device: id, district: longwen(), senior: senior(2).id };
    store.change_registry(change(moved)).await.unwrap();
    let key = DeviceChange::Key { device: id, key_sha256: key_of(7) };
    store.change_registry(change(key)).await.unwrap();
    let kept = store.device_by_id(id).await.unwrap().unwrap();
    assert_eq!((kept.senior, kept.key_sha256), (senior(2).id, Some(key_of(7))));
    store.change_registry(change(DeviceChange::Retire(id))).await.unwrap();
    assert_eq!(store.device(Protocol::Http, &kept.ident).await.unwrap(), None);
    assert_eq!(store.change_registry(change(DeviceChange::Retire(id))).await, CHANGED);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
