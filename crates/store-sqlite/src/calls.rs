//! Telephone calls.

use silverbell_domain::{CallId, DistrictId, SeniorId, UnixMs};
use silverbell_store::CallRecord;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn put(connection: &mut SqliteConnection, call: &CallRecord) -> Read<()> {
    let (id, district) = (call.id.to_string(), &*call.district.0);
    let (senior, record) = (call.senior.map(|id| id.to_string()), rows::json(call)?);
    sqlx::query!(
        "INSERT INTO calls (id, district, senior, ringing_at, record) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET district = excluded.district,
             senior = excluded.senior, record = excluded.record",
        id,
        district,
        senior,
        call.ringing_at.0,
        record
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

pub(crate) async fn calls(
    pool: &SqlitePool,
    district: &DistrictId,
    since: UnixMs,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let district = &*district.0;
    let records = sqlx::query_scalar!(
        "SELECT record FROM calls WHERE district = ?1 AND ringing_at >= ?2
         ORDER BY ringing_at DESC LIMIT ?3",
        district,
        since.0,
        limit
    )
    .fetch_all(pool)
    .await?;
    records.iter().map(|record| rows::document(record)).collect()
}

pub(crate) async fn calls_of(
    pool: &SqlitePool,
    senior: SeniorId,
    limit: u32,
) -> Read<Vec<CallRecord>> {
    let senior = senior.to_string();
    let records = sqlx::query_scalar!(
        "SELECT record FROM calls WHERE senior = ?1 ORDER BY ringing_at DESC LIMIT ?2",
        senior,
        limit
    )
    .fetch_all(pool)
    .await?;
    records.iter().map(|record| rows::document(record)).collect()
}
