//! Keys and door codes: nobody reads a code without an assignment, and every look is on record.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::service::{Answer, Database, Json, Person, TestService, eventually, run};

/// A code that nothing else contains.
const CODE: &str = "739146#零八";

/// Puts a door code into the register and returns its identity.
async fn put_code(operator: &Person, senior: &str) -> String {
    let body = json!({"kind": "code", "place": "西侧单元门", "code": CODE});
    let key = operator.post_once(&format!("/v1/seniors/{senior}/keys"), "put-code", body).await;
    key.ok().text("/id")
}

async fn put_key(operator: &Person, senior: &str) -> String {
    let body = json!({"kind": "key", "place": "邻居家", "note": "两把"});
    operator.post(&format!("/v1/seniors/{senior}/keys"), body).await.ok().text("/id")
}

async fn read_code(person: &Person, key: &str, ticket: &str) -> Answer {
    person.post(&format!("/v1/keys/{key}/code"), json!({"ticket": ticket})).await
}

async fn log_of(service: &TestService, key: &str) -> Vec<Value> {
    let supervisor = service.log_in("supervisor1").await;
    supervisor.get(&format!("/v1/keys/{key}/log")).await.ok().list("/items").to_vec()
}

/// Who, what and why not, the latest first.
fn readings(log: &[Value]) -> Vec<(bool, Option<&str>)> {
    let reads = log.iter().filter(|line| line["act"] == "read");
    reads.map(|line| (line["allowed"] == true, line["why"].as_str())).collect()
}

fn picture(middle: &[u8]) -> Vec<u8> {
    let head = b"\xff\xd8\xff\xe0\x00\x07JFIF\x00";
    let size = b"\xff\xc0\x00\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\x00";
    let scan = b"\xff\xda\x00\x04\x01\x02";
    [&head[..], middle, size, scan, b"the door of the house at dusk", b"\xff\xd9"].concat()
}

/// A segment of a JPEG that says where it was taken.
fn place_taken() -> Vec<u8> {
    let content = b"Exif\0\0GPS 24.5114 117.6612";
    [b"\xff\xe1", &u16::try_from(content.len() + 2).unwrap().to_be_bytes()[..], content].concat()
}

async fn send_photo(person: &Person, ticket: &str, what: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/v1/tickets/{ticket}/photos?what={what}");
    let request = person.request(Method::POST, &path).header(CONTENT_TYPE, "image/jpeg");
    Answer::to(request.body(bytes)).await
}

