//! The built pages, embedded. They ask no host but their own, and are told so.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../dispatcher-console/dist"]
#[allow_missing = true]
struct Pages;

/// What a page may load: its own, and nothing else.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; \
    style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self' ws: wss:; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Shown when the program was built without its pages.
const NOT_BUILT: &str = "<!doctype html><html lang=zh-CN><meta charset=utf-8>\
    <title>Silverbell 银铃</title><body style='font-family:sans-serif;margin:3rem'>\
    <h1>页面尚未构建 · Pages not built</h1><p>此程序构建时没有网页。请运行 <code>make build</code>。</p>\
    <p>This program was built without its pages. Run <code>make build</code>.</p>";

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|| async { page("index.html") }))
        .route("/aide", get(|| async { page("aide.html") }))
        .route("/board", get(|| async { page("board.html") }))
        .route("/reports", get(|| async { page("reports.html") }))
        .route("/card", get(|| async { page("card.html") }))
        .route("/o", get(|| async { page("link.html") }))
        .route("/assets/{*path}", get(asset))
        .route("/sw.js", get(|| async { at_the_root("sw.js") }))
        .route("/aide.webmanifest", get(|| async { at_the_root("aide.webmanifest") }))
        .route("/aide-192.png", get(|| async { at_the_root("aide-192.png") }))
        .route("/aide-512.png", get(|| async { at_the_root("aide-512.png") }))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .layer(middleware::map_response(|mut response: Response| async {
            let headers = response.headers_mut();
            protect(headers);
            response
        }))
}

fn protect(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn page(name: &str) -> Response {
    match Pages::get(name) {
        Some(file) => (
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "no-cache"),
            ],
            Body::from(file.data),
        )
            .into_response(),
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

/// Assets carry their hash in the name, so they never change.
async fn asset(Path(path): Path<String>) -> Response {
    file(&format!("assets/{path}"), "public, max-age=31536000, immutable")
}

/// What a phone keeps of the aide's page: files whose names never change, asked for anew each time.
fn at_the_root(name: &str) -> Response {
    file(name, "no-cache")
}

fn file(path: &str, caching: &'static str) -> Response {
    match Pages::get(path) {
        Some(file) => (
            [(header::CONTENT_TYPE, content_type(path)), (header::CACHE_CONTROL, caching)],
            Body::from(file.data),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("wav") => "audio/wav",
        Some(_) | None => "application/octet-stream",
    }
}
