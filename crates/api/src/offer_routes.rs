//! Offers: for the responder who has one in hand, and for an operator who acts for a responder on
//! the telephone (代接单).

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use silverbell_domain::{
    Arrival, EtaSource, HelpWanted, Offer, OfferCommand, OfferId, ResponderId, Ticket,
    WithdrawReason,
};
use silverbell_store::Subject;
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::error::{Shown, problem, store_problem};
use crate::key_routes::keys_of;
use crate::offer_link_routes::MAX_REASON;
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

pub(crate) async fn read(api: &Api, id: OfferId) -> Result<(Ticket, ResponderId), Problem> {
    let found = api.dispatcher.ticket_of_offer(id).await;
    let ticket = found.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
    let responder = ticket.offer(id).map(|offer| offer.responder);
    let responder = responder.ok_or_else(|| Problem::not_found("there is no such offer"))?;
    Ok((ticket, responder))
}

/// Allows the responder asked, or an operator of the district. Returns whether it is an operator.
pub(crate) fn permit(
    who: &CurrentUser,
    ticket: &Ticket,
    responder: ResponderId,
) -> Result<bool, Problem> {
    if who.user.role.is_operator() {
        who.serves(&ticket.district)?;
        return Ok(true);
    }
    if who.responder()? == responder {
        return Ok(false);
    }
    Err(Problem::forbidden("this offer is somebody else's"))
}

/// Returns an offer with what its responder needs: the file as far as the offer in hand allows.
pub(crate) async fn offer_file(
    api: &Api,
    ticket: &Ticket,
    id: OfferId,
) -> Result<dto::OfferFile, Problem> {
    let missing = || Problem::not_found("there is no such offer");
    let offer = ticket.offer(id).ok_or_else(missing)?;
    let now = api.dispatcher.clock().now();
    let senior = match ticket.senior.filter(|_| offer.state.is_active()) {
        Some(id) => api.dispatcher.store().senior(id).await.map_err(store_problem)?,
        None => None,
    };
    let waits_for = match &senior {
        Some(senior) if offer.state.is_engaged() => {
            let rules = api.dispatcher.waits_for(ticket, offer.responder, Some(senior.sex)).await;
            rules.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?
        }
        Some(_) | None => Vec::new(),
    };
    let file = if offer.state.is_engaged() { view::senior } else { view::senior_before_accepting };
    let face_at = match &senior {
        Some(senior) if offer.state.is_engaged() => {
            api.dispatcher.store().face_at(senior.id).await.map_err(store_problem)?
        }
        Some(_) | None => None,
    };
    let keys = match &senior {
        Some(senior) if offer.state.is_engaged() => keys_of(api, senior.id).await?,
        Some(_) | None => Vec::new(),
    };
    Ok(dto::OfferFile {
        offer: view::offer(ticket, offer),
        ticket: view::ticket_for_aide(ticket, offer.responder, api.dispatcher.policy(), now),
        weather: weather(api, ticket),
        waits_for: waits_for.iter().map(|why| why.as_str().to_owned()).collect(),
        senior: senior.map(|senior| file(&senior, now)),
        face_at: face_at.map(rfc3339),
        partners: partners(api, ticket, offer),
        keys,
    })
}

fn weather(api: &Api, ticket: &Ticket) -> Option<dto::Weather> {
    api.dispatcher.board(&ticket.district)?.weather().map(|weather| view::weather(&weather))
}

/// Returns the others who go or went, while this offer is in hand: a team has to find each other.
fn partners(api: &Api, ticket: &Ticket, own: &Offer) -> Vec<dto::Partner> {
    let Some(board) = api.dispatcher.board(&ticket.district).filter(|_| own.state.is_active())
    else {
        return Vec::new();
    };
    let others = ticket
        .offers
        .iter()
        .filter(|other| other.responder != own.responder && other.state.fills_place());
    others
        .filter_map(|other| board.person(other.responder))
        .map(|person| dto::Partner {
            responder: person.responder.id.to_string(),
            name: person.responder.name.clone(),
            phone: person.responder.phone.clone(),
        })
        .collect()
}

