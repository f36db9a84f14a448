//! Why targets were missed, and closed months (封月).

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use silverbell_domain::{DistrictId, LONGEST_REVIEW_NOTE, ReviewCause, UserId};
use silverbell_store::{ClosedMonth, Subject};
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::{Shown, problem, store_problem};
use crate::report_routes::served;
use crate::session::CurrentUser;
use crate::summary_routes::place;
use crate::ticket_routes::{Nothing, TicketAnswer, answered, parse, permit, shown};
use crate::{Api, dto};

/// So many tickets at most are shown that missed a target.
const MOST_MISSED: usize = 1_000;

/// What a month is asked by.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    month: String,
    district: Option<String>,
}

/// Which district, where a person serves several.
#[derive(Debug, Deserialize)]
pub(crate) struct Where {
    district: Option<String>,
}

/// Returns by which words a cause is said.
#[utoipa::path(get, path = "/v1/review-causes", tag = "reports", responses(
    (status = 200, description = "The words, in the order in which they are offered", body = Vec<String>)))]
pub(crate) async fn causes(_who: CurrentUser) -> Json<Vec<&'static str>> {
    Json(ReviewCause::ALL.iter().map(|cause| cause.as_str()).collect())
}

/// Why a ticket missed its target.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewReview {
    /// One of `/v1/review-causes`.
    cause: String,
    /// In words; `other` needs some. At most 1,000 characters.
    note: Option<String>,
}

/// Says why a ticket missed its target; for supervisors. What was said before stays in its history.
#[utoipa::path(put, path = "/v1/tickets/{id}/review", tag = "reports", request_body = NewReview,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "It is open, or its month is closed", body = Problem),
        (status = 422, description = "No such cause, or `other` without words", body = Problem)))]
pub(crate) async fn review(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<NewReview>,
) -> TicketAnswer {
    act.who.supervisor()?;
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let unknown = || Problem::unprocessable("cause: one of /v1/review-causes");
    let cause = ReviewCause::parse(&act.body.cause).ok_or_else(unknown)?;
    let note = act.body.note.as_deref();
    if note.is_some_and(|note| note.chars().count() > LONGEST_REVIEW_NOTE) {
        return Err(Problem::unprocessable("note: at most 1,000 characters"));
    }
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.review(id, cause, note, &actor).await)
}

/// A target that was missed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissedMeasure {
    /// Which measure.
    key: &'static str,
    /// How long it took, or has taken so far, seconds.
    took_s: f64,
}

/// What somebody said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaidReview {
    /// Why: one of `/v1/review-causes`.
    cause: &'static str,
    /// In words.
    note: Option<String>,
    /// Who said so, by name.
    by: String,
    /// When, RFC 3339.
    at: String,
}

/// A ticket that missed a target.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissedTicket {
    /// Which ticket.
    ticket: String,
    /// Its number, for people.
    number: u64,
    /// When it was received, RFC 3339.
    received_at: String,
    /// What it missed.
    measures: Vec<MissedMeasure>,
    /// Why; null while nobody has said it.
    review: Option<SaidReview>,
}

/// A month that is closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosedMonthView {
    /// The district.
    district: String,
    /// Which, `2026-10`.
    month: String,
    /// When it was closed, RFC 3339.
    closed_at: String,
    /// Who closed it, by name.
    by: String,
    /// SHA-256 of its report's bytes, hexadecimal.
    sha256: String,
}

/// Names of people, by who they are.
type Names = HashMap<UserId, String>;

async fn names(api: &Api, mut people: Vec<UserId>) -> Result<Names, Problem> {
    people.sort_unstable();
    people.dedup();
    let names = api.dispatcher.store().user_names(&people).await.map_err(store_problem)?;
    Ok(names.into_iter().collect())
}

fn name(names: &Names, who: UserId) -> String {
    names.get(&who).cloned().unwrap_or_default()
}

fn closed(month: &ClosedMonth, names: &Names) -> ClosedMonthView {
    ClosedMonthView {
        district: month.district.0.to_string(),
        month: month.month.clone(),
        closed_at: rfc3339(month.closed_at),
        by: name(names, month.closed_by),
        sha256: hex::encode(month.sha256),
    }
}

/// How far the papers of a month are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthReviews {
    /// Which month.
    month: String,
    /// When it begins by the district's clock, RFC 3339.
    from: String,
    /// When the next one begins.
    to: String,
    /// As it was closed; null while it is not.
    closed: Option<ClosedMonthView>,
    /// Its tickets that are open.
    open: usize,
    /// Its tickets that still wait for something that has a target.
    pending: usize,
    /// How many causes are not said yet.
    missing: usize,
    /// Whether more tickets missed a target than are told.
    cut: bool,
    /// Those that missed a target, those without a cause first, then in the order in which they were received; at
    /// most 1,000.
    tickets: Vec<MissedTicket>,
}

/// Returns the tickets of a month that missed a target, and why, as far as it was said.
#[utoipa::path(get, path = "/v1/reviews", tag = "reports",
    params(("month" = String, Query, description = "`2026-10`, by the district's clock"),
        ("district" = Option<String>, Query, description = "Which, for whoever serves several")),
    responses((status = 200, description = "How far it is", body = MonthReviews),
        (status = 422, description = "No such month, or which district is not said", body = Problem)))]
