//! The responders' own safety: the own SOS, and a word from behind a door.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use silverbell_domain::{LatLon, OfferId, ResponderId, Ticket};
use silverbell_store::{Idempotency, Subject};
use silverbell_web::Problem;
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::{Shown, problem};
use crate::offer_routes::{permit, read};
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// What is told with an own SOS. Whatever else is said, and however wrong, keeps nobody from being helped.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "only describes the body, which is read leniently")]
pub(crate) struct OwnSos {
    /// Latitude, WGS-84 degrees; where the phone was last when missing.
    lat: Option<f64>,
    /// Longitude, WGS-84 degrees.
    lon: Option<f64>,
}

/// The own SOS of an aide or rescuer: a ticket of its own, the most urgent, at once. Pressed again it joins
/// the open one.
#[utoipa::path(post, path = "/v1/me/sos", tag = "me", request_body = OwnSos, responses(
    (status = 200, description = "The ticket", body = dto::Ticket)))]
pub(crate) async fn sos(
    State(api): State<Api>,
    act: Act<serde_json::Value>,
) -> Result<Json<dto::Ticket>, Problem> {
    let id = act.who.responder()?;
    if let Some(Idempotency { subject: Subject::Ticket(known), .. }) = act.done_before().await? {
        let ticket = api.dispatcher.ticket(known).await;
        let ticket = ticket.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
        return Ok(own(&api, &ticket, id));
    }
    // A place that is none keeps nobody from being helped.
    let (lat, lon) = (act.body["lat"].as_f64(), act.body["lon"].as_f64());
    let told = lat.zip(lon).and_then(|(lat, lon)| LatLon::new(lat, lon));
    let actor = act.actor(Subject::Ticket(silverbell_domain::TicketId(id.0)));
    let ticket = api.dispatcher.distress(id, told, &actor).await;
    let ticket = ticket.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    Ok(own(&api, &ticket, id))
}

/// Returns the ticket as whoever pressed sees it.
fn own(api: &Api, ticket: &Ticket, id: ResponderId) -> Json<dto::Ticket> {
    let now = api.dispatcher.clock().now();
    let mut shown = view::ticket_for_aide(ticket, id, api.dispatcher.policy(), now);
    shown.in_distress = Some(id.to_string());
    Json(shown)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Word {
    /// When the next word is due, minutes from now, 1 to 120; as set when missing.
    minutes: Option<u32>,
}

/// Whoever is at a door says that all is well, or an operator who talked to them does.
#[utoipa::path(post, path = "/v1/offers/{id}/safe", tag = "offers", request_body = Word, responses(
    (status = 200, description = "As it is now", body = dto::Offer),
    (status = 409, description = "Not at a door", body = Problem)))]
pub(crate) async fn word(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Word>,
) -> Result<Json<dto::Offer>, Problem> {
    let id: OfferId = parse(&id, "offer")?;
    let (ticket, responder) = read(&api, id).await?;
    let on_behalf = permit(&act.who, &ticket, responder)?;
    let ticket = match act.done_before().await? {
        Some(_) => ticket,
        None => {
            let actor = act.actor(Subject::Offer(id));
            let given = api.dispatcher.safety_word(id, act.body.minutes, on_behalf, &actor).await;
            let given = given.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
            (*given).clone()
        }
    };
    let offer = ticket.offer(id).map(|offer| view::offer(&ticket, offer));
    offer.map(Json).ok_or_else(|| Problem::not_found("there is no such offer"))
}
