//! The demo's way to the service: the public API over HTTP, with one pool of connections for
//! everybody and a cookie for each.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use parking_lot::Mutex;
use reqwest::header::{COOKIE, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

/// A request takes milliseconds; who waits longer tries again later.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections kept open: some 30 requests a second of a few milliseconds need two or three.
const MAX_IDLE: usize = 4;

/// The same problem is told again only after so long.
const SAID_FOR: Duration = Duration::from_secs(600);

/// The longest pause after a failure.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// Why a request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The service said no: what was asked for is no longer so, or never was.
    Refused(StatusCode),
    /// The service cannot at present; it asks for this much patience.
    Later(Duration),
}

/// How long to wait after failures: doubling, bounded.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Returns how long to wait after one more failure.
    pub(super) fn pause(&mut self, trouble: Trouble) -> Duration {
        let doubled = Duration::from_secs(1 << self.failures.min(6));
        self.failures = self.failures.saturating_add(1);
        let asked = match trouble {
            Trouble::Refused(_) => Duration::ZERO,
            Trouble::Later(asked) => asked,
        };
        doubled.max(asked).min(MAX_PAUSE)
    }

    /// It works again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// The service as the demo's people see it.
pub(super) struct Service {
    http: Client,
    base_url: String,
    password: String,
    /// Log-ins happen one at a time: each costs the service some ten milliseconds of argon2.
    log_in_turn: tokio::sync::Mutex<()>,
    said: Mutex<HashMap<&'static str, Instant>>,
}

impl Service {
    pub(super) fn new(base_url: String, password: String) -> reqwest::Result<Self> {
        let http = Client::builder()
            .timeout(PATIENCE)
            .pool_max_idle_per_host(MAX_IDLE)
            // It is our own address, whatever the environment says about proxies.
            .no_proxy()
            .build()?;
        let (log_in_turn, said) = (tokio::sync::Mutex::default(), Mutex::default());
        Ok(Self { http, base_url, password, log_in_turn, said })
    }

    /// Sends what a device says, with its key.
    pub(super) async fn press(&self, key: &str, body: &Value) -> Result<(), Trouble> {
        let request = self.request(Method::POST, "/v1/sos").bearer_auth(key).json(body);
        self.send(request).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base_url))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Bytes, Trouble> {
        let response = self.answer(request).await?;
        // Read to the end, or the connection cannot be used again.
        response.bytes().await.map_err(|error| self.unreachable(error))
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            self.complain("the service is too busy for the demo's people", status.as_str());
            return Err(Trouble::Later(retry_after(&response)));
        }
        // A 409 and a 404 are the normal end of what somebody else changed meanwhile.
        let is_normal = [StatusCode::UNAUTHORIZED, StatusCode::CONFLICT, StatusCode::NOT_FOUND];
        if !is_normal.contains(&status) {
            self.complain("the service refuses what the demo's people ask", status.as_str());
        }
        Err(Trouble::Refused(status))
    }

    fn unreachable(&self, error: reqwest::Error) -> Trouble {
        let error = error.without_url().to_string();
        self.complain("the demo's people cannot reach the service", &error);
        Trouble::Later(Duration::ZERO)
    }

    /// One warning for a problem, not one for every person and every try.
    fn complain(&self, what: &'static str, why: &str) {
        let now = Instant::now();
        let mut said = self.said.lock();
        if said.get(what).is_some_and(|at| now.duration_since(*at) < SAID_FOR) {
            tracing::debug!(why, "{what}");
            return;
        }
        said.insert(what, now);
        tracing::warn!(why, "{what}");
    }
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    Duration::from_secs(seconds.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Somebody who logs in, and again when the session has ended.
pub(super) struct Person {
    service: Arc<Service>,
    username: String,
    cookie: Mutex<Option<String>>,
}

impl Person {
    pub(super) fn new(service: Arc<Service>, username: String) -> Self {
        Self { service, username, cookie: Mutex::new(None) }
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        let body = self.call(Method::GET, path, None).await?;
        serde_json::from_slice(&body).map_err(|error| {
            self.service.complain("the demo cannot read an answer", &error.to_string());
            Trouble::Later(Duration::ZERO)
        })
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<(), Trouble> {
        self.call(Method::POST, path, Some(body)).await.map(drop)
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<(), Trouble> {
        self.call(Method::PUT, path, Some(body)).await.map(drop)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Bytes, Trouble> {
        let cookie = self.session().await?;
        let answer = self.try_with(cookie, method.clone(), path, body).await;
        if answer != Err(Trouble::Refused(StatusCode::UNAUTHORIZED)) {
            return answer;
        }
        // The session has ended: once more with a new one.
        self.cookie.lock().take();
        let cookie = self.session().await?;
        self.try_with(cookie, method, path, body).await
    }

    async fn try_with(
        &self,
        cookie: String,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Bytes, Trouble> {
        let request = self.service.request(method, path).header(COOKIE, cookie);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        self.service.send(request).await
    }

    async fn session(&self) -> Result<String, Trouble> {
        if let Some(cookie) = self.cookie.lock().clone() {
            return Ok(cookie);
        }
        let cookie = self.log_in().await?;
        *self.cookie.lock() = Some(cookie.clone());
        Ok(cookie)
    }

    async fn log_in(&self) -> Result<String, Trouble> {
        let _turn = self.service.log_in_turn.lock().await;
        let body = json!({"username": self.username, "password": self.service.password});
        let request = self.service.request(Method::POST, "/v1/session").json(&body);
        let response = self.service.answer(request).await.inspect_err(|_| {
            self.service.complain("somebody of the demo cannot log in", &self.username);
        })?;
        let cookie = cookie(&response);
        response.bytes().await.map_err(|error| self.service.unreachable(error))?;
        tracing::debug!(username = %self.username, "came to the demo");
        cookie.ok_or(Trouble::Later(Duration::ZERO))
    }
}

/// Returns `name=value` of the cookie that a log-in sets.
fn cookie(response: &Response) -> Option<String> {
    let line = response.headers().get(SET_COOKIE)?.to_str().ok()?;
    line.split(';').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_the_failures_but_not_for_ever() {
        let mut backoff = Backoff::default();
        let refused = Trouble::Refused(StatusCode::FORBIDDEN);
        let pauses: Vec<u64> = (0..9).map(|_| backoff.pause(refused).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        backoff.reset();
        assert_eq!(backoff.pause(refused).as_secs(), 1);
    }

    #[test]
    fn who_is_asked_for_patience_has_it_within_bounds() {
        let pause = |s| Backoff::default().pause(Trouble::Later(Duration::from_secs(s))).as_secs();
        assert_eq!((pause(5), pause(9_999)), (5, 60));
    }
}
