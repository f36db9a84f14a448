//! What aides and rescuers do on their phones.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use silverbell_domain::{LatLon, SelfTestPart, SelfTestResult, Travel, UnixMs};
use silverbell_web::{Problem, parse_rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::{Shown, problem, store_problem};
use crate::offer_routes::offer_file;
use crate::session::CurrentUser;
use crate::{Api, dto, view};

/// How many positions may come at once.
const MAX_POSITIONS: usize = 1_000;

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Duty {
    /// Whether on duty.
    on_duty: bool,
    /// `walk`, `ebike` or `car`; as before when missing.
    #[schema(value_type = Option<String>)]
    travel: Option<Travel>,
    /// When the shift ends, RFC 3339; missing: at the end of the shift in the roster, if one runs or
    /// begins within an hour, else no end is known. Whoever would arrive later is asked
    /// after everybody else.
    until: Option<String>,
    /// Until when the person has a rest, RFC 3339, and is asked after everybody else; missing: none.
    rest_until: Option<String>,
}

/// Goes on or off duty. On duty makes a candidate at once; what is not said again is over.
#[utoipa::path(put, path = "/v1/me/duty", tag = "me", request_body = Duty, responses(
    (status = 200, description = "As it is now", body = dto::Responder),
))]
pub(crate) async fn duty(
    State(api): State<Api>,
    act: Act<Duty>,
) -> Result<Json<dto::Responder>, Problem> {
    let id = act.who.responder()?;
    let Duty { on_duty, travel, until, rest_until } = &act.body;
    let duty = silverbell_dispatcher::Duty {
        on_duty: *on_duty,
        travel: *travel,
        shift_ends_at: time("until", until.as_deref())?,
        rests_until: time("rest_until", rest_until.as_deref())?,
    };
    let changed = api.dispatcher.set_duty(id, duty).await;
    let responder = changed.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let board = api.dispatcher.board_of(id);
    let shown = board.and_then(|board| board.people(&[id]).pop());
    let (mut person, state, ticket) =
        shown.ok_or_else(|| Problem::not_found("there is no such responder"))?;
    person.responder = std::sync::Arc::new(responder);
    let state = match (state, act.body.on_duty) {
        (silverbell_dispatcher::ResponderState::Off, true) => {
            silverbell_dispatcher::ResponderState::Free
        }
        (silverbell_dispatcher::ResponderState::Free, false) => {
            silverbell_dispatcher::ResponderState::Off
        }
        (state, _) => state,
    };
    // Whoever says something is in touch.
    Ok(Json(view::responder(&person, state, ticket, None)))
}

fn time(key: &str, text: Option<&str>) -> Result<Option<UnixMs>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || Problem::bad_request(format!("{key}: give a time as in RFC 3339"));
    parse_rfc3339(text).map(Some).ok_or_else(wrong)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MyPosition {
    /// Latitude, WGS-84 degrees.
    lat: f64,
    /// Longitude, WGS-84 degrees.
    lon: f64,
    /// Radius of uncertainty, metres.
    accuracy_m: Option<f64>,
    /// RFC 3339; the time of receipt when missing.
    at: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MyPositions {
    /// At most 1,000.
    positions: Vec<MyPosition>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Taken {
    /// Taken.
    accepted: usize,
    /// Named no place.
    dropped: usize,
}

/// Takes positions of the phone; also a sign of life.
#[utoipa::path(post, path = "/v1/me/positions", tag = "me", request_body = MyPositions, responses(
    (status = 200, description = "Taken", body = Taken),
    (status = 429, description = "Too much at present", body = Problem),
))]
pub(crate) async fn positions(
    State(api): State<Api>,
    act: Act<MyPositions>,
) -> Result<Json<Taken>, Problem> {
    let id = act.who.responder()?;
    if act.body.positions.len() > MAX_POSITIONS {
        let detail = format!("at most {MAX_POSITIONS} positions at once");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    let now = api.dispatcher.clock().now();
    let places: Vec<(LatLon, Option<f64>, UnixMs)> = act
        .body
        .positions
        .iter()
        .filter_map(|p| {
            let at = p.at.as_deref().and_then(parse_rfc3339).unwrap_or(now);
            Some((LatLon::new(p.lat, p.lon)?, p.accuracy_m, at))
        })
        .collect();
    let dropped = act.body.positions.len() - places.len();
    let moved = api.dispatcher.responder_moved(id, &places);
    let kept = moved.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    if let Some((point, _, at)) = places.iter().max_by_key(|(_, _, at)| *at) {
        let followed = api.dispatcher.distress_moved(id, *point, *at).await;
        followed.map_err(|error| match error {
            silverbell_dispatcher::UseCaseError::Store(error) => store_problem(error),
            // An aide sees of a ticket what the own offer shows, and nothing more.
            error => Problem::conflict(error.to_string(), None),
        })?;
    }
    if !kept {
        return Err(Problem::too_many("too many positions at present; try again later", 5));
    }
    Ok(Json(Taken { accepted: places.len(), dropped }))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferList {
    items: Vec<dto::OfferFile>,
    next_cursor: Option<String>,
}

/// Returns the offers in hand.
pub(crate) async fn offers_in_hand(
    api: &Api,
    who: &CurrentUser,
) -> Result<Vec<dto::OfferFile>, Problem> {
    let id = who.responder()?;
    let mut files = Vec::new();
    for ticket in api.dispatcher.tickets_of(id) {
        if let Some(offer) = ticket.last_offer_to(id) {
            files.push(offer_file(api, &ticket, offer.id).await?);
        }
    }
    Ok(files)
}

/// Lists the offers in hand.
#[utoipa::path(get, path = "/v1/me/offers", tag = "me", responses(
    (status = 200, description = "Offers in hand", body = OfferList),
))]
pub(crate) async fn offers(
    State(api): State<Api>,
    who: CurrentUser,
) -> Result<Json<OfferList>, Problem> {
    let items = offers_in_hand(&api, &who).await?;
    Ok(Json(OfferList { items, next_cursor: None }))
}

