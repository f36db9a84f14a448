//! The roster: who is to be on duty when, where somebody is missing, and who did not come.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use silverbell_dispatcher::{Board, CoverNow, LocalClock, OnShift, RosterRefused, WantedShift};
use silverbell_domain::{CoverGap, CoverPiece, Person, ShiftId, Staff, UnixMs};
use silverbell_web::{Problem, parse_rfc3339, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// A roster in JSON is larger than what people send otherwise, bytes: 5,000 shifts.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// Without `to`, a roster is shown for so long, seconds: a week.
const SHOWN_S: i64 = 7 * 86_400;

/// A roster is shown for so long at most, seconds: 62 days.
const LONGEST_S: i64 = 62 * 86_400;

/// Which part of which district's roster.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    district: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// Returns the roster: shifts that run within the span, how many are asked and rostered in each piece of
/// it, and where somebody is missing.
#[utoipa::path(get, path = "/v1/roster", tag = "roster",
    params(("district" = Option<String>, Query, description = "Needed by who serves several"),
        ("from" = Option<String>, Query, description = "RFC 3339; the beginning of today when missing"),
        ("to" = Option<String>, Query, description = "RFC 3339, at most 62 days later; a week when missing")),
    responses((status = 200, description = "The roster", body = dto::Roster)))]
pub(crate) async fn roster(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<dto::Roster>, Problem> {
    who.operator()?;
    let board = board(&api, &who, which.district.as_deref())?;
    let from = which.from.as_deref().map(|text| time("from", text)).transpose()?;
    let from = match from {
        Some(from) => from,
        None => {
            let clock = api.dispatcher.local_clock(&board).await.map_err(store_problem)?;
            clock.midnight_of(api.dispatcher.clock().now())
        }
    };
    let to = which.to.as_deref().map(|text| time("to", text)).transpose()?;
    let to = to.unwrap_or_else(|| from.plus_s(SHOWN_S));
    if to <= from || to.since_s(from) > LONGEST_S {
        return Err(Problem::unprocessable("to: after `from`, at most 62 days"));
    }
    shown(&api, &board, (from, to)).await
}

/// A shift as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The responder.
    responder: String,
    /// When it begins, RFC 3339.
    from: String,
    /// When it ends, RFC 3339; at most 24 hours later.
    to: String,
}

/// A roster as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedRoster {
    /// What begins from then on is replaced, RFC 3339.
    from: String,
    /// Until then, at most 62 days later; this moment is not included.
    to: String,
    /// All that is to begin within that time; at most 5,000.
    shifts: Vec<Wanted>,
    /// The district, where several are served.
    district: Option<String>,
}

/// Replaces the shifts that begin within a time, all or nothing. Of a roster that is wrong every entry
/// is named with its place and its reason. One with gaps is kept, and they are in the answer.
#[utoipa::path(put, path = "/v1/roster", tag = "roster", request_body = WantedRoster, responses(
    (status = 200, description = "The roster of that time as it is now", body = dto::Roster),
    (status = 422, description = "What is wrong, entry by entry; nothing was changed", body = Problem)))]
pub(crate) async fn replace(
    State(api): State<Api>,
    act: Act<WantedRoster>,
) -> Result<Json<dto::Roster>, Problem> {
    act.who.supervisor()?;
    let board = board(&api, &act.who, act.body.district.as_deref())?;
    let span = (time("from", &act.body.from)?, time("to", &act.body.to)?);
    let wanted = wanted(&act.body.shifts)?;
    let replaced = api.dispatcher.replace_roster(&board, span, &wanted).await;
    if let Err(why) = replaced {
        return Err(refused(&api, &board, why).await);
    }
    let count = wanted.len();
    tracing::info!(user = %act.who.user.id, district = %board.district(), count,
        "a roster was replaced");
    shown(&api, &board, span).await
}

/// A shift that is to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewShift {
    /// The responder.
    responder: String,
    /// When it begins, RFC 3339.
    from: String,
    /// When it ends, RFC 3339; at most 24 hours later.
    to: String,
}

