//! Seniors' files.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_domain::{
    Category, Contact, DistrictId, PersonalPlan, Senior, SeniorId, Sex, TemporaryAddress, Tier,
    UnixMs, UserId, Verified,
};
use silverbell_store::{Idempotency, SeniorPage, Subject, Thing};
use silverbell_web::Problem;
use utoipa::{IntoParams, ToSchema};

use super::{
    Changes, MAX_LIMIT, PointBody, changes_of, one_district, read_at, refused, time, word,
};
use crate::act::Act;
use crate::district_routes::{SeniorList, chosen};
use crate::error::store_problem;
use crate::senior_routes::{Plan, PlanContact, contacts, plan, senior as known_senior};
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// Which seniors, in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// One of the districts served; all of them when missing.
    district: Option<String>,
    /// Of this village only.
    village: Option<String>,
    /// Of this category only: `over80`, `minimum_allowance`, …
    category: Option<String>,
    /// `name` (default): as names are spoken; `village`: village by village.
    sort: Option<String>,
    /// 50, at most 500.
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
}

/// Lists seniors. To find somebody by name or number, search: no name stands in a URL.
#[utoipa::path(get, path = "/v1/seniors", tag = "seniors", params(ListQuery), responses(
    (status = 200, description = "A page", body = SeniorList)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(query): Query<ListQuery>,
) -> Result<Json<SeniorList>, Problem> {
    who.operator()?;
    let districts = chosen(&api, &who, query.district.as_deref())?;
    let by_village = match query.sort.as_deref() {
        None | Some("name") => false,
        Some("village") => true,
        Some(_) => return Err(Problem::bad_request("sort: `name` or `village`")),
    };
    let category = query.category.as_deref().filter(|word| !word.is_empty());
    let category = category.map(|word| {
        Category::parse(word).ok_or_else(|| Problem::bad_request("category: an unknown word"))
    });
    let cursor = query.cursor.as_deref().map(|id| {
        id.parse::<SeniorId>().map_err(|_| Problem::bad_request("cursor: not one of ours"))
    });
    let limit = query.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
    let page = SeniorPage {
        village: query.village.filter(|village| !village.is_empty()),
        category: category.transpose()?,
        by_village,
        after: cursor.transpose()?,
        limit: limit + 1,
    };
    let found = api.dispatcher.store().seniors(&districts, page).await;
    let mut found = found.map_err(store_problem)?;
    let is_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| is_more).map(|senior| senior.id.to_string());
    let now = api.dispatcher.clock().now();
    let items = found.iter().map(|senior| view::senior(senior, now)).collect();
    Ok(Json(SeniorList { items, next_cursor }))
}

/// A temporary address as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemporaryBody {
    /// Address.
    address: String,
    /// How to get in.
    #[serde(default)]
    access: String,
    /// The door's latitude, WGS-84 degrees.
    lat: f64,
    /// The door's longitude, WGS-84 degrees.
    lon: f64,
    /// The gate of the compound.
    gate: Option<PointBody>,
    /// From when on, RFC 3339.
    from: String,
    /// Until when, RFC 3339; at most 400 days later.
    until: String,
    /// Why, with whom.
    #[serde(default)]
    note: String,
}

/// A senior's file as it is wanted, whole: what is not said again is over, but for the personal plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeniorBody {
    /// Name, 1 to 64 characters.
    name: String,
    /// `female` or `male`.
    sex: String,
    /// Date of birth, `YYYY-MM-DD`.
    born: String,
    /// Telephone number.
    phone: String,
    /// Village.
    #[serde(default)]
    village: String,
    /// Address at home.
    #[serde(default)]
    address: String,
    /// How to get in at home.
    #[serde(default)]
    access: String,
    /// The door's latitude at home, WGS-84 degrees.
    lat: f64,
    /// The door's longitude at home, WGS-84 degrees.
    lon: f64,
    /// The gate of the compound at home.
    gate: Option<PointBody>,
    /// The home as `GET` tells it; it counts before `address`, `access`, `lat`, `lon` and `gate`, which `GET`
    /// tells of where the senior lives at present: what was read can be sent back.
    home: Option<HomeBody>,
    /// Why the service is free: `over80`, `minimum_allowance`, …
    category: String,
    /// What is paid for: `information` or `home`.
    tier: Option<String>,
    /// 1 to 5, 0 unknown.
    #[serde(default)]
    care_level: u8,
    /// Illnesses.
    #[serde(default)]
    conditions: Vec<String>,
    /// Medicines.
    #[serde(default)]
    medicines: Vec<String>,
    /// Allergies.
    #[serde(default)]
    allergies: Vec<String>,
    /// Whom to tell, in order; at most 20.
    #[serde(default)]
    contacts: Vec<PlanContact>,
    /// Where the senior lives for a while; at most 5.
    #[serde(default)]
    temporary: Vec<TemporaryBody>,
    /// When address and pins were last looked at on the spot, RFC 3339. Where address or pins are changed
    /// and this is not, it is over.
    verified_at: Option<String>,
    /// The personal plan; as before when missing.
    plan: Option<Plan>,
    /// When the file that this replaces was last changed, as it was read; null when that was null.
    changed_at: Option<String>,
    /// For a new one: the district, where several are served.
    district: Option<String>,
}

