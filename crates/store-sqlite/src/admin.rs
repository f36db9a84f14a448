//! Writes that are not folded: people, sessions, duty, positions, the outbox's leases.

use serde_json::{Value, json};
use silverbell_domain::{CANARY, DistrictId, Responder, Senior, UnixMs, Weather};
use silverbell_store::{
    AdminWrite, Advance, Answer, District, LastPosition, MADE_UP_AT_ONCE, MADE_UP_KEPT_S,
    NewSession, NewUser, PositionRow, needs_column, phones, pinyin_column, responder_changed,
};
use sqlx::sqlite::SqliteConnection;

use crate::registry::kept_responder;
use crate::{
    calls, check, desks, devices, facts, keys, months, outbox, photos, push, registry, rows, shifts,
};

/// How many old positions, reports and messages each go in one transaction.
const PURGED_AT_ONCE: i64 = 2_000;

type Outcome = Result<(Answer, Option<Advance>), sqlx::Error>;

pub(crate) async fn apply(connection: &mut SqliteConnection, write: &AdminWrite) -> Outcome {
    match write {
        AdminWrite::District(district) => put_district(connection, district).await,
        AdminWrite::Weather { district, weather } => {
            set_weather(connection, district, weather.as_ref()).await
        }
        AdminWrite::Seniors(seniors) => put_seniors(connection, seniors).await,
        AdminWrite::UpdateSenior(senior) => update_senior(connection, senior).await,
        AdminWrite::Responders(responders) => put_responders(connection, responders).await,
        AdminWrite::Registry(change) => registry::change(connection, change).await,
        AdminWrite::TellResponders { district, ids } => {
            registry::tell(connection, district, ids).await
        }
        AdminWrite::Facts { district, tickets } => {
            done(facts::keep(connection, district, tickets).await)
        }
        AdminWrite::FillPinyin { limit } => registry::fill_pinyin(connection, *limit).await,
        AdminWrite::UpdateResponder(responder) => update_responder(connection, responder).await,
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
        AdminWrite::Probe => probe(connection).await,
    }
}

const DONE: Outcome = Ok((Answer::Done, None));

fn done(written: Result<(), sqlx::Error>) -> Outcome {
    written.and(DONE)
}

async fn put_district(connection: &mut SqliteConnection, district: &District) -> Outcome {
    let id = &*district.id.0;
    sqlx::query!(
        "INSERT INTO districts (id, name, time_zone) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone",
        id,
        district.name,
        district.time_zone
    )
    .execute(connection)
    .await?;
    DONE
}

async fn set_weather(
    connection: &mut SqliteConnection,
    district: &DistrictId,
    weather: Option<&Weather>,
) -> Outcome {
    let id = &*district.0;
    let weather = weather.map(rows::json).transpose()?.unwrap_or_default();
    sqlx::query!("UPDATE districts SET weather = ?2 WHERE id = ?1", id, weather)
        .execute(connection)
        .await?;
    DONE
}

pub(crate) fn senior_row(senior: &Senior) -> Result<Value, sqlx::Error> {
    Ok(json!({
        "district": senior.district, "id": senior.id, "name": senior.name,
        "born": senior.born, "village": senior.village, "address": senior.address,
        "phones": phones(senior), "lat": senior.home.lat, "lon": senior.home.lon,
        "needs": needs_column(senior), "file": rows::json(senior)?,
        "pinyin": pinyin_column(&senior.name),
    }))
}

async fn put_seniors(connection: &mut SqliteConnection, seniors: &[Senior]) -> Outcome {
    registry::insert_seniors(connection, &seniors.iter().collect::<Vec<_>>()).await?;
    DONE
}

async fn update_senior(connection: &mut SqliteConnection, senior: &Senior) -> Outcome {
    let row = rows::json(&senior_row(senior)?)?;
    let updated = sqlx::query!(
        r#"UPDATE seniors SET name = ?1 ->> 'name', born = ?1 ->> 'born',
               village = ?1 ->> 'village', address = ?1 ->> 'address', phones = ?1 ->> 'phones',
               lat = ?1 ->> 'lat', lon = ?1 ->> 'lon', needs = ?1 ->> 'needs', file = ?1 ->> 'file',
               pinyin = ?1 ->> 'pinyin'
           WHERE district = ?1 ->> 'district' AND id = ?1 ->> 'id'"#,
        row
    )
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    DONE
}

