//! How well the rescue circle is kept at present, and where people could wait so that it is kept
//! better. For supervisors: it names who lives outside.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use silverbell_dispatcher::{Coverage, Isochrones};
use silverbell_domain::{DistrictId, LatLon, ResponderId, UnixMs};
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::{Shown, problem, store_problem};
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// Who asks about which district.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    district: Option<String>,
}

/// A senior who lives outside the rescue circle at present.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outside {
    id: String,
    name: String,
    village: String,
    lat: f64,
    lon: f64,
    /// Seconds until somebody could be there; missing when nobody is free.
    eta_s: Option<u32>,
    /// `roads` or `straight_line`.
    eta_source: Option<&'static str>,
}

/// How well the rescue circle is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageNow {
    /// When it was counted.
    at: String,
    /// How many are free: on duty, lately heard of, on no ticket.
    responders: usize,
    /// How many seniors there are.
    seniors: usize,
    /// By minutes, how many seniors somebody reaches within them.
    #[schema(example = json!({"10": 2101, "20": 3320, "30": 3601}))]
    within: BTreeMap<u16, usize>,
    /// Who lives farther, the farthest first.
    outside: Vec<Outside>,
    /// How many of the times are by straight line.
    by_straight_line: usize,
}

/// Returns how well the rescue circle is kept, from those who are free at present. Counted at most every
/// two seconds; `at` says when.
#[utoipa::path(get, path = "/v1/coverage", tag = "coverage",
    params(("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "At present", body = CoverageNow),
        (status = 503, description = "Not counted yet", body = Problem)))]
pub(crate) async fn coverage(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<CoverageNow>, Problem> {
    who.supervisor()?;
    let districts = chosen(&api, &who, which.district.as_deref())?;
    let mut all: Option<CoverageNow> = None;
    for district in &districts {
        if which.district.is_none() && api.dispatcher.board(district).is_none() {
            continue; // served, and not there any more
        }
        let (at, counted) = counted(&api, district)?;
        let here = now(at, &counted);
        all = Some(match all {
            None => here,
            Some(before) => before.and(here),
        });
    }
    all.map(Json).ok_or_else(|| Problem::not_found("you serve no district"))
}

/// Returns the areas that somebody who is free reaches within each ring, as GeoJSON: one feature a ring
/// with `within_min`, each inside the next. Without roads there is none.
#[utoipa::path(get, path = "/v1/coverage/isochrones", tag = "coverage",
    params(("district" = String, Query, description = "The district")),
    responses((status = 200, description = "A FeatureCollection", content_type = "application/geo+json")))]
pub(crate) async fn isochrones(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    who.supervisor()?;
    let [district] = &*chosen(&api, &who, which.district.as_deref())? else {
        return Err(Problem::unprocessable("name one `district`"));
    };
    counted(&api, district)?;
    let drawn = api.dispatcher.isochrones(district).await.map_err(store_problem)?;
    let Isochrones { at, areas } = drawn.ok_or_else(not_counted)?;
    let features: Vec<Value> = areas
        .iter()
        .map(|(ring_min, area)| {
            let polygons: Vec<Value> = area
                .iter()
                .map(|polygon| {
                    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                    rings
                        .map(|ring| ring.coords().map(|at| [at.x, at.y]).collect::<Vec<_>>())
                        .collect()
                })
                .collect();
            json!({"type": "Feature", "properties": {"within_min": ring_min},
                "geometry": {"type": "MultiPolygon", "coordinates": polygons}})
        })
        .collect();
    let body = json!({"type": "FeatureCollection", "at": rfc3339(at), "features": features});
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json"))];
    Ok((headers, body.to_string()).into_response())
}

/// Another place to wait for somebody.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StandbyPlace {
    /// Latitude, WGS-84 degrees.
    lat: f64,
    /// Longitude, WGS-84 degrees.
    lon: f64,
}

/// Gives a responder another standby place, by a supervisor. 409 while that person is on duty and no
/// position is known: the standby place is then taken for it.
#[utoipa::path(post, path = "/v1/responders/{id}/standby", tag = "coverage",
    request_body = StandbyPlace, responses((status = 200, description = "As it is now", body = dto::Responder)))]
