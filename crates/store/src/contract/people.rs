//! Seniors, devices, users, sessions, responders; and the lists of tickets.

use silverbell_domain::{
    DistrictId, Ids, Needs, PersonalPlan, Policy, Responder, ResponderId, Senior, SignalKind,
    Ticket, TicketId, Travel, UnixMs, open_visit,
};
use silverbell_testkit::{Press, START, aide, key_of, longwen, operator, rescuer, senior};

use super::alarms::helped;
use super::commits::{answers, asks};
use super::{Bench, device, watch};
use crate::{
    Commit, Constraint, Home, NewDevice, NewSession, NewUser, SeniorQuery, StoreError,
    TicketCommit, TicketPage, UserRole,
};

const TAKEN: Result<(), StoreError> = Err(StoreError::Violates(Constraint::Taken));

pub async fn seniors_are_put_all_or_none_and_read_back(bench: Bench) {
    bench.store.put_seniors(vec![senior(1), senior(2)]).await.unwrap();
    assert_eq!(bench.store.senior(senior(2).id).await.unwrap(), Some(senior(2)));
    assert_eq!(bench.store.put_seniors(vec![senior(3), senior(1)]).await, TAKEN);
    assert_eq!(bench.store.senior(senior(3).id).await.unwrap(), None);
    let nowhere = Senior { district: DistrictId::new("nowhere"), ..senior(4) };
    let refused = bench.store.put_seniors(vec![nowhere]).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));
    let bounds = bench.store.home_bounds(&longwen()).await.unwrap().unwrap();
    let (one, two) = (senior(1).home, senior(2).home);
    let expected = [one.lat, one.lon, two.lat, two.lon];
    assert!(bounds.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{bounds:?}");
}

