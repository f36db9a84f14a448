//! The registry: who is protected, who goes, with which devices.

use std::sync::Arc;

use serde_json::{Value, json};
use silverbell_domain::{DeviceId, DistrictId, Responder, ResponderId, Senior, SeniorId};
use silverbell_store::{
    Advance, Answer, DeviceChange, DistrictCounts, FileWrite, RegistryChange, Replaces, SeniorPage,
    pinyin_column, pinyin_pattern, pinyin_rank, readable, responders_changed,
};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::admin::senior_row;
use crate::calls::keep_request;
use crate::rows::{self, Lossy};
use crate::{devices, keys, push};

type Read<T> = Result<T, sqlx::Error>;

/// So many names that may fit are judged.
const MOST_JUDGED: i64 = 5_000;

// --- Writes --------------------------------------------------------------------------------------

pub(crate) async fn change(
    connection: &mut SqliteConnection,
    change: &RegistryChange,
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
    announced(connection, &change.district, changed).await
}

/// Announces responders as they are kept now.
pub(crate) async fn tell(
    connection: &mut SqliteConnection,
    district: &DistrictId,
    ids: &[ResponderId],
) -> Read<(Answer, Option<Advance>)> {
    let (slug, wanted) = (&*district.0, rows::json(&ids)?);
    let found = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", file AS "file!: Lossy" FROM responders
           WHERE district = ?1 AND id IN (SELECT value FROM json_each(?2)) ORDER BY id"#,
        slug,
        wanted
    )
    .fetch_all(&mut *connection)
    .await?;
    let people = found.into_iter().filter_map(|row| {
        let file = rows::document::<Responder>(&row.file.text());
        readable("responders", row.id.text(), file).map(Arc::new)
    });
    let people = people.collect();
    announced(connection, district, people).await
}