/// Returns an offer, its ticket and the file as far as needed.
#[utoipa::path(get, path = "/v1/offers/{id}", tag = "offers", responses(
    (status = 200, description = "The offer", body = dto::OfferFile),
    (status = 403, description = "Somebody else's", body = Problem),
))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::OfferFile>, Problem> {
    let id = parse(&id, "offer")?;
    let (ticket, responder) = read(&api, id).await?;
    permit(&who, &ticket, responder)?;
    offer_file(&api, &ticket, id).await.map(Json)
}

/// Returns the way from where the responder is to where the senior is, for an offer that is in hand. By
/// straight line where no roads are known.
#[utoipa::path(get, path = "/v1/offers/{id}/route", tag = "offers", responses(
    (status = 200, description = "As one would go now", body = dto::Way),
    (status = 403, description = "Somebody else's", body = Problem),
    (status = 409, description = "The offer is no longer in hand, or the place is unknown", body = Problem),
))]
pub(crate) async fn route(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::Way>, Problem> {
    let id = parse(&id, "offer")?;
    let (ticket, responder) = read(&api, id).await?;
    permit(&who, &ticket, responder)?;
    let is_active = ticket.offer(id).is_some_and(|offer| offer.state.is_active());
    if !is_active {
        return Err(Problem::conflict("this offer is no longer in hand", None));
    }
    let unknown = || Problem::conflict("where the senior is, is not known", None);
    let door = ticket.destination().ok_or_else(unknown)?;
    let missing = || Problem::not_found("there is no such responder");
    let board = api.dispatcher.board(&ticket.district).ok_or_else(missing)?;
    let person = board.person(responder).ok_or_else(missing)?;
    let now = api.dispatcher.clock().now();
    // Where the planner, too, thinks that this person is.
    let stale_ms = i64::from(api.dispatcher.policy().dispatch.position_stale_s) * 1_000;
    let from = person.place(now, stale_ms).map_or(person.responder.standby, |(at, _)| at);
    let known = person.position.filter(|(at, _)| *at == from);
    let position_age_s = known.map(|(_, at)| now.since_ms(at) / 1_000);
    let travel = board.travel_of(&person);
    Ok(Json(match api.dispatcher.route(from, travel, door) {
        Some(route) => dto::Way {
            eta_s: route.eta_s,
            eta_source: view::eta_source(EtaSource::Roads).into(),
            distance_m: route.distance_m.round(),
            line: route.line.iter().map(|at| [at.lon, at.lat]).collect(),
            position_age_s,
        },
        None => {
            let eta = api.dispatcher.eta(from, travel, door);
            dto::Way {
                eta_s: eta.s,
                eta_source: view::eta_source(eta.source).into(),
                distance_m: from.distance_m(door).round(),
                line: vec![[from.lon, from.lat], [door.lon, door.lat]],
                position_age_s,
            }
        }
    }))
}

/// Tells that whoever is asked sees the offer on the page: a sign of life, and nobody is told of it by
/// text or call any more. What was seen before, or is answered or over, stays as it is.
#[utoipa::path(post, path = "/v1/offers/{id}/seen", tag = "offers", responses(
    (status = 200, description = "The offer as it is now", body = dto::OfferFile),
    (status = 403, description = "Somebody else's", body = Problem),
))]
pub(crate) async fn seen(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::OfferFile>, Problem> {
    let id: OfferId = parse(&id, "offer")?;
    let of_offer = |error| problem(error, Shown::Offer(id), &api.dispatcher);
    let glanced = api.dispatcher.glance_of_offer(id).await.map_err(of_offer)?;
    let responder = glanced.offer(id).map(|offer| offer.responder);
    if responder != Some(who.responder()?) {
        return Err(Problem::forbidden("this offer is somebody else's"));
    }
    let ticket = api.dispatcher.see_offer(id, who.user.id).await.map_err(of_offer)?;
    offer_file(&api, &ticket, id).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StepBody {
    /// For `decline`: why.
    reason: Option<String>,
    /// `phone`, when an operator acts for a responder on the telephone.
    #[allow(dead_code, reason = "who acts is known from the session; accepted as in the contract")]
    by: Option<String>,
}

/// Whoever has accepted asks the centre for support, or for 120: whoever owns the ticket is told, and it
/// climbs until a person acts.
#[utoipa::path(post, path = "/v1/offers/{id}/ask-support", tag = "offers", request_body = StepBody,
    responses((status = 200, description = "As it is now", body = dto::Offer),
        (status = 409, description = "Not accepted, or over", body = Problem)))]
