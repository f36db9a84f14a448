//! Reports of the past, for supervisors.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{GroupBy, ResponseReport};
use silverbell_domain::{DistrictId, Phase, ResponseTimes, UnixMs, WITHIN_MIN};
use silverbell_web::{Problem, parse_rfc3339};
use utoipa::ToSchema;

use crate::Api;
use crate::error::{Shown, problem};
use crate::session::CurrentUser;
use crate::summary_routes::{Span, asked, place};

/// Of which span, and how it is put together.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    #[serde(flatten)]
    span: Span,
    #[serde(default = "by_day")]
    group: String,
}

fn by_day() -> String {
    GroupBy::Day.as_str().into()
}

/// The times of one phase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhaseTimes {
    /// How many tickets came so far.
    n: usize,
    /// Half of them within this, seconds; null where none came so far.
    p50_s: Option<f64>,
    /// Nine in ten within this, seconds.
    p90_s: Option<f64>,
    /// Ninety-nine in a hundred within this, seconds.
    p99_s: Option<f64>,
}

/// The phases of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Phases {
    /// From receiving to an operator's answer.
    answer: PhaseTimes,
    /// From receiving to the first offer.
    offer: PhaseTimes,
    /// From the first offer to the first acceptance.
    accept: PhaseTimes,
    /// From the first offer to the first at the door.
    arrive: PhaseTimes,
    /// From receiving to the end.
    close: PhaseTimes,
}

/// What a group of tickets came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Group {
    /// Tickets; tests, duplicates, drills and work on devices are left out.
    count: usize,
    /// How long the phases took.
    phases: Phases,
    /// By minutes, the share (0 to 1) of attended emergencies on scene within them after receiving; null
    /// where none was attended.
    #[schema(example = json!({"10": 0.61, "20": 0.95, "30": 1.0}))]
    within: BTreeMap<String, Option<f64>>,
}

/// A group with its key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyedGroup {
    /// `2026-11-22T19:00` or `2026-11-22` by the district's clock, a responder's identity, or a ring's
    /// minutes.
    key: String,
    /// What it came to.
    #[serde(flatten)]
    group: Group,
}

/// How fast help was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResponseTimesReport {
    /// All of it.
    total: Group,
    /// By group; those without a ticket are left out.
    groups: Vec<KeyedGroup>,
}

/// Returns how fast help was, for tickets received from `from` on and before `to`. With `Accept: text/csv` as
/// a table whose first line is the total.
#[utoipa::path(get, path = "/v1/reports/response-times", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 31 days later by hour, 400 otherwise"),
        ("group" = Option<String>, Query, description = "`hour`, `day` (default), `responder` or `ring`"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The report", body = ResponseTimesReport),
        (status = 422, description = "No such span, or no such group", body = Problem)))]
pub(crate) async fn response_times(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    who.supervisor()?;
    let by = GroupBy::ALL.into_iter().find(|by| by.as_str() == which.group);
    let words = "group: hour, day, responder or ring";
    let by = by.ok_or_else(|| Problem::unprocessable(words))?;
    let (districts, span) = asked(&api, &who, &which.span, by.longest_s() / 86_400)?;
    let _place = place(&api).await?;
    let report = api.dispatcher.response_times(&districts, span, by).await;
    let report = report.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    if wants_csv(&headers) {
        return csv(&report);
    }
    let groups = report.groups.iter();
    let groups = groups.map(|(key, it)| KeyedGroup { key: key.clone(), group: group(it) });
    let shown = ResponseTimesReport { total: group(&report.total), groups: groups.collect() };
    Ok(Json(shown).into_response())
}

/// Refuses a district that is none.
pub(crate) fn served(api: &Api, districts: &[DistrictId]) -> Result<(), Problem> {
    if let Some(unknown) = districts.iter().find(|it| api.dispatcher.board(it).is_none()) {
        tracing::debug!(district = %unknown, "a report of no district");
        return Err(Problem::not_found("there is no such district"));
    }
    Ok(())
}

pub(crate) fn time(key: &str, text: &str) -> Result<UnixMs, Problem> {
    let words = || Problem::unprocessable(format!("{key}: give a time as in RFC 3339"));
    // A `+` that nobody escaped comes as a blank.
    parse_rfc3339(&text.replace(' ', "+")).ok_or_else(words)
}

fn group(times: &ResponseTimes) -> Group {
    let phases = Phases {
        answer: phase(times.answer),
        offer: phase(times.offer),
        accept: phase(times.accept),
        arrive: phase(times.arrive),
        close: phase(times.close),
    };
    let within = WITHIN_MIN.iter().zip(times.within);
    let within = within.map(|(min, share)| (min.to_string(), share)).collect();
    Group { count: times.count, phases, within }
}

fn phase(phase: Phase) -> PhaseTimes {
    let Phase { n, p50_s, p90_s, p99_s, .. } = phase;
    let known = |s: f64| (n > 0).then_some(s);
    PhaseTimes { n, p50_s: known(p50_s), p90_s: known(p90_s), p99_s: known(p99_s) }
}

/// Whether a table is named before JSON.
pub(crate) fn wants_csv(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    let mut kinds = accepts.flat_map(|it| it.split(',')).map(|kind| match kind.split_once(';') {
        Some((kind, _)) => kind.trim(),
        None => kind.trim(),
    });
    kinds.find(|kind| matches!(*kind, "text/csv" | "application/json")) == Some("text/csv")
}

fn csv(report: &ResponseReport) -> Result<Response, Problem> {
    let broken = |error: csv::Error| {
        tracing::error!(%error, "a report cannot be written as a table");
        Problem::internal()
    };
    let mut table = csv::Writer::from_writer(Vec::new());
    let phases = ["answer", "offer", "accept", "arrive", "close"];
    let mut head = vec!["key".to_owned(), "count".to_owned()];
    for phase in phases {
        head.extend(["n", "p50_s", "p90_s", "p99_s"].map(|what| format!("{phase}_{what}")));
    }
    head.extend(WITHIN_MIN.map(|min| format!("within_{min}")));
    table.write_record(head).map_err(broken)?;
    let total = ("total".to_owned(), report.total.clone());
    for (key, times) in std::iter::once(&total).chain(&report.groups) {
        let mut row = vec![key.clone(), times.count.to_string()];
        for it in [times.answer, times.offer, times.accept, times.arrive, times.close] {
            let PhaseTimes { n, p50_s, p90_s, p99_s } = phase(it);
            row.push(n.to_string());
            row.extend([p50_s, p90_s, p99_s].map(number));
        }
        row.extend(times.within.map(number));
        table.write_record(row).map_err(broken)?;
    }
    let bytes = table.into_inner().map_err(|error| {
        tracing::error!(error = %error.error(), "a report cannot be written as a table");
        Problem::internal()
    })?;
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"response-times.csv\"");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

pub(crate) fn number(number: Option<f64>) -> String {
    number.map(|it| it.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_given_to_whoever_names_it_before_json() {
        let wants = |accept: &'static str| {
            wants_csv(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]))
        };
        assert!(wants("text/csv") && wants("text/csv;q=0.9, application/json"));
        assert!(!wants("application/json, text/csv") && !wants("*/*") && !wants("text/html"));
        assert!(!wants_csv(&HeaderMap::new()));
    }
}
