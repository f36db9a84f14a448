//! Writes that are not folded: people, sessions, duty, positions, the outbox's leases.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use silverbell_domain::{CANARY, DistrictId, Responder, ResponderId, Senior, UnixMs, Weather};
use silverbell_store::{
    AdminWrite, Advance, Answer, District, Intake, LastPosition, MADE_UP_AT_ONCE, MADE_UP_KEPT_S,
    NewSession, NewUser, PositionRow, needs_column, phones, pinyin_column, responder_changed,
};
use sqlx::postgres::PgConnection;

use crate::registry::kept_responder;
use crate::rows::{self, list};
use crate::text::escaped;
use crate::writer::Counters;
use crate::{
    calls, check, desks, devices, facts, keys, months, outbox, photos, push, registry, shifts,
};

/// How many old positions, reports and messages each go in one transaction.
const PURGED_AT_ONCE: i64 = 2_000;

type Outcome = Result<(Answer, Option<Advance>), sqlx::Error>;

/// Returns the district that has to be locked for a write.
pub(crate) const fn district<'a>(
    write: &'a AdminWrite,
    intake: &'a Intake,
) -> Option<&'a DistrictId> {
    match write {
        AdminWrite::District(district) => Some(&district.id),
        AdminWrite::Weather { district, .. } => Some(district),
        AdminWrite::UpdateSenior(senior) => Some(&senior.district),
        AdminWrite::UpdateResponder(responder) => Some(&responder.district),
        AdminWrite::Registry(change) => Some(&change.district),
        AdminWrite::TellResponders { district, .. } => Some(district),
        AdminWrite::Shifts(change) => Some(&change.district),
        AdminWrite::Facts { district, .. } => Some(district),
        // As an SOS would.
        AdminWrite::Probe => Some(&intake.default_district),
        AdminWrite::Seniors(_)
        | AdminWrite::FillPinyin { .. }
        | AdminWrite::Responders(_)
        | AdminWrite::Desk(_)
        | AdminWrite::CloseMonth(_)
        | AdminWrite::Devices(_)
        | AdminWrite::Users(_)
        | AdminWrite::Session(_)
        | AdminWrite::ExtendSession { .. }
        | AdminWrite::EndSession { .. }
        | AdminWrite::LastPositions(_)
        | AdminWrite::Positions(_)
        | AdminWrite::DeviceStates { .. }
        | AdminWrite::DeviceReports(_)
        | AdminWrite::Call(_)
        | AdminWrite::Keys(_)
        | AdminWrite::Access(_)
        | AdminWrite::Face { .. }
        | AdminWrite::Photo(_)
        | AdminWrite::DropPhoto(_)
        | AdminWrite::Push(_)
        | AdminWrite::LeaseOutbox(_)
        | AdminWrite::FinishOutbox { .. }
        | AdminWrite::Purge { .. } => None,
    }
}

pub(crate) async fn apply(
    connection: &mut PgConnection,
    write: &AdminWrite,
    counters: &Counters,
) -> Outcome {
    match write {
        AdminWrite::District(district) => put_district(connection, district).await,
        AdminWrite::Weather { district, weather } => {
            set_weather(connection, district, weather.as_ref()).await
        }
        AdminWrite::Seniors(seniors) => put_seniors(connection, seniors).await,
        AdminWrite::UpdateSenior(senior) => update_senior(connection, senior).await,
        AdminWrite::Responders(responders) => put_responders(connection, responders).await,
        AdminWrite::Registry(change) => registry::change(connection, change, counters).await,
        AdminWrite::TellResponders { district, ids } => {
            registry::tell(connection, district, ids, counters).await
        }
        AdminWrite::Facts { district, tickets } => {
            done(facts::keep(connection, district, tickets).await)
        }
        AdminWrite::FillPinyin { limit } => registry::fill_pinyin(connection, *limit).await,
        AdminWrite::UpdateResponder(responder) => {
            update_responder(connection, responder, counters).await
        }
        AdminWrite::Shifts(change) => done(shifts::change(connection, change).await),
        AdminWrite::Desk(write) => done(desks::write(connection, write).await),
        AdminWrite::CloseMonth(month) => done(months::close(connection, month).await),
        AdminWrite::Devices(devices) => done(devices::put_devices(connection, devices).await),
        AdminWrite::Users(users) => put_users(connection, users).await,
        AdminWrite::Session(session) => put_session(connection, session).await,
        AdminWrite::ExtendSession { token_sha256, expires_at } => {
            extend_session(connection, token_sha256, *expires_at).await
        }
        AdminWrite::EndSession { token_sha256 } => end_session(connection, token_sha256).await,
        AdminWrite::LastPositions(positions) => put_last_positions(connection, positions).await,
        AdminWrite::Positions(rows) => append_positions(connection, rows).await,
        AdminWrite::DeviceStates { states, now } => {
            done(devices::put_states(connection, states, *now).await)
        }
        AdminWrite::DeviceReports(reports) => {
            done(devices::append_reports(connection, reports).await)
        }
        AdminWrite::Call(news) => {
            let call = calls::learn(connection, news).await?;
            Ok((Answer::Call(Box::new(call)), None))
        }
        AdminWrite::Keys(all) => done(keys::put(connection, all).await),
        AdminWrite::Access(access) => done(keys::log(connection, access).await),
        AdminWrite::Face { senior, face, access } => {
            photos::put_face(connection, *senior, face.as_deref()).await?;
            done(keys::log(connection, access).await)
        }
        AdminWrite::Photo(photo) => done(photos::put(connection, photo).await),
        AdminWrite::DropPhoto(id) => done(photos::remove(connection, *id).await),
        AdminWrite::Push(write) => done(push::write(connection, write).await),
        AdminWrite::LeaseOutbox(lease) => {
            let items = outbox::lease(connection, lease).await?;
            Ok((Answer::Outbox(items), None))
        }
        AdminWrite::FinishOutbox { id, attempts, result } => {
            done(outbox::finish(connection, *id, *attempts, result).await)
        }
        AdminWrite::Purge { now, positions_before, keys_before, messages_before } => {
            purge(connection, *now, *positions_before, *keys_before, *messages_before).await
        }
        // The mark of the batch is a write, and it commits and syncs as an SOS would.
        AdminWrite::Probe => {
            check::counters_behind(connection).await?;
            DONE
        }
    }
}