/// Where a senior lives when nowhere else.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct HomeBody {
    /// Address.
    address: String,
    /// How to get in.
    access: String,
    /// The door's latitude, WGS-84 degrees.
    lat: f64,
    /// The door's longitude, WGS-84 degrees.
    lon: f64,
    /// The gate of the compound.
    gate: Option<PointBody>,
}

/// What a body says, read.
struct Said {
    sex: Sex,
    category: Category,
    tier: Option<Tier>,
    contacts: Vec<Contact>,
    temporary: Vec<TemporaryAddress>,
    verified_at: Option<UnixMs>,
    plan: Option<PersonalPlan>,
}

impl SeniorBody {
    fn read(&self) -> Result<Said, Problem> {
        let temporary = self.temporary.iter().enumerate();
        let temporary = temporary.map(|(n, stay)| {
            Ok(TemporaryAddress {
                address: stay.address.clone(),
                access: stay.access.clone(),
                door: silverbell_domain::LatLon { lat: stay.lat, lon: stay.lon },
                gate: stay.gate.map(PointBody::point),
                from: time(&format!("temporary[{n}].from"), &stay.from)?,
                until: time(&format!("temporary[{n}].until"), &stay.until)?,
                note: stay.note.clone(),
            })
        });
        let verified_at = self.verified_at.as_deref().map(|at| time("verified_at", at));
        let tier = self.tier.as_deref().filter(|tier| !tier.is_empty());
        Ok(Said {
            sex: word("sex", &self.sex, Sex::parse)?,
            category: word("category", &self.category, Category::parse)?,
            tier: tier.map(|tier| word("tier", tier, Tier::parse)).transpose()?,
            contacts: contacts(&self.contacts)?,
            temporary: temporary.collect::<Result<_, Problem>>()?,
            verified_at: verified_at.transpose()?,
            plan: self.plan.as_ref().map(plan).transpose()?,
        })
    }

    /// Returns the file; `known` is the one that it replaces.
    fn file(
        &self,
        said: Said,
        known: Option<&Senior>,
        (id, district): (SeniorId, DistrictId),
        by: UserId,
    ) -> Senior {
        let mut file = Senior {
            id,
            district,
            name: self.name.trim().to_owned(),
            sex: said.sex,
            born: self.born.trim().to_owned(),
            phone: self.phone.trim().to_owned(),
            village: self.village.trim().to_owned(),
            address: self.address.trim().to_owned(),
            access: self.access.clone(),
            home: silverbell_domain::LatLon { lat: self.lat, lon: self.lon },
            category: said.category,
            care_level: self.care_level,
            conditions: self.conditions.clone(),
            medicines: self.medicines.clone(),
            allergies: self.allergies.clone(),
            contacts: said.contacts,
            plan: said.plan.unwrap_or_default(),
            tier: said.tier,
            gate: self.gate.map(PointBody::point),
            verified: said.verified_at.map(|at| Verified { at, by }),
            temporary: said.temporary,
            changed_at: known.and_then(|known| known.changed_at),
        };
        if let Some(home) = &self.home {
            file.address = home.address.trim().to_owned();
            file.access.clone_from(&home.access);
            file.home = silverbell_domain::LatLon { lat: home.lat, lon: home.lon };
            file.gate = home.gate.map(PointBody::point);
        }
        if let Some(known) = known {
            if self.plan.is_none() {
                file.plan = known.plan.clone();
            }
            // What was recorded of a death is no part of what people write here.
            file.plan.needs.died_at = known.plan.needs.died_at;
            keep_what_is_usual(&mut file.contacts, &known.contacts);
            let is_same_place =
                (&file.address, file.home, file.gate) == (&known.address, known.home, known.gate);
            let is_same_look = known.verified.map(|it| it.at) == said.verified_at;
            if is_same_look {
                file.verified = known.verified.filter(|_| is_same_place);
            }
        }
        file
    }
}