pub(crate) async fn reviews(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<MonthReviews>, Problem> {
    who.supervisor()?;
    let district = one(&api, &who, which.district.as_deref())?;
    let _place = place(&api).await?;
    let found = api.dispatcher.month_review(&district, &which.month).await;
    let mut found = found.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let (missing, cut) = (found.missing(), found.missed.len() > MOST_MISSED);
    // Who has said why of all that are shown finds the next ones.
    found.missed.sort_by_key(|it| it.review.is_some());
    found.missed.truncate(MOST_MISSED);
    let said = found.missed.iter().filter_map(|it| it.review.as_ref()).map(|review| review.by);
    let people = said.chain(found.closed.as_ref().map(|month| month.closed_by)).collect();
    let names = names(&api, people).await?;
    let tickets = found.missed.iter().map(|missed| MissedTicket {
        ticket: missed.ticket.to_string(),
        number: missed.number,
        received_at: rfc3339(missed.received),
        measures: missed
            .measures
            .iter()
            .map(|(measure, ms)| MissedMeasure { key: measure.key, took_s: *ms as f64 / 1_000.0 })
            .collect(),
        review: missed.review.as_ref().map(|review| SaidReview {
            cause: review.cause.as_str(),
            note: review.note.clone(),
            by: name(&names, review.by),
            at: rfc3339(review.at),
        }),
    });
    Ok(Json(MonthReviews {
        tickets: tickets.collect(),
        month: which.month,
        from: rfc3339(found.from),
        to: rfc3339(found.to),
        closed: found.closed.as_ref().map(|month| closed(month, &names)),
        open: found.open,
        pending: found.pending,
        missing,
        cut,
    }))
}

/// Closes a month: what it came to is kept to the byte, with its hash.
#[utoipa::path(post, path = "/v1/months/{month}/close", tag = "reports",
    params(("month" = String, Path, description = "`2026-10`, by the district's clock"),
        ("district" = Option<String>, Query, description = "Which, for whoever serves several")),
    responses((status = 200, description = "As it is kept", body = ClosedMonthView),
        (status = 409, description = "Not ended, tickets open, causes missing, or closed already", body = Problem),
        (status = 422, description = "No such month, or which district is not said", body = Problem)))]
pub(crate) async fn close(
    State(api): State<Api>,
    Path(month): Path<String>,
    Query(there): Query<Where>,
    act: Act<Nothing>,
) -> Result<Json<ClosedMonthView>, Problem> {
    act.who.supervisor()?;
    let district = one(&api, &act.who, there.district.as_deref())?;
    let _place = place(&api).await?;
    let done = api.dispatcher.close_month(&district, &month, act.who.user.id).await;
    let done = done.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    tracing::info!(user = %act.who.user.id, %district, %month, "a month was closed");
    let names = names(&api, vec![done.closed_by]).await?;
    Ok(Json(closed(&done, &names)))
}

/// Lists the closed months, latest first.
#[utoipa::path(get, path = "/v1/months", tag = "reports",
    params(("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The months", body = Vec<ClosedMonthView>)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(there): Query<Where>,
) -> Result<Json<Vec<ClosedMonthView>>, Problem> {
    who.supervisor()?;
    let districts = chosen(&api, &who, there.district.as_deref())?;
    let months = api.dispatcher.closed_months(&districts).await;
    let months = months.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let names = names(&api, months.iter().map(|month| month.closed_by).collect()).await?;
    Ok(Json(months.iter().map(|month| closed(month, &names)).collect()))
}

/// Returns the report of a closed month, to the byte as it was hashed.
#[utoipa::path(get, path = "/v1/months/{month}", tag = "reports",
    params(("month" = String, Path, description = "`2026-10`, by the district's clock"),
        ("district" = Option<String>, Query, description = "Which, for whoever serves several")),
    responses((status = 200, description = "The report; `X-Silverbell-Sha256` is its hash"),
        (status = 404, description = "It is not closed", body = Problem)))]
pub(crate) async fn kept(
    State(api): State<Api>,
    Path(month): Path<String>,
    who: CurrentUser,
    Query(there): Query<Where>,
) -> Result<Response, Problem> {
    who.supervisor()?;
    let district = one(&api, &who, there.district.as_deref())?;
    let kept = api.dispatcher.closed_month(&district, &month).await;
    let kept = kept.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    if !kept.is_genuine() {
        tracing::error!(%district, %month, "a closed month is not what its hash says: it was changed past the service");
        let words = "what is kept of this month is not what was closed: tell who runs the service";
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, words));
    }
    let mut answer = kept.report.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(hash) = HeaderValue::from_str(&hex::encode(kept.sha256)) {
        headers.insert("x-silverbell-sha256", hash);
    }
    Ok(answer)
}

/// Returns the one district that is meant.
fn one(api: &Api, who: &CurrentUser, named: Option<&str>) -> Result<DistrictId, Problem> {
    let districts = chosen(api, who, named)?;
    served(api, &districts)?;
    match districts.as_slice() {
        [district] => Ok(district.clone()),
        [] | [_, _, ..] => Err(Problem::unprocessable("district: say which of those you serve")),
    }
}