const DONE: Outcome = Ok((Answer::Done, None));

fn done(written: Result<(), sqlx::Error>) -> Outcome {
    written.and(DONE)
}

async fn put_district(connection: &mut PgConnection, district: &District) -> Outcome {
    sqlx::query!(
        "INSERT INTO districts (id, name, time_zone) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone",
        &*escaped(&district.id.0),
        &*escaped(&district.name),
        &*escaped(&district.time_zone)
    )
    .execute(connection)
    .await?;
    DONE
}

async fn set_weather(
    connection: &mut PgConnection,
    district: &DistrictId,
    weather: Option<&Weather>,
) -> Outcome {
    let weather = weather.map(rows::json).transpose()?.unwrap_or_default();
    sqlx::query!(
        "UPDATE districts SET weather = $2 WHERE id = $1",
        &*escaped(&district.0),
        &*escaped(&weather)
    )
    .execute(connection)
    .await?;
    DONE
}

pub(crate) fn senior_row(senior: &Senior) -> Result<Value, sqlx::Error> {
    Ok(json!({
        "district": senior.district, "id": senior.id, "name": escaped(&senior.name),
        "born": escaped(&senior.born), "village": escaped(&senior.village),
        "address": escaped(&senior.address), "phones": phones(senior),
        "lat": senior.home.lat, "lon": senior.home.lon,
        "needs": escaped(&needs_column(senior)), "file": rows::json(senior)?,
        "pinyin": pinyin_column(&senior.name),
    }))
}

async fn update_senior(connection: &mut PgConnection, senior: &Senior) -> Outcome {
    let updated = sqlx::query!(
        "UPDATE seniors AS s SET name = w.name, born = w.born, village = w.village,
             address = w.address, phones = w.phones, lat = w.lat, lon = w.lon, needs = w.needs,
             file = w.file, pinyin = w.pinyin
         FROM json_to_recordset($1::text::json) AS w (
             district text, id uuid, name text, born text, village text, address text,
             phones text, lat float8, lon float8, needs text, file text, pinyin text)
         WHERE s.district = w.district AND s.id = w.id",
        list(vec![senior_row(senior)?])?
    )
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    DONE
}

async fn put_seniors(connection: &mut PgConnection, seniors: &[Senior]) -> Outcome {
    registry::insert_seniors(connection, &seniors.iter().collect::<Vec<_>>()).await?;
    DONE
}

async fn put_responders(connection: &mut PgConnection, responders: &[Responder]) -> Outcome {
    let rows: Result<Vec<_>, sqlx::Error> = responders
        .iter()
        .map(|r| Ok(json!({"district": r.district, "id": r.id, "file": rows::json(r)?})))
        .collect();
    sqlx::query!(
        "INSERT INTO responders (district, id, file)
         SELECT w.district, w.id, w.file
         FROM json_to_recordset($1::text::json) AS w (district text, id uuid, file text)",
        list(rows?)?
    )
    .execute(connection)
    .await?;
    DONE
}

