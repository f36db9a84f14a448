//! The one offer of the one responder, by the one-time link of a text message: without a log-in, and with
//! no right to anything else. Whoever taps the link gets a cookie that is good for this offer alone.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{UseCaseError, offer_of_token};
use silverbell_domain::{Arrival, HelpWanted, OfferCommand, OfferId, ResponderId, Ticket};
use silverbell_web::{JsonBody, Problem};
use utoipa::ToSchema;

use crate::error::{Shown, problem, store_problem};
use crate::offer_routes::offer_file;
use crate::session::{cookie_named, token_sha256};
use crate::{Api, act, dto};

/// The cookie's name: of its own, so that a log-in on the same phone stays what it is.
const COOKIE: &str = "silverbell_offer";

/// A browser sends it to these routes and nowhere else.
const COOKIE_PATH: &str = "/v1/offer-links";

/// How long a browser keeps it, seconds: 13 hours. The offer decides, and never for longer than 12.
const COOKIE_LASTS_S: u32 = 13 * 3_600;

/// What a phone's secret is made of, beside the offer and the request's key.
const ABOUT_PHONE: &str = "offer link's phone";

/// A reason has at most so many characters.
pub(crate) const MAX_REASON: usize = 200;

/// Whoever opened the link of an offer, on this phone.
#[derive(Debug)]
pub(crate) struct LinkHolder {
    ticket: Ticket,
    offer: OfferId,
    responder: ResponderId,
}

impl FromRequestParts<Api> for LinkHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let nobody =
            || Problem::unauthorized("open the link in the text message first, or call the centre");
        let cookie = cookie_named(&parts.headers, COOKIE).and_then(|value| value.split_once('.'));
        let (id, secret) = cookie.ok_or_else(nobody)?;
        let id: OfferId = id.parse().map_err(|_| nobody())?;
        let found = api.dispatcher.store().ticket_of_offer(id).await.map_err(store_problem)?;
        let ticket = found.ok_or_else(nobody)?;
        let now = api.dispatcher.clock().now();
        let secret_sha256 = hex::encode(token_sha256(secret));
        let offer = ticket.offer(id).filter(|offer| offer.is_open_to(&secret_sha256, now));
        let responder = offer.ok_or_else(nobody)?.responder;
        if let Some(board) = api.dispatcher.board_of(responder) {
            if board.person(responder).is_some_and(|it| it.responder.left_at.is_some()) {
                // Whoever has left the service sees nothing of it any more.
                return Err(nobody());
            }
            board.heard(responder, None, now);
        }
        Ok(Self { ticket, offer: id, responder })
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OpenLink {
    /// What follows `#` in the link.
    token: String,
}

/// Opens the one-time link of a text message: the first phone that does gets a cookie, good for this offer
/// alone until the job is over. The same `Idempotency-Key` again is the same phone, whose first answer was
/// lost. Opening is in the ticket's history.
#[utoipa::path(post, path = "/v1/offer-links/open", tag = "offer links", request_body = OpenLink,
    responses(
        (status = 200, description = "The offer; the right to it is in the cookie", body = dto::OfferFile),
        (status = 403, description = "Another phone opened it", body = Problem),
        (status = 404, description = "The link is not valid", body = Problem),
        (status = 409, description = "The offer is over: as it is now in `current`", body = Problem),
        (status = 429, description = "Too many links that are none", body = Problem),
    ))]
pub(crate) async fn open(
    State(api): State<Api>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<OpenLink>,
) -> Result<Response, Problem> {
    let now = api.dispatcher.clock().now();
    // The seal is looked at first, and costs no look into the store: who guesses behind a mobile network's
    // address keeps nobody there from a link that is right.
    let Some(id) = offer_of_token(&api.settings.seals, &body.token) else {
        api.link_guesses.guessed(from.ip(), now)?;
        return Err(Problem::not_found("this link is not valid: call the centre"));
    };
    let known = match secret_of(&headers, id) {
        // Only one that opened it already: no phone chooses its own.
        Some(secret) => has_opened(&api, id, &secret).await?.then_some(secret),
        None => None,
    };
    let secret = match known {
        // The same phone, which tapped the link once more.
        Some(secret) => secret,
        None => match act::key(&headers)? {
            Some(key) => {
                let phone = format!("{ABOUT_PHONE}\n{id}\n{key}");
                hex::encode(api.settings.seals.tag(phone.as_bytes()))
            }
            None => api.sessions.secret(),
        },
    };
    let opened = api.dispatcher.open_offer_link(id, &hex::encode(token_sha256(&secret))).await;
    let ticket = match opened {
        Ok(ticket) => ticket,
        Err(UseCaseError::NotFound(_)) => {
            return Err(Problem::not_found("there is no such offer any more: call the centre"));
        }
        Err(UseCaseError::Conflict { why, current: Some(current) })
            if current.offer(id).is_some_and(|offer| offer.state.is_active()) =>
        {
            return Err(Problem::forbidden(why));
        }
        Err(error) => return Err(problem(error, Shown::Offer(id), &api.dispatcher)),
    };
    let file = file_by_link(&api, &ticket, id).await?;
    let mut response = Json(file).into_response();
    let secure = if api.settings.is_https { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE}={id}.{secret}; Path={COOKIE_PATH}; HttpOnly; SameSite=Strict; \
         Max-Age={COOKIE_LASTS_S}{secure}"
    );
    let value = HeaderValue::from_str(&cookie).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}