pub async fn what_is_peculiar_to_a_senior_is_known_when_the_key_is_pressed(bench: Bench) {
    bench.seniors([1]).await;
    assert_eq!(bench.opened(1).await.needs, Needs::default());
    let needs =
        Needs { dialect: Some("闽南话 \\ \"\u{0}".into()), is_deaf: true, ..Needs::default() };
    let plan = PersonalPlan { needs: needs.clone(), advice: "先打电话".into() };
    let changed = Senior { plan, phone: "0596-7".into(), ..senior(1) };
    bench.store.update_senior(changed.clone()).await.unwrap();
    assert_eq!(bench.store.senior(changed.id).await.unwrap(), Some(changed.clone()));
    let by_phone = SeniorQuery::Phone("05967".into());
    assert_eq!(bench.store.find_seniors(&[longwen()], by_phone, 9).await.unwrap(), [changed]);
    let ticket = bench.store.open_emergency_of(senior(1).id).await.unwrap().unwrap();
    bench.change(&ticket, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
    let again = bench.press(Press::of(1).id("again").at(START.plus_s(60))).await;
    assert_eq!(bench.ticket(again.ticket).await.needs, needs);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    let nobody = bench.store.update_senior(senior(9)).await;
    assert_eq!(nobody, Err(StoreError::Violates(Constraint::NoSuchThing)));
}

pub async fn who_had_many_emergencies_within_a_day_is_found_until_a_visit_is_opened(bench: Bench) {
    bench.seniors([1, 2]).await;
    let longwen = longwen();
    // Identities tell when a ticket was opened.
    let since = UnixMs(0);
    for (senior, presses) in [(1, 3), (2, 2)] {
        for n in 0..presses {
            let pressed = bench.press(Press::of(senior).id(&format!("{senior}-{n}"))).await;
            let open = bench.ticket(pressed.ticket).await;
            bench.change(&open, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
        }
    }
    let often =
        async |since, at_least| bench.store.pressed_often(&longwen, since, at_least).await.unwrap();
    assert_eq!(often(since, 3).await, [(senior(1).id, 3)]);
    assert_eq!(often(since, 2).await.len(), 2);
    assert_eq!(often(UnixMs(i64::from(u32::MAX) * 1_000), 1).await, [], "long ago");
    let id = TicketId(bench.ids.next());
    let (ticket, events) = open_visit(id, &senior(1), 3, START, &bench.policy);
    let part = TicketCommit { ticket, expected_version: 0, events };
    let visit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None };
    bench.store.commit(visit).await.unwrap();
    assert_eq!(often(since, 3).await, []);
    assert_eq!(often(since, 2).await, [(senior(2).id, 2)]);
}

pub async fn the_homes_of_a_district_are_listed_and_no_others(bench: Bench) {
    assert_eq!(bench.store.homes(&longwen(), START).await.unwrap(), []);
    bench.store.put_seniors(vec![senior(1), senior(2)]).await.unwrap();
    let homes = bench.store.homes(&longwen(), START).await.unwrap();
    let expected = [senior(1), senior(2)].map(|it| Home {
        senior: it.id,
        name: it.name,
        village: it.village,
        place: it.home,
    });
    assert_eq!(homes, expected);
    assert_eq!(bench.store.homes(&DistrictId::new("nowhere"), START).await.unwrap(), []);
}

pub async fn seniors_are_found_by_the_end_of_a_number_and_by_a_part_of_a_text(bench: Bench) {
    let wang = Senior { name: "王秀英".into(), phone: "0596-2021234".into(), ..senior(1) };
    let mut li = Senior { name: "李阿水".into(), village: "湘桥村".into(), ..senior(2) };
    li.contacts[0].phone = "139 0013 1234".into();
    bench.store.put_seniors(vec![wang.clone(), li.clone()]).await.unwrap();
    let find = async |query, limit| {
        let found = bench.store.find_seniors(&[longwen()], query, limit).await.unwrap();
        found.into_iter().map(|senior| senior.name).collect::<Vec<_>>()
    };
    let phone = |digits: &str| SeniorQuery::Phone(digits.into());
    let text = |text: &str| SeniorQuery::Text(text.into());
    assert_eq!(find(phone("05962021234"), 9).await, [&*wang.name]);
    assert_eq!(find(phone("13900131234"), 9).await, [&*li.name], "a contact's number");
    assert_eq!(find(phone("1234"), 9).await.len(), 2);
    assert_eq!(find(phone("1234"), 1).await.len(), 1);
    assert_eq!(find(phone("2021"), 9).await, Vec::<String>::new(), "the end, not the middle");
    assert_eq!(find(text("秀英"), 9).await, [&*wang.name]);
    assert_eq!(find(text("湘桥"), 9).await, [&*li.name]);
    assert_eq!(find(text(&li.address), 9).await, [&*li.name]);
    assert_eq!(find(text("%"), 9).await, Vec::<String>::new(), "no wildcards");
    let elsewhere = [DistrictId::new("yunxiao")];
    let found = bench.store.find_seniors(&elsewhere, text("秀英"), 9).await.unwrap();
    assert_eq!(found, [], "only in the districts one serves");
}

pub async fn devices_are_found_by_ident_and_by_key_and_both_are_unique(bench: Bench) {
    bench.seniors([1, 2]).await;
    bench.store.put_devices(vec![watch(1)]).await.unwrap();
    let store = &bench.store;
    let found = store.device(watch(1).protocol, &watch(1).ident).await.unwrap().unwrap();
    assert_eq!((found.id, found.senior, found.key_sha256), (watch(1).id, senior(1).id, None));
    assert_eq!(store.device(device(1).protocol, &watch(1).ident).await.unwrap(), None);
    let by_key = store.device_by_key(&key_of(2)).await.unwrap().unwrap();
    assert_eq!(by_key.ident, "d-2");
    assert_eq!(store.device_by_key(&[0; 32]).await.unwrap(), None);

    let same_ident = NewDevice { id: watch(3).id, key_sha256: None, ..device(1) };
    let same_key = NewDevice { ident: "other".into(), ..same_ident.clone() };
    let same_key = NewDevice { key_sha256: Some(key_of(1)), ..same_key };
    let good = NewDevice { senior: senior(2).id, ..watch(2) };
    assert_eq!(store.put_devices(vec![good.clone(), same_ident]).await, TAKEN);
    assert_eq!(store.put_devices(vec![same_key]).await, TAKEN);
    assert_eq!(store.device(good.protocol, &good.ident).await.unwrap(), None, "all or none");
    let nobodys = NewDevice { senior: senior(9).id, ..watch(9) };
    let refused = store.put_devices(vec![nobodys]).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));
}

pub(super) fn user(n: u32, username: &str) -> NewUser {
    NewUser {
        id: operator(n),
        username: username.into(),
        display_name: format!("话务员{n}"),
        password_hash: "$argon2id$…".into(),
        role: UserRole::Operator,
        responder: None,
        districts: vec![longwen()],
    }
}

