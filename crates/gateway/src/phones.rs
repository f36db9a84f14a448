//! Phones with somebody else's app, over HTTP: `OsmAnd` and `OwnTracks`, each on a port of its own.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use silverbell_domain::Protocol;
use silverbell_protocols::http_request::HttpRequest;
use silverbell_protocols::{Heard, osmand, owntracks};
use silverbell_web::Problem;

use crate::Gateway;
use crate::http::bearer;
use crate::intake::{NotKept, Origin, Whose};
use crate::receive::{TooLarge, receive};

/// What the store being away is answered with, seconds.
const RETRY_AFTER_S: u32 = 2;

/// Reads a request in one of the protocols.
type Hear = fn(&HttpRequest<'_>) -> Option<Heard>;

#[derive(Clone)]
struct Port {
    gateway: Gateway,
    protocol: Protocol,
    hear: Hear,
}

/// Returns the port of phones with `OsmAnd` or Traccar's client.
pub fn osmand_port(gateway: Gateway) -> Router {
    port(Port { gateway, protocol: Protocol::Osmand, hear: osmand::hear })
}

/// Returns the port of phones with `OwnTracks`.
pub fn owntracks_port(gateway: Gateway) -> Router {
    port(Port { gateway, protocol: Protocol::Owntracks, hear: owntracks::hear })
}

/// Apps send to any path, by GET and by POST.
fn port(port: Port) -> Router {
    Router::new().fallback(take).with_state(port)
}

async fn take(
    State(port): State<Port>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    // A phone that hangs up does not take its SOS with it.
    let work = tokio::spawn(async move { port.take(from.ip(), request).await });
    match work.await.unwrap_or_else(|_| Err(Problem::internal())) {
        Ok(body) => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

impl Port {
    async fn take(&self, from: IpAddr, request: Request) -> Result<Vec<u8>, Problem> {
        let (head, body) = request.into_parts();
        let body = received(body).await?;
        let headers: Vec<(&str, &str)> = head
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        let uri = head.uri.path_and_query();
        let heard = (self.hear)(&HttpRequest {
            method: head.method.as_str(),
            path_and_query: uri.map_or("/", |uri| uri.as_str()),
            content_type: head.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()),
            headers: &headers,
            body: &body,
        });
        let heard = heard.ok_or_else(|| Problem::bad_request("nothing can be read from this"))?;
        let origin = Origin { key_sha256: key(&head.headers), ..Origin::of(self.protocol, from) };
        self.keep(&heard, &origin).await?;
        Ok(heard.ack.unwrap_or_default())
    }

    async fn keep(&self, heard: &Heard, origin: &Origin) -> Result<(), Problem> {
        let mut whose = self.gateway.whose(self.protocol, &heard.ident).await;
        let kept = self.gateway.keep_alarm(whose.device(), heard, origin).await;
        kept.map_err(|NotKept| {
            Problem::unavailable("the alarm is not recorded yet; send it again", RETRY_AFTER_S)
        })?;
        // Where somebody is, only the device itself says; that somebody calls is heard from anybody.
        let proved = whose.device().is_none_or(|device| {
            device.key_sha256.is_none() || device.key_sha256 == origin.key_sha256
        });
        match (&whose, heard.alarm()) {
            (Whose::NotKnown, None) => {
                return Err(Problem::unavailable("not now; send it again", RETRY_AFTER_S));
            }
            (_, None) if !proved => {
                return Err(Problem::unauthorized("the device's key is missing or wrong"));
            }
            (_, None | Some(_)) => {}
        }
        if !proved {
            whose = Whose::NotKnown;
        }
        self.gateway.follow(&whose, heard, origin, false).await;
        Ok(())
    }
}

async fn received(body: Body) -> Result<Vec<u8>, Problem> {
    let received = receive(body).await;
    let too_large = |TooLarge| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
    Ok(received.map_err(too_large)?.bytes)
}

/// Returns the hash of the device's key: a bearer token, or the password that apps ask for.
fn key(headers: &HeaderMap) -> Option<[u8; 32]> {
    let password = || {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, encoded) = value.split_once(' ')?;
        let plain = STANDARD.decode(encoded.trim()).ok()?;
        let (_, password) = std::str::from_utf8(&plain).ok()?.split_once(':')?;
        scheme.eq_ignore_ascii_case("basic").then(|| password.trim().to_owned())
    };
    let key = bearer(headers).map(str::to_owned).or_else(password)?;
    Some(Sha256::digest(key.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key_of(authorization: &'static str) -> Option<[u8; 32]> {
        let value = HeaderValue::from_static(authorization);
        key(&[(header::AUTHORIZATION, value)].into_iter().collect())
    }

    #[test]
    fn a_key_is_a_token_or_the_password_of_any_name() {
        let hash: [u8; 32] = Sha256::digest(b"k1").into();
        assert_eq!(key_of("Bearer k1"), Some(hash));
        assert_eq!(key_of("Basic YW55Ym9keTprMQ=="), Some(hash));
        for not_one in ["", "Basic", "Basic !", "Basic azE=", "Digest k1"] {
            assert_eq!(key_of(not_one), None, "{not_one}");
        }
    }
}
