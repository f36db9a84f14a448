//! Tickets, for operators.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{Opened, UseCaseError};
use silverbell_domain::{
    By, CallId, Cause, Close, EmergencyCentre, EscalationTarget, Kind, LatLon, Outcome,
    ResponderId, Rung, SeniorId, TeamRole, Ticket, TicketId, UserId,
};
use silverbell_store::{Idempotency, SeniorQuery, Subject, TicketPage, TimelineRow};
use silverbell_web::{JsonBody, Problem, parse_rfc3339, rfc3339};
use utoipa::{IntoParams, ToSchema};

use crate::act::Act;
use crate::error::{Shown, problem, store_problem};
use crate::session::CurrentUser;
use crate::{Api, call_routes, device_routes, dto, view};

/// How many of a senior's devices are shown.
const MAX_DEVICES: usize = 10;

/// How many of the responders considered are shown (design §6).
const CANDIDATES: usize = 20;

/// What is one line, a reference or a result, has at most so many characters.
pub(crate) const MAX_LINE: usize = 200;

/// Nobody announces an ambulance for another day, minutes.
const MAX_ETA_MIN: u32 = 1_440;

/// A list's page has at most so many.
pub(crate) const MAX_LIMIT: u32 = 500;

/// The tickets of so many seniors are looked through for what is searched for.
const SENIORS_SEARCHED: u32 = 50;

pub(crate) type TicketAnswer = Result<Json<dto::Ticket>, Problem>;

pub(crate) fn shown(api: &Api, ticket: &Ticket) -> Json<dto::Ticket> {
    Json(view::ticket(ticket, api.dispatcher.policy(), api.dispatcher.clock().now()))
}

pub(crate) fn answered(api: &Api, outcome: Result<Arc<Ticket>, UseCaseError>) -> TicketAnswer {
    match outcome {
        Ok(ticket) => Ok(shown(api, &ticket)),
        Err(error) => Err(problem(error, Shown::Ticket, &api.dispatcher)),
    }
}

pub(crate) async fn read(api: &Api, id: TicketId) -> Result<Ticket, Problem> {
    let found = api.dispatcher.ticket(id).await;
    found.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))
}

/// Allows the act to operators of the ticket's district. Returns the ticket when the same request
/// was carried out before.
pub(crate) async fn permit<T>(
    api: &Api,
    act: &Act<T>,
    id: TicketId,
) -> Result<Option<Ticket>, Problem> {
    act.who.operator()?;
    let glanced = api.dispatcher.glance(id).await;
    let glanced = glanced.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    act.who.serves(&glanced.district)?;
    match act.done_before().await? {
        Some(_) => read(api, id).await.map(Some),
        None => Ok(None),
    }
}

/// Parses an identity in a path; one that cannot be is one that does not exist.
pub(crate) fn parse<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(format!("there is no such {what}")))
}

/// Parses an identity in a body.
pub(crate) fn parse_in_body<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::unprocessable(format!("{what}: not an id")))
}

// --- Lists and files ---------------------------------------------------------------------------

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `open` (default) or `closed`.
    status: Option<String>,
    /// 50, at most 500.
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// One district of those served.
    district: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketList {
    pub(crate) items: Vec<dto::Ticket>,
    pub(crate) next_cursor: Option<String>,
}

/// Lists tickets, most urgent, then newest first.
#[utoipa::path(get, path = "/v1/tickets", tag = "tickets", params(ListQuery), responses(
    (status = 200, description = "A page", body = TicketList),
))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(query): Query<ListQuery>,
) -> Result<Json<TicketList>, Problem> {
    who.operator()?;
    let open = match query.status.as_deref() {
        None | Some("open") => true,
        Some("closed") => false,
        Some(_) => return Err(Problem::bad_request("status: `open` or `closed`")),
    };
    let limit = query.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
    let offset = match query.cursor.as_deref() {
        None => 0,
        Some(text) => text.parse().map_err(|_| Problem::bad_request("cursor: not one of ours"))?,
    };
    let districts = crate::district_routes::chosen(&api, &who, query.district.as_deref())?;
    let page = TicketPage { limit: limit + 1, offset };
    let store = api.dispatcher.store();
    let mut tickets = store.tickets(&districts, open, page).await.map_err(store_problem)?;
    let more = tickets.len() > limit as usize;
    tickets.truncate(limit as usize);
    let now = api.dispatcher.clock().now();
    Ok(Json(TicketList {
        items: tickets
            .iter()
            .map(|ticket| view::ticket(ticket, api.dispatcher.policy(), now))
            .collect(),
        next_cursor: more.then(|| (offset + limit).to_string()),
    }))
}

