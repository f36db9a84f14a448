//! Telephone calls.

use silverbell_domain::{CallId, DistrictId, SeniorId, UnixMs};
use silverbell_store::CallRecord;
use sqlx::postgres::{PgConnection, PgPool};

use crate::rows;
use crate::text::escaped;

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn put(connection: &mut PgConnection, call: &CallRecord) -> Read<()> {
    sqlx::query!(
        "INSERT INTO calls (id, district, senior, ringing_at, record) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET district = excluded.district,
             senior = excluded.senior, record = excluded.record",
        call.id.0,
        &*escaped(&call.district.0),
        call.senior.map(|id| id.0),
        call.ringing_at.0,
        rows::json(call)?
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

pub(crate) async fn calls(
    pool: &PgPool,
    district: &DistrictId,
    since: UnixMs,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let records = sqlx::query_scalar!(
        "SELECT record FROM calls WHERE district = $1 AND ringing_at >= $2
         ORDER BY ringing_at DESC LIMIT $3",
        &*escaped(&district.0),
        since.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    records.iter().map(|record| rows::document(record)).collect()
}

pub(crate) async fn calls_of(pool: &PgPool, senior: SeniorId, limit: u32) -> Read<Vec<CallRecord>> {
    let records = sqlx::query_scalar!(
        "SELECT record FROM calls WHERE senior = $1 ORDER BY ringing_at DESC LIMIT $2",
        senior.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    records.iter().map(|record| rows::document(record)).collect()
}
