//! What people really carry, each on its port: an SOS is a ticket and gets its ack; a device's file
//! tells what it last said.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::service::{Device, Json, Person, TestService, frame};

/// The frames of GT06.
mod gt06 {
    use crate::service::Device;

    /// CRC-16/X-25, as the maker's document has it.
    fn crc(bytes: &[u8]) -> u16 {
        !bytes.iter().fold(0xffff, |crc, byte| {
            (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0x8408 } else { crc >> 1 }
            })
        })
    }

    /// A short frame: type, content, running number.
    pub(super) fn frame(kind: u8, content: &[u8], serial: u16) -> Vec<u8> {
        let length = u8::try_from(content.len() + 5).unwrap();
        let inner = [&[length, kind], content, &serial.to_be_bytes()].concat();
        [&[0x78, 0x78][..], &inner, &crc(&inner).to_be_bytes(), &[0x0d, 0x0a]].concat()
    }

    pub(super) fn login(device: &Device) -> Vec<u8> {
        let digits = format!("{:0>16}", device.ident);
        frame(0x01, &hex::decode(digits).unwrap(), 1)
    }

    /// An alarm (0x26) at a place, the SOS code in it.
    pub(super) fn sos(lat: f64, lon: f64) -> Vec<u8> {
        let degrees = |value: f64| ((value * 1_800_000.0).round() as u32).to_be_bytes();
        let time = [26, 11, 22, 2, 3, 4];
        // North, east, located; no speed.
        let place = [&[0xc9][..], &degrees(lat), &degrees(lon), &[0, 0x14, 0]].concat();
        let lbs = [9, 0x01, 0xcc, 0, 0x28, 0x7d, 0, 0x1f, 0xb8];
        frame(0x26, &[&time[..], &place, &lbs, &[0x46, 6, 4, 0x01, 2]].concat(), 2)
    }
}

/// The frames of JT/T 808 of 2013.
mod jt808 {
    use crate::service::Device;

    pub(super) fn frame(id: u16, number: &str, serial: u16, body: &[u8]) -> Vec<u8> {
        let number = hex::decode(format!("{number:0>12}")).unwrap();
        let length = u16::try_from(body.len()).unwrap();
        let mut inner =
            [&id.to_be_bytes()[..], &length.to_be_bytes(), &number, &serial.to_be_bytes(), body]
                .concat();
        inner.push(inner.iter().fold(0, |check, byte| check ^ byte));
        let escaped = inner.iter().flat_map(|&byte| match byte {
            0x7e => vec![0x7d, 2],
            0x7d => vec![0x7d, 1],
            other => vec![other],
        });
        [0x7e].into_iter().chain(escaped).chain([0x7e]).collect()
    }

    /// A location with the emergency flag, at a place.
    pub(super) fn sos(device: &Device, serial: u16, lat: f64, lon: f64) -> Vec<u8> {
        let micro = |value: f64| ((value * 1e6).round() as u32).to_be_bytes();
        let time = [0x26, 0x11, 0x22, 0x10, 0x03, 0x04];
        let body = [
            &1_u32.to_be_bytes()[..],
            &3_u32.to_be_bytes(),
            &micro(lat),
            &micro(lon),
            &[0; 6],
            &time,
        ]
        .concat();
        frame(0x0200, &device.ident, serial, &body)
    }

    /// The platform's general answer.
    pub(super) fn answer(device: &Device, ours: u16, theirs: u16, result: u8) -> Vec<u8> {
        let body = [&theirs.to_be_bytes()[..], &0x0200_u16.to_be_bytes(), &[result]].concat();
        frame(0x8001, &device.ident, ours, &body)
    }
}

/// Returns the open ticket of a device's senior.
async fn ticket_of(operator: &Person, device: &Device) -> Value {
    let open = operator.get("/v1/tickets").await.ok();
    let own = open.list("/items").iter().find(|ticket| ticket["senior"] == device.senior);
    own.unwrap_or_else(|| panic!("no ticket: {open:#}")).clone()
}

/// Returns whether a ticket's place is this, by satellites.
fn is_at(ticket: &Value, (lat, lon): (f64, f64)) -> bool {
    let degrees = |pointer| ticket.at(pointer).as_f64().unwrap();
    let near = |one: f64, other: f64| (one - other).abs() < 1e-4;
    ticket["position"]["source"] == "gps"
        && near(degrees("/position/lat"), lat)
        && near(degrees("/position/lon"), lon)
}

