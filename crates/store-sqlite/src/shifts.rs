//! The roster.

use serde_json::json;
use silverbell_domain::{DistrictId, Shift, ShiftId, UnixMs};
use silverbell_store::{ShiftsChange, ShiftsRemoved, readable};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows::{self, Lossy};

type Read<T> = Result<T, sqlx::Error>;

/// Changes a district's roster; that two shifts of a person overlap is refused by the database.
pub(crate) async fn change(connection: &mut SqliteConnection, change: &ShiftsChange) -> Read<()> {
    let district = &*change.district.0;
    match change.remove {
        ShiftsRemoved::None => {}
        ShiftsRemoved::One(id) => remove(connection, district, id).await?,
        ShiftsRemoved::BeginningWithin { from, to } => {
            sqlx::query!(
                "DELETE FROM shifts WHERE district = ?1 AND from_at >= ?2 AND from_at < ?3",
                district,
                from.0,
                to.0
            )
            .execute(&mut *connection)
            .await?;
        }
    }
    let rows = change.add.iter().map(|shift| {
        json!({"id": shift.id, "responder": shift.responder, "from": shift.from, "to": shift.to})
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        "INSERT INTO shifts (district, id, responder, from_at, to_at)
         SELECT ?1, value ->> 'id', value ->> 'responder', value ->> 'from', value ->> 'to'
         FROM json_each(?2)",
        district,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn remove(connection: &mut SqliteConnection, district: &str, id: ShiftId) -> Read<()> {
    let id = id.to_string();
    let removed = sqlx::query!("DELETE FROM shifts WHERE district = ?1 AND id = ?2", district, id)
        .execute(connection)
        .await?;
    if removed.rows_affected() == 0 { Err(sqlx::Error::RowNotFound) } else { Ok(()) }
}

pub(crate) async fn shifts(
    pool: &SqlitePool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<Shift>> {
    let district = &*district.0;
    let earliest = from.0.saturating_sub(Shift::LONGEST_MS);
    let rows = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", responder AS "responder!: Lossy", from_at, to_at
           FROM shifts WHERE district = ?1 AND from_at >= ?2 AND from_at < ?3 AND to_at > ?4
           ORDER BY from_at, id"#,
        district,
        earliest,
        to.0,
        from.0
    )
    .fetch_all(pool)
    .await?;
    let shifts = rows.into_iter().filter_map(|row| {
        let (id, responder) = (row.id.text(), row.responder.text());
        let shift = || -> Read<Shift> {
            let (from, to) = (UnixMs(row.from_at), UnixMs(row.to_at));
            Ok(Shift { id: rows::id(&id)?, responder: rows::id(&responder)?, from, to })
        };
        readable("shifts", &id, shift())
    });
    Ok(shifts.collect())
}
