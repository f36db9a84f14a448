//! The registry: who is protected, who goes, with which devices.

use std::sync::Arc;

use serde_json::{Value, json};
use silverbell_domain::{DeviceId, DistrictId, Responder, ResponderId, Senior, SeniorId};
use silverbell_store::{
    Advance, Answer, DeviceChange, DistrictCounts, FileWrite, RegistryChange, Replaces, SeniorPage,
    pinyin_column, pinyin_pattern, pinyin_rank, readable, responders_changed,
};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::admin::senior_row;
use crate::calls::keep_request;
use crate::rows::{self, Lossy, list};
use crate::text::{escaped, slugs, unescaped};
use crate::writer::Counters;
use crate::{devices, keys, push};

type Read<T> = Result<T, sqlx::Error>;

/// So many names that may fit are judged.
const MOST_JUDGED: i64 = 5_000;

// --- Writes --------------------------------------------------------------------------------------

pub(crate) async fn change(
    connection: &mut PgConnection,
    change: &RegistryChange,
    counters: &Counters,
) -> Read<(Answer, Option<Advance>)> {
    if let Some(request) = &change.idempotency {
        keep_request(connection, request).await?;
    }
    let (new, known) = split(&change.seniors);
    insert_seniors(connection, &new).await?;
    update_seniors(connection, &known).await?;
    let (new, known) = split(&change.responders);
    insert_responders(connection, &new).await?;
    let mut changed: Vec<Arc<Responder>> = new.into_iter().cloned().map(Arc::new).collect();
    changed.extend(update_responders(connection, &known).await?);
    for device in &change.devices {
        change_device(connection, device).await?;
    }
    for access in &change.accesses {
        keys::log(connection, access).await?;
    }
    announced(&change.district, changed, counters)
}

/// Announces responders as they are kept now.
pub(crate) async fn tell(
    connection: &mut PgConnection,
    district: &DistrictId,
    ids: &[ResponderId],
    counters: &Counters,
) -> Read<(Answer, Option<Advance>)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query!(
        r#"SELECT id, file AS "file!: Lossy" FROM responders
           WHERE district = $1 AND id = ANY ($2) ORDER BY id"#,
        &*escaped(&district.0),
        &ids
    )
    .fetch_all(connection)
    .await?;
    let people = found.into_iter().filter_map(|row| {
        let file = rows::document::<Responder>(&row.file.text());
        readable("responders", row.id, file).map(Arc::new)
    });
    announced(district, people.collect(), counters)
}

fn announced(
    district: &DistrictId,
    people: Vec<Arc<Responder>>,
    counters: &Counters,
) -> Read<(Answer, Option<Advance>)> {
    if people.is_empty() {
        return Ok((Answer::Done, None));
    }
    let (seq, _) = *counters.get(district).ok_or(sqlx::Error::RowNotFound)?;
    Ok((Answer::Done, Some(responders_changed(district, people, seq))))
}

/// Returns what is new, and what replaces something with when that was last changed.
fn split<T>(all: &[FileWrite<T>]) -> (Vec<&T>, Vec<(&T, Option<i64>)>) {
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for FileWrite { file, replaces } in all {
        match replaces {
            Replaces::Nothing => new.push(file),
            Replaces::ChangedAt(at) => known.push((file, at.map(|at| at.0))),
        }
    }
    (new, known)
}