/// A file is shown with what is usual where nothing was chosen: shown and sent back, nothing is chosen.
fn keep_what_is_usual(contacts: &mut [Contact], known: &[Contact]) {
    for contact in contacts {
        let is_same = |it: &&Contact| it.name == contact.name && it.phone == contact.phone;
        let was_usual = known.iter().find(is_same).is_some_and(|it| it.accidental.is_none());
        let usual = Contact { accidental: None, ..contact.clone() };
        if was_usual && contact.accidental == Some(usual.accidental_news()) {
            *contact = usual;
        }
    }
}

/// Puts a senior in.
#[utoipa::path(post, path = "/v1/seniors", tag = "seniors", request_body = SeniorBody, responses(
    (status = 200, description = "The senior", body = dto::Senior),
    (status = 422, description = "What is wrong, field by field, in `errors`", body = Problem)))]
pub(crate) async fn add(
    State(api): State<Api>,
    act: Act<SeniorBody>,
) -> Result<Json<dto::Senior>, Problem> {
    act.who.operator()?;
    let now = api.dispatcher.clock().now();
    if let Some(Idempotency { subject: Subject::Senior(id), .. }) = act.done_before().await? {
        let known = known_senior(&api, &act.who, &id.to_string()).await?;
        return Ok(Json(view::senior(&known, now)));
    }
    let district = one_district(&api, &act.who, act.body.district.as_deref())?;
    let (id, by) = (SeniorId(api.dispatcher.ids().next()), act.who.user.id);
    let file = act.body.file(act.body.read()?, None, (id, district), by);
    let idempotency = act.actor(Subject::Senior(id)).idempotency;
    let added = api.dispatcher.registry(by).add_senior(file, idempotency).await;
    let senior = added.map_err(|why| refused(why, None))?;
    tracing::info!(user = %by, senior = %senior.id, "a senior was put in");
    Ok(Json(view::senior(&senior, now)))
}

/// Replaces a senior's file. `changed_at` is that of the file as it was read: when somebody else has
/// changed it since, nothing is changed, and the file as it is now comes in `current`.
#[utoipa::path(put, path = "/v1/seniors/{id}", tag = "seniors", request_body = SeniorBody, responses(
    (status = 200, description = "The senior as it is now", body = dto::Senior),
    (status = 404, description = "No such senior", body = Problem),
    (status = 409, description = "Somebody else changed it; it is in `current`", body = Problem),
    (status = 422, description = "What is wrong, field by field, in `errors`", body = Problem)))]
pub(crate) async fn replace(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<SeniorBody>,
) -> Result<Json<dto::Senior>, Problem> {
    act.who.operator()?;
    let known = known_senior(&api, &act.who, &id).await?;
    let (read, said) = (read_at(act.body.changed_at.as_deref())?, act.body.read()?);
    let by = act.who.user.id;
    let edit =
        |known: &Senior| act.body.file(said, Some(known), (known.id, known.district.clone()), by);
    match api.dispatcher.edit_senior(known.id, read, by, edit).await {
        Ok(senior) => {
            tracing::info!(user = %by, senior = %senior.id, "a senior's file was changed");
            Ok(Json(view::senior(&senior, api.dispatcher.clock().now())))
        }
        Err(why) => {
            let current = known_senior(&api, &act.who, &id).await?;
            let current = view::senior(&current, api.dispatcher.clock().now());
            Err(refused(why, serde_json::to_value(current).ok()))
        }
    }
}

/// Returns who changed a senior's file when, and which fields; never what was in them.
#[utoipa::path(get, path = "/v1/seniors/{id}/changes", tag = "seniors", responses(
    (status = 200, description = "The latest first, at most 200", body = Changes),
    (status = 404, description = "No such senior", body = Problem)))]
pub(crate) async fn changes(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<Changes>, Problem> {
    who.operator()?;
    let id: SeniorId = parse(&id, "senior")?;
    let known = known_senior(&api, &who, &id.to_string()).await?;
    Ok(Json(changes_of(&api, Thing::Senior(known.id)).await?))
}

/// Which district's list.
#[derive(Debug, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichDistrict {
    /// Needed by who serves several.
    pub(crate) district: Option<String>,
}
