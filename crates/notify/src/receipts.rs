//! Receipts: what gateways tell us of messages they took, `POST /v1/receipts`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use metrics::counter;
use serde::{Deserialize, Serialize};
use silverbell_domain::{Clock, UnixMs};
use silverbell_web::{Problem, parse_rfc3339};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::without_numbers;
use crate::message::Message;
use crate::outbox::Outbox;
use crate::ports::{Progress, Receipts, Report};
use crate::settings::Secret;
use crate::signature::{SIGNATURE_HEADER, verify};

/// A receipt is a few lines.
const MAX_BODY: usize = 8 * 1024;

/// When a gateway may try again, seconds.
const RETRY_AFTER_S: u32 = 5;

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReceiptState)]
pub enum State {
    /// It reached the telephone.
    Delivered,
    /// It was lost on the way, or the call was not answered.
    Failed,
    /// The call was answered.
    Answered,
    /// Whoever was called pressed a key.
    Key,
}

/// A receipt as it is sent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Receipt {
    /// The message's id, as we gave it.
    pub(crate) id: Uuid,
    /// How far it has come.
    pub(crate) state: State,
    /// With `key`: which, `0` to `9`, `*` or `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// When, RFC 3339; now when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    /// With `failed`: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// A receipt that was verified and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldReceipt {
    /// The message.
    pub message: Uuid,
    /// When; never in the future.
    pub at: UnixMs,
    /// What.
    pub progress: Progress,
}

/// Why a receipt is not believed, or cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    /// We do not know what it should be signed with.
    #[error("receipts are not taken: no secret is set (notify.receipt_secret)")]
    NoSecret,
    /// It is not signed.
    #[error("the receipt is not signed: send Silverbell-Signature: t=<unix seconds>,v1=<hex>")]
    NoSignature,
    /// Somebody else signed it, or something was changed.
    #[error("the receipt's signature is not right: sign \"t.body\" with the secret that both know")]
    Forged,
    /// It was signed long ago, or will be.
    #[error("the receipt was signed more than five minutes before or after now: check the clocks")]
    Stale,
    /// It is no receipt.
    #[error("the receipt cannot be read: {0}")]
    Unreadable(&'static str),
}

impl BadReceipt {
    /// Returns a word for what is counted.
    const fn word(&self) -> &'static str {
        match self {
            Self::NoSecret => "no_secret",
            Self::NoSignature => "no_signature",
            Self::Forged => "forged",
            Self::Stale => "stale",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Verifies and reads a receipt.
///
/// # Errors
/// [`BadReceipt`], in words.
pub fn read_receipt(
    secret: &Secret,
    signature: &str,
    body: &[u8],
    now: UnixMs,
) -> Result<ToldReceipt, BadReceipt> {
    verify(secret, signature, body, now)?;
    let words =
        "send {\"id\",\"state\":\"delivered|failed|answered|key\",\"key\",\"at\",\"reason\"}";
    let receipt: Receipt =
        serde_json::from_slice(body).map_err(|_| BadReceipt::Unreadable(words))?;
    let at = match &receipt.at {
        None => now,
        Some(at) => parse_rfc3339(at).ok_or(BadReceipt::Unreadable("at: a time as in RFC 3339"))?,
    };
    let progress = match receipt.state {
        State::Delivered => Progress::Delivered,
        State::Answered => Progress::Answered,
        State::Failed => {
            let reason = receipt.reason.as_deref().map(without_numbers);
            Progress::Failed { reason: reason.unwrap_or_else(|| "without a reason".into()) }
        }
        State::Key => {
            let is_key = |key: &String| matches!(key.as_bytes(), [b'0'..=b'9' | b'*' | b'#']);
            let key = receipt.key.filter(is_key);
            let key = key.ok_or(BadReceipt::Unreadable("key: one of 0 to 9, * and #"))?;
            Progress::Acknowledged { key }
        }
    };
    Ok(ToldReceipt { message: receipt.id, at: at.min(now), progress })
}

/// Who takes receipts.
#[derive(Clone)]
pub struct ReceiptDesk {
    /// What they are signed with.
    pub secret: Secret,
    /// Who hears of them.
    pub receipts: Arc<dyn Receipts>,
    /// The messages.
    pub outbox: Arc<dyn Outbox>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The part of the OpenAPI document that gateways need.
#[derive(OpenApi)]
#[openapi(components(schemas(Problem)))]
struct ReceiptDoc;

/// Returns the route of receipts.
pub fn router(desk: ReceiptDesk) -> OpenApiRouter {
    routes().with_state(desk)
}

/// Returns the OpenAPI document of the route of receipts.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<ReceiptDesk> {
    let route = OpenApiRouter::new().routes(routes!(receipt));
    OpenApiRouter::with_openapi(ReceiptDoc::openapi())
        .merge(route.layer(DefaultBodyLimit::max(MAX_BODY)))
}

/// A gateway tells what became of a message that it took. The same receipt may come again.
#[utoipa::path(post, path = "/v1/receipts", tag = "gateways",
    params(("Silverbell-Signature" = String, Header,
        description = "`t=<unix seconds>,v1=<HMAC-SHA256 of \"t.body\", hex>`")),
    request_body = Receipt,
    responses(
        (status = 204, description = "Noted"),
        (status = 401, description = "Not signed, or not by who knows the secret", body = Problem),
        (status = 404, description = "There is no such message", body = Problem),
        (status = 413, description = "Longer than 8 KiB", body = Problem),
        (status = 422, description = "It cannot be read", body = Problem),
        (status = 503, description = "Not now: send it again", body = Problem),
    ))]
