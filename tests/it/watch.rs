//! Watches on their TCP port: what a frame means, and the answer it gets.

use crate::service::{Json, TestService, frame, has_flag};

#[tokio::test]
async fn a_watchs_sos_gets_exactly_its_ack_and_opens_the_seniors_ticket() {
    let service = TestService::start().await;
    let watch = service.demo.watch(0);
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    assert_eq!(line.frame().await, format!("[3G*{}*0002*AL]", watch.ident));
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    let ticket = &open.list("/items")[0];
    assert_eq!(ticket.text("/senior"), watch.senior);
    assert_eq!(ticket.text("/kind"), "sos");
    assert!(!has_flag(ticket, "unverified"), "watches have no keys: {ticket:#}");
    assert_eq!(ticket.text("/times/pressed"), "2026-11-21T02:03:04.000Z");
    // The service's own command is another write, after the ack.
    assert_eq!(line.frame().await, format!("[3G*{}*0002*CR]", watch.ident));
}

#[tokio::test]
async fn a_fall_is_a_fall_and_an_sos_beside_it_is_an_sos() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    for (n, status, kind) in
        [(1, "00200000", "fall"), (2, "00400000", "fall"), (3, "00210000", "sos")]
    {
        let watch = service.demo.watch(n);
        let mut line = service.watch().await;
        line.send(&watch.alarm(status)).await;
        line.ack().await;
        let open = operator.get("/v1/tickets").await.ok();
        let own = open.list("/items").iter().find(|ticket| ticket["senior"] == watch.senior);
        assert_eq!(own.expect("a ticket").text("/kind"), kind, "status {status}");
    }
}

#[tokio::test]
async fn a_low_battery_beside_an_sos_hides_nothing() {
    let service = TestService::start().await;
    let watch = service.demo.watch(1);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00030001")).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    let ticket = feed.event("ticket_opened").await["ticket"].clone();
    assert_eq!(ticket.text("/kind"), "sos");
    assert!(has_flag(&ticket, "low_battery"), "{ticket:#}");
}

#[tokio::test]
async fn a_low_battery_alone_is_acknowledged_and_opens_nothing() {
    let service = TestService::start().await;
    let (low, pressed) = (service.demo.watch(1), service.demo.watch(2));
    let mut line = service.watch().await;
    line.send(&low.alarm("00020000")).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", low.ident));
    line.send(&pressed.alarm("00010000")).await;
    line.ack().await;
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    let seniors: Vec<String> =
        open.list("/items").iter().map(|ticket| ticket.text("/senior")).collect();
    assert_eq!(seniors, [pressed.senior]);
}

#[tokio::test]
async fn an_alarm_frame_that_names_no_alarm_is_an_sos_with_a_flag() {
    let service = TestService::start().await;
    let watch = service.demo.watch(3);
    let mut line = service.watch().await;
    line.send(&frame(&watch.ident, "AL")).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert!(has_flag(&open.list("/items")[0], "alarm_unspecified"), "{open:#}");
}

#[tokio::test]
async fn a_heartbeat_is_acknowledged_and_its_index_repeated() {
    let service = TestService::start().await;
    let ident = service.demo.watch(4).ident;
    let mut line = service.watch().await;
    line.send(&frame(&ident, "LK,0,0,88")).await;
    assert_eq!(line.frame().await, format!("[3G*{ident}*0002*LK]"));
    line.send(format!("[ZJ*{ident}*0035*0009*LK,0,0,88]").as_bytes()).await;
    assert_eq!(line.frame().await, format!("[ZJ*{ident}*0035*0002*LK]"));
    line.send(&frame(&ident, "INIT,1,1")).await;
    assert_eq!(line.frame().await, format!("[3G*{ident}*0006*INIT,1]"));
}

#[tokio::test]
async fn the_same_alarm_sent_again_is_acknowledged_and_counted_once() {
    let service = TestService::start().await;
    let watch = service.demo.watch(5);
    for _ in 0..3 {
        let mut line = service.watch().await;
        line.send(&watch.alarm("00010000")).await;
        assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    }
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1);
    assert_eq!(open.list("/items")[0].number("/signals"), 1);
}

#[tokio::test]
async fn a_watchs_position_moves_the_place_of_its_open_ticket() {
    let service = TestService::start().await;
    let watch = service.demo.watch(6);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    line.ack().await;
    let (lat, lon) = watch.north(300.0);
    let report =
        format!("UD,010120,000000,A,{lat:.6},N,{lon:.6},E,0,0,0,9,90,88,0,0,00000000,0,0,0");
    line.send(&frame(&watch.ident, &report)).await;
    let ticket = feed.event("located").await["ticket"].clone();
    assert_eq!(ticket.text("/position/source"), "gps");
    assert!((ticket.at("/position/lat").as_f64().unwrap() - lat).abs() < 1e-5, "{ticket:#}");
}

#[tokio::test]
async fn an_odd_ident_has_its_ticket_and_its_ack_byte_for_byte() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let long = "7".repeat(33);
    let longer = "7".repeat(1_000);
    for (n, ident) in ["老王的手表", "a b", "d-17/x", &long, &longer].into_iter().enumerate() {
        let mut line = service.watch().await;
        line.send(&frame(ident, "AL,210726,020304,V")).await;
        assert_eq!(line.ack().await, format!("[3G*{ident}*0002*AL]"));
        let open = operator.get("/v1/tickets").await.ok();
        assert_eq!(open.list("/items").len(), n + 1, "{ident}: {open:#}");
        assert!(has_flag(&open.list("/items")[0], "unknown_device"), "{open:#}");
    }
}

#[tokio::test]
async fn an_ident_padded_with_zeros_is_the_watch_it_is() {
    let service = TestService::start().await;
    let watch = service.demo.watch(1);
    let mut line = service.watch().await;
    line.send(&frame(&format!("{}\0\0", watch.ident), "AL,210726,020304,V")).await;
    assert_eq!(line.ack().await, format!("[3G*{}\0\0*0002*AL]", watch.ident));
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items")[0].text("/senior"), watch.senior);
}