pub async fn users_have_unique_names_and_their_districts(bench: Bench) {
    let aide = NewUser {
        role: UserRole::Aide,
        responder: Some(ResponderId(aide(1).id.0)),
        ..user(2, "aide-1")
    };
    bench.store.put_users(vec![user(1, "op"), aide.clone()]).await.unwrap();
    let found = bench.store.user_by_name("aide-1").await.unwrap().unwrap();
    assert_eq!((found.id, found.role, found.responder), (aide.id, aide.role, aide.responder));
    assert_eq!(found.districts, [longwen()]);
    assert_eq!(bench.store.put_users(vec![user(3, "new"), user(4, "op")]).await, TAKEN);
    assert_eq!(bench.store.user_by_name("new").await.unwrap(), None);
    let names = bench.store.user_names(&[operator(1), operator(9)]).await.unwrap();
    assert_eq!(names, [(operator(1), "话务员1".to_owned())]);
}

pub async fn sessions_live_until_their_end(bench: Bench) {
    bench.store.put_users(vec![user(1, "op")]).await.unwrap();
    let end = START.plus_s(600);
    let session = |token| NewSession {
        token_sha256: [token; 32],
        user: operator(1),
        created_at: START,
        expires_at: end,
    };
    let store = &bench.store;
    store.put_session(session(1)).await.unwrap();
    store.put_session(session(2)).await.unwrap();
    let alive = store.session(&[1; 32], START.plus_s(599)).await.unwrap().unwrap();
    assert_eq!((alive.user.username.as_str(), alive.expires_at), ("op", end));
    assert_eq!(alive.user.districts, [longwen()]);
    assert_eq!(store.session(&[1; 32], end).await.unwrap(), None);
    store.extend_session(&[1; 32], end.plus_s(60)).await.unwrap();
    assert!(store.session(&[1; 32], end).await.unwrap().is_some());
    store.end_session(&[1; 32]).await.unwrap();
    assert_eq!(store.session(&[1; 32], START).await.unwrap(), None);
    assert!(store.session(&[2; 32], START).await.unwrap().is_some(), "the other goes on");
    assert_eq!(store.session(&[3; 32], START).await.unwrap(), None);
}

pub async fn responders_are_kept_with_their_duty(bench: Bench) {
    bench.store.put_responders(vec![aide(1), rescuer(1)]).await.unwrap();
    let riding = Responder { travel: Travel::Ebike, duty_since: START.plus_s(9), ..aide(1) };
    bench.store.update_responder(riding.clone()).await.unwrap();
    assert_eq!(bench.store.responder(riding.id).await.unwrap(), Some(riding.clone()));
    let mut all = bench.store.district_state(&longwen()).await.unwrap().responders;
    all.sort_by_key(|responder| responder.id);
    assert_eq!(all, [riding, rescuer(1)]);
    assert_eq!(bench.store.put_responders(vec![rescuer(2), aide(1)]).await, TAKEN);
    assert_eq!(bench.store.responder(rescuer(2).id).await.unwrap(), None);
}

