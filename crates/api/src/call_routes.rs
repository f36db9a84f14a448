//! The telephone: calls, whose they are, and calling somebody.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{Actor, Callee, Dialled, NotCalled};
use silverbell_domain::{CallId, TicketId, UnixMs};
use silverbell_store::{CallRecord, Idempotency, Subject};
use silverbell_web::{Problem, parse_rfc3339, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::{Shown, problem, store_problem};
use crate::senior_routes::senior;
use crate::session::CurrentUser;
use crate::ticket_routes::{parse, read};
use crate::{Api, dto, view};

/// How many calls are returned at most.
const MAX_LIMIT: u32 = 500;

/// Without `since`, calls of so long are returned, seconds: a day.
const CALLS_OF_S: i64 = 86_400;

/// The longest summary, characters.
const MAX_SUMMARY: usize = 4_000;

/// Whether one can call from here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TelephoneInfo {
    /// Whether an exchange is set.
    enabled: bool,
    /// Whether it is connected: otherwise calls are neither shown nor made.
    connected: bool,
    /// Since when it is connected, or is not, RFC 3339; null without an exchange.
    since: Option<String>,
}

/// Returns whether there is a telephone exchange, and whether it is connected.
#[utoipa::path(get, path = "/v1/telephone", tag = "telephone",
    responses((status = 200, description = "Whether one can call", body = TelephoneInfo)))]
pub(crate) async fn info(
    State(api): State<Api>,
    who: CurrentUser,
) -> Result<Json<TelephoneInfo>, Problem> {
    who.operator()?;
    let link = api.exchange.link();
    let now = api.dispatcher.clock().now();
    let since = link.map(|link| {
        let lasts_ms = i64::try_from(link.lasts.as_millis()).unwrap_or(i64::MAX);
        rfc3339(UnixMs(now.0.saturating_sub(lasts_ms)))
    });
    Ok(Json(TelephoneInfo {
        enabled: link.is_some(),
        connected: link.is_some_and(|link| link.is_connected),
        since,
    }))
}

/// Which calls.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    district: Option<String>,
    senior: Option<String>,
    since: Option<String>,
    limit: Option<u32>,
}

/// Calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Calls {
    items: Vec<dto::Call>,
    next_cursor: Option<String>,
}

/// Returns telephone calls, the latest first: a senior's, or a district's since then.
#[utoipa::path(get, path = "/v1/calls", tag = "telephone",
    params(("district" = Option<String>, Query, description = "Needed by who serves several"),
        ("senior" = Option<String>, Query, description = "A senior's"),
        ("since" = Option<String>, Query, description = "RFC 3339; a day ago when missing"),
        ("limit" = Option<u32>, Query, description = "50, at most 500")),
    responses((status = 200, description = "The latest first", body = Calls)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<Calls>, Problem> {
    who.operator()?;
    let (store, now) = (api.dispatcher.store(), api.dispatcher.clock().now());
    let limit = which.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
    let found = match which.senior.as_deref() {
        Some(id) => {
            let senior = senior(&api, &who, id).await?;
            store.calls_of(senior.id, limit).await
        }
        None => {
            let [district] = &*chosen(&api, &who, which.district.as_deref())? else {
                return Err(Problem::unprocessable("name one `district`"));
            };
            let since = match which.since.as_deref() {
                Some(text) => parse_rfc3339(text)
                    .ok_or_else(|| Problem::bad_request("since: a time as 2026-11-21T02:03:04Z"))?,
                None => now.plus_s(-CALLS_OF_S),
            };
            store.calls(district, since, limit).await
        }
    };
    let items = found.map_err(store_problem)?.iter().map(|call| view::call(call, now)).collect();
    Ok(Json(Calls { items, next_cursor: None }))
}

/// Whom to call.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CallSomebody {
    /// The number, however it is written.
    number: String,
    /// The senior it is about.
    senior: Option<String>,
    /// The ticket it is about.
    ticket: Option<String>,
}

