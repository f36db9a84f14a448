//! After the door: calls back, and which are due.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use silverbell_store::{Subject, TicketPage};
use silverbell_web::Problem;
use utoipa::{IntoParams, ToSchema};

use crate::act::Act;
use crate::error::{Shown, problem};
use crate::session::CurrentUser;
use crate::ticket_routes::{
    MAX_LIMIT, MAX_LINE, TicketAnswer, TicketList, answered, parse, permit, shown,
};
use crate::{Api, dto, view};

/// Calls are shown so long before they have to be made, seconds: a day.
const SHOWN_BEFORE_S: i64 = 86_400;

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FollowUp {
    /// What came of the call: `reached`, `no_answer`, or in words.
    result: String,
    /// 1 (very dissatisfied) to 5 (very satisfied); 1 and 2 open a complaint.
    satisfaction: Option<u8>,
    /// In words.
    note: Option<String>,
}

/// Records a call back after a ticket was closed.
#[utoipa::path(post, path = "/v1/tickets/{id}/follow-ups", tag = "tickets", request_body = FollowUp,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "It is open, or filed away", body = Problem)))]
pub(crate) async fn follow_ups(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<FollowUp>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let FollowUp { result, satisfaction, note } = &act.body;
    if result.chars().count() > MAX_LINE {
        return Err(Problem::unprocessable("result: at most 200 characters; the rest is a `note`"));
    }
    let (result, note) = (result.clone(), note.clone());
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.follow_up(id, result, *satisfaction, note, &actor).await)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DueQuery {
    /// 50, at most 500.
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// One district of those served.
    district: Option<String>,
}

/// Lists the closed tickets whose senior has to be called back within a day, or should have been: the
/// longest due first. `call_back` says until when, and how often it was tried.
#[utoipa::path(get, path = "/v1/follow-ups", tag = "tickets", params(DueQuery), responses(
    (status = 200, description = "A page", body = TicketList)))]
pub(crate) async fn due(
    State(api): State<Api>,
    who: CurrentUser,
    Query(query): Query<DueQuery>,
) -> Result<Json<TicketList>, Problem> {
    who.operator()?;
    let limit = query.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
    let offset = match query.cursor.as_deref() {
        None => 0,
        Some(text) => text.parse().map_err(|_| Problem::bad_request("cursor: not one of ours"))?,
    };
    let districts = crate::district_routes::chosen(&api, &who, query.district.as_deref())?;
    let now = api.dispatcher.clock().now();
    let page = TicketPage { limit: limit + 1, offset };
    let due = api.dispatcher.call_backs(&districts, now.plus_s(SHOWN_BEFORE_S), page).await;
    let mut due = due.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let more = due.len() > limit as usize;
    due.truncate(limit as usize);
    let policy = api.dispatcher.policy();
    Ok(Json(TicketList {
        items: due.iter().map(|ticket| view::ticket(ticket, policy, now)).collect(),
        next_cursor: more.then(|| (offset + limit).to_string()),
    }))
}
