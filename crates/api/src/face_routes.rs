//! A senior's face: bytes in, bytes out, sealed in between.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use silverbell_dispatcher::PhotoError;
use silverbell_domain::{MAX_FACE_POINTS, Picture, Reader, Senior, SeniorId, TicketId};
use silverbell_web::Problem;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use crate::Api;
use crate::error::store_problem;
use crate::key_routes::reader;
use crate::photo_routes::problem;
use crate::session::CurrentUser;
use crate::ticket_routes::{parse, read as read_ticket};

/// The largest picture, bytes: the page makes it 480 pixels wide, some 60 KiB.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

async fn senior(api: &Api, id: &str) -> Result<Senior, Problem> {
    let id: SeniorId = parse(id, "senior")?;
    let found = api.dispatcher.store().senior(id).await.map_err(store_problem)?;
    found.ok_or_else(|| Problem::not_found("there is no such senior"))
}

/// Keeps a senior's face instead of an older one: the bytes of a JPEG, PNG or WebP picture, at most 1 MiB.
/// What a camera writes beside the picture is left out.
#[utoipa::path(put, path = "/v1/seniors/{id}/face", tag = "seniors",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204, description = "It is kept"),
    (status = 413, description = "Larger than 1 MiB, or not whole", body = Problem),
    (status = 415, description = "No JPEG, PNG or WebP picture, or not whole", body = Problem)))]
pub(crate) async fn put(
    State(api): State<Api>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (mut parts, body) = request.into_parts();
    let who = CurrentUser::from_request_parts(&mut parts, &api).await?;
    who.operator()?;
    let senior = senior(&api, &id).await?;
    who.serves(&senior.district)?;
    let busy = |_| Problem::too_many("many photos come at once; send it again", 3);
    let _place = api.photos.try_acquire().map_err(busy)?;
    let too_large = |_| {
        let words = "a face has at most 1 MiB, and has to arrive whole: send a smaller one";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, words)
    };
    let bytes = Bytes::from_request(Request::from_parts(parts, body), &api).await;
    let bytes = bytes.map_err(too_large)?;
    let unknown = || {
        let words = "no whole picture: send a JPEG, PNG or WebP as it came from the camera";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, words)
    };
    if Picture::points(&bytes).ok_or_else(unknown)? > MAX_FACE_POINTS {
        let words = "a face has at most 4 million points: send a smaller one";
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, words));
    }
    let stripped = spawn_blocking(move || Picture::of(&bytes).and_then(|it| it.stripped(&bytes)));
    let picture = stripped.await.ok().flatten().ok_or_else(unknown)?;
    let seals = &api.settings.seals;
    let kept = api.dispatcher.put_face(seals, &senior, Some(picture), who.user.id).await;
    kept.map_err(|error| problem(&api, error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a senior's face.
#[utoipa::path(delete, path = "/v1/seniors/{id}/face", tag = "seniors", responses(
    (status = 204, description = "There is none any more"),
    (status = 404, description = "No such senior", body = Problem)))]
pub(crate) async fn remove(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    who.operator()?;
    let senior = senior(&api, &id).await?;
    who.serves(&senior.district)?;
    let removed = api.dispatcher.put_face(&api.settings.seals, &senior, None, who.user.id).await;
    removed.map_err(|error| problem(&api, error))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct For {
    /// The ticket for which one goes; responders have to name it.
    ticket: Option<String>,
}

/// Returns a senior's face, for operators of the district and for responders while on the way or at the
/// door. Every look, and every try, is kept in the log.
#[utoipa::path(get, path = "/v1/seniors/{id}/face", tag = "seniors", params(For), responses(
    (status = 200, description = "The picture", content_type = "image/jpeg"),
    (status = 403, description = "Not on the way to this senior; the try is kept", body = Problem),
    (status = 404, description = "No such senior, or no face", body = Problem),
    (status = 409, description = "It was sealed with another data key, or is damaged", body = Problem)))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
    Query(wanted): Query<For>,
) -> Result<Response, Problem> {
    let senior = senior(&api, &id).await?;
    let ticket: Option<TicketId> =
        wanted.ticket.as_deref().map(|text| parse(text, "ticket")).transpose()?;
    if !may_see(&api, &who, &senior, ticket).await? {
        let kept = api.dispatcher.face_refused(&senior, ticket, who.user.id).await;
        kept.map_err(store_problem)?;
        return Err(problem(&api, PhotoError::Refused));
    }
    let busy = |_| Problem::too_many("many photos are looked at; ask again", 3);
    let _place = api.photos.try_acquire().map_err(busy)?;
    let seals = &api.settings.seals;
    let read = api.dispatcher.read_face(seals, &senior, ticket, who.user.id).await;
    let (picture, bytes) = read.map_err(|error| problem(&api, error))?;
    let mut response = Bytes::copy_from_slice(&bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(picture.media_type()));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

async fn may_see(
    api: &Api,
    who: &CurrentUser,
    senior: &Senior,
    ticket: Option<TicketId>,
) -> Result<bool, Problem> {
    match (reader(who, &senior.district), ticket) {
        (Reader::Operator(_), _) => Ok(true),
        (Reader::Responder(responder), Some(ticket)) => {
            let ticket = read_ticket(api, ticket).await?;
            Ok(ticket.senior == Some(senior.id) && ticket.engages(responder))
        }
        (Reader::Responder(_), None) | (Reader::Stranger, _) => Ok(false),
    }
}