async fn look_at(person: &Person, photo: &str) -> (u16, String, Vec<u8>) {
    let response = person.request(Method::GET, &format!("/v1/photos/{photo}")).send().await;
    let response = response.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status().as_u16(), kind, response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn nobody_reads_a_code_without_an_assignment() {
    let service = TestService::start().await;
    let (device, elsewhere) = (service.demo.phone(61), service.demo.phone(62));
    let operator = service.log_in("operator1").await;
    let other = service.log_in("operator2").await;
    let supervisor = service.log_in("supervisor1").await;
    let key = put_code(&operator, &device.senior).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;

    // No ticket at all, for nobody.
    for person in [&operator, &supervisor, &aide] {
        person.post(&format!("/v1/keys/{key}/code"), json!({})).await.problem(403);
    }
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    assert_eq!(aide.get(&format!("/v1/offers/{offer}")).await.ok()["keys"], json!([]));
    // Asked is not on the way; at the desk is not owning.
    for person in [&operator, &supervisor, &aide] {
        read_code(person, &key, &ticket).await.problem(403);
    }
    operator.act(&ticket, "answer", json!({})).await.ok();
    for person in [&other, &supervisor] {
        read_code(person, &key, &ticket).await.problem(403);
    }
    let shown = read_code(&operator, &key, &ticket).await;
    assert_eq!(shown.ok().text("/code"), CODE);
    assert_eq!(shown.header("cache-control"), "no-store");
    aide.step(&offer, "accept").await.ok();
    let file = aide.get(&format!("/v1/offers/{offer}")).await;
    assert_eq!(file.ok().text("/keys/0/place"), "西侧单元门");
    assert!(!file.body.contains(CODE));
    assert_eq!(read_code(&aide, &key, &ticket).await.ok().text("/code"), CODE);

    // Both places are taken, so that the next aide is free for another ticket.
    let rescuer = service.log_in("rescuer001").await.responder();
    let support = json!({"responder": rescuer, "as": "support"});
    operator.act(&ticket, "assign", support).await.ok();
    // An aide of another ticket, with either ticket's name; and nobody's.
    let stranger = service.on_duty("aide02", elsewhere.north(50.0)).await;
    let mut strangers_phone = service.live(&stranger).await;
    let foreign = service.open(&elsewhere).await;
    let foreign_offer = strangers_phone.offer_on(&foreign).await.text("/offer/id");
    stranger.step(&foreign_offer, "accept").await.ok();
    for ticket in [&*ticket, &*foreign, "019a0000-0000-7000-8000-000000000000", "x"] {
        read_code(&stranger, &key, ticket).await.problem(403);
    }
    aide.step(&offer, "on-scene").await.ok();
    assert_eq!(read_code(&aide, &key, &ticket).await.ok().text("/code"), CODE);
    aide.step(&offer, "done").await.ok();
    read_code(&aide, &key, &ticket).await.problem(403);
    operator.act(&ticket, "close", json!({"outcome": "helped"})).await.ok();
    read_code(&operator, &key, &ticket).await.problem(403);
    // A question is no reason to open a door.
    let body = json!({"senior": device.senior, "channel": "call", "kind": "consult"});
    let question = operator.post("/v1/tickets", body).await.ok().text("/id");
    operator.act(&question, "answer", json!({})).await.ok();
    read_code(&operator, &key, &question).await.problem(403);

    let log = log_of(&service, &key).await;
    let reads = readings(&log);
    let allowed = reads.iter().filter(|(allowed, _)| *allowed).count();
    assert_eq!((allowed, reads.len()), (3, 3 + 3 + 3 + 2 + 4 + 3), "{log:#?}");
    let why: Vec<_> = reads.iter().filter_map(|(_, why)| *why).collect();
    assert_eq!(why[..3], ["not_this_kind", "ticket_closed", "not_engaged"]);
    let last: std::collections::BTreeSet<_> = why.into_iter().collect();
    let words = ["another_senior", "no_ticket", "not_engaged", "not_owner", "not_this_kind"];
    assert!(words.iter().all(|word| last.contains(word)), "{last:?}");
    let history = operator.file(&ticket).await;
    let read = history.list("/timeline").iter().filter(|entry| entry["event"] == "code_read");
    let read: Vec<&Value> = read.collect();
    assert_eq!(read.len(), 3, "each reading is a line of the history");
    assert!(read.iter().all(|entry| entry["data"] == json!({"key": key})));
    assert!(!history.to_string().contains(CODE));
    let told: Vec<String> = phone.messages().iter().map(ToString::to_string).collect();
    assert!(told.iter().all(|message| !message.contains(CODE)));
    assert!(!service.log().contains(CODE));
}

#[tokio::test]
async fn whoever_was_withdrawn_reads_no_code() {
    let service = TestService::start().await;
    let device = service.demo.phone(61);
    let operator = service.log_in("operator1").await;
    let key = put_code(&operator, &device.senior).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    aide.step(&offer, "accept").await.ok();
    assert_eq!(read_code(&aide, &key, &ticket).await.ok().text("/code"), CODE);
    operator.step(&offer, "withdraw").await.ok();
    read_code(&aide, &key, &ticket).await.problem(403);
    assert_eq!(aide.get(&format!("/v1/offers/{offer}")).await.ok()["keys"], json!([]));
}

#[tokio::test]
async fn the_register_is_kept_by_operators_and_changed_by_supervisors() {
    let service = TestService::start().await;
    let senior = service.demo.phone(61).senior;
    let path = format!("/v1/seniors/{senior}/keys");
    let [operator, supervisor, aide] =
        [service.log_in("operator1"), service.log_in("supervisor1"), service.log_in("aide01")];
    let (operator, supervisor, aide) = tokio::join!(operator, supervisor, aide);
    for bad in [
        json!({"kind": "code", "place": "门"}),
        json!({"kind": "code", "place": "门", "code": " "}),
        json!({"kind": "code", "place": "门", "code": 4711}),
        json!({"kind": "key", "place": "门", "code": "1"}),
        json!({"kind": "key", "place": " "}),
        json!({"kind": "door", "place": "门"}),
        json!({"kind": "key"}),
    ] {
        let refused = operator.post(&path, bad.clone()).await.problem(422);
        assert!(!refused.to_string().contains("4711"), "{refused}");
    }
    aide.post(&path, json!({"kind": "key", "place": "门"})).await.problem(403);
    aide.get(&path).await.problem(403);
    aide.get("/v1/keys?out=true").await.problem(403);

    let code = put_code(&operator, &senior).await;
    let body = json!({"kind": "code", "place": "西侧单元门", "code": CODE});
    let again = operator.post_once(&path, "put-code", body).await.ok();
    assert_eq!(again.text("/id"), code, "said twice it is there once");
    let other = json!({"kind": "code", "place": "西侧单元门", "code": "1"});
    operator.post_once(&path, "put-code", other).await.problem(422);
    let listed = operator.get(&path).await;
    assert_eq!(listed.ok().list("/items").iter().filter(|key| key["id"] == code).count(), 1);
    assert!(!listed.body.contains(CODE));

    operator.post(&format!("/v1/keys/{code}"), json!({"note": "x"})).await.problem(403);
    operator.get(&format!("/v1/keys/{code}/log")).await.problem(403);
    supervisor.post(&format!("/v1/keys/{code}"), json!({})).await.problem(422);
    let changed = json!({"place": "东侧单元门", "code": "新0000#"});
    let changed = supervisor.post(&format!("/v1/keys/{code}"), changed).await.ok();
    assert_eq!(changed.text("/place"), "东侧单元门");
    let ticket = service.open(&service.demo.phone(61)).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    assert_eq!(read_code(&operator, &code, &ticket).await.ok().text("/code"), "新0000#");
    let retire = json!({"retire": "换锁了"});
    let retired = supervisor.post(&format!("/v1/keys/{code}"), retire.clone()).await.ok();
    assert_eq!(retired["retired"], true);
    supervisor.post(&format!("/v1/keys/{code}"), retire).await.problem(409);
    read_code(&operator, &code, &ticket).await.problem(403);
    let listed = operator.get(&path).await.ok();
    assert!(listed.list("/items").iter().all(|key| key["id"] != code), "listed no more");
    let acts: Vec<String> =
        log_of(&service, &code).await.iter().map(|line| line.text("/act")).collect();
    assert_eq!(acts, ["read", "retire", "read", "change", "add"]);
}

#[tokio::test]
async fn a_key_is_out_once_at_a_time_and_who_has_it_is_said() {
    let service = TestService::start().await;
    let device = service.demo.phone(61);
    let operators = [service.log_in("operator1").await, service.log_in("operator2").await];
    let [operator, other] = &operators;
    let key = put_key(operator, &device.senior).await;
    let [one, two] = [service.log_in("aide01").await, service.log_in("aide02").await];
    let take = |to: &Person| json!({"to": to.responder(), "note": "送饭"});
    let path = format!("/v1/keys/{key}/sign-out");
    let (first, second) =
        tokio::join!(operator.post(&path, take(&one)), other.post(&path, take(&two)));
    let (taken, refused) = if first.status == 200 { (first, second) } else { (second, first) };
    let to = taken.ok().text("/out/to");
    let current = refused.problem(409);
    assert_eq!(current.text("/current/out/to"), to, "the other one is told who has it");
    assert!(!current.text("/current/out/name").is_empty());
    let out = operator.get("/v1/keys?out=true").await.ok();
    let out = out.list("/items").iter().find(|it| it["id"] == key).unwrap();
    assert_eq!((out.text("/out/to"), &out["overdue"]), (to, &json!(false)));
    operator.get("/v1/keys").await.problem(400);

    let home = operator.post(&format!("/v1/keys/{key}/sign-in"), json!({})).await.ok();
    assert_eq!(home["out"], Value::Null);
    operator.post(&format!("/v1/keys/{key}/sign-in"), json!({})).await.problem(409);
    let nobody = json!({"to": "019a0000-0000-7000-8000-000000000000"});
    operator.post(&path, nobody).await.problem(422);
    let code = put_code(operator, &device.senior).await;
    let carried = format!("/v1/keys/{code}/sign-out");
    operator.post(&carried, take(&one)).await.problem(422);
    one.post(&path, take(&one)).await.problem(403);
    let acts: Vec<String> =
        log_of(&service, &key).await.iter().map(|line| line.text("/act")).collect();
    assert_eq!(acts, ["sign_in", "sign_out", "add"]);
}

#[tokio::test]
async fn photos_are_for_who_is_on_the_way_and_lose_where_they_were_taken() {
    let service = TestService::start().await;
    let device = service.demo.phone(61);
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    let (taken, kept) = (picture(&place_taken()), picture(&[]));
    send_photo(&aide, &ticket, "before", taken.clone()).await.problem(403);
    aide.step(&offer, "accept").await.ok();
    let told = send_photo(&aide, &ticket, "before", taken.clone()).await.ok();
    let before = told.text("/photos/0/id");
    assert_eq!(told.text("/photos/0/what"), "before");
    let after = send_photo(&operator, &ticket, "after", taken).await.ok().text("/photos/1/id");
    for (person, photo) in [(&aide, &before), (&operator, &before), (&aide, &after)] {
        let (status, kind, bytes) = look_at(person, photo).await;
        assert_eq!((status, &*kind, &bytes), (200, "image/jpeg", &kept));
    }
    let other = service.log_in("aide02").await;
    assert_eq!(look_at(&other, &before).await.0, 403);
    for step in ["on-scene", "done"] {
        aide.step(&offer, step).await.ok();
    }
    assert_eq!(look_at(&aide, &before).await.0, 403);
    send_photo(&aide, &ticket, "after", kept.clone()).await.problem(403);
    let supervisor = service.log_in("supervisor1").await;
    let log = supervisor.get(&format!("/v1/photos/{before}/log")).await.ok();
    let looks: Vec<_> = log.list("/items").iter().map(|line| line["allowed"] == true).collect();
    assert_eq!(looks, [false, false, true, true]);
    let history = operator.file(&ticket).await;
    let added = history.list("/timeline").iter().filter(|entry| entry["event"] == "photo_added");
    assert_eq!(added.count(), 2);

    for (bytes, status) in [
        (b"GIF89a".to_vec(), 415),
        (Vec::new(), 415),
        (kept[..kept.len() - 2].to_vec(), 415),
        (vec![0xff; 8 * 1024 * 1024 + 1], 413),
    ] {
        send_photo(&operator, &ticket, "other", bytes).await.problem(status);
    }
    send_photo(&operator, &ticket, "sideways", kept.clone()).await.problem(400);
    // Larger than any other request may be.
    let large = [&kept[..kept.len() - 2], &vec![7; 3_000_000], b"\xff\xd9"].concat();
    send_photo(&operator, &ticket, "other", large.clone()).await.ok();
    for _ in 3..20 {
        send_photo(&operator, &ticket, "other", kept.clone()).await.ok();
    }
    let full = send_photo(&operator, &ticket, "other", kept.clone()).await.problem(409);
    assert_eq!(full.list("/current/photos").len(), 20);
    let path = format!("/v1/tickets/{ticket}/notes");
    operator.post(&path, json!({"text": "x".repeat(300_000)})).await.problem(413);
}

#[tokio::test]
async fn a_photo_that_is_sent_again_is_there_once() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(61)).await;
    let path = format!("/v1/tickets/{ticket}/photos?what=before");
    let send = async || {
        let request = operator.request(Method::POST, &path).header("idempotency-key", "photo-1");
        Answer::to(request.body(picture(&[]))).await.ok()
    };
    let (first, again) = tokio::join!(send(), send());
    assert_eq!(first["photos"], again["photos"]);
    assert_eq!(send().await["photos"], first["photos"]);
}

