//! Districts, their maps, and finding seniors.

use std::io::ErrorKind;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use silverbell_domain::DistrictId;
use silverbell_store::{SeniorQuery, UserRole};
use silverbell_web::Problem;
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::{Api, dto, view};

/// How many seniors a search returns.
const FOUND: u32 = 50;

/// The shortest end of a telephone number that is searched for, digits.
const MIN_DIGITS: usize = 4;

/// Returns the districts a person asks about: the one named, or all that are served.
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
            Ok(api.dispatcher.boards().iter().map(|board| board.district().clone()).collect())
        }
        None => Ok(who.user.districts.clone()),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SearchSeniors {
    /// The end of a telephone number, the senior's or a contact's.
    phone: Option<String>,
    /// A part of name, village or address.
    q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeniorList {
    items: Vec<dto::Senior>,
    next_cursor: Option<String>,
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
    let query = match (&act.body.phone, &act.body.q) {
        (Some(phone), _) => SeniorQuery::Phone(national_digits(phone)?),
        (None, Some(text)) if !text.trim().is_empty() => SeniorQuery::Text(text.trim().into()),
        (None, _) => return Err(Problem::unprocessable("give `phone` or `q`")),
    };
    let districts = chosen(&api, &act.who, None)?;
    let store = api.dispatcher.store();
    let found = store.find_seniors(&districts, query, FOUND).await.map_err(store_problem)?;
    let now = api.dispatcher.clock().now();
    let items = found.iter().map(|senior| view::senior(senior, now)).collect();
    Ok(Json(SeniorList { items, next_cursor: None }))
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

fn permitted(who: &CurrentUser, api: &Api, slug: &str) -> Result<DistrictId, Problem> {
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
    Ok(Json(dto::DistrictInfo { id: slug, name, time_zone, bounds }))
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
