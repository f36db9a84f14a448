//! Telephone calls.

use futures_util::TryStreamExt as _;
use silverbell_domain::{CallId, DistrictId, SeniorId, UnixMs};
use silverbell_store::{CallNews, CallRecord, Idempotency, readable};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows::{self, Lossy};

type Read<T> = Result<T, sqlx::Error>;

/// Folds what was learnt into the call's record and returns it.
pub(crate) async fn learn(connection: &mut SqliteConnection, news: &CallNews) -> Read<CallRecord> {
    if let Some(request) = &news.idempotency {
        keep_request(connection, request).await?;
    }
    let id = news.call.id.to_string();
    let kept = sqlx::query_scalar!("SELECT record FROM calls WHERE id = ?1", id)
        .fetch_optional(&mut *connection)
        .await?;
    let call = news.folded(kept.as_deref().map(rows::document).transpose()?);
    let (district, is_open) = (&*call.district.0, call.ended_at.is_none());
    let (senior, record) = (call.senior.map(|id| id.to_string()), rows::json(&call)?);
    sqlx::query!(
        "INSERT INTO calls (id, district, senior, ringing_at, record, open)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET district = excluded.district, senior = excluded.senior,
             record = excluded.record, open = excluded.open",
        id,
        district,
        senior,
        call.ringing_at.0,
        record,
        is_open
    )
    .execute(connection)
    .await?;
    Ok(call)
}

pub(crate) async fn keep_request(
    connection: &mut SqliteConnection,
    request: &Idempotency,
) -> Read<()> {
    let (user, fingerprint) = (request.user.to_string(), &request.fingerprint[..]);
    let subject = rows::json(&request.subject)?;
    sqlx::query!(
        "INSERT INTO idempotency_keys (user_id, key, fingerprint, subject, at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        user,
        request.key,
        fingerprint,
        subject,
        request.at.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn call(pool: &SqlitePool, id: CallId) -> Read<Option<CallRecord>> {
    let id = id.to_string();
    let record = sqlx::query_scalar!("SELECT record FROM calls WHERE id = ?1", id)
        .fetch_optional(pool)
        .await?;
    record.as_deref().map(rows::document).transpose()
}

/// A call among others.
struct CallRow {
    id: Lossy,
    record: Lossy,
}

impl CallRow {
    /// One that cannot be read is left out, so that it hides no other.
    fn readable(self) -> Option<CallRecord> {
        readable("calls", self.id.text(), rows::document(&self.record.text()))
    }
}

pub(crate) async fn calls(
    pool: &SqlitePool,
    district: &DistrictId,
    since: UnixMs,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let district = &*district.0;
    let rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id AS "id!: Lossy", record AS "record!: Lossy"
           FROM calls WHERE district = ?1 AND ringing_at >= ?2
           ORDER BY ringing_at DESC LIMIT ?3"#,
        district,
        since.0,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(CallRow::readable).collect())
}

pub(crate) async fn calls_begun(
    pool: &SqlitePool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<CallRecord>> {
    let district = &*district.0;
    let rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id AS "id!: Lossy", record AS "record!: Lossy"
           FROM calls WHERE district = ?1 AND ringing_at >= ?2 AND ringing_at < ?3
           ORDER BY ringing_at, id"#,
        district,
        from.0,
        to.0
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(CallRow::readable).collect())
}

pub(crate) async fn open_calls(
    pool: &SqlitePool,
    before: UnixMs,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let mut rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id AS "id!: Lossy", record AS "record!: Lossy"
           FROM calls WHERE open = 1 AND ringing_at < ?1 ORDER BY ringing_at"#,
        before.0
    )
    .fetch(pool);
    let mut open = Vec::new();
    // The limit is of those that can be read: fewer than that are all there are.
    while open.len() < limit as usize
        && let Some(row) = rows.try_next().await?
    {
        open.extend(row.readable());
    }
    Ok(open)
}

pub(crate) async fn calls_of(
    pool: &SqlitePool,
    senior: SeniorId,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let senior = senior.to_string();
    let rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id AS "id!: Lossy", record AS "record!: Lossy"
           FROM calls WHERE senior = ?1
           ORDER BY ringing_at DESC LIMIT ?2"#,
        senior,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(CallRow::readable).collect())
}