/// Looks for bytes in everything that a data directory holds.
fn is_anywhere(folder: &std::path::Path, wanted: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        path.is_file()
            && std::fs::read(path).unwrap().windows(wanted.len()).any(|bytes| bytes == wanted)
    })
}

#[tokio::test]
async fn neither_the_database_nor_a_backup_gives_a_code_or_a_photo_away_and_the_key_opens_both() {
    let mut service = TestService::start().await;
    let device = service.demo.phone(61);
    let operator = service.log_in("operator1").await;
    let code = put_code(&operator, &device.senior).await;
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    assert_eq!(read_code(&operator, &code, &ticket).await.ok().text("/code"), CODE);
    let sent = send_photo(&operator, &ticket, "before", picture(&[])).await.ok();
    let photo = sent.text("/photos/0/id");
    let copy = service.data().with_file_name("copy.gz");
    service.run(&["backup", copy.to_str().unwrap()]).await.said();
    service.stop().await;
    for secret in [CODE.as_bytes(), b"the door of the house at dusk"] {
        assert!(!is_anywhere(&service.data(), secret));
    }
    // The request's fingerprint gives nobody codes to try either.
    let tried = std::fs::read(service.data().join("data-key")).unwrap();

    std::fs::remove_dir_all(service.data()).unwrap();
    service.database = service.database.empty().await;
    let restored = service.run(&["restore", copy.to_str().unwrap()]).await.said();
    assert!(restored.contains("sound") && restored.contains("another data key"), "{restored}");
    service.start_again().await;
    let operator = operator.at(&service.url);
    let unreadable = read_code(&operator, &code, &ticket).await.problem(409);
    assert!(unreadable.text("/detail").contains("server.data_key"), "{unreadable}");
    assert_eq!(look_at(&operator, &photo).await.0, 409);
    eventually("the log says so", async || {
        service.log().contains("were sealed with another data key").then_some(())
    })
    .await;
    assert!(service.run(&["check"]).await.refused().contains("another data key"));
    // Nothing else is the worse for it.
    service.press(&service.demo.phone(63), "e2").await;

    service.stop().await;
    std::fs::write(service.data().join("data-key"), tried).unwrap();
    service.start_again().await;
    let operator = operator.at(&service.url);
    assert_eq!(read_code(&operator, &code, &ticket).await.ok().text("/code"), CODE);
    assert_eq!(look_at(&operator, &photo).await.2, picture(&[]));
    assert!(service.run(&["check"]).await.said().contains("sound"));
}