pub async fn tickets_are_listed_most_urgent_then_newest_first_page_by_page(bench: Bench) {
    bench.seniors(1..=5).await;
    let mut ids = Vec::new();
    for (n, kind) in [(1, SignalKind::Help), (2, SignalKind::Sos), (3, SignalKind::Sos)] {
        let press = Press::of(n).id("e").kind(kind).at(START.plus_s(n.into()));
        ids.push(bench.press(press).await.ticket);
    }
    let list = async |open, limit, offset| {
        let page = TicketPage { limit, offset };
        let found = bench.store.tickets(&[longwen()], open, page).await.unwrap();
        found.into_iter().map(|ticket| ticket.id).collect::<Vec<TicketId>>()
    };
    assert_eq!(list(true, 50, 0).await, [ids[2], ids[1], ids[0]]);
    assert_eq!(list(true, 1, 1).await, [ids[1]]);
    let (first, second) = (bench.ticket(ids[0]).await, bench.ticket(ids[1]).await);
    for ticket in [&first, &second] {
        bench.change(ticket, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
    }
    assert_eq!(list(true, 50, 0).await, [ids[2]]);
    assert_eq!(list(false, 50, 0).await, [ids[1], ids[0]], "the newest first");
    let page = TicketPage { limit: 1, offset: 0 };
    let open = bench.store.tickets(&[longwen()], true, page).await.unwrap();
    assert_eq!(open[0], bench.ticket(ids[2]).await, "with their deadlines");
    let elsewhere = [DistrictId::new("yunxiao")];
    let page = TicketPage { limit: 50, offset: 0 };
    assert_eq!(bench.store.tickets(&elsewhere, true, page).await.unwrap(), []);
}

pub async fn the_tickets_of_a_span_are_listed_as_they_were_received_open_and_closed(bench: Bench) {
    bench.seniors(1..=5).await;
    let mut ids = Vec::new();
    for n in 1..=5_u32 {
        let press = Press::of(n).id("e").at(START.plus_s(i64::from(10 * n)));
        ids.push(bench.press(press).await.ticket);
    }
    let read = bench.ticket(ids[2]).await;
    bench.change(&read, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
    let list = async |from_s, to_s| {
        let (from, to) = (START.plus_s(from_s), START.plus_s(to_s));
        let found = bench.store.tickets_received(&longwen(), from, to).await.unwrap();
        found.into_iter().map(|ticket| ticket.id).collect::<Vec<TicketId>>()
    };
    assert_eq!(list(0, 100).await, ids);
    assert_eq!(list(20, 40).await, ids[1..3], "the beginning belongs to it, the end does not");
    assert_eq!(list(51, 100).await, []);
    let span = (START, START.plus_s(100));
    let elsewhere = DistrictId::new("yunxiao");
    assert_eq!(bench.store.tickets_received(&elsewhere, span.0, span.1).await.unwrap(), []);
    let found = bench.store.tickets_received(&longwen(), span.0, span.1).await.unwrap();
    let closed = Ticket { deadlines: Vec::new(), ..bench.ticket(ids[2]).await };
    assert_eq!(found[2], closed);
    let damage = format!("UPDATE tickets SET state = 'x' WHERE id = '{}'", ids[1]);
    bench.back.execute(&damage).await.unwrap();
    assert_eq!(list(0, 100).await, [ids[0], ids[2], ids[3], ids[4]], "it hides no other");
}

pub async fn the_closed_tickets_of_a_span_are_listed_as_they_were_closed(bench: Bench) {
    bench.seniors([1, 2, 3, 4]).await;
    let mut ids = Vec::new();
    for n in [1, 2, 3, 4] {
        ids.push(bench.opened(n).await.id);
    }
    // Closed in another order than they were opened; the last of them is opened again.
    for (n, s) in [(2, 10), (0, 20), (1, 30), (3, 40)] {
        let read = bench.ticket(ids[n]).await;
        let close =
            |t: &mut Ticket, _, p: &Policy| t.close(operator(1), helped(), START.plus_s(s), p);
        bench.change(&read, close).await.unwrap();
    }
    let read = bench.ticket(ids[3]).await;
    let reopen = |t: &mut Ticket, now, p: &Policy| t.reopen(operator(1), "…".into(), now, p);
    bench.change(&read, reopen).await.unwrap();
    let list = async |from_s, to_s| {
        let (from, to) = (START.plus_s(from_s), START.plus_s(to_s));
        let found = bench.store.tickets_closed(&longwen(), from, to).await.unwrap();
        found.into_iter().map(|ticket| ticket.id).collect::<Vec<TicketId>>()
    };
    assert_eq!(list(0, 100).await, [ids[2], ids[0], ids[1]]);
    assert_eq!(list(20, 30).await, [ids[0]], "the beginning belongs to it, the end does not");
    let damage = format!("UPDATE tickets SET state = 'x' WHERE id = '{}'", ids[0]);
    bench.back.execute(&damage).await.unwrap();
    assert_eq!(list(0, 100).await, [ids[2], ids[1]], "it hides no other");
}

pub async fn a_ticket_is_found_by_its_offer_and_by_its_senior(bench: Bench) {
    bench.seniors([1, 2]).await;
    let aides = bench.aides([1]).await;
    let read = bench.opened(1).await;
    bench.change(&read, answers(1)).await.unwrap();
    let read = bench.ticket(read.id).await;
    let asked = bench.change(&read, asks(&bench, &aides[0])).await.unwrap().tickets[0].clone();
    let offer = asked.offers[0].id;
    assert_eq!(bench.store.ticket_of_offer(offer).await.unwrap().as_ref(), Some(&*asked));
    assert_eq!(bench.store.open_emergency_of(senior(1).id).await.unwrap().as_ref(), Some(&*asked));
    assert_eq!(bench.store.open_emergency_of(senior(2).id).await.unwrap(), None);
    let unknown = silverbell_domain::OfferId(asked.id.0);
    assert_eq!(bench.store.ticket_of_offer(unknown).await.unwrap(), None);
    assert_eq!(bench.store.ticket(TicketId(offer.0)).await.unwrap(), None);
}
