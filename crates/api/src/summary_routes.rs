//! Reports by hour, day, week, month, village, category, responder and ring; the hours of a week; and what
//! shifts handed over.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{LONGEST_REPORT_S, Summary};
use silverbell_domain::{DistrictId, Heat, MEASURES, Phase, ReportBy, ReportRow, UnixMs};
use silverbell_lists::protected;
use silverbell_web::{Problem, rfc3339};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::Api;
use crate::district_routes::chosen;
use crate::error::{Shown, problem, store_problem};
use crate::report_routes::{number, served, time, wants_csv};
use crate::session::CurrentUser;

/// So many reports are made at once: the others wait, so that an SOS need not.
pub(crate) const AT_ONCE: usize = 2;

/// The longest span of a report, days.
pub(crate) const LONGEST_REPORT_DAYS: i64 = LONGEST_REPORT_S / 86_400;

/// So long a report waits for its turn.
pub(crate) const WAITS_FOR: Duration = Duration::from_secs(5);

/// So many notes of shifts at most are in a report.
const NOTES_AT_MOST: u32 = 10_000;

/// Takes a place among the reports that are made at once.
pub(crate) async fn place(api: &Api) -> Result<OwnedSemaphorePermit, Problem> {
    place_within(api, WAITS_FOR).await
}

/// As [`place`], with more or less patience.
pub(crate) async fn place_within(
    api: &Api,
    patience: Duration,
) -> Result<OwnedSemaphorePermit, Problem> {
    let place = timeout(patience, api.reports.clone().acquire_owned()).await;
    let words = "other reports are being made; try again in a moment";
    place.ok().and_then(Result::ok).ok_or_else(|| Problem::unavailable(words, 5))
}

/// Of which span and district.
#[derive(Debug, Deserialize)]
pub(crate) struct Span {
    from: String,
    to: String,
    district: Option<String>,
}

/// A span, and the districts it is asked for.
pub(crate) type Asked = (Vec<DistrictId>, (UnixMs, UnixMs));

/// Returns what is asked for; refuses in words what is no span, or too long a one.
pub(crate) fn asked(
    api: &Api,
    who: &CurrentUser,
    span: &Span,
    longest_days: i64,
) -> Result<Asked, Problem> {
    who.supervisor()?;
    let districts = chosen(api, who, span.district.as_deref())?;
    served(api, &districts)?;
    let (from, to) = (time("from", &span.from)?, time("to", &span.to)?);
    if to <= from {
        return Err(Problem::unprocessable("to: after `from`; `from` is included, `to` is not"));
    }
    if to.since_ms(from) > longest_days * 86_400_000 {
        let words = format!("to: at most {longest_days} days after `from`");
        return Err(Problem::unprocessable(words));
    }
    Ok((districts, (from, to)))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    #[serde(flatten)]
    span: Span,
    #[serde(default = "by_day")]
    by: String,
}

fn by_day() -> String {
    ReportBy::Day.as_str().into()
}

/// How tickets stand to a measure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureShare {
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
}

/// The times of a phase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhaseOfReport {
    /// How many tickets came so far.
    n: usize,
    /// Half of them within this, seconds; null where none came so far.
    p50_s: Option<f64>,
    /// Nine in ten within this, seconds.
    p90_s: Option<f64>,
    /// Ninety-nine in a hundred within this, seconds.
    p99_s: Option<f64>,
}

/// How much longer ways took than was thought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EtaError {
    /// Tickets of which it is known.
    n: usize,
    /// Half of them at most so much longer, seconds; negative: shorter.
    p50_s: Option<f64>,
    /// Nine in ten at most so much longer, seconds.
    p90_s: Option<f64>,
    /// The share that took longer by more than two minutes, 0 to 1.
    late_share: Option<f64>,
}

/// What became of asking people to go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OffersOfReport {
    /// Asked, those without an answer too.
    asked: usize,
    /// Said yes, and were not taken back.
    accepted: usize,
    /// Said no, or gave it back.
    declined: usize,
    /// Did not answer in time.
    expired: usize,
    /// Were taken back.
    withdrawn: usize,
}

