//! A senior's file, and the personal plan in it.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use silverbell_dispatcher::Actor;
use silverbell_domain::{
    Absence, AccidentalNews, Contact, ContactKind, Elsewhere, Hazard, Hours, Needs, PersonalPlan,
    Senior, SeniorId,
};
use silverbell_web::{Problem, parse_rfc3339, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::{Shown, problem, store_problem};
use crate::session::CurrentUser;
use crate::ticket_routes::{Nothing, parse};
use crate::{Api, device_routes, dto, view};

/// How many of a senior's tickets and calls the file shows.
const LAST: u32 = 10;

/// A senior has at most so many contacts.
const MAX_CONTACTS: usize = 20;

/// A contact's name, relation or number has at most so many characters.
const MAX_CHARS: usize = 64;

/// Returns a senior's whole file: devices, the last tickets and calls.
#[utoipa::path(get, path = "/v1/seniors/{id}", tag = "seniors", responses(
    (status = 200, description = "The file", body = dto::SeniorFile),
    (status = 404, description = "No such senior", body = Problem)))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::SeniorFile>, Problem> {
    who.operator()?;
    let senior = senior(&api, &who, &id).await?;
    let (store, now) = (api.dispatcher.store(), api.dispatcher.clock().now());
    let face_at = store.face_at(senior.id).await.map_err(store_problem)?;
    let mut devices = Vec::new();
    for device in store.devices_of(senior.id).await.map_err(store_problem)? {
        devices.push(device_routes::shown(&api, &device).await?);
    }
    let tickets = store.tickets_of(senior.id, LAST).await.map_err(store_problem)?;
    let calls = store.calls_of(senior.id, LAST).await.map_err(store_problem)?;
    Ok(Json(dto::SeniorFile {
        senior: view::senior(&senior, now),
        face_at: face_at.map(rfc3339),
        devices,
        tickets: tickets
            .iter()
            .map(|ticket| view::ticket(ticket, api.dispatcher.policy(), now))
            .collect(),
        calls: calls.iter().map(|call| view::call(call, now)).collect(),
    }))
}

/// The personal plan, whole: what is not said again is over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// The only language the senior speaks well, as people call it (闽南话).
    dialect: Option<String>,
    /// Hears nobody on the telephone.
    #[serde(default)]
    deaf: bool,
    /// Says nothing on the telephone.
    #[serde(default)]
    mute: bool,
    /// Not at home at present.
    absence: Option<PlanAbsence>,
    /// What to do first.
    #[serde(default)]
    advice: String,
    /// What is known to be dangerous there: `dog`, `violence`, `infection`, `building`.
    #[serde(default)]
    hazards: Vec<String>,
    /// Whom to tell, in order; as before when missing.
    contacts: Option<Vec<PlanContact>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanAbsence {
    /// `hospital` or `away`.
    #[schema(value_type = String)]
    place: Elsewhere,
    /// Until when, RFC 3339.
    until: Option<String>,
    /// Which hospital, with whom.
    #[serde(default)]
    note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanContact {
    /// Name.
    name: String,
    /// Relation.
    relation: String,
    /// Telephone number.
    phone: String,
    /// `family` (default), `neighbour` or `office`.
    #[serde(default)]
    #[schema(value_type = String)]
    kind: ContactKind,
    /// When to be reached, in the district's time: `"08:00-20:00"`; always when missing.
    hours: Option<String>,
    /// Has a key, or can open the door.
    #[serde(default)]
    opens_door: bool,
    /// When to be told of presses that were no emergency: `never`, `daily`, `weekly` or `at_once`; when
    /// missing the family weekly and others never.
    #[schema(value_type = Option<String>)]
    accidental: Option<AccidentalNews>,
}

/// Replaces a senior's personal plan. Open tickets go on with what they knew when they were opened.
#[utoipa::path(put, path = "/v1/seniors/{id}/plan", tag = "seniors", request_body = Plan, responses(
    (status = 200, description = "The senior as it is now", body = dto::Senior),
    (status = 404, description = "No such senior", body = Problem),
    (status = 422, description = "What is wrong, in words", body = Problem)))]
