//! Months that are closed.

use silverbell_domain::{DistrictId, UnixMs};
use silverbell_store::ClosedMonth;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn close(connection: &mut SqliteConnection, month: &ClosedMonth) -> Read<()> {
    let (district, by) = (&*month.district.0, month.closed_by.to_string());
    let sha256 = &month.sha256[..];
    sqlx::query!(
        "INSERT INTO closed_months (district, month, closed_at, closed_by, sha256, report)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        district,
        month.month,
        month.closed_at.0,
        by,
        sha256,
        month.report
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn closed_month(
    pool: &SqlitePool,
    district: &DistrictId,
    month: &str,
) -> Read<Option<ClosedMonth>> {
    let slug = &*district.0;
    let row = sqlx::query!(
        "SELECT closed_at, closed_by, sha256, report FROM closed_months
         WHERE district = ?1 AND month = ?2",
        slug,
        month
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ClosedMonth {
        district: district.clone(),
        month: month.into(),
        closed_at: UnixMs(row.closed_at),
        closed_by: rows::id(&row.closed_by)?,
        sha256: sha256(row.sha256)?,
        report: row.report,
    }))
}

pub(crate) async fn closed_months(
    pool: &SqlitePool,
    districts: &[DistrictId],
    limit: u32,
) -> Read<Vec<ClosedMonth>> {
    let districts = rows::json(&districts)?;
    let rows = sqlx::query!(
        "SELECT district, month, closed_at, closed_by, sha256 FROM closed_months
         WHERE district IN (SELECT value FROM json_each(?1))
         ORDER BY month DESC, district LIMIT ?2",
        districts,
        limit
    )
    .fetch_all(pool)
    .await?;
    let months = rows.into_iter().map(|row| {
        Ok(ClosedMonth {
            district: DistrictId::new(&row.district),
            month: row.month,
            closed_at: UnixMs(row.closed_at),
            closed_by: rows::id(&row.closed_by)?,
            sha256: sha256(row.sha256)?,
            report: String::new(),
        })
    });
    months.collect()
}

fn sha256(bytes: Vec<u8>) -> Read<[u8; 32]> {
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a hash of another length".into()))
}