/// Returns a ticket with the senior's file, the candidates and the history.
#[utoipa::path(get, path = "/v1/tickets/{id}", tag = "tickets", responses(
    (status = 200, description = "The ticket's file", body = dto::TicketFile),
    (status = 404, description = "No such ticket", body = Problem),
))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::TicketFile>, Problem> {
    who.operator()?;
    let ticket = read(&api, parse(&id, "ticket")?).await?;
    who.serves(&ticket.district)?;
    let (store, now) = (api.dispatcher.store(), api.dispatcher.clock().now());
    let senior = match ticket.senior {
        Some(id) => store.senior(id).await.map_err(store_problem)?,
        None => None,
    };
    let face_at = match &senior {
        Some(senior) => store.face_at(senior.id).await.map_err(store_problem)?,
        None => None,
    };
    let devices = match &senior {
        Some(senior) => store.devices_of(senior.id).await.map_err(store_problem)?,
        None => Vec::new(),
    };
    let mut shown = Vec::with_capacity(devices.len());
    for device in devices.iter().take(MAX_DEVICES) {
        shown.push(device_routes::shown(&api, device).await?);
    }
    let mut history = store.timeline(ticket.id).await.map_err(store_problem)?;
    // What happened between the two reads is not in the ticket either.
    history.retain(|row| row.seq <= ticket.version);
    Ok(Json(dto::TicketFile {
        candidates: candidates(&api, &ticket),
        timeline: timeline(&api, history).await?,
        senior: senior.map(|senior| view::senior(&senior, now)),
        face_at: face_at.map(rfc3339),
        devices: shown,
        devices_waiting: api.dispatcher.devices_waiting(&ticket),
        ambulance: ambulance(&api, &ticket),
        call_leader: call_leader(&api, &ticket),
        ticket: view::ticket(&ticket, api.dispatcher.policy(), now),
    }))
}

/// Returns the leader's number once it has climbed there.
fn call_leader(api: &Api, ticket: &Ticket) -> Option<String> {
    let climb = ticket.watch.climb.as_ref().filter(|climb| climb.rung == Rung::Leader);
    climb.map(|_| api.dispatcher.policy().escalation.leader_phone.clone())
}

/// Returns which 120 serves the place.
fn ambulance(api: &Api, ticket: &Ticket) -> Option<dto::Ambulance> {
    let centres = &api.dispatcher.policy().handoff.centres;
    let centre = EmergencyCentre::nearest(centres, ticket.destination()?)?;
    Some(dto::Ambulance { city: centre.city.clone(), dial: centre.dial.clone() })
}

fn candidates(api: &Api, ticket: &Ticket) -> Vec<dto::Candidate> {
    let Some(board) = api.dispatcher.board(&ticket.district).filter(|_| ticket.is_open()) else {
        return Vec::new();
    };
    let now = api.dispatcher.clock().now();
    let considered = board.candidates(ticket, api.dispatcher.policy(), now);
    let planned = board.planned_team(ticket, api.dispatcher.policy(), now);
    considered
        .iter()
        .take(CANDIDATES)
        .map(|candidate| {
            let person = board.person(candidate.responder);
            let role = planned.iter().find(|(_, who)| *who == candidate.responder);
            let person = person.as_ref().map(|person| &*person.responder);
            view::candidate(candidate, person, role.map(|(role, _)| *role), ticket)
        })
        .collect()
}

