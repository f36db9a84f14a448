//! The hand-over to 120, 110 and 119: the card, the links to it, in whose hands the senior is, a death.

use axum::Json;
use axum::extract::{Path, State};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{Actor, NewCardLink, UseCaseError};
use silverbell_domain::{
    CardLink, EscalationTarget, Event, Handover, HandoverStep, KeyKind, Reader, Ticket, TicketId,
};
use silverbell_store::{Subject, TimelineRow};
use silverbell_web::{JsonBody, Problem, rfc3339};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::act::Act;
use crate::error::{Shown, problem, store_problem};
use crate::session::{CurrentUser, token_sha256};
use crate::ticket_routes::{Nothing, TicketAnswer, answered, parse, permit, read, shown};
use crate::{Api, dto, view};

/// So many notes are on a card, the last.
const NOTES: usize = 12;

/// Nobody gives a link for longer, minutes: a week.
const MAX_VALID_MIN: u32 = 7 * 24 * 60;

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct HandOver {
    /// `arrived` (they are at the door), `at_hospital` or `handed_over`.
    step: String,
    /// Which hospital; for `at_hospital`, unless it is known already.
    hospital: Option<String>,
    /// Who took the senior over: a doctor, a nurse, a relative.
    taken_over_by: Option<String>,
    /// In words.
    note: Option<String>,
}

/// Says in whose hands the senior is; an operator, or whoever goes along.
#[utoipa::path(post, path = "/v1/tickets/{id}/handover", tag = "tickets", request_body = HandOver,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 422, description = "The hospital is missing, or no such step", body = Problem)))]
pub(crate) async fn hand_over(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<HandOver>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    let glanced = api.dispatcher.glance(id).await;
    let glanced = glanced.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let aide = if act.who.user.role.is_operator() {
        act.who.serves(&glanced.district)?;
        None
    } else {
        let responder = act.who.responder()?;
        if !glanced.engages(responder) {
            return Err(Problem::forbidden("this ticket is somebody else's"));
        }
        Some(responder)
    };
    let step = HandoverStep::ALL.into_iter().find(|step| step.as_str() == act.body.step);
    let words = "step: `arrived`, `at_hospital` or `handed_over`";
    let step = step.ok_or_else(|| Problem::unprocessable(words))?;
    let HandOver { hospital, taken_over_by, note, .. } = &act.body;
    let facts = Handover { hospital: hospital.clone(), taken_over_by: taken_over_by.clone() };
    let ticket = match act.done_before().await? {
        Some(_) => read(&api, id).await?,
        None => {
            let actor = act.actor(Subject::Ticket(id));
            let noted =
                api.dispatcher.hand_over(id, step, facts, note.clone(), aide.is_none(), &actor);
            let noted = noted.await.map_err(|error| match error {
                // An aide sees of a ticket what the own offer shows, and nothing more.
                UseCaseError::Conflict { why, .. } if aide.is_some() => {
                    Problem::conflict(why, None)
                }
                error => problem(error, Shown::Ticket, &api.dispatcher),
            });
            (*noted?).clone()
        }
    };
    let (policy, now) = (api.dispatcher.policy(), api.dispatcher.clock().now());
    Ok(Json(match aide {
        None => view::ticket(&ticket, policy, now),
        Some(responder) => view::ticket_for_aide(&ticket, responder, policy, now),
    }))
}

/// Returns the card of a ticket. Opening it is noted in the ticket's history.
#[utoipa::path(get, path = "/v1/tickets/{id}/card", tag = "tickets", responses(
    (status = 200, description = "What others have to know", body = dto::Card)))]
