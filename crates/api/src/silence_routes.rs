//! The silent call: nobody speaks, or somebody was heard after all.

use axum::extract::{Path, State};
use serde::Deserialize;
use silverbell_domain::SilenceStep;
use silverbell_store::Subject;
use silverbell_web::Problem;
use utoipa::ToSchema;

use crate::act::Act;
use crate::ticket_routes::{TicketAnswer, answered, parse, permit, shown};
use crate::{Api, dto};

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NoVoice {
    /// The step that was tried in vain, to go on to the next: `first_call_back`, `second_call_back`,
    /// `family` or `neighbour`. Missing: nobody speaks; begins with the first.
    after: Option<String>,
}

/// Nobody speaks: presumed an emergency. The hold ends at once, and what to try next is said, each
/// step with its time.
#[utoipa::path(post, path = "/v1/tickets/{id}/no-voice", tag = "tickets", request_body = NoVoice,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "Closed, or no emergency", body = Problem)))]
pub(crate) async fn no_voice(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<NoVoice>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let wrong = || {
        let words = "after: `first_call_back`, `second_call_back`, `family` or `neighbour`";
        Problem::unprocessable(words)
    };
    let after = act.body.after.as_deref();
    let after = after.map(|word| SilenceStep::parse(word).ok_or_else(wrong)).transpose()?;
    answered(&api, api.dispatcher.no_voice(id, after, &act.actor(Subject::Ticket(id))).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Heard {
    /// Who was heard, and what.
    note: Option<String>,
}

/// The senior, or somebody who is there, was heard: nothing more need be tried.
#[utoipa::path(post, path = "/v1/tickets/{id}/heard", tag = "tickets", request_body = Heard,
    responses((status = 200, description = "As it is now", body = dto::Ticket)))]
pub(crate) async fn heard(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<Heard>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let note = act.body.note.clone().filter(|note| !note.trim().is_empty());
    answered(&api, api.dispatcher.heard(id, note, &act.actor(Subject::Ticket(id))).await)
}
