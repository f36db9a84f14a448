//! What devices last said of themselves, and what they said.

use silverbell_domain::{LatLon, Position, PositionSource, Protocol, SignalKind, UnixMs};
use silverbell_testkit::{Press, START, longwen, senior};

use super::{Bench, device, watch};
use crate::{Device, DeviceFilter, DeviceReport, DeviceState, NewDevice};

fn read(new: NewDevice) -> Device {
    let NewDevice { id, district, senior, protocol, ident, key_sha256, model } = new;
    Device { id, district, senior, protocol, ident, key_sha256, model }
}

fn heard(new: &NewDevice, at: UnixMs) -> DeviceState {
    DeviceState {
        device: new.id,
        heard_at: at,
        battery: None,
        position: None,
        pressed_at: None,
        worked_at: None,
    }
}

fn place(at: UnixMs) -> Position {
    let point = LatLon { lat: 24.512_345_6, lon: 117.712_345_6 };
    Position { point, accuracy_m: Some(12.5), source: PositionSource::Cell, at }
}

pub async fn a_device_is_found_by_its_id_and_by_its_senior_with_its_model(bench: Bench) {
    bench.seniors([1, 2]).await;
    let peculiar = NewDevice { model: Some("k10s".into()), ..watch(1) };
    bench.store.put_devices(vec![peculiar.clone()]).await.unwrap();
    let found = bench.store.device_by_id(peculiar.id).await.unwrap();
    assert_eq!(found, Some(read(peculiar.clone())));
    assert_eq!(bench.store.device_by_id(watch(9).id).await.unwrap(), None);
    let theirs = bench.store.devices_of(senior(1).id).await.unwrap();
    assert_eq!(theirs.len(), 2, "the phone and the watch");
    assert!(theirs.contains(&read(peculiar)) && theirs.contains(&read(device(1))));
}

pub async fn of_a_device_each_fact_is_the_newest(bench: Bench) {
    bench.seniors([1]).await;
    let phone = device(1);
    let whole = DeviceState {
        battery: Some((41, START.plus_s(50))),
        position: Some(place(START.plus_s(40))),
        pressed_at: Some(START.plus_s(30)),
        worked_at: Some(START.plus_s(20)),
        ..heard(&phone, START.plus_s(60))
    };
    let state = async || bench.store.device_state(&read(device(1))).await.unwrap();
    assert_eq!(state().await, None);
    bench.store.put_device_states(vec![whole.clone()], whole.heard_at).await.unwrap();
    assert_eq!(state().await, Some(whole.clone()));
    // What lay in the device comes late, and a sign of life says nothing else.
    let late = DeviceState { position: Some(place(START)), ..heard(&phone, START.plus_s(5)) };
    let states = vec![late, heard(&phone, START.plus_s(70))];
    bench.store.put_device_states(states, START.plus_s(70)).await.unwrap();
    assert_eq!(state().await, Some(DeviceState { heard_at: START.plus_s(70), ..whole }));
    // Of a device that is not there nothing is kept.
    bench.store.put_device_states(vec![heard(&watch(9), START)], START).await.unwrap();
}

pub async fn what_was_noted_before_the_clock_was_set_back_holds_up_nothing(bench: Bench) {
    bench.seniors([1]).await;
    let phone = device(1);
    let state = async || bench.store.device_state(&read(device(1))).await.unwrap();
    let ahead = START.plus_s(86_400);
    let whole = DeviceState {
        battery: Some((41, ahead)),
        position: Some(place(ahead)),
        pressed_at: Some(ahead),
        worked_at: Some(ahead),
        ..heard(&phone, ahead)
    };
    bench.store.put_device_states(vec![whole], ahead).await.unwrap();
    let news = DeviceState {
        battery: Some((12, START)),
        position: Some(place(START)),
        ..heard(&phone, START)
    };
    bench.store.put_device_states(vec![news.clone()], START).await.unwrap();
    let now = Some(START);
    assert_eq!(state().await, Some(DeviceState { pressed_at: now, worked_at: now, ..news }));
    // What comes late from before is no news of now either.
    bench.store.put_device_states(vec![heard(&phone, ahead)], START.plus_s(9)).await.unwrap();
    assert_eq!(state().await.map(|state| state.heard_at), Some(START.plus_s(9)));
}

