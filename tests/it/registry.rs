//! The registry: who is protected, who goes, with which devices, kept by people, by hand and by lists.

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Answer, Json, PASSWORD, Person, TestService, at, eventually, now_ms};

const DAY_MS: i64 = 86_400_000;

/// Somewhere in the district, far from every door that a test asks for.
const ELSEWHERE: (f64, f64) = (24.60, 117.60);

fn senior(name: &str, phone: &str) -> Value {
    json!({
        "name": name, "sex": "female", "born": "1940-11-21", "phone": phone, "village": "蓝田村",
        "address": "蓝田村1号", "access": "邻居有钥匙", "lat": 24.51, "lon": 117.66,
        "category": "over80", "care_level": 2, "conditions": ["高血压"],
        "contacts": [{"name": "林小妹", "relation": "女儿", "phone": "13800001111"}],
    })
}

/// Returns what a senior's file says as a body that changes nothing.
fn as_body(file: &Value) -> Value {
    let mut body = json!({
        "address": file["home"]["address"], "access": file["home"]["access"],
        "lat": file["home"]["lat"], "lon": file["home"]["lon"], "gate": file["home"]["gate"],
        "temporary": file["temporary"],
    });
    for field in [
        "name",
        "sex",
        "born",
        "phone",
        "village",
        "category",
        "tier",
        "care_level",
        "conditions",
        "medicines",
        "allergies",
        "contacts",
        "verified_at",
        "changed_at",
    ] {
        body[field] = file[field].clone();
    }
    for stay in body["temporary"].as_array_mut().into_iter().flatten() {
        stay.as_object_mut().unwrap().remove("in_force");
    }
    body
}

async fn names(by: &Person, q: &str) -> Vec<String> {
    let found = by.post("/v1/seniors/search", json!({"q": q})).await.ok();
    found.list("/items").iter().map(|it| it.text("/name")).collect()
}

async fn send(by: &Person, path: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    Answer::to(by.request(Method::POST, path).body(bytes.into())).await
}

#[tokio::test]
async fn a_senior_is_put_in_changed_and_found_as_the_name_is_spoken() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let new = operator.post("/v1/seniors", senior("单雄信", "0596-7000001")).await.ok();
    let path = format!("/v1/seniors/{}", new.text("/id"));
    for q in ["shanxiongxin", "sxx", "Shan Xiong", "shanxx", "单雄", "05967000001", "7000001"] {
        assert!(names(&operator, q).await.contains(&"单雄信".to_owned()), "{q}");
    }
    assert_eq!(names(&operator, "shanxiongxin").await[0], "单雄信");

    let mut body = as_body(&new);
    body["name"] = json!("曾雄信");
    body["tier"] = json!("home");
    body["gate"] = json!({"lat": 24.512, "lon": 117.661});
    body["verified_at"] = json!(at(now_ms() - DAY_MS));
    let changed = operator.put(&path, body.clone()).await.ok();
    assert_eq!((changed.text("/tier"), changed.text("/residence")), ("home".into(), "home".into()));
    assert_eq!(changed.at("/gate"), &json!({"lat": 24.512, "lon": 117.661}));
    assert!(names(&operator, "zengxx").await.contains(&"曾雄信".to_owned()));
    assert!(names(&operator, "shanxx").await.is_empty());

    // The same once more was read before somebody changed it.
    let late = operator.put(&path, body).await.problem(409);
    assert_eq!(late.text("/current/name"), "曾雄信");
    let lines = operator.get(&format!("{path}/changes")).await.ok();
    let acts: Vec<String> = lines.list("/items").iter().map(|it| it.text("/act")).collect();
    assert_eq!(acts, ["change", "add"]);
    assert_eq!(lines.texts("/items/0/fields"), ["gate", "name", "tier", "verified"]);
    assert!(!lines.to_string().contains("雄信"), "a log holds nobody's name");

    // Address or pins are others: what was looked at was something else.
    let mut moved = as_body(&changed);
    moved["lat"] = json!(24.52);
    assert_eq!(operator.put(&path, moved).await.ok()["verified_at"], Value::Null);
}

