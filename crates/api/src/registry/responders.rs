//! Responders' files: supervisors keep them.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::Board;
use silverbell_domain::{
    Certificate, DistrictId, LatLon, Responder, ResponderId, ResponderRole, Sex, Travel, UnixMs,
};
use silverbell_store::{Idempotency, Subject, Thing};
use silverbell_web::Problem;
use utoipa::ToSchema;

use super::seniors::WhichDistrict;
use super::{Changes, changes_of, one_district, read_at, refused, time, word};
use crate::act::Act;
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// A district's responders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Responders {
    items: Vec<dto::RegistryResponder>,
    next_cursor: Option<String>,
}

/// Lists a district's responders, those in the service first; a district has hundreds of them, and all
/// are in one page.
#[utoipa::path(get, path = "/v1/responders", tag = "responders", params(WhichDistrict), responses(
    (status = 200, description = "All of them", body = Responders)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<WhichDistrict>,
) -> Result<Json<Responders>, Problem> {
    who.operator()?;
    let district = one_district(&api, &who, which.district.as_deref())?;
    let mut found = api.dispatcher.store().responders(&district).await.map_err(store_problem)?;
    found.sort_by(|a, b| {
        let key = |it: &Responder| (it.left_at.is_some(), it.role == ResponderRole::Rescuer);
        key(a).cmp(&key(b)).then_with(|| (&a.name, a.id).cmp(&(&b.name, b.id)))
    });
    let items = shown(&api, &found).await?;
    Ok(Json(Responders { items, next_cursor: None }))
}

/// Returns a responder's file.
#[utoipa::path(get, path = "/v1/responders/{id}", tag = "responders", responses(
    (status = 200, description = "The file", body = dto::RegistryResponder),
    (status = 404, description = "No such responder", body = Problem)))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::RegistryResponder>, Problem> {
    who.operator()?;
    let responder = known(&api, &who, &id).await?;
    one(&api, &responder).await.map(Json)
}

/// A responder's file as it is wanted, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponderBody {
    /// Name, 1 to 64 characters.
    name: String,
    /// `aide` or `rescuer`.
    role: String,
    /// Telephone number.
    phone: String,
    /// The standby place's latitude, WGS-84 degrees.
    lat: f64,
    /// The standby place's longitude, WGS-84 degrees.
    lon: f64,
    /// `walk`, `ebike` or `car`.
    travel: String,
    /// `female` or `male`.
    sex: Option<String>,
    /// Languages spoken beside the common one.
    #[serde(default)]
    dialects: Vec<String>,
    /// What the person is certified in; left as it is when missing.
    certificates: Option<Vec<CertificateBody>>,
    /// When the person left the service, RFC 3339: never asked again from then on. Null takes them back,
    /// off duty.
    left_at: Option<String>,
    /// When the file that this replaces was last changed, as it was read; null when that was null.
    changed_at: Option<String>,
    /// For a new one: the district, where several are served.
    district: Option<String>,
}

/// A certificate as it is wanted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateBody {
    /// What it is called.
    name: String,
    /// Its last day, `YYYY-MM-DD`.
    until: String,
}

impl CertificateBody {
    fn read(self) -> Certificate {
        let Self { name, until } = self;
        Certificate { name: name.trim().to_owned(), until: until.trim().to_owned() }
    }
}

/// What a body says, read.
struct Said {
    role: ResponderRole,
    travel: Travel,
    sex: Option<Sex>,
    left_at: Option<UnixMs>,
}

impl ResponderBody {
    fn read(&self) -> Result<Said, Problem> {
        let sex = self.sex.as_deref().filter(|sex| !sex.is_empty());
        Ok(Said {
            role: word("role", &self.role, ResponderRole::parse)?,
            travel: word("travel", &self.travel, Travel::parse)?,
            sex: sex.map(|sex| word("sex", sex, Sex::parse)).transpose()?,
            left_at: self.left_at.as_deref().map(|at| time("left_at", at)).transpose()?,
        })
    }

    fn file(
        &self,
        said: Said,
        known: Option<&Responder>,
        (id, district): (ResponderId, DistrictId),
        now: UnixMs,
    ) -> Responder {
        Responder {
            id,
            district,
            name: self.name.trim().to_owned(),
            role: said.role,
            phone: self.phone.trim().to_owned(),
            standby: LatLon { lat: self.lat, lon: self.lon },
            sex: said.sex,
            dialects: self.dialects.clone(),
            certificates: match self.certificates.clone() {
                Some(said) => said.into_iter().map(CertificateBody::read).collect(),
                None => known.map(|known| known.certificates.clone()).unwrap_or_default(),
            },
            travel: said.travel,
            on_duty: known.is_some_and(|known| known.on_duty),
            duty_since: known.map_or(now, |known| known.duty_since),
            shift_ends_at: known.and_then(|known| known.shift_ends_at),
            rests_until: known.and_then(|known| known.rests_until),
            self_test: known.and_then(|known| known.self_test.clone()),
            left_at: said.left_at,
            changed_at: known.and_then(|known| known.changed_at),
        }
    }
}