/// Calls somebody: the own seat rings first, then the number. What comes of it is told as any call.
/// The call is recorded first, so that a request that is repeated with its key rings nobody again.
#[utoipa::path(post, path = "/v1/calls", tag = "telephone", request_body = CallSomebody, responses(
    (status = 200, description = "The seat will ring", body = dto::Call),
    (status = 409, description = "There is no exchange, or no seat is set; or the exchange takes no \
        call, which is then in `current`", body = Problem)))]
pub(crate) async fn call(
    State(api): State<Api>,
    act: Act<CallSomebody>,
) -> Result<Json<dto::Call>, Problem> {
    act.who.operator()?;
    if let Some(Idempotency { subject: Subject::Call(id), .. }) = act.done_before().await? {
        let call = known(&api, &act.who, id).await?;
        return Ok(Json(view::call(&call, api.dispatcher.clock().now())));
    }
    let username = act.who.user.username.clone();
    let number = api.exchange.callable(&username, &act.body.number).map_err(not_called)?;
    let senior = match act.body.senior.as_deref() {
        Some(id) => Some(senior(&api, &act.who, id).await?),
        None => None,
    };
    let ticket = match act.body.ticket.as_deref() {
        Some(id) => Some(read(&api, parse::<TicketId>(id, "ticket")?).await?),
        None => None,
    };
    if let Some(ticket) = &ticket {
        act.who.serves(&ticket.district)?;
    }
    let districts = chosen(&api, &act.who, None)?;
    let district = ticket.as_ref().map(|ticket| &ticket.district).or(districts.first());
    let district = district.ok_or_else(|| Problem::forbidden("you serve no district"))?.clone();
    // The use case puts in the call's own identity.
    let actor = act.actor(Subject::Call(CallId(act.who.user.id.0)));
    let ticket = ticket.map(|ticket| ticket.id);
    let callee = Callee { username, number, senior, ticket, district };
    let dialled = api.dispatcher.dial(api.exchange.clone(), callee, actor).await;
    let now = api.dispatcher.clock().now();
    match dialled.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))? {
        Dialled::Asked(call) => Ok(Json(view::call(&call, now))),
        Dialled::Failed(call, why) => {
            let current = serde_json::to_value(view::call(&call, now)).ok();
            Err(Problem::conflict(why.to_string(), current))
        }
    }
}

fn not_called(why: NotCalled) -> Problem {
    match why {
        NotCalled::NoExchange | NotCalled::NotConnected | NotCalled::NoSeat => {
            Problem::conflict(why.to_string(), None)
        }
        NotCalled::NoNumber => Problem::unprocessable(why.to_string()),
    }
}

/// Returns a call that this person is shown: of a district served, or of nobody known.
pub(crate) async fn known(api: &Api, who: &CurrentUser, id: CallId) -> Result<CallRecord, Problem> {
    let call = api.dispatcher.call(id).await;
    let call = call.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    if !call.parties.is_empty() {
        who.serves(&call.district)?;
    }
    Ok(call)
}

/// What was said.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Summary {
    /// In a person's words.
    text: String,
    /// Whose call it was, where the number belongs to several.
    senior: Option<String>,
}

/// Writes down what was said in a call, and whose call it was.
#[utoipa::path(post, path = "/v1/calls/{id}/summary", tag = "telephone", request_body = Summary,
    responses((status = 200, description = "The call", body = dto::Call),
        (status = 404, description = "No such call", body = Problem)))]
pub(crate) async fn summary(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Summary>,
) -> Result<Json<dto::Call>, Problem> {
    act.who.operator()?;
    let id: CallId = parse(&id, "call")?;
    known(&api, &act.who, id).await?;
    if act.body.text.chars().count() > MAX_SUMMARY {
        return Err(Problem::unprocessable("text: at most 4000 characters"));
    }
    let senior = match act.body.senior.as_deref() {
        Some(id) => Some(senior(&api, &act.who, id).await?.id),
        None => None,
    };
    let actor = Actor { user: act.who.user.id, idempotency: None };
    let text = act.body.text.clone();
    let call = api.dispatcher.summarise_call(id, senior, text, &actor).await;
    let call = call.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(Json(view::call(&call, api.dispatcher.clock().now())))
}