async fn put_responders(connection: &mut SqliteConnection, responders: &[Responder]) -> Outcome {
    let rows: Result<Vec<_>, sqlx::Error> = responders
        .iter()
        .map(|r| Ok(json!({"district": r.district, "id": r.id, "file": rows::json(r)?})))
        .collect();
    let rows = rows::json(&rows?)?;
    sqlx::query!(
        r#"INSERT INTO responders (district, id, file)
           SELECT value ->> 'district', value ->> 'id', value ->> 'file' FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    DONE
}

/// Keeps the duty that a responder's file says; the rest of the file is the registry's.
async fn update_responder(connection: &mut SqliteConnection, said: &Responder) -> Outcome {
    let responder = match kept_responder(connection, said.id).await? {
        Some(kept) => kept.with_duty_of(said),
        None => said.clone(),
    };
    let (district, id) = (&*responder.district.0, responder.id.to_string());
    let file = rows::json(&responder)?;
    let changed = sqlx::query!(
        "UPDATE responders SET file = ?3 WHERE district = ?1 AND id = ?2",
        district,
        id,
        file
    )
    .execute(&mut *connection)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    let seq = sqlx::query_scalar!("SELECT last_seq FROM districts WHERE id = ?1", district)
        .fetch_one(connection)
        .await?
        .cast_unsigned();
    Ok((Answer::Done, Some(responder_changed(&responder, seq))))
}

async fn put_users(connection: &mut SqliteConnection, users: &[NewUser]) -> Outcome {
    let rows = users.iter().map(|user| {
        json!({
            "id": user.id, "username": user.username, "display_name": user.display_name,
            "password_hash": user.password_hash, "role": user.role, "responder": user.responder,
            "districts": user.districts,
        })
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"INSERT INTO users (id, username, display_name, password_hash, role, responder)
           SELECT value ->> 'id', value ->> 'username', value ->> 'display_name',
               value ->> 'password_hash', value ->> 'role', value ->> 'responder'
           FROM json_each(?1)"#,
        rows
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"INSERT INTO user_districts (user_id, district)
           SELECT u.value ->> 'id', d.value
           FROM json_each(?1) AS u CROSS JOIN json_each(u.value, '$.districts') AS d"#,
        rows
    )
    .execute(connection)
    .await?;
    DONE
}

async fn put_session(connection: &mut SqliteConnection, session: &NewSession) -> Outcome {
    let (token, user) = (session.token_sha256.as_slice(), session.user.to_string());
    sqlx::query!(
        "INSERT INTO sessions (token_sha256, user_id, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4)",
        token,
        user,
        session.created_at.0,
        session.expires_at.0
    )
    .execute(connection)
    .await?;
    DONE
}

async fn extend_session(
    connection: &mut SqliteConnection,
    token_sha256: &[u8; 32],
    expires_at: UnixMs,
) -> Outcome {
    let token = token_sha256.as_slice();
    sqlx::query!(
        "UPDATE sessions SET expires_at = ?2 WHERE token_sha256 = ?1",
        token,
        expires_at.0
    )
    .execute(connection)
    .await?;
    DONE
}

async fn end_session(connection: &mut SqliteConnection, token_sha256: &[u8; 32]) -> Outcome {
    let token = token_sha256.as_slice();
    sqlx::query!("DELETE FROM sessions WHERE token_sha256 = ?1", token)
        .execute(&mut *connection)
        .await?;
    push::session_ended(connection, token).await?;
    DONE
}

async fn put_last_positions(
    connection: &mut SqliteConnection,
    positions: &[LastPosition],
) -> Outcome {
    let rows = positions.iter().map(|last| {
        json!({
            "responder": last.responder,
            "lat": last.position.map(|(point, _)| point.lat),
            "lon": last.position.map(|(point, _)| point.lon),
            "at": last.position.map(|(_, at)| at),
            "heard_at": last.heard_at,
        })
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"INSERT INTO last_positions (district, responder, lat, lon, at, heard_at)
           SELECT r.district, r.id, w.value ->> 'lat', w.value ->> 'lon', w.value ->> 'at',
               w.value ->> 'heard_at'
           FROM json_each(?1) AS w CROSS JOIN responders AS r ON r.id = w.value ->> 'responder'
           WHERE true
           ON CONFLICT (district, responder) DO UPDATE SET
               lat = iif(excluded.at >= coalesce(at, excluded.at), excluded.lat, lat),
               lon = iif(excluded.at >= coalesce(at, excluded.at), excluded.lon, lon),
               at = iif(excluded.at >= coalesce(at, excluded.at), excluded.at, at),
               heard_at = max(heard_at, excluded.heard_at)"#,
        rows
    )
    .execute(connection)
    .await?;
    DONE
}

async fn append_positions(connection: &mut SqliteConnection, positions: &[PositionRow]) -> Outcome {
    let rows = positions.iter().map(|row| {
        json!({
            "district": row.district, "subject": row.subject, "at": row.at,
            "received_at": row.received_at, "lat": row.point.lat, "lon": row.point.lon,
            "accuracy_m": row.accuracy_m, "source": row.source,
        })
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"INSERT INTO positions (district, subject, at, received_at, lat, lon, accuracy_m, source)
           SELECT value ->> 'district', value ->> 'subject', value ->> 'at',
               value ->> 'received_at', value ->> 'lat', value ->> 'lon',
               value ->> 'accuracy_m', value ->> 'source'
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    DONE
}

/// Removes closed tickets that the canary pressed, with all that is theirs, and returns how many.
async fn purge_made_up(
    connection: &mut SqliteConnection,
    before: UnixMs,
) -> Result<usize, sqlx::Error> {
    let tickets = sqlx::query_scalar!(
        "SELECT id FROM tickets
         WHERE district = ?1 AND open = 0 AND received_at < ?2 LIMIT ?3",
        CANARY,
        before.0,
        MADE_UP_AT_ONCE as i64
    )
    .fetch_all(&mut *connection)
    .await?;
    if tickets.is_empty() {
        return Ok(0);
    }
    let ids = serde_json::json!(tickets).to_string();
    for remove in [
        // Found by their ticket: a key that begins with the district would be read whole.
        "DELETE FROM events WHERE ticket IN (SELECT value FROM json_each(?2)) AND +district = ?1",
        "DELETE FROM signals INDEXED BY signals_made_up WHERE district = 'canary' AND +district = ?1
             AND ticket IN (SELECT value FROM json_each(?2))",
        "DELETE FROM deadlines WHERE district = ?1 AND ticket IN (SELECT value FROM json_each(?2))",
        "DELETE FROM ticket_facts WHERE (district, received_at, ticket) IN (
             SELECT t.district, t.received_at, t.id FROM json_each(?2) AS w
             CROSS JOIN tickets AS t ON t.district = ?1 AND t.id = w.value)",
        "DELETE FROM tickets WHERE district = ?1 AND id IN (SELECT value FROM json_each(?2))",
    ] {
        sqlx::query(remove).bind(CANARY).bind(&ids).execute(&mut *connection).await?;
    }
    Ok(tickets.len())
}

async fn purge(
    connection: &mut SqliteConnection,
    now: UnixMs,
    positions_before: UnixMs,
    keys_before: UnixMs,
    messages_before: UnixMs,
) -> Outcome {
    // A little at a time: an SOS waits behind this.
    let positions = sqlx::query!(
        "DELETE FROM positions WHERE rowid IN (
             SELECT rowid FROM positions WHERE received_at < ?1 LIMIT ?2)",
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
    sqlx::query!("DELETE FROM sessions WHERE expires_at < ?1", now.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM idempotency_keys WHERE at < ?1", keys_before.0)
        .execute(connection)
        .await?;
    Ok((Answer::Purged { is_more: false }, None))
}

/// Writes what is there already: it costs a page and a sync, as an SOS would.
async fn probe(connection: &mut SqliteConnection) -> Outcome {
    sqlx::query!("UPDATE districts SET last_seq = last_seq").execute(&mut *connection).await?;
    check::counters_behind(connection).await?;
    DONE
}