#[tokio::test]
async fn a_gt06_pendants_sos_is_a_ticket_of_who_logged_in() {
    let service = TestService::start().await;
    let (device, operator) = (service.demo.other("gt06", 0), service.log_in("operator1").await);
    let place = device.north(60.0);
    let mut line = service.line("gt06").await;
    line.send(&gt06::login(&device)).await;
    assert_eq!(line.exact(10).await, gt06::frame(0x01, &[], 1));
    line.send(&gt06::sos(place.0, place.1)).await;
    assert_eq!(line.exact(10).await, gt06::frame(0x26, &[], 2));
    let ticket = ticket_of(&operator, &device).await;
    assert_eq!(ticket.text("/kind"), "sos");
    assert!(is_at(&ticket, place), "{ticket:#}");
    // Our own command comes apart: asked where it is.
    assert!(line.exact(20).await.starts_with(&[0x78, 0x78]));
}

#[tokio::test]
async fn a_jt808_terminals_sos_is_confirmed_when_a_person_has_answered() {
    let service = TestService::start().await;
    let (device, operator) = (service.demo.other("jt808", 0), service.log_in("operator1").await);
    let place = device.north(40.0);
    let mut line = service.line("jt808").await;
    line.send(&jt808::sos(&device, 7, place.0, place.1)).await;
    let kept = jt808::answer(&device, 0, 7, 0);
    assert_eq!(line.exact(kept.len()).await, kept);
    let ticket = ticket_of(&operator, &device).await;
    assert!(is_at(&ticket, place), "{ticket:#}");
    assert_eq!(ticket.text("/times/pressed"), "2026-11-22T02:03:04.000Z", "it writes GMT+8");
    operator.act(&ticket.text("/id"), "answer", json!({})).await.ok();
    let locate = jt808::frame(0x8201, &device.ident, 1, &[]);
    let confirmed = jt808::answer(&device, 2, 7, 4);
    let mut said = vec![line.exact(locate.len()).await];
    if said[0] == locate {
        said.push(line.exact(confirmed.len()).await);
        assert_eq!(said[1], confirmed);
    } else {
        // The person was faster than the first question.
        let rest = line.exact(confirmed.len() - locate.len()).await;
        assert_eq!([&said[0][..], &rest].concat(), jt808::answer(&device, 1, 7, 4));
    }
}

#[tokio::test]
async fn leading_zeros_of_a_jt808_number_are_ignored() {
    let service = TestService::start().await;
    let senior = service.demo.phone(3).senior;
    let add = ["device", "add", "--senior", &senior, "--protocol", "jt808", "--id", "00138000009"];
    service.run(&add).await.said();
    let device = Device { ident: "138000009".into(), senior, ..service.demo.phone(3) };
    let mut line = service.line("jt808").await;
    line.send(&jt808::sos(&device, 1, device.door.0, device.door.1)).await;
    line.exact(15).await;
    let operator = service.log_in("operator1").await;
    assert_eq!(ticket_of(&operator, &device).await.text("/kind"), "sos");
}

#[tokio::test]
async fn an_h02_watchs_sos_is_a_ticket_and_an_ordinary_report_none() {
    let service = TestService::start().await;
    let (device, operator) = (service.demo.other("h02", 0), service.log_in("operator1").await);
    let mut line = service.line("h02").await;
    let report = |status: &str| {
        let ident = &device.ident;
        format!(
            "*HQ,{ident},V1,020304,A,2430.6000,N,11739.6000,E,0.00,0,221126,{status},460,0,9346,5223#"
        )
    };
    line.send(report("FFFBFFFF").as_bytes()).await;
    line.exact(b"*HQ,4800100000,V4,V1,20261122020304#".len()).await;
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
    line.send(report("FFFFFFFD").as_bytes()).await;
    line.exact(b"*HQ,4800100000,V4,V1,20261122020304#".len()).await;
    let ticket = ticket_of(&operator, &device).await;
    assert!(is_at(&ticket, (24.51, 117.66)), "{ticket:#}");
}

