//! Posting to gateways: bounded in time and size, without redirects, and for webhooks only to
//! addresses that are not ours.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::{HeaderMap, Request, StatusCode, Uri, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tower::Service;

use crate::network::is_public;
use crate::ports::Handover;

const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// From the look-up of the name to the answer's last byte.
const WHOLE_WITHIN: Duration = Duration::from_secs(5);

/// A longer answer is none of a gateway.
const LONGEST_ANSWER: usize = 64 * 1024;

/// An unused connection is kept for so long: gateways close theirs after a minute or so.
const IDLE: Duration = Duration::from_secs(30);

/// Who asks for more is asked again before, seconds.
const LONGEST_RETRY_AFTER_S: u64 = 600;

/// Words of a gateway are cut after so many characters.
const LONGEST_REASON: usize = 200;

/// Posts; keeps connections for the next one.
#[derive(Clone, Debug)]
pub(crate) struct Client(Pool<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    retry_after: Option<Duration>,
    pub(crate) body: Bytes,
}

/// Why there is none. Names neither URL nor address: a URL may hold a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("no answer within {} s", WHOLE_WITHIN.as_secs())]
    Slow,
    #[error("cannot connect")]
    Unreachable,
    #[error("the connection broke before the answer was there")]
    Broken,
    #[error("its name leads into a private network (notify.allow_private)")]
    Private,
}

/// Certificates that the system trusts; read once, for all gateways.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Reads them. Without any, gateways over http:// still work.
    ///
    /// # Errors
    /// This machine's cryptography knows no safe version of TLS.
    pub fn of_the_system() -> Result<Self, rustls::Error> {
        let found = rustls_native_certs::load_native_certs();
        if found.certs.is_empty() {
            tracing::warn!("no trusted certificates are installed: https:// gateways cannot work");
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// Returns how connections are secured that trust them.
    #[must_use]
    pub const fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }
}

impl Client {
    /// Returns a client. Unless `allow_private`, names are connected to only at addresses that are
    /// not in our network; a literal address has to be checked by the caller.
    pub(crate) fn new(trust: &Trust, allow_private: bool, connections: usize) -> Self {
        let mut plain = HttpConnector::new_with_resolver(Resolver { allow_private });
        plain.enforce_http(false);
        plain.set_connect_timeout(Some(CONNECT_WITHIN));
        plain.set_nodelay(true);
        let secure = HttpsConnectorBuilder::new()
            .with_tls_config((*trust.0).clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let pool = Pool::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(connections)
            .build(secure);
        Self(pool)
    }

    /// Posts JSON and returns the answer, whatever its status; redirects are not followed.
    pub(crate) async fn post(
        &self,
        url: &Uri,
        mut headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, Trouble> {
        let json = header::HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        self.post_bytes(url, headers, body).await
    }

    /// Posts bytes, of which the headers say what they are.
    pub(crate) async fn post_bytes(
        &self,
        url: &Uri,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, Trouble> {
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers;
        let whole = async {
            let response = self.0.request(request).await.map_err(|error| trouble(&error))?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await;
            let body = body.map_err(|_| Trouble::Broken)?.to_bytes();
            let retry_after = retry_after(&parts.headers);
            Ok(Answer { status: parts.status, retry_after, body })
        };
        timeout(WHOLE_WITHIN, whole).await.unwrap_or(Err(Trouble::Slow))
    }
}

impl From<Trouble> for Handover {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Slow | Trouble::Unreachable | Trouble::Broken => {
                Self::Failed { why: trouble.to_string(), after: None }
            }
            Trouble::Private => Self::Refused(trouble.to_string()),
        }
    }
}

impl Answer {
    /// Returns what an answer means that is not a success; `None` for one that is.
    pub(crate) fn not_taken(&self) -> Option<Handover> {
        let status = self.status;
        let said = || match reason(&self.body) {
            Some(reason) => format!("answered {}: {reason}", status.as_u16()),
            None => format!("answered {}", status.as_u16()),
        };
        match status.as_u16() {
            200..=299 => None,
            // It has had it since an earlier try, whose answer was lost.
            409 => Some(Handover::Accepted { reference: None }),
            // 401 says nothing about the message: a token that was changed must not lose all of
            // them while somebody puts in the new one.
            401 | 408 | 425 | 429 | 500..=599 => {
                Some(Handover::Failed { why: said(), after: self.retry_after })
            }
            300..=399 => Some(Handover::Refused(format!("{}; redirects are not followed", said()))),
            _ => Some(Handover::Refused(said())),
        }
    }
}

/// Returns the words of a gateway, without anything that could be somebody's number.
pub(crate) fn reason(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let words = ["reason", "error", "message", "detail"];
    let words = words.into_iter().find_map(|key| body.get(key)?.as_str())?;
    Some(without_numbers(words))
}

/// Returns words without runs of digits as long as a telephone number's, and not too many of them.
pub(crate) fn without_numbers(words: &str) -> String {
    const SHORTEST_NUMBER: usize = 5;
    let mut clean = String::new();
    let mut digits = String::new();
    for c in words.chars().take(LONGEST_REASON).chain(['\0']) {
        if c.is_numeric() {
            digits.push(c);
            continue;
        }
        let is_number = digits.chars().count() >= SHORTEST_NUMBER;
        clean.push_str(if is_number { "…" } else { &digits });
        digits.clear();
        if !c.is_control() {
            clean.push(c);
        }
    }
    clean
}

/// Only as seconds: as a date it depends on the other one's clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    let s: u64 = text.trim().parse().ok()?;
    Some(Duration::from_secs(s.min(LONGEST_RETRY_AFTER_S)))
}