#[tokio::test]
async fn what_makes_no_sense_is_said_field_by_field() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut body = senior(" ", "no number");
    body["born"] = json!("2999-01-01");
    body["lat"] = json!(0.0);
    body["lon"] = json!(0.0);
    body["care_level"] = json!(6);
    let refused = operator.post("/v1/seniors", body).await.problem(422);
    let fields: Vec<(String, String)> =
        refused.list("/errors").iter().map(|it| (it.text("/field"), it.text("/code"))).collect();
    let expected = [
        ("name", "missing"),
        ("born", "in_the_future"),
        ("phone", "not_a_phone"),
        ("lat", "no_place"),
        ("care_level", "out_of_range"),
    ];
    assert_eq!(fields, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let mut body = senior("甲", "13800000000");
    body["category"] = json!("rich");
    assert_eq!(
        operator.post("/v1/seniors", body).await.problem(422).text("/errors/0/field"),
        "category"
    );
}

#[tokio::test]
async fn a_temporary_address_in_force_decides_where_people_are_sent() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (here, later) = (service.demo.phone(31), service.demo.phone(32));
    for (device, from) in [(&here, now_ms() - DAY_MS), (&later, now_ms() + DAY_MS)] {
        let path = format!("/v1/seniors/{}", device.senior);
        let mut body = as_body(&operator.get(&path).await.ok()["senior"]);
        body["temporary"] = json!([{
            "address": "女儿家", "access": "3楼", "lat": ELSEWHERE.0, "lon": ELSEWHERE.1,
            "from": at(from), "until": at(from + 3 * DAY_MS), "note": "过冬",
        }]);
        operator.put(&path, body).await.ok();
    }
    let place = async |ticket: String| {
        let file = operator.file(&ticket).await;
        let position = &file["ticket"]["position"];
        assert_eq!(position["source"], "home");
        let seen = (position["lat"].as_f64().unwrap(), position["lon"].as_f64().unwrap());
        (seen, file["senior"].clone())
    };
    let ticket = service.press(&here, "e1").await.text("/ticket");
    let (seen, file) = place(ticket).await;
    assert_eq!(seen, ELSEWHERE);
    assert_eq!(
        (file.text("/residence"), file.text("/address")),
        ("temporary".into(), "女儿家".into())
    );
    assert_ne!(file.text("/home/address"), "女儿家");
    // What `GET` tells at the top is the stay; sent back with `home`, it does not become the home.
    let path = format!("/v1/seniors/{}", here.senior);
    let read = operator.get(&path).await.ok()["senior"].clone();
    let mut body = as_body(&read);
    for field in ["address", "access", "lat", "lon", "gate", "home"] {
        body[field] = read[field].clone();
    }
    let kept = operator.put(&path, body).await.ok();
    assert_eq!(kept["home"], read["home"]);
    let ticket = service.press(&later, "e1").await.text("/ticket");
    let (seen, file) = place(ticket).await;
    assert_eq!((seen, file.text("/residence")), (later.door, "home".into()));
}

#[tokio::test]
async fn whoever_left_the_service_is_never_asked_again_and_can_be_taken_back() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let device = service.demo.phone(41);
    let aide = service.on_duty("aide01", device.north(60.0)).await;
    let other = service.on_duty("aide02", device.north(400.0)).await;
    let id = aide.responder();
    let path = format!("/v1/responders/{id}");
    let file = supervisor.get(&path).await.ok();
    assert_eq!(file["usernames"], json!(["aide01"]));
    let body = |file: &Value, left_at: Value| {
        let mut body = json!({"left_at": left_at});
        for field in
            ["name", "role", "phone", "lat", "lon", "travel", "sex", "dialects", "changed_at"]
        {
            body[field] = file[field].clone();
        }
        body
    };
    let mut feed = service.live(&service.log_in("operator1").await).await;
    let left = supervisor.put(&path, body(&file, json!(at(now_ms())))).await.ok();
    assert_eq!((left["on_duty"].clone(), left["left_at"].is_string()), (json!(false), true));
    supervisor.put(&path, body(&file, Value::Null)).await.problem(409);
    aide.put("/v1/me/duty", json!({"on_duty": true})).await.problem(401);
    assert!(
        service.try_log_in("aide01", PASSWORD).await.is_err_and(|it| it.status == 403),
        "the log-in ends, too"
    );

    let ticket = service.press(&device, "e1").await.text("/ticket");
    let offered = feed.event_on(&ticket, "offered").await;
    assert_eq!(offered.text("/ticket/offers/0/responder"), other.responder());
    let operator = service.log_in("operator1").await;
    let asked = json!({"responder": id, "as": "lead"});
    operator.act(&ticket, "assign", asked).await.problem(422);
    let file = operator.file(&ticket).await;
    assert!(file.list("/candidates").iter().all(|it| it["responder"] != *id));

    let back = supervisor.put(&path, body(&left, Value::Null)).await.ok();
    assert_eq!(back["left_at"], Value::Null);
    aide.duty(true).await;
}