pub(crate) async fn card(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::Card>, Problem> {
    who.operator()?;
    let id = parse(&id, "ticket")?;
    let ticket = read(&api, id).await?;
    who.serves(&ticket.district)?;
    let actor = Actor { user: who.user.id, idempotency: None };
    let opened = api.dispatcher.card_opened(id, &actor).await;
    let ticket = opened.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    of_ticket(&api, &ticket, None).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ShareCard {
    /// For whom: `120`, a hospital's name.
    to: String,
    /// How long it can be read, minutes, 5 to 10080; `handoff.card_valid_min` when missing.
    valid_min: Option<u32>,
    /// Whether the door codes are on it (default), as long as whoever gives it owns the open ticket. Each
    /// reading of a code is logged as that person's.
    with_codes: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SharedCard {
    /// The link's identity, to take it back.
    link: String,
    /// Where the card is read. What follows `#` is the secret: it reaches no server's log, and is shown
    /// this once.
    url: String,
    /// Until when, RFC 3339.
    expires_at: String,
}

/// Gives somebody outside a link to the card, for a time.
#[utoipa::path(post, path = "/v1/tickets/{id}/card-links", tag = "tickets", request_body = ShareCard,
    responses((status = 200, description = "The link, shown once", body = SharedCard),
        (status = 409, description = "This request made one already", body = Problem)))]
pub(crate) async fn share(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<ShareCard>,
) -> Result<Json<SharedCard>, Problem> {
    let id: TicketId = parse(&id, "ticket")?;
    if permit(&api, &act, id).await?.is_some() {
        let words = "this request made a link already, and its secret is not kept: take that back";
        return Err(Problem::conflict(words, None));
    }
    let valid_min = act.body.valid_min.unwrap_or(api.dispatcher.policy().handoff.card_valid_min);
    if !(5..=MAX_VALID_MIN).contains(&valid_min) {
        return Err(Problem::unprocessable("valid_min: 5 to 10080"));
    }
    let secret = api.sessions.secret();
    let new = NewCardLink {
        secret_sha256: hex::encode(token_sha256(&secret)),
        to: act.body.to.clone(),
        with_codes: act.body.with_codes.unwrap_or(true),
        valid_min,
    };
    let actor = act.actor(Subject::Ticket(id));
    let shared = api.dispatcher.share_card(id, new, &actor).await;
    let (ticket, link) = shared.map_err(|error| problem(error, Shown::Ticket, &api.dispatcher))?;
    let expires_at = ticket.cards.iter().find(|card| card.id == link).map(|card| card.expires_at);
    let expires_at = expires_at.ok_or_else(|| Problem::not_found("there is no such link"))?;
    let origin = api.settings.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    Ok(Json(SharedCard {
        link: link.to_string(),
        url: format!("{origin}/card#{id}.{link}.{secret}"),
        expires_at: rfc3339(expires_at),
    }))
}

/// Takes a link to the card back.
#[utoipa::path(post, path = "/v1/tickets/{id}/card-links/{link}/revoke", tag = "tickets",
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn revoke(
    State(api): State<Api>,
    Path((id, link)): Path<(String, String)>,
    act: Act<Nothing>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    let link: Uuid = parse(&link, "link")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    answered(&api, api.dispatcher.revoke_card(id, link, &act.actor(Subject::Ticket(id))).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReadCard {
    /// What follows `#` in the link.
    token: String,
}

/// Reads the card by a link, without a session. Every reading is noted in the ticket's history. Whatever is
/// wrong with a link, it is not valid: nobody learns more.
#[utoipa::path(post, path = "/v1/cards/read", tag = "tickets", request_body = ReadCard, responses(
    (status = 200, description = "What others have to know", body = dto::Card),
    (status = 404, description = "The link is not valid, or no longer", body = Problem)))]
pub(crate) async fn read_by_link(
    State(api): State<Api>,
    JsonBody(body): JsonBody<ReadCard>,
) -> Result<Json<dto::Card>, Problem> {
    let not_valid = || Problem::not_found("this link is not valid, or no longer: ask the centre");
    let mut parts = body.token.splitn(3, '.');
    let (id, link, secret) = (parts.next(), parts.next(), parts.next());
    let id: Option<TicketId> = id.and_then(|text| text.parse().ok());
    let link: Option<Uuid> = link.and_then(|text| text.parse().ok());
    let (Some(id), Some(link), Some(secret)) = (id, link, secret) else { return Err(not_valid()) };
    let hash = hex::encode(token_sha256(secret));
    let read = api.dispatcher.read_card(id, link, &hash).await;
    let ticket = match read {
        Ok(ticket) => ticket,
        Err(UseCaseError::Store(error)) => return Err(store_problem(error)),
        Err(_) => return Err(not_valid()),
    };
    of_ticket(&api, &ticket, Some(link)).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StateDeath {
    /// `120` or `110`: nobody else confirms a death.
    #[schema(value_type = String)]
    confirmed_by: EscalationTarget,
    /// The doctor's or officer's name or number.
    reference: String,
}

/// Notes that 120 or the police confirmed a death. A second person signs it.
#[utoipa::path(post, path = "/v1/tickets/{id}/death", tag = "tickets", request_body = StateDeath,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 422, description = "Who confirmed it, or the reference, is missing", body = Problem)))]
pub(crate) async fn state_death(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<StateDeath>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let StateDeath { confirmed_by, reference } = &act.body;
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.state_death(id, *confirmed_by, reference, &actor).await)
}

/// Signs a death, as the second person: the senior is no longer called, visited or written about, and the
/// devices are fetched.
#[utoipa::path(post, path = "/v1/tickets/{id}/death/sign", tag = "tickets",
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "Not stated, or by the same person", body = Problem)))]
pub(crate) async fn sign_death(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Nothing>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    answered(&api, api.dispatcher.sign_death(id, &act.actor(Subject::Ticket(id))).await)
}

// --- The card ----------------------------------------------------------------------------------

