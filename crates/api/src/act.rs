//! A person's request that changes something: who, what, and the key that makes a repeat harmless.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use silverbell_dispatcher::Actor;
use silverbell_store::{Idempotency, Subject};
use silverbell_web::{JsonBody, Problem};

use crate::Api;
use crate::error::store_problem;
use crate::session::CurrentUser;

/// The longest `Idempotency-Key`, bytes.
const MAX_KEY: usize = 255;

/// The longest text of any field, characters: what is written into a history stays there for ever. Many fields
/// have less room.
const LONGEST_TEXT: usize = 20_000;

/// A request of a person, its body read.
#[derive(Debug)]
pub(crate) struct Act<T> {
    pub(crate) who: CurrentUser,
    pub(crate) body: T,
    key: Option<(String, [u8; 32])>,
    api: Api,
}

impl<T: DeserializeOwned> FromRequest<Api> for Act<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let who = CurrentUser::from_request_parts(&mut parts, api).await?;
        let key = key(&parts.headers)?;
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), api)
            .await
            .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"))?;
        let fingerprint = fingerprint(&parts, &bytes);
        if has_long_text(&bytes) {
            let words = format!("a text in the body is longer than {LONGEST_TEXT} characters");
            return Err(Problem::unprocessable(words));
        }
        let body = Request::new(axum::body::Body::from(bytes));
        let JsonBody(body) = JsonBody::from_request(body, api).await?;
        Ok(Self { who, body, key: key.map(|key| (key, fingerprint)), api: api.clone() })
    }
}

impl Act<()> {
    /// Returns a request whose body is no JSON, as it was read.
    pub(crate) fn of_bytes(
        who: CurrentUser,
        parts: &Parts,
        bytes: &[u8],
        api: &Api,
    ) -> Result<Self, Problem> {
        let key = key(&parts.headers)?.map(|key| (key, fingerprint(parts, bytes)));
        Ok(Self { who, body: (), key, api: api.clone() })
    }
}

/// Returns the request's key.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|k| (1..=MAX_KEY).contains(&k.len()));
    let wrong = || Problem::bad_request("Idempotency-Key: 1 to 255 ASCII characters");
    key.map(|key| Some(key.to_owned())).ok_or_else(wrong)
}

/// Returns whether a text anywhere in the body is too long; what is no JSON is refused later, in words.
fn has_long_text(bytes: &[u8]) -> bool {
    fn is_in(value: &Value) -> bool {
        match value {
            Value::String(text) => text.chars().count() > LONGEST_TEXT,
            Value::Array(items) => items.iter().any(is_in),
            Value::Object(fields) => fields.values().any(is_in),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
    bytes.len() > LONGEST_TEXT && serde_json::from_slice(bytes).is_ok_and(|body| is_in(&body))
}

fn fingerprint(parts: &Parts, bytes: &[u8]) -> [u8; 32] {
    let path = parts.uri.path_and_query().map_or("", PathAndQuery::as_str);
    let about = format!("{} {path}\n", parts.method);
    Sha256::new().chain_update(about).chain_update(bytes).finalize().into()
}

impl<T> Act<T> {
    /// Keeps of the request only what nobody without the data key can try guesses against: it may hold
    /// a door code, of which there are few.
    pub(crate) fn conceal(&mut self) {
        if let Some((_, fingerprint)) = &mut self.key {
            *fingerprint = self.api.settings.seals.tag(&*fingerprint);
        }
    }

    /// Returns an earlier request with the same key, and what it was about: it is answered with the
    /// thing as it is now and not carried out again.
    pub(crate) async fn done_before(&self) -> Result<Option<Idempotency>, Problem> {
        let Some((key, fingerprint)) = &self.key else { return Ok(None) };
        let store = self.api.dispatcher.store();
        let known = store.idempotent(self.who.user.id, key).await.map_err(store_problem)?;
        match known {
            Some(known) if known.fingerprint == *fingerprint => Ok(Some(known)),
            Some(_) => Err(Problem::unprocessable(
                "this Idempotency-Key was used for another request; take a new one",
            )),
            None => Ok(None),
        }
    }

    /// Returns who acts on what.
    pub(crate) fn actor(&self, subject: Subject) -> Actor {
        let idempotency = self.key.clone().map(|(key, fingerprint)| Idempotency {
            user: self.who.user.id,
            key,
            fingerprint,
            subject,
            at: self.api.dispatcher.clock().now(),
        });
        Actor { user: self.who.user.id, idempotency }
    }
}
