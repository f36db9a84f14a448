//! A person who is logged in, and what the service answers.

use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::json::Json;

/// An answer of the service.
#[derive(Debug)]
pub(crate) struct Answer {
    asked: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Sends a request.
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        Self::try_to(request).await.expect("the service answers")
    }

    /// Sends a request to a service that may be gone.
    pub(crate) async fn try_to(request: RequestBuilder) -> reqwest::Result<Self> {
        let (client, request) = request.build_split();
        let request = request?;
        let asked = format!("{} {}", request.method(), request.url().path());
        let response = client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { asked, status, headers, body: response.text().await? })
    }

    /// Expects a status and returns the body.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body);
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// Expects 200 and returns the body.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        self.is(200)
    }

    /// Expects a kept alarm and returns the body.
    #[track_caller]
    pub(crate) fn kept(&self) -> Value {
        self.is(202)
    }

    /// Expects an error in the form that all errors have, and returns it.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> Value {
        let body = self.is(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.asked);
        assert_eq!(body.number("/status"), u64::from(status), "{}", self.asked);
        assert!(!body.text("/title").is_empty(), "{}: no title", self.asked);
        body
    }

    /// Returns a header, empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A person who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    http: reqwest::Client,
    url: String,
    /// What the cookie says.
    pub(crate) cookie: String,
    /// Who it is, as the log-in said.
    pub(crate) user: Value,
}

impl Person {
    /// Logs in.
    pub(crate) async fn log_in(
        http: &reqwest::Client,
        url: &str,
        name: &str,
        password: &str,
    ) -> Result<Self, Answer> {
        let login = json!({"username": name, "password": password});
        let answer = Answer::to(http.post(format!("{url}/v1/session")).json(&login)).await;
        if answer.status != 200 {
            return Err(answer);
        }
        let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let user = answer.ok()["user"].clone();
        Ok(Self { http: http.clone(), url: url.into(), cookie, user })
    }

    /// Returns the same person with the same session at another address of the service.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self { url: url.into(), ..self.clone() }
    }

    /// Returns the responder this person is.
    pub(crate) fn responder(&self) -> String {
        self.user.text("/responder")
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header(COOKIE, &self.cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    /// Posts with an `Idempotency-Key`.
    pub(crate) async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        Answer::to(request.json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    // --- What tests do most --------------------------------------------------------------------

    /// Returns a ticket's file.
    pub(crate) async fn file(&self, ticket: &str) -> Value {
        self.get(&format!("/v1/tickets/{ticket}")).await.ok()
    }

    /// Returns a ticket.
    pub(crate) async fn ticket(&self, ticket: &str) -> Value {
        self.file(ticket).await["ticket"].clone()
    }

    /// Does something to a ticket.
    pub(crate) async fn act(&self, ticket: &str, what: &str, body: Value) -> Answer {
        self.post(&format!("/v1/tickets/{ticket}/{what}"), body).await
    }

    /// Takes a step with an offer.
    pub(crate) async fn step(&self, offer: &str, step: &str) -> Answer {
        self.post(&format!("/v1/offers/{offer}/{step}"), json!({})).await
    }

    /// Goes on or off duty.
    pub(crate) async fn duty(&self, on_duty: bool) -> Value {
        self.put("/v1/me/duty", json!({"on_duty": on_duty, "travel": "ebike"})).await.ok()
    }

    /// Tells where this person is.
    pub(crate) async fn is_at(&self, place: super::Place) {
        let position = json!({"lat": place.0, "lon": place.1, "accuracy_m": 8});
        self.post("/v1/me/positions", json!({"positions": [position]})).await.ok();
    }
}
