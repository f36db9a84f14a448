//! What is doubtful is opened and flagged; only what is no alarm at all is refused.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::service::{Answer, Json, TestService, eventually, has_flag};

/// Presses with further facts and returns the ticket.
async fn ticket_after(service: &TestService, facts: Value) -> Value {
    let device = service.demo.phone(20);
    let mut body = device.press("e1");
    body.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    let id = service.sos(&device.key, body.to_string()).await.kept().text("/ticket");
    service.log_in("operator1").await.ticket(&id).await
}

#[tokio::test]
async fn a_body_from_which_no_alarm_can_be_read_is_refused() {
    let service = TestService::start().await;
    let key = service.demo.phone(20).key;
    for body in ["", "SOS", "[1]", "\"sos\"", "7", "null", "\u{0}\u{0}", "x{\"device\":\"d-1\"}"] {
        service.sos(&key, body).await.problem(400);
    }
    for nobody in ["{}", "{", "{\"device\":\"d-00", "{\"device\":NaN}", "{SOS}"] {
        service.sos("not-a-key", nobody).await.problem(400);
    }
    let huge = format!("{{\"device\":\"d-0001\",\"x\":\"{}\"}}", "x".repeat(100_000));
    service.sos(&key, huge).await.problem(413);
    let operator = service.log_in("operator1").await;
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
}

#[tokio::test]
async fn a_body_without_a_device_is_known_by_its_key() {
    let service = TestService::start().await;
    let device = service.demo.phone(20);
    let id = service.sos(&device.key, "{}").await.kept().text("/ticket");
    let ticket = service.log_in("operator1").await.ticket(&id).await;
    assert_eq!(ticket.text("/senior"), device.senior);
    assert!(!has_flag(&ticket, "unverified"));
}

#[tokio::test]
async fn a_damaged_body_is_an_alarm_with_a_flag() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let deep = "[".repeat(200) + &"]".repeat(200);
    let odd = [
        ("\"x\":1e999}", "body_damaged"),
        ("\"battery_pct\":NaN}", "body_damaged"),
        ("\"note\":\"\\ud800\"}", "body_damaged"),
        ("\"note\":\"a\u{1}b\nc\"}", "body_damaged"),
        ("\"battery_pct\":041,}", "body_damaged"),
        ("\"battery_pct\":41}trailing", "body_damaged"),
        (&format!("\"deep\":{deep}}}"), "body_damaged"),
        ("\"position\":{\"lat\":2", "truncated"),
    ];
    for (n, (rest, flag)) in odd.into_iter().enumerate() {
        let device = service.demo.phone(40 + n);
        let body =
            format!("{{\"device\":\"{}\",\"id\":\"e1\",\"kind\":\"fall\",{rest}", device.ident);
        let kept = service.sos(&device.key, body.clone()).await.kept();
        let ticket = operator.ticket(&kept.text("/ticket")).await;
        assert_eq!(ticket.text("/senior"), device.senior, "{rest}");
        assert_eq!(ticket.text("/kind"), "fall", "{rest}");
        assert!(has_flag(&ticket, flag) && !has_flag(&ticket, "unverified"), "{rest}: {ticket:#}");
        let again = service.sos(&device.key, body).await.kept();
        assert_eq!((&again["signal"], &again["duplicate"]), (&kept["signal"], &json!(true)));
    }
}

#[tokio::test]
async fn a_damaged_body_without_a_device_is_known_by_its_key() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    for (n, body) in
        ["{", "{\"device\":\"d-00", "{device:d}", "{\u{0}\u{0}\u{fffd}"].into_iter().enumerate()
    {
        let device = service.demo.phone(50 + n);
        let id = service.sos(&device.key, body).await.kept().text("/ticket");
        let ticket = operator.ticket(&id).await;
        assert_eq!(ticket.text("/senior"), device.senior, "{body}");
        assert!(!has_flag(&ticket, "unverified") && !has_flag(&ticket, "unknown_device"), "{body}");
    }
}

#[tokio::test]
async fn zeros_and_line_ends_around_a_body_are_no_damage() {
    let service = TestService::start().await;
    let device = service.demo.phone(55);
    let body = format!("\r\n{}\r\n\0\0", device.press("e1"));
    let id = service.sos(&device.key, body).await.kept().text("/ticket");
    let ticket = service.log_in("operator1").await.ticket(&id).await;
    assert!(!has_flag(&ticket, "body_damaged") && !has_flag(&ticket, "truncated"), "{ticket:#}");
}

