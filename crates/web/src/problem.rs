//! Problem details for HTTP APIs (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// An error as the caller sees it: what happened, to what, and what to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status code.
    pub status: u16,
    /// The status in words.
    pub title: String,
    /// What happened here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// With 409: the thing as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<serde_json::Value>,
    /// With 422 of a file of the registry: what is wrong, each `{"field","code","detail"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub errors: Option<Box<serde_json::Value>>,
    #[serde(skip)]
    retry_after_s: Option<u32>,
}

impl Problem {
    /// Returns a problem with this status.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error").into(),
            detail: Some(detail.into()),
            current: None,
            errors: None,
            retry_after_s: None,
        }
    }

    /// 400: the request cannot be understood.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401: nobody is logged in, or the key is wrong.
    #[must_use]
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403: this person may not do it.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: the state does not allow it; `current` is the thing as it is.
    #[must_use]
    pub fn conflict(detail: impl Into<String>, current: Option<serde_json::Value>) -> Self {
        Self { current, ..Self::new(StatusCode::CONFLICT, detail) }
    }

    /// 422: the request is understood and makes no sense.
    #[must_use]
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// 429: too much, try again later.
    #[must_use]
    pub fn too_many(detail: impl Into<String>, retry_after_s: u32) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// 503: not now, try again soon.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>, retry_after_s: u32) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// 500: our fault.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "an error of the service; it was logged")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Strings and JSON values only: writing them cannot fail.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(after_s) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, after_s.into());
        }
        response
    }
}
