//! What a device is promised: no press is lost, none is counted twice.

use serde_json::json;

use crate::service::{Json, TestService, has_flag, offers_to};

#[tokio::test]
async fn the_same_press_again_is_answered_with_the_first_answer() {
    let service = TestService::start().await;
    let device = service.demo.phone(1);
    let first = service.press(&device, "boot3-0042").await;
    assert_eq!((&first["joined"], &first["duplicate"]), (&json!(false), &json!(false)));
    for _ in 0..3 {
        let again = service.press(&device, "boot3-0042").await;
        assert_eq!(again["duplicate"], true);
        for fact in ["signal", "ticket", "joined"] {
            assert_eq!(again[fact], first[fact], "{fact}");
        }
    }
    let operator = service.log_in("operator1").await;
    assert_eq!(operator.ticket(&first.text("/ticket")).await.number("/signals"), 1);
}

#[tokio::test]
async fn the_same_id_with_other_bytes_is_a_new_signal_that_joins_with_a_flag() {
    let service = TestService::start().await;
    let device = service.demo.phone(1);
    let first = service.press(&device, "e1").await;
    let mut other = device.press("e1");
    other["battery_pct"] = json!(7);
    let second = service.sos(&device.key, other.to_string()).await.kept();
    assert_eq!((&second["joined"], &second["duplicate"]), (&json!(true), &json!(false)));
    assert_eq!(second["ticket"], first["ticket"]);
    assert_ne!(second["signal"], first["signal"]);
    let operator = service.log_in("operator1").await;
    let ticket = operator.ticket(&first.text("/ticket")).await;
    assert!(has_flag(&ticket, "id_reused"), "{ticket:#}");
    assert_eq!(ticket.number("/signals"), 2);
}

#[tokio::test]
async fn a_press_without_an_id_is_a_duplicate_by_its_bytes() {
    let service = TestService::start().await;
    let device = service.demo.phone(1);
    let body = json!({"device": device.ident}).to_string();
    let first = service.sos(&device.key, body.clone()).await.kept();
    let again = service.sos(&device.key, body).await.kept();
    assert_eq!((&again["signal"], &again["duplicate"]), (&first["signal"], &json!(true)));
}

#[tokio::test]
async fn a_wrong_key_opens_the_seniors_ticket_unverified_and_waits_before_anybody_is_sent() {
    let service = TestService::with(&[("dispatch.unverified_after_s", "1")]).await;
    let device = service.demo.phone(2);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    service.on_duty("aide01", device.north(100.0)).await;
    let forged = service.sos("not-the-key", device.press("e1").to_string()).await.kept();
    let id = forged.text("/ticket");
    let ticket = feed.event_on(&id, "ticket_opened").await["ticket"].clone();
    assert_eq!(ticket.text("/senior"), device.senior);
    assert!(has_flag(&ticket, "unverified"), "{ticket:#}");
    feed.event_on(&id, "offered").await;
    let names: Vec<String> = feed.events().iter().map(|event| event.text("/event")).collect();
    assert_eq!(names[..3], ["ticket_opened", "hold_ended", "offered"]);
}

#[tokio::test]
async fn a_press_with_the_right_key_clears_the_doubt_and_people_are_sent_at_once() {
    let service = TestService::with(&[("dispatch.unverified_after_s", "600")]).await;
    let device = service.demo.phone(2);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let aide = service.on_duty("aide01", device.north(100.0)).await;
    let id = service.sos("", device.press("e1").to_string()).await.kept().text("/ticket");
    let held = operator.ticket(&id).await;
    assert!(has_flag(&held, "unverified") && held.list("/offers").is_empty(), "{held:#}");
    let real = service.press(&device, "e1").await;
    assert_eq!(real["duplicate"], false, "a wrong key never occupies an id");
    assert_eq!((real.text("/ticket"), &real["joined"]), (id.clone(), &json!(true)));
    let offered = feed.event_on(&id, "offered").await["ticket"].clone();
    assert!(!has_flag(&offered, "unverified"), "{offered:#}");
    assert_eq!(offers_to(&offered, &aide.responder()).len(), 1);
}

