//! Keys and door codes: where each is, who has it, and the code for whoever is on the way.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{KeyChange, KeyError, NewKey, SignOut};
use silverbell_domain::{
    DistrictId, KeyEntry, KeyId, KeyKind, Reader, ResponderId, SeniorId, TicketId, UnixMs, UserId,
};
use silverbell_store::{Access, Idempotency, StoredKey, Subject, Thing, UserRole};
use silverbell_web::{Problem, rfc3339};
use utoipa::{IntoParams, ToSchema};

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::store_problem;
use crate::senior_routes::senior;
use crate::session::CurrentUser;
use crate::ticket_routes::{parse, parse_in_body};
use crate::{Api, dto, view};

/// How many keys and lines of the log are listed at most.
const MAX_LISTED: u32 = 500;

type KeyAnswer = Result<Json<dto::Key>, Problem>;

/// Returns as whom a person looks at what is locked up in a district.
pub(crate) fn reader(who: &CurrentUser, district: &DistrictId) -> Reader {
    if who.serves(district).is_err() {
        return Reader::Stranger;
    }
    match (who.user.role, who.user.responder) {
        (UserRole::Operator | UserRole::Supervisor | UserRole::Admin, _) => {
            Reader::Operator(who.user.id)
        }
        (UserRole::Aide, Some(responder)) => Reader::Responder(responder),
        (UserRole::Aide, None) => Reader::Stranger,
    }
}

pub(crate) fn shown(api: &Api, entry: &KeyEntry) -> dto::Key {
    let name = entry.out.as_ref().and_then(|out| {
        let board = api.dispatcher.board_of(out.to)?;
        board.person(out.to).map(|person| person.responder.name.clone())
    });
    let now = api.dispatcher.clock().now();
    let is_overdue = entry.is_overdue(api.settings.keys_overdue_h, now);
    view::key(entry, name, is_overdue, now)
}

fn problem(api: &Api, error: KeyError) -> Problem {
    match error {
        KeyError::NotFound(what) => Problem::not_found(format!("there is no such {what}")),
        KeyError::Conflict { why, current } => {
            Problem::conflict(why, serde_json::to_value(shown(api, &current)).ok())
        }
        KeyError::Invalid(why) => Problem::unprocessable(why),
        KeyError::Refused(why) => Problem::forbidden(why.to_string()),
        KeyError::NotSealed(why) => Problem::unavailable(why.to_string(), 60),
        KeyError::NotOpened(why) => Problem::conflict(why.to_string(), None),
        KeyError::Store(error) => store_problem(error),
    }
}

fn answered(api: &Api, outcome: Result<KeyEntry, KeyError>) -> KeyAnswer {
    outcome.map(|entry| Json(shown(api, &entry))).map_err(|error| problem(api, error))
}

async fn known(api: &Api, id: &str) -> Result<KeyEntry, Problem> {
    let id: KeyId = parse(id, "key")?;
    let found = api.dispatcher.store().key(id).await.map_err(store_problem)?;
    let missing = || Problem::not_found("there is no such key");
    found.map(|StoredKey { entry, .. }| entry).ok_or_else(missing)
}

/// Returns the entry as it is now when the same request was carried out before. The request may hold a
/// code, so what is kept of it is a tag that nobody without the data key can try codes against.
async fn done_before<T>(api: &Api, act: &mut Act<T>) -> Result<Option<Json<dto::Key>>, Problem> {
    act.conceal();
    match act.done_before().await? {
        Some(Idempotency { subject: Subject::Key(id), .. }) => {
            known(api, &id.to_string()).await.map(|entry| Some(Json(shown(api, &entry))))
        }
        Some(_) | None => Ok(None),
    }
}

/// Keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Keys {
    items: Vec<dto::Key>,
    next_cursor: Option<String>,
}