/// Adds a shift. The same once more is answered with the one that is there.
#[utoipa::path(post, path = "/v1/roster/shifts", tag = "roster", request_body = NewShift, responses(
    (status = 200, description = "The shift", body = dto::Shift),
    (status = 409, description = "The person has another shift then, which is in `current`", body = Problem),
    (status = 422, description = "What is wrong, in words", body = Problem)))]
pub(crate) async fn add(
    State(api): State<Api>,
    act: Act<NewShift>,
) -> Result<Json<dto::Shift>, Problem> {
    act.who.supervisor()?;
    let NewShift { responder, from, to } = &act.body;
    let wanted = WantedShift {
        responder: parse(responder, "responder")?,
        from: time("from", from)?,
        to: time("to", to)?,
    };
    let board = api.dispatcher.board_of(wanted.responder);
    let board = board.ok_or_else(|| Problem::not_found("there is no such responder"))?;
    act.who.serves(board.district())?;
    match api.dispatcher.add_shift(&board, &wanted).await {
        Ok(shift) => {
            tracing::info!(user = %act.who.user.id, shift = %shift.id, "a shift was added");
            Ok(Json(view::shift(&shift, board.person(shift.responder).as_ref())))
        }
        Err(why) => Err(refused(&api, &board, why).await),
    }
}

/// Takes a shift out of the roster. Nobody goes off duty by it.
#[utoipa::path(delete, path = "/v1/roster/shifts/{id}", tag = "roster",
    params(("district" = Option<String>, Query, description = "Needed by who serves several")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such shift", body = Problem)))]
pub(crate) async fn remove(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<StatusCode, Problem> {
    who.supervisor()?;
    let id: ShiftId = parse(&id, "shift")?;
    let board = board(&api, &who, which.district.as_deref())?;
    if let Err(why) = api.dispatcher.remove_shift(&board, id).await {
        return Err(refused(&api, &board, why).await);
    }
    tracing::info!(user = %who.user.id, shift = %id, "a shift was taken out");
    Ok(StatusCode::NO_CONTENT)
}

/// Returns how the district is covered now: whose shift runs, who of them did not come, who on duty is
/// out of touch, and where somebody will be missing within `cover.warn_ahead_h`.
#[utoipa::path(get, path = "/v1/cover", tag = "roster",
    params(("district" = Option<String>, Query, description = "Needed by who serves several")),
    responses((status = 200, description = "At present", body = dto::CoverNow)))]
