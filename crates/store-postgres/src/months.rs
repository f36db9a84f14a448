//! Months that are closed.

use silverbell_domain::{DistrictId, UnixMs, UserId};
use silverbell_store::ClosedMonth;
use sqlx::postgres::{PgConnection, PgPool};

use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn close(connection: &mut PgConnection, month: &ClosedMonth) -> Read<()> {
    sqlx::query!(
        "INSERT INTO closed_months (district, month, closed_at, closed_by, sha256, report)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &*escaped(&month.district.0),
        month.month,
        month.closed_at.0,
        month.closed_by.0,
        &month.sha256[..],
        month.report
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn closed_month(
    pool: &PgPool,
    district: &DistrictId,
    month: &str,
) -> Read<Option<ClosedMonth>> {
    let row = sqlx::query!(
        "SELECT closed_at, closed_by, sha256, report FROM closed_months
         WHERE district = $1 AND month = $2",
        &*escaped(&district.0),
        &*escaped(month)
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ClosedMonth {
        district: district.clone(),
        month: month.into(),
        closed_at: UnixMs(row.closed_at),
        closed_by: UserId(row.closed_by),
        sha256: sha256(row.sha256)?,
        report: row.report,
    }))
}

pub(crate) async fn closed_months(
    pool: &PgPool,
    districts: &[DistrictId],
    limit: u32,
) -> Read<Vec<ClosedMonth>> {
    let districts: Vec<String> =
        districts.iter().map(|district| escaped(&district.0).into_owned()).collect();
    let rows = sqlx::query!(
        r#"SELECT district, month, closed_at, closed_by, sha256 FROM closed_months
           WHERE district = ANY ($1)
           ORDER BY month COLLATE "C" DESC, district COLLATE "C" LIMIT $2"#,
        &districts,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let months = rows.into_iter().map(|row| {
        Ok(ClosedMonth {
            district: DistrictId::new(&unescaped(row.district)),
            month: row.month,
            closed_at: UnixMs(row.closed_at),
            closed_by: UserId(row.closed_by),
            sha256: sha256(row.sha256)?,
            report: String::new(),
        })
    });
    months.collect()
}

fn sha256(bytes: Vec<u8>) -> Read<[u8; 32]> {
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a hash of another length".into()))
}