pub(crate) async fn insert_seniors(connection: &mut PgConnection, seniors: &[&Senior]) -> Read<()> {
    if seniors.is_empty() {
        return Ok(());
    }
    let rows: Read<Vec<Value>> = seniors.iter().map(|senior| senior_row(senior)).collect();
    sqlx::query!(
        "INSERT INTO seniors
             (district, id, name, born, village, address, phones, lat, lon, needs, file, pinyin)
         SELECT w.district, w.id, w.name, w.born, w.village, w.address, w.phones, w.lat, w.lon,
             w.needs, w.file, w.pinyin
         FROM json_to_recordset($1::text::json) AS w (
             district text, id uuid, name text, born text, village text, address text,
             phones text, lat float8, lon float8, needs text, file text, pinyin text)",
        list(rows?)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Of two who change a file at once one finds that it has changed.
async fn update_seniors(
    connection: &mut PgConnection,
    seniors: &[(&Senior, Option<i64>)],
) -> Read<()> {
    if seniors.is_empty() {
        return Ok(());
    }
    let rows: Read<Vec<Value>> = seniors
        .iter()
        .map(|(senior, read)| {
            let mut row = senior_row(senior)?;
            row["read"] = json!(read);
            Ok(row)
        })
        .collect();
    let updated = sqlx::query!(
        "UPDATE seniors AS s SET name = w.name, born = w.born, village = w.village,
             address = w.address, phones = w.phones, lat = w.lat, lon = w.lon, needs = w.needs,
             file = w.file, pinyin = w.pinyin
         FROM json_to_recordset($1::text::json) AS w (
             district text, id uuid, name text, born text, village text, address text,
             phones text, lat float8, lon float8, needs text, file text, pinyin text, read bigint)
         WHERE s.district = w.district AND s.id = w.id
             AND substring(s.file from '\"changed_at\":([0-9]+)')::bigint IS NOT DISTINCT FROM w.read",
        list(rows?)?
    )
    .execute(connection)
    .await?;
    there(updated.rows_affected(), seniors.len() as u64)
}

async fn insert_responders(connection: &mut PgConnection, responders: &[&Responder]) -> Read<()> {
    if responders.is_empty() {
        return Ok(());
    }
    let rows: Read<Vec<Value>> = responders
        .iter()
        .map(|it| Ok(json!({"district": it.district, "id": it.id, "file": rows::json(it)?})))
        .collect();
    sqlx::query!(
        "INSERT INTO responders (district, id, file)
         SELECT w.district, w.id, w.file
         FROM json_to_recordset($1::text::json) AS w (district text, id uuid, file text)",
        list(rows?)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces files by what people made of them; duty stays as it is kept. Returns them as they are now.
async fn update_responders(
    connection: &mut PgConnection,
    responders: &[(&Responder, Option<i64>)],
) -> Read<Vec<Arc<Responder>>> {
    let mut now = Vec::with_capacity(responders.len());
    for (responder, read) in responders {
        let kept = kept_responder(connection, responder.id).await?;
        let responder = match kept {
            Some(kept) => (*responder).clone().keeping_duty_of(&kept),
            None => (*responder).clone(),
        };
        let updated = sqlx::query!(
            "UPDATE responders SET file = $3 WHERE district = $1 AND id = $2
                 AND substring(file from '\"changed_at\":([0-9]+)')::bigint IS NOT DISTINCT FROM $4",
            &*escaped(&responder.district.0),
            responder.id.0,
            rows::json(&responder)?,
            *read
        )
        .execute(&mut *connection)
        .await?;
        there(updated.rows_affected(), 1)?;
        if responder.left_at.is_some() {
            push::responder_left(connection, responder.id).await?;
        }
        now.push(Arc::new(responder));
    }
    Ok(now)
}

/// Returns a responder's file as it is kept, and keeps others from changing it until this is through;
/// `None` where there is none or it cannot be read.
pub(crate) async fn kept_responder(
    connection: &mut PgConnection,
    id: ResponderId,
) -> Read<Option<Responder>> {
    let file = sqlx::query_scalar!(
        r#"SELECT file AS "file!: Lossy" FROM responders WHERE id = $1 FOR UPDATE"#,
        id.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(file.and_then(|file| readable("responders", id.0, rows::document(&file.text()))))
}

/// Where a device was and what it said of itself is nothing to whoever has it next.
async fn forget_what_it_said(connection: &mut PgConnection, id: DeviceId) -> Read<()> {
    sqlx::query!("DELETE FROM device_reports WHERE device = $1", id.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM device_states WHERE device = $1", id.0).execute(connection).await?;
    Ok(())
}

async fn change_device(connection: &mut PgConnection, change: &DeviceChange) -> Read<()> {
    match change {
        DeviceChange::Add(device) => {
            devices::put_devices(connection, std::slice::from_ref(device)).await
        }
        DeviceChange::Retire(id) => {
            forget_what_it_said(connection, *id).await?;
            let gone =
                sqlx::query!("DELETE FROM devices WHERE id = $1", id.0).execute(connection).await?;
            there(gone.rows_affected(), 1)
        }
        DeviceChange::Move { device, district, senior } => {
            forget_what_it_said(connection, *device).await?;
            let moved = sqlx::query!(
                "UPDATE devices SET district = $2, senior = $3 WHERE id = $1",
                device.0,
                &*escaped(&district.0),
                senior.0
            )
            .execute(connection)
            .await?;
            there(moved.rows_affected(), 1)
        }
        DeviceChange::Key { device, key_sha256 } => {
            let changed = sqlx::query!(
                "UPDATE devices SET key_sha256 = $2 WHERE id = $1",
                device.0,
                key_sha256.as_slice()
            )
            .execute(connection)
            .await?;
            there(changed.rows_affected(), 1)
        }
    }
}

fn there(found: u64, wanted: u64) -> Read<()> {
    if found == wanted { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Reckons how so many names are spoken. A name that cannot be read counts as one that nobody can say.
pub(crate) async fn fill_pinyin(
    connection: &mut PgConnection,
    limit: u32,
) -> Read<(Answer, Option<Advance>)> {
    let found = sqlx::query!(
        r#"SELECT id, name AS "name!: Lossy" FROM seniors
           WHERE pinyin IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"#,
        i64::from(limit)
    )
    .fetch_all(&mut *connection)
    .await?;
    let is_more = found.len() >= limit as usize;
    let (ids, columns): (Vec<Uuid>, Vec<String>) =
        found.into_iter().map(|row| (row.id, pinyin_column(&row.name.said()))).unzip();
    sqlx::query!(
        "UPDATE seniors AS s SET pinyin = w.pinyin
         FROM unnest($1::uuid[], $2::text[]) AS w (id, pinyin)
         WHERE s.id = w.id AND s.pinyin IS NULL",
        &ids,
        &columns
    )
    .execute(connection)
    .await?;
    Ok((Answer::Purged { is_more }, None))
}

// --- Reads ---------------------------------------------------------------------------------------

/// A file among others.
struct FileRow {
    id: Uuid,
    file: Lossy,
}

impl FileRow {
    fn senior(self) -> Option<Senior> {
        readable("seniors", self.id, rows::document(&self.file.text()))
    }
}

/// Returns those whose names are spoken so, the best first.
pub(crate) async fn spoken(
    pool: &PgPool,
    districts: &[DistrictId],
    letters: &str,
    limit: u32,
) -> Read<Vec<Senior>> {
    let pattern = pinyin_pattern(letters);
    let first = pattern.trim_start_matches('%').to_owned();
    let found = sqlx::query!(
        r#"SELECT id, pinyin AS "pinyin!" FROM seniors
           WHERE district = ANY ($1) AND pinyin LIKE $2
           ORDER BY pinyin NOT LIKE $3, pinyin COLLATE "C", name COLLATE "C", id LIMIT $4"#,
        &slugs(districts),
        pattern,
        first,
        MOST_JUDGED
    )
    .fetch_all(pool)
    .await?;
    let mut ranked: Vec<(u8, usize, SeniorId)> = Vec::new();
    for (n, row) in found.iter().enumerate() {
        if let Some(rank) = pinyin_rank(&row.pinyin, letters) {
            ranked.push((rank, n, SeniorId(row.id)));
        }
    }
    ranked.sort_unstable();
    ranked.truncate(limit as usize);
    let ids: Vec<SeniorId> = ranked.into_iter().map(|(.., id)| id).collect();
    let mut files = seniors_of(pool, &ids).await?;
    files.sort_by_key(|senior| ids.iter().position(|id| *id == senior.id));
    Ok(files)
}

pub(crate) async fn seniors(
    pool: &PgPool,
    districts: &[DistrictId],
    page: &SeniorPage,
) -> Read<Vec<Senior>> {
    let village = page.village.as_deref().unwrap_or_default();
    let category = page.category.map(silverbell_domain::Category::as_str).unwrap_or_default();
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id, file AS "file!: Lossy" FROM seniors
           WHERE district = ANY ($1)
             AND ($2 = '' OR village = $2) AND ($3 = '' OR strpos(file, '"category":"' || $3 || '"') > 0)
             AND ($5::uuid IS NULL OR (CASE WHEN $4 THEN village ELSE '' END COLLATE "C",
                     coalesce(pinyin, '') COLLATE "C", name COLLATE "C", id) > (
                 SELECT CASE WHEN $4 THEN village ELSE '' END, coalesce(pinyin, ''), name, id
                 FROM seniors WHERE id = $5))
           ORDER BY CASE WHEN $4 THEN village ELSE '' END COLLATE "C",
               coalesce(pinyin, '') COLLATE "C", name COLLATE "C", id LIMIT $6"#,
        &slugs(districts),
        &*escaped(village),
        category,
        page.by_village,
        page.after.map(|id| id.0),
        i64::from(page.limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(FileRow::senior).collect())
}

pub(crate) async fn seniors_from(
    pool: &PgPool,
    district: &DistrictId,
    after: Option<SeniorId>,
    limit: u32,
) -> Read<(Vec<Senior>, Option<SeniorId>)> {
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id, file AS "file!: Lossy" FROM seniors
           WHERE district = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"#,
        &*escaped(&district.0),
        after.map(|id| id.0),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let is_more = found.len() >= limit as usize;
    let last = found.last().map(|row| SeniorId(row.id)).filter(|_| is_more);
    Ok((found.into_iter().filter_map(FileRow::senior).collect(), last))
}

pub(crate) async fn seniors_of(pool: &PgPool, ids: &[SeniorId]) -> Read<Vec<Senior>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id, file AS "file!: Lossy" FROM seniors WHERE id = ANY ($1) ORDER BY id"#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(FileRow::senior).collect())
}

pub(crate) async fn responders(pool: &PgPool, district: &DistrictId) -> Read<Vec<Responder>> {
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id, file AS "file!: Lossy" FROM responders WHERE district = $1 ORDER BY id"#,
        &*escaped(&district.0)
    )
    .fetch_all(pool)
    .await?;
    let read = |row: FileRow| readable("responders", row.id, rows::document(&row.file.text()));
    Ok(found.into_iter().filter_map(read).collect())
}

pub(crate) async fn logins(pool: &PgPool, ids: &[ResponderId]) -> Read<Vec<(ResponderId, String)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query!(
        r#"SELECT responder AS "responder!", username FROM users
           WHERE responder = ANY ($1) ORDER BY username COLLATE "C""#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    let logins = found.into_iter();
    Ok(logins.map(|row| (ResponderId(row.responder), unescaped(row.username))).collect())
}

pub(crate) async fn counts(pool: &PgPool, district: &DistrictId) -> Read<DistrictCounts> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM seniors WHERE district = $1) AS "seniors!",
                  (SELECT count(*) FROM devices WHERE district = $1) AS "devices!""#,
        &*escaped(&district.0)
    )
    .fetch_one(pool)
    .await?;
    Ok(DistrictCounts {
        seniors: row.seniors.cast_unsigned(),
        devices: row.devices.cast_unsigned(),
    })
}