/// Lists a senior's keys, cards and codes: where each is and who has it, never the code itself.
#[utoipa::path(get, path = "/v1/seniors/{id}/keys", tag = "keys", responses(
    (status = 200, description = "Those in use", body = Keys),
    (status = 404, description = "No such senior", body = Problem)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<Keys>, Problem> {
    who.operator()?;
    let senior = senior(&api, &who, &id).await?;
    let keys = api.dispatcher.store().keys_of(senior.id).await.map_err(store_problem)?;
    let items = keys.iter().map(|entry| shown(&api, entry)).collect();
    Ok(Json(Keys { items, next_cursor: None }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// `true`: the keys that somebody has.
    out: Option<bool>,
    /// One district of those served.
    district: Option<String>,
}

/// Lists the keys that somebody has, those out longest first; `overdue` after `keys.overdue_h`.
#[utoipa::path(get, path = "/v1/keys", tag = "keys", params(Which), responses(
    (status = 200, description = "At most 500", body = Keys)))]
pub(crate) async fn list_out(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<Keys>, Problem> {
    who.operator()?;
    if which.out != Some(true) {
        let words = "out=true lists the keys that somebody has; all others: /v1/seniors/{id}/keys";
        return Err(Problem::bad_request(words));
    }
    let mut items = Vec::new();
    for district in chosen(&api, &who, which.district.as_deref())? {
        let out = api.dispatcher.store().keys_out(&district, MAX_LISTED).await;
        items.extend(out.map_err(store_problem)?.iter().map(|entry| shown(&api, entry)));
    }
    Ok(Json(Keys { items, next_cursor: None }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddKey {
    /// `key`, `card` or `code`.
    kind: String,
    /// Of a key or card: where it hangs, or who holds it; of a code: which door.
    place: String,
    /// In words; never a code.
    #[serde(default)]
    note: String,
    /// Of a `code`: the code. It is sealed before it is kept.
    #[serde(default, deserialize_with = "code")]
    #[schema(value_type = Option<String>)]
    code: Option<SecretString>,
}

/// Reads a code without ever quoting it in an error.
fn code<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    match serde_json::Value::deserialize(from)? {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::String(code) => Ok(Some(code.into())),
        serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Array(_)
        | serde_json::Value::Object(_) => {
            Err(serde::de::Error::custom("code: a text, in quotation marks"))
        }
    }
}

/// Puts a key, a card or a door code into the register.
#[utoipa::path(post, path = "/v1/seniors/{id}/keys", tag = "keys", request_body = AddKey, responses(
    (status = 200, description = "The entry", body = dto::Key),
    (status = 422, description = "What is wrong, in words", body = Problem)))]
pub(crate) async fn add(
    State(api): State<Api>,
    Path(id): Path<String>,
    mut act: Act<AddKey>,
) -> KeyAnswer {
    act.who.operator()?;
    let senior = senior(&api, &act.who, &id).await?;
    if let Some(before) = done_before(&api, &mut act).await? {
        return Ok(before);
    }
    let kind = KeyKind::parse(&act.body.kind)
        .ok_or_else(|| Problem::unprocessable("kind: `key`, `card` or `code`"))?;
    let new = NewKey {
        kind,
        place: act.body.place.trim().to_owned(),
        note: act.body.note.trim().to_owned(),
        code: act.body.code.clone(),
    };
    // The use case puts in the entry's own identity.
    let actor = act.actor(Subject::Key(KeyId(senior.id.0)));
    answered(&api, api.dispatcher.add_key(&api.settings.seals, &senior, new, &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeKey {
    /// Where it hangs, who holds it, which door.
    place: Option<String>,
    /// In words; never a code.
    note: Option<String>,
    /// A new code.
    #[serde(default, deserialize_with = "code")]
    #[schema(value_type = Option<String>)]
    code: Option<SecretString>,
    /// Why it is no longer true. The entry stays, for its history, and is listed no more.
    retire: Option<String>,
}

/// Changes an entry, or says that it is no longer true. For supervisors.
#[utoipa::path(post, path = "/v1/keys/{id}", tag = "keys", request_body = ChangeKey, responses(
    (status = 200, description = "As it is now", body = dto::Key),
    (status = 403, description = "Supervisors may", body = Problem),
    (status = 409, description = "It is no longer true", body = Problem)))]