#[tokio::test]
async fn whoever_is_on_a_ticket_does_not_leave_before_it_is_done() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let device = service.demo.phone(42);
    let aide = service.on_duty("aide01", device.north(60.0)).await;
    let mut feed = service.live(&aide).await;
    let ticket = service.press(&device, "e1").await.text("/ticket");
    let offer = feed.event_on(&ticket, "offered").await.text("/offer/offer/id");
    aide.step(&offer, "accept").await.ok();
    let path = format!("/v1/responders/{}", aide.responder());
    let mut body = supervisor.get(&path).await.ok();
    for field in ["id", "district", "on_duty", "usernames", "self_test"] {
        body.as_object_mut().unwrap().remove(field);
    }
    body["left_at"] = json!(at(now_ms()));
    let refused = supervisor.put(&path, body.clone()).await.problem(409);
    assert!(refused.text("/detail").contains("on ticket"), "{refused:#}");

    // Nor by a list; and a list moves no standby place that may be taken for the position.
    let cell = |field: &str| body[field].as_str().unwrap().to_owned();
    let list = |lat: f64, left_at: &str| {
        let (name, phone, lon) = (cell("name"), cell("phone"), body["lon"].as_f64().unwrap());
        format!("name,role,phone,lat,lon,left_at\n{name},aide,{phone},{lat},{lon},{left_at}\n")
    };
    let lat = body["lat"].as_f64().unwrap();
    for (list, code) in [(list(lat, &at(now_ms())), "on_ticket"), (list(lat + 0.01, ""), "on_duty")]
    {
        let refused = send(&supervisor, "/v1/responders/import", list).await.problem(422);
        assert_eq!(refused.text("/errors/0/code"), code);
    }
}

#[tokio::test]
async fn a_device_is_put_in_handed_on_given_a_key_and_taken_out() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let (one, two) = (service.demo.phone(51).senior, service.demo.phone(52).senior);
    let wanted = json!({"senior": one, "protocol": "http", "ident": "pendant-9"});
    let new = supervisor.post_once("/v1/devices", "k1", wanted.clone()).await.ok();
    let (id, key) = (new.text("/device/id"), new.text("/key"));
    let again = supervisor.post_once("/v1/devices", "k1", wanted.clone()).await.ok();
    assert_eq!((again.text("/device/id"), &again["key"]), (id.clone(), &Value::Null));
    supervisor.post("/v1/devices", wanted).await.problem(409);
    let press = |event: &str| json!({"device": "pendant-9", "id": event}).to_string();
    let ticket = service.sos(&key, press("e1")).await.kept().text("/ticket");
    assert_eq!(supervisor.ticket(&ticket).await["senior"], one);

    supervisor.post(&format!("/v1/devices/{id}/move"), json!({"senior": two})).await.ok();
    let ticket = service.sos(&key, press("e2")).await.kept().text("/ticket");
    assert_eq!(supervisor.ticket(&ticket).await["senior"], two);

    let keys = format!("/v1/devices/{id}/key");
    let newer = supervisor.post_once(&keys, "k2", json!({})).await.ok().text("/key");
    let again = supervisor.post_once(&keys, "k2", json!({})).await.ok();
    assert_eq!(again["key"], Value::Null, "the answer was lost, the key in the device still works");
    for (protocol, ident) in
        [("watch", "abc"), ("jt808", "中文"), ("http", "a\u{0}b"), ("gt06", "12")]
    {
        let wanted = json!({"senior": one, "protocol": protocol, "ident": ident});
        let refused = supervisor.post("/v1/devices", wanted).await.problem(422);
        assert_eq!(refused.text("/errors/0/field"), "ident", "{protocol} {ident}");
    }
    let doubted = service.sos(&key, press("e3")).await.kept();
    assert_eq!(doubted["joined"], true);
    service.sos(&newer, press("e4")).await.kept();

    supervisor.delete(&format!("/v1/devices/{id}")).await.is(204);
    supervisor.get(&format!("/v1/devices/{id}")).await.problem(404);
    let stray = service.sos(&newer, press("e5")).await.kept().text("/ticket");
    let stray = supervisor.ticket(&stray).await;
    assert_eq!(stray["senior"], Value::Null, "an alarm of a device that was taken out is opened");
    assert_eq!(supervisor.ticket(&ticket).await["senior"], two, "what it said stays");
    service.run(&["check"]).await.said();
}

