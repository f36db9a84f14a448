//! Refuses requests that another site's page made a browser send.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use silverbell_web::Problem;

use crate::Api;

/// The framework says what it refuses in a line, bytes.
const MAX_SAID: usize = 4 * 1024;

/// Refuses unsafe methods whose `Origin` or `Sec-Fetch-Site` is foreign; without either they pass,
/// for scripts have no session of somebody else's.
pub(crate) async fn refuse_foreign_origins(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && is_foreign(request.headers(), api.settings.public_url.as_deref()) {
        return Problem::forbidden("this request comes from another site").into_response();
    }
    next.run(request).await
}

/// What the framework refuses by itself (a query that does not fit, a method not served) is said
/// like every other error.
pub(crate) async fn problems_only(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind == "application/problem+json");
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let said = to_bytes(response.into_body(), MAX_SAID).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let detail = match said.trim() {
        "" => status.canonical_reason().unwrap_or("refused"),
        words => words,
    };
    let mut response = Problem::new(status, detail).into_response();
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// Answers about people stay out of every cache, unless a route says otherwise.
pub(crate) async fn not_stored(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

/// Returns whether a browser says that another site's page asks. `public_url` is accepted beside
/// the `Host` that was asked.
pub(crate) fn is_foreign(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let same_site = text("sec-fetch-site").is_none_or(|v| matches!(v, "same-origin" | "none"));
    let same_origin = text(header::ORIGIN.as_str()).is_none_or(|origin| {
        let host = text(header::HOST.as_str()).unwrap_or_default();
        public_url.is_some_and(|url| url.trim_end_matches('/') == origin)
            || origin.split_once("://").is_some_and(|(_, authority)| authority == host)
    });
    !(same_site && same_origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().expect("a header"));
        }
        is_foreign(&headers, Some("https://sos.example"))
    }

    #[tokio::test]
    async fn nothing_is_stored_unless_a_route_says_so() {
        let told = not_stored(Response::default()).await;
        assert_eq!(told.headers()[header::CACHE_CONTROL], "no-store");
        let mut map = Response::default();
        map.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
        assert_eq!(not_stored(map).await.headers()[header::CACHE_CONTROL], "private");
    }

    #[test]
    fn a_script_without_either_header_passes() {
        assert!(!foreign(&[("host", "127.0.0.1:8080")]));
    }

    #[test]
    fn a_foreign_origin_is_foreign_and_our_own_is_not() {
        let host = ("host", "sos.local:8080");
        assert!(foreign(&[host, ("origin", "https://evil.example")]));
        assert!(foreign(&[host, ("origin", "null")]));
        assert!(!foreign(&[host, ("origin", "http://sos.local:8080")]));
        assert!(!foreign(&[host, ("origin", "https://sos.example")]));
        assert!(foreign(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(!foreign(&[host, ("sec-fetch-site", "same-origin")]));
    }
}