/// Answers a probe: the phone is reachable.
#[utoipa::path(post, path = "/v1/me/probes/{id}", tag = "me", responses(
    (status = 204, description = "Noted"),
))]
pub(crate) async fn probe(
    State(api): State<Api>,
    who: CurrentUser,
    Path(_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let noted = api.dispatcher.responder_moved(who.responder()?, &[]);
    noted.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MySelfTest {
    /// How each part that was tried went. Parts: `sound`, `vibration`, `notification`, `position`,
    /// `connection`, `storage`; words: `works`, `refused`, `missing` (this phone cannot), `failed`.
    parts: BTreeMap<String, String>,
}

/// Keeps what the phone found of itself, for supervisors to see.
#[utoipa::path(put, path = "/v1/me/self-test", tag = "me", request_body = MySelfTest, responses(
    (status = 200, description = "As it is kept", body = dto::SelfTest),
    (status = 422, description = "No such part, or no such word", body = Problem),
))]
pub(crate) async fn self_test(
    State(api): State<Api>,
    act: Act<MySelfTest>,
) -> Result<Json<dto::SelfTest>, Problem> {
    let id = act.who.responder()?;
    let read = |(part, how): (&String, &String)| {
        let part = SelfTestPart::ALL.into_iter().find(|it| it.as_str() == part)?;
        Some((part, SelfTestResult::ALL.into_iter().find(|it| it.as_str() == how)?))
    };
    let parts: Option<Vec<_>> = act.body.parts.iter().map(read).collect();
    let words = "parts: sound, vibration, notification, position, connection, storage; each works, \
                 refused, missing or failed";
    let parts = parts.filter(|parts| !parts.is_empty());
    let parts = parts.ok_or_else(|| Problem::unprocessable(words))?;
    let kept = api.dispatcher.set_self_test(id, parts).await;
    let kept = kept.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let test = kept.self_test.as_ref().map(view::self_test);
    test.map(Json).ok_or_else(Problem::internal)
}

/// Which month.
#[derive(Debug, Deserialize)]
pub(crate) struct WhichMonth {
    month: String,
}

/// Returns the own month: trips, nights, kilometres. Declines are not in it.
#[utoipa::path(get, path = "/v1/me/month", tag = "me",
    params(("month" = String, Query, description = "`2026-11`, by the district's clock")),
    responses((status = 200, description = "The month", body = dto::Month),
        (status = 422, description = "No month", body = Problem)))]
pub(crate) async fn month(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<WhichMonth>,
) -> Result<Json<dto::Month>, Problem> {
    let id = who.responder()?;
    let (year, month) = read_month(&which.month)
        .ok_or_else(|| Problem::unprocessable("month: a month from 2000-01 on, as 2026-11"))?;
    let month = api.dispatcher.month_of(id, year, month).await;
    let month = month.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(Json(view::month(&month)))
}

fn read_month(text: &str) -> Option<(i16, i8)> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = text.split_once('-')?;
    if !(year.len() == 4 && month.len() == 2 && digits(year) && digits(month)) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    (year >= 2000 && (1..=12).contains(&month)).then_some((year, month))
}