/// How satisfied people were, as they said when they were called back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Satisfaction {
    /// How many said it.
    n: usize,
    /// The mean, 1 (very dissatisfied) to 5 (very satisfied); null where nobody said it.
    mean: Option<f64>,
}

/// What a group of tickets came to. Tests, duplicates, drills and work on devices are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Row {
    /// Tickets.
    tickets: usize,
    /// Of them, emergencies.
    emergencies: usize,
    /// Emergencies at whose door somebody was.
    attended: usize,
    /// Accidents, faults of devices, abuse of the key.
    false_alarms: usize,
    /// Of them, accidents.
    accidental: usize,
    /// Tickets that were escalated to anybody.
    escalated: usize,
    /// Tickets that were opened again.
    reopened: usize,
    /// Tickets with which somebody was dissatisfied.
    complaints: usize,
    /// By the name of each of `GET /v1/measures`, how they stand to it.
    measures: BTreeMap<&'static str, MeasureShare>,
    /// `answer`, `offer`, `close` and `reach` run from `received`, `accept` and `arrive` from
    /// `first_offered`; `arrive` and `reach` end with the first at the door.
    phases: BTreeMap<&'static str, PhaseOfReport>,
    /// The way of the first who arrived, from accepting on.
    eta_error: EtaError,
    /// What became of asking people.
    offers: OffersOfReport,
    /// How satisfied people were.
    satisfaction: Satisfaction,
    /// Tickets whose senior was called back.
    called_back: usize,
}

/// A group with its key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedRow {
    /// `2026-11-22T19:00`, `2026-11-22` (a week by its Monday), `2026-11`, a village, a category, a
    /// responder's identity, or a ring's minutes. What nobody knows is `unknown`.
    key: String,
    /// What people call it: a responder's name, else the key.
    name: String,
    /// What it came to.
    row: Row,
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SummaryReport {
    /// From when, RFC 3339.
    from: String,
    /// Until when; this moment is not in it.
    to: String,
    /// By what tickets are put together.
    by: &'static str,
    /// All of it.
    total: Row,
    /// By group, in the order of time, name or ring; those without a ticket are left out, at most 1,000.
    groups: Vec<NamedRow>,
    /// Groups that were left out because there are more than 1,000.
    groups_left_out: usize,
}

/// Returns what tickets came to that were received from `from` on and before `to`. With `Accept: text/csv` as
/// a table whose first line is the total. By category a ticket is in that of its senior; by responder it is
/// with everybody who went, and offers are with who got them.
#[utoipa::path(get, path = "/v1/reports/summary", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 31 days later by hour, 400 otherwise"),
        ("by" = Option<String>, Query, description = "`hour`, `day` (default), `week`, `month`, `village`, `category`, `responder` or `ring`"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The report", body = SummaryReport),
        (status = 422, description = "No such span, or no such way", body = Problem),
        (status = 503, description = "Other reports are being made", body = Problem)))]
pub(crate) async fn summary(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    who.supervisor()?;
    let by = report_by(&which.by)?;
    let (districts, span) = asked(&api, &who, &which.span, by.longest_days())?;
    let _place = place(&api).await?;
    let summary = api.dispatcher.summary(&districts, span, by).await;
    let summary = summary.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    if wants_csv(&headers) {
        return csv(&summary);
    }
    let groups = summary.groups.iter().map(|(key, name, it)| NamedRow {
        key: key.to_string(),
        name: name.clone(),
        row: row(it),
    });
    let report = SummaryReport {
        from: rfc3339(span.0),
        to: rfc3339(span.1),
        by: by.as_str(),
        total: row(&summary.total),
        groups: groups.collect(),
        groups_left_out: summary.left_out,
    };
    Ok(Json(report).into_response())
}