pub(crate) async fn set_plan(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Plan>,
) -> Result<Json<dto::Senior>, Problem> {
    act.who.operator()?;
    let known = senior(&api, &act.who, &id).await?;
    let plan = plan(&act.body)?;
    let contacts = act.body.contacts.as_ref().map(|list| contacts(list)).transpose()?;
    let changed = api.dispatcher.set_plan(known.id, plan, contacts, act.who.user.id).await;
    let senior = changed.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    tracing::info!(user = %act.who.user.id, senior = %senior.id, "a personal plan was changed");
    Ok(Json(view::senior(&senior, api.dispatcher.clock().now())))
}

pub(crate) fn plan(said: &Plan) -> Result<PersonalPlan, Problem> {
    let absence = match &said.absence {
        None => None,
        Some(absence) => {
            let wrong = || Problem::unprocessable("absence.until: give a time as in RFC 3339");
            let until = absence.until.as_deref();
            let until = until.map(|text| parse_rfc3339(text).ok_or_else(wrong)).transpose()?;
            Some(Absence { place: absence.place, until, note: absence.note.clone() })
        }
    };
    let dialect = said.dialect.as_deref().map(str::trim).map(str::to_owned);
    let hazard = |word: &String| {
        let wrong =
            || Problem::unprocessable("hazards: `dog`, `violence`, `infection`, `building`");
        Hazard::parse(word).ok_or_else(wrong)
    };
    let hazards = said.hazards.iter().map(hazard).collect::<Result<_, _>>()?;
    let (is_deaf, is_mute) = (said.deaf, said.mute);
    let needs = Needs { dialect, is_deaf, is_mute, absence, hazards, died_at: None };
    let plan = PersonalPlan { needs, advice: said.advice.clone() };
    plan.validate().map_err(Problem::unprocessable)?;
    Ok(plan)
}

pub(crate) fn contacts(said: &[PlanContact]) -> Result<Vec<Contact>, Problem> {
    if said.len() > MAX_CONTACTS {
        return Err(Problem::unprocessable("contacts: at most 20"));
    }
    said.iter().enumerate().map(|(n, contact)| self::contact(n, contact)).collect()
}

fn contact(n: usize, said: &PlanContact) -> Result<Contact, Problem> {
    let wrong = |what: &str| Problem::unprocessable(format!("contacts[{n}].{what}"));
    let texts = [&said.name, &said.relation, &said.phone];
    if texts.iter().any(|text| text.chars().count() > MAX_CHARS) {
        return Err(wrong("name, relation, phone: at most 64 characters"));
    }
    if said.name.trim().is_empty() || !said.phone.chars().any(|c| c.is_ascii_digit()) {
        return Err(wrong("name, phone: a name, and a number to call"));
    }
    let hours = said.hours.as_deref().map(|text| {
        Hours::parse(text).ok_or_else(|| wrong("hours: as \"08:00-20:00\", or \"22:00-06:00\""))
    });
    Ok(Contact {
        name: said.name.clone(),
        relation: said.relation.clone(),
        phone: said.phone.clone(),
        kind: said.kind,
        hours: hours.transpose()?,
        opens_door: said.opens_door,
        accidental: said.accidental,
    })
}

/// Returns a senior whom this person serves.
pub(crate) async fn senior(api: &Api, who: &CurrentUser, id: &str) -> Result<Senior, Problem> {
    let id: SeniorId = parse(id, "senior")?;
    let found = api.dispatcher.store().senior(id).await.map_err(store_problem)?;
    let senior = found.ok_or_else(|| Problem::not_found("there is no such senior"))?;
    who.serves(&senior.district)?;
    Ok(senior)
}

/// Takes back that a senior is dead: the record was wrong.
#[utoipa::path(post, path = "/v1/seniors/{id}/alive", tag = "seniors", responses(
    (status = 200, description = "The senior as it is now", body = dto::Senior),
    (status = 403, description = "Supervisors do", body = Problem)))]
pub(crate) async fn alive(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> Result<Json<dto::Senior>, Problem> {
    act.who.supervisor()?;
    let known = senior(&api, &act.who, &id).await?;
    let actor = Actor { user: act.who.user.id, idempotency: None };
    let alive = api.dispatcher.is_alive(known.id, &actor).await;
    alive.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    tracing::info!(user = %act.who.user.id, senior = %known.id, "a recorded death was taken back");
    let now = senior(&api, &act.who, &id).await?;
    Ok(Json(view::senior(&now, api.dispatcher.clock().now())))
}
