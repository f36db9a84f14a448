//! Desks of the call centre, and shift notes.

use std::collections::BTreeMap;

use silverbell_domain::{
    DeskState, DistrictId, OperatorDesk, ShiftNote, ShiftNoteId, UnixMs, UserId,
};
use silverbell_store::{DeskWrite, NoteReader, SeatedDesk, ShownNote, UserRole};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::calls::keep_request;
use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn write(connection: &mut PgConnection, write: &DeskWrite) -> Read<()> {
    match write {
        DeskWrite::Told(desk) => told(connection, desk).await,
        DeskWrite::Left(user) => {
            sqlx::query!("DELETE FROM desks WHERE user_id = $1", user.0)
                .execute(connection)
                .await?;
            Ok(())
        }
        DeskWrite::Note(note, request) => {
            if let Some(request) = request {
                keep_request(connection, request).await?;
            }
            put_note(connection, note).await
        }
        DeskWrite::Read { district, note, reader, at } => {
            sqlx::query!(
                "INSERT INTO shift_note_reads (district, note, user_id, at)
                 VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                &*escaped(&district.0),
                note.0,
                reader.0,
                at.0
            )
            .execute(connection)
            .await?;
            Ok(())
        }
    }
}

async fn told(connection: &mut PgConnection, desk: &OperatorDesk) -> Read<()> {
    sqlx::query!(
        "INSERT INTO desks (user_id, state, since, seen_at, sound_heard_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, since = excluded.since,
             seen_at = excluded.seen_at, sound_heard_at = excluded.sound_heard_at",
        desk.user.0,
        desk.state.as_str(),
        desk.since.0,
        desk.seen_at.0,
        desk.sound_heard_at.map(|at| at.0)
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_note(connection: &mut PgConnection, note: &ShiftNote) -> Read<()> {
    sqlx::query!(
        "INSERT INTO shift_notes (district, id, user_id, at, text, open_tickets)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &*escaped(&note.district.0),
        note.id.0,
        note.by.0,
        note.at.0,
        &*escaped(&note.text),
        note.open_tickets.map(i64::from)
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn desk(pool: &PgPool, user: UserId) -> Read<Option<OperatorDesk>> {
    let row = sqlx::query!(
        "SELECT state, since, seen_at, sound_heard_at FROM desks WHERE user_id = $1",
        user.0
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

fn escaped_all(districts: &[DistrictId]) -> Vec<String> {
    districts.iter().map(|district| escaped(&district.0).into_owned()).collect()
}

pub(crate) async fn desks(
    pool: &PgPool,
    districts: &[DistrictId],
    seen_since: UnixMs,
    limit: u32,
) -> Read<Vec<SeatedDesk>> {
    let rows = sqlx::query!(
        r#"SELECT d.user_id, d.state, d.since, d.seen_at, d.sound_heard_at, u.display_name, u.role
           FROM desks AS d JOIN users AS u ON u.id = d.user_id
           WHERE d.seen_at >= $2
             AND (EXISTS (SELECT 1 FROM user_districts AS own
                          WHERE own.user_id = d.user_id AND own.district = ANY ($1))
                  OR NOT EXISTS (SELECT 1 FROM user_districts AS own
                                 WHERE own.user_id = d.user_id))
           ORDER BY u.display_name COLLATE "C", d.user_id LIMIT $3"#,
        &escaped_all(districts),
        seen_since.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let desks = rows.into_iter().map(|row| {
        let desk = OperatorDesk {
            user: UserId(row.user_id),
            state: state(&row.state)?,
            since: UnixMs(row.since),
            seen_at: UnixMs(row.seen_at),
            sound_heard_at: row.sound_heard_at.map(UnixMs),
        };
        let role =
            UserRole::parse(&row.role).ok_or_else(|| sqlx::Error::Decode("unknown role".into()))?;
        Ok(SeatedDesk { desk, name: unescaped(row.display_name), role })
    });
    desks.collect()
}

pub(crate) async fn notes(
    pool: &PgPool,
    districts: &[DistrictId],
    since: UnixMs,
    limit: u32,
) -> Read<Vec<ShownNote>> {
    let found = sqlx::query!(
        "SELECT n.district, n.id, n.user_id, n.at, n.text, n.open_tickets, u.display_name
         FROM shift_notes AS n JOIN users AS u ON u.id = n.user_id
         WHERE n.district = ANY ($1) AND n.at >= $2
         ORDER BY n.at DESC, n.id DESC LIMIT $3",
        &escaped_all(districts),
        since.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let mut readers = readers(pool, &ids).await?;
    let notes = found.into_iter().map(|row| {
        let note = ShiftNote {
            id: ShiftNoteId(row.id),
            district: DistrictId::new(&unescaped(row.district)),
            by: UserId(row.user_id),
            at: UnixMs(row.at),
            text: unescaped(row.text),
            open_tickets: row.open_tickets.and_then(|n| u32::try_from(n).ok()),
        };
        let read_by = readers.remove(&note.id).unwrap_or_default();
        ShownNote { note, name: unescaped(row.display_name), read_by }
    });
    Ok(notes.collect())
}

async fn readers(pool: &PgPool, ids: &[Uuid]) -> Read<BTreeMap<ShiftNoteId, Vec<NoteReader>>> {
    let rows = sqlx::query!(
        "SELECT r.note, r.user_id, r.at, u.display_name
         FROM shift_note_reads AS r
         JOIN shift_notes AS n ON n.district = r.district AND n.id = r.note
         JOIN users AS u ON u.id = r.user_id
         WHERE n.id = ANY ($1) ORDER BY r.at, r.user_id",
        ids
    )
    .fetch_all(pool)
    .await?;
    let mut readers: BTreeMap<ShiftNoteId, Vec<NoteReader>> = BTreeMap::new();
    for row in rows {
        let name = unescaped(row.display_name);
        let reader = NoteReader { user: UserId(row.user_id), name, at: UnixMs(row.at) };
        readers.entry(ShiftNoteId(row.note)).or_default().push(reader);
    }
    Ok(readers)
}
