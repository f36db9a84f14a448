//! The measures by which the service is judged (考核指标) and the other figures of reports: what they are, what
//! they came to, and behind each the tickets.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_domain::{
    DistrictId, FIGURES, Figure, FigureAsked, FigureRule, MEASURES, Measure, Measured, NamedGroup,
    Phase, Side, UnixMs,
};
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::Api;
use crate::error::{Shown, problem};
use crate::session::CurrentUser;
use crate::summary_routes::{LONGEST_REPORT_DAYS, Span, asked, place, report_by};

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
    let (districts, span) = asked(&api, &who, &which, LONGEST_REPORT_DAYS)?;
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
    by: Option<String>,
    group: Option<String>,
}

fn outside() -> String {
    Side::Outside.as_str().into()
}

/// Returns the tickets behind a measure, whoever took longest first, at most 500.
#[utoipa::path(get, path = "/v1/reports/measures/{key}/tickets", tag = "reports",
    params(
        ("key" = String, Path, description = "A measure's name"),
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("side" = Option<String>, Query, description = "`outside` (default), `inside` or `pending`"),
        ("by" = Option<String>, Query, description = "With `group`: as in `/v1/reports/summary`"),
        ("group" = Option<String>, Query, description = "Only of this group of that report, by its key"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The tickets", body = FiguredTickets),
        (status = 404, description = "No such measure", body = Problem),
        (status = 422, description = "No such span, side or group", body = Problem)))]
pub(crate) async fn tickets(
    State(api): State<Api>,
    who: CurrentUser,
    Path(key): Path<String>,
    Query(which): Query<SpanAndSide>,
) -> Result<Json<FiguredTickets>, Problem> {
    let (districts, span) = asked(&api, &who, &which.span, LONGEST_REPORT_DAYS)?;
    let missing = || Problem::not_found("there is no such measure: see /v1/measures");
    let measure = Measure::of(&key).ok_or_else(missing)?;
    let side = Side::ALL.into_iter().find(|side| side.as_str() == which.side);
    let words = "side: outside, inside or pending";
    let side = side.ok_or_else(|| Problem::unprocessable(words))?;
    let group = named_group(which.by.as_deref(), which.group)?;
    let asked = (FigureAsked::Measure(measure, side), group);
    behind(&api, &districts, span, asked).await.map(Json)
}

/// Returns the group that is named; refuses half a name, and a key that no such report has.
fn named_group(by: Option<&str>, key: Option<String>) -> Result<Option<NamedGroup>, Problem> {
    match (by, key) {
        (None, None) => Ok(None),
        (Some(by), Some(key)) => {
            let group = NamedGroup { by: report_by(by)?, key };
            let words = "group: a key as the report by this has it";
            if group.may_be() { Ok(Some(group)) } else { Err(Problem::unprocessable(words)) }
        }
        (Some(_), None) | (None, Some(_)) => {
            let words = "by and group go together: by as in the report, group as its key";
            Err(Problem::unprocessable(words))
        }
    }
}

async fn behind(
    api: &Api,
    districts: &[DistrictId],
    span: (UnixMs, UnixMs),
    asked: (FigureAsked, Option<NamedGroup>),
) -> Result<FiguredTickets, Problem> {
    let _place = place(api).await?;
    let found = api.dispatcher.tickets_behind(districts, span, asked, MOST_TICKETS).await;
    let (found, count) = found.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let tickets = found.iter().map(|it| FiguredTicket {
        ticket: it.ticket.to_string(),
        number: it.number,
        received_at: rfc3339(it.received),
        took_s: it.took_ms.map(|ms| ms as f64 / 1_000.0),
    });
    Ok(FiguredTickets { count, tickets: tickets.collect() })
}

/// What a figure is that is no measure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FigureDefinition {
    /// Its name: `false_alarms`, `eta_error`, …
    key: &'static str,
    /// What it is a number of: `tickets`, `offers`, `calls`, `devices`, `certificates`, `responders`,
    /// `spans`, `seconds`, `share`, `grade`.
    unit: &'static str,
    /// What is counted, and what is not.
    counts: &'static str,
    /// Which answer says it.
    report: &'static str,
    /// What it has to reach; null where nobody has set anything.
    target: Option<f64>,
    /// Whether `/v1/reports/figures/{key}/tickets` shows the tickets behind it.
    has_tickets: bool,
}

fn figure(figure: &Figure) -> FigureDefinition {
    FigureDefinition {
        key: figure.key,
        unit: figure.unit.as_str(),
        counts: figure.counts,
        report: figure.report,
        target: figure.target,
        has_tickets: has_tickets(figure),
    }
}

const fn has_tickets(figure: &Figure) -> bool {
    match figure.rule {
        FigureRule::Tickets(_) | FigureRule::Offers(_) | FigureRule::Work(_) => true,
        FigureRule::NoTickets => false,
    }
}

/// Returns what reports say beside the measures, each defined once.
#[utoipa::path(get, path = "/v1/figures", tag = "reports", responses(
    (status = 200, description = "The definitions", body = Vec<FigureDefinition>)))]
pub(crate) async fn figures(_who: CurrentUser) -> Json<Vec<FigureDefinition>> {
    Json(FIGURES.iter().map(figure).collect())
}

#[derive(Debug, Deserialize)]
pub(crate) struct SpanAndGroup {
    #[serde(flatten)]
    span: Span,
    by: Option<String>,
    group: Option<String>,
}

/// A ticket behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguredTicket {
    /// Which ticket.
    ticket: String,
    /// Its number, for people.
    number: u64,
    /// When it was received, RFC 3339.
    received_at: String,
    /// Behind a measure: how long it took, or has taken so far, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_s: Option<f64>,
}

/// The tickets behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguredTickets {
    /// How many tickets; of a figure of offers, those with such an offer.
    count: usize,
    /// At most 500 of them: behind a measure whoever took longest first, else the latest first.
    tickets: Vec<FiguredTicket>,
}

/// Returns the tickets behind a figure of `/v1/reports/summary`.
#[utoipa::path(get, path = "/v1/reports/figures/{key}/tickets", tag = "reports",
    params(
        ("key" = String, Path, description = "A figure's name, of those with `has_tickets` in `/v1/figures`"),
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("by" = Option<String>, Query, description = "With `group`: as in `/v1/reports/summary`"),
        ("group" = Option<String>, Query, description = "Only of this group of that report, by its key"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The tickets", body = FiguredTickets),
        (status = 404, description = "No such figure, or none of tickets", body = Problem),
        (status = 422, description = "No such span or group", body = Problem)))]
pub(crate) async fn figure_tickets(
    State(api): State<Api>,
    who: CurrentUser,
    Path(key): Path<String>,
    Query(which): Query<SpanAndGroup>,
) -> Result<Json<FiguredTickets>, Problem> {
    let (districts, span) = asked(&api, &who, &which.span, LONGEST_REPORT_DAYS)?;
    let missing = || Problem::not_found("there is no such figure of tickets: see /v1/figures");
    let figure = Figure::of(&key).filter(|figure| has_tickets(figure)).ok_or_else(missing)?;
    let group = named_group(which.by.as_deref(), which.group)?;
    let asked = (FigureAsked::Figure(figure), group);
    behind(&api, &districts, span, asked).await.map(Json)
}
