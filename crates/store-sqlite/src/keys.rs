//! The register of keys and door codes, and who looked at what is locked up.

use futures_util::TryStreamExt as _;
use silverbell_domain::{DistrictId, KeyEntry, KeyId, SeniorId, UnixMs};
use silverbell_store::check::Findings;
use silverbell_store::{Access, AccessAct, KeyWrite, Sealed, StoredKey, Thing, readable};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::calls::keep_request;
use crate::rows::{self, Lossy};

type Read<T> = Result<T, sqlx::Error>;

// --- Writes --------------------------------------------------------------------------------------

pub(crate) async fn put(connection: &mut SqliteConnection, all: &[KeyWrite]) -> Read<()> {
    for write in all {
        if let Some(request) = &write.idempotency {
            keep_request(connection, request).await?;
        }
        match write.expected_version {
            0 => insert(connection, write).await?,
            _ => update(connection, write).await?,
        }
        if let Some(access) = &write.access {
            log(connection, access).await?;
        }
    }
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, write: &KeyWrite) -> Read<()> {
    let entry = &write.entry;
    let (district, id, senior) =
        (&*entry.district.0, entry.id.to_string(), entry.senior.to_string());
    let out_since = entry.out.as_ref().map(|out| out.since.0);
    let (is_retired, document) = (entry.retired.is_some(), rows::json(entry)?);
    let (with, sealed) = columns(write);
    sqlx::query!(
        "INSERT INTO keys
             (district, id, senior, out_since, retired, version, entry, sealed_with, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8)",
        district,
        id,
        senior,
        out_since,
        is_retired,
        document,
        with,
        sealed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Of two who change an entry at once one finds that it has changed.
async fn update(connection: &mut SqliteConnection, write: &KeyWrite) -> Read<()> {
    let entry = &write.entry;
    let (district, id) = (&*entry.district.0, entry.id.to_string());
    let out_since = entry.out.as_ref().map(|out| out.since.0);
    let (is_retired, document) = (entry.retired.is_some(), rows::json(entry)?);
    let (with, sealed) = columns(write);
    let version = write.expected_version.cast_signed();
    let updated = sqlx::query!(
        "UPDATE keys SET out_since = ?4, retired = ?5, entry = ?6, version = version + 1,
             sealed_with = coalesce(?7, sealed_with), sealed = coalesce(?8, sealed)
         WHERE district = ?1 AND id = ?2 AND version = ?3",
        district,
        id,
        version,
        out_since,
        is_retired,
        document,
        with,
        sealed
    )
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    Ok(())
}

fn columns(write: &KeyWrite) -> (Option<&str>, Option<&[u8]>) {
    let code = write.code.as_ref();
    (code.map(|code| &*code.with), code.map(|code| &*code.bytes))
}

pub(crate) async fn log(connection: &mut SqliteConnection, access: &Access) -> Read<()> {
    let (district, id, by) = (&*access.district.0, access.id.to_string(), access.by.to_string());
    let (thing, thing_id) = (access.thing.kind(), access.thing.id().to_string());
    let (act, ticket) = (access.act.as_str(), access.ticket.map(|id| id.to_string()));
    sqlx::query!(
        "INSERT INTO access_log
             (district, id, at, user_id, thing, thing_id, act, ticket, allowed, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        district,
        id,
        access.at.0,
        by,
        thing,
        thing_id,
        act,
        ticket,
        access.allowed,
        access.why
    )
    .execute(connection)
    .await?;
    Ok(())
}

// --- Reads ---------------------------------------------------------------------------------------

pub(crate) async fn key(pool: &SqlitePool, id: KeyId) -> Read<Option<StoredKey>> {
    let id = id.to_string();
    let row =
        sqlx::query!("SELECT entry, version, sealed_with, sealed FROM keys WHERE id = ?1", id)
            .fetch_optional(pool)
            .await?;
    row.map(|row| {
        Ok(StoredKey {
            entry: rows::document(&row.entry)?,
            version: row.version.cast_unsigned(),
            code: row.sealed_with.zip(row.sealed).map(|(with, bytes)| Sealed { with, bytes }),
        })
    })
    .transpose()
}

/// An entry among others.
struct KeyRow {
    id: Lossy,
    entry: Lossy,
}

impl KeyRow {
    /// One that cannot be read is left out, so that it hides no other.
    fn readable(self) -> Option<KeyEntry> {
        readable("keys", self.id.text(), rows::document(&self.entry.text()))
    }
}

pub(crate) async fn keys_of(pool: &SqlitePool, senior: SeniorId) -> Read<Vec<KeyEntry>> {
    let senior = senior.to_string();
    let rows = sqlx::query_as!(
        KeyRow,
        r#"SELECT id AS "id!: Lossy", entry AS "entry!: Lossy"
           FROM keys WHERE senior = ?1 AND (retired = 0 OR out_since IS NOT NULL) ORDER BY id"#,
        senior
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(KeyRow::readable).collect())
}

pub(crate) async fn keys_out(
    pool: &SqlitePool,
    district: &DistrictId,
    limit: u32,
) -> Read<Vec<KeyEntry>> {
    let district = &*district.0;
    let rows = sqlx::query_as!(
        KeyRow,
        r#"SELECT id AS "id!: Lossy", entry AS "entry!: Lossy"
           FROM keys WHERE district = ?1 AND out_since IS NOT NULL ORDER BY out_since LIMIT ?2"#,
        district,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(KeyRow::readable).collect())
}

pub(crate) async fn accesses(pool: &SqlitePool, thing: Thing, limit: u32) -> Read<Vec<Access>> {
    let (kind, id) = (thing.kind(), thing.id().to_string());
    let found = sqlx::query!(
        "SELECT district, id, at, user_id, act, ticket, allowed, why FROM access_log
         WHERE thing_id = ?1 AND thing = ?2 ORDER BY at DESC, id DESC LIMIT ?3",
        id,
        kind,
        limit
    )
    .fetch_all(pool)
    .await?;
    let lines = found.into_iter().map(|row| {
        Ok(Access {
            id: rows::id(&row.id)?,
            district: DistrictId::new(&row.district),
            at: UnixMs(row.at),
            by: rows::id(&row.user_id)?,
            thing,
            act: AccessAct::parse(&row.act).ok_or_else(|| sqlx::Error::Decode("act".into()))?,
            ticket: row.ticket.as_deref().map(rows::id).transpose()?,
            allowed: row.allowed != 0,
            why: row.why,
        })
    });
    lines.collect()
}

/// Returns with which data keys anything is sealed.
pub(crate) async fn sealed_with(pool: &SqlitePool) -> Read<Vec<(String, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT sealed_with AS "with!: String", sum(n) AS "n!: i64" FROM (
               SELECT sealed_with, count(*) AS n FROM keys
               WHERE sealed_with IS NOT NULL GROUP BY sealed_with
               UNION ALL SELECT sealed_with, count(*) FROM photos GROUP BY sealed_with
               UNION ALL SELECT sealed_with, count(*) FROM faces GROUP BY sealed_with
               UNION ALL SELECT sealed_with, count(*) FROM push_subscriptions
               GROUP BY sealed_with)
           GROUP BY sealed_with ORDER BY sealed_with"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.with, row.n.cast_unsigned())).collect())
}

/// Judges every entry.
pub(crate) async fn check(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut all = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id AS "id!: Lossy", senior AS "senior!: Lossy",
               entry AS "entry!: Vec<u8>" FROM keys ORDER BY district, id"#
    )
    .fetch(snapshot);
    while let Some(row) = all.try_next().await? {
        let (district, id, senior) = (row.district.text(), row.id.text(), row.senior.text());
        findings.key(&district, &id, &senior, &row.entry);
    }
    Ok(())
}