pub(crate) async fn change(
    State(api): State<Api>,
    Path(id): Path<String>,
    mut act: Act<ChangeKey>,
) -> KeyAnswer {
    act.who.supervisor()?;
    let entry = known(&api, &id).await?;
    act.who.serves(&entry.district)?;
    if let Some(before) = done_before(&api, &mut act).await? {
        return Ok(before);
    }
    let trimmed = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
    let change = KeyChange {
        place: trimmed(&act.body.place),
        note: trimmed(&act.body.note),
        code: act.body.code.clone(),
        retire: trimmed(&act.body.retire),
    };
    let actor = act.actor(Subject::Key(entry.id));
    let changed = api.dispatcher.change_key(&api.settings.seals, entry.id, change, &actor);
    answered(&api, changed.await)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeKey {
    /// The responder who takes it.
    to: String,
    /// What for.
    ticket: Option<String>,
    /// In words.
    note: Option<String>,
}

/// Gives a key out, to one at a time.
#[utoipa::path(post, path = "/v1/keys/{id}/sign-out", tag = "keys", request_body = TakeKey, responses(
    (status = 200, description = "As it is now", body = dto::Key),
    (status = 409, description = "Somebody has it: who and since when in `current`", body = Problem)))]
pub(crate) async fn sign_out(
    State(api): State<Api>,
    Path(id): Path<String>,
    mut act: Act<TakeKey>,
) -> KeyAnswer {
    act.who.operator()?;
    let entry = known(&api, &id).await?;
    act.who.serves(&entry.district)?;
    if let Some(before) = done_before(&api, &mut act).await? {
        return Ok(before);
    }
    let to: ResponderId = parse_in_body(&act.body.to, "to")?;
    let ticket = act.body.ticket.as_deref();
    let ticket = ticket.map(|text| parse_in_body(text, "ticket")).transpose()?;
    let note = act.body.note.clone().filter(|note| !note.trim().is_empty());
    let actor = act.actor(Subject::Key(entry.id));
    let out = SignOut { to, ticket, note };
    answered(&api, api.dispatcher.sign_out_key(entry.id, out, &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Nothing {}

/// Takes a key back.
#[utoipa::path(post, path = "/v1/keys/{id}/sign-in", tag = "keys", responses(
    (status = 200, description = "As it is now", body = dto::Key),
    (status = 409, description = "It is not out", body = Problem)))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    Path(id): Path<String>,
    mut act: Act<Nothing>,
) -> KeyAnswer {
    act.who.operator()?;
    let entry = known(&api, &id).await?;
    act.who.serves(&entry.district)?;
    if let Some(before) = done_before(&api, &mut act).await? {
        return Ok(before);
    }
    let actor = act.actor(Subject::Key(entry.id));
    answered(&api, api.dispatcher.sign_in_key(entry.id, &actor).await)
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ForTicket {
    /// The senior's open ticket that it is read for.
    ticket: Option<String>,
}

/// A code, for this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Code {
    /// The entry.
    key: dto::Key,
    /// The code.
    code: String,
}

/// Shows a door code: to the operator who owns an open emergency or visit of the senior, and to a
/// responder while on the way or at the door. Every reading and every try is kept in the log, a reading
/// also in the ticket's history. An `Idempotency-Key` changes nothing: each answer is a reading.
#[utoipa::path(post, path = "/v1/keys/{id}/code", tag = "keys", request_body = ForTicket, responses(
    (status = 200, description = "The code; never kept by any cache", body = Code),
    (status = 403, description = "Not for this person now; the try is kept", body = Problem),
    (status = 409, description = "It was sealed with another data key, or is damaged", body = Problem),
    (status = 429, description = "Too many readings", body = Problem)))]
pub(crate) async fn read_code(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<ForTicket>,
) -> Result<Json<Code>, Problem> {
    api.readings.count(act.who.user.id, api.dispatcher.clock().now())?;
    let entry = known(&api, &id).await?;
    // What cannot be an identity names no ticket.
    let ticket: Option<TicketId> = act.body.ticket.as_deref().and_then(|id| id.parse().ok());
    let reader = reader(&act.who, &entry.district);
    let seals = &api.settings.seals;
    let read = api.dispatcher.read_code(seals, entry.id, ticket, reader, act.who.user.id).await;
    let (entry, code) = read.map_err(|error| problem(&api, error))?;
    Ok(Json(Code { key: shown(&api, &entry), code: code.expose_secret().to_owned() }))
}