async fn timeline(api: &Api, rows: Vec<TimelineRow>) -> Result<Vec<dto::TimelineEntry>, Problem> {
    let people: Vec<UserId> = rows.iter().filter_map(|row| row.event.by.user()).collect();
    let names = api.dispatcher.store().user_names(&people).await.map_err(store_problem)?;
    let names: HashMap<UserId, String> = names.into_iter().collect();
    let entries = rows.into_iter().map(|row| {
        let by = match row.event.by {
            By::Device => "device".to_owned(),
            By::Machine => "machine".to_owned(),
            By::Outside => "outside".to_owned(),
            By::Telephone { responder } | By::Link { responder } => {
                let person = api.dispatcher.board_of(responder).and_then(|b| b.person(responder));
                person.map_or_else(|| responder.to_string(), |p| p.responder.name.clone())
            }
            By::Person { user } | By::OnBehalf { user } => {
                names.get(&user).cloned().unwrap_or_else(|| user.to_string())
            }
        };
        let event = row.event.event.name().to_owned();
        let body = serde_json::to_value(&row.event.event).unwrap_or_default();
        let data = body.get("data").cloned().unwrap_or_else(|| serde_json::json!({}));
        dto::TimelineEntry { seq: row.seq, at: rfc3339(row.event.at), event, by, data }
    });
    Ok(entries.collect())
}

// --- What operators do -------------------------------------------------------------------------

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OpenTicket {
    /// The senior.
    senior: String,
    /// `call`.
    #[serde(default)]
    #[allow(dead_code, reason = "the only channel there is; accepted as the contract has it")]
    channel: Option<String>,
    /// `call` (default), `sos`, `fall`, `consult`, …
    kind: Option<String>,
    /// In words.
    note: Option<String>,
    /// The telephone call it is opened from, where that is known: its record then names the ticket.
    call: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenedTicket {
    #[serde(flatten)]
    ticket: dto::Ticket,
    /// Whether it joined the senior's open emergency.
    joined: bool,
}

/// Opens a ticket from a telephone call.
#[utoipa::path(post, path = "/v1/tickets", tag = "tickets", request_body = OpenTicket, responses(
    (status = 200, description = "Opened, or the open emergency it joined", body = OpenedTicket),
))]
pub(crate) async fn open(
    State(api): State<Api>,
    act: Act<OpenTicket>,
) -> Result<Json<OpenedTicket>, Problem> {
    act.who.operator()?;
    let now = api.dispatcher.clock().now();
    if let Some(Idempotency { subject: Subject::Ticket(id), at, .. }) = act.done_before().await? {
        let opened = Opened::before(Arc::new(read(&api, id).await?), at);
        act.who.serves(&opened.ticket.district)?;
        tie(&api, &act, &opened.ticket).await?;
        let ticket = view::ticket(&opened.ticket, api.dispatcher.policy(), now);
        return Ok(Json(OpenedTicket { ticket, joined: opened.joined }));
    }
    let kind = match act.body.kind.as_deref() {
        None => Kind::Call,
        Some(word) => Kind::parse(word)
            .ok_or_else(|| Problem::unprocessable("kind: not one of the ticket kinds"))?,
    };
    let senior: SeniorId = parse_in_body(&act.body.senior, "senior")?;
    let file = api.dispatcher.store().senior(senior).await.map_err(store_problem)?;
    let file = file.ok_or_else(|| Problem::not_found("there is no such senior"))?;
    act.who.serves(&file.district)?;
    let call = match act.body.call.as_deref() {
        Some(id) => Some(call_routes::known(&api, &act.who, parse_in_body(id, "call")?).await?),
        None => None,
    };
    // The use case puts in the ticket's own identity, or that of the one the call joins.
    let actor = act.actor(Subject::Ticket(TicketId(senior.0)));
    let note = act.body.note.clone();
    let opened = api.dispatcher.open_ticket(senior, kind, note, call.as_ref(), &actor).await;
    let opened = opened.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    tie(&api, &act, &opened.ticket).await?;
    let ticket = view::ticket(&opened.ticket, api.dispatcher.policy(), now);
    Ok(Json(OpenedTicket { ticket, joined: opened.joined }))
}

