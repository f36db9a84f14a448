//! What became of telephone calls, and how well they were led (质检).

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::CallReport;
use silverbell_domain::{CallId, Phase};
use silverbell_store::CallQuality;
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::call_routes::known;
use crate::error::{Shown, problem};
use crate::session::CurrentUser;
use crate::summary_routes::{LONGEST_REPORT_DAYS, Span, asked, place};
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// So many missed calls at most are listed, the first ones.
const MOST_MISSED: usize = 1_000;

/// The longest note, characters.
const LONGEST_NOTE: usize = 1_000;

/// How long something took: calls to be answered, work to be done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Took {
    /// How many.
    n: usize,
    /// Half of them at most so long, seconds; null without any.
    p50_s: Option<f64>,
    /// Nine in ten at most so long, seconds.
    p90_s: Option<f64>,
    /// Ninety-nine in a hundred at most so long, seconds.
    p99_s: Option<f64>,
}

pub(crate) fn took(phase: Phase) -> Took {
    let Phase { n, p50_s, p90_s, p99_s, .. } = phase;
    let known = |s: f64| (n > 0).then_some(s);
    Took { n, p50_s: known(p50_s), p90_s: known(p90_s), p99_s: known(p99_s) }
}

/// A call that nobody answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissedCallLine {
    /// Which call.
    call: String,
    /// When it began to ring, RFC 3339.
    ringing_at: String,
    /// How long it rang, seconds.
    rang_s: f64,
    /// When somebody spoke with that number afterwards, within a day; null when nobody did, and where the
    /// number is not known.
    reached_at: Option<String>,
}

/// The means of the grades, 1 (poor) to 5 (exemplary).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeanGrades {
    /// Answered, greeted, said who speaks.
    opening: f64,
    /// Listened, calm and kind.
    listening: f64,
    /// Asked what had to be known.
    questions: f64,
    /// Did what had to be done.
    action: f64,
    /// Said what happens now.
    closing: f64,
}

/// What became of the calls of a span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallsOfReport {
    /// Calls that came in.
    incoming: usize,
    /// Those that a person answered.
    answered: usize,
    /// Of answered and missed ones the share answered within 15 seconds, 0 to 1; null without any.
    answered_15s: Option<f64>,
    /// How long the answered ones rang.
    wait: Took,
    /// Those that nobody answered.
    missed: usize,
    /// Those of them with whose number nobody spoke within a day.
    lost: usize,
    /// How long the missed ones rang.
    gave_up: Took,
    /// Those whose end was not heard.
    unknown_end: usize,
    /// Those that still ring.
    ringing: usize,
    /// Calls that were made from here.
    outgoing: usize,
    /// Those of them that were answered.
    outgoing_answered: usize,
    /// Calls that were listened to and graded.
    graded: usize,
    /// The means of their grades; null without any.
    grades: Option<MeanGrades>,
    /// The missed ones, at most 1,000.
    missed_calls: Vec<MissedCallLine>,
}

fn shown(report: &CallReport) -> CallsOfReport {
    let ended = report.answered + report.missed.len();
    let mean = |[opening, listening, questions, action, closing]: [f64; 5]| MeanGrades {
        opening,
        listening,
        questions,
        action,
        closing,
    };
    CallsOfReport {
        incoming: report.incoming,
        answered: report.answered,
        answered_15s: (ended > 0).then(|| report.answered_soon as f64 / ended as f64),
        wait: took(report.wait),
        missed: report.missed.len(),
        lost: report.lost(),
        gave_up: took(report.gave_up),
        unknown_end: report.unknown_end,
        ringing: report.ringing,
        outgoing: report.outgoing,
        outgoing_answered: report.outgoing_answered,
        graded: report.graded,
        grades: report.grades.map(mean),
        missed_calls: report
            .missed
            .iter()
            .take(MOST_MISSED)
            .map(|missed| MissedCallLine {
                call: missed.call.to_string(),
                ringing_at: rfc3339(missed.ringing_at),
                rang_s: missed.rang_ms as f64 / 1_000.0,
                reached_at: missed.reached_at.map(rfc3339),
            })
            .collect(),
    }
}

/// Returns what became of the calls that began to ring from `from` on and before `to`.
#[utoipa::path(get, path = "/v1/reports/calls", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "What became of them", body = CallsOfReport),
        (status = 422, description = "No such span", body = Problem)))]
pub(crate) async fn calls(
    State(api): State<Api>,
    who: CurrentUser,
    Query(span): Query<Span>,
) -> Result<Json<CallsOfReport>, Problem> {
    let (districts, span) = asked(&api, &who, &span, LONGEST_REPORT_DAYS)?;
    let _place = place(&api).await?;
    let report = api.dispatcher.call_report(&districts, span).await;
    let report = report.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(Json(shown(&report)))
}

/// How well a call was led, each from 1 (poor) to 5 (exemplary).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Grades {
    /// Answered, greeted, said who speaks (开场).
    opening: u8,
    /// Listened, calm and kind (倾听).
    listening: u8,
    /// Asked what had to be known, in order (询问).
    questions: u8,
    /// Did what had to be done, in time (处置).
    action: u8,
    /// Said what happens now, and stayed as long as needed (收尾).
    closing: u8,
    /// In words; at most 1,000 characters.
    note: Option<String>,
}

/// Keeps how well a call was led, as a supervisor who listened to it found; the last one counts.
#[utoipa::path(put, path = "/v1/calls/{id}/quality", tag = "telephone", request_body = Grades,
    responses((status = 200, description = "The call", body = dto::Call),
        (status = 404, description = "No such call", body = Problem),
        (status = 409, description = "It runs, nobody answered it, or it is one's own", body = Problem),
        (status = 422, description = "Grades other than 1 to 5", body = Problem)))]
pub(crate) async fn grade(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Grades>,
) -> Result<Json<dto::Call>, Problem> {
    act.who.supervisor()?;
    let id: CallId = parse(&id, "call")?;
    known(&api, &act.who, id).await?;
    let Grades { opening, listening, questions, action, closing, note } = &act.body;
    let note = note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return Err(Problem::unprocessable("note: at most 1,000 characters"));
    }
    let quality = CallQuality {
        opening: *opening,
        listening: *listening,
        questions: *questions,
        action: *action,
        closing: *closing,
        note: note.map(str::to_owned),
        by: act.who.user.id,
        at: api.dispatcher.clock().now(),
    };
    let call = api.dispatcher.grade_call(id, quality, &act.who.user.username).await;
    let call = call.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(Json(view::call(&call, api.dispatcher.clock().now())))
}