/// Keeps the duty that a responder's file says; the rest of the file is the registry's.
async fn update_responder(
    connection: &mut PgConnection,
    said: &Responder,
    counters: &Counters,
) -> Outcome {
    let responder = match kept_responder(connection, said.id).await? {
        Some(kept) => kept.with_duty_of(said),
        None => said.clone(),
    };
    let changed = sqlx::query!(
        "UPDATE responders SET file = $3 WHERE district = $1 AND id = $2",
        &*escaped(&responder.district.0),
        responder.id.0,
        rows::json(&responder)?
    )
    .execute(connection)
    .await?;
    let last = counters.get(&responder.district).filter(|_| changed.rows_affected() > 0);
    let (seq, _) = *last.ok_or(sqlx::Error::RowNotFound)?;
    Ok((Answer::Done, Some(responder_changed(&responder, seq))))
}

async fn put_users(connection: &mut PgConnection, users: &[NewUser]) -> Outcome {
    let rows = users.iter().map(|user| {
        json!({
            "id": user.id, "username": escaped(&user.username),
            "display_name": escaped(&user.display_name),
            "password_hash": escaped(&user.password_hash), "role": user.role,
            "responder": user.responder, "districts": user.districts,
        })
    });
    sqlx::query!(
        "WITH rows AS (
             SELECT * FROM json_to_recordset($1::text::json) AS w (
                 id uuid, username text, display_name text, password_hash text, role text,
                 responder uuid, districts json)
         ), new_users AS (
             INSERT INTO users (id, username, display_name, password_hash, role, responder)
             SELECT w.id, w.username, w.display_name, w.password_hash, w.role, w.responder
             FROM rows AS w
         )
         INSERT INTO user_districts (user_id, district)
         SELECT w.id, d FROM rows AS w CROSS JOIN json_array_elements_text(w.districts) AS d",
        list(rows)?
    )
    .execute(connection)
    .await?;
    DONE
}

async fn put_session(connection: &mut PgConnection, session: &NewSession) -> Outcome {
    sqlx::query!(
        "INSERT INTO sessions (token_sha256, user_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
        session.token_sha256.as_slice(),
        session.user.0,
        session.created_at.0,
        session.expires_at.0
    )
    .execute(connection)
    .await?;
    DONE
}

async fn extend_session(
    connection: &mut PgConnection,
    token_sha256: &[u8; 32],
    expires_at: UnixMs,
) -> Outcome {
    sqlx::query!(
        "UPDATE sessions SET expires_at = $2 WHERE token_sha256 = $1",
        token_sha256.as_slice(),
        expires_at.0
    )
    .execute(connection)
    .await?;
    DONE
}

async fn end_session(connection: &mut PgConnection, token_sha256: &[u8; 32]) -> Outcome {
    sqlx::query!("DELETE FROM sessions WHERE token_sha256 = $1", token_sha256.as_slice())
        .execute(&mut *connection)
        .await?;
    push::session_ended(connection, token_sha256).await?;
    DONE
}

async fn put_last_positions(connection: &mut PgConnection, positions: &[LastPosition]) -> Outcome {
    let rows = newest(positions);
    let rows = rows.values().map(|last| {
        json!({
            "responder": last.responder,
            "lat": last.position.map(|(point, _)| point.lat),
            "lon": last.position.map(|(point, _)| point.lon),
            "at": last.position.map(|(_, at)| at),
            "heard_at": last.heard_at,
        })
    });
    sqlx::query!(
        "INSERT INTO last_positions AS l (district, responder, lat, lon, at, heard_at)
         SELECT r.district, r.id, w.lat, w.lon, w.at, w.heard_at
         FROM json_to_recordset($1::text::json) AS w (
             responder uuid, lat float8, lon float8, at bigint, heard_at bigint)
         JOIN responders AS r ON r.id = w.responder
         ON CONFLICT (district, responder) DO UPDATE SET
             lat = CASE WHEN excluded.at >= coalesce(l.at, excluded.at)
                 THEN excluded.lat ELSE l.lat END,
             lon = CASE WHEN excluded.at >= coalesce(l.at, excluded.at)
                 THEN excluded.lon ELSE l.lon END,
             at = greatest(l.at, excluded.at),
             heard_at = greatest(l.heard_at, excluded.heard_at)",
        list(rows)?
    )
    .execute(connection)
    .await?;
    DONE
}

