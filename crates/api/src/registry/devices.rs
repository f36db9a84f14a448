//! Which devices there are and whose: supervisors keep that.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use silverbell_dispatcher::WantedDevice;
use silverbell_domain::Protocol;
use silverbell_store::{Device, DeviceChange, Idempotency, Subject};
use silverbell_web::Problem;
use utoipa::ToSchema;

use super::{refused, word};
use crate::act::Act;
use crate::device_routes::{find, shown};
use crate::error::store_problem;
use crate::senior_routes::senior as known_senior;
use crate::ticket_routes::Nothing;
use crate::{Api, dto};

/// A device as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDeviceBody {
    /// Whose.
    senior: String,
    /// `http`, `watch`, `gt06`, `jt808`, `h02`, `osmand` or `owntracks`.
    protocol: String,
    /// What it calls itself.
    ident: String,
}

/// Puts in a senior's device. Its key is shown this once.
#[utoipa::path(post, path = "/v1/devices", tag = "devices of seniors", request_body = NewDeviceBody,
    responses((status = 200, description = "The device and its key", body = dto::DeviceWithKey),
        (status = 403, description = "Supervisors do", body = Problem),
        (status = 409, description = "A device of this protocol calls itself so already", body = Problem)))]
pub(crate) async fn add(
    State(api): State<Api>,
    act: Act<NewDeviceBody>,
) -> Result<Json<dto::DeviceWithKey>, Problem> {
    act.who.supervisor()?;
    if let Some(Idempotency { subject: Subject::Device(id), .. }) = act.done_before().await? {
        let device = find(&api, &act.who, &id.to_string()).await?;
        return with_key(&api, &device, None).await;
    }
    let NewDeviceBody { senior, protocol, ident } = &act.body;
    let senior = known_senior(&api, &act.who, senior).await?;
    let protocol = word("protocol", protocol, Protocol::parse)?;
    let key = protocol.has_key().then(|| api.sessions.secret());
    let wanted = WantedDevice {
        protocol,
        ident: ident.clone(),
        key_sha256: key.as_deref().map(hash),
        model: None,
    };
    // The identity is put in where the device gets its own.
    let idempotency = act.actor(Subject::Senior(senior.id)).idempotency;
    let by = act.who.user.id;
    let added = api.dispatcher.registry(by).add_device(&senior, wanted, idempotency).await;
    let device = added.map_err(|why| refused(why, None))?;
    tracing::info!(user = %by, device = %device.id, "a device was put in");
    with_key(&api, &device, key).await
}

/// Whose a device is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveDevice {
    /// Whose.
    senior: String,
}

/// Gives a device to another senior. Alarms and tickets stay with the one whose it was; where the device
/// was last and what it said of itself is forgotten, for it is nothing to the next one.
#[utoipa::path(post, path = "/v1/devices/{id}/move", tag = "devices of seniors",
    request_body = MoveDevice, responses(
    (status = 200, description = "The device as it is now", body = dto::Device),
    (status = 403, description = "Supervisors do", body = Problem),
    (status = 404, description = "No such device or senior", body = Problem)))]
pub(crate) async fn hand_on(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<MoveDevice>,
) -> Result<Json<dto::Device>, Problem> {
    act.who.supervisor()?;
    let device = find(&api, &act.who, &id).await?;
    let senior = known_senior(&api, &act.who, &act.body.senior).await?;
    if device.senior != senior.id && act.done_before().await?.is_none() {
        let what = DeviceChange::Move {
            device: device.id,
            district: senior.district.clone(),
            senior: senior.id,
        };
        change(&api, &act, &device, what).await?;
        tracing::info!(user = %act.who.user.id, device = %device.id, "a device was handed on");
    }
    let now = find(&api, &act.who, &device.id.to_string()).await?;
    Ok(Json(shown(&api, &now).await?))
}

/// Gives a device another key, shown this once; the same request again answers without it. What comes with
/// the old one is doubted from now on, half a minute later on other nodes, and its alarms are opened all the
/// same.
#[utoipa::path(post, path = "/v1/devices/{id}/key", tag = "devices of seniors", responses(
    (status = 200, description = "The device and its key", body = dto::DeviceWithKey),
    (status = 403, description = "Supervisors do", body = Problem),
    (status = 409, description = "Its protocol has no keys", body = Problem)))]
pub(crate) async fn new_key(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> Result<Json<dto::DeviceWithKey>, Problem> {
    act.who.supervisor()?;
    let device = find(&api, &act.who, &id).await?;
    if !device.protocol.has_key() {
        return Err(Problem::conflict("devices of this protocol have no key", None));
    }
    if act.done_before().await?.is_some() {
        return with_key(&api, &device, None).await;
    }
    let key = api.sessions.secret();
    let what = DeviceChange::Key { device: device.id, key_sha256: hash(&key) };
    change(&api, &act, &device, what).await?;
    tracing::info!(user = %act.who.user.id, device = %device.id, "a device got another key");
    with_key(&api, &device, Some(key)).await
}

/// Takes a device out. Its alarms and their tickets stay; should it press again, it is an unknown one,
/// and its alarm is opened as such.
#[utoipa::path(post, path = "/v1/devices/{id}/retire", tag = "devices of seniors", responses(
    (status = 204, description = "It is out"),
    (status = 403, description = "Supervisors do", body = Problem),
    (status = 404, description = "No such device", body = Problem)))]
pub(crate) async fn retire(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> Result<axum::http::StatusCode, Problem> {
    if act.done_before().await?.is_some() {
        return Ok(axum::http::StatusCode::NO_CONTENT);
    }
    taken_out(&api, &act, &id).await
}

/// Takes a device out, as `POST /v1/devices/{id}/retire` does.
#[utoipa::path(delete, path = "/v1/devices/{id}", tag = "devices of seniors", responses(
    (status = 204, description = "It is out"),
    (status = 403, description = "Supervisors do", body = Problem),
    (status = 404, description = "No such device", body = Problem)))]
pub(crate) async fn remove(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> Result<axum::http::StatusCode, Problem> {
    taken_out(&api, &act, &id).await
}

async fn taken_out(
    api: &Api,
    act: &Act<Nothing>,
    id: &str,
) -> Result<axum::http::StatusCode, Problem> {
    act.who.supervisor()?;
    let device = find(api, &act.who, id).await?;
    change(api, act, &device, DeviceChange::Retire(device.id)).await?;
    tracing::info!(user = %act.who.user.id, device = %device.id, "a device was taken out");
    Ok(axum::http::StatusCode::NO_CONTENT)
}

async fn change<T>(
    api: &Api,
    act: &Act<T>,
    device: &Device,
    what: DeviceChange,
) -> Result<(), Problem> {
    let actor = act.actor(Subject::Device(device.id));
    let changed = api.dispatcher.change_device(device, what, &actor).await;
    changed.map_err(|why| refused(why, None))
}

async fn with_key(
    api: &Api,
    device: &Device,
    key: Option<String>,
) -> Result<Json<dto::DeviceWithKey>, Problem> {
    let now = api.dispatcher.store().device_by_id(device.id).await.map_err(store_problem)?;
    let device = shown(api, now.as_ref().unwrap_or(device)).await?;
    Ok(Json(dto::DeviceWithKey { device, key }))
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
