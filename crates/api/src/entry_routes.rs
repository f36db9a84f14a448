//! A door is opened by force (强制开门): who decided it, who opened it, who secured it.

use axum::extract::{Path, State};
use serde::Deserialize;
use silverbell_domain::EntrySaid;
use silverbell_store::Subject;
use silverbell_web::{Problem, parse_rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::ticket_routes::{TicketAnswer, answered, parse, permit, shown};
use crate::{Api, dto};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForceEntry {
    /// Who authorised it. With the next three: the decision, all four together.
    authorised_by: Option<String>,
    /// The number of the call to 110.
    police_reference: Option<String>,
    /// Who watches.
    witness: Option<String>,
    /// Why.
    reason: Option<String>,
    /// Who opened the door, and how.
    opened_by: Option<String>,
    /// When it was opened, RFC 3339; the present when missing.
    opened_at: Option<String>,
    /// Who secured the door afterwards.
    secured_by: Option<String>,
    /// How: a new lock, somebody stays.
    secured_how: Option<String>,
    /// Why the door need not be opened any more.
    called_off: Option<String>,
    /// What was recorded wrongly, and what is right: nothing is written over.
    correction: Option<String>,
}

/// Records how far a forced entry has come: decided, opened, secured; or called off. Each step is said
/// once, together with others or later. The ticket cannot be closed before the door is secured.
#[utoipa::path(post, path = "/v1/tickets/{id}/forced-entry", tag = "tickets", request_body = ForceEntry,
    responses((status = 200, description = "As it is now", body = dto::Ticket),
        (status = 409, description = "Something else is on record, or the step cannot follow", body = Problem),
        (status = 422, description = "What is missing, in words", body = Problem)))]
pub(crate) async fn force(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<ForceEntry>,
) -> TicketAnswer {
    let id = parse(&id, "ticket")?;
    if let Some(ticket) = permit(&api, &act, id).await? {
        return Ok(shown(&api, &ticket));
    }
    let body = &act.body;
    let wrong = || Problem::unprocessable("opened_at: give a time as in RFC 3339");
    let opened_at = body.opened_at.as_deref();
    let opened_at = opened_at.map(|text| parse_rfc3339(text).ok_or_else(wrong)).transpose()?;
    let trimmed = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
    let said = EntrySaid {
        authorised_by: trimmed(&body.authorised_by),
        police_reference: trimmed(&body.police_reference),
        witness: trimmed(&body.witness),
        reason: trimmed(&body.reason),
        opened_by: trimmed(&body.opened_by),
        opened_at,
        secured_by: trimmed(&body.secured_by),
        secured_how: trimmed(&body.secured_how),
        called_off: trimmed(&body.called_off),
        correction: trimmed(&body.correction),
    };
    let actor = act.actor(Subject::Ticket(id));
    answered(&api, api.dispatcher.force_entry(id, said, &actor).await)
}
