//! Photos of a ticket: bytes in, bytes out, sealed in between.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use silverbell_dispatcher::{PhotoError, UseCaseError};
use silverbell_domain::{
    MAX_PHOTO_BYTES, MAX_PHOTO_POINTS, PhotoId, PhotoOf, Picture, Reader, Ticket, TicketId,
};
use silverbell_store::{Subject, Thing};
use silverbell_web::Problem;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use crate::act::Act;
use crate::error::{Shown, problem as use_case_problem, store_problem};
use crate::key_routes::{Log, lines, reader};
use crate::session::CurrentUser;
use crate::ticket_routes::{parse, read};
use crate::{Api, dto, view};

/// So many photos are in memory at once.
pub(crate) const AT_ONCE: usize = 8;

pub(crate) fn problem(api: &Api, error: PhotoError) -> Problem {
    match error {
        PhotoError::UseCase(error) => use_case_problem(error, Shown::Ticket, &api.dispatcher),
        PhotoError::Refused => Problem::forbidden(error.to_string()),
        PhotoError::NotSealed(why) => Problem::unavailable(why.to_string(), 60),
        PhotoError::NotOpened(why) => Problem::conflict(why.to_string(), None),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct What {
    /// `before`, `after` or `other` (default).
    what: Option<String>,
}

/// Keeps a photo of a ticket: the bytes of a JPEG, PNG or WebP picture, at most 8 MiB, at most 20 a
/// ticket. What a camera writes beside the picture, the place for instance, is left out. For operators,
/// and for responders while on the way or at the door.
#[utoipa::path(post, path = "/v1/tickets/{id}/photos", tag = "photos", params(What),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "The ticket as it is now", body = dto::Ticket),
    (status = 403, description = "Not on the way to it", body = Problem),
    (status = 409, description = "There are 20 already", body = Problem),
    (status = 413, description = "Larger than 8 MiB", body = Problem),
    (status = 415, description = "No JPEG, PNG or WebP picture, or not whole", body = Problem),
    (status = 429, description = "Too many at once", body = Problem)))]
pub(crate) async fn add(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(what): Query<What>,
    request: Request,
) -> Result<Json<dto::Ticket>, Problem> {
    let id: TicketId = parse(&id, "ticket")?;
    let what = what.what.as_deref().map_or(Some(PhotoOf::Other), PhotoOf::parse);
    let what = what.ok_or_else(|| Problem::bad_request("what: `before`, `after` or `other`"))?;
    let (mut parts, body) = request.into_parts();
    let who = CurrentUser::from_request_parts(&mut parts, &api).await?;
    let ticket = read(&api, id).await?;
    let reader = reader(&who, &ticket.district);
    // Nobody sends eight megabytes to be refused, and nobody fills the memory with them.
    let is_allowed = match reader {
        Reader::Operator(_) => true,
        Reader::Responder(responder) => ticket.engages(responder),
        Reader::Stranger => false,
    };
    if !is_allowed {
        return Err(problem(&api, PhotoError::Refused));
    }
    let busy = |_| Problem::too_many("many photos come at once; send it again", 3);
    let _place = api.photos.try_acquire().map_err(busy)?;
    let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), &api).await;
    let bytes = bytes.map_err(|refused| match refused.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, "a photo has at most 8 MiB: send a smaller one")
        }
        _ => Problem::new(StatusCode::REQUEST_TIMEOUT, "the photo did not arrive whole; again"),
    })?;
    let act = Act::of_bytes(who, &parts, &bytes, &api)?;
    if act.done_before().await?.is_some() {
        return shown(&api, &read(&api, id).await?, reader);
    }
    let unknown = || {
        let words = "no whole picture: send a JPEG, PNG or WebP as it came from the camera";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, words)
    };
    if Picture::points(&bytes).ok_or_else(unknown)? > MAX_PHOTO_POINTS {
        let words = "a photo has at most 64 million points: send a smaller one";
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, words));
    }
    let stripped = spawn_blocking(move || Picture::of(&bytes).and_then(|it| it.stripped(&bytes)));
    let picture = stripped.await.ok().flatten().ok_or_else(unknown)?;
    let actor = act.actor(Subject::Ticket(id));
    let seals = &api.settings.seals;
    let added = api.dispatcher.add_photo(seals, id, what, picture, reader, &actor).await;
    let ticket = added.map_err(|error| match (reader, error) {
        // An aide sees of a ticket what the own offer shows, and nothing more.
        (
            Reader::Responder(_) | Reader::Stranger,
            PhotoError::UseCase(UseCaseError::Conflict { why, .. }),
        ) => Problem::conflict(why, None),
        (_, error) => problem(&api, error),
    })?;
    shown(&api, &ticket, reader)
}

/// Returns the ticket as far as this person sees it.
fn shown(api: &Api, ticket: &Ticket, reader: Reader) -> Result<Json<dto::Ticket>, Problem> {
    let policy = api.dispatcher.policy();
    let now = api.dispatcher.clock().now();
    match reader {
        Reader::Operator(_) => Ok(Json(view::ticket(ticket, policy, now))),
        Reader::Responder(responder) => {
            Ok(Json(view::ticket_for_aide(ticket, responder, policy, now)))
        }
        Reader::Stranger => Err(problem(api, PhotoError::Refused)),
    }
}

/// Returns a photo, for operators of the district and for responders while on the way or at the door.
/// Every look, and every try, is kept in the log.
#[utoipa::path(get, path = "/v1/photos/{id}", tag = "photos", responses(
    (status = 200, description = "The picture", content_type = "image/jpeg"),
    (status = 403, description = "Not on the way to it; the try is kept", body = Problem),
    (status = 404, description = "No such photo", body = Problem),
    (status = 409, description = "It was sealed with another data key, or is damaged", body = Problem)))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: PhotoId = parse(&id, "photo")?;
    api.readings.count(who.user.id, api.dispatcher.clock().now())?;
    let busy = |_| Problem::too_many("many photos are looked at; ask again", 3);
    let _place = api.photos.try_acquire().map_err(busy)?;
    let as_whom = |ticket: &Ticket| reader(&who, &ticket.district);
    let read = api.dispatcher.read_photo(&api.settings.seals, id, as_whom, who.user.id).await;
    let (picture, bytes) = read.map_err(|error| problem(&api, error))?;
    let mut response = Bytes::copy_from_slice(&bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(picture.media_type()));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// Returns who looked at a photo, the latest first. For supervisors.
#[utoipa::path(get, path = "/v1/photos/{id}/log", tag = "photos", responses(
    (status = 200, description = "At most 500", body = Log),
    (status = 403, description = "Supervisors may", body = Problem)))]
pub(crate) async fn log(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<Log>, Problem> {
    who.supervisor()?;
    let id: PhotoId = parse(&id, "photo")?;
    let photo = api.dispatcher.store().photo(id).await.map_err(store_problem)?;
    let photo = photo.ok_or_else(|| Problem::not_found("there is no such photo"))?;
    who.serves(&photo.district)?;
    lines(&api, Thing::Photo(id)).await
}

/// The largest body of these routes, bytes.
pub(crate) const MAX_BODY: usize = MAX_PHOTO_BYTES;
