//! The desks of the call centre: who is on, what they do, and what one shift tells the next.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::DeskNews;
use silverbell_domain::{DeskState, ShiftNoteId};
use silverbell_store::{Idempotency, Subject};
use silverbell_web::Problem;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::{Shown, problem, store_problem};
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// Which district's.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    district: Option<String>,
}

/// What a page tells of its desk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// `ready`, `busy`, `break` or `wrap_up`; as before when missing, ready at first.
    state: Option<String>,
    /// Whether the person heard the alarm when it was tried.
    heard: Option<bool>,
}

/// Tells that somebody is at a desk, and what that person is doing. A page says so every half minute;
/// whoever was silent for 90 seconds is not there.
#[utoipa::path(put, path = "/v1/me/desk", tag = "desks", request_body = Told, responses(
    (status = 200, description = "Who is on now, oneself among them", body = dto::Desks),
    (status = 422, description = "What is wrong, in words", body = Problem)))]
pub(crate) async fn tell(
    State(api): State<Api>,
    act: Act<Told>,
) -> Result<Json<dto::Desks>, Problem> {
    act.who.operator()?;
    let word = act.body.state.as_deref();
    let wrong = || Problem::unprocessable("state: `ready`, `busy`, `break` or `wrap_up`");
    let state = word.map(|word| DeskState::parse(word).ok_or_else(wrong)).transpose()?;
    let news = DeskNews { state, heard: act.body.heard };
    api.dispatcher.tell_desk(act.who.user.id, news).await.map_err(store_problem)?;
    desks(&api, &act.who, None).await
}

/// Returns who is on, and what they do. What they hold stands in the tickets, as `owner`.
#[utoipa::path(get, path = "/v1/desks", tag = "desks",
    params(("district" = Option<String>, Query, description = "All that are served when missing")),
    responses((status = 200, description = "By name", body = dto::Desks)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<dto::Desks>, Problem> {
    who.operator()?;
    desks(&api, &who, which.district.as_deref()).await
}

async fn desks(
    api: &Api,
    who: &CurrentUser,
    district: Option<&str>,
) -> Result<Json<dto::Desks>, Problem> {
    let districts = chosen(api, who, district)?;
    let desks = api.dispatcher.desks(&districts).await.map_err(store_problem)?;
    Ok(Json(dto::Desks { items: desks.iter().map(view::desk).collect(), next_cursor: None }))
}

/// Shift notes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftNotes {
    items: Vec<dto::ShiftNote>,
    next_cursor: Option<String>,
}

/// Returns the shift notes of the last three days, newest first, and who has read them.
#[utoipa::path(get, path = "/v1/shift-notes", tag = "desks",
    params(("district" = Option<String>, Query, description = "All that are served when missing")),
    responses((status = 200, description = "At most 100", body = ShiftNotes)))]
pub(crate) async fn notes(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<ShiftNotes>, Problem> {
    who.operator()?;
    let districts = chosen(&api, &who, which.district.as_deref())?;
    let notes = api.dispatcher.shift_notes(&districts).await.map_err(store_problem)?;
    Ok(Json(ShiftNotes { items: notes.iter().map(view::shift_note).collect(), next_cursor: None }))
}

/// A shift note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNote {
    /// What the next shift has to know; at most 2,000 characters.
    text: String,
    /// The district, where several are served.
    district: Option<String>,
}

/// Tells the next shift something. It can be neither changed nor removed.
#[utoipa::path(post, path = "/v1/shift-notes", tag = "desks", request_body = NewNote, responses(
    (status = 200, description = "The note", body = dto::ShiftNote),
    (status = 422, description = "What is wrong, in words", body = Problem)))]
pub(crate) async fn add_note(
    State(api): State<Api>,
    act: Act<NewNote>,
) -> Result<Json<dto::ShiftNote>, Problem> {
    act.who.operator()?;
    let [district] = &*chosen(&api, &act.who, act.body.district.as_deref())? else {
        return Err(Problem::unprocessable("name one `district`"));
    };
    if let Some(Idempotency { subject: Subject::ShiftNote(id), .. }) = act.done_before().await? {
        return note(&api, &act.who, id).await;
    }
    let actor = act.actor(Subject::ShiftNote(ShiftNoteId(Uuid::nil())));
    let added = api.dispatcher.add_shift_note(district, &act.body.text, &actor).await;
    let id = added.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    tracing::info!(user = %act.who.user.id, note = %id, "a shift note was written");
    note(&api, &act.who, id).await
}

async fn note(
    api: &Api,
    who: &CurrentUser,
    id: ShiftNoteId,
) -> Result<Json<dto::ShiftNote>, Problem> {
    let districts = chosen(api, who, None)?;
    let notes = api.dispatcher.shift_notes(&districts).await.map_err(store_problem)?;
    let found = notes.iter().find(|shown| shown.note.id == id);
    let missing = || Problem::not_found("there is no such shift note");
    found.map(|shown| Json(view::shift_note(shown))).ok_or_else(missing)
}

/// Tells that one has read a note.
#[utoipa::path(post, path = "/v1/shift-notes/{id}/read", tag = "desks", responses(
    (status = 204, description = "It is kept; the first time counts"),
    (status = 404, description = "No such note, or it is shown no more", body = Problem)))]
pub(crate) async fn read_note(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    who.operator()?;
    let id: ShiftNoteId = parse(&id, "shift note")?;
    let districts = chosen(&api, &who, None)?;
    let read = api.dispatcher.read_shift_note(&districts, id, who.user.id).await;
    read.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(StatusCode::NO_CONTENT)
}