pub(crate) async fn ask_support(
    api: State<Api>,
    id: Path<String>,
    act: Act<StepBody>,
) -> Result<Json<dto::Offer>, Problem> {
    ask_help(api.0, &id.0, HelpWanted::Support, act).await
}

/// As `ask-support`, for 120. People dial it, machines do not.
#[utoipa::path(post, path = "/v1/offers/{id}/ask-ambulance", tag = "offers", request_body = StepBody,
    responses((status = 200, description = "As it is now", body = dto::Offer),
        (status = 409, description = "Not accepted, or over", body = Problem)))]
pub(crate) async fn ask_ambulance(
    api: State<Api>,
    id: Path<String>,
    act: Act<StepBody>,
) -> Result<Json<dto::Offer>, Problem> {
    ask_help(api.0, &id.0, HelpWanted::Ambulance, act).await
}

async fn ask_help(
    api: Api,
    id: &str,
    what: HelpWanted,
    act: Act<StepBody>,
) -> Result<Json<dto::Offer>, Problem> {
    let id: OfferId = parse(id, "offer")?;
    let of_offer = |error| problem(error, Shown::Offer(id), &api.dispatcher);
    let (ticket, responder) = read(&api, id).await?;
    let on_behalf = permit(&act.who, &ticket, responder)?;
    let ticket = match act.done_before().await? {
        Some(_) => ticket,
        None => {
            let actor = act.actor(Subject::Offer(id));
            let asked = api.dispatcher.ask_help(id, what, on_behalf, &actor).await;
            (*asked.map_err(of_offer)?).clone()
        }
    };
    let offer = ticket.offer(id).map(|offer| view::offer(&ticket, offer));
    offer.map(Json).ok_or_else(|| Problem::not_found("there is no such offer"))
}

/// Takes a step with an offer: `accept`, `decline`, `depart`, `on-scene`, `with-senior`, `escort`,
/// `done`, and for operators `withdraw`. A step already passed answers 200.
#[utoipa::path(post, path = "/v1/offers/{id}/{step}", tag = "offers", request_body = StepBody,
    responses((status = 200, description = "As it is now", body = dto::Offer),
        (status = 409, description = "The state does not allow it", body = Problem)))]
pub(crate) async fn step(
    State(api): State<Api>,
    Path((id, step)): Path<(String, String)>,
    act: Act<StepBody>,
) -> Result<Json<dto::Offer>, Problem> {
    let id: OfferId = parse(&id, "offer")?;
    let glanced = api.dispatcher.glance_of_offer(id).await;
    let glanced = glanced.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
    let responder = glanced.offer(id).map(|offer| offer.responder);
    let responder = responder.ok_or_else(|| Problem::not_found("there is no such offer"))?;
    let on_behalf = permit(&act.who, &glanced, responder)?;
    if act.body.reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        return Err(Problem::unprocessable(format!("reason: at most {MAX_REASON} characters")));
    }
    let command = match step.as_str() {
        "accept" => OfferCommand::Accept,
        "decline" => OfferCommand::Decline(act.body.reason.clone()),
        "depart" => OfferCommand::Depart,
        "on-scene" => OfferCommand::OnScene(Arrival::Claimed),
        "with-senior" => OfferCommand::WithSenior(Arrival::Claimed),
        "escort" => OfferCommand::Escort,
        "done" => OfferCommand::Done,
        "withdraw" if on_behalf => OfferCommand::Withdraw(WithdrawReason::ByHand),
        "withdraw" => return Err(Problem::forbidden("operators withdraw; decline it instead")),
        _ => return Err(Problem::not_found("there is no such step")),
    };
    let ticket = match act.done_before().await? {
        Some(_) => read(&api, id).await?.0,
        None => {
            let actor = act.actor(Subject::Offer(id));
            let stepped = api.dispatcher.step_offer(id, command, on_behalf, &actor).await;
            let ticket =
                stepped.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
            (*ticket).clone()
        }
    };
    let offer = ticket.offer(id).map(|offer| view::offer(&ticket, offer));
    offer.map(Json).ok_or_else(|| Problem::not_found("there is no such offer"))
}
