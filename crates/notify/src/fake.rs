//! A gateway for tests and demos: a real server that sends nothing to anybody.
//!
//! Whatever is posted to any path is a message: one of ours to a telephone, or a webhook's. It is
//! recorded once for each `Idempotency-Key`. `GET /messages` shows what it took, `GET /` what was tried
//! and what it answered, `POST /mode {"mode":"error"}` changes how it behaves.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use silverbell_domain::Clock;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::http::{Client, Trust};
use crate::night::Night;
use crate::phone::IDEMPOTENCY_KEY;
use crate::receipts::{self, Receipt};
use crate::settings::{Secret, SettingsError, read_url};
use crate::signature::{SIGNATURE_HEADER, sign};

/// So many messages are recorded; later ones are answered and forgotten.
const RECORDED: usize = 20_000;

/// Longer than anybody waits for a gateway.
const SLOW: Duration = Duration::from_secs(8);

/// What `busy` asks for, seconds.
const BUSY_S: &str = "2";

/// How a fake gateway behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Takes every message.
    #[default]
    Ok,
    /// Takes it and answers too late.
    Slow,
    /// Answers 500 and takes nothing.
    Error,
    /// Takes it, and the answer is lost.
    AcceptAndLose,
    /// Takes every message, and sends each receipt twice.
    Twice,
    /// Answers 429, come again in two seconds.
    Busy,
    /// Answers 400, for good.
    Refuse,
    /// Answers 200 and says that it does not accept it.
    NotAccepted,
    /// Answers 302, to itself.
    Redirect,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        serde_json::from_value(word.into()).map_err(|_| {
            "ok, slow, error, accept-and-lose, twice, busy, refuse, not-accepted or redirect".into()
        })
    }
}

/// Where a fake gateway sends receipts: `delivered`, and key 1 where keys may be pressed.
#[derive(Clone, Debug)]
pub struct FakeReceipts {
    /// Where to.
    pub url: String,
    /// What they are signed with.
    pub secret: Secret,
}

/// A message that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Came {
    /// Its `Idempotency-Key`.
    pub key: String,
    /// The body.
    pub body: Value,
    /// The header `Silverbell-Signature`, of webhooks.
    pub signature: Option<String>,
    /// Whether it had a bearer token.
    pub has_token: bool,
    /// How often it came.
    pub times: u32,
}

/// A fake gateway. Cheap to clone.
#[derive(Clone)]
pub struct FakeGateway(Arc<Inner>);

struct Inner {
    came: Mutex<Record>,
    night: Mutex<Night>,
    mode: Mutex<Mode>,
    receipts: Option<(Client, Uri, Secret)>,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Record {
    messages: Vec<Came>,
    by_key: HashMap<String, usize>,
}

impl FakeGateway {
    /// Returns a gateway that behaves so.
    ///
    /// # Errors
    /// When receipts cannot be sent there.
    pub fn new(
        mode: Mode,
        receipts: Option<FakeReceipts>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        let receipts = match receipts {
            None => None,
            Some(FakeReceipts { url, secret }) => {
                let trust = Trust::of_the_system()
                    .map_err(|error| SettingsError(format!("TLS cannot be used: {error}")))?;
                let url = read_url("--receipts", &url)?;
                Some((Client::new(&trust, true, 4), url, secret))
            }
        };
        let tasks = TaskTracker::new();
        let (came, night, mode) = (Mutex::default(), Mutex::default(), Mutex::new(mode));
        Ok(Self(Arc::new(Inner { came, night, mode, receipts, clock, tasks })))
    }

    /// Returns its routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(night).fallback(take))
            .route("/messages", get(messages))
            .route("/mode", post(change))
            .fallback(take)
            .with_state(self.clone())
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: CancellationToken,
    ) -> std::io::Result<()> {
        let router = self.router();
        axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
    }

