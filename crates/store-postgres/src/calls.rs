//! Telephone calls.

use futures_util::TryStreamExt as _;
use silverbell_domain::{CallId, DistrictId, SeniorId, UnixMs};
use silverbell_store::{CallNews, CallRecord, Idempotency, readable};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::rows::{self, Lossy};
use crate::text::escaped;

type Read<T> = Result<T, sqlx::Error>;

/// Folds what was learnt into the call's record and returns it. The row is locked first, so that
/// another node waits; where there is none, it is begun.
pub(crate) async fn learn(connection: &mut PgConnection, news: &CallNews) -> Read<CallRecord> {
    if let Some(request) = &news.idempotency {
        keep_request(connection, request).await?;
    }
    let begun = &news.call;
    sqlx::query!(
        "INSERT INTO calls (id, district, ringing_at, record) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO NOTHING",
        begun.id.0,
        &*escaped(&begun.district.0),
        begun.ringing_at.0,
        rows::json(begun)?
    )
    .execute(&mut *connection)
    .await?;
    let kept = sqlx::query_scalar!("SELECT record FROM calls WHERE id = $1 FOR UPDATE", begun.id.0)
        .fetch_one(&mut *connection)
        .await?;
    let call = news.folded(Some(rows::document(&kept)?));
    sqlx::query!(
        "UPDATE calls SET district = $2, senior = $3, record = $4, open = $5 WHERE id = $1",
        call.id.0,
        &*escaped(&call.district.0),
        call.senior.map(|id| id.0),
        rows::json(&call)?,
        call.ended_at.is_none()
    )
    .execute(connection)
    .await?;
    Ok(call)
}

pub(crate) async fn keep_request(connection: &mut PgConnection, request: &Idempotency) -> Read<()> {
    sqlx::query!(
        "INSERT INTO idempotency_keys (user_id, key, fingerprint, subject, at)
         VALUES ($1, $2, $3, $4, $5)",
        request.user.0,
        &*escaped(&request.key),
        &request.fingerprint[..],
        rows::json(&request.subject)?,
        request.at.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn call(pool: &PgPool, id: CallId) -> Read<Option<CallRecord>> {
    let record = sqlx::query_scalar!("SELECT record FROM calls WHERE id = $1", id.0)
        .fetch_optional(pool)
        .await?;
    record.as_deref().map(rows::document).transpose()
}

/// A call among others.
struct CallRow {
    id: Uuid,
    record: Lossy,
}

impl CallRow {
    /// One that cannot be read is left out, so that it hides no other.
    fn readable(self) -> Option<CallRecord> {
        readable("calls", self.id, rows::document(&self.record.text()))
    }
}

pub(crate) async fn calls(
    pool: &PgPool,
    district: &DistrictId,
    since: UnixMs,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id, record AS "record!: Lossy"
           FROM calls WHERE district = $1 AND ringing_at >= $2
           ORDER BY ringing_at DESC LIMIT $3"#,
        &*escaped(&district.0),
        since.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(CallRow::readable).collect())
}

pub(crate) async fn calls_begun(
    pool: &PgPool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<CallRecord>> {
    let rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id, record AS "record!: Lossy"
           FROM calls WHERE district = $1 AND ringing_at >= $2 AND ringing_at < $3
           ORDER BY ringing_at, id"#,
        &*escaped(&district.0),
        from.0,
        to.0
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(CallRow::readable).collect())
}

pub(crate) async fn open_calls(pool: &PgPool, before: UnixMs, limit: u32) -> Read<Vec<CallRecord>> {
    let mut rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id, record AS "record!: Lossy"
           FROM calls WHERE open AND ringing_at < $1 ORDER BY ringing_at"#,
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

pub(crate) async fn calls_of(pool: &PgPool, senior: SeniorId, limit: u32) -> Read<Vec<CallRecord>> {
    let rows = sqlx::query_as!(
        CallRow,
        r#"SELECT id, record AS "record!: Lossy"
           FROM calls WHERE senior = $1
           ORDER BY ringing_at DESC LIMIT $2"#,
        senior.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(CallRow::readable).collect())
}