/// Lets the call that a ticket was opened from name it. A request that was repeated because just this
/// failed makes up for it.
async fn tie(api: &Api, act: &Act<OpenTicket>, ticket: &Ticket) -> Result<(), Problem> {
    let Some(id) = act.body.call.as_deref() else { return Ok(()) };
    let call: CallId = parse_in_body(id, "call")?;
    let tied = api.dispatcher.tie_call(call, ticket.id, ticket.senior).await;
    tied.map(drop).map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Nothing {}

/// The file popped up on a screen.
#[utoipa::path(post, path = "/v1/tickets/{id}/seen", tag = "tickets", responses(
    (status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn seen(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    answered(&api, api.dispatcher.seen(id, &act.actor(Subject::Ticket(id))).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Answer {
    /// Take it from whoever has it; wants a reason.
    #[serde(default)]
    take_over: bool,
    /// Why.
    reason: Option<String>,
}

/// Claims a ticket and stops its alarm.
#[utoipa::path(post, path = "/v1/tickets/{id}/answer", tag = "tickets", request_body = Answer,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "Another operator has it", body = Problem)))]
pub(crate) async fn answer(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Answer>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let reason = act.body.reason.clone().filter(|reason| !reason.trim().is_empty());
    if act.body.take_over && reason.is_none() {
        return Err(Problem::unprocessable("take_over wants a `reason`"));
    }
    let take_over = reason.filter(|_| act.body.take_over);
    answered(&api, api.dispatcher.answer(id, take_over, &act.actor(Subject::Ticket(id))).await)
}

/// Confirms an emergency: the hold before offers ends.
#[utoipa::path(post, path = "/v1/tickets/{id}/confirm", tag = "tickets", responses(
    (status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn confirm(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    answered(&api, api.dispatcher.confirm(id, &act.actor(Subject::Ticket(id))).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Verify {
    /// Whose device it is, where nobody knew.
    senior: Option<String>,
}

/// Vouches for a doubtful ticket.
#[utoipa::path(post, path = "/v1/tickets/{id}/verify", tag = "tickets", request_body = Verify,
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn verify(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Verify>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let senior = act.body.senior.as_deref();
    let senior = senior.map(|text| parse_in_body(text, "senior")).transpose()?;
    answered(&api, api.dispatcher.verify(id, senior, &act.actor(Subject::Ticket(id))).await)
}

/// Widens the search by a ring.
#[utoipa::path(post, path = "/v1/tickets/{id}/widen", tag = "tickets", responses(
    (status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn widen(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    answered(&api, api.dispatcher.widen(id, &act.actor(Subject::Ticket(id))).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Note {
    /// Who was told, what was said.
    note: Option<String>,
}

/// Records that the family was told.
#[utoipa::path(post, path = "/v1/tickets/{id}/tell-family", tag = "tickets", request_body = Note,
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn tell_family(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Note>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.family_told(id, act.body.note.clone(), &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Text {
    /// The note.
    text: String,
}

/// Writes a note.
#[utoipa::path(post, path = "/v1/tickets/{id}/notes", tag = "tickets", request_body = Text,
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn notes(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Text>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    if act.body.text.trim().is_empty() {
        return Err(Problem::unprocessable("text: write something"));
    }
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.note(id, act.body.text.clone(), &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Place {
    /// Latitude, WGS-84 degrees.
    lat: Option<f64>,
    /// Longitude, WGS-84 degrees.
    lon: Option<f64>,
    /// Instead of a place: the one set last was a mistake, and what stood before stands again.
    #[serde(default)]
    take_back: bool,
    /// Instead of a place: what stands is right, though somebody on the way said that it is wrong.
    #[serde(default)]
    keep: bool,
    /// With `keep`: the `at` of the `place_doubt` that was read, so that one that came meanwhile is not put
    /// aside unread.
    doubted_at: Option<String>,
    /// The place in words.
    text: Option<String>,
    /// How it became known.
    reason: Option<String>,
}

/// Corrects the place, takes the correction back, or finds it right although somebody on the way doubts it;
/// the plan follows.
#[utoipa::path(post, path = "/v1/tickets/{id}/place", tag = "tickets", request_body = Place,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "Closed, nothing to take back, or nobody doubts it", body = Problem)))]
pub(crate) async fn place(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Place>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let actor = act.actor(Subject::Ticket(id));
    if act.body.take_back {
        return answered(&api, api.dispatcher.take_back_place(id, &actor).await);
    }
    if act.body.keep {
        let words = || Problem::unprocessable("doubted_at: give a time as in RFC 3339");
        let doubted_at = act.body.doubted_at.as_deref();
        let doubted_at = doubted_at.map(|at| parse_rfc3339(at).ok_or_else(words)).transpose()?;
        let reason = act.body.reason.clone();
        return answered(&api, api.dispatcher.keep_place(id, doubted_at, reason, &actor).await);
    }
    let point = act.body.lat.zip(act.body.lon).and_then(|(lat, lon)| LatLon::new(lat, lon));
    let point = point.ok_or_else(|| Problem::unprocessable("lat, lon: no place on the globe"))?;
    let (text, reason) = (act.body.text.clone(), act.body.reason.clone());
    answered(&api, api.dispatcher.place(id, point, text, reason, &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Escalate {
    /// `120`, `110`, `119`, `supervisor` or `leader`.
    #[schema(value_type = String)]
    to: EscalationTarget,
    /// Their reference.
    reference: Option<String>,
    /// When they expect to be there, minutes.
    eta_min: Option<u32>,
    /// In words.
    note: Option<String>,
}

/// Records who was called, when, and their reference. People dial, machines do not.
#[utoipa::path(post, path = "/v1/tickets/{id}/escalate", tag = "tickets", request_body = Escalate,
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn escalate(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Escalate>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let Escalate { to, reference, eta_min, note } = &act.body;
    let is_long = reference.as_ref().is_some_and(|text| text.chars().count() > MAX_LINE);
    if is_long || eta_min.is_some_and(|min| min > MAX_ETA_MIN) {
        let words = "reference: at most 200 characters; eta_min: at most 1440";
        return Err(Problem::unprocessable(words));
    }
    let actor = act.actor(Subject::Ticket(id));
    let escalated =
        api.dispatcher.escalate(id, *to, reference.clone(), *eta_min, note.clone(), &actor);
    answered(&api, escalated.await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Assign {
    /// Whom.
    responder: String,
    /// `lead` or `support`.
    #[serde(rename = "as")]
    #[schema(value_type = String)]
    role: TeamRole,
    /// Why, in words: kept as a note, together with the dispatch or not at all.
    reason: Option<String>,
}

/// Dispatches somebody by hand, over the planner.
#[utoipa::path(post, path = "/v1/tickets/{id}/assign", tag = "tickets", request_body = Assign,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "Busy on another ticket, or asked already", body = Problem)))]
pub(crate) async fn assign(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Assign>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let responder: ResponderId = parse_in_body(&act.body.responder, "responder")?;
    let actor = act.actor(Subject::Ticket(id));
    let reason = act.body.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    answered(&api, api.dispatcher.assign(id, responder, act.body.role, reason, &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CloseTicket {
    /// What came of it.
    outcome: String,
    /// What it was about.
    cause: Option<String>,
    /// In words.
    note: Option<String>,
    /// For `hospital`: its name.
    hospital: Option<String>,
    /// For `duplicate`: the other ticket.
    duplicate_of: Option<String>,
    /// For `no_contact`: the visit or the relative; for `deceased`: the second person.
    witness: Option<String>,
}

/// Closes a ticket; open offers are withdrawn, an unanswered ticket is claimed by the way.
#[utoipa::path(post, path = "/v1/tickets/{id}/close", tag = "tickets", request_body = CloseTicket,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 422, description = "The outcome wants a fact that is missing", body = Problem)))]
pub(crate) async fn close(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<CloseTicket>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let body = &act.body;
    let close = Close {
        outcome: Outcome::parse(&body.outcome)
            .ok_or_else(|| Problem::unprocessable("outcome: not one of the outcomes"))?,
        cause: body
            .cause
            .as_deref()
            .map(|word| {
                Cause::parse(word)
                    .ok_or_else(|| Problem::unprocessable("cause: not one of the causes"))
            })
            .transpose()?,
        note: body.note.clone(),
        hospital: body.hospital.clone(),
        duplicate_of: body
            .duplicate_of
            .as_deref()
            .map(|text| parse_in_body(text, "duplicate_of"))
            .transpose()?,
        witness: body.witness.clone(),
    };
    answered(&api, api.dispatcher.close(id, close, &act.actor(Subject::Ticket(id))).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Reopen {
    /// Why.
    reason: String,
}

/// Opens a closed ticket again; its history stays.
#[utoipa::path(post, path = "/v1/tickets/{id}/reopen", tag = "tickets", request_body = Reopen,
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn reopen(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Reopen>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.reopen(id, act.body.reason.clone(), &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Search {
    /// A ticket's number, or a part of a senior's name, village or address, or the end of a telephone
    /// number.
    q: String,
    /// `open` or `closed`; both when missing.
    status: Option<String>,
    /// 50, at most 500.
    limit: Option<u32>,
}

/// Finds tickets; what is searched for stands in no URL. The newest first.
#[utoipa::path(post, path = "/v1/tickets/search", tag = "tickets", request_body = Search, responses(
    (status = 200, description = "What was found", body = TicketList)))]
pub(crate) async fn search(
    State(api): State<Api>,
    who: CurrentUser,
    JsonBody(search): JsonBody<Search>,
) -> Result<Json<TicketList>, Problem> {
    who.operator()?;
    let is_open = match search.status.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => return Err(Problem::unprocessable("status: `open` or `closed`")),
    };
    let q = search.q.trim();
    if q.is_empty() || q.chars().count() > MAX_LINE {
        return Err(Problem::unprocessable("q: 1 to 200 characters"));
    }
    let limit = search.limit.unwrap_or(50).clamp(1, MAX_LIMIT) as usize;
    let districts = crate::district_routes::chosen(&api, &who, None)?;
    let store = api.dispatcher.store();
    let mut found = match q.trim_start_matches('#').parse() {
        Ok(number) => store.tickets_numbered(&districts, number).await.map_err(store_problem)?,
        Err(_) => Vec::new(),
    };
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() >= 4 && q.chars().all(|c| c.is_ascii_digit() || "+- ".contains(c));
    let query = if is_phone { SeniorQuery::Phone(digits) } else { SeniorQuery::Text(q.into()) };
    let seniors = store.find_seniors(&districts, query, SENIORS_SEARCHED).await;
    for senior in seniors.map_err(store_problem)? {
        found.extend(store.tickets_of(senior.id, limit as u32).await.map_err(store_problem)?);
    }
    found.sort_by_key(|ticket| std::cmp::Reverse((ticket.times.received, ticket.id)));
    found.dedup_by_key(|ticket| ticket.id);
    found.retain(|ticket| is_open.is_none_or(|open| ticket.is_open() == open));
    found.truncate(limit);
    let now = api.dispatcher.clock().now();
    let policy = api.dispatcher.policy();
    let items = found.iter().map(|ticket| view::ticket(ticket, policy, now)).collect();
    Ok(Json(TicketList { items, next_cursor: None }))
}

#[cfg(test)]
mod tests {
    use silverbell_domain::Channel;

    use super::*;
    use crate::testing::{NOW, called};

    #[test]
    fn a_repeated_call_joined_what_a_device_opened_or_what_was_open_before() {
        let joined = |ticket: Ticket, at| Opened::before(Arc::new(ticket), at).joined;
        assert!(!joined(called(), NOW), "opened by this very request");
        assert!(joined(called(), NOW.plus_s(60)));
        let mut pressed = called();
        pressed.channel = Channel::Device;
        assert!(joined(pressed, NOW));
    }
}
