//! What whoever is on the way or at the door tells the centre: that the address is wrong, and how the
//! senior is.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use silverbell_domain::{
    BreathingState, Consciousness, FirstAid, LatLon, MAX_SCENE_TEXT, OfferId, Outcome, Pain,
    SceneReport, ToldPlace, UnixMs,
};
use silverbell_store::Subject;
use silverbell_web::{Problem, parse_rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::{Shown, problem};
use crate::offer_routes::{offer_file, permit, read};
use crate::ticket_routes::parse;
use crate::{Api, dto};

/// A radius in which a phone says that it is, metres; what is larger tells nothing.
const MAX_ACCURACY_M: f64 = 100_000.0;

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WrongAddress {
    /// Where the senior is instead: latitude, WGS-84 degrees…
    lat: Option<f64>,
    /// …and longitude.
    lon: Option<f64>,
    /// Radius of uncertainty, metres.
    accuracy_m: Option<f64>,
    /// Where, in words, at most 500 characters. A place, words, or both.
    #[serde(default)]
    text: String,
    /// When it was tapped, RFC 3339, where the phone had no signal; now when missing.
    at: Option<String>,
}

impl WrongAddress {
    fn place(&self) -> Result<Option<(LatLon, Option<f64>)>, Problem> {
        let accuracy_m = self.accuracy_m.filter(|m| (0.0..=MAX_ACCURACY_M).contains(m));
        match (self.lat, self.lon) {
            (None, None) => Ok(None),
            (Some(lat), Some(lon)) => match LatLon::new(lat, lon) {
                Some(point) => Ok(Some((point, accuracy_m))),
                None => Err(Problem::unprocessable("lat, lon: no place on the globe")),
            },
            _ => Err(Problem::unprocessable("lat, lon: both of them, or none")),
        }
    }
}

/// Whoever has accepted says that the address is wrong (地址不符), and where the senior is instead. Nothing
/// moves by it: whoever owns the ticket is told and decides, by `place`.
#[utoipa::path(post, path = "/v1/offers/{id}/wrong-address", tag = "offers",
    request_body = WrongAddress, responses(
    (status = 200, description = "The offer as it is now", body = dto::OfferFile),
    (status = 409, description = "Not accepted, or over", body = Problem),
    (status = 422, description = "Neither a place nor words", body = Problem)))]
pub(crate) async fn wrong_address(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<WrongAddress>,
) -> Result<Json<dto::OfferFile>, Problem> {
    let id: OfferId = parse(&id, "offer")?;
    let (ticket, responder) = read(&api, id).await?;
    let on_behalf = permit(&act.who, &ticket, responder)?;
    if act.done_before().await?.is_some() {
        return offer_file(&api, &ticket, id).await.map(Json);
    }
    let (place, text) = (act.body.place()?, words("text", &act.body.text)?);
    if place.is_none() && text.is_empty() {
        return Err(Problem::unprocessable("lat, lon or text: say where the senior is instead"));
    }
    let told = ToldPlace { place, text, at: tapped_at(&api, act.body.at.as_deref())? };
    let actor = act.actor(Subject::Offer(id));
    let told = api.dispatcher.doubt_place(id, told, on_behalf, &actor).await;
    let ticket = told.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
    offer_file(&api, &ticket, id).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Report {
    /// `clear`, `confused` or `unresponsive`.
    #[schema(value_type = String)]
    conscious: Consciousness,
    /// `normal`, `laboured` or `absent`.
    #[schema(value_type = String)]
    breathing: BreathingState,
    /// Whether there was a fall; missing while nobody knows.
    fell: Option<bool>,
    /// `none`, `some` or `severe`; missing while nobody knows.
    #[schema(value_type = Option<String>)]
    pain: Option<Pain>,
    /// What was done: `cpr`, `aed`, `recovery_position`, `dressing`, `own_medicine`, `helped_up`, `kept_warm`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    measures: BTreeSet<FirstAid>,
    /// How it ends, as whoever is there sees it: `helped`, `hospital`, `family`, `police`, `refused`,
    /// `accidental` or `device_fault`. The operator closes.
    #[schema(value_type = Option<String>)]
    outcome: Option<Outcome>,
    /// Anything else, at most 500 characters.
    #[serde(default)]
    note: String,
    /// When it was tapped, RFC 3339, where the phone had no signal; now when missing.
    at: Option<String>,
}

impl Report {
    fn report(&self) -> Result<SceneReport, Problem> {
        if self.outcome.is_some_and(|outcome| !outcome.is_seen_at_door()) {
            let words = "outcome: helped, hospital, family, police, refused, accidental or \
                         device_fault; the others are the operator's";
            return Err(Problem::unprocessable(words));
        }
        Ok(SceneReport {
            conscious: self.conscious,
            breathing: self.breathing,
            fell: self.fell,
            pain: self.pain,
            measures: self.measures.clone(),
            outcome: self.outcome,
            note: words("note", &self.note)?,
        })
    }
}

/// Whoever is at the door, or was, tells how the senior is (现场情况). The last report stands; a life in
/// danger is told on until a person acts.
#[utoipa::path(post, path = "/v1/offers/{id}/report", tag = "offers", request_body = Report,
    responses(
    (status = 200, description = "The offer as it is now", body = dto::OfferFile),
    (status = 409, description = "Not at the door yet", body = Problem),
    (status = 422, description = "No such word", body = Problem)))]
pub(crate) async fn report(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Report>,
) -> Result<Json<dto::OfferFile>, Problem> {
    let id: OfferId = parse(&id, "offer")?;
    let (ticket, responder) = read(&api, id).await?;
    let on_behalf = permit(&act.who, &ticket, responder)?;
    if act.done_before().await?.is_some() {
        return offer_file(&api, &ticket, id).await.map(Json);
    }
    let report = (act.body.report()?, tapped_at(&api, act.body.at.as_deref())?);
    let actor = act.actor(Subject::Offer(id));
    let told = api.dispatcher.report_scene(id, report, on_behalf, &actor).await;
    let ticket = told.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
    offer_file(&api, &ticket, id).await.map(Json)
}

fn words(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().count() > MAX_SCENE_TEXT {
        return Err(Problem::unprocessable(format!("{field}: at most 500 characters")));
    }
    Ok(text.into())
}

fn tapped_at(api: &Api, at: Option<&str>) -> Result<UnixMs, Problem> {
    let words = || Problem::unprocessable("at: give a time as in RFC 3339");
    at.map_or_else(|| Ok(api.dispatcher.clock().now()), |at| parse_rfc3339(at).ok_or_else(words))
}