    /// Serves on a free port of this machine, in a task of its own, and returns its address.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(&self, stop: CancellationToken) -> std::io::Result<SocketAddr> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let gateway = self.clone();
        tokio::spawn(async move { gateway.serve(listener, stop).await });
        Ok(address)
    }

    /// Changes how it behaves.
    pub fn behave(&self, mode: Mode) {
        *self.0.mode.lock() = mode;
    }

    /// Returns what was recorded, in order.
    #[must_use]
    pub fn messages(&self) -> Vec<Came> {
        self.0.came.lock().messages.clone()
    }

    /// Notes what is answered to somebody.
    fn note(&self, headers: &HeaderMap, body: &[u8], answer: &'static str) {
        let key = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).unwrap_or("");
        let body = serde_json::from_slice(body).unwrap_or_default();
        self.0.night.lock().note(key, &body, self.0.clock.now(), answer);
    }

    /// Records a message. Returns whether it is a repeat.
    fn record(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let text =
            |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let key = text(IDEMPOTENCY_KEY).unwrap_or_default();
        let mut record = self.0.came.lock();
        if let Some(came) = record.by_key.get(&key).copied() {
            record.messages[came].times += 1;
            return true;
        }
        if record.messages.len() < RECORDED {
            let n = record.messages.len();
            record.by_key.insert(key.clone(), n);
            record.messages.push(Came {
                key,
                body: serde_json::from_slice(body).unwrap_or_default(),
                signature: text(SIGNATURE_HEADER),
                has_token: headers.contains_key(header::AUTHORIZATION),
                times: 1,
            });
        }
        false
    }

    /// Sends the receipts of a message that was taken, if it sends any.
    fn acknowledge(&self, body: &[u8], times: u32) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let id = body["id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let (Some(id), Some(_)) = (id, &self.0.receipts) else { return };
        let has_keys = body["keys"].as_array().is_some_and(|keys| !keys.is_empty());
        let gateway = self.clone();
        self.0.tasks.spawn(async move {
            for _ in 0..times {
                gateway.send(id, receipts::State::Delivered, None).await;
            }
            for _ in 0..if has_keys { times } else { 0 } {
                gateway.send(id, receipts::State::Key, Some("1".into())).await;
            }
        });
    }

    async fn send(&self, id: Uuid, state: receipts::State, key: Option<String>) {
        let Some((client, url, secret)) = &self.0.receipts else { return };
        let receipt = Receipt { id, state, key, at: None, reason: None };
        let body = serde_json::to_vec(&receipt).unwrap_or_default();
        let signature = sign(secret, self.0.clock.now(), &body);
        let signature = signature.and_then(|text| HeaderValue::from_str(&text).ok());
        let name = HeaderName::from_static(SIGNATURE_HEADER);
        let headers = HeaderMap::from_iter(signature.map(|signature| (name, signature)));
        match client.post(url, headers, body).await {
            Ok(answer) if answer.status.is_success() => {}
            Ok(answer) => tracing::warn!(status = %answer.status, "a receipt was not taken"),
            Err(error) => tracing::warn!(%error, "a receipt was not sent"),
        }
    }
}

async fn messages(State(gateway): State<FakeGateway>) -> Json<Vec<Came>> {
    Json(gateway.messages())
}

#[derive(Deserialize)]
struct Change {
    mode: Mode,
}

async fn change(State(gateway): State<FakeGateway>, Json(change): Json<Change>) -> StatusCode {
    gateway.behave(change.mode);
    StatusCode::NO_CONTENT
}

/// One night, to look at.
async fn night(State(gateway): State<FakeGateway>) -> impl IntoResponse {
    let mode = serde_json::to_value(*gateway.0.mode.lock()).unwrap_or_default();
    let page = gateway.0.night.lock().page(mode.as_str().unwrap_or_default());
    // Whatever a message has in it, nothing of the page runs or is fetched.
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page))
}

async fn take(State(gateway): State<FakeGateway>, headers: HeaderMap, body: Bytes) -> Response {
    let mode = *gateway.0.mode.lock();
    let note = |answer| gateway.note(&headers, &body, answer);
    match mode {
        Mode::Ok | Mode::Twice => {
            if gateway.record(&headers, &body) {
                note("409 has it already");
                return StatusCode::CONFLICT.into_response();
            }
            note("200 accepted");
            gateway.acknowledge(&body, if mode == Mode::Twice { 2 } else { 1 });
            accepted(&headers)
        }
        Mode::Slow => {
            gateway.record(&headers, &body);
            note("took it; answers after 8 s");
            sleep(SLOW).await;
            accepted(&headers)
        }
        Mode::AcceptAndLose => {
            gateway.record(&headers, &body);
            note("took it; the answer is lost");
            gateway.acknowledge(&body, 1);
            // The connection breaks after the first byte of the answer.
            let lost = std::io::Error::other("the answer is lost");
            let bytes = futures_util::stream::iter([Ok(Bytes::from_static(b"{")), Err(lost)]);
            Body::from_stream(bytes).into_response()
        }
        Mode::Error => {
            note("500 out of order");
            (StatusCode::INTERNAL_SERVER_ERROR, "out of order").into_response()
        }
        Mode::Busy => {
            note("429 busy");
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, BUSY_S)]).into_response()
        }
        Mode::Refuse => {
            note("400 no such number");
            let reason = json!({"reason": "no such number: 13800000000"});
            (StatusCode::BAD_REQUEST, Json(reason)).into_response()
        }
        Mode::NotAccepted => {
            note("200 not accepted");
            Json(json!({"accepted": false, "reason": "blocked"})).into_response()
        }
        Mode::Redirect => {
            note("302 elsewhere");
            (StatusCode::FOUND, [(header::LOCATION, "/")]).into_response()
        }
    }
}

fn accepted(headers: &HeaderMap) -> Response {
    let key = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).unwrap_or("");
    Json(json!({"accepted": true, "reference": format!("fake-{key}")})).into_response()
}