#[tokio::test]
async fn a_key_that_is_set_beats_the_file_and_a_damaged_file_stops_no_sos() {
    let key = "17".repeat(32);
    let service = TestService::with(&[("server.data_key", &key)]).await;
    let device = service.demo.phone(61);
    let operator = service.log_in("operator1").await;
    let code = put_code(&operator, &device.senior).await;
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    assert_eq!(read_code(&operator, &code, &ticket).await.ok().text("/code"), CODE);
    assert!(!service.log().contains(&key));
    drop(service);

    let mut service = TestService::start().await;
    service.stop().await;
    std::fs::write(service.data().join("data-key"), "hush").unwrap();
    service.start_again().await;
    assert!(service.log().contains("there is no data key"));
    assert!(!service.log().contains("hush"));
    let ticket = service.open(&device).await;
    let operator = service.log_in("operator1").await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    let body = json!({"kind": "code", "place": "门", "code": CODE});
    operator.post(&format!("/v1/seniors/{}/keys", device.senior), body).await.problem(503);
    let body = json!({"kind": "key", "place": "门"});
    operator.post(&format!("/v1/seniors/{}/keys", device.senior), body).await.ok();
}

#[tokio::test]
async fn the_demo_has_keys_and_codes_that_can_be_read() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let device = service.demo.phone(0);
    let listed = operator.get(&format!("/v1/seniors/{}/keys", device.senior)).await.ok();
    let listed = listed.list("/items");
    let of = |kind: &str| listed.iter().find(|key| key["kind"] == kind).unwrap().text("/id");
    let (code, _, _) = (of("code"), of("key"), of("card"));
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", json!({})).await.ok();
    let shown = read_code(&operator, &code, &ticket).await.ok().text("/code");
    assert!(shown.len() >= 4 && shown.starts_with(|c: char| c.is_ascii_digit()), "{shown}");
    let access = operator.file(&ticket).await.text("/senior/access");
    assert!(!access.contains(&shown), "codes are in the register, not in the file: {access}");
    if let Database::Embedded = service.database {
        let nowhere = tempfile::tempdir().unwrap();
        let said = run(nowhere.path(), &["check"], &[], "").await.refused();
        assert!(said.contains("no database yet"), "nothing is made by looking: {said}");
        assert!(!nowhere.path().join("data-key").exists());
    }
}

