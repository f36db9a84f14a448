//! The routes of devices: `POST /v1/sos` and `POST /v1/positions`, with the device's key.

use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, middleware};
use metrics::histogram;
use serde::Serialize;
use sha2::{Digest, Sha256};
use silverbell_dispatcher::{DeviceNews, NotRecorded};
use silverbell_domain::{Alarm, Protocol, SignalId, SignalKind, UnixMs};
use silverbell_store::Device;
use silverbell_web::Problem;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::receive::{Received, TooLarge, receive};
use crate::sos_body::{SosBody, read_positions};
use crate::{Gateway, count};

/// A batch of positions.
const MAX_POSITIONS_BODY: usize = 512 * 1024;

/// How many positions may come at once.
const MAX_POSITIONS: usize = 1_000;

/// What the store being away is answered with.
const RETRY_AFTER_S: u32 = 2;

/// The part of the OpenAPI document that devices need.
#[derive(OpenApi)]
#[openapi(components(schemas(Problem)))]
struct DeviceDoc;

/// Returns the routes of devices.
pub fn router(gateway: Gateway) -> OpenApiRouter {
    routes().with_state(gateway)
}

/// Returns the OpenAPI document of the routes of devices.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Gateway> {
    let sos = OpenApiRouter::new().routes(routes!(sos));
    let positions = OpenApiRouter::new().routes(routes!(positions));
    OpenApiRouter::with_openapi(DeviceDoc::openapi())
        .merge(sos)
        .merge(positions.layer(DefaultBodyLimit::max(MAX_POSITIONS_BODY)))
        .layer(middleware::map_response(in_words))
}

/// What the framework refuses by itself (a body too large, a method not served) is said like every
/// other error.
async fn in_words(response: Response) -> Response {
    let detail = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
        StatusCode::METHOD_NOT_ALLOWED => "send it with POST",
        _ => return response,
    };
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind == "application/problem+json") {
        return response;
    }
    Problem::new(response.status(), detail).into_response()
}

/// A position as a device sends it.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "read leniently by hand; this describes it in the OpenAPI document")]
struct DevicePosition {
    /// Latitude, degrees.
    lat: f64,
    /// Longitude, degrees.
    lon: f64,
    /// Radius of uncertainty, metres.
    accuracy_m: Option<f64>,
    /// `gps` (default), `wifi` or `cell`.
    source: Option<String>,
    /// `wgs84` (default), `gcj02` or `bd09`.
    datum: Option<String>,
    /// RFC 3339.
    at: Option<String>,
}

/// An alarm as a device sends it.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "read leniently by hand; this describes it in the OpenAPI document")]
struct Sos {
    /// What the device calls itself.
    device: String,
    /// The device's own identity of this event: the same again is answered the same.
    id: Option<String>,
    /// `sos` (default), `fall` or `help`.
    kind: Option<String>,
    /// When the key was pressed, RFC 3339.
    at: Option<String>,
    /// Battery charge, percent.
    battery_pct: Option<u8>,
    /// Where.
    position: Option<DevicePosition>,
}

/// Positions as a device sends them.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "read leniently by hand; this describes it in the OpenAPI document")]
struct Positions {
    /// What the device calls itself.
    device: String,
    /// At most 1,000.
    positions: Vec<DevicePosition>,
}

/// An alarm was kept.
#[derive(Debug, Serialize, ToSchema)]
struct Acknowledged {
    /// The signal.
    signal: String,
    /// Its ticket.
    ticket: String,
    /// Whether it joined an open ticket.
    joined: bool,
    /// Whether it had been kept before.
    duplicate: bool,
}

/// How many positions were taken.
#[derive(Debug, Serialize, ToSchema)]
struct PositionsTaken {
    /// Taken.
    accepted: usize,
    /// Named no place.
    dropped: usize,
}

