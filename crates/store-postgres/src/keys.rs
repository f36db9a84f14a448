//! The register of keys and door codes, and who looked at what is locked up.

use futures_util::TryStreamExt as _;
use silverbell_domain::{DistrictId, KeyEntry, KeyId, SeniorId, TicketId, UnixMs, UserId};
use silverbell_store::check::Findings;
use silverbell_store::{Access, AccessAct, KeyWrite, Sealed, StoredKey, Thing, readable};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::calls::keep_request;
use crate::rows::{self, Lossy};
use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

// --- Writes --------------------------------------------------------------------------------------

pub(crate) async fn put(connection: &mut PgConnection, all: &[KeyWrite]) -> Read<()> {
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

async fn insert(connection: &mut PgConnection, write: &KeyWrite) -> Read<()> {
    let entry = &write.entry;
    let (with, sealed) = columns(write);
    sqlx::query!(
        "INSERT INTO keys
             (district, id, senior, out_since, retired, version, entry, sealed_with, sealed)
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8)",
        &*escaped(&entry.district.0),
        entry.id.0,
        entry.senior.0,
        entry.out.as_ref().map(|out| out.since.0),
        entry.retired.is_some(),
        rows::json(entry)?,
        with,
        sealed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Of two who change an entry at once one finds that it has changed.
async fn update(connection: &mut PgConnection, write: &KeyWrite) -> Read<()> {
    let entry = &write.entry;
    let (with, sealed) = columns(write);
    let updated = sqlx::query!(
        "UPDATE keys SET out_since = $4, retired = $5, entry = $6, version = version + 1,
             sealed_with = coalesce($7, sealed_with), sealed = coalesce($8, sealed)
         WHERE district = $1 AND id = $2 AND version = $3",
        &*escaped(&entry.district.0),
        entry.id.0,
        write.expected_version.cast_signed(),
        entry.out.as_ref().map(|out| out.since.0),
        entry.retired.is_some(),
        rows::json(entry)?,
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

pub(crate) async fn log(connection: &mut PgConnection, access: &Access) -> Read<()> {
    let why = access.why.as_deref().map(escaped);
    sqlx::query!(
        "INSERT INTO access_log
             (district, id, at, user_id, thing, thing_id, act, ticket, allowed, why)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &*escaped(&access.district.0),
        access.id,
        access.at.0,
        access.by.0,
        access.thing.kind(),
        access.thing.id(),
        access.act.as_str(),
        access.ticket.map(|id| id.0),
        access.allowed,
        why.as_deref()
    )
    .execute(connection)
    .await?;
    Ok(())
}

// --- Reads ---------------------------------------------------------------------------------------

pub(crate) async fn key(pool: &PgPool, id: KeyId) -> Read<Option<StoredKey>> {
    let row =
        sqlx::query!("SELECT entry, version, sealed_with, sealed FROM keys WHERE id = $1", id.0)
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
    id: Uuid,
    entry: Lossy,
}

impl KeyRow {
    /// One that cannot be read is left out, so that it hides no other.
    fn readable(self) -> Option<KeyEntry> {
        readable("keys", self.id, rows::document(&self.entry.text()))
    }
}

pub(crate) async fn keys_of(pool: &PgPool, senior: SeniorId) -> Read<Vec<KeyEntry>> {
    let rows = sqlx::query_as!(
        KeyRow,
        r#"SELECT id, entry AS "entry!: Lossy"
           FROM keys WHERE senior = $1 AND (NOT retired OR out_since IS NOT NULL) ORDER BY id"#,
        senior.0
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(KeyRow::readable).collect())
}

pub(crate) async fn keys_out(
    pool: &PgPool,
    district: &DistrictId,
    limit: u32,
) -> Read<Vec<KeyEntry>> {
    let rows = sqlx::query_as!(
        KeyRow,
        r#"SELECT id, entry AS "entry!: Lossy"
           FROM keys WHERE district = $1 AND out_since IS NOT NULL ORDER BY out_since LIMIT $2"#,
        &*escaped(&district.0),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(KeyRow::readable).collect())
}

pub(crate) async fn accesses(pool: &PgPool, thing: Thing, limit: u32) -> Read<Vec<Access>> {
    let found = sqlx::query!(
        "SELECT district, id, at, user_id, act, ticket, allowed, why FROM access_log
         WHERE thing_id = $1 AND thing = $2 ORDER BY at DESC, id DESC LIMIT $3",
        thing.id(),
        thing.kind(),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let lines = found.into_iter().map(|row| {
        Ok(Access {
            id: row.id,
            district: DistrictId::new(&unescaped(row.district)),
            at: UnixMs(row.at),
            by: UserId(row.user_id),
            thing,
            act: AccessAct::parse(&row.act).ok_or_else(|| sqlx::Error::Decode("act".into()))?,
            ticket: row.ticket.map(TicketId),
            allowed: row.allowed,
            why: row.why.map(unescaped),
        })
    });
    lines.collect()
}

/// Returns with which data keys anything is sealed.
pub(crate) async fn sealed_with(pool: &PgPool) -> Read<Vec<(String, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT sealed_with AS "with!", sum(n)::bigint AS "n!" FROM (
               SELECT sealed_with, count(*) AS n FROM keys
               WHERE sealed_with IS NOT NULL GROUP BY sealed_with
               UNION ALL SELECT sealed_with, count(*) FROM photos GROUP BY sealed_with
               UNION ALL SELECT sealed_with, count(*) FROM faces GROUP BY sealed_with
               UNION ALL SELECT sealed_with, count(*) FROM push_subscriptions
               GROUP BY sealed_with) AS all_of_them
           GROUP BY sealed_with ORDER BY sealed_with"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.with, row.n.cast_unsigned())).collect())
}

/// Judges every entry.
pub(crate) async fn check(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut all = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id, senior, entry AS "entry!: Vec<u8>"
           FROM keys ORDER BY district, id"#
    )
    .fetch(snapshot);
    while let Some(row) = all.try_next().await? {
        let (district, id, senior) =
            (row.district.said(), row.id.to_string(), row.senior.to_string());
        findings.key(&district, &id, &senior, &row.entry);
    }
    Ok(())
}
