//! Districts, their maps, and finding seniors.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use silverbell_domain::{DistrictId, Senior, Travel, Weather};
use silverbell_store::{SeniorQuery, UserRole, pinyin_letters};
use silverbell_web::{Problem, parse_rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::{Shown, problem, store_problem};
use crate::session::CurrentUser;
use crate::{Api, dto, view};

/// How many seniors a search returns.
const FOUND: u32 = 50;

/// The shortest end of a telephone number that is searched for, digits.
const MIN_DIGITS: usize = 4;

/// Returns the districts a person asks about: the one named, or all that are served. Who may see all does
/// not see the canary's.
pub(crate) fn chosen(
    api: &Api,
    who: &CurrentUser,
    named: Option<&str>,
) -> Result<Vec<DistrictId>, Problem> {
    match named {
        Some(slug) => {
            let district = DistrictId::new(slug);
            who.serves(&district)?;
            Ok(vec![district])
        }
        None if who.user.role == UserRole::Admin && who.user.districts.is_empty() => {
            Ok(api.dispatcher.inhabited().iter().map(|board| board.district().clone()).collect())
        }
        None => Ok(who.user.districts.clone()),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SearchSeniors {
    /// The end of a telephone number, the senior's or a contact's.
    phone: Option<String>,
    /// A part of name, village or address; how a name is spoken, whole (`zhangsanfeng`), in initials
    /// (`zsf`) or between (`zhangsf`); or the end of a telephone number, four digits or more.
    q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeniorList {
    pub(crate) items: Vec<dto::Senior>,
    pub(crate) next_cursor: Option<String>,
}

/// Finds seniors by telephone number, name, village or address. A POST, so that no name or number
/// stands in a URL.
#[utoipa::path(post, path = "/v1/seniors/search", tag = "seniors", request_body = SearchSeniors,
    responses((status = 200, description = "At most 50", body = SeniorList)))]
pub(crate) async fn search_seniors(
    State(api): State<Api>,
    act: Act<SearchSeniors>,
) -> Result<Json<SeniorList>, Problem> {
    act.who.operator()?;
    let queries = match (&act.body.phone, &act.body.q) {
        (Some(phone), _) => vec![SeniorQuery::Phone(national_digits(phone)?)],
        (None, Some(text)) if !text.trim().is_empty() => of_text(text.trim()),
        (None, _) => return Err(Problem::unprocessable("give `phone` or `q`")),
    };
    let districts = chosen(&api, &act.who, None)?;
    let store = api.dispatcher.store();
    let mut found: Vec<Senior> = Vec::new();
    for query in queries {
        let room = FOUND.saturating_sub(u32::try_from(found.len()).unwrap_or(FOUND));
        if room == 0 {
            break;
        }
        let more = store.find_seniors(&districts, query, FOUND).await.map_err(store_problem)?;
        let is_new = |it: &Senior| found.iter().all(|known| known.id != it.id);
        let more: Vec<Senior> = more.into_iter().filter(is_new).take(room as usize).collect();
        found.extend(more);
    }
    let now = api.dispatcher.clock().now();
    let items = found.iter().map(|senior| view::senior(senior, now)).collect();
    Ok(Json(SeniorList { items, next_cursor: None }))
}

/// Returns what somebody may mean, the likeliest first: digits end a number, letters are how a name is
/// spoken, and anything is a part of name, village or address.
fn of_text(text: &str) -> Vec<SeniorQuery> {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '+'));
    let number = is_number.then(|| national_digits(text).ok()).flatten().map(SeniorQuery::Phone);
    let spoken = pinyin_letters(text).map(SeniorQuery::Pinyin);
    number.into_iter().chain(spoken).chain([SeniorQuery::Text(text.into())]).collect()
}

/// Returns the digits of a number without the country's code, which files do not have.
fn national_digits(phone: &str) -> Result<String, Problem> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")) {
        Some(rest) if rest.len() >= 10 => rest.to_owned(),
        Some(_) | None => digits,
    };
    if national.len() < MIN_DIGITS {
        return Err(Problem::unprocessable("phone: give at least its last four digits"));
    }
    Ok(national)
}