pub(crate) async fn set_standby(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<StandbyPlace>,
) -> Result<Json<dto::Responder>, Problem> {
    act.who.supervisor()?;
    let id: ResponderId = parse(&id, "responder")?;
    let place = LatLon::new(act.body.lat, act.body.lon)
        .ok_or_else(|| Problem::unprocessable("lat, lon: name a place on the globe"))?;
    let missing = || Problem::not_found("there is no such responder");
    let board = api.dispatcher.board_of(id).ok_or_else(missing)?;
    act.who.serves(board.district())?;
    let changed = api.dispatcher.set_standby(id, place, act.who.user.id).await;
    let responder = changed.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let (mut person, state, ticket) = board.people(&[id]).pop().ok_or_else(missing)?;
    person.responder = Arc::new(responder);
    let since = api.dispatcher.out_of_touch_since(&person, api.dispatcher.clock().now());
    Ok(Json(view::responder(&person, state, ticket, since)))
}

fn counted(api: &Api, district: &DistrictId) -> Result<(UnixMs, Arc<Coverage>), Problem> {
    if api.dispatcher.board(district).is_none() {
        return Err(Problem::not_found("there is no such district"));
    }
    api.dispatcher.coverage(district).ok_or_else(not_counted)
}

fn not_counted() -> Problem {
    Problem::unavailable("the coverage has not been counted yet", 2)
}

fn now(at: UnixMs, counted: &Coverage) -> CoverageNow {
    CoverageNow {
        at: rfc3339(at),
        responders: counted.free.len(),
        seniors: counted.homes,
        within: counted.within.iter().copied().collect(),
        outside: counted
            .outside
            .iter()
            .map(|(home, eta)| Outside {
                id: home.senior.to_string(),
                name: home.name.clone(),
                village: home.village.clone(),
                lat: home.place.lat,
                lon: home.place.lon,
                eta_s: eta.map(|eta| eta.s),
                eta_source: eta.map(|eta| view::eta_source(eta.source)),
            })
            .collect(),
        by_straight_line: counted.by_straight_line,
    }
}

impl CoverageNow {
    /// Adds another district; the older time holds.
    fn and(mut self, other: Self) -> Self {
        self.at = self.at.min(other.at);
        self.responders += other.responders;
        self.seniors += other.seniors;
        for (ring_min, seniors) in other.within {
            *self.within.entry(ring_min).or_default() += seniors;
        }
        self.outside.extend(other.outside);
        self.outside.sort_by_key(|outside| std::cmp::Reverse(outside.eta_s.unwrap_or(u32::MAX)));
        self.by_straight_line += other.by_straight_line;
        self
    }
}

/// A place on the map.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct At {
    lat: f64,
    lon: f64,
}

/// Somebody who could wait elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestion {
    responder: String,
    name: String,
    /// Where that person is.
    from: At,
    /// Where to wait: give it to `POST /v1/responders/{id}/standby` to accept.
    to: At,
    /// How long the way there takes, seconds.
    eta_s: u32,
}

/// Where those who are free could wait so that more seniors are inside the rescue circle.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// When it was counted.
    at: String,
    /// By minutes, how many seniors somebody who is free reaches within them now.
    now: BTreeMap<u16, u64>,
    /// And how many once all these have moved.
    then: BTreeMap<u16, u64>,
    /// Each of these is needed for it; nobody is moved by a machine.
    suggestions: Vec<Suggestion>,
}

/// Suggests where to wait. Takes seconds in a large district.
#[utoipa::path(get, path = "/v1/standby", tag = "coverage",
    params(("district" = Option<String>, Query, description = "The district, when several are served")),
    responses((status = 200, description = "What would be better", body = Suggestions)))]
pub(crate) async fn standby(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<Suggestions>, Problem> {
    who.supervisor()?;
    let [district] = &*chosen(&api, &who, which.district.as_deref())? else {
        return Err(Problem::unprocessable("name one `district`"));
    };
    let missing = || Problem::not_found("there is no such district");
    let found = api.dispatcher.suggest_standby(district).await.map_err(store_problem)?;
    let found = found.ok_or_else(missing)?;
    let board = api.dispatcher.board(district).ok_or_else(missing)?;
    let at = |place: LatLon| At { lat: place.lat, lon: place.lon };
    let suggestions = found.moves.iter().filter_map(|it| {
        Some(Suggestion {
            responder: it.responder.to_string(),
            name: board.person(it.responder)?.responder.name.clone(),
            from: at(it.from),
            to: at(it.to),
            eta_s: it.eta_s,
        })
    });
    Ok(Json(Suggestions {
        at: rfc3339(found.at),
        now: found.within.iter().map(|&(ring, now, _)| (ring, now)).collect(),
        then: found.within.iter().map(|&(ring, _, then)| (ring, then)).collect(),
        suggestions: suggestions.collect(),
    }))
}