/// Returns the way of this name.
pub(crate) fn report_by(word: &str) -> Result<ReportBy, Problem> {
    let by = ReportBy::ALL.into_iter().find(|by| by.as_str() == word);
    let words = "by: hour, day, week, month, village, category, responder or ring";
    by.ok_or_else(|| Problem::unprocessable(words))
}

fn row(it: &ReportRow) -> Row {
    let measures = MEASURES.iter().zip(&it.measures).map(|(measure, shares)| {
        let share = shares.share();
        let shown = MeasureShare {
            inside: shares.inside,
            outside: shares.outside,
            pending: shares.pending,
            share,
            target: measure.target,
            met: share.zip(measure.target).map(|(share, target)| share >= target),
        };
        (measure.key, shown)
    });
    let phases = ReportRow::PHASES.into_iter().zip(it.phases.map(phase));
    let PhaseOfReport { n, p50_s, p90_s, .. } = phase(it.eta_error);
    Row {
        tickets: it.tickets,
        emergencies: it.emergencies,
        attended: it.attended,
        false_alarms: it.false_alarms,
        accidental: it.accidental,
        escalated: it.escalated,
        reopened: it.reopened,
        complaints: it.complaints,
        measures: measures.collect(),
        phases: phases.collect(),
        eta_error: EtaError { n, p50_s, p90_s, late_share: it.late_share },
        offers: OffersOfReport {
            asked: it.offers.asked,
            accepted: it.offers.accepted,
            declined: it.offers.declined,
            expired: it.offers.expired,
            withdrawn: it.offers.withdrawn,
        },
        satisfaction: Satisfaction { n: it.satisfied_n, mean: it.satisfied_mean },
        called_back: it.called_back,
    }
}

fn phase(phase: Phase) -> PhaseOfReport {
    let Phase { n, p50_s, p90_s, p99_s, .. } = phase;
    let known = |s: f64| (n > 0).then_some(s);
    PhaseOfReport { n, p50_s: known(p50_s), p90_s: known(p90_s), p99_s: known(p99_s) }
}

/// Returns the cells of a row with the names of their columns.
fn cells(it: &ReportRow) -> Vec<(String, String)> {
    let shown = row(it);
    let mut cells: Vec<(String, String)> = [
        ("tickets", shown.tickets),
        ("emergencies", shown.emergencies),
        ("attended", shown.attended),
        ("false_alarms", shown.false_alarms),
        ("accidental", shown.accidental),
        ("escalated", shown.escalated),
        ("reopened", shown.reopened),
        ("complaints", shown.complaints),
        ("called_back", shown.called_back),
        ("offers_asked", shown.offers.asked),
        ("offers_accepted", shown.offers.accepted),
        ("offers_declined", shown.offers.declined),
        ("offers_expired", shown.offers.expired),
        ("offers_withdrawn", shown.offers.withdrawn),
        ("satisfaction_n", shown.satisfaction.n),
    ]
    .map(|(name, count)| (name.to_owned(), count.to_string()))
    .into();
    cells.push(("satisfaction_mean".into(), number(shown.satisfaction.mean)));
    for (key, it) in &shown.measures {
        for (what, count) in
            [("inside", it.inside), ("outside", it.outside), ("pending", it.pending)]
        {
            cells.push((format!("{key}_{what}"), count.to_string()));
        }
        cells.push((format!("{key}_share"), number(it.share)));
    }
    for name in ReportRow::PHASES {
        let Some(PhaseOfReport { n, p50_s, p90_s, p99_s }) = shown.phases.get(name) else {
            continue;
        };
        cells.push((format!("{name}_n"), n.to_string()));
        for (what, s) in [("p50_s", p50_s), ("p90_s", p90_s), ("p99_s", p99_s)] {
            cells.push((format!("{name}_{what}"), number(*s)));
        }
    }
    let EtaError { n, p50_s, p90_s, late_share } = shown.eta_error;
    cells.push(("eta_error_n".into(), n.to_string()));
    for (what, it) in [("p50_s", p50_s), ("p90_s", p90_s), ("late_share", late_share)] {
        cells.push((format!("eta_error_{what}"), number(it)));
    }
    cells
}