async fn announced(
    connection: &mut SqliteConnection,
    district: &DistrictId,
    people: Vec<Arc<Responder>>,
) -> Read<(Answer, Option<Advance>)> {
    if people.is_empty() {
        return Ok((Answer::Done, None));
    }
    let slug = &*district.0;
    let seq = sqlx::query_scalar!("SELECT last_seq FROM districts WHERE id = ?1", slug)
        .fetch_one(connection)
        .await?
        .cast_unsigned();
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

pub(crate) async fn insert_seniors(
    connection: &mut SqliteConnection,
    seniors: &[&Senior],
) -> Read<()> {
    if seniors.is_empty() {
        return Ok(());
    }
    let rows: Read<Vec<Value>> = seniors.iter().map(|senior| senior_row(senior)).collect();
    let rows = rows::json(&rows?)?;
    sqlx::query!(
        r#"INSERT INTO seniors
               (district, id, name, born, village, address, phones, lat, lon, needs, file, pinyin)
           SELECT value ->> 'district', value ->> 'id', value ->> 'name', value ->> 'born',
               value ->> 'village', value ->> 'address', value ->> 'phones',
               value ->> 'lat', value ->> 'lon', value ->> 'needs', value ->> 'file',
               value ->> 'pinyin'
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Of two who change a file at once one finds that it has changed.
async fn update_seniors(
    connection: &mut SqliteConnection,
    seniors: &[(&Senior, Option<i64>)],
) -> Read<()> {
    for (senior, read) in seniors {
        let row = rows::json(&senior_row(senior)?)?;
        let updated = sqlx::query!(
            r#"UPDATE seniors SET name = ?1 ->> 'name', born = ?1 ->> 'born',
                   village = ?1 ->> 'village', address = ?1 ->> 'address',
                   phones = ?1 ->> 'phones', lat = ?1 ->> 'lat', lon = ?1 ->> 'lon',
                   needs = ?1 ->> 'needs', file = ?1 ->> 'file', pinyin = ?1 ->> 'pinyin'
               WHERE district = ?1 ->> 'district' AND id = ?1 ->> 'id'
                   AND file ->> 'changed_at' IS ?2"#,
            row,
            read
        )
        .execute(&mut *connection)
        .await?;
        there(updated.rows_affected(), 1)?;
    }
    Ok(())
}

async fn insert_responders(
    connection: &mut SqliteConnection,
    responders: &[&Responder],
) -> Read<()> {
    if responders.is_empty() {
        return Ok(());
    }
    let rows: Read<Vec<Value>> = responders
        .iter()
        .map(|it| Ok(json!({"district": it.district, "id": it.id, "file": rows::json(it)?})))
        .collect();
    let rows = rows::json(&rows?)?;
    sqlx::query!(
        r#"INSERT INTO responders (district, id, file)
           SELECT value ->> 'district', value ->> 'id', value ->> 'file' FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces files by what people made of them; duty stays as it is kept. Returns them as they are now.
async fn update_responders(
    connection: &mut SqliteConnection,
    responders: &[(&Responder, Option<i64>)],
) -> Read<Vec<Arc<Responder>>> {
    let mut now = Vec::with_capacity(responders.len());
    for (responder, read) in responders {
        let kept = kept_responder(connection, responder.id).await?;
        let responder = match kept {
            Some(kept) => (*responder).clone().keeping_duty_of(&kept),
            None => (*responder).clone(),
        };
        let (district, id) = (&*responder.district.0, responder.id.to_string());
        let file = rows::json(&responder)?;
        let updated = sqlx::query!(
            "UPDATE responders SET file = ?3 WHERE district = ?1 AND id = ?2
                 AND file ->> 'changed_at' IS ?4",
            district,
            id,
            file,
            read
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

/// Returns a responder's file as it is kept; `None` where there is none or it cannot be read.
pub(crate) async fn kept_responder(
    connection: &mut SqliteConnection,
    id: ResponderId,
) -> Read<Option<Responder>> {
    let id = id.to_string();
    let file =
        sqlx::query_scalar!(r#"SELECT file AS "file!: Lossy" FROM responders WHERE id = ?1"#, id)
            .fetch_optional(connection)
            .await?;
    Ok(file.and_then(|file| readable("responders", &id, rows::document(&file.text()))))
}

/// Where a device was and what it said of itself is nothing to whoever has it next.
async fn forget_what_it_said(connection: &mut SqliteConnection, id: DeviceId) -> Read<()> {
    let id = id.to_string();
    sqlx::query!("DELETE FROM device_reports WHERE device = ?1", id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM device_states WHERE device = ?1", id).execute(connection).await?;
    Ok(())
}

async fn change_device(connection: &mut SqliteConnection, change: &DeviceChange) -> Read<()> {
    match change {
        DeviceChange::Add(device) => {
            devices::put_devices(connection, std::slice::from_ref(device)).await
        }
        DeviceChange::Retire(id) => {
            forget_what_it_said(connection, *id).await?;
            let id = id.to_string();
            let gone =
                sqlx::query!("DELETE FROM devices WHERE id = ?1", id).execute(connection).await?;
            there(gone.rows_affected(), 1)
        }
        DeviceChange::Move { device, district, senior } => {
            forget_what_it_said(connection, *device).await?;
            let (id, slug, senior) = (device.to_string(), &*district.0, senior.to_string());
            let moved = sqlx::query!(
                "UPDATE devices SET district = ?2, senior = ?3 WHERE id = ?1",
                id,
                slug,
                senior
            )
            .execute(connection)
            .await?;
            there(moved.rows_affected(), 1)
        }
        DeviceChange::Key { device, key_sha256 } => {
            let (id, key) = (device.to_string(), key_sha256.as_slice());
            let changed = sqlx::query!("UPDATE devices SET key_sha256 = ?2 WHERE id = ?1", id, key)
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
    connection: &mut SqliteConnection,
    limit: u32,
) -> Read<(Answer, Option<Advance>)> {
    let found = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", name AS "name!: Lossy" FROM seniors
           WHERE pinyin IS NULL ORDER BY id LIMIT ?1"#,
        limit
    )
    .fetch_all(&mut *connection)
    .await?;
    let is_more = found.len() >= limit as usize;
    let rows = found
        .into_iter()
        .map(|row| json!({"id": row.id.text(), "pinyin": pinyin_column(&row.name.text())}));
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"UPDATE seniors AS s SET pinyin = w.value ->> 'pinyin' FROM json_each(?1) AS w
           WHERE s.id = w.value ->> 'id' AND s.pinyin IS NULL"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok((Answer::Purged { is_more }, None))
}

// --- Reads ---------------------------------------------------------------------------------------

/// A file among others.
struct FileRow {
    id: Lossy,
    file: Lossy,
}

impl FileRow {
    fn senior(self) -> Option<Senior> {
        readable("seniors", self.id.text(), rows::document(&self.file.text()))
    }
}

/// Returns those whose names are spoken so, the best first.
pub(crate) async fn spoken(
    pool: &SqlitePool,
    districts: &[DistrictId],
    letters: &str,
    limit: u32,
) -> Read<Vec<Senior>> {
    let (slugs, pattern) = (rows::json(&districts)?, pinyin_pattern(letters));
    let first = pattern.trim_start_matches('%').to_owned();
    let found = sqlx::query!(
        r#"SELECT id, pinyin AS "pinyin!: String" FROM seniors
           WHERE district IN (SELECT value FROM json_each(?1)) AND pinyin LIKE ?2
           ORDER BY pinyin NOT LIKE ?3, pinyin, name, id LIMIT ?4"#,
        slugs,
        pattern,
        first,
        MOST_JUDGED
    )
    .fetch_all(pool)
    .await?;
    let mut ranked: Vec<(u8, usize, SeniorId)> = Vec::new();
    for (n, row) in found.iter().enumerate() {
        if let Some(rank) = pinyin_rank(&row.pinyin, letters) {
            ranked.push((rank, n, rows::id(&row.id)?));
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
    pool: &SqlitePool,
    districts: &[DistrictId],
    page: &SeniorPage,
) -> Read<Vec<Senior>> {
    let districts = rows::json(&districts)?;
    let village = page.village.as_deref().unwrap_or_default();
    let category = page.category.map(silverbell_domain::Category::as_str).unwrap_or_default();
    let after = page.after.map(|id| id.to_string()).unwrap_or_default();
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id AS "id!: Lossy", file AS "file!: Lossy" FROM seniors
           WHERE district IN (SELECT value FROM json_each(?1))
             AND (?2 = '' OR village = ?2) AND (?3 = '' OR file ->> 'category' = ?3)
             AND (?5 = '' OR (iif(?4, village, ''), coalesce(pinyin, ''), name, id) > (
                 SELECT iif(?4, village, ''), coalesce(pinyin, ''), name, id
                 FROM seniors WHERE id = ?5))
           ORDER BY iif(?4, village, ''), coalesce(pinyin, ''), name, id LIMIT ?6"#,
        districts,
        village,
        category,
        page.by_village,
        after,
        page.limit
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(FileRow::senior).collect())
}

pub(crate) async fn seniors_from(
    pool: &SqlitePool,
    district: &DistrictId,
    after: Option<SeniorId>,
    limit: u32,
) -> Read<(Vec<Senior>, Option<SeniorId>)> {
    let slug = &*district.0;
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id AS "id!: Lossy", file AS "file!: Lossy" FROM seniors
           WHERE district = ?1 AND id > ?2 ORDER BY id LIMIT ?3"#,
        slug,
        after,
        limit
    )
    .fetch_all(pool)
    .await?;
    let (count, mut last) = (found.len(), None);
    let mut seniors = Vec::with_capacity(count);
    for row in found {
        let (id, file) = (row.id.text(), row.file);
        last = id.parse().ok().or(last);
        let file = rows::document::<Senior>(&file.text());
        seniors.extend(readable("seniors", &id, file));
    }
    Ok((seniors, last.filter(|_| count >= limit as usize)))
}

pub(crate) async fn seniors_of(pool: &SqlitePool, ids: &[SeniorId]) -> Read<Vec<Senior>> {
    let ids = rows::json(&ids)?;
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id AS "id!: Lossy", file AS "file!: Lossy" FROM seniors
           WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(FileRow::senior).collect())
}

pub(crate) async fn responders(pool: &SqlitePool, district: &DistrictId) -> Read<Vec<Responder>> {
    let slug = &*district.0;
    let found = sqlx::query_as!(
        FileRow,
        r#"SELECT id AS "id!: Lossy", file AS "file!: Lossy" FROM responders
           WHERE district = ?1 ORDER BY id"#,
        slug
    )
    .fetch_all(pool)
    .await?;
    let read =
        |row: FileRow| readable("responders", row.id.text(), rows::document(&row.file.text()));
    Ok(found.into_iter().filter_map(read).collect())
}

pub(crate) async fn logins(
    pool: &SqlitePool,
    ids: &[ResponderId],
) -> Read<Vec<(ResponderId, String)>> {
    let ids = rows::json(&ids)?;
    let found = sqlx::query!(
        r#"SELECT responder AS "responder!: String", username FROM users
           WHERE responder IN (SELECT value FROM json_each(?1)) ORDER BY username"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    found.into_iter().map(|row| Ok((rows::id(&row.responder)?, row.username))).collect()
}

pub(crate) async fn counts(pool: &SqlitePool, district: &DistrictId) -> Read<DistrictCounts> {
    let slug = &*district.0;
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM seniors WHERE district = ?1) AS "seniors!: i64",
                  (SELECT count(*) FROM devices WHERE district = ?1) AS "devices!: i64""#,
        slug
    )
    .fetch_one(pool)
    .await?;
    Ok(DistrictCounts {
        seniors: row.seniors.cast_unsigned(),
        devices: row.devices.cast_unsigned(),
    })
}
