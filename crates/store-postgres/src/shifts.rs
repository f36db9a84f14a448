//! The roster.

use std::cmp::Ordering;

use serde_json::json;
use silverbell_domain::{DistrictId, ResponderId, Shift, ShiftId, UnixMs};
use silverbell_store::{ShiftsChange, ShiftsRemoved};
use sqlx::postgres::{PgConnection, PgPool};

use crate::rows::list;
use crate::text::escaped;

type Read<T> = Result<T, sqlx::Error>;

/// Changes a district's roster; that two shifts of a person overlap is refused by the database.
pub(crate) async fn change(connection: &mut PgConnection, change: &ShiftsChange) -> Read<()> {
    let district = &*escaped(&change.district.0);
    match change.remove {
        ShiftsRemoved::None => {}
        ShiftsRemoved::One(id) => {
            let removed =
                sqlx::query!("DELETE FROM shifts WHERE district = $1 AND id = $2", district, id.0)
                    .execute(&mut *connection)
                    .await?;
            if removed.rows_affected() == 0 {
                return Err(sqlx::Error::RowNotFound);
            }
        }
        ShiftsRemoved::BeginningWithin { from, to } => {
            sqlx::query!(
                "DELETE FROM shifts WHERE district = $1 AND from_at >= $2 AND from_at < $3",
                district,
                from.0,
                to.0
            )
            .execute(&mut *connection)
            .await?;
        }
    }
    // People in one order on every node, so that none waits for the other.
    let mut add: Vec<&Shift> = change.add.iter().collect();
    add.sort_by(by_person);
    let rows = add.into_iter().map(|shift| {
        json!({"id": shift.id, "responder": shift.responder, "from_at": shift.from,
            "to_at": shift.to})
    });
    sqlx::query!(
        "INSERT INTO shifts (district, id, responder, from_at, to_at)
         SELECT $1, w.id, w.responder, w.from_at, w.to_at
         FROM json_to_recordset($2::text::json) AS w (
             id uuid, responder uuid, from_at bigint, to_at bigint)",
        district,
        list(rows)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn by_person(one: &&Shift, other: &&Shift) -> Ordering {
    (one.responder, one.from).cmp(&(other.responder, other.from))
}

pub(crate) async fn shifts(
    pool: &PgPool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<Shift>> {
    let rows = sqlx::query!(
        "SELECT id, responder, from_at, to_at
         FROM shifts WHERE district = $1 AND from_at >= $2 AND from_at < $3 AND to_at > $4
         ORDER BY from_at, id",
        &*escaped(&district.0),
        from.0.saturating_sub(Shift::LONGEST_MS),
        to.0,
        from.0
    )
    .fetch_all(pool)
    .await?;
    let shifts = rows.into_iter().map(|row| Shift {
        id: ShiftId(row.id),
        responder: ResponderId(row.responder),
        from: UnixMs(row.from_at),
        to: UnixMs(row.to_at),
    });
    Ok(shifts.collect())
}
