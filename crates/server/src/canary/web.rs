//! Requests of the canary, over HTTP and HTTPS: bounded in time, redirects are not followed, the answer's
//! body is not wanted.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use tokio::time::timeout;

/// Why there is no answer. Names no address: that of the watcher outside is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("cannot connect")]
    Unreachable,
    #[error("no answer in time")]
    Slow,
    #[error("the connection broke before the answer was there")]
    Broken,
}

/// Asks; each time by a connection of its own, as a device that comes for the first time.
#[derive(Clone, Debug)]
pub(super) struct Web(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// What an answer began with.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

impl Web {
    /// Returns one that believes these certificates.
    pub(super) fn new(trust: &Arc<ClientConfig>) -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config((**trust).clone())
            .https_or_http()
            .enable_http1()
            .build();
        Self(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector))
    }

    /// Asks for an address; with a body, JSON is posted to it.
    pub(super) async fn ask(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Option<&serde_json::Value>,
        within: Duration,
    ) -> Result<Answer, NoAnswer> {
        let bytes = body.map(ToString::to_string).unwrap_or_default();
        let mut request = Request::new(Full::new(Bytes::from(bytes)));
        *request.uri_mut() = url.parse::<Uri>().map_err(|_| NoAnswer::Unreachable)?;
        *request.headers_mut() = headers;
        if body.is_some() {
            *request.method_mut() = Method::POST;
            let json = header::HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        match timeout(within, self.0.request(request)).await {
            Ok(Ok(answer)) => {
                Ok(Answer { status: answer.status(), headers: answer.headers().clone() })
            }
            Ok(Err(error)) if error.is_connect() => Err(NoAnswer::Unreachable),
            Ok(Err(_)) => Err(NoAnswer::Broken),
            Err(_) => Err(NoAnswer::Slow),
        }
    }
}