#[tokio::test]
async fn a_phone_with_osmand_can_call_and_is_answered_200() {
    let service = TestService::start().await;
    let (device, operator) = (service.demo.other("osmand", 0), service.log_in("operator1").await);
    let (lat, lon) = device.north(30.0);
    let url =
        |query: &str| format!("http://{}/?id={}{query}", service.port("osmand"), device.ident);
    let walk = url(&format!("&lat={lat}&lon={lon}&batt=81"));
    assert_eq!(reqwest::get(walk).await.unwrap().status(), 200);
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
    let call = url(&format!("&lat={lat}&lon={lon}&alarm=sos"));
    assert_eq!(reqwest::get(call).await.unwrap().status(), 200);
    assert!(is_at(&ticket_of(&operator, &device).await, (lat, lon)));
    let file = operator.get(&format!("/v1/devices/{}", device.ident)).await.ok();
    assert_eq!((file.number("/battery_pct"), file["protocol"].as_str()), (81, Some("osmand")));
}

#[tokio::test]
async fn owntracks_needs_its_key_to_say_where_it_is_and_none_to_call() {
    let service = TestService::start().await;
    let (device, operator) =
        (service.demo.other("owntracks", 0), service.log_in("operator1").await);
    let (lat, lon) = device.north(30.0);
    let url = format!("http://{}/pub", service.port("owntracks"));
    let send = async |key: &str, more: Value| {
        let mut body = json!({"_type": "location", "topic": device.ident, "lat": lat, "lon": lon,
            "tst": 1_795_313_000, "batt": 77});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let basic = format!("Basic {}", STANDARD.encode(format!("anybody:{key}")));
        let client = reqwest::Client::new();
        let sent = client.post(&url).header("Authorization", basic).body(body.to_string());
        sent.send().await.unwrap().status().as_u16()
    };
    assert_eq!(send("wrong", json!({})).await, 401);
    assert_eq!(send(&device.key, json!({})).await, 200);
    assert_eq!(send("wrong", json!({"alarm": "sos"})).await, 200);
    let ticket = ticket_of(&operator, &device).await;
    assert!(crate::service::has_flag(&ticket, "unverified"), "{ticket:#}");
}

#[tokio::test]
async fn a_devices_file_tells_what_it_last_said_and_its_signals_hold_the_bytes() {
    let service = TestService::start().await;
    let (watch, operator) = (service.demo.watch(4), service.log_in("operator1").await);
    let mut line = service.watch().await;
    let heartbeat = frame(&watch.ident, "LK,0,0,64");
    line.send(&heartbeat).await;
    line.ack().await;
    let path = format!("/v1/devices/{}", watch.ident);
    let file = operator.get(&path).await.ok();
    assert_eq!((file.number("/battery_pct"), file.number("/silent_s")), (64, 0));
    assert_eq!((&file["connected"], &file["position"]), (&json!(true), &Value::Null));
    assert_eq!(file.text("/senior"), watch.senior);
    let whose = operator.get(&format!("/v1/seniors/{}", watch.senior)).await.ok();
    assert_eq!(file.text("/senior_name"), whose.text("/senior/name"));
    let alarm = watch.alarm("00010000");
    line.send(&alarm).await;
    line.ack().await;
    let id = file.text("/id");
    let said = operator.get(&format!("/v1/devices/{id}/signals")).await.ok();
    let raw: Vec<String> = said.list("/items").iter().map(|it| it.text("/raw_hex")).collect();
    assert_eq!(raw, [hex::encode(&alarm), hex::encode(&heartbeat)], "latest first");
    let ticket = ticket_of(&operator, &watch).await;
    assert_eq!(said.text("/items/0/ticket"), ticket.text("/id"));
    let whole = operator.file(&ticket.text("/id")).await;
    let shown: Vec<String> = whole.list("/devices").iter().map(|it| it.text("/device")).collect();
    assert!(shown.contains(&watch.ident), "{shown:?}");
    let aide = service.log_in("aide01").await;
    aide.get(&path).await.problem(403);
    operator.get("/v1/devices/nobody").await.problem(404);
}

#[tokio::test]
async fn a_device_that_nobody_registered_is_shown_and_what_it_says_is_no_ticket() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut line = service.watch().await;
    line.send(&frame("9999999999", "LK,0,0,64")).await;
    line.ack().await;
    let unknown = operator.get("/v1/devices/unknown").await.ok();
    let [only] = unknown.list("/items") else { panic!("{unknown:#}") };
    assert_eq!(
        (only.text("/device"), only.text("/protocol")),
        ("9999999999".into(), "watch".into())
    );
    assert_eq!((only.number("/times"), &only["alarmed"]), (1, &json!(false)));
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
}