pub(crate) fn permitted(who: &CurrentUser, api: &Api, slug: &str) -> Result<DistrictId, Problem> {
    let district = DistrictId::new(slug);
    if api.dispatcher.board(&district).is_none() {
        return Err(Problem::not_found("there is no such district"));
    }
    who.serves(&district)?;
    Ok(district)
}

/// Returns a district.
#[utoipa::path(get, path = "/v1/districts/{id}", tag = "districts", responses(
    (status = 200, description = "The district", body = dto::DistrictInfo)))]
pub(crate) async fn district(
    State(api): State<Api>,
    who: CurrentUser,
    Path(slug): Path<String>,
) -> Result<Json<dto::DistrictInfo>, Problem> {
    let id = permitted(&who, &api, &slug)?;
    let store = api.dispatcher.store();
    let all = store.districts().await.map_err(store_problem)?;
    let found = all.into_iter().find(|district| district.id == id);
    let found = found.ok_or_else(|| Problem::not_found("there is no such district"))?;
    let bounds = store.home_bounds(&id).await.map_err(store_problem)?;
    let (name, time_zone) = (found.name, found.time_zone);
    let board = api.dispatcher.board(&id);
    let weather = board.and_then(|board| board.weather()).map(|it| view::weather(&it));
    Ok(Json(dto::DistrictInfo { id: slug, name, time_zone, bounds, weather }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SetWeather {
    /// `ebike`, `car`: whoever travels so goes on foot; empty: nothing is stopped any more.
    #[schema(value_type = Vec<String>)]
    stops: BTreeSet<Travel>,
    /// Until when, RFC 3339, within three days.
    until: Option<String>,
    /// Why, in words.
    #[serde(default)]
    note: String,
}

/// Says that in this weather nobody rides an e-bike: whoever would, is reckoned on foot from now on.
#[utoipa::path(put, path = "/v1/districts/{id}/weather", tag = "districts", request_body = SetWeather,
    responses((status = 200, description = "What is stopped now; null: nothing"),
        (status = 422, description = "What is wrong, in words", body = Problem)))]
pub(crate) async fn set_weather(
    State(api): State<Api>,
    Path(slug): Path<String>,
    act: Act<SetWeather>,
) -> Result<Json<Option<dto::Weather>>, Problem> {
    act.who.operator()?;
    let id = permitted(&act.who, &api, &slug)?;
    let SetWeather { stops, until, note } = &act.body;
    let weather = if stops.is_empty() {
        None
    } else {
        let wrong = || Problem::unprocessable("until: give a time as in RFC 3339");
        let until = until.as_deref().and_then(parse_rfc3339).ok_or_else(wrong)?;
        let weather = Weather { stops: stops.clone(), until, note: note.clone() };
        weather.validate(api.dispatcher.clock().now()).map_err(Problem::unprocessable)?;
        Some(weather)
    };
    let set = api.dispatcher.set_weather(&id, weather.clone()).await;
    set.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    tracing::info!(user = %act.who.user.id, district = %id, "what the weather forbids was set");
    Ok(Json(weather.map(|weather| view::weather(&weather))))
}

/// Returns a district's streets, waters and villages, GeoJSON.
#[utoipa::path(get, path = "/v1/districts/{id}/map", tag = "districts", responses(
    (status = 200, description = "A GeoJSON FeatureCollection; empty without a map")))]
pub(crate) async fn map(
    State(api): State<Api>,
    who: CurrentUser,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    let id = permitted(&who, &api, &slug)?;
    // A district of ours, so its slug leads nowhere else.
    let file = api.settings.maps.join(format!("map-{id}.geojson"));
    let body = match tokio::fs::read(file).await {
        Ok(map) => map,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            br#"{"type":"FeatureCollection","features":[]}"#.to_vec()
        }
        Err(error) => {
            tracing::error!(district = %id, %error, "the map cannot be read");
            return Err(Problem::unavailable("the map cannot be read at present", 5));
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    Ok((headers, body).into_response())
}