#[tokio::test]
async fn each_may_what_is_theirs() {
    let service = TestService::start().await;
    let [aide, operator, supervisor, admin] = [
        service.log_in("aide01").await,
        service.log_in("operator1").await,
        service.log_in("supervisor1").await,
        service.log_in("admin").await,
    ];
    let one = service.demo.phone(61).senior;
    let changes = format!("/v1/seniors/{one}/changes");
    for path in ["/v1/seniors", "/v1/responders", "/v1/districts", &changes] {
        aide.get(path).await.problem(403);
        operator.get(path).await.ok();
    }
    for path in ["/v1/seniors/export", "/v1/responders/export"] {
        operator.get(path).await.problem(403);
        supervisor.get(path).await.is(200);
    }
    let device = json!({"senior": one, "protocol": "http", "ident": "x"});
    operator.post("/v1/devices", device).await.problem(403);
    send(&operator, "/v1/seniors/import?preview=true", "x").await.problem(403);
    aide.post("/v1/seniors", senior("甲", "13800000000")).await.problem(403);
    let district = json!({"name": "龙文", "time_zone": "Asia/Shanghai"});
    let listed = operator.get("/v1/districts").await.ok();
    let slug = listed.text("/items/0/id");
    assert_eq!(listed.number("/items/0/aides"), 37);
    assert_eq!(listed.number("/items/0/rescuers"), 146);
    assert_eq!(listed.number("/items/0/seniors"), 3_620);
    supervisor.put(&format!("/v1/districts/{slug}"), district.clone()).await.problem(403);
    let changed = admin.put(&format!("/v1/districts/{slug}"), district).await.ok();
    assert_eq!(changed.text("/name"), "龙文");
    let wrong = json!({"name": "龙文", "time_zone": "Mars/Olympus"});
    admin.put(&format!("/v1/districts/{slug}"), wrong).await.problem(422);
}

#[tokio::test]
async fn a_list_of_seniors_goes_page_by_page_and_misses_nobody() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = operator.get(&format!("/v1/seniors?limit=500&sort=village{cursor}")).await.ok();
        ids.extend(page.list("/items").iter().map(|it| it.text("/id")));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3_620);
    let some = operator.get("/v1/seniors?category=special_care&limit=5").await.ok();
    assert_eq!(some.list("/items").len(), 5);
    assert!(some.list("/items").iter().all(|it| it["category"] == "special_care"));
}

const HEADER: &str = "name,sex,born,phone,village,address,access,lat,lon,category,care_level,\
conditions,medicines,allergies,contact1_name,contact1_relation,contact1_phone";

fn row(name: &str, phone: &str) -> String {
    format!(
        "{name},女,1940-11-21,{phone},蓝田村,蓝田村9号,\"门\n右边\",24.51,117.66,低保,1,高血压；糖尿病,,,林,女儿,13800002222"
    )
}