/// Returns an offer with what its responder needs. A link may lie on anybody's phone: before accepting it
/// tells the village and how long the way is, and nothing by which somebody is found.
async fn file_by_link(api: &Api, ticket: &Ticket, id: OfferId) -> Result<dto::OfferFile, Problem> {
    let mut file = offer_file(api, ticket, id).await?;
    let is_engaged = ticket.offer(id).is_some_and(|offer| offer.state.is_engaged());
    if !is_engaged {
        file.senior = None;
        file.partners = Vec::new();
        file.ticket.senior = None;
        file.ticket.who.name = None;
        file.ticket.position = None;
    }
    Ok(file)
}

/// Returns whether a phone with this secret opened the link of an offer.
async fn has_opened(api: &Api, id: OfferId, secret: &str) -> Result<bool, Problem> {
    let found = api.dispatcher.store().ticket_of_offer(id).await.map_err(store_problem)?;
    let link = found.as_ref().and_then(|ticket| ticket.offer(id)?.link.as_ref());
    Ok(link.is_some_and(|link| link.secret_sha256 == hex::encode(token_sha256(secret))))
}

/// Returns the secret that this phone has for this offer already.
fn secret_of(headers: &HeaderMap, id: OfferId) -> Option<String> {
    let (offer, secret) = cookie_named(headers, COOKIE)?.split_once('.')?;
    (offer == id.to_string()).then(|| secret.to_owned())
}

/// Returns the offer, its ticket and the file as far as needed, to the phone that opened the link. Once the
/// job is over nothing of the senior, and half an hour later nothing at all.
#[utoipa::path(get, path = "/v1/offer-links/offer", tag = "offer links", responses(
    (status = 200, description = "The offer", body = dto::OfferFile),
    (status = 401, description = "This phone opened no link, or the job is over", body = Problem),
))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: LinkHolder,
) -> Result<Json<dto::OfferFile>, Problem> {
    file_by_link(&api, &who.ticket, who.offer).await.map(Json)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct LinkStep {
    /// For `decline`: why.
    reason: Option<String>,
}

/// A step by a link: the right is looked at before the body.
pub(crate) struct StepByLink {
    who: LinkHolder,
    body: LinkStep,
}

impl FromRequest<Api> for StepByLink {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let who = LinkHolder::from_request_parts(&mut parts, api).await?;
        // A step already passed, and help already asked for, changes nothing: a key has nothing to keep.
        act::key(&parts.headers)?;
        let request = Request::from_parts(parts, body);
        let JsonBody(body) = JsonBody::from_request(request, api).await?;
        Ok(Self { who, body })
    }
}

/// Takes a step with the offer: `accept`, `decline`, `depart`, `on-scene`, `with-senior`, `escort`, `done`; or
/// asks the centre for more help: `ask-support`, `ask-ambulance`. A step already passed answers 200.
#[utoipa::path(post, path = "/v1/offer-links/{step}", tag = "offer links", request_body = LinkStep,
    responses((status = 200, description = "As it is now", body = dto::OfferFile),
        (status = 401, description = "This phone opened no link, or the job is over", body = Problem),
        (status = 409, description = "The state does not allow it", body = Problem)))]
pub(crate) async fn step(
    State(api): State<Api>,
    Path(step): Path<String>,
    StepByLink { who, body }: StepByLink,
) -> Result<Json<dto::OfferFile>, Problem> {
    if body.reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        return Err(Problem::unprocessable("reason: at most 200 characters"));
    }
    let command = match step.as_str() {
        "accept" => OfferCommand::Accept,
        "decline" => OfferCommand::Decline(body.reason),
        "depart" => OfferCommand::Depart,
        "on-scene" => OfferCommand::OnScene(Arrival::Claimed),
        "with-senior" => OfferCommand::WithSenior(Arrival::Claimed),
        "escort" => OfferCommand::Escort,
        "done" => OfferCommand::Done,
        "ask-support" => return ask_help(&api, &who, HelpWanted::Support).await,
        "ask-ambulance" => return ask_help(&api, &who, HelpWanted::Ambulance).await,
        _ => return Err(Problem::not_found("there is no such step")),
    };
    let id = who.offer;
    let stepped = api.dispatcher.step_offer_by_link(id, command, who.responder).await;
    let ticket = stepped.map_err(|error| problem(error, Shown::Offer(id), &api.dispatcher))?;
    file_by_link(&api, &ticket, id).await.map(Json)
}

async fn ask_help(
    api: &Api,
    who: &LinkHolder,
    what: HelpWanted,
) -> Result<Json<dto::OfferFile>, Problem> {
    // The page tries again while no answer comes: what the centre knows already alarms nobody anew.
    let offer = who.ticket.offer(who.offer);
    if offer.is_some_and(|offer| offer.help_asked.contains(&what)) {
        return file_by_link(api, &who.ticket, who.offer).await.map(Json);
    }
    let asked = api.dispatcher.ask_help_by_link(who.offer, what, who.responder).await;
    let ticket = asked.map_err(|error| problem(error, Shown::Offer(who.offer), &api.dispatcher))?;
    file_by_link(api, &ticket, who.offer).await.map(Json)
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Centre {
    /// The telephone number of the centre; null when none is set.
    phone: Option<String>,
}

/// Returns how the centre is called, to anybody: it is what whoever cannot get in needs.
#[utoipa::path(get, path = "/v1/centre", tag = "offer links", responses(
    (status = 200, description = "The centre", body = Centre),
))]
pub(crate) async fn centre(State(api): State<Api>) -> Json<Centre> {
    Json(Centre { phone: api.settings.centre_phone.clone() })
}
