//! Photos and faces under seal.

use silverbell_domain::{DistrictId, PhotoId, SeniorId, UnixMs};
use silverbell_store::{Face, Photo, Sealed};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn put(connection: &mut SqliteConnection, photo: &Photo) -> Read<()> {
    let (district, id) = (&*photo.district.0, photo.id.to_string());
    let ticket = photo.ticket.to_string();
    let Sealed { with, bytes } = &photo.sealed;
    sqlx::query!(
        "INSERT INTO photos (district, id, ticket, at, sealed_with, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        district,
        id,
        ticket,
        photo.at.0,
        with,
        bytes
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, id: PhotoId) -> Read<()> {
    let id = id.to_string();
    sqlx::query!("DELETE FROM photos WHERE id = ?1", id).execute(connection).await?;
    Ok(())
}

pub(crate) async fn photo(pool: &SqlitePool, id: PhotoId) -> Read<Option<Photo>> {
    let text = id.to_string();
    let row = sqlx::query!(
        "SELECT district, ticket, at, sealed_with, sealed FROM photos WHERE id = ?1",
        text
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(Photo {
            id,
            district: DistrictId::new(&row.district),
            ticket: rows::id(&row.ticket)?,
            at: UnixMs(row.at),
            sealed: Sealed { with: row.sealed_with, bytes: row.sealed },
        })
    })
    .transpose()
}

pub(crate) async fn put_face(
    connection: &mut SqliteConnection,
    senior: SeniorId,
    face: Option<&Face>,
) -> Read<()> {
    let id = senior.to_string();
    sqlx::query!("DELETE FROM faces WHERE senior = ?1", id).execute(&mut *connection).await?;
    let Some(face) = face else { return Ok(()) };
    let (district, Sealed { with, bytes }) = (&*face.district.0, &face.sealed);
    sqlx::query!(
        "INSERT INTO faces (district, senior, at, sealed_with, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        district,
        id,
        face.at.0,
        with,
        bytes
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn face(pool: &SqlitePool, senior: SeniorId) -> Read<Option<Face>> {
    let id = senior.to_string();
    let row =
        sqlx::query!("SELECT district, at, sealed_with, sealed FROM faces WHERE senior = ?1", id)
            .fetch_optional(pool)
            .await?;
    Ok(row.map(|row| Face {
        senior,
        district: DistrictId::new(&row.district),
        at: UnixMs(row.at),
        sealed: Sealed { with: row.sealed_with, bytes: row.sealed },
    }))
}

pub(crate) async fn face_at(pool: &SqlitePool, senior: SeniorId) -> Read<Option<UnixMs>> {
    let id = senior.to_string();
    let at = sqlx::query_scalar!("SELECT at FROM faces WHERE senior = ?1", id);
    Ok(at.fetch_optional(pool).await?.map(UnixMs))
}