/// An SOS key was pressed. Answered only after it is durable.
#[utoipa::path(post, path = "/v1/sos", tag = "devices", request_body = Sos, responses(
    (status = 202, description = "Kept", body = Acknowledged),
    (status = 400, description = "No alarm can be read from the body", body = Problem),
    (status = 503, description = "Not kept: try again", body = Problem),
))]
async fn sos(
    State(gateway): State<Gateway>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let key = key_sha256(&headers);
    // A device that hangs up does not take its SOS with it, not even halfway through the body.
    let work = tokio::spawn(async move { receive_and_record(gateway, from, key, body).await });
    match work.await.unwrap_or_else(|_| Err(Problem::internal())) {
        Ok(acknowledged) => (StatusCode::ACCEPTED, Json(acknowledged)).into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// Receives what comes of the body and records it, within the patience a device has.
async fn receive_and_record(
    gateway: Gateway,
    from: SocketAddr,
    key: Option<[u8; 32]>,
    body: Body,
) -> Result<Acknowledged, Problem> {
    let received = receive(body)
        .await
        .map_err(|TooLarge| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"))?;
    let started = tokio::time::Instant::now();
    let (acknowledged, is_canary) = record(&gateway, from, key, received).await?;
    // What the service made up itself must not hide how real ones fare.
    if !is_canary {
        histogram!("silverbell_sos_ack_seconds").record(started.elapsed().as_secs_f64());
    }
    Ok(acknowledged)
}

/// Returns also whether the service made the alarm up itself.
async fn record(
    gateway: &Gateway,
    from: SocketAddr,
    key_sha256: Option<[u8; 32]>,
    received: Received,
) -> Result<(Acknowledged, bool), Problem> {
    let dispatcher = &gateway.dispatcher;
    let received_at = dispatcher.clock().now();
    let body = read(&received, received_at).ok_or_else(|| {
        Problem::bad_request("no alarm can be read: send a JSON object with the `device`")
    })?;
    if body.device.is_none() && key_sha256.is_none() {
        return Err(not_recorded(NotRecorded::Nobody));
    }
    let alarm = Alarm {
        id: SignalId(dispatcher.ids().next()),
        protocol: Protocol::Http,
        // A body without a device still has a sender, when the key is a device's.
        ident: body.device.unwrap_or_default(),
        kind: body.kind,
        event_id: body.event_id,
        pressed_at: body.pressed_at,
        received_at,
        position: body.position,
        battery_pct: body.battery_pct,
        key_sha256,
        raw: received.bytes,
        source_addr: from.ip().to_string(),
        flags: body.flags,
    };
    let recorded = dispatcher.record_alarm(alarm).await.map_err(not_recorded)?;
    if !recorded.duplicate && !recorded.is_canary {
        count(body.kind, Protocol::Http);
    }
    let acknowledged = Acknowledged {
        signal: recorded.signal.to_string(),
        ticket: recorded.ticket.to_string(),
        joined: recorded.joined,
        duplicate: recorded.duplicate,
    };
    Ok((acknowledged, recorded.is_canary))
}

/// Reads the alarm. A request of which the body never came is one, too, if its key says whose.
fn read(received: &Received, received_at: UnixMs) -> Option<SosBody> {
    let nothing_came = received.bytes.is_empty() && !received.is_whole;
    let read = SosBody::read(&received.bytes, received_at);
    read.or_else(|| nothing_came.then(|| SosBody::lost(received_at)))
}

fn not_recorded(error: NotRecorded) -> Problem {
    match error {
        NotRecorded::Nobody => {
            Problem::bad_request("no alarm can be read: `device` is missing and the key is unknown")
        }
        NotRecorded::Store(error) => {
            tracing::error!(%error, "an SOS could not be recorded");
            Problem::unavailable("the alarm is not recorded yet; send it again", RETRY_AFTER_S)
        }
    }
}

/// Where a device was. Shed first under load; an SOS never is.
#[utoipa::path(post, path = "/v1/positions", tag = "devices", request_body = Positions, responses(
    (status = 202, description = "Taken", body = PositionsTaken),
    (status = 400, description = "No positions can be read from the body", body = Problem),
    (status = 401, description = "The key is not this device's", body = Problem),
    (status = 429, description = "Too much at present", body = Problem),
))]
async fn positions(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let device = authenticate(&gateway, &headers).await?;
    let received_at = gateway.dispatcher.clock().now();
    let (named, places, dropped) = read_positions(&body, received_at).ok_or_else(|| {
        Problem::bad_request("no positions can be read: send {\"device\",\"positions\":[…]}")
    })?;
    if named.is_some_and(|name| name != device.ident) {
        return Err(Problem::unauthorized("the key is another device's"));
    }
    if places.len() > MAX_POSITIONS {
        let detail = format!("at most {MAX_POSITIONS} positions at once");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    let count_taken = places.len();
    let news = DeviceNews {
        kinds: vec![SignalKind::Position],
        positions: places,
        live: None,
        battery_pct: None,
        raw: body.to_vec(),
    };
    if !gateway.dispatcher.device_reported(&device, news).await {
        return Err(Problem::too_many("too many positions at present; try again later", 5));
    }
    for _ in 0..count_taken {
        count(SignalKind::Position, Protocol::Http);
    }
    let taken = PositionsTaken { accepted: count_taken, dropped };
    Ok((StatusCode::ACCEPTED, Json(taken)).into_response())
}

async fn authenticate(gateway: &Gateway, headers: &HeaderMap) -> Result<Device, Problem> {
    let wrong = || Problem::unauthorized("the device key is missing or wrong");
    let key = key_sha256(headers).ok_or_else(wrong)?;
    let device = gateway.dispatcher.store().device_by_key(&key).await;
    let device = device.map_err(|error| {
        tracing::error!(%error, "cannot look up a device");
        Problem::unavailable("not now; send the positions again", RETRY_AFTER_S)
    })?;
    device.ok_or_else(wrong)
}

/// Returns the hash of the bearer token; the key itself is not looked at further.
fn key_sha256(headers: &HeaderMap) -> Option<[u8; 32]> {
    bearer(headers).map(|key| Sha256::digest(key.as_bytes()).into())
}

/// Returns the bearer token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