/// Returns one row a responder, for a statement may write each row once; in the same order on
/// every node, so that none waits for the other.
fn newest(positions: &[LastPosition]) -> BTreeMap<ResponderId, LastPosition> {
    let mut all: BTreeMap<ResponderId, LastPosition> = BTreeMap::new();
    for last in positions {
        let kept = all.entry(last.responder).or_insert(*last);
        kept.heard_at = kept.heard_at.max(last.heard_at);
        if last.position.map(|(_, at)| at) >= kept.position.map(|(_, at)| at) {
            kept.position = last.position;
        }
    }
    all
}

async fn append_positions(connection: &mut PgConnection, positions: &[PositionRow]) -> Outcome {
    let rows = positions.iter().map(|row| {
        json!({
            "district": row.district, "subject": row.subject, "at": row.at,
            "received_at": row.received_at, "lat": row.point.lat, "lon": row.point.lon,
            "accuracy_m": row.accuracy_m, "source": row.source,
        })
    });
    sqlx::query!(
        "INSERT INTO positions (district, subject, at, received_at, lat, lon, accuracy_m, source)
         SELECT w.district, w.subject, w.at, w.received_at, w.lat, w.lon, w.accuracy_m, w.source
         FROM json_to_recordset($1::text::json) AS w (
             district text, subject uuid, at bigint, received_at bigint, lat float8, lon float8,
             accuracy_m float8, source text)",
        list(rows)?
    )
    .execute(connection)
    .await?;
    DONE
}

/// Removes closed tickets that the canary pressed, with all that is theirs, and returns how many.
async fn purge_made_up(
    connection: &mut PgConnection,
    before: UnixMs,
) -> Result<usize, sqlx::Error> {
    let tickets = sqlx::query_scalar!(
        "SELECT id FROM tickets WHERE district = $1 AND NOT open AND received_at < $2
         LIMIT $3 FOR UPDATE SKIP LOCKED",
        CANARY,
        before.0,
        MADE_UP_AT_ONCE as i64
    )
    .fetch_all(&mut *connection)
    .await?;
    if tickets.is_empty() {
        return Ok(0);
    }
    for remove in [
        "DELETE FROM events WHERE ticket = ANY ($2) AND district = $1",
        "DELETE FROM signals WHERE district = 'canary' AND district = $1 AND ticket = ANY ($2)",
        "DELETE FROM deadlines WHERE district = $1 AND ticket = ANY ($2)",
        "DELETE FROM ticket_facts AS f USING tickets AS t
         WHERE t.district = $1 AND t.id = ANY ($2) AND f.district = t.district
             AND f.received_at = t.received_at AND f.ticket = t.id",
        "DELETE FROM tickets WHERE district = $1 AND id = ANY ($2)",
    ] {
        sqlx::query(remove).bind(CANARY).bind(&tickets).execute(&mut *connection).await?;
    }
    Ok(tickets.len())
}

async fn purge(
    connection: &mut PgConnection,
    now: UnixMs,
    positions_before: UnixMs,
    keys_before: UnixMs,
    messages_before: UnixMs,
) -> Outcome {
    // A little at a time: an SOS waits behind this. What another node is removing is left to it.
    let positions = sqlx::query!(
        "DELETE FROM positions WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM positions WHERE received_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))",
        positions_before.0,
        PURGED_AT_ONCE
    )
    .execute(&mut *connection)
    .await?;
    let reports = devices::purge(connection, positions_before, PURGED_AT_ONCE).await?;
    let messages = outbox::purge(connection, messages_before, PURGED_AT_ONCE).await?;
    let made_up = purge_made_up(connection, now.plus_s(-MADE_UP_KEPT_S)).await?;
    let most = positions.rows_affected().max(reports).max(messages);
    if most >= PURGED_AT_ONCE.cast_unsigned() || made_up >= MADE_UP_AT_ONCE {
        // The small tables have no index for this: once the large ones are through.
        return Ok((Answer::Purged { is_more: true }, None));
    }
    sqlx::query!(
        "DELETE FROM sessions WHERE token_sha256 = ANY (ARRAY(
             SELECT token_sha256 FROM sessions WHERE expires_at < $1 FOR UPDATE SKIP LOCKED))",
        now.0
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM idempotency_keys WHERE at < $1 FOR UPDATE SKIP LOCKED))",
        keys_before.0
    )
    .execute(&mut *connection)
    .await?;
    // Writers of processes that ended long ago; one that lives puts its row in again.
    sqlx::query!(
        "DELETE FROM writers WHERE id = ANY (ARRAY(
             SELECT id FROM writers WHERE at < now() - interval '7 days' FOR UPDATE SKIP LOCKED))"
    )
    .execute(connection)
    .await?;
    Ok((Answer::Purged { is_more: false }, None))
}