async fn of_ticket(api: &Api, ticket: &Ticket, link: Option<Uuid>) -> Result<dto::Card, Problem> {
    let (store, now) = (api.dispatcher.store(), api.dispatcher.clock().now());
    let senior = match ticket.senior {
        Some(id) => store.senior(id).await.map_err(store_problem)?,
        None => None,
    };
    let districts = store.districts().await.map_err(store_problem)?;
    let service = districts.into_iter().find(|district| district.id == ticket.district);
    let history = store.timeline(ticket.id).await.map_err(store_problem)?;
    let card = link.and_then(|link| ticket.cards.iter().find(|card| card.id == link));
    let shown = view::ticket(ticket, api.dispatcher.policy(), now);
    let file = senior.as_ref().map(|senior| view::senior(senior, now));
    let hazards = ticket.needs.hazards.iter().map(|hazard| hazard.as_str().into()).collect();
    Ok(dto::Card {
        number: ticket.number,
        at: rfc3339(now),
        expires_at: card.map(|card| rfc3339(card.expires_at)),
        service: service.map(|district| district.name).unwrap_or_default(),
        kind: shown.kind,
        cause: shown.cause,
        received_at: rfc3339(ticket.times.received),
        flags: shown.flags,
        notes: notes(&history),
        name: shown.who.name,
        sex: file.as_ref().map(|file| file.sex.clone()),
        age: shown.who.age,
        phone: file.as_ref().map(|file| file.phone.clone()),
        village: shown.who.village,
        address: file.as_ref().map(|file| file.address.clone()),
        access: file.as_ref().map(|file| file.access.clone()),
        position: shown.position,
        place: place(&history),
        conditions: file.as_ref().map(|file| file.conditions.clone()).unwrap_or_default(),
        medicines: file.as_ref().map(|file| file.medicines.clone()).unwrap_or_default(),
        allergies: file.as_ref().map(|file| file.allergies.clone()).unwrap_or_default(),
        hazards,
        keys: keys(api, ticket, card).await?,
        plan: file.as_ref().and_then(|file| file.plan.clone()),
        contacts: file.map(|file| file.contacts).unwrap_or_default(),
        team: team(api, ticket),
        scene: view::scene(ticket),
        called: called(&history),
        handover: shown.handover,
    })
}

/// Returns where the keys are, and the codes where the link has them: each reading is whoever gave the
/// link's, and is on record before it is shown. What may not be read is left out.
async fn keys(
    api: &Api,
    ticket: &Ticket,
    link: Option<&CardLink>,
) -> Result<Vec<dto::CardKey>, Problem> {
    let Some(senior) = ticket.senior else { return Ok(Vec::new()) };
    let known = api.dispatcher.store().keys_of(senior).await.map_err(store_problem)?;
    let mut shown = Vec::with_capacity(known.len());
    for entry in known.into_iter().filter(|entry| entry.retired.is_none()) {
        let reads = link.filter(|link| link.with_codes && entry.kind == KeyKind::Code);
        let code = match reads {
            Some(link) => {
                let (seals, reader) = (&api.settings.seals, Reader::Operator(link.by));
                let read =
                    api.dispatcher.read_code(seals, entry.id, Some(ticket.id), reader, link.by);
                read.await.ok().map(|(_, code)| code.expose_secret().to_owned())
            }
            None => None,
        };
        shown.push(dto::CardKey {
            id: entry.id.to_string(),
            kind: entry.kind.as_str().into(),
            place: entry.place,
            note: entry.note,
            code,
        });
    }
    Ok(shown)
}

fn notes(history: &[TimelineRow]) -> Vec<dto::CardNote> {
    let noted = history.iter().rev().filter_map(|row| match &row.event.event {
        Event::Noted { text } => {
            Some(dto::CardNote { at: rfc3339(row.event.at), text: text.clone() })
        }
        _ => None,
    });
    let mut last: Vec<_> = noted.take(NOTES).collect();
    last.reverse();
    last
}

fn place(history: &[TimelineRow]) -> Option<String> {
    history.iter().rev().find_map(|row| match &row.event.event {
        Event::Placed { text, .. } => text.clone(),
        _ => None,
    })
}

fn called(history: &[TimelineRow]) -> Vec<dto::CardCall> {
    let called = history.iter().filter_map(|row| match &row.event.event {
        Event::Escalated { to, reference, eta_min, .. } => {
            let is_outside = matches!(
                to,
                EscalationTarget::Ambulance | EscalationTarget::Police | EscalationTarget::Fire
            );
            is_outside.then(|| dto::CardCall {
                to: view::escalated(*to).into(),
                at: rfc3339(row.event.at),
                reference: reference.clone(),
                eta_min: *eta_min,
            })
        }
        _ => None,
    });
    called.collect()
}

fn team(api: &Api, ticket: &Ticket) -> Vec<dto::CardPerson> {
    let Some(board) = api.dispatcher.board(&ticket.district) else { return Vec::new() };
    let goes = ticket.offers.iter().filter(|offer| offer.state.fills_place());
    goes.filter_map(|offer| {
        let person = board.person(offer.responder)?;
        let shown = view::offer(ticket, offer);
        Some(dto::CardPerson {
            name: person.responder.name.clone(),
            phone: person.responder.phone.clone(),
            role: shown.role,
            status: shown.status,
            on_scene_at: shown.on_scene_at,
        })
    })
    .collect()
}