#[tokio::test]
async fn the_whole_body_after_a_cut_one_joins_the_same_ticket() {
    let service = TestService::start().await;
    let device = service.demo.phone(56);
    let whole = device.press("e1").to_string();
    let cut = service.sos(&device.key, whole[..whole.len() - 3].to_owned()).await.kept();
    let then = service.sos(&device.key, whole).await.kept();
    assert_eq!((&then["ticket"], &then["joined"]), (&cut["ticket"], &json!(true)));
    assert_ne!(then["signal"], cut["signal"]);
}

/// Announces a body of 500 bytes and sends only the beginning of it.
async fn half_a_press(service: &TestService, key: &str, beginning: &str) -> TcpStream {
    let address = service.url.strip_prefix("http://").unwrap();
    let mut line = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/sos HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nContent-Length: 500\r\n\r\n"
    );
    line.write_all(format!("{head}{beginning}").as_bytes()).await.unwrap();
    line
}

#[tokio::test]
async fn a_press_whose_connection_breaks_halfway_through_the_body_is_kept() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let named =
        format!("{{\"device\":\"{}\",\"kind\":\"fall\",\"posi", service.demo.phone(57).ident);
    for (n, beginning, kind) in
        [(57, named.as_str(), "fall"), (58, "{\"devi", "sos"), (59, "", "sos")]
    {
        let device = service.demo.phone(n);
        drop(half_a_press(&service, &device.key, beginning).await);
        let ticket = eventually("a ticket", async || {
            let open = operator.get("/v1/tickets").await.ok();
            open.list("/items").iter().find(|ticket| ticket["senior"] == device.senior).cloned()
        })
        .await;
        assert_eq!(ticket.text("/kind"), kind);
        assert!(has_flag(&ticket, "truncated"), "{ticket:#}");
    }
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_kept_and_answered_before_the_device_gives_up() {
    let service = TestService::start().await;
    let device = service.demo.phone(60);
    let mut line = half_a_press(&service, &device.key, &device.press("e1").to_string()).await;
    let mut answer = vec![0; 12];
    line.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 202");
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1);
    assert!(!has_flag(&open.list("/items")[0], "truncated"), "all of it was there: {open:#}");
}

#[tokio::test]
async fn half_a_press_with_a_wrong_key_and_no_name_opens_nothing() {
    let service = TestService::start().await;
    for beginning in ["", "{\"device\":\"d-00"] {
        let mut line = half_a_press(&service, "not-the-key", beginning).await;
        let mut answer = vec![0; 12];
        line.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, b"HTTP/1.1 400");
    }
    let operator = service.log_in("operator1").await;
    assert!(operator.get("/v1/tickets").await.ok().list("/items").is_empty());
}

#[tokio::test]
async fn an_unknown_kind_is_an_sos_with_a_flag() {
    let service = TestService::start().await;
    let ticket = ticket_after(&service, json!({"kind": "bell"})).await;
    assert_eq!(ticket.text("/kind"), "sos");
    assert!(has_flag(&ticket, "kind_unknown"), "{ticket:#}");
}

#[tokio::test]
async fn a_position_of_zero_is_none_and_the_door_stands_in() {
    let service = TestService::start().await;
    let ticket = ticket_after(&service, json!({"position": {"lat": 0, "lon": 0}})).await;
    assert!(has_flag(&ticket, "no_position"), "{ticket:#}");
    assert_eq!(ticket.text("/position/source"), "home");
    let door = service.demo.phone(20).door;
    assert_eq!(ticket.at("/position/lat").as_f64(), Some(door.0));
}

#[tokio::test]
async fn a_position_in_the_wrong_hemisphere_is_doubtful_and_not_believed() {
    let service = TestService::start().await;
    let (lat, lon) = service.demo.phone(20).door;
    let ticket = ticket_after(&service, json!({"position": {"lat": -lat, "lon": lon}})).await;
    assert!(has_flag(&ticket, "position_doubtful"), "{ticket:#}");
    assert_eq!(ticket.text("/position/source"), "home");
}

