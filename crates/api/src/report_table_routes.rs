//! Every ticket of a span as a line of a table, for whoever reckons with other tools. Without a name, a number
//! or an address.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::try_unfold;
use silverbell_dispatcher::{LocalClock, ReportedTicket, slices};
use silverbell_domain::{AskedAnswer, DistrictId, EscalationTarget, ResponseFacts, Times, UnixMs};
use silverbell_lists::protected;
use silverbell_web::{Problem, rfc3339};

use crate::Api;
use crate::error::{Shown, problem};
use crate::session::CurrentUser;
use crate::summary_routes::{LONGEST_REPORT_DAYS, Span, WAITS_FOR, asked, place_within};

/// A table that has begun waits longer for its turn than one that can still be refused.
const GOES_ON_WITHIN: Duration = Duration::from_secs(60);

/// The columns, in their order.
const COLUMNS: [&str; 45] = [
    "number",
    "ticket",
    "district",
    "received_local",
    "kind",
    "urgency",
    "outcome",
    "cause",
    "counted",
    "emergency",
    "village",
    "categories",
    "flags",
    "ring_min",
    "received",
    "pressed",
    "opened",
    "popped_up",
    "answered",
    "confirmed",
    "family_told",
    "first_offered",
    "accepted",
    "departed",
    "on_scene",
    "with_senior",
    "ambulance_called",
    "ambulance_arrived",
    "at_hospital",
    "handed_over",
    "closed",
    "followed_up",
    "archived",
    "went",
    "offers_asked",
    "offers_accepted",
    "offers_declined",
    "offers_expired",
    "eta_s",
    "way_s",
    "escalated_to",
    "satisfaction",
    "complaints",
    "reopened",
    "offers_withdrawn",
];

/// Returns the tickets received from `from` on and before `to`, one a line, ordered by receiving, then number.
/// Times are RFC 3339, UTC, but for `received_local`; `counted` is 0 for tests, duplicates, drills and work on
/// devices; lists are joined by `;`. `eta_s` and `way_s` are of the first who arrived.
#[utoipa::path(get, path = "/v1/reports/tickets", tag = "reports",
    params(
        ("from" = String, Query, description = "RFC 3339"),
        ("to" = String, Query, description = "RFC 3339; at most 400 days later"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String),
        (status = 422, description = "No such span", body = Problem),
        (status = 503, description = "Other reports are being made", body = Problem)))]
pub(crate) async fn tickets(
    State(api): State<Api>,
    who: CurrentUser,
    Query(span): Query<Span>,
) -> Result<Response, Problem> {
    let (districts, span) = asked(&api, &who, &span, LONGEST_REPORT_DAYS)?;
    let districts = api.dispatcher.with_clocks(&districts).await;
    let districts = districts.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let mut sending = Sending { api, districts, weeks: slices(span).collect(), first: None };
    // Read before the answer begins, so that a fault is an answer, too.
    let head = table(|table| table.write_record(COLUMNS)).map_err(|_| Problem::internal())?;
    let first = sending.week(WAITS_FOR).await?.unwrap_or_default();
    sending.first = Some([head, first].concat());
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"tickets.csv\"");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(try_unfold(sending, next))).into_response())
}

/// What is still to be sent: a week in memory at a time.
struct Sending {
    api: Api,
    districts: Vec<(DistrictId, LocalClock)>,
    weeks: VecDeque<(UnixMs, UnixMs)>,
    first: Option<Vec<u8>>,
}

impl Sending {
    /// Reads the next week. The place is given back before it is sent: who reads slowly keeps nobody waiting.
    async fn week(&mut self, patience: Duration) -> Result<Option<Vec<u8>>, Problem> {
        let Some(week) = self.weeks.pop_front() else { return Ok(None) };
        let _place = place_within(&self.api, patience).await?;
        let dispatcher = &self.api.dispatcher;
        let tickets = dispatcher.reported_tickets(&self.districts, week).await;
        let tickets = tickets.map_err(|error| problem(error, Shown::Ticket, dispatcher))?;
        let lines =
            table(|table| tickets.iter().try_for_each(|ticket| table.write_record(line(ticket))));
        lines.map(Some).map_err(|_| Problem::internal())
    }
}