fn csv(summary: &Summary) -> Result<Response, Problem> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let total = cells(&summary.total);
    let head = ["key", "name"].into_iter().chain(total.iter().map(|(name, _)| &**name));
    table.write_record(head).map_err(broken)?;
    let groups = summary.groups.iter().map(|(key, name, it)| (key.to_string(), name, cells(it)));
    let name = "total".to_owned();
    for (key, name, cells) in std::iter::once((name.clone(), &name, total)).chain(groups) {
        // What people wrote is no formula.
        let (key, name) = (protected(&key), protected(name));
        let row = [&*key, &*name].into_iter().chain(cells.iter().map(|(_, cell)| &**cell));
        table.write_record(row).map_err(broken)?;
    }
    let bytes = table.into_inner().map_err(|error| broken(error.into_error().into()))?;
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"report.csv\"");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

fn broken(error: csv::Error) -> Problem {
    tracing::error!(%error, "a report cannot be written as a table");
    Problem::internal()
}

/// How many tickets were received in each hour of a week: seven lists of 24 numbers, Monday first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeatReport {
    /// All; tests, duplicates, drills and work on devices are left out.
    all: [[u32; 24]; 7],
    /// Emergencies.
    emergencies: [[u32; 24]; 7],
    /// False alarms.
    false_alarms: [[u32; 24]; 7],
}

/// Returns how many tickets were received in each hour of a week by the district's clock.
#[utoipa::path(get, path = "/v1/reports/heat", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The hours", body = HeatReport),
        (status = 422, description = "No such span", body = Problem),
        (status = 503, description = "Other reports are being made", body = Problem)))]
pub(crate) async fn heat(
    State(api): State<Api>,
    who: CurrentUser,
    Query(span): Query<Span>,
) -> Result<Json<HeatReport>, Problem> {
    let (districts, span) = asked(&api, &who, &span, LONGEST_REPORT_DAYS)?;
    let _place = place(&api).await?;
    let heat = api.dispatcher.heat(&districts, span).await;
    let heat = heat.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let Heat { all, emergencies, false_alarms } = heat;
    Ok(Json(HeatReport { all, emergencies, false_alarms }))
}

/// What one shift handed over to the next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftHandover {
    /// When, RFC 3339.
    at: String,
    /// Which district's.
    district: String,
    /// Who wrote it, by name.
    from_user: String,
    /// Who read it first, by name; null while nobody else has.
    to_user: Option<String>,
    /// When that was.
    read_at: Option<String>,
    /// How many tickets were open then, those of work on devices left out; null where that was not kept.
    open_tickets: Option<u32>,
    /// What the next shift had to know.
    note: String,
}

/// Returns what shifts handed over from `from` on and before `to`, oldest first.
#[utoipa::path(get, path = "/v1/reports/handovers", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The log", body = Vec<ShiftHandover>),
        (status = 422, description = "No such span", body = Problem)))]
pub(crate) async fn handovers(
    State(api): State<Api>,
    who: CurrentUser,
    Query(span): Query<Span>,
) -> Result<Json<Vec<ShiftHandover>>, Problem> {
    let (districts, (from, to)) = asked(&api, &who, &span, LONGEST_REPORT_DAYS)?;
    let _place = place(&api).await?;
    let notes = api.dispatcher.store().shift_notes(&districts, from, NOTES_AT_MOST).await;
    let mut notes = notes.map_err(store_problem)?;
    notes.retain(|shown| shown.note.at < to);
    let shown = notes.into_iter().rev().map(|shown| {
        let next = shown.read_by.into_iter().find(|reader| reader.user != shown.note.by);
        ShiftHandover {
            at: rfc3339(shown.note.at),
            district: shown.note.district.to_string(),
            from_user: shown.name,
            read_at: next.as_ref().map(|reader| rfc3339(reader.at)),
            to_user: next.map(|reader| reader.name),
            open_tickets: shown.note.open_tickets,
            note: shown.note.text,
        }
    });
    Ok(Json(shown.collect()))
}