#[tokio::test]
async fn a_clock_ten_years_off_is_flagged_and_the_press_is_kept() {
    for at in ["2016-01-01T00:00:00Z", "2046-01-01T00:00:00Z"] {
        let service = TestService::start().await;
        let (lat, lon) = service.demo.phone(20).north(40.0);
        let position = json!({"lat": lat, "lon": lon, "at": at});
        let ticket = ticket_after(&service, json!({"at": at, "position": position})).await;
        assert!(has_flag(&ticket, "clock_off"), "{at}: {ticket:#}");
        assert_eq!(ticket.text("/position/source"), "gps", "{at}");
        let (seen, received) = (ticket.text("/position/at"), ticket.text("/times/received"));
        assert!(seen <= received, "a position is never from the future: {seen} > {received}");
    }
}

#[tokio::test]
async fn whatever_else_is_odd_about_a_press_it_is_kept() {
    let service = TestService::start().await;
    let long = "x".repeat(4_000);
    let odd = [
        json!({"battery_pct": -3}),
        json!({"battery_pct": "full", "at": "yesterday"}),
        json!({"position": "here"}),
        json!({"position": {"lat": "24.5", "lon": null}}),
        json!({"at": 1e300, "kind": 7}),
        json!({"id": long}),
        json!({"unknown": {"deep": [[[[[[]]]]]]}}),
    ];
    for (n, facts) in odd.into_iter().enumerate() {
        let device = service.demo.phone(30 + n);
        let mut body = device.press("e1");
        body.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
        service.sos(&device.key, body.to_string()).await.kept();
    }
}

#[tokio::test]
async fn positions_are_taken_with_the_devices_own_key_only() {
    let service = TestService::start().await;
    let (device, other) = (service.demo.phone(21), service.demo.phone(22));
    let (lat, lon) = device.north(10.0);
    let body = json!({"device": device.ident, "positions": [{"lat": lat, "lon": lon}]}).to_string();
    let path = "/v1/positions";
    for key in ["", "not-the-key", other.key.as_str()] {
        service.post_as_device(path, key, body.clone()).await.problem(401);
    }
    let taken = service.post_as_device(path, &device.key, body).await.kept();
    assert_eq!((taken.number("/accepted"), taken.number("/dropped")), (1, 0));
    service.post_as_device(path, &device.key, "{}").await.problem(400);
    let huge = "x".repeat(600_000);
    service.post_as_device(path, &device.key, huge).await.problem(413);
    let many = vec![json!({"lat": lat, "lon": lon}); 1_001];
    let many = json!({"device": device.ident, "positions": many}).to_string();
    service.post_as_device(path, &device.key, many).await.problem(413);
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let aide = service.log_in("aide01").await;
    let method = |method: &str| method.parse::<reqwest::Method>().unwrap();
    let asks: Vec<(u16, reqwest::RequestBuilder)> = vec![
        (404, service.request(method("GET"), "/v1/nothing")),
        (405, service.request(method("DELETE"), "/v1/sos")),
        (405, operator.request(method("PATCH"), "/v1/tickets")),
        (400, operator.request(method("GET"), "/v1/tickets?status=odd")),
        (400, operator.request(method("GET"), "/v1/tickets?limit=many")),
        (400, operator.request(method("GET"), "/v1/tickets?cursor=x")),
        (400, operator.request(method("GET"), "/v1/live?since=yesterday")),
        (400, operator.request(method("GET"), "/v1/live")),
        (400, operator.request(method("GET"), "/v1/tickets/%FF")),
        (400, operator.request(method("POST"), "/v1/tickets").body("{")),
        (422, operator.request(method("POST"), "/v1/tickets").body("{}")),
        (413, operator.request(method("POST"), "/v1/tickets").body("x".repeat(300_000))),
        (422, operator.request(method("POST"), "/v1/seniors/search").body("{}")),
        (422, aide.request(method("PUT"), "/v1/me/duty").body("{\"on_duty\":\"yes\"}")),
        (403, aide.request(method("GET"), "/v1/tickets")),
        (401, service.request(method("GET"), "/v1/session")),
    ];
    let mut wrong = Vec::new();
    for (status, request) in asks {
        let answer = Answer::to(request).await;
        let kind = answer.header("content-type").to_owned();
        // A web socket that was not asked for as one may also be told to upgrade.
        let is_expected = answer.status == status || (status == 400 && answer.status == 426);
        if !is_expected || kind != "application/problem+json" {
            wrong.push(format!("expected {status}, got {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
