//! Districts: which there are, and what they are called.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use silverbell_domain::{Fault, ResponderRole};
use silverbell_store::{AccessAct, District, Thing, UserRole};
use silverbell_web::{Problem, is_time_zone};
use utoipa::ToSchema;

use super::wrong;
use crate::act::Act;
use crate::district_routes::{chosen, permitted};
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::{Api, dto};

/// A district's name has at most so many characters.
const MAX_NAME: usize = 64;

/// Districts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Districts {
    items: Vec<dto::DistrictRow>,
    next_cursor: Option<String>,
}

/// Lists the districts that are served, with how many each has.
#[utoipa::path(get, path = "/v1/districts", tag = "districts", responses(
    (status = 200, description = "All of them", body = Districts)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
) -> Result<Json<Districts>, Problem> {
    who.operator()?;
    let served = chosen(&api, &who, None)?;
    let all = api.dispatcher.store().districts().await.map_err(store_problem)?;
    let mut items = Vec::new();
    for district in all.iter().filter(|district| served.contains(&district.id)) {
        items.push(row(&api, district).await?);
    }
    Ok(Json(Districts { items, next_cursor: None }))
}

/// What a district is called, and by which clock it lives.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DistrictBody {
    /// Name, 1 to 64 characters.
    name: String,
    /// IANA time zone, `Asia/Shanghai`.
    time_zone: String,
}

/// Changes what a district is called and by which clock it lives. For admins.
#[utoipa::path(put, path = "/v1/districts/{id}", tag = "districts", request_body = DistrictBody,
    responses((status = 200, description = "The district as it is now", body = dto::DistrictRow),
        (status = 403, description = "Admins do", body = Problem),
        (status = 422, description = "What is wrong, field by field, in `errors`", body = Problem)))]
pub(crate) async fn replace(
    State(api): State<Api>,
    Path(slug): Path<String>,
    act: Act<DistrictBody>,
) -> Result<Json<dto::DistrictRow>, Problem> {
    if act.who.user.role != UserRole::Admin {
        return Err(Problem::forbidden("admins may do this"));
    }
    let id = permitted(&act.who, &api, &slug)?;
    let DistrictBody { name, time_zone } = &act.body;
    let mut faults = Vec::new();
    if name.trim().is_empty() || name.chars().count() > MAX_NAME {
        faults.push(Fault::new("name", "missing", "1 to 64 characters"));
    }
    if !is_time_zone(time_zone) {
        faults.push(Fault::new("time_zone", "unknown_word", "an IANA name, Asia/Shanghai"));
    }
    if !faults.is_empty() {
        return Err(wrong(&faults));
    }
    let store = api.dispatcher.store();
    let name = name.trim().to_owned();
    let district = District { id: id.clone(), name, time_zone: time_zone.clone() };
    store.put_district(district.clone()).await.map_err(store_problem)?;
    let desk = api.dispatcher.registry(act.who.user.id);
    let line = desk.line(&id, Thing::District, AccessAct::Change, "name,time_zone");
    store.log_access(line).await.map_err(store_problem)?;
    tracing::info!(user = %act.who.user.id, district = %id, "a district was changed");
    row(&api, &district).await.map(Json)
}

async fn row(api: &Api, district: &District) -> Result<dto::DistrictRow, Problem> {
    let store = api.dispatcher.store();
    let counts = store.district_counts(&district.id).await.map_err(store_problem)?;
    let responders = store.responders(&district.id).await.map_err(store_problem)?;
    let here = responders.iter().filter(|responder| responder.left_at.is_none());
    let aides = here.clone().filter(|it| it.role == ResponderRole::Aide).count();
    Ok(dto::DistrictRow {
        id: district.id.to_string(),
        name: district.name.clone(),
        time_zone: district.time_zone.clone(),
        seniors: counts.seniors,
        aides,
        rescuers: here.count() - aides,
        devices: counts.devices,
    })
}