#[tokio::test]
async fn an_operator_who_vouches_ends_the_wait() {
    let service = TestService::with(&[("dispatch.unverified_after_s", "600")]).await;
    let device = service.demo.phone(2);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    service.on_duty("aide01", device.north(100.0)).await;
    let id = service.sos("wrong", device.press("e1").to_string()).await.kept().text("/ticket");
    let verified = operator.act(&id, "verify", json!({})).await.ok();
    assert!(!has_flag(&verified, "unverified"));
    feed.event_on(&id, "offered").await;
}

#[tokio::test]
async fn a_repeated_press_joins_the_open_ticket_and_raises_its_urgency() {
    let service = TestService::start().await;
    let device = service.demo.phone(3);
    let mut help = device.press("e1");
    help["kind"] = json!("help");
    let first = service.sos(&device.key, help.to_string()).await.kept();
    let operator = service.log_in("operator1").await;
    let mut urgencies = vec![operator.ticket(&first.text("/ticket")).await.number("/urgency")];
    for press in ["e2", "e3"] {
        let again = service.press(&device, press).await;
        assert_eq!((&again["ticket"], &again["joined"]), (&first["ticket"], &json!(true)));
        assert_ne!(again["signal"], first["signal"], "every press is kept");
        urgencies.push(operator.ticket(&first.text("/ticket")).await.number("/urgency"));
    }
    assert!(urgencies[0] > urgencies[1], "{urgencies:?}");
    assert_eq!(urgencies[2], 1, "{urgencies:?}");
    let ticket = operator.ticket(&first.text("/ticket")).await;
    assert_eq!((ticket.text("/kind"), ticket.number("/signals")), ("sos".into(), 3));
}

#[tokio::test]
async fn sixty_four_presses_at_once_are_one_ticket_and_all_are_kept() {
    let service = TestService::start().await;
    let device = service.demo.phone(4);
    let names: Vec<String> = (0..64).map(|n| format!("e{n}")).collect();
    let presses = names.iter().map(|name| service.press(&device, name));
    let answers = futures_util::future::join_all(presses).await;
    let ticket = answers[0].text("/ticket");
    assert!(answers.iter().all(|answer| answer.text("/ticket") == ticket));
    assert_eq!(answers.iter().filter(|answer| answer["joined"] == false).count(), 1);
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1);
    assert_eq!(operator.ticket(&ticket).await.number("/signals"), 64);
}

#[tokio::test]
async fn a_phone_and_a_watch_of_one_senior_share_the_ticket() {
    let service = TestService::start().await;
    let watch = service.demo.watch(0);
    let phone = (0..200).map(|n| service.demo.phone(n)).find(|phone| phone.senior == watch.senior);
    let opened = service.open(&phone.expect("the first watch's senior has a phone")).await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    line.ack().await;
    let operator = service.log_in("operator1").await;
    let ticket = operator.ticket(&opened).await;
    assert_eq!(ticket.number("/signals"), 2, "{ticket:#}");
}

#[tokio::test]
async fn a_new_position_of_the_device_moves_the_place_of_the_open_ticket() {
    let service = TestService::start().await;
    let device = service.demo.phone(5);
    let id = service.open(&device).await;
    let operator = service.log_in("operator1").await;
    assert_eq!(operator.ticket(&id).await.text("/position/source"), "home");
    let (lat, lon) = device.north(350.0);
    let body = json!({"device": device.ident, "positions": [{"lat": lat, "lon": lon}]});
    service.post_as_device("/v1/positions", &device.key, body.to_string()).await.kept();
    let position = operator.ticket(&id).await["position"].clone();
    assert_eq!(position.text("/source"), "gps");
    assert!((position["lat"].as_f64().unwrap() - lat).abs() < 1e-6, "{position:#}");
}