/// Lines of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Log {
    items: Vec<dto::AccessLine>,
    next_cursor: Option<String>,
}

/// Returns who did what with a key, the latest first. For supervisors.
#[utoipa::path(get, path = "/v1/keys/{id}/log", tag = "keys", responses(
    (status = 200, description = "At most 500", body = Log),
    (status = 403, description = "Supervisors may", body = Problem)))]
pub(crate) async fn log(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<Log>, Problem> {
    who.supervisor()?;
    let entry = known(&api, &id).await?;
    who.serves(&entry.district)?;
    lines(&api, Thing::Key(entry.id)).await
}

/// Returns the lines about a thing.
pub(crate) async fn lines(api: &Api, thing: Thing) -> Result<Json<Log>, Problem> {
    let store = api.dispatcher.store();
    let lines = store.accesses(thing, MAX_LISTED).await.map_err(store_problem)?;
    let mut people: Vec<_> = lines.iter().map(|line| line.by).collect();
    people.sort_unstable();
    people.dedup();
    let names = store.user_names(&people).await.map_err(store_problem)?;
    let items = lines.iter().map(|line| {
        let name = names.iter().find(|(id, _)| *id == line.by).map(|(_, name)| name.clone());
        access_line(line, name.unwrap_or_else(|| line.by.to_string()))
    });
    Ok(Json(Log { items: items.collect(), next_cursor: None }))
}

fn access_line(line: &Access, by: String) -> dto::AccessLine {
    dto::AccessLine {
        id: line.id.to_string(),
        at: rfc3339(line.at),
        by,
        act: line.act.as_str().into(),
        ticket: line.ticket.map(|id| id.to_string()),
        allowed: line.allowed,
        why: line.why.clone(),
    }
}

/// Returns a senior's keys as somebody on the way sees them.
pub(crate) async fn keys_of(api: &Api, senior: SeniorId) -> Result<Vec<dto::Key>, Problem> {
    let keys = api.dispatcher.store().keys_of(senior).await.map_err(store_problem)?;
    Ok(keys.iter().map(|entry| shown(api, entry)).collect())
}

/// How often each person looked at what is locked up within the present minute: a door that is opened
/// needs one code, a ticket a few photos, and a log that is never removed has to be bounded somewhere.
#[derive(Debug, Default)]
pub(crate) struct Readings(Mutex<(i64, HashMap<UserId, u32>)>);

impl Readings {
    /// So many a minute.
    const MOST: u32 = 60;

    /// Counts one, and refuses it when there were too many.
    pub(crate) fn count(&self, user: UserId, now: UnixMs) -> Result<(), Problem> {
        let mut counted = self.0.lock();
        let minute = now.0.div_euclid(60_000);
        if counted.0 != minute {
            *counted = (minute, HashMap::new());
        }
        let count = counted.1.entry(user).or_default();
        *count = count.saturating_add(1);
        if *count > Self::MOST {
            return Err(Problem::too_many("too many codes or photos within a minute", 60));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn who_reads_too_much_waits_for_the_next_minute_and_nobody_else_does() {
        let readings = Readings::default();
        let [one, other] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let now = UnixMs(1_000_000_000);
        for _ in 0..Readings::MOST {
            assert!(readings.count(one, now).is_ok());
        }
        assert!(readings.count(one, now).is_err());
        assert!(readings.count(other, now).is_ok());
        assert!(readings.count(one, now.plus_s(60)).is_ok());
    }

    #[test]
    fn a_code_is_never_quoted_in_an_error_or_printed() {
        let wrong = r#"{"kind":"code","place":"x","code":4711}"#;
        let error = serde_json::from_str::<AddKey>(wrong).expect_err("not a text").to_string();
        assert!(error.contains("a text") && !error.contains("4711"), "{error}");
        let right = r#"{"kind":"code","place":"x","code":"4711"}"#;
        let body: AddKey = serde_json::from_str(right).expect("fits");
        assert!(!format!("{body:?}").contains("4711"));
    }
}