#[tokio::test]
async fn a_list_is_looked_at_first_and_then_put_in_all_of_it_or_nothing() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let good = format!(
        "{HEADER}\r\n{}\r\n{}\r\n",
        row("尉迟恭", "13911110001"),
        row("令狐冲", "13911110002")
    );
    let (gb, _, _) = encoding_rs::GB18030.encode(&good);
    let gb = gb.into_owned();
    let seen = send(&supervisor, "/v1/seniors/import?preview=true", gb.clone()).await.ok();
    assert_eq!((seen.number("/new"), seen.text("/encoding")), (2, "gb18030".into()));
    assert!(names(&supervisor, "yuchig").await.is_empty(), "a look changes nothing");

    let bad = good.replace("13911110002", "x").replace("令狐冲,女", "令狐冲,?");
    let refused = send(&supervisor, "/v1/seniors/import", bad.clone()).await.problem(422);
    let errors: Vec<(u64, String)> =
        refused.list("/errors").iter().map(|it| (it.number("/line"), it.text("/column"))).collect();
    assert_eq!(errors, [(4, "sex".to_owned())], "a break in quotes counts as a line");
    assert!(names(&supervisor, "yuchig").await.is_empty());

    let skipped = send(&supervisor, "/v1/seniors/import?skip_bad=true", bad).await.ok();
    assert_eq!((skipped.number("/new"), skipped.number("/bad")), (1, 1));
    let whole = send(&supervisor, "/v1/seniors/import", gb).await.ok();
    assert_eq!((whole.number("/new"), whole.number("/unchanged")), (1, 1));
    assert_eq!(names(&supervisor, "linghuc").await, ["令狐冲"]);

    let spelt_wrong = send(&supervisor, "/v1/seniors/import?previe=true", good).await;
    assert_eq!(spelt_wrong.status, 400, "a look that is spelt wrong is not the thing itself");

    for (bytes, code) in [
        (&b"PK\x03\x04"[..], "xlsx"),
        (b"%PDF-1.4", "pdf"),
        (b"<html><table>", "html"),
        (b"", "empty"),
        (b"a,b\n1,2", "missing_columns"),
    ] {
        let refused = send(&supervisor, "/v1/seniors/import", bytes).await.problem(422);
        assert_eq!(refused.text("/errors/0/code"), code);
    }
    let twice = format!("{HEADER}\n{}\n{}\n", row("甲", "13911110009"), row("甲", "1391111 0009"));
    let refused = send(&supervisor, "/v1/seniors/import?preview=true", twice).await.ok();
    assert_eq!(refused.text("/bad_rows/0/code"), "twice_in_file");
}

#[tokio::test]
async fn what_was_taken_out_is_put_in_again_without_a_change() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    for what in ["seniors", "responders"] {
        let list = supervisor.get(&format!("/v1/{what}/export")).await;
        assert_eq!(list.header("content-type"), "text/csv; charset=utf-8");
        let again = send(&supervisor, &format!("/v1/{what}/import"), list.body.clone()).await.ok();
        let rows = again.number("/rows");
        assert!(rows >= 183, "{again:#}");
        assert_eq!((again.number("/unchanged"), again.number("/bad")), (rows, 0), "{again:#}");
    }
}

#[tokio::test]
async fn a_command_beside_a_running_service_puts_lists_in_and_the_service_notices() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let folder = service.data();
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let bad = format!("{HEADER}\n{}\n{}\n", row("尉迟恭", "13911110001"), row("", "13911110002"));
    let list = write("bad.csv", bad);
    let refused = service.run(&["seniors", "import", &list]).await.refused();
    assert!(refused.contains("line 4, name:"), "{refused}");
    assert!(names(&operator, "yuchig").await.is_empty());
    let said = service.run(&["seniors", "import", &list, "--skip-bad"]).await.said();
    assert!(said.contains("1 seniors new"), "{said}");
    assert_eq!(names(&operator, "yuchig").await, ["尉迟恭"]);

    let people = "name,role,phone,lat,lon,travel,username\n\
                  王新来,aide,13922220001,24.51,117.66,ebike,newaide\n";
    let list = write("people.csv", people.into());
    let said = service.run(&["responders", "import", &list]).await.said();
    let command =
        said.lines().find(|line| line.starts_with("silverbell user add newaide")).unwrap();
    let id = command.rsplit(' ').next().unwrap().to_owned();
    let add = ["user", "add", "newaide", "--role", "aide", "--responder", &id];
    service.run_with(&add, &[], "a long password\n").await.said();
    let aide = service.try_log_in("newaide", "a long password").await.unwrap();
    let duty = json!({"on_duty": true});
    eventually("the service knows the new aide", async || {
        (aide.put("/v1/me/duty", duty.clone()).await.status == 200).then_some(())
    })
    .await;
}