fn trouble(error: &hyper_util::client::legacy::Error) -> Trouble {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(this) = cause {
        let inner = this.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if this.is::<PrivateAddress>() || inner.is_some_and(|inner| inner.is::<PrivateAddress>()) {
            return Trouble::Private;
        }
        cause = this.source();
    }
    if error.is_connect() { Trouble::Unreachable } else { Trouble::Broken }
}

/// A name leads to private addresses only.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a private address")]
struct PrivateAddress;

/// Looks names up, and returns only addresses that may be connected to: what is connected to is what
/// was checked, whatever the name leads to a moment later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver {
    allow_private: bool,
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let may_be_used = |address: &SocketAddr| allow_private || is_public(address.ip());
            let usable: Vec<SocketAddr> = found.iter().copied().filter(may_be_used).collect();
            if usable.is_empty() && !found.is_empty() {
                return Err(io::Error::other(PrivateAddress));
            }
            Ok(usable.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateways_words_are_kept_and_a_number_in_them_is_not() {
        let said = br#"{"reason":"no such number: 13800001111 (code 42)"}"#;
        assert_eq!(reason(said).as_deref(), Some("no such number: … (code 42)"));
        assert_eq!(reason(b"<html>"), None);
        assert_eq!(without_numbers(&"x".repeat(999)).len(), LONGEST_REASON);
        assert_eq!(without_numbers("+86 138-0000-1111x"), "+86 138-0000-1111x");
    }

    #[test]
    fn who_asks_for_patience_gets_it_within_reason() {
        let of = |text: &str| {
            let value = text.parse().expect("a header");
            retry_after(&HeaderMap::from_iter([(header::RETRY_AFTER, value)]))
        };
        assert_eq!(of("7"), Some(Duration::from_secs(7)));
        assert_eq!(of("86400"), Some(Duration::from_secs(600)));
        assert_eq!(of("Fri, 31 Dec 1999 23:59:59 GMT"), None);
    }

    #[tokio::test]
    async fn a_name_that_leads_into_our_network_is_not_connected_to() {
        let trust = Trust::of_the_system().expect("TLS");
        let url: Uri = "http://localhost:9/".parse().expect("a URL");
        let post = |allow_private| {
            let client = Client::new(&trust, allow_private, 1);
            let url = url.clone();
            async move { client.post(&url, HeaderMap::new(), Vec::new()).await.map(|a| a.status) }
        };
        assert_eq!(post(false).await, Err(Trouble::Private));
        assert_eq!(post(true).await, Err(Trouble::Unreachable));
    }
}
