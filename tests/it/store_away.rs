//! While the database takes nothing: no device is told that its SOS was kept, and all try again.

use serde_json::json;

use crate::service::{Json, TestService, eventually, hang};

#[tokio::test]
async fn an_sos_that_cannot_be_kept_is_503_and_kept_when_it_is_sent_again() {
    let service = TestService::start().await;
    let device = service.demo.phone(130);
    let hung = hang(&service).await;
    let refused = service.sos(&device.key, device.press("e1").to_string()).await;
    refused.problem(503);
    assert_eq!(refused.header("retry-after"), "2");
    hung.close().await;
    let kept = eventually("the SOS is kept", async || {
        let answer = service.sos(&device.key, device.press("e1").to_string()).await;
        (answer.status == 202).then(|| answer.kept())
    })
    .await;
    let operator = service.log_in("operator1").await;
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!(open.list("/items").len(), 1, "{open:#}");
    assert_eq!(open.text("/items/0/id"), kept.text("/ticket"));
    assert_eq!(open.number("/items/0/signals"), 1, "sent twice, kept once");
}

#[tokio::test]
async fn a_watch_gets_no_ack_for_what_is_not_kept_and_its_line_is_closed() {
    let service = TestService::start().await;
    let watch = service.demo.watch(30);
    let hung = hang(&service).await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    assert_eq!(line.rest().await, "");
    hung.close().await;
    let mut line = service.watch().await;
    line.send(&watch.alarm("00010000")).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    let operator = service.log_in("operator1").await;
    assert_eq!(operator.get("/v1/tickets").await.ok().number("/items/0/signals"), 1);
}

#[tokio::test]
async fn a_service_that_cannot_keep_an_sos_is_not_ready_and_recovers_by_itself() {
    let service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&service.demo.phone(131)).await;
    let hung = hang(&service).await;
    service.get("/readyz").await.problem(503);
    service.get("/healthz").await.is(200);
    assert_eq!(operator.ticket(&ticket).await.text("/id"), ticket, "reading goes on");
    hung.close().await;
    eventually("ready again", async || (service.get("/readyz").await.status == 200).then_some(()))
        .await;
    operator.act(&ticket, "notes", json!({"text": "it works again"})).await.ok();
}