#[tokio::test]
async fn a_device_is_asked_to_ring_now_or_when_it_comes_back() {
    let service = TestService::start().await;
    let (watch, operator) = (service.demo.watch(5), service.log_in("operator1").await);
    let path = format!("/v1/devices/{}/commands", watch.ident);
    let waits = operator.post(&path, json!({"command": "ring"})).await.ok();
    assert_eq!(waits.text("/delivery"), "waits");
    let file = format!("/v1/devices/{}", watch.ident);
    let asked = operator.get(&file).await.ok();
    assert_eq!(asked.text("/asked/0/state"), "waits");
    assert!(asked.text("/asked/0/at") < asked.text("/asked/0/until"), "not for ever");
    assert!(waits.text("/until") > asked.text("/asked/0/at"), "{waits:#}");
    let mut line = service.watch().await;
    line.send(&frame(&watch.ident, "LK")).await;
    line.ack().await;
    assert_eq!(line.frame().await, format!("[3G*{}*0004*FIND]", watch.ident));
    let asked = operator.get(&file).await.ok();
    assert_eq!(
        (asked.text("/asked/0/command"), asked.text("/asked/0/state")),
        ("ring".into(), "sent".into())
    );
    let numbers = json!({"command": "sos_numbers", "numbers": ["05962000000", "120"]});
    assert_eq!(operator.post(&path, numbers).await.ok().text("/delivery"), "sent");
    assert_eq!(line.frame().await, format!("[3G*{}*0014*SOS,05962000000,120,]", watch.ident));
    let injected = json!({"command": "sos_numbers", "numbers": ["120]["]});
    operator.post(&path, injected).await.problem(422);
    let phone = format!("/v1/devices/{}/commands", service.demo.phone(1).ident);
    operator.post(&phone, json!({"command": "ring"})).await.problem(409);
}

#[tokio::test]
async fn an_ident_that_two_protocols_know_finds_nobody_by_chance() {
    let service = TestService::start().await;
    let (watch, operator) = (service.demo.watch(6), service.log_in("operator1").await);
    let other = service.demo.phone(7).senior;
    let add = ["device", "add", "--senior", &other, "--protocol", "h02", "--id", &watch.ident];
    service.run(&add).await.said();
    let path = format!("/v1/devices/{}", watch.ident);
    let problem = operator.get(&path).await.problem(409);
    let words = problem.text("/detail");
    assert!(
        words.contains("watch ") && words.contains("h02 ") && words.contains("by the id"),
        "{words}"
    );
    operator.post(&format!("{path}/commands"), json!({"command": "ring"})).await.problem(409);
    let mut alike: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = operator.get(&format!("/v1/devices?limit=500{cursor}")).await.ok();
        let items = page.list("/items").iter();
        alike.extend(items.filter(|it| it["device"] == watch.ident).cloned());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(alike.len(), 2);
    for device in alike {
        let file = operator.get(&format!("/v1/devices/{}", device.text("/id"))).await.ok();
        assert_eq!(file["senior"], device["senior"]);
        assert_eq!(file["senior_name"], device["senior_name"]);
        let its = if file["protocol"] == "watch" { &watch.senior } else { &other };
        assert_eq!(file["senior"], its.as_str());
    }
}

#[tokio::test]
async fn connections_from_one_that_speaks_for_a_watch_lose_nothing_that_the_watch_says() {
    let service = TestService::start().await;
    let (watch, operator) = (service.demo.watch(7), service.log_in("operator1").await);
    let mut lines = Vec::new();
    for _ in 0..6 {
        let mut line = service.watch().await;
        line.send(&frame(&watch.ident, "LK")).await;
        line.ack().await;
        lines.push(line);
    }
    // The youngest is asked, all that are left may speak.
    let ring = format!("/v1/devices/{}/commands", watch.ident);
    assert_eq!(
        operator.post(&ring, json!({"command": "ring"})).await.ok().text("/delivery"),
        "sent"
    );
    let mut youngest = lines.pop().unwrap();
    assert_eq!(youngest.frame().await, format!("[3G*{}*0004*FIND]", watch.ident));
    let mut older = lines.pop().unwrap();
    older.send(&watch.alarm("00010000")).await;
    assert!(older.ack().await.ends_with("*AL]"));
    assert_eq!(ticket_of(&operator, &watch).await.text("/kind"), "sos");
}
