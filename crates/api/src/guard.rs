//! Refuses requests that another site's page made a browser send.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
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
    let same_site = all(headers, "sec-fetch-site", |said| matches!(said, "same-origin" | "none"));
    let same_origin = all(headers, header::ORIGIN.as_str(), |said| {
        Origin::read(said).is_some_and(|origin| {
            origin.is_of_host(headers) || public_url.and_then(Origin::read) == Some(origin)
        })
    });
    !(same_site && same_origin)
}

/// Returns whether every header of this name is fine; true as well when there is none.
fn all(headers: &HeaderMap, name: &str, is_fine: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(&is_fine))
}

/// Where a page came from, letters small and the port said: `http://H:80` and `http://h` are one.
#[derive(Debug, PartialEq, Eq)]
struct Origin {
    is_https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads an origin of the web. A page out of a file, an application or nowhere (`null`) has
    /// none, whatever host it names.
    fn read(text: &str) -> Option<Self> {
        let url: Uri = text.parse().ok()?;
        let is_https = match url.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let is_bare = url.path() == "/" && url.query().is_none();
        is_bare.then(|| Self::of_authority(is_https, url.authority()?)).flatten()
    }

    fn of_authority(is_https: bool, authority: &Authority) -> Option<Self> {
        let (host, names_user) = (authority.host(), authority.as_str().contains('@'));
        if names_user || host.is_empty() {
            return None;
        }
        let after_host = &authority.as_str()[host.len()..];
        let port = match after_host.strip_prefix(':') {
            Some(port) => port.parse().ok()?,
            None => default_port(is_https),
        };
        Some(Self { is_https, host: host.to_ascii_lowercase(), port })
    }

    /// Returns whether it is the host that was asked. Whether by TLS, only a proxy in front knows.
    fn is_of_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.and_then(|host| host.parse().ok());
        host.and_then(|host| Self::of_authority(self.is_https, &host)).as_ref() == Some(self)
    }
}

const fn default_port(is_https: bool) -> u16 {
    if is_https { 443 } else { 80 }
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
        assert!(foreign(&[host, ("origin", "http://sos.local:8081")]));
        assert!(!foreign(&[host, ("origin", "http://sos.local:8080")]));
        assert!(!foreign(&[host, ("origin", "https://sos.example")]));
        assert!(foreign(&[host, ("origin", "http://sos.example")]), "the public URL is HTTPS");
        assert!(foreign(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(!foreign(&[host, ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn what_is_no_page_of_the_web_is_foreign_whatever_host_it_names() {
        let host = ("host", "sos.local:8080");
        for origin in [
            "null",
            "",
            "file://sos.local:8080",
            "FILE://sos.local:8080",
            "ftp://sos.local:8080",
            "chrome-extension://sos.local:8080",
            "://sos.local:8080",
            "sos.local:8080",
            "//sos.local:8080",
            "http://somebody@sos.local:8080",
            "http://sos.local:8080@evil.example",
            "http://sos.local:8080/path",
            "http://sos.local:8080?query",
            "http://sos.local:8080 http://evil.example",
            "http://sos.local:",
            "http://sos.local:99999",
            "http://:8080",
            "http://",
        ] {
            assert!(foreign(&[host, ("origin", origin)]), "{origin}");
        }
        assert!(foreign(&[("origin", "http://sos.local:8080")]), "no host was asked");
    }

    #[test]
    fn an_origin_is_the_same_in_large_letters_and_with_its_default_port() {
        let same = [
            ("sos.local", "http://sos.local:80"),
            ("sos.local:80", "http://sos.local"),
            ("sos.local", "https://sos.local:443"),
            ("sos.local:443", "https://sos.local"),
            ("SOS.local:8080", "HTTP://sos.LOCAL:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("[::1]", "http://[::1]:80"),
            ("[2001:DB8::7]", "https://[2001:db8::7]"),
            ("127.0.0.1:8080", "https://SOS.example:443"),
        ];
        for (host, origin) in same {
            assert!(!foreign(&[("host", host), ("origin", origin)]), "{host} {origin}");
        }
        let different = [
            ("sos.local", "https://sos.local:80"),
            ("sos.local:80", "https://sos.local"),
            ("sos.local", "http://sos.local:8080"),
            ("[::1]:8080", "http://[::2]:8080"),
            ("[::1]:8080", "http://[::1]:8081"),
            ("::1", "http://[::1]"),
        ];
        for (host, origin) in different {
            assert!(foreign(&[("host", host), ("origin", origin)]), "{host} {origin}");
        }
    }

    #[test]
    fn of_two_origins_both_have_to_be_ours() {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("h"));
        headers.append("origin", HeaderValue::from_static("http://h"));
        headers.append("origin", HeaderValue::from_static("http://evil.example"));
        assert!(is_foreign(&headers, None));
    }
}
