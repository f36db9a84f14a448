//! Photos and faces under seal.

use silverbell_domain::{DistrictId, PhotoId, SeniorId, TicketId, UnixMs};
use silverbell_store::{Face, Photo, Sealed};
use sqlx::postgres::{PgConnection, PgPool};

use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn put(connection: &mut PgConnection, photo: &Photo) -> Read<()> {
    sqlx::query!(
        "INSERT INTO photos (district, id, ticket, at, sealed_with, sealed)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &*escaped(&photo.district.0),
        photo.id.0,
        photo.ticket.0,
        photo.at.0,
        photo.sealed.with,
        photo.sealed.bytes
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut PgConnection, id: PhotoId) -> Read<()> {
    sqlx::query!("DELETE FROM photos WHERE id = $1", id.0).execute(connection).await?;
    Ok(())
}

pub(crate) async fn photo(pool: &PgPool, id: PhotoId) -> Read<Option<Photo>> {
    let row = sqlx::query!(
        "SELECT district, ticket, at, sealed_with, sealed FROM photos WHERE id = $1",
        id.0
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Photo {
        id,
        district: DistrictId::new(&unescaped(row.district)),
        ticket: TicketId(row.ticket),
        at: UnixMs(row.at),
        sealed: Sealed { with: row.sealed_with, bytes: row.sealed },
    }))
}

pub(crate) async fn put_face(
    connection: &mut PgConnection,
    senior: SeniorId,
    face: Option<&Face>,
) -> Read<()> {
    let Some(face) = face else {
        sqlx::query!("DELETE FROM faces WHERE senior = $1", senior.0).execute(connection).await?;
        return Ok(());
    };
    sqlx::query!(
        "INSERT INTO faces (district, senior, at, sealed_with, sealed) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (district, senior) DO UPDATE SET at = excluded.at,
             sealed_with = excluded.sealed_with, sealed = excluded.sealed",
        &*escaped(&face.district.0),
        senior.0,
        face.at.0,
        face.sealed.with,
        face.sealed.bytes
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn face(pool: &PgPool, senior: SeniorId) -> Read<Option<Face>> {
    let row = sqlx::query!(
        "SELECT district, at, sealed_with, sealed FROM faces WHERE senior = $1",
        senior.0
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Face {
        senior,
        district: DistrictId::new(&unescaped(row.district)),
        at: UnixMs(row.at),
        sealed: Sealed { with: row.sealed_with, bytes: row.sealed },
    }))
}

pub(crate) async fn face_at(pool: &PgPool, senior: SeniorId) -> Read<Option<UnixMs>> {
    let at = sqlx::query_scalar!("SELECT at FROM faces WHERE senior = $1", senior.0);
    Ok(at.fetch_optional(pool).await?.map(UnixMs))
}
