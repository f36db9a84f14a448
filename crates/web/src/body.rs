//! JSON bodies with errors in words. An empty body is `{}` (contract, "People").

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::Problem;

/// A JSON body of the type wanted, whatever its `Content-Type` says.
#[derive(Clone, Copy, Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, state).await.map_err(|refused| {
            let status = refused.status();
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                return Problem::new(status, "the body is too large");
            }
            let detail = "the body did not arrive whole and in time; send it again";
            Problem::new(StatusCode::REQUEST_TIMEOUT, detail)
        })?;
        let text: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { &body };
        // The error names the field and the place, and may quote what a person typed: bodies of
        // people's routes only, and it goes back to the same person.
        serde_json::from_slice(text).map(Self).map_err(|error| {
            if error.is_data() {
                Problem::unprocessable(format!("the body does not fit: {error}"))
            } else {
                Problem::bad_request(format!("the body is not JSON: {error}"))
            }
        })
    }
}