pub(crate) async fn cover(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<dto::CoverNow>, Problem> {
    who.operator()?;
    let board = board(&api, &who, which.district.as_deref())?;
    let now = api.dispatcher.cover_now(&board).await.map_err(store_problem)?;
    Ok(Json(cover_now(&now)))
}

fn board(api: &Api, who: &CurrentUser, named: Option<&str>) -> Result<Arc<Board>, Problem> {
    let [district] = &*chosen(api, who, named)? else {
        return Err(Problem::unprocessable("name one `district`"));
    };
    let missing = || Problem::not_found("there is no such district");
    api.dispatcher.board(district).ok_or_else(missing)
}

fn time(key: &str, text: &str) -> Result<UnixMs, Problem> {
    let wrong = || Problem::unprocessable(format!("{key}: a time as 2026-11-21T02:03:04Z"));
    parse_rfc3339(text).ok_or_else(wrong)
}

/// Reads entries; every one that cannot be read is named.
fn wanted(shifts: &[Wanted]) -> Result<Vec<WantedShift>, Problem> {
    let mut wrong = Vec::new();
    let mut read = Vec::with_capacity(shifts.len());
    for (place, Wanted { responder, from, to }) in shifts.iter().enumerate() {
        let found =
            responder.parse().map_err(|_| "responder: not an id".to_owned()).and_then(|id| {
                let time = |key: &str, text: &str| {
                    let words = format!("{key}: a time as 2026-11-21T02:03:04Z");
                    parse_rfc3339(text).ok_or(words)
                };
                Ok(WantedShift { responder: id, from: time("from", from)?, to: time("to", to)? })
            });
        match found {
            Ok(shift) => read.push(shift),
            Err(why) if wrong.len() < MOST_NAMED => wrong.push(format!("shifts[{place}]: {why}")),
            Err(_) => {}
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(Problem::unprocessable(wrong.join("; "))) }
}

/// So many entries that cannot be read are named.
const MOST_NAMED: usize = 50;

async fn refused(api: &Api, board: &Board, why: RosterRefused) -> Problem {
    match why {
        RosterRefused::Wrong(words) => Problem::unprocessable(words.join("; ")),
        RosterRefused::NotFound => Problem::not_found("there is no such shift"),
        RosterRefused::Store(error) => store_problem(error),
        RosterRefused::Overlaps(shift) => {
            let shown = view::shift(&shift, board.person(shift.responder).as_ref());
            let clock = match api.dispatcher.local_clock(board).await {
                Ok(clock) => clock,
                Err(error) => return store_problem(error),
            };
            let (from, to) = (clock.in_words(shift.from), clock.in_words(shift.to));
            let words = format!("this responder has another shift then, {from} to {to}");
            Problem::conflict(words, serde_json::to_value(&shown).ok())
        }
    }
}

async fn shown(
    api: &Api,
    board: &Board,
    span: (UnixMs, UnixMs),
) -> Result<Json<dto::Roster>, Problem> {
    let roster = api.dispatcher.roster(board, span).await.map_err(store_problem)?;
    let shifts = roster.shifts.iter().map(|(shift, person)| view::shift(shift, Some(person)));
    Ok(Json(dto::Roster {
        district: board.district().to_string(),
        time_zone: roster.time_zone.clone(),
        from: rfc3339(span.0),
        to: rfc3339(span.1),
        shifts: shifts.collect(),
        cover: roster.pieces.iter().map(piece).collect(),
        gaps: roster.gaps().iter().map(|it| gap(it, &roster.clock)).collect(),
    }))
}

pub(crate) fn cover_now(now: &CoverNow) -> dto::CoverNow {
    dto::CoverNow {
        at: rfc3339(now.at),
        asked: staff(now.asked),
        rostered: staff(now.rostered),
        on_duty: staff(now.on_duty),
        people: now.people.iter().map(on_shift).collect(),
        out_of_touch: now.out_of_touch.iter().map(|(who, since)| lost(who, *since)).collect(),
        gaps: now.gaps.iter().map(|it| gap(it, &now.clock)).collect(),
    }
}

pub(crate) fn on_shift(it: &OnShift) -> dto::OnShift {
    let responder = &it.person.responder;
    dto::OnShift {
        responder: responder.id.to_string(),
        name: responder.name.clone(),
        role: view::responder_role(responder.role).into(),
        phone: responder.phone.clone(),
        from: rfc3339(it.shift.from),
        to: rfc3339(it.shift.to),
        on_duty: it.person.is_on_duty(),
        missing: it.is_missing,
    }
}

fn lost(person: &Person, since: UnixMs) -> dto::OutOfTouch {
    dto::OutOfTouch {
        responder: person.responder.id.to_string(),
        name: person.responder.name.clone(),
        role: view::responder_role(person.responder.role).into(),
        phone: person.responder.phone.clone(),
        since: rfc3339(since),
    }
}

const fn staff(staff: Staff) -> dto::Staff {
    dto::Staff { aides: staff.aides, rescuers: staff.rescuers }
}

fn piece(piece: &CoverPiece) -> dto::CoverPiece {
    dto::CoverPiece {
        from: rfc3339(piece.from),
        to: rfc3339(piece.to),
        asked: staff(piece.asked),
        rostered: staff(piece.rostered),
    }
}

pub(crate) fn gap(gap: &CoverGap, clock: &LocalClock) -> dto::CoverGap {
    dto::CoverGap {
        from: rfc3339(gap.from),
        to: rfc3339(gap.to),
        short: staff(gap.short),
        words: clock.gap_in_words(gap),
    }
}
