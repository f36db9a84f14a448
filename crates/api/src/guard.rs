//! Refuses requests that another site's page made a browser send.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use silverbell_web::Problem;

/// Refuses unsafe methods whose `Origin` or `Sec-Fetch-Site` is foreign; without either they pass,
/// for scripts have no session of somebody else's.
pub(crate) async fn refuse_foreign_origins(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && is_foreign(request.headers(), None) {
        return Problem::forbidden("this request comes from another site").into_response();
    }
    next.run(request).await
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