async fn next(mut sending: Sending) -> io::Result<Option<(Bytes, Sending)>> {
    if let Some(first) = sending.first.take() {
        return Ok(Some((first.into(), sending)));
    }
    // The answer has begun: it breaks off, so that nobody takes a part for the whole.
    let broke_off = |_| io::Error::other("the tickets cannot be read at present");
    let week = sending.week(GOES_ON_WITHIN).await.map_err(broke_off)?;
    Ok(week.map(|lines| (lines.into(), sending)))
}

fn table(
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>,
) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let written = write(&mut table);
    let written = written.and_then(|()| table.into_inner().map_err(|it| it.into_error().into()));
    written.inspect_err(|error| tracing::error!(%error, "tickets cannot be written as a table"))
}

fn line(ticket: &ReportedTicket) -> Vec<String> {
    let facts = &ticket.facts;
    let yes = |is: bool| u8::from(is).to_string();
    let mut line = vec![
        facts.number.to_string(),
        facts.ticket.to_string(),
        ticket.district.to_string(),
        ticket.received_local.clone(),
        facts.kind.as_str().into(),
        facts.urgency.as_u8().to_string(),
        facts.outcome.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        facts.cause.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        yes(facts.is_counted),
        yes(facts.is_emergency),
        protected(&facts.village),
        ticket.category.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        joined(facts.flags.iter().map(|flag| flag.as_str().to_owned())),
        facts.ring_min.to_string(),
    ];
    line.extend(times(&facts.times));
    line.push(joined(facts.went.iter().map(ToString::to_string)));
    let [asked, accepted, declined, expired, withdrawn] = offers(facts);
    line.extend([asked, accepted, declined, expired]);
    let way = facts.first_way();
    line.push(way.map(|(eta_s, _)| eta_s.to_string()).unwrap_or_default());
    line.push(way.map(|(_, took_s)| took_s.to_string()).unwrap_or_default());
    line.push(joined(facts.escalated_to.iter().map(|target| word(*target).to_owned())));
    line.push(facts.satisfaction.map(|it| it.to_string()).unwrap_or_default());
    line.extend([facts.complaints.to_string(), facts.reopened.to_string(), withdrawn]);
    line
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(";")
}

const fn word(target: EscalationTarget) -> &'static str {
    match target {
        EscalationTarget::Ambulance => "120",
        EscalationTarget::Police => "110",
        EscalationTarget::Fire => "119",
        EscalationTarget::ShiftLead => "shift_lead",
        EscalationTarget::Supervisor => "supervisor",
        EscalationTarget::Leader => "leader",
    }
}

fn times(times: &Times) -> [String; 19] {
    [
        Some(times.received),
        times.pressed,
        Some(times.opened),
        times.popped_up,
        times.answered,
        times.confirmed,
        times.family_told,
        times.first_offered,
        times.accepted,
        times.departed,
        times.on_scene,
        times.with_senior,
        times.ambulance_called,
        times.ambulance_arrived,
        times.at_hospital,
        times.handed_over,
        times.closed,
        times.followed_up,
        times.archived,
    ]
    .map(|at| at.map(rfc3339).unwrap_or_default())
}

fn offers(facts: &ResponseFacts) -> [String; 5] {
    let came_to = |answer| facts.asked.iter().filter(|it| it.answer == answer).count();
    [
        facts.asked.len(),
        came_to(AskedAnswer::Accepted),
        came_to(AskedAnswer::Declined),
        came_to(AskedAnswer::Expired),
        came_to(AskedAnswer::Withdrawn),
    ]
    .map(|n| n.to_string())
}