async fn receipt(
    Shared(desk): Shared<ReceiptDesk>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let body = body.map_err(|refused| {
        let status = refused.status();
        let detail = if status == StatusCode::PAYLOAD_TOO_LARGE {
            "the receipt is longer than 8 KiB"
        } else {
            "the receipt did not arrive whole"
        };
        Problem::new(status, detail)
    })?;
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    let told = read_receipt(&desk.secret, signature.unwrap_or(""), &body, desk.clock.now());
    let told = told.inspect_err(|bad| {
        counter!("silverbell_receipts_refused_total", "why" => bad.word()).increment(1);
    });
    let told = told.map_err(|bad| match bad {
        BadReceipt::NoSecret | BadReceipt::NoSignature | BadReceipt::Forged | BadReceipt::Stale => {
            Problem::unauthorized(bad.to_string())
        }
        BadReceipt::Unreadable(_) => Problem::unprocessable(bad.to_string()),
    })?;
    let message = desk.outbox.message(told.message).await.map_err(|error| {
        Problem::unavailable(format!("the receipt cannot be kept: {error}"), RETRY_AFTER_S)
    })?;
    let message = message.ok_or_else(|| Problem::not_found("there is no such message"))?;
    let about = Message::read(&message.payload).ok().map(|message| message.about);
    let report = Report {
        message: told.message,
        ticket: message.ticket,
        about,
        at: told.at,
        progress: told.progress,
    };
    match desk.receipts.report(report).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(Problem::unavailable(error.to_string(), RETRY_AFTER_S)),
    }
}

#[cfg(test)]
mod tests {
    use silverbell_testkit::{START, nth_uuid};

    use super::*;
    use crate::signature::sign;

    fn read(body: &str) -> Result<ToldReceipt, BadReceipt> {
        let secret = Secret::new("s");
        let signature = sign(&secret, START, body.as_bytes()).expect("signed");
        read_receipt(&secret, &signature, body.as_bytes(), START)
    }

    fn body(rest: &str) -> String {
        format!("{{\"id\":\"{}\",{rest}}}", nth_uuid(1, 1))
    }

    #[test]
    fn every_state_is_read() {
        let failed = Progress::Failed { reason: "busy: …".into() };
        for (rest, progress) in [
            (r#""state":"delivered""#, Progress::Delivered),
            (r#""state":"answered","at":null"#, Progress::Answered),
            (r#""state":"failed","reason":"busy: 13800001111""#, failed),
            (r#""state":"key","key":"1""#, Progress::Acknowledged { key: "1".into() }),
        ] {
            let told = ToldReceipt { message: nth_uuid(1, 1), at: START, progress };
            assert_eq!(read(&body(rest)), Ok(told));
        }
    }

    #[test]
    fn its_time_is_believed_unless_it_is_to_come() {
        let at = |text: &str| {
            read(&body(&format!("\"state\":\"delivered\",\"at\":\"{text}\""))).map(|told| told.at)
        };
        assert_eq!(at("2026-11-21T10:03:01+08:00"), Ok(START.plus_s(-3)));
        assert_eq!(at("2036-11-21T02:03:04Z"), Ok(START));
        assert!(at("soon").is_err());
    }

    #[test]
    fn what_is_no_receipt_is_said_in_words() {
        for rest in [
            r#""state":"eaten""#,
            r#""state":"key""#,
            r#""state":"key","key":"12""#,
            r#""state":"key","key":"x""#,
        ] {
            assert!(matches!(read(&body(rest)), Err(BadReceipt::Unreadable(_))), "{rest}");
        }
        assert!(read("[]").expect_err("no receipt").to_string().contains("cannot be read"));
    }

    #[test]
    fn a_forged_receipt_is_not_read_at_all() {
        let body = body(r#""state":"delivered""#);
        let secret = Secret::new("s");
        let signature = sign(&Secret::new("other"), START, body.as_bytes()).expect("signed");
        let read = |signature: &str| read_receipt(&secret, signature, body.as_bytes(), START);
        assert_eq!(read(&signature), Err(BadReceipt::Forged));
        assert_eq!(read(""), Err(BadReceipt::NoSignature));
    }
}
