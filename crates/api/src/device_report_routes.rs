//! What the work on devices was about: why they were out of touch, and how long it took.

use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use silverbell_web::Problem;
use utoipa::ToSchema;

use crate::Api;
use crate::call_report_routes::{Took, took};
use crate::error::{Shown, problem};
use crate::session::CurrentUser;
use crate::summary_routes::{LONGEST_REPORT_DAYS, Span, asked, place};

/// How many tickets stand behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkCount {
    /// The figure, as in `GET /v1/figures`: `/v1/reports/figures/{key}/tickets` lists them.
    #[schema(value_type = String)]
    key: &'static str,
    /// How many.
    tickets: usize,
}

/// The work on devices that began in a span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkOfReport {
    /// All of it, what is open, and by cause.
    counts: Vec<WorkCount>,
    /// How long what is done took, from noticing it.
    took: Took,
}

/// Returns what the work on devices was about that began from `from` on and before `to`.
#[utoipa::path(get, path = "/v1/reports/devices", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The work", body = WorkOfReport),
        (status = 422, description = "No such span", body = Problem),
        (status = 503, description = "Other reports are being made", body = Problem)))]
pub(crate) async fn devices(
    State(api): State<Api>,
    who: CurrentUser,
    Query(span): Query<Span>,
) -> Result<Json<WorkOfReport>, Problem> {
    let (districts, span) = asked(&api, &who, &span, LONGEST_REPORT_DAYS)?;
    let _place = place(&api).await?;
    let report = api.dispatcher.device_report(&districts, span).await;
    let report = report.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let counts = report.counts().into_iter().map(|(key, tickets)| WorkCount { key, tickets });
    Ok(Json(WorkOfReport { counts: counts.collect(), took: took(report.took()) }))
}
