//! Waking a locked phone: a responder's browser asks to be woken by push.

use async_trait::async_trait;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use silverbell_domain::ResponderId;
use silverbell_store::StoreError;
use silverbell_web::{JsonBody, Problem};
use utoipa::ToSchema;

use crate::Api;
use crate::error::store_problem;
use crate::session::CurrentUser;

/// Who keeps the browsers that are to be woken. Where push is off there is nobody.
#[async_trait]
pub trait Pushes: Send + Sync + std::fmt::Debug {
    /// Returns our public key, an uncompressed point of P-256 in base64url.
    fn public_key(&self) -> String;

    /// Keeps a browser of a responder until the session that asks for it is logged out.
    async fn keep(
        &self,
        responder: ResponderId,
        session_sha256: [u8; 32],
        browser: &PushBrowser,
    ) -> Result<(), NotWoken>;

    /// Forgets a browser of a responder.
    async fn forget(&self, responder: ResponderId, endpoint: &str) -> Result<(), StoreError>;
}

/// Why a browser will not be woken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotWoken {
    /// What it says of itself cannot be; in words.
    Wrong(String),
    /// Nothing can be sealed here at present; in words.
    Unsealed(String),
    /// The store.
    Store(StoreError),
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PushInfo {
    /// The key that browsers subscribe with, an uncompressed point of P-256 in base64url; `null` where
    /// push is off.
    public_key: Option<String>,
}

/// A browser that asks to be woken, in the words of its `PushSubscription`.
#[derive(Clone, Deserialize, ToSchema)]
pub struct PushBrowser {
    /// Where its push service takes messages, https.
    pub endpoint: String,
    /// Its keys.
    pub keys: PushKeys,
}

/// What messages to a browser are encrypted with.
#[derive(Clone, Deserialize, ToSchema)]
pub struct PushKeys {
    /// Its public key, an uncompressed point of P-256 in base64url.
    pub p256dh: String,
    /// Its secret, 16 bytes in base64url.
    pub auth: String,
}

impl std::fmt::Debug for PushBrowser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushBrowser").finish_non_exhaustive()
    }
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PushForgotten {
    /// Where its push service took messages.
    endpoint: String,
}

fn off() -> Problem {
    Problem::not_found("push is off: an administrator turns it on by notify.push_subject")
}

/// Tells with which key a browser subscribes to be woken.
#[utoipa::path(get, path = "/v1/push", tag = "me", responses(
    (status = 200, description = "The key, or that push is off", body = PushInfo),
))]
pub(crate) async fn info(State(api): State<Api>, _who: CurrentUser) -> Json<PushInfo> {
    let public_key = api.settings.pushes.as_ref().map(|pushes| pushes.public_key());
    Json(PushInfo { public_key })
}

/// Asks that this browser be woken for offers to the person who is logged in, until the log-out. At most
/// five browsers of a person are; of more, the one that asked longest ago goes.
#[utoipa::path(put, path = "/v1/me/push", tag = "me", request_body = PushBrowser, responses(
    (status = 204, description = "It will be woken"),
    (status = 400, description = "No such browser can be", body = Problem),
    (status = 404, description = "Push is off", body = Problem),
    (status = 503, description = "Nothing can be sealed, or the store is away", body = Problem),
))]
pub(crate) async fn subscribe(
    State(api): State<Api>,
    who: CurrentUser,
    JsonBody(browser): JsonBody<PushBrowser>,
) -> Result<StatusCode, Problem> {
    let responder = who.responder()?;
    let pushes = api.settings.pushes.as_ref().ok_or_else(off)?;
    match pushes.keep(responder, who.token_sha256, &browser).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(NotWoken::Wrong(why)) => Err(Problem::bad_request(why)),
        Err(NotWoken::Unsealed(why)) => Err(Problem::unavailable(why, 60)),
        Err(NotWoken::Store(error)) => Err(store_problem(error)),
    }
}

/// Takes back that this browser be woken. One that is not known is no error.
#[utoipa::path(post, path = "/v1/me/push/forget", tag = "me", request_body = PushForgotten, responses(
    (status = 204, description = "It will not be woken"),
))]
pub(crate) async fn forget(
    State(api): State<Api>,
    who: CurrentUser,
    JsonBody(PushForgotten { endpoint }): JsonBody<PushForgotten>,
) -> Result<StatusCode, Problem> {
    let responder = who.responder()?;
    if let Some(pushes) = &api.settings.pushes {
        pushes.forget(responder, &endpoint).await.map_err(store_problem)?;
    }
    Ok(StatusCode::NO_CONTENT)
}
