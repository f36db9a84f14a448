//! Desks of the call centre, and shift notes.

use std::collections::BTreeMap;

use silverbell_domain::{
    DeskState, DistrictId, OperatorDesk, ShiftNote, ShiftNoteId, UnixMs, UserId,
};
use silverbell_store::{DeskWrite, NoteReader, SeatedDesk, ShownNote, UserRole};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::calls::keep_request;
use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn write(connection: &mut SqliteConnection, write: &DeskWrite) -> Read<()> {
    match write {
        DeskWrite::Told(desk) => told(connection, desk).await,
        DeskWrite::Left(user) => {
            let user = user.to_string();
            sqlx::query!("DELETE FROM desks WHERE user_id = ?1", user).execute(connection).await?;
            Ok(())
        }
        DeskWrite::Note(note, request) => {
            if let Some(request) = request {
                keep_request(connection, request).await?;
            }
            put_note(connection, note).await
        }
        DeskWrite::Read { district, note, reader, at } => {
            let (district, note, reader) = (&*district.0, note.to_string(), reader.to_string());
            sqlx::query!(
                "INSERT INTO shift_note_reads (district, note, user_id, at)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                district,
                note,
                reader,
                at.0
            )
            .execute(connection)
            .await?;
            Ok(())
        }
    }
}

async fn told(connection: &mut SqliteConnection, desk: &OperatorDesk) -> Read<()> {
    let (user, state) = (desk.user.to_string(), desk.state.as_str());
    let heard_at = desk.sound_heard_at.map(|at| at.0);
    sqlx::query!(
        "INSERT INTO desks (user_id, state, since, seen_at, sound_heard_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, since = excluded.since,
             seen_at = excluded.seen_at, sound_heard_at = excluded.sound_heard_at",
        user,
        state,
        desk.since.0,
        desk.seen_at.0,
        heard_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_note(connection: &mut SqliteConnection, note: &ShiftNote) -> Read<()> {
    let (district, id, by) = (&*note.district.0, note.id.to_string(), note.by.to_string());
    sqlx::query!(
        "INSERT INTO shift_notes (district, id, user_id, at, text, open_tickets)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        district,
        id,
        by,
        note.at.0,
        note.text,
        note.open_tickets
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn desk(pool: &SqlitePool, user: UserId) -> Read<Option<OperatorDesk>> {
    let id = user.to_string();
    let row = sqlx::query!(
        "SELECT state, since, seen_at, sound_heard_at FROM desks WHERE user_id = ?1",
        id
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(OperatorDesk {
        user,
        state: state(&row.state)?,
        since: UnixMs(row.since),
        seen_at: UnixMs(row.seen_at),
        sound_heard_at: row.sound_heard_at.map(UnixMs),
    }))
}

fn state(word: &str) -> Read<DeskState> {
    DeskState::parse(word).ok_or_else(|| sqlx::Error::Decode("unknown state of a desk".into()))
}

pub(crate) async fn desks(
    pool: &SqlitePool,
    districts: &[DistrictId],
    seen_since: UnixMs,
    limit: u32,
) -> Read<Vec<SeatedDesk>> {
    let districts = rows::json(&districts)?;
    let rows = sqlx::query!(
        "SELECT d.user_id, d.state, d.since, d.seen_at, d.sound_heard_at, u.display_name, u.role
         FROM desks AS d JOIN users AS u ON u.id = d.user_id
         WHERE d.seen_at >= ?2
           AND (EXISTS (SELECT 1 FROM user_districts AS own WHERE own.user_id = d.user_id
                        AND own.district IN (SELECT value FROM json_each(?1)))
                OR NOT EXISTS (SELECT 1 FROM user_districts AS own WHERE own.user_id = d.user_id))
         ORDER BY u.display_name, d.user_id LIMIT ?3",
        districts,
        seen_since.0,
        limit
    )
    .fetch_all(pool)
    .await?;
    let desks = rows.into_iter().map(|row| {
        let desk = OperatorDesk {
            user: rows::id(&row.user_id)?,
            state: state(&row.state)?,
            since: UnixMs(row.since),
            seen_at: UnixMs(row.seen_at),
            sound_heard_at: row.sound_heard_at.map(UnixMs),
        };
        let role =
            UserRole::parse(&row.role).ok_or_else(|| sqlx::Error::Decode("unknown role".into()))?;
        Ok(SeatedDesk { desk, name: row.display_name, role })
    });
    desks.collect()
}

pub(crate) async fn notes(
    pool: &SqlitePool,
    districts: &[DistrictId],
    since: UnixMs,
    limit: u32,
) -> Read<Vec<ShownNote>> {
    let districts = rows::json(&districts)?;
    let found = sqlx::query!(
        "SELECT n.district, n.id, n.user_id, n.at, n.text, n.open_tickets, u.display_name
         FROM shift_notes AS n JOIN users AS u ON u.id = n.user_id
         WHERE n.district IN (SELECT value FROM json_each(?1)) AND n.at >= ?2
         ORDER BY n.at DESC, n.id DESC LIMIT ?3",
        districts,
        since.0,
        limit
    )
    .fetch_all(pool)
    .await?;
    let ids = rows::json(&found.iter().map(|row| &row.id).collect::<Vec<_>>())?;
    let mut readers = readers(pool, &ids).await?;
    let notes = found.into_iter().map(|row| {
        let note = ShiftNote {
            id: rows::id(&row.id)?,
            district: DistrictId::new(&row.district),
            by: rows::id(&row.user_id)?,
            at: UnixMs(row.at),
            text: row.text,
            open_tickets: row.open_tickets.and_then(|n| u32::try_from(n).ok()),
        };
        let read_by = readers.remove(&note.id).unwrap_or_default();
        Ok(ShownNote { note, name: row.display_name, read_by })
    });
    notes.collect()
}

async fn readers(pool: &SqlitePool, ids: &str) -> Read<BTreeMap<ShiftNoteId, Vec<NoteReader>>> {
    let rows = sqlx::query!(
        "SELECT r.note, r.user_id, r.at, u.display_name
         FROM shift_note_reads AS r JOIN users AS u ON u.id = r.user_id
         WHERE (r.district, r.note) IN (
             SELECT district, id FROM shift_notes WHERE id IN (SELECT value FROM json_each(?1)))
         ORDER BY r.at, r.user_id",
        ids
    )
    .fetch_all(pool)
    .await?;
    let mut readers: BTreeMap<ShiftNoteId, Vec<NoteReader>> = BTreeMap::new();
    for row in rows {
        let reader = NoteReader {
            user: rows::id(&row.user_id)?,
            name: row.display_name,
            at: UnixMs(row.at),
        };
        readers.entry(rows::id(&row.note)?).or_default().push(reader);
    }
    Ok(readers)
}