async fn send_face(person: &Person, senior: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/v1/seniors/{senior}/face");
    let request = person.request(Method::PUT, &path).header(CONTENT_TYPE, "image/jpeg");
    Answer::to(request.body(bytes)).await
}

async fn face(person: &Person, senior: &str, ticket: &str) -> (u16, Vec<u8>) {
    let path = format!("/v1/seniors/{senior}/face?ticket={ticket}");
    let response = person.request(Method::GET, &path).send().await.unwrap();
    (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_face_is_seen_by_operators_and_by_whoever_goes_to_this_senior() {
    let service = TestService::start().await;
    let (device, elsewhere) = (service.demo.phone(61), service.demo.phone(62));
    let operator = service.log_in("operator1").await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let mut phone = service.live(&aide).await;
    let (taken, kept) = (picture(&place_taken()), picture(&[]));
    let file = format!("/v1/seniors/{}", device.senior);
    assert_eq!(operator.get(&file).await.ok()["face_at"], Value::Null);
    assert_eq!(send_face(&operator, &device.senior, taken.clone()).await.status, 204);
    assert!(operator.get(&file).await.ok()["face_at"].is_string());
    send_face(&aide, &device.senior, taken).await.problem(403);
    // Few bytes that say they are 400 million points would stop the page in the first moment of an alarm.
    let bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x01\0\0\0\0crc!";
    let nothing = b"\xff\xd8\xff\xd9".to_vec();
    for (bytes, status) in [
        (b"GIF89a".to_vec(), 415),
        (nothing, 415),
        (bomb.to_vec(), 413),
        (vec![0xff; 1024 * 1024 + 1], 413),
    ] {
        send_face(&operator, &device.senior, bytes).await.problem(status);
    }

    let ticket = service.open(&device).await;
    let offer = phone.offer_on(&ticket).await.text("/offer/id");
    assert_eq!(face(&operator, &device.senior, &ticket).await, (200, kept.clone()));
    assert_eq!(face(&aide, &device.senior, &ticket).await.0, 403, "not before accepting");
    aide.step(&offer, "accept").await.ok();
    let own = aide.get(&format!("/v1/offers/{offer}")).await.ok();
    assert!(own["face_at"].is_string(), "{own}");
    assert_eq!(face(&aide, &device.senior, &ticket).await, (200, kept));
    assert_eq!(face(&aide, &elsewhere.senior, &ticket).await.0, 403, "another senior's");
    assert_eq!(aide.get(&format!("{file}/face")).await.status, 403, "without naming the ticket");

    assert_eq!(operator.delete(&format!("{file}/face")).await.status, 204);
    assert_eq!(operator.get(&file).await.ok()["face_at"], Value::Null);
    assert_eq!(face(&operator, &device.senior, &ticket).await.0, 404);
}
