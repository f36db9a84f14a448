//! The measures by which the service is judged (考核指标): what they are, what they came to, and behind each
//! figure the tickets.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::LONGEST_REPORT_S;
use silverbell_domain::{DistrictId, MEASURES, Measure, Measured, Phase, Standing, UnixMs};
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::Api;
use crate::district_routes::chosen;
use crate::error::{Shown, problem};
use crate::report_routes::{served, time};
use crate::session::CurrentUser;
use crate::summary_routes::place;

/// So many tickets at most stand behind a figure; the worst come first.
const MOST_TICKETS: usize = 500;

/// What a measure is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureDefinition {
    /// Its name: `answered_15s`, `on_scene_30min`, …
    key: &'static str,
    /// Where the clock starts, a name among a ticket's times…
    from: &'static str,
    /// …and where it ends.
    to: &'static str,
    /// The limit, seconds; the limit itself is inside.
    within_s: u32,
    /// The share (0 to 1) that has to be inside; null where none is set.
    target: Option<f64>,
    /// Which tickets count: `all`, `emergencies`, `attended_emergencies`. Never tests, duplicates, drills and
    /// work on devices, nor what was closed without the step.
    population: &'static str,
    /// Where limit and target come from.
    source: &'static str,
}

fn definition(measure: &Measure) -> MeasureDefinition {
    MeasureDefinition {
        key: measure.key,
        from: measure.from.as_str(),
        to: measure.to.as_str(),
        within_s: measure.within_s,
        target: measure.target,
        population: measure.population.as_str(),
        source: measure.source,
    }
}

/// Returns what is measured, each defined once.
#[utoipa::path(get, path = "/v1/measures", tag = "reports", responses(
    (status = 200, description = "The definitions", body = Vec<MeasureDefinition>)))]
pub(crate) async fn definitions(_who: CurrentUser) -> Json<Vec<MeasureDefinition>> {
    Json(MEASURES.iter().map(definition).collect())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Span {
    from: String,
    to: String,
    district: Option<String>,
}

/// What a measure came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureResult {
    /// Which measure.
    key: &'static str,
    /// Tickets in time.
    inside: usize,
    /// Tickets too late, or still waiting and too late already.
    outside: usize,
    /// Tickets that still wait, and are in time so far.
    pending: usize,
    /// The share in time of `inside` and `outside`, 0 to 1; null where there is none.
    share: Option<f64>,
    /// The share that has to be; null where none is set.
    target: Option<f64>,
    /// Whether the share reaches the target; null where either is unknown.
    met: Option<bool>,
    /// Half of those who came so far within this, seconds; null where none came so far.
    p50_s: Option<f64>,
    /// Nine in ten within this, seconds.
    p90_s: Option<f64>,
    /// Ninety-nine in a hundred within this, seconds.
    p99_s: Option<f64>,
}

fn result((measure, measured): &(&'static Measure, Measured)) -> MeasureResult {
    let share = measured.share();
    let Phase { n, p50_s, p90_s, p99_s, .. } = measured.took;
    let known = |s: f64| (n > 0).then_some(s);
    MeasureResult {
        key: measure.key,
        inside: measured.inside,
        outside: measured.outside,
        pending: measured.pending,
        share,
        target: measure.target,
        met: share.zip(measure.target).map(|(share, target)| share >= target),
        p50_s: known(p50_s),
        p90_s: known(p90_s),
        p99_s: known(p99_s),
    }
}

/// Returns what each measure came to, for tickets received from `from` on and before `to`.
#[utoipa::path(get, path = "/v1/reports/measures", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "Each measure", body = Vec<MeasureResult>),
        (status = 422, description = "No such span", body = Problem)))]
pub(crate) async fn results(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Span>,
) -> Result<Json<Vec<MeasureResult>>, Problem> {
    let (districts, span) = asked(&api, &who, &which)?;
    let _place = place(&api).await?;
    let measured = api.dispatcher.measures(&districts, span).await;
    let measured = measured.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(Json(measured.iter().map(result).collect()))
}

#[derive(Debug, Deserialize)]
pub(crate) struct SpanAndSide {
    #[serde(flatten)]
    span: Span,
    #[serde(default = "outside")]
    side: String,
}

fn outside() -> String {
    "outside".into()
}

/// A ticket behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasuredTicket {
    /// Which ticket.
    ticket: String,
    /// Its number, for people.
    number: u64,
    /// When it was received, RFC 3339.
    received_at: String,
    /// How long it took, or has taken so far, seconds.
    took_s: f64,
}

/// Returns the tickets behind a figure, whoever took longest first, at most 500.
#[utoipa::path(get, path = "/v1/reports/measures/{key}/tickets", tag = "reports",
    params(
        ("key" = String, Path, description = "A measure's name"),
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("side" = Option<String>, Query, description = "`outside` (default), `inside` or `pending`"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The tickets", body = Vec<MeasuredTicket>),
        (status = 404, description = "No such measure", body = Problem),
        (status = 422, description = "No such span, or no such side", body = Problem)))]
pub(crate) async fn tickets(
    State(api): State<Api>,
    who: CurrentUser,
    Path(key): Path<String>,
    Query(which): Query<SpanAndSide>,
) -> Result<Json<Vec<MeasuredTicket>>, Problem> {
    let (districts, span) = asked(&api, &who, &which.span)?;
    let missing = || Problem::not_found("there is no such measure: see /v1/measures");
    let measure = Measure::of(&key).ok_or_else(missing)?;
    let took: fn(Standing) -> Option<i64> = match which.side.as_str() {
        "outside" => |standing| match standing {
            Standing::Outside(ms) => Some(ms),
            Standing::Inside(_) | Standing::Pending(_) => None,
        },
        "inside" => |standing| match standing {
            Standing::Inside(ms) => Some(ms),
            Standing::Outside(_) | Standing::Pending(_) => None,
        },
        "pending" => |standing| match standing {
            Standing::Pending(ms) => Some(ms),
            Standing::Outside(_) | Standing::Inside(_) => None,
        },
        _ => return Err(Problem::unprocessable("side: outside, inside or pending")),
    };
    let _place = place(&api).await?;
    let facts = api.dispatcher.facts_of(&districts, span).await;
    let facts = facts.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let now = api.dispatcher.clock().now();
    let mut behind: Vec<_> = facts
        .iter()
        .filter_map(|facts| Some((took(measure.standing(facts, now)?)?, facts)))
        .collect();
    behind.sort_by_key(|(ms, facts)| (-ms, facts.number));
    behind.truncate(MOST_TICKETS);
    let shown = behind.iter().map(|(ms, facts)| MeasuredTicket {
        ticket: facts.ticket.to_string(),
        number: facts.number,
        received_at: rfc3339(facts.times.received),
        took_s: *ms as f64 / 1_000.0,
    });
    Ok(Json(shown.collect()))
}

fn asked(
    api: &Api,
    who: &CurrentUser,
    which: &Span,
) -> Result<(Vec<DistrictId>, (UnixMs, UnixMs)), Problem> {
    who.supervisor()?;
    let districts = chosen(api, who, which.district.as_deref())?;
    served(api, &districts)?;
    let (from, to) = (time("from", &which.from)?, time("to", &which.to)?);
    if to <= from {
        return Err(Problem::unprocessable("to: after `from`; `from` is included, `to` is not"));
    }
    if to.since_s(from) > LONGEST_REPORT_S {
        let days = LONGEST_REPORT_S / 86_400;
        return Err(Problem::unprocessable(format!("to: at most {days} days after `from`")));
    }
    Ok((districts, (from, to)))
}