/// Puts a responder in, off duty. To log in, a responder needs a name and a password:
/// `silverbell user add NAME --role aide --responder ID`.
#[utoipa::path(post, path = "/v1/responders", tag = "responders", request_body = ResponderBody,
    responses((status = 200, description = "The responder", body = dto::RegistryResponder),
        (status = 403, description = "Supervisors do", body = Problem),
        (status = 422, description = "What is wrong, field by field, in `errors`", body = Problem)))]
pub(crate) async fn add(
    State(api): State<Api>,
    act: Act<ResponderBody>,
) -> Result<Json<dto::RegistryResponder>, Problem> {
    act.who.supervisor()?;
    if let Some(Idempotency { subject: Subject::Responder(id), .. }) = act.done_before().await? {
        let known = known(&api, &act.who, &id.to_string()).await?;
        return one(&api, &known).await.map(Json);
    }
    let district = one_district(&api, &act.who, act.body.district.as_deref())?;
    let (id, by) = (ResponderId(api.dispatcher.ids().next()), act.who.user.id);
    let now = api.dispatcher.clock().now();
    let file = act.body.file(act.body.read()?, None, (id, district), now);
    let idempotency = act.actor(Subject::Responder(id)).idempotency;
    let added = api.dispatcher.registry(by).add_responder(file, idempotency).await;
    let responder = added.map_err(|why| refused(why, None))?;
    tracing::info!(user = %by, responder = %responder.id, "a responder was put in");
    one(&api, &responder).await.map(Json)
}

/// Replaces a responder's file. `left_at` takes somebody out of the service: off duty, never asked again,
/// and never removed. Refused while the person is on a ticket.
#[utoipa::path(put, path = "/v1/responders/{id}", tag = "responders", request_body = ResponderBody,
    responses((status = 200, description = "The responder as it is now", body = dto::RegistryResponder),
        (status = 403, description = "Supervisors do", body = Problem),
        (status = 409, description = "Somebody else changed it, or the person is on a ticket; it is in `current`", body = Problem),
        (status = 422, description = "What is wrong, field by field, in `errors`", body = Problem)))]
pub(crate) async fn replace(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<ResponderBody>,
) -> Result<Json<dto::RegistryResponder>, Problem> {
    act.who.supervisor()?;
    let before = known(&api, &act.who, &id).await?;
    let board = board(&api, &before.district)?;
    let (read, said) = (read_at(act.body.changed_at.as_deref())?, act.body.read()?);
    let (by, now) = (act.who.user.id, api.dispatcher.clock().now());
    let edit = |known: &Responder| {
        act.body.file(said, Some(known), (known.id, known.district.clone()), now)
    };
    match api.dispatcher.edit_responder(&board, before.id, read, by, edit).await {
        Ok(responder) => {
            tracing::info!(user = %by, responder = %responder.id, "a responder's file was changed");
            one(&api, &responder).await.map(Json)
        }
        Err(why) => {
            let current = known(&api, &act.who, &id).await?;
            let current = one(&api, &current).await?;
            Err(refused(why, serde_json::to_value(current).ok()))
        }
    }
}

/// Returns who changed a responder's file when, and which fields; never what was in them.
#[utoipa::path(get, path = "/v1/responders/{id}/changes", tag = "responders", responses(
    (status = 200, description = "The latest first, at most 200", body = Changes),
    (status = 403, description = "Supervisors may", body = Problem)))]
pub(crate) async fn changes(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<Changes>, Problem> {
    who.supervisor()?;
    let known = known(&api, &who, &id).await?;
    Ok(Json(changes_of(&api, Thing::Responder(known.id)).await?))
}

fn board(api: &Api, district: &DistrictId) -> Result<Arc<Board>, Problem> {
    let missing = || Problem::not_found("there is no such district");
    api.dispatcher.board(district).ok_or_else(missing)
}

async fn known(api: &Api, who: &CurrentUser, id: &str) -> Result<Responder, Problem> {
    let id: ResponderId = parse(id, "responder")?;
    let found = api.dispatcher.store().responder(id).await.map_err(store_problem)?;
    let found = found.ok_or_else(|| Problem::not_found("there is no such responder"))?;
    who.serves(&found.district)?;
    Ok(found)
}

async fn one(api: &Api, responder: &Responder) -> Result<dto::RegistryResponder, Problem> {
    let shown = shown(api, std::slice::from_ref(responder)).await?.pop();
    shown.ok_or_else(Problem::internal)
}

async fn shown(
    api: &Api,
    responders: &[Responder],
) -> Result<Vec<dto::RegistryResponder>, Problem> {
    let ids: Vec<ResponderId> = responders.iter().map(|it| it.id).collect();
    let logins = api.dispatcher.store().responder_logins(&ids).await.map_err(store_problem)?;
    let mut names: HashMap<ResponderId, Vec<String>> = HashMap::new();
    for (id, name) in logins {
        names.entry(id).or_default().push(name);
    }
    let shown = responders.iter().map(|responder| {
        view::registry_responder(responder, names.remove(&responder.id).unwrap_or_default())
    });
    Ok(shown.collect())
}