pub async fn a_state_that_cannot_be_read_hides_no_other_device(bench: Bench) {
    bench.seniors([1, 2]).await;
    let placed = |n| DeviceState { position: Some(place(START)), ..heard(&device(n), START) };
    bench.store.put_device_states(vec![placed(1), placed(2)], START).await.unwrap();
    let broken = device(1).id;
    let sql = format!("UPDATE device_states SET position = '{{' WHERE device = '{broken}'");
    bench.back.execute(&sql).await.unwrap();
    let filter = DeviceFilter::default();
    let all = bench.store.devices(&longwen(), filter, None, 10).await.unwrap().devices;
    let read: Vec<_> = all.iter().map(|(device, state)| (device.id, state.is_some())).collect();
    assert_eq!(read, [(device(1).id, false), (device(2).id, true)]);
    // A device that cannot be read ends no list, page by page.
    let sql = format!("UPDATE devices SET protocol = 'pigeon' WHERE id = '{broken}'");
    bench.back.execute(&sql).await.unwrap();
    let (mut read, mut after) = (Vec::new(), None);
    for _ in 0..4 {
        let page = bench.store.devices(&longwen(), filter, after, 1).await.unwrap();
        read.extend(page.devices.into_iter().map(|(device, _)| device.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(read, [device(2).id]);
}

pub async fn the_same_ident_of_two_protocols_is_two_devices_of_two_seniors(bench: Bench) {
    bench.seniors([1, 2]).await;
    let alike = NewDevice { ident: device(1).ident, ..watch(2) };
    bench.store.put_devices(vec![alike.clone()]).await.unwrap();
    for (new, n) in [(device(1), 1), (alike, 2)] {
        let found = bench.store.device(new.protocol, &new.ident).await.unwrap();
        assert_eq!(found.map(|found| (found.id, found.senior)), Some((new.id, senior(n).id)));
    }
    let over = |protocol, n: u8| Press::unknown("d-1").over(protocol).bytes(&[n]);
    let watch = bench.press(over(Protocol::Watch, 1)).await;
    let phone = bench.press(over(Protocol::Http, 2)).await;
    let nobody = bench.press(over(Protocol::H02, 3)).await;
    let whose = async |id| bench.ticket(id).await.senior;
    assert_eq!(whose(watch.ticket).await, Some(senior(2).id));
    assert_eq!(whose(phone.ticket).await, Some(senior(1).id));
    assert_eq!(whose(nobody.ticket).await, None);
}

pub async fn seniors_are_named(bench: Bench) {
    bench.seniors([1, 2, 3]).await;
    let asked = [senior(3).id, senior(1).id, senior(9).id];
    let mut names = bench.store.senior_names(&asked).await.unwrap();
    names.sort();
    let mut expected = vec![(senior(1).id, senior(1).name), (senior(3).id, senior(3).name)];
    expected.sort();
    assert_eq!(names, expected);
}

pub async fn devices_are_listed_by_what_is_the_matter_page_by_page(bench: Bench) {
    bench.seniors([1, 2, 3]).await;
    let low = DeviceState { battery: Some((9, START)), ..heard(&device(1), START) };
    let pressed =
        DeviceState { pressed_at: Some(START.plus_s(90)), ..heard(&device(2), START.plus_s(90)) };
    bench.store.put_device_states(vec![low, pressed], START.plus_s(90)).await.unwrap();
    let listed = async |filter, after, limit| {
        let found = bench.store.devices(&longwen(), filter, after, limit).await.unwrap();
        found.devices.into_iter().map(|(device, _)| device.id).collect::<Vec<_>>()
    };
    let all = listed(DeviceFilter::default(), None, 10).await;
    assert_eq!(all.len(), 3);
    assert_eq!(listed(DeviceFilter::default(), Some(all[0]), 1).await, [all[1]]);
    let silent = DeviceFilter { silent_since: Some(START.plus_s(60)), ..DeviceFilter::default() };
    assert_eq!(listed(silent, None, 10).await, [device(1).id], "who never spoke is not silent");
    let empty = DeviceFilter { battery_at_most: Some(9), ..DeviceFilter::default() };
    assert_eq!(listed(empty, None, 10).await, [device(1).id]);
    let ahead = DeviceFilter { heard_after: Some(START), ..DeviceFilter::default() };
    assert_eq!(listed(ahead, None, 10).await, [device(2).id]);
    let untested =
        DeviceFilter { unpressed_since: Some(START.plus_s(60)), ..DeviceFilter::default() };
    assert_eq!(listed(untested, None, 10).await, [device(1).id, device(3).id]);
}

pub async fn what_a_device_said_is_listed_with_its_alarms_latest_first(bench: Bench) {
    bench.seniors([1]).await;
    let report = |n: u8, at: UnixMs| DeviceReport {
        district: longwen(),
        device: device(1).id,
        received_at: at,
        kinds: vec![SignalKind::LowBattery, SignalKind::Position],
        battery_pct: Some(n),
        position: Some(place(at)),
        raw: vec![n, 0, 0xff],
    };
    let alarm = bench.press(Press::of(1)).await;
    let (old, new) = (START.plus_s(-60), START.plus_s(3_600));
    bench.store.append_device_reports(vec![report(1, old), report(2, new)]).await.unwrap();
    let said = bench.store.device_signals(&read(device(1)), START.plus_s(-30), 10).await.unwrap();
    assert_eq!(said.len(), 2, "what is older is left out");
    assert_eq!((said[0].raw.clone(), said[0].battery_pct), (vec![2, 0, 0xff], Some(2)));
    assert_eq!(said[0].kinds, [SignalKind::LowBattery, SignalKind::Position]);
    assert_eq!((said[1].ticket, &said[1].kinds[..]), (Some(alarm.ticket), &[SignalKind::Sos][..]));
    assert_eq!(bench.store.device_signals(&read(device(1)), START, 1).await.unwrap().len(), 1);
    bench.store.purge(new, START, START, START).await.unwrap();
    let left = bench.store.device_signals(&read(device(1)), old, 10).await.unwrap();
    assert_eq!(left.len(), 2, "reports age, alarms stay");
}

pub async fn a_seniors_tickets_are_listed_latest_first(bench: Bench) {
    bench.seniors([1, 2]).await;
    let (one, other) = (bench.opened(1).await, bench.opened(2).await);
    let theirs = bench.store.tickets_of(senior(1).id, 10).await.unwrap();
    assert_eq!(theirs.iter().map(|it| it.id).collect::<Vec<_>>(), [one.id]);
    assert_ne!(one.id, other.id);
}
